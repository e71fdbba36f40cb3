"""What only the user's own runs have: any logged column and any setting, for rules of the user's own.

Columns and keys are named as rules can write them: small letters and digits, everything else as "_" ("Tokens/sec" is
`tokens_sec`). The end of a longer name is enough where it is unique ("perf/tokens per sec" is `tokens_per_sec`, too).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from mladvisor.errors import nearest
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.runs.model import Curve

END_SHARE = 0.05
"""First and last levels are medians over this share of the points, so that one odd point decides nothing."""
TREND = 0.5
"""Rank correlation with time from which a column is called rising or falling."""
_HOW = "log a column of this name, or write it as the log has it: small letters and digits, the rest as _"
_SHOWN = 6


def word(name: str) -> str:
    """A column or key as rules name it.

    >>> word("perf/Tokens per sec")
    'perf_tokens_per_sec'
    """
    return re.sub(r"[^a-z0-9]+", "_", name[:200].lower()).strip("_")


def _pick(wanted: str, names: Iterable[str]) -> tuple[str | None, str]:
    """The name that is meant by a word, and why there is none."""
    told = {name: word(name) for name in names}
    exact = [name for name, its in told.items() if its == wanted]
    if exact:
        return exact[0], ""
    ends = [name for name, its in told.items() if its.endswith(f"_{wanted}")]
    if len(ends) == 1:
        return ends[0], ""
    if ends:
        return None, f'"{wanted}" may be {" or ".join(sorted(told[name] for name in ends)[:_SHOWN])}'
    shown = ", ".join(list(dict.fromkeys(told.values()))[:_SHOWN])
    return None, f'there is no "{wanted}" in this run{nearest(wanted, told.values())}' + (
        f"; it has {shown}" * bool(shown)
    )


def _curve(m: Measures, name: str) -> Curve | Measured:
    curves = {curve.name: curve for curve in reversed(m.run.curves) if len(curve)}
    found, why = _pick(name, reversed(curves))
    if found is None:
        return unknown(f"{why}: {_HOW}")
    curve = curves[found]
    return curve if np.isfinite(curve.y).any() else unknown(f'"{found[:60]}" has no finite value')


def _measure(m: Measures, name: str, value: Callable[[np.ndarray[Any, Any]], float | str]) -> Measured:
    curve = _curve(m, name)
    if isinstance(curve, Measured):
        return curve
    where = Where(curve.place.file, curve.place.column, curve.x_unit, float(curve.x[0]), float(curve.x[-1]))
    return Measured(value(curve.y[np.isfinite(curve.y)]), where=where)


def _end(y: np.ndarray[Any, Any], *, last: bool) -> float:
    count = max(1, round(END_SHARE * len(y)))
    return float(np.median(y[-count:] if last else y[:count]))


@feature("curve.*.first", doc="First level of any logged column, by its name", how=_HOW, source="+own-rules")
def first(m: Measures, name: str) -> Measured:
    return _measure(m, name, lambda y: _end(y, last=False))


@feature("curve.*.last", doc="Last level of any logged column, by its name", how=_HOW, source="+own-rules")
def last(m: Measures, name: str) -> Measured:
    return _measure(m, name, lambda y: _end(y, last=True))


@feature("curve.*.lowest", doc="Lowest finite value of any logged column", how=_HOW, source="+own-rules")
def lowest(m: Measures, name: str) -> Measured:
    return _measure(m, name, lambda y: float(y.min()))


@feature("curve.*.highest", doc="Highest finite value of any logged column", how=_HOW, source="+own-rules")
def highest(m: Measures, name: str) -> Measured:
    return _measure(m, name, lambda y: float(y.max()))


@feature("curve.*.median", doc="Median of any logged column", how=_HOW, source="+own-rules")
def middle(m: Measures, name: str) -> Measured:
    return _measure(m, name, lambda y: float(np.median(y)))


@feature(
    "curve.*.trend",
    type="choice",
    choices=("rising", "falling", "flat"),
    doc="Where any logged column goes over the run, by its rank correlation with time",
    how=_HOW,
    source="+own-rules",
)
def trend(m: Measures, name: str) -> Measured:
    return _measure(m, name, _trend)


def _trend(y: np.ndarray[Any, Any]) -> str:
    if len(y) < 3 or float(y.min()) == float(y.max()):
        return "flat"
    ranks = np.argsort(np.argsort(y, kind="stable"), kind="stable")
    time = np.arange(len(y), dtype=np.float64)
    correlation = float(np.mean((ranks - ranks.mean()) * (time - time.mean())) / (ranks.std() * time.std()))
    return "rising" if correlation >= TREND else "falling" if correlation <= -TREND else "flat"


@feature(
    "setting.*",
    type="any",
    doc="Any setting of the configuration, by its key: a number, a text or a flag, as it stands there",
    how="write the key into the configuration file beside the log",
    source="+own-rules",
)
def setting(m: Measures, name: str) -> Measured:
    config = m.run.config
    found, why = _pick(name, config)
    if found is None and m.run.script is not None:
        config = {**m.run.script.named, **m.run.script.called}
        found, _ = _pick(name, config)
    if found is None:
        return unknown(f"{why}: write `{name}:` into the configuration file beside the log", "no-config")
    told = config[found]
    row = told.place.row
    where = Where(told.place.file, found, rows=(row, row) if row else None)
    value = told.value[0] if isinstance(told.value, list) and len(told.value) == 1 else told.value
    if isinstance(value, bool):
        return Measured(value, where=where)
    count = number(value)
    if count is not None:
        return Measured(count, where=where)
    if isinstance(value, str) and len(value) <= 200:
        return Measured(value.strip(), where=where)
    return unknown(f"{found[:60]} is no single number, text or flag", "no-config")
