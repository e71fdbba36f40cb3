"""What the records of a report about data say, in one vocabulary, whatever tool or person wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mladvisor.runs.amounts_said import fits, kind_told, titled
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
from mladvisor.runs.distances_said import compares_tables, distance
from mladvisor.runs.drift_said import tells_drift
from mladvisor.runs.entries_said import called_check, entries_said
from mladvisor.runs.inputs_said import ends_of_inputs
from mladvisor.runs.label_tables import squares_said
from mladvisor.runs.labels_said import labels_said
from mladvisor.runs.levels_said import level_of, levels_said
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import is_loss, is_metric, is_part, is_part_column, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import SPLIT_WORDS, split_called
from mladvisor.runs.stages_said import blanks_made
from mladvisor.runs.stretches_said import stretches_shared
from mladvisor.runs.tool_checks import deequ_said
from mladvisor.runs.vocabulary_said import unknown_words
from mladvisor.runs.watch_tables import is_judged, is_period
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
_NO_COLUMN = word_set(
    "train val valid validation test results result metrics statistics summary overall total all table dataset data "
    "value condition kwargs meta analysis commonstats numstats stringstats bytesstats common_stats num_stats "
    "string_stats current reference"
)
_WATCHED = word_set("monitoring monitor production prod live serving deployed deployment use online")


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
    elif split is not None and (bad := _share_not_finite(cells)) is not None:
        yield Said("nan-fed", "inputs", split, bad)
    if name is None and split is not None and split == split_called(path[-1]):
        plain = {key: each for key, each in cells.items() if "." not in key}
        # of what a bare mean is a key does not say
        yield from (each for each in _of_row_of_split(split, plain) if each.name != "inputs")
    yield from _of_all_columns(path, split, cells)
    yield from ends_of_inputs(path, cells)
    yield from labels_said(record)
    yield from _unknown_values(path, cells)
    yield from unknown_words(split, cells)
    yield from _over_time(path, cells)


_DERIVED = word_set("derived engineered computed")
_NAN = word_set("nan nans")
_EXAMPLES = word_set("windows window samples sample sequences sequence images frames clips inputs input x arrays")
_BESIDE_NAN = word_set("total count n num cells values number of with in has any having") | _EXAMPLES
_BESIDE_NOT_FINITE = _BESIDE_NAN | word_set("rows row inf infs infinite entries elements features")
_WHOLE = word_set("n num total number of values cells elements entries size count") | _EXAMPLES | word_set("rows")


def _counts_nan(key: str) -> bool:
    """ "nan_count", "windows_with_nan", "nonfinite", "rows_with_non_finite"; rows of a table with blanks are others."""
    words = set(words_of(key.lower().replace("non_finite", "nonfinite").replace("not_finite", "nonfinite")))
    if not words.isdisjoint(("nonfinite", "notfinite")):
        return (_BESIDE_NOT_FINITE | _NAN | {"nonfinite", "notfinite"}).issuperset(words)
    return (_BESIDE_NAN | _NAN).issuperset(words) and not _NAN.isdisjoint(words)


def _share_not_finite(cells: Cells) -> float | None:
    """The largest share of the inputs that a record counts as no numbers; 1 where it does not say of how many."""
    counts = [each for key in cells if _counts_nan(key) and (each := number(cells, (key,))) is not None]
    if not counts:
        return None
    wholes = [number(cells, (key,)) or 0.0 for key in cells if _WHOLE.issuperset(words_of(key))]
    whole = max(wholes, default=0.0)
    return max(counts) / whole if whole >= max(counts) > 0.0 else float(max(counts) > 0.0)


def _of_row_of_split(split: str, cells: Cells) -> Iterator[Said]:
    """ "split, mean, std" of all inputs, or "split, age_mean, age_std, pay_mean, pay_std": a row, or a key, for each
    split.
    """
    means = {_but(key, MEAN): each for key in cells if (each := number(cells, (key,))) is not None}
    stds = {_but(key, STD): each for key in cells if (each := number(cells, (key,))) is not None}
    for name, mean in means.items():
        if name is not None and stds.get(name) is not None and not (name and is_of_training(name)):
            yield Said("mean", name or "inputs", split, mean)
            yield Said("std", name or "inputs", split, stds[name])


def _but(key: str, words: tuple[str, ...]) -> str | None:
    """What a cell is about besides its statistic: "age" of "age_mean", "" of "mean"; None for another statistic."""
    said = words_of(key)
    left = [word for word in said if word not in words]
    return "_".join(left) if len(left) == len(said) - 1 else None


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
    if len(path) > _BELOW_COLUMN and split_called(path[-1]) and path[-2] not in _NO_COLUMN:
        path = path[:-1]  # {"age": {"train": {...}, "val": {...}}}
    last = path[-1]
    if len(path) < 2 or last.isdigit() or last in _NO_COLUMN or split_called(last):
        return None
    return last.strip("<>[]() ") or None


_BELOW_COLUMN = 2
"""Keys above a split that lies below its column: the file and the column."""


def _of_all_columns(path: tuple[str, ...], split: str | None, cells: Cells) -> Iterator[Said]:
    """ "missing": {"age": 0.0, "income": 0.01}: a number for each column, called by the key above."""
    if len({key.partition(".")[0] for key in cells}) == 1:
        return  # what stands below one key is a record of its own
    numbers = {key: each for key, each in cells.items() if isinstance(each, int | float) and not isinstance(each, bool)}
    words = set(words_of(path[-1]))
    if len(numbers) != len(cells) or len(numbers) < 2:
        yield from _channels(path, split, cells)
        return
    if (path[-1] in MISSING or path[-1] in COUNTED) and all(0.0 <= each <= 1.0 for each in numbers.values()):
        yield from (Said("missing", name, split, float(each)) for name, each in numbers.items())
    elif words & BLANKS and words <= _OF_BLANKS and all(each == int(each) >= 0 for each in numbers.values()):
        blank = sum(numbers.values())
        if blank > 0:  # of how many rows is not told
            yield Said("cells-blank", "", split, float(blank), path[-1].replace("_", " "))
    elif tells_drift(path, numbers):
        yield from (Said("psi", name, split, float(each)) for name, each in numbers.items())
    elif words & {*MEAN} and words <= _OF_INPUTS and split is not None:
        yield from (Said("mean", name, split, float(each)) for name, each in numbers.items())
    elif words & {*STD} and words <= _OF_INPUTS and split is not None:
        yield from (Said("std", name, split, float(each)) for name, each in numbers.items())
    elif not {"importance", "importances", "shap"}.isdisjoint(words):
        yield from (Said("importance", name, split, float(each)) for name, each in numbers.items())
    elif (kind := kind_told(words)) is not None and all(fits(kind, each) for each in numbers.values()):
        yield from (Said(kind, name, split, float(each)) for name, each in numbers.items())
    elif distance(words, 0.0) is not None and compares_tables(word for each in path for word in words_of(each)):
        apart = {name: distance(words, each) for name, each in numbers.items()}
        yield from (Said("distance", name, None, far, path[-1]) for name, far in apart.items() if far is not None)
    elif not _INPUTS.isdisjoint(words_of(path[0])):
        yield from _channels(path, split, cells)


_OF_BLANKS = BLANKS | word_set("n num number count counts of values cells by per column columns feature features")
_INPUTS = word_set("image images img pixel pixels picture pictures input inputs channel channels x audio signal tensor")
_OF_INPUTS = word_set(
    "mean means std stds avg average sd feature features input inputs column columns x raw data by per"
)


def _channels(path: tuple[str, ...], split: str | None, cells: Cells) -> Iterator[Said]:
    """ "mean": [0.48, 0.45, 0.41] beside "std": the channels of pictures."""
    means, stds = (next((cells[key] for key in keys if key in cells), None) for keys in (MEAN, STD))
    if isinstance(means, list) and isinstance(stds, list) and len(means) == len(stds):
        for number, (mean, std) in enumerate(zip(means, stds, strict=True), 1):
            yield Said("mean", f"channel {number}", split, float(mean))
            yield Said("std", f"channel {number}", split, float(std))
    elif (
        isinstance(means, int | float)
        and isinstance(stds, int | float)
        and split is not None
        and path[-1] in _NO_COLUMN
    ):
        yield Said("mean", "inputs", split, float(means))
        yield Said("std", "inputs", split, float(stds))


def _over_time(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """A metric of one month (week, day) of a model in use, or how far a column has moved by then, in a report that is
    called after use.
    """
    period = next((str(cells[key]) for key in cells if is_period(key)), None)
    if period is None or is_judged(period) or _WATCHED.isdisjoint(words_of(english(path[0]))):
        return
    for key, value in cells.items():
        if is_metric(key) and not is_loss(key) and isinstance(value, int | float) and not isinstance(value, bool):
            yield Said("in-use", key, "serving", float(value), period)
        elif (of := _but(key, MEAN)) and not _OF_ANSWERS.intersection(words_of(of)) and _is_amount(value):
            yield Said("mean", of, "serving", float(value), period)  # "age_mean" of each month
        elif "psi" in words_of(key) and len(words_of(key)) > 1 and _is_amount(value):
            name = "_".join(word for word in key.split("_") if word.lower() != "psi")
            yield Said("psi", name, "serving", float(value), period)


_OF_ANSWERS = word_set(
    "score scores pred preds prediction predictions predicted prob probability output outputs label labels target "
    "observed actual positive rate error residual latency loss"
)


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_UNKNOWN = word_set("unknown unseen unexpected invalid oov violations violation mismatched")


def _unknown_values(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """ "unknown_categories": {"plan": 0.96} or {"plan": {"share": 0.96}}: cells that break the schema, by column."""
    said = [words_of(each) for each in path]
    if len(path) > 1 and _UNKNOWN.intersection(said[-2]) and _OF_CELLS.intersection(said[-2]):
        share = number(cells, ("share", "rate", "fraction", "frac", "ratio"))
        if share is not None and 0.0 <= share <= 1.0:
            yield Said("broken", path[-1], None, share, path[-2].replace("_", " "))
    elif _UNKNOWN.intersection(said[-1]) and _OF_CELLS.intersection(said[-1]):
        for key, value in cells.items():
            if isinstance(value, float) and 0.0 <= value <= 1.0 and "." not in key:
                yield Said("broken", key, None, value, path[-1].replace("_", " "))


_OF_CELLS = word_set("categories category values value levels cells vocabulary types type range ranges format formats")
