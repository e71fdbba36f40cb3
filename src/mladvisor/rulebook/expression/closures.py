"""The closures that compiled expressions are made of.

Each maker takes closures over a `Scope` and gives one. A closure that is run thousands of times per run looks at the
exact type `float` first; whatever carries an error, is unknown or not applicable takes the slow way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mladvisor.rulebook.expression import values as v
from mladvisor.rulebook.expression.names import Closure
from mladvisor.rulebook.expression.tree import Node, show
from mladvisor.rulebook.expression.values import NA, NotApplicable

OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    "+": v.add,
    "-": v.subtract,
    "*": v.multiply,
    "/": v.divide,
    "**": v.power,
    "min": v.smallest,
    "max": v.largest,
    "abs": v.absolute,
    "log": v.logarithm,
    "log10": v.logarithm10,
    "sqrt": v.square_root,
    "exp": v.exponential,
}


def guarded(operation: Callable[..., Any], node: Node, operands: list[Closure]) -> Closure:
    """Arithmetic on operands: unknown or not applicable if one is, unknown with a note where it has no result."""

    def run(s: Any) -> Any:
        missing = False
        numbers = []
        for operand in operands:
            number = operand(s)
            if number is NA:
                return NA
            if number.__class__ is str:
                _no_number(s, number)
            missing = missing or number is None or number.__class__ is str
            numbers.append(number)
        if missing:
            return None
        try:
            result = operation(*numbers)
            if v.finite(result):
                return result
            problem = "no finite value"
        except ZeroDivisionError:
            problem = "division by zero"
        except (ValueError, OverflowError):
            problem = "no finite value"
        return s.undefined(f"{show(node)} has {problem}" if problem[0] == "n" else f"{problem} in {show(node)}")

    return run


def binary(operator: str, node: Node, left: Closure, right: Closure) -> Closure:
    slow = guarded(OPERATIONS[operator], node, [left, right])

    def plus(s: Any) -> Any:
        a, b = left(s), right(s)
        if a.__class__ is float and b.__class__ is float and (c := a + b) - c == 0.0:
            return c
        return slow(s)

    def minus(s: Any) -> Any:
        a, b = left(s), right(s)
        if a.__class__ is float and b.__class__ is float and (c := a - b) - c == 0.0:
            return c
        return slow(s)

    def times(s: Any) -> Any:
        a, b = left(s), right(s)
        if a.__class__ is float and b.__class__ is float and (c := a * b) - c == 0.0:
            return c
        return slow(s)

    def over(s: Any) -> Any:
        a, b = left(s), right(s)
        if a.__class__ is float and b.__class__ is float and b and (c := a / b) - c == 0.0:
            return c
        return slow(s)

    return {"+": plus, "-": minus, "*": times, "/": over}.get(operator, slow)


def first_known(closures: list[Closure]) -> Closure:
    def run(s: Any) -> Any:
        result: Any = NA
        for closure in closures:
            value = closure(s)
            if value is None:
                result = None
            elif value is not NA:
                return value
        return result

    return run


def is_known(closure: Closure, positive: bool) -> Closure:
    yes, no = (1.0, 0.0) if positive else (0.0, 1.0)

    def run(s: Any) -> float:
        value = closure(s)
        return no if value is None or value is NA else yes

    return run


def flag_degree(closure: Closure, positive: bool) -> Closure:
    """A raw flag as a degree: not applicable is false in both polarities."""

    def straight(s: Any) -> Any:
        value = closure(s)
        return 0.0 if value is NA else value

    def negated(s: Any) -> Any:
        value = closure(s)
        if value.__class__ is float:
            return 1.0 - value
        return 0.0 if value is NA else None

    return straight if positive else negated


def all_of(closures: list[Closure]) -> Closure:
    """`and`. It stops at a part that settles it, so that later measurements need not be made."""
    settled = v.SETTLED_FALSE

    def run(s: Any) -> Any:
        low, missing = 1.0, False
        for closure in closures:
            degree = closure(s)
            if degree is None:
                missing = True
            elif degree < low:
                if degree == 0.0:
                    return 0.0
                low = degree
        return None if missing and low > settled else low

    if len(closures) != 2:
        return run
    one, two = closures

    def pair(s: Any) -> Any:
        a = one(s)
        if a == 0.0:
            return 0.0
        b = two(s)
        if a is None:
            return b if b is not None and b <= settled else None
        if b is None:
            return a if a <= settled else None
        return a if a < b else b

    return pair


def any_of(closures: list[Closure]) -> Closure:
    """`or`. It stops at a part that settles it, so that later measurements need not be made."""
    settled = v.SETTLED_TRUE

    def run(s: Any) -> Any:
        high, missing = 0.0, False
        for closure in closures:
            degree = closure(s)
            if degree is None:
                missing = True
            elif degree > high:
                if degree == 1.0:
                    return 1.0
                high = degree
        return None if missing and high < settled else high

    return run


def _no_number(s: Any, text: str) -> None:
    """A text has no size: of a setting that is a number elsewhere nothing is known here."""
    return s.note(f'"{text[:60]}" is a text where a number is compared')  # type: ignore[no-any-return]


def _slow_less(s: Any, a: Any, b: Any, or_equal: bool) -> Any:
    if a is NA or b is NA:
        return 0.0
    if a is None or b is None:
        return None
    if a.__class__ is str or b.__class__ is str:
        return _no_number(s, a if a.__class__ is str else b)
    return v.probability_less(a, b, or_equal)


def below(name: str, limit: float, or_equal: bool) -> Closure:
    def strict(s: Any) -> Any:
        value = s[name]
        if value.__class__ is float:
            return 1.0 if value < limit else 0.0
        return _slow_less(s, value, limit, False)

    def inclusive(s: Any) -> Any:
        value = s[name]
        if value.__class__ is float:
            return 1.0 if value <= limit else 0.0
        return _slow_less(s, value, limit, True)

    return inclusive if or_equal else strict


def above(name: str, limit: float, or_equal: bool) -> Closure:
    def strict(s: Any) -> Any:
        value = s[name]
        if value.__class__ is float:
            return 1.0 if value > limit else 0.0
        return _slow_less(s, limit, value, False)

    def inclusive(s: Any) -> Any:
        value = s[name]
        if value.__class__ is float:
            return 1.0 if value >= limit else 0.0
        return _slow_less(s, limit, value, True)

    return inclusive if or_equal else strict


def less(left: Closure, right: Closure, or_equal: bool) -> Closure:
    return lambda s: _slow_less(s, left(s), right(s), or_equal)


def same_number(left: Closure, right: Closure, same: bool) -> Closure:
    def run(s: Any) -> Any:
        a, b = left(s), right(s)
        if a is NA or b is NA:
            return 0.0
        if a is None or b is None:
            return None
        if a.__class__ is str or b.__class__ is str:
            return _no_number(s, a if a.__class__ is str else b)
        degree = v.probability_equal(a, b)
        return degree if same else 1.0 - degree

    return run


def _written(value: Any) -> Any:
    """A text; a setting that is a number here as it is written ("3" is 3)."""
    return f"{value:g}" if value.__class__ is float else value


def same_text(left: Closure, right: Closure, same: bool) -> Closure:
    def run(s: Any) -> Any:
        a, b = left(s), right(s)
        if a is NA or b is NA:
            return 0.0
        if a is None or b is None:
            return None
        return 1.0 if (_written(a) == _written(b)) == same else 0.0

    return run


def text_in(item: Closure, texts: frozenset[str], inside: bool) -> Closure:
    def run(s: Any) -> Any:
        value = item(s)
        if value is None:
            return None
        if isinstance(value, NotApplicable):
            return 0.0
        return 1.0 if (_written(value) in texts) == inside else 0.0

    return run


def number_in(item: Closure, numbers: list[float], inside: bool) -> Closure:
    def run(s: Any) -> Any:
        value = item(s)
        if value is NA:
            return 0.0
        if value is None:
            return None
        if value.__class__ is str:
            return _no_number(s, value)
        degree = max(v.probability_equal(value, number) for number in numbers)
        return degree if inside else 1.0 - degree

    return run
