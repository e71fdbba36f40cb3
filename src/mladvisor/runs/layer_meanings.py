"""What a column of a table of layers holds, by the words of its name: a kind of tensor and a statistic of it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import parted, word_set

_WORD = re.compile(r"[a-z]+|\d+")


KINDS = {  # in the order in which they count: "weight_grad_l2" is of a gradient
    "update": word_set("update updates delta"),
    "gradient": word_set("grad grads gradient gradients gnorm"),
    "activation": word_set("act acts activation activations out output outputs relu unit units neuron neurons hidden"),
    "weight": word_set("weight weights w param params parameter kernel"),
}
_LETTERS = {"a_": "activation", "h_": "activation", "g_": "gradient", "w_": "weight"}  # "a_std" beside "w_std"
CALLED_LAYERS = r"layers?|fc|conv(?:\d?d)?|dense|linear|lin|block|blk|stage|rnn|lstm|gru|hidden|encoder|decoder"
CALLED_ACTIVATIONS = r"relu|gelu|elu|tanh|sigmoid|act(?:ivation)?"
"""Alternatives of a pattern: what layers and activations are called before their number, in tables and in print."""
SHARE = word_set("frac fraction share ratio rate pct percent percentage prop proportion")
_PERCENT = word_set("pct percent percentage")
_DEAD = word_set("dead dying died never inactive silent")
_ALWAYS = word_set("always permanently")
_SILENT = word_set("zero zeros off silent inactive")
EITHER_SHARE = "zero_or_saturated_share"
"""A share that is of zeros behind a ReLU, and of outputs at the ends behind a sigmoid: the layer's type tells which."""
_STATISTICS = {  # in the order in which they count
    "update_ratio": word_set("ratio"),
    "zero_share": word_set("zero zeros zeroed sparsity"),
    "saturated_share": word_set("saturated saturation saturating saturate sat"),
    "nan_share": word_set("nan nans nonfinite"),
    "inf_share": word_set("inf infs"),
    "norm": word_set("norm norms l2 gnorm magnitude rms"),
    "std": word_set("std stdev stddev sd sigma"),
    "mean": word_set("mean avg average mu"),
    "max_abs": word_set("max absmax maxabs"),
}
_ABOVE = word_set("gt gte ge above over greater exceeding exceeds beyond")
_NEAR_ONE = re.compile(r"(?<!\d)0[ _.]?9\d{0,3}(?!\d)")
"""A bound that only the ends of a sigmoid or tanh reach, as names spell it: 0.99, 0_95, 095."""


class Meaning(NamedTuple):
    """Kind of tensor, statistic (of `LAYER_COLUMNS`), and the factor that brings it to our unit."""

    kind: str
    statistic: str
    factor: float = 1.0


def words_in(name: str) -> list[str]:
    said = parted(name[:100]).lower()
    return _WORD.findall(english(said).replace("l2", "l_2")) if name else []


def told_by(name: str) -> set[str]:
    words = words_in(name)
    return {*words, *(a + b for a, b in pairwise(words))}


def meaning(name: str, kind: str | None = None) -> Meaning | None:
    """What a column of a table of layers holds; None for anything else.

    Args:
        kind: of tensor, where the column does not say it.
    """
    words = told_by(name)
    if "%" in name:
        words = {*words, "percent"}
    own = next((each for each, called in KINDS.items() if words & called), None) or _LETTERS.get(
        name.strip().lower()[:2]
    )
    if own in (None, "activation") and _ends_of_range(name, words):
        return Meaning("activation", "saturated_share", 0.01 if words & _PERCENT else 1.0)
    if "nonzero" in words or ("non" in words and "zero" in words) or "bias" in words:
        return None
    if words & _DEAD or (words & _ALWAYS and words & _SILENT):
        return Meaning("activation", "dead_share", 0.01 if words & _PERCENT else 1.0)
    if own == "update" and words & {"ratio", "ratios", "relative", "rel"}:
        return Meaning("update", "update_ratio")
    for statistic, called in _STATISTICS.items():
        if not words & called or statistic == "update_ratio":
            continue
        if statistic == "zero_share":
            if (own or kind) in ("gradient", "weight", "update"):
                return None
            either = bool(words & _STATISTICS["saturated_share"])
            return Meaning("activation", EITHER_SHARE if either else statistic, 0.01 if words & _PERCENT else 1.0)
        if statistic == "max_abs" and not words & {"abs", "absmax", "maxabs"}:
            return None
        if statistic == "saturated_share":  # weights have no ends of a range
            return (
                Meaning("activation", statistic, 0.01 if words & _PERCENT else 1.0)
                if own in (None, "activation")
                else None
            )
        found = own or kind
        sized = statistic == "mean" and "abs" in words  # layers are compared by it as by a norm
        return Meaning(found, "norm" if sized else statistic) if found else None
    return Meaning("gradient", "norm") if own == "gradient" and words <= KINDS["gradient"] else None


_AT_DOT = re.compile(r"(.{1,80})[./:](\w{1,60})")
_NUMBERED = re.compile(rf"(?i)((?:\w{{1,40}}[._])?(?:{CALLED_LAYERS}|{CALLED_ACTIVATIONS})[._]?\d{{1,3}})_(\w{{1,60}})")


def layer_and_statistic(name: str) -> tuple[str, str] | None:
    """A name that joins both, in either order: "relu1.zero_fraction", "zero_frac/fc1", "act_2_dead_share"."""
    found = _AT_DOT.fullmatch(name.strip()) or _NUMBERED.fullmatch(name.strip())
    if found is None:
        return None
    first, last = found.groups()
    return next(((layer, told) for layer, told in ((first, last), (last, first)) if meaning(told)), None)


def _ends_of_range(name: str, words: set[str]) -> bool:
    """The share of the outputs that lie at the ends of their range: "frac_abs_gt_0.99", "pct_above_0_95"."""
    return bool((words & _ABOVE or ">" in name) and words & (SHARE | {"abs"}) and _NEAR_ONE.search(name))
