"""Terms of a loss by their form: an overlap of two masks, a divergence from the normal distribution, a likelihood, an
error.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from mladvisor.features.code_names import LABEL_NAME

OVERLAP, DIVERGENCE, LIKELIHOOD = "an overlap made small", "a divergence made large", "a likelihood made small"
ERROR = "an error made large"
Plain = Callable[[ast.expr], ast.expr]
"""What a name was set to just before, where that is known."""
_SHARED = re.compile(r"^inter$|inters|overlap|(?:^|_)tp(?:$|_)|true_?pos", re.IGNORECASE)
_WHOLE = re.compile(r"union|denom|cardinal|(?:^|_)f[pn](?:$|_)|sum", re.IGNORECASE)
_TRUTH = re.compile(r"^(?:t|yb|gt)$|truth")
"""What only functions of a loss call their labels, in small letters."""


def form_of(node: ast.expr, plain: Plain) -> tuple[str, bool] | None:
    """(what a term is, whether it stands there with its sign turned) by its form; None for any other."""
    if _is_overlap(node, plain):
        return OVERLAP, False
    turned = _is_divergence(node, plain)
    if turned is not None:
        return DIVERGENCE, turned
    if _is_error(node, plain):
        return ERROR, False
    return (LIKELIHOOD, False) if _is_likelihood(node) or _is_picked_likelihood(node, plain) else None


def _is_error(node: ast.expr, plain: Plain) -> bool:
    """The square or the size of a difference from the label: `(y - mu) ** 2`, `(p - y).abs()`."""
    inner: ast.expr | None = None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        inner = node.left if _is_two(node.right) else None
    elif isinstance(node, ast.Call):
        last = _last(node)
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        given = [*node.args] if held is None or (isinstance(held, ast.Name) and node.args) else [held, *node.args]
        if last in ("square", "abs") or (last in ("pow", "power") and _is_two(node.args[-1] if node.args else None)):
            inner = given[0] if given else None
            if last == "pow" and isinstance(held, ast.Name) and len(node.args) == 1:
                inner = held
    if inner is None:
        return False
    inner = plain(inner)
    if not isinstance(inner, ast.BinOp) or not isinstance(inner.op, ast.Sub):
        return False
    sides = (inner.left, inner.right)
    return sum(map(_is_of_labels, sides)) == 1 and not any(isinstance(side, ast.Constant) for side in sides)


def _is_two(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value == 2


def _is_overlap(node: ast.expr, plain: Plain) -> bool:
    """`2 * inter / (p.sum() + y.sum())`, `(tp + eps) / (tp + a * fp + b * fn + eps)`, `inter / union`.

    The mean of rows that a mask keeps, `(loss * mask).sum() / mask.sum()`, is none: what is below knows one factor.
    """
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return False
    above, below = plain(node.left), plain(node.right)
    if _has(above, _SHARED) and _has(below, _WHOLE):
        return True
    if not isinstance(below, ast.Name) and not (
        isinstance(below, ast.BinOp) and isinstance(below.op, ast.Add | ast.Sub)
    ):
        return False  # a cosine divides by a product
    parts = [plain(one) for one in ast.walk(above) if isinstance(one, ast.expr)]
    sizes = {one.id for part in ast.walk(below) if isinstance(part, ast.expr) for one in ast.walk(plain(part))
             if isinstance(one, ast.Name)}  # fmt: skip
    return any(
        _has(one, _SHARED) and ".sum" in ast.unparse(below) for one in parts if isinstance(one, ast.Name)
    ) or any(len(factors) == 2 and factors <= sizes for factors in map(_factors_summed, parts))


def _factors_summed(node: ast.expr) -> set[str]:
    """The names in `(p * y).sum(...)`, `torch.sum(p * y)`; nothing of another form."""
    if not isinstance(node, ast.Call):
        return set()
    last = _last(node)
    held = [*node.args[:1], *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
    product = next((one for one in held if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Mult)), None)
    if last not in ("sum", "reduce_sum") or product is None:
        return set()
    return {one.id for side in (product.left, product.right) for one in [side] if isinstance(one, ast.Name)}


def _has(node: ast.AST, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(one.id) for one in ast.walk(node) if isinstance(one, ast.Name))


def _is_divergence(node: ast.expr, plain: Plain) -> bool | None:
    """The sum of `1 + logvar - mu**2 - exp(logvar)`: True for that (it is never above zero), False for all turned."""
    terms = dict[str, set[int]]()
    count = 0
    for sign, one in _summands(node, 1):
        count += 1
        text = ast.unparse(plain(one))
        if re.search(r"exp\(", text):
            terms.setdefault("exp", set()).add(sign)
        elif re.search(r"pow\(2|\*\* ?2|square\(", text):
            terms.setdefault("square", set()).add(sign)
        elif isinstance(one, ast.Constant):
            terms.setdefault("one", set()).add(sign)
        elif isinstance(one, ast.Name) or "log" in text:
            terms.setdefault("log", set()).add(sign)
    if count != 4 or set(terms) != {"exp", "square", "one", "log"}:
        return None
    down = terms["exp"] == terms["square"] == {-1} and terms["one"] == terms["log"] == {1}
    up = terms["exp"] == terms["square"] == {1} and terms["one"] == terms["log"] == {-1}
    return True if down else False if up else None


def _summands(node: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from _summands(node.left, sign)
        yield from _summands(node.right, -sign if isinstance(node.op, ast.Sub) else sign)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield from _summands(node.operand, -sign)
    else:
        yield sign, node


def _is_label(name: str) -> bool:
    return bool(LABEL_NAME.search(name) or _TRUTH.search(name))


_LOGS = frozenset(("log", "log_softmax", "logsigmoid"))
_LOG_NAME = re.compile(r"^log_?p(?:rob)?(?:abilitie)?s?(?:_|$)|^log_?(?:soft)?max(?:_|$)")
"""What holds logarithms of probabilities, in small letters."""


def _last(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_of_labels(node: ast.expr) -> bool:
    """Labels, whatever is taken of them: `y[rows]`, `y.view(-1, 1)`, `y[:, None].long()`."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and _is_label(node.id.lower())


def _is_picked_likelihood(node: ast.expr, plain: Plain) -> bool:
    """The logarithm of what the model gives the true class: `log_softmax(out, 1)[range(n), y]`,
    `logp.gather(1, y.unsqueeze(1))`, `log(p[range(n), y])`; or that of the labels: `Normal(m, s).log_prob(y)`.
    """
    if isinstance(node, ast.Subscript):
        return _picks_true_class(node) and _holds_logs(node.value, plain)
    if not isinstance(node, ast.Call):
        return False
    last, held = _last(node), node.func.value if isinstance(node.func, ast.Attribute) else None
    if last == "log_prob" and len(node.args) == 1:
        return _is_of_labels(node.args[0])
    if last == "gather":
        of_module = isinstance(held, ast.Name) and held.id in ("torch", "tf")
        source = node.args[0] if of_module and node.args else held
        given = [*node.args, *(word.value for word in node.keywords)]
        return (
            source is not None
            and _holds_logs(source, plain)
            and any(_is_of_labels(one) for one in given if one is not source)
        )
    if last == "log":
        inner = [*node.args[:1], *([held] if isinstance(held, ast.Subscript) else [])]
        return any(isinstance(one, ast.Subscript) and _picks_true_class(one) for one in map(plain, inner))
    return False


def _picks_true_class(node: ast.Subscript) -> bool:
    """`[range(n), y]`, `[torch.arange(n), y]`: of each row the place that its label names."""
    index = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
    rows = len(index) == 2 and isinstance(index[0], ast.Call) and _last(index[0]) in ("range", "arange")
    return rows and _is_of_labels(index[1])


def _holds_logs(node: ast.expr, plain: Plain) -> bool:
    made = plain(node)
    if isinstance(made, ast.UnaryOp) or (isinstance(made, ast.BinOp) and isinstance(made.op, ast.Mult)):
        return False  # log_probs = -log_softmax(...)
    named = isinstance(node, ast.Name) and bool(_LOG_NAME.search(node.id.lower()))
    return named or (isinstance(made, ast.Call) and _last(made) in _LOGS)


def _is_likelihood(node: ast.expr) -> bool:
    """`y * torch.log(p)`: a label times the logarithm of something else."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    for label, other in ((node.left, node.right), (node.right, node.left)):
        named = isinstance(label, ast.Name) and _is_label(label.id.lower())
        coded = isinstance(label, ast.Call) and _last(label) == "one_hot"
        if not (named or coded) or not isinstance(other, ast.Call):
            continue
        inside = {one.id for one in ast.walk(other) if isinstance(one, ast.Name)}
        if _last(other) in _LOGS and ast.unparse(label) not in inside:
            return True
    return False
