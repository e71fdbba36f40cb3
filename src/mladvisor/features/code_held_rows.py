"""What a data set of the script holds, of which it gives one row at a time: `return self.x[i], self.y[i]`."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.seen import method

_CASTS = frozenset(("float", "long", "double", "to", "astype", "clone", "copy"))
_MAKES = frozenset(("tensor", "as_tensor", "from_numpy", "FloatTensor", "array", "asarray"))


def rows_held(code: Code, data_set: ast.ClassDef, at: tuple[int, ...]) -> ast.expr | None:
    """What the constructor keeps, of which the part `at` of an item is the row of that number: a batch of such rows has
    its shape. None where an item is made in any other way.
    """
    item = method(data_set, "__getitem__")
    start = method(data_set, "__init__")
    if item is None or start is None or len(at) != 1 or len(item.args.args) != 2:
        return None
    number = item.args.args[1].arg
    returned = [one.value for one in ast.walk(item) if isinstance(one, ast.Return)]
    if len(returned) != 1 or not isinstance(returned[0], ast.Tuple) or at[0] >= len(returned[0].elts):
        return None
    node = _bare(code, _set_in(code, item, returned[0].elts[at[0]]))
    if not isinstance(node, ast.Subscript) or ast.unparse(node.slice) != number:
        return None
    name = code.dotted(node.value)
    kept = [one for one in ast.walk(start) if isinstance(one, ast.Assign) and code.dotted(one.targets[0]) == name]
    pairs = [
        (target, value)
        for one in ast.walk(start)
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Tuple) and isinstance(one.value, ast.Tuple)
        for target, value in zip(one.targets[0].elts, one.value.elts, strict=False)
        if code.dotted(target) == name
    ]
    if len(kept) + len(pairs) != 1 or not name.startswith("self."):
        return None
    return kept[0].value if kept else pairs[0][1]


def _set_in(code: Code, item: ast.AST, node: ast.expr) -> ast.expr:
    """What a name is set to in the method, once."""
    if not isinstance(node, ast.Name):
        return node
    made = [one for one in code.assignments(node.id) if code.function_of(one) is item]
    return made[0].value if len(made) == 1 else node


def _bare(code: Code, node: ast.expr) -> ast.expr:
    """An expression without casts, and without what only makes a tensor of it."""
    while isinstance(node, ast.Call):
        last = code.dotted(node.func).rpartition(".")[2]
        if last in _MAKES and node.args:
            node = node.args[0]
        elif last in _CASTS and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node
