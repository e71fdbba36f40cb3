"""The syntax tree of an expression, and its printer.

`at` is the offset of a node in the source text, so that errors can point at it.
"""

from __future__ import annotations

import msgspec


class ExpressionError(Exception):
    """What is wrong with an expression, and where in its text (offset and width in characters)."""

    def __init__(self, message: str, at: int, width: int = 1) -> None:
        super().__init__(message)
        self.message, self.at, self.width = message, at, width


class _Node(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """What nodes have in common: written to the cache of rules, they are short arrays that begin with their name."""


class Number(_Node, frozen=True):
    """A number, not negative (a minus is a `Negate`), except inside `in [..]`."""

    value: float
    at: int = 0


class Text(_Node, frozen=True):
    """A text in quotes."""

    value: str
    at: int = 0


class Flag(_Node, frozen=True):
    """`true` or `false`."""

    value: bool
    at: int = 0


class Name(_Node, frozen=True):
    """A feature or fact."""

    name: str
    at: int = 0


class Negate(_Node, frozen=True):
    """Unary minus."""

    operand: Node
    at: int = 0


class Binary(_Node, frozen=True):
    """Arithmetic: `+ - * / **`."""

    operator: str
    left: Node
    right: Node
    at: int = 0


class Compare(_Node, frozen=True):
    """`< <= > >= == !=`. A chain `a < b < c` is the `And` of its links."""

    operator: str
    left: Node
    right: Node
    at: int = 0


class In(_Node, frozen=True):
    """`x in ["a", "b"]`, or `not in`."""

    item: Node
    options: tuple[Number | Text, ...]
    negated: bool = False
    at: int = 0


class Not(_Node, frozen=True):
    """Negation of a condition."""

    operand: Node
    at: int = 0


class And(_Node, frozen=True):
    """All parts hold."""

    parts: tuple[Node, ...]
    at: int = 0


class Or(_Node, frozen=True):
    """Some part holds."""

    parts: tuple[Node, ...]
    at: int = 0


class Call(_Node, frozen=True):
    """A function of the language."""

    function: str
    arguments: tuple[Node, ...]
    at: int = 0


Node = Number | Text | Flag | Name | Negate | Binary | Compare | In | Not | And | Or | Call

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(9)
BINARY_LEVEL = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}


def show(node: Node) -> str:
    """The expression as text; parsing it again gives the same tree."""
    return _show(node)[0]


def _within(node: Node, least: int) -> str:
    text, level = _show(node)
    return text if level >= least else f"({text})"


def quoted(text: str) -> str:
    """A text literal; backslashes and double quotes are escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(value: float) -> str:
    """A number as an author writes it: 3 rather than 3.0."""
    return str(int(value)) if value < 1e15 and value == int(value) else repr(value)


def _show(node: Node) -> tuple[str, int]:
    match node:
        case Number(value):
            return (f"-{_plain(-value)}", _UNARY) if value < 0 else (_plain(value), _ATOM)
        case Text(value):
            return quoted(value), _ATOM
        case Flag(value):
            return "true" if value else "false", _ATOM
        case Name(name):
            return name, _ATOM
        case Negate(operand):
            return f"-{_within(operand, _UNARY)}", _UNARY
        case Binary(operator, left, right):
            level = BINARY_LEVEL[operator]
            if operator == "**":
                return f"{_within(left, _ATOM)} ** {_within(right, _UNARY)}", level
            return f"{_within(left, level)} {operator} {_within(right, level + 1)}", level
        case Compare(operator, left, right):
            return f"{_within(left, _SUM)} {operator} {_within(right, _SUM)}", _COMPARE
        case In(item, options, negated):
            inside = ", ".join(_show(option)[0] for option in options)
            return f"{_within(item, _SUM)} {'not ' if negated else ''}in [{inside}]", _COMPARE
        case Not(operand):
            return f"not {_within(operand, _NOT)}", _NOT
        case And(parts):
            return " and ".join(_within(part, _NOT) for part in parts), _AND
        case Or(parts):
            return " or ".join(_within(part, _AND) for part in parts), _OR
        case Call(function, arguments):
            return f"{function}({', '.join(_show(argument)[0] for argument in arguments)})", _ATOM
    raise TypeError(node)
