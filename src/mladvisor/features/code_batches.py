"""How a script cuts its batches: whether the labels of a batch are those of its rows."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact, Names
from mladvisor.features.code_pairs import out_of_step
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.losses import loss_name

_ORDERS = ("randperm", "permutation", "sample", "argsort")


def takes_labels_of_its_rows(code: Code, names: Names) -> Fact:
    """Inputs and labels of a batch are taken by the same index.

    Not so where rows are taken in a random order and their labels by position: `loss(model(X[order[i:j]]), y[i:j])`,
    nor where one of the two goes by another order of the same index, or is turned along the rows.
    """
    apart = out_of_step(code, names)
    if apart is not None:
        return False, apart
    for call, name in code.calls:
        if len(call.args) < 2 or not _may_be_loss(code, name):
            continue
        answered = _answered(code, call, call.args[0])
        first = [node for node in ast.walk(answered) if isinstance(node, ast.Subscript)]
        labels = _bare(call.args[1])
        if len(first) != 1 or not isinstance(labels, ast.Subscript):
            continue
        rows, taken = first[0].slice, labels.slice
        if _is_random_order(code, call, rows) and isinstance(taken, ast.Slice) and _is_by_position(code, taken):
            return False, call
        if ast.dump(rows) == ast.dump(taken):
            return True, call
    return None


def _answered(code: Code, call: ast.Call, given: ast.expr) -> ast.expr:
    """What a name of outputs was set to in the same round of the same loop: `out = net(x[rows]); loss = f(out, y)`."""
    if not isinstance(given, ast.Name):
        return given
    loop = code.loops_of(call)[:1]
    made = [node.value for node in code.assignments(given.id) if loop and code.loops_of(node)[:1] == loop]
    return made[0] if len(made) == 1 and isinstance(made[0], ast.Call) else given


def _may_be_loss(code: Code, name: str) -> bool:
    last = name.rpartition(".")[2].lower()
    return bool(loss_name(name)) or any(part in last for part in ("loss", "criterion", "objective", "lf", "ce", "mse"))


def _bare(node: ast.AST) -> ast.AST:
    """`y[i:j].float().to(device)` as `y[i:j]`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    return node


def _is_by_position(code: Code, taken: ast.Slice) -> bool:
    """Bounds are the counter of a loop over `range(0, n, size)`."""
    if not isinstance(taken.lower, ast.Name):
        return False
    return any(
        isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id == taken.lower.id
        and isinstance(loop.iter, ast.Call) and code.dotted(loop.iter.func).rpartition(".")[2] in ("range", "trange")
        for loop in code.loops_of(taken)
    )  # fmt: skip


def _is_random_order(code: Code, call: ast.Call, rows: ast.AST, depth: int = 0) -> bool:
    """The index comes from a permutation: every name in it, followed to where it is set in the same function."""
    if depth > 4:
        return False
    if isinstance(rows, ast.IfExp):
        chosen = _chosen(code, rows)
        return chosen is not None and _is_random_order(code, call, chosen, depth + 1)
    for node in ast.walk(rows):
        if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _ORDERS:
            return True
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        function = code.function_of(call)
        for one in code.nodes:
            if (
                isinstance(one, ast.Assign)
                and code.function_of(one) is function
                and any(isinstance(target, ast.Name) and target.id == node.id for target in one.targets)
                and _is_random_order(code, call, one.value, depth + 1)
            ):
                return True
    return False


def _chosen(code: Code, node: ast.IfExp) -> ast.expr | None:
    """The arm of `randperm(n) if SHUFFLE else arange(n)` that is taken, where the name is set once to a constant."""
    test = node.test
    turned = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    name = test.operand if turned and isinstance(test, ast.UnaryOp) else test
    if not isinstance(name, ast.Name):
        return None
    given = [one.value for one in code.assignments(name.id)]
    if len(given) != 1 or not isinstance(given[0], ast.Constant):
        return None
    return node.body if bool(given[0].value) != turned else node.orelse
