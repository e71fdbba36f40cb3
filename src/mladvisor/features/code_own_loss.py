"""Whether a script writes its loss out as a formula of logarithms, where a library has one without a slip."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name
from mladvisor.runs.word_sets import parted

LOSS = re.compile(r"loss|cost|crit|objective|entropy|nll|(?:^|_)(?:bce|ce|j)(?:$|_)", re.IGNORECASE)


def writes_loss(code: Code, names: Names) -> Fact:
    """A function that is called after a loss takes logarithms itself, and no loss of a library is called.

    Never known not to be so: it may be written in another file.
    """
    for _, name in code.calls:
        if loss_name(name) and name.partition(".")[0] in ("torch", "tensorflow", "tf", "keras", "optax", "jax"):
            return None
    for node in code.nodes:
        if isinstance(node, ast.FunctionDef):
            named, body = node.name, node.body
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named, body = node.targets[0].id, [node.value]  # type: ignore[list-item]
        else:
            continue
        if LOSS.search(named) and any(is_log(code, one) for part in body for one in ast.walk(part)):
            return True, node
    return None


def own_losses(code: Code) -> list[Function]:
    """Functions that are called after a loss, and what modules that are do with outputs and labels."""
    found = [one for one in code.functions.values() if one is not None and LOSS.search(one.name)]
    for node in code.nodes:
        if isinstance(node, ast.ClassDef) and LOSS.search(parted(node.name).lower()):
            found += [one for one in node.body if isinstance(one, ast.FunctionDef) and one.name in _APPLIED]
    return found


_APPLIED = ("forward", "call", "__call__")


def is_log(code: Code, node: ast.AST) -> bool:
    """A logarithm of a library; a function of the script that is called so may keep it from zero."""
    if not isinstance(node, ast.Call):
        return False
    name = code.dotted(node.func)
    if node.args and (isinstance(node.args[0], ast.Dict | ast.JoinedStr) or _is_text(node.args[0])):
        return False  # wandb.log({"loss": loss}), self.log("loss", loss): a line is kept of it
    return name not in code.functions and name.rpartition(".")[2] in ("log", "log1p", "log2", "log10", "logaddexp")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
