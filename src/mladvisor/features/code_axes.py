"""Along which axis a script computes its loss: over classes or over rows, and whether it is their mean or their sum.

Each function gives (False, the node that shows the fault) or None; sound code is never known to be so, for what is not
written here may undo it.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_formula import CALLED
from mladvisor.features.code_names import Fact, Names
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name
from mladvisor.runs.script.seen import is_module

_SOFT = frozenset(("softmax", "log_softmax", "Softmax", "LogSoftmax"))
_MIXES = re.compile(r"att(?:entio)?n|gate|expert|mix|alpha|weights|scores|router|einsum", re.IGNORECASE)
"""Words around a softmax over something else than classes."""
_GENERATIVE = re.compile(r"\bvae\b|elbo|logvar|log_var|\bkl[d_]|kl_div|reconstruct", re.IGNORECASE)


def normalises_over_classes(code: Code, names: Names) -> Fact:
    """Softmax is taken over classes; False where it is taken over the rows of the batch (`dim=0`)."""
    for call, name in code.calls:
        made = name.rpartition(".")[2]
        if made not in _SOFT or _axis(call, made, name) != 0 or _MIXES.search(code.line(call)):
            continue
        if made[:1].isupper():
            if name.startswith("torch.nn.") and _MIXES.search(code.assigned_to(call)) is None:
                return False, call
        elif _is_output(code, names, call):
            return False, call
    return None


def _axis(call: ast.Call, made: str, name: str) -> int | None:
    """The axis that is written down."""
    word = next((one.value for one in call.keywords if one.arg in ("dim", "axis")), None)
    if word is None:
        of_module = name.startswith(("torch.", "keras.", "tensorflow.", "tf."))
        at = 0 if made[:1].isupper() or not of_module else 1
        word = call.args[at] if len(call.args) > at else None
    value = word.value if isinstance(word, ast.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_output(code: Code, names: Names, call: ast.Call) -> bool:
    """What is normalised is the model's output: a `forward` returns it, or it goes into a loss."""
    function = code.function_of(call)
    outer = code.parent(call)
    if function is not None and function.name == "forward":
        owner = code.class_of(call)
        return owner is not None and is_module(code, owner) and isinstance(outer, ast.Return)
    if isinstance(outer, ast.Call) and loss_name(code.dotted(outer.func).removesuffix("()")):
        return bool(outer.args) and outer.args[0] is call
    if function is None or not CALLED.search(function.name):
        return False
    taken = [one.arg for one in function.args.args if one.arg != "self"][:2]
    held = call.args[0] if call.args else call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in taken:
        held = call.func.value
    return isinstance(held, ast.Name) and held.id in taken


def averages_loss(code: Code, names: Names) -> Fact:
    """The loss is a mean over rows; False where it is their sum, and nothing divides it before `backward`."""
    if _GENERATIVE.search(code.text) or _divides(code):
        return None
    whole: list[ast.AST] = []
    for call, name in code.calls:
        if loss_name(name) and any(
            word.arg == "reduction" and isinstance(word.value, ast.Constant) and word.value.value == "sum"
            for word in call.keywords
        ):
            whole.append(call)
        elif loss_name(name):
            return None
    whole += [one for function in code.functions.values() if function is not None and (one := _summed(code, function))]
    return (False, whole[0]) if len(whole) == 1 else None


def _divides(code: Code) -> bool:
    """Something of the loss is divided, and not only what is logged of it."""
    for node in code.nodes:
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            part = node.left if isinstance(node, ast.BinOp) else node.target
            words = {one.id for one in ast.walk(part) if isinstance(one, ast.Name)}
            logged = any(isinstance(one, ast.Attribute) and one.attr in ("item", "detach") for one in ast.walk(part))
            if any("loss" in word.lower() for word in words) and not logged and not _is_shown(code, node):
                return True
    return False


def _is_shown(code: Code, node: ast.AST) -> bool:
    """Inside what is printed, written or returned, or of a running total."""
    text = ast.unparse(node)
    return "total" in text or "running" in text or any(
        isinstance(outer, ast.Return | ast.JoinedStr)
        or (isinstance(outer, ast.Call) and code.dotted(outer.func).rpartition(".")[2]
            in ("print", "append", "write", "writerow", "log", "info", "add_scalar", "update"))
        for outer in code.above(node)
    )  # fmt: skip


def _summed(code: Code, function: Function) -> ast.AST | None:
    """The sum over everything that a loss written by hand gives."""
    if not CALLED.search(function.name) or len([one for one in function.args.args if one.arg != "self"]) < 2:
        return None
    inside = list(ast.walk(function))
    if any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div) for one in inside):
        return None
    if any(isinstance(one, ast.Attribute | ast.Name) and _last(one) in ("mean", "average", "reduce_mean")
           for one in inside):  # fmt: skip
        return None
    given = [one.value for one in inside if isinstance(one, ast.Return) and one.value is not None]
    value = given[0] if len(given) == 1 else None
    value = value.operand if isinstance(value, ast.UnaryOp) else value
    if not isinstance(value, ast.Call) or _last(value.func) != "sum" or value.keywords:
        return None
    plain = len(value.args) == (1 if code.dotted(value.func).startswith(("torch.", "numpy.")) else 0)
    return value if plain else None


def _last(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
