"""What an expression works with while it is evaluated, and the arithmetic of it.

- A number is a `float` when it is exact and an `Uncertain` when it carries standard errors.
- A condition is a degree: a `float` in 0..1, the probability that it holds. Exact numbers give 0.0 or 1.0.
- `None` is unknown: evidence is missing. `NA` is not applicable: it would be meaningless here.

Arithmetic propagates errors to first order. Each number keeps its signed error by measurement, so that a measurement
used twice is not counted as two independent ones: `x - x` has no error. Different measurements count as independent.
A comparison is the normal probability that it holds, cut at 8 standard errors. `and`, `or` and `not` are min, max and
1 - x; with an unknown part the result is unknown, unless the known parts settle it: a degree at or beyond that of a
person's plain "yes" or "no" (.95, .05) is settled.

A comparison with something not applicable is false, and so is its negation: nothing follows from a measurement that has
no meaning here. Conditions are therefore compiled with their negations pushed down to the comparisons.
"""

from __future__ import annotations

import math
from typing import Any, Final

SETTLED_TRUE: Final = 0.95
SETTLED_FALSE: Final = 0.05
CLIP: Final = 8.0
_SQRT2: Final = math.sqrt(2.0)
_INV_SQRT_2PI: Final = 1.0 / math.sqrt(2.0 * math.pi)


class NotApplicable:
    """The type of `NA`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NA"


NA: Final = NotApplicable()


class Uncertain:
    """A number with errors: `value`, and for each measurement in it the signed first-order error that it adds."""

    __slots__ = ("errors", "value")

    def __init__(self, value: float, errors: dict[str, float]) -> None:
        self.value, self.errors = value, errors

    @property
    def se(self) -> float:
        """Standard error of the value."""
        return math.sqrt(sum(error * error for error in self.errors.values()))

    def __repr__(self) -> str:
        return f"{self.value} ± {self.se}"


Quantity = float | Uncertain | NotApplicable | None


def parts(number: float | Uncertain) -> tuple[float, float]:
    """Value and standard error of a number."""
    if isinstance(number, Uncertain):
        return number.value, number.se
    return number, 0.0


def normal_cdf(z: float) -> float:
    """P(Z <= z) of the standard normal, exactly 0 or 1 beyond 8."""
    if z >= CLIP:
        return 1.0
    if z <= -CLIP:
        return 0.0
    return 0.5 * (1.0 + math.erf(z / _SQRT2))


def combine(value: float, *terms: tuple[float | Uncertain, float]) -> float | Uncertain:
    """A result with this value whose derivative by each operand is given, errors added up by measurement."""
    errors: dict[str, float] = {}
    for operand, slope in terms:
        if isinstance(operand, Uncertain):
            for name, error in operand.errors.items():
                errors[name] = errors.get(name, 0.0) + slope * error
    if not errors:
        return value
    if not all(map(math.isfinite, errors.values())):
        raise OverflowError
    return Uncertain(value, errors)


def add(a: float | Uncertain, b: float | Uncertain) -> float | Uncertain:
    """a + b"""
    return combine(parts(a)[0] + parts(b)[0], (a, 1.0), (b, 1.0))


def subtract(a: float | Uncertain, b: float | Uncertain) -> float | Uncertain:
    """a - b"""
    return combine(parts(a)[0] - parts(b)[0], (a, 1.0), (b, -1.0))


def multiply(a: float | Uncertain, b: float | Uncertain) -> float | Uncertain:
    """a * b"""
    x, y = parts(a)[0], parts(b)[0]
    return combine(x * y, (a, y), (b, x))


def divide(a: float | Uncertain, b: float | Uncertain) -> float | Uncertain:
    """a / b; raises ZeroDivisionError."""
    x, y = parts(a)[0], parts(b)[0]
    return combine(x / y, (a, 1.0 / y), (b, -x / y / y))


def power(a: float | Uncertain, b: float | Uncertain) -> float | Uncertain:
    """a ** b; raises ValueError where the result is not real."""
    x, y = parts(a)[0], parts(b)[0]
    value = math.pow(x, y)
    by_base = y * math.pow(x, y - 1.0) if isinstance(a, Uncertain) and y != 0.0 else 0.0
    by_exponent = value * math.log(x) if isinstance(b, Uncertain) else 0.0
    return combine(value, (a, by_base), (b, by_exponent))


def negate(a: float | Uncertain) -> float | Uncertain:
    """-a"""
    return combine(-parts(a)[0], (a, -1.0))


def absolute(a: float | Uncertain) -> float | Uncertain:
    """abs(a)"""
    x = parts(a)[0]
    return combine(abs(x), (a, math.copysign(1.0, x)))


def logarithm(a: float | Uncertain) -> float | Uncertain:
    """Natural logarithm; raises ValueError at or below 0."""
    x = parts(a)[0]
    return combine(math.log(x), (a, 1.0 / x))


def logarithm10(a: float | Uncertain) -> float | Uncertain:
    """Decimal logarithm; raises ValueError at or below 0."""
    x = parts(a)[0]
    return combine(math.log10(x), (a, 1.0 / (x * math.log(10.0))))


def square_root(a: float | Uncertain) -> float | Uncertain:
    """Square root; raises ValueError below 0, ZeroDivisionError for an uncertain 0."""
    x = parts(a)[0]
    root = math.sqrt(x)
    return combine(root, (a, 0.5 / root if isinstance(a, Uncertain) else 0.0))


def exponential(a: float | Uncertain) -> float | Uncertain:
    """e to the a; raises OverflowError."""
    value = math.exp(parts(a)[0])
    return combine(value, (a, value))


def smallest(*numbers: float | Uncertain) -> float | Uncertain:
    """min(...): the operand with the smallest value, with its own error."""
    return min(numbers, key=lambda number: parts(number)[0])


def largest(*numbers: float | Uncertain) -> float | Uncertain:
    """max(...): the operand with the largest value, with its own error."""
    return max(numbers, key=lambda number: parts(number)[0])


def probability_less(a: float | Uncertain, b: float | Uncertain, or_equal: bool) -> float:
    """P(a < b), or P(a <= b)."""
    difference, se = parts(subtract(b, a)) if isinstance(a, Uncertain) or isinstance(b, Uncertain) else (0.0, 0.0)
    if se > 0.0:
        return normal_cdf(difference / se)
    x, y = parts(a)[0], parts(b)[0]
    return 1.0 if x < y or (or_equal and x == y) else 0.0


def probability_equal(a: float | Uncertain, b: float | Uncertain) -> float:
    """1 or 0 for exact numbers; with errors, how well the difference agrees with zero (two-sided normal tail)."""
    difference, se = parts(subtract(b, a)) if isinstance(a, Uncertain) or isinstance(b, Uncertain) else (0.0, 0.0)
    if se > 0.0:
        return 2.0 * normal_cdf(-abs(difference) / se)
    return 1.0 if parts(a)[0] == parts(b)[0] else 0.0


def near(x: float | Uncertain, target: float | Uncertain, tolerance: float | Uncertain) -> float:
    """P(|x - target| <= tolerance)."""
    difference, se = parts(subtract(x, target))
    width = parts(tolerance)[0]
    if width < 0.0:
        return 0.0
    if se > 0.0:
        return max(0.0, normal_cdf((width - difference) / se) - normal_cdf((-width - difference) / se))
    return 1.0 if abs(difference) <= width else 0.0


def ramp(x: float | Uncertain, none: float | Uncertain, full: float | Uncertain) -> float:
    """0 at `none`, 1 at `full`, a straight line between, averaged over the error of x and of the two ends."""
    low, high = parts(none)[0], parts(full)[0]
    width = high - low
    if width == 0.0:
        return probability_less(none, x, True)
    # The position on the ramp; its error holds those of x and of both ends, to first order.
    if isinstance(x, Uncertain) or isinstance(none, Uncertain) or isinstance(full, Uncertain):
        place, se = parts(divide(subtract(x, none), subtract(full, none)))
        if se > 1e-9:
            # E[clip(Z, 0, 1)] = E[max(0, Z)] - E[max(0, Z - 1)]
            return min(1.0, max(0.0, se * (_excess(place / se) - _excess((place - 1.0) / se))))
    else:
        place = (x - low) / width
    return min(1.0, max(0.0, place))


def _excess(z: float) -> float:
    """E[max(0, Z + z)] of the standard normal."""
    if z >= CLIP:
        return z
    if z <= -CLIP:
        return 0.0
    return z * normal_cdf(z) + _INV_SQRT_2PI * math.exp(-0.5 * z * z)


def finite(value: Any) -> bool:
    """Whether a number or the value of an uncertain one is finite."""
    return math.isfinite(value.value if isinstance(value, Uncertain) else value)
