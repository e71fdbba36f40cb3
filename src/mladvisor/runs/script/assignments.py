"""What the statements of a script give to its names: assignments, mappings, loops, classes of constants.

`constants` gathers all that never changes, options of the command line and names from outside among it.
"""

from __future__ import annotations

import ast
from typing import Any

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import KINDS, Constants, Written, as_number, is_argv, key_of
from mladvisor.runs.script.outside import NOTHING, Outside, argument
from mladvisor.runs.script.parsed_options import instances, parsed_options

_CHANGES = ("append", "extend", "insert", "remove", "clear")
"""Methods by which a list is no longer what it was written as."""
_MAPPINGS = ("dict", "Namespace", "SimpleNamespace", "EasyDict", "Munch", "ConfigDict")
_DEEPEST = 3
"""Levels of mappings below the first."""


def constants(code: Code, outside: Outside = NOTHING) -> Constants:
    """All values of a script that do not change, those from outside among them."""
    found = Constants(code, outside)
    classes: dict[str, dict[str, Written]] = {}
    for node in code.nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                _assign(found, code, target, node.value, classes)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            _assign(found, code, node.target, node.value, classes)
        elif isinstance(node, ast.AugAssign):
            found.store(key_of(node.target), None, node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            found.store(key_of(node.func.value), None, node)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            _variable(found, node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            _variable(found, node.optional_vars)
        elif isinstance(node, ast.NamedExpr):
            _variable(found, node.target)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _parameters(found, node)
    parsed = parsed_options(found, code, outside)
    instances(found, code, classes, parsed)
    _taken_whole(found, code, outside)
    return found


def _taken_whole(found: Constants, code: Code, outside: Outside) -> None:
    """`exec(open("config.py").read())` and `from config import *`: the module's names are the script's."""
    for node in code.nodes:
        file = ""
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            file = outside.module("." * node.level + (node.module or ""))
        elif isinstance(node, ast.Call) and code.dotted(node.func) in ("exec", "execfile"):
            texts = [
                one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            file = next((named for text in texts if (named := outside.named(text))), "")
        for name, value in outside.documents.get(file, {}).items():
            if name.isidentifier():
                found.used[name] = Written(value, node)
                found.plain[name] = Written(value, node)


def _variable(found: Constants, target: ast.AST) -> None:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            found.store(node.id, None, node)


def _assign(
    found: Constants, code: Code, target: ast.AST, expression: ast.AST, classes: dict[str, dict[str, Written]]
) -> None:
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(expression, ast.Tuple | ast.List) and len(target.elts) == len(expression.elts):
            for each, value in zip(target.elts, expression.elts, strict=True):
                _assign(found, code, each, value, classes)
        else:
            given = _split_argv(found, expression, len(target.elts))
            for each, value in zip(target.elts, given, strict=True):
                found.store(key_of(each), value, target)
                if value is not None and key_of(each):
                    found.speak(key_of(each), value, target)
        return
    key = key_of(target)
    value = found.value(expression)
    owner = code.parent(code.parent(target) or target)  # target -> Assign -> what holds it
    if isinstance(owner, ast.ClassDef) and isinstance(target, ast.Name):
        if value is not None:
            classes.setdefault(owner.name, {})[target.id] = Written(value, target)
            found.store(f"{owner.name}.{target.id}", value, target)
            found.speak(target.id, value, target)
        return
    found.store(key, value, target)
    if value is not None and key:
        found.speak(key, value, target)
    if key:
        _mapping(found, code, key, expression)


def _split_argv(found: Constants, expression: ast.AST, count: int) -> list[Any]:
    """What `map(float, sys.argv[1:4])` or `sys.argv[1:4]` gives to so many names; None where that is not known."""
    unknown: list[Any] = [None] * count
    kind = ""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.func.id == "map":
        if len(expression.args) != 2:
            return unknown
        kind, expression = key_of(expression.args[0]), expression.args[1]
    if not (
        isinstance(expression, ast.Subscript) and is_argv(expression.value) and isinstance(expression.slice, ast.Slice)
    ):
        return unknown
    first = found.value(expression.slice.lower) if expression.slice.lower is not None else 0
    if not isinstance(first, int) or found.words is None:
        return unknown
    given = [argument(found.words, first + at) for at in range(count)]
    return [as_number(str(value), kind) if value is not None and kind in KINDS else value for value in given]


def _mapping(found: Constants, code: Code, key: str, expression: ast.AST, depth: int = 0) -> None:
    """The entries of a mapping, and of those within it: `{"lr": 0.1}`, `dict(type="Adam", lr=0.1)`."""
    for name, item in _entries(code, expression):
        if depth < _DEEPEST and _entries(code, item):
            _mapping(found, code, f"{key}[{name}]", item, depth + 1)
            continue
        value = found.value(item)
        if value is not None:
            _entry(found, key, name, value, item)


def _entries(code: Code, expression: ast.AST) -> list[tuple[str, ast.AST]]:
    """Names and values of a mapping as it is written out; [] of anything else."""
    if isinstance(expression, ast.Dict):
        return [
            (name.value, item)
            for name, item in zip(expression.keys, expression.values, strict=True)
            if isinstance(name, ast.Constant) and isinstance(name.value, str)
        ]
    if isinstance(expression, ast.Call) and code.dotted(expression.func).rpartition(".")[2] in _MAPPINGS:
        return [(word.arg, word.value) for word in expression.keywords if word.arg]
    return []


def _entry(found: Constants, key: str, name: str, value: Any, node: ast.AST) -> None:
    found.store(f"{key}[{name}]", value, node)
    found.store(f"{key}.{name}", value, node)
    found.speak(name, value, node)


def _parameters(found: Constants, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Parameters vary, whatever their defaults: what a call hands over is another value as often as not."""
    for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if parameter.arg not in ("self", "cls"):
            found.store(parameter.arg, None, parameter)
