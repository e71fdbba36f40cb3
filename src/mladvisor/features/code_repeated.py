"""Rows of a rare class that a script draws again and again, and lays beside the others before it splits them."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact, statement_of
from mladvisor.runs.script.code import Code

_JOINS = frozenset(("concat", "concatenate", "vstack", "hstack", "append", "r_"))
_SPLITS = frozenset(("train_test_split", "cross_val_score", "cross_validate"))
_MOST_STEPS = 200


def repeats_after_split(code: Code) -> Fact:
    """Rows are drawn with replacement, and joined to the others, only after the split. Never known to be so."""
    splits = [call for call, name in code.calls if name.rpartition(".")[2] in _SPLITS]
    if len(splits) != 1:
        return None
    split = splits[0]
    function = code.function_of(split)
    steps = [node for node in code.nodes if isinstance(node, ast.Assign) and code.function_of(node) is function
             and node.lineno < split.lineno]  # fmt: skip
    steps = sorted(steps, key=lambda node: node.lineno)[:_MOST_STEPS]
    repeated: set[str] = set()  # names of rows that were drawn
    joined: dict[str, ast.AST] = {}  # names of what holds them beside the others, and where that was made
    for step in steps:
        used = {node.id for node in ast.walk(step.value) if isinstance(node, ast.Name)}
        targets = {node.id for target in step.targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        draws = any(_is_drawn_again(code, node) for node in ast.walk(step.value)) or bool(used & repeated)
        joins = any(isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _JOINS
                    for node in ast.walk(step.value))  # fmt: skip
        whole = _draws_from_all(code, step) or _fills_up(code, step)
        if (draws and joins) or whole:
            joined |= dict.fromkeys(targets, step)
        elif draws:
            repeated |= targets
        elif used & joined.keys():
            joined |= dict.fromkeys(targets, joined[next(iter(used & joined.keys()))])
        else:
            for name in targets:
                joined.pop(name, None)
    if any(isinstance(node, ast.Attribute) and node.attr == "unique" for arg in split.args for node in ast.walk(arg)):
        return None  # groups are split, not rows
    given = {node.id for arg in split.args for node in ast.walk(arg) if isinstance(node, ast.Name)}
    shown = next((joined[name] for name in sorted(given & joined.keys())), None)
    return (False, shown) if shown is not None and statement_of(code, split) is not None else None


def _fills_up(code: Code, step: ast.Assign) -> bool:
    """A function of the script does it: `df = balance(df)`, which draws rows again and joins them to the others."""
    made = code.functions.get(code.dotted(step.value.func)) if isinstance(step.value, ast.Call) else None
    if made is None or not isinstance(step.value, ast.Call) or not step.value.args:
        return False
    inside = [node for node in ast.walk(made) if isinstance(node, ast.Call)]
    joins = any(code.dotted(node.func).rpartition(".")[2] in _JOINS for node in inside)
    return joins and any(_is_drawn_again(code, node) for node in inside)


def _draws_from_all(code: Code, step: ast.Assign) -> bool:
    """All rows are drawn again, with replacement: `i = resample(np.arange(len(y)), n_samples=3000)`, `X, y =
    resample(X, y)`, `i = rng.choice(len(X), len(X))`, `t = t.sample(5000, replace=True)`.

    Where a few of many are chosen without a word of replacement nearly none comes twice.
    """
    value = step.value
    if not isinstance(value, ast.Call):
        return False
    named = {one.id for target in step.targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    last = code.dotted(value.func).rpartition(".")[2]
    if last == "sample" and isinstance(value.func, ast.Attribute):
        return code.dotted(value.func.value) in named and _is_drawn_again(code, value)
    if not value.args:
        return False
    numbers = _counts_rows(code, value.args[0])
    if last == "resample":
        same = {code.dotted(arg) for arg in value.args} <= named
        return (numbers or same) and _is_drawn_again(code, value)
    size = next((word.value for word in value.keywords if word.arg == "size"), (*value.args[1:2], None)[0])
    told = next((ast.unparse(word.value) for word in value.keywords if word.arg == "replace"), "")
    as_many = not told and size is not None and _counts_rows(code, size)
    return last == "choice" and numbers and (told == "True" or as_many)


def _counts_rows(code: Code, node: ast.expr) -> bool:
    """`len(y)`, `np.arange(len(y))`, `X.shape[0]`."""
    if isinstance(node, ast.Call):
        last = code.dotted(node.func).rpartition(".")[2]
        ranges = last in ("arange", "range") and len(node.args) == 1
        return last == "len" or (ranges and _counts_rows(code, node.args[0]))
    return isinstance(node, ast.Subscript) and ast.unparse(node).endswith(".shape[0]")


def _is_drawn_again(code: Code, node: ast.AST) -> bool:
    """`rare.sample(n, replace=True)`, scikit-learn's `resample(rare, n_samples=n)`."""
    if not isinstance(node, ast.Call):
        return False
    last = code.dotted(node.func).rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    told = next((word.value for word in node.keywords if word.arg == "replace"), None)
    with_ = isinstance(told, ast.Constant) and told.value is True
    if last == "choice" and len(node.args) > 1:  # NumPy's default is to put back what was drawn
        return told is None or with_
    return (last == "sample" and with_) or (last == "resample" and (told is None or with_) and bool(node.args))
