"""Inputs that a script hands to its model as they stand in the table: whether it scales them, and how wide they are."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import HOW, tables
from mladvisor.features.input_width import WIDTHS, widest
from mladvisor.features.measured import Measured, Where, on_line

if TYPE_CHECKING:
    from mladvisor.runs.script.code import Code
    from mladvisor.tables.table import Table

_MAY_SCALE = ("scal", "norm", "standard", "zscore", "minmax", "whiten", "preprocess", "quantile", "transform", "robust",
              "std", "log1p", "sqrt", "clip", "tanh", "log10", "embed", "discret")  # fmt: skip
"""Parts of names that may be scaling, or take numbers for keys, whatever they are called on."""
_METHODS = frozenset(
    ("div", "divide", "true_divide", "truediv", "div_", "log", "log2", "rank", "cut", "qcut", "digitize")
)
_ENCODERS = frozenset(
    ("OneHotEncoder", "OrdinalEncoder", "LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer", "SimpleImputer",
     "ColumnTransformer", "make_column_transformer")
)  # fmt: skip
"""What codes categories, fills blanks, or hands columns to others: numbers pass it as they are ("passthrough")."""
_PLAIN = frozenset(name.lower() for name in _ENCODERS)
_MINDS_SCALE = re.compile(
    r"^(?:torch|keras|tensorflow|tf|jax|flax|lightning|pytorch_lightning|fastai|skorch|mxnet|paddle|theano)(?:\.|$)"
    r"|^sklearn\.(?:neural_network|linear_model|svm|neighbors|cluster|decomposition|gaussian_process|kernel_\w+)\b"
)
"""Libraries of models that mind the scale of their inputs: trees, forests and naive Bayes do not."""
_FITS = ("fit_transform", "transform")
_LEAST_NAMED = 2
_SMALL = 0.1


def scales_inputs(code: Code) -> tuple[bool, ast.AST] | None:
    """False where nothing in a script that reads a table could be scaling; else it is not known from here.

    Of a script whose inputs can be followed from the table to the model, only that way counts.
    """
    from mladvisor.features.code_names import is_foreign, names_of
    from mladvisor.features.code_way_in import way_in
    from mladvisor.runs.script.datasets import WIDEST
    from mladvisor.runs.script.reads import READERS

    readers = READERS | {"loadtxt", "genfromtxt"}
    reads = [
        call
        for call, name in code.calls
        if name.rpartition(".")[2] in readers | WIDEST.keys() or name in ("numpy.load", "np.load")
    ]
    if not reads or any(is_foreign(code, name) for name in code.imports.values()):
        return None
    of_sklearn = any(name.startswith(("sklearn.", "lightgbm", "xgboost", "catboost")) for name in code.imports.values())
    if of_sklearn and not any(_MINDS_SCALE.match(name) for name in code.imports.values()):
        return None
    way = way_in(code, names_of(code).models)
    if way is not None and not any(read in way for read in reads):
        way = None  # the inputs come from elsewhere, as far as can be seen
    plain = {code.assigned_to(call) for call, name in code.calls if name.rpartition(".")[2] in _ENCODERS} - {""}
    for node in code.nodes if way is None else way:
        if isinstance(node, ast.Attribute) and node.attr in _FITS and code.dotted(node.value) in plain:
            continue
        spoken = (
            node.id if isinstance(node, ast.Name)
            else node.attr if isinstance(node, ast.Attribute)
            else node.arg or "" if isinstance(node, ast.keyword)
            else ""
        ).lower()  # fmt: skip
        layer = getattr(node, "attr", getattr(node, "id", "")) == "Tanh"  # of the model, behind others
        if layer or _is_of_target(code, node):
            continue
        if spoken == "std" and any(isinstance(outer, ast.JoinedStr) for outer in code.above(node)):
            continue  # it is written down
        if (spoken not in _PLAIN and any(part in spoken for part in _MAY_SCALE)) or _divides(code, node):
            return None
        if way is not None and spoken in _METHODS and _is_called(code, node):
            return None
    loaded = {node.id for node in code.nodes if isinstance(node, ast.Name)}
    used = {
        name for alias, name in code.imports.items() if alias in loaded and name.rpartition(".")[2] not in _ENCODERS
    }
    if way is None and any(part in name.lower() for name in used for part in _MAY_SCALE):
        return None
    return False, reads[0]


_TARGET = re.compile(
    r"(?:y|ys|y_?(?:train|val|valid|test|tr|va|te|all|np|scaled|norm|std)|targets?|labels?)", re.IGNORECASE
)


def _is_of_target(code: Code, node: ast.AST) -> bool:
    """It stands where the label alone is made: scaling that is none of the inputs."""
    made = next((outer for outer in code.above(node) if isinstance(outer, ast.Assign)), None)
    return made is not None and all(isinstance(each, ast.Name) and _TARGET.fullmatch(each.id) for each in made.targets)


def _is_called(code: Code, node: ast.AST) -> bool:
    """A method, or a function that is called by its bare name: `cut` alone may be a number of rows."""
    outer = code.parent(node)
    return isinstance(node, ast.Attribute) or (isinstance(outer, ast.Call) and outer.func is node)


def _divides(code: Code, node: ast.AST) -> bool:
    """A division by anything but a count of rows, or a product with a small number."""
    if not isinstance(node, ast.BinOp | ast.AugAssign):
        return False
    by = node.right if isinstance(node, ast.BinOp) else node.value
    if isinstance(node.op, ast.Mult) and isinstance(by, ast.Constant) and isinstance(by.value, float):
        return abs(by.value) < _SMALL
    if not isinstance(node.op, ast.Div):
        return False
    return not (isinstance(by, ast.Call) and code.dotted(by.func) == "len")


@feature(
    "data.widest_input",
    unit="root mean square",
    doc="Root mean square of the widest numeric column of the training table that the training script reads, label,"
    " identifiers and dropped columns left out",
    how=HOW,
    source="+scaling LeCun et al. 1998",
    cost="cheap",
    job=WIDTHS,
)
def widest_input(m: Measures) -> Measured | None:
    if m.run.script is None:
        return None
    found = m.once(tables)
    table = found.get("train")
    code: Code = m.run.script.code
    said = _texts(code.nodes) | _written(m)
    if table is None or not table.rows or not _is_read(said, table.origin):
        return None
    return widest(table, _handed_over(code, said, table, found.label_column or ""))


def _loaded(m: Measures, code: Code) -> Measured | None:
    """Of an array that the script takes its inputs from by name: `d = np.load("data.npz")`, `x = d["x"]`."""
    from mladvisor.features.code_names import names_of
    from mladvisor.features.code_way_in import way_in
    from mladvisor.tables.array_widths import widest_of

    for node in way_in(code, names_of(code).models) or ():
        if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)):
            continue
        made = code.meant(node.value)
        if not (isinstance(made, ast.Call) and code.dotted(made.func).rpartition(".")[2] == "load" and made.args):
            continue
        file, key = made.args[0], node.slice.value
        if isinstance(file, ast.Constant) and isinstance(file.value, str) and isinstance(key, str):
            name = file.value.rpartition("/")[2]
            width = widest_of(m.run.folder / name, key) if name.endswith(".npz") else None
            if width is not None:
                return Measured(width, note=key, where=Where(name, key))
    return None


@feature(
    "data.widest_known_input",
    unit="root mean square",
    doc="Root mean square of the widest column of a library's data set that the training script loads, as it comes, or"
    " of an array that it takes from a file by its name",
    how="put the training script (train.py, or the notebook) into the folder of the log",
    source="+scaling LeCun et al. 1998",
)
def widest_known_input(m: Measures) -> Measured | None:
    from mladvisor.runs.script.datasets import BUNDLED, WIDEST

    if m.run.script is None:
        return None
    code: Code = m.run.script.code
    made = {last: call for call, name in code.calls if (last := name.rpartition(".")[2]) in BUNDLED}
    if len(made) != 1 or not made.keys() <= WIDEST.keys():
        return _loaded(m, code) if not made else None
    name, call = next(iter(made.items()))
    return Measured(WIDEST[name], note=name, where=on_line(code.place(call)))


def uses_its_scaler(code: Code) -> tuple[bool, ast.AST] | None:
    """False where a scaler is made and fitted, and its name stands nowhere else: it transforms nothing."""
    idle = _idle(code, of_label=False)
    return None if idle is None else (False, idle)


def uses_its_target_scaler(code: Code) -> tuple[bool, ast.AST] | None:
    """The same of a scaler that is fitted to the label: `sy = StandardScaler().fit(y_train[:, None])`."""
    idle = _idle(code, of_label=True)
    return None if idle is None else (False, idle)


def _idle(code: Code, *, of_label: bool) -> ast.AST | None:
    from mladvisor.features.code_names import LABEL_NAME
    from mladvisor.runs.script.scalers import idle_scalers

    for _, fit in idle_scalers(code):
        given = fit.args[0] if isinstance(fit, ast.Call) and fit.args else None
        named = [one.id.lower() for one in ast.walk(given) if isinstance(one, ast.Name)] if given is not None else []
        labels = bool(named) and LABEL_NAME.search(named[0]) is not None
        if labels is of_label:
            return fit
    return None


def _texts(nodes: list[ast.AST] | ast.AST) -> set[str]:
    each = nodes if isinstance(nodes, list) else ast.walk(nodes)
    return {node.value for node in each if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _written(m: Measures) -> set[str]:
    """The texts among the settings: a script may read the names of its files and columns from there."""
    values = [setting.value for setting in m.run.config.values()]
    return {
        each for value in values for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)
    }


def _is_read(said: set[str], file: str) -> bool:
    """The script or its settings name the file: another table beside the log may be anything."""
    last = file.rpartition("/")[2]
    return any(text.rpartition("/")[2] == last for text in said)


def _handed_over(code: Code, said: set[str], table: Table, label: str) -> list[str]:
    """The columns of numbers that are listed by name; else all but those that the script drops."""
    dropped: set[str] = set()
    for call, name in code.calls:
        if name.rpartition(".")[2] in ("drop", "pop"):
            dropped |= _texts(call)
    columns = [
        column
        for column in table.columns
        if column != label and column not in dropped and table.kind(column) in ("numeric", "integer")
    ]
    named = [column for column in columns if column in said]
    return named if len(named) >= _LEAST_NAMED else columns
