"""The rules that `mladvisor rules new` starts from: each is sound as it stands, and explains every field.

Fields that most rules do without stand there as comments.
"""

from __future__ import annotations

import re

from mladvisor.errors import UsageError

_FINDING = """\
finding: {name}                    # the file's name
title: {title}     # what is wrong, worded for "present"
# replace: true                                     # takes the place of an earlier finding of the same id
# status: tested                                    # experimental (default), tested, stable; off switches it off
# applies: supervised_loss                          # false: it says nothing about this run, and is never asked
# refines: val-loss-turns-up                        # counts only while that finding is present
# each: layer                                       # judge `when` for each column, layer, slice, class, batch, split
# at_least: 2                                       # with `each`: how many must hold, or a share below 1
when: loss.val.rise_from_best > 0.2                 # `mladvisor features` lists the names
# when: {{early: loss.val.best_epoch < 3, late: loss.val.best_epoch >= 3}}     # or cases: present if one holds
ask: Does the validation loss end clearly above its best value?      # worded so that yes = present
# effort: glance                                    # of answering: glance, check, experiment
# try: {{do: Train half as long and compare, command: "", effort: one run}}     # an experiment that settles it
# said:                                             # how people put it, one phrase a line
#   - validation got worse again
# implies: {{loss.val.rise_from_best: 0.3}}     # without a run: what a yes stands for in other rules
explained_by: {{overfitting: usually}}                # always usually often sometimes rarely hardly, or a number
otherwise: rarely                                   # how often it is seen with none of these; measure it
# fitted: false                                     # no fit to labelled runs bends these numbers
# group: validation-turn                            # shares the evidence with others that look at the same thing
# advice: [{{do: Keep the best checkpoint, cost: minutes}}]     # good practice; instead of explained_by and otherwise
measured: "validation loss ends {{loss.val.rise_from_best:.0%}} above its best"     # [..] drops out when unknown
# explain: |                                        # the page for somebody who meets it for the first time
#   What it is: ...
# also_seen_when: [the validation set was changed]  # what else looks like it, in words
# show: {{curve: loss.val, from: loss.val.best_epoch}}     # what the plot shades: from, to, level, every
source: [+team]                                     # where this comes from
tests:                                              # at least one that fires and one that stays silent
  - {{given: {{loss.val.rise_from_best: 0.4}}, expect: present}}     # or absent, unknown, a range as 0.2..0.8
  - {{given: {{loss.val.rise_from_best: 0.01}}, expect: absent}}     # a value, [value, standard error], or null
"""

_CAUSE = """\
cause: {name}                      # the file's name
title: {title}     # what is wrong, in a few words
# replace: true                    # takes the place of an earlier cause of the same id
# status: tested                   # experimental (default), tested, stable; off switches it off
family: optimisation               # data, optimisation, numerics, evaluation
prior: rare                        # common, occasional, rare, or a number above 0
# requires: supervised_loss        # false: impossible for this run
# due_to: {{few-data: sometimes}}  # causes that this one may come from, shown as "because of"
# excludes: [underfitting]         # causes that never hold together with this one
shows: {{val-loss-turns-up: often}}  # the findings that it makes likely
# said: [it learns by heart]       # how people put it
# called: [learning by heart]       # names that people use for it, beside its id and title
# stated_by: [val-loss-turns-up]   # findings that name it outright when a person says them
# remeasures: [metric]             # loss or metric: what its fix measures anew, so that compare leaves it out
explain: |
  What it is: ...

  How to check: ...
# look_alikes: [{{cause: underfitting, tell: how to tell them apart}}]
fixes:
  - do: What to do, in one sentence          # or a list of steps; {{config.learning_rate / 10:.1g}} is this run's
    cost: one run                  # minutes, one run, many runs
    # when: config.dropout < 0.1   # shown only where this holds
    # clears: [val-loss-turns-up]  # findings that should be gone afterwards; default: all of this cause
    # source: [+team]
source: [+team]
"""

_QUESTION = """\
question: {name}                   # the file's name
ask: Which optimizer was used?
sets: config.optimizer             # the feature that the answer sets; a new one is called answer.<word>
kind: choice                       # number, choice, yes-no
choices: [sgd, adam, adamw]
# unit: rows                       # of a number
# typical: [16, 32, 256]           # of a number: usual answers, to weigh what asking would tell
# said: [I use adam]               # how people put it
# effort: glance                   # of answering: glance, check, experiment
# status: tested                   # experimental (default), tested, stable; off switches it off
# source: [+team]
# replace: true                    # takes the place of an earlier question of the same id
"""

_MENU = """\
menu: {name}                       # the file's name
ask: Look at the validation curve. What do you see?
options:                           # two to eight, worded as seen -> the finding that is then present, or several
  it rises again: val-loss-turns-up
  it swings from epoch to epoch: val-loss-noisy
# effort: glance                   # of looking: glance, check, experiment
# status: tested                   # experimental (default), tested, stable; off switches it off
# source: [+team]
# replace: true                    # takes the place of an earlier menu of the same id
tests:                             # what a pick must lead to where nothing else is known
  - {{pick: [it rises again], top: [overfitting]}}
"""

_HANDOVER = """\
handover: {name}                   # the file's name
ask: Have you the predictions of this run as a file (predictions.csv)?
brings: [predictions]              # kinds of files: config, train, val, test, schema, predictions, layers, batches ...
tells: [predictions, class]        # how the measurements begin that they give
# effort: check                    # of handing them over: glance, check, experiment
# status: tested                   # experimental (default), tested, stable; off switches it off
# source: [+team]
# replace: true                    # takes the place of an earlier request of the same id
"""

_TEXTS = {"finding": _FINDING, "cause": _CAUSE, "question": _QUESTION, "menu": _MENU, "handover": _HANDOVER}


def template(kind: str, name: str) -> str:
    """A commented rule of the kind, called `name`.

    Raises:
        UsageError: the name is no id.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UsageError(f'"{name}" is no id: small letters, digits and hyphens, as in val-loss-turns-up')
    return _TEXTS[kind].format(name=name, title=name.replace("-", " ").capitalize())
