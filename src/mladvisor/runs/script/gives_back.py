"""Whether a script trains its model to give its inputs back: the loss compares what is made of `x` with `x` itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.losses import loss_name

_LOSS = re.compile(r"(?i)loss|crit|objective|^(?:nn_)?(?:mse|mae|bce|l1|huber|recon\w*)$")
_LABEL = re.compile(r"(?i)^(?:y|ys|yb|labels?|targets?)(?:$|_)|_(?:y|labels?|targets?)$")
_FORM = frozenset(
    ("view", "reshape", "flatten", "ravel", "squeeze", "unsqueeze", "permute", "contiguous", "float", "double", "to",
     "cuda", "cpu", "numpy", "astype", "detach", "clone", "mean", "sum")
)  # fmt: skip
"""Methods after which a value is still the same one, or the mean of it."""
_DEPTH = 8


def gives_back(code: Code) -> bool:
    """`loss(decoder(encoder(x)), x)`, `((model(x) - x) ** 2).mean()`, `model.fit(x, x)`, with and without noise on the
    input; not so where another loss is taken of labels.
    """
    made = _made(code)
    pairs = list(_compared(code))
    return any(_is_made_of(a, b, made) or _is_made_of(b, a, made) for a, b in pairs) and not any(
        isinstance(side, ast.Name) and _LABEL.search(side.id) and not _is_made_of(other, side, made)
        for pair in pairs
        for side, other in (pair, pair[::-1])
    )


def _compared(code: Code) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What the script holds against each other: the two sides of its losses, differences that it squares."""
    makers = {code.assigned_to(call) for call, name in code.calls if loss_name(name).startswith("nn.")} - {""}
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        sides = [*call.args[:2], *(word.value for word in call.keywords if word.arg in ("y", "target", "y_true"))][:2]
        if len(sides) == 2 and last == "fit":
            # the model stands between the two
            yield ast.Call(func=call.func, args=[sides[0]], keywords=[]), _core(sides[1])
        elif len(sides) == 2 and last[:1].islower() and (last in makers or loss_name(name) or _LOSS.search(last)):
            yield _core(sides[0]), _core(sides[1])
    for node in code.nodes:
        squared = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.left, ast.BinOp)
        if squared and isinstance(node.left.op, ast.Sub):  # type: ignore[attr-defined]
            yield _core(node.left.left), _core(node.left.right)  # type: ignore[attr-defined]


def _made(code: Code) -> dict[str, list[ast.expr]]:
    """What each name is set to; the parts of `recon, mu, logvar = model(x)` all to the call."""
    found: dict[str, list[ast.expr]] = {}
    for node in code.nodes:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            for part in parts:
                if isinstance(part, ast.Name) and isinstance(node, ast.Assign):
                    found.setdefault(part.id, []).append(node.value)
    return found


def _core(node: ast.expr) -> ast.expr:
    """The value whose form or place is changed: `x` of `x.view(-1, 784).to(device)`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FORM:
        node = node.func.value
    return node


def _is_made_of(node: ast.expr, source: ast.expr, made: dict[str, list[ast.expr]]) -> bool:
    """A call, or a chain of them, that takes the source as its first argument.

    Step by step, and each name once: `x = relu(x)`, written thirty times, has more chains than anybody can follow.
    """
    told, seen = ast.dump(source), set[str]()
    level = [node]
    for depth in range(_DEPTH + 1):
        further: list[ast.expr] = []
        for each in map(_core, level):
            if isinstance(each, ast.Name):
                values = made.get(each.id, ()) if each.id not in seen else ()
                further += (value for value in values if value is not source)
                seen.add(each.id)
                continue
            taken = _taken(each, inside=depth > 0)
            if any(ast.dump(_core(one)) == told for one in taken):
                return True
            further += taken
        level = further
    return False


def _taken(node: ast.expr, *, inside: bool) -> list[ast.expr]:
    """What a value is made of: the first argument of a call; within one, both sides of a sum as well."""
    if isinstance(node, ast.BinOp) and inside:  # noise on the input
        return [node.left, node.right]
    if isinstance(node, ast.Call) and node.args and not isinstance(node.args[0], ast.Starred):
        return [node.args[0]]
    return []
