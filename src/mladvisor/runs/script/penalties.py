"""Penalties on the weights that a script adds to its loss: regularisers of Keras layers, and sums over the parameters.

Of several strengths the largest counts. Strengths that cannot be told are unknown, not absent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_BY_KIND = {"l1": ("l1",), "l2": ("l2",), "l1_l2": ("l1", "l2"), "l1l2": ("l1", "l2")}
_FACTOR = {"l1": ("l1", "l"), "l2": ("l2", "l")}  # names of the argument; Keras 1 called it `l`
_KERAS_DEFAULT = 0.01
_POWER = 2


def penalties(code: Code, values: Constants) -> dict[str, Setting]:
    """`penalty.l1` and `penalty.l2`, the factor of each, where it stands."""
    found: dict[str, list[tuple[float | None, ast.AST]]] = {}
    for kind, value, node in (*_regularizers(code, values), *_sums(code, values)):
        found.setdefault(kind, []).append((value, node))
    settings: dict[str, Setting] = {}
    for kind, each in found.items():
        if all(value is not None for value, _ in each):
            value, node = max(((value, node) for value, node in each if value is not None), key=lambda one: one[0])
            settings[f"penalty.{kind}"] = Setting(value, code.place(node, kind))
    return settings


def _regularizers(code: Code, values: Constants) -> Iterator[tuple[str, float | None, ast.AST]]:
    """`kernel_regularizer=regularizers.l2(0.01)`, also by a name of its own, or as a bare word."""
    for call, _ in code.calls:
        for word in call.keywords:
            if word.arg not in ("kernel_regularizer", "W_regularizer") or values.is_dead(code, call):
                continue
            node = code.meant(word.value)
            spoken = values.value(node)
            if isinstance(spoken, str) and spoken.lower() in _BY_KIND:
                yield from ((kind, _KERAS_DEFAULT, node) for kind in _BY_KIND[spoken.lower()])
            elif isinstance(node, ast.Call):
                yield from _called(code, values, node)


def _called(code: Code, values: Constants, call: ast.Call) -> Iterator[tuple[str, float | None, ast.AST]]:
    kinds = _BY_KIND.get(code.dotted(call.func).rpartition(".")[2].lower(), ())
    words = {word.arg: word.value for word in call.keywords}
    for at, kind in enumerate(kinds):
        given = next((words[name] for name in _FACTOR[kind] if name in words), None)
        if given is None and at < len(call.args):
            given = call.args[at]
        if given is not None:
            yield kind, _number(values, given), call
        elif len(kinds) == 1 or (not call.args and not words):
            yield kind, _KERAS_DEFAULT, call


def _sums(code: Code, values: Constants) -> Iterator[tuple[str, float | None, ast.AST]]:
    """`loss + 1e-4 * sum(p.abs().sum() for p in model.parameters())`, in one expression or by names."""
    named = {name: kind for name, kind in _named_sums(code) if name}
    for node in code.nodes:
        if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and _is_added(code, node)):
            continue
        for term, factor in ((node.left, node.right), (node.right, node.left)):
            kind = _kind(code, term) or (named.get(term.id, "") if isinstance(term, ast.Name) else "")
            if kind:
                yield kind, _number(values, factor), node
                break


def _is_added(code: Code, node: ast.BinOp) -> bool:
    """The product is a term of a sum, or added to a name."""
    outer = code.parent(node)
    return (isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Add)) or (
        isinstance(outer, ast.AugAssign) and isinstance(outer.op, ast.Add) and outer.value is node
    )


def _named_sums(code: Code) -> Iterator[tuple[str, str]]:
    """Names of sums over the parameters: `l1 = sum(...)`, or what a loop over the parameters adds up."""
    for node in code.nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, _kind(code, node.value)
        elif isinstance(node, ast.For) and _is_of_parameters(code, node.iter):
            for inside in node.body:
                if isinstance(inside, ast.AugAssign) and isinstance(inside.target, ast.Name):
                    yield inside.target.id, _norm(code, inside.value)
                elif (
                    isinstance(inside, ast.Assign)
                    and isinstance(inside.targets[0], ast.Name)
                    and isinstance(inside.value, ast.BinOp)
                    and isinstance(inside.value.op, ast.Add)
                ):
                    yield inside.targets[0].id, _norm(code, inside.value.right)


def _kind(code: Code, node: ast.expr) -> str:
    """Which norm of all parameters an expression is: "l1", "l2" or ""."""
    if not isinstance(node, ast.Call):
        return ""
    for inside in ast.walk(node):
        if isinstance(inside, ast.GeneratorExp | ast.ListComp) and _is_of_parameters(code, inside.generators[0].iter):
            return _norm(code, inside.elt)
    return ""


def _is_of_parameters(code: Code, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in (
        "parameters", "named_parameters",
    )  # fmt: skip


def _norm(code: Code, node: ast.expr) -> str:
    """What is summed of one tensor: its absolute values, its squares, or neither (a gradient, a count, a root)."""
    kind = ""
    for inside in ast.walk(node):
        if isinstance(inside, ast.Attribute) and inside.attr in ("grad", "numel"):
            return ""
        if isinstance(inside, ast.BinOp) and isinstance(inside.op, ast.Pow) and _is_two(inside.right):
            kind = "l2"
        if not isinstance(inside, ast.Call):
            continue
        name = code.dotted(inside.func).rpartition(".")[2]
        if name == "abs" or (name in ("norm", "vector_norm") and _order(inside) == 1):
            kind = kind or "l1"
        elif name == "square" or (name == "pow" and inside.args and _is_two(inside.args[-1])):
            kind = "l2"
    return kind


def _order(call: ast.Call) -> object:
    given = next(
        (word.value for word in call.keywords if word.arg in ("p", "ord")), call.args[-1] if call.args else None
    )
    return given.value if isinstance(given, ast.Constant) else None


def _is_two(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == _POWER


def _number(values: Constants, node: ast.expr) -> float | None:
    value = values.value(node)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
