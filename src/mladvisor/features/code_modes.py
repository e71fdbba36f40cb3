"""Training and evaluation mode in a hand-written PyTorch loop: whether the model is switched, and switched back.

Each function gives (value, the node that shows it), or None where the code does not tell for certain.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import (
    Fact,
    Names,
    method_calls,
    reached_from,
    runs_in,
)
from mladvisor.runs.script.code import Code, Loop
from mladvisor.runs.script.forward import stops_gradients
from mladvisor.runs.script.seen import is_module

_EVALUATED = re.compile(
    r"(?<![a-z])(val|valid|validation|test|eval|dev)(?![a-z])|(val|valid|test|eval)(loader|_?dl|_?iter|set|gen)"
)
_EVALUATES = re.compile(r"(eval|evaluate|evaluation|validate|validation|valid|test)(_|$)")
_SWITCHED = re.compile(r"\.training\s*=[^=]|train_mode|set_mode")
_MODELS = ("model", "net", "network", "self.model", "self.net")
_MODE_LAYERS = re.compile(r"torch\.nn\.(Dropout|AlphaDropout|BatchNorm|SyncBatchNorm)|torchvision\.models\.")

_BATCH_NORM = re.compile(r"BatchNorm")
_TRAINED = re.compile(r"pre_?trained|load_state_dict|torch\.load|weights\s*=|load_model|checkpoint", re.IGNORECASE)


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
    steps = names.optimizers or method_calls(code, "zero_grad")  # made elsewhere, of a part of a script
    if not steps or not method_calls(code, "backward") or names.automatic:
        return None
    switched = [call for call in method_calls(code, "eval") if not call.args]
    if switched:
        return True, switched[0]
    # Who switches to training mode has layers that mind it, though the model may be built in another file.
    if names.hidden or not (has_mode_layers(code) or any(not call.args for call in method_calls(code, "train"))):
        return None
    if ".eval" in code.text or _SWITCHED.search(code.text):
        return None
    if any(call.args or call.keywords for call in method_calls(code, "train")):
        return None  # train(False)
    for loop in _evaluations(code):
        called = {code.dotted(one.func) for one in ast.walk(loop) if isinstance(one, ast.Call)}
        if any(name in _MODELS or name in names.made or name in names.models for name in called):
            return False, loop
    for block in (node for node in code.nodes if isinstance(node, ast.With) and stops_gradients(code, node)):
        inside = [one for one in ast.walk(block) if isinstance(one, ast.Call)]
        if not any(isinstance(one, ast.FunctionDef | ast.ClassDef) for one in ast.walk(block)) and any(
            code.dotted(one.func) in names.models and code.class_of(one) is None for one in inside
        ):
            return False, next(one for one in inside if code.dotted(one.func) in names.models)
    return None


def looks_out_of_training_mode(code: Code, names: Names) -> Fact:
    """A function that only evaluates leaves training mode alone; False where it switches it on before it looks.

    What puts it on behind the last look only gives the model back. A function that trains or looks, as it is told, is
    one of them where it is told both and switches training mode on in either case. So is one that is handed a model of
    which a remark says that it is put into training mode once, in a file that calls `eval()` nowhere.
    """
    for function in (node for node in code.nodes if isinstance(node, ast.FunctionDef)):
        if (either := _trains_or_looks(code, function)) is not None:
            return False, either
        if not _EVALUATES.match(function.name.lower()) or "train" in function.name.lower():
            continue
        inside = sorted((one for one in ast.walk(function) if isinstance(one, ast.Call)), key=lambda one: one.lineno)
        called = [code.dotted(one.func).rpartition(".") for one in inside]
        last = {name for _, _, name in called}
        if last & {"backward", "step", "eval", "fit"} or ".eval" in ast.unparse(function):
            continue
        for one, (owner, _, name) in zip(inside, called, strict=True):
            switched = name == "train" and owner and not one.keywords and (not one.args or _is_true(one.args[0]))
            looks = any(each.lineno > one.lineno and code.dotted(each.func) == owner for each in inside)
            if switched and looks:
                return False, one
        model = function.args.args[0].arg if function.args.args else ""
        asked = next(
            (one for one, (owner, _, name) in zip(inside, called, strict=True) if f"{owner}{name}" == model), None
        )
        if asked is None or ".eval" in _COMMENT.sub("", code.text) or _SWITCHED.search(code.text):
            continue
        if _LEFT_IN_TRAINING.search(code.text) or _is_handed_in_training(code, function):
            return False, asked
    return None


def _is_handed_in_training(code: Code, function: ast.FunctionDef) -> bool:
    """The loop that calls it puts the model into training mode in the same pass: `net.train()`, `validate(net)`."""
    on = [call for call in method_calls(code, "train") if not call.args and not call.keywords]
    for call in (call for call, name in code.calls if name == function.name and call.args):
        inner = code.loops_of(call)[:1]
        model = ast.unparse(call.args[0])
        if inner and any(
            code.loops_of(each)[:1] == inner
            and each.lineno < call.lineno
            and code.dotted(each.func).rpartition(".")[0] == model
            for each in on
        ):
            return True
    return False


_COMMENT = re.compile(r"#[^\n]*")
_LEFT_IN_TRAINING = re.compile(
    r"#[^\n]*(?:\.train\(\)[^\n.]{0,20}\bonce\b|\bonce\b[^\n.]{0,20}\.train\(\)"
    r"|\b(?:no|without|never|forgot|missing)\b[^\n.]{0,20}\.?\beval\(\)|stays? in train(?:ing)?[ _-]mode)",
    re.IGNORECASE,
)
"""A remark that the model is put into training mode once, and so stays there."""


_MODES_MATTER = re.compile(r"drop|norm|bn|transformer|torchvision|timm|import \*", re.IGNORECASE)
"""Layers that do one thing in training mode and another in evaluation."""


def predicts_in_eval_mode(code: Code, names: Names) -> Fact:
    """False where a model gets weights from a file and is called without gradients, and nothing calls `eval()`.

    PyTorch makes a model in training mode, and loading weights leaves it there.
    """
    text = code.text
    if "backward" in text or ".eval" in text or _SWITCHED.search(text) or names.automatic or names.hidden:
        return None
    if any(is_module(code, one) for one in code.classes.values()) and not _MODES_MATTER.search(text):
        return None  # its layers are all here, and none of them minds
    if any(call.args or call.keywords for call in method_calls(code, "train")):
        return None  # train(False)
    loaded = {code.dotted(call.func).rpartition(".")[0] for call in method_calls(code, "load_state_dict")}
    for block in (node for node in code.nodes if isinstance(node, ast.With) and stops_gradients(code, node)):
        for one in ast.walk(block):
            if isinstance(one, ast.Call) and one.args and code.dotted(one.func) in loaded - {""}:
                return False, one
    return None


def _trains_or_looks(code: Code, function: ast.FunctionDef) -> ast.AST | None:
    """`model.train()` at the head of `run(loader, train)`, which steps `if train:` and is called both ways.

    Calls are told apart by what they hand over for the parameter that the step hangs on.
    """
    text = ast.unparse(function)
    if ".eval" in text or _SWITCHED.search(text) or "backward" not in text:
        return None
    given = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    inside = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
    steps = [one for one in inside if code.dotted(one.func).endswith(".backward")]
    tests = [outer.test for step in steps for outer in code.above(step) if isinstance(outer, ast.If)]
    deciding = {one.id for test in tests for one in ast.walk(test) if isinstance(one, ast.Name)} & set(given)
    told = [_handed(call, given, name) for call, own in code.calls if own == function.name for name in sorted(deciding)]
    if len(deciding) != 1 or len(set(told)) < 2:
        return None
    for one in inside:
        owner, _, name = code.dotted(one.func).rpartition(".")
        plain = name == "train" and owner and not one.args and not one.keywords
        looks = any(each.lineno > one.lineno and code.dotted(each.func) == owner for each in inside)
        if plain and looks and not any(isinstance(outer, ast.If) for outer in code.above(one)):
            return one
    return None


def _handed(call: ast.Call, given: list[str], name: str) -> str:
    """What a call hands over for a parameter, as it is written; "" where it leaves it out."""
    said = next((word.value for word in call.keywords if word.arg == name), None)
    at = given.index(name)
    said = said or (call.args[at] if at < len(call.args) else None)
    return ast.unparse(said) if said is not None else ""


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def returns_to_training_mode(code: Code, names: Names) -> Fact:
    """After an evaluation within the training loop the model is switched back to training mode."""
    backward = method_calls(code, "backward")
    switched = [call for call in method_calls(code, "eval") if not call.args]
    if not backward or not switched or names.automatic or names.hidden or not has_mode_layers(code):
        return None
    back = method_calls(code, "train")
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


def starts_in_training_mode(code: Code, names: Names) -> Fact:
    """The model is in training mode at its first step; False where it is put into the other before, and never back.

    A model that brings trained weights may keep its statistics on purpose.
    """
    backward = method_calls(code, "backward")
    if (
        not backward
        or names.automatic
        or names.hidden
        or not _BATCH_NORM.search(code.text)
        or _TRAINED.search(code.text)
    ):
        return None
    if method_calls(code, "train") or _SWITCHED.search(code.text) or ".modules()" in code.text:
        return None
    for call in method_calls(code, "eval"):
        if call.args or code.loops_of(call) or not _is_trained(code, names, call):
            continue
        function = code.function_of(call)
        made_so = function is not None and function.name == "__init__"
        before = any(code.function_of(step) is function and call.lineno < step.lineno for step in backward)
        if (made_so or before) and not any(isinstance(outer, ast.If | ast.Try) for outer in code.above(call)):
            return False, call
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
    receivers = {code.dotted(each.func).rpartition(".")[0] for each in method_calls(code, "eval")}
    return owner in parameters and len(receivers) == 1
