"""What expressions of a script are, as far as layers and the values they depend on go; see `build`."""

from __future__ import annotations

import ast
from typing import Any

import msgspec

from mladvisor.runs.model_text import in_words
from mladvisor.runs.script.build_values import (
    BUILT_IN,
    LOOKS,
    MAX_TURNS,
    METHODS,
    UNKNOWN,
    Chain,
    Maker,
    Own,
    Ref,
    UnclearError,
    Unknown,
    arithmetic,
    as_text,
    built_in,
    compared,
    holds_layers,
    method_of,
)
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

MAX_STEPS = 40_000
DEPTH = 30
GROWS = frozenset(("append", "extend", "insert", "add", "add_module", "pop", "update", "remove", "reverse", "clear"))
_CONTAINERS = ("torch.nn.Sequential", "torch.nn.ModuleList")


class Expressions:
    """The values of expressions of one script; what follows its statements is built on it."""

    def __init__(self, code: Code, values: Constants, layers: frozenset[str]) -> None:
        self.code, self.values, self.layers = code, values, layers
        self.steps = 0
        self._globals: dict[str, Any] = {}
        self._pending: set[str] = set()

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
            elif holds_layers(holder) or holds_layers(value):
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
        if node is None or depth > DEPTH or self.steps > MAX_STEPS:
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
            return arithmetic(node.op, self.of(node.left, scope, depth + 1), self.of(node.right, scope, depth + 1))
        if isinstance(node, ast.UnaryOp | ast.Compare | ast.BoolOp):
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
                return arithmetic(ast.Sub(), 0, self.of(node.operand, scope, depth + 1))
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
                if any(holds_layers(side) for side in sides):
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
            if isinstance(one, ast.Assign)
            and any(isinstance(each, ast.Name) and each.id == name for each in one.targets)
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
            called.rpartition(".")[0] == name and called.rpartition(".")[2] in GROWS for _, called in self.code.calls
        )

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
            said = (node.slice.lower, node.slice.upper, node.slice.step)
            ends = [None if end is None else self.of(end, scope, depth + 1) for end in said]
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
        if name in BUILT_IN:
            given = [self.of(arg, scope, depth + 1) for arg in node.args]
            named = {word.arg: word.value for word in node.keywords if word.arg != "strict"}
            if name == "enumerate" and "start" in named:
                given.append(self.of(named.pop("start"), scope, depth + 1))
            return UNKNOWN if named else built_in(name, given)
        if name in LOOKS:
            return UNKNOWN
        if isinstance(called, Unknown) and any(holds_layers(self.of(arg, scope, depth + 1)) for arg in node.args
                                                if not isinstance(arg, ast.Starred)):  # fmt: skip
            raise UnclearError
        return UNKNOWN

    def _method(self, node: ast.Call, func: ast.Attribute, scope: dict[str, Any], depth: int) -> Any:
        if func.attr not in METHODS:
            return UNKNOWN
        held = self.of(func.value, scope, depth + 1)
        return method_of(held, func.attr, [self.of(arg, scope, depth + 1) for arg in node.args])

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
        texts = [as_text(value) for value in given] + [f"{key}={as_text(value)}" for key, value in words.items()]
        layer = in_words(f"{made}({', '.join(texts)})"[:400], "layer")
        if layer is None:
            raise UnclearError
        return Chain([msgspec.structs.replace(layer, told=True)])

    def _made(self, maker: Maker, node: ast.Call, scope: dict[str, Any], depth: int) -> Any:
        """What a function of the script gives back; see `build`."""
        raise NotImplementedError

    def instance(self, model: ast.ClassDef, node: ast.Call | None, scope: dict[str, Any], depth: int = 0) -> Own:
        """What the attributes of a module are after its constructor; see `build`."""
        raise NotImplementedError

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
            return compared(test.ops[0], left, right)
        if isinstance(test, ast.Compare):
            return None
        value = self.of(test, scope, depth + 1)
        return (
            None
            if isinstance(value, Unknown)
            else bool(value)
            if isinstance(value, bool | int | float | str | list | dict | None)
            else True
        )
