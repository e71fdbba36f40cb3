"""Answers to the open question, however short: a number from the list, yes and no in all shades, a value."""

from __future__ import annotations

import re
from typing import Any

from mladvisor.consultation.interpret.numerals import number
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.diagnosis.handovers import is_request
from mladvisor.diagnosis.menus import is_menu
from mladvisor.diagnosis.model import NextStep
from mladvisor.rulebook.answers import NONE


def _shades() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return lexicon().answers


def answer_of(text: str, step: NextStep) -> tuple[Any, str]:
    """The answer that `text` gives to `step`, and what is left of the text; (None, text) when it is no answer.

    The answer is one of the step's choices (of a menu a list of them), "unsure", a number for a question that asks for
    one, or "skip".
    """
    plain = " ".join(text.lower().replace("’", "'").split()).strip(" .!")
    choices = list(step.choices)
    listed = [*choices, "unsure"] if step.sets else choices
    if plain.isdigit() and 1 <= int(plain) <= len(listed):
        return listed[int(plain) - 1], ""
    if is_menu(step):
        return _picks(plain, choices, text)
    if step.sets and choices not in (["yes", "no"], []):
        return _choice(plain, choices, text)
    if step.sets and not choices and not is_request(step):
        value = number(plain)
        if value is not None:
            return value, ""
    for shade, pattern in _shades():
        if pattern.fullmatch(plain):
            if shade == _UNCHECKED and _IS_ABOUT_LOOKING.search(step.question):
                break  # "was it ever looked at?" is answered by this, and not left open
            return _allowed(shade, step), ""
    # "no, it is smooth": an answer and more; the comma must be there, for "no nan" is none.
    head, comma, rest = plain.partition(",")
    if comma and rest.strip():
        for shade, pattern in _shades()[1:]:
            if pattern.fullmatch(head.strip()):
                return _allowed(shade, step), text.partition(",")[2].strip()
    return None, text


_UNCHECKED = "unchecked"
_IS_ABOUT_LOOKING = re.compile(
    r"\b(?:looked at or|checked|tried|tested|verified|validated|compared|only the loss logged|writing down)\b", re.I
)
"""Questions of what people did: that somebody did not check is an answer to them."""


def _picks(plain: str, choices: list[str], text: str) -> tuple[Any, str]:
    """What is picked from a menu: numbers ("1 3", "1, 3 and 4"), the words of one option, or none of them."""
    numbers = plain.replace(",", " ").replace("and", " ").replace("&", " ").split()
    if numbers and all(each.isdigit() and 1 <= int(each) < len(choices) for each in numbers):
        return [choices[int(each) - 1] for each in dict.fromkeys(numbers)], ""
    if plain in _NONE:
        return NONE, ""
    return _choice(plain, choices, text)


_NONE = (NONE, "none", "no", "nope", "neither", "nothing", "none of them", "nothing of the kind", "no to all")


def is_answer(text: str) -> bool:
    """Whether a text is nothing but an answer, to whatever question."""
    plain = " ".join(text.lower().split()).strip(" .!")
    return plain.isdigit() or any(pattern.fullmatch(plain) for shade, pattern in _shades() if shade != "skip")


def is_courtesy(text: str) -> bool:
    """Whether somebody only says hello or thanks."""
    return re.fullmatch(lexicon().phrases["courtesy"], text.lower().replace("’", "'")) is not None


def _allowed(shade: str, step: NextStep) -> Any:
    """A shade as the question takes it: yes-no questions for a value know no "probably"."""
    if shade == _UNCHECKED:
        return "unsure"
    if not step.sets or shade in ("skip", "unsure"):
        return shade
    return {"probably": "yes", "probably-not": "no"}.get(shade, shade)


def _choice(plain: str, choices: list[str], text: str) -> tuple[Any, str]:
    for shade, pattern in _shades():
        if shade in ("skip", "unsure", _UNCHECKED) and pattern.fullmatch(plain):
            return "skip" if shade == "skip" else "unsure", ""
    spelled = plain.replace("-", " ")
    exact = [
        one for one in choices if one.replace("-", " ") == spelled or one.replace("-", "") == spelled.replace(" ", "")
    ]
    if exact:
        return exact[0], ""
    named = [one for one in choices if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", plain)]
    return (named[0], "") if len(named) == 1 and len(plain.split()) <= 4 else (None, text)
