"""Which of several models is the one in use, by what is said beside their table, and by the settings of the run.

In use since March: degree 1.        selected idx = 6        DecisionTreeClassifier(max_depth=1)        TRIAL=0
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isclose
from typing import Any

from mladvisor.runs.fits_said import Fits
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.sweeps import leaf_of

_SAYS_USE = re.compile(
    r"\b(?:in (?:use|service|production|charge)|selected|deployed|chosen|running|shipped|we use|is used|went live|live"
    r"|went to the customer|delivered|scoring|im einsatz|en service|en production|en uso|em uso|en producci[oó]n"
    r"|em produ[cç][aã]o)\b|使用中|採用|採用中|当前使用|上线",
    re.IGNORECASE,
)
_NOT_USED = re.compile(r"\b(?:not|never|no longer|before|previously|until|if|would|nicht|kein)\b", re.IGNORECASE)
_LONGEST = 300
_GIVEN = re.compile(r"([A-Za-z_][\w.]{0,40})\s{0,2}=\s{0,2}(-?[\w.+-]{1,20}|\[[\d, ]{1,40}\])")
_FEW_WORDS = 2
_NEAR = 1e-3


def says_use(line: str) -> bool:
    """A sentence that says what is in use, and not what was or would be."""
    return _SAYS_USE.search(line[:_LONGEST]) is not None and _NOT_USED.search(line[:_LONGEST]) is None


def named_in_use(fits: Fits, lines: Sequence[str]) -> int | None:
    """The fit that a sentence calls the one in use, by a setting and its value, by its words, or by its row; of several
    alike the one that does best.
    """
    found: set[int] = set()
    for whole in lines:
        if says_use(whole):
            found |= _told(fits, whole[:_LONGEST])
    return _best(fits, found)


def _best(fits: Fits, found: Iterable[int]) -> int | None:
    """Of rows that some cell of theirs makes one model, tried more than once, that which does best on other rows."""
    rows = [fits.fits[at] for at in found]
    alike = any(len({row.cells[name] for row in rows}) == 1 for name in (rows[0].cells if rows else ()))
    if not alike or len(rows) == len(fits.fits):
        return None
    return min(found, key=lambda at: fits.fits[at].held)


def _told(fits: Fits, line: str) -> set[int]:
    lower = line.lower()
    found: set[int] = set()
    for name in fits.fits[0].cells:
        leaf = leaf_of(name).replace("_", " ")
        for at, fit in enumerate(fits.fits):
            cell = fit.cells[name].strip().lower()
            if not cell:
                continue
            if number(cell) is None:
                words = len(words_of(cell))
                if words >= _FEW_WORDS and cell in lower:
                    found.add(at)
            elif re.search(rf"\b{re.escape(leaf)}\s{{0,2}}(?:=|:|of|is|)\s{{0,2}}{re.escape(cell)}(?![\w.]*\d)", lower):
                found.add(at)
    if not found:
        row = re.search(r"\b(idx|index|row)\s{0,2}[=:]?\s{0,2}(\d{1,3})\b", lower)
        if row is not None and 0 < int(row[2]) <= len(fits.fits):
            found.add(int(row[2]) - 1)
    return found


def given_in(lines: Sequence[str]) -> dict[str, str]:
    """Names and values in a text beside a table: "RandomForest(max_depth=1, random_state=0)"; the first of each."""
    found: dict[str, str] = {}
    for line in lines:
        for name, said in _GIVEN.findall(line[:_LONGEST]):
            found.setdefault(name.lower(), said)
    return found


def in_use_by_settings(fits: Fits, settings: Mapping[str, Any]) -> int | None:
    """The fit whose cells are those of the settings, wherever both tell; None where they do not part them."""
    told = {leaf_of(key): each for key, each in settings.items() if isinstance(each, int | float | str)}
    columns = {name: value for name in fits.fits[0].cells if (value := _of(told, leaf_of(name))) is not None}
    columns = {name: value for name, value in columns.items() if len({fit.cells[name] for fit in fits.fits}) > 1}
    if not columns:
        return None
    alike = [at for at, fit in enumerate(fits.fits) if all(_same(v, fit.cells[name]) for name, v in columns.items())]
    return _best(fits, alike)


def _of(told: Mapping[str, Any], leaf: str) -> Any:
    """What settings say of a column: under its own name, or under one that ends so ("max_depth" for "depth")."""
    if leaf in told:
        return told[leaf]
    ends = [key for key in told if key.endswith(f"_{leaf}") or leaf.endswith(f"_{key}")]
    return told[ends[0]] if len(ends) == 1 and len(leaf) > 1 else None


def _same(value: Any, cell: str) -> bool:
    ours, theirs = number(str(value)), number(cell)
    if ours is not None and theirs is not None:
        return isclose(ours, theirs, rel_tol=_NEAR)
    return str(value).strip().lower() == cell.strip().lower()
