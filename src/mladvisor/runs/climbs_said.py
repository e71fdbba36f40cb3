"""Sizes of the whole gradient as people and their tools tell them again and again: whether they climb.

L2 norm of all gradients: 240.6             - norma del gradiente, época 3: 9.800
global grad norm at steps 0, 50, 100: 1.1, 9.8, 220, 6.1e4        {"grad_norm": {"p50": 3.4, "p99": 4.2e5}}
"""

from __future__ import annotations

import re
from math import inf
from typing import NamedTuple

from mladvisor.runs.gradients_said import EARLIER, OTHER, WORDS, speak, value_of
from mladvisor.runs.layer_places import is_layer, names_in
from mladvisor.runs.numbers_said import Numbers, words_of

LEAST_CLIMB = 4
"""Sizes in time: of fewer nobody knows whether they go on."""


class Climb(NamedTuple):
    """Sizes of one gradient in time, and the line they begin on."""

    sizes: tuple[float, ...]
    row: int


_ONE = re.compile(
    r"(?i)(?:grad(?:ient)?s?[ _]?(?:l2[ _]?)?norms?|norms?[^\d:=|]{0,30}gradien\w*|gnorm|\bgn|gradientennorm|"
    r"norma?e? (?:global )?d[eu](?:l| la)? gradiente?|梯度范数|勾配ノルム)[^\d\n|]{0,30}?"
    r"(?:(?:epoch|[eé]poca|[eé]poque|epoche|step|paso|schritt|iter(?:ation)?)\s?\d{1,7}\D{0,3}?)?[\s:=]\s?"
    r"(?P<told>\d{1,15}(?:[.,]\d{1,12})?(?:e[-+]?\d{1,3})?|inf|-?nan)(?P<more>\s?(?:millions?|millones|mio)?)(?![\w])"
)
_NEXT = re.compile(
    r"(?i)^\W{0,6}(?:epoch|[eé]poca|[eé]poque|epoche|step|paso|schritt|iter(?:ation)?|轮次|第)\s?\d{1,7}\D{0,3}?\s?[:=]\s?"
    r"(?P<told>\d{1,15}(?:[.,]\d{1,12})?(?:e[-+]?\d{1,3})?)(?P<more>\s?(?:millions?|millones|mio)?)(?![\w])"
)
_BEYOND = re.compile(r"(?i)\b(?:inf|-?nan|overflow|desbordamiento|überlauf|débordement)\b")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")


def _size(told: str, more: str) -> float:
    if told.lower().lstrip("-") in ("inf", "nan"):
        return inf
    return value_of(told) * (1e6 if more.strip() else 1.0)


_LIMIT = re.compile(
    r"(?i)(?<![a-z])(?:clip\w*|limit|threshold|cap|allowed|tol\w*|penalty|scaled|alert|if|when|expected|target|max_norm)(?![a-z])"
)
_BEFORE = 12  # characters: "scaled grad norm"


def _of_limit(text: str, found: re.Match[str]) -> bool:
    """The number is where the norm is cut, or what it is times the scale of the loss."""
    return _LIMIT.search(text[max(0, found.start() - _BEFORE) : found.start("told")]) is not None


def climbs_in(told: Numbers) -> list[Climb]:
    """The norm of the gradient each time that a text tells it, and columns of tables that are called so."""
    series: list[float] = []
    begin = 0
    following = False
    inner: list[Climb] = []
    for line in told.lines:
        if len(sizes := _within(line.text)) >= LEAST_CLIMB:
            inner.append(Climb(tuple(sizes), line.row))
            continue
        found = _ONE.search(line.text)
        if found is None and following:
            found = _NEXT.match(line.text)
        following = found is not None or (following and _BEYOND.search(line.text) is not None)
        if found is not None and not names_in(line.text) and not _of_limit(line.text, found):
            begin = begin or line.row
            text = found["told"]
            whole = float(text.replace(".", "")) if found["more"] == "" and _THOUSANDS.fullmatch(text) else None
            commas = whole is not None and _DECIMAL_COMMA.search(line.whole) is not None
            series.append(whole if whole is not None and commas else _size(text, found["more"]))
    climbs = [*inner, *([Climb(tuple(series), begin)] if series else [])]
    columns: dict[tuple[str, ...], list[float]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cell in told.cells:
        if cell.of_row < 0 or cell.tried or is_layer(cell.path[cell.of_row]):
            continue
        key = (*cell.path[: cell.of_row], cell.path[-1])  # the column, of whatever row
        if speak(cell.path[-1:]) and words_of(cell.path[-1]).isdisjoint(OTHER):
            columns.setdefault(key, []).append(cell.value)
            rows.setdefault(key, cell.row)
    return [*climbs, *(Climb(tuple(sizes), rows[key]) for key, sizes in columns.items())]


_PAIRED = re.compile(
    r"(?i)(?:step|schritt|paso|pas|passo|iter\w*|epoch\w*|[eé]poca|[eé]poque|epoche|t)\s?\d{1,7}\s?[:=]\s?"
    r"(?P<told>\d{1,15}(?:[.,]\d{1,6})?(?:e[-+]?\d{1,3})?)"
)
_LISTED = re.compile(
    r"[:=\[(]\s?(?P<all>\d[\d.e+-]{0,14}(?:(?:,\s|;\s?|\s?->\s?|\s?→\s?)\d[\d.e+-]{0,14}){3,40})", re.IGNORECASE
)


def _within(text: str) -> list[float]:
    """Sizes that one line tells in their order: "step 100: 3.1; step 200: 88", "at steps 0, 50: 1.1, 9.8, 220"."""
    if not _NORM.search(text) or names_in(text):
        return []
    paired = [value_of(one["told"]) for one in _PAIRED.finditer(text)]
    if len(paired) >= LEAST_CLIMB:
        return paired
    lists = [re.split(r",\s|;\s?|\s?->\s?|\s?→\s?", one["all"]) for one in _LISTED.finditer(text)]
    known = [[float(part) for part in each if _PLAIN.fullmatch(part)] for each in lists]
    return max(known, key=len, default=[])


_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,12})?(?:e[-+]?\d{1,3})?", re.IGNORECASE)
_NORM = re.compile(
    r"(?i)grad(?:ient)?s?[ _]?(?:l2[ _]?)?norms?(?! per| by)|gradientennorm|norma?e? (?:global )?d[eu](?:l"
    r"| la)? gradient"
    r"|gnorm|梯度范数|勾配ノルム"
)


def largest_in(told: Numbers) -> tuple[float, int] | None:
    """The largest norm of a gradient that a sentence tells, and its row."""
    found: tuple[float, int] | None = None
    for line in told.lines:
        one = _ONE.search(line.text) or _EXCEEDS.search(line.text)
        if one is not None and not EARLIER.search(line.text) and not _of_limit(line.text, one):
            size = _size(one["told"], one["more"])
            if size < inf and (found is None or size > found[0]):
                found = size, line.row
    return found


_EXCEEDS = re.compile(
    r"(?i)grad(?:ient)?s?[ _]?norms?(?: of| is| was| reached| "
    r"at)?\s(?P<told>\d{1,12}(?:\.\d{1,6})?(?:e[-+]?\d{1,3})?)(?P<more>)(?![\w%])"
)
_DECIMAL_COMMA = re.compile(r"\d,\d")


def quantiles_in(told: Numbers) -> tuple[float, float] | None:
    """(median, 99th percentile or more) of the norm of the gradient, where a summary gives them."""
    found: dict[str, float] = {}
    for cell in told.cells:
        if not words_of(*cell.path[:-1]).isdisjoint(WORDS) and words_of(*cell.path[:-1]).isdisjoint({"layer", "clip"}):
            key = cell.path[-1].lower().strip(" _%")
            found.setdefault(
                {"p50": "half", "50": "half", "median": "half", "p99": "top", "99": "top"}.get(key, key), cell.value
            )
    return (found["half"], found["top"]) if "half" in found and "top" in found else None
