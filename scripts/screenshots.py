"""Draw every screen of the app as SVG, wide and narrow, for a reviewer to look at, or the few that the docs show.

python scripts/screenshots.py OUT [RUN]
python scripts/screenshots.py --docs
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mladvisor.tui.app import AdvisorApp, Source

SIZES = ((120, 36), (80, 24))
ROOT = Path(__file__).parents[1]

# name of the picture -> keys that lead to it from the consultation
SCREENS: dict[str, Sequence[str]] = {
    "consultation": (),
    "answered": ("n", "u"),
    "evidence": ("right_square_bracket",),
    "second-cause": ("j",),
    "why": ("w",),
    "how": ("h",),
    "what-if": ("x", "down"),
    "explain": ("d",),
    "rule-out": ("X",),
    "plots": ("p",),
    "plots-zoomed": ("p", "plus", "plus", "right", "m", "l"),
    "tables": ("t",),
    "tables-values": ("t", "full_stop"),
    "rules": ("R", "t"),
    "report": ("e",),
    "help": ("f1",),
    "settings": ("f2",),
    "jump": ("ctrl+o",),
    "palette": ("ctrl+p",),
    "prompt": ("i", "l", "r"),
    "curve": ("full_stop",),
    "talk": ("n", "u", "comma"),
}
WORDS = "val loss goes up after epoch 5, lr 0.5"
# the same for a consultation without a run
WITHOUT_RUN: dict[str, Sequence[str]] = {
    "words": (),
    "words-said": (*(" " if one == " " else {",": "comma", ".": "full_stop"}.get(one, one) for one in WORDS), "enter"),
}


DOCS: tuple[tuple[str, tuple[int, int], Sequence[str]], ...] = (
    ("consultation", (120, 36), ()),
    ("why", (120, 36), ("w",)),
    ("consultation", (80, 24), ()),
)
DOCS_RUN = "sample_runs/breast-cancer-mlp-bce"
ELSEWHERE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
"""Fonts that a viewer would fetch from another host."""


async def for_docs(out: Path) -> None:
    """The pictures of docs/consultation.md."""
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    for name, size, keys in DOCS:
        await picture(name, keys, Source(DOCS_RUN), size, out)


async def picture(name: str, keys: Sequence[str], source: Source | None, size: tuple[int, int], out: Path) -> None:
    """One screen at one size."""
    with tempfile.TemporaryDirectory() as folder:
        app = AdvisorApp(source, root=ROOT / "sample_runs", config=Path(folder, "c.toml"), cases=Path(folder, "cases"))
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await settled(app, pilot)
            for key in keys:
                await pilot.press(key)
                await settled(app, pilot)
            svg = ELSEWHERE.sub("", app.export_screenshot())
            (out / f"{name}-{size[0]}x{size[1]}.svg").write_text(svg, encoding="utf-8")


async def settled(app: AdvisorApp, pilot: object) -> None:
    """Wait until nothing is being read or drawn."""
    await pilot.pause(0.05)  # type: ignore[attr-defined]
    await app.workers.wait_for_complete()
    await pilot.pause(0.1)  # type: ignore[attr-defined]
    while not all(getattr(screen, "is_settled", True) for screen in app.screen_stack):
        await pilot.pause(0.02)  # type: ignore[attr-defined]
    await pilot.pause(0.1)  # type: ignore[attr-defined]


async def main(out: Path, run: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        await picture("home", (), None, size, out)
        for name, keys in SCREENS.items():
            await picture(name, keys, Source(run), size, out)
        for name, keys in WITHOUT_RUN.items():
            await picture(name, keys, Source(), size, out)
        print(f"{size[0]}x{size[1]} done", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--docs":
        asyncio.run(for_docs(ROOT / "docs" / "screens"))
        sys.exit()
    asyncio.run(
        main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else str(ROOT / "sample_runs/digits-cnn-adam"))
    )
