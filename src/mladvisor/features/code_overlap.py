"""Whether rows that a script evaluates on are rows that it trains on: ranges that overlap, a fit to all rows."""

from __future__ import annotations

import ast
import math
import re

from mladvisor.features.code_cut_of_training import validates_on_cut
from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import Fact
from mladvisor.features.code_same_rows import validates_on_training
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.handed import told_pairs

_OF_TRAINING = re.compile(r"(?:^|_)(?:x_?|df_?|y_?)?(?:train|training|tr|trn)(?:$|_)|^(?:train|x|y)tr$")
_OF_EVALUATION = re.compile(
    rf"{HELD_OUT.pattern}|(?:^|_)(?:va|te|tst|holdout)(?:$|_|ds$)|^(?:va|te|val|test)_?(?:ds|set|data)$"
)
_JUDGES = frozenset(("predict", "predict_proba", "score", "evaluate", "decision_function"))
_DRAWN = ("randperm", "permutation")
_DEPTH = 6
_OF_HELD, _OF_LEARNED = 0.5, 0.25
"""Shares of the evaluated rows, or where nobody says how many these are, of the others."""
_Stretch = tuple[float, float]


def evaluates_on_other_rows(code: Code) -> Fact:
    """False where training and evaluation take overlapping ranges of one array, the model is fitted to the whole of
    what its test rows were split from, or validated on a cut of what it is fitted to. Never known to be true.
    """
    return (
        _by_ranges(code, constants(code))
        or _fitted_to_all(code)
        or validates_on_cut(code)
        or validates_on_training(code)
    )


def _by_ranges(code: Code, values: Constants) -> Fact:
    """`X_train, X_val = X[:1000], X[800:1200]`; `Subset(ds, range(300))` and `Subset(ds, randperm(300)[:100])`."""
    taken: dict[tuple[str, object], dict[bool, list[tuple[_Stretch, ast.Assign]]]] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or code.loops_of(node):
            continue
        for target, value in told_pairs(node):
            name = code.dotted(target).lower()
            learned, held = bool(_OF_TRAINING.search(name)), bool(_OF_EVALUATION.search(name))
            found = _stretch_of(code, values, value, 0) if learned != held else None
            if found is not None and found[0] != code.dotted(target):
                key = (found[0], code.function_of(node))
                taken.setdefault(key, {}).setdefault(held, []).append((found[1], node))
    for (base, _), parts in taken.items():
        for one, first in parts.get(False, ()):
            for other, second in parts.get(True, ()):
                start, end = sorted((first.lineno, second.lineno))
                shared = min(one[1], other[1]) - max(one[0], other[0])
                anew = any(start <= line <= end for name in base.split(" by ") for line in _set_at(code, name))
                if shared >= _least_shared(one, other) and not anew and _same_branch(code, first, second):
                    return False, second
    return None


def _least_shared(learned: _Stretch, held: _Stretch) -> float:
    """Half of what is evaluated on. Fewer rows may look back: the first window of a series, its labels one step on."""
    of = held if math.isfinite(held[1]) else learned if math.isfinite(learned[1]) else (0.0, 2.0)
    return max(1.0, (of[1] - of[0]) * (_OF_HELD if of is held else _OF_LEARNED))


def _set_at(code: Code, name: str) -> list[int]:
    """The lines on which a name gets a value."""
    return [
        one.lineno for one in code.nodes
        if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store | ast.Del)
    ]  # fmt: skip


def _stretch_of(code: Code, values: Constants, node: ast.expr, depth: int) -> tuple[str, _Stretch] | None:
    """(array, from and to) of rows that are taken in a row, by numbers that are written down."""
    if depth > _DEPTH:
        return None
    if isinstance(node, ast.Subscript):
        at = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        owner = node.value.value if isinstance(node.value, ast.Attribute) and node.value.attr == "iloc" else node.value
        if not isinstance(owner, ast.Name) or not isinstance(at, ast.Slice) or at.step is not None:
            return None
        ends = _number(values, at.lower, 0.0), _number(values, at.upper, math.inf)
        return (owner.id, (ends[0], ends[1])) if ends[0] is not None and ends[1] is not None else None
    if isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] == "Subset" and len(node.args) > 1:
        held, of = node.args[:2]
        part = of.value if isinstance(of, ast.Subscript) else None
        if isinstance(part, ast.Name) and isinstance(held, ast.Name):  # both take theirs out of one list of rows
            taken = _stretch_of(code, values, of, depth + 1)
            if taken is not None and not _one_use(code, part):
                return f"{held.id} by {taken[0]}", taken[1]
        stretch = _range_of(code, values, of, depth + 1)
        return (held.id, stretch) if isinstance(held, ast.Name) and stretch is not None else None
    return None


def _range_of(code: Code, values: Constants, node: ast.expr, depth: int) -> _Stretch | None:
    """The range that a list of row numbers fills, or is drawn from."""
    node = code.meant(node)
    if depth > _DEPTH:
        return None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):  # some of a permutation
        inner = code.meant(node.value)
        drawn = isinstance(inner, ast.Call) and code.dotted(inner.func).rpartition(".")[2] in _DRAWN
        return _range_of(code, values, inner, depth + 1) if drawn and _one_use(code, node.value) else None
    if not isinstance(node, ast.Call):
        return None
    last = code.dotted(node.func).rpartition(".")[2]
    if last in ("tolist", "numpy") and isinstance(node.func, ast.Attribute):
        return _range_of(code, values, node.func.value, depth + 1)
    if last == "list" and node.args:
        return _range_of(code, values, node.args[0], depth + 1)
    ends = [_number(values, arg, None) for arg in node.args[:2]]
    if last in ("range", "arange", *_DRAWN) and ends and None not in ends:
        return (0.0, ends[0]) if len(ends) == 1 else (ends[0], ends[1])  # type: ignore[return-value]
    return None


def _one_use(code: Code, node: ast.expr) -> bool:
    """A permutation that is drawn where it is used, or whose name is read there alone: no part of a shared one."""
    if not isinstance(node, ast.Name):
        return True
    return sum(isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Load)
               for one in code.nodes) == 1  # fmt: skip


def _number(values: Constants, node: ast.expr | None, otherwise: float | None) -> float | None:
    """A number from zero on that is written down; of one that counts from the end the place is not known."""
    if node is None:
        return otherwise
    value = values.value(node)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _same_branch(code: Code, first: ast.AST, second: ast.AST) -> bool:
    branches = [[id(one) for one in code.above(node) if isinstance(one, ast.If | ast.Try)] for node in (first, second)]
    return branches[0] == branches[1] == []


def _fitted_to_all(code: Code) -> Fact:
    """`X_tr, X_te, y_tr, y_te = train_test_split(X, y)`, `model.fit(X, y)`, and then `model.score(X_te, y_te)`;
    `x_val = x_train[:500]` and `model.fit(x_train, y_train, validation_data=(x_val, y_val))`.
    """
    parts = _held_out(code)
    for call, name in code.calls:
        model, _, last = name.rpartition(".")
        model = code.assigned_to(call) if "(" in model else model  # model = SVC().fit(X, y)
        if last != "fit" or len(call.args) < 2 or not isinstance(call.args[0], ast.Name) or code.loops_of(call):
            continue
        whole, function = call.args[0].id, code.function_of(call)
        for held, (base, made) in parts.items():
            if base != whole or code.function_of(made) is not function or made.lineno >= call.lineno:
                continue
            if (
                any(made.lineno <= line <= call.lineno for line in _set_at(code, whole))
                or f"{whole}.drop(" in code.text
            ):
                continue
            for_use = _learned_before(code, made, call)
            judged = _validates_on(code, call, held) or (not for_use and _is_judged_behind(code, call, model, held))
            if judged and _same_branch(code, made, call):
                return False, call
    return None


_FITS = re.compile(r"fit$|cross_val")


def _learned_before(code: Code, split: ast.Assign, last: ast.Call) -> bool:
    """A fit to the other part of the split, or trials within it, come before this one, which is the last, for use."""
    whole = split.targets[0]
    parts = {code.dotted(one) for one in whole.elts[::2]} if isinstance(whole, ast.Tuple) else set()
    return any(
        _FITS.match(name.rpartition(".")[2]) is not None and call.lineno < last.lineno
        and any(code.dotted(arg) in parts for arg in call.args[:2])
        for call, name in code.calls
    )  # fmt: skip


def _held_out(code: Code) -> dict[str, tuple[str, ast.Assign]]:
    """Rows to evaluate on -> (the name of all rows they are split from, where); of names that are set once."""
    found: dict[str, tuple[str, ast.Assign]] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        value, target = node.value, node.targets[0]
        named = isinstance(value, ast.Call) and code.dotted(value.func).rpartition(".")[2] == "train_test_split"
        if named and isinstance(target, ast.Tuple) and len(target.elts) == 2 * len(value.args):  # type: ignore[attr-defined]
            pairs = [(held, all_) for held, all_ in zip(target.elts[1::2], value.args, strict=True)]  # type: ignore[attr-defined]
        else:
            pairs = [
                (one, each.value) for one, each in told_pairs(node)
                if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Slice)
                and _OF_EVALUATION.search(code.dotted(one).lower())
            ]  # fmt: skip
        for held, base in pairs:
            if isinstance(held, ast.Name) and isinstance(base, ast.Name):
                found[held.id] = (base.id, node)
    return found


def _validates_on(code: Code, call: ast.Call, held: str) -> bool:
    word = next((word.value for word in call.keywords if word.arg == "validation_data"), None)
    return isinstance(word, ast.Tuple) and bool(word.elts) and code.dotted(word.elts[0]) == held


def _is_judged_behind(code: Code, fit: ast.Call, model: str, held: str) -> bool:
    """The model predicts the rows held out, after this fit and before any other."""
    if not model:
        return False
    asked = [
        call.lineno for call, name in code.calls
        if name.rpartition(".")[0] == model and name.rpartition(".")[2] in _JUDGES and call.args
        and code.dotted(call.args[0]) == held and code.function_of(call) is code.function_of(fit)
        and call.lineno > fit.lineno and not code.loops_of(call)
    ]  # fmt: skip
    again = [call.lineno for call, name in code.calls if name == f"{model}.fit" and call is not fit]
    return any(not any(fit.lineno < line <= at for line in (*again, *_set_at(code, model))) for at in asked)
