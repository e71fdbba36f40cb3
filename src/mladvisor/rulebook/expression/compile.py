"""A tree to closures over a `Scope`, with names and types checked on the way.

A condition is compiled in one of two polarities: negations are pushed down to the comparisons, so that a comparison
with something not applicable is false in either.
"""

from __future__ import annotations

from typing import Final

import msgspec

from mladvisor.errors import nearest
from mladvisor.rulebook.expression import closures as make
from mladvisor.rulebook.expression import values as v
from mladvisor.rulebook.expression.names import Closure, Entry, Kind, Names
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
    show,
)

_CONDITION_CALLS: Final = ("known", "near", "ramp")
_NEGATED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_KIND_OF_NODE: Final[dict[type, Kind]] = {
    **dict.fromkeys((Number, Negate, Binary), "number"),
    Text: "text",
    **dict.fromkeys((Flag, And, Or, Not, Compare, In), "condition"),
}
"""The type of nodes whose type does not depend on what is inside."""
_KIND_WORDS: Final = {"number": "a number", "condition": "a condition", "text": "a text"}


class Compiled(msgspec.Struct, frozen=True):
    """An expression ready to run.

    Attributes:
        run: from a scope to the value.
        kind: number, condition or text.
        leaves: features that it reads, through facts too.
        names: names that it reads, facts unresolved.
        family: the item family that it depends on, "" for none.
        heavy: whether something in it is measured only on demand.
    """

    run: Closure
    kind: Kind
    leaves: frozenset[str]
    names: frozenset[str]
    family: str
    heavy: bool


def compile_condition(tree: Node, names: Names) -> Compiled:
    """A condition: its closure gives a degree, or None for unknown."""
    compiler = Compiler(names)
    return compiler.finish(compiler.condition(tree, True), "condition")


def compile_value(tree: Node, names: Names) -> Compiled:
    """A number, text or condition, as its type is; the closure gives a value, None or NA."""
    compiler = Compiler(names)
    kind = compiler.kind(tree)
    return compiler.finish(compiler.value(tree), kind)


def compile_number(tree: Node, names: Names) -> Compiled:
    """A number: its closure gives a float, an `Uncertain`, None or NA."""
    compiler = Compiler(names)
    return compiler.finish(compiler.number(tree), "number")


def compile_fact(name: str, tree: Node, names: Names) -> Entry:
    """The entry of a fact: a condition in both polarities, a number or a text."""
    compiler = Compiler(names)
    kind = compiler.kind(tree)
    constant = _constant(tree)
    compute = compiler.value(tree)
    compute_not = compiler.condition(tree, False) if kind in ("condition", "any") else None
    done = compiler.finish(compute, kind)
    return Entry(
        name,
        kind,
        family=done.family,
        heavy=done.heavy,
        compute=compute,
        compute_not=compute_not,
        constant=constant,
        leaves=done.leaves,
    )


def _constant(node: Node) -> float | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negate) and isinstance(node.operand, Number):
        return -node.operand.value
    return None


class Compiler:
    """Compiles one expression and remembers which names it reads."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.used: dict[str, Entry] = {}
        self.family = ""

    def finish(self, run: Closure, kind: Kind) -> Compiled:
        """The compiled expression with what it reads."""
        used = self.used.values()
        leaves = frozenset().union(*(entry.leaves for entry in used)) if used else frozenset()
        return Compiled(run, kind, leaves, frozenset(self.used), self.family, any(entry.heavy for entry in used))

    def entry(self, node: Name) -> Entry:
        entry = self.names.resolve(node.name, node.at)
        self.used[node.name] = entry
        if entry.family and entry.family != self.family:
            if self.family:
                raise ExpressionError(
                    f'"{node.name}" has one value per {entry.family}, but this depends on the {self.family} already',
                    node.at,
                    len(node.name),
                )
            self.family = entry.family
        return entry

    def kind(self, node: Node) -> Kind:
        """The type of an expression, without looking deeper than needed."""
        plain = _KIND_OF_NODE.get(type(node))
        if plain is not None:
            return plain
        match node:
            case Name():
                return self.entry(node).kind
            case Call("first", arguments):
                return next((kind for kind in map(self.kind, arguments) if kind != "any"), "any")
            case Call(function):
                return "condition" if function in _CONDITION_CALLS else "number"
        raise AssertionError(node)

    def need(self, node: Node, wanted: Kind) -> None:
        kind = self.kind(node)
        if kind in (wanted, "any"):
            return
        hint = ""
        if wanted == "condition":
            hint = {"number": '; compare it, as in "... > 0"', "text": '; compare it, as in "... == \\"name\\""'}[kind]
        message = f"{show(node)} is {_KIND_WORDS[kind]} where {_KIND_WORDS[wanted]} is needed{hint}"
        raise ExpressionError(message, _start(node), _width(node))

    def value(self, node: Node) -> Closure:
        """The value as its type is."""
        kind = self.kind(node)
        if isinstance(node, Name):
            self.entry(node)
            key = node.name
            return lambda s: s[key]
        if kind == "number":
            return self.number(node)
        if kind == "text":
            return self.text(node)
        return self.condition(node, True)

    # Numbers

    def number(self, node: Node) -> Closure:
        """A closure that gives a float, an `Uncertain`, None or NA."""
        self.need(node, "number")
        match node:
            case Number(value):
                return lambda s: value
            case Name(name):
                entry = self.entry(node)
                if entry.constant is not None:
                    constant = entry.constant
                    return lambda s: constant
                return lambda s: s[name]
            case Negate(operand):
                return make.guarded(v.negate, node, [self.number(operand)])
            case Binary(operator, left, right):
                return make.binary(operator, node, self.number(left), self.number(right))
            case Call("first", arguments):
                return make.first_known([self.number(argument) for argument in arguments])
            case Call(function, arguments):
                return make.guarded(make.OPERATIONS[function], node, [self.number(argument) for argument in arguments])
        raise AssertionError(node)

    def constant(self, node: Node) -> float | None:
        """The value of a number literal, or of a fact that is one."""
        return self.entry(node).constant if isinstance(node, Name) else _constant(node)

    # Texts

    def text(self, node: Node) -> Closure:
        """A closure that gives a text, None or NA."""
        self.need(node, "text")
        match node:
            case Text(value):
                return lambda s: value
            case Name(name):
                self.entry(node)
                return lambda s: s[name]
            case Call("first", arguments):
                return make.first_known([self.text(argument) for argument in arguments])
        raise AssertionError(node)

    def check_choice(self, node: Node, literal: Node) -> None:
        """Complain about a text that the feature can never be."""
        if isinstance(node, Name) and isinstance(literal, Text):
            choices = self.entry(node).choices
            if choices and literal.value not in choices:
                hint = nearest(literal.value, choices) or f"; it is one of {', '.join(choices)}"
                raise ExpressionError(
                    f'"{node.name}" is never "{literal.value}"{hint}', literal.at, len(literal.value) + 2
                )

    # Conditions

    def condition(self, node: Node, positive: bool) -> Closure:
        """A closure that gives the degree of the condition, or of its negation; None when unknown."""
        self.need(node, "condition")
        match node:
            case Flag(value):
                degree = 1.0 if value == positive else 0.0
                return lambda s: degree
            case Name():
                return self.flag(self.entry(node), positive)
            case Not(operand):
                return self.condition(operand, not positive)
            case And(nodes) | Or(nodes):
                closures = [self.condition(part, positive) for part in nodes]
                return make.all_of(closures) if isinstance(node, And) == positive else make.any_of(closures)
            case Compare(operator, left, right):
                return self.comparison(operator if positive else _NEGATED[operator], left, right, node)
            case In(item, options, negated):
                return self.membership(item, options, negated != positive)
            case Call("known", (argument,)):
                return make.is_known(self.value(argument), positive)
            case Call("first", arguments):
                return make.flag_degree(make.first_known([self.value(argument) for argument in arguments]), positive)
            case Call("near" | "ramp", arguments):
                function = v.near if node.function == "near" else v.ramp
                return make.flag_degree(
                    make.guarded(function, node, [self.number(part) for part in arguments]), positive
                )
        raise AssertionError(node)

    def flag(self, entry: Entry, positive: bool) -> Closure:
        if entry.compute is not None:
            key = entry.name if positive else "not " + entry.name
            return lambda s: s[key]
        key = entry.name
        return make.flag_degree(lambda s: s[key], positive)

    def comparison(self, operator: str, left: Node, right: Node, node: Compare) -> Closure:
        kinds = {self.kind(left), self.kind(right)} - {"any"}
        if "condition" in kinds:
            return self.flag_comparison(operator, left, right, node)
        if kinds == {"text"}:
            if operator not in ("==", "!="):
                raise ExpressionError(f'texts have no order: use "==", "!=" or "in", not "{node.operator}"', node.at, 2)
            self.check_choice(left, right)
            self.check_choice(right, left)
            return make.same_text(self.text(left), self.text(right), operator == "==")
        if "text" in kinds:
            number, text = (left, right) if self.kind(left) == "number" else (right, left)
            raise ExpressionError(
                f"{show(number)} is a number and {show(text)} is a text: they cannot be compared", node.at, 2
            )
        if operator in (">", ">="):
            left, right, operator = right, left, "<" if operator == ">" else "<="
        if operator in ("==", "!="):
            return make.same_number(self.number(left), self.number(right), operator == "==")
        low, high = self.constant(left), self.constant(right)
        if isinstance(left, Name) and low is None and high is not None:
            self.need(left, "number")
            return make.below(left.name, high, operator == "<=")
        if isinstance(right, Name) and high is None and low is not None:
            self.need(right, "number")
            return make.above(right.name, low, operator == "<=")
        return make.less(self.number(left), self.number(right), operator == "<=")

    def flag_comparison(self, operator: str, left: Node, right: Node, node: Compare) -> Closure:
        literal, other = (left, right) if isinstance(left, Flag) else (right, left)
        if not isinstance(literal, Flag) or operator not in ("==", "!="):
            raise ExpressionError(
                "conditions are not compared with each other: use and, or, not", node.at, len(node.operator)
            )
        return self.condition(other, literal.value == (operator == "=="))

    def membership(self, item: Node, options: tuple[Number | Text, ...], inside: bool) -> Closure:
        kind: Kind = "text" if isinstance(options[0], Text) else "number"
        for option in options:
            if isinstance(option, Text) != (kind == "text"):
                raise ExpressionError("the list mixes texts and numbers", option.at)
            self.check_choice(item, option)
        if kind == "text":
            texts = frozenset(str(option.value) for option in options)
            return make.text_in(self.text(item), texts, inside)
        numbers = [float(option.value) for option in options]
        return make.number_in(self.number(item), numbers, inside)


def _start(node: Node) -> int:
    match node:
        case Binary(_, left) | Compare(_, left):
            return _start(left)
        case In(item):
            return _start(item)
    return node.at


def _width(node: Node) -> int:
    return len(show(node)) if isinstance(node, Name | Number | Text) else 1
