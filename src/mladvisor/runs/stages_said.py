"""What reports that tell raw columns from those made of them say of the step between: blanks that it brought in, a
column that lost its spread, or got a thousand times as much of it, or does not follow its source any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import MADE, Said, number
from mladvisor.runs.other_languages import english_word
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_RAW = word_set("raw source sources original originals inputs ingested staging bronze")
_SCALED = word_set("scaled normalized normalised standardized standardised clipped winsorized binned encoded")
_STAGE_CELLS = (
    "stage",
    "layer",
    "phase",
    "step",
    "kind",
    "origin",
    "group",
    "zone",
    "split",
    "set",
    "table",
    "version",
)


def stage_of(record: Record) -> str | None:
    """ "raw" or "made", by a key above the column or a cell of its row; the name of the report is of all of them."""
    told = [each for each in record.path[1:] if not each.isdigit()]
    told += [str(record.cells[key]) for key in _STAGE_CELLS if isinstance(record.cells.get(key), str)]
    words = {word for each in told for word in words_of(each)}
    made, raw = not words.isdisjoint(MADE | _SCALED), not words.isdisjoint(_RAW)
    return None if made == raw else "made" if made else "raw"


def stage_named(file_called: str) -> str | None:
    """ "raw" or "made", by the name of a whole report: "raw_stats", "processed"."""
    words = {english_word(word) for word in words_of(file_called)}
    made, raw = not words.isdisjoint(MADE), not words.isdisjoint(_RAW)
    return None if made == raw else "made" if made else "raw"


class Column(NamedTuple):
    """What is said of a column at one stage; None for what is not."""

    mean: float | None
    std: float | None
    missing: float | None


def compared(raw: Mapping[str, Column], made: Mapping[str, Column], *, blanks: bool) -> Iterator[Said]:
    """What became of columns that have one name at both stages.

    Args:
        blanks: whether blanks are told, too, which `blanks_made` does within one report.
    """
    most = max((each.missing for each in raw.values() if each.missing is not None), default=None)
    spreads = sorted(each.std for each in made.values() if each.std)
    usual = spreads[len(spreads) // 2] if len(spreads) >= _LEAST_BESIDE else None
    for name, after in made.items():
        if blanks and most is not None and after.missing is not None:
            yield Said("made-blank", name, None, max(after.missing - most, 0.0))
        before = raw.get(name)
        if before is None or before.std is None or after.std is None or before.std <= 0.0:
            continue
        yield Said("lost", name, None, float(after.std == 0.0))
        if usual:
            yield Said("blown-up", name, None, after.std / max(before.std, usual))


_LEAST_BESIDE = 4
"""Made columns of which the middle one tells on what scale they are meant to be."""


def follows_source(cells: Cells) -> float | None:
    """The correlation of a column with what it was made of: "corr_raw_vs_processed"; None where nothing says it."""
    for key in cells:
        words = set(words_of(key))
        if words & _RELATED and words & _RAW and words & (MADE | _AFTER):
            return number(cells, (key,))
    return None


_RELATED = word_set("corr correlation pearson spearman r rho")
_AFTER = word_set("after output out made")


def blanks_made(every: Sequence[tuple[Record, Said]]) -> Iterator[Said]:
    """How many more cells of each made column are blank than of the raw column with most blanks."""
    shares: dict[str, list[Said]] = {"raw": [], "made": []}
    for record, said in every:
        stage = stage_of(record) if said.what == "missing" else None
        if stage is not None:
            shares[stage].append(said)
    most = max((said.value for said in shares["raw"]), default=None)
    if most is None:
        return  # what was blank before is not known
    for said in shares["made"]:
        yield said._replace(what="made-blank", value=max(said.value - most, 0.0))
