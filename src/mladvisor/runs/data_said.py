"""What the records of a report about data say, in one vocabulary, whatever tool or person wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mladvisor.runs.data_reports import LABEL_ISSUES, Cells, Record
from mladvisor.runs.data_scores import is_of_tables, models_said
from mladvisor.runs.data_verdicts import Said, number, verdict
from mladvisor.runs.report_names import is_loss, is_metric, is_order, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_NAMES = ("feature", "column", "column_name", "feature_name", "variable", "field", "name", "col", "attribute", "key")
_NO_COLUMN = word_set(
    "train val valid validation test results result metrics statistics summary overall total all table dataset data "
    "value condition kwargs meta analysis"
)
_MEAN = ("mean", "avg", "average", "distribution/mean")
_STD = ("std", "stddev", "std_dev", "stdev", "sd", "std_deviation", "distribution/stddev")
_MISSING = (
    *("p_missing", "missing_rate", "missing_share", "missing_fraction", "null_rate", "null_fraction", "missing_pct"),
    *("nan_rate", "fraction_missing", "na_rate", "pct_missing", "null_share", "null_pct"),
)
_COUNTED = ("missing", "nulls", "nan", "blank")
"""Shares where they are fractions, counts where they are whole."""
_BLANKS = word_set("missing null nulls nan nans na blank blanks empty")
_OF_ROWS = ("num_examples", "num_rows", "n_rows", "rows", "n", "total", "total_count", "n_total", "element_count")
"""How many cells there are, blank or not: a plain "count" leaves the blank ones out as often as not."""
_INFINITE = ("n_infinite", "p_infinite", "infinite", "inf_count", "n_inf", "infs")
_FLAGS = ("drift_detected", "drifted", "is_drifted", "drift", "has_drift", "drift_flag")
_IMPORTANCES = (
    "importance",
    "feature_importance",
    "importance_gain",
    "mean_abs_shap",
    "shap_importance",
    "gain",
    "shap",
)
_MUTUAL = ("mutual_info", "mutual_information", "mi", "mi_score")
_RELATED = (
    *("pearson_r", "pearson", "spearman", "corr", "correlation", "corr_with_target", "target_corr", "abs_corr"),
    *(
        "abs_correlation",
        "correlation_with_target",
        "target_correlation",
        "corr_target",
        "spearman_r",
        "point_biserial",
    ),
)
_ALONE = ("univariate_auc", "auc_univariate", "single_feature_auc", "feature_auc", "auc_alone", "solo_auc")
_WRONG, _LOOKED = (
    ("wrong", "n_wrong", "errors", "disagreements"),
    ("sampled", "n_sampled", "n", "rows", "checked", "total"),
)


_BESIDE_PSI = word_set("psi value score index total train val test dev oot")
_OF_TRAINING = word_set(
    "loss losses time seconds sec duration latency lr rate step steps epoch memory gpu grad gradient norm throughput "
    "pred prediction predictions logit logits prob residual residuals error errors reward return"
)
_PERIODS = word_set("date week month day quarter period timestamp")
_WATCHED = word_set("monitoring monitor production prod live serving deployed deployment use online")
_OF_AUDITS = word_set("audit qa recheck review reviewed annotation annotations issues verification quality cleanlab")
_NO_CLASSES = word_set("n num total count rows samples size tp fp tn fn images boxes precision recall support")


def said_in(records: Iterable[Record]) -> list[Said]:
    """All that the records of one report say."""
    return [each for record in records for each in _of_record(record)]


def _of_record(record: Record) -> Iterator[Said]:
    cells, path = record.cells, record.path
    told = verdict(record)
    if told is not None:
        yield from told
        return
    yield from _counts(record)
    yield from models_said(record)
    yield from _wide(record)
    yield from _overlap(record)
    split = next((found for each in reversed(path) if (found := split_called(each.replace(" ", "_")))), None)
    name = _name_of(record)
    if name is not None:
        yield from (
            said for said in _of_column(name, split, cells) if said.what not in _OF_LABEL or not is_of_tables(path, {})
        )
    yield from _of_all_columns(path, split, cells)
    yield from _labels(path, cells)
    yield from _over_time(path, cells)


_OF_LABEL = ("importance", "mutual", "related", "alone")
"""What a report says of a feature and the label, unless it is about the tables that rows came from."""


def _wide(record: Record) -> Iterator[Said]:
    """A row with a cell for each split: "feature, train_mean, train_std, test_mean", or "class, train, val"."""
    parts: dict[str, Cells] = {}
    for key, value in record.cells.items():
        split = _side("_".join(words_of(key)))
        if split is not None:
            left = "_".join(word for word in words_of(key) if _side(word) is None)
            parts.setdefault(split, {})[left] = value
    if "train" not in parts or len(parts) < 2:
        return
    name = _name_of(record)
    for split, cells in parts.items() if name is not None else ():
        yield from _of_column(str(name), split, cells)
    of_class = next((str(record.cells[key]) for key in ("class", "label", "category") if key in record.cells), None)
    words = {word for each in record.path for word in words_of(each)}
    if of_class is None and name is not None and not _CLASSES.isdisjoint(words):
        of_class = name
    for split, cells in parts.items() if of_class is not None else ():
        count = number(cells, ("", "count", "n", "rows", "counts", "samples"))
        if count is not None and is_count(count):
            yield Said("classes", str(of_class), split, float(count))


def _side(name: str) -> str | None:
    """The split that a cell is called after; a report of monitoring calls its two sides reference and current."""
    words = set(words_of(name))
    told = "train" if words & _REFERENCE else "serving" if words & _CURRENT else None
    return split_called(name) or told


_REFERENCE, _CURRENT = word_set("reference ref baseline"), word_set("current")
_CLASSES = word_set("label labels class classes")
_SHARED = word_set("overlap overlapping duplicates duplicated shared leaked leakage common")


def _overlap(record: Record) -> Iterator[Said]:
    """ "train_test_overlap": 0.2, a share; counts alone do not say of how many."""
    for key, value in record.cells.items():
        words = set(words_of(key))
        splits = {split for word in words if (split := split_called(word))}
        fits = isinstance(value, float) and 0.0 <= value <= 1.0 and "train" in splits and len(splits) > 1
        if fits and not words.isdisjoint(_SHARED) and words.isdisjoint(_OF_VALUES):
            yield Said("copies", "", None, float(value), key)


_OF_VALUES = word_set(
    "vocab vocabulary token tokens word words class classes label labels user users entity feature column "
    "max maximum allowed tolerance limit iou ngram"
)


def _name_of(record: Record) -> str | None:
    for key in _NAMES:
        if isinstance(record.cells.get(key), str) and record.cells[key]:
            return str(record.cells[key])
    last = record.path[-1]
    if len(record.path) < 2 or last.isdigit() or last in _NO_COLUMN or split_called(last):
        return None
    return last


def _is_of_training(name: str) -> bool:
    """Called after what a training or a model gives: no column of its data."""
    return is_metric(name) or not _OF_TRAINING.isdisjoint(words_of(name))


def _of_column(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    psi = number(cells, [key for key in cells if "psi" in words_of(key) and _BESIDE_PSI.issuperset(words_of(key))])
    if psi is not None:
        yield Said("psi", name, split, psi)
    flag = next((_flag(cells[key]) for key in _FLAGS if _flag(cells.get(key)) is not None), None)
    if flag is not None:
        test = cells.get("stattest_name", "")
        yield Said("drifted", name, split, float(flag), str(test))
    mean, std = number(cells, _MEAN), number(cells, _STD)
    if mean is not None and std is not None and not _is_of_training(name):
        yield Said("mean", name, split, mean)
        yield Said("std", name, split, std)
        for what, key in (("low", "min"), ("high", "max")):
            bound = number(cells, (key,))
            if bound is not None:
                yield Said(what, name, split, bound)
    fractions = {key: each for key, each in cells.items() if key in _COUNTED and isinstance(each, float)}
    missing = number(cells | fractions if fractions else cells, (*_MISSING, *fractions))
    if missing is None:
        missing = _share_blank(cells)
    if missing is not None and 0.0 <= missing <= 1.0:
        yield Said("missing", name, split, missing)
    infinite = number(cells, _INFINITE)
    if infinite is not None:
        yield Said("infinite", name, split, infinite)
    before, after = number(cells, ("raw_std", "std_before", "source_std")), number(cells, ("out_std", "std_after"))
    if before is not None and after is not None:
        yield Said("lost", name, split, float(before > 0.0 and after == 0.0))
    for what, keys in (("importance", _IMPORTANCES), ("mutual", _MUTUAL), ("related", _RELATED), ("alone", _ALONE)):
        value = number(cells, keys)
        if value is not None:
            yield Said(what, name, split, value)


def _share_blank(cells: Cells) -> float | None:
    """Blank cells, counted, of all cells of the column: "num_missing" of "num_examples"."""
    of = number(cells, _OF_ROWS)
    counts = [
        key for key in cells if not _BLANKS.isdisjoint(words_of(key)) and _BESIDE_BLANKS.issuperset(words_of(key))
    ]
    blank = number(cells, counts)
    return blank / of if of and blank is not None and is_count(blank) and blank <= of else None


_BESIDE_BLANKS = _BLANKS | word_set("num n count counts number of values cells rows")


def _flag(cell: Any) -> bool | None:
    """Yes or no; None for numbers and anything else."""
    if isinstance(cell, bool):
        return cell
    return {"yes": True, "no": False, "drift": True, "drifted": True, "detected": True, "ok": False}.get(
        str(cell).lower()
    )


def _of_all_columns(path: tuple[str, ...], split: str | None, cells: Cells) -> Iterator[Said]:
    """ "missing": {"age": 0.0, "income": 0.01}: a number for each column, called by the key above."""
    numbers = {key: each for key, each in cells.items() if isinstance(each, int | float) and not isinstance(each, bool)}
    words = set(words_of(path[-1]))
    if len(numbers) != len(cells) or len(numbers) < 2:
        yield from _channels(path, split, cells)
        return
    if (path[-1] in _MISSING or path[-1] in _COUNTED) and all(0.0 <= each <= 1.0 for each in numbers.values()):
        yield from (Said("missing", name, split, float(each)) for name, each in numbers.items())
    elif "psi" in words:
        yield from (Said("psi", name, split, float(each)) for name, each in numbers.items())
    elif not {"importance", "importances"}.isdisjoint(words):
        yield from (Said("importance", name, split, float(each)) for name, each in numbers.items())


def _channels(path: tuple[str, ...], split: str | None, cells: Cells) -> Iterator[Said]:
    """ "mean": [0.48, 0.45, 0.41] beside "std": the channels of pictures."""
    means, stds = (next((cells[key] for key in keys if key in cells), None) for keys in (_MEAN, _STD))
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
    """A metric of one month (week, day) of a model in use, in a report that is called after use."""
    period = next((str(cells[key]) for key in cells if is_order(key) and not _PERIODS.isdisjoint(words_of(key))), None)
    if period is None or _WATCHED.isdisjoint(words_of(path[0])):
        return
    for key, value in cells.items():
        if is_metric(key) and not is_loss(key) and isinstance(value, int | float) and not isinstance(value, bool):
            yield Said("in-use", key, "serving", float(value), period)


def _labels(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """What a check of the labels found wrong: a share, or how many of how many."""
    words = {word for each in (path[0], *map(str, cells.values())) for word in words_of(each[:100])}
    again = words & _LABELLED_AGAIN or {word for key in cells for word in words_of(key)} & _LABELLED_AGAIN
    if len(path) > 1 or not (words & _LABEL_WORDS or words & _LABELLED_AGAIN):
        return
    if words.isdisjoint(_OF_AUDITS) and not again:
        return
    looked, wrong = number(cells, _LOOKED), number(cells, _WRONG)
    looked = looked if looked is not None else _counted_as(cells, _LOOKED_AT)
    wrong = wrong if wrong is not None else _counted_as(cells, _CALLED_WRONG)
    share = _share_called(cells, _CALLED_WRONG)
    if looked and wrong is not None and wrong <= looked:
        yield Said("wrong-labels", "", None, wrong / looked, f"{wrong:g} of {looked:g}")
    elif share is not None:
        yield Said("wrong-labels", "", None, share)
    issue = next((cells[key] for key in LABEL_ISSUES if key in cells), None)
    if isinstance(issue, bool):
        yield Said("label-issue", "", None, float(issue))


_LABEL_WORDS = word_set("label labels")
_LABELLED_AGAIN = word_set(
    "relabel relabeled relabelled relabeling relabelling reannotation reannotated reannotate annotator annotators"
)
_LOOKED_AT = word_set(
    "sampled sample checked rechecked audited reviewed relabeled relabelled inspected examined looked"
)
_CALLED_WRONG = word_set(
    "wrong errors disagreements disagreed disagree disagreement disagreeing changed corrected flipped mislabeled "
    "mislabelled incorrect differ differed different differing mismatch mismatches mismatched overturned noise"
)
_SHARES = word_set("share rate fraction frac ratio pct percent percentage proportion")


def _counted_as(cells: Cells, words: frozenset[str]) -> float | None:
    """The one whole number that is called so: "changed_by_second_annotator", "n_checked"."""
    found = [
        float(value)
        for key, value in cells.items()
        if not words.isdisjoint(words_of(key)) and _SHARES.isdisjoint(words_of(key)) and is_count(value)
    ]
    return found[0] if len(found) == 1 else None


def _share_called(cells: Cells, words: frozenset[str]) -> float | None:
    """The one share that is called so: "label_error_rate", "pct_changed"."""
    found = []
    for key, value in cells.items():
        own = set(words_of(key))
        told = own & words or ("error" in own and "label" in own)
        if told and own & _SHARES and isinstance(value, int | float) and not isinstance(value, bool):
            found.append(value / 100 if own & {"pct", "percent", "percentage"} else value)
    return float(found[0]) if len(found) == 1 and 0 <= found[0] <= 1 else None


def _counts(record: Record) -> Iterator[Said]:
    """Rows of each class by split: "train_counts": [..], or a dictionary of classes below a split."""
    above = {word for each in record.path for word in words_of(each)}
    for key, value in record.cells.items():
        words = words_of(key)
        split = split_called("_".join(words))
        if (
            split
            and isinstance(value, list)
            and all(map(is_count, value))
            and not {"counts", "count"}.isdisjoint(words)
        ):
            yield from (Said("classes", str(number), split, float(each)) for number, each in enumerate(value))
    named_otherwise = any(not _NO_CLASSES.isdisjoint(words_of(key)) for key in record.cells)
    if {"label", "labels", "class", "classes"}.isdisjoint(above) or named_otherwise:
        return
    split = split_called(record.path[-1])
    named = record.cells.get("split")
    if isinstance(named, str):
        split = split_called(named)
    counts = {key: each for key, each in record.cells.items() if key != "split" and isinstance(each, int | float)}
    whole = all(map(is_count, counts.values()))
    if split and len(counts) > 1 and len(counts) >= len(record.cells) - 1 and whole:
        yield from (Said("classes", key, split, float(each)) for key, each in counts.items())
