"""Whether outputs and labels have one shape where a script's loss takes one off the other.

A column of outputs (n, 1) and flat labels (n,) are stretched to (n, n): each output is then compared with every label.
Shapes are followed through names, casts, batches, small functions and the end of the model; what cannot be followed has
none, and says nothing.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from mladvisor.features.code_all_pairs import averages_all_pairs
from mladvisor.features.code_differences import compared
from mladvisor.features.code_drawn import COLUMN, FLAT, TABLE, drawn_shape
from mladvisor.features.code_held_rows import rows_held
from mladvisor.features.code_names import Fact, Names
from mladvisor.features.code_tables import column_of, is_table, place_of_one
from mladvisor.features.config_names import listed
from mladvisor.runs.script.assignments import constants
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.datasets import BUNDLED, GENERATORS, SEVERAL
from mladvisor.runs.script.ends import end_of
from mladvisor.runs.script.seen import is_module, method

_SAME = frozenset(listed("float double to cuda cpu detach clone contiguous astype to_numpy numpy half copy"))
_MAKES = frozenset(
    ("tensor", "as_tensor", "from_numpy", "FloatTensor", "Tensor", "array", "asarray", "ascontiguousarray")
)
_OF_EACH = frozenset(listed("sin cos tan tanh exp log log1p expm1 sqrt square abs sign floor round clip sigmoid relu"))
"""Functions that give a number for each number."""
_FLATTENS = re.compile(
    r"squeeze|\[:, ?0\]|\[\.\.\., ?0\]|\((?:self\.)?-1\)|flatten\(\)|flatten\(0\)|ravel|\.mean\(|\.sum\("
)
_FLAT_SETS = frozenset(name for name, kind in BUNDLED.items() if kind != SEVERAL) - {"load_linnerud"}
"""Sets of scikit-learn whose target has one axis."""
_DEPTH = 16
_ARGUMENTS = dict[str, "_Bound"]


class _Bound(NamedTuple):
    """What a parameter stands for, and what the names in that stand for."""

    node: ast.expr
    given: _ARGUMENTS


def compares_like_with_like(code: Code, names: Names) -> Fact:
    """Outputs and labels have one shape in a loss that takes one off the other; False for a column and a flat row."""
    shapes = _Shapes(code, names)
    found: Fact = None
    for first, second, node in compared(code):
        if isinstance(node, ast.BinOp) and averages_all_pairs(code, node):
            return False, node
        for given in shapes.calls_of(code.function_of(node)):
            pair = shapes.of(first, given), shapes.of(second, given)
            if None in pair or TABLE in pair:
                continue
            if pair[0] != pair[1]:
                return False, node
            found = found or (True, node)
    return found


_MAKES_COLUMN = re.compile(r"squeeze|view|reshape|None|newaxis|\[\[|expand|\.T\b|column|to_categorical|one_hot|keepdim")


def labels_told_beside_column(code: Code, names: Names) -> Fact:
    """A column of outputs meets labels of a known shape; False where nothing in the script tells or makes their shape.

    Such labels are flat as a rule: it is the loss that does not come down which says that they are.
    """
    shapes = _Shapes(code, names)
    for first, second, node in compared(code):
        for given in shapes.calls_of(code.function_of(node)):
            sides = {shapes.of(first, given): first, shapes.of(second, given): second}
            if set(sides) == {COLUMN, None}:
                said = [sides[None], *(value for name in _names_in(sides[None]) for value in shapes.values_of(name))]
                if not any(_MAKES_COLUMN.search(ast.unparse(one)) for one in said):
                    return False, node
    return None


def _names_in(node: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


class _Shapes:
    def __init__(self, code: Code, names: Names) -> None:
        self.code = code
        self.models = frozenset(names.made) | names.models
        self.stored: dict[str, list[tuple[ast.expr, tuple[int, ...], ast.AST]]] = {}
        for node in code.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._store(target, node.value, (), node)
            elif isinstance(node, ast.For):
                self._store(node.target, node.iter, (-1,), node)
        self._model: str | None = ""

    def _store(self, target: ast.expr, value: ast.expr, at: tuple[int, ...], node: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self.stored.setdefault(target.id, []).append((value, at, node))
        elif isinstance(target, ast.Tuple | ast.List):
            for index, part in enumerate(target.elts):
                self._store(part, value, (*at, index), node)

    def values_of(self, name: str) -> list[ast.expr]:
        """All that a name is given anywhere."""
        return [value for value, _, _ in self.stored.get(name, [])]

    def calls_of(self, function: Function | None) -> list[_ARGUMENTS]:
        """What the parameters of a function are in each of its calls; no names at the module's level."""
        if function is None:
            return [{}]
        calls = [call for call, name in self.code.calls if name.rpartition(".")[2] == function.name]
        return [_bound(function, call, {}) for call in calls] or [{}]

    def of(self, node: ast.expr, given: _ARGUMENTS, at: tuple[int, ...] = (), depth: int = 0) -> str | None:
        """The shape of an expression, or of the part `at` of it."""
        if depth > _DEPTH:
            return None
        if not at and is_table(self.code, node):
            return TABLE
        if isinstance(node, ast.Name):
            return self._of_name(node, given, at, depth + 1)
        if isinstance(node, ast.Tuple | ast.List) and at:
            return self.of(node.elts[at[0]], given, at[1:], depth + 1) if 0 <= at[0] < len(node.elts) else None
        if isinstance(node, ast.Call):
            return self._of_call(node, given, at, depth + 1)
        if at:
            return None
        if isinstance(node, ast.Subscript):
            return self._of_part(node, given, depth + 1)
        if isinstance(node, ast.Attribute):
            if (node.attr == "target" and self._is_bundled(node.value)) or column_of(self.code, node):
                return FLAT
            if isinstance(node.value, ast.Name) and node.value.id in given and self._is_column(node, given):
                return FLAT
            return self.of(node.value, given, (), depth + 1) if node.attr in ("values", "data") else None
        if isinstance(node, ast.UnaryOp):
            return self.of(node.operand, given, (), depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow):
            sides = {self.of(node.left, given, (), depth + 1), self.of(node.right, given, (), depth + 1)} - {None}
            return sides.pop() if len(sides) == 1 else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return self._of_product(node.left, node.right, given, depth + 1)
        return None

    def _of_product(self, rows: ast.expr, weights: ast.expr, given: _ARGUMENTS, depth: int) -> str | None:
        """A table times a column is a column, times a flat row flat."""
        made = self.of(weights, given, (), depth)
        return made if made != TABLE and self.of(rows, given, (), depth) == TABLE else None

    def _is_column(self, node: ast.Attribute, given: _ARGUMENTS) -> bool:
        """`d.price`, where `d` stands for a table in this call."""
        held = given[node.value.id].node if isinstance(node.value, ast.Name) else node
        asked = ast.copy_location(ast.Attribute(held, node.attr, node.ctx), node)
        return column_of(self.code, asked)

    def _is_bundled(self, node: ast.expr) -> bool:
        """What a loader of scikit-learn gives."""
        stored = self.stored.get(node.id, []) if isinstance(node, ast.Name) else []
        node = stored[0][0] if len(stored) == 1 and not stored[0][1] else node
        return isinstance(node, ast.Call) and self.code.dotted(node.func).rpartition(".")[2] in _FLAT_SETS

    def _of_name(self, node: ast.Name, given: _ARGUMENTS, at: tuple[int, ...], depth: int) -> str | None:
        function = self.code.function_of(node)
        own = [one for one in self.stored.get(node.id, []) if self.code.function_of(one[2]) is function]
        own = [one for one in own if _ends(one[2]) <= (node.lineno, node.col_offset)]
        if not own and node.id in given:
            return self.of(given[node.id].node, given[node.id].given, at, depth)
        if not own and function is not None and node.id not in _parameters(function):
            own = [one for one in self.stored.get(node.id, []) if self.code.function_of(one[2]) is None]
        if not own:
            return None
        value, part, _ = own[-1]
        if part[:1] == (-1,):  # rows of a loader
            return self._of_loader(value, given, (*part[1:], *at), depth)
        return self.of(value, given, (*part, *at), depth)

    def _of_loader(self, node: ast.expr, given: _ARGUMENTS, at: tuple[int, ...], depth: int) -> str | None:
        """`for xb, yb in DataLoader(TensorDataset(X, Y))`."""
        for _ in range(_DEPTH):
            if isinstance(node, ast.Name):
                stored = self.stored.get(node.id, [])
                if node.id in given:
                    node, given = given[node.id]
                elif len(stored) == 1 and not stored[0][1]:
                    node = stored[0][0]
                elif len(stored) == 1 and len(stored[0][1]) == 1 and isinstance(stored[0][0], ast.Tuple):
                    node = stored[0][0].elts[stored[0][1][0]]  # train_dl, val_dl = DataLoader(a), DataLoader(b)
                else:
                    return None
            elif isinstance(node, ast.Call):
                last = self.code.dotted(node.func).rpartition(".")[2]
                if last == "TensorDataset" and len(at) == 1 and at[0] < len(node.args):
                    return self.of(node.args[at[0]], given, (), depth)
                if (own := self.code.classes.get(self.code.dotted(node.func))) is not None:
                    held = rows_held(self.code, own, at)
                    start = method(own, "__init__")
                    bound = _bound(start, node, given) if start is not None else {}
                    return self.of(held, bound, (), depth) if held is not None else None
                if last not in ("DataLoader", "tqdm") or not node.args:
                    return None
                node = node.args[0]
            else:
                return None
        return None

    def _of_part(self, node: ast.Subscript, given: _ARGUMENTS, depth: int) -> str | None:
        index = node.slice
        if isinstance(index, ast.Tuple):
            last = index.elts[-1]
            new = (isinstance(last, ast.Constant) and last.value is None) or self.code.dotted(last).endswith("newaxis")
            inner = self.of(node.value, given, (), depth)
            if new:
                return COLUMN if inner == FLAT else None
            return FLAT if inner in (COLUMN, TABLE) and place_of_one(last) else None
        if self._text(index, given) is not None:  # df["price"]
            return FLAT
        if isinstance(index, ast.List) and is_table(self.code, node.value):
            return TABLE
        if isinstance(index, ast.List) or place_of_one(index):
            return None
        return self.of(node.value, given, (), depth)  # rows of it

    def _text(self, node: ast.expr, given: _ARGUMENTS) -> str | None:
        """A text that is written down, or the only value of a name."""
        if isinstance(node, ast.Name) and node.id not in given:
            stored = self.stored.get(node.id, [])
            node = stored[0][0] if len(stored) == 1 and not stored[0][1] else node
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _of_call(self, call: ast.Call, given: _ARGUMENTS, at: tuple[int, ...], depth: int) -> str | None:
        name = self.code.dotted(call.func)
        home, _, last = name.rpartition(".")
        if name in self.models and not at:
            return self._of_model()
        if at == (1,) and (last in GENERATORS or (last in _FLAT_SETS and _gives_pair(call))):
            return FLAT if "n_targets" not in ast.unparse(call) else None
        if last == "train_test_split" and at and at[0] // 2 < len(call.args):
            return self.of(call.args[at[0] // 2], given, at[1:], depth)
        function = self.code.functions.get(name)
        if function is not None:
            returned = [one for one in ast.walk(function) if isinstance(one, ast.Return)]
            if len(returned) != 1 or returned[0].value is None:
                return None
            return self.of(returned[0].value, _bound(function, call, given), at, depth)
        small = self.stored.get(name, [])
        if len(small) == 1 and not small[0][1] and isinstance(small[0][0], ast.Lambda):  # to_xy = lambda d: (...)
            return self.of(small[0][0].body, _bound(small[0][0], call, given), at, depth)
        if at:
            return None
        if column_of(self.code, call):
            return FLAT
        drawn = drawn_shape(call, home, last)
        if drawn is not None:
            return drawn
        if last in _MAKES | _OF_EACH and call.args and home in ("torch", "np", "numpy"):
            return self.of(call.args[0], given, (), depth)
        if not isinstance(call.func, ast.Attribute):
            return None
        of_module = home in ("torch", "np", "numpy")
        if last in ("matmul", "mm", "mv", "dot") and len(call.args) == 1 + of_module:
            return self._of_product(call.args[0] if of_module else call.func.value, call.args[-1], given, depth)
        if of_module and not call.args:
            return None
        inner = self.of(call.args[0] if of_module else call.func.value, given, (), depth)
        written = [ast.unparse(one) for one in call.args[of_module:]]
        return _after(last, written, inner)

    def _of_model(self) -> str | None:
        """The shape of what the only model answers: a column where it ends in one unit, and nothing flattens that."""
        if self._model == "":
            end = end_of(self.code, constants(self.code))
            plain = end is not None and end.units == 1 and isinstance(end.node, ast.Call)
            modules = [one for one in self.code.classes.values() if is_module(self.code, one)]
            turned = any(_FLATTENS.search(ast.unparse(body)) for one in modules if (body := method(one, "forward")))
            self._model = COLUMN if plain and not turned and self._ends_dense() else None
        return self._model

    def _ends_dense(self) -> bool:
        """No `Sequential` ends in what flattens a column."""
        for call, name in self.code.calls:
            if name == "torch.nn.Sequential" and call.args:
                last = self.code.dotted(getattr(call.args[-1], "func", None)).rpartition(".")[2]
                if last in ("Flatten", "Squeeze", "Unflatten", "Lambda"):
                    return False
        return True


def _ends(stored: ast.AST) -> tuple[int, int]:
    """Where a name has its value: behind the statement, or behind what a loop goes over."""
    last = stored.iter if isinstance(stored, ast.For) else stored
    return getattr(last, "end_lineno", 0) or 0, getattr(last, "end_col_offset", 0) or 0


def _gives_pair(call: ast.Call) -> bool:
    """`load_diabetes(return_X_y=True)`."""
    return any(
        word.arg == "return_X_y" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )


def _after(last: str, told: list[str], inner: str | None) -> str | None:
    """The shape after a method."""
    if last in ("view", "reshape") and told == ["-1", "1"]:
        return COLUMN
    if inner is None:
        return None
    if last in ("ravel", "flatten", "squeeze"):
        return FLAT if told in ([], ["-1"], ["1"]) and (last == "squeeze" or not told) else None
    if last in ("view", "reshape"):
        return FLAT if told == ["-1"] else None
    if last == "unsqueeze":
        return COLUMN if inner == FLAT and told in (["1"], ["-1"]) else None
    return inner if last in _SAME else None


def _parameters(function: Function | ast.Lambda) -> list[str]:
    return [one.arg for one in function.args.args if one.arg not in ("self", "cls")]


def _bound(function: Function | ast.Lambda, call: ast.Call, given: _ARGUMENTS) -> _ARGUMENTS:
    found = {name: _Bound(value, given) for name, value in zip(_parameters(function), call.args, strict=False)}
    return {**found, **{word.arg: _Bound(word.value, given) for word in call.keywords if word.arg}}
