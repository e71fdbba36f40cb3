"""How many inputs stand beside a label of another row, by a check of keys, a query, or a note."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_tables import report_records
from mladvisor.features.told_lines import told_lines
from mladvisor.runs.cell_tables import plain_tables
from mladvisor.runs.pairs_said import apart_in_check, apart_in_line, apart_in_rows
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate

_HOW = "compare the keys of inputs and labels row by row, and put the counts beside the log"


@feature("labels.pairs_apart", unit="fraction", doc="The share of rows whose label belongs to another input, by a check"
         " of their keys, a query, or a note", how=_HOW, source="feat.tiny")  # fmt: skip
def pairs_apart(m: Measures) -> Measured:
    found: list[tuple[float, str]] = []
    for file, records in m.once(report_records, "data_report"):
        found += [(share, file) for record in records if (share := apart_in_check(record.cells)) is not None]
    for file, lines in m.once(told_lines):
        if file not in m.run.logs:
            found += [(share, file) for line in lines if (share := apart_in_line(line)) is not None]
    for name in m.run.files.get("told", ()):
        file_ = Candidate(str(m.run.folder / name), name)
        found += [(share, name) for rows in plain_tables(file_) for share in apart_in_rows(rows, text_of(file_))]
    if not found:
        return unknown(_HOW, "not-logged")
    share, file = max(found)
    return Measured(share, where=Where(file))
