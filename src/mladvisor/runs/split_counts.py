"""How many rows of each class each split has, as a summary beside the log or the settings say it.

{"train": {"rows": 330, "benign": 290, "malignant": 40}, "val": {"rows": 115, "benign": 30, "malignant": 85}}
{"class_counts": {"train": {"0": 900, "1": 100}, "test": {"0": 120, "1": 130}}}
train_label_counts: {cat: 900, dog: 100}
class,train,val (a row for each class)

Numbers by split may be anything (losses, sizes of files): they are counts of classes where their key says so, or where
they add up to the rows of the split.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.counted_names import NO_CLASS, TOTAL, may_be_classes
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_names import is_part, is_part_column, words_of
from mladvisor.runs.split_names import part_called, split_called
from mladvisor.runs.table_columns import is_event
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 200_000
SUFFIXES = ("json", "csv", "tsv", "md")
_CLASSES = word_set("class classes label labels target targets category categories")
_COUNTS = word_set("count counts distribution balance histogram frequency frequencies support num n per rows")
_POSITIVE = word_set("positive positives pos")
_EVENTS = word_set(
    "defaults churners frauds failures purchases defects deaths readmissions conversions buyers clicks events alarms "
    "claims cancellations bookings"
)
"""What positives are called that somebody counts."""
_RATE = word_set("rate share fraction ratio frac pct prevalence")
_MOST_CLASSES = 1_000
_DEEP = 3
_DIGITS = 15
"""Of a count: more are an identifier, or noise."""

Counts = dict[str, dict[str, int]]
"""Split ("train", "val", "test") -> class -> rows."""


def counts_in(file: Candidate, suffix: str) -> Counts:
    """The counts that a file holds; {} for any other file."""
    if suffix not in SUFFIXES or file.size > MOST_BYTES:
        return {}
    try:
        if suffix == "md":
            return _in_markdown(file.read_text(MOST_BYTES)) if b"|" in file.head else {}
        if suffix == "json":
            return split_counts(file.read_json(), called=stem_and_suffix(file.name)[0])
        rows = list(csv.DictReader(file.read_text(MOST_BYTES).splitlines(), delimiter="\t" if suffix == "tsv" else ","))
    except (ReadError, OSError, csv.Error):
        return {}
    return _of_rows(rows, words_of(english(stem_and_suffix(file.name)[0])))


def _in_markdown(text: str) -> Counts:
    """The first table of a text with a row for each split."""
    for heading, head, rows in bar_tables(text):
        names = [cell.strip().lower() for cell in head]
        listed = [dict(zip(names, map(_uncommon, row), strict=True)) for row in rows if len(row) == len(names)]
        if found := _of_rows(listed, words_of(english(heading))):
            return found
    return {}


def _uncommon(cell: str) -> str:
    """A number without the commas, points and spaces that part its thousands."""
    bare = cell.strip(" `*")
    return re.sub(r"[,.' ]", "", bare) if re.fullmatch(r"\d{1,3}(?:[,.' ]\d{3})+", bare) else bare


def split_counts(content: Any, called: str = "") -> Counts:
    """The first counts by split in nested mappings.

    Args:
        called: the name of the file that they stand in.
    """
    pending: list[tuple[str, Any, int]] = [(called, content, 0)]
    while pending:
        said, value, depth = pending.pop(0)
        if not isinstance(value, Mapping):
            continue
        named = {str(key): each for key, each in value.items()}
        for parts in (
            {key: (each, _speaks_of_classes(said)) for key, each in named.items() if is_part(key)},
            {key: (each, True) for key, each in named.items() if _speaks_of_classes(key) and split_called(key)},
        ):
            found = agreed({split_called(key) or "": _classes(*part) for key, part in parts.items()})
            if found:
                return found
        if found := agreed(_positives(named)) if _speaks_of_positives(said) else _plain_counts(said, named):
            return found
        if depth < _DEEP:
            pending += [(key, each, depth + 1) for key, each in named.items()]
    return {}


def counted_once(content: Any) -> dict[str, int]:
    """Class -> rows where no split is named: {"class_counts": {"0": 900, "1": 10}}, "rows_per_class: [900, 10]"."""
    pending: list[tuple[str, Any, int]] = [("", content, 0)]
    while pending:
        said, value, depth = pending.pop(0)
        if _speaks_of_classes(english(said)) and split_called(said) in (None, "train"):
            counts = _classes(value, True)
            if len(counts) > 1 and min(counts.values()) > 0:
                return counts
        if depth < _DEEP and isinstance(value, Mapping):
            pending += [(str(key), each, depth + 1) for key, each in value.items()]
    return {}


def _speaks_of_positives(key: str) -> bool:
    words = words_of(key)
    return not _POSITIVE.isdisjoint(words) and _POSITIVE.union(TOTAL, _RATE, ("by", "split", "per")).issuperset(words)


def _positives(named: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Below "positives": {"train": 755, "train_total": 4200, "val": 590, "val_total": 1800}."""
    found: dict[str, dict[str, int]] = {}
    for key, each in named.items():
        totals = [name for name in named if name != key and _is_total_of(name, key)]
        if is_part(key) and is_count(each) and len(totals) == 1 and is_count(named[totals[0]]):
            total = int(named[totals[0]])
            found[split_called(key) or ""] = (
                {"positive": int(each), "other": total - int(each)} if total >= int(each) else {}
            )
    return found


def _is_total_of(name: str, split: str) -> bool:
    """ "train_total", "n_train" of "train"."""
    words = [word for word in words_of(name) if word not in words_of(split)]
    return set(words_of(split)) <= set(words_of(name)) and bool(words) and TOTAL.issuperset(words)


def _plain_counts(said: str, named: Mapping[str, Any]) -> Counts:
    """{"train": {"cat": 900, "dog": 100}, "val": {...}} in what is called after splits, classes or a balance: whole
    numbers by names that speak of nothing else but rows can be counted by.
    """
    parts = {key: each for key, each in named.items() if is_part(key) and isinstance(each, Mapping)}
    if len(parts) < 2 or len(parts) < len(named):
        return {}
    names = {str(name) for each in parts.values() for name in each}
    if not _may_count(words_of(said), names):
        return {}
    numbers = [value for each in parts.values() for value in each.values()]
    if not all(map(is_count, numbers)) or not may_be_classes(names):
        return {}
    found = {
        split_called(key) or "": {str(name): int(rows) for name, rows in each.items()} for key, each in parts.items()
    }
    enough = all(sum(each.values()) >= _LEAST_ROWS for each in found.values())
    return agreed(found) if enough else {}


def _may_count(said: list[str], names: set[str]) -> bool:
    """What is called after splits or classes may count these; what is called after counts alone, classes by number."""
    numbered = names == {str(number) for number in range(len(names))}
    return not _OF_SPLITS.isdisjoint(said) or (numbered and not _COUNTS.isdisjoint(said))


_OF_SPLITS = word_set("split splits class classes label labels balance distribution stratification target targets")
_LEAST_ROWS = 20


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys as mappings in each other."""
    result: dict[str, Any] = {}
    for key, value in flat.items():
        *above, leaf = key.split(".")
        inner = result
        for part in above:
            held = inner.setdefault(part, {})
            inner = held if isinstance(held, dict) else {}
        inner[leaf] = value
    return result


def _speaks_of_classes(key: str) -> bool:
    """ "class_counts", "train_label_distribution"."""
    words = words_of(key)
    return not _CLASSES.isdisjoint(words) and not _COUNTS.isdisjoint(words)


def _names_positives(key: str) -> bool:
    """ "n_defaults", "churned"."""
    words = set(words_of(english(key)))
    return (bool(words & _EVENTS) and words <= _EVENTS | TOTAL) or is_event(key)


def _classes(value: Any, told: bool) -> dict[str, int]:
    """Class -> rows, of what is said of one split.

    Args:
        told: the key says that these are counts of classes; else they have to add up.
    """
    if isinstance(value, list) and told:
        value = dict(enumerate(value))
    if not isinstance(value, Mapping):
        return {}
    named = {str(key): each for key, each in value.items()}
    for key, each in named.items():
        if isinstance(each, Mapping | list) and (_speaks_of_classes(key) or key.lower() in _CLASSES):
            return _classes(each, True)
    counts = {key: int(each) for key, each in named.items() if is_count(each)}
    if told:
        return counts if len(counts) == len(named) else {}
    totals = {key: rows for key, rows in counts.items() if TOTAL.issuperset(words_of(key))}
    rest = {key: rows for key, rows in counts.items() if key not in totals}
    total = next(iter(totals.values()), 0)
    if total and len(rest) > 1 and sum(rest.values()) == total:
        return rest if all(NO_CLASS.isdisjoint(words_of(key)) for key in rest) else {}
    positive = next((each for key, each in named.items() if not _POSITIVE.isdisjoint(words_of(key))), None)
    if positive is None and len(rest) == 1 and _names_positives(next(iter(rest))):
        positive = next(iter(rest.values()))  # "rows, defaults"
    if not total or isinstance(positive, bool) or not isinstance(positive, int | float):
        return {}
    rate = any(not _POSITIVE.isdisjoint(words_of(key)) and not _RATE.isdisjoint(words_of(key)) for key in named)
    rows = round(positive * total) if rate and 0 <= positive <= 1 else positive
    return {"positive": int(rows), "other": total - int(rows)} if 0 <= rows <= total and rows == int(rows) else {}


def is_count(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().isdecimal() and len(value) <= _DIGITS
    return (
        not isinstance(value, bool) and isinstance(value, int | float) and 0 <= value < 10**_DIGITS and value % 1 == 0
    )


def agreed(found: Mapping[str, dict[str, int]]) -> Counts:
    """Counts of training and of another split, in classes that they share; {} for none."""
    counts = {split: classes for split, classes in found.items() if split and classes and sum(classes.values())}
    names = {name for classes in counts.values() for name in classes}
    shared = "train" in counts and len(counts) > 1 and 2 <= len(names) <= _MOST_CLASSES
    return counts if shared and all(set(each) & set(counts["train"]) for each in counts.values()) else {}


def _part_told(cell: str) -> str | None:
    """The split that a cell is called after, in a column of parts: "val", "fit", "holdout"."""
    said = english(cell)
    return split_called(said) if is_part(said) else part_called(said) if len(words_of(said)) == 1 else None


def _is_of_class(name: str) -> bool:
    """ "class_3", "n_label_cat"."""
    words = [word for word in words_of(name) if word not in TOTAL]
    return len(words) > 1 and words[0] in _CLASSES


def _of_rows(rows: list[dict[str, Any]], called: Sequence[str] = ()) -> Counts:
    """A row for each split and a column for each class, or the other way round, or a row for each class of a split.

    Args:
        called: the words of the file's name, which may say that classes are counted where the columns do not.
    """
    of_class = next((name for name in (rows[0] if rows else ()) if name and _CLASSES.issuperset(words_of(name))), None)
    if of_class is None and rows and not (_CLASSES.isdisjoint(called) or _COUNTS.isdisjoint(called)):
        of_class = next((name for name in rows[0] if name and not is_part(english(name))), None)  # "crop,train,val"
        of_class = None if of_class is None or is_part_column(of_class) else of_class
    parts = [name for name in (rows[0] if rows else ()) if name and is_part(english(name))]
    if of_class is not None and len(parts) > 1 and all(is_count(row.get(name)) for row in rows for name in parts):
        return agreed(
            {split_called(english(name)) or "": {str(row[of_class]): int(row[name]) for row in rows} for name in parts}
        )
    part = next((name for name in (rows[0] if rows else ()) if name and is_part_column(name)), None)
    if part is None or not all(_part_told(str(row.get(part))) for row in rows):
        return {}
    splits = [_part_told(str(row[part])) or "" for row in rows]
    others = [name for name in rows[0] if name and name != part]
    if len(set(splits)) == len(rows):
        numbers = [{name: int(row[name]) for name in others if is_count(row.get(name))} for row in rows]
        plain = {name for name in others if not TOTAL.issuperset(words_of(name))}
        numeric = all(plain <= row.keys() for row in numbers) and may_be_classes(plain)
        told = numeric and not (_OF_SPLITS.isdisjoint(called) or _COUNTS.isdisjoint(called))  # "split,digit_0,digit_1"
        named = told or all(map(_is_of_class, plain))
        if named:
            numbers = [{name: each for name, each in row.items() if name in plain} for row in numbers]
        return agreed({split: _classes(row, named) for split, row in zip(splits, numbers, strict=True)})
    called = [name for name in others if not _CLASSES.isdisjoint(words_of(name))]
    counted = [name for name in others if TOTAL.issuperset(words_of(name))]
    if len(others) < 2 or len(called) != 1 or not counted or not all(is_count(row.get(counted[0])) for row in rows):
        return {}
    found: Counts = {}
    for split, row in zip(splits, rows, strict=True):
        found.setdefault(split, {})[str(row[called[0]])] = int(row[counted[0]])
    return agreed(found)
