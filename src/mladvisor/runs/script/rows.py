"""How many rows a script trains on and takes at a time, and whether it mixes them, where it says so without a loader.

Rows are those of a well-known data set, or of one that a generator makes, less what the only split sets aside; a set
that is cut or filtered has no number here.
"""

from __future__ import annotations

import ast
from math import ceil

from mladvisor.runs.model import Setting
from mladvisor.runs.script.code import Code, Loop
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.datasets import COUNTED, GENERATORS

_WHOLE = {
    "load_iris": 150,
    "load_wine": 178,
    "load_breast_cancer": 569,
    "load_diabetes": 442,
    "load_digits": 1797,
    "fetch_olivetti_faces": 400,
    "fetch_california_housing": 20640,
    "fetch_covtype": 581012,
}
"""Rows of the data sets that scikit-learn loads whole."""
BY_HAND = (".backward", ".apply_gradients", ".train_on_batch", ".manual_backward")
"""Calls by which a network is trained step by step."""
_DRAWS = ("randperm", "permutation")
"""Calls that give the rows a new order."""
_USUAL = 0.25
"""The share that `train_test_split` sets aside where nothing is said."""


def batches_by_hand(code: Code, values: Constants) -> dict[str, Setting]:
    """`for rows in torch.randperm(n).split(64)`, `for i in range(0, n, 64)` around a `backward`: rows per step."""
    sizes: dict[int, ast.AST] = {}
    for node in code.nodes:
        if not isinstance(node, ast.For) or not _steps(code, node):
            continue
        size = _step_of(code, values, node.iter)
        if size is not None:
            sizes[size] = node
    if len(sizes) != 1:
        return {}
    size, node = next(iter(sizes.items()))
    return {"train.batch_size": Setting(size, code.place(node, "batch_size"))}


def _steps(code: Code, loop: Loop) -> bool:
    return any(isinstance(node, ast.Call) and code.dotted(node.func).endswith(BY_HAND) for node in ast.walk(loop))


def _step_of(code: Code, values: Constants, over: ast.expr) -> int | None:
    if not isinstance(over, ast.Call):
        return None
    made = code.dotted(over.func).rpartition(".")[2]
    node = None
    if made == "split" and isinstance(over.func, ast.Attribute):
        node = next(iter(over.args), None) if _orders(code, over.func.value) else None
    elif made == "range" and len(over.args) == 3:
        node = over.args[2]
    value = values.value(node)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 1 else None


def _orders(code: Code, node: ast.expr) -> bool:
    """Numbers of rows: `torch.randperm(n)`, `torch.tensor(rng.permutation(n))`, `torch.arange(n)`, a name for one."""
    if isinstance(node, ast.Name):
        made = [each.value for each in code.assignments(node.id)]
        return bool(made) and all(isinstance(each, ast.Call) and _orders(code, each) for each in made)
    return any(
        isinstance(one, ast.Call) and code.dotted(one.func).rpartition(".")[2] in (*_DRAWS, "arange")
        for one in ast.walk(node)
    )


def mixed_by_hand(code: Code, values: Constants) -> dict[str, Setting]:
    """A new order of the rows is drawn before each pass over the batches: `for rows in torch.randperm(n).split(64)`.

    The draw stands outside the loop of the steps and is made again with each epoch. One inside it mixes the rows of a
    batch among themselves (mixup), and one before everything mixes them once.
    """
    for call, name in code.calls:
        if name.rpartition(".")[2] not in _DRAWS or values.is_dead(code, call) or _is_in_doubt(code, values, call):
            continue
        around, function = code.loops_of(call), code.function_of(call)
        for step, stepped in code.calls:
            if not stepped.endswith(BY_HAND) or code.function_of(step) is not function:
                continue
            loops = code.loops_of(step)
            if len(loops) == len(around) + 1 and loops[1:] == around and (around or function is not None):
                return {"train.shuffle": Setting(True, code.place(call, "shuffle"))}
    return {}


def _is_in_doubt(code: Code, values: Constants, node: ast.AST) -> bool:
    """Under a condition of which the script does not tell whether it holds."""
    return any(
        isinstance(outer, ast.If | ast.IfExp)
        and values.holds(outer.test) is None
        and "__name__" not in ast.unparse(outer.test)
        for outer in code.above(node)
    )


def rows_of_known_set(code: Code, values: Constants) -> dict[str, Setting]:
    """The training rows of the only data set that the script loads or makes, if its size is known."""
    named = [(call, name.rpartition(".")[2]) for call, name in code.calls]
    loads = [(call, name) for call, name in named if name in _WHOLE or name in GENERATORS or name in COUNTED]
    splits = [call for call, name in code.calls if name.rpartition(".")[2] == "train_test_split"]
    reads = any(name.rpartition(".")[2].startswith(("read_", "fetch_openml", "load_dataset")) for _, name in code.calls)
    if len(loads) == 1 and not splits and not reads:
        return _rows_of_folds(code, values, *loads[0])
    if len(loads) != 1 or len(splits) != 1 or reads:
        return {}
    call, split = loads[0][0], splits[0]
    words = {word.arg: word.value for word in split.keywords}
    whole = _WHOLE.get(loads[0][1]) or _rows_made(values, call)
    if whole is None:
        return {}
    aside = values.value(words.get("test_size")) if "test_size" in words else _USUAL
    if "train_size" in words or isinstance(aside, bool) or not isinstance(aside, int | float) or aside <= 0:
        return {}
    rows = whole - (ceil(aside * whole) if aside < 1 else int(aside))
    if rows < 2 or _is_cut(code, {*_names_of(code, call), *_names_of(code, split), *_handed(split)}):
        return {}
    return {"train.train_rows": Setting(rows, code.place(split, "train_rows"))}


_FOLDS = ("cross_val_score", "cross_val_predict", "cross_validate", "GridSearchCV", "RandomizedSearchCV")
"""What cuts the rows into folds itself; each model learns from all but one of them."""


def _rows_of_folds(code: Code, values: Constants, call: ast.Call, name: str) -> dict[str, Setting]:
    """All rows of the only data set, where they are handed to a cross-validation whole."""
    folds = [one for one, called in code.calls if called.rpartition(".")[2] in _FOLDS]
    rows = _WHOLE.get(name) or _rows_made(values, call)
    if not folds or rows is None or _is_cut(code, {*_names_of(code, call), *_handed(folds[0])}):
        return {}
    return {"train.train_rows": Setting(rows, code.place(folds[0], "train_rows"))}


def _rows_made(values: Constants, call: ast.Call) -> int | None:
    """Rows that a generator of scikit-learn is told to make."""
    told = next((word.value for word in call.keywords if word.arg == "n_samples"), next(iter(call.args), None))
    rows = values.value(told)
    return rows if isinstance(rows, int) and not isinstance(rows, bool) else None


def _names_of(code: Code, call: ast.Call) -> set[str]:
    """Names that what a call gives is stored under."""
    outer = code.parent(call)
    while isinstance(outer, ast.Call | ast.Attribute | ast.Starred | ast.Tuple):
        outer = code.parent(outer)
    if not isinstance(outer, ast.Assign):
        return set()
    return {node.id for target in outer.targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _handed(call: ast.Call) -> set[str]:
    return {node.id for arg in call.args for node in ast.walk(arg) if isinstance(node, ast.Name)}


def _is_cut(code: Code, names: set[str]) -> bool:
    """Some of the names are indexed by a slice with an end, a comparison, or a name, outside of a loop's batches."""
    for node in code.nodes:
        if not isinstance(node, ast.Subscript) or isinstance(node.value, ast.Call):
            continue
        owner = node.value
        while isinstance(owner, ast.Attribute | ast.Subscript):
            owner = owner.value
        if not (isinstance(owner, ast.Name) and owner.id in names) or code.loops_of(node):
            continue
        first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        whole = isinstance(first, ast.Slice) and first.lower is None and first.upper is None and first.step is None
        if not whole and not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            return True
    return False
