"""Restraints that a configuration states as a regulariser and its strength: "l2(0.3)", {type: l1, factor: 0.01}."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import between, number, pick, say
from mladvisor.features.config_names import listed
from mladvisor.features.measured import Measured, on_line
from mladvisor.runs.model import Setting

_MOST = 1e6
_NUMBER = r"([0-9.]{1,20}(?:e[+-]?\d{1,3})?)"
_CALLED = re.compile(rf"\bl([12])[ _\w]{{0,12}}[(=:]\s*(?:l[12]\s*=\s*|factor\s*=\s*)?{_NUMBER}", re.IGNORECASE)
_KIND = re.compile(r"\bl([12])\b|\b(lasso)\b|\b(ridge)\b", re.IGNORECASE)
_KINDS = frozenset(("type", "name", "kind", "class_name", "norm", "class", "penalty"))
_STRENGTHS = frozenset(listed("factor strength weight value lambda lam coef coefficient coeff rate scale amount alpha"))
_MAX_NORM = re.compile(rf"max_?norm\s*\(\s*(?:\w{{1,20}}\s*=\s*)?{_NUMBER}", re.IGNORECASE)


def stated_penalty(m: Measures, name: str) -> Measured | None:
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
