"""Scripts of TensorFlow 1, JAX with optax, and fastai: what trains in them, and what their optimizers are told."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.model import Setting
from mladvisor.runs.script.calls import Call, by_name
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

MARKS = (b".minimize(", b"value_and_grad(", b"jax.grad(", b"fit_one_cycle(", b"fine_tune(")
"""One of these stands in the bytes of such a script."""
_FASTAI = {"fit": "lr", "fit_one_cycle": "lr_max", "fine_tune": "base_lr", "fit_flat_cos": "lr", "fit_sgdr": "lr_max"}
"""fastai's calls that train, and what they call the rate; the number of epochs comes first and the rate second."""
_TF1 = {
    "GradientDescentOptimizer": "SGD", "MomentumOptimizer": "SGD", "AdamOptimizer": "Adam",
    "AdagradOptimizer": "Adagrad",
    "RMSPropOptimizer": "RMSprop", "AdadeltaOptimizer": "Adadelta", "FtrlOptimizer": "Ftrl",
}  # fmt: skip
_OPTAX = {
    "sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "adagrad": "Adagrad", "lion": "Lion",
    "radam": "RAdam", "nadam": "NAdam", "lamb": "Lamb", "adafactor": "Adafactor",
}  # fmt: skip
_KEPT = ("learning_rate", "momentum", "weight_decay", "nesterov", "b1", "b2")


def trains_elsewhere(code: Code) -> bool:
    """The script holds a call that trains with one of these libraries."""
    jax = _imports(code, "jax") and (_imports(code, "optax") or _imports(code, "flax"))
    for call, name in code.calls:
        owner, _, last = name.rpartition(".")
        if last == "minimize" and (_is_tf1(_made_by(code, owner)) or _is_tf1(owner.removesuffix("()"))):
            return True
        if last == "gradient" and len(call.args) > 1 and "trainable" in ast.unparse(call.args[1]):
            return True  # of a GradientTape
        if jax and last in ("value_and_grad", "grad") and name.startswith("jax."):
            return True
        if last in _FASTAI and last != "fit" and owner and _imports(code, "fastai") and (call.args or call.keywords):
            return True
    return False


def optimizers_elsewhere(code: Code, values: Constants) -> Iterator[Call]:
    """The calls that make optimizers of TensorFlow 1 and optax."""
    for call, name in code.calls:
        home, _, made = name.rpartition(".")
        kind = _TF1.get(made) if _is_tf1(name) else _OPTAX.get(made) if home == "optax" else None
        if kind is None or values.is_dead(code, call):
            continue
        order = ("learning_rate", "momentum" if made in ("sgd", "MomentumOptimizer") else "")
        yield "optimizer", kind, by_name(call, order, _KEPT), call


def fastai_settings(code: Code, values: Constants) -> dict[str, Setting]:
    """Rate and epochs of the only call that trains a `Learner`, and the optimizer that this was given."""
    calls = [(call, last) for call, name in code.calls
             if (last := name.rpartition(".")[2]) in _FASTAI and "." in name]  # fmt: skip
    if len(calls) != 1 or not _imports(code, "fastai"):
        return {}
    call, last = calls[0]
    settings: dict[str, Setting] = {}
    rate = _FASTAI[last]
    words = dict(by_name(call, ("n_epoch", rate), ("n_epoch", "epochs", "lr", rate)))
    for key, node in (("train.epochs", words.get("n_epoch")), ("optimizer.lr", words.get(rate, words.get("lr")))):
        value = values.value(node) if node is not None else None
        if isinstance(value, int | float) and not isinstance(value, bool):
            settings[key] = Setting(value, code.place(node, key))  # type: ignore[arg-type]
    for one in code.nodes:
        if isinstance(one, ast.keyword) and one.arg == "opt_func":
            made = code.dotted(one.value).rpartition(".")[2]
            settings["optimizer"] = Setting(made, code.place(one.value, "optimizer"))
        elif isinstance(one, ast.keyword) and one.arg == "bs":
            size = values.value(one.value)
            if isinstance(size, int):
                settings["train.batch_size"] = Setting(size, code.place(one.value, "batch_size"))
    return settings


def _is_tf1(name: str) -> bool:
    home, _, made = name.rpartition(".")
    return made in _TF1 and home.endswith(("tf.train", "tensorflow.train", "v1.train"))


def _made_by(code: Code, name: str) -> str:
    made = code.assignments(name)
    return code.dotted(made[0].value.func) if len(made) == 1 and isinstance(made[0].value, ast.Call) else ""


def _imports(code: Code, root: str) -> bool:
    found = any(name.lstrip(".").partition(".")[0] == root for name in code.imports.values())
    return found or f"from {root}" in code.text  # `from fastai.vision.all import *` names nothing
