"""Whether a script flattens outputs and labels in the same order before it compares them."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.losses import loss_name
from mladvisor.runs.script.seen import method

_FLATTENS = frozenset(("reshape", "view", "flatten", "ravel"))
_TURNS = frozenset(("transpose", "permute", "swapaxes", "movedim", "moveaxis"))
_FIRST_TWO = (["0", "1"], ["1", "0"], ["1", "0", "2"])
_TURNING = re.compile(
    r"\.(?:transpose|permute|swapaxes|movedim|moveaxis|t)\(|\.m?T\b|rearrange|einsum|batch_first\s*=\s*False"
)
_RECURRENT = re.compile(r"\b(?:nn\.)?(?:RNN|LSTM|GRU|TransformerEncoderLayer|MultiheadAttention|Transformer)\(")
_CONVOLVES = ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "ConvTranspose1d")


def flattens_alike(code: Code, names: Names) -> Fact:
    """Outputs and labels are flattened in the same order; never known to be so.

    `loss(logits.transpose(0, 1).reshape(-1, V), y.reshape(-1))` compares each step of a sequence with that of another
    one, unless the model had turned the axes before; so does `loss(maps.view(-1, C), masks.view(-1))` of a convolution,
    whose classes lie on the second axis.
    """
    for call, name in code.calls:
        if len(call.args) < 2 or not (loss_name(name) or _is_made_loss(code, name)):
            continue
        first, second = (_chain(code, call, each) for each in call.args[:2])
        outputs, labels = ([one for part in parts for one in _way(part)] for parts in (first, second))
        if not _FLATTENS & set(outputs) or not _FLATTENS & set(labels) or _TURNS & set(labels):
            continue
        if _TURNS & set(outputs):
            if any(map(_is_of_first_two, first)) and len(_TURNING.findall(code.text)) == 1 and _keeps_rows_first(code):
                return False, call
        elif _ends_in_maps(code, names, first[-1]) and not _TURNING.search(code.text) and _by_classes(first[0]):
            return False, call
    return None


def _is_made_loss(code: Code, name: str) -> bool:
    """`lossf = nn.CrossEntropyLoss()`, and then `lossf(...)`."""
    made = [node.value for node in code.assignments(name)]
    return len(made) == 1 and isinstance(made[0], ast.Call) and bool(loss_name(code.dotted(made[0].func)))


def _chain(code: Code, call: ast.Call, node: ast.expr) -> list[ast.expr]:
    """An expression, and what the names were set to that its methods are called on: `out.view(-1)`, `net(x)`."""
    found = [node]
    for _ in range(3):
        base = found[-1]
        while True:
            if isinstance(base, ast.Subscript | ast.Attribute):
                base = base.value
            elif isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute):
                base = base.func.value
            else:
                break
        made = _set_to(code, call, base)
        if made is base:
            break
        found.append(made)
    return found


def _set_to(code: Code, call: ast.Call, node: ast.expr) -> ast.expr:
    """What a name was set to that is handed over: the last statement above the call, in its function."""
    if not isinstance(node, ast.Name):
        return node
    function = code.function_of(call)
    above = [
        each for each in code.assignments(node.id) if code.function_of(each) is function and each.lineno < call.lineno
    ]
    return above[-1].value if above else node


def _way(node: ast.expr) -> list[str]:
    """The methods that an expression calls one after the other, the last first: "reshape", "transpose"."""
    found: list[str] = []
    while True:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found.append(node.func.attr)
            node = node.func.value
        elif isinstance(node, ast.Attribute):
            found += ["transpose"] if node.attr in ("T", "mT") else []
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return found


def _is_of_first_two(node: ast.expr) -> bool:
    """The axes that are exchanged are those of rows and steps."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in _TURNS:
            return [ast.unparse(each) for each in one.args] in _FIRST_TWO
    return False


def _keeps_rows_first(code: Code) -> bool:
    """Every recurrent layer or attention is told that rows come first; without any, nothing turns them."""
    made = [match.end() for match in _RECURRENT.finditer(code.text)]
    return all("batch_first=True" in code.text[at : at + 250].replace(" ", "") for at in made)


def _ends_in_maps(code: Code, names: Names, node: ast.expr) -> bool:
    """What is flattened is what a model gives whose last layer is a convolution."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _FLATTENS:
        node = node.func.value
    node = code.meant(node)
    made = names.made.get(code.dotted(node.func)) if isinstance(node, ast.Call) else None
    if isinstance(made, ast.Call):
        last = made.args[-1] if made.args else None
        return isinstance(last, ast.Call) and _convolves(code, last)
    forward = method(made, "forward") if isinstance(made, ast.ClassDef) else None
    returned = [one.value for one in ast.walk(forward) if isinstance(one, ast.Return)] if forward is not None else []
    if len(returned) != 1 or not isinstance(returned[0], ast.Call) or not isinstance(made, ast.ClassDef):
        return False
    layer = code.dotted(returned[0].func)
    return any(
        isinstance(one, ast.Assign) and code.dotted(one.targets[0]) == layer and _convolves(code, one.value)
        for one in ast.walk(made)
    )


def _convolves(code: Code, node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _CONVOLVES


def _by_classes(node: ast.expr) -> bool:
    """`view(-1, C)`: more than one class, the rest in one axis."""
    given = node.args if isinstance(node, ast.Call) else []
    return len(given) == 2 and ast.unparse(given[0]) == "-1" and ast.unparse(given[1]) not in ("1", "-1")
