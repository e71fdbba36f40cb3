"""Whether a loss that a script writes itself takes logarithms of what may be zero."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_divisors import loss_terms
from mladvisor.features.code_names import Fact, Names
from mladvisor.features.code_own_loss import LOSS, is_log
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
    places += [one for one in code.functions.values() if one is not None and LOSS.search(one.name)]
    for place in places:
        seen += [one for one in ast.walk(place) if is_log(code, one)]
        if seen and _SAFE.search(ast.unparse(place)):
            return True, seen[0]
    bare = next((one for one in seen if isinstance(one, ast.Call) and not _is_constant(one)), None)
    return (False, bare) if bare is not None else None


def _is_constant(call: ast.Call) -> bool:
    """`log(2)`, `math.log(n_classes)`: of a number, or of what is written as one."""
    name = ast.unparse(call.func)
    return name.startswith("math.") or all(isinstance(one, ast.Constant) for one in call.args)
