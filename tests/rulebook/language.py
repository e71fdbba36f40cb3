"""A small catalogue and short ways to evaluate an expression in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from mladvisor.features.catalogue import Feature
from mladvisor.features.measured import Measured, not_applicable, unknown
from mladvisor.rulebook.expression.compile import compile_condition, compile_fact, compile_number, compile_value
from mladvisor.rulebook.expression.names import Names
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.scope import Scope
from mladvisor.rulebook.expression.tree import (
    And,
    Binary,
    Call,
    Compare,
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

UNKNOWN = unknown("not in this test")
NOT_APPLICABLE = not_applicable("no meaning in this test")
NUMBERS = ("a.x", "a.y", "a.z")
FLAGS = ("f.p", "f.q", "f.r")
CHOICE = "c.trend"
CHOICES = ("falling", "flat", "rising")

FEATURES = {
    **{name: Feature(name, "number", "", name, "", "") for name in NUMBERS},
    **{name: Feature(name, "flag", "", name, "", "") for name in FLAGS},
    CHOICE: Feature(CHOICE, "choice", "", CHOICE, "", "", CHOICES),
    "c.free": Feature("c.free", "choice", "", "c.free", "", ""),
    "layer.share": Feature("layer.share", "number", "", "layer.share", "", "", each="layer"),
    "column.drift": Feature("column.drift", "number", "", "column.drift", "", "", each="column"),
}


def names_of(facts: Mapping[str, str] | None = None) -> Names:
    """The names of the small catalogue and of these facts."""
    return Names(
        find=FEATURES.get,
        known=lambda: FEATURES,
        facts={name: parse(text) for name, text in (facts or {}).items()},
        asked={},
        compile_fact=compile_fact,
    )


def scope_of(values: Mapping[str, Any], names: Names) -> Scope:
    """A scope over plain values; names that are not given are unknown."""
    measured = {name: value if isinstance(value, Measured) else Measured(value) for name, value in values.items()}
    return Scope(names, lambda name: measured.get(name, UNKNOWN))


def degree(text: str | Node, facts: Mapping[str, str] | None = None, /, **values: Any) -> Any:
    """The degree of a condition; `a_x=1` gives the feature a.x."""
    names = names_of(facts)
    compiled = compile_condition(parse(text) if isinstance(text, str) else text, names)
    return compiled.run(scope_of({name.replace("_", ".", 1): value for name, value in values.items()}, names))


def number(text: str, /, **values: Any) -> Any:
    """The value of a number expression."""
    names = names_of()
    compiled = compile_number(parse(text), names)
    return compiled.run(scope_of({name.replace("_", ".", 1): value for name, value in values.items()}, names))


def any_value(text: str, /, **values: Any) -> Any:
    """The value of an expression of any type."""
    names = names_of()
    compiled = compile_value(parse(text), names)
    return compiled.run(scope_of({name.replace("_", ".", 1): value for name, value in values.items()}, names))


# Random trees

_literals = st.floats(0, 1e6, allow_nan=False).map(Number)
number_leaves = st.one_of(_literals, st.sampled_from(NUMBERS).map(Name))


def _more_numbers(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Negate, inner),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["abs", "log", "log10", "sqrt", "exp"]), inner),
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(["min", "max", "first"]), inner, inner),
    )


numbers = st.recursive(number_leaves, _more_numbers, max_leaves=6)
texts = st.sampled_from(CHOICES).map(Text)
condition_leaves = st.one_of(
    st.booleans().map(Flag),
    st.sampled_from(FLAGS).map(Name),
    st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), numbers, numbers),
    st.builds(Compare, st.sampled_from(["==", "!="]), st.just(Name(CHOICE)), texts),
    st.builds(In, st.just(Name(CHOICE)), st.lists(texts, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(In, numbers, st.lists(st.floats(-9, 9).map(Number), min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(lambda x: Call("known", (x,)), st.sampled_from([*NUMBERS, *FLAGS, CHOICE]).map(Name)),
    st.builds(lambda f, a, b, c: Call(f, (a, b, c)), st.sampled_from(["near", "ramp"]), numbers, numbers, numbers),
)


def _more_conditions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(And),
        st.lists(inner, min_size=2, max_size=3).map(tuple).map(Or),
    )


conditions = st.recursive(condition_leaves, _more_conditions, max_leaves=6)

any_float = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.floats(-5, 5), st.sampled_from([0.0, 1.0, -1.0, 5e-324, 1e308])
)
number_states = st.one_of(
    st.just(UNKNOWN),
    st.just(NOT_APPLICABLE),
    st.builds(Measured, any_float),
    st.builds(Measured, any_float, se=st.one_of(st.floats(0, 10), st.floats(allow_nan=True))),
    st.builds(Measured, st.sampled_from(["text", True])),
)
flag_states = st.one_of(st.just(UNKNOWN), st.just(NOT_APPLICABLE), st.booleans().map(Measured))
choice_states = st.one_of(st.just(UNKNOWN), st.just(NOT_APPLICABLE), st.sampled_from(CHOICES).map(Measured))
runs = st.fixed_dictionaries(
    {
        **dict.fromkeys(NUMBERS, number_states),
        **dict.fromkeys(FLAGS, flag_states),
        CHOICE: choice_states,
    }
)
