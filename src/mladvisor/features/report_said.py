"""What reports about data say that lie beside the log, and settings, prints and notes that say the same.

The data itself may lie elsewhere, and often does. What is measured of it stands in the modules called `reported_...`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.printed import texts
from mladvisor.features.report_tables import report_records
from mladvisor.runs.amounts_said import amounts_in
from mladvisor.runs.blank_counts import blanks_printed, rows_told
from mladvisor.runs.coefficients_said import coefficients_in
from mladvisor.runs.columns_listed import blanks_by_column
from mladvisor.runs.data_places import places_in, with_places
from mladvisor.runs.data_records import MOST_BYTES, printed_records
from mladvisor.runs.data_said import said_in
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.drift_lines import means_below
from mladvisor.runs.label_tables import squares_said
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.lines_said import said_in_lines
from mladvisor.runs.made_said import made_of_raw
from mladvisor.runs.models_in_lines import models_in_lines
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.settings_said import said_in_settings
from mladvisor.runs.sheets.told import told_by
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.tabled import opened
from mladvisor.runs.tool_checks import soda_said

HOW = (
    "put the report about the data beside the log: a drift report, results of data validation, statistics by split, or"
    " importances of the features (JSON, CSV or Markdown)"
)
LEAST_COLUMNS = 4
"""Columns that a list of importances or relations must have to be one of all features."""

Told = list[tuple[Said, str]]


def told(m: Measures) -> Told:
    """(statement, file) of every report about data, and of what settings and the log say of it. Use `m.once`."""
    reports = m.once(report_records, "data_report")
    config = m.run.config
    settings = {key: each.value for key, each in config.items() if not each.place.row}
    places = places_in(settings)
    found = [(said, file) for file, records in reports for said in said_in(with_places(records, places))]
    found += made_of_raw(reports)
    for file, records in m.once(report_records, "label_audit"):
        found += [(said, file) for said in squares_said(records)]
    found += [(said, config[key].place.file) for said, key in said_in_settings(settings)]
    found += sheets_told(m)
    reported = {file for file, _ in reports}
    for file, lines in m.once(written):
        printed = list(printed_records(lines, "")) if file not in reported else []
        statistics = said_in(printed)
        rows = max((said.value for said in statistics if said.what == "rows"), default=None)
        found += [(said, file) for said in (*statistics, *blanks_by_column(lines, rows or rows_told(lines)))]
        found += [(said, file) for said in blanks_printed(lines, _stem(file), rows)]
        found += [(said, file) for said in (*said_in_lines(lines), *models_in_lines(lines), *coefficients_in(lines))]
        found += [(said, file) for said in (*amounts_in(lines, _stem(file)), *soda_said(lines), *means_below(lines))]
    for file in m.run.files.get("data_report", ()):
        if file.lower().endswith((".txt", ".html", ".htm")):
            lines = lines_of(m, file)
            if not file.lower().endswith(".txt"):
                lines = [part for line in lines for part in _TAG.split(line)]
            found += [(said, file) for said in (*blanks_printed(lines, _stem(file)), *amounts_in(lines, _stem(file)))]
    return found


_TAG = re.compile(r"<[^<>]{0,400}>")


def _stem(file: str) -> str:
    return stem_and_suffix(file.rpartition("/")[2])[0]


def lines_of(m: Measures, file: str) -> list[str]:
    try:
        return decode((m.run.folder / file).read_bytes()[:MOST_BYTES]).splitlines()
    except OSError:
        return []


def sheets_told(m: Measures) -> Told:
    """(statement, file) of what small tables and notes say of splits, batches and scales."""
    found: Told = []
    for file in m.run.files.get("sheet", ()):
        try:
            found += [(said, file) for said in told_by(opened(m.run.folder, file), m.run.kept.get(file))]
        except OSError:
            continue
    return found


def written(m: Measures) -> list[tuple[str, list[str]]]:
    """(file, lines) of what the run printed, of notes beside it, and of what reports say beside their tables. Use
    `m.once`.
    """
    found = [(text.file, decode(text.bare).splitlines()) for text in m.once(texts)]
    notes = m.run.files.get("data_note", ())
    reports = [
        each for each in m.run.files.get("data_report", ()) if each.lower().endswith(".md") and each not in notes
    ]
    for file in (*notes, *reports):
        lines = lines_of(m, file)
        found.append((file, lines if file in notes else [line for line in lines if not line.lstrip().startswith("|")]))
    return found


def said_of(m: Measures, *what: str) -> Told | Measured:
    found: Told = m.once(told)
    kept = [(said, file) for said, file in found if said.what in what]
    return kept or unknown(HOW, "not-logged")


def worst(m: Measures, *what: str, value: Callable[[Said], float | bool] = lambda said: said.value) -> Items | Measured:
    """For each column the largest value that any report gives."""
    found = said_of(m, *what)
    if isinstance(found, Measured):
        return found
    result: dict[str, Measured] = {}
    for said, file in found:
        if said.name not in result or value(said) > result[said.name].value:  # type: ignore[operator]
            result[said.name] = Measured(value(said), note=said.note, where=Where(file, said.name))
    return result


def left_out_of(m: Measures, columns: Iterable[str]) -> frozenset[str]:
    """Columns of a report that the model does not get, as script or settings say: nobody misses what is in them."""
    from mladvisor.tables.left_out import left_out

    script = (m.run.script.left_out, m.run.script.kept) if m.run.script is not None else ((), ())
    return left_out(columns, {key: each.value for key, each in m.run.config.items()}, *script)


def not_left_out(m: Measures, columns: Iterable[str]) -> frozenset[str]:
    """Those of the columns that nothing says the model does not get."""
    every = frozenset(columns)
    return every - left_out_of(m, every)


def reaching(m: Measures, found: Items | Measured) -> Items | Measured:
    """Those of the columns that the model reads: one that is left out, or that by its importance nothing is made of,
    may move as it likes. The label is no input, and counts however it is listed.
    """
    if isinstance(found, Measured):
        return found
    aside = (left_out_of(m, found) | _without_weight(m)) - LABELS
    kept = {name: each for name, each in found.items() if name not in aside}
    return kept or unknown("no column that a report compares reaches the model")


def _without_weight(m: Measures) -> frozenset[str]:
    """Columns whose importance is nothing at all, by a report that gives it to others."""
    weights = amounts_of(m, "importance")
    if isinstance(weights, Measured) or not any(weights[0].values()):
        return frozenset()
    return frozenset(name for name, weight in weights[0].items() if weight == 0.0)


def amounts_of(
    m: Measures, *what: str, amount: Callable[[float], float] = abs, least: int = LEAST_COLUMNS
) -> tuple[dict[str, float], str] | Measured:
    """Column -> its largest amount, and the file; unknown where too few columns are listed."""
    found = said_of(m, *what)
    if isinstance(found, Measured):
        return found
    amounts: dict[str, float] = {}
    for said, _ in found:
        if said.name.lower() in LABELS:
            continue  # the label beside itself: `frame.corr()["target"]`
        amounts[said.name] = max(amount(said.value), amounts.get(said.name, float("-inf")))
    if len(amounts) < least:
        return unknown(f"a report lists {len(amounts)} columns; {least} are needed", "too-few-points")
    return amounts, found[0][1]
