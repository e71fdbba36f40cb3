"""Tables: CSV, TSV and semicolon files of any tool, with any column names."""

from __future__ import annotations

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Role, Split
from mladvisor.runs.readers.base import MAX_ROW, Candidate, RawCurve, Reading
from mladvisor.runs.readers.cells import Column, Table, read_table, without_conflicts, without_long_cells
from mladvisor.runs.readers.decoding import MAX_LINE
from mladvisor.runs.readers.dialects import Dialect, dialect_of
from mladvisor.runs.readers.ends import Ends, read_ends
from mladvisor.runs.readers.headers import JUDGED, counting_column, sureness, why_nameless
from mladvisor.runs.readers.nameless import named_by_split, names_quantities, tidy_columns, tidy_curves, told_by_split
from mladvisor.runs.readers.rows import Axis, curve
from mladvisor.runs.readers.sheet import Sheet, sheet_of
from mladvisor.runs.readers.turned_blank import spell_out
from mladvisor.runs.roles import Columns


class TableReader:
    """Delimited text with a header, or one column of numbers in a file named after what it holds."""

    id = "csv"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        return sureness(candidate)

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the table. Raises ReadError when it has no rows or no column of numbers."""
        ends = _read_ends(candidate)
        lines = ends.lines
        conflicts = 0
        if any(line.startswith("<<<<<<<") for line in lines):
            lines, conflicts = without_conflicts(lines)
        sheet = sheet_of(lines)
        if sheet is None:
            raise ReadError("holds no table", file=candidate.rel)
        reading = Reading()
        if conflicts:
            reading.warnings.append(
                f"{candidate.rel} holds {conflicts} unsolved git merge conflict"
                f"{'s' if conflicts > 1 else ''}: the first side is read"
            )
        if ends.said:
            reading.warnings.append(ends.said)
        table = read_table(lines, sheet, texts=_texts(sheet, candidate.columns), ended=ends.ended)
        table.lines[table.lines > ends.first] += ends.skipped
        reading.torn = table.torn
        if sheet.names:
            read_named(candidate, sheet, table, reading)
        else:
            _read_bare(candidate, sheet, table, counting_column(lines, sheet) if sheet.width == 2 else None, reading)
        return reading


def _read_ends(candidate: Candidate) -> Ends:
    """The lines; where one is too long for its quoted cells (Ray writes lists of thousands), these are emptied."""
    try:
        return read_ends(candidate)
    except ReadError:
        ends = read_ends(candidate, longest=MAX_ROW)
        ends.lines = [without_long_cells(line) if len(line) > MAX_LINE else line for line in ends.lines]
        if any(len(line) > MAX_LINE for line in ends.lines):
            raise
        return ends


def _texts(sheet: Sheet, columns: Columns) -> tuple[int, ...]:
    """The columns that name the split, and the quantity, of each row, where there are such."""
    at = _counting(sheet.names, columns).get("set")
    tidy = tidy_columns(sheet.names, columns)
    return (*(() if at is None else (at,)), *(() if tidy is None else (tidy[0],)))


def _read_bare(candidate: Candidate, sheet: Sheet, table: Table, counting: int | None, reading: Reading) -> None:
    """A headerless file of one column, or of two of which one counts: the other is what the file is called."""
    column = table.columns[0 if counting is None else 1 - counting] if sheet.width < 3 else None
    if column is None or not len(column.values):
        raise ReadError(why_nameless(candidate) or "has no header", file=candidate.rel)
    stem = candidate.name.rpartition(".")[0] or candidate.name
    x = _full(table, counting, len(table.lines)) if sheet.width == 2 else None
    made = curve(stem, column.values, column.at, x=x, x_unit="row", epochs=None, lines=table.lines)
    reading.curves.append(made)
    reading.format = "csv"
    which = "its one column" if counting is None else f"its {('second', 'first')[counting]} column"
    reading.assumed.append(f"{candidate.rel} has no header: {which} is taken for {stem}")


def read_named(candidate: Candidate, sheet: Sheet, table: Table, reading: Reading) -> None:
    """Fill `reading` with the curves of a table that has names. Raises ReadError where there are none."""
    columns = candidate.columns
    dialect = dialect_of(sheet.names, sheet.delimiter, candidate.rel)
    reading.format = dialect.id
    counting = _counting(sheet.names, columns)
    lower = [name.lower() for name in sheet.names]
    counting.update({kind: lower.index(name) for name, kind in dialect.counts})
    set_at = counting.get("set")
    _say_ragged(candidate, table, reading)
    _say_words(candidate, sheet.names, table, reading)
    if not len(table.lines):
        raise ReadError("has a header and no rows", file=candidate.rel)
    rows = len(table.lines)
    if set_at is None and (filled := spell_out(sheet.names, table, columns)):
        reading.assumed.append(f"{candidate.rel}: blank cells of {' and '.join(filled)} at the end are taken for NaN")
    _say_twice(candidate, sheet.names, table, reading)
    axis = Axis(*(_full(table, counting.get(kind), rows) for kind in ("epoch", "step", "batch")))
    counted = {at for kind, at in counting.items() if kind != "set" and at is not None}
    chosen = [
        (at, name, column)
        for at, (name, column) in enumerate(zip(sheet.names, table.columns, strict=True))
        if column is not None and name and at not in counted and len(column.values) and columns.alias(name) != "ignore"
    ]
    chosen = _renamed([one for one in chosen if not _is_index(one[1])], candidate)
    if not chosen and axis.epoch is not None and axis.step is not None:
        name = sheet.names[counting["epoch"]]  # DVCLive's epoch.tsv: the epoch of each step
        reading.curves.append(RawCurve(name, axis.epoch, axis.step, "step", table.lines))
        return
    if not chosen:
        raise ReadError("has no column of numbers besides the one that counts", file=candidate.rel)
    tidy = tidy_columns(sheet.names, columns)
    if tidy is not None and names_quantities(table.texts[tidy[0]], columns):
        reading.format = "csv"
        reading.curves = tidy_curves(table, tidy, set_at, axis, columns)
        return
    groups = _groups(table.texts.get(set_at, []), columns) if set_at is not None else None
    if groups is not None:
        reading.format = "csv"
        _long_curves(reading, groups, chosen, axis, table)
    else:
        main = [c.at for _, name, c in chosen if columns.meaning(name).kind in JUDGED] or [chosen[0][2].at]
        x, unit, epochs = axis.choose(main)
        of_run = _split_of_run(candidate)
        for _, name, column in chosen:
            split: Split | None = "val" if name.lower().startswith(dialect.validation or ("\0",)) else of_run
            one = curve(name, column.values, column.at, x=x, x_unit=unit, epochs=epochs, lines=table.lines, split=split)
            one.steps = axis.steps_beside(unit, column.at)
            reading.curves.append(one)
    _objective(dialect, reading.curves, columns)
    _only_splits(candidate, reading)


def _only_splits(candidate: Candidate, reading: Reading) -> None:
    """Curves that only their data name get a name. Raises ReadError when nothing tells what they hold."""
    columns = candidate.columns
    names = told_by_split([one.name for one in reading.curves], columns) if reading.format == "csv" else []
    if not names:
        return
    told = [one for one in reading.curves if one.name in names]
    if not named_by_split(told, columns, reading.assumed):
        said = " and ".join(f'"{one.name}"' for one in told)
        raise ReadError(
            f"has the columns {said}, which say of what data and not what they hold, and their values do not tell: "
            "call them train_loss and val_loss, or train_accuracy and val_accuracy",
            file=candidate.rel,
        )


def _counting(names: list[str], columns: Columns) -> dict[str, int]:
    """Position of the most telling column of each counting kind."""
    best: dict[str, tuple[int, int]] = {}
    for at, name in enumerate(names):
        kind = columns.x_kind(name)
        if kind is not None and (kind[0] not in best or kind[1] < best[kind[0]][0]):
            best[kind[0]] = (kind[1], at)
    return {kind: at for kind, (_, at) in best.items()}


def _full(table: Table, at: int | None, rows: int) -> np.ndarray | None:
    """A counting column with NaN where it is blank; None when it is not there or has no numbers."""
    column = None if at is None else table.columns[at]
    if column is None or not len(column.values):
        return None
    if column.at is None:
        return column.values
    whole = np.full(rows, np.nan)
    whole[column.at] = column.values
    return whole


def _renamed(chosen: list[tuple[int, str, Column]], candidate: Candidate) -> list[tuple[int, str, Column]]:
    """Names of exported tables: TensorBoard's "Value" is what the file is called after, and W&B puts the run's name
    before each quantity and adds columns of minima and maxima.
    """
    if [name.lower() for _, name, _ in chosen] in (["wall time", "value"], ["value"]):
        stem = candidate.name.rpartition(".")[0].rpartition("tag-")[2]
        return [(at, stem, column) for at, name, column in chosen if name.lower() == "value"]
    if any(name.endswith(("__MIN", "__MAX")) for _, name, _ in chosen):
        return [
            (at, name.rpartition(" - ")[2], column)
            for at, name, column in chosen
            if not name.endswith(("__MIN", "__MAX"))
        ]
    return chosen


def _split_of_run(candidate: Candidate) -> Split | None:
    """What the run of a scalar that TensorBoard exported ("run-validation-tag-epoch_loss.csv") was computed on."""
    run, tag, _ = candidate.name.rpartition("-tag-")
    if not tag or not run.startswith("run-"):
        return None
    splits = (candidate.columns.is_split(word) for word in reversed(candidate.columns.words(run)))
    return next((split for split in splits if split is not None), None)


def _is_index(name: str) -> bool:
    return name.lower().startswith("unnamed:")


def _say_twice(candidate: Candidate, names: list[str], table: Table, reading: Reading) -> None:
    """Of columns with one name the first that holds numbers is read: nothing else could tell them apart."""
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen and table.columns[at] is not None:
            table.columns[at] = None
            reading.warnings.append(f'{candidate.rel} has several columns called "{name}": the first is read')
        elif table.columns[at] is not None and name:
            seen.add(name)


def _say_ragged(candidate: Candidate, table: Table, reading: Reading) -> None:
    if table.long:
        reading.warnings.append(f"{candidate.rel}: {table.long} rows with more cells than the header are left out")
    if table.torn:
        reading.notes.append(f"{candidate.rel}: the last line has no end, and what it breaks off in is left out")
    if table.short:
        reading.notes.append(f"{candidate.rel}: {table.short} rows have fewer cells than the header")


def _say_words(candidate: Candidate, names: list[str], table: Table, reading: Reading) -> None:
    """Values of a loss or metric that are words: nobody should take the rest for all of them."""
    for name, column in zip(names, table.columns, strict=False):
        if column is None or not column.words or candidate.columns.meaning(name).kind not in JUDGED:
            continue
        row, word = column.words[0]
        count = len(column.words)
        many = f"{count} values of {name[:_SAID]} are no numbers"
        said, which = (many, "the first") if count > 1 else (f"a value of {name[:_SAID]} is no number", "it")
        reading.notes.append(
            f'{candidate.rel}: {said}, and left out ({which} is "{word[:_SAID]}", line {table.lines[row]})'
        )


_SAID = 24  # letters of a name or cell


def _groups(cells: list[str], columns: Columns) -> list[tuple[str, Split, np.ndarray]] | None:
    """(value, split, rows) of each value of a `set` column; None when the values are no splits."""
    values = list(dict.fromkeys(cell.strip() for cell in cells))
    if not values or len(values) > 8:
        return None
    splits = [columns.is_split(value) for value in values]
    if any(split is None for split in splits):
        return None
    stripped = np.array([cell.strip() for cell in cells])
    return [(v, s, np.flatnonzero(stripped == v)) for v, s in zip(values, splits, strict=True) if s is not None]


def _long_curves(
    reading: Reading,
    groups: list[tuple[str, Split, np.ndarray]],
    chosen: list[tuple[int, str, Column]],
    axis: Axis,
    table: Table,
) -> None:
    """Curves of a long table, one for each value of the `set` column and each quantity."""
    pieces: list[tuple[str, Split, str, np.ndarray, np.ndarray]] = []
    for value, split, rows in groups:
        for _, name, column in chosen:
            index = np.arange(len(table.lines)) if column.at is None else column.at
            own = np.isin(index, rows)
            if own.any():
                pieces.append((value, split, name, column.values[own], index[own]))
    x, unit, epochs = axis.choose([index for *_, index in pieces])
    for value, split, name, values, index in pieces:
        made = curve(name, values, index, x=x, x_unit=unit, epochs=epochs, lines=table.lines, split=split)
        made.blanks = 0  # the rows between belong to the other sets
        made.column = f"{name} ({value})"
        reading.curves.append(made)


def _objective(dialect: Dialect, curves: list[RawCurve], columns: Columns) -> None:
    """CatBoost's first metric is what it optimises, whatever its name. spaCy's losses are sums over the steps since the
    row above: that of step 0 is the loss of one step, and says nothing beside those of hundreds.
    """
    if dialect.id == "spacy":
        for each in curves:
            at_start = each.x_unit == "step" and each.x is not None and len(each.x) > 1 and each.x[0] == 0
            if at_start and columns.meaning(each.name).kind == "loss":
                for name in ("y", "x", "rows", "epochs", "steps"):
                    values = getattr(each, name)
                    setattr(each, name, values[1:] if values is not None else None)
    if dialect.id == "catboost" and curves:
        first = curves[0]
        if first.name.lower() not in ("passed", "remaining"):
            first.role = Role("loss", None, "total", False)


TABLE = TableReader()
