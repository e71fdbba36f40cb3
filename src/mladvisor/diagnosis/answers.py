"""Answers as people give them: names resolved, values checked and read as the configuration would be.

A person who knows `num_classes: 10` from a configuration file may say so here in the same words; both mean the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mladvisor.errors import UsageError, nearest
from mladvisor.features.catalogue import Measures, catalogue, find
from mladvisor.features.measured import Measured
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.answers import NONE, UNSURE
from mladvisor.rulebook.book import MenuRule
from mladvisor.rulebook.documents import ANSWERS, Question
from mladvisor.runs.model import Place, Run, Setting

CONFIG = "config."
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def understood(rulebook: Rulebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by the names of the rulebook, with values as measurements have them.

    Names may be those of findings, questions, features and causes (which are stated), and keys as they stand in
    configuration files (`num_classes`, `lr`, with or without `config.`).

    Raises:
        UsageError: names the answer and the nearest valid name or the answers that are accepted.
    """
    told: dict[str, Any] = {}
    for name, value in answers.items():
        if name in rulebook.findings or name in rulebook.causes:
            _check_degree(name, value)
            told[name] = value
        elif name in rulebook.handovers:
            if value not in (UNSURE, "no", False):  # who has none says no
                ways = 'put them beside the log (a consultation takes the path of their folder), or answer "no"'
                raise UsageError(f'"{name}" asks for files: {ways}')
            told[name] = UNSURE
        elif name in rulebook.menus:
            told[name] = _picks(rulebook.menus[name], value)
        elif name in rulebook.questions:
            question = rulebook.questions[name]
            read = value
            if question.kind == "choice" and value not in (*question.choices, "unsure"):
                read = _settings_of(question.sets.removeprefix(CONFIG), value).get(question.sets, value)
            _check_value(question, read)
            told[name] = read
        elif find(name) is not None or name in rulebook.names.entries:
            told[name] = _value_of_feature(name, value)
        else:
            told |= _as_setting(rulebook, name, value)
    return told


def _value_of_feature(name: str, value: Any) -> Any:
    """A value as its measurement would have it: numbers as numbers, settings as the configuration's reader has them."""
    entry = find(name)
    if isinstance(value, Measured) or value is None or value == "unsure" or entry is None:
        return value
    if name.startswith(CONFIG):
        read = _settings_of(name.removeprefix(CONFIG), value).get(name)
        if read is not None:
            return read
    if entry.type == "number":
        if not _is_number(value):
            raise UsageError(f'"{value}" is no value of "{name}"; a number is expected')
        return float(value)
    if entry.type == "flag" and not isinstance(value, bool):
        flag = _FLAGS.get(str(value).lower())
        if flag is None:
            raise UsageError(f'"{value}" is no value of "{name}"; yes or no is expected')
        return flag
    if entry.choices and value not in entry.choices:
        hint = nearest(str(value), entry.choices)
        raise UsageError(f'"{value}" is no value of "{name}"; one of {", ".join(entry.choices)} is expected{hint}')
    return value


def _as_setting(rulebook: Rulebook, name: str, value: Any) -> dict[str, Any]:
    """What a configuration with this one key would tell."""
    from mladvisor.features.config_names import NAMES

    key = name.removeprefix(CONFIG)
    read = {} if value is None or value == "unsure" else _settings_of(key, value)
    if read:
        return read
    from mladvisor.features.config_keys import meanings

    means = [CONFIG + quantity for quantity, _ in meanings(key) if CONFIG + quantity in catalogue()]
    if means and (value is None or value == "unsure"):
        return dict.fromkeys(means[:1], value)
    if means:
        raise UsageError(f'"{value}" is no value of "{name}" that a configuration could have')
    aliases = [alias for line in NAMES.values() for alias in line.split()]
    hint = nearest(name, [*rulebook.findings, *rulebook.questions, *catalogue(), *aliases])
    raise UsageError(f'there is no finding, question, feature or setting "{name}" to answer{hint}')


def _settings_of(key: str, value: Any) -> dict[str, Any]:
    """Feature -> value, of the features that are the quantities which a configuration key names."""
    from mladvisor.features.config_keys import meanings
    from mladvisor.features.config_names import NAMES

    names = [key, *NAMES.get(key, "").split()[:1]]
    for written in names:
        wanted = [CONFIG + quantity for quantity, _ in meanings(written) if CONFIG + quantity in catalogue()]
        told = Run(Path(), "what you told", config={written: Setting(value, Place("what you told", written))})
        measures = Measures(told)
        read = {feature: measures.one(feature) for feature in wanted}
        known = {feature: one.value for feature, one in read.items() if one.known}
        if known:
            return known
    return {}


def _picks(menu: MenuRule, value: Any) -> Any:
    """The answer to a menu as it is kept: "unsure", a list of options (empty for none of them), or option -> word."""
    if value == UNSURE:
        return value
    if isinstance(value, Mapping):
        for option, word in value.items():
            if option not in menu.options:
                raise UsageError(f'"{option}" is no option of "{menu.id}"{nearest(option, menu.options)}')
            _check_degree(f"{menu.id}: {option}", word)
        return dict(value)
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list | tuple):
        raise UsageError(f'"{value}" is no answer to "{menu.id}"; a list of its options is expected')
    if list(chosen) in ([], [NONE], ["no"]):
        return []
    chosen = [_option(menu, one) for one in chosen]
    for option in chosen:
        if option not in menu.options:
            accepted = "; ".join((*menu.options, NONE, UNSURE))
            hint = nearest(str(option), menu.options) or _by_word(str(option), menu)
            raise UsageError(f'"{option}" is no answer to "{menu.id}"{hint}; its answers: {accepted}')
    return [option for option in menu.options if option in chosen]


_ONE_LETTER = 0.8
"""Likeness of two short words that differ in a letter: "maybe" is no slip of the pen for "many"."""


def _by_word(said: str, menu: MenuRule) -> str:
    """A hint at the only option with a word that was nearly said; "" where none, or several, have it."""
    from difflib import get_close_matches

    options: dict[str, list[str]] = {}
    for option in menu.options:
        for word in {word.strip(",()").lower() for word in option.split()}:
            options.setdefault(word, []).append(option)
    near = get_close_matches(said.lower()[:_LONG], options, n=1, cutoff=_ONE_LETTER)
    return f' (did you mean "{options[near[0]][0]}"?)' if near and len(options[near[0]]) == 1 else ""


_LONG = 200  # characters of an answer that are compared


def _option(menu: MenuRule, said: Any) -> Any:
    """The option of a menu that is meant: a part of it is enough where it fits one alone."""
    if said in menu.options or not isinstance(said, str) or not said.strip():
        return said
    fits = [option for option in menu.options if said.strip().lower() in option.lower()]
    return fits[0] if len(fits) == 1 else said


def _check_degree(name: str, value: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    if not (number or isinstance(value, bool) or value in ANSWERS):
        accepted = ", ".join(ANSWERS)
        raise UsageError(f'"{value}" is no answer to "{name}"; {accepted} or a degree from 0 to 1 is expected')


def _check_value(question: Question, value: Any) -> None:
    if value == "unsure":
        return
    if question.kind == "choice" and value not in question.choices:
        hint = nearest(str(value), question.choices)
        accepted = ", ".join(question.choices)
        raise UsageError(f'"{value}" is no answer to "{question.question}"; one of {accepted} is expected{hint}')
    if question.kind == "number" and not _is_number(value):
        raise UsageError(f'"{value}" is no answer to "{question.question}"; a number is expected')
    if question.kind == "yes-no" and not (isinstance(value, bool) or value in ("yes", "no")):
        raise UsageError(f'"{value}" is no answer to "{question.question}"; yes or no is expected')


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and math.isfinite(float(value))
    except (TypeError, ValueError, OverflowError):
        return False
