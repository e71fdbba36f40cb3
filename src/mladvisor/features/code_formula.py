"""Losses that a script writes by hand: a formula that has no lowest value is minimised without end.

Only functions that are called a loss are looked at, and only where the whole formula can be followed within them.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

CALLED = re.compile(
    r"(?:^|_)(?:loss|nll|criterion|objective|cross_?entropy|mse|mae|bce|ce)(?:_|$)|loss$", re.IGNORECASE
)
_TURNED = re.compile(r"-\s*(?:self\.)?\w*(?:loss|criterion|objective)|maximi[sz]e\s*=\s*True|ascent", re.IGNORECASE)
_REDUCES = frozenset(("mean", "sum", "squeeze", "float", "view", "reshape", "flatten", "nanmean"))
_LABEL = re.compile(r"y|t(?:gt|arget|rue|ruth)?s?$|label|target|true|truth|gt|actual|expected|gold", re.IGNORECASE)
_LOGS = frozenset(("log", "log_softmax", "logsigmoid", "log1p"))
_PICKS = frozenset(("gather", "unsqueeze", "clamp", *_REDUCES))


def loss_has_floor(code: Code) -> Fact:
    """The loss cannot fall for ever; False for a signed difference, and for a log-likelihood without its minus."""
    if _TURNED.search(code.text):
        return None
    for function in code.functions.values():
        if function is None:
            continue
        returned = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
        if not CALLED.search(function.name) or len(returned) != 1 or returned[0].value is None:
            continue
        taken = [one.arg for one in function.args.args if one.arg != "self"]
        set_once = set_once_in(function)
        formula = _bare(code, returned[0].value, set_once)
        if len(taken) >= 2 and (_is_signed(code, formula, taken, set_once) or _is_likelihood(code, formula, set_once)):
            return False, returned[0]
    return None


def set_once_in(function: ast.AST) -> dict[str, ast.expr]:
    """Names of a function that one statement sets."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).extend((node.value, node.value))
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _bare(code: Code, node: ast.expr, names: dict[str, ast.expr], also: frozenset[str] = _REDUCES) -> ast.expr:
    """The formula under `.mean()`, `torch.mean(...)` and names that stand for it."""
    for _ in range(8):
        if isinstance(node, ast.Name) and node.id in names:
            node = names[node.id]
        elif isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in also | _attribute(node, also):
            held = node.func.value if isinstance(node.func, ast.Attribute) else None
            of_module = held is None or code.dotted(held) in ("torch", "tf", "np", "tensorflow", "numpy", "K", "jnp")
            if of_module and not node.args:
                return node
            node = node.args[0] if of_module else held or node
        else:
            return node
    return node


def _attribute(node: ast.Call, words: frozenset[str]) -> frozenset[str]:
    return words & {node.func.attr} if isinstance(node.func, ast.Attribute) else frozenset()


def _is_signed(code: Code, formula: ast.expr, taken: list[str], names: dict[str, ast.expr]) -> bool:
    """`y - out`, each side one of the arguments as it is; also weighted by the label, `w * (y - out)`."""
    if isinstance(formula, ast.BinOp) and isinstance(formula.op, ast.Mult | ast.Div):
        pairs = [(formula.left, formula.right)]
        if isinstance(formula.op, ast.Mult):
            pairs.append((formula.right, formula.left))
        return any(
            _is_signed(code, _bare(code, side, names), taken, names) and taken[0] not in _used(other, names)
            for side, other in pairs
        )
    if not (isinstance(formula, ast.BinOp) and isinstance(formula.op, ast.Sub)):
        return False
    kept = _REDUCES - {"mean", "sum", "nanmean"}
    sides = [_bare(code, side, {}, kept) for side in (formula.left, formula.right)]
    used = {side.id for side in sides if isinstance(side, ast.Name) and (side.id in taken[:2])}
    return len(used) == 2 and not used & set(names) and any(map(_LABEL.match, used))


def _used(node: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> set[str]:
    """The names that an expression is made of, through those that are set in the function."""
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    deeper = (names[name] for name in found if name in names) if depth < 6 else ()
    return found.union(*(_used(one, names, depth + 1) for one in deeper))


def _is_likelihood(code: Code, formula: ast.expr, names: dict[str, ast.expr]) -> bool:
    """`log(p)`, or the label's part of it, with no minus before it."""
    inner = _bare(code, formula, names, _PICKS)
    if not isinstance(inner, ast.Call):
        return False
    last = inner.func.attr if isinstance(inner.func, ast.Attribute) else code.dotted(inner.func).rpartition(".")[2]
    inside = [one.id for one in ast.walk(inner) if isinstance(one, ast.Name)]
    given = " ".join(ast.unparse(names[name]) for name in inside if name in names)
    picked = "gather" in ast.unparse(formula) or "gather" in given
    return last in _LOGS and last != "log1p" and picked
