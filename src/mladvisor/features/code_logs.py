"""Whether a loss that a script writes itself takes logarithms of what may be zero."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_divisors import loss_terms
from mladvisor.features.code_names import Fact, Names
from mladvisor.features.code_own_loss import LOSS, is_log, own_losses
from mladvisor.runs.script.code import Code

_SAFE = re.compile(
    r"cla?mp|clip|maximum|\bmax\(|\bmin\(|eps|1e-|where|nan_to_num|xlogy|mask|tiny|finfo|smooth|log_softmax|logsigmoid"
    r"|logsumexp|stable|\+\s*(?:0?\.0|1\b|self\.)"
)
"""What keeps an argument from zero, or takes a logarithm where it stays exact."""


def keeps_logs_finite(code: Code, names: Names) -> Fact:
    """Every logarithm of the loss is taken of something that is kept above zero; False for one that is not."""
    seen: list[ast.AST] = []
    places = [node for node, _ in loss_terms(code)]
    places += own_losses(code)
    places += [node for node in code.nodes if isinstance(node, ast.Assign) and _is_written_loss(code, node)]
    for place in places:
        here = [one for one in ast.walk(place) if is_log(code, one)]
        seen += here
        if seen and (_SAFE.search(ast.unparse(place)) or any(_is_kept_before(code, one) for one in here)):
            return True, seen[0]
    bare = next((one for one in seen if isinstance(one, ast.Call) and not _is_constant(one)), None)
    return (False, bare) if bare is not None else None


_ADDS = re.compile(LOSS.pattern + "|verlust|kosten|co[uû]t|custo|perd|perte", re.IGNORECASE)


def _is_written_loss(code: Code, node: ast.Assign) -> bool:
    """`cost = -np.mean(y * np.log(a) + ...)` in a script that has no loss but this: a number that it prints."""
    named = code.dotted(node.targets[0]).rpartition(".")[2]
    return _ADDS.search(named) is not None and not any(name.endswith(".backward") for _, name in code.calls)


def _is_kept_before(code: Code, log: ast.AST) -> bool:
    """What goes into the logarithm was kept from zero where it was set: `p = np.clip(p, 1e-7, 1 - 1e-7)`."""
    names = {one.id for one in ast.walk(log) if isinstance(one, ast.Name)}
    return any(
        _SAFE.search(ast.unparse(given.value)) and code.function_of(given) is code.function_of(log)
        for name in names
        for given in code.assignments(name)
    )


def _is_constant(call: ast.Call) -> bool:
    """`log(2)`, `math.log(n_classes)`: of a number, or of what is written as one."""
    name = ast.unparse(call.func)
    return name.startswith("math.") or all(isinstance(one, ast.Constant) for one in call.args)
