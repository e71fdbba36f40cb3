"""Whether a schedule of the learning rate that is written in epochs is moved on after every batch."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names, method_calls
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_LENGTH = {"CosineAnnealingLR": ("T_max", 1), "StepLR": ("step_size", 1), "MultiStepLR": ("milestones", 1)}
"""The argument that says how long a schedule is, and its place."""
_EPOCH = re.compile(r"(?:i_?)?ep(?:och)?s?(?:$|_)|e$", re.IGNORECASE)
_FAST = 0.95
"""After two hundred batches at this factor the rate is 0.00004 of what it was."""


def moves_schedule_by_epoch(code: Code, names: Names) -> Fact:
    """False where the length of a schedule is that of the epochs, and it steps in the loop over batches.

    `CosineAnnealingLR(opt, T_max=epochs)`, `StepLR(opt, 10)` of 50 epochs, `ExponentialLR(opt, 0.9)`. Never known to
    be true.
    """
    if names.automatic:
        return None
    values = constants(code)
    made = {
        code.assigned_to(call): (call, name.rpartition(".")[2]) for call, name in code.calls if ".lr_scheduler." in name
    }
    backward = method_calls(code, "backward")
    for step in method_calls(code, "step"):
        held = made.get(code.dotted(step.func).rpartition(".")[0].removeprefix("self."))
        loops = code.loops_of(step)
        trains = bool(loops) and any(loops[0] in code.loops_of(one)[:1] for one in backward)
        if held is None or not trains or any(isinstance(outer, ast.If) for outer in code.above(step)):
            continue
        epochs = _epochs(loops)
        if epochs is not None and _is_in_epochs(code, values, held, epochs):
            return False, step
    return None


def _epochs(loops: list[ast.For | ast.While | ast.AsyncFor]) -> ast.expr | None:
    """What the loop around the batches counts to: `range(epochs)`, `range(1, epochs + 1)`."""
    if isinstance(loops[0], ast.For) and _EPOCH.match(ast.unparse(loops[0].target)):
        return None  # the loop around those counts folds or seeds
    outer = loops[1] if len(loops) == 2 and isinstance(loops[1], ast.For) else None
    counted = outer.iter if outer is not None else None
    while isinstance(counted, ast.Call) and counted.args and ast.unparse(counted.func).endswith(("tqdm", "trange")):
        counted = counted.args[0]
    if not (isinstance(counted, ast.Call) and ast.unparse(counted.func) == "range" and counted.args):
        return None
    end = counted.args[-1] if len(counted.args) < 3 else None
    if len(counted.args) == 2 and isinstance(end, ast.BinOp) and isinstance(end.op, ast.Add):
        end = end.left
    return end


def _is_in_epochs(code: Code, values: Constants, held: tuple[ast.Call, str], epochs: ast.expr) -> bool:
    call, kind = held
    given = {word.arg: word.value for word in call.keywords}
    factor = values.value(
        given.get("gamma") or (call.args[1] if kind == "ExponentialLR" and len(call.args) > 1 else None)
    )
    if kind == "ExponentialLR":
        return isinstance(factor, float) and 0 < factor <= _FAST
    if kind not in _LENGTH:
        return False
    word, place = _LENGTH[kind]
    length = given.get(word) or (call.args[place] if len(call.args) > place else None)
    if length is None:
        return False
    if ast.unparse(length) == ast.unparse(epochs) and not isinstance(epochs, ast.Constant):
        return True
    last, count = values.value(length), values.value(epochs)
    if isinstance(last, list | tuple):
        last = max((one for one in last if isinstance(one, int)), default=None)
    return isinstance(last, int) and isinstance(count, int) and 1 < last <= count and _is_over_data(code, call)


def _is_over_data(code: Code, call: ast.Call) -> bool:
    """Batches come from a loader: a hundred of them are less than an epoch of most data."""
    return "DataLoader" in code.text or "loader" in code.text
