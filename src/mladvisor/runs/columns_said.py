"""What a report about data says of one column: its statistics, blanks, drift, and what ties it to the label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod
from typing import Any

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.distances_said import distance
from mladvisor.runs.limits_said import outside_expected, outside_training
from mladvisor.runs.report_names import is_metric, words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.types_said import lost_in_step, type_told
from mladvisor.runs.word_sets import word_set

MEAN = ("mean", "avg", "average", "mu", "distribution/mean")
STD = ("std", "stddev", "std_dev", "stdev", "sd", "sigma", "std_deviation", "deviation", "dev", "distribution/stddev")
MISSING = (
    *("p_missing", "missing_rate", "missing_share", "missing_fraction", "null_rate", "null_fraction", "missing_pct"),
    *("nan_rate", "fraction_missing", "na_rate", "pct_missing", "null_share", "null_pct"),
)
_PERCENTS = ("missing_pct", "pct_missing", "null_pct", "missing_percent", "percent_missing", "null_percent", "nan_pct")
_ALL = 100.0
COUNTED = ("missing", "nulls", "null", "nan", "na", "blank")
"""Shares where they are fractions, counts where they are whole."""
BLANKS = word_set("missing null nulls nan nans na blank blanks empty")
_OF_ROWS = (
    "counts/n",
    "num_examples",
    "num_rows",
    "n_rows",
    "rows",
    "n",
    "total",
    "total_count",
    "n_total",
    "element_count",
)
"""How many cells there are, blank or not: a plain "count" leaves the blank ones out as often as not."""
COUNTED_ROWS = ("count", *_OF_ROWS)
_NAN = word_set("nan nans")
_INFINITE = word_set("inf infs infinite infinity infinities posinf neginf plusinf minusinf isinf")
_BESIDE_INFINITE = _INFINITE | word_set("n num number of count counts p share value values cells pos neg total")
_STATISTICS = ("stat", "statistic", "metric", "measure", "test", "method", "stattest", "stattest_name")
_FLAGS = ("drift_detected", "drifted", "is_drifted", "drift", "has_drift", "drift_flag", "alert", "is_drift")
IMPORTANCES = (
    "importance",
    "feature_importance",
    "importance_gain",
    "mean_abs_shap",
    "shap_importance",
    "gain",
    "shap",
)
_TIES = {
    "mutual": word_set("mutual mi"),
    "related": word_set(
        "corr correlation correlations pearson pearsonr spearman spearmanr kendall kendalltau tau rho biserial cramers "
        "cramer"
    ),
    "alone": word_set("auc auroc"),
}
"""What ties a feature to the label, by one of the words of its cell: "pearson_with_target", "corr_y", "auc_alone"."""
_GAIN = ("info_gain", "information_gain")
_BESIDE_TIES = word_set(
    "abs absolute with to and vs of on the target label class outcome response y r s v phi coef coeff coefficient "
    "score value info information classif regression classifier nats point rank linear max best univariate single "
    "singola singolo alone solo feature features column variable itself only one median mediana roc train training"
)
"""Words that may stand beside such a word: others name another thing ("corr_with_age", "p_value_of_corr")."""
_BY_ITSELF = word_set("univariate single singola singolo alone solo feature column variable only one median mediana")
_BESIDE_PSI = word_set("psi value score index total train val test dev oot")
_OF_TRAINING = word_set(
    "loss losses time seconds sec duration latency lr rate step steps epoch memory gpu grad gradient norm throughput "
    "pred prediction predictions logit logits prob residual residuals error errors reward return "
    "rmse mse mae mape"
)
_OF_RUNNING = ("batch", "batches", "batch_size", "files", "confidence", "max_prob", "runtime", "entropy")
"""So alone: beside other words they may be of the data ("batch_temperature")."""
_REFERENCE, _CURRENT = word_set("reference ref baseline offline"), word_set("current")
_NEWER = _CURRENT | word_set("actual recent latest new today monitored observed")
_OLDER = _REFERENCE | word_set("expected base old development training train")
_BESIDE_BLANKS = BLANKS | word_set("num n count counts number of values cells rows")


def said_of_column(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """All that the cells of a record say of the column that it is about."""
    yield from _moved(name, split, cells)
    if (typed := type_told(cells)) is not None:
        yield Said("typed", name, split, float(typed[0]), typed[1])
    mean, std = number(cells, MEAN), number(cells, STD)
    rows = number(cells, COUNTED_ROWS)
    if rows is not None and is_count(rows):
        yield Said("rows", name, split, rows)
    if mean is not None and std is not None and not is_of_training(name):
        yield Said("mean", name, split, mean)
        yield Said("std", name, split, std)
        for what, key in (("low", "min"), ("high", "max")):
            bound = number(cells, (key,))
            if bound is not None:
                yield Said(what, name, split, bound)
    if (one_value := _one_value(cells)) is not None:
        yield Said("one-value", name, split, float(one_value))
    fractions = {key: each for key, each in cells.items() if key in COUNTED and isinstance(each, float)}
    missing = number(cells | fractions if fractions else cells, (*MISSING, *fractions))
    percents = (*_PERCENTS, "%") if not set(COUNTED).isdisjoint(cells) else _PERCENTS  # "missing | %"
    if missing is None or (missing > 0.0 and any(key in cells for key in percents)):  # "0.5": a half, or of a hundred
        counted_blank = _share_blank(cells)
        told = number(cells, percents)
        missing = counted_blank if counted_blank is not None else told / _ALL if told and told > 1.0 else missing
    if missing is None:
        missing = next((share for key, each in cells.items() if (share := _share_in(key, each)) is not None), None)
    if missing is None and (filled := _share_filled(cells)) is not None:
        missing = 1.0 - filled
    if missing is not None and 0.0 <= missing <= 1.0:
        yield Said("missing", name, split, missing)
    counted = [key for key in cells if set(words_of(key)) & _INFINITE and _BESIDE_INFINITE.issuperset(words_of(key))]
    infinite = max((each for key in counted if (each := number(cells, (key,))) is not None), default=None)
    if infinite is not None:
        yield Said("infinite", name, split, infinite)
        of_nan = [key for key in cells if not _NAN.isdisjoint(words_of(key))]
        if missing is not None and of_nan:
            yield Said("nan-fed", name, split, missing)  # who counts both apart looks at the numbers a model is given
    yield from outside_training(name, split, cells)
    yield from outside_expected(name, split, cells)
    if (lost := lost_in_step(cells)) is not None:
        yield Said("lost", name, split, float(lost))
    for what, keys in (("importance", IMPORTANCES), *((what, _tying(what, cells)) for what in _TIES)):
        value = number(cells, keys)
        if value is not None:
            yield Said(what, name, split, value)
    if (worth := number(cells, ("iv", "information_value", "information value", "iv_total", "total_iv"))) is not None:
        yield Said("iv", name, split, worth)


def _moved(name: str, split: str | None, cells: Cells) -> Iterator[Said]:
    """How far a column has moved, by an index, a distance or a flag."""
    psi = number(cells, [key for key in cells if "psi" in words_of(key) and _BESIDE_PSI.issuperset(words_of(key))])
    if psi is None and any("psi" in words_of(str(cells.get(key, ""))) for key in _STATISTICS):
        psi = number(cells, ("value", "score", "statistic_value"))  # one statistic a row: "column, stat, value"
    if psi is not None:
        yield Said("psi", name, split or _compared(cells), psi)
    if (apart := _apart(cells)) is not None:
        yield Said("distance", name, split or _compared(cells), *apart)
    flag = next((_flag(cells[key]) for key in _FLAGS if _flag(cells.get(key)) is not None), None)
    if flag is not None:
        test = cells.get("stattest_name", "")
        yield Said("drifted", name, split, float(flag), str(test))


def _apart(cells: Cells) -> tuple[float, str] | None:
    """How far apart a distance says that the two distributions lie, and what it is called; none where the p beside it
    leaves chance.
    """
    if any(_is_p(words_of(key)) and _may_be_chance(cell) for key, cell in cells.items()):
        return 0.0, "p"
    named = next((str(cells[key]) for key in _STATISTICS if isinstance(cells.get(key), str)), "")
    for key, cell in cells.items():
        if isinstance(cell, int | float) and not isinstance(cell, bool) and "." not in key:
            said = words_of(key) if key not in _BARE else [*words_of(named), *words_of(key)]
            if key == "distance" and not named and any(_is_p(words_of(each)) for each in cells):
                said = ["ks"]  # what is tested lies between 0 and 1
            if (far := distance(said, float(cell))) is not None:
                return far, f"{named or key} {cell:g}"
    return None


_BARE = ("value", "score", "statistic", "distance", "stat", "drift_score", "statistic_value")
_P_VALUE = word_set("p value values val pvalue pval pvals adjusted ks")
_CHANCE = 0.001


def _is_p(said: list[str]) -> bool:
    return not {"p", "pvalue", "pval"}.isdisjoint(said) and _P_VALUE.issuperset(said)


def _may_be_chance(cell: Any) -> bool:
    """A value of p, also as "<1e-16", that leaves chance."""
    try:
        return not isinstance(cell, bool) and float(str(cell).lstrip("<≤ ")) > _CHANCE
    except ValueError:
        return False


def _share_in(key: str, cell: Any) -> float | None:
    """The share of blank cells by a cell whose words say so: "percent of nulls": 0.046, "missing": "41 (4.6 %)"."""
    words = set(words_of(key))
    if words.isdisjoint(BLANKS) or "." in key:  # what stands below is about a column of its own
        return None
    if isinstance(cell, str):
        both = _BOTH.fullmatch(cell.strip()) if words <= _BESIDE_BLANKS else None
        return float(both[1]) / _ALL if both is not None else None
    told = isinstance(cell, float) and 0.0 <= cell <= 1.0 and not words.isdisjoint(_OF_SHARES)
    return float(cell) if told and words <= _BESIDE_BLANKS | _OF_SHARES else None


_BOTH = re.compile(r"\d{1,12}\s?\(\s?(\d{1,3}(?:\.\d{1,6})?)\s?%\s?\)")
_OF_SHARES = word_set("share rate ratio fraction percent pct proportion p in sample the")


def _one_value(cells: Cells) -> bool | None:
    """Whether a column has one value in all of many rows, by the count of its values or by its ends beside its mean."""
    rows = number(cells, COUNTED_ROWS)
    if rows is None or not is_count(rows) or rows < MANY:
        return None
    different = number(cells, DISTINCT)
    if different is not None and is_count(different):
        return different == 1.0
    low, mean, high = (number(cells, keys) for keys in (("min",), MEAN, ("max",)))
    return None if low is None or mean is None or high is None else low == mean == high


MANY = 50
"""Rows of which one at least differs in any column that tells something."""


def _tying(what: str, cells: Cells) -> list[str]:
    """The cells that say how a feature goes with the label. An area is that of one feature only where it says so."""
    found = [key for key in cells if what == "mutual" and key in _GAIN]
    for key in cells:
        words = {word for word in words_of(key) if not word.isdigit()}
        told = words & _TIES[what]
        sure = what != "alone" or words & _BY_ITSELF
        if told and sure and _BESIDE_TIES.issuperset(words - _TIES[what]):
            found.append(key)
    return found


def is_of_training(name: str) -> bool:
    """Called after what a training or a model gives: no column of its data."""
    if words_of(name)[-1:] in (["x"], ["y"], ["z"]):
        return False  # "acc_x" is an acceleration
    told = "_".join(words_of(name)) in _OF_RUNNING
    return told or is_metric(name) or not _OF_TRAINING.isdisjoint(words_of(name))


_FILLED = word_set("filled fill populated nonnull notnull completeness complete non null not na present")
_SURELY_FILLED = word_set("filled fill populated nonnull notnull completeness complete")
_BESIDE_FILLED = _FILLED | word_set("rate share fraction frac ratio pct percent percentage n num count counts values")
_AS_PERCENT = word_set("pct percent percentage")


def _share_filled(cells: Cells) -> float | None:
    """The other side of blanks: "filled", "fill_rate", "non_null_share", "populated_pct"."""
    for key, value in cells.items():
        words = words_of(key)
        told = not _SURELY_FILLED.isdisjoint(words) or {"non", "null"} <= {*words} or {"not", "null"} <= {*words}
        if not told or not _BESIDE_FILLED.issuperset(words) or not isinstance(value, int | float):
            continue
        share = float(value) / (_ALL if not _AS_PERCENT.isdisjoint(words) else 1.0)
        rows = number(cells, _OF_ROWS)
        if rows and is_count(value) and value <= rows and (_AS_PERCENT | _OF_SHARES).isdisjoint(words):
            return float(value) / rows  # "non_null" of "rows"
        if 0.0 <= share <= 1.0:  # more are counts
            return share
    return None


def _share_blank(cells: Cells) -> float | None:
    """Blank cells, counted, of all cells of the column: "num_missing" of "num_examples"."""
    plain = {key.rpartition(".")[2].replace("_", ""): _whole(each) for key, each in cells.items()}
    gone, left = number(plain, ("nummissing",)), number(plain, ("numnonmissing",))
    if gone is not None and left is not None and gone + left > 0:  # statistics of TFDV, whose numbers are texts in JSON
        return gone / (gone + left)
    of = number(cells, _OF_ROWS) or _all_cells(cells) or _of_shape(cells)
    counts = [key for key in cells if not BLANKS.isdisjoint(words_of(key)) and _BESIDE_BLANKS.issuperset(words_of(key))]
    blank = number(cells, counts)
    return blank / of if of and blank is not None and is_count(blank) and blank <= of else None


def _all_cells(cells: Cells) -> float | None:
    """Of a plain count it is open whether it holds the blank ones ("count": 0, "missing": 2800): as if it did not, the
    share is the smaller one.
    """
    told, blank = number(cells, ("count",)), number(cells, COUNTED)
    if told and told == blank and number(cells, DISTINCT) == 0.0:
        return told  # the count is that of the rows: nothing else is there
    whole = told is not None and blank is not None and is_count(told) and is_count(blank)
    return told + blank if whole and told is not None and blank is not None else None


DISTINCT = ("distinct", "unique", "n_unique", "nunique", "n_distinct", "distinct_count", "unique_count", "cardinality")


def _of_shape(cells: Cells) -> float | None:
    """The numbers of an array, by its shape: [900, 18, 10]."""
    shape = cells.get("shape")
    return float(prod(shape)) if isinstance(shape, list) and all(map(is_count, shape)) else None


def _whole(cell: Any) -> Any:
    return int(cell) if isinstance(cell, str) and is_count(cell) else cell


def _flag(cell: Any) -> bool | None:
    """Yes or no; None for numbers and anything else."""
    if isinstance(cell, bool):
        return cell
    return {"yes": True, "no": False, "drift": True, "drifted": True, "detected": True, "ok": False}.get(
        str(cell).lower()
    )


def side_of(name: str) -> str | None:
    """The split that a cell is called after; a report of monitoring calls its two sides reference and current."""
    words = set(words_of(name))
    told = "train" if words & _REFERENCE else "serving" if words & _CURRENT else None
    return split_called(name) or told


def _compared(cells: Cells) -> str | None:
    """What a row with an index of drift compares with training: "reference, current, psi" is of data in use, and so is
    the formula's own "expected, actual"; else a split that one of its sides is called after.
    """
    words = {word for key in cells for word in words_of(key)}
    if not words.isdisjoint(_OLDER) and not words.isdisjoint(_NEWER):
        return "serving"
    sides = {side for key in cells if (side := side_of("_".join(words_of(key)))) not in (None, "train")}
    return sides.pop() if len(sides) == 1 else None
