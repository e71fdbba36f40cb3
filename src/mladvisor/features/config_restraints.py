"""What restrains a model by its configuration: dropout, penalties, a limit of the weights' norm.

A penalty may be a number, or a regulariser and its strength: "l2(0.3)", {type: l1, factor: 0.01}.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mladvisor.features import layer_settings
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import between, number, number_list, pick, say
from mladvisor.features.config_names import listed
from mladvisor.features.estimator_penalty import estimator_penalty
from mladvisor.features.measured import Measured, on_line
from mladvisor.runs.model import Setting

_MOST = 1e6
_NUMBER = r"([0-9.]{1,20}(?:e[+-]?\d{1,3})?)"
_CALLED = re.compile(rf"\bl([12])[ _\w]{{0,12}}[(=:]\s*(?:l[12]\s*=\s*|factor\s*=\s*)?{_NUMBER}", re.IGNORECASE)
_KIND = re.compile(r"\bl([12])\b|\b(lasso)\b|\b(ridge)\b", re.IGNORECASE)
_KINDS = frozenset(("type", "name", "kind", "class_name", "norm", "class", "penalty"))
_STRENGTHS = frozenset(listed("factor strength weight value lambda lam coef coefficient coeff rate scale amount alpha"))
_MAX_NORM = re.compile(rf"max_?norm\s*\(\s*(?:\w{{1,20}}\s*=\s*)?{_NUMBER}", re.IGNORECASE)


def _stated_penalty(m: Measures, name: str) -> Measured | None:
    """The strongest penalty of a kind that a regulariser of the configuration states; None where none does.

    Args:
        name: "l1" or "l2".
    """
    told = [(value, key, setting) for kind, value, key, setting in _stated(m) if f"l{kind}" == name]
    if not told:
        return None
    value, key, setting = max(told, key=lambda each: each[0])
    return Measured(value, note=key, where=on_line(setting.place, key))


def _stated(m: Measures) -> Iterator[tuple[str, float, str, Setting]]:
    """(1 or 2, strength, key, setting) of each regulariser, written as a call or as a block of its own."""
    for key, setting in m.run.config.items():
        parent, _, leaf = key.rpartition(".")
        if isinstance(setting.value, str) and _regularises(leaf):
            for kind, written in _CALLED.findall(setting.value[:200]):
                value = number(written)
                if value is not None and value <= _MOST:
                    yield kind, value, key, setting
        elif words(leaf) in _STRENGTHS and _regularises(parent.rpartition(".")[2]):
            value, kind = between(0, _MOST)(setting.value), _kind_beside(m, parent)
            if value is not None and kind:
                yield kind, value, key, setting


def _kind_beside(m: Measures, block: str) -> str:
    """1 or 2: what the block says that its penalty is; "" where it says neither."""
    for word in _KINDS:
        beside = m.run.config.get(f"{block}.{word}")
        found = _KIND.search(beside.value[:80]) if beside is not None and isinstance(beside.value, str) else None
        if found is not None:
            return found[1] or ("1" if found[2] else "2")
    return ""


def _regularises(word: str) -> bool:
    """ "kernel_regularizer", "regularisation" and "penalty"; not "use_regularized_targets"."""
    return words(word).endswith(("regularizer", "regulariser", "regularization", "regularisation", "penalty"))


@feature(
    "config.max_norm",
    doc="Largest norm that the weights into one unit are allowed, by the settings",
    how=say("max_norm_constraint"),
    source="hyper.l1-l2",
)
def max_norm(m: Measures) -> Measured | None:
    picked = pick(m, "max_norm", between(0, _MOST))
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    for key, setting in m.run.config.items():
        if isinstance(setting.value, str) and words(key.rpartition(".")[2]).endswith("constraint"):
            found = _MAX_NORM.search(setting.value[:200])
            value = number(found[1]) if found is not None else None
            if value is not None:
                return Measured(value, note=key, where=on_line(setting.place, key))
    return None


@feature(
    "config.dropout",
    unit="fraction",
    doc="Share of units that dropout sets to zero; the largest one where layers have their own",
    how=say("dropout"),
    source="hyper.dropout",
)
def dropout(m: Measures) -> Measured | None:
    picked = pick(m, "dropout", between(0, 1)) or pick(m, "dropout", _largest_share)
    if picked is not None and picked.value == 0:  # a key of its own may say more of one part: "head_dropout: 0.6"
        picked = pick(m, "dropout", lambda value: value if (value := between(0, 1)(value)) else None) or picked
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    kept = pick(m, "keep_prob", between(0, 1))
    if kept is not None:
        return Measured(1 - kept.value, note=f"1 - {kept.key}", where=kept.where())
    return layer_settings.strongest_dropout(m)


def _largest_share(value: Any) -> float | None:
    """The largest of a list of shares, one for each layer."""
    shares = number_list(value)
    return max(shares) if shares and all(0 <= share <= 1 for share in shares) else None


@feature(
    "config.dropout_anywhere",
    unit="fraction",
    doc="Largest dropout that any setting names (`head_dropout`, `attn_drop`), of layers whose own name says where",
    how="write `dropout:` into the configuration file beside the log (config.yaml, hparams.yaml ...)",
    source="hyper.dropout",
)
def dropout_anywhere(m: Measures) -> Measured | None:
    best = m.one("config.dropout")
    for key, setting in m.run.config.items():
        rate = between(0, 1)(setting.value) if _is_dropout(key) else None
        if rate is not None and rate < 1.0 and (not isinstance(best.value, float) or rate > best.value):
            best = Measured(rate, note=key, where=on_line(setting.place, key))
    return best


def _is_dropout(key: str) -> bool:
    """`attn_drop` and `TextDropout` drop units; `drop_last` drops rows, `lr_drop` is where the rate falls."""
    own = set(words(key.rpartition(".")[2]).split("_"))
    return any("drop" in word for word in own) and own.isdisjoint(_DROPPED_ELSE)


_DROPPED_ELSE = frozenset(
    listed(
        "last first lr learning epoch epochs step steps every factor na nan nans null missing empty column columns col"
        " cols row rows duplicate duplicates duplicated remainder incomplete feature features label labels correlated"
    )
)


def _penalty(name: str) -> None:
    @feature(
        f"config.{name}",
        doc=f"Strength of the {name.upper()} penalty; the strongest one where layers have their own",
        how=say(name),
        source="hyper.l1-l2",
    )
    def compute(m: Measures) -> Measured | None:
        picked = pick(m, name, between(0, 1e6))
        if picked is None and m.value("model.family") == "boosting":
            picked = pick(m, f"trees_{name}", between(0, 1e6))
        if picked is not None:
            return Measured(picked.value, note=picked.note, where=picked.where())
        return _stated_penalty(m, name) or layer_settings.strongest_penalty(m, name) or estimator_penalty(m, name)


_penalty("l1")
_penalty("l2")
