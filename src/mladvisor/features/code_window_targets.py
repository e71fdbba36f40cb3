"""Whether the target of a window that a script cuts out of a series lies within the window itself.

`X.append(a[i:i + w]); y.append(a[i + w - 1])` asks for the last row that the model is shown: one place too early.
Columns that a window leaves out may be the target's, and another array may hold it alone; so only an array that stands
whole in the inputs counts.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.code import Code, Function

_SHOWN_ON_PURPOSE = re.compile(r"autoencod|reconstruct|denois|smooth|imput|nowcast", re.IGNORECASE)
_JOINS = frozenset(("stack", "column_stack", "concatenate", "concat", "hstack", "c_", "cat", "dstack"))
_Sum = dict[str, int]


def targets_lie_outside_windows(code: Code) -> Fact:
    """False where the target is one of the last rows of the window, of what the window shows; never known not to be."""
    if _SHOWN_ON_PURPOSE.search(code.text):
        return None
    for node in code.nodes:
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            continue
        if isinstance(node.slice, ast.Slice) or not _is_label(code, node):
            continue
        place = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        at = _sum(place)
        if at is None:
            continue
        for window in _windows_beside(code, node):
            cut = window.slice
            end, start = (_sum(cut.upper), _sum(cut.lower)) if isinstance(cut, ast.Slice) else (None, None)
            if end is None or start is None or not _is_shown(code, window, node):
                continue
            before_end, behind_start = _less(end, at), _less(at, start)
            early = set(behind_start) <= {""} and behind_start.get("", 0) < 0
            if set(before_end) <= {""} and before_end.get("", 0) >= 1 and not early:
                return False, node
    return None


def _is_label(code: Code, node: ast.Subscript) -> bool:
    """It is kept as a target: `y.append(b[i])`, or the second thing that `__getitem__` gives back."""
    for outer in code.above(node):
        if isinstance(outer, ast.Call) and isinstance(outer.func, ast.Attribute) and outer.func.attr == "append":
            return LABEL_NAME.search(code.dotted(outer.func.value).rpartition(".")[2].lower()) is not None
        if isinstance(outer, ast.Return):
            return isinstance(outer.value, ast.Tuple) and node in ast.walk(outer.value.elts[-1])
        if isinstance(outer, ast.stmt):
            return False
    return False


def _windows_beside(code: Code, node: ast.Subscript) -> list[ast.Subscript]:
    """The windows of all columns that are cut in the same turn of the loop, or given back beside the target."""
    loops, function = code.loops_of(node), code.function_of(node)
    around = loops[0] if loops else function if function is not None and function.name == "__getitem__" else None
    if around is None:
        return []
    return [one for one in ast.walk(around) if isinstance(one, ast.Subscript) and _is_window(one)]


def _is_window(node: ast.Subscript) -> bool:
    part = node.slice
    return (
        isinstance(node.value, ast.Name)
        and isinstance(part, ast.Slice)
        and part.lower is not None
        and part.upper is not None
        and part.step is None
    )


def _is_shown(code: Code, window: ast.Subscript, target: ast.Subscript) -> bool:
    """The window's array is that of the target, or one into which it was joined as a whole."""
    shown, asked = code.dotted(window.value), code.dotted(target.value)
    if shown == asked:
        return True
    if isinstance(target.slice, ast.Tuple):
        return False
    function = code.function_of(target)
    given = [each.arg for each in function.args.args] if function is not None else []
    if function is None or shown not in given or asked not in given:
        return _is_joined(code, shown, asked)
    calls = [call for call, name in code.calls if name.rpartition(".")[2] == function.name]
    pairs = [(_given(call, function, shown), _given(call, function, asked)) for call in calls]
    return bool(pairs) and all(
        first and second and (first == second or _is_joined(code, first, second)) for first, second in pairs
    )


def _given(call: ast.Call, function: Function, name: str) -> str:
    """The variable that a parameter is called with, or rows of it: `feats[:split]`."""
    at = [each.arg for each in function.args.args].index(name)
    node = next(
        (word.value for word in call.keywords if word.arg == name), call.args[at] if at < len(call.args) else None
    )
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_joined(code: Code, whole: str, part: str) -> bool:
    """`whole = np.stack([part, ...], axis=1)`."""
    made = code.assignments(whole)
    if len(made) != 1:
        return False
    return any(
        isinstance(one, ast.Call)
        and code.dotted(one.func).rpartition(".")[2] in _JOINS
        and bool(one.args)
        and isinstance(one.args[0], ast.List | ast.Tuple)
        and any(isinstance(each, ast.Name) and each.id == part for each in one.args[0].elts)
        for one in ast.walk(made[0].value)
    )


def _sum(node: ast.AST | None) -> _Sum | None:
    """An expression as a sum of names and a number (under ""): `i + w - 1`."""
    if isinstance(node, ast.Name | ast.Attribute):
        return {ast.unparse(node): 1}
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        return {"": node.value} if node.value else {}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        left, right = _sum(node.left), _sum(node.right)
        if left is None or right is None:
            return None
        return _less(left, {name: -count for name, count in right.items()} if isinstance(node.op, ast.Add) else right)
    return None


def _less(first: _Sum, second: _Sum) -> _Sum:
    """The difference of two sums, without what cancels out."""
    names = first.keys() | second.keys()
    return {name: left for name in names if (left := first.get(name, 0) - second.get(name, 0))}
