"""Tables with a row for each decision threshold that was looked at: counts, precision and recall, or what it costs.

    threshold,tp,fp,fn,tn,cost        thr  precision  recall        [{"cutoff": 0.2, "net_eur": 5100, "fp": 20}]

As CSV, JSON, Markdown or a workbook, or as a program prints one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import isfinite, nan
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import curve_cuts
from mladvisor.runs.layout import stem_and_form
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_forms import tables_in
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 200_000
_SUFFIXES = ("csv", "tsv", "json", "jsonl", "ndjson", "md", "txt", "xlsx", "npz")
_LEAST_ROWS, _MOST_ROWS = 4, 2_000
_CUT = word_set("threshold thresholds thr thresh cutoff cut tau")
_COST = word_set("cost costs")
_WORTH = word_set("net profit utility benefit value savings saving gain margin revenue")
_ROLES: tuple[tuple[str, frozenset[str]], ...] = (
    ("tp", word_set("tp hits caught true_positives truepositives true_pos")),
    ("fp", word_set("fp false_positives falsepositives false_alarms false_pos alarms_false")),
    ("fn", word_set("fn false_negatives falsenegatives missed misses false_neg")),
    ("tn", word_set("tn true_negatives truenegatives true_neg")),
    ("precision", word_set("precision prec ppv")),
    ("recall", word_set("recall rec sensitivity tpr")),
    ("f1", word_set("f1 f1_score fscore f_score f2 f05 fbeta f_beta f_measure fmeasure")),
    ("fnr", word_set("fnr frr miss_rate false_rejection_rate false_negative_rate fnmr")),
    ("fpr", word_set("fpr far false_alarm_rate false_acceptance_rate false_positive_rate fmr")),
)
_USED = word_set("in_use used current selected chosen deployed production live operating")


class Cut(NamedTuple):
    """One threshold of a table; NaN for what it does not say. `used`: the table marks it as the one in use."""

    threshold: float
    tp: float = nan
    fp: float = nan
    fn: float = nan
    precision: float = nan
    recall: float = nan
    f1: float = nan
    cost: float = nan
    worth: float = nan
    fnr: float = nan
    fpr: float = nan
    used: bool = False


def cuts_in(file: Candidate) -> list[Cut]:
    """The cuts of the first such table in a file, looked for once; [] of any other."""
    return file.once(_cuts_in)


def _cuts_in(file: Candidate) -> list[Cut]:
    stem, suffix = stem_and_form(file.name)
    if suffix not in _SUFFIXES or file.size > MOST_BYTES:
        return []
    try:
        if suffix == "npz":
            return cuts_of(curve_cuts.in_archive(file, _is_cut))
        if suffix != "xlsx" and not _SPOKEN.search(file.text[:MOST_BYTES]):
            return []
        tables = [rows for _, rows in tables_in(file, suffix, stem)]
        by_cut = _by_cut(file.read_json()) if suffix == "json" else []
        if suffix == "json" and not by_cut:
            by_cut = cuts_of(curve_cuts.in_json(file.read_json(), _is_cut))
    except (ReadError, OSError):
        return []
    return next((found for rows in tables if (found := cuts_of(rows))), by_cut)


def _by_cut(content: Any) -> list[Cut]:
    """ "f1_by_threshold": {"0.2": 0.31, "0.5": 0.24}: a score for each threshold."""
    for key, value in content.items() if isinstance(content, Mapping) else ():
        words = words_of(str(key))
        judged = "f1" in {"".join(pair) for pair in pairwise(words)} and not _CUT.isdisjoint(words)
        if judged and isinstance(value, Mapping) and len(value) >= _LEAST_ROWS:
            cuts = [Cut(_number(at), f1=_number(score)) for at, score in value.items()]
            if all(0.0 <= cut.threshold <= 1.0 and 0.0 <= cut.f1 <= 1.0 for cut in cuts):
                return sorted(cuts, key=lambda cut: cut.threshold)
    return []


_SPOKEN = re.compile(r"thr|cut|tau|schwelle|umbral|seuil|soglia|limiar", re.IGNORECASE)


def cuts_of(rows: Sequence[Mapping[str, Any]]) -> list[Cut]:
    """The cuts that rows are about, by rising threshold; [] where they are about something else."""
    if not _LEAST_ROWS <= len(rows) <= _MOST_ROWS:
        return []
    roles: dict[str, str] = {}
    for name in rows[0]:
        roles.setdefault(_role(name), name)
    told = roles.keys() & {"tp", "fp", "fn", "precision", "recall", "f1", "fnr", "fpr"}
    if "threshold" not in roles or not (len(told) > 1 or (told and roles.keys() & {"cost", "worth"})):
        return []
    found = []
    for row in rows:
        cells = {role: _number(row.get(name)) for role, name in roles.items() if role in Cut._fields and role != "used"}
        used = str(row.get(roles["used"])).strip().lower() in _YES if "used" in roles else False
        if 0.0 <= cells["threshold"] <= 1.0:
            found.append(Cut(**{**cells, "used": used}))  # type: ignore[arg-type]
    found.sort(key=lambda cut: cut.threshold)
    return found if len({cut.threshold for cut in found}) >= _LEAST_ROWS else []


_YES = ("true", "1", "1.0", "yes", "x", "*", "ja", "<-", "<--", "✓")


@lru_cache(maxsize=1 << 13)
def _role(name: str) -> str:
    words = words_of(english(name))
    squeezed = "_".join(words)
    joined = "".join(words)
    if not _CUT.isdisjoint(words) and len(words) <= 3:
        return "threshold"
    if squeezed in _USED:
        return "used"
    for role, known in _ROLES:
        if squeezed in known or joined in known or (len(words) <= 2 and words and words[0] in known):
            return role
    if not _COST.isdisjoint(words) and "per" not in words:
        return "cost"
    return "worth" if not _WORTH.isdisjoint(words) and "per" not in words else ""


def _is_cut(name: str) -> bool:
    return _role(name) == "threshold"


def _number(value: Any) -> float:
    if isinstance(value, bool) or value is None:
        return nan
    try:
        found = float(str(value).replace("%", "").strip())
    except ValueError:
        return nan
    return found if isfinite(found) else nan


def cuts_printed(text: str) -> list[Cut]:
    """The cuts of the last table of columns that a program printed; [] without one."""
    found: list[Cut] = []
    head: list[str] = []
    rows: list[dict[str, str]] = []
    for line in [*text.split("\n"), ""]:
        cells = line.replace("|", " ").split()
        named = [_role(cell) for cell in cells[:_MOST_CELLS]]
        if "threshold" in named and len(set(named) - {""}) > 2 and not any(map(_is_number, cells)):
            head, rows = cells, []
        elif head and len(cells) in (len(head), len(head) + 1) and all(map(_is_number, cells)):
            rows.append(dict(zip(head, cells[-len(head) :], strict=True)))
        elif head and rows and not set(line) <= set("-+|= \t."):
            found = cuts_of(rows) or found
            head, rows = [], []
    return found


_MOST_CELLS = 14


def _is_number(cell: str) -> bool:
    return _number(cell) == _number(cell)


def worth_of(cuts: Sequence[Cut], costs: tuple[float, float] | None) -> Iterator[tuple[str, list[float]]]:
    """(what is counted, the worth of each cut, more is better): money first, by the table or by costs that are told.

    Args:
        costs: (of a false alarm, of a miss), where the settings tell them.
    """
    if costs is not None and all(isfinite(cut.fp) and isfinite(cut.fn) for cut in cuts):
        yield "costs", [-(costs[0] * cut.fp + costs[1] * cut.fn) for cut in cuts]
    for name, sign in (("cost", -1.0), ("worth", 1.0)):
        values = [sign * getattr(cut, name) for cut in cuts]
        if all(map(isfinite, values)) and len(set(values)) > 1:
            yield "costs", values
    scores = [_f1(cut) for cut in cuts]
    if all(map(isfinite, scores)):
        yield "f1", scores


def _f1(cut: Cut) -> float:
    if isfinite(cut.f1):
        return cut.f1
    if isfinite(cut.fnr) and isfinite(cut.fpr):  # of the two shares of errors what is left of one: Youden's index
        return 1.0 - cut.fnr - cut.fpr
    if isfinite(cut.recall) and isfinite(cut.fpr) and not isfinite(cut.precision):
        return cut.recall - cut.fpr
    if isfinite(cut.tp) and isfinite(cut.fp) and isfinite(cut.fn):
        return 2 * cut.tp / max(2 * cut.tp + cut.fp + cut.fn, 1e-12)
    return 2 * cut.precision * cut.recall / max(cut.precision + cut.recall, 1e-12)
