"""What the configuration says of the weights and biases that training starts from."""

from __future__ import annotations

import re
from math import sqrt
from typing import Any

from mladvisor.features import layer_settings
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, flag, measured, number, pick, say, text
from mladvisor.features.measured import Measured


@feature(
    "config.initializer",
    type="choice",
    doc="How weights are initialised, as the configuration calls it",
    how=say("initializer"),
    source="+model",
)
def initializer(m: Measures) -> Measured:
    constant = pick(m, "initial_constant", _constant_value)
    otherwise = pick(m, "initializer", _initializer_name) or pick(m, "initial_spread", number)
    if constant is not None and otherwise is None:
        return Measured("constant", note=f"{constant.key} is {constant.value:g}", where=constant.where())
    return measured(m, "initializer", _initializer_name, say("initializer"))


def _constant_value(value: Any) -> float | None:
    """A number but 0, which may mean that no constant is used."""
    return number(value) or None


_CONSTANT = re.compile(r"(?<![a-z])(zero|one|const(?:ant)?)s?_?(?![a-z])")
_FILLED = re.compile(
    r"(?<![a-z])full\(|(?<![a-z])(?:full|fill(?:ed)?(?:[ _]with)?|all|value)[ _(:=]{1,3}-?\d*\.?\d"
    r"|(?<![a-z])(?:all|the)[ _](?:equal|same|alike|identical)(?![a-z])|(?<![a-z])same[ _](?:value|number|weight)"
)
_RANDOM = (
    *("mean", "bias", "except", "norm", "uniform", "kaiming", "xavier", "glorot", "he_", "orthogonal", "last", "resid"),
    *("gamma", "gate", "lora", "head"),
)
"""Beside these a constant is that of something else: "zero-mean gaussian", "zero_residual"."""


def _initializer_name(value: Any) -> str | None:
    """As it is written, but for constants in code or words: "tf.zeros([64, 10])" and "all zeros" are "zeros",
    "const0.1", "filled with 0.05" and "all equal" are "constant".
    """
    written = (text(value) or "").lower()
    if any(word in written for word in _RANDOM):
        return written
    found = _CONSTANT.search(written)
    if found:
        return f"{found[1]}s" if found[1] in ("zero", "one") else "constant"
    return "constant" if _FILLED.search(written) else written or None


_USUAL_GAIN = 1.7
"""The gain of tanh is 5/3, that of ReLU the root of 2 (`torch.nn.init.calculate_gain`)."""
_MANY_LAYERS = 6
FEWEST = 4
"""Inputs that a hidden layer has at least, where no file tells."""
_TINY, _MOST = 1e-3, 5_000
"""A spread that is too narrow for any number of inputs up to so many; that of BERT, 0.02, is not."""
_HARMLESS = 0.3
"""PyTorch's own layers start at 0.4 of He's scheme; what is less multiplies in a stack of plain layers."""


@feature(
    "config.initial_scale",
    unit="ratio",
    doc="Factor by which initial weights are larger than their scheme would have them",
    how="write `init_gain:` into the configuration file beside the log",
    source="+initialisation He et al. 2015",
)
def initial_scale(m: Measures) -> Measured | None:
    picked = pick(m, "initial_gain", between(1e-9, 1e9))
    if picked is None:
        picked = pick(m, "initializer", _scale_in)
    if picked is not None and 1 < picked.value <= _USUAL_GAIN and m.value("model.family") != "rnn":
        return None  # the gain of a scheme that keeps the signal's size
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    spread = pick(m, "initial_spread", between(1e-9, 1e9)) or pick(m, "initializer", spread_in)
    inputs = layer_settings.most_inputs(m) if spread is not None else None
    if spread is not None and inputs is None:
        inputs = layer_settings.inputs_of_filters(m)
    if spread is not None and inputs is None:  # the width that all layers share
        width = layer_settings.shared_width(m)
        inputs = width.value if width is not None else None
    if spread is not None and inputs is None and spread.value >= 1:
        inputs = FEWEST  # no layer has fewer, so that it is at least so many times too wide
    if spread is not None and inputs is None and spread.value < _TINY:
        inputs = _MOST  # hardly a layer has more, so that it is at least so many times too narrow
    if spread is None or inputs is None:
        return None
    factor = spread.value * sqrt(inputs / 2)
    depth = m.value("model.depth")
    many = isinstance(depth, float) and depth >= _MANY_LAYERS and m.value("model.family") in ("mlp", "cnn")
    if (_HARMLESS if many else 0.05) < factor < 1:
        return None  # a little small is usual and does no harm
    return Measured(factor, note=f"{spread.key} over {inputs:g} inputs", where=spread.where())


@feature(
    "config.evaluates_in_training",
    type="flag",
    doc="The model stays in training mode while it is evaluated, by a setting that says so (`model_eval_mode: false`)",
    how="write `model_eval_mode:` into the configuration file beside the log",
    source="fig5.b",
)
def evaluates_in_training(m: Measures) -> Measured | None:
    """`eval_mode` alone says as often that a program only evaluates: it is none of the names."""
    off = pick(m, "evaluation_mode", flag)
    if off is not None:
        return Measured(not off.value, note=off.key, where=off.where())
    on = pick(m, "training_mode", flag)
    return Measured(on.value, note=on.key, where=on.where()) if on is not None else None


@feature(
    "config.initial_bias",
    unit="units",
    doc="The value at which the hidden layers' biases start",
    how="write `bias_init:` into the configuration file beside the log",
    source="+initialisation He et al. 2015",
)
def initial_bias(m: Measures) -> Measured | None:
    picked = pick(m, "initial_bias", _bias_in) or pick(m, "initializer", _bias_beside)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    return layer_settings.furthest_bias(m)


def _bias_in(value: Any) -> float | None:
    """A number, "constant(-2)" or "zeros"."""
    written = (text(value) or "").lower()[:100]
    if _CONSTANT.search(written) and "const" not in written:
        return 1.0 if "one" in written else 0.0
    found = _CONSTANT_BIAS.search(written)
    return number(found[1] or found[2]) if found else number(value)


def _bias_beside(value: Any) -> float | None:
    """The bias that stands beside a scheme: "kaiming_uniform, bias=-2.0"."""
    found = _BIAS_BESIDE.search((text(value) or "").lower()[:200])
    return number(found[1]) if found else None


_BIAS_BESIDE = re.compile(
    r"(?<![a-z])bias(?:es)?(?:[ _](?:init|value|start|const(?:ant)?))?\s?(?:=|:|\bto\b|\s)\s?(-?[\d.]{1,12})"
)
_CONSTANT_BIAS = re.compile(
    r"constant[a-z]{0,20}[^\w-]{1,4}(?:value[^\w-]{1,3})?(-?[\d.]{1,12})"
    r"|(?<![a-z])const(?:ant)?[ _(:=]{0,3}(-?\d[\d.]{0,11})"
)
_NUMBER = r"(\d[\d.]{0,11}(?:e[+-]?\d{1,3})?)"
_SPREAD = re.compile(
    r"(?:stddev|std|sigma|stdev)_?\s?=?\s?" + _NUMBER + r"|normal_?\(\s?[-\d.]{1,8}\s?,\s?" + _NUMBER + r"\s?\)"
    r"|(?<![a-z_])(?:random_?|trunc(?:ated)?_?)?(?:normal|gauss(?:ian)?)[_ (:x=-]{0,2}(?:std |sd )?" + _NUMBER + r"\)?$"
    r"|(?<![a-z])(?:n|normal|gauss(?:ian)?)\(\s?[-\d.]{1,8}\s?,\s?" + _NUMBER + r"\s?(?:\^|\*\*)\s?2\s?\)"
    r"|randn?(?:\([^()]{0,60}\))?\s?\*\s?" + _NUMBER + r"$"
    r"|^" + _NUMBER + r"\s?\*\s?(?:np\.random\.|torch\.|rng\.)?(?:standard_normal|randn?)\b"
)
_BETWEEN = re.compile(
    r"(?<![a-z_])(?:random_?)?uniform_?\(\s?(?:minval\s?=\s?)?-"
    + _NUMBER
    + r"\s?,\s?(?:maxval\s?=\s?)?\+?"
    + _NUMBER
    + r"\s?[,)]"
)


def spread_in(value: Any) -> float | None:
    """The spread in "random_normal(stddev=1.0)", "normal1.5" or "uniform(-3, 3)"; 1 where TensorFlow 1 or NumPy are
    told none.
    """
    written = (text(value) or "").lower()[:200]
    found = _SPREAD.search(written)
    if found is not None:
        return between(1e-9, 1e9)(next(part for part in found.groups() if part))
    ends = _BETWEEN.search(written)
    if ends is not None:
        low, high = number(ends[1]), number(ends[2])
        return between(1e-9, 1e9)(high / sqrt(3)) if low == high and high is not None else None
    if ("random_normal(" in written or "randn(" in written) and "*" not in written and "/" not in written:
        return 1.0
    return None


def _scale_in(value: Any) -> float | None:
    """The factor in "normal_x8", "he x 0.1" or "orthogonal(gain=4)"."""
    written = (text(value) or "").lower()[:100]
    for mark in ("gain=", "scale=", "_x", " x "):
        _, found, after = written.rpartition(mark)
        factor = number(after.strip(" )")) if found else None
        if factor is not None and 1e-9 < factor < 1e9:
            return factor
    return None
