"""Numbers as people write them."""

from __future__ import annotations

import re
from functools import cache

from mladvisor.consultation.interpret.number_words import in_digits
from mladvisor.consultation.interpret.words import lexicon

_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+"
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "hundred": 1e2}
_SCALES |= {"mio": 1e6, "mil": 1e6, "mn": 1e6, "millions": 1e6, "bn": 1e9, "billions": 1e9, "thousands": 1e3}
_SCALED = re.compile(rf"({'|'.join(sorted(_SCALES, key=len, reverse=True))})$")


_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10, "hundredth": 100, "thousandth": 1000}
_FRACTION = re.compile(rf"(?:(\w+)[ -])?({'|'.join(_PARTS)})s?")


@cache
def number_pattern(*, fractions: bool = False) -> str:
    """A regular expression for a number as people write it; `fractions`: "a third" and "one half", too."""
    if fractions:
        part = "|".join(_PARTS)
        return rf"(?:(?:(?:a|one|two|three) )?(?:{part})s?\b|{number_pattern()})"
    words = "|".join(sorted(lexicon().numbers, key=len, reverse=True))
    plain = rf"(?:{_DIGITS})(?:\s?e\s?[-+]?\d+)?"
    power = r"10\s?(?:\^|\*\*)\s?-?\d+"
    fraction = rf"(?:{_DIGITS}|(?:{words}))\s?/\s?(?:{_DIGITS}|(?:{words})\b)"
    scale = "|".join(rf"{word}\b" for word in sorted(_SCALES, key=len, reverse=True))
    return rf"[-+]?(?:{power}|{fraction}|{plain}|(?:{words})\b)(?:\s?(?:%|percent\b|{scale}))?"


def number(text: str) -> float | None:
    """A number as people write it: 3e-4, 1/10, 10^-3, 10k, 1,024, 30%, "two thousand", "a third"; else None."""
    text = in_digits(text.strip().lower())
    if fraction := _FRACTION.fullmatch(text):
        above = 1.0 if fraction.group(1) in (None, "a") else _core(fraction.group(1))
        return None if above is None else above / _PARTS[fraction.group(2)]
    percent = re.search(r"(%|percent)$", text)
    scale = _SCALED.search(text)
    core = text[: percent.start()] if percent else text[: scale.start()] if scale else text
    value = _core(core.strip())
    if value is None and scale and not percent:
        value = _core(text)  # "hundred" itself
        scale = None
    if value is None:
        return None
    value = value / 100 if percent else value * _SCALES[scale.group(1)] if scale else value
    return float(f"{value:.12g}")


def _core(text: str) -> float | None:
    text = text.replace(" ", "")
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.lstrip("+-")
    if text in lexicon().numbers:
        return sign * float(lexicon().numbers[text])
    if power := re.fullmatch(r"10(?:\^|\*\*)(-?\d{1,3})", text):
        return float(sign * 10.0 ** int(power.group(1)))
    if "/" in text:
        above, _, below = text.partition("/")
        top, bottom = _core(above), _core(below)
        return None if top is None or not bottom else sign * top / bottom
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        return sign * float(text)
    except ValueError:
        return None
