"""Whether what a model is fitted to was scaled on its way from the file, and what it is then asked was not.

Both are followed back, statement by statement, to a call that loads rows. Where a step of the way is not known, nothing
is said.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from mladvisor.features.code_names import Fact
from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import pairs

_LOADS = frozenset(
    listed("load read_csv read_parquet read_excel read_json loadtxt genfromtxt load_data imread read_pickle load_digits"
           " load_iris load_breast_cancer load_wine load_diabetes fetch_california_housing fetch_openml")
)  # fmt: skip
_KEEPS = frozenset(
    listed("astype reshape copy to_numpy values float expand_dims array asarray ravel flatten drop squeeze stack"
           " transpose ascontiguousarray tensor from_numpy as_tensor FloatTensor sample reset_index dropna data images"
           " repeat tile get_dummies head tail iloc loc T")
)  # fmt: skip
"""What gives the same numbers in another shape, or fewer of them."""
_SCALES = frozenset(listed("transform fit_transform normalize scale minmax_scale standardize zscore"))
_SPLITS = frozenset(("train_test_split", "shuffle"))
_ASKS = frozenset(("evaluate", "predict", "predict_proba", "score", "decision_function"))
_DEPTH = 24


class _Way(NamedTuple):
    """How rows came about: scaled on the way; all of the way is known."""

    scaled: bool
    known: bool


def scales_what_it_asks(code: Code) -> Fact:
    """False where a model is fitted to scaled rows and asked about rows that were loaded and never scaled."""
    trace = _Trace(code)
    fitted = [
        (name.rpartition(".")[0], call)
        for call, name in code.calls
        if name.rpartition(".")[2] == "fit" and len(call.args) > 1 and code.function_of(call) is None
    ]
    for call, name in code.calls:
        model, _, last = name.rpartition(".")
        if last not in _ASKS or not call.args or code.function_of(call) is not None:
            continue
        fits = [one for owner, one in fitted if owner == model and one.lineno <= call.lineno]
        if not fits or not trace.of(fits[-1].args[0]).scaled:
            continue
        if trace.of(call.args[0]) == _Way(scaled=False, known=True):
            return False, call
    return None


_ONLY_READ = frozenset(("print", "fit", "display", "imshow", "hist", "plot", "scatter", "show", *_ASKS))


def _changed_in(code: Code, node: ast.AST) -> set[str]:
    """Names whose numbers a call may change in place: `np.divide(x, 255, out=x)`, `scale(x)` alone on its line."""
    if not isinstance(node, ast.Call):
        return set()
    given = [word.value for word in node.keywords if word.arg == "out"]
    last = code.dotted(node.func).rpartition(".")[2]
    if isinstance(code.parent(node), ast.Expr):
        if last.endswith("_") and isinstance(node.func, ast.Attribute):
            given.append(node.func.value)  # x.div_(255)
        if last not in _ONLY_READ:
            given += node.args
    return {one.id for one in given if isinstance(one, ast.Name)}


class _Trace:
    def __init__(self, code: Code) -> None:
        self.code = code
        self.set: dict[str, list[tuple[ast.AST, ast.expr | None, int]]] = {}
        self.changed: set[str] = set()
        for node in code.nodes:
            self.changed |= _changed_in(code, node)
            for target, value in pairs(node):
                if isinstance(target, ast.Name):
                    self._keep(target, node, value)
                elif isinstance(target, ast.Tuple | ast.List):
                    for one in ast.walk(target):
                        if isinstance(one, ast.Name):
                            self._keep(one, node, value)
                elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                    self.changed.add(target.value.id)  # x[:, 0] = ...

    def _keep(self, target: ast.Name, node: ast.AST, value: ast.expr | None) -> None:
        whole = getattr(node, "targets", [None])[0]
        at = whole.elts.index(target) if isinstance(whole, ast.Tuple | ast.List) and target in whole.elts else -1
        given = value if value is not None or isinstance(node, ast.AugAssign) else getattr(node, "value", None)
        self.set.setdefault(target.id, []).append((node, given, -1 if given is value else at))

    def of(self, node: ast.expr, depth: int = 0, at: int = -1) -> _Way:
        """The way of an expression; `at`: which of several values."""
        if depth > _DEPTH:
            return _Way(scaled=False, known=False)
        if isinstance(node, ast.Name):
            return self._of_name(node, depth + 1)
        if isinstance(node, ast.Subscript | ast.Attribute):
            plain = isinstance(node, ast.Subscript) or node.attr in _KEEPS
            way = self.of(node.value, depth + 1)
            return way if plain else way._replace(known=False)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Mult | ast.Sub):
            sides = self.of(node.left, depth + 1), self.of(node.right, depth + 1)
            return _Way(scaled=any(one.known or one.scaled for one in sides), known=False)
        if isinstance(node, ast.Call):
            return self._of_call(node, depth + 1, at)
        return _Way(scaled=False, known=False)

    def _of_call(self, node: ast.Call, depth: int, at: int) -> _Way:
        name = self.code.dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else name.rpartition(".")[2]
        if name in self.code.functions:
            return _Way(scaled=False, known=False)
        if last in _LOADS and "." in name:  # of a library; what the script's own `load` does may be anything
            return _Way(scaled=False, known=True)
        if last in _SCALES:
            return _Way(scaled=True, known=False)
        if last in _SPLITS and node.args and at >= 0:
            step = 2 if last == "train_test_split" else 1
            return self.of(node.args[min(at // step, len(node.args) - 1)], depth)
        if last not in _KEEPS:
            return _Way(scaled=False, known=False)
        held = node.func.value if isinstance(node.func, ast.Attribute) else None
        of_module = held is None or (isinstance(held, ast.Name) and held.id in self.code.imports)
        inner = node.args[0] if of_module and node.args else held
        return self.of(inner, depth) if inner is not None else _Way(scaled=False, known=False)

    def _of_name(self, name: ast.Name, depth: int) -> _Way:
        """By the last statement above it that sets the name, at the module's level and in no branch."""
        before = [one for one in self.set.get(name.id, []) if getattr(one[0], "lineno", 0) < name.lineno]
        if not before:
            return _Way(scaled=False, known=False)
        if any(self.code.parent(one[0]) is not self.code.tree for one in before):
            return _Way(scaled=False, known=False)
        node, value, at = before[-1]
        if isinstance(node, ast.AugAssign):
            scales = isinstance(node.op, ast.Div | ast.Mult | ast.Sub)
            return _Way(scaled=scales, known=False)
        way = self.of(value, depth, at) if value is not None else _Way(scaled=False, known=False)
        return way._replace(known=False) if name.id in self.changed else way
