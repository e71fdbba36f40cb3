"""The learning rate that an optimizer has where a script sets none: the default of its library.

It is given only where nothing else in the script speaks of a rate: a schedule that sets the rate by itself, a callback,
or a name for a rate that may reach the optimizer by a way that cannot be followed.
"""

from __future__ import annotations

import ast
import re

from mladvisor.runs.model import Setting
from mladvisor.runs.optimizer_rates import DEFAULT_RATE, KERAS, TORCH
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.losses import compiles

KEY = f"optimizer.{DEFAULT_RATE}"

_RATES = frozenset(("lr", "learning_rate"))
_RATE = re.compile(r"(?:^|_)lrs?(?:$|_|\d)|learning_?rate|param_groups")
_SETS_IT = frozenset(("OneCycleLR", "CyclicLR", "LearningRateScheduler", "lr_find", "WarmUp"))
_CHANGED_SINCE = frozenset(("adadelta", "adagrad", "adamax", "nadam"))
_OF_OLD_KERAS = ("keras.utils.np_utils", "keras.layers.", "keras.backend.")


def default_rate(code: Code, values: Constants, makers: frozenset[str]) -> dict[str, Setting]:
    """The default rate, at the call that makes the optimizer or names it in `compile`; {} where a rate may be set.

    Args:
        makers: names of classes of optimizers, without their module.
    """
    if _speaks_of_a_rate(code, values):
        return {}
    found: list[tuple[float | None, ast.Call]] = []
    for call, name in code.calls:
        home, _, made = name.rpartition(".")
        if made not in makers:
            continue
        beyond = 1 if home.startswith("torch.") else 0  # PyTorch's first argument are the parameters
        bare = len(call.args) <= beyond and all(word.arg not in (None, *_RATES) for word in call.keywords)
        starred = any(isinstance(arg, ast.Starred) for arg in call.args)
        found.append((_rate(code, home, made) if bare and not starred else None, call))
    for call in compiles(code):
        given = {word.arg: word.value for word in call.keywords}
        node = call.args[0] if call.args else given.get("optimizer")
        named = values.value(node)
        if isinstance(named, str):
            found.append((_rate(code, "keras.optimizers", named), call))
    rates = {rate for rate, _ in found}
    if len(rates) != 1 or None in rates:
        return {}
    rate, call = found[0]
    return {KEY: Setting(rate, code.place(call, KEY))}


def _rate(code: Code, home: str, made: str) -> float | None:
    """The default of a library's optimizer; None of one that is not known, or differs between its releases."""
    lowered = made.lower()
    if home == "torch.optim":
        return TORCH.get(lowered)
    if "optimizers" not in home.split(".") or (lowered in _CHANGED_SINCE and _is_old_keras(code)):
        return None
    return KERAS.get(lowered)


def _is_old_keras(code: Code) -> bool:
    """Keras before 2.4, whose Adadelta began at 1.0."""
    return any(name.startswith(_OF_OLD_KERAS) and name.count(".") > 2 for name in code.imports.values()) or any(
        name.endswith(".fit_generator") for _, name in code.calls
    )


def _speaks_of_a_rate(code: Code, values: Constants) -> bool:
    """Some name, argument, key or callback of the script is a learning rate, or sets one."""
    if any(_RATE.search(name.lower()) for name in values.plain):
        return True
    if any(name.rpartition(".")[2] in _SETS_IT for _, name in code.calls):
        return True
    for node in code.nodes:
        if isinstance(node, ast.Attribute | ast.Name):
            if isinstance(node.ctx, ast.Store) and _RATE.search(
                node.attr if isinstance(node, ast.Attribute) else node.id
            ):
                return True
            if isinstance(node, ast.Attribute) and node.attr == "param_groups" and _stores(code, node):
                return True
        elif isinstance(node, ast.Dict):
            if any(isinstance(key, ast.Constant) and key.value in _RATES for key in node.keys):
                return True
        elif (
            isinstance(node, ast.Call)
            and code.dotted(node.func).endswith(("set_value", ".assign"))
            and any(isinstance(one, ast.Attribute) and one.attr in _RATES for one in ast.walk(node))
        ):
            return True
    return False


def _stores(code: Code, node: ast.Attribute) -> bool:
    """`for group in opt.param_groups:` and `opt.param_groups[0]["lr"] = 0.1`; a rate that is only printed is none."""
    for outer in code.above(node):
        if isinstance(outer, ast.For):
            return outer.iter is node or any(isinstance(one, ast.Subscript) and isinstance(one.ctx, ast.Store)
                                             for one in ast.walk(outer.iter))  # fmt: skip
        if isinstance(outer, ast.Subscript) and isinstance(outer.ctx, ast.Store):
            return True
        if isinstance(outer, ast.stmt):
            return False
    return False
