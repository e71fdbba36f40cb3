"""Orders that a script draws or sorts by, and puts inputs and labels in, each in another one."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import told_pairs

_RANGES = ("arange", "range")
_AS_THEY_ARE = ("values", "to_numpy", "reset_index", "copy", "astype", "drop")


def is_shuffled_range(code: Code, given: list[ast.Assign], read: list[ast.Name]) -> bool:
    """`idx = np.arange(n); np.random.shuffle(idx)`, and then `idx` is read once more."""
    if len(given) != 1 or len(read) != 2:
        return False
    made = given[0].value
    if isinstance(made, ast.Call) and code.dotted(made.func) == "list" and made.args:
        made = made.args[0]
    if not isinstance(made, ast.Call) or code.dotted(made.func).rpartition(".")[2] not in _RANGES:
        return False
    calls = [code.parent(node) for node in read]
    return any(isinstance(each, ast.Call) and code.dotted(each.func).endswith("shuffle") for each in calls)


def sorts_rows(code: Code, node: ast.expr) -> bool:
    """The rows of one array in an order of its own values: `X[X[:, 0].argsort()]`, `np.sort(y)`, `torch.sort(y)[0]`.

    By an index that is kept the other half may be sorted, too.
    """
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Call):
        return code.dotted(node.slice.func).rpartition(".")[2] == "argsort" or (
            isinstance(node.slice.func, ast.Attribute) and node.slice.func.attr == "argsort"
        )
    first = isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value == 0
    if isinstance(node, ast.Subscript | ast.Attribute) and (first or getattr(node, "attr", "") == "values"):
        node = node.value
    if not isinstance(node, ast.Call) or not node.args:
        return False
    if code.dotted(node.func) not in ("numpy.sort", "torch.sort", "sorted"):
        return False
    axis = next((word.value for word in node.keywords if word.arg in ("axis", "dim")), None)
    rows = axis is not None and ast.unparse(axis) == "0"
    return rows or (axis is None and LABEL_NAME.search(code.dotted(node.args[0]).lower()) is not None)


def by_other_orders(code: Code) -> Fact:
    """Both halves are mixed, each by a seed of its own; or a table is mixed as the inputs are taken out of it."""
    return _by_two_seeds(code) or _mixed_as_taken(code) or _sorted_as_encoded(code)


def _by_two_seeds(code: Code) -> Fact:
    """`X = shuffle(X, random_state=0)` and `y = shuffle(y, random_state=1)`, or both without a state."""
    alone = {
        code.dotted(call.args[0]): (
            call,
            next((ast.unparse(w.value) for w in call.keywords if w.arg == "random_state"), ""),
        )
        for call, name in code.calls
        if name == "sklearn.utils.shuffle" and len(call.args) == 1 and not code.loops_of(call)
    }
    for inputs, (_, seed) in alone.items():
        for labels, (call, other) in alone.items():
            pair = LABEL_NAME.search(labels.lower()) and not LABEL_NAME.search(inputs.lower())
            told = (seed != other and seed.isdigit() and other.isdigit()) or not (seed or other)
            if pair and told and _ending(inputs) == _ending(labels):
                return False, call
    return None


def _ending(name: str) -> str:
    """ "train" of `X_train` and of `y_train`."""
    return name.partition("_")[2].lower()


def _mixed_as_taken(code: Code) -> Fact:
    """`X = t.drop(columns="label").sample(frac=1).values` and `y = t["label"].values`: one of them is mixed.

    Without the index that pandas keeps, rows and labels find together no more.
    """
    halves: dict[str, dict[bool, list[ast.Assign]]] = {}
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0], ast.Name):
            continue
        inner, mixed, loses_index = node.value, False, False
        while True:
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
                if inner.func.attr == "sample":
                    mixed = any(
                        word.arg == "frac" and ast.unparse(word.value) in ("1", "1.0") for word in inner.keywords
                    )
                elif inner.func.attr not in _AS_THEY_ARE:
                    break
                loses_index = loses_index or inner.func.attr in ("to_numpy", "reset_index")
                inner = inner.func.value
            elif isinstance(inner, ast.Attribute) and inner.attr in _AS_THEY_ARE:
                loses_index = loses_index or inner.attr == "values"
                inner = inner.value
            elif isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant | ast.List | ast.Name):
                inner = inner.value
            else:
                break
        if isinstance(inner, ast.Name) and loses_index and inner.id != node.targets[0].id:
            halves.setdefault(inner.id, {}).setdefault(mixed, []).append(node)
    for both in halves.values():
        for one in both.get(True, ()):
            for other in both.get(False, ()):
                names = [part.targets[0].id.lower() for part in (one, other) if isinstance(part.targets[0], ast.Name)]
                labels = [LABEL_NAME.search(name) is not None for name in names]
                if labels[0] != labels[1] and code.function_of(one) is code.function_of(other):
                    return False, one
    return None


_ARRAYS = frozenset(("to_numpy", "values", "numpy", "tensor", "as_tensor", "from_numpy", "array", "asarray"))


def _sorted_as_encoded(code: Code) -> Fact:
    """`x_train, _ = encode(train)` and `y_train = encode(train.sort_values("id"))[1]`: a function that makes arrays
    of a table is given it in two orders, and each half is kept of one of them.
    """
    kept: dict[tuple[str, str], dict[bool, list[tuple[set[str], ast.AST]]]] = {}
    for node in code.nodes:
        for target, value in told_pairs(node) if isinstance(node, ast.Assign) else ():
            call = value.value if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant) else value
            if not isinstance(call, ast.Call) or len(call.args) != 1:
                continue
            function, (given, turned) = code.dotted(call.func), _in_order(code, call.args[0])
            if given and _gives_arrays(code, function):
                names = {one.id.lower() for one in ast.walk(target) if isinstance(one, ast.Name)} - {"_", "__"}
                kept.setdefault((function, given), {}).setdefault(turned, []).append((names, node))
    for ways in kept.values():
        if len(ways) != len((False, True)) or any(len(each) != 1 for each in ways.values()):
            continue
        (plain, _), (turned_, shown) = ways[False][0], ways[True][0]
        labels = [{_holds_labels(name) for name in names} for names in (plain, turned_)]
        if labels in ([{False}, {True}], [{True}, {False}]):
            return False, shown
    return None


def _holds_labels(name: str) -> bool:
    """ "y_train", "labels", and "yt" beside "xt"."""
    return LABEL_NAME.search(name) is not None or (name.startswith("y") and len(name) <= len("yva"))


def _in_order(code: Code, node: ast.expr) -> tuple[str, bool]:
    """(table, whether its rows are put in another order) of `train` and of `train.sort_values("id")`."""
    if isinstance(node, ast.Name):
        return node.id, False
    method = node.func if isinstance(node, ast.Call) else None
    owner = method.value if isinstance(method, ast.Attribute) else None
    if not isinstance(owner, ast.Name) or not isinstance(node, ast.Call):
        return "", False
    mixed = method.attr == "sample" and any(  # type: ignore[union-attr]
        word.arg == "frac" and ast.unparse(word.value) in ("1", "1.0") for word in node.keywords
    )
    return (owner.id, True) if mixed or method.attr == "sort_values" else ("", False)  # type: ignore[union-attr]


def _gives_arrays(code: Code, function: str) -> bool:
    """A function of the script's own whose arrays have no index by which rows and labels would find together."""
    made = code.functions.get(function)
    return made is not None and any(isinstance(one, ast.Attribute) and one.attr in _ARRAYS for one in ast.walk(made))
