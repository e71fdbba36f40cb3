"""What a report that tells raw columns from those made of them says of the step between: blanks that it brought in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mladvisor.runs.data_reports import Record
from mladvisor.runs.data_verdicts import MADE, Said
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_RAW = word_set("raw source sources original originals inputs ingested staging bronze")
_STAGE_CELLS = ("stage", "layer", "phase", "step", "kind", "origin", "group", "zone")


def stage_of(record: Record) -> str | None:
    """ "raw" or "made", by a key above the column or a cell of its row; the name of the report is of all of them."""
    told = [each for each in record.path[1:] if not each.isdigit()]
    told += [str(record.cells[key]) for key in _STAGE_CELLS if isinstance(record.cells.get(key), str)]
    words = {word for each in told for word in words_of(each)}
    made, raw = not words.isdisjoint(MADE), not words.isdisjoint(_RAW)
    return None if made == raw else "made" if made else "raw"


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
