"""The rules that `mladvisor rules new` starts from: each is sound as it stands, with a comment where to think."""

from __future__ import annotations

import re

from mladvisor.errors import UsageError

_FINDING = """\
finding: {name}                    # the file's name
title: Validation loss ends well above its best     # what is wrong, worded for "present"
when: loss.val.rise_from_best > 0.2                 # `mladvisor features` lists the names
ask: Does the validation loss end clearly above its best value?      # worded so that yes = present
explained_by: {{overfitting: usually}}                # always usually often sometimes rarely hardly, or a number
otherwise: rarely                                   # how often it is seen with none of these; measure it
measured: "validation loss ends {{loss.val.rise_from_best:.0%}} above its best"
source: [+team]                                     # where this comes from
tests:                                              # at least one that fires and one that stays silent
  - {{given: {{loss.val.rise_from_best: 0.4}}, expect: present}}
  - {{given: {{loss.val.rise_from_best: 0.01}}, expect: absent}}
"""

_CAUSE = """\
cause: {name}                      # the file's name
title: What is wrong, in a few words
family: optimisation               # data, optimisation, numerics, evaluation
prior: rare                        # common, occasional, rare
shows: {{val-loss-turns-up: often}}  # the findings that it makes likely
explain: |
  What it is: ...

  How to check: ...
fixes:
  - do: What to do, in one sentence
    cost: one run                  # minutes, one run, many runs
source: [+team]
"""

_QUESTION = """\
question: {name}                   # the file's name
ask: Which optimizer was used?
sets: config.optimizer             # the feature that the answer sets
kind: choice                       # number, choice, yes-no
choices: [sgd, adam, adamw]
"""

_TEXTS = {"finding": _FINDING, "cause": _CAUSE, "question": _QUESTION}


def template(kind: str, name: str) -> str:
    """A commented rule of the kind, called `name`.

    Raises:
        UsageError: the name is no id.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise UsageError(f'"{name}" is no id: small letters, digits and hyphens, as in val-loss-turns-up')
    return _TEXTS[kind].format(name=name)
