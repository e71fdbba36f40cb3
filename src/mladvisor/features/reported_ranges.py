"""Ends of columns in two tables, by reports and sentences that give no spread: whether they lie in another range."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, reaching, told
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_NUMBERS_ROWS = word_set(
    "id ids uuid guid key index idx row rows date datetime timestamp time year month week day epoch step count length"
)
"""What ends the names of columns that go on with every later row."""
_ENDS = {"floor": 0, "low": 0, "ceiling": 1, "high": 1}


def _ranges(m: Measures) -> dict[str, dict[str, tuple[float, float, str]]]:
    """Column -> split -> (lowest, highest, file). Use `m.once`."""
    parts: dict[tuple[str, str, str], dict[int, float]] = {}
    for said, file in m.once(told):
        if said.what in _ENDS and said.split is not None:
            parts.setdefault((said.name, said.split, file), {})[_ENDS[said.what]] = said.value
    found: dict[str, dict[str, tuple[float, float, str]]] = {}
    for (name, split, file), ends in parts.items():
        if len(ends) == 2:
            found.setdefault(name, {})[split] = (ends[0], ends[1], file)
    return found


@feature(
    "column.reported_range_factor",
    each="column",
    unit="ratio",
    doc="The largest value of a column in other data over"
    " that in training data, or the other way round, by ends that a report gives of both; 1000 where no value "
    "of one"
    " lies among those of the other",
    how=HOW,
    source="data.schema",
)
def range_factor(m: Measures) -> Items | Measured:
    found: dict[str, dict[str, tuple[float, float, str]]] = m.once(_ranges)
    result: dict[str, Measured] = {}
    for name, splits in found.items():
        if "train" not in splits or not _NUMBERS_ROWS.isdisjoint(words_of(name)[-1:]):
            continue
        low, high, _ = splits["train"]
        for split, (other_low, other_high, file) in splits.items():
            if split == "train" or low == high:
                continue
            apart = other_low > high or other_high < low
            ratio = _ratio(max(abs(low), abs(high)), max(abs(other_low), abs(other_high)))
            value = _APART if apart else ratio
            if name not in result or value > float(result[name].value or 0.0):
                note = f"{low:g} to {high:g} and {other_low:g} to {other_high:g}"
                result[name] = Measured(value, note=note, where=Where(file, name))
    return reaching(m, result or unknown("no report gives the ends of a column in two splits", "not-logged"))


_APART = 1000.0


def _ratio(first: float, second: float) -> float:
    return max(first, second) / min(first, second) if min(first, second) > 0.0 else 1.0
