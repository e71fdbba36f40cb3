"""Expressions that put the rows of one array or table in another order, which nothing else is put in."""

from __future__ import annotations

import ast

from mladvisor.features.code_orders import is_shuffled_range
from mladvisor.runs.script.code import Code, Loop

ORDERS = ("permutation", "randperm")
"""What draws an order of rows."""


def reordered(code: Code, node: ast.expr) -> str:
    """The name of what an expression takes rows of, or turns: `X[order]`, `np.flip(X, axis=0)`, `X.sample(frac=1)`;
    "" for others.
    """
    node = _without_index(node)
    if isinstance(node, ast.Subscript):
        return code.dotted(node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("sample", "take"):
        return code.dotted(node.func.value)
    return code.dotted(node.args[0]) if isinstance(node, ast.Call) and node.args else ""


_AFTER = ("reset_index", "to_numpy", "copy", "values")


def _without_index(node: ast.expr) -> ast.expr:
    """`X.sample(frac=1)` of `X.sample(frac=1).reset_index(drop=True)`, of `X.sample(frac=1).values`."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr in _AFTER:
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _AFTER:
            node = node.func.value
        else:
            return node


def is_mixed_alone(code: Code, node: ast.expr) -> bool:
    """One array or table in a drawn order that no other gets: `shuffle(X)`, `rng.permutation(X)`, and
    `X.sample(frac=1).reset_index(drop=True)`.

    The index that a sample keeps brings rows and labels together again in pandas; without it they are apart.
    """
    inner = _without_index(node)
    if not isinstance(inner, ast.Call):
        return False
    name = code.dotted(inner.func)
    if name.rpartition(".")[2] == "sample":
        whole = any(word.arg == "frac" and ast.unparse(word.value) in ("1", "1.0") for word in inner.keywords)
        return whole and inner is not node
    drawn = name.rpartition(".")[2] == "permutation" or name in ("sklearn.utils.shuffle", "tensorflow.random.shuffle")
    return drawn and len(inner.args) == 1


def turns_rows(code: Code, node: ast.expr) -> bool:
    """The last row becomes the first, or rows move on: `X[::-1]`, `np.flip(X, axis=0)`, `np.roll(X, 1, axis=0)`."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        ends = (node.slice.lower, node.slice.upper, node.slice.step)
        return ends[:2] == (None, None) and ends[2] is not None and ast.unparse(ends[2]) == "-1"
    called = code.dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
    if not isinstance(node, ast.Call) or called not in ("flip", "roll", "flipud"):
        return False
    axis = next((word.value for word in node.keywords if word.arg in ("axis", "dims")), None)
    return called == "flipud" or (axis is not None and ast.unparse(axis) in ("0", "[0]", "(0,)"))


def is_drawn_for_it(code: Code, node: ast.expr) -> bool:
    """`X[rng.permutation(n)]`, or `X[order]` with a drawn order that is read nowhere else."""
    index = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(index, ast.Name):
        home = code.function_of(node)
        given = [one for one in code.assignments(index.id) if code.function_of(one) is home]
        read = [one for one in _reads_of(code, index.id) if code.function_of(one) is home or not _keeps(code, one)]
        if is_shuffled_range(code, given, read):
            return True
        index = given[0].value if len(given) == len(read) == 1 else None
    return isinstance(index, ast.Call) and code.dotted(index.func).rpartition(".")[2] in ORDERS


def _reads_of(code: Code, name: str) -> list[ast.Name]:
    return [one for one in code.nodes if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)]


def _keeps(code: Code, read: ast.Name) -> bool:
    """A name is another one in the function, or at the module's level, that it is read in: it gets a value there."""
    home = code.function_of(read)
    own = home is not None and any(one.arg == read.id for one in (*home.args.args, *home.args.kwonlyargs))
    return own or any(
        isinstance(one, ast.Name) and one.id == read.id and isinstance(one.ctx, ast.Store)
        and code.function_of(one) is home
        for one in code.nodes
    )  # fmt: skip


def is_view_of(code: Code, name: str, moved: str) -> bool:
    """`y = X[:, 0]`: a column of the very array, which moves with it."""
    return any(
        isinstance(one, ast.Subscript) and code.dotted(one.value) == moved
        for given in code.assignments(name)
        for one in ast.walk(given.value)
    )


def learns(loop: Loop) -> bool:
    """It steps an optimizer, fits by batches, or moves weights by hand: `W -= rate * gradient`."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _STEPS)
        or (isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub) and isinstance(node.value, ast.BinOp))
        for node in ast.walk(loop)
    )


_STEPS = ("backward", "step", "partial_fit", "train_on_batch", "apply_gradients", "fit")
