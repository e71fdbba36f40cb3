"""The order of a root and the mechanism that it works through."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mladvisor.diagnosis.engine import roots_first
from mladvisor.diagnosis.model import Hypothesis


def _ranked(*named: tuple[str, float, str | None]) -> list[Hypothesis]:
    hypotheses = [Hypothesis(cause, cause, probability) for cause, probability, _ in named]
    for hypothesis, (_, _, root) in zip(hypotheses, named, strict=True):
        hypothesis.because_of = root
    return hypotheses


def _names(ranked: list[Hypothesis]) -> list[str]:
    return [hypothesis.cause for hypothesis in ranked]


def test_a_believed_root_stands_before_its_mechanism() -> None:
    """Its fix mends both, although the mechanism left more traces; what stands between keeps its place."""
    ranked = _ranked(("nan", 0.99, "transform"), ("other", 0.9, None), ("transform", 0.8, None))
    assert _names(roots_first(ranked)) == ["transform", "nan", "other"]


def test_a_doubtful_root_stays_where_it_is() -> None:
    """Below one half nobody would start with it."""
    ranked = _ranked(("nan", 0.9, "transform"), ("transform", 0.4, None))
    assert _names(roots_first(ranked)) == ["nan", "transform"]


def test_a_chain_of_roots_ends_with_the_last_mechanism() -> None:
    """The root of a root comes first."""
    ranked = _ranked(("dead", 0.9, "explodes"), ("explodes", 0.8, "rate"), ("rate", 0.7, None))
    assert _names(roots_first(ranked)) == ["rate", "explodes", "dead"]


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9) | st.none()), max_size=10))
def test_nothing_is_lost(drawn: list[tuple[float, int | None]]) -> None:
    """Whatever points to whatever earlier cause: the same hypotheses, each once."""
    named = [(str(i), p, None if r is None or r >= i else str(r)) for i, (p, r) in enumerate(drawn)]
    before = _ranked(*named[::-1])
    assert sorted(_names(roots_first(list(before)))) == sorted(_names(before))
