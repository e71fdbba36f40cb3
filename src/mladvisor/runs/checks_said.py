"""Results of checks of data as people write them: a name of the check, a column, and whether it passed.

The tools that have forms of their own stand in `data_verdicts`. What a check is about is told by the words of its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from mladvisor.runs.columns_absent import absent_in_row
from mladvisor.runs.columns_said import BLANKS
from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import A_CASE, Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_CHECKS = ("check", "check_name", "expectation", "rule", "rule_name", "constraint", "assertion", "validation", "test",
           "test_name", "kind", "type", "name", "expected", "requirement", "must", "expects")  # fmt: skip
_COLUMNS = ("column", "column_name", "field", "feature", "feature_name", "variable", "col")
_OUTCOMES = ("success", "passed", "pass", "ok", "valid", "is_valid", "status", "result", "outcome", "verdict")
_PASSED, _FAILED = (
    word_set("pass passed ok success succeeded valid true yes green"),
    word_set("fail failed failure failing error invalid false no red violated violation missing absent"),
)
_COLUMN = word_set("column columns field fields feature features col cols")
_THERE = word_set("exist exists existence existing present presence available required has have")
_OF_SERVICES = word_set(
    "request requests api payload payloads endpoint http refuses rejects raises handles robustness input inputs fuzz "
    "pytest unittest junit contract"
)
"""What is tested is then what a model or a service does with bad rows, and not the data."""
_MORE = word_set("extra unexpected additional surplus unknown new unlisted undeclared other only strict")
_BLANK = BLANKS | word_set("completeness complete populated filled nonnull notnull notna")
_MOVED = word_set("drift drifted psi shift shifted kolmogorov wasserstein divergence distribution")
_OF_CELLS = word_set(
    "between range bounds bound min max minimum maximum limit limits greater less positive negative nonnegative "
    "set allowed accepted vocabulary categories category values value in isin enum domain type types dtype dtypes "
    "numeric number numbers integer float regex pattern match matches format parse parses parsable unit units schema"
)
FAILED_CELLS = word_set(
    "unexpected failed failing failures failure invalid violations violating unparsable unparseable bad rejected "
    "mismatched mismatches offending"
)
_BESIDE = word_set("count counts n num number of rows cells values records")
_PERCENT, _SHARE = word_set("percent pct percentage"), word_set("share fraction frac rate ratio proportion")
_ALL = 100.0
_TOTALS = (
    *("element_count", "rows", "n_rows", "num_rows", "row_count", "total_rows", "total", "n_total", "total_count"),
    *("checked", "n_checked", "checked_rows", "evaluated", "n", "count"),
)


def check_said(record: Record, split: str | None) -> list[Said] | None:
    """What a check of one column came to; None for a record that is no check, nothing for one of no account here."""
    cells = record.cells
    if (absent := absent_in_row(cells)) is not None:
        return absent
    columns = (*_COLUMNS, "name") if _is_below_columns(record.path) else _COLUMNS
    column = next((cells[key] for key in columns if isinstance(cells.get(key), str) and cells[key]), None)
    kind = next((cells[key] for key in _CHECKS if isinstance(cells.get(key), str) and cells[key] != column), None)
    passed = outcome_of(cells)
    around = {word for each in (*record.path, str(kind)) for word in words_of(each)}
    of_services = _OF_SERVICES - ({"contract"} if "data" in around else set())  # one of data, and not of a service
    if not around.isdisjoint(of_services):
        return None
    if column is None or kind is None or passed is None:
        return None
    said = list(_told(str(column), str(kind), passed, split, cells))
    if not said and not around.isdisjoint(_OF_SCHEMAS):  # whatever it asks for, the column is not as it must be
        return [Said("broken", str(column), split, 0.0 if passed else _share(cells), str(kind))]
    return said


def _is_below_columns(path: tuple[str, ...]) -> bool:
    """An entry of a list or table of columns: "name" is then that of a column."""
    above = [each for each in path[1:] if not each.isdigit()]
    return bool(above) and above[-1] in ("columns", "features", "fields", "variables")


_OF_SCHEMAS = word_set("schema schemas contract contracts dictionary spec")


def outcome_of(cells: Cells) -> bool | None:
    for key in _OUTCOMES:
        told = cells.get(key)
        if isinstance(told, bool):
            return told
        words = set(words_of(told)) if isinstance(told, str) and len(told) < _MOST_WORD else set()
        if words & _FAILED or words & _PASSED:
            return not words & _FAILED
    return None


_MOST_WORD = 30


def _told(column: str, kind: str, passed: bool, split: str | None, cells: Cells) -> Iterator[Said]:
    words, called = set(words_of(kind)), kind.replace("_", " ")
    of_columns = bool(words & _COLUMN)
    if of_columns and words & _MORE and not words & _THERE:
        return  # a column that nobody asked for: nobody reads it
    if words & _THERE and (of_columns or words <= _THERE | _BESIDE_THERE) and not words & _OF_VALUES:
        yield Said("blank", column, split, float(not passed), called)
        yield Said("absent", column, split, float(not passed), called)
    elif words & _BLANK:
        yield Said("blank", column, split, 0.0 if passed else _share(cells), called)
    elif words & _MOVED:
        yield Said("drifted", column, split, float(not passed), called)
    elif words & _OF_CELLS:
        yield Said("broken", column, split, 0.0 if passed else _share(cells), called)


_BESIDE_THERE = word_set("is in the table data schema must should be not to check")
_OF_VALUES = word_set("value values null nulls cell cells rows rate share pct percent count")


def _share(cells: Cells) -> float:
    """The share of the cells that failed; that of a case where they are not counted, or their total is not told."""
    counted = 0.0
    for key in cells:
        words, amount = set(words_of(key)), number(cells, (key,))
        of_failures = words & (FAILED_CELLS | BLANKS)
        if amount is None or not of_failures or not words <= FAILED_CELLS | BLANKS | _BESIDE | _PERCENT | _SHARE:
            continue
        if words & _PERCENT and 0.0 <= amount <= _ALL:
            return amount / _ALL
        if words & _SHARE and 0.0 <= amount <= 1.0:
            return amount
        counted += amount
    rows = number(cells, _TOTALS)
    return min(1.0, counted / rows) if rows and counted > 0.0 else A_CASE
