"""What the terms of a script's own loss divide by, and whether that may be zero."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Names
from mladvisor.runs.script.code import Code, Function

_SAFE = re.compile(
    r"clamp|clip|maximum|max\(|eps|epsilon|1e-|where|nan_to_num|mask|pad|ignore|valid|!=|finite|abs\(\)\s*\+|\+\s*1\b|std|scale|norm|sigma"
)
"""What keeps a divisor from being zero, or says that it is a spread."""
_LABEL = re.compile(
    r"^(?:y|ys|yb|y_?true|y_?batch|batch_y|true|truth|label|labels|target|targets|gt|t|actual)$|^y_?(?:tr|train)$",
    re.IGNORECASE,
)
_CENTRED_LABEL = re.compile(r"^y[a-z0-9]?$|^y_|_y$|label|target|price", re.IGNORECASE)
_KEEPS = ("float", "squeeze", "view", "abs", "to", "unsqueeze", "reshape", "double")
COUNT, TARGET, CENTRED, NOTHING = "a count", "the target", "a centred target", "nothing"
CELLS = "a count of cells"
_OF_CELLS = re.compile(r"^(?:m|w|msk|obs)$|mask|valid|observed|present|known", re.IGNORECASE)


def _counts_cells(node: ast.AST) -> bool:
    """`mask.sum(1)`: along an axis, so that one row without any cell is enough."""
    summed = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sum"
    if not summed or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    axes = [*node.args, *(word.value for word in node.keywords if word.arg in ("dim", "axis"))]
    inner = node.func.value
    while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _KEEPS:
        inner = inner.func.value
    return bool(axes) and isinstance(inner, ast.Name) and _OF_CELLS.search(inner.id) is not None


def loss_divides_by(code: Code, names: Names) -> tuple[str, ast.AST] | None:
    """What a term of the loss is divided by that may be zero: a count of some of a batch's rows, or the target itself.

    A target that the script centres passes through zero; any other may be far from it.
    """
    terms = loss_terms(code)
    for node, labels in terms:
        for one in ast.walk(node):
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div):
                found = _may_be_zero(one.right, labels)
                if found == TARGET and _centres_labels(code) and not _is_shifted(node, one.right):
                    found = CENTRED
                if found:
                    return found, one
    return (NOTHING, terms[0][0]) if terms else None


def _is_shifted(term: ast.AST, divisor: ast.AST) -> bool:
    """The divisor was brought back from its scale before: `true = y * std + mean`."""
    names = {one.id for one in ast.walk(divisor) if isinstance(one, ast.Name)}
    for node in ast.walk(term):
        if not isinstance(node, ast.Assign):
            continue
        pairs: list[tuple[ast.AST, ast.AST]] = [(node.targets[0], node.value)]
        if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
        for target, value in pairs:
            if isinstance(target, ast.Name) and target.id in names and isinstance(value, ast.BinOp | ast.Call):
                return True
    return False


def _centres_labels(code: Code) -> bool:
    """`y = (y - mean) / std`: some line takes a value off the labels, and divides."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for one in ast.walk(node.value):
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) and isinstance(one.left, ast.BinOp):
                first = one.left.left
                named = {each.id for each in ast.walk(first) if isinstance(each, ast.Name)}
                if isinstance(one.left.op, ast.Sub) and any(_CENTRED_LABEL.search(name) for name in named):
                    return True
    return False


def loss_terms(code: Code) -> list[tuple[ast.AST, set[str]]]:
    """Expressions that make up what `backward` is called on, each with the names that hold labels there."""
    owners = {name.rpartition(".")[0] for _, name in code.calls if name.endswith(".backward")}
    lines = [
        node for node in code.nodes if isinstance(node, ast.Assign) and code.dotted(node.targets[0]) in owners - {""}
    ]
    found: list[tuple[ast.AST, set[str]]] = []
    functions: set[int] = set()
    for line in lines:
        block = [line.value, *_terms_above(code, line)]
        found += [(node, set()) for node in block]
        for call in (one for node in block for one in ast.walk(node) if isinstance(one, ast.Call)):
            function = code.functions.get(code.dotted(call.func).rpartition(".")[2])
            own = [one for one in function.args.args if one.arg not in ("self", "cls")] if function is not None else []
            if function is not None and id(function) not in functions and len(own) >= 2:
                functions.add(id(function))
                found.append((function, _label_parameters(function)))
    return found


def _terms_above(code: Code, line: ast.Assign) -> list[ast.AST]:
    """What the names of a line were set to just above it in the same block."""
    used = {node.id for node in ast.walk(line.value) if isinstance(node, ast.Name)}
    outer = code.parent(line)
    block = getattr(outer, "body", [])
    at = next((number for number, each in enumerate(block) if each is line), 0)
    return [
        each.value
        for each in block[max(0, at - 6) : at]
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name) and each.targets[0].id in used
    ]


def _label_parameters(function: Function) -> set[str]:
    """The second parameter of a loss is its labels, and so are names that are made of it alone."""
    names = {one.arg for one in function.args.args if one.arg not in ("self", "cls")}
    ordered = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
    labels = {ordered[1]} | {name for name in names if _LABEL.match(name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(node.targets[0], node.value)]
            if isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(node.targets[0].elts, node.value.elts, strict=False))
            for target, value in pairs:
                used = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
                if isinstance(target, ast.Name) and used & labels and not used & (names - labels):
                    labels.add(target.id)
    return labels


def _may_be_zero(divisor: ast.AST, labels: set[str]) -> str:
    """A count of some labels, labels themselves, or a count of each row's cells that are there, that nothing keeps from
    zero; "" for anything else.
    """
    if _counts_cells(divisor):
        return CELLS
    if _SAFE.search(ast.unparse(divisor)):
        return ""
    node = divisor
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEEPS:
        node = node.func.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.Mult):
        return _may_be_zero(node.left, labels)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("sum", "count_nonzero")
    ):
        named = (one.id for one in ast.walk(node.func.value) if isinstance(one, ast.Name))
        return COUNT if any(name in labels or _LABEL.match(name) for name in named) else ""
    if isinstance(node, ast.Subscript):
        node = node.value
    return TARGET if isinstance(node, ast.Name) and (node.id in labels or _LABEL.match(node.id)) else ""
