"""What the records of a report about data say, in one vocabulary, whatever tool or person wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mladvisor.runs.amounts_said import titled
from mladvisor.runs.checks_said import check_said
from mladvisor.runs.columns_said import (
    BLANKS,
    COUNTED,
    COUNTED_ROWS,
    DISTINCT,
    MANY,
    MEAN,
    MISSING,
    STD,
    is_of_training,
    said_of_column,
    side_of,
)
from mladvisor.runs.copies_said import copies_in
from mladvisor.runs.data_context import is_other, of_reference, with_other_parts, with_rows
from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_scores import is_of_tables, models_said
from mladvisor.runs.data_verdicts import Said, number, verdict
from mladvisor.runs.distances_said import compares_tables
from mladvisor.runs.entries_said import called_check, entries_said
from mladvisor.runs.inputs_said import ends_of_inputs
from mladvisor.runs.label_tables import squares_said
from mladvisor.runs.labels_said import labels_said
from mladvisor.runs.levels_said import level_of, levels_said
from mladvisor.runs.report_names import is_part, is_part_column, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import SPLIT_WORDS, split_called
from mladvisor.runs.stages_said import blanks_made
from mladvisor.runs.stretches_said import stretches_shared
from mladvisor.runs.tool_checks import deequ_said
from mladvisor.runs.vocabulary_said import unknown_words
from mladvisor.runs.wholes_said import NO_COLUMN, but, of_all_columns, over_time, share_not_finite, unknown_values
from mladvisor.runs.word_sets import word_set
from mladvisor.runs.years_said import blanks_by_year

_NAMES = (
    "path.step",
    "feature",
    "features",
    "column",
    "columns",
    "column_name",
    "feature_name",
    "variable",
    "skim_variable",
    "field",
    "name",
    "col",
    "attribute",
    "key",
)


def said_in(records: Iterable[Record]) -> list[Said]:
    """All that the records of one report say; of data in use where the report as a whole is about it."""
    every = with_rows(with_other_parts(list(records)))
    placed = [(record, each) for record in every for each in _of_record(record)]
    found = [*(each for _, each in placed), *blanks_made(placed), *_left_blank(every)]
    found += [*entries_said(every), *squares_said(every), *stretches_shared(every), *_one_value_of_many(every)]
    compared = _called_current(every)
    if compared is not None:
        found = [each._replace(split=compared) if each.split == "serving" else each for each in found]
    if not any(map(_is_about_use, every)):
        return of_reference(every, found)
    return [each._replace(split="serving") if each.split is None else each for each in found]


_QUARTILES = ("25%", "50%", "75%")


def _left_blank(records: list[Record]) -> Iterator[Said]:
    """`df.describe()` counts what is not blank: where columns of one table differ, some cells of the lower ones are."""
    tables: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for record in records:
        name, count = name_of(record), number(record.cells, ("count",))
        if name is None or count is None or not is_count(count) or any(key not in record.cells for key in _QUARTILES):
            continue
        if number(record.cells, MISSING) is None and number(record.cells, COUNTED) is None:
            above = record.path[:-1] if name == record.path[-1] else record.path
            tables.setdefault((*above, str(_part_of(record.cells))), []).append((name, count))
    for columns in tables.values():
        most = max(count for _, count in columns)
        if min(count for _, count in columns) < most:
            yield from (Said("missing", name, None, 1.0 - count / most) for name, count in columns)


def _one_value_of_many(records: list[Record]) -> Iterator[Said]:
    """Columns with one value where another of the report has many: there are as many rows, though none are told."""
    told = [(name, record) for record in records if (name := name_of(record)) is not None]
    if any(number(record.cells, COUNTED_ROWS) is not None for _, record in told):
        return
    counts = [(name, different) for name, record in told if is_count(different := number(record.cells, DISTINCT))]
    if max((float(each or 0) for _, each in counts), default=0.0) >= MANY:
        yield from (Said("one-value", name, None, float(each == 1)) for name, each in counts)


def _called_current(records: list[Record]) -> str | None:
    """The split that a report of drift calls its current data, at its top: {"reference": "train", "current": "val"}."""
    tops = (record.cells.get("current") for record in records if len(record.path) == 1)
    return next((split_called(each) for each in tops if isinstance(each, str) and split_called(each)), None)


def _is_about_use(record: Record) -> bool:
    """The name of the file, or a text at its top ("dataset": "scoring_2024_w11"), speaks of data in use."""
    texts = [each for each in record.cells.values() if isinstance(each, str) and len(each) < _MOST_NAME]
    called = ({SPLIT_WORDS.get(word) for word in words_of(each)} for each in (*record.path, *texts))
    return len(record.path) == 1 and any("serving" in each and "train" not in each for each in called)


_MOST_NAME = 60


def _of_record(record: Record) -> Iterator[Said]:
    cells, path = record.cells, record.path
    told = deequ_said(cells)
    told = verdict(record) if told is None else told
    if told is not None:
        yield from told
        return
    split = next((found for each in reversed(path) if (found := split_called(each.replace(" ", "_")))), None)
    split = _part_of(cells) or split
    if (checked := check_said(record, split) or called_check(cells)) is not None:
        yield from checked
        return
    yield from models_said(record)
    yield from _wide(record)
    yield from copies_in(record)
    name = name_of(record)
    if name is not None:
        yield from levels_said(name, split, cells)
        of_column = [*said_of_column(name, split, cells), *titled(name, split, record)]
        if any(not _DERIVED.isdisjoint(words_of(each)) for each in path[1:-1]):  # {"derived": {"hour_sin": {...}}}
            of_column += [Said("lost", name, split, each.value) for each in of_column if each.what == "one-value"]
        if any(str(cells.get(key, "")).strip(" .!").lower() in _EMPTY for key in _REMARKS):
            yield Said("missing", name, split, 1.0)
        if not compares_tables(word for each in (*path, *cells) for word in words_of(each)):
            of_column = [each for each in of_column if each.what != "distance"]
        yield from (each for each in of_column if each.what not in _OF_LABEL or not is_of_tables(path, {}))
    elif split is not None and split == _part_of(cells):
        yield from _of_row_of_split(split, cells)
    elif split is not None and (bad := share_not_finite(cells)) is not None:
        yield Said("nan-fed", "inputs", split, bad)
    if name is None and split is not None and split == split_called(path[-1]):
        plain = {key: each for key, each in cells.items() if "." not in key}
        # of what a bare mean is a key does not say
        yield from (each for each in _of_row_of_split(split, plain) if each.name != "inputs")
    yield from of_all_columns(path, split, cells)
    yield from ends_of_inputs(path, cells)
    yield from labels_said(record)
    yield from unknown_values(path, cells)
    yield from unknown_words(split, cells)
    yield from over_time(path, cells)


_DERIVED = word_set("derived engineered computed")


def _of_row_of_split(split: str, cells: Cells) -> Iterator[Said]:
    """ "split, mean, std" of all inputs, or "split, age_mean, age_std, pay_mean, pay_std": a row, or a key, for each
    split.
    """
    means = {but(key, MEAN): each for key in cells if (each := number(cells, (key,))) is not None}
    stds = {but(key, STD): each for key in cells if (each := number(cells, (key,))) is not None}
    for name, mean in means.items():
        if name is not None and stds.get(name) is not None and not (name and is_of_training(name)):
            yield Said("mean", name or "inputs", split, mean)
            yield Said("std", name or "inputs", split, stds[name])


def _part_of(cells: Cells) -> str | None:
    """The split that a cell of the row says it is about."""
    said = [cells[key] for key in cells if is_part_column(key) and isinstance(cells[key], str)]
    called = [(each, split_called(each.replace(" ", "_"))) for each in said]
    return next((split for each, split in called if split and (is_part(each) or split == "serving")), None)


_REMARKS = ("note", "notes", "comment", "remark", "status", "warning", "message", "reason")
_EMPTY = (
    *("no values", "no value", "all null", "all nulls", "all nan", "all missing", "empty", "empty column", "no data"),
    *("column is empty", "all values missing", "all values are missing", "only nulls"),
)
"""What a report remarks of a column in place of its statistics."""
_OF_LABEL = ("importance", "mutual", "related", "alone")
"""What a report says of a feature and the label, unless it is about the tables that rows came from."""


def _wide(record: Record) -> Iterator[Said]:
    """A row with a cell for each split: "feature, train_mean, train_std, test_mean", or "class, train, val"."""
    parts: dict[str, Cells] = {}
    for key, value in record.cells.items():
        split = side_of("_".join(words_of(key)))
        if split is not None:
            left = "_".join(word for word in words_of(key) if side_of(word) is None)
            parts.setdefault(split, {})[left] = value
    name = name_of(record)
    if name is not None and not parts:
        yield from blanks_by_year(name, record.cells)
    if name is not None and "train" in parts and "serving" not in parts:
        _add_other_tables(record.cells, parts)
    if "train" not in parts or len(parts) < 2:
        return
    of_blanks = any(not BLANKS.isdisjoint(words_of(each)) for each in record.path)
    for split, cells in parts.items() if name is not None else ():
        yield from said_of_column(str(name), split, cells)
        share = number(cells, ("",)) if of_blanks else None  # "null_share.csv": column, train, val
        if share is not None and 0.0 <= share <= 1.0:
            yield Said("missing", str(name), split, share)
        yield from levels_said(str(name), split, {**level_of(record.cells), **cells})
    of_class = next((str(record.cells[key]) for key in ("class", "label", "category") if key in record.cells), None)
    words = {word for each in record.path for word in words_of(each)}
    if of_class is None and name is not None and not _CLASSES.isdisjoint(words):
        of_class = name
    for split, cells in parts.items() if of_class is not None else ():
        count = number(cells, ("", "count", "n", "rows", "counts", "samples"))
        if count is not None and is_count(count):
            yield Said("classes", str(of_class), split, float(count))


def _add_other_tables(cells: Cells, parts: dict[str, Cells]) -> None:
    """Beside statistics of training those of a table of another name are of other data, which is asked about as data in
    use is: "mean_line2" beside "mean_train".
    """
    found: dict[str, Cells] = {}
    for key, value in cells.items():
        words = words_of(key)
        statistic = [word for word in words if word in _OF_TABLES]
        other = "_".join(word for word in words if word not in _OF_TABLES)
        if side_of("_".join(words)) is None and len(statistic) == 1 and other and is_other(other):
            found.setdefault(other, {})[statistic[0]] = value
    sure = {other: each for other, each in found.items() if {*MEAN} & each.keys() and {*STD} & each.keys()}
    if len(sure) == 1 and _NOT_OTHER.isdisjoint(words_of(next(iter(sure)))):
        parts["serving"] = next(iter(sure.values()))


_NOT_OTHER = word_set(
    "scaled scaling standardized standardised normalized normalised transformed after before cleaned clean imputed "
    "clipped winsorized log encoded processed preprocessed engineered prepared augmented resampled oversampled filled "
    "positive positives negative negatives pos neg target label class churned fraud default event bad good yes no true "
    "false"
)
"""The same rows after a step, or those of one class."""
_OF_TABLES = frozenset((*MEAN, *STD, "min", "max", "count"))
_CLASSES = word_set("label labels class classes")


def name_of(record: Record) -> str | None:
    """The column that a record is about, by a cell of its row or by the key above; None for other records."""
    for key in _NAMES:
        if isinstance(record.cells.get(key), str) and record.cells[key]:
            return str(record.cells[key]).strip("<>[]() ") or None
    path = record.path
    if len(path) > _BELOW_COLUMN and split_called(path[-1]) and path[-2] not in NO_COLUMN:
        path = path[:-1]  # {"age": {"train": {...}, "val": {...}}}
    last = path[-1]
    if len(path) < 2 or last.isdigit() or last in NO_COLUMN or split_called(last):
        return None
    return last.strip("<>[]() ") or None


_BELOW_COLUMN = 2
"""Keys above a split that lies below its column: the file and the column."""
