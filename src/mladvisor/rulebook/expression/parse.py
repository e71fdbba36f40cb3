"""Text of an expression to its tree: a lexer of one regular expression and a recursive descent over it.

    or          := and ("or" and)*
    and         := not ("and" not)*
    not         := "not" not | comparison
    comparison  := sum (("<" | "<=" | ">" | ">=" | "==" | "!=") sum)*  |  sum ["not"] "in" list
    sum         := product (("+" | "-") product)*
    product     := unary (("*" | "/") unary)*
    unary       := "-" unary | power
    power       := atom ["**" unary]
    atom        := number | text | "true" | "false" | name | name "(" [or ("," or)*] ")" | "(" or ")"
    list        := "[" literal ("," literal)* "]"

Length and nesting are bounded, so a text from a stranger costs little before it is refused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from mladvisor.errors import nearest
from mladvisor.rulebook.expression.tree import (
    And,
    Binary,
    Call,
    Compare,
    ExpressionError,
    Flag,
    In,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Or,
    Text,
)

MAX_LENGTH: Final = 2_000
MAX_DEPTH: Final = 40
MAX_OPERATORS: Final = 100
"""Arithmetic operators in one expression: `1 + 1 + ...` is a tree as deep as it is long."""

FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    "min": (2, 20),
    "max": (2, 20),
    "abs": (1, 1),
    "log": (1, 1),
    "log10": (1, 1),
    "sqrt": (1, 1),
    "exp": (1, 1),
    "known": (1, 1),
    "first": (2, 20),
    "near": (3, 3),
    "ramp": (3, 3),
}
"""Function -> least and most arguments."""

MAX_TREES: Final = 10_000
trees: Final[dict[str, Node]] = {}
"""The trees of expressions that were read before; many rules ask the same."""

_WORDS = frozenset(("and", "or", "not", "in", "true", "false"))
_SLIPS = {
    "&&": '"and"',
    "||": '"or"',
    "!": '"not"',
    "=": '"=="',
    "^": '"**"',
    "True": '"true"',
    "False": '"false"',
    "AND": '"and"',
    "OR": '"or"',
    "NOT": '"not"',
    "&": '"and"',
    "|": '"or"',
    "<>": '"!="',
}


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled when the first expression is read: not every start of the program needs it."""
    return re.compile(
        r"""\s*(?:
            (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
          | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
          | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
          | (?P<mark>\*\*|<=|>=|==|!=|[-+*/<>()\[\],])
          | (?P<other>&&|\|\||<>|.)
        )""",
        re.VERBOSE,
    )


def parse(source: str) -> Node:
    """The tree of one expression. Raises `ExpressionError` with the offset of what is wrong."""
    tree = trees.get(source)
    if tree is None:
        tree = _parse(source)
        if len(trees) < MAX_TREES:
            trees[source] = tree
    return tree


def _parse(source: str) -> Node:
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(source):,} characters; at most {MAX_LENGTH:,} are read", 0)
    parser = _Parser(source)
    if parser.kind == "end":
        raise ExpressionError("an expression is missing", 0)
    node = parser.disjunction()
    if parser.kind != "end":
        parser.fail_unexpected("the end of the expression")
    return node


class _Parser:
    """One pass over the tokens; `kind`, `text` and `at` describe the current one."""

    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        end = len(source.rstrip())
        for found in _pattern().finditer(source, 0, end):
            kind = found.lastgroup or "other"
            text = found[kind]
            at = found.start(kind)
            if kind == "name" and text in _WORDS:
                kind = "word"
            elif kind == "other":
                self._fail_character(text, at)
            self.tokens.append((kind, text, at))
        self.tokens.append(("end", "", end))
        self.depth = self.operators = 0
        self.index = -1
        self.advance()

    @staticmethod
    def _fail_character(text: str, at: int) -> None:
        if text in ('"', "'"):
            raise ExpressionError("the text has no closing quote", at)
        hint = f"; write {_SLIPS[text]}" if text in _SLIPS else ""
        raise ExpressionError(f'"{text}" has no meaning in an expression{hint}', at, len(text))

    def advance(self) -> None:
        self.index += 1
        self.kind, self.text, self.at = self.tokens[self.index]

    def accept(self, text: str) -> bool:
        if self.text == text and self.kind in ("mark", "word"):
            self.advance()
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            self.fail_unexpected(f'"{text}"')

    def fail_unexpected(self, expected: str) -> None:
        if self.kind == "end":
            raise ExpressionError(f"the expression ends where {expected} was expected", self.at)
        hint = ""
        if self.kind == "name" and self.text in _SLIPS:
            hint = f"; write {_SLIPS[self.text]}"
        raise ExpressionError(f'"{self.text}" stands where {expected} was expected{hint}', self.at, len(self.text))

    def enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep", self.at)

    def arithmetic(self, operator: str, left: Node, right: Node, at: int) -> Node:
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            raise ExpressionError(f"more than {MAX_OPERATORS} arithmetic operators", at)
        return Binary(operator, left, right, at)

    def disjunction(self) -> Node:
        self.enter()
        at = self.at
        parts = [self.conjunction()]
        while self.accept("or"):
            parts.append(self.conjunction())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts), at)

    def conjunction(self) -> Node:
        at = self.at
        parts = [self.negation()]
        while self.accept("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts), at)

    def negation(self) -> Node:
        at = self.at
        if self.accept("not"):
            self.enter()
            node = Not(self.negation(), at)
            self.depth -= 1
            return node
        return self.comparison()

    def comparison(self) -> Node:
        start = self.at
        left = self.sum()
        links: list[Node] = []
        while self.kind == "mark" and self.text in ("<", "<=", ">", ">=", "==", "!="):
            operator, at = self.text, self.at
            self.advance()
            right = self.sum()
            links.append(Compare(operator, left, right, at))
            left = right
        if links:
            return links[0] if len(links) == 1 else And(tuple(links), start)
        at = self.at
        negated = self.accept("not")
        if self.accept("in"):
            return In(left, self.options(), negated, at)
        if negated:
            self.fail_unexpected('"in"')
        return left

    def options(self) -> tuple[Number | Text, ...]:
        self.expect("[")
        options = [self.literal()]
        while self.accept(","):
            if self.text == "]":
                break
            options.append(self.literal())
        self.expect("]")
        return tuple(options)

    def literal(self) -> Number | Text:
        at = self.at
        minus = self.accept("-")
        if self.kind == "number" or (self.kind == "text" and not minus):
            node = self.atom()
            if isinstance(node, Number):
                return Number(-node.value if minus else node.value, at)
            if isinstance(node, Text):
                return node
        if self.kind == "name":
            raise ExpressionError(f'write the text in quotes: "{self.text}"', self.at, len(self.text))
        self.fail_unexpected("a text in quotes or a number")
        raise AssertionError

    def sum(self) -> Node:
        left = self.product()
        while self.kind == "mark" and self.text in ("+", "-"):
            operator, at = self.text, self.at
            self.advance()
            left = self.arithmetic(operator, left, self.product(), at)
        return left

    def product(self) -> Node:
        left = self.unary()
        while self.kind == "mark" and self.text in ("*", "/"):
            operator, at = self.text, self.at
            self.advance()
            left = self.arithmetic(operator, left, self.unary(), at)
        return left

    def unary(self) -> Node:
        at = self.at
        if self.accept("-"):
            self.enter()
            node = Negate(self.unary(), at)
            self.depth -= 1
            return node
        base = self.atom()
        at = self.at
        if self.accept("**"):
            self.enter()
            base = self.arithmetic("**", base, self.unary(), at)
            self.depth -= 1
        return base

    def atom(self) -> Node:
        kind, text, at = self.kind, self.text, self.at
        if kind == "name":
            self.advance()
            return self.call(text, at) if self.text == "(" else Name(text, at)
        if kind == "number":
            self.advance()
            value = float(text)
            if value == float("inf"):
                raise ExpressionError("the number is too large", at, len(text))
            return Number(value, at)
        if kind == "text":
            self.advance()
            body = text[1:-1]
            return Text(re.sub(r"\\(.)", r"\1", body) if "\\" in body else body, at)
        if kind == "word" and text in ("true", "false"):
            self.advance()
            return Flag(text == "true", at)
        if self.accept("("):
            node = self.disjunction()
            self.expect(")")
            return node
        self.fail_unexpected("a value")
        raise AssertionError

    def call(self, function: str, at: int) -> Node:
        if function not in FUNCTIONS:
            raise ExpressionError(f'there is no function "{function}"{nearest(function, FUNCTIONS)}', at, len(function))
        self.expect("(")
        arguments: list[Node] = []
        if self.text != ")" or self.kind != "mark":
            arguments.append(self.disjunction())
            while self.accept(","):
                arguments.append(self.disjunction())
        self.expect(")")
        least, most = FUNCTIONS[function]
        if not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least} or more"
            raise ExpressionError(f"{function}(...) takes {wanted} values, not {len(arguments)}", at, len(function))
        return Call(function, tuple(arguments), at)
