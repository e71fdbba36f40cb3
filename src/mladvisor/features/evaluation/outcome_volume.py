"""Bad things that are counted, beside how much there was of everything: more orders bring more returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mladvisor.features.evaluation.intervals import Array
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.tables.table import Table

_VOLUME = (
    word_set("orders sales shipments deliveries purchases transactions trips bookings policies loans"),
    word_set("customers users clients patients accounts subscribers"),
    word_set("sessions visits impressions requests calls cases listings picks attempts offers"),
)
"""What is counted of everything, what lies nearest to its faults first."""
_RATE = word_set("per rate share pct percent percentage ratio fraction mean avg average median score index p95 p99")


def beside_volume(table: Table, column: str) -> Array:
    """The values of a column; where it counts, and the table says of how many orders, customers or visits: per one.

    Returns shape (rows,).
    """
    values = table.numbers(column)
    fine = values[np.isfinite(values)]
    if not _is_count(column) or not (fine >= 0).all() or not (fine == np.round(fine)).all():
        return values
    whole = next((name for words in _VOLUME for name in table.columns if _counts(name, words) and name != column), None)
    if whole is None:
        return values
    volume = table.numbers(whole)
    if not (volume[np.isfinite(volume)] > 0).all() or float(np.nanmedian(volume)) < float(np.nanmedian(values)):
        return values
    return values / volume


def fall_in_errors(table: Table, column: str, order: Array, sign: int) -> float:
    """By how many standard errors of counting the outcome is worse in the last third of the rows than in the first.

    Told of a share, or a count, of a volume that stands in the same table (0.031 of 40,000 customers); else 0. That
    customers are counted says how far chance alone moves the share: nothing but that, so that weeks may differ more.
    """
    shares, volume = _shares(table, column)
    if shares is None or volume is None:
        return 0.0
    fine = np.isfinite(shares) & np.isfinite(volume) & np.isfinite(order)
    if int(fine.sum()) < _LEAST_ROWS:
        return 0.0
    in_time = np.argsort(order[fine], kind="stable")
    shares, volume = shares[fine][in_time], volume[fine][in_time]
    third = max(1, len(shares) // 3)
    early, late = ((shares[part], volume[part]) for part in (slice(0, third), slice(len(shares) - third, None)))
    before, after = (float((each * weight).sum() / weight.sum()) for each, weight in (early, late))
    pooled = (before * early[1].sum() + after * late[1].sum()) / (early[1].sum() + late[1].sum())
    error = float(np.sqrt(pooled * (1.0 - pooled) * (1.0 / early[1].sum() + 1.0 / late[1].sum())))
    return sign * (before - after) / error if error > 0 else 0.0


_LEAST_ROWS = 4
_LEAST_VOLUME = 50.0


def _shares(table: Table, column: str) -> tuple[Array | None, Array | None]:
    """The shares that a column holds, or its counts are, of a volume beside it; and that volume."""
    values = table.numbers(column)
    fine = values[np.isfinite(values)]
    whole = next((name for words in _VOLUME for name in table.columns if _counts(name, words) and name != column), None)
    if whole is None or not len(fine):
        return None, None
    volume = table.numbers(whole)
    least = float(np.nanmin(volume)) if np.isfinite(volume).any() else 0.0
    if least < _LEAST_VOLUME:
        return None, None
    if (fine >= 0).all() and (fine <= 1).all() and (fine != np.round(fine)).any() and not _is_count(column):
        return values, volume
    counts = (fine >= 0).all() and (fine == np.round(fine)).all() and float(fine.max()) > 1
    if counts and _is_count(column) and bool((values[np.isfinite(values)] <= volume[np.isfinite(values)]).all()):
        return values / volume, volume
    return None, None


def _is_count(name: str) -> bool:
    return _RATE.isdisjoint(words_of(name))


def _counts(name: str, words: frozenset[str]) -> bool:
    """ "orders", "n_orders", "total_sessions": a count of all, and of no part of them."""
    own = set(words_of(name)) - {"n", "total", "num", "number", "of", "count", "all"}
    return len(own) == 1 and not own.isdisjoint(words)
