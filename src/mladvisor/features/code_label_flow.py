"""Whether the labels of a training script are made of a variable: `y` is cut out of a series that was scaled before.

Numbers are followed as they are: through slices, casts, lists that are filled and functions of the script. What is
computed of them, compared, or returned by a model is something else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import pairs

_LABELS = re.compile(
    r"(?i)(?:y|ys|labels?|targets?)(?:_?(?:train|tr|all))?|(?:train|tr|all)_?(?:y|ys|labels?|targets?)"
)
_ARRAYS = re.compile(r"(?:numpy|np|torch|tf|tensorflow|jnp|jax\.numpy|pandas|pd)\.|(?:list|tuple)$")
_LEFT_ALONE = frozenset(
    ("values", "to_numpy", "astype", "reshape", "ravel", "flatten", "squeeze", "copy", "float", "view", "unsqueeze",
     "to", "numpy", "tolist", "reset_index")
)  # fmt: skip
"""Methods after which the numbers are the same."""
_HOPS = 30  # variables that are followed


def becomes_labels(code: Code, name: str, *, after: int) -> bool:
    """What is called a label is made of the variable, as it stands after a line of the script."""
    later = [
        (target.id, value, node)
        for node in code.nodes
        if isinstance(node, ast.Assign) and node.lineno > after and code.function_of(node) is None
        for target, value in pairs(node)
        if isinstance(target, ast.Name)
    ]
    pending = [one for one, _, _ in later if _LABELS.fullmatch(one)]
    seen = set(pending)
    while pending and len(seen) < _HOPS:
        label = pending.pop()
        for target, value, node in later:
            if target != label:
                continue
            for made in _given(code, node, target, value):
                if made == name:
                    return True
                if made not in seen:
                    seen.add(made)
                    pending.append(made)
    return False


def _given(code: Code, node: ast.Assign, target: str, value: ast.expr | None) -> Iterator[str]:
    """The variables whose numbers one of an assignment's targets gets."""
    for outer in node.targets:
        if isinstance(outer, ast.Tuple) and isinstance(node.value, ast.Call):  # X, y = windows(series)
            at = next((at for at, each in enumerate(outer.elts) if getattr(each, "id", "") == target), None)
            if at is not None:
                yield from _returned(code, node.value, at)
                return
    if value is not None:
        yield from _carried(code, value)


def _carried(code: Code, node: ast.expr) -> Iterator[str]:
    """The variables whose numbers an expression takes as they are: what it is indexed by, or compared with, is none."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in ("values", "T")):
        yield from _carried(code, node.value)
    elif isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _carried(code, each)
    elif isinstance(node, ast.ListComp):
        yield from _carried(code, node.elt)
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _LEFT_ALONE:
            yield from _carried(code, node.func.value)
        elif _ARRAYS.match(code.dotted(node.func)) and node.args:
            yield from _carried(code, node.args[0])
        else:
            yield from _returned(code, node, None)


def _returned(code: Code, call: ast.Call, at: int | None) -> Iterator[str]:
    """The variables handed to a function of the script whose numbers it gives back, at one place of a tuple."""
    function = code.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
    if function is None:
        return
    takes = [each.arg for each in function.args.args]
    given = dict(zip(takes, call.args, strict=False)) | {word.arg: word.value for word in call.keywords if word.arg}
    inside = list(ast.walk(function))
    pending = [
        node.value.elts[at]
        if at is not None and isinstance(node.value, ast.Tuple) and at < len(node.value.elts)
        else node.value
        for node in inside
        if isinstance(node, ast.Return) and node.value is not None
    ]
    seen: set[str] = set()
    while pending and len(seen) < _HOPS:
        for name in set(_carried(code, pending.pop())) - seen:
            seen.add(name)
            if name in given:
                yield from _carried(code, given[name])
            for node in inside:
                made = [value for target, value in pairs(node) if getattr(target, "id", "") == name]
                pending += [value for value in (*made, _filled(node, name)) if value is not None]


def _filled(node: ast.AST, name: str) -> ast.expr | None:
    """What a list gets by `name.append(...)`."""
    call = node.func if isinstance(node, ast.Call) and node.args else None
    fills = (
        isinstance(call, ast.Attribute) and call.attr in ("append", "extend") and getattr(call.value, "id", "") == name
    )
    return node.args[0] if fills and isinstance(node, ast.Call) else None
