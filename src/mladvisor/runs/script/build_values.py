"""Values that `build` follows: layers, instances, functions; arithmetic, built-ins and methods of what is known."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

MAX_TURNS = 300


class UnclearError(Exception):
    """Which layers there are cannot be told."""


class Unknown:
    """A value that is not known."""

    def __repr__(self) -> str:
        return "?"


UNKNOWN = Unknown()


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


_PLAIN: dict[str, Callable[..., Any]] = {
    "int": int, "float": float, "str": str, "max": max, "min": min, "round": round,
}  # fmt: skip
BUILT_IN = frozenset(
    ("range", "zip", "enumerate", "list", "tuple", "reversed", "sorted", "len", "int", "float", "str", "max", "min",
     "round", "getattr")
)  # fmt: skip
METHODS = frozenset(
    ("to", "cuda", "float", "double", "train", "eval", "split", "lower", "strip", "items", "values", "apply", "get")
)
LOOKS = frozenset(("hasattr", "isinstance", "print", "type", "id", "sum", "any", "all", "repr"))


def holds_layers(value: Any) -> bool:
    if isinstance(value, Chain | Own):
        return True
    return isinstance(value, list) and any(isinstance(one, Chain | Own) for one in value)


def jumps(loop: ast.For) -> bool:
    return any(isinstance(one, ast.Break | ast.Continue) for one in ast.walk(loop))


def as_text(value: Any) -> str:
    """A value as a configuration would write it."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list):
        return f"({', '.join(map(as_text, value))})"
    return str(value) if isinstance(value, bool | int | float | None) else "?"


def arithmetic(op: ast.operator, left: Any, right: Any) -> Any:
    if isinstance(op, ast.Add) and isinstance(left, list) and isinstance(right, list):
        return left + right
    if isinstance(op, ast.Mult) and isinstance(left, list) and isinstance(right, int) and right <= MAX_TURNS:
        if holds_layers(left):
            raise UnclearError  # one layer in several places
        return left * right
    if any(isinstance(side, bool) or not isinstance(side, int | float) for side in (left, right)):
        if holds_layers(left) or holds_layers(right):
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


def compared(op: ast.cmpop, left: Any, right: Any) -> bool | None:
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


def built_in(name: str, given: list[Any]) -> Any:
    """What a function of Python gives, UNKNOWN where an argument is."""
    try:
        if name == "range" and all(isinstance(one, int) for one in given) and given:
            turns = range(*given[:3])
            return list(turns) if len(turns) <= MAX_TURNS else UNKNOWN
        if name == "enumerate" and len(given) == 2 and isinstance(given[0], list) and isinstance(given[1], int):
            return [[at, each] for at, each in enumerate(*given)]
        if name in ("zip", "enumerate", "list", "tuple", "reversed", "sorted") and all(
            isinstance(one, list) for one in given
        ):
            if name == "zip":
                return [list(each) for each in zip(*given, strict=False)]
            if name == "enumerate":
                return [[at, each] for at, each in enumerate(given[0])]
            plain = list(given[0]) if given else []
            return plain[::-1] if name == "reversed" else sorted(plain) if name == "sorted" else plain
        if name == "len" and isinstance(given[0], list | dict | str):
            return len(given[0])
        if name in _PLAIN and not any(isinstance(one, Unknown | list | dict) for one in given):
            return _PLAIN[name](*given)
        if name == "getattr" and len(given) > 1 and isinstance(given[0], Ref) and isinstance(given[1], str):
            return Ref(f"{given[0].name}.{given[1]}")
    except (ValueError, TypeError, IndexError, OverflowError):
        return UNKNOWN
    return UNKNOWN


def method_of(held: Any, name: str, given: list[Any]) -> Any:
    """What one of `METHODS` gives: those of a module give it back, those of texts and mappings do what they do."""
    if isinstance(held, Chain | Own) and name not in ("items", "values", "split", "get"):
        return held
    if isinstance(held, str) and name in ("lower", "strip"):
        return held.lower() if name == "lower" else held.strip()
    splits = name == "split" and len(given) <= 1 and all(isinstance(one, str) and one for one in given)
    if isinstance(held, str) and splits:
        return list(held.split(*given))
    if isinstance(held, dict) and name in ("items", "values"):
        return list(held.values()) if name == "values" else [[key, value] for key, value in held.items()]
    if isinstance(held, dict) and name == "get" and given and isinstance(given[0], str):
        return held.get(given[0], given[1] if len(given) > 1 else UNKNOWN)
    return UNKNOWN
