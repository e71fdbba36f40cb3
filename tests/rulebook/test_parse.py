"""Text to tree and back, and what is said of texts that are no expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.rulebook.expression.compile import compile_condition, compile_number, compile_value
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.tree import And, Binary, Compare, ExpressionError, Name, Number, show

from .language import conditions, names_of, numbers


def strip(node):
    """The tree without offsets, for comparison."""
    if isinstance(node, tuple):
        return tuple(strip(part) for part in node)
    if hasattr(node, "__struct_fields__"):
        fields = [strip(getattr(node, field)) for field in node.__struct_fields__ if field != "at"]
        return (type(node).__name__, *fields)
    return node


@given(st.one_of(conditions, numbers))
def test_printing_and_parsing_gives_the_same_tree(tree):
    """parse(show(tree)) == tree, for any tree the grammar can say."""
    assert strip(parse(show(tree))) == strip(tree)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused_with_a_place(text):
    """A stranger's text never raises anything but ExpressionError, whose offset lies in the text."""
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text) and error.message
    else:
        assert strip(parse(show(tree))) == strip(tree)


@given(st.text(alphabet='ab.()<>=!+-*/ "0189[],notrue', max_size=40))
def test_likely_texts_parse_compile_or_are_refused(text):
    """Texts made of the language's own signs end in a value or an ExpressionError."""
    try:
        compile_value(parse(text), names_of())
    except ExpressionError as error:
        assert 0 <= error.at <= len(text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", Binary("+", Number(1), Binary("*", Number(2), Number(3)))),
        ("1 - 2 - 3", Binary("-", Binary("-", Number(1), Number(2)), Number(3))),
        ("2 ** 3 ** 2", Binary("**", Number(2), Binary("**", Number(3), Number(2)))),
        ("0 < a.x < 1", And((Compare("<", Number(0), Name("a.x")), Compare("<", Name("a.x"), Number(1))))),
        (".5e-3", Number(0.0005)),
    ],
)
def test_precedence_and_chains(text, tree):
    """Operators bind as in arithmetic; a chained comparison is the `and` of its links."""
    assert strip(parse(text)) == strip(tree)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 0, "missing"),
        ("a.x > ", 5, "ends where"),
        ("a.x && f.p", 4, 'write "and"'),
        ("a.x = 3", 4, 'write "=="'),
        ("f.p and True", 8, "True"),
        ('c.trend == "flat', 11, "closing quote"),
        ("(a.x > 1", 8, '")"'),
        ("f.p f.q", 4, "end of the expression"),
        ("c.trend in [flat]", 12, "quotes"),
        ("c.trend not [1]", 12, '"in"'),
        ("lag(a.x)", 0, 'did you mean "log"'),
        ("ramp(a.x, 1)", 0, "takes 3 values"),
        ("a.x.__class__ > 1", 0, "no feature or fact"),
        ("c.trned == 1", 0, 'did you mean "c.trend"'),
        ('c.trend == "fallling"', 11, 'did you mean "falling"'),
        ('c.trend in ["flat", "risign"]', 20, 'did you mean "rising"'),
        ("a.x", 0, "where a condition is needed"),
        ('c.trend < "flat"', 8, "no order"),
        ('a.x == "flat"', 4, "cannot be compared"),
        ("f.p == f.q", 4, "not compared with each other"),
        ("f.p + 1 > 2", 0, "where a number is needed"),
        ('a.x in [1, "b"]', 11, "mixes"),
        ("layer.share > 1 and column.drift > 1", 20, "one value per column"),
        ("1e999 > a.x", 0, "too large"),
    ],
)
def test_messages(text, at, words):
    """Each mistake is said in words, at its place, with the nearest valid name."""
    with pytest.raises(ExpressionError) as caught:
        compile_condition(parse(text), names_of())
    assert (caught.value.at, words in caught.value.message) == (at, True), caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 1500 + "1",
        "not " * 400 + "f.p",
        "1" + "+1" * 900,
        "1" + "**1" * 600,
        "f.p and " * 999,
    ],
)
def test_length_and_nesting_are_bounded(text):
    """Deep and long texts are refused instead of exhausting the stack."""
    with pytest.raises(ExpressionError):
        parse(text)


def test_the_longest_that_is_accepted_still_compiles():
    """What the parser accepts, the compiler can handle."""
    compile_number(parse("1" + "+a.x" * 100), names_of())
    compile_condition(parse("(" * 38 + "f.p" + ")" * 38), names_of())


def test_facts_in_a_circle():
    """A fact that needs itself is an error that shows the circle."""
    names = names_of({"one": "two > 1", "two": "three + 1", "three": "first(a.x, two)"})
    with pytest.raises(ExpressionError, match='the fact "one" has an error of its own'):
        names.resolve("one")
    circles = [error.message for error in names.broken.values() if "->" in error.message]
    assert circles == ['the fact "two" needs itself: two -> three -> two']
