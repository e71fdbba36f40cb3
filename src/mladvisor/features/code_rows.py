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
        if held is not None and turned is None and _is_of_rows(code, _inner(held)) and _axes_renamed(code, form, held):
            return False, call
    return None


_SPATIAL_LAST = re.compile(
    r"(?i)\bNHWC\b|\bHWC\b|\bB?N?\s*,\s*H\s*,\s*W\s*,\s*(?:C|\d)|channels?[ _-]?last|\bH\s*x\s*W\s*x\s*(?:C\b|3)"
)
"""How comments and names say that the channels of pictures come last."""
_GIVES_CHANNELS_LAST = re.compile(r"cifar\d+\.load_data|imread\(|Image\.open\(|CIFAR10+\([^\n]*\)\.data|img_to_array\(")
_FLAT_PLANES = re.compile(r"data_batch|cifar-10+-batches|stl10.*\.bin")
"""Files of pictures whose rows are one plane of a colour after the other."""
_TURNS_AXES = re.compile(r"permute|transpose|rearrange|moveaxis|swapaxes|einsum|ToTensor|\.T\b")
_COLOURS = ("3", "c", "channels", "n_channels", "in_channels", "num_channels", "4")


def _axes_renamed(code: Code, form: list[ast.expr], held: ast.expr) -> bool:
    """The form is that of other axes, and none was turned: numbers of one pixel, or step, land in many.

    `n, h, w, c = x.shape` and then `x.reshape(n, c, h, w)`; `x.reshape(x.shape[0], x.shape[2], x.shape[1])`; pictures
    whose channels come last, by what reads them or by a comment, as `x.reshape(-1, 3, 32, 32)`.
    """
    own = ast.unparse(_inner(held))
    parts = _parts(code, form)
    said = [_plain(code, each, own) for each in parts]
    axes = [_axis_of(each, own) for each in said]
    if None not in axes and len(axes) > 1:
        return sorted(axes) == list(range(len(axes))) != axes  # type: ignore[type-var]
    rest = [axis for axis in axes[1:] if axis is not None]
    if axes[0] in (0, None) and len(rest) == len(axes) - 1 > 1 and said[0] in ("-1", f"len({own})", f"{own}.shape[0]"):
        return sorted(rest) == list(range(1, len(axes))) != rest
    if len(parts) not in (3, 4) or _TURNS_AXES.search(code.text):
        return False
    words = [ast.unparse(each).lower().rpartition(".")[2] for each in parts[-3:]]
    first, last = words[0] in _COLOURS, words[-1] in _COLOURS
    pixels = {word for word in words if word not in _COLOURS}
    if first == last or "-1" in pixels or pixels & {"1", "2"}:
        return False
    told = _SPATIAL_LAST.search(code.text) or _GIVES_CHANNELS_LAST.search(code.text)
    return bool(told if first else _FLAT_PLANES.search(code.text))


def _axis_of(said: str, own: str) -> int | None:
    """Which axis of a value a size is: 1 of `x.shape[1]`, of `x.size(1)`; None for other expressions."""
    for opens, closes in ((f"{own}.shape[", "]"), (f"{own}.size(", ")")):
        inner = said.removeprefix(opens).removesuffix(closes)
        if said == f"{opens}{inner}{closes}" and inner.isdigit():
            return int(inner)
    return 0 if said == f"len({own})" else None


def _reshaped(code: Code, call: ast.Call, name: str) -> tuple[ast.expr | None, list[ast.expr]]:
    """What is given another form, and the arguments that say which: `x.reshape(n, -1)`, `np.reshape(x, (n, -1))`."""
    if is_of_arrays(name):
        return (call.args[0], call.args[1:]) if call.args else (None, [])
    return (call.func.value, list(call.args)) if isinstance(call.func, ast.Attribute) else (None, [])


_MAKES_ARRAYS = frozenset(("from_numpy", "tensor", "as_tensor", "asarray", "array", "Tensor", "FloatTensor"))
"""Functions of libraries of arrays that take over what they get as it is."""


def _inner(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and isinstance(called := node.func, ast.Attribute):
        if called.attr in _SAME:
            node = called.value
        elif called.attr in _MAKES_ARRAYS and node.args:
            node = node.args[0]
        else:
            break
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
