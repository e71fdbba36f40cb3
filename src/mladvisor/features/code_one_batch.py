"""Loops of a script that train on other rows than they seem to: on one batch alone, or on validation rows."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names, method_calls
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.loaders import is_for_training

_ON_PURPOSE = re.compile(
    r"overfit|one[\s_-]?batch|single[\s_-]?batch|sanity|dry[\s_-]?run|debug|smoke|tiny|memori[sz]|fast_dev|test[\s_-]time"
    r"|adapt|meta|calibrat|fine[\s_-]?tun|pseudo|architect",
    re.IGNORECASE,
)
"""Words of who tries whether a batch can be learnt at all, or who learns from validation rows by design."""
_LOADER = re.compile(r"loader|_dl$|^dl|batches|_iter$|(?:^|_)gen(?:erator)?$", re.IGNORECASE)


def trains_on_every_batch(code: Code, names: Names) -> Fact:
    """False where a loop over batches that trains is left after its first pass, whatever happens in it.

    Never known to be true.
    """
    if _ON_PURPOSE.search(code.text) or names.automatic:
        return None
    for loop in _loops_that_train(code):
        last = loop.body[-1]
        outer = code.loops_of(loop)
        if isinstance(last, ast.Break) and _LOADER.search(_over(code, loop)) and outer and not _counts_steps(outer[0]):
            return False, last
    return None


_STEPS = re.compile(r"(?:^|_|\b)(?:n_?|num_?|max_?)?(?:steps?|it|iters?|iterations?|updates?)(?:$|_|\b)", re.IGNORECASE)
_MANY = 1000
"""More passes than anybody plans epochs."""


def _counts_steps(loop: ast.AST) -> bool:
    """The loop around counts steps, each of which takes the first batch of a fresh shuffle."""
    if not isinstance(loop, ast.For):
        return True  # while step < ...
    many = any(isinstance(one, ast.Constant) and isinstance(one.value, int) and one.value >= _MANY
               for one in ast.walk(loop.iter))  # fmt: skip
    return many or bool(_STEPS.search(ast.unparse(loop.target)) or _STEPS.search(ast.unparse(loop.iter)))


def trains_on_training_rows(code: Code, names: Names) -> Fact:
    """False where a loop over a loader of validation or test rows computes gradients and steps by the optimizer that
    steps over training rows. Never known to be true.
    """
    if _ON_PURPOSE.search(code.text) or names.automatic:
        return None
    found = [(loop, is_for_training(_over(code, loop)), _stepped_in(code, loop)) for loop in _loops_that_train(code)]
    trained = set[str]().union(*(stepped for _, told, stepped in found if told))
    for loop, told, stepped in found:
        if told is False and _LOADER.search(_over(code, loop)) and stepped & trained:
            return False, loop
    return None


def _stepped_in(code: Code, loop: ast.For) -> set[str]:
    """The optimizers that step in a loop. One of its own beside test rows moves something else than the weights: a
    perturbation, the code of each row.
    """
    steps = (one for one in method_calls(code, "step") if loop in code.loops_of(one))
    return {code.dotted(one.func).rpartition(".")[0] for one in steps}


def _loops_that_train(code: Code) -> list[ast.For]:
    """Loops whose own passes call `backward`, and do so at their own level."""
    return [
        node for node in code.nodes
        if isinstance(node, ast.For) and any(code.loops_of(one)[:1] == [node] for one in method_calls(code, "backward"))
        and not any(isinstance(outer, ast.If) for outer in code.above(node))
    ]  # fmt: skip


def _over(code: Code, loop: ast.For) -> str:
    """What a loop goes over: "train_loader" of `enumerate(tqdm(train_loader))`."""
    inner: ast.expr = loop.iter
    while isinstance(inner, ast.Call) and inner.args and ast.unparse(inner.func).rpartition(".")[2] in _WRAPS:
        inner = inner.args[0]
    return code.dotted(inner).removeprefix("self.")


_WRAPS = ("enumerate", "tqdm", "track", "list", "iter")
