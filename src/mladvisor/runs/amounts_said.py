"""A number for each column, where a heading or the name of the file alone says what the numbers are.

correlation with churn:            univariate_auc.txt        corr_with_target.csv
age      0.012                     days_open  0.999          ,target
income  -0.008                     age        0.611          refund,0.991
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mladvisor.runs.columns_said import BLANKS, IMPORTANCES
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.distances_said import distance
from mladvisor.runs.report_names import is_loss, is_metric, is_order, words_of
from mladvisor.runs.word_sets import word_set

_CORRELATED = word_set("corr corrs correlation correlations correlated pearson spearman kendall")
_MUTUAL = word_set("mutual")
_AREA, _ALONE = word_set("auc aucs auroc"), word_set("univariate single alone individual")
_OTHERS = word_set(
    "matrix auto autocorrelation partial residual residuals prediction predictions preds score errors error between "
    "pairwise rank loss losses attention epoch fold seed model models annotator annotators human metric metrics"
)
"""Words of lists of something else: how predictions, runs or people go together."""
_NO_LONGER = word_set("before old previous former dropped removed excluded")
_WEIGHTS = word_set("importance importances shap permutation")
_OF_MODELS = word_set(
    "loss attention epoch sampling weights runs run metric metrics hyperparameter parameter parameters"
)
_TIES = word_set("with to vs against and target label y class outcome response")


def kind_told(said: Iterable[str]) -> str | None:
    """What the numbers below are by the words of a heading: mutual, related, alone or psi; None where they do not say.

    A correlation is one with the label where its other side is named, or nothing else is.
    """
    words = {word for word in said if not word.isdigit()}
    if words & _WEIGHTS or (words & {"feature", "features"} and words & {"ranking", "rank"}):
        return "importance" if words.isdisjoint(_OF_MODELS) else None
    if not words.isdisjoint(_OTHERS):
        return None
    if words & {"iv", "ivs"} or {"information", "value"} <= words:
        return "iv"
    if words & _MUTUAL and words & {"information", "info", "mi"}:
        return "mutual"
    if words & _AREA and words & _ALONE:
        return "alone"
    if words & _CORRELATED and (words & _TIES or words <= _CORRELATED | _OF_COLUMNS):
        return "related"
    if "psi" in words or {"population", "stability"} <= words:
        return "psi"
    return None


_OF_COLUMNS = word_set("feature features column columns variable variables eda analysis report abs absolute table")
_HEADING = re.compile(
    r"(?i)(?:corr|pearson|spearman|kendall|mutual|auc|auroc|psi\b|stability|jensen|\bjs|\bks\b|kolmogorov|hellinger|importance|ranking|\biv\b)"
)
_ROW = re.compile(
    r"\s{0,12}(?:[-*] |\d{1,3}[.)]\s{1,4})?(?:(?:feature|column)\s{1,4}(?=[A-Za-z_]))?"
    r"['\"`]?([A-Za-z_][\w.%/=-]{0,60})['\"`]?"
    r"\s{0,3}[:=]?\s{1,60}\(?([-+]?(?:\d{1,12}(?:\.\d{0,18})?|\.\d{1,18})(?:e[-+]?\d{1,3})?)\)?\s*",
    re.IGNORECASE,
)
_ROWS_BEGIN = frozenset("0123456789[{(")
"""What a line of a log begins with more often than a heading."""
_LEAST = 4
_LONGEST = 200


def amounts_in(lines: Sequence[str], called: str = "") -> Iterator[Said]:
    """What each list of columns and numbers says.

    Args:
        called: the name of the file, which stands above the first list where it says what is listed.
    """
    told = called if _kind(called) is not None else ""
    block: list[tuple[str, float]] = []
    for line in (*lines, ""):
        row = _ROW.fullmatch(line[:_LONGEST]) if told else None
        if row is not None:
            block.append((row[1], float(row[2])))
            continue
        if len(block) >= _LEAST and not any(is_metric(name) or is_loss(name) or is_order(name) for name, _ in block):
            yield from _as_said(told, block)
        if told and (block or (line.strip() and not _is_head(line))):
            told = ""
        block = []
        if line[:1] not in _ROWS_BEGIN and len(line) < _LONGEST and _HEADING.search(line) and _kind(line) is not None:
            told = line


def _is_head(line: str) -> bool:
    """The names of two columns, or a rule, between a heading and its list."""
    cells = line.split()
    return len(cells) <= _MOST_HEAD and not any(each[:1].isdigit() for each in cells)


_MOST_HEAD = 4


def _kind(said: str) -> str | None:
    words = words_of(said)
    if len(words) > _MOST_WORDS or not _NO_LONGER.isdisjoint(words):
        return None
    return kind_told(words) or ("distance" if distance(words, 0.0) is not None else None)


_MOST_WORDS = 9


def _as_said(told: str, block: list[tuple[str, float]]) -> Iterator[Said]:
    kind, words = _kind(told), words_of(told)
    for name, value in block:
        amount = distance(words, value) if kind == "distance" else value
        if kind is not None and amount is not None and fits(kind, amount):
            yield Said(kind, name, None, amount, told.strip())


def fits(kind: str, value: float) -> bool:
    """A number that such an amount can be."""
    if kind in ("related", "alone"):
        return abs(value) <= 1.0
    return value >= 0.0


def titled(name: str, split: str | None, record: Record) -> Iterator[Said]:
    """The only number beside a column in a report whose name says what it is, where its cell does not."""
    said = [word for each in record.path for word in words_of(each)]
    amounts = {
        key: float(each)
        for key, each in record.cells.items()
        if isinstance(each, int | float) and not isinstance(each, bool) and _BESIDE.isdisjoint(words_of(key))
    }
    if len(amounts) != 1:
        return
    key, value = next(iter(amounts.items()))
    if not _WEIGHTS.isdisjoint(said):
        if key not in IMPORTANCES:
            yield Said("importance", name, split, value)
        return
    if not _PLAIN.issuperset(words_of(key)):
        return
    if not BLANKS.isdisjoint(said) and value == int(value) >= 0:  # of how many rows is not told
        yield Said("cells-blank", "", split, value, f"{name}: {value:g}")
        return
    kind = kind_told([*said, *words_of(key)]) or ("distance" if distance(said, 0.0) is not None else None)
    amount = distance([*said, *words_of(key)], value) if kind == "distance" else value
    if kind is not None and amount is not None and fits(kind, amount):
        yield Said(kind, name, split, amount, record.path[-1])


_BESIDE = word_set("std sd stderr se rank index position fold repeat repeats")
_PLAIN = word_set(
    "0 1 value score target label y class outcome amount number stat statistic distance auc auroc n count"
)
"""What a cell is called that says nothing, or only of which side a relation is."""
