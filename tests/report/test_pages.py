"""Whole pages as transcripts: what a person sees, kept in `pages/`.

`MLADVISOR_WRITE_PAGES=1 pytest tests/report/test_pages.py` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from mladvisor.diagnosis.model import Diagnosis, Evidence, FindingResult, Hypothesis
from mladvisor.diagnosis.story import tell
from mladvisor.render.ansi import paint
from mladvisor.report import markdown
from mladvisor.report.text import page

from .made import overfit_diagnosis, overfit_run

PAGES = Path(__file__).parent / "pages"


def healthy() -> Diagnosis:
    """Nothing found, and what was looked at."""
    absent = [
        Evidence("val-loss-turns-up", "Validation loss rises again", 0.02, -3.1, "loss.val.rise_from_best = 0.004"),
        Evidence("loss-explodes", "The loss blows up midway", 0.0, -2.0, "loss.train.explosion = 1"),
    ]
    return Diagnosis(
        run="runs/fine",
        format="keras-csv",
        healthy=0.91,
        hypotheses=[Hypothesis("overfitting", "Overfitting", 0.06, absent)],
        findings=[FindingResult(one.finding, one.title, "measured", one.degree, because=one.because) for one in absent],
    )


def transcript(name: str) -> str:
    """The page called `name`, made now."""
    story = tell(overfit_diagnosis(), overfit_run())
    pages: dict[str, Any] = {
        "overfitting-80.txt": lambda: paint(page(story, width=80)),
        "overfitting-120-colour.txt": lambda: paint(page(story, width=120), "256").replace("\x1b", "<ESC>"),
        "overfitting-60-ascii.txt": lambda: paint(page(story, width=60, glyphs="ascii"), ascii_only=True),
        "overfitting.md": lambda: markdown.page(story),
        "healthy-80.txt": lambda: paint(page(tell(healthy()), width=80)),
    }
    text: str = pages[name]()
    return text


@pytest.mark.parametrize(
    "name",
    [
        "overfitting-80.txt",
        "overfitting-120-colour.txt",
        "overfitting-60-ascii.txt",
        "overfitting.md",
        "healthy-80.txt",
    ],
)
def test_the_page_is_as_it_was(name: str) -> None:
    """The page matches its transcript, character by character."""
    text = transcript(name)
    if os.environ.get("MLADVISOR_WRITE_PAGES"):
        PAGES.mkdir(exist_ok=True)
        (PAGES / name).write_text(text, encoding="utf-8")
    assert text == (PAGES / name).read_text(encoding="utf-8")
