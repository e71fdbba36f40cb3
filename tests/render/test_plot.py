"""The plot: exact size, no surprises whatever the data, and every sign where it belongs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.render.cells import plain
from mladvisor.render.plot import Level, Mark, Series, Span, plot
from mladvisor.render.text import width

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e3, 1e3),
    st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf]),
)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=40)
GLYPHS = st.sampled_from(["braille", "quadrant", "ascii"])


def text(rows: list[Any]) -> list[str]:
    return [plain(row) for row in rows]


@settings(deadline=None)
@given(
    curves=st.lists(POINTS, max_size=4),
    size=st.tuples(st.integers(1, 130), st.integers(1, 30)),
    look=st.tuples(st.sampled_from(["auto", "linear", "log"]), GLYPHS),
    place=st.tuples(st.one_of(st.none(), NUMBERS), NUMBERS),
    title=st.text(max_size=20),
)
def test_never_raises_and_has_the_exact_size(
    curves: Any, size: tuple[int, int], look: Any, place: Any, title: str
) -> None:
    """Any data gives exactly `height` rows of exactly `width` columns."""
    (columns, height), (scale, glyphs), (x, y) = size, look, place
    series = [Series([p[0] for p in points], [p[1] for p in points], "train", "train") for points in curves]
    rows = plot(
        series,
        width=columns,
        height=height,
        scale=scale,
        glyphs=glyphs,
        title=title,
        x_label="epoch",
        spans=[Span(x, y, "evidence")],
        marks=[Mark(y, "best")],
        levels=[Level(y, "chance")],
    )
    assert len(rows) == height
    assert [width(line) for line in text(rows)] == [columns] * height


@settings(deadline=None)
@given(points=POINTS)
def test_ascii_mode_is_ascii(points: Any) -> None:
    """With the ascii glyphs nothing outside ASCII is drawn."""
    series = [Series([p[0] for p in points], [p[1] for p in points], "val", "val")]
    assert all(line.isascii() for line in text(plot(series, glyphs="ascii", spans=[Span(0, 1)], marks=[Mark(0)])))


def test_a_single_spike_among_a_million_points_is_seen() -> None:
    """Extremes survive the reduction to pixel columns."""
    y = np.zeros(1_000_000)
    y[123_457] = 7.0
    rows = text(plot([Series(np.arange(1e6), y)], width=80, height=12))
    assert any(0x2800 < ord(sign) <= 0x28FF for sign in rows[1])


def test_every_column_reaches_from_its_lowest_to_its_highest_value() -> None:
    """Reducing points to pixel columns loses neither end of any column."""
    rng = np.random.default_rng(1)
    x, y = np.arange(20_000.0), rng.normal(size=20_000)
    lines = [line.split("|", 1)[-1].split("+", 1)[-1] for line in text(plot([Series(x, y)], height=22, glyphs="ascii"))]
    area = lines[1:-1]
    columns, rows = len(area[0]), len(area)
    at = np.rint(x / x[-1] * (columns - 1)).astype(int)
    shares = (y - y.min()) / (y.max() - y.min())
    pixel = (rows - 1) - np.rint(shares * (rows - 1)).astype(int)
    for column in range(columns):
        drawn = [line for line in range(rows) if area[line][column] == "*"]
        inside = pixel[at == column]
        assert (drawn[0], drawn[-1]) == (inside.min(), inside.max())


def test_values_that_are_not_finite_are_a_marked_gap() -> None:
    """NaN and infinity are a cross at the top edge and a break in the line, never a dropped point."""
    y = [1.0, 2.0, 3.0, math.nan, math.inf, math.nan, 2.0, 1.0]
    rows = text(plot([Series(range(8), y)], width=60, height=10))
    assert rows[1].count("×") == 3
    only = text(plot([Series([1, 2, 3], [math.nan] * 3, "train")], width=60, height=10))
    assert only[1].count("×") == 3
    assert "× train NaN or infinite" in only[0]  # a sign without a word is a riddle


def test_no_line_is_drawn_across_a_gap() -> None:
    """Cells between two stretches that NaN separates stay empty below the crosses."""
    y = [1.0, 1.0, *[math.nan] * 6, 1.0, 1.0]
    rows = text(plot([Series(range(10), y)], width=60, height=10, title="t"))
    middle = [line[25:35] for line in rows[2:-1]]
    assert all(not part.strip() for part in middle)


@pytest.mark.parametrize(
    ("values", "scale", "log"),
    [
        ([1.0, 10.0, 31.0], "auto", False),
        ([1.0, 10.0, 33.0], "auto", True),
        ([0.0, 10.0, 1000.0], "auto", False),
        ([-1.0, 10.0, 1000.0], "auto", False),
        ([1.0, 10.0, 1000.0], "linear", False),
        ([1.0, 2.0], "log", True),
        ([-1.0, -2.0], "log", False),
    ],
)
def test_log_scale_where_it_helps(values: list[float], scale: Any, log: bool) -> None:
    """Automatic: all positive and over more than one and a half decades; forced: whenever anything is positive."""
    head = text(plot([Series(range(len(values)), values)], scale=scale, title="loss"))[0]
    assert ("log scale" in head) is log


def test_evidence_is_shaded_where_it_lies() -> None:
    """The span covers its own columns and no others, with a legend."""
    rows = plot([Series([0, 100], [0, 0])], width=80, height=10, spans=[Span(50, 100, "evidence")], title="loss")
    lines = text(rows)
    assert "· evidence" in lines[0]
    shaded = [index for index, sign in enumerate(lines[2]) if sign == "·"]
    assert shaded and min(shaded) > 38 and max(shaded) >= 76 and len(shaded) == max(shaded) - min(shaded) + 1


def test_curves_are_named_beside_their_ends() -> None:
    """Colour is never alone: each curve carries its name at its end, even where both end on one row."""
    rows = text(plot([Series([0, 1], [0, 1], "train"), Series([0, 1], [0.1, 1], "val", "val")], width=60, height=10))
    assert sum("train" in line for line in rows) == 1
    assert sum(line.rstrip().endswith("val") for line in rows) == 1


def test_ticks_are_round() -> None:
    """Labels follow 1-2-5 and epochs are whole numbers."""
    rows = text(
        plot([Series(np.arange(1, 204), np.linspace(0.013, 2.71, 203))], scale="linear", height=14, x_label="epoch")
    )
    labels = [float(line.split("┤")[0]) for line in rows if "┤" in line]
    assert labels == [2.5, 2.0, 1.5, 1.0, 0.5]
    assert [word for word in rows[-1].replace("─", " ").split() if word.isdigit()] == ["50", "100", "150", "200"]


def test_unsorted_x_is_sorted() -> None:
    """Points in the wrong order give the same picture as in the right one."""
    assert plot([Series([3, 1, 2], [9, 1, 4])]) == plot([Series([1, 2, 3], [1, 4, 9])])
