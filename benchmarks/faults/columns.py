"""How data looks in a table: names and spellings of labels and columns, ids and groups that no model uses, the schema.

A training works on arrays; a table of the run folder has the columns that such data has in the world. Ids, groups and
dates are made of a row's content, so that a row which stands in two tables has the same ones in both.
"""

from __future__ import annotations

import math
import zlib
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from benchmarks.faults.tasks import Data, load

Cells = list[str]


class Look(NamedTuple):
    """The columns of one data set.

    Attributes:
        label: name of the label's column. classes: how its classes are spelt; () for numbers.
        decimals: digits behind the point, by column; `digits` for the others.
        words: columns of codes -> how the codes are spelt.
        key, group: names of a column that names the row, and of one that says where it comes from.
        groups: values of the group. dated: name of a column of dates.
    """

    label: str
    classes: tuple[str, ...] = ()
    digits: int = 2
    decimals: dict[str, int] = {}  # noqa: RUF012
    words: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    key: str = ""
    group: str = ""
    groups: tuple[str, ...] = ()
    dated: str = ""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _whole(names: str) -> dict[str, int]:
    return dict.fromkeys(names.split(), 0)


LOOKS: dict[str, Look] = {
    "iris": Look("species", ("setosa", "versicolor", "virginica"), 1),
    "wine": Look("cultivar", ("barolo", "grignolino", "barbera"), decimals=_whole("proline")),
    "breast-cancer": Look(
        "diagnosis", ("malignant", "benign"), 4, key="patient_id", group="clinic", groups=("north", "south", "county")
    ),
    "diabetes": Look("progression", (), 2, _whole("age sex s1"), key="patient_id"),
    "churn": Look(
        "churned",
        ("no", "yes"),
        1,
        {**_whole("support_calls age late_payments"), "monthly_charge": 2},
        {"contract_type": ("monthly", "one-year", "two-year"), "paperless_billing": ("no", "yes")},
        "customer_id",
        "region",
        ("north", "east", "south", "west"),
        "signup_date",
    ),
    "fraud": Look(
        "is_fraud",
        ("0", "1"),
        1,
        {**_whole("hour_of_day account_age_days tx_last_24h bureau_score"), "amount_eur": 2},
        {"is_foreign": ("false", "true")},
        "transaction_id",
        "merchant",
        ("grocery", "travel", "online", "fuel", "electronics"),
    ),
    "machines": Look(
        "state",
        ("normal", "worn", "misaligned", "overheated"),
        3,
        {**_whole("rpm operating_hours"), "temperature_c": 1},
        key="sample_id",
        group="plant",
        groups=("Kassel", "Brno", "Porto"),
    ),
    "houses": Look(
        "price_eur",
        (),
        1,
        _whole("area_m2 rooms age_years floor price_eur"),
        {"has_garden": ("no", "yes")},
        "listing_id",
        "district",
        ("Altstadt", "Hafen", "Nord", "Weststadt"),
        "listed_on",
    ),
    "energy": Look(
        "demand_kwh",
        (),
        1,
        {**_whole("hour weekday occupants solar_w_m2"), "demand_kwh": 2},
        group="building",
        groups=("A", "B", "C"),
    ),
    "credit": Look(
        "defaulted",
        ("no", "yes"),
        1,
        _whole("term_months age open_debts"),
        {"channel": ("branch", "broker")},
        "application_id",
        "channel",
        ("branch", "broker"),
        "applied_on",
    ),
    "scooters": Look(
        "rides",
        (),
        1,
        _whole("hour weekday rides"),
        {"area": ("centre", "suburb")},
        group="area",
        groups=("centre", "suburb"),
    ),
    "digits": Look("digit", tuple("0123456789"), 0),
    "shapes": Look("shape", ("ring", "square", "cross"), 1),
    "reviews": Look("sentiment", ("negative", "positive"), key="review_id", group="device", groups=("phone", "web")),
    "intents": Look("intent", ("book_flight", "weather", "music", "alarm", "restaurant"), key="utterance_id"),
    "grammar": Look("next_letter", tuple("abcdefgh")),
    "stripes": Look("direction", ("rows", "columns", "falling", "rising"), 1),
    "tiles": Look("mark", ("bar", "dots", "corner"), 1),
    "calls": Look("reason", ("bill", "outage", "moving", "contract"), key="call_id"),
    "headlines": Look("direction", ("down", "up"), group="source", groups=("wire", "paper")),
}

WORDS: dict[str, tuple[str, ...]] = {
    "reviews": _listed(
        "not never hardly without good great lovely superb fine charming bad awful dull poor boring weak the film was "
        "plot and scene actor story"
    ),
    "intents": _listed(
        "flight ticket fly airport seat depart rain sunny forecast degrees umbrella storm play song album artist "
        "volume shuffle wake alarm snooze remind clock seven table dinner reserve menu vegan sushi please the for me "
        "tomorrow at in can you now"
    ),
    "grammar": tuple("abcdefgh"),
    "calls": _listed(
        "bill invoice charged refund payment overdue outage router slow disconnected signal restart moving address "
        "flat transfer technician date contract cancel upgrade extend tariff renew hello my since again number the "
        "line is please we have yesterday"
    ),
    "headlines": _listed(
        "unlikely doubts hardly gains soars record growth wins rises profit losses slumps strike recall falls debt "
        "fine shares firm after as on quarter market plant chief"
    ),
}


class Table(NamedTuple):
    """Columns of text, in order; the label's column is one of them (or is missing)."""

    columns: dict[str, Cells]
    rows: int

    def text(self, separator: str = ",") -> str:
        """The file's content."""
        lines = [separator.join(self.columns)]
        lines += map(separator.join, zip(*self.columns.values(), strict=True))
        return "\n".join(lines) + "\n"

    def only(self, rows: np.ndarray) -> Table:
        """Some rows."""
        return Table({name: [cells[i] for i in rows] for name, cells in self.columns.items()}, len(rows))


def numbers(values: np.ndarray, digits: int) -> Cells:
    """Cells of a column of numbers: blank for NaN, "inf" for infinity."""
    values = np.asarray(values, np.float64)
    if np.isfinite(values).all():
        rounded = np.round(values, digits) + 0.0  # no "-0"
        return [f"{value:.{digits}f}" for value in rounded.tolist()]
    return ["" if math.isnan(v) else f"{v:.{digits}f}" if math.isfinite(v) else str(v) for v in values.tolist()]


def _spelt(values: np.ndarray, words: tuple[str, ...]) -> Cells:
    codes = np.where(np.isfinite(values), np.clip(np.round(values), 0, len(words) - 1), -1).astype(int)
    return [words[code] if code >= 0 else "" for code in codes.tolist()]


def column_names(data: Data) -> tuple[str, ...]:
    """Names of the inputs in a table."""
    if data.kind == "sequence":
        return ("context",) if data.name == "grammar" else ("text",)
    if data.kind == "image":
        return tuple(f"px_{index}" for index in range(data.x["train"][0].size))
    return data.features


def label_cells(data: Data, y: np.ndarray) -> Cells:
    """Labels as a table has them."""
    look = LOOKS[data.name]
    if data.task == "regression":
        return numbers(y, look.decimals.get(look.label, 0 if np.abs(y).max(initial=0) > 1000 else look.digits))
    return [look.classes[int(label)] for label in y.tolist()]


def input_cells(data: Data, split: str) -> dict[str, Cells]:
    """The inputs of a split in natural units, column by column."""
    x, _ = data.natural(split)
    look = LOOKS[data.name]
    if data.kind == "sequence":
        words = np.array(WORDS[data.name])
        return {column_names(data)[0]: [" ".join(row) for row in words[x].tolist()]}
    flat = x.reshape(len(x), -1)
    cells = {}
    for index, name in enumerate(column_names(data)):
        if name in look.words:
            cells[name] = _spelt(flat[:, index], look.words[name])
        else:
            digits = look.decimals.get(name, look.digits)
            cells[name] = numbers(flat[:, index], digits)
    return cells


def carried(data: Data, inputs: dict[str, Cells], *, dated: bool) -> dict[str, dict[str, Cells]]:
    """Columns that no model uses, made of each row's content: "before" (keys, dates) and "group"."""
    look = LOOKS[data.name]
    if not (look.key or look.group):
        return {"before": {}, "group": {}}
    codes = [zlib.crc32("|".join(row).encode()) for row in zip(*inputs.values(), strict=True)]
    before: dict[str, Cells] = {}
    if look.key:
        before[look.key] = [f"{look.key[0].upper()}{code % 10**8:08d}" for code in codes]
    if look.dated and dated:
        first = date(2021, 1, 1)
        before[look.dated] = [(first + timedelta(days=code // 7919 % 900)).isoformat() for code in codes]
    if look.group in inputs:
        return {"before": before, "group": {}}
    group = {look.group: [look.groups[code // 104729 % len(look.groups)] for code in codes]} if look.group else {}
    return {"before": before, "group": group}


@cache
def _trusted(name: str, seed: int) -> dict[str, tuple[float, float]]:
    """The range of each column in clean data, with a tenth of its width to both sides."""
    data = load(name, seed)
    x = np.concatenate([data.x[split].reshape(len(data.x[split]), -1) for split in ("train", "val", "test")])
    ranges = {}
    for index, column in enumerate(column_names(data)):
        low, high = float(x[:, index].min()), float(x[:, index].max())
        margin = 0.1 * (high - low)
        ranges[column] = (max(0.0, low - margin) if low >= 0 else low - margin, high + margin)
    return ranges


def _tidy(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 3)


def schema(name: str, seed: int, beside: dict[str, str]) -> dict[str, Any]:
    """The feature dictionary that was agreed before any fault: types, ranges of clean data, vocabularies.

    Args:
        beside: columns that no model uses -> identifier, datetime or categorical.
    """
    data, look = load(name, seed), LOOKS[name]
    entries: list[dict[str, Any]] = []
    for column, kind in beside.items():
        values = {"values": list(look.groups)} if kind == "categorical" else {}
        entries.append({"name": column, "type": kind, **values, "nullable": False})
    for column in column_names(data):
        if data.kind == "sequence":
            entries.append({"name": column, "type": "text", "nullable": False})
        elif column in look.words:
            words = list(look.words[column])
            kind = "boolean" if set(words) <= {"no", "yes", "false", "true"} else "categorical"
            values = {} if kind == "boolean" else {"values": words}
            entries.append({"name": column, "type": kind, **values, "nullable": False})
        else:
            low, high = _trusted(name, seed)[column]
            whole = look.decimals.get(column, look.digits) == 0
            entry = {"name": column, "type": "integer" if whole else "numeric"}
            unit = 1.0 if whole or high - low > 50 else 1e-3
            limits = {"min": _tidy(math.floor(low / unit) * unit), "max": _tidy(math.ceil(high / unit) * unit)}
            entries.append(entry | limits | {"nullable": False})
    return {"label": look.label, "features": entries}
