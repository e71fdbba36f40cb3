"""Whether a loss that a script writes itself lets some errors cost nothing, or pays for them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mladvisor.features.code_formula import CALLED, set_once_in
from mladvisor.features.code_names import Fact
from mladvisor.features.code_own_loss import own_losses
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.word_sets import word_set

_LABEL = re.compile(r"^(?:y|t|ys|y_?true|true|truth|gt|labels?|targets?|tgt|actual|expected|gold)$", re.IGNORECASE)
_MEANS = frozenset(("mean", "sum", "average", "reduce_mean", "reduce_sum", "nanmean"))
_SIZES = frozenset(("abs", "square", "pow", "absolute", "fabs"))
_OF_A_PART = re.compile(r"moment|bias|match|critic|wasserstein|wgan|calibrat|balance", re.IGNORECASE)
"""What a function is called that compares means on purpose."""
_OVER_CLASSES = frozenset(("softmax", "log_softmax"))


def loss_sees_every_error(code: Code) -> Fact:
    """Every error of a row costs something; False where errors cancel out before they are squared, where only rows of
    one class count, where what is off in one direction is cut to nothing, or where a softmax is taken of outputs with
    their sign turned.
    """
    for function in _losses(code):
        taken = [one.arg for one in function.args.args if one.arg != "self"]
        if len(taken) < 2 or _OF_A_PART.search(function.name) or _is_a_term(code, function):
            continue
        names = set_once_in(function)
        for node in _whole(function, names):  # beside other terms each may be half of something sound
            if (
                _cancels(code, node, taken, names)
                or _keeps_one_class(code, node, names)
                or _cuts_one_side(code, node, taken, names)
            ):
                return False, node
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _is_turned(code, call, taken):
                return False, call
    return None


def _whole(function: Function, names: dict[str, ast.expr]) -> Iterator[ast.expr]:
    """All that a function gives back, also under the root."""
    given = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
    if len(given) != 1:
        return
    node = _meant(given[0], names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sqrt" and node.args:
        node = _meant(node.args[0], names)
    if node is not None:
        yield node


def _losses(code: Code) -> Iterator[Function]:
    seen: set[int] = set()
    named = [one for one in code.functions.values() if one is not None and CALLED.search(one.name)]
    for one in (*named, *own_losses(code)):
        if id(one) not in seen:
            seen.add(id(one))
            yield one


def _is_a_term(code: Code, function: Function) -> bool:
    """Where the script calls it, its value is added to others: what it does not see another term may."""
    module = code.class_of(function)
    called = {function.name} if module is None else {f"{module.name}()"}
    for call, name in code.calls:
        if module is not None and name == module.name and isinstance(made := code.parent(call), ast.Assign):
            called |= {code.dotted(target) for target in made.targets}
    for call, name in code.calls:
        if name not in called:
            continue
        outer = code.parent(call)
        if _is_added(code, call) or (isinstance(outer, ast.AugAssign) and isinstance(outer.op, ast.Add)):
            return True
        given = (
            {one.id for one in outer.targets if isinstance(one, ast.Name)} if isinstance(outer, ast.Assign) else set()
        )
        if any(isinstance(node, ast.Name) and node.id in given and _is_added(code, node) for node in code.nodes):
            return True
    return False


def _is_added(code: Code, node: ast.AST) -> bool:
    """`loss + 0.1 * node`; a running total of an epoch is no such sum."""
    for outer in code.above(node):
        if isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Add | ast.Sub):
            kept = code.parent(outer)
            other = outer.left if node is outer.right else outer.right
            is_total = isinstance(kept, ast.Assign) and ast.unparse(other) in map(ast.unparse, kept.targets)
            return not is_total
        if not (isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult | ast.Div)):
            return False
        node = outer
    return False


def _cancels(code: Code, node: ast.expr, taken: list[str], names: dict[str, ast.expr]) -> bool:
    """`(pred - y).mean() ** 2`, `torch.abs(torch.mean(y - out))`: a size of a mean of signed differences."""
    sized: ast.expr | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        sized = node.left if isinstance(node.right, ast.Constant) and node.right.value == 2 else None
    elif isinstance(node, ast.Call) and _last(code, node) in _SIZES:
        sized = _held(code, node)
    sized = _meant(sized, names)
    if not isinstance(sized, ast.Call) or _last(code, sized) not in _MEANS or _along_an_axis(code, sized):
        return False
    inner = _meant(_held(code, sized), names)
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)):
        return False
    sides = {side.id for side in (inner.left, inner.right) if isinstance(side, ast.Name)}
    return sides == set(taken[:2]) and any(map(_LABEL.match, sides))


_CUTS = frozenset(("clamp", "clip", "clamp_min", "relu", "maximum", "max", "clip_by_value"))
_KEPT_AS = frozenset(("squeeze", "view", "reshape", "flatten", "float", "unsqueeze", "ravel", "double", "to"))


def _cuts_one_side(code: Code, node: ast.expr, taken: list[str], names: dict[str, ast.expr]) -> bool:
    """`clamp(out - y, min=0).mean()`, `F.relu(y - pred).mean()`: what is off to the other side costs nothing."""
    if not isinstance(node, ast.Call) or _last(code, node) not in _MEANS:
        return False
    cut = _meant(_held(code, node), names)
    if isinstance(cut, ast.BinOp) and isinstance(cut.op, ast.Pow):
        cut = _meant(cut.left, names)
    elif isinstance(cut, ast.Call) and _last(code, cut) in _SIZES:
        cut = _meant(_held(code, cut), names)
    if not isinstance(cut, ast.Call) or _last(code, cut) not in _CUTS:
        return False
    inner = _meant(_held(code, cut), names)
    rest = [one for one in cut.args if one is not inner and _meant(one, names) is not inner]
    limits = [*rest, *(word.value for word in cut.keywords if word.arg in ("min", "a_min", "other"))]
    others = [word.arg for word in cut.keywords if word.arg not in ("min", "a_min", "other", "inplace")]
    at_zero = all(isinstance(one, ast.Constant) and one.value == 0 for one in limits) and len(limits) <= 1
    if others or not at_zero or not (limits or _last(code, cut) == "relu"):
        return False
    if not (isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub)):
        return False
    sides = {_name_of(code, side) for side in (inner.left, inner.right)}
    return sides == set(taken[:2]) and any(map(_LABEL.match, sides))


def _name_of(code: Code, node: ast.expr) -> str:
    """The argument that a side of a difference is, in whatever form: `out.squeeze(-1)`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _KEPT_AS:
        node = node.func.value
    return node.id if isinstance(node, ast.Name) else ""


def _along_an_axis(code: Code, call: ast.Call) -> bool:
    """The mean is one of many: of each row, perhaps."""
    of_library = isinstance(call.func, ast.Attribute) and code.dotted(call.func.value) in _LIBRARIES
    return bool(call.keywords) or len(call.args) > int(of_library)


def _keeps_one_class(code: Code, node: ast.expr, names: dict[str, ast.expr]) -> bool:
    """`(loss * y).sum() / y.sum()`: rows whose label is 0 are multiplied away, and not counted either."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)):
        return False
    above, below = _meant(node.left, names), node.right
    if isinstance(below, ast.BinOp) and isinstance(below.op, ast.Add):
        below = below.left  # with something that keeps it from zero
    if isinstance(below, ast.Call) and _last(code, below) in ("clamp", "max", "maximum", "clip"):
        below = _held(code, below) or below
    if not (isinstance(above, ast.Call) and isinstance(below, ast.Call)):
        return False
    if _last(code, above) not in ("sum", "reduce_sum") or _last(code, below) not in ("sum", "reduce_sum"):
        return False
    product, counted = _meant(_held(code, above), names), _held(code, below)
    if not (isinstance(product, ast.BinOp) and isinstance(product.op, ast.Mult) and isinstance(counted, ast.Name)):
        return False
    factors = {side.id for side in (product.left, product.right) if isinstance(side, ast.Name)}
    return _LABEL.match(counted.id) is not None and counted.id in factors


def _is_turned(code: Code, node: ast.expr, taken: list[str]) -> bool:
    """`F.log_softmax(-scores)` of an argument that is no distance."""
    if not isinstance(node, ast.Call) or _last(code, node) not in _OVER_CLASSES:
        return False
    inner = _held(code, node)
    turned = isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub) and isinstance(inner.operand, ast.Name)
    if not turned or not isinstance(inner, ast.UnaryOp) or not isinstance(inner.operand, ast.Name):
        return False
    name = inner.operand.id
    return name == taken[0] and not re.search(r"dist|energ|cost|sq|norm|^d\d?$", name, re.IGNORECASE)


_LIBRARIES = word_set(
    "torch tf np tensorflow numpy K jnp F torch.nn.functional jax.nn tf.nn tensorflow.nn tf.math tensorflow.math"
    " keras.ops ops nn jax.numpy"
)


def _last(code: Code, call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else code.dotted(call.func).rpartition(".")[2]


def _held(code: Code, call: ast.Call) -> ast.expr | None:
    """What a function of a library is called on, or the value whose method it is."""
    if isinstance(call.func, ast.Attribute) and code.dotted(call.func.value) not in _LIBRARIES:
        return call.func.value
    return call.args[0] if call.args else None


def _meant(node: ast.expr | None, names: dict[str, ast.expr]) -> ast.expr | None:
    """What a name of the function was set to."""
    for _ in range(4):
        if not (isinstance(node, ast.Name) and node.id in names):
            break
        node = names[node.id]
    return node
