"""What an optimizer's groups of parameters set for themselves: `[{"params": head, "lr": 1e-2}, {"params": body}]`.

A group's own value stands above the optimizer's argument. Of groups that differ the largest counts: where a rate or a
decay is too large it is so in that group, and it is too small only where it is small in all of them. A decay of zero
for biases and norms beside the decay of the weights is the usual case.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_SET = ("lr", "weight_decay")
_DEPTH = 4
_MOST = 32  # groups that are looked at

Arguments = list[tuple[str, ast.expr]]


def with_groups(code: Code, values: Constants, call: ast.Call, arguments: Arguments) -> Arguments:
    """The arguments of an optimizer's call, with what its groups set in the place of what they overrule."""
    named = {word.arg: word.value for word in call.keywords}
    handed = call.args[0] if call.args else named.get("params")
    groups = list(_groups(code, values, handed, 0))[:_MOST] if handed is not None else []
    found = dict(arguments)
    for name in _SET:
        own = [group[name] for group in groups if name in group]
        if not own:
            continue
        if len(own) < len(groups) and name in found:
            own.append(found[name])  # what the other groups have
        choices = [choice for node in own for choice in _choices(node)]
        told = [values.value(node) for node in choices]
        numbers = [value for value in told if isinstance(value, int | float) and not isinstance(value, bool)]
        # Where one of them cannot be told, none is: the node that has no value says so.
        found[name] = choices[told.index(max(numbers))] if len(numbers) == len(told) else _untold(choices, told)
    return list(found.items())


def _untold(choices: list[ast.expr], told: list[object]) -> ast.expr:
    return next(node for node, value in zip(choices, told, strict=True) if not isinstance(value, int | float))


def _choices(node: ast.expr) -> list[ast.expr]:
    """The values that one expression may have: `0.0 if name.endswith("bias") else decay`."""
    return [*_choices(node.body), *_choices(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _groups(code: Code, values: Constants, node: ast.expr, depth: int) -> Iterator[dict[str, ast.expr]]:
    """The groups that an expression stands for, each name -> value, as far as they are written down."""
    if depth > _DEPTH:
        return
    if isinstance(node, ast.List | ast.Tuple):
        for each in node.elts:
            yield from _groups(code, values, each.value if isinstance(each, ast.Starred) else each, depth + 1)
    elif isinstance(node, ast.ListComp | ast.GeneratorExp):
        yield from _groups(code, values, node.elt, depth + 1)
    elif isinstance(node, ast.Dict):
        group = {
            key.value: value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        if "params" in group:
            yield group
    elif isinstance(node, ast.Call):
        made = code.dotted(node.func)
        function = code.functions.get(made.rpartition(".")[2])
        if made == "dict":
            group = {word.arg: word.value for word in node.keywords if word.arg}
            if "params" in group:
                yield group
        elif function is not None:
            returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value]
            if len(returned) == 1:
                yield from _groups(code, values, returned[0], depth + 1)
    elif isinstance(node, ast.Name):
        yield from _named(code, values, node, depth)


def _named(code: Code, values: Constants, node: ast.Name, depth: int) -> Iterator[dict[str, ast.expr]]:
    """The groups under a name: what it is set to, and what is appended to it."""
    inside = code.function_of(node)
    given = values.handed.given(node) if values.handed is not None else None
    if given is not None:
        yield from _groups(code, values, given, depth + 1)
        return
    for statement in code.assignments(node.id):
        if code.function_of(statement) in (inside, None) and len(statement.targets) == 1:
            yield from _groups(code, values, statement.value, depth + 1)
    for call, name in code.calls:
        if name == f"{node.id}.append" and len(call.args) == 1 and code.function_of(call) is inside:
            yield from _groups(code, values, call.args[0], depth + 1)
