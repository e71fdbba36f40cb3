"""Gradients that a script adds up by hand, in a loop of its own: `gW += h.T @ d`, `W -= lr * gW`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_PRODUCTS = frozenset(("dot", "matmul", "einsum", "outer", "tensordot"))


def starts_sums_anew(code: Code) -> Fact:
    """False where a loop adds gradients to a variable, steps along it, and nothing ever sets it back.

    Never known to be true. What is added holds a product of matrices, as a gradient does and no rate or counter.
    """
    for node in code.nodes:
        if not (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add) and isinstance(node.target, ast.Name)):
            continue
        name = node.target.id
        if not _multiplies(code, node.value) or name in _names(node.value) or _is_set_back(code, name, node):
            continue
        around = code.loops_of(node)
        for step in code.nodes:
            if _steps_along(step, name) and (loops := code.loops_of(step)) and loops[0] in around:
                return False, node
    return None


def _multiplies(code: Code, value: ast.expr) -> bool:
    return any(
        (isinstance(one, ast.BinOp) and isinstance(one.op, ast.MatMult))
        or (isinstance(one, ast.Call) and code.dotted(one.func).rpartition(".")[2] in _PRODUCTS)
        for one in ast.walk(value)
    )


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _is_set_back(code: Code, name: str, added: ast.AugAssign) -> bool:
    """Within a loop, in another function, or in a way that cannot be followed: a method of it, a part of it."""
    for node in code.nodes:
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            again = code.parent(node) is not added and (code.loops_of(node) or _elsewhere(code, node, added))
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name):
            called = isinstance(node, ast.Attribute) and isinstance(code.parent(node), ast.Call)
            again = node.value.id == name and (called or isinstance(node.ctx, ast.Store))
        elif isinstance(node, ast.Call):
            again = any(isinstance(arg, ast.Name) and arg.id == name for arg in _handed(node))
        else:
            again = isinstance(node, ast.Global | ast.Nonlocal) and name in node.names
        if again:
            return True
    return False


def _elsewhere(code: Code, node: ast.AST, added: ast.AST) -> bool:
    return code.function_of(node) is not code.function_of(added)


def _handed(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (word.value for word in call.keywords)


def _steps_along(node: ast.AST, name: str) -> bool:
    """`W -= lr * name` or `W = W - lr * name`."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
        return name in _factors(node.value)
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Sub):
        same = ast.unparse(node.targets[0]) == ast.unparse(node.value.left)
        return same and name in _factors(node.value.right)
    return False


def _factors(node: ast.expr) -> set[str]:
    """The names that a product consists of; nothing below a division or within a call."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _factors(node.left) | _factors(node.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _factors(node.left)
    return {node.id} if isinstance(node, ast.Name) else set()
