"""Exponentials that a loss takes twice: of a rate that is the exponential of the model's output already.

rate = torch.exp(log_rate); (torch.exp(rate) - y * log_rate).mean()        nn.PoissonNLLLoss()(torch.exp(out), y)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from mladvisor.features.code_formula import CALLED, set_once_in
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_LIBRARIES = ("torch", "np", "numpy", "tf", "tf.math", "tensorflow", "tensorflow.math", "jnp", "jax.numpy", "K", "math")


def raises_once(code: Code) -> Fact:
    """No loss raises e to an exponential; never known not to. A minus between the two is that of another likelihood
    (Gumbel, complementary log-log).
    """
    for function in code.functions.values():
        if function is None or not CALLED.search(function.name):
            continue
        names = set_once_in(function)
        for node in ast.walk(function):
            inner = _raised(code, node)
            if inner is not None and _raised(code, _meant(inner, names)) is not None:
                return False, node
    for call, given in _counts(code):
        outer = code.function_of(call)
        if _raised(code, _meant(given, set_once_in(outer if outer is not None else code.tree))) is not None:
            return False, call
    return None


def _raised(code: Code, node: ast.AST) -> ast.expr | None:
    """What e is raised to: `torch.exp(x)`, `x.exp()`."""
    if not isinstance(node, ast.Call):
        return None
    owner, _, name = code.dotted(node.func).rpartition(".")
    if name == "exp" and owner in _LIBRARIES and len(node.args) == 1:
        return node.args[0]
    if isinstance(node.func, ast.Attribute) and node.func.attr == "exp" and not node.args and not node.keywords:
        return node.func.value
    return None


def _meant(node: ast.expr, names: Mapping[str, ast.expr]) -> ast.expr:
    return names.get(node.id, node) if isinstance(node, ast.Name) else node


_LOG_INPUT = {"PoissonNLLLoss": 0, "poisson_nll_loss": 2}
"""Where the argument stands that says whether a logarithm is given."""


def _counts(code: Code) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Calls of PyTorch's loss of counts, with what it is given: a logarithm, unless it is told otherwise."""
    made = {
        code.assigned_to(call)
        for call, name in code.calls
        if name.rpartition(".")[2] == "PoissonNLLLoss" and _takes_logs(call, "PoissonNLLLoss")
    } - {""}
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        if call.args and ((last == "poisson_nll_loss" and _takes_logs(call, last)) or name in made):
            yield call, call.args[0]


def _takes_logs(call: ast.Call, called: str) -> bool:
    told = next((word.value for word in call.keywords if word.arg == "log_input"), None)
    at = _LOG_INPUT[called]
    if told is None and len(call.args) > at:
        told = call.args[at]
    return told is None or (isinstance(told, ast.Constant) and told.value is True)
