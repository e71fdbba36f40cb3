"""Numbers of classes that a script gives in order of appearance, to training labels and to others each by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from mladvisor.features.code_names import LABEL_NAME
from mladvisor.runs.script.code import Code

_LOSSES = re.compile(r"CrossEntropyLoss|NLLLoss|BCE\w{0,20}Loss|cross_entropy|nll_loss")


def numbered_labels(code: Code) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(the mapping, what gets the numbers) of `{name: i for i, name in enumerate(names.unique())}`, where what it gives
    is called labels or is what a loss compares with.
    """
    is_label = _is_label(code)
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.value, ast.DictComp):
            continue
        over = node.value.generators[0].iter if len(node.value.generators) == 1 else None
        counted = isinstance(over, ast.Call) and code.dotted(over.func) == "enumerate" and len(over.args) == 1
        kept = code.dotted(node.targets[0])
        if counted and kept and isinstance(over, ast.Call) and any(map(is_label, _stored_by(code, kept))):
            yield node.value, over.args[0]


def _stored_by(code: Code, mapping: str) -> Iterator[str]:
    """The names that hold what a mapping gives: `y = [codes[one] for one in names]`, `y = names.map(codes)`."""
    for node in code.nodes:
        read = isinstance(node, ast.Name) and node.id == mapping and isinstance(node.ctx, ast.Load)
        if not read:
            continue
        statement = next((one for one in code.above(node) if isinstance(one, ast.stmt)), None)
        if isinstance(statement, ast.Assign):
            yield from (code.dotted(one) for one in statement.targets)


def _is_label(code: Code) -> Callable[[str], bool]:
    """Whether a name is one of labels: by its name, or as the second of what a loss is handed."""
    makers = {code.assigned_to(call) for call, name in code.calls if _LOSSES.search(name)} - {""}
    compared = {
        _root(call.args[1]) for call, name in code.calls
        if len(call.args) > 1 and (name in makers or _LOSSES.search(name))
    } - {""}  # fmt: skip
    return lambda name: bool(name) and (bool(LABEL_NAME.search(name.lower())) or name in compared)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
