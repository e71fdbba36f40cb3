"""Scripts with several optimizers (a generator and its critic): whether each loss reaches the model that it is for."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact, Names, method_calls, owners_of_parameters, statement_of
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.forward import stops_gradients

DEPTH = 4
_CUTS = ("detach", "data", "item", "numpy", "tolist", "argmax")
_MAKES_NEW = ("torch.tensor", "torch.from_numpy", "torch.Tensor", "torch.FloatTensor", "numpy.array", "numpy.asarray")
"""What gives a tensor that knows nothing of where its numbers come from."""


def reaches_each_model(code: Code, names: Names) -> Fact:
    """The loss before each optimizer's step hangs on a model that this optimizer holds.

    Not so where all that the model made is detached: `bce(D(G(z).detach()), ones)` teaches the generator nothing.
    """
    if len(names.optimizers) < 2 or names.hidden or names.automatic:
        return None
    judged = []
    for step in method_calls(code, "step"):
        owner = code.dotted(step.func).rpartition(".")[0]
        call = names.optimizers.get(owner)
        held = owners_of_parameters(code, call) if call is not None else set()
        loss = _loss_before(code, step) if held else None
        if loss is None:
            continue
        live, cut = reached(code, loss.value, held, loss, DEPTH)
        if cut and not live:
            return False, loss
        judged.append(live > 0)
    return (True, next(iter(names.optimizers.values()))) if len(judged) > 1 and all(judged) else None


def _statements(code: Code, node: ast.AST) -> tuple[list[ast.stmt], int]:
    """The block of statements around a node, and the place of its own in it."""
    statement = statement_of(code, node)
    outer = code.parent(statement) if statement is not None else None
    for field in ("body", "orelse", "finalbody"):
        block = getattr(outer, field, None)
        if isinstance(block, list) and statement in block:
            return block, block.index(statement)
    return [], 0


def _loss_before(code: Code, step: ast.Call) -> ast.Assign | None:
    """Where the loss is computed whose `backward` is the last before a step, in the same block."""
    block, at = _statements(code, step)
    for statement in reversed(block[:at]):
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "backward":
                name = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                return _last(code, name, statement) if name else None
    return None


def _last(code: Code, name: str, before: ast.AST) -> ast.Assign | None:
    """The last plain assignment of a name above a statement of the same block."""
    block, at = _statements(code, before)
    for statement in reversed(block[:at]):
        for one in reversed(statement.body) if isinstance(statement, ast.With) else (statement,):
            if isinstance(one, ast.Assign):
                for target in one.targets:
                    parts = target.elts if isinstance(target, ast.Tuple) else [target]
                    if any(isinstance(part, ast.Name) and part.id == name for part in parts):
                        return one
            elif _may_set(one, name):
                return None
    return None


def _may_set(statement: ast.stmt, name: str) -> bool:
    """Under a condition, in a loop, or by adding to it."""
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(statement)
    )


def reached(code: Code, node: ast.AST, held: set[str], at: ast.AST, depth: int) -> tuple[int, int]:
    """How often an expression uses what a held model made: (as it is, detached)."""
    live = cut = 0
    for one in ast.walk(node):
        made = isinstance(one, ast.Call) and code.dotted(one.func) in held
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load) and depth:
            source = _last(code, one.id, at)
            if source is None:
                continue
            value = _value_of(source, one.id)
            inner = reached(code, value, held, source, depth - 1)
            if _is_cut(code, one, node):
                cut += sum(inner)
            else:
                live, cut = live + inner[0], cut + inner[1]
        elif made:
            live, cut = (live, cut + 1) if _is_cut(code, one, node) else (live + 1, cut)
    return live, cut


def _value_of(statement: ast.Assign, name: str) -> ast.expr:
    """`a, b = f(x), g(y)`: of b the second."""
    target = statement.targets[0]
    if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
        for part, value in zip(target.elts, statement.value.elts, strict=False):
            if isinstance(part, ast.Name) and part.id == name:
                return value
    return statement.value


def _is_cut(code: Code, node: ast.AST, top: ast.AST) -> bool:
    """`.detach()` stands around a node, within an expression; or its statement stands under `torch.no_grad()`."""
    if any(isinstance(outer, ast.With) and stops_gradients(code, outer) for outer in code.above(node)):
        return True
    for outer in code.above(node):
        if isinstance(outer, ast.Attribute) and outer.attr in _CUTS:
            return True
        if isinstance(outer, ast.Call) and node in outer.args:
            if code.dotted(outer.func) in _MAKES_NEW:
                return True
            if outer is top:
                return False
        if outer is top or not isinstance(outer, ast.Attribute | ast.Call | ast.Subscript | ast.BinOp):
            return False
        if isinstance(outer, ast.Call) and node in outer.args:
            return False
        node = outer
    return False
