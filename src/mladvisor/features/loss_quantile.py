"""Which quantile of the target a loss asks for: the pinball loss, of a library or written by hand."""

from __future__ import annotations

import ast
import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import number
from mladvisor.features.measured import Measured, Where, on_line
from mladvisor.runs.script.code import Code

_SETTINGS = ("quantile_alpha", "quantile", "tau", "q", "alpha")
_ALPHA = re.compile(r"quantile\w{0,20}\s{0,3}:\s{0,3}alpha\s{0,3}=\s{0,3}(0?\.\d{1,12})", re.IGNORECASE)
_MOST_TEXT = 400
_WANTED = re.compile(r"coverage|interval|picp|pit\b", re.IGNORECASE)
_LARGER = ("maximum", "max", "fmax", "where")


@feature(
    "loss.quantile",
    unit="fraction",
    doc="The quantile of the target that the loss is least for: a half for absolute errors, another one where errors to"
    " one side cost more",
    how="name the loss and its quantile in the configuration (`objective: quantile`, `alpha: 0.9`)",
    source="+quantiles Koenker and Bassett, Regression Quantiles, 1978",
)
def quantile(m: Measures) -> Measured | None:
    for key, setting in m.run.config.items():
        said = _ALPHA.search(setting.value[:_MOST_TEXT]) if isinstance(setting.value, str) else None
        if said is not None:
            return Measured(float(said[1]), where=Where(setting.place.file, key))
    if m.value("config.loss") == "quantile":
        for name in _SETTINGS:
            for key, setting in m.run.config.items():
                value = number(setting.value)
                if key.rpartition(".")[2].lower() == name and value is not None and 0 < value < 1:
                    return Measured(value, where=Where(setting.place.file, key))
    if m.run.script is None:
        return None
    found = quantile_in(m.run.script.code)
    if found is None:
        return None
    return Measured(found[0], where=on_line(m.run.script.code.place(found[1])))


@feature(
    "loss.quantile_followed",
    type="flag",
    doc="The share of rows below the answers (coverage) is logged: a quantile is what is wanted",
    how="log the coverage of the answers",
    source="+quantiles Koenker and Bassett, Regression Quantiles, 1978",
)
def followed(m: Measures) -> bool:
    return any(_WANTED.search(curve.name) for curve in m.run.curves)


def quantile_in(code: Code) -> tuple[float, ast.AST] | None:
    """`max(q * e, (q - 1) * e)`, `where(e > 0, q * e, (1 - q) * -e)`: two lines through zero, one for each side.

    None for none, and for several that ask for different quantiles: those are an interval.
    """
    found: dict[float, ast.AST] = {}
    for call, name in code.calls:
        if name.rpartition(".")[2] in _LARGER and len(call.args) >= 2:
            slopes = [_slope(code, each) for each in call.args[-2:]]
            if slopes[0] is None or slopes[1] is None or ast.dump(slopes[0][1]) != ast.dump(slopes[1][1]):
                continue
            one, other = sorted((slopes[0][0], slopes[1][0]))
            if one < 0 < other and 0.5 < other - one < 2.5:  # a leaky ReLU has one sign
                made = _error(slopes[0][1], code)
                share = other / (other - one)
                if made is not None:
                    found[round(share if made else 1 - share, 4)] = call
    return next(iter(found.items())) if len(found) == 1 else None


def _slope(code: Code, node: ast.expr) -> tuple[float, ast.expr] | None:
    """(number, what it is multiplied with) of `0.95 * e`, `(q - 1) * e`, `-e * 0.05` and the like."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _slope(code, node.operand)
        return (-inner[0], inner[1]) if inner is not None else (-1.0, node.operand)
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return None
    for factor, rest in ((node.left, node.right), (node.right, node.left)):
        value = _value(code, factor)
        if value is not None:
            inner = _slope(code, rest)
            return (value * inner[0], inner[1]) if inner is not None else (value, rest)
    return None


def _value(code: Code, node: ast.expr, deep: int = 0) -> float | None:
    """The number that an expression of constants is, names followed to the one constant they are bound to."""
    if isinstance(node, ast.Constant):
        return float(node.value) if isinstance(node.value, int | float) and not isinstance(node.value, bool) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value(code, node.operand, deep + 1)
        return -value if value is not None else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Add):
        left, right = _value(code, node.left, deep + 1), _value(code, node.right, deep + 1)
        if left is None or right is None:
            return None
        return left - right if isinstance(node.op, ast.Sub) else left + right
    if isinstance(node, ast.Name) and deep < 4:
        bound = [each for each in _bound(code, node.id) if isinstance(each, ast.Constant)]
        return _value(code, bound[0], deep + 1) if len(bound) == 1 else None
    return None


def _bound(code: Code, name: str) -> list[ast.expr]:
    """What a name is assigned, or is by default as an argument."""
    found = [node.value for node in code.assignments(name)]
    for node in code.nodes:
        if isinstance(node, ast.FunctionDef):
            given = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            found += [one for each, one in zip(given, node.args.defaults, strict=True) if each.arg == name]
        elif isinstance(node, ast.keyword) and node.arg == name:
            found.append(node.value)
    return found


def _error(node: ast.expr, code: Code) -> bool | None:
    """Whether an error is the truth minus the answer; None where its two sides cannot be told apart."""
    if isinstance(node, ast.Name):
        made = [each for each in _bound(code, node.id) if isinstance(each, ast.BinOp)]
        return _error(made[0], code) if len(made) == 1 else None
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub):
        return None
    left, right = (_is_truth(each) for each in (node.left, node.right))
    return left if left != right else None


_TRUTH = re.compile(r"^(?:y|yb|yy|ys|t|y_?true|y_?batch|true|truth|actual|labels?|targets?)$", re.IGNORECASE)


def _is_truth(node: ast.expr) -> bool:
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and bool(_TRUTH.match(node.id))
