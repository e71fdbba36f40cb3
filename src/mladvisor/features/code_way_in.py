"""What a training script makes the inputs of its model by: the expressions on the way from where they are read.

Names are followed back from what the model is called with to all that binds them: assignments, loops, arguments of
functions of the script, and what those return. A step that cannot be followed makes the whole way unknown. Labels go
along with inputs, in loaders and data sets, and are left aside by their names: what scales them scales no input.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.targets import LABEL

MOST = 4_000  # nodes that are looked at
_FITS = ("fit", "partial_fit")
_LOOKED_UP = "__getitem__"
_ALSO_CALLED = frozenset(("forward", "__call__", "__iter__", "call", "transform"))
_Scope = Function | None


def way_in(code: Code, models: frozenset[str]) -> list[ast.AST] | None:
    """The nodes of all expressions and definitions that the inputs and the model are made by; None if not known."""
    return _Way(code).back(models)


class _Way:
    """One walk back; every name is followed once in each scope."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.found: list[ast.AST] = []
        self.done: set[int] = set()
        self.names: set[tuple[str, int]] = set()
        self.pending: list[ast.AST] = []
        self.bound = _bindings(code)

    def back(self, models: frozenset[str]) -> list[ast.AST] | None:
        models = _handed_on(self.code, models)
        for call, name in self.code.calls:
            owner, _, last = name.rpartition(".")
            if (name in models or (owner in models and last == "forward")) and call.args:
                self.pending.append(call)
            elif last in _FITS and isinstance(call.func, ast.Attribute) and len(call.args) > 1:
                self.pending += [call.func.value, call.args[0]]
        if not self.pending:
            return None
        while self.pending:
            node = self.pending.pop()
            if id(node) in self.done:
                continue
            self.done.add(id(node))
            for one in _without_labels(node):
                self.found.append(one)
                if len(self.found) > MOST or isinstance(one, ast.Lambda) or not self._follow(one):
                    return None
        return self.found

    def _follow(self, node: ast.AST) -> bool:
        """Note what a node leads to; False where that is not known."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            return self._name(node.id, self.code.function_of(node))
        own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
        if isinstance(node, ast.Attribute) and own and not LABEL.search(node.attr):
            self.pending += self.bound.get((f"self.{node.attr}", 0), [])
        called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
        if called == "__init__":  # super().__init__(): what a class of elsewhere prepares
            return True
        return called not in self.code.functions or self._answers(called)

    def _answers(self, name: str) -> bool:
        """What a function or method of the script gives back; False where several have the name."""
        function = self.code.functions[name]
        if function is None:
            return False
        given = (each for each in ast.walk(function) if isinstance(each, ast.Return | ast.Yield | ast.YieldFrom))
        self.pending += [each.value for each in given if each.value is not None]
        return True

    def _name(self, name: str, scope: _Scope) -> bool:
        own = id(scope) if scope is not None else 0
        if (name, own) in self.names or LABEL.search(name):
            return True
        self.names.add((name, own))
        if scope is not None:
            here = self.bound.get((name, own), [])
            given = [each.arg for each in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)]
            if name in given:
                self.pending += here
                return self._given(name, given, scope)
            if here:
                self.pending += here
                return True
        if name in self.code.functions:
            return self._answers(name)
        if name in self.code.classes:
            self.pending += _rows_given(self.code.classes[name]) or [self.code.classes[name]]
            return True
        self.pending += self.bound.get((name, 0), [])
        return True

    def _given(self, name: str, given: list[str], scope: Function) -> bool:
        """What a function of the script is called with; of a method the object stands before the arguments."""
        if name in ("self", "cls"):
            return True
        at = given.index(name) - (given[0] in ("self", "cls"))
        for call, called in self.code.calls:
            if called.rpartition(".")[2] != scope.name:
                continue
            if any(isinstance(each, ast.Starred) for each in call.args) or any(
                each.arg is None for each in call.keywords
            ):
                return False
            self.pending += [each.value for each in call.keywords if each.arg == name] or call.args[at : at + 1]
        return True


def _without_labels(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below one, without assignments to names of labels."""
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Assign) and all(_is_label(each) for each in one.targets):
            continue
        yield one
        pending += ast.iter_child_nodes(one)


def _is_label(target: ast.AST) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_is_label(each) for each in target.elts)
    name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
    return bool(LABEL.search(name))


def _rows_given(made: ast.ClassDef) -> list[ast.AST]:
    """What a data set of the script gives for a row; [] for a class that is used in other ways, too."""
    methods = {each.name: each for each in made.body if isinstance(each, ast.FunctionDef)}
    if _LOOKED_UP not in methods or methods.keys() & _ALSO_CALLED:
        return []
    given = (each for each in ast.walk(methods[_LOOKED_UP]) if isinstance(each, ast.Return | ast.Yield))
    return [each.value for each in given if each.value is not None]


def _handed_on(code: Code, models: frozenset[str]) -> frozenset[str]:
    """The names of models, with those that functions of the script have for them."""
    found = set(models)
    for call, name in code.calls:
        function = code.functions.get(name.rpartition(".")[2])
        if function is None:
            continue
        given = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
        found |= {own for own, each in zip(given, call.args, strict=False) if code.dotted(each) in models}
        found |= {each.arg for each in call.keywords if each.arg in given and code.dotted(each.value) in models}
    return frozenset(found)


def _bindings(code: Code) -> dict[tuple[str, int], list[ast.AST]]:
    """(name, scope) -> the expressions that it is bound to or changed by; 0 is the level of the module."""
    found: dict[tuple[str, int], list[ast.AST]] = {}

    def bind(target: ast.AST, value: ast.AST, scope: int) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            paired = len(parts) == len(target.elts)
            for at, each in enumerate(target.elts):
                bind(each, parts[at] if paired else value, scope)
            return
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
            found.setdefault((f"self.{target.attr}", 0), []).append(value)
            return
        while isinstance(target, ast.Subscript | ast.Attribute | ast.Starred):
            target = target.value
        if isinstance(target, ast.Name):
            found.setdefault((target.id, scope), []).append(value)

    for node in code.nodes:
        function = code.function_of(node)
        scope = id(function) if function is not None else 0
        if isinstance(node, ast.Assign):
            for target in node.targets:
                bind(target, _fitted(node.value), scope)
        elif isinstance(node, ast.AugAssign):
            bind(node.target, node, scope)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            bind(node.target, node.value, scope)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            bind(node.target, node.iter, scope)
            if isinstance(node.iter, ast.Tuple | ast.List):  # for df in (train, test): df[...] = ...
                for each in node.iter.elts:
                    bind(each, node, scope)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            bind(node.optional_vars, node.context_expr, scope)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            _changed(code, node.value, scope, bind)
    return found


def _fitted(value: ast.expr) -> ast.expr:
    """What a fit to inputs and labels gives back: itself or its history, of which its labels are no part."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "fit":
        return value.func.value if len(value.args) > 1 else value
    return value


def _changed(code: Code, call: ast.Call, scope: int, bind: Callable[[ast.AST, ast.AST, int], None]) -> None:
    """A call that stands alone changes what it is called on, or what a function of the script is given."""
    if isinstance(call.func, ast.Attribute):  # x.div_(255), df.update(...)
        bind(call.func.value, call, scope)
    own = code.functions.get(code.dotted(call.func).rpartition(".")[2])
    if own is not None and not any(one is call for one in ast.walk(own)):
        for each in call.args:
            bind(each, own, scope)
