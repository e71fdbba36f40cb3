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
        if draws and joins:
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


def _is_drawn_again(code: Code, node: ast.AST) -> bool:
    """`rare.sample(n, replace=True)`, scikit-learn's `resample(rare, n_samples=n)`."""
    if not isinstance(node, ast.Call):
        return False
    last = code.dotted(node.func).rpartition(".")[2] or (node.func.attr if isinstance(node.func, ast.Attribute) else "")
    told = next((word.value for word in node.keywords if word.arg == "replace"), None)
    with_ = isinstance(told, ast.Constant) and told.value is True
    return (last == "sample" and with_) or (last == "resample" and (told is None or with_) and bool(node.args))
