"""Whether a loss that a script writes itself passes gradients on: hard decisions (`argmax`, `round`, `>`) have none."""

from __future__ import annotations

import ast

from mladvisor.features.code_divisors import loss_terms
from mladvisor.features.code_names import Fact, Names
from mladvisor.runs.script.code import Code, Function

_HARD = frozenset(("argmax", "round", "sign", "floor", "ceil", "long", "int", "bool", "topk", "heaviside"))
_DEPTH = 6


def loss_passes_gradients(code: Code, names: Names) -> Fact:
    """The output of the model reaches its loss as it is somewhere; False where only hard decisions of it do."""
    found: Fact = None
    for function, _ in loss_terms(code):
        if not isinstance(function, ast.FunctionDef):
            continue
        taken = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
        returned = [one for one in ast.walk(function) if isinstance(one, ast.Return)]
        if len(taken) < 2 or len(returned) != 1 or returned[0].value is None:
            continue
        uses = _uses(code, function, returned[0].value, taken[0], 0)
        if uses and all(hard for hard, _ in uses):
            return False, returned[0]
        found = found or ((True, returned[0]) if uses else None)
    return found


def _uses(code: Code, function: Function, value: ast.expr, output: str, depth: int) -> list[tuple[bool, ast.AST]]:
    """Each place where the output goes into a value: is it made hard there, or taken times zero?"""
    found: list[tuple[bool, ast.AST]] = []
    for node in ast.walk(value):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        hard = _is_hard(code, node, value)
        made = _set_by(code, function, node)
        if node.id == output and not made:
            found.append((hard, node))
        elif depth < _DEPTH:
            found += [
                (hard or inner, at) for one in made for inner, at in _uses(code, function, one, output, depth + 1)
            ]
    return found


def _set_by(code: Code, function: Function, name: ast.Name) -> list[ast.expr]:
    """What a name may have been set to before it is used: only the last, where no branch is around it."""
    own = [node for node in code.assignments(name.id) if code.function_of(node) is function]
    before = [node for node in own if node.lineno < name.lineno]
    return [node.value for node in (before[-1:] if before and before[-1] in function.body else before)]


def _is_hard(code: Code, node: ast.AST, within: ast.AST) -> bool:
    """Between a name and the value that it goes into stands a hard decision, or a factor of zero."""
    inner = node
    for outer in (node, *code.above(node)):
        if isinstance(outer, ast.Compare):
            return True
        if isinstance(outer, ast.Call):
            last = outer.func.attr if isinstance(outer.func, ast.Attribute) else code.dotted(outer.func)
            if last in _HARD or code.dotted(outer.func).rpartition(".")[2] in _HARD:
                return True
        if isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult):
            other = outer.left if outer.right is inner else outer.right
            if isinstance(other, ast.Constant) and other.value == 0:
                return True
        if outer is within:
            return False
        inner = outer
    return False
