"""What a record says of all columns at once, or of the inputs as a whole: a number for each column under one key, the
channels of pictures, how many inputs are no numbers, a month of a model in use.
"""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.amounts_said import fits, kind_told
from mladvisor.runs.columns_said import BLANKS, COUNTED, MEAN, MISSING, STD
from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.distances_said import compares_tables, distance
from mladvisor.runs.drift_said import tells_drift
from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.watch_tables import is_judged, is_period
from mladvisor.runs.word_sets import word_set

NO_COLUMN = word_set(
    "train val valid validation test results result metrics statistics summary overall total all table dataset data "
    "value condition kwargs meta analysis commonstats numstats stringstats bytesstats common_stats num_stats "
    "string_stats current reference"
)
"""Keys that stand where the name of a column would, and are none."""
_WATCHED = word_set("monitoring monitor production prod live serving deployed deployment use online")


def but(key: str, words: tuple[str, ...]) -> str | None:
    """What a cell is about besides its statistic: "age" of "age_mean", "" of "mean"; None for another statistic."""
    said = words_of(key)
    left = [word for word in said if word not in words]
    return "_".join(left) if len(left) == len(said) - 1 else None


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


def share_not_finite(cells: Cells) -> float | None:
    """The largest share of the inputs that a record counts as no numbers; 1 where it does not say of how many."""
    counts = [each for key in cells if _counts_nan(key) and (each := number(cells, (key,))) is not None]
    if not counts:
        return None
    wholes = [number(cells, (key,)) or 0.0 for key in cells if _WHOLE.issuperset(words_of(key))]
    whole = max(wholes, default=0.0)
    return max(counts) / whole if whole >= max(counts) > 0.0 else float(max(counts) > 0.0)


def of_all_columns(path: tuple[str, ...], split: str | None, cells: Cells) -> Iterator[Said]:
    """ "missing": {"age": 0.0, "income": 0.01}: a number for each column, called by the key above."""
    if len({key.partition(".")[0] for key in cells}) == 1:
        return  # what stands below one key is a record of its own
    numbers = {key: each for key, each in cells.items() if _is_amount(each)}
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
        isinstance(means, int | float) and isinstance(stds, int | float) and split is not None and path[-1] in NO_COLUMN
    ):
        yield Said("mean", "inputs", split, float(means))
        yield Said("std", "inputs", split, float(stds))


def over_time(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
    """A metric of one month (week, day) of a model in use, or how far a column has moved by then, in a report that is
    called after use.
    """
    period = next((str(cells[key]) for key in cells if is_period(key)), None)
    if period is None or is_judged(period) or _WATCHED.isdisjoint(words_of(english(path[0]))):
        return
    for key, value in cells.items():
        if is_metric(key) and not is_loss(key) and _is_amount(value):
            yield Said("in-use", key, "serving", float(value), period)
        elif (of := but(key, MEAN)) and not _OF_ANSWERS.intersection(words_of(of)) and _is_amount(value):
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


def unknown_values(path: tuple[str, ...], cells: Cells) -> Iterator[Said]:
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
