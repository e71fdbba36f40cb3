"""How a script puts a PyTorch model together: loops over widths, helpers that return blocks, tables of activations.

The statements that make layers are followed with the values that are known; nothing is run. A value that is not known
stays so; where layers depend on one (a branch, the count of a loop), there is no answer.
"""

from __future__ import annotations

import ast
import contextlib
from typing import Any

from mladvisor.runs.script.build_expressions import DEPTH, GROWS, MAX_STEPS, Expressions
from mladvisor.runs.script.build_values import (
    LOOKS,
    MAX_TURNS,
    UNKNOWN,
    Chain,
    Maker,
    Own,
    UnclearError,
    Unknown,
    arithmetic,
    holds_layers,
    jumps,
)
from mladvisor.runs.script.code import Function


class _ReturnError(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Builder(Expressions):
    """Follows the statements of one script that make layers."""

    # -- statements

    def run(self, body: list[ast.stmt], scope: dict[str, Any], depth: int) -> None:
        """Follow statements. Raises UnclearError, and what a `return` gives as `_ReturnError`."""
        for statement in body:
            self.steps += 1
            if self.steps > MAX_STEPS or depth > DEPTH:
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

    def _add(self, node: ast.AugAssign, scope: dict[str, Any], depth: int) -> None:
        old, new = self.of(node.target, scope, depth), self.of(node.value, scope, depth + 1)
        if isinstance(node.op, ast.Add) and isinstance(old, list):
            if not isinstance(new, list):
                raise UnclearError
            old.extend(new)
            return
        self._store(node.target, arithmetic(node.op, old, new), scope)

    def _effect(self, node: ast.expr, scope: dict[str, Any], depth: int) -> None:
        """A call for what it does: `layers.append(...)`, `self.add_module("fc", ...)`."""
        if not isinstance(node, ast.Call):
            return
        if not isinstance(node.func, ast.Attribute):
            called = self.of(node.func, scope, depth + 1)
            if isinstance(called, Maker):
                self._made(called, node, scope, depth)
            elif self.code.dotted(node.func) not in LOOKS and any(
                isinstance(held := self.of(arg, scope, depth + 1), list) and holds_layers(held)
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
        elif parts is not None and holds_layers(parts) and method in ("remove", "reverse", "clear", "pop", "sort"):
            raise UnclearError

    def _loop(self, node: ast.For, scope: dict[str, Any], depth: int) -> None:
        over = self.of(node.iter, scope, depth + 1)
        if isinstance(over, list) and len(over) <= MAX_TURNS and not node.orelse and not jumps(node):
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
                and one.func.attr in ("append", "extend", "add")
            ):
                held = self.of(one.func.value, scope, 0)
                if isinstance(held, Chain) or holds_layers(held):
                    raise UnclearError

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
        *,
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
            elif name in inner and not isinstance(inner[name], Unknown):
                inner[name] = UNKNOWN  # the mapping may set it

    def instance(self, model: ast.ClassDef, node: ast.Call | None, scope: dict[str, Any], depth: int = 0) -> Own:
        """What the attributes of a module are after its constructor; arguments are unknown without a call."""
        inner: dict[str, Any] = {}
        made = next((one for one in model.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)
        if made is not None:
            self._bind(made.args, node, scope, inner, depth, skip=1)
            with contextlib.suppress(_ReturnError):
                self._carefully(made, inner, depth)
        return Own(
            model, {name.removeprefix("self."): value for name, value in inner.items() if name.startswith("self.")}
        )

    def _carefully(self, made: Function, inner: dict[str, Any], depth: int) -> None:
        """A statement that cannot be followed leaves only its own attributes unknown."""
        for statement in made.body:
            self._careful(statement, inner, depth)

    def careful(self, statement: ast.stmt, scope: dict[str, Any]) -> None:
        """Follow one statement; what it sets is not known where it cannot be followed. Raises UnclearError."""
        self._careful(statement, scope, 0)

    def _careful(self, statement: ast.stmt, scope: dict[str, Any], depth: int) -> None:
        try:
            self.run([statement], scope, depth + 1)
        except UnclearError:
            if self.steps > MAX_STEPS:
                raise
            for one in ast.walk(statement):
                if isinstance(one, ast.Attribute | ast.Name) and isinstance(one.ctx, ast.Store):
                    self._store(one, UNKNOWN, scope)
                elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in GROWS:
                    self._store(one.func.value, UNKNOWN, scope)
                elif isinstance(one, ast.Name) and isinstance(scope.get(one.id), list):
                    scope[one.id] = UNKNOWN  # a call may have changed it
