"""Reports beside the log, as records of what they say or as tables; of a table that cannot be read a note says why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.runs.data_sets import columns_of
from mladvisor.runs.layout import stem_and_form, stem_and_suffix
from mladvisor.runs.log_table import LogTable, read_log_table
from mladvisor.runs.report_forms import SUFFIXES, is_long, titled_report
from mladvisor.runs.tabled import opened

if TYPE_CHECKING:
    from mladvisor.runs.data_records import Record


def report_records(m: Measures, kind: str) -> list[tuple[str, list[Record]]]:
    """(file, what it says) of each report of a kind that can be read. Use `m.once`."""
    from mladvisor.runs.data_records import records_in

    found = []
    for file in m.run.files.get(kind, ()):
        try:
            found.append((file, records_in(opened(m.run.folder, file))))
        except ReadError as error:
            m.notes.append(f"{file} {error.message}")
    return found


def prediction_tables(m: Measures) -> Iterator[tuple[str, LogTable]]:
    """(file, table) of each text table of predictions; of one that cannot be read the measurements of predictions say
    why.
    """
    for file in m.run.files.get("predictions", ()):
        if file.lower().endswith((".csv", ".tsv")):
            with suppress(ReadError):
                yield file, read_log_table(m.run.folder, file, growing=False)


def report_tables(m: Measures, kind: str) -> Iterator[tuple[str, str, LogTable]]:
    """(file, what it is called, table) of each report of a kind that can be read.

    It is called by its heading where it has one, else as the file is without folder and suffix.
    """
    folder = m.run.folder
    for file in m.run.files.get(kind, ()):
        try:
            stem = stem_and_suffix(file.rpartition("/")[2])[0]
            if stem_and_form(opened(folder, file).name)[1] in SUFFIXES or is_long(columns_of(folder / file), stem):
                said, table = titled_report(folder, file)
            else:
                said, table = stem, read_log_table(folder, file, growing=False)
        except ReadError as error:
            m.notes.append(f"{file} {error.message}")
            continue
        yield file, said, table
