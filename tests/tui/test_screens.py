"""What the screens look like, as text: a change of layout shows up here and is looked at before it is accepted.

To accept: `pytest tests/tui/test_screens.py --accept`, and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Open, screen_text, settle

KEPT = Path(__file__).parent / "screens"
WIDE, NARROW = (120, 36), (80, 24)


@pytest.mark.parametrize(
    "shot",
    [
        ("consultation", WIDE, ()),
        ("consultation", NARROW, ()),
        ("answered", WIDE, ("y",)),
        ("evidence", NARROW, ("right_square_bracket",)),
        ("why", WIDE, ("w",)),
        ("how", NARROW, ("h",)),
        ("plots", WIDE, ("p",)),
        ("report", NARROW, ("e",)),
    ],
)
async def test_a_screen_looks_as_it_was_accepted(
    run: Path, open_app: Open, request: pytest.FixtureRequest, shot: tuple[str, tuple[int, int], tuple[str, ...]]
) -> None:
    """Nothing on these screens depends on the clock, the machine or the shipped rules."""
    name, size, keys = shot
    async with open_app(run, size=size) as pilot:
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        text = screen_text(pilot.app) + "\n"
    file = KEPT / f"{name}-{size[0]}x{size[1]}.txt"
    if request.config.getoption("--accept", default=False):
        KEPT.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
