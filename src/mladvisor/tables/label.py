"""Which column is the label, and what is learned, told from the tables when nobody says so."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.other_languages import english
from mladvisor.runs.table_columns import FEATURE_LISTS, LABEL_SETTINGS, is_event
from mladvisor.tables.left_out import listed_features
from mladvisor.tables.table import NUMBERS, Table

Task = Literal["binary", "multiclass", "regression"]
WELL_KNOWN = (
    "label",
    "target",
    "y",
    "class",
    "labels",
    "outcome",
    "response",
    "y_true",
    "ground_truth",
    "target_label",
)
_NO_LABEL = ("identifier", "datetime", "text", "nested", "empty")
MOST_CLASSES = 30
"""Distinct whole numbers that are still classes: more of them are amounts."""


class Label(NamedTuple):
    """The label's column and how that is known: said by somebody, or told by a well-known name."""

    column: str
    reason: str
    said: bool
    named: bool = False


def find_label(
    tables: Iterable[Table],
    *,
    manifest: str | None,
    schema: str | None,
    config: Mapping[str, Any],
    reported: Iterable[str] = (),
    answers: Iterable[str] = (),
    asked: str | None = None,
    script: Iterable[str] = (),
    answered: Iterable[str] = (),
    judged: Container[str] = (),
    serving: Table | None = None,
) -> Label | None:
    """The label's column: what the manifest, the schema or the configuration says, a well-known name, the one that is
    not yet known in use, the last column.

    Args:
        tables: train first.
        config: dotted keys to values.
        reported: what reports of the model's scores call the label.
        answers: columns of model answers beside the data: "p_click" is the answer for "click".
        asked: the column that the table of answers repeats as what was asked for.
        script: columns that the training script takes out of its tables.
        answered: columns that it keeps under a name for answers.
        judged: metrics that the log judges the model by, under their standard names.
        serving: that of the tables which holds rows as they come in use, where the answer is asked for.
    """
    present = list(tables)
    if not present:
        return None
    columns = present[0].columns
    known = {column for table in present for column in table.columns}
    if manifest is not None:
        return Label(manifest, "mladvisor.yaml", True) if manifest in known else None
    if schema is not None and schema in known:
        return Label(schema, "schema.yaml", True)
    configured = configured_label(config, known)
    if configured is not None:
        return configured
    named = [name for name in reported if name in known]
    if len(named) == 1:
        return Label(named[0], "a report of the model's scores", True)
    classes = _of_classes(present[0], config)
    if classes is not None:
        return classes
    by_script = _by_script([each for each in script if each in known], [each for each in answered if each in known])
    if by_script is not None:
        return by_script
    if asked is not None and asked in columns:
        return Label(asked, "the predictions, which hold it as what was asked for", False, True)
    lower = {column.lower(): column for column in columns}
    for answer in answers:
        asked = lower.get(answer.lower().partition("_")[2])
        if asked is not None:
            return Label(asked, f"the answers for it ({answer})", False, True)
    rest = _beside_features(present[0], config)
    if rest is not None:
        return rest
    for name in WELL_KNOWN:
        if name in lower:
            return Label(lower[name], f"its name in {present[0].file}", False, True)
    if serving is not None and len(present) == 1:
        return None  # rows in use, for which the answer is asked
    features = listed_features(config)  # none of them is the label
    awaited = _awaited(present, serving) if serving is not None else None
    if awaited is not None and awaited.column not in features:
        return awaited
    last = next((column for column in reversed(columns) if column not in features), None)
    if last is None or present[0].rows == 0:
        return None
    event = _event(present[0], [column for column in columns if column not in features], last, judged)
    event = event or _only_classes(present[0], [column for column in columns if column not in features], last, judged)
    if event is not None:
        return event
    if present[0].kind(last) in _NO_LABEL:
        return None
    indicators = _indicators(present[0])
    if last in indicators:  # encoders put them behind everything else
        beside = [column for column in columns if column not in indicators and _has_two_values(present[0], column)]
        why = f"it alone has two values in {present[0].file}, indicators aside"
        return Label(beside[0], why, False) if len(beside) == 1 else None
    other = " that the configuration does not list as a feature" if last != columns[-1] else ""
    return Label(last, f"it is the last column of {present[0].file}{other}", False)


def _by_script(taken: list[str], answered: list[str]) -> Label | None:
    """The one column that a script takes out and keeps as the answers; else the one that it does either with.

    Others are taken out as well: keys, and what features are made of.
    """
    both = [column for column in answered if column in taken]
    for columns in (both, answered, taken):
        if len(columns) == 1:
            out = columns[0] in taken
            return Label(columns[0], f"the script, which {'takes it out of its table' if out else 'learns it'}", True)
    return None


def _awaited(tables: list[Table], serving: Table) -> Label | None:
    """The only column that every split has and rows in use have not: what is asked of the model.

    Where more are missing, or it is a key or a date, the tables differ in something else.
    """
    missing = [column for column in tables[0].columns if column not in serving]
    shared = len(tables[0].columns) - len(missing)
    labelled = [table for table in tables if table is not serving]
    if len(missing) != 1 or shared < 2 or any(missing[0] not in table for table in labelled) or not labelled:
        return None
    if tables[0].kind(missing[0]) in _NO_LABEL:
        return None
    return Label(missing[0], f"{serving.file}, which lacks it alone", False, True)


_OF_AMOUNTS = ("mae", "mse", "rmse", "mape", "r2")


def _event(table: Table, columns: list[str], last: str, judged: Container[str]) -> Label | None:
    """The one column of two values that is asked for, where the last column has more.

    It is called after what people predict ("churned"); or a ranking is judged, and no other column has two values.
    People append columns to a table that ends with its label: what they made later stands behind it.
    """
    if _has_two_values(table, last) or any(metric in judged for metric in _OF_AMOUNTS):
        return None
    pairs = [column for column in columns if table.kind(column) not in _NO_LABEL and _has_two_values(table, column)]
    called = [column for column in pairs if is_event(column)]
    if len(called) == 1:
        return Label(called[0], f"its name and its two values in {table.file}", False, True)
    ranked = "auc" in judged or "average-precision" in judged
    numbers = (*NUMBERS, "boolean")
    if ranked and len(pairs) == 1 and table.kind(pairs[0]) in numbers and table.kind(last) in NUMBERS:
        return Label(pairs[0], f"it alone has two values in {table.file}, and the log judges a ranking", False)
    return None


_OF_CLASSES = ("accuracy", "balanced_accuracy", "top5", "f1", "kappa", "mcc")
_MANY = 3
"""Times as many values as the most classes: such a column holds amounts."""


def _only_classes(table: Table, columns: list[str], last: str, judged: Container[str]) -> Label | None:
    """The one column of classes, where the log judges classes and the last column holds amounts that somebody added."""
    amounts = table.kind(last) in NUMBERS and len(table.codes(last).values) > _MANY * MOST_CLASSES
    if not amounts or any(name in judged for name in _OF_AMOUNTS) or not any(name in judged for name in _OF_CLASSES):
        return None
    classes = [
        column for column in columns
        if table.kind(column) not in _NO_LABEL and 2 <= len(table.codes(column).values) <= MOST_CLASSES
    ]  # fmt: skip
    if len(classes) != 1:
        return None
    return Label(classes[0], f"it alone holds classes in {table.file}, and the log judges classes", False)


def _indicators(table: Table) -> set[str]:
    """Columns of a code of zeros and ones, of which each row has one: `plan_basic`, `plan_plus`, `plan_pro`."""
    from mladvisor.tables.engineered import one_hot_broken, one_hot_groups

    groups = one_hot_groups(table, table.columns)
    return {column for each in groups.values() if one_hot_broken(table, each, fitted=True) == 0.0 for column in each}


def _has_two_values(table: Table, column: str) -> bool:
    return len(table.codes(column).values) == 2


def holds_classes_of(table: Table, label: str, column: str) -> bool:
    """Most cells of a column are classes of the label: somebody labelled the same rows."""
    if {table.kind(label), table.kind(column)} & {"numeric", "datetime", "text", "nested", "empty"}:
        return False
    classes, codes = {str(one) for one in table.codes(label).values}, table.codes(column)
    counts = codes.counts()
    alike = sum(int(rows) for one, rows in zip(codes.values, counts.tolist(), strict=True) if str(one) in classes)
    return len(classes) > 1 and 2 * alike > int(counts.sum())


def configured_label(config: Mapping[str, Any], known: Container[str]) -> Label | None:
    """The column of `known` that the configuration calls the label."""
    for key, value in config.items():
        if english(key.rpartition(".")[2]).lower() in LABEL_SETTINGS and isinstance(value, str) and value in known:
            return Label(value, f"the configuration ({key})", True)
    return None


CLASS_LISTS = frozenset(
    (
        *("label_list", "labels", "label_names", "classes", "class_names", "class_labels", "target_names"),
        *("id2label", "idx2label", "id_to_label"),
    )
)
"""Settings that list the classes by name; `label2id` has them as keys."""
_IDS_OF_CLASSES = frozenset(("label2id", "label2idx", "label_to_id", "class_to_idx", "class_indices"))


def _of_classes(table: Table, config: Mapping[str, Any]) -> Label | None:
    """The one column that holds the classes which the configuration lists by name."""
    listed: dict[str, set[str]] = {}
    for key, value in config.items():
        above, _, leaf = key.rpartition(".")
        outer = above.rpartition(".")[2].lower()
        if leaf.lower() in CLASS_LISTS and isinstance(value, list):
            listed[key] = {str(one) for one in value}
        elif outer in CLASS_LISTS and isinstance(value, str):
            listed.setdefault(above, set()).add(value)
        elif outer in _IDS_OF_CLASSES and isinstance(value, int):
            listed.setdefault(above, set()).add(leaf)
    for key, classes in listed.items():
        if len(classes) < 2 or all(one.isdigit() for one in classes):
            continue
        held = [
            column
            for column in table.columns
            if table.kind(column) not in ("numeric", "datetime", "nested", "empty")
            and 2 <= len(values := {str(value) for value in table.codes(column).values}) <= len(classes)
            and values <= classes
        ]
        if len(held) == 1:
            return Label(held[0], f"it holds the classes that the configuration lists ({key})", True)
    return None


GRADES, THIN = 5, 0.05
"""Whole numbers that are an amount: so many of them at least, with tails this thin beside the commonest."""


def _is_amount(values: NDArray[np.float64]) -> bool:
    """Counts and grades: whole numbers whose frequencies rise to one peak and fall to thin tails, as classes do not."""
    counts = np.bincount((values - values.min()).astype(np.int64))
    counts = counts[counts > 0]
    peak = int(counts.argmax())
    slack = 2.0 * counts[peak] ** 0.5  # chance makes a step up on the way down
    rises, falls = np.diff(counts[: peak + 1]), np.diff(counts[peak:])
    thin = min(int(counts[0]), int(counts[-1])) < THIN * counts[peak]
    inside = 0 < peak < len(counts) - 1  # classes may be numbered by their size
    return len(counts) >= GRADES and inside and thin and bool((rises >= -slack).all() and (falls <= slack).all())


def _beside_features(table: Table, config: Mapping[str, Any]) -> Label | None:
    """The one column that the configuration does not list among the features, and that is no key or date."""
    for key, value in config.items():
        if english(key.rpartition(".")[2]).lower() in FEATURE_LISTS and isinstance(value, list) and len(value) > 1:
            listed = {str(one) for one in value}
            rest = [column for column in table.columns if column not in listed]
            rest = [c for c in rest if table.kind(c) not in _NO_LABEL]
            if len(rest) == 1 and len(listed.intersection(table.columns)) > 1:
                return Label(rest[0], f"it is no feature by the configuration ({key})", True)
    return None


def task_of(table: Table, column: str) -> Task | None:
    """What is learned, from the label's cells: two values, a few classes, or an amount."""
    if column not in table or table.rows == 0:
        return None
    kind = table.kind(column)
    if kind == "empty":
        return None
    distinct = len(table.codes(column).values)
    if kind in ("numeric", "datetime"):
        if kind == "numeric" and distinct == 2:
            return "binary"
        return "regression"
    if distinct <= 2:
        return "binary"
    if kind in ("integer", "identifier"):
        values = table.numbers(column)
        values = values[np.isfinite(values)]
        few = distinct <= MOST_CLASSES and distinct <= max(3, 0.1 * len(values))
        dense = len(values) > 0 and float(values.max() - values.min()) < 2.0 * distinct
        return "multiclass" if few and dense and not _is_amount(values) else "regression"
    return "multiclass"
