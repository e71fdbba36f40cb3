"""How a training script divides its rows: by draws that may take the same row twice, or by place after a sort.

Names tell what a part is only where they say so themselves (`test`, `X_train`); everything else is unknown.
"""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT, parts_of
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_ordered import takes_rows_by
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import pairs, told_pairs

LEARNED = re.compile(r"(?:^|_)(?:x_?|df_?|y_?)?(?:train|training|tr)(?:$|_)")
MIXES = frozenset(("sample", "shuffle", "permutation", "randperm", "resample", "choice"))
_SAME_ROWS = frozenset(("copy", "reset_index", "clone", "to_numpy", "astype"))
_RANDOM_CUTS = frozenset(
    ("train_test_split", "random_split", "StratifiedShuffleSplit", "ShuffleSplit", "KFold", "StratifiedKFold")
)
_WITHOUT_COPIES = ("drop_duplicates", "duplicated", "unique(", "GroupKFold", "GroupShuffleSplit", "groups=")


def draws_parts_apart(code: Code) -> Fact:
    """Training and test rows are no two draws from all rows: `train = df.sample(...)`, `test = df.sample(...)`."""
    drawn = [one for node in code.nodes if isinstance(node, ast.Assign) and (one := _draw(code, node)) is not None]
    for first in drawn:
        for second in drawn:
            same = first.given == second.given and code.function_of(first.node) is code.function_of(second.node)
            if same and LEARNED.search(first.name) and HELD_OUT.search(second.name):
                start, end = sorted((first.node.lineno, second.node.lineno))
                between = [node for node in code.assignments(first.given) if start < node.lineno < end]
                return None if between else (False, max(first.node, second.node, key=lambda node: node.lineno))
    return _trains_on_all(code)


def _trains_on_all(code: Code) -> Fact:
    """All rows are called training rows, and the test rows are a part of them: `X_train, y_train = X, y`.

    The part that a split leaves for training is thrown away (`_, X_test, _, y_test = train_test_split(X, y)`), or the
    test rows are a draw or a cut of what the training rows are as a whole.
    """
    whole = {}  # what all rows are called -> the statement that calls them training rows
    for node in code.nodes:
        if not isinstance(node, ast.Assign):
            continue
        for target, value in told_pairs(node):
            own, all_rows = code.dotted(target), code.dotted(_uncopied(value))
            if (
                LEARNED.search(own.lower())
                and all_rows
                and not LEARNED.search(all_rows.lower())
                and not _is_set_anew(code, own, node)
            ):
                whole[all_rows] = node
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        for given in _parts_taken(code, node) & whole.keys():
            made = whole[given]
            if code.function_of(made) is not code.function_of(node) or _differs_by_branch(code, made, node):
                continue
            start, end = sorted((made.lineno, node.lineno))
            if not any(start < one.lineno < end for one in code.assignments(given)):
                return False, made
    return None


def _is_set_anew(code: Code, name: str, made: ast.Assign) -> bool:
    """Another statement gives a name a value that is not made of what it held."""
    return any(
        code.dotted(target) == name and all(code.dotted(one) != name for one in ast.walk(value or node.value))
        for node in code.nodes
        if isinstance(node, ast.Assign) and node is not made
        for target, value in pairs(node)
    )


def _uncopied(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_ROWS:
        node = node.func.value
    return node


def _parts_taken(code: Code, node: ast.Assign) -> set[str]:
    """Names of all rows that a statement takes test rows out of, and keeps nothing for training."""
    targets, value = parts_of(node.targets[0]), node.value
    if isinstance(value, ast.Call) and code.dotted(value.func).rpartition(".")[2] == "train_test_split":
        if len(targets) != 2 * len(value.args) or any(not re.fullmatch("_+", code.dotted(one)) for one in targets[::2]):
            return set()
        return {
            code.dotted(given)
            for given, held in zip(value.args, targets[1::2], strict=True)
            if HELD_OUT.search(code.dotted(held).lower())
        }
    return {
        owner
        for target, each in told_pairs(node)
        if HELD_OUT.search(code.dotted(target).lower()) and (owner := _owner_of_part(code, each))
    }


def _owner_of_part(code: Code, node: ast.expr) -> str:
    """`df` of `df.sample(frac=0.2)`, `df[:n]`, `df.iloc[n:]`; "" for what may have other rows."""
    node = _uncopied(node)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("sample", "head", "tail")
    ):
        return code.dotted(node.func.value)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        held = node.value
        return code.dotted(held.value if isinstance(held, ast.Attribute) and held.attr == "iloc" else held)
    return ""


def _differs_by_branch(code: Code, first: ast.AST, second: ast.AST) -> bool:
    """One of two statements stands in a branch in which the other does not stand."""
    return _branches(code, first) != _branches(code, second)


def _branches(code: Code, node: ast.AST) -> list[tuple[int, bool]]:
    """The conditions above a node, each with whether the node stands under "if" or under "else"."""
    found: list[tuple[int, bool]] = []
    for outer in code.above(node):
        if isinstance(outer, ast.If | ast.Try):
            found.append((id(outer), node in outer.body))
        node = outer
    return found


class _Draw:
    """A part of rows, or of their numbers, that is taken at random out of all."""

    def __init__(self, node: ast.Assign, name: str, owner: str, given: str) -> None:
        self.node, self.name, self.owner, self.given = node, name, owner, given


def _draw(code: Code, node: ast.Assign) -> _Draw | None:
    value = node.value
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "reset_index":
        value = value.func.value
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    name, made = code.dotted(node.targets[0]).lower(), value.func.attr
    if made == "sample" and any(word.arg in ("frac", "n") for word in value.keywords):
        owner = code.dotted(value.func.value)
        return _Draw(node, name, owner, owner) if owner and "." not in owner else None
    if made == "choice" and value.args:  # rng.choice(len(X), 100), of which nothing is taken away before the next
        return _Draw(node, name, "", ast.unparse(value.args[0]))
    return None


def splits_before_sorting(code: Code) -> Fact:
    """Rows that are divided by their place are not sorted by their label before, without being mixed since."""
    cuts = [*cuts_in_order(code)]
    for node in code.nodes:
        if not isinstance(node, ast.Call):
            continue
        column, function = sorted_by(node), code.function_of(node)
        by_order = takes_rows_by(code, node)  # of arrays, which keep their names
        if not by_order and not (column and is_label(code, column)):
            continue
        kept = "" if by_order else kept_as(code, node)
        if not kept and not by_order:
            continue  # shown, and not kept
        since = [cut for cut in cuts if code.function_of(cut) is function and getattr(cut, "lineno", 0) > node.lineno]
        if kept and kept != code.dotted(node.func.value):  # type: ignore[attr-defined]
            since = [cut for cut in since if re.search(rf"\b{re.escape(kept)}\b", ast.unparse(cut))]
        if not since:
            continue
        last = min(getattr(cut, "lineno", 0) for cut in since)
        mixed = any(
            name.rpartition(".")[2] in MIXES and node.lineno <= call.lineno <= last and call is not node
            for call, name in code.calls
        )
        if not mixed:
            return False, node
    return None


def kept_as(code: Code, call: ast.Call) -> str:
    """The variable that a sorted table is kept under; "" where it is only looked at."""
    if any(word.arg == "inplace" and ast.unparse(word.value) == "True" for word in call.keywords):
        return code.dotted(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    outer = code.parent(call)
    while isinstance(outer, ast.Attribute) and outer.attr in ("reset_index", "copy"):
        outer = code.parent(outer)
        outer = code.parent(outer) if isinstance(outer, ast.Call) else outer
    return code.dotted(outer.targets[0]) if isinstance(outer, ast.Assign) else ""


def sorted_by(node: ast.AST) -> str:
    """The column that `df.sort_values("price")` sorts by; "" for all else."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sort_values"):
        return ""
    by = next((word.value for word in node.keywords if word.arg == "by"), node.args[0] if node.args else None)
    by = by.elts[0] if isinstance(by, ast.List | ast.Tuple) and by.elts else by
    return by.value if isinstance(by, ast.Constant) and isinstance(by.value, str) else ""


def cuts_in_order(code: Code) -> list[ast.AST]:
    """Divisions by place: `df.iloc[:n]`, `df[:n]`, `train_test_split(..., shuffle=False)`."""
    found: list[ast.AST] = []
    for call, name in code.calls:
        if name.rpartition(".")[2] == "train_test_split" and _is_off(call, "shuffle"):
            found.append(call)
    for node in code.nodes:
        if isinstance(node, ast.Assign):
            parts = {code.dotted(part) for part in parts_of(node.targets[0])}
            held = any(LEARNED.search(part.lower()) or HELD_OUT.search(part.lower()) for part in parts)
            cut = [one for one in ast.walk(node.value) if held and isinstance(one, ast.Subscript) and _is_an_end(one)]
            found += [one for one in cut if code.dotted(one.value) not in parts]  # `x = x[:100]` throws rows away
    return found


def _is_an_end(node: ast.Subscript) -> bool:
    """`[:n]`, `.iloc[n:]`: the rows up to a number, or from it on."""
    at = node.slice
    return isinstance(at, ast.Slice) and (at.lower is None) != (at.upper is None) and at.step is None


def _is_off(call: ast.Call, name: str) -> bool:
    return any(
        word.arg == name and isinstance(word.value, ast.Constant) and not word.value.value for word in call.keywords
    )


def is_label(code: Code, column: str) -> bool:
    """A column is what the script learns: given to `fit` as labels, or kept under a label's name."""
    for call, name in code.calls:
        if name.rpartition(".")[2] == "fit" and len(call.args) > 1 and _reads(call.args[1], column):
            return True
    return any(
        isinstance(node, ast.Assign)
        and any(LABEL_NAME.search(code.dotted(part).lower()) for target in node.targets for part in parts_of(target))
        and any(_reads(part, column) for part in parts_of(node.value))
        for node in code.nodes
    )


def _reads(node: ast.AST, column: str) -> bool:
    """The expression is the column, whatever is done to its values: `df["price"] / 1e5`, `train.activity`."""
    if any(isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "drop"
           for one in ast.walk(node)):  # fmt: skip
        return False
    return any(
        (isinstance(one, ast.Attribute) and one.attr == column)
        or (isinstance(one, ast.Subscript) and isinstance(one.slice, ast.Constant) and one.slice.value == column)
        or (isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == "pop"
            and bool(one.args) and isinstance(one.args[0], ast.Constant) and one.args[0].value == column)
        for one in ast.walk(node)
    )  # fmt: skip


def cuts_as_it_is(code: Code) -> Fact:
    """A table is cut at random, and copies of rows are not taken out before; never known not to be so."""
    if any(word in code.text for word in _WITHOUT_COPIES):
        return None
    for call, name in code.calls:
        if name.rpartition(".")[2] in _RANDOM_CUTS and not _is_off(call, "shuffle"):
            return True, call
    for node in code.nodes:
        one = _draw(code, node) if isinstance(node, ast.Assign) else None
        if (
            one is not None
            and one.owner
            and LEARNED.search(one.name)
            and f"{one.owner}.drop({one.name}.index" in code.text
        ):
            return True, node
    return None
