"""Data sets of a script that gather their rows one class after the other, as folders of classes lie on a disk."""

from __future__ import annotations

import ast
import re

from mladvisor.runs.script.code import Code

_CLASSES = re.compile(
    r"\bunique\(|\bset\(|\brange\((?:self\.)?(?:n|num|nb)?_?(?:classes|labels|class)\b|\bclass(?:es|_names|_dirs|_folders|2idx"
    r"|_to_idx)\b|\blistdir\(|\biterdir\(|\bscandir\(",
    re.IGNORECASE,
)
"""What a loop over classes goes through."""
_FILLS = frozenset(("append", "extend"))
_MIXES = re.compile(
    r"shuffle\(|permutation|randperm|\.sample\(|random_split|Subset|WeightedRandom|RandomSampler|\bchoice\("
)


def gathered_by_class(code: Code, loader: ast.Call) -> ast.AST | None:
    """What does so in the data set that a loader is given as it is made, a loop or a list of parts; None where anything
    mixes rows.

    `for c in sorted(set(y)): for row in X[y == c]: self.items.append((row, c))`, in the constructor of `Rows`, and
    `DataLoader(Rows(X, y))`.
    """
    rows = loader.args[0] if loader.args else next((w.value for w in loader.keywords if w.arg == "dataset"), None)
    made = code.meant(rows) if rows is not None else None
    if made is None or _MIXES.search(code.text):
        return None
    if isinstance(made, ast.Call) and code.dotted(made.func).rpartition(".")[2] == "ConcatDataset" and made.args:
        return _one_each(code.meant(made.args[0]))
    own = code.classes.get(code.dotted(made.func)) if isinstance(made, ast.Call) else None
    if own is None:
        return None
    for node in ast.walk(own):
        if isinstance(node, ast.For) and _CLASSES.search(ast.unparse(node.iter)) and _keeps_class(node):
            return node
    return None


def _one_each(parts: ast.expr) -> ast.AST | None:
    """`[TensorDataset(X[y == c], ...) for c in range(10)]`: a part for each class, picked by its number."""
    if not isinstance(parts, ast.ListComp) or len(parts.generators) != 1:
        return None
    of = parts.generators[0].target
    picked = any(
        isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.Eq)
        and any(isinstance(side, ast.Name) and side.id == getattr(of, "id", "") for side in one.comparators)
        for one in ast.walk(parts.elt)
    )  # fmt: skip
    return parts if picked else None


def _keeps_class(loop: ast.For) -> bool:
    """What is appended in the loop has the class, or its number, beside it."""
    names = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
    return any(
        isinstance(call.func, ast.Attribute) and call.func.attr in _FILLS
        and any(isinstance(one, ast.Name) and one.id in names for arg in call.args for one in ast.walk(arg))
        for call in ast.walk(loop) if isinstance(call, ast.Call)
    )  # fmt: skip
