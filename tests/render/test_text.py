"""Words, tables, colours, and user text made harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.render.ansi import colour_for, paint
from mladvisor.render.cells import Cell, plain, row
from mladvisor.render.safe import clean, to_ascii
from mladvisor.render.text import bar, fit, gauge, paragraph, shorten, shorten_middle, sparkline, table, width, wrap

NASTY = st.text(st.one_of(st.characters(), st.sampled_from("\x1b[]m\x07\x9b\u202e\u2066\u200b\ufeff\n\t\x00;31")))


@given(NASTY)
def test_clean_leaves_nothing_that_a_terminal_obeys(text: str) -> None:
    """What comes out is printable, on one line, and clean already."""
    result = clean(text)
    assert result.isprintable()
    assert clean(result) == result


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        ("plain [red]text[/red] <b>", "plain [red]text[/red] <b>"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b31mred", "red"),
        ("a\nb\tc\rd", "a b c d"),
        ("abc\u202edef", "abcdef"),
        ("null\x00bell\x07", "nullbell"),
        ("\udcff", "\ufffd"),
        ("größe 学習率", "größe 学習率"),
    ],
)
def test_clean_examples(dirty: str, expected: str) -> None:
    """Escape sequences vanish whole, control codes and overrides too; markup of other tools is just text."""
    assert clean(dirty) == expected


@given(st.lists(st.tuples(NASTY, st.sampled_from(["", "train", "bad", "dim"]))), st.sampled_from(["none", "16", "256"]))
def test_paint_emits_only_its_own_codes(cells: list[tuple[str, str]], colour: str) -> None:
    """The only escape sequences on the way out are the colours of styles, and each is switched off again."""
    text = paint([[Cell(part, style) for part, style in cells]], colour)  # type: ignore[arg-type]
    assert text.endswith("\n") and "\n" not in text[:-1]
    rest = re.sub(r"\x1b\[[0-9;]+m(.*?)\x1b\[0m", r"\1", text)
    assert rest[:-1].isprintable()
    if colour == "none":
        assert "\x1b" not in text


@given(NASTY)
def test_ascii_is_ascii(text: str) -> None:
    """With ascii_only no other character leaves."""
    assert paint([row(text)], ascii_only=True).isascii()
    assert to_ascii(text).isascii()


def test_our_own_signs_have_ascii_stand_ins() -> None:
    """Nothing that the program itself draws turns into a question mark."""
    ours = "✓✗×÷−–·○…┊─│┤└░▲▼" + bar(0.63, 8) + sparkline(range(8), 8)
    assert "?" not in to_ascii(ours)


@given(NASTY, st.integers(0, 40))
def test_fit_is_exact(text: str, columns: int) -> None:
    """`fit` fills its columns exactly, whatever the characters' widths."""
    assert width(fit(text, columns)) == columns
    assert width(shorten(clean(text), columns)) <= columns
    assert width(shorten_middle(clean(text), columns)) <= columns


@given(NASTY, st.integers(2, 40))
def test_wrap_loses_no_word_and_keeps_its_width(text: str, columns: int) -> None:
    """All characters but spaces survive wrapping, and no line is too wide."""
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(clean(text).split())


def test_hanging_indent() -> None:
    """A lead stands before the first line; the others align behind it."""
    lines = [plain(line) for line in paragraph("one two three", 9, lead="  + ")]
    assert lines == ["  + one", "    two", "    three"]


@given(st.floats(allow_nan=True), st.integers(0, 20))
def test_bar_is_exact(share: float, columns: int) -> None:
    """A bar fills its columns, for any number."""
    assert len(bar(share, columns)) == columns


@given(st.floats(), st.integers(0, 60))
def test_gauge_is_exact(share: float, columns: int) -> None:
    """A thin bar and its track fill their columns, for any number; what is drawn grows with the share."""
    drawn, track = gauge(share, columns)
    assert len(drawn.text) + len(track.text) == columns
    assert set(drawn.text) <= set("━╸") and set(track.text) <= {"─"}
    if 0 <= share <= 1:
        assert abs(drawn.text.count("━") + drawn.text.count("╸") / 2 - share * columns) <= 0.26


@given(st.lists(st.floats()), st.integers(0, 30))
def test_sparkline_is_exact(values: list[float], columns: int) -> None:
    """A sparkline fills its columns, for any numbers."""
    assert len(sparkline(values, columns)) == columns


def test_sparkline_shows_divergence() -> None:
    """Values that are not finite are crosses."""
    assert sparkline([1.0, 2.0, float("nan"), float("inf")], 4) == "▁█✗✗"


def test_table_cuts_the_flexible_column() -> None:
    """A table too wide for its room cuts one column in the middle, and keeps all others."""
    lines = [
        plain(line)
        for line in table(["run", "cause"], [["runs/" + "x" * 60 + "/last", "overfitting"]], 40, middle=True)
    ]
    assert all(width(line) <= 40 for line in lines)
    assert "…" in lines[1] and lines[1].endswith("overfitting") and "/last" in lines[1]


@given(st.lists(st.lists(st.text("ab ", max_size=50), min_size=4, max_size=4), max_size=4), st.integers(14, 90))
def test_a_table_is_never_wider_than_its_room(rows: list[list[str]], columns: int) -> None:
    """However long the cells of however many columns: each line fits, and every column keeps a place."""
    for line in table(["one", "two", "three", "four"], rows, columns, flexible=3):
        assert width(plain(line)) <= columns


@pytest.mark.parametrize(
    ("when", "environ", "terminal", "expected"),
    [
        ("auto", {"TERM": "xterm"}, True, "16"),
        ("auto", {"TERM": "xterm-256color"}, True, "256"),
        ("auto", {"TERM": "xterm", "COLORTERM": "truecolor"}, True, "256"),
        ("auto", {"TERM": "xterm-256color"}, False, "none"),
        ("auto", {"TERM": "dumb"}, True, "none"),
        ("auto", {"TERM": "xterm", "NO_COLOR": "1"}, True, "none"),
        ("auto", {"TERM": "xterm", "NO_COLOR": ""}, True, "16"),
        ("auto", {"TERM": "xterm", "CLICOLOR_FORCE": "1"}, False, "16"),
        ("auto", {"TERM": "xterm", "CLICOLOR_FORCE": "0"}, False, "none"),
        ("auto", {"TERM": "xterm", "CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, True, "none"),
        ("always", {"NO_COLOR": "1"}, False, "16"),
        ("never", {"TERM": "xterm", "CLICOLOR_FORCE": "1"}, True, "none"),
    ],
)
def test_when_colours_are_used(when: str, environ: dict[str, str], terminal: bool, expected: str) -> None:
    """--color wins over NO_COLOR, NO_COLOR over CLICOLOR_FORCE, and that over the look at the terminal."""
    assert colour_for(when, environ, terminal=terminal) == expected  # type: ignore[arg-type]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40), st.integers(0, 20))
def test_a_sparkline_of_any_numbers(values: list[float], columns: int) -> None:
    """Whatever the values, up to the largest there are, it is as wide as asked for and raises nothing."""
    assert len(sparkline(values, columns)) == columns


def test_a_sparkline_over_the_whole_range() -> None:
    """Numbers whose difference or sum is too large for a number still have a lowest and a highest block."""
    assert sparkline([3.7e294, -1.79e308], 2) == "█▁"
    assert sparkline([1.7e308, 1.7e308, -1.7e308, -1.7e308], 2) == "█▁"
