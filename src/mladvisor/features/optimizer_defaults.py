"""Each optimizer's own default learning rate, the range in which rates usually lie, and constants off their defaults.

The range is no limit of health: it says where rates of published recipes lie, and rules use it as weak evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log10
from typing import Any, NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import Picked, between, number, number_list, pick
from mladvisor.features.config_names import listed
from mladvisor.features.measured import Measured, not_applicable
from mladvisor.runs.optimizer_rates import DEFAULT_RATE, KERAS, TORCH


class Defaults(NamedTuple):
    """Facts about one optimizer.

    Attributes:
        keras, torch: default learning rate of the two libraries; None where the library has none.
        low, high: usual range when training from scratch.
        source: where the default stands.
    """

    keras: float | None
    torch: float | None
    low: float
    high: float
    source: str


_RANGES: dict[str, tuple[float, float, str]] = {
    "adam": (1e-5, 1e-2, "Kingma & Ba 2015; keras.optimizers.Adam; torch.optim.Adam"),
    "adamw": (1e-6, 1e-2, "Loshchilov & Hutter 2019; torch.optim.AdamW; HF Trainer starts at 5e-5"),
    "nadam": (1e-5, 1e-2, "keras.optimizers.Nadam; torch.optim.NAdam"),
    "radam": (1e-5, 1e-2, "torch.optim.RAdam"),
    "adamax": (1e-5, 2e-2, "keras.optimizers.Adamax; torch.optim.Adamax"),
    "sgd": (1e-4, 1.0, "keras.optimizers.SGD 0.01; torch.optim.SGD 0.001 since 2.0"),
    "momentum": (1e-4, 0.3, "keras.optimizers.SGD; He et al. 2016 start ResNets at 0.1"),
    "adagrad": (1e-4, 1.0, "torch.optim.Adagrad 0.01; TensorFlow 1 canned estimators 0.05"),
    "rmsprop": (1e-5, 1e-2, "keras.optimizers.RMSprop 0.001; torch.optim.RMSprop 0.01"),
    "adadelta": (1e-3, 2.0, "Zeiler 2012 needs none; torch.optim.Adadelta 1.0; keras 0.001"),
    "adafactor": (1e-5, 1e-2, "Shazeer & Stern 2018; keras.optimizers.Adafactor"),
    "lamb": (1e-4, 2e-2, "You et al. 2020"),
    "lars": (1e-2, 50.0, "You et al. 2017: rates of several units with warm-up"),
    "lion": (1e-6, 3e-3, "Chen et al. 2023: 3 to 10 times smaller than AdamW's"),
    "ftrl": (1e-3, 1.0, "keras.optimizers.Ftrl"),
    "rprop": (1e-4, 1e-1, "torch.optim.Rprop"),
    "asgd": (1e-4, 1.0, "torch.optim.ASGD"),
    "lbfgs": (1e-2, 2.0, "torch.optim.LBFGS"),
    "muon": (1e-4, 1e-1, "Jordan et al. 2024"),
}
"""Where rates of published recipes lie, and where that and the default stand."""
_ELSEWHERE = {"lamb": 1e-3, "lars": 1e-1, "lion": 1e-4, "adafactor": 1e-2, "muon": 2e-2}
"""Defaults of implementations for PyTorch outside of `torch.optim`."""
_NO_SCHEDULE = ("none", "null", "no", "constant", "const", "false", "fixed", "off")
_SAME = {"momentum": "sgd"}

OPTIMIZERS = {
    name: Defaults(KERAS.get(made), TORCH.get(made, _ELSEWHERE.get(made)), *usual)
    for name, usual in _RANGES.items()
    for made in (_SAME.get(name, name),)
}
BOOSTING = Defaults(1e-1, 3e-1, 5e-3, 0.5, "LightGBM 0.1, XGBoost 0.3, scikit-learn 0.1")
UNNAMED = Defaults(1e-3, 1e-3, 1e-5, 1.0, "hyper.lr-range: 0.0001 to 1; Adam's range below it")
PUSHED = {"momentum": 0.9, "rmsprop": 0.0}
"""Momentum that recipes with the default rate take; a larger one makes the steps longer, 1 / (1 - momentum) times."""
_AS_LONG_AS_GRADIENTS = ("sgd", "momentum")
"""Optimizers whose steps are as long as the gradients are; others divide them by their size."""
FINE_TUNING_SHIFT = 1.0
"""Decades by which recipes for fine-tuning lie below those from scratch (Devlin et al. 2019: 2e-5 to 5e-5)."""

_ADAMS = ("adam", "adamw", "nadam", "radam", "adamax")
CONSTANTS: dict[str, dict[str, tuple[float, ...]]] = {
    "beta1": {**dict.fromkeys(_ADAMS, (0.9,)), "lion": (0.9, 0.95)},
    "beta2": {**dict.fromkeys(_ADAMS, (0.999,)), "lion": (0.99, 0.98)},
    "eps": {**dict.fromkeys(_ADAMS, (1e-8, 1e-7)), "adagrad": (1e-10, 1e-7), "rmsprop": (1e-8, 1e-7)},
}
"""Defaults of the other constants (PyTorch's, Keras')."""


def defaults(m: Measures) -> Defaults | None:
    """The facts about this run's optimizer; those of boosting for boosted trees; None when neither is known."""
    chosen = m.value("config.optimizer")
    if isinstance(chosen, str) and chosen in OPTIMIZERS:
        return OPTIMIZERS[chosen]
    return BOOSTING if m.value("model.family") == "boosting" else None


_WORDS = {"momentum": "SGD with momentum", "sgd": "SGD", "rmsprop": "RMSprop", "lbfgs": "L-BFGS", "ftrl": "FTRL"}
_CAPITALS = {"adamw": "AdamW", "lamb": "LAMB", "lars": "LARS", "asgd": "ASGD", "nadam": "NAdam", "radam": "RAdam"}


@feature(
    "optimizer.words",
    type="choice",
    doc="The optimizer as people call it, for sentences",
    how="write `optimizer:` into the configuration file beside the log",
    source="hyper.lr-default",
)
def in_words(m: Measures) -> Measured | None:
    found = m.one("config.optimizer")
    if not isinstance(found.value, str):
        return None
    return Measured((_WORDS | _CAPITALS).get(found.value, found.value.capitalize()), where=found.where)


@feature(
    "lr.default",
    doc="The optimizer's own default learning rate (of Keras for Keras logs, else of PyTorch)",
    how="write `optimizer:` into the configuration file beside the log",
    source="hyper.lr-default",
)
def default_rate(m: Measures) -> Measured | None:
    found = defaults(m)
    if found is None:
        return None
    first, second = (found.keras, found.torch) if "keras" in m.run.format else (found.torch, found.keras)
    value = first if first is not None else second
    return None if value is None else Measured(value, note=found.source)


@feature(
    "lr.unset",
    type="flag",
    doc="Nobody chose the learning rate: the training script leaves it at the library's default",
    how="write `learning_rate:` into the configuration file beside the log",
    source="hyper.lr-default",
)
def unset(m: Measures) -> Measured | None:
    rate = m.one("config.learning_rate")
    if not rate.known or rate.where is None:
        return None
    return Measured(m.run.script is not None and rate.where.column.endswith(f".{DEFAULT_RATE}"), where=rate.where)


@feature(
    "lr.over_default",
    unit="decades",
    doc="Decades by which the learning rate lies above (> 0) or below (< 0) the optimizer's default; where libraries"
    " differ in it, the nearest one counts, a large momentum makes up for a low rate, and steps of SGD that are all"
    " clipped are as much shorter",
    how="write `learning_rate:` and `optimizer:` into the configuration file beside the log",
    source="hyper.lr-default",
)
def over_default(m: Measures) -> Measured | None:
    rate, found = m.one("config.learning_rate"), defaults(m)
    if not isinstance(rate.value, float) or rate.value <= 0 or found is None:
        return None
    if m.value("lr.unset") is True:
        return Measured(0.0, note=found.source, where=rate.where)
    own = [found.keras] if "keras" in m.run.format else [found.keras, found.torch]
    known = [default for default in own if default is not None] or [found.torch or found.keras or 1e-3]
    above, below = max(0.0, log10(rate.value / max(known))), max(0.0, log10(min(known) / rate.value))
    cut = m.value("gradient.cut_decades") if m.value("config.optimizer") in _AS_LONG_AS_GRADIENTS else None
    above = max(0.0, above - cut) if isinstance(cut, float) else above
    return Measured(above - max(0.0, below - _pushed(m)), note=found.source, where=rate.where)


def _pushed(m: Measures) -> float:
    """Decades by which steps are longer than the rate says, as the momentum is larger than usual: 2 for 0.999.

    RMSprop with 1e-5 and a momentum of 0.999 steps as far as with 1e-2 and none. A rate above the default stays so.
    """
    usual_momentum, momentum = PUSHED.get(str(m.value("config.optimizer"))), m.value("config.momentum")
    if usual_momentum is None or not isinstance(momentum, float) or not usual_momentum < momentum < 1.0:
        return 0.0
    return log10((1.0 - usual_momentum) / (1.0 - momentum))


@feature(
    "lr.nearest_library",
    type="choice",
    choices=("Keras", "PyTorch"),
    doc="The library whose default learning rate is the nearest one, where libraries differ in it",
    how="write `learning_rate:` and `optimizer:` into the configuration file beside the log",
    source="hyper.lr-default",
)
def nearest_library(m: Measures) -> Measured | None:
    rate, found = m.one("config.learning_rate"), defaults(m)
    if not isinstance(rate.value, float) or rate.value <= 0 or found is None or found is BOOSTING:
        return None
    if found.keras is None or found.torch is None or found.keras == found.torch or "keras" in m.run.format:
        return None
    keras, torch = (abs(log10(rate.value / default)) for default in (found.keras, found.torch))
    return Measured("Keras" if keras < torch else "PyTorch", note=found.source)


def usual(m: Measures) -> tuple[float, float, bool]:
    """The range in which rates usually lie (lower when fine-tuning), and whether it is this optimizer's own."""
    found = defaults(m)
    low, high = (found or UNNAMED)[2:4]
    if m.value("config.fine_tuning") is True:
        low, high = low * 10**-FINE_TUNING_SHIFT, high * 10 ** (-FINE_TUNING_SHIFT / 2)
    return low, high, found is not None


@feature(
    "lr.outside",
    unit="decades",
    doc="Decades by which the learning rate lies outside the optimizer's usual range: above > 0, below < 0, inside 0",
    how="write `learning_rate:` and `optimizer:` into the configuration file beside the log",
    source="hyper.lr-range",
)
def outside(m: Measures) -> Measured | None:
    if m.value("run.kind") == "reinforcement":
        return not_applicable("the ranges are those of supervised training")
    rate = m.one("config.learning_rate")
    if not isinstance(rate.value, float) or rate.value <= 0:
        return None
    low, high, own = usual(m)
    if m.value("lr.unset") is True:  # a library's default, which fine-tuning may lie below, is nobody's choice
        low, high = min(low, rate.value), max(high, rate.value)
    decades = max(0.0, log10(rate.value / high)) - max(0.0, log10(low / rate.value))
    whose = m.value("config.optimizer") if own else "any optimizer, as it is not known which"
    return Measured(decades, note=f"usual for {whose}: {low:.1g} to {high:.1g}", where=rate.where)


def _end(m: Measures, at: int) -> float | None:
    """One end of the range of a rate that is known: by words alone, only what follows from them is."""
    return None if m.value("config.learning_rate") is None else usual(m)[at]


@feature("lr.usual_low", doc="Lower end of the optimizer's usual range of learning rates", source="hyper.lr-range")
def usual_low(m: Measures) -> float | None:
    return _end(m, 0)


@feature("lr.usual_high", doc="Upper end of the optimizer's usual range of learning rates", source="hyper.lr-range")
def usual_high(m: Measures) -> float | None:
    return _end(m, 1)


_OTHER_EPSILONS = frozenset(
    listed(
        "gamma buffer exploration explore greedy attack attacks adversarial fgsm pgd privacy private dp delta clusters"
        " dbscan sinkhorn svr ppo"
    )
)
"""Words of settings beside which an epsilon may be exploration, an attack's size, a privacy budget, a tube's width."""


def _plain(m: Measures) -> Picked | None:
    """A plain `epsilon` or `eps` that can be meant for the optimizer alone.

    It stands beside Adam's betas, or beside the learning rate of an optimizer that has an epsilon, in settings that
    speak of nothing else which has one. Elsewhere it may be exploration, label smoothing or an attack.
    """
    epsilon = pick(m, "epsilon", between(0, 1e6))
    if epsilon is None:
        return None
    block = epsilon.key.rpartition(".")[0]

    def beside(*names: str) -> bool:
        return any(block == other.key.rpartition(".")[0] for name in names if (other := pick(m, name, _any)))

    if beside("beta1", "beta2", "betas"):
        return epsilon
    if m.value("config.optimizer") not in CONSTANTS["eps"] or m.value("run.kind") == "reinforcement":
        return None
    return epsilon if beside("learning_rate") and not _OTHER_EPSILONS.intersection(_said(m)) else None


def _said(m: Measures) -> Iterator[str]:
    """The words that the names of all settings are made of."""
    for key in m.run.config:
        yield from key.lower().replace(".", "_").split("_")


def _any(value: Any) -> bool | None:
    return None if value is None else True


def _constant(m: Measures, name: str) -> Measured | None:
    picked = pick(m, name, between(0, 1e6 if name == "eps" else 10))
    if picked is None and name == "eps":
        picked = _plain(m)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    if name in ("beta1", "beta2"):
        pair = pick(m, "betas", lambda value: number_list(value) if len(number_list(value) or ()) == 2 else None)
        if pair is not None:
            return Measured(pair.value[int(name[-1]) - 1], where=pair.where())
    return None


@feature(
    "optimizer.beta1",
    doc="Adam's decay of the first moment",
    how="write `betas:` into the configuration file beside the log",
    source="+optimizer",
)
def beta1(m: Measures) -> Measured | None:
    return _constant(m, "beta1")


@feature(
    "optimizer.beta2",
    doc="Adam's decay of the second moment",
    how="write `betas:` into the configuration file beside the log",
    source="+optimizer",
)
def beta2(m: Measures) -> Measured | None:
    return _constant(m, "beta2")


@feature(
    "optimizer.eps",
    doc="Constant in the denominator of adaptive optimizers",
    how="write `adam_epsilon:` into the configuration file beside the log",
    source="+optimizer",
)
def eps(m: Measures) -> Measured | None:
    return _constant(m, "eps")


@feature(
    "optimizer.rate_decay",
    doc="Adagrad's own decay of the learning rate: after n updates the rate is divided by 1 + n times this",
    how="write `lr_decay:` into the configuration file beside the log",
    source="+optimizer",
)
def rate_decay(m: Measures) -> Measured | None:
    # Beside a schedule, or another optimizer, the same name is the factor that the schedule multiplies by.
    schedule = m.value("config.scheduler")
    if m.value("config.optimizer") != "adagrad" or schedule not in (None, *_NO_SCHEDULE):
        return None
    picked = pick(m, "rate_decay", between(0, 10))
    return None if picked is None else Measured(picked.value, note=picked.note, where=picked.where())


@feature(
    "optimizer.accumulator",
    doc="Where Adagrad's sum of squared gradients starts: the rate is divided by its root from the first update on",
    how="write `initial_accumulator_value:` into the configuration file beside the log",
    source="+optimizer",
)
def accumulator(m: Measures) -> Measured | None:
    picked = pick(m, "accumulator", between(0, 1e9)) if m.value("config.optimizer") == "adagrad" else None
    return None if picked is None else Measured(picked.value, note=picked.note, where=picked.where())


@feature(
    "optimizer.constants_off",
    type="flag",
    doc="A constant of the optimizer other than its learning rate is not the library's default",
    how="write `betas:` and `adam_epsilon:` into the configuration file beside the log",
    source="+optimizer",
)
def constants_off(m: Measures) -> Measured | None:
    chosen = m.value("config.optimizer")
    told, changed = False, []
    for name, by_optimizer in CONSTANTS.items():
        value = number(m.value(f"optimizer.{name}"))
        if value is None or chosen not in by_optimizer:
            continue
        told = True
        if all(abs(value - usual) > 1e-3 * usual for usual in by_optimizer[chosen]):
            changed.append(f"{name} = {value:g}")
    return Measured(bool(changed), note=", ".join(changed)) if told else None
