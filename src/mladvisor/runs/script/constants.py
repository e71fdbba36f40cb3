"""Values that a script writes down and never changes: constants, configuration classes, mappings, argparse defaults.

A name that is set twice to different values, or by anything but a literal, has no value here.
"""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.outside import NOTHING, Outside, Roots, argument, given_options

MAX_ITEMS = 64
MAX_TEXT = 200
_DEPTH = 6
_VARIABLE = object()
"""A name that takes several values."""


class Written(NamedTuple):
    """A value and the node that it stands at."""

    value: Any
    node: ast.AST


class Constants:
    """Values by the way they are used: `lr`, `Config.lr`, `args.lr`, `config["lr"]`.

    Attributes:
        plain: by name, as it would be spoken: what `Config.lr` and `config["lr"]` call "lr".
    """

    def __init__(self, code: Code | None = None, outside: Outside = NOTHING) -> None:
        self.used: dict[str, Written] = {}
        self.plain: dict[str, Written] = {}
        self.roots = Roots(code, outside) if code is not None and outside.documents else None
        self.words = outside.words_for(code) if code is not None else None

    def value(self, node: ast.AST | None, depth: int = 0) -> Any:
        """The value of an expression; None where it cannot be told (or is None)."""
        if node is None or depth > _DEPTH:
            return None
        if isinstance(node, ast.Constant):
            value = node.value
            return value if not isinstance(value, str) or len(value) <= MAX_TEXT else None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.value(node.operand, depth + 1)
            if isinstance(inner, int | float) and not isinstance(inner, bool):
                return -inner if isinstance(node.op, ast.USub) else inner
            return None
        if isinstance(node, ast.Tuple | ast.List):
            if len(node.elts) > MAX_ITEMS:
                return None
            items = [self.value(each, depth + 1) for each in node.elts]
            return None if any(each is None for each in items) else items
        if isinstance(node, ast.BinOp):
            return _arithmetic(node.op, self.value(node.left, depth + 1), self.value(node.right, depth + 1))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KINDS:
            inner = self.value(node.args[0], depth + 1) if len(node.args) == 1 and not node.keywords else None
            return _as_number(str(inner), node.func.id) if isinstance(inner, int | float | str) else None
        if isinstance(node, ast.Subscript) and _is_argv(node.value) and isinstance(node.slice, ast.Constant):
            return argument(self.words, node.slice.value) if isinstance(node.slice.value, int) else None
        key = key_of(node)
        known = self.used.get(key) if key else None
        if known is not None and known.value is not _VARIABLE:
            return known.value
        return self.roots.value(node) if self.roots is not None and not isinstance(node, ast.Name) else None

    def holds(self, test: ast.AST, depth: int = 0) -> bool | None:
        """Whether a condition holds, as far as the values in it are known."""
        if depth > _DEPTH:
            return None
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.holds(test.operand, depth + 1)
            return None if inner is None else not inner
        if isinstance(test, ast.BoolOp):
            sides = [self.holds(each, depth + 1) for each in test.values]
            decides = isinstance(test.op, ast.Or)
            return decides if decides in sides else None if None in sides else not decides
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            left, right = self.value(test.left), self.value(test.comparators[0])
            if (
                isinstance(test.left, ast.Call)
                and isinstance(test.left.func, ast.Attribute)
                and test.left.func.attr == "lower"
            ):
                spoken = self.value(test.left.func.value)
                left = spoken.lower() if isinstance(spoken, str) else None
            return None if left is None or right is None else _compared(test.ops[0], left, right)
        value = self.value(test)
        return bool(value) if isinstance(value, bool | int | float | str) and value is not None else None

    def is_dead(self, code: Code, node: ast.AST) -> bool:
        """The node stands in the branch of a condition that is known not to be taken."""
        inner = node
        for outer in code.above(node):
            if isinstance(outer, ast.If | ast.IfExp) and inner is not outer.test:
                holds = self.holds(outer.test)
                body = outer.body if isinstance(outer.body, list) else [outer.body]
                taken = any(inner is each for each in body)
                if holds is not None and holds is not taken:
                    return True
            inner = outer
        return False

    def is_certain(self, code: Code, node: ast.AST) -> bool:
        """No condition around the node is open."""
        inner = node
        for outer in code.above(node):
            if isinstance(outer, ast.If | ast.IfExp) and inner is not outer.test and self.holds(outer.test) is None:
                return False
            inner = outer
        return True


_KINDS = ("int", "float", "str")


def _is_argv(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "argv") or (
        isinstance(node, ast.Name) and node.id == "argv"
    )


def _compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    if isinstance(op, ast.Eq | ast.Is):
        return bool(left == right)
    if isinstance(op, ast.NotEq | ast.IsNot):
        return bool(left != right)
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, list | str) and isinstance(left, str):
        return (left in right) is isinstance(op, ast.In)
    numbers = all(isinstance(side, int | float) for side in (left, right))
    if numbers and isinstance(op, ast.Gt | ast.GtE | ast.Lt | ast.LtE):
        over = left > right if isinstance(op, ast.Gt | ast.LtE) else left >= right
        return bool(over if isinstance(op, ast.Gt | ast.GtE) else not over)
    return None


def _arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    numbers = all(isinstance(side, int | float) and not isinstance(side, bool) for side in (left, right))
    if not numbers or abs(left) > 1e15 or abs(right) > 1e15:
        return None
    if isinstance(op, ast.Mult):
        return left * right
    if isinstance(op, ast.Add):
        return left + right
    if isinstance(op, ast.Sub):
        return left - right
    if isinstance(op, ast.Div):
        return left / right if right else None
    if isinstance(op, ast.FloorDiv):
        return left // right if right else None
    if isinstance(op, ast.Pow) and abs(right) <= 40 and 0 < abs(left) <= 1000:
        return left**right
    return None


def key_of(node: ast.AST) -> str:
    """How a value is asked for: "lr", "args.lr", "config[lr]"; "" for anything longer. `self.lr` is "lr"."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr if node.value.id == "self" else f"{node.value.id}.{node.attr}"
    if isinstance(node, ast.Attribute) and key_of(node.value):
        return f"{key_of(node.value)}.{node.attr}"[:MAX_TEXT]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return f"{key_of(node.value)}[{node.slice.value}]"[:MAX_TEXT]
    return ""


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
            _store(found, key_of(node.target), None, node)
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            _variable(found, node.target)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            _variable(found, node.optional_vars)
        elif isinstance(node, ast.NamedExpr):
            _variable(found, node.target)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            _parameters(found, node)
    parsed = _argparse(found, code, outside)
    _instances(found, code, classes, parsed)
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


def _store(found: Constants, key: str, value: Any, node: ast.AST) -> None:
    """Note that `key` takes a value; None is one that cannot be told."""
    if not key:
        return
    written = Written(_VARIABLE if value is None else value, node)
    earlier = found.used.get(key)
    if earlier is None or not _same(earlier.value, written.value):
        found.used[key] = written if earlier is None else Written(_VARIABLE, node)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _variable(found: Constants, target: ast.AST) -> None:
    for node in ast.walk(target):
        if isinstance(node, ast.Name):
            _store(found, node.id, None, node)


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
                _store(found, key_of(each), value, target)
                if value is not None and key_of(each):
                    _speak(found, key_of(each), value, target)
        return
    key = key_of(target)
    value = found.value(expression)
    owner = code.parent(code.parent(target) or target)  # target -> Assign -> what holds it
    if isinstance(owner, ast.ClassDef) and isinstance(target, ast.Name):
        if value is not None:
            classes.setdefault(owner.name, {})[target.id] = Written(value, target)
            _store(found, f"{owner.name}.{target.id}", value, target)
            _speak(found, target.id, value, target)
        return
    _store(found, key, value, target)
    if value is not None and key:
        _speak(found, key, value, target)
    if key and isinstance(expression, ast.Dict):
        _mapping(found, key, expression, 0)
    elif key and isinstance(expression, ast.Call):
        name = code.dotted(expression.func)
        if name.rpartition(".")[2] in ("dict", "Namespace", "SimpleNamespace", "EasyDict", "Munch"):
            for word in expression.keywords:
                inner = found.value(word.value)
                if word.arg and inner is not None:
                    _entry(found, key, word.arg, inner, word.value)


def _split_argv(found: Constants, expression: ast.AST, count: int) -> list[Any]:
    """What `map(float, sys.argv[1:4])` or `sys.argv[1:4]` gives to so many names; None where that is not known."""
    unknown: list[Any] = [None] * count
    kind = ""
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name) and expression.func.id == "map":
        if len(expression.args) != 2:
            return unknown
        kind, expression = key_of(expression.args[0]), expression.args[1]
    if not (
        isinstance(expression, ast.Subscript) and _is_argv(expression.value) and isinstance(expression.slice, ast.Slice)
    ):
        return unknown
    first = found.value(expression.slice.lower) if expression.slice.lower is not None else 0
    if not isinstance(first, int) or found.words is None:
        return unknown
    given = [argument(found.words, first + at) for at in range(count)]
    return [_as_number(str(value), kind) if value is not None and kind in _KINDS else value for value in given]


def _mapping(found: Constants, key: str, expression: ast.Dict, depth: int) -> None:
    for name, item in zip(expression.keys, expression.values, strict=True):
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            continue
        if isinstance(item, ast.Dict) and depth < 3:
            _mapping(found, f"{key}[{name.value}]", item, depth + 1)
            continue
        value = found.value(item)
        if value is not None:
            _entry(found, key, name.value, value, item)


def _entry(found: Constants, key: str, name: str, value: Any, node: ast.AST) -> None:
    _store(found, f"{key}[{name}]", value, node)
    _store(found, f"{key}.{name}", value, node)
    _speak(found, name, value, node)


def _speak(found: Constants, name: str, value: Any, node: ast.AST) -> None:
    """Note a value under the last part of its name, as a configuration file would have it."""
    leaf = name.rpartition(".")[2].rpartition("[")[2].rstrip("]")
    earlier = found.plain.get(leaf)
    if earlier is None or not _same(earlier.value, value):
        found.plain[leaf] = Written(value if earlier is None else _VARIABLE, node)


def _parameters(found: Constants, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Parameters vary, whatever their defaults: what a call hands over is another value as often as not."""
    for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        if parameter.arg not in ("self", "cls"):
            _store(found, parameter.arg, None, parameter)


def _argparse(found: Constants, code: Code, outside: Outside) -> dict[str, Written]:
    """Values of `parser.add_argument('--lr', default=0.01)`, click options and the like: as given, else the default."""
    parsed: dict[str, Written] = {}
    flags: dict[str, tuple[str, ...]] = {}
    calls: dict[str, ast.Call] = {}
    listed: set[str] = set()
    for call, name in code.calls:
        if name.rpartition(".")[2] not in ("add_argument", "option", "DEFINE_float", "DEFINE_integer"):
            continue
        words = {word.arg: word.value for word in call.keywords if word.arg}
        names = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        said = words.get("dest")
        long = [one for one in names if one.startswith("--")]
        called = said.value if isinstance(said, ast.Constant) else (long or names or [""])[0]
        key = str(called).lstrip("-").replace("-", "_")
        flags[key], calls[key] = tuple(names), call
        listed |= {key} if "nargs" in words else set()
        value = found.value(words.get("default"))
        if name.rpartition(".")[2].startswith("DEFINE") and len(call.args) > 1:
            value = found.value(call.args[1])
        if key and value is not None:
            if isinstance(value, str):
                value = _as_number(value, code.dotted(words.get("type")))
            parsed[key] = Written(value, call)
    for key, value in (given_options(outside, code, flags) or {}).items():
        if value is not None:
            parsed[key] = Written([value] if key in listed and not isinstance(value, list) else value, calls[key])
    for key, written in parsed.items():
        _speak(found, key, written.value, written.node)
    return parsed


def _as_number(value: str, kind: str) -> Any:
    if kind in ("float", "int"):
        try:
            return float(value) if kind == "float" else int(value)
        except ValueError:
            return value
    return value


def _instances(
    found: Constants, code: Code, classes: dict[str, dict[str, Written]], parsed: dict[str, Written]
) -> None:
    """`args = parser.parse_args()` and `config = Config()`: their attributes have the defaults, unless they are set."""
    parsers = _parsers(code)
    given: set[str] = set()
    for node in code.nodes:
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.value, ast.Call)):
            continue
        target, call = node.targets[0], node.value
        if code.dotted(call.func) == "vars" and len(call.args) == 1 and isinstance(call.args[0], ast.Call):
            call = call.args[0]
        name = code.dotted(call.func)
        values = dict(classes.get(name, {}))
        if name.rpartition(".")[2] in parsers:
            first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target  # (args, unknown)
            given |= {key_of(first)} - {""}
        elif values:
            for word in call.keywords:
                inner = found.value(word.value)
                if word.arg in values:
                    values[word.arg] = Written(_VARIABLE if inner is None else inner, word.value)
            _fields(found, key_of(target), values)
    for _ in range(2):  # main(args) -> train(args)
        for call, name in code.calls:
            function = code.functions.get(name.rpartition(".")[2])
            if function is None:
                continue
            takes = [one.arg for one in function.args.args if one.arg not in ("self", "cls")]
            for parameter, arg in zip(takes, call.args, strict=False):
                parses = isinstance(arg, ast.Call) and code.dotted(arg.func).rpartition(".")[2] in parsers
                if parses or key_of(arg) in given:
                    given.add(parameter)
    for key in sorted(given):
        _fields(found, key, parsed)


def _parsers(code: Code) -> set[str]:
    """What gives parsed options: the parser's own methods, and functions that return what these give."""
    own = {"parse_args", "parse_known_args", "parse_intermixed_args"}
    for name, function in code.functions.items():
        if function is None or name in own:
            continue
        inside = list(ast.walk(function))
        parses = {
            key_of(one.targets[0])
            for one in inside
            if isinstance(one, ast.Assign) and isinstance(one.value, ast.Call)
            and code.dotted(one.value.func).rpartition(".")[2] in own
        }  # fmt: skip
        for one in inside:
            if not isinstance(one, ast.Return) or one.value is None:
                continue
            given = (
                one.value.args[0]
                if isinstance(one.value, ast.Call) and code.dotted(one.value.func) == "vars"
                else one.value
            )
            if key_of(given) in parses - {""} or (
                isinstance(given, ast.Call) and code.dotted(given.func).rpartition(".")[2] in own
            ):
                own = own | {name}
    return own


def _fields(found: Constants, key: str, values: dict[str, Written]) -> None:
    """Note the attributes, and the entries, of what a name stands for."""
    for field, written in values.items():
        if key:
            value = None if written.value is _VARIABLE else written.value
            _store(found, f"{key}.{field}", value, written.node)
            _store(found, f"{key}[{field}]", value, written.node)


def is_told(written: Written) -> bool:
    """The name has one value."""
    return written.value is not _VARIABLE
