"""Whether the batches of a script hold one class each: cut out of what it sorted by label, or grouped by a sampler."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import Fact, statement_of
from mladvisor.features.code_ordered import is_of_training, labels_sorted_by, names_labels, takes_rows_by
from mladvisor.features.code_split import MIXES
from mladvisor.runs.script.code import Code

_ON_PURPOSE = re.compile(
    r"continual|incremental|curricul|episod|few[\s_-]?shot|prototyp|forgetting|lifelong|metric[\s_-]learning|triplet"
    r"|contrastive",
    re.IGNORECASE,
)
"""Words of methods that show one class after another, or groups of a class, by design."""
_INDEX = re.compile(r"^(?:idx|index|indexes|indices|inds?|order|perm|ids|rows|p|i)(?:_\w+)?$")
_TRAINS = frozenset(("partial_fit", "train_on_batch", "backward", "apply_gradients"))
_CUTS = frozenset(("split", "chunk", "array_split"))
_GROUPED = re.compile(r"Group(?:ed)?(?:By)?(?=[A-Z]|$)|Sorted|ByClass|ByLabel|SingleClass|OneClass|ClassWise")
"""What the name of a sampler says that puts rows of one label together."""


def mixes_classes_in_batches(code: Code) -> Fact:
    """False where batches are taken in a row out of rows, or of an order of rows, that the script sorts by the label,
    or where a sampler that is given the labels is named for groups of them. Never known to be so.
    """
    if _ON_PURPOSE.search(code.text):
        return None
    return _by_sampler(code) or _by_sorted_order(code) or _by_sorted_rows(code)


def _by_sampler(code: Code) -> Fact:
    """`DataLoader(rows, sampler=GroupedBySampler(y))`."""
    for call, name in code.calls:
        for word in call.keywords if name.rpartition(".")[2] == "DataLoader" else ():
            made = code.meant(word.value) if word.arg in ("sampler", "batch_sampler") else None
            if not isinstance(made, ast.Call) or not _GROUPED.search(code.dotted(made.func).rpartition(".")[2]):
                continue
            given = [*made.args, *(each.value for each in made.keywords)]
            if any(names_labels(code.dotted(one).rpartition(".")[2].lower()) for one in given):
                return False, made
    return None


def _by_sorted_order(code: Code) -> Fact:
    """`idx = idx[torch.argsort(y[idx])]` in the function that trains, and batches are cut out of `idx`."""
    for call, _ in code.calls:
        labels = labels_sorted_by(code, call)
        statement = statement_of(code, call)
        if not labels or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        kept = code.dotted(statement.targets[0])
        whole = statement.value is call  # order = np.argsort(y)
        taken = isinstance(statement.value, ast.Subscript) and statement.value.slice is call
        if not (whole or taken) or not _INDEX.match(kept) or _is_mixed_behind(code, call):
            continue
        for node in _in_loops_that_train(code, statement):
            if _is_batch_of(code, node, kept):
                return False, call
    return None


def _is_batch_of(code: Code, node: ast.AST, kept: str) -> bool:
    """`idx[i:i + 32]`; a loop over `idx.split(32)` or over chunks that were made of it."""
    if isinstance(node, ast.Subscript):
        return code.dotted(node.value) == kept and _is_stretch(node.slice)
    if not isinstance(node, ast.For):
        return False
    over = code.meant(node.iter)
    return any(
        isinstance(one, ast.Call) and code.dotted(one.func).rpartition(".")[2] in _CUTS
        and any(isinstance(part, ast.Name) and part.id == kept for part in ast.walk(one))
        for one in ast.walk(over)
    )  # fmt: skip


def _by_sorted_rows(code: Code) -> Fact:
    """`X, y = X[order], y[order]` by the order of the labels, and then `model.partial_fit(X[i:i + 32], ...)`."""
    for call, _ in code.calls:
        if not takes_rows_by(code, call) or _is_mixed_behind(code, call):
            continue
        for node in _in_loops_that_train(code, call):
            if isinstance(node, ast.Subscript) and is_of_training(code.dotted(node.value)) and _is_stretch(node.slice):
                return False, call
    return None


def _is_stretch(index: ast.expr) -> bool:
    """`i:i + 32`: rows in a row, from a place that changes."""
    return isinstance(index, ast.Slice) and isinstance(index.lower, ast.Name | ast.BinOp) and index.step is None


def _in_loops_that_train(code: Code, after: ast.AST) -> list[ast.AST]:
    """Loops behind a statement, or around it, that train, and all that stands in them."""
    line = getattr(after, "lineno", 0)
    found: list[ast.AST] = []
    for loop in code.nodes:
        if not isinstance(loop, ast.For | ast.While) or (loop.end_lineno or 0) < line:
            continue
        inside = list(ast.walk(loop))
        if any(isinstance(one, ast.Attribute) and one.attr in _TRAINS for one in inside):
            found += [one for one in inside if getattr(one, "lineno", 0) >= line]
    return found


def _is_mixed_behind(code: Code, call: ast.Call) -> bool:
    """Rows are mixed behind a sort; whole batches that change places stay as they are."""
    for other, name in code.calls:
        if name.rpartition(".")[2] not in MIXES or other.lineno < call.lineno or other is call:
            continue
        given = code.meant(other.args[0]) if other.args else None
        cut = given is not None and any(
            (isinstance(one, ast.Call) and code.dotted(one.func).rpartition(".")[2] in _CUTS)
            or (isinstance(one, ast.Subscript) and _is_stretch(one.slice))
            for one in ast.walk(given)
        )
        if not cut:
            return True
    return False
