"""Controlled trials (A/B tests): what a model in use did beside the one before it, as JSON or as a table.

{"online": {"profit_per_order": {"control": 31.9, "treatment": 27.2, "ci95": [-6.1, -3.2]}}}
metric,control,treatment,p_value
arm,users,retained_30d,margin
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from math import isfinite, nan
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 200_000
_NAMED = word_set(
    "ab abtest experiment experiments online trial trials rollout canary launch holdback interleaving pilot"
)
_BEFORE = ("control", "champion", "a", "baseline", "previous", "previous_model", "old", "old_model", "incumbent")
_AFTER = ("treatment", "challenger", "b", "variant", "candidate", "this_run", "new", "new_model", "this_model")
_NAMES = ("metric", "kpi", "name", "outcome", "measure", "metric_name")
_LOW = ("ci_low", "ci_lower", "lower", "low", "ci95_low", "ci_lo")
_HIGH = ("ci_high", "ci_upper", "upper", "high", "ci95_high", "ci_hi")
_P = ("p", "p_value", "pvalue", "p-value", "pval")
_DEEP = 6
_SUFFIXES = ("json", "csv", "tsv", "yaml", "yml")


class Compared(NamedTuple):
    """One quantity in both arms.

    Attributes:
        name: as written. control, treatment: its level with the model before and with the new one.
        low, high: 95 % interval of the difference, NaN where none is given. p: of the difference, NaN likewise.
    """

    name: str
    control: float
    treatment: float
    low: float = nan
    high: float = nan
    p: float = nan


def compared_in(file: Candidate) -> list[Compared]:
    """What the arms of a trial are compared by; [] of a file that is called otherwise, or that holds no trial."""
    stem, form = stem_and_form(file.name)
    if form not in ("json", "csv", "tsv", "md") or file.size > MOST_BYTES or _NAMED.isdisjoint(words_of(stem)):
        return []
    try:
        if form == "json":
            return [*_of(found := file.read_json(), "", 0), *_beside_earlier(found)]
        if form == "md":
            tables = [[dict(zip(head, row, strict=False)) for row in rows] for _, head, rows in bar_tables(file.text)]
            return [one for rows in tables for one in _of_rows(rows)]
        rows = list(csv.DictReader(file.read_text(MOST_BYTES).splitlines(), delimiter="\t" if form == "tsv" else ","))
    except (ReadError, OSError, csv.Error):
        return []
    return _of_rows(rows)


def _of_rows(rows: list[dict[str, Any]]) -> list[Compared]:
    """A row for each arm, or for each quantity with a column for each arm."""
    found = list(_by_rows([{str(key): _as_number(each) for key, each in row.items()} for row in rows], {}))
    for row in rows:
        cells = {str(key).strip().lower(): each for key, each in row.items()}
        name = next((str(cells[key]) for key in _NAMES if cells.get(key)), None)
        one = _pair(name, cells) if name is not None else None
        found += [one] if one is not None else []
    return found


def _of(value: Any, said: str, depth: int) -> Iterator[Compared]:
    if not isinstance(value, Mapping) or depth > _DEEP:
        return
    cells = {str(key).lower(): each for key, each in value.items()}
    one = _pair(said, cells)
    if one is not None:
        yield one
        return
    before, after = (next((cells[key] for key in keys if key in cells), None) for keys in (_BEFORE, _AFTER))
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _counted(before, after)
        yield from _in_arms(before, after, cells)
        return
    for key, each in value.items():
        if isinstance(each, list):
            yield from _by_rows(each, value)
        yield from _of(each, str(key), depth + 1)


_ARM = ("arm", "group", "variant", "bucket", "cohort", "branch", "policy", "model", "version", "name")
_OLD = word_set(
    "control champion baseline previous old incumbent current existing legacy rule rules heuristic manual a"
)
_NEW = word_set("treatment challenger new candidate variant b")


def _by_rows(rows: list[Any], around: Mapping[Any, Any]) -> Iterator[Compared]:
    """Two arms as two rows, each called by what it is: "control" and "treatment", "rule" and "new model"."""
    arms = [each for each in rows if isinstance(each, Mapping)]
    if len(arms) != len(rows) or len(arms) != len(("one", "other")):
        return
    key = next((key for key in _ARM if all(isinstance(arm.get(key), str) for arm in arms)), None)
    if key is None:
        return
    ages = [_age(words_of(str(arm[key]))) for arm in arms]
    if sorted(ages) != ["new", "old"]:
        return
    before, after = arms[ages.index("old")], arms[ages.index("new")]
    yield from _counted(before, after)
    yield from _in_arms(before, after, {str(name).lower(): each for name, each in around.items()})


def _age(words: list[str]) -> str:
    """Whether a name is that of what there was, or of what was tried; "" where it says neither, or both."""
    old, new = not _OLD.isdisjoint(words), not _NEW.isdisjoint(words)
    return "" if old == new else "old" if old else "new"


def _as_number(cell: Any) -> Any:
    """A cell of a table as the number that it is."""
    text = str(cell).strip()
    if text.isdecimal() and len(text) < _MOST_DIGITS:
        return int(text)
    return value if isfinite(value := _number(text)) else cell


_MOST_DIGITS = 12


def _in_arms(before: Mapping[Any, Any], after: Mapping[Any, Any], around: Mapping[str, Any]) -> Iterator[Compared]:
    """What both arms hold, each with what is said beside them of how sure its difference is."""
    sizes = [next((arm[key] for key in arm if _is_size(str(key), arm[key])), 0) for arm in (before, after)]
    for key in before:
        if key not in after:
            continue
        told = _p_of(str(key), around)
        both = _pair(str(key), {"control": before[key], "treatment": after[key], **told})
        if both is not None:
            yield both if told else _by_size(both, *sizes)


_OF_USERS = word_set("users customers visitors members accounts subjects participants patients clients n size rows")


def _is_size(key: str, value: Any) -> bool:
    """ "users": 20000, "n_users", "sample_size": how many an arm has."""
    words = words_of(key)
    return bool(words) and words[-1] in _OF_USERS and len(words) < 3 and _is_count(value) and value >= _LEAST_TRIED


def _by_size(pair: Compared, of: int, against: int) -> Compared:
    """The interval of a share of all users ("retention_30d"): what lies between 0 and 1 spreads by p(1-p) at most."""
    shares = 0.0 < pair.control < 1.0 and 0.0 < pair.treatment < 1.0
    words = words_of(pair.name)
    if not (of and against and shares) or _SHARES.isdisjoint(words) or "per" in words:
        return pair
    spread = pair.control * (1.0 - pair.control) / of + pair.treatment * (1.0 - pair.treatment) / against
    low, high = (pair.treatment - pair.control + side * 1.96 * spread**0.5 for side in (-1, 1))
    return pair._replace(low=low, high=high)


_SHARES = word_set("retention retained conversion converted churn share rate ctr fraction renewal bounce adoption")


def _p_of(name: str, around: Mapping[str, Any]) -> dict[str, Any]:
    """ "p_value_orders": "<0.001" beside the arms, of "orders_per_impression"."""
    said = words_of(name)
    for key, value in around.items():
        words = words_of(key)
        about = [word for word in words if word not in ("p", "value", "val", "pvalue", "pval")]
        if len(about) < len(words) and about and said[: len(about)] == about:
            return {"p": str(value).strip().lstrip("<= ")}
    return {}


def _counted(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[Compared]:
    """Counts in both arms ({"picks": 412, "success": 371}): shares of the largest, and how sure their difference is."""
    counts = [key for key in before if all(_is_count(arm.get(key)) for arm in (before, after))]
    if len(counts) < _LEAST_COUNTS:
        return
    whole = max(counts, key=lambda key: before[key])
    of, against = before[whole], after[whole]
    if min(of, against) < _LEAST_TRIED or any(after[key] > against for key in counts):
        return
    for key in counts:
        pooled = (before[key] + after[key]) / (of + against)
        error = (pooled * (1.0 - pooled) * (1.0 / of + 1.0 / against)) ** 0.5
        if key != whole and error > 0:
            first, second = before[key] / of, after[key] / against
            low, high = (second - first + side * 1.96 * error for side in (-1, 1))
            yield Compared(f"{key} per {whole}", first, second, low, high)


_LEAST_COUNTS = 2
_LEAST_TRIED = 50


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_COUNT


_MOST_COUNT = 10**12
_EARLIER = word_set("previous prev old earlier incumbent last")
_OWN = word_set("this new current offline model run our")


def _beside_earlier(found: Any) -> Iterator[Compared]:
    """Numbers of both models side by side: "offline_val_acc" and "previous_model_val_acc"."""
    cells = {str(key): each for key, each in found.items()} if isinstance(found, Mapping) else {}
    for inner in cells.values():
        yield from _beside_earlier(inner) if isinstance(inner, Mapping) else ()
    told = list(_old_and_new(cells))
    yield from told
    for key, value in cells.items():
        words = words_of(key)
        if _EARLIER.isdisjoint(words) or told:
            continue
        own = [word for word in words if word not in _EARLIER | _OWN]
        beside = [
            other
            for other in cells
            if other != key
            and _EARLIER.isdisjoint(words_of(other))
            and [word for word in words_of(other) if word not in _OWN] == own
        ]
        both = _pair("_".join(own), {"control": value, "treatment": cells[beside[0]]}) if len(beside) == 1 else None
        if both is not None:
            yield both


def _old_and_new(cells: Mapping[str, Any]) -> Iterator[Compared]:
    """ "current_rule_auc" beside "new_model_auc"."""
    named = {key: (_age(words_of(key)), _bare(words_of(key))) for key in cells}
    for key, (age, bare) in named.items():
        against = [other for other, each in named.items() if each == ("new", bare)]
        if age == "old" and bare and len(against) == 1:
            both = _pair("_".join(bare), {"control": cells[key], "treatment": cells[against[0]]})
            if both is not None:
                yield both


def _bare(words: list[str]) -> list[str]:
    """What is measured, without whose it is: "current_rule_auc" and "new_model_auc" are both an AUC."""
    return [word for word in words if word not in _OLD | _NEW | _EARLIER | _OWN]


def _pair(name: str, cells: Mapping[str, Any]) -> Compared | None:
    before, after = (next((_number(cells[key]) for key in keys if key in cells), nan) for keys in (_BEFORE, _AFTER))
    if not (name and isfinite(before) and isfinite(after)):
        return None
    low, high, p = (next((_number(cells[key]) for key in keys if key in cells), nan) for keys in (_LOW, _HIGH, _P))
    for key, each in cells.items():
        if key.startswith(("ci", "conf")) and isinstance(each, list) and len(each) == 2:
            low, high = map(_number, each)
    return Compared(name, before, after, low, high, p)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        return nan
    try:
        return float(value)
    except (TypeError, ValueError):
        return nan
