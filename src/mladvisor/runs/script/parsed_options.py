"""Options that a script parses (argparse, click, absl), and instances: what attributes `args` and `Config()` have."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import VARIABLE, Constants, Written, as_number, key_of
from mladvisor.runs.script.outside import Outside, given_options


def parsed_options(found: Constants, code: Code, outside: Outside) -> dict[str, Written]:
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
                value = as_number(value, code.dotted(words.get("type")))
            parsed[key] = Written(value, call)
    for key, value in (given_options(outside, code, flags) or {}).items():
        if value is not None:
            parsed[key] = Written([value] if key in listed and not isinstance(value, list) else value, calls[key])
    for key, written in parsed.items():
        found.speak(key, written.value, written.node)
    return parsed


def instances(found: Constants, code: Code, classes: dict[str, dict[str, Written]], parsed: dict[str, Written]) -> None:
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
                    values[word.arg] = Written(VARIABLE if inner is None else inner, word.value)
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
            value = None if written.value is VARIABLE else written.value
            found.store(f"{key}.{field}", value, written.node)
            found.store(f"{key}[{field}]", value, written.node)
