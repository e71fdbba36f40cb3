"""Tables and printed lines in which no column is called after what it holds: it is called after its data ("train",
"val", "validation_0"), or the name stands in a cell of each row (a tidy table: metric, epoch, split, value).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mladvisor.runs.model import Split
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers.base import RawCurve
from mladvisor.runs.readers.cells import Table
from mladvisor.runs.readers.rows import Axis, curve
from mladvisor.runs.roles import Columns
from mladvisor.runs.word_sets import parted

QUANTITY = (
    "metric", "quantity", "variable", "measure", "statistic", "stat", "measurement", "indicator", "what", "name", "key",
    "tag", "metric_name", "scalar", "scalar_name", "series", "kpi", "score_name", "measure_name",
)  # fmt: skip
VALUE = ("value", "values", "metric_value", "scalar_value", "val", "reading", "number", "v", "score", "result")


def plain_key(name: str) -> str:
    """A key or column as `QUANTITY` and `VALUE` spell it: `metricName` (Comet) is `metric_name`."""
    return parted(english(name)).lower()


# Columns beside them that say which run it is.
_OF_RUN = frozenset(
    ("run", "run_id", "run_name", "experiment", "experiment_id", "exp", "trial", "job", "job_id", "model", "host")
)
_JUDGED = frozenset(("loss", "metric", "reward"))
_A_CURVE = 3  # points
_STILL = 10  # points of one value: training is what should have moved it, unless it is a score that is at its end
_MOST = 200  # quantities of a tidy table
_PERCENT = 100.0
_OF_LOSS = "l"
_NUMBERED = len("validation_0")


def only_splits(names: Sequence[str], columns: Columns) -> bool:
    """Of the names that mean something each is that of a split, training and one more among them, with nothing or the
    same single letter beside it ("train" and "val", "J_train" and "J_cv").
    """
    return bool(told_by_split(names, columns))


def told_by_split(names: Sequence[str], columns: Columns) -> list[str]:
    """The names of `only_splits`; of several letters ("L_train", "L_val", "m_train", "m_val") those of L, the loss."""
    lettered: dict[str, dict[Split, str]] = {}
    for name in names:
        meaning = columns.meaning(name)
        if columns.x_kind(name) is not None or meaning.resource or meaning.kind == "learning-rate":
            continue
        if meaning.kind != "other" or meaning.split is None or len(meaning.name) > 1:
            return []
        of = lettered.setdefault(meaning.name, {})
        if meaning.split in of:
            return []
        of[meaning.split] = name
    found = lettered.get(_OF_LOSS, {}) if len(lettered) > 1 else next(iter(lettered.values()), {})
    return list(found.values()) if "train" in found and len(found) > 1 else []


def named_by_split(curves: list[RawCurve], columns: Columns, assumed: list[str]) -> list[RawCurve]:
    """CatBoost prints "learn: 0.69<TAB>test: 0.71" of its objective, or of another metric: what has no other name is
    the loss where its training value falls, never moves, or ends as no finite number, else a score that rises.
    Training optimises it either way.

    Returns [] where the training values do not tell; what is taken for what is added to `assumed`.
    """
    for one in curves:
        one.column = one.column or one.name
    train = next((one for one in curves if columns.meaning(one.column).split == "train"), None)
    if train is None or len(train.y) < _A_CURVE:
        return []
    broken = not np.isfinite(train.y[-1])  # a loss that diverged; a score of training data is hardly ever no number
    still = len(train.y) >= _STILL and bool(np.all(train.y == train.y[0])) and train.y[0] not in (0, 1, _PERCENT)
    if not broken and (not np.isfinite(train.y[0]) or (train.y[0] == train.y[-1] and not still)):
        return []
    falls = broken or still or bool(train.y[-1] < train.y[0])
    if not falls and not (train.y[0] >= -1 and train.y[-1] <= _PERCENT):
        return []  # no score: a loss that diverges, or a count
    quantity = "loss" if falls else "score"
    for one in curves:
        one.name = f"{one.column} {quantity}"
    said = " and ".join(f'"{one.column}"' for one in curves)
    assumed.append(
        f"{said} have no name but that of their data: taken for the {quantity}, since the training value "
        + ("ends as no finite number" if broken else "never moves" if still else "falls" if falls else "rises")
    )
    return curves


def scores_by_split(curves: Sequence[RawCurve], columns: Columns, assumed: list[str]) -> None:
    """Gluon's examples print "train=0.98 val=0.91 loss=0.05": beside a loss that has its name, what is called after its
    data alone and rises there is a score. What falls there may be an error or the loss once more, and stays unnamed.
    """
    meanings = {one.name: columns.meaning(one.column or one.name) for one in curves}
    bare = [one for one in curves if (own := meanings[one.name]).kind == "other" and own.split and not own.name]
    train = next((one for one in bare if meanings[one.name].split == "train"), None)
    if len(bare) > 1 and train is not None and len(train.y) >= _A_CURVE and train.y[-1] > train.y[0]:
        named_by_split(bare, columns, assumed)


def tidy_columns(names: Sequence[str], columns: Columns) -> tuple[int, int] | None:
    """Position of the column that names each row's quantity and of the one with its value, in a table that has little
    else; None for other tables.
    """
    lower = [plain_key(name) for name in names]
    quantity = next((lower.index(name) for name in QUANTITY if name in lower), None)
    value = next((lower.index(name) for name in VALUE if name in lower), None)
    if quantity is None or value is None:
        return None
    others = [name for at, name in enumerate(names) if at not in (quantity, value) and name]
    known = all(
        columns.x_kind(name) is not None or columns.meaning(name).resource or name.lower() in _OF_RUN for name in others
    )
    counts = any((columns.x_kind(name) or ("set",))[0] in ("epoch", "step") for name in others)
    return (quantity, value) if known and counts else None


def names_quantities(cells: Sequence[str], columns: Columns) -> bool:
    """Some cell is called like a loss, a metric or a reward."""
    return any(columns.meaning(cell.strip()).kind in _JUDGED for cell in set(cells))


def tidy_curves(table: Table, at: tuple[int, int], set_at: int | None, axis: Axis, columns: Columns) -> list[RawCurve]:
    """A curve for each quantity and split that the rows name; [] when the values are no numbers."""
    values = table.columns[at[1]]
    if values is None:
        return []
    set_at = None if set_at in at else set_at
    index = np.arange(len(table.lines)) if values.at is None else values.at
    groups: dict[tuple[str, str], list[int]] = {}
    quantities = table.texts[at[0]]
    sets = table.texts[set_at] if set_at is not None else None
    for where, row in enumerate(index.tolist()):
        key = (quantities[row].strip(), sets[row].strip() if sets else "")
        if key in groups or len(groups) < _MOST:
            groups.setdefault(key, []).append(where)
    chosen = [np.array(rows) for rows in groups.values()]
    x, unit, epochs = axis.choose([index[rows] for rows in chosen])
    made: list[RawCurve] = []
    for (quantity, of), rows in zip(groups, chosen, strict=True):
        split = columns.is_split(of) if of else None
        name = quantity if split or not of else f"{of}/{quantity}"
        one = curve(
            name, values.values[rows], index[rows], x=x, x_unit=unit, epochs=epochs, lines=table.lines, split=split
        )
        one.blanks = 0  # the rows between belong to other quantities
        one.column = f"{quantity} ({of})" if of else quantity
        made.append(one)
    return made


def numbered_sets(curves: Sequence[RawCurve], assumed: list[str]) -> None:
    """XGBoost numbers its sets: of two, the first is the training set, as its users pass them; that is said."""
    if {one.name[:_NUMBERED] for one in curves if one.name.startswith("validation_")} != {
        "validation_0",
        "validation_1",
    }:
        return
    for one in curves:
        if one.name.startswith("validation_"):
            one.column = one.column or one.name
            one.split = "train" if one.name.startswith("validation_0") else "val"
            one.name = ("train" if one.split == "train" else "validation") + one.name[_NUMBERED:]
    assumed.append("of the sets validation_0 and validation_1, the first is taken for the training set")
