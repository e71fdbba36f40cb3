"""Along which axis a script computes its loss: over classes or over rows, and whether it is their mean or their sum.

Each function gives (False, the node that shows the fault) or None; sound code is never known to be so, for what is not
written here may undo it.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_formula import CALLED
from mladvisor.features.code_names import Fact, Names, is_of_arrays
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import loss_name
from mladvisor.runs.script.seen import is_module

_SOFT = frozenset(("softmax", "log_softmax", "Softmax", "LogSoftmax"))
_MIXES = re.compile(r"att(?:entio)?n|gate|expert|mix|alpha|weights|scores|router|einsum", re.IGNORECASE)
"""Words around a softmax over something else than classes."""
_INPUTS = re.compile(r"(?:x|inputs?|features?|data|batch|h|hidden|a)(?:$|_|\d|b$)", re.IGNORECASE)
_WEIGHTS = re.compile(r"(?:w|weights?|theta|coefs?)(?:$|_|\d)", re.IGNORECASE)
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
    return next(((False, node) for node in code.nodes if _divides_over_rows(code, node)), None)


def _divides_over_rows(code: Code, node: ast.AST) -> bool:
    """`e / e.sum(axis=0)` of exponentials, where the code shows elsewhere that the first axis is that of rows.

    In code whose rows are columns (`W @ X`), or for a single row, this is the right axis. So it takes a greatest logit
    that is taken off along the other axis, or logits that are inputs times weights, kept in two dimensions.
    """
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Call)):
        return False
    whole, function = node.right, code.function_of(node)
    summed, axis = _summed_along(code, whole)
    if summed is None or axis != 0 or ast.unparse(summed) != ast.unparse(node.left) or _MIXES.search(code.line(node)):
        return False
    raised = _meant_here(code, summed, function)
    if not isinstance(raised, ast.Call) or code.dotted(raised.func).rpartition(".")[2] != "exp":
        return False
    around = [one for one in ast.walk(function or code.tree) if isinstance(one, ast.Call)]
    if any(_is_greatest(one) and _axis_of(code, one) in (1, -1) for one in around):
        return True
    kept = any(word.arg in ("keepdims", "keepdim") for word in whole.keywords)
    logits = raised.args[0] if raised.args else None
    return kept and logits is not None and _is_inputs_by_weights(code, _meant_here(code, logits, function))


def _summed_along(code: Code, call: ast.Call) -> tuple[ast.expr | None, int | None]:
    """What is summed, and along which axis: `e.sum(axis=0)`, `np.sum(e, axis=0)`, `torch.sum(e, 0)`."""
    name = code.dotted(call.func)
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("sum", "reduce_sum"):
        return None, None
    held = call.args[0] if is_of_arrays(name) and call.args else call.func.value
    return held, _axis_of(code, call)


def _axis_of(code: Code, call: ast.Call) -> int | None:
    """The axis of a sum or a maximum, by name or by place."""
    word = next((one.value for one in call.keywords if one.arg in ("dim", "axis")), None)
    at = 1 if is_of_arrays(code.dotted(call.func)) else 0
    word = word if word is not None else call.args[at] if len(call.args) > at else None
    try:
        value = ast.literal_eval(word) if word is not None else None
    except ValueError:
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_greatest(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("max", "amax", "reduce_max")


def _meant_here(code: Code, node: ast.expr, function: Function | None) -> ast.expr:
    """What a name was first set to in its function; other expressions as they are."""
    for _ in range(3):
        if not isinstance(node, ast.Name):
            break
        made = [one.value for one in code.assignments(node.id) if code.function_of(one) is function]
        if not made:
            break
        node = made[0]
    return node


def _is_inputs_by_weights(code: Code, node: ast.expr) -> bool:
    """`X @ W + b`, `np.dot(X, W)`, `X.dot(W)`: each row of inputs becomes a row of logits."""
    node = node.left if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) else node
    sides: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        sides = [node.left, node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("dot", "matmul"):
        sides = [*([] if is_of_arrays(code.dotted(node.func)) else [node.func.value]), *node.args]
    if len(sides) != 2:
        return False
    first, second = (code.dotted(side).rpartition(".")[2] for side in sides)
    return _INPUTS.match(first) is not None and _WEIGHTS.match(second) is not None


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
