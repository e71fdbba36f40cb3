"""What the parameters of functions, and the attributes of objects, stand for: what the only call hands over.

`build(cfg["loss"])` is called once, so `name` inside `build` is `cfg["loss"]`; `self.cfg = cfg` is what the class got.
A function that is called twice, or handed over itself, may get anything.
"""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code, Function

_MOST = 2_000  # calls and attributes that are looked at


class Handed:
    """Parameters and attributes of one script, by what they are given."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._parameters: dict[tuple[int, str], ast.expr] = {}
        self._attributes: dict[tuple[int, str], ast.expr] = {}
        self._calls()
        self._stores()

    def given(self, node: ast.AST) -> ast.expr | None:
        """The expression that a parameter, or `self.x`, stands for; None where that is not certain."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            function = self.code.function_of(node)
            return self._parameters.get((id(function), node.id)) if function is not None else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            owner = self.code.class_of(node)
            return self._attributes.get((id(owner), node.attr)) if owner is not None else None
        return None

    def _calls(self) -> None:
        called: dict[str, list[tuple[ast.Call, str]]] = {}
        for call, name in self.code.calls[:_MOST]:
            called.setdefault(name.rpartition(".")[2], []).append((call, name))
        spoken = {id(call.func) for call, _ in self.code.calls}
        spread = {
            node.id if isinstance(node, ast.Name) else node.attr
            for node in self.code.nodes
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in spoken
        }
        targets = [*self.code.functions.items(), *((name, _start(one)) for name, one in self.code.classes.items())]
        for name, function in targets:
            calls = called.get(name, [])
            if function is not None and len(calls) == 1 and name not in spread and name != "__init__":
                call, spoken_as = calls[0]
                if self._is_of(function, name, spoken_as.rpartition(".")[0]):
                    self._note(function, call)

    def _is_of(self, function: Function, name: str, owner: str) -> bool:
        """The call is one of this function: of a method, its owner is an object of its class."""
        held = self.code.class_of(function)
        if held is None or held.name == name:
            return not owner
        if owner in ("self", f"{held.name}()"):
            return True
        made = [call for call, each in self.code.calls if each == held.name and self._target(call) == owner]
        return bool(made)

    def _target(self, call: ast.Call) -> str:
        outer = self.code.parent(call)
        return self.code.dotted(outer.targets[0]) if isinstance(outer, ast.Assign) and len(outer.targets) == 1 else ""

    def _note(self, function: Function, call: ast.Call) -> None:
        arguments = function.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        if any(isinstance(one, ast.Starred) for one in call.args) or any(word.arg is None for word in call.keywords):
            return
        defaults |= {
            one.arg: value
            for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if value is not None
        }
        given = {**defaults, **dict(zip(names, call.args, strict=False))}
        given |= {word.arg: word.value for word in call.keywords if word.arg}
        stores = [node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        lowered = {node.id for node in stores if _is_lowered(self.code, node)}
        changed = {node.id for node in stores if not _is_lowered(self.code, node)}
        for name, value in given.items():
            if name in lowered:
                method = ast.Attribute(value=value, attr="lower", ctx=ast.Load())
                value = ast.copy_location(ast.Call(func=method, args=[], keywords=[]), value)  # noqa: PLW2901
            if name not in changed:
                self._parameters[id(function), name] = value

    def _stores(self) -> None:
        seen: set[tuple[int, str]] = set()
        for node in self.code.nodes:
            for target, value in pairs(node):
                owner = self.code.class_of(target)
                if owner is None or self.code.dotted(target) != f"self.{getattr(target, 'attr', '')}":
                    continue
                key = (id(owner), target.attr)  # type: ignore[attr-defined]
                function = self.code.function_of(target)
                starts = function is not None and function.name == "__init__"
                if key in seen or len(seen) > _MOST:
                    self._attributes.pop(key, None)
                elif starts and isinstance(value, ast.Name | ast.Attribute | ast.Subscript):
                    self._attributes[key] = value
                seen.add(key)


def pairs(node: ast.AST) -> list[tuple[ast.expr, ast.expr | None]]:
    """(target, value) of a statement that sets something; the value is None where it is not told which part."""
    if isinstance(node, ast.AugAssign):
        return [(node.target, None)]
    if isinstance(node, ast.AnnAssign):
        return [(node.target, node.value)]
    if not isinstance(node, ast.Assign):
        return []
    found: list[tuple[ast.expr, ast.expr | None]] = []
    for target in node.targets:
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else []
        if parts == [target]:
            found.append((target, node.value))
        elif len(values) == len(parts):
            found += zip(parts, values, strict=True)
        else:
            found += [(part, None) for part in parts]
    return found


def told_pairs(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Those of which the value is told."""
    return [(target, value) for target, value in pairs(node) if value is not None]


def _start(made: ast.ClassDef) -> Function | None:
    return next((one for one in made.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"), None)


def _is_lowered(code: Code, node: ast.Name) -> bool:
    """The name is set to its own lower case: `name = name.lower()`."""
    outer = code.parent(node)
    value = outer.value if isinstance(outer, ast.Assign) else None
    method = value.func if isinstance(value, ast.Call) else None
    return (
        isinstance(method, ast.Attribute)
        and method.attr == "lower"
        and isinstance(method.value, ast.Name)
        and method.value.id == node.id
    )
