"""What a script makes small, and what its own functions give back of what they are handed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.runs.script.code import Code, Function
from mladvisor.runs.script.losses import compiles


def made_small(code: Code) -> Iterator[ast.expr]:
    """Expressions that are made small: `loss.backward()`, `scaler.scale(loss).backward()`, `tape.gradient(loss, ...)`,
    `accelerator.backward(loss)`, `compile(loss=dice_loss)`, what Lightning's `training_step` returns.
    """
    for call, name in code.calls:
        if not isinstance(call.func, ast.Attribute):
            continue
        last = call.func.attr
        if last == "backward":
            yield call.args[0] if call.args and name.count(".") == 1 and _is_runner(name) else call.func.value
        elif last == "gradient" and call.args and "tape" in name.lower():
            yield call.args[0]
    for call in compiles(code):
        for word in call.keywords:
            function = (
                code.functions.get(word.value.id) if word.arg == "loss" and isinstance(word.value, ast.Name) else None
            )
            value = returned(function) if function is not None else None
            if value is not None:
                yield value
    step = code.functions.get("training_step")
    if step is not None and (value := returned(step)) is not None:
        yield value


def _is_runner(name: str) -> bool:
    return name.rpartition(".")[0].lower() in ("accelerator", "fabric", "engine", "model_engine", "self", "optimizer")


def arguments(function: Function | ast.Lambda, given: list[ast.expr], call: ast.Call) -> dict[str, ast.expr]:
    """Parameter -> what the call hands over for it; a starred argument hides which is which."""
    if any(isinstance(one, ast.Starred) for one in given):
        return {}
    named = [one.arg for one in function.args.args if one.arg != "self"]
    return {
        **dict(zip(named, given, strict=False)),
        **{word.arg: word.value for word in call.keywords if word.arg in named},
    }


def returned(function: Function | ast.Lambda) -> ast.expr | None:
    """What a function gives back in its only `return`."""
    if isinstance(function, ast.Lambda):
        return function.body
    found = [one for one in ast.walk(function) if isinstance(one, ast.Return)]
    return found[0].value if len(found) == 1 else None
