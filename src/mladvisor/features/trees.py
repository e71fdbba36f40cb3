"""How large the trees may grow, as configured."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, pick, say
from mladvisor.features.measured import Measured

_DEEPEST = 30


@feature(
    "config.tree_leaves",
    unit="leaves",
    doc="Leaves that a tree has at most, by its setting or as many as its depth allows",
    how=say("num_leaves"),
    source="+boosting Friedman 2001",
)
def tree_leaves(m: Measures) -> Measured | None:
    limits = []
    leaves = pick(m, "tree_leaves", between(2, 1e9, whole=True))
    if leaves is not None:
        limits.append(Measured(leaves.value, note=leaves.note, where=leaves.where()))
    depth = pick(m, "tree_depth", between(1, _DEEPEST, whole=True))  # 0 and -1 mean no limit
    if depth is not None:
        limits.append(Measured(2.0**depth.value, note=f"{depth.key} is {depth.value:g}", where=depth.where()))
    return min(limits, key=lambda each: float(each.value or 0)) if limits else None


@feature(
    "config.leaf_rows",
    unit="rows",
    doc="Rows that each leaf of a tree must hold at least",
    how=say("min_data_in_leaf"),
    source="+boosting Friedman 2001",
)
def leaf_rows(m: Measures) -> Measured | None:
    least = pick(m, "leaf_rows", between(1, 1e9, whole=True))
    return Measured(float(least.value), note=least.note, where=least.where()) if least is not None else None


@feature(
    "config.leaf_weight",
    doc="Sum of the second derivatives of the loss that each leaf of a boosted tree must hold at least: as many rows"
    " for a squared error, and four times as many for probabilities",
    how=say("min_child_weight"),
    source="+boosting Chen & Guestrin 2016",
)
def leaf_weight(m: Measures) -> Measured | None:
    least = pick(m, "leaf_weight", between(0, 1e12))
    return Measured(float(least.value), note=least.note, where=least.where()) if least is not None else None


@feature(
    "config.least_gain",
    doc="What a split of a boosted tree must at least take off the loss, summed over its rows",
    how=say("min_split_loss"),
    source="+boosting Chen & Guestrin 2016",
)
def least_gain(m: Measures) -> Measured | None:
    if m.value("model.family") != "boosting":
        return None  # "gamma" is a discount, or that of a kernel
    least = pick(m, "least_gain", between(0, 1e12))
    return Measured(float(least.value), note=least.note, where=least.where()) if least is not None else None


@feature(
    "config.column_bins",
    unit="bins",
    doc="Bins into which the values of a column are put before trees may split them",
    how=say("max_bin"),
    source="+boosting Ke et al. 2017",
)
def column_bins(m: Measures) -> Measured | None:
    bins = pick(m, "column_bins", between(2, 1e6, whole=True))
    return Measured(float(bins.value), note=bins.note, where=bins.where()) if bins is not None else None
