"""The calls that make optimizers in a script."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.script.calls import Call, by_name, is_main
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.param_groups import with_groups

OPTIMIZERS = frozenset(
    ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "Nadam", "RAdam", "ASGD", "LBFGS",
     "Rprop", "Ftrl", "Lion", "Adafactor", "Muon", "SparseAdam")
)  # fmt: skip
_OPTIMIZER_HOMES = ("torch.optim", "keras.optimizers", "tensorflow.keras.optimizers", "tf.keras.optimizers",
                    "tf.optimizers", "transformers", "optimizers", "tensorflow.optimizers")  # fmt: skip
_ORDER = {
    "SGD": ("params", "lr", "momentum", "dampening", "weight_decay", "nesterov"),
    "RMSprop": ("params", "lr", "alpha", "eps", "weight_decay", "momentum"),
    "Adagrad": ("params", "lr", "lr_decay", "weight_decay"),
    "Adadelta": ("params", "lr", "rho", "eps", "weight_decay"),
    "": ("params", "lr", "betas", "eps", "weight_decay"),
}
_OF_OPTIMIZER = frozenset(
    ("lr", "learning_rate", "momentum", "weight_decay", "betas", "eps", "beta_1", "beta_2", "epsilon", "alpha", "rho",
     "nesterov", "clipnorm", "clipvalue", "global_clipnorm", "lr_decay", "amsgrad")
)  # fmt: skip


def is_optimizer(name: str) -> bool:
    """A dotted name that makes an optimizer of PyTorch or Keras."""
    home, _, made = name.rpartition(".")
    return made in OPTIMIZERS and (not home or home.startswith(_OPTIMIZER_HOMES) or home.endswith("optimizers"))


def optimizers(code: Code, values: Constants) -> Iterator[Call]:
    """The calls that are reached; one of several that a condition chooses from says nothing but its being there."""
    for call, name in code.calls:
        if not is_optimizer(name) or values.is_dead(code, call):
            continue
        if any(
            isinstance(outer, ast.If) and not is_main(outer) and values.holds(outer.test) is None
            for outer in code.above(call)
        ):
            yield "optimizer", "", [], call  # one of several that may be meant
            continue
        made = name.rpartition(".")[2]
        torch = name.startswith(("torch.", "transformers."))
        order = _ORDER.get(made, _ORDER[""]) if torch else ("learning_rate", "momentum" if made == "SGD" else "beta_1")
        arguments = by_name(call, order, _OF_OPTIMIZER)
        yield "optimizer", made, with_groups(code, values, call, arguments) if torch else arguments, call
