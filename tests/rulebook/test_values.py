"""The semantics of expressions: Kleene logic, degrees, standard errors."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mladvisor.features.measured import Measured
from mladvisor.rulebook.expression.closures import all_of, any_of
from mladvisor.rulebook.expression.compile import compile_condition, compile_number
from mladvisor.rulebook.expression.tree import And, Name, Not, Or
from mladvisor.rulebook.expression.values import (
    NA,
    SETTLED_FALSE,
    SETTLED_TRUE,
    Uncertain,
    normal_cdf,
    ramp,
)

from .language import (
    FLAGS,
    NOT_APPLICABLE,
    UNKNOWN,
    any_value,
    conditions,
    degree,
    names_of,
    number,
    numbers,
    runs,
    scope_of,
)

degrees = st.one_of(st.none(), st.floats(0, 1))


def holds(tree, values):
    names = names_of()
    return compile_condition(tree, names).run(scope_of(values, names))


@given(conditions, runs)
def test_a_condition_is_a_degree_or_unknown(tree, values):
    """Whatever the values, evaluation never raises, and gives a degree in 0..1 or None."""
    result = holds(tree, values)
    assert result is None or (type(result) is float and 0.0 <= result <= 1.0)


@given(numbers, runs)
def test_a_number_is_finite_or_unknown(tree, values):
    """Division by zero, logarithms of nothing and overflow are unknown, never an exception, NaN or infinity."""
    names = names_of()
    result = compile_number(tree, names).run(scope_of(values, names))
    if isinstance(tree, Name) or result is None or result is NA or str(tree).find("first") >= 0:
        return
    assert math.isfinite(result.value if isinstance(result, Uncertain) else result)


@given(conditions, runs)
def test_not_is_the_complement_unless_something_is_not_applicable(tree, values):
    """not x = 1 - x and not not x = x; where something is not applicable, both may be false, never both true."""
    result, negated = holds(tree, values), holds(Not(tree), values)
    assert holds(Not(Not(tree)), values) == result
    if any(value == NOT_APPLICABLE for value in values.values()):
        assert result is None or negated is None or result + negated <= 1.0 + 1e-9
    else:
        assert (result is None) == (negated is None)
        assert result is None or result == pytest.approx(1.0 - negated)


@given(conditions, conditions, conditions, runs)
def test_laws_of_and_and_or(a, b, c, values):
    """Commutative, associative, idempotent, and De Morgan."""
    assert holds(And((a, b)), values) == holds(And((b, a)), values)
    assert holds(Or((a, b)), values) == holds(Or((b, a)), values)
    assert holds(And((a, And((b, c)))), values) == holds(And((And((a, b)), c)), values) == holds(And((a, b, c)), values)
    assert holds(Or((a, Or((b, c)))), values) == holds(Or((Or((a, b)), c)), values) == holds(Or((a, b, c)), values)
    assert holds(And((a, a)), values) == holds(a, values)
    assert holds(Not(And((a, b))), values) == holds(Or((Not(a), Not(b))), values)


@given(st.lists(degrees, max_size=4))
def test_kleene(parts):
    """The degree of `and` is the least and of `or` the largest; an unknown part counts unless the rest settles it."""
    closures = [lambda _, part=part: part for part in parts]
    both, either = all_of(closures)(None), any_of(closures)(None)
    known = [part for part in parts if part is not None]
    if None in parts:
        assert both is None or both == min(known) <= SETTLED_FALSE
        assert either is None or either == max(known) >= SETTLED_TRUE
    else:
        assert (both, either) == (min(known, default=1.0), max(known, default=0.0))


@given(st.lists(st.sampled_from(FLAGS), min_size=1, max_size=3), runs)
def test_unknown_in_is_never_false_out_unless_absorbed(flags, values):
    """`and` over flags with an unknown one is false only if another is false."""
    result = holds(And((*map(Name, flags), Name(FLAGS[0]))), {**values, FLAGS[0]: UNKNOWN})
    others = [values[flag] for flag in flags if flag != FLAGS[0]]
    absorbed = any(other.value is False or other == NOT_APPLICABLE for other in others)
    assert result == (0.0 if absorbed else None)


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(0, 5), st.floats(-10, 10), st.floats(0.01, 5))
def test_degrees_are_monotone_in_the_compared_value(one, other, se, none, width):
    """A larger value never lowers the degree of `>` or of a rising ramp."""
    low, high = sorted((one, other))
    for text in (f"a.x > {abs(none)}", f"ramp(a.x, 0 - {abs(none)}, 0 - {abs(none)} + {width})"):
        less = degree(text, a_x=Measured(low, se=se))
        more = degree(text, a_x=Measured(high, se=se))
        assert more >= less - 1e-12


@pytest.mark.parametrize(
    "text",
    [
        "a.x + 2 * a.y - a.z",
        "a.x / a.y",
        "(a.x - a.y) / a.x",
        "a.x * a.x - a.y * a.x",
        "log(a.x) + log10(a.y)",
        "sqrt(a.x) * exp(a.y / 10)",
        "a.x ** 2 / a.y ** 0.5",
        "abs(a.x - a.y)",
        "min(a.x, a.y) + max(a.y, a.z)",
    ],
)
def test_standard_errors_against_simulation(text):
    """First-order errors agree with a simulation where errors are small, repeated measurements included."""
    means, ses = {"a_x": 5.0, "a_y": 3.0, "a_z": 9.0}, {"a_x": 0.05, "a_y": 0.02, "a_z": 0.1}
    result = number(text, **{name: Measured(mean, se=ses[name]) for name, mean in means.items()})
    rng = np.random.default_rng(7)
    draws = {name: rng.normal(mean, ses[name], 400) for name, mean in means.items()}
    values = [number(text, **{name: float(draw[i]) for name, draw in draws.items()}) for i in range(400)]
    assert result.value == pytest.approx(np.mean(values), abs=5 * result.se / 20 + 0.02)
    assert result.se == pytest.approx(np.std(values), rel=0.15)


def test_a_measurement_used_twice_is_one_measurement():
    """x - x has no error, x + x has twice the error of x."""
    x = Measured(2.0, se=0.5)
    assert number("a.x - a.x", a_x=x).se == 0.0
    assert number("a.x + a.x", a_x=x).se == 1.0
    assert degree("a.x <= a.x", a_x=x) == 1.0


@given(st.floats(-3, 3), st.floats(0.01, 3), st.floats(-2, 2), st.floats(-2, 2))
def test_a_ramp_averages_over_the_error(value, se, none, full):
    """The degree of a ramp is the mean of the hard ramp over the normal error."""
    assume(abs(none - full) > 0.05)
    points = np.linspace(-9, 9, 4001)
    weights = np.exp(-(points**2) / 2)
    hard = np.clip((value + se * points - none) / (full - none), 0, 1)
    assert ramp(Uncertain(value, {"x": se}), none, full) == pytest.approx(
        float((hard * weights).sum() / weights.sum()), abs=2e-3
    )


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a.x > 1", {"a_x": Measured(1.0, se=0.1)}, 0.5),
        ("a.x > 1", {"a_x": Measured(1.1, se=0.1)}, normal_cdf(1)),
        ("a.x > 1", {"a_x": Measured(1.9, se=0.1)}, 1.0),
        ("1 < a.x", {"a_x": Measured(0.1, se=0.1)}, 0.0),
        ("a.x >= 1", {"a_x": 1.0}, 1.0),
        ("a.x > 1", {"a_x": 1.0}, 0.0),
        ("a.x > 1", {"a_x": math.inf}, 1.0),
        ("a.x > 1", {"a_x": math.nan}, None),
        ("a.x > a.y", {"a_x": Measured(1.0, se=0.3), "a_y": Measured(1.5, se=0.4)}, normal_cdf(-1)),
        ("a.x == 2", {"a_x": 2}, 1.0),
        ("a.x in [1, 2]", {"a_x": 2}, 1.0),
        ("a.x not in [1, -2]", {"a_x": -2}, 0.0),
        ("0 < a.x <= 1", {"a_x": 1}, 1.0),
        ("near(a.x, 3, 0.5)", {"a_x": 3.5}, 1.0),
        ("near(a.x, 3, 0.5)", {"a_x": Measured(3.5, se=1e-3)}, 0.5),
        ("ramp(a.x, 0, 2)", {"a_x": 0.5}, 0.25),
        ("ramp(a.x, 2, 0)", {"a_x": 0.5}, 0.75),
        ("not ramp(a.x, 0, 2)", {"a_x": 0.5}, 0.75),
        ("1 / a.x > 2", {"a_x": 0}, None),
        ("log(a.x) > 2", {"a_x": 0}, None),
        ("exp(a.x) > 2", {"a_x": 1e6}, None),
        ('c.trend == "flat"', {"c_trend": "flat"}, 1.0),
        ('c.trend != "flat"', {"c_trend": "flat"}, 0.0),
        ('c.trend not in ["flat", "rising"]', {"c_trend": "falling"}, 1.0),
        ("f.p", {"f_p": True}, 1.0),
        ("f.p == false", {"f_p": True}, 0.0),
        ("true != f.p", {"f_p": False}, 1.0),
        ("known(a.x)", {}, 0.0),
        ("not known(a.x)", {}, 1.0),
        ("known(a.x)", {"a_x": 0}, 1.0),
        ("first(a.x, a.y) > 1", {"a_y": 2}, 1.0),
        ("first(a.x, 3) > 1", {}, 1.0),
        ("first(f.p, true)", {}, 1.0),
        ("not first(f.p, f.q)", {"f_p": NOT_APPLICABLE, "f_q": False}, 1.0),
        ('first(c.trend, c.free) == "x"', {"c_free": "x"}, 1.0),
        ("f.p or a.x > 1", {"f_p": True}, 1.0),
        ("f.p and a.x > 1", {"f_p": True}, None),
    ],
)
def test_values(text, values, expected):
    """The meaning of each construct."""
    result = degree(text, **values)
    assert result == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    "text",
    ["f.p", "not f.p", "a.x > 1", "a.x <= 1", "not a.x > 1", "a.x + 1 == 2", "a.x != 1", 'c.trend == "flat"',
     'c.trend != "flat"', 'c.trend not in ["flat"]', "ramp(a.x, 0, 1)", "not ramp(a.x, 0, 1)", "not near(a.x, 0, 1)",
     "known(a.x)", "holds", "not holds", "not (f.p or holds)"],
)  # fmt: skip
def test_not_applicable_is_false_in_either_polarity(text):
    """Nothing follows from a measurement that has no meaning here: neither a comparison nor its negation."""
    facts = {"holds": "a.x > 1 and not f.p"}
    result = degree(text, facts, a_x=NOT_APPLICABLE, f_p=NOT_APPLICABLE, c_trend=NOT_APPLICABLE)
    assert result == 0.0


def test_facts_are_computed_once_and_carry_errors():
    """A fact is a number with its error, or a condition with its degree, wherever it is used."""
    facts = {"limit": "10", "relative": "a.x / a.y", "high": "relative > limit"}
    values = {"a_x": Measured(20.0, se=2.0), "a_y": 2.0}
    assert degree("relative > 10", facts, **values) == 0.5
    assert degree("high", facts, **values) == degree("not high", facts, **values) == 0.5
    assert degree("relative - a.x / a.y == 0", facts, **values) == 1.0


def test_reasons_are_noted():
    """Why a number has no value is kept in words."""
    names = names_of()
    scope = scope_of({"a.x": 0.0, "c.trend": 3.0}, names)
    assert compile_condition(_parse("1 / a.x > 1"), names).run(scope) is None
    assert compile_condition(_parse('c.trend == "flat"'), names).run(scope) is None
    assert scope.warnings == ['"c.trend" is not a text here']
    assert scope.notes == ["division by zero in 1 / a.x", '"c.trend" is not a text here']


def _parse(text):
    from mladvisor.rulebook.expression.parse import parse

    return parse(text)


def test_values_of_any_type():
    """An expression in a text may be a number, a text or a condition."""
    assert any_value("a.x / 10", a_x=5) == 0.5
    assert any_value("c.trend", c_trend="flat") == "flat"
    assert any_value("f.p", f_p=True) == 1.0
    assert any_value("f.p", f_p=NOT_APPLICABLE) is NA
