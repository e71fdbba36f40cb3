"""A hand-written PyTorch loop: gradients zeroed, computed and used; modes of the model; the optimizer kept.

Each function gives (value, the node that shows it), or None where the code does not tell for certain: what is handed to
a function that is not here, or run by a library, is unknown.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import (
    Names,
    is_called_in_a_loop,
    reached_from,
    runs_in,
    statement_of,
)
from mladvisor.runs.script.code import Code, Loop

Fact = tuple[bool, ast.AST] | None
_GRADIENTS_BY_HAND = re.compile(r"\.grad\b|autograd\.|\bgrad\(|enable_grad|functional_call")
_EVALUATED = re.compile(
    r"(?<![a-z])(val|valid|validation|test|eval|dev)(?![a-z])|(val|valid|test|eval)(loader|_?dl|_?iter|set|gen)"
)
_EVALUATES = re.compile(r"(eval|evaluate|evaluation|validate|validation|valid|test)(_|$)")
_SWITCHED = re.compile(r"\.training\s*=[^=]|train_mode|set_mode")
_MODELS = ("model", "net", "network", "self.model", "self.net")
_MODE_LAYERS = re.compile(r"torch\.nn\.(Dropout|AlphaDropout|BatchNorm|SyncBatchNorm)|torchvision\.models\.")


def _calls(code: Code, method: str) -> list[ast.Call]:
    return [call for call, name in code.calls if name.rpartition(".")[2] == method and "." in name]


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


def _repeats(code: Code, node: ast.AST) -> Loop | bool:
    """The innermost loop around a node; True when its function is called in one; False when it runs once."""
    loops = code.loops_of(node)
    return loops[0] if loops else is_called_in_a_loop(code, code.function_of(node))


def zeroes_gradients(code: Code, names: Names) -> Fact:
    """Gradients are set to zero between the steps."""
    backward, steps, zeroed = _calls(code, "backward"), _steps(code, names), _calls(code, "zero_grad")
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
    if not _is_clear(code, names) or ("zero_grad" in code.text and bare is None):
        return None
    repeated = _repeats(code, backward[0])
    if not repeated or (not isinstance(repeated, bool) and _made_inside(code, names, repeated)):
        return None
    if any(step.args and code.dotted(step.args[0]) not in names.optimizers for step in steps):
        return None  # a closure
    if not _is_a_loss(code, backward[0]):
        return None
    return False, bare or backward[0]


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


def zeroed_before_step(code: Code, names: Names) -> Fact:
    """Gradients are wiped between `backward` and `step`, so that the step has none."""
    backward, steps, zeroed = _calls(code, "backward"), _steps(code, names), _calls(code, "zero_grad")
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
        if any(where is block and place < at for where, place in before) and not _computes(code, block, at + 1, first):
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
    backward, steps = _calls(code, "backward"), _steps(code, names)
    if not backward or names.automatic or not names.optimizers:
        return None
    if steps:
        first, zeroed = backward[0], _calls(code, "zero_grad")
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
    backward, steps = _calls(code, "backward"), _steps(code, names)
    if backward:
        return True, backward[0]
    bare = _bare(code, "backward")
    if not steps or not _is_clear(code, names) or ("backward" in code.text and bare is None):
        return None
    if any(step.args for step in steps) or any(imported.startswith(".") for imported in code.imports.values()):
        return None
    from mladvisor.features.code_names import is_foreign

    if any(is_foreign(code, name) and not name.rpartition(".")[2][:1].isupper() for _, name in code.calls):
        return None
    return (False, bare or steps[0]) if _repeats(code, steps[0]) else None


def _evaluations(code: Code) -> list[ast.For]:
    """Loops over validation or test batches that only look."""
    found = []
    for node in code.nodes:
        if not isinstance(node, ast.For):
            continue
        said = {one.id if isinstance(one, ast.Name) else one.attr for one in ast.walk(node.iter)
                if isinstance(one, ast.Name | ast.Attribute)}  # fmt: skip
        function = code.function_of(node)
        looks = any(_EVALUATED.search(word.lower()) and "train" not in word.lower() for word in said)
        if not looks and not (
            function is not None and _EVALUATES.match(function.name) and "train" not in function.name
        ):
            continue
        inside = [code.dotted(one.func).rpartition(".")[2] for one in ast.walk(node) if isinstance(one, ast.Call)]
        if "backward" not in inside and "step" not in inside:
            found.append(node)
    return found


def has_mode_layers(code: Code) -> bool:
    """A layer that works differently in training and in evaluation is made here."""
    return any(_MODE_LAYERS.match(name) for _, name in code.calls)


def evaluates_in_eval_mode(code: Code, names: Names) -> Fact:
    """The model is switched to evaluation mode before it is evaluated."""
    if not names.optimizers or not _calls(code, "backward") or names.automatic:
        return None
    switched = [call for call in _calls(code, "eval") if not call.args]
    if switched:
        return True, switched[0]
    if names.hidden or not has_mode_layers(code):
        return None
    if ".eval" in code.text or _SWITCHED.search(code.text):
        return None
    if any(call.args or call.keywords for call in _calls(code, "train")):
        return None  # train(False)
    for loop in _evaluations(code):
        called = {code.dotted(one.func) for one in ast.walk(loop) if isinstance(one, ast.Call)}
        if any(name in _MODELS or name in names.made or name in names.models for name in called):
            return False, loop
    for block in (node for node in code.nodes if isinstance(node, ast.With) and _is_without_gradients(code, node)):
        inside = [one for one in ast.walk(block) if isinstance(one, ast.Call)]
        if not any(isinstance(one, ast.FunctionDef | ast.ClassDef) for one in ast.walk(block)) and any(
            code.dotted(one.func) in names.models and code.class_of(one) is None for one in inside
        ):
            return False, next(one for one in inside if code.dotted(one.func) in names.models)
    return None


def _is_without_gradients(code: Code, block: ast.With) -> bool:
    """`with torch.no_grad():` in the module's own body or in a function: where scripts look at validation rows."""
    return any(
        isinstance(item.context_expr, ast.Call)
        and code.dotted(item.context_expr.func) in ("torch.no_grad", "torch.inference_mode")
        for item in block.items
    )


def returns_to_training_mode(code: Code, names: Names) -> Fact:
    """After an evaluation within the training loop the model is switched back to training mode."""
    backward = _calls(code, "backward")
    switched = [call for call in _calls(code, "eval") if not call.args]
    if not backward or not switched or names.automatic or names.hidden or not has_mode_layers(code):
        return None
    back = _calls(code, "train")
    for loop in (node for node in code.nodes if isinstance(node, ast.For | ast.While)):
        reached = reached_from(code, loop)
        if not any(runs_in(code, each, loop, reached) for each in backward):
            continue
        inside = [each for each in switched if runs_in(code, each, loop, reached) and _is_trained(code, names, each)]
        if not inside:
            continue
        if any(runs_in(code, each, loop, reached) for each in back):
            return True, inside[0]
        if _SWITCHED.search(code.text) or ".apply(" in code.text or ".modules()" in code.text:
            return None
        if any(isinstance(outer, ast.If) for outer in code.above(inside[0])):
            return None  # perhaps the last thing that the loop does
        return (False, inside[0]) if not _ends_loop(code, inside[0], loop) else None
    return None


def _ends_loop(code: Code, node: ast.AST, loop: Loop) -> bool:
    """Behind the node the loop is left."""
    after = getattr(node, "lineno", 0)
    return any(isinstance(one, ast.Break | ast.Return) and one.lineno >= after for one in ast.walk(loop))


def _is_trained(code: Code, names: Names, call: ast.Call) -> bool:
    """What is switched is the only model whose parameters are trained."""
    owner = code.dotted(call.func).rpartition(".")[0]
    if len(names.models) != 1:
        return False
    if owner in names.models:
        return True
    function = code.function_of(call)
    parameters = {one.arg for one in function.args.args} if function is not None else set()
    receivers = {code.dotted(each.func).rpartition(".")[0] for each in _calls(code, "eval")}
    return owner in parameters and len(receivers) == 1


def keeps_optimizer(code: Code, names: Names) -> Fact:
    """The optimizer is made once, outside the loop over epochs or batches."""
    backward = _calls(code, "backward")
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
    backward = [call for call in _calls(code, "backward") if isinstance(call.func, ast.Attribute)]
    if not backward:
        return None
    for call in backward:
        loss = call.func.value if isinstance(call.func, ast.Attribute) else call
        if _is_cut(code, loss):
            return False, call
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


def trains_something(code: Code, names: Names) -> Fact:
    """Not every parameter of the model is frozen."""
    frozen = [node for node in code.nodes if isinstance(node, ast.For) and _freezes(code, node)]
    for loop in frozen:
        owner = next((code.dotted(node.func.value) for node in ast.walk(loop.iter) if isinstance(node, ast.Call)
                      and isinstance(node.func, ast.Attribute) and node.func.attr == "parameters"), "")  # fmt: skip
        if not owner or names.models != {owner} or any(isinstance(outer, ast.If) for outer in code.above(loop)):
            continue
        later = [
            node
            for node in code.nodes
            if isinstance(node, ast.Assign)
            and any(code.dotted(target).startswith(owner) for target in node.targets)
            and node.lineno > loop.lineno
        ]
        thawed = re.search(r"requires_grad_?\s*[=(]\s*(?:True|[a-z)])", code.text) or "add_module" in code.text
        if not later and not thawed and not names.hidden:
            return False, loop
    if names.optimizers and "requires_grad" not in code.text and not names.hidden:
        return True, next(iter(names.optimizers.values()))
    return None


def _freezes(code: Code, loop: ast.For) -> bool:
    """`for p in model.parameters(): p.requires_grad = False`, without a condition."""
    if len(loop.body) != 1 or not isinstance(loop.body[0], ast.Assign):
        return False
    target, value = loop.body[0].targets[0], loop.body[0].value
    return (
        isinstance(target, ast.Attribute)
        and target.attr == "requires_grad"
        and isinstance(value, ast.Constant)
        and value.value is False
        and isinstance(loop.iter, ast.Call)
        and code.dotted(loop.iter.func).endswith(".parameters")
    )
