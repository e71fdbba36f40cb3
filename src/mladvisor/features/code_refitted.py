"""Scalers that a function of the script fits anew each time it is called, for training rows and for others alike."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT, called_on
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code, Function

_OTHERS = re.compile(
    rf"{HELD_OUT.pattern}|(?:^|_)(?:te|tst|va|dev|new|unseen|holdout|future|live|serve|production)(?:$|_)"
)
_OPEN = (ast.If, ast.IfExp, ast.Try, ast.While)


def fits_by_function(code: Code, classes: frozenset[str]) -> Fact:
    """False where `def prepare(X): return scaler.fit_transform(X)` gets training rows and others; never known true.

    Under a condition (`if train:`) it may be fitted once only.
    """
    for call in called_on(code, ("fit_transform", "fit"), classes):
        function = code.function_of(call)
        of = _root(call.args[0]) if call.args else ""
        if function is None or any(isinstance(one, _OPEN) for one in code.above(call)):
            continue
        own = [one.arg for one in function.args.args]
        if of not in own or _is_set(code, function, of):
            continue
        at = own.index(of) - (own[0] == "self")
        given = [_handed(one, at, of).lower() for one, name in code.calls
                 if name.rpartition(".")[2] == function.name and one is not call]  # fmt: skip
        held = [one for one in given if _OTHERS.search(one) and "train" not in one]
        if held and len(set(given)) > 1 and any(one and one not in held for one in given):
            return False, call
    return None


def _handed(call: ast.Call, at: int, name: str) -> str:
    """The variable that a call hands over for a parameter; "" for anything else."""
    words = {word.arg: word.value for word in call.keywords}
    given = words.get(name, call.args[at] if 0 <= at < len(call.args) else None)
    return _root(given) if given is not None else ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_set(code: Code, function: Function, name: str) -> bool:
    """The parameter becomes something else, which may be the training rows by then."""
    return any(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store)
        and code.function_of(one) is function
        for one in code.nodes
    )  # fmt: skip
