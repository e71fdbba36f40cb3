"""A look at labels that says of each row whether its label is right, rather than what it should be.

row,given,p_other,pathologist_review        id;label;verdict
309,0,0.851,wrong label                     17;cat;correct
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import NamedTuple

from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_WRONG = re.compile(
    r"(?:(?:label|class|annotation)(?: is| was)? )?(?:wrong|incorrect|false|mislabell?ed|not (?:ok|right|correct))"
    r"(?:ly labell?ed)?(?: label| class| annotation)?|label error|(?:real|true|confirmed) error"
)
_RIGHT = re.compile(
    r"(?:(?:label|class|annotation)(?: is| was)? )?(?:ok|okay|right|correct|fine|good|sound|confirmed|as given)"
    r"(?:ly labell?ed)?(?: label| class| annotation)?|no error"
)
_OPEN = re.compile(r"|-|n/?a|nan|none|unsure|unclear|undecided|ambiguous|borderline|skip(?:ped)?|\?")
_DOUBT = word_set("p prob probability confidence score doubt suspicion margin other rank quality loss entropy surprise")
"""What rows are picked by that somebody looks at: a model's doubt of their label."""
_DOUBTFUL = word_set(
    "issue issues suspect suspects suspected suspicious doubtful doubted flagged candidates cleanlab top worst likely "
    "possible potential errors"
)
_NUMBERED = word_set("row index idx line")


class Verdicts(NamedTuple):
    """Rows that were looked at and those whose labels are wrong, in which column; `picked`: they were doubtful ones.

    `least` is how many rows there must be in all, by the numbers of those that were looked at (None: they have none).
    """

    column: str
    rows: int
    wrong: int
    picked: bool
    least: int | None


def verdicts_in(columns: Mapping[str, Sequence[str]], called: str) -> Verdicts | None:
    """What a table of this name says, by the cells of its columns; None where none holds such verdicts on labels."""
    for name, cells in columns.items():
        plain = [cell.strip().lower().replace("_", " ") for cell in cells]
        told = [cell for cell in plain if not _OPEN.fullmatch(cell)]
        wrong = sum(_WRONG.fullmatch(cell) is not None for cell in told)
        right = sum(_RIGHT.fullmatch(cell) is not None for cell in told)
        if wrong and told and wrong + right == len(told):
            rest = [each for each in columns if each != name]
            picked = not _DOUBTFUL.isdisjoint(words_of(english(called)))
            picked = picked or any(not _DOUBT.isdisjoint(words_of(english(each))) for each in rest)
            return Verdicts(name, len(told), wrong, picked, next(_least(rest, columns), None))
    return None


def _least(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[int]:
    """How many rows there are at least, by their numbers; of k numbers the largest is missed by one part in k."""
    for name in names:
        cells = [cell.strip() for cell in columns[name]]
        if not _NUMBERED.isdisjoint(words_of(english(name))) and cells and all(map(str.isdecimal, cells)):
            numbers = set(map(int, cells))
            if len(numbers) == len(cells):
                yield ceil((max(numbers) + 1) * (1 + 1 / len(numbers)))
