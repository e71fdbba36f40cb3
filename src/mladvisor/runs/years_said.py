"""Statistics of a column in two years side by side: what the later year lacks is asked for all the same."""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.columns_said import BLANKS
from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import words_of

_FIRST, _LAST = 1990, 2100


def blanks_by_year(name: str, cells: Cells) -> Iterator[Said]:
    """ "missing_season2022, missing_season2023": the share of blank cells of the earlier and of the later year.

    Means that move from year to year may both have been learned from. A column without values cannot have been.
    """
    years: dict[int, float] = {}
    for key in cells:
        words = words_of(key)
        said = [int(word) for word in words if word.isdecimal() and _FIRST <= int(word[:4]) <= _LAST and len(word) == 4]
        share = number(cells, (key,))
        if len(said) == 1 and not BLANKS.isdisjoint(words) and share is not None and 0.0 <= share <= 1.0:
            years[said[0]] = share
    if len(years) == 2:
        earlier, later = sorted(years)
        yield Said("missing", name, "train", years[earlier])
        yield Said("missing", name, "serving", years[later])
