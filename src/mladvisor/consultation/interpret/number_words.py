"""Numbers that take several words, written in digits: "sixty-four", "zero point nine", "half a million"."""

from __future__ import annotations

import re
from functools import cache

from mladvisor.consultation.interpret.words import lexicon

_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
_LARGE = ("thousand", "million", "billion")
_PARTS = {"half": 0.5, "quarter": 0.25, "three quarters": 0.75}
_COUPLE = 2
_NO_NOUN = "".join(rf"(?<!\b{word} )" for word in ("this", "that", "the", "some", "a", "any", "no", "data", "every"))
"""Behind these a point is a moment, or a row: "at this point two things happen"."""


def in_digits(text: str) -> str:
    """`text` with each number of several words in digits.

    Single words ("two", "hundred") stay, for they are more often no number ("one of them") and are read as numbers
    where one is expected.
    """
    for pattern, worth in _patterns():
        text = pattern.sub(lambda match, worth=worth: _told(match, worth), text)  # type: ignore[misc]
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each form of a number, the longer before the shorter."""
    words = lexicon().numbers
    small = [word for word in words if word not in _SCALES]
    one = "|".join(sorted(small, key=len, reverse=True))
    digit = "|".join(word for word in small if words[word] < 10) + "|oh|nought"
    scale, large = "|".join(_SCALES), "|".join(_LARGE)
    joint = r"(?: and |[ -])"
    part = "|".join(sorted(_PARTS, key=len, reverse=True))
    whole = rf"(?:(?P<whole>{one}|\d+) |{_NO_NOUN})"
    forms = (
        (rf"{whole}point[ -](?P<digits>(?:{digit})(?:[ -](?:{digit}))*)(?: (?P<large>{large}))?", "point"),
        (rf"(?P<whole>{one}|a|\d+)(?: and a half| and half a) (?P<large>{large}|dozen|hundred)", "and a half"),
        (rf"(?:a |one )?(?P<part>{part}) (?:of )?(?:a |an |one )?(?P<large>{large}|dozen|hundred)", "part"),
        (rf"(?P<whole>{one})(?= times (?:10|ten)\b)", "whole"),
        (rf"(?:a )?couple (?:of )?(?P<large>{scale})", "couple"),
        (rf"(?:a )?(?P<sum>(?:{one}|{scale})(?:{joint}(?:{one}|{scale}))+)", "sum"),
    )
    return tuple((re.compile(rf"(?<![\w-])(?:{form})(?![\w-])", re.IGNORECASE), worth) for form, worth in forms)


def _told(match: re.Match[str], worth: str) -> str:
    """The digits of a match, or the match itself where its words make no number."""
    words = {name: (found or "").lower() for name, found in match.groupdict().items()}
    times = _SCALES.get(words.get("large", ""), 1)
    if worth == "point":
        digits = "".join(str(int(_number(word))) for word in re.split("[ -]", words["digits"]))
        return _plain(float(f"{int(_number(words['whole']))}.{digits}") * times)
    if worth == "whole":
        return _plain(_number(words["whole"]))
    if worth == "and a half":
        return _plain((_number(words["whole"]) + 0.5) * times)
    if worth == "part":
        return _plain(_PARTS[words["part"]] * times)
    if worth == "couple":
        return _plain(_COUPLE * times)
    total = _sum(re.split("[ -]", words["sum"]))
    return match.group() if total is None else _plain(total)


def _number(word: str) -> float:
    if word.isdigit():
        return int(word)
    return 1 if word == "a" else lexicon().numbers.get(word, 0)


def _sum(words: list[str]) -> float | None:
    """What words add up to, as in two hundred and fifty-six thousand; None for "one two" and "two and three"."""
    total, part, last, above = 0.0, 0.0, "", float("inf")
    for word in words:
        value = _number(word)
        if word == "and":
            if last not in _SCALES:
                return None
        elif word in _LARGE:
            if _SCALES[word] >= above:
                return None
            above = _SCALES[word]
            total, part, last = total + (part or 1) * above, 0.0, word
        elif word in _SCALES:
            if part >= 100 or (last in _SCALES and last not in _LARGE):
                return None
            part, last = (part or 1) * _SCALES[word], word
        else:
            tens = _number(last)
            if last and last not in _SCALES and not (tens >= 20 and tens % 10 == 0 and 0 < value < 10):
                return None
            part, last = part + value, word
    return total + part


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.12g}"
