"""How a script puts a PyTorch model together: loops over widths, helpers that return blocks, tables of activations.

The statements that make layers are followed with the values that are known; nothing is run. A value that is not known
stays so; where layers depend on one (a branch, the count of a loop), there is no answer.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from mladvisor.runs.model_text import in_words
from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.constants import Constants

MAX_STEPS = 40_000
MAX_TURNS = 300
_DEPTH = 30
_GROWS = frozenset(("append", "extend", "insert", "add_module", "pop", "update", "remove", "reverse", "clear"))
_CONTAINERS = ("torch.nn.Sequential", "torch.nn.ModuleList")


class UnclearError(Exception):
    """Which layers there are cannot be told."""


class _Unknown:
    """A value that is not known."""

    def __repr__(self) -> str:
        return "?"


UNKNOWN = _Unknown()


class Ref(NamedTuple):
    """A class or function by its dotted name ("torch.nn.ReLU")."""

    name: str


class Maker(NamedTuple):
    """A function or lambda of the script, with the names that it closes over."""

    node: ast.FunctionDef | ast.Lambda
    scope: dict[str, Any]


class Chain(msgspec.Struct, eq=False):
    """Layers one after another: one layer, or those of an `nn.Sequential`.

    Attributes:
        parts: layers with their names inside the chain, modules of the script's own, or chains.
        listed: an `nn.ModuleList`, whose parts are applied one by one by whoever holds it.
    """

    parts: list[Any]
    listed: bool = False


class Own(msgspec.Struct, eq=False):
    """An instance of a module class of the script.

    Attributes:
        model: its class.
        parts: attribute -> what it holds.
    """

    model: ast.ClassDef
    parts: dict[str, Any]


class _ReturnError(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Builder:
    """Follows the statements of one script that make layers."""

    def __init__(self, code: Code, values: Constants, layers: frozenset[str]) -> None:
        self.code, self.values, self.layers = code, values, layers
        self.steps = 0
        self._globals: dict[str, Any] = {}
        self._pending: set[str] = set()

    # -- statements

    def run(self, body: list[ast.stmt], scope: dict[str, Any], depth: int) -> None:
        """Follow statements. Raises UnclearError, and what a `return` gives as `_ReturnError`."""
        for statement in body:
            self.steps += 1
            if self.steps > MAX_STEPS or depth > _DEPTH:
                raise UnclearError
            self._statement(statement, scope, depth)

    def _statement(self, node: ast.stmt, scope: dict[str, Any], depth: int) -> None:
        if isinstance(node, ast.Return):
            raise _ReturnError(self.of(node.value, scope, depth + 1) if node.value is not None else None)
        if isinstance(node, ast.Assign):
            value = self.of(node.value, scope, depth + 1)
            for target in node.targets:
                self._store(target, value, scope)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._store(node.target, self.of(node.value, scope, depth + 1), scope)
        elif isinstance(node, ast.AugAssign):
            self._add(node, scope, depth)
        elif isinstance(node, ast.Expr):
            self._effect(node.value, scope, depth)
        elif isinstance(node, ast.For):
            self._loop(node, scope, depth)
        elif isinstance(node, ast.If):
            self._branch(node, scope, depth)
        elif isinstance(node, ast.With):
            self.run(node.body, scope, depth + 1)
        elif isinstance(node, ast.FunctionDef):
            scope[node.name] = Maker(node, scope)
        elif isinstance(node, ast.While | ast.Try) or self._makes(node):
            self._leave(node, scope)

    def _store(self, target: ast.AST, value: Any, scope: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            scope[f"self.{target.attr}"] = value
        elif isinstance(target, ast.Tuple | ast.List):
            known = isinstance(value, list) and len(value) == len(target.elts)
            for at, each in enumerate(target.elts):
                self._store(each, value[at] if known else UNKNOWN, scope)
        elif isinstance(target, ast.Subscript):
            holder = self.of(target.value, scope, 0)
            key = self.of(target.slice, scope, 0)
            if isinstance(holder, dict) and isinstance(key, str):
                holder[key] = value
            elif _holds_layers(holder) or _holds_layers(value):
                raise UnclearError

    def _add(self, node: ast.AugAssign, scope: dict[str, Any], depth: int) -> None:
        old, new = self.of(node.target, scope, depth), self.of(node.value, scope, depth + 1)
        if isinstance(node.op, ast.Add) and isinstance(old, list):
            if not isinstance(new, list):
                raise UnclearError
            old.extend(new)
            return
        self._store(node.target, _arithmetic(node.op, old, new), scope)

    def _effect(self, node: ast.expr, scope: dict[str, Any], depth: int) -> None:
        """A call for what it does: `layers.append(...)`, `self.add_module("fc", ...)`."""
        if not isinstance(node, ast.Call):
            return
        if not isinstance(node.func, ast.Attribute):
            called = self.of(node.func, scope, depth + 1)
            if isinstance(called, Maker):
                self._made(called, node, scope, depth)
            elif self.code.dotted(node.func) not in _LOOKS and any(
                isinstance(held := self.of(arg, scope, depth + 1), list) and _holds_layers(held)
                for arg in node.args
                if not isinstance(arg, ast.Starred)
            ):
                raise UnclearError  # it may change the list
            return
        method = node.func.attr
        holder = self.of(node.func.value, scope, depth)
        given = [self.of(arg, scope, depth + 1) for arg in node.args]
        parts = holder if isinstance(holder, list) else holder.parts if isinstance(holder, Chain) else None
        if method == "append" and parts is not None and len(given) == 1:
            parts.append(given[0])
        elif method == "extend" and parts is not None and len(given) == 1 and isinstance(given[0], list | Chain):
            parts.extend(given[0] if isinstance(given[0], list) else given[0].parts)
        elif method == "insert" and parts is not None and len(given) == 2 and isinstance(given[0], int):
            parts.insert(given[0], given[1])
        elif method in ("add_module", "register_module") and len(given) == 2:
            if isinstance(holder, Chain):
                holder.parts.append(given[1])
            elif isinstance(node.func.value, ast.Name) and node.func.value.id == "self" and isinstance(given[0], str):
                scope[f"self.{given[0]}"] = given[1]
            else:
                raise UnclearError
        elif method == "pop" and isinstance(parts, list) and parts and not given:
            parts.pop()
        elif parts is not None and _holds_layers(parts) and method in ("remove", "reverse", "clear", "pop", "sort"):
            raise UnclearError

    def _loop(self, node: ast.For, scope: dict[str, Any], depth: int) -> None:
        over = self.of(node.iter, scope, depth + 1)
        if isinstance(over, list) and len(over) <= MAX_TURNS and not node.orelse and not _jumps(node):
            for each in over:
                self._store(node.target, each, scope)
                self.run(node.body, scope, depth + 1)
            return
        self._leave(node, scope)

    def _branch(self, node: ast.If, scope: dict[str, Any], depth: int) -> None:
        holds = self.truth(node.test, scope, depth + 1)
        if holds is None:
            self._leave(node, scope)
        else:
            self.run(node.body if holds else node.orelse, scope, depth + 1)

    def _leave(self, node: ast.AST, scope: dict[str, Any]) -> None:
        """Pass over statements that cannot be followed: what they set is not known then."""
        for one in ast.walk(node):
            if isinstance(one, ast.Return) or self._makes(one):
                raise UnclearError
            if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Store):
                self._store(one, UNKNOWN, scope)
            if (
                isinstance(one, ast.Call)
                and isinstance(one.func, ast.Attribute)
                and one.func.attr in ("append", "extend")
            ):
                held = self.of(one.func.value, scope, 0)
                if isinstance(held, Chain) or _holds_layers(held):
                    raise UnclearError

    def _makes(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and self.is_layer(self.code.dotted(node.func))

    def is_layer(self, name: str) -> bool:
        """A dotted name of a layer of PyTorch, a container among them."""
        home, _, made = name.rpartition(".")
        return home == "torch.nn" and (made in self.layers or name in _CONTAINERS)

    # -- expressions

    def of(self, node: ast.AST | None, scope: dict[str, Any], depth: int) -> Any:
        """The value of an expression, UNKNOWN where it cannot be told. Raises UnclearError."""
        self.steps += 1
        if node is None or depth > _DEPTH or self.steps > MAX_STEPS:
            raise UnclearError
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self._name(node, scope, depth)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope, depth)
        if isinstance(node, ast.Tuple | ast.List):
            return self._items(node.elts, scope, depth)
        if isinstance(node, ast.Dict):
            return {
                key.value: self.of(value, scope, depth + 1)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
        if isinstance(node, ast.BinOp):
            return _arithmetic(node.op, self.of(node.left, scope, depth + 1), self.of(node.right, scope, depth + 1))
        if isinstance(node, ast.UnaryOp | ast.Compare | ast.BoolOp):
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                return _arithmetic(ast.Sub(), 0, self.of(node.operand, scope, depth + 1))
            if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
                return next(
                    (v for each in node.values if (v := self.of(each, scope, depth + 1)) not in (None, 0, False)), None
                )
            holds = self.truth(node, scope, depth + 1)
            return UNKNOWN if holds is None else holds
        if isinstance(node, ast.IfExp):
            holds = self.truth(node.test, scope, depth + 1)
            if holds is None:
                sides = [self.of(side, scope, depth + 1) for side in (node.body, node.orelse)]
                if any(_holds_layers(side) for side in sides):
                    raise UnclearError
                return UNKNOWN
            return self.of(node.body if holds else node.orelse, scope, depth + 1)
        if isinstance(node, ast.ListComp | ast.GeneratorExp):
            return self._comprehension(node, scope, depth)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope, depth)
        if isinstance(node, ast.Lambda):
            return Maker(node, scope)
        if isinstance(node, ast.Call):
            return self._call(node, scope, depth)
        return UNKNOWN

    def _items(self, nodes: list[ast.expr], scope: dict[str, Any], depth: int) -> Any:
        found: list[Any] = []
        for node in nodes:
            value = self.of(node.value if isinstance(node, ast.Starred) else node, scope, depth + 1)
            if not isinstance(node, ast.Starred):
                found.append(value)
            elif isinstance(value, list | Chain):
                found += value if isinstance(value, list) else value.parts
            else:
                raise UnclearError
        return found

    def _name(self, node: ast.Name, scope: dict[str, Any], depth: int) -> Any:
        name = node.id
        if name in scope:
            return scope[name]
        if name in self.code.imports:
            return Ref(self.code.imports[name])
        known = self.values.value(node)
        if known is not None:
            return known
        if name in self.code.classes:
            return Ref(name)
        if (function := self.code.functions.get(name)) is not None and isinstance(function, ast.FunctionDef):
            return Maker(function, {})
        if name in self._globals:
            return self._globals[name]
        made = [
            one for one in self.code.tree.body
            if isinstance(one, ast.Assign) and any(isinstance(each, ast.Name) and each.id == name for each in one.targets)
        ]  # fmt: skip
        if len(made) == 1 and name not in self._pending and not self._grows(name):
            self._pending.add(name)
            self._globals[name] = self.of(made[0].value, {}, depth + 1)
            return self._globals[name]
        return UNKNOWN

    def _grows(self, name: str) -> bool:
        """The value of a name is changed after it was made."""
        for one in self.code.nodes:
            if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name) and one.target.id == name:
                return True
            if (
                isinstance(one, ast.Subscript)
                and isinstance(one.ctx, ast.Store)
                and self.code.dotted(one.value) == name
            ):
                return True
        return any(
            called.rpartition(".")[0] == name and called.rpartition(".")[2] in _GROWS for _, called in self.code.calls
        )

    def scope_at(self, node: ast.AST) -> dict[str, Any]:
        """What the names of the function around a node, or of the module, hold where the node stands."""
        function = self.code.function_of(node)
        scope: dict[str, Any] = {}
        if function is not None:
            scope = {one.arg: UNKNOWN for one in ast.walk(function.args) if isinstance(one, ast.arg)}
        around = {id(node), *(id(outer) for outer in self.code.above(node))}
        for statement in function.body if function is not None else self.code.tree.body:
            if id(statement) in around:
                break
            if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                self._careful(statement, scope, 0)
        return scope

    def _attribute(self, node: ast.Attribute, scope: dict[str, Any], depth: int) -> Any:
        if isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in scope:
            return scope[f"{node.value.id}.{node.attr}"]
        known = self.values.value(node)
        if known is not None:
            return known
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return UNKNOWN
        held = self.of(node.value, scope, depth + 1)
        if isinstance(held, Ref):
            return Ref(f"{held.name}.{node.attr}")
        return held[node.attr] if isinstance(held, dict) and node.attr in held else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: dict[str, Any], depth: int) -> Any:
        known = self.values.value(node)
        if known is not None:
            return known
        held = self.of(node.value, scope, depth + 1)
        if isinstance(held, list) and isinstance(node.slice, ast.Slice):
            ends = [None if end is None else self.of(end, scope, depth + 1) for end in (node.slice.lower, node.slice.upper, node.slice.step)]  # fmt: skip
            if all(end is None or isinstance(end, int) for end in ends):
                return held[slice(*ends)]
            return UNKNOWN
        key = UNKNOWN if isinstance(node.slice, ast.Slice) else self.of(node.slice, scope, depth + 1)
        if isinstance(held, list) and isinstance(key, int) and -len(held) <= key < len(held):
            return held[key]
        return held.get(key, UNKNOWN) if isinstance(held, dict) and isinstance(key, str) else UNKNOWN

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, scope: dict[str, Any], depth: int) -> Any:
        found: list[Any] = []

        def turn(at: int, inner: dict[str, Any]) -> None:
            if at == len(node.generators):
                found.append(self.of(node.elt, inner, depth + 1))
                return
            over = self.of(node.generators[at].iter, inner, depth + 1)
            if not isinstance(over, list) or len(over) > MAX_TURNS:
                raise UnclearError
            for each in over:
                self._store(node.generators[at].target, each, inner)
                tests = [self.truth(test, inner, depth + 1) for test in node.generators[at].ifs]
                if None in tests:
                    raise UnclearError
                if all(tests):
                    turn(at + 1, inner)

        try:
            turn(0, dict(scope))
        except UnclearError:
            if any(self._makes(one) for one in ast.walk(node.elt)):
                raise
            return UNKNOWN
        return found

    def _call(self, node: ast.Call, scope: dict[str, Any], depth: int) -> Any:
        known = self.values.value(node)
        if known is not None:
            return known
        if isinstance(node.func, ast.Attribute):
            found = self._method(node, node.func, scope, depth)
            if found is not UNKNOWN:
                return found
        called = self.of(node.func, scope, depth + 1)
        if isinstance(called, Ref) and self.is_layer(called.name):
            return self._layer(called.name, node, scope, depth)
        if isinstance(called, Ref) and called.name in self.code.classes:
            return self.instance(self.code.classes[called.name], node, scope, depth)
        if isinstance(called, Maker):
            return self._made(called, node, scope, depth)
        name = self.code.dotted(node.func)
        if name in _BUILT_IN:
            return self._built_in(name, [self.of(arg, scope, depth + 1) for arg in node.args])
        if name in _LOOKS:
            return UNKNOWN
        if isinstance(called, _Unknown) and any(_holds_layers(self.of(arg, scope, depth + 1)) for arg in node.args
                                                if not isinstance(arg, ast.Starred)):  # fmt: skip
            raise UnclearError
        return UNKNOWN

    def _method(self, node: ast.Call, func: ast.Attribute, scope: dict[str, Any], depth: int) -> Any:
        if func.attr in (
            "to",
            "cuda",
            "float",
            "double",
            "train",
            "eval",
            "split",
            "lower",
            "strip",
            "items",
            "values",
            "apply",
            "get",
        ):
            held = self.of(func.value, scope, depth + 1)
            given = [self.of(arg, scope, depth + 1) for arg in node.args]
            if isinstance(held, Chain | Own) and func.attr not in ("items", "values", "split", "get"):
                return held
            if isinstance(held, str) and func.attr in ("lower", "strip"):
                return held.lower() if func.attr == "lower" else held.strip()
            if (
                isinstance(held, str)
                and func.attr == "split"
                and len(given) <= 1
                and all(isinstance(one, str) and one for one in given)
            ):
                return list(held.split(*given))
            if isinstance(held, dict) and func.attr in ("items", "values"):
                return list(held.values()) if func.attr == "values" else [[key, value] for key, value in held.items()]
            if isinstance(held, dict) and func.attr == "get" and given and isinstance(given[0], str):
                return held.get(given[0], given[1] if len(given) > 1 else UNKNOWN)
        return UNKNOWN

    def _built_in(self, name: str, given: list[Any]) -> Any:
        try:
            if name == "range" and all(isinstance(one, int) for one in given) and given:
                turns = range(*given[:3])
                return list(turns) if len(turns) <= MAX_TURNS else UNKNOWN
            if name in ("zip", "enumerate", "list", "tuple", "reversed", "sorted") and all(
                isinstance(one, list) for one in given
            ):
                if name == "zip":
                    return [list(each) for each in zip(*given, strict=False)]
                if name == "enumerate":
                    return [[at, each] for at, each in enumerate(given[0])]
                return list(reversed(given[0])) if name == "reversed" else list(given[0]) if given else []
            if name == "len" and isinstance(given[0], list | dict | str):
                return len(given[0])
            if name in _PLAIN and not any(isinstance(one, _Unknown | list | dict) for one in given):
                return _PLAIN[name](*given)
            if name == "getattr" and len(given) > 1 and isinstance(given[0], Ref) and isinstance(given[1], str):
                return Ref(f"{given[0].name}.{given[1]}")
        except (ValueError, TypeError, IndexError, OverflowError):
            return UNKNOWN
        return UNKNOWN

    def _layer(self, name: str, node: ast.Call, scope: dict[str, Any], depth: int) -> Chain:
        given = self._items(list(node.args), scope, depth)
        words = {word.arg: self.of(word.value, scope, depth + 1) for word in node.keywords}
        if None in words:
            raise UnclearError
        if name in _CONTAINERS:
            parts = given[0] if len(given) == 1 and isinstance(given[0], list | dict) else given
            parts = list(parts.values()) if isinstance(parts, dict) else parts
            if words or not all(isinstance(part, Chain | Own) for part in parts):
                raise UnclearError
            return Chain(list(parts), listed=name.endswith("List"))
        made = name.rpartition(".")[2]
        texts = [_text(value) for value in given] + [f"{key}={_text(value)}" for key, value in words.items()]
        layer = in_words(f"{made}({', '.join(texts)})"[:400], "layer")
        if layer is None:
            raise UnclearError
        return Chain([msgspec.structs.replace(layer, told=True)])

    def _made(self, maker: Maker, node: ast.Call, scope: dict[str, Any], depth: int) -> Any:
        inner = dict(maker.scope)
        self._bind(maker.node.args, node, scope, inner, depth, skip=0)
        if isinstance(maker.node, ast.Lambda):
            return self.of(maker.node.body, inner, depth + 1)
        try:
            self.run(maker.node.body, inner, depth + 1)
        except _ReturnError as done:
            return done.value
        except UnclearError:
            if any(self._makes(one) for one in ast.walk(maker.node)):
                raise
            return UNKNOWN
        return None

    def _bind(
        self,
        takes: ast.arguments,
        node: ast.Call | None,
        scope: dict[str, Any],
        inner: dict[str, Any],
        depth: int,
        skip: int,
    ) -> None:
        names = [one.arg for one in (*takes.posonlyargs, *takes.args)][skip:]
        defaults = dict(zip(reversed(names), reversed(takes.defaults), strict=False))
        defaults |= {
            one.arg: value for one, value in zip(takes.kwonlyargs, takes.kw_defaults, strict=True) if value is not None
        }
        for name in (*names, *(one.arg for one in takes.kwonlyargs)):
            inner[name] = self.of(defaults[name], scope, depth + 1) if name in defaults else UNKNOWN
        if node is None:
            inner.update(dict.fromkeys(names, UNKNOWN))
            return
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            raise UnclearError
        for name, arg in zip(names, node.args, strict=False):
            inner[name] = self.of(arg, scope, depth + 1)
        for word in node.keywords:
            if word.arg is not None:
                inner[word.arg] = self.of(word.value, scope, depth + 1)
            else:
                self._spread(word.value, names, scope, inner, depth)

    def _spread(
        self, node: ast.expr, names: list[str], scope: dict[str, Any], inner: dict[str, Any], depth: int
    ) -> None:
        """`Net(**cfg["model"])`: the entries of a mapping by the names of the parameters."""
        held = self.of(node, scope, depth + 1)
        for name in names:
            step = ast.Subscript(value=node, slice=ast.Constant(value=name), ctx=ast.Load())
            value = held.get(name) if isinstance(held, dict) else self.values.value(step)
            if value is not None:
                inner[name] = value
            elif name in inner and not isinstance(inner[name], _Unknown):
                inner[name] = UNKNOWN  # the mapping may set it

    def instance(self, model: ast.ClassDef, node: ast.Call | None, scope: dict[str, Any], depth: int = 0) -> Own:
        """What the attributes of a module are after its constructor; arguments are unknown without a call."""
        inner: dict[str, Any] = {}
        made = next((one for one in model.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        if made is not None:
            self._bind(made.args, node, scope, inner, depth, skip=1)
            try:
                self._carefully(made, inner, depth)
            except _ReturnError:
                pass
        return Own(
            model, {name.removeprefix("self."): value for name, value in inner.items() if name.startswith("self.")}
        )

    def _carefully(self, made: Function, inner: dict[str, Any], depth: int) -> None:
        """A statement that cannot be followed leaves only its own attributes unknown."""
        for statement in made.body:
            self._careful(statement, inner, depth)

    def _careful(self, statement: ast.stmt, scope: dict[str, Any], depth: int) -> None:
        try:
            self.run([statement], scope, depth + 1)
        except UnclearError:
            if self.steps > MAX_STEPS:
                raise
            for one in ast.walk(statement):
                if isinstance(one, ast.Attribute | ast.Name) and isinstance(one.ctx, ast.Store):
                    self._store(one, UNKNOWN, scope)
                elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in _GROWS:
                    self._store(one.func.value, UNKNOWN, scope)
                elif isinstance(one, ast.Name) and isinstance(scope.get(one.id), list):
                    scope[one.id] = UNKNOWN  # a call may have changed it

    # -- conditions

    def truth(self, test: ast.AST, scope: dict[str, Any], depth: int) -> bool | None:
        """Whether a condition holds; None where that is not known."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.truth(test.operand, scope, depth + 1)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            sides = [self.truth(each, scope, depth + 1) for each in test.values]
            decides = isinstance(test.op, ast.Or)
            return decides if decides in sides else None if None in sides else not decides
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = (self.of(side, scope, depth + 1) for side in (test.left, test.comparators[0]))
            return _compared(test.ops[0], left, right)
        if isinstance(test, ast.Compare):
            return None
        value = self.of(test, scope, depth + 1)
        return (
            None
            if isinstance(value, _Unknown)
            else bool(value)
            if isinstance(value, bool | int | float | str | list | dict | None)
            else True
        )


_PLAIN: dict[str, Callable[..., Any]] = {
    "int": int, "float": float, "str": str, "max": max, "min": min, "round": round,
}  # fmt: skip
_BUILT_IN = frozenset(
    ("range", "zip", "enumerate", "list", "tuple", "reversed", "sorted", "len", "int", "float", "str", "max", "min",
     "round", "getattr")
)  # fmt: skip


_LOOKS = frozenset(("hasattr", "isinstance", "print", "type", "id", "sum", "any", "all", "repr"))


def _holds_layers(value: Any) -> bool:
    if isinstance(value, Chain | Own):
        return True
    return isinstance(value, list) and any(isinstance(one, Chain | Own) for one in value)


def _jumps(loop: ast.For) -> bool:
    return any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(loop))


def _text(value: Any) -> str:
    """A value as a configuration would write it."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list):
        return f"({', '.join(map(_text, value))})"
    return str(value) if isinstance(value, bool | int | float | None) else "?"


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(op, ast.Mult) and isinstance(left, list) and isinstance(right, int) and right <= MAX_TURNS:
        if _holds_layers(left):
            raise UnclearError  # one layer in several places
        return left * right
    if any(isinstance(side, bool) or not isinstance(side, int | float) for side in (left, right)):
        if _holds_layers(left) or _holds_layers(right):
            raise UnclearError
        return UNKNOWN
    if abs(left) > 1e12 or abs(right) > 1e12:
        return UNKNOWN
    if isinstance(op, ast.Add | ast.Sub | ast.Mult):
        return left + right if isinstance(op, ast.Add) else left - right if isinstance(op, ast.Sub) else left * right
    if isinstance(op, ast.Div | ast.FloorDiv | ast.Mod) and right:
        return (
            left / right if isinstance(op, ast.Div) else left // right if isinstance(op, ast.FloorDiv) else left % right
        )
    if isinstance(op, ast.Pow) and abs(right) <= 30 and 0 < abs(left) <= 1000:
        return left**right
    return UNKNOWN


def _compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    plain = (bool, int, float, str, type(None))
    if isinstance(op, ast.Eq | ast.NotEq | ast.Is | ast.IsNot):
        if not isinstance(left, plain) or not isinstance(right, plain):
            return None
        return (left == right) is isinstance(op, ast.Eq | ast.Is)
    if isinstance(op, ast.In | ast.NotIn) and isinstance(left, plain) and isinstance(right, list | dict):
        return (left in right) is isinstance(op, ast.In)
    if all(isinstance(side, int | float) for side in (left, right)):
        return {ast.Gt: left > right, ast.GtE: left >= right, ast.Lt: left < right, ast.LtE: left <= right}.get(
            type(op)
        )
    return None
