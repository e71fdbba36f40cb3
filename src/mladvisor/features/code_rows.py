"""Whether a training script keeps what belongs to a row in that row while it changes the form of its inputs."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, is_of_arrays
from mladvisor.runs.script.code import Code

_OF_ROWS = re.compile(
    r"(?i)(?:^|_)(?:xs?|inputs?|images?|imgs?|features?|feats?|data|signals?|seq(?:uence)?s?|batch|ys?|labels?|targets?)"
    r"(?:$|_|\d)|^[xy]_?(?:tr|te|va|train|test|val|valid|all|b)"
)
_SAME = frozenset(("contiguous", "copy", "clone", "astype", "float", "numpy", "to_numpy"))
"""Methods that leave rows and their order alone."""
_RESHAPES = ("reshape", "view", "reshape_as", "view_as")


def keeps_rows_whole(code: Code) -> Fact:
    """Rows and columns are not exchanged in place of each other; never known to be kept.

    `X.T.reshape(X.shape)` has the form of X, and no row of it is one of X: its numbers come from as many rows as X has
    columns. Of `X.reshape(X.shape[::-1]).T` the same holds.
    """
    for call, name in code.calls:
        if name.rpartition(".")[2] not in _RESHAPES:
            continue
        held, form = _reshaped(code, call, name)
        turned = _turned(code, held) if held is not None else None
        if turned is not None and _is_of_rows(code, turned) and _has_form_of(code, form, turned):
            return False, call
        outer = _beyond(code, call)
        if (
            held is not None
            and isinstance(outer, ast.Attribute)
            and outer.attr in ("T", "t")
            and _is_of_rows(code, held)
            and _is_reversed_form(code, form, held)
        ):
            return False, call
    return None


def _reshaped(code: Code, call: ast.Call, name: str) -> tuple[ast.expr | None, list[ast.expr]]:
    """What is given another form, and the arguments that say which: `x.reshape(n, -1)`, `np.reshape(x, (n, -1))`."""
    if is_of_arrays(name):
        return (call.args[0], call.args[1:]) if call.args else (None, [])
    return (call.func.value, list(call.args)) if isinstance(call.func, ast.Attribute) else (None, [])


def _inner(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
        node = node.func.value
    return node


def _beyond(code: Code, node: ast.AST) -> ast.AST | None:
    """What is done with a value next, past methods that leave it as it is."""
    outer = code.parent(node)
    while isinstance(outer, ast.Attribute) and outer.attr in _SAME:
        called = code.parent(outer)
        outer = code.parent(called) if called is not None else None
    return outer


def _turned(code: Code, node: ast.expr) -> ast.expr | None:
    """What an expression turns so that its first axis, that of the rows, is another one afterwards."""
    node = _inner(node)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return _inner(node.value)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    held, axes = node.func.value, [each.value for each in node.args if isinstance(each, ast.Constant)]
    if node.func.attr == "transpose" and code.dotted(node.func) in ("numpy.transpose", "torch.transpose"):
        held, rest = (node.args[0], node.args[1:]) if node.args else (None, [])  # type: ignore[assignment]
        axes = [each.value for each in rest if isinstance(each, ast.Constant)]
        if len(axes) != len(rest):
            return None
    elif len(axes) != len(node.args) or node.keywords:
        return None
    moves = (node.func.attr == "t" and not axes) or (
        node.func.attr in ("transpose", "swapaxes", "permute") and axes in ([], [0, 1], [1, 0])
    )
    return _inner(held) if moves and held is not None else None


def _is_of_rows(code: Code, node: ast.expr) -> bool:
    """A variable, or a part of an object, that is called after inputs or labels."""
    return (
        isinstance(node, ast.Name | ast.Attribute) and _OF_ROWS.search(code.dotted(node).rpartition(".")[2]) is not None
    )


def _has_form_of(code: Code, form: list[ast.expr], held: ast.expr) -> bool:
    """The form is that which the value has itself: `x.shape`, `*x.shape`, `x.size()`, `(len(x), -1)`, `x`."""
    own = ast.unparse(held)
    said = [_plain(code, each, own) for each in _parts(code, form)]
    whole = ([f"{own}.shape"], [f"*{own}.shape"], [f"{own}.size()"], [own])
    first, second = (f"len({own})", f"{own}.shape[0]", f"{own}.size(0)"), (f"{own}.shape[1]", f"{own}.size(1)")
    if said in whole:
        return True
    return len(said) == 2 and (
        (said[0] in first and said[1] in (*second, "-1")) or (said[0] == "-1" and said[1] in second)
    )


def _is_reversed_form(code: Code, form: list[ast.expr], held: ast.expr) -> bool:
    own = ast.unparse(held)
    said = [_plain(code, each, own) for each in _parts(code, form)]
    first, second = (f"len({own})", f"{own}.shape[0]", f"{own}.size(0)"), (f"{own}.shape[1]", f"{own}.size(1)")
    if said in ([f"{own}.shape[::-1]"], [f"*{own}.shape[::-1]"]):
        return True
    return len(said) == 2 and said[0] in (*second, "-1") and said[1] in (*first, "-1") and said != ["-1", "-1"]


def _parts(code: Code, form: list[ast.expr]) -> list[ast.expr]:
    """The sizes one by one, whether they stand in a tuple or not."""
    only = code.meant(form[0]) if len(form) == 1 else None
    return list(only.elts) if isinstance(only, ast.Tuple | ast.List) else form


def _plain(code: Code, node: ast.expr, own: str) -> str:
    """An expression as text, what names stand for in their place (`n, d = x.shape`) but for the value itself."""
    if isinstance(node, ast.Name) and node.id != own:
        for each in code.assignments(node.id):
            return ast.unparse(each.value)
        for made in code.nodes:
            if isinstance(made, ast.Assign) and isinstance(made.targets[0], ast.Tuple):
                names = [getattr(each, "id", "") for each in made.targets[0].elts]
                if node.id in names and isinstance(made.value, ast.Attribute) and made.value.attr == "shape":
                    return f"{ast.unparse(made.value)}[{names.index(node.id)}]"
    return ast.unparse(node)
