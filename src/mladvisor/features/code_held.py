"""Optimizers and the models that they hold: each of several steps and is cleared, and the model in the loop is the one
whose parameters the optimizer got. Each function gives False and the line that shows it, or None.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, Names, method_calls, owners_of_parameters, statement_of
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.optimizers import is_optimizer

_PLAIN = frozenset(("zero_grad", "step", "param_groups", "state_dict", "load_state_dict"))
_COPIES = ("copy.deepcopy", "deepcopy")


def steps_each_optimizer(code: Code, names: Names) -> Fact:
    """False where one of several optimizers, whose gradients are cleared in the loop, never steps."""
    if not _is_all_here(code, names):
        return None
    for name in names.optimizers:
        called = _calls_on(code, name)
        looped = [call for call in called.get("zero_grad", []) if code.loops_of(call)]
        if looped and "step" not in called and _is_used_plainly(code, name):
            return False, looped[0]
    return None


def zeroes_each_optimizer(code: Code, names: Names) -> Fact:
    """False where one of several optimizers steps, and nothing clears the gradients of its parameters."""
    if not _is_all_here(code, names):
        return None
    cleared = {code.dotted(call.func).rpartition(".")[0] for call in method_calls(code, "zero_grad")}
    held = {name: owners_of_parameters(code, call) for name, call in names.optimizers.items()}
    models = set().union(*held.values())
    if not cleared or not cleared <= {*names.optimizers, *models} or ".grad" in code.text.replace(".grad_fn", ""):
        return None
    done = {owner for name in cleared for owner in held.get(name, {name})}
    for name, owners in held.items():
        stepped = [call for call in _calls_on(code, name).get("step", []) if code.loops_of(call) and not call.args]
        if stepped and owners and not owners & done and _is_used_plainly(code, name):
            return False, stepped[0]
    return None


def _is_all_here(code: Code, names: Names) -> bool:
    """Several optimizers of plain names, each made once, with a loop in this script that computes gradients."""
    made = [call for call, name in code.calls if is_optimizer(name) and name.startswith("torch.")]
    plain = all(name.isidentifier() or name.startswith("self.") for name in names.optimizers)
    several = len(names.optimizers) > 1 and len(made) == len(names.optimizers)
    return several and plain and not names.hidden and not names.automatic and bool(method_calls(code, "backward"))


def _calls_on(code: Code, name: str) -> dict[str, list[ast.Call]]:
    """Method -> its calls on what has this name."""
    found: dict[str, list[ast.Call]] = {}
    for call, dotted in code.calls:
        owner, _, method = dotted.rpartition(".")
        if owner == name:
            found.setdefault(method, []).append(call)
    return found


def _is_used_plainly(code: Code, name: str) -> bool:
    """All that happens to an optimizer is seen: its own methods, and a schedule of its rate."""
    for node in code.nodes:
        if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        if code.dotted(node) != name:
            continue
        outer = code.parent(node)
        if isinstance(outer, ast.Attribute) and outer.attr in _PLAIN:
            continue
        if not (isinstance(outer, ast.Call) and "lr_scheduler" in code.dotted(outer.func)):
            return False
    return True


def optimizer_holds_model(code: Code, names: Names) -> Fact:
    """False where the model is made anew behind its optimizer, and the loop then trains the new one."""
    if names.automatic or "add_param_group" in code.text or "set_parameters" in code.text:
        return None
    makers = [(call, _kept_as(code, call)) for call, name in code.calls if is_optimizer(name)]
    for call, kept in makers:
        if not kept or any(isinstance(outer, ast.If | ast.Try) for outer in code.above(call)):
            continue
        for model in owners_of_parameters(code, call):
            for node in _made_anew(code, model, call):
                again = any(
                    other is not call and name == kept and code.function_of(other) is code.function_of(call)
                    and other.lineno >= node.lineno
                    for other, name in makers
                )  # fmt: skip
                if not again and _trains_behind(code, node, model, kept):
                    return False, node
    return None


def _kept_as(code: Code, call: ast.Call) -> str:
    outer = code.parent(call)
    return code.dotted(outer.targets[0]) if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else ""


def _made_anew(code: Code, model: str, call: ast.Call) -> list[ast.Assign]:
    """Statements behind a call, in the same function and no branch, that give the model's name another model."""
    return [
        node
        for node in code.nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and code.dotted(node.targets[0]) == model
        and node.lineno > call.lineno and code.function_of(node) is code.function_of(call)
        and set(code.loops_of(node)) >= set(code.loops_of(call)) and _is_another_model(code, node.value, model)
        and not any(isinstance(outer, ast.If | ast.Try) for outer in code.above(node))
    ]  # fmt: skip


def _is_another_model(code: Code, value: ast.expr, model: str) -> bool:
    """What makes a model of its own: a class of modules, `nn.Sequential(...)`, a copy, or the function that made it."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _MOVES:
        value = value.func.value
    if not isinstance(value, ast.Call):
        return False
    name = code.dotted(value.func)
    if any(code.dotted(one) == model for arg in value.args for one in ast.walk(arg)):
        return name in _COPIES  # a wrapper keeps the parameters
    first = [node.value for node in code.nodes if isinstance(node, ast.Assign)
             and any(code.dotted(target) == model for target in node.targets)]  # fmt: skip
    by_same = any(isinstance(one, ast.Call) and one is not value and code.dotted(one.func) == name for one in first)
    return name == "torch.nn.Sequential" or (name in code.classes and by_same) or (name in code.functions and by_same)


_MOVES = ("to", "cuda", "cpu", "float", "double", "train", "eval")


def _trains_behind(code: Code, node: ast.Assign, model: str, optimizer: str) -> bool:
    """Behind a statement the optimizer steps for the model: in a loop there, or in a function that is given both."""
    home = code.function_of(node)
    for call, name in code.calls:
        if code.function_of(call) is not home or call.lineno <= node.lineno or statement_of(code, call) is node:
            continue
        given = {code.dotted(arg) for arg in (*call.args, *(word.value for word in call.keywords))}
        both = {model, optimizer} <= given and _may_train(code, name)
        if (name == f"{optimizer}.step" and code.loops_of(call)) or both:
            return True
    return False


def _may_train(code: Code, name: str) -> bool:
    """A function of this script that steps, or one of another file that is called so: others save, load, print."""
    function = code.functions.get(name)
    if function is None:
        return bool(_TRAINS.search(name.rpartition(".")[2]))
    return any(isinstance(one, ast.Attribute) and one.attr in ("step", "backward") for one in ast.walk(function))


_TRAINS = re.compile(r"train|fit|epoch|learn|optimi[sz]e|^run", re.IGNORECASE)
