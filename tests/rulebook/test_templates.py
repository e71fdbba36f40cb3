"""Texts with values in them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.measured import Measured
from mladvisor.rulebook.book import Judged
from mladvisor.rulebook.expression.tree import ExpressionError
from mladvisor.rulebook.templates import Filled, clean, compile_template, formatted, listing, render

from .books import book_of, finding, lookup_of
from .language import NOT_APPLICABLE, names_of, scope_of


def filled(template, judged=None, **values):
    names = names_of()
    values = {name.replace("_", ".", 1): value for name, value in values.items()}
    return render(compile_template(template, names), scope_of(values, names), judged or Filled())


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain", "plain"),
        ("{a.x:.0%}", "12%"),
        ("{a.x / 10:.1e} and {a.y:d}", "1.2e-02 and 40"),
        ("{a.x}, {a.y}, {c.trend}, {f.p}", "0.123, 40, flat, yes"),
        ("rate[ {a.x:.2g}][ of {a.z}][, {a.y} rows]", "rate 0.12, 40 rows"),
        ("{a.z} is missing", "unknown is missing"),
        ("{{a}} [[b]]", "{a} [b]"),
        ("{known(a.z)}", "no"),
        ("{a.y * 1000000:,d} {a.y * 1e6}", "40,000,000 4e+07"),
        (
            "{a.x / 400:.1%} {1 - a.x / 40:.0%} {a.y * 4000:.1f} {a.y * 40:.2g} {1:.0%} {0:.1%}",
            "0.03% 99.7% 160,000 1,600 100% 0%",
        ),
        ("{a.x / 400:+.0%} {-a.x / 400:+.0%} {a.x:+.0%}", "+0.03% -0.03% +12%"),  # a sign that is asked for stays
        ('a {c.trend} x at a {first(c.free, "accuracy")}', "a flat x at an accuracy"),
        ("{a.y / 40:g} epochs, {a.y:g} epochs, {a.y / 40:g} more rows", "1 epoch, 40 epochs, 1 more row"),
        ('{first(c.free, "a: b")}', "a: b"),
        ("[{1 / 0}]none", "none"),
    ],
)
def test_values_in_texts(template, expected):
    """Numbers as asked for, else about three digits; parts with an unknown value go."""
    values = {"a_x": Measured(0.1234, se=0.1), "a_y": 40.0, "c_trend": "flat", "f_p": True}
    assert filled(template, **values) == expected


def test_not_applicable_is_dropped_like_unknown():
    """A value without meaning is not shown either."""
    assert filled("x[ {a.x}]", a_x=NOT_APPLICABLE) == "x"


def test_special_names():
    """{items}, {worst} and {case} stand for what the finding names, and are unknown without one."""
    judged = Filled(("a", "b", "c"), "a", "too wide")
    assert filled("{case}: {items}, worst {worst}", judged) == "too wide: a, b and c, worst a"
    assert filled("x[ in {items}][ case {case}]") == "x"


@pytest.mark.parametrize(
    ("template", "at"),
    [
        ("{a.x", 0),
        ("a } b", 2),
        ("a ] b", 2),
        ("a [b", 2),
        ("[a [b] c]", 3),
        ("{a.x:>9}", 5),
        ("{a.x:.999f}", 5),
        ("{a.x!r}", 4),
        ("{a.x.__class__}", 1),
        ("see {a.x +}", 10),
        ("{}", 1),
        ("x" * 5000, 0),
    ],
)
def test_wrong_templates_are_refused_at_their_place(template, at):
    """Only the expression language and number formats are allowed inside braces."""
    with pytest.raises(ExpressionError) as caught:
        compile_template(template, names_of())
    assert caught.value.at == at


@given(st.text(alphabet="{}[]a.x: %f0+-", max_size=30))
def test_any_template_renders_or_is_refused(template):
    """Templates of strangers end in a text or an ExpressionError."""
    try:
        parts = compile_template(template, names_of())
    except ExpressionError:
        return
    names = names_of()
    assert isinstance(render(parts, scope_of({"a.x": 0.5}, names), Filled()), str)


@given(st.floats(), st.sampled_from(["", "d", ",d", ".2f", ".0%", "+.0%", ",.0%", "g", ".3e"]))
def test_any_number_is_written(number, spec):
    """No number, however odd, fails to be written."""
    text = formatted(number, spec)
    assert text and (math.isfinite(number) or not any(sign.isdigit() for sign in text))


def test_listing():
    """Few names in full, many cut."""
    assert [listing("ab"[:count]) for count in range(3)] == ["", "a", "a and b"]
    assert listing("abcdefgh") == "a, b, c, d, e and 3 more"


def test_texts_from_files_are_cleaned():
    """Control codes go and long names are cut: they come from a stranger's file."""
    assert clean("a\x1b[31m\nb") == "a [31m b"
    assert len(clean("x" * 10_000)) == 100


def test_a_broken_template_is_shown_as_written():
    """When rules are only loaded, not checked, a wrong template does not stop a diagnosis."""
    assert book_of(finding("a")).text("broken {", lookup_of()) == "broken {"


def test_the_worst_item_gives_the_values():
    """In the text of a finding judged by item, a value per item is that of the worst."""
    sentence = "'{worst}: {layer.share:.0%} of {a.x}'"
    book = book_of(finding("a", each="layer", when="layer.share > 0.4", measured=sentence))
    scope = book.scope(lookup_of(layer_share={"p": 0.5, "q": 0.9}, a_x=7))
    assert book.sentence(book.evaluate(scope)["a"], scope) == "q: 90% of 7"


def test_without_a_sentence_the_features_are_listed():
    """The default evidence sentence is the features with their values."""
    book = book_of(finding("a", when='a.x > 1 and c.t == "b" and f.p') + finding("b", each="layer", when="layer.x > 1"))
    scope = book.scope(lookup_of(a_x=Measured(2.0, se=0.25), c_t="b", f_p=True, layer_x={"u": 2, "v": 0}))
    judged = book.evaluate(scope)
    assert book.sentence(judged["a"], scope) == "a.x = 2 ± 0.25, c.t = b, f.p = yes"
    assert book.sentence(judged["b"], scope) == "u: layer.x = 2"
    assert book.sentence(Judged("a", "unknown", None), scope) == ""
