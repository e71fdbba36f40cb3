"""What came of another rate, batch or optimizer, by the sentences behind it: numbers, or words such as "settles"."""

from __future__ import annotations

import re
from typing import NamedTuple

from mladvisor.runs.tuning_words import AFTER, BAD, BATCH, BEFORE, COMPLAINT, DECIMAL, GOOD, LOSS, MOMENTUM, RATE, SCORE


class Outcome(NamedTuple):
    """What another choice reached and what the run did, where numbers are given; whether it did better, by words."""

    score: float | None = None
    ours: float | None = None
    is_metric: bool = False
    better: bool | None = None


def amount(text: str) -> float | None:
    """ "0,17" as 0.17, "1,437" as 1437, "8k" as 8000."""
    text, whole = (text[:-1], 1000.0) if text.endswith("k") else (text, 1.0)
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", text) and "," in text:
        text = text.replace(",", "")
    try:
        return float(text.replace(",", ".")) * whole
    except ValueError:
        return None


_WAS = re.compile(rf"(?:(?:{BEFORE})|\d+\.\d+\.x)[^\d.;]{{0,30}}?(?<![\d.,])({DECIMAL})(?![\d%]|\.\d)")
_WAS_BEHIND = re.compile(rf"(?<![\d.,])({DECIMAL})\s?(?:[a-z]+ )?(?:{BEFORE})")
_WENT = re.compile(rf"(?<![a-z])from[^\d;]{{0,24}}({DECIMAL})[^;]{{0,40}}?(?<![a-z])to[^\d;]{{0,24}}({DECIMAL})")
_IS_NOW = re.compile(rf"(?:{AFTER})[^\d.;]{{0,30}}?(?<![\d.,])({DECIMAL})(?![\d%]|\.\d)")
_ANY = re.compile(rf"(?<![\d.,\w/-])({DECIMAL})(?![\d%\w]|\.\d)")
_SETTING_BEFORE = re.compile(
    rf"(?:{RATE}|{BATCH}|{MOMENTUM}|weight.decay|dropout)\W{{0,3}}(?:of |de |von |stays |bleibt )?$"
)
_NOW = re.compile(AFTER)
_SCORED, _LOST = re.compile(SCORE), re.compile(LOSS)
_SAID_GOOD, _SAID_BAD = re.compile(GOOD), re.compile(BAD)


def outcome_of_change(texts: list[str], above: str = "") -> Outcome:
    """What was reached before a change of the run's own setting, and after it.

    Args:
        texts: the sentence of the change from its end on, and those that follow.
        above: what was said before them, which may name the score.
    """
    said = above
    for text in texts:
        went = _WENT.search(text)
        found = went or _WAS.search(text) or _WAS_BEHIND.search(text)
        if found is not None:
            whole = f"{said} {text[: found.start(1)]}"
            ours = amount_or_nan(went[2]) if went is not None else _ours(said, text, found)
            return Outcome(amount_or_nan(found[1]), ours, _is_metric(whole))
        said = f"{said} {text}"
    return Outcome()


def outcome_of_trial(texts: list[str], above: str = "") -> Outcome:
    """What another choice reached, in numbers or in words."""
    said = above
    for text in texts:
        found = next((one for one in _ANY.finditer(text) if not _SETTING_BEFORE.search(text[: one.start()])), None)
        bad = _SAID_BAD.search(text)
        if found is not None and (bad is None or bad.start() > found.start()):
            return Outcome(amount_or_nan(found[1]), None, _is_metric(f"{said} {text[: found.start(1)]}"))
        if bad is not None or _SAID_GOOD.search(text):
            # what is well now may be this run: only beside a complaint of it another choice did better
            complained = COMPLAINT.search(said) is not None and not _NOW.search(f"{said} {text}")
            return Outcome(better=False if bad is not None else True if complained else None)
        said = f"{said} {text}"
    return Outcome()


def _is_metric(text: str) -> bool:
    """Of the words for scores and losses the last one is for a score."""
    return _last(_SCORED, text) > _last(_LOST, text)


def amount_or_nan(text: str) -> float | None:
    return float("nan") if text == "nan" else amount(text)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)


_NOUN = re.compile(r"([^\W\d]{3,}),? (?:was|were|had|at|of|war|etait|era)\W*$")


def _ours(said: str, text: str, old: re.Match[str]) -> float | None:
    """What the run reached beside what it was: after "now", before the bracket, or behind the same noun."""
    if (now := _IS_NOW.search(text)) is not None and now[1] != old[1]:
        return amount_or_nan(now[1])
    bracket = text.rfind("(", 0, old.start(1))
    if bracket >= 0 and ")" not in text[bracket : old.start(1)]:
        earlier = [found[1] for found in _ANY.finditer(text[:bracket])]
        return amount_or_nan(earlier[-1]) if earlier else None
    noun = _NOUN.search(text[: old.start(1)])
    if noun is None:
        return None
    same = re.findall(
        rf"(?<![a-z]){re.escape(noun[1])}(?![a-z])[a-z ]{{0,12}}({DECIMAL})(?![\d%])", f"{said} {text[: old.start()]}"
    )
    return amount_or_nan(same[-1]) if same else None
