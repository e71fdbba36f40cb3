"""What kind of target a script learns, where the script itself makes it: a bundled data set, a comparison, a sine.

Values are followed from what is learned (`fit(X, y)`, `TensorDataset(X, y)`, `y_train = ...`) back to where they come
from, through splits, slices, casts and small functions. What cannot be followed is unknown, and so is a target of which
two places tell different things.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.follow import Followed, Value

LABEL = re.compile(
    r"^(?:y|ys|labels?|targets?)(?:$|_)|^y(?:tr|te|train|test|val)$|_(?:y|labels?|targets?)$", re.IGNORECASE
)
_GUESSED = re.compile(r"pred|hat|prob|score|out|logit", re.IGNORECASE)


class Target(NamedTuple):
    """What is learned.

    Attributes:
        kind: exclusive classes, yes or no, several labels at once, or a number.
        classes: how many, where it is known; two for yes or no.
        node: where the script makes it.
    """

    kind: Literal["classes", "yes-no", "labels", "number"]
    classes: int | None
    node: ast.AST


def target_of(code: Code, values: Constants) -> Target | None:
    """The target that a script makes itself and learns; None where it cannot be followed."""
    followed = Followed(code, values)
    found: list[tuple[Value, ast.AST]] = []
    for node in _learned(code):
        value = followed.value(node, {})
        if value is not None:
            found.append((value, node))
    if any(value.kind in ("classes", "written") and _count(value) for value, _ in found):
        # "some classes" (a LabelEncoder) beside so many classes tells nothing more
        found = [(value, node) for value, node in found if (value.kind, value.classes) != ("classes", None)]
    told = {(_kind(value), _count(value)) for value, _ in found}
    if len(told) != 1:
        return None
    kind, count = told.pop()
    return Target(kind, count, found[0][1]) if kind is not None else None


def _kind(value: Value) -> Literal["classes", "yes-no", "labels", "number"] | None:
    if value.kind == "written":
        count = _count(value)
        return None if count is None else "yes-no" if count == 2 else "classes"
    if value.kind == "classes":
        return "yes-no" if value.classes == 2 else "classes"
    return value.kind


def _count(value: Value) -> int | None:
    """The number of classes. Written numbers are classes where they are two, or count up from 0 or 1."""
    if value.kind != "written":
        return value.classes
    whole = sorted(value.written)
    if whole in ([0, 1], [-1, 1], [1, 2]) or (
        len(whole) > 2 and whole in ([*range(len(whole))], [*range(1, len(whole) + 1)])
    ):
        return len(whole)
    return None


def _learned(code: Code) -> Iterator[ast.expr]:
    """What is handed over as the target, and what is given a target's name."""
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        if last in ("fit", "TensorDataset") and isinstance(call.func, ast.Attribute | ast.Name):
            named = [word.value for word in call.keywords if word.arg == "y"]
            yield from named or call.args[1:2]
    used: dict[str, bool] = {}
    for node in code.nodes:
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)):
            continue
        if LABEL.search(node.id) and not _GUESSED.search(node.id):
            if node.id not in used:
                used[node.id] = _is_used(code, node.id)
            if used[node.id]:
                yield node


def _is_used(code: Code, name: str) -> bool:
    """More is done with it than to set it anew: an autoencoder loads and shuffles `X, y`, and learns no `y`."""
    loads = [node for node in code.nodes
             if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)]  # fmt: skip
    return not loads or any(not _sets_anew(code, node, name) for node in loads)


def _sets_anew(code: Code, node: ast.AST, name: str) -> bool:
    statement = next((outer for outer in code.above(node) if isinstance(outer, ast.stmt)), None)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return any(isinstance(one, ast.Name) and one.id == name for each in targets for one in ast.walk(each))
