"""What a false alarm and a miss cost, by the configuration: two settings, a matrix, or two amounts called by words."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import number, pick
from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import word_set

_MISS = word_set("miss missed misses missing undetected overlooked fn default defaults failure")
_ALARM = word_set("alarm alarms wasted waste unneeded unnecessary needless fp foregone forgone")
"""A credit refused without need has its income foregone; one given to somebody who fails was a miss."""
_MONEY = word_set("cost costs loss losses price penalty eur euro euros usd dollar dollars gbp chf economics")
_MATRIX = word_set("cost_matrix costs_matrix cost_matrix_values misclassification_costs misclassification_cost")


def costs(m: Measures) -> tuple[float, float] | None:
    """(cost of a false alarm, cost of a miss) that the configuration gives. Use `m.once`."""
    alarm, miss = pick(m, "cost_false_positive", number), pick(m, "cost_false_negative", number)
    if alarm is not None and miss is not None:
        return _fit(alarm.value, miss.value)
    return _by_matrix(m) or _by_words(m)


def _fit(alarm: float, miss: float) -> tuple[float, float] | None:
    return (alarm, miss) if min(alarm, miss) >= 0 and max(alarm, miss) > 0 else None


def _by_matrix(m: Measures) -> tuple[float, float] | None:
    """A matrix of two classes whose right answers are free: rows are the truth, as in a confusion matrix."""
    for key, setting in m.run.config.items():
        rows = setting.value
        if words(key.rpartition(".")[2]) not in _MATRIX or not isinstance(rows, list) or len(rows) != 2:
            continue
        if not all(isinstance(row, list) and len(row) == 2 for row in rows):
            continue
        cells = [number(cell) for row in rows for cell in row]
        if None not in cells and cells[0] == cells[3] == 0:
            return _fit(float(cells[1] or 0.0), float(cells[2] or 0.0))
    return None


def _by_words(m: Measures) -> tuple[float, float] | None:
    """Two amounts of one block, one of them called after a miss and one after a false alarm: `missed_case_eur`."""
    blocks: dict[str, dict[str, list[float]]] = {}
    for key, setting in m.run.config.items():
        parent, _, leaf = key.rpartition(".")
        said, value = set(english(words(leaf)).split("_")), number(setting.value)
        about_money = said | set(english(words(parent.replace(".", "_"))).split("_"))
        if value is None or _MONEY.isdisjoint(about_money):
            continue
        kinds = [name for name, known in (("miss", _MISS), ("alarm", _ALARM)) if not known.isdisjoint(said)]
        if len(kinds) == 1:
            blocks.setdefault(parent, {}).setdefault(kinds[0], []).append(value)
    told = [block for block in blocks.values() if sorted(map(len, block.values())) == [1, 1]]
    return _fit(told[0]["alarm"][0], told[0]["miss"][0]) if len(told) == 1 else None
