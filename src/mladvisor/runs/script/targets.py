"""What kind of target a script learns, where the script itself makes it: a bundled data set, a comparison, a sine.

Values are followed from what is learned (`fit(X, y)`, `TensorDataset(X, y)`, `y_train = ...`) back to where they come
from, through splits, slices, casts and small functions. What cannot be followed is unknown, and so is a target of which
two places tell different things.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.datasets import BUNDLED, COUNTED, GENERATORS, NUMBER, PICTURES, SEVERAL, SPLIT

LABEL = re.compile(
    r"^(?:y|ys|labels?|targets?)(?:$|_)|^y(?:tr|te|train|test|val)$|_(?:y|labels?|targets?)$", re.IGNORECASE
)
_GUESSED = re.compile(r"pred|hat|prob|score|out|logit", re.IGNORECASE)
_DEPTH = 24
_MOST_CLASSES = 1000

_SAME = frozenset(  # methods and functions after which a target is of the same kind
    [
        "astype",
        "reshape",
        "view",
        "float",
        "long",
        "int",
        "double",
        "type",
        "to",
        "cuda",
        "cpu",
        "numpy",
        "copy",
        "ravel",
        "flatten",
        "squeeze",
        "unsqueeze",
        "to_numpy",
        "tolist",
        "clone",
        "detach",
        "contiguous",
        "tensor",
        "from_numpy",
        "as_tensor",
        "FloatTensor",
        "LongTensor",
        "Tensor",
        "array",
        "asarray",
        "ascontiguousarray",
        "expand_dims",
        "constant",
        "convert_to_tensor",
        "cast",
        "concatenate",
        "concat",
        "hstack",
        "vstack",
        "stack",
        "cat",
        "append",
        "tile",
        "repeat",
        "repeat_interleave",
        "Series",
        "DataFrame",
        "permutation",
        "shuffle",
        "reset_index",
        "atleast_2d",
        "c_",
        "r_",
        "take",
        "float32",
        "list",
    ]
)
_NUMBERS = frozenset(
    [
        "normal",
        "randn",
        "standard_normal",
        "uniform",
        "rand",
        "random",
        "random_sample",
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "log1p",
        "sqrt",
        "tanh",
        "linspace",
        "logspace",
        "gamma",
        "lognormal",
        "exponential",
        "cumsum",
        "poisson",
        "norm",
    ]
)
_COMPARED = frozenset(
    ["logical_and", "logical_or", "logical_xor", "logical_not", "isin", "isnull", "notnull", "bernoulli", "sign"]
)
_CODED = frozenset(
    ["argmax", "to_categorical", "one_hot", "get_dummies", "digitize", "qcut", "factorize", "searchsorted"]
)


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


class _Value(NamedTuple):
    """A number, several labels, one of so many classes (None: some), or one of some written numbers."""

    kind: Literal["number", "labels", "classes", "written"]
    classes: int | None = None
    written: frozenset[float] = frozenset()


_Known = _Value | None
_Names = Mapping[str, ast.expr]


def target_of(code: Code, values: Constants) -> Target | None:
    """The target that a script makes itself and learns; None where it cannot be followed."""
    followed = _Followed(code, values)
    found: list[tuple[_Value, ast.AST]] = []
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


def _kind(value: _Value) -> Literal["classes", "yes-no", "labels", "number"] | None:
    if value.kind == "written":
        count = _count(value)
        return None if count is None else "yes-no" if count == 2 else "classes"
    if value.kind == "classes":
        return "yes-no" if value.classes == 2 else "classes"
    return value.kind


def _count(value: _Value) -> int | None:
    """The number of classes. Written numbers are classes where they are two, or count up from 0 or 1."""
    if value.kind != "written":
        return value.classes
    whole = sorted(value.written)
    if len(whole) == 2 or (len(whole) > 2 and whole in ([*range(len(whole))], [*range(1, len(whole) + 1)])):
        return len(whole)
    return None


def _learned(code: Code) -> Iterator[ast.expr]:
    """What is handed over as the target, and what is given a target's name."""
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        if last in ("fit", "TensorDataset") and isinstance(call.func, ast.Attribute | ast.Name):
            named = [word.value for word in call.keywords if word.arg == "y"]
            yield from named or call.args[1:2]
    for node in code.nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if isinstance(part, ast.Name) and LABEL.search(part.id) and not _GUESSED.search(part.id):
                        yield part


class _Followed:
    def __init__(self, code: Code, values: Constants) -> None:
        self.code, self.values = code, values
        self.stored: dict[str, list[tuple[int, ast.expr, tuple[int, ...]]]] = {}
        for node in code.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._store(target, node.value, ())

    def _store(self, target: ast.expr, value: ast.expr, at: tuple[int, ...]) -> None:
        if isinstance(target, ast.Name):
            self.stored.setdefault(target.id, []).append((target.lineno, value, at))
        elif isinstance(target, ast.Tuple | ast.List):
            for index, part in enumerate(target.elts):
                self._store(part, value, (*at, index))

    def value(self, node: ast.expr, given: _Names, at: tuple[int, ...] = (), depth: int = 0) -> _Known:
        """What an expression is, or the part `at` of it."""
        if depth > _DEPTH:
            return None
        if isinstance(node, ast.Name):
            return self._of_name(node, given, at, depth + 1)
        if isinstance(node, ast.Tuple | ast.List) and at:
            return self.value(node.elts[at[0]], given, at[1:], depth + 1) if at[0] < len(node.elts) else None
        if isinstance(node, ast.Call):
            return self._of_call(node, given, at, depth + 1)
        if isinstance(node, ast.Attribute):
            if node.attr in ("target", "targets"):
                return self._of_bunch(node.value, given, depth + 1)
            return self.value(node.value, given, at, depth + 1) if node.attr in ("values", "T", "data") else None
        if isinstance(node, ast.Subscript):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if key == "target":
                return self._of_bunch(node.value, given, depth + 1)
            if isinstance(key, int) and isinstance(node.value, ast.Call):
                return self.value(node.value, given, (key, *at), depth + 1)
            if isinstance(key, str):
                return None
            whole = self.value(node.value, given, at, depth + 1)
            return _Value("classes") if whole and whole.kind == "classes" and self._is_choice(node.slice) else whole
        return None if at else self._of_arithmetic(node, given, depth + 1)

    def _is_choice(self, node: ast.expr) -> bool:
        """Rows are taken by a condition: `y[y < 2]` may hold fewer classes."""
        if isinstance(node, ast.Name) and self.stored.get(node.id):
            node = self.stored[node.id][-1][1]
        return any(isinstance(each, ast.Compare) or getattr(each, "attr", "") == "isin" for each in ast.walk(node))

    def _of_name(self, node: ast.Name, given: _Names, at: tuple[int, ...], depth: int) -> _Known:
        if node.id in given:
            return self.value(given[node.id], {}, at, depth)
        here = [each for each in self.stored.get(node.id, []) if each[0] <= node.lineno] or self.stored.get(node.id, [])
        inside = isinstance(getattr(node, "ctx", None), ast.Store)
        before = [each for each in here if inside or each[0] < node.lineno] or here[:1]
        if not before:
            return None
        _, value, part = before[-1]
        return self.value(value, {}, (*part, *at), depth)

    def _of_bunch(self, node: ast.expr, given: _Names, depth: int) -> _Known:
        """`data.target` of a bundled set."""
        while isinstance(node, ast.Name) and depth < _DEPTH:
            depth += 1
            stored = self.stored.get(node.id)
            if not stored or stored[-1][2]:
                return None
            node = stored[-1][1]
        name = self.code.dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        known = {**BUNDLED, **PICTURES}.get(name)
        return None if known is None else _known(known)

    def _of_call(self, call: ast.Call, given: _Names, at: tuple[int, ...], depth: int) -> _Known:
        name = self.code.dotted(call.func)
        owner, _, last = name.rpartition(".")
        if last in BUNDLED or last in GENERATORS:
            return _known({**BUNDLED, **GENERATORS}[last]) if at[:1] == (1,) else None
        if last in COUNTED and at[:1] == (1,):
            word, usual = COUNTED[last]
            told = next((self.values.value(each.value) for each in call.keywords if each.arg == word), usual)
            told = len(told) if isinstance(told, list) else told
            return _Value("classes", int(told)) if isinstance(told, int | float) else None
        if last == "load_data" and owner.rpartition(".")[2] in SPLIT:
            return _known(SPLIT[owner.rpartition(".")[2]]) if at[1:2] == (1,) else None
        if last == "train_test_split":
            which = at[0] // 2 if at else len(call.args)
            return self.value(call.args[which], given, at[1:], depth) if which < len(call.args) else None
        if (local := self._of_local(call, name, given, at, depth)) is not None or at:
            return local
        return self._of_function(call, name, given, depth)

    def _of_local(self, call: ast.Call, name: str, given: _Names, at: tuple[int, ...], depth: int) -> _Known:
        """What a small function or lambda of the script returns, with these arguments."""
        made = self.code.functions.get(name)
        stored = self.stored.get(name, [])
        small = stored[-1][1] if len(stored) == 1 and isinstance(stored[-1][1], ast.Lambda) else None
        if made is None and small is None:
            return None
        arguments = (made or small).args.args  # type: ignore[union-attr]
        bound = {arg.arg: _bound(value, given) for arg, value in zip(arguments, call.args, strict=False)}
        if small is not None:
            return self.value(small.body, bound, at, depth)
        returned = (
            [node.value for node in ast.walk(made) if isinstance(node, ast.Return) and node.value] if made else []
        )
        found = {self.value(value, bound, at, depth) for value in returned[:4]}
        return found.pop() if len(found) == 1 else None

    def _of_function(self, call: ast.Call, name: str, given: _Names, depth: int) -> _Known:
        last = name.rpartition(".")[2]
        if last in _COMPARED:
            return _Value("classes", 2)
        if last in _CODED:
            return self._coded(call, last, given, depth)
        if last in ("randint", "integers", "choice"):
            return self._drawn(call, last)
        if last == "binomial":
            return _Value("classes", 2) if call.args and self.values.value(call.args[0]) == 1 else _Value("number")
        if last in ("zeros", "ones", "full", "zeros_like", "ones_like", "full_like"):
            level = 0 if "zeros" in last else 1 if "ones" in last else self._level(call)
            return _Value("written", written=frozenset([level])) if isinstance(level, int | float) else None
        if last == "arange":
            count = self.values.value(call.args[0]) if len(call.args) == 1 else None
            return (
                _Value("written", written=frozenset(range(count)))
                if isinstance(count, int) and 1 < count < 20
                else None
            )
        if last == "where" and len(call.args) == 3:
            return self._joined([call.args[1], call.args[2]], given, depth)
        if last in _NUMBERS:
            return _Value("number")
        if last == "fit_transform":
            return self._scaled(call)
        if last not in _SAME:
            return None
        if isinstance(call.func, ast.Attribute) and not self._is_module(call.func.value):
            return self.value(call.func.value, given, (), depth)
        first = call.args[0] if call.args else None
        if isinstance(first, ast.List | ast.Tuple) and last in (
            "concatenate",
            "concat",
            "hstack",
            "vstack",
            "stack",
            "cat",
        ):
            return self._joined(first.elts, given, depth)
        return self.value(first, given, (), depth) if first is not None else None

    def _is_module(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.code.imports

    def _level(self, call: ast.Call) -> object:
        return self.values.value(call.args[1]) if len(call.args) > 1 else None

    def _coded(self, call: ast.Call, name: str, given: _Names, depth: int) -> _Known:
        inner = self.value(call.args[0], given, (), depth) if call.args else None
        said = [each.value for each in call.keywords if each.arg == "num_classes"] + call.args[1:2]
        count = self.values.value(said[0]) if said and name in ("to_categorical", "one_hot") else None
        if isinstance(count, int):
            return _Value("classes", count)
        return inner if inner is not None and inner.kind in ("classes", "written") else _Value("classes", None)

    def _drawn(self, call: ast.Call, name: str) -> _Known:
        given = [self.values.value(each) for each in call.args[:2]]
        if name == "choice":
            first = given[0] if given else None
            count = len(set(first)) if isinstance(first, list) else first
            return _Value("classes", count) if isinstance(count, int) and count > 1 else None
        bounds = [each for each in given if isinstance(each, int)]
        if len(bounds) == 2 and not isinstance(call.args[1], ast.Tuple):
            count = bounds[1] - bounds[0]
        else:
            count = bounds[0] if bounds else 0
        return _Value("classes", count) if 1 < count <= 100 else None

    def _scaled(self, call: ast.Call) -> _Known:
        """A label that goes through a scaler is a number; through a LabelEncoder, classes."""
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(owner, ast.Name) and self.stored.get(owner.id):
            owner = self.stored[owner.id][-1][1]
        made = self.code.dotted(owner.func).rpartition(".")[2] if isinstance(owner, ast.Call) else ""
        if made in ("LabelEncoder", "LabelBinarizer", "OneHotEncoder", "OrdinalEncoder"):
            return _Value("classes", None)
        return _Value("number") if made.endswith("Scaler") else None

    def _joined(self, parts: Iterable[ast.expr], given: _Names, depth: int) -> _Known:
        found = [self.value(part, given, (), depth) for part in parts]
        known = [each for each in found if each is not None]
        if len(known) != len(found) or not known:
            return None
        if all(each.kind == "written" for each in known):
            return _Value("written", written=frozenset().union(*(each.written for each in known)))
        if any(each.kind == "number" for each in known):
            return _Value("number")
        return known[0] if len(set(known)) == 1 else None

    def _of_arithmetic(self, node: ast.expr, given: _Names, depth: int) -> _Known:
        if isinstance(node, ast.Compare | ast.BoolOp) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            return _Value("classes", 2)
        if isinstance(node, ast.UnaryOp):
            return self.value(node.operand, given, (), depth)
        if isinstance(node, ast.Constant):
            return _of_constant(node.value)
        if isinstance(node, ast.List | ast.Tuple):
            return self._of_list(node, given, depth)
        if isinstance(node, ast.ListComp):
            return self.value(node.elt, given, (), depth)
        if isinstance(node, ast.IfExp):
            return self._joined([node.body, node.orelse], given, depth)
        return self._of_operation(node, given, depth) if isinstance(node, ast.BinOp) else None

    def _of_list(self, node: ast.List | ast.Tuple, given: _Names, depth: int) -> _Known:
        rows = [each for each in node.elts if isinstance(each, ast.List | ast.Tuple)]
        if rows and len(rows) == len(node.elts) and all(len(row.elts) > 1 for row in rows):
            found = [[self.values.value(each) for each in row.elts] for row in rows]
            exclusive = all(sorted(map(str, row)) == sorted(["1", *["0"] * (len(row) - 1)]) for row in found)
            return _Value("classes", len(rows[0].elts)) if exclusive else None
        return self._joined(node.elts, given, depth)

    def _of_operation(self, node: ast.BinOp, given: _Names, depth: int) -> _Known:
        if isinstance(node.op, ast.Mod):
            count = self.values.value(node.right)
            return _Value("classes", count) if isinstance(count, int) and 1 < count < _MOST_CLASSES else None
        if isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List):  # [0] * 50
            return self._of_list(node.left, given, depth)
        left, right = self.value(node.left, given, (), depth), self.value(node.right, given, (), depth)
        if isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor):
            return left if left is not None and left == right else None
        if isinstance(node.op, ast.Add) and isinstance(node.left, ast.List | ast.BinOp) and left and right:
            lists = all(isinstance(side, ast.List) or _is_repeated(side) for side in (node.left, node.right))
            if lists and left.kind == right.kind == "written":
                return _Value("written", written=left.written | right.written)
        numbers = [side for side in (left, right) if side is not None and side.kind == "number"]
        return _Value("number") if numbers else None


def _is_repeated(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult) and isinstance(node.left, ast.List)


def _bound(value: ast.expr, given: _Names) -> ast.expr:
    """An argument by what it stands for where the call is itself within a function."""
    return given[value.id] if isinstance(value, ast.Name) and value.id in given else value


def _known(classes: int) -> _Value:
    if classes == NUMBER:
        return _Value("number")
    return _Value("labels") if classes == SEVERAL else _Value("classes", classes)


def _of_constant(value: object) -> _Known:
    if isinstance(value, bool):
        return _Value("written", written=frozenset([float(value)]))
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return _Value("written", written=frozenset([float(value)]))
    return _Value("number") if isinstance(value, float) else None
