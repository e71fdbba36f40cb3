"""A hand-written PyTorch loop: gradients zeroed, computed and used; the optimizer kept, the loss not cut off.

Each function gives (value, the node that shows it), or None where the code does not tell for certain: what is handed to
a function that is not here, or run by a library, is unknown.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import (
    OPTIMIZERS,
    Fact,
    Names,
    handing,
    imports_all,
    is_called_in_a_loop,
    is_foreign,
    method_calls,
    reached_from,
    runs_in,
    statement_of,
)
from mladvisor.features.code_opponents import DEPTH, reached
from mladvisor.features.code_steps_elsewhere import applies_gradients
from mladvisor.runs.script.code import Code, Loop

_GRADIENTS_BY_HAND = re.compile(r"\.grad\b|autograd\.|\bgrad\(|enable_grad|functional_call")
_HOOKS = re.compile(
    r"call_?backs?|hooks?\b|\bbefore_|\bafter_|\bon_\w+\(|_grads?\(|\b(?:zero|clear|reset)_?\w*\(", re.IGNORECASE
)
"""Calls that may do it in a loop whose optimizer comes from elsewhere."""


def _bare(code: Code, method: str) -> ast.AST | None:
    """`loss.backward` as a statement, without the parentheses that would call it."""
    return next((node for node in code.nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Attribute)
                 and node.value.attr == method), None)  # fmt: skip


def _steps(code: Code, names: Names) -> list[ast.Call]:
    """Calls that let an optimizer step."""
    return [
        call
        for call, name in code.calls
        if name.rpartition(".")[2] == "step"
        and (
            name.rpartition(".")[0] in names.optimizers
            or "optim" in name.lower()
            or name.rpartition(".")[0] == "opt"
            or _hands_optimizer(code, call, names)
        )
        and name.rpartition(".")[0] not in names.schedulers
        and "sched" not in name.lower()
    ]


def _hands_optimizer(code: Code, call: ast.Call, names: Names) -> bool:
    """`scaler.step(optimizer)`."""
    return any(code.dotted(arg) in names.optimizers or "optim" in code.dotted(arg) for arg in call.args)


def _is_clear(code: Code, names: Names) -> bool:
    """All that happens to gradients stands in this file, and in calls that say so."""
    return bool(names.optimizers) and not (names.hidden or names.automatic or _GRADIENTS_BY_HAND.search(code.text))


def _is_clear_inside(code: Code, names: Names, loop: Loop | bool) -> bool:
    """All that happens to gradients between the steps of a loop stands there, though the model is judged elsewhere.

    What gets the model after the loop, or once an epoch, clears nothing between the steps in it.
    """
    if isinstance(loop, bool) or names.automatic or not names.optimizers or imports_all(code):
        return False
    if _GRADIENTS_BY_HAND.search(code.text):
        return False
    optimizers, reached_here = frozenset(names.optimizers) | OPTIMIZERS, reached_from(code, loop)
    if next(handing(code, optimizers, names.models), None) is not None:
        return False
    return not any(
        runs_in(code, call, loop, reached_here) or isinstance(statement_of(code, call), ast.Assign)
        for call in handing(code, names.models, names.models)
    )


def _repeats(code: Code, node: ast.AST) -> Loop | bool:
    """The innermost loop around a node; True when its function is called in one; False when it runs once."""
    loops = code.loops_of(node)
    return loops[0] if loops else is_called_in_a_loop(code, code.function_of(node))


def zeroes_gradients(code: Code, names: Names) -> Fact:
    """Gradients are set to zero between the steps."""
    backward, steps, zeroed = method_calls(code, "backward"), _steps(code, names), method_calls(code, "zero_grad")
    if not backward or not steps or names.automatic:
        return None
    bare = _bare(code, "zero_grad")
    if zeroed:
        first = backward[0]
        function, loops = code.function_of(first), code.loops_of(first)
        together = all(code.function_of(each) is function for each in (*backward, *steps, *zeroed))
        if together and loops and len({id(loop) for each in backward for loop in code.loops_of(each)[:1]}) == 1:
            inner = loops[0]
            stepped = all(inner in code.loops_of(step) for step in steps)
            outside = not any(inner in code.loops_of(each) for each in zeroed)
            if stepped and outside and _is_clear(code, names) and not _made_inside(code, names, inner):
                return False, zeroed[0]
        return True, zeroed[0]
    if not names.optimizers and (_is_whole_pass(code, backward[0], steps) or _is_whole_step(code, backward[0], steps)):
        return False, backward[0]
    repeated = _repeats(code, backward[0])
    if not (_is_clear(code, names) or _is_clear_inside(code, names, repeated)):
        return None
    if "zero_grad" in code.text and bare is None:
        return None
    if not repeated or (not isinstance(repeated, bool) and _made_inside(code, names, repeated)):
        return None
    if any(step.args and code.dotted(step.args[0]) not in names.optimizers for step in steps):
        return None  # a closure
    if not _is_a_loss(code, backward[0]):
        return None
    return False, bare or backward[0]


def _is_whole_pass(code: Code, backward: ast.Call, steps: list[ast.Call]) -> bool:
    """A loop whose body goes from the loss to the step of an optimizer made elsewhere: no other place is left."""
    owner = code.parent(statement_of(code, backward) or backward)
    if not isinstance(owner, ast.For) or not _goes_straight(code, backward, steps):
        return False
    optimizer = code.dotted(steps[0].func).rpartition(".")[0]
    made = any(isinstance(node, ast.Name) and node.id == optimizer and isinstance(node.ctx, ast.Store)
               for node in code.nodes)  # fmt: skip
    return not (any(code.dotted(call.func) == optimizer for call, _ in code.calls) or made or "." in optimizer)


def _is_whole_step(code: Code, backward: ast.Call, steps: list[ast.Call]) -> bool:
    """A method that takes a batch from the model to the step of an optimizer that its object holds and did not make:
    `self.optimizer.step()`. Who calls it leaves the optimizer to it.
    """
    owner, function = code.parent(statement_of(code, backward) or backward), code.function_of(backward)
    if function is None or owner is not function or not code.class_of(function) or not _STEP.match(function.name):
        return False
    asks = any("model" in name or "net" in name for call, name in code.calls if code.function_of(call) is function)
    held = bool(steps) and code.dotted(steps[0].func).startswith("self.")
    return asks and held and _goes_straight(code, backward, steps)


_STEP = re.compile(r"^_?(?:(?:train(?:ing)?|optimi[sz]e|update|run|do)_)?(?:one_)?(?:step|batch|update|iteration)$")


def _goes_straight(code: Code, backward: ast.Call, steps: list[ast.Call]) -> bool:
    """The one step stands behind `backward` in the same block, and nothing of the file may clear gradients."""
    if len(steps) != 1 or steps[0].args or "zero_grad" in code.text or not _is_a_loss(code, backward):
        return False
    (block, at), (after, place) = _position(code, backward), _position(code, steps[0])
    by_hand = _GRADIENTS_BY_HAND.search(code.text) is not None or _HOOKS.search(code.text) is not None
    return after is block and place > at and not by_hand


def _is_a_loss(code: Code, call: ast.Call) -> bool:
    """`backward` is called on a name or on a loss, not on the sum of an output (a trial of the machinery)."""
    value = call.func.value if isinstance(call.func, ast.Attribute) else call
    said = (one.id if isinstance(one, ast.Name) else one.attr for one in ast.walk(value)
            if isinstance(one, ast.Name | ast.Attribute))  # fmt: skip
    return isinstance(value, ast.Name | ast.Attribute) or any(
        "loss" in word.lower() or "criterion" in word.lower() or "entropy" in word for word in said
    )


def _made_inside(code: Code, names: Names, loop: Loop) -> bool:
    return any(loop in code.loops_of(call) for call in names.optimizers.values())


def wipes_gradients(code: Code, names: Names) -> Fact:
    """Gradients are wiped and none are computed before the next `step`, so that the step has none."""
    backward, steps, zeroed = method_calls(code, "backward"), _steps(code, names), method_calls(code, "zero_grad")
    if not backward or not steps or not zeroed or names.automatic:
        return None
    for wiped in zeroed:
        block, at = _position(code, wiped)
        before = [_position(code, each) for each in backward]
        after = [_position(code, step) for step in steps if code.dotted(step.func).rpartition(".")[0] ==
                 code.dotted(wiped.func).rpartition(".")[0]]  # fmt: skip
        first = min((place for where, place in after if where is block and place > at), default=None)
        if first is None:
            continue
        if _computes(code, block, at + 1, first):
            continue
        # step() right behind zero_grad() has nothing, and what backward() computes then is wiped in the next pass
        at_once = first == at + 1 and len(names.optimizers) == 1
        if any(where is block and (place < at or (at_once and place > first)) for where, place in before):
            return True, wiped
    return False, zeroed[0]


def _computes(code: Code, block: list[ast.stmt], start: int, end: int) -> bool:
    """Between two statements of a block gradients may be computed (anything but plain bookkeeping counts)."""
    return any(
        (isinstance(node, ast.Call) and "backward" in code.dotted(node.func)) or isinstance(node, ast.For | ast.While)
        for statement in block[start:end]
        for node in ast.walk(statement)
    )


def _position(code: Code, node: ast.AST) -> tuple[list[ast.stmt], int]:
    """The block that a node's statement stands in, and its number there."""
    statement = statement_of(code, node)
    outer = code.parent(statement) if statement is not None else None
    for field in ("body", "orelse", "finalbody"):
        block = getattr(outer, field, None)
        if isinstance(block, list):
            for at, each in enumerate(block):
                if each is statement:
                    return block, at
    return [], -1


def steps_optimizer(code: Code, names: Names) -> Fact:
    """The optimizer steps, in the loop that computes gradients."""
    backward, steps = method_calls(code, "backward"), _steps(code, names)
    if not backward and not names.optimizers:
        return applies_gradients(code)
    if not backward or names.automatic or not names.optimizers:
        return None
    if steps:
        first, zeroed = backward[0], method_calls(code, "zero_grad")
        function = code.function_of(first)
        if len(backward) == 1 and all(code.function_of(each) is function for each in (*steps, *zeroed)):
            loops = code.loops_of(first)
            inside = bool(loops and zeroed) and all(loops[0] in code.loops_of(each) for each in zeroed)
            if inside and not any(loops[0] in code.loops_of(step) for step in steps):
                return False, steps[0]
        return True, steps[0]
    if not _is_clear(code, names):
        return None
    bare = _bare(code, "step")
    others = [name for _, name in code.calls if "step" in name.rpartition(".")[2].lower()]
    if any(name.rpartition(".")[0] not in names.schedulers and "sched" not in name.lower() for name in others):
        return None
    return (False, bare or backward[0]) if _repeats(code, backward[0]) else None


def computes_gradients(code: Code, names: Names) -> Fact:
    """`backward` is called before the optimizer steps."""
    backward, steps = method_calls(code, "backward"), _steps(code, names)
    if backward:
        return True, backward[0]
    bare = _bare(code, "backward")
    if not steps or not _is_clear(code, names) or ("backward" in code.text and bare is None):
        return None
    if any(step.args for step in steps) or any(imported.startswith(".") for imported in code.imports.values()):
        return None
    if any(is_foreign(code, name) and not name.rpartition(".")[2][:1].isupper() for _, name in code.calls):
        return None
    return (False, bare or steps[0]) if _repeats(code, steps[0]) else None


def keeps_optimizer(code: Code, names: Names) -> Fact:
    """The optimizer is made once, outside the loop over epochs or batches."""
    backward = method_calls(code, "backward")
    if not backward or not names.optimizers or names.automatic:
        return None
    for name, call in names.optimizers.items():
        loops = code.loops_of(call)
        if not loops:
            continue
        loop = loops[0]
        if any(isinstance(outer, ast.If) for outer in code.above(call)) or code.dotted(call.func).endswith((".LBFGS",)):
            return None
        plain = code.dotted(call.func).endswith(".SGD") and not any(word.arg == "momentum" for word in call.keywords)
        if plain or not _is_over_epochs_or_batches(loop) or not any(loop in code.loops_of(each) for each in backward):
            return None
        owners = {code.dotted(node.func.value) for node in ast.walk(call) if isinstance(node, ast.Call)
                  and isinstance(node.func, ast.Attribute) and node.func.attr == "parameters"}  # fmt: skip
        if len(owners) != 1 or name.startswith("optimizer at"):
            return None
        owner = next(iter(owners))
        changed = any(
            (isinstance(node, ast.Assign) and any(code.dotted(target) == owner for target in node.targets))
            or (isinstance(node, ast.Call) and code.dotted(node.func) in (f"{owner}.load_state_dict", f"{owner}.apply"))
            or (isinstance(node, ast.Attribute) and node.attr in _CHANGES)
            for node in ast.walk(loop)
        )  # fmt: skip
        return None if changed or "." in owner else (False, call)
    return True, next(iter(names.optimizers.values()))


_CHANGES = ("requires_grad", "reset_parameters", "requires_grad_")


def _is_over_epochs_or_batches(loop: Loop) -> bool:
    if not isinstance(loop, ast.For):
        return False
    said = {one.id.lower() for part in (loop.target, loop.iter) for one in ast.walk(part) if isinstance(one, ast.Name)}
    return any("epoch" in word or "batch" in word or "loader" in word for word in said)


def loss_reaches_model(code: Code, names: Names) -> Fact:
    """What `backward` is called on still hangs on the model."""
    backward = [call for call in method_calls(code, "backward") if isinstance(call.func, ast.Attribute)]
    if not backward:
        return None
    for call in backward:
        loss = call.func.value if isinstance(call.func, ast.Attribute) else call
        if _is_cut(code, loss):
            return False, call
        if len(names.optimizers) == 1 and not names.hidden:
            live, cut = reached(code, loss, set(names.models), call, DEPTH)
            if cut and not live:
                return False, _line_of_cut(code, loss, call)
        if not isinstance(loss, ast.Name):
            continue
        block, at = _position(code, call)
        for statement in reversed(block[:at]):
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == loss.id for target in statement.targets
            ):
                if _is_cut(code, statement.value):
                    return False, statement
                break
            if any(isinstance(node, ast.Name) and node.id == loss.id and isinstance(node.ctx, ast.Store)
                   for node in ast.walk(statement)):  # fmt: skip
                break
    return (True, backward[0]) if not names.automatic else None


def _line_of_cut(code: Code, loss: ast.expr, call: ast.Call) -> ast.AST:
    """The statement that sets the loss, else the call of `backward`."""
    block, at = _position(code, call)
    for statement in reversed(block[:at]):
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == ast.unparse(loss):
            return statement
    return call


def _is_cut(code: Code, node: ast.AST) -> bool:
    """The expression is a new tensor of a computed loss: `torch.tensor(loss)`, `loss.detach()`, `.item()`."""
    if not isinstance(node, ast.Call):
        return False
    name = code.dotted(node.func)
    if name in ("torch.tensor", "torch.FloatTensor", "torch.Tensor", "torch.autograd.Variable") and node.args:
        inner = node.args[0]
        asked = any(word.arg == "requires_grad" for word in node.keywords)
        computed = any(isinstance(one, ast.Name) and "loss" in one.id.lower() for one in ast.walk(inner))
        return asked and computed and not isinstance(inner, ast.List | ast.Tuple)
    if name.rpartition(".")[2] == "requires_grad_" and isinstance(node.func, ast.Attribute):
        return _is_cut(code, node.func.value)
    return name.rpartition(".")[2] in ("detach", "item", "numpy") and "." in name
