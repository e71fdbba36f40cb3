"""The pages of the shipped rulebook, for somebody who hears of a cause or finding for the first time."""

from __future__ import annotations

import re

import pytest

from mladvisor.consultation.pages import page
from mladvisor.diagnosis.api import rulebook_with

SECTIONS = ("What it is", "What it looks like", "Why it happens", "How to check", "Signs of it", "How to fix it")
BOOK = rulebook_with()


@pytest.mark.parametrize("cause", list(BOOK.causes))
def test_the_page_of_a_cause_leaves_no_question_open(cause: str) -> None:
    """What it is, what it looks like, why it happens, how to check it, how to fix it, and where that comes from."""
    blocks = page(BOOK, cause)
    heads = [block.text for block in blocks if block.look == "head"]
    assert [one for one in heads if one in SECTIONS] == list(SECTIONS)
    assert blocks[-1].text.startswith("source: ")


@pytest.mark.parametrize("cause", list(BOOK.causes))
def test_a_page_is_plain_text(cause: str) -> None:
    """Nothing marks words by asterisks or underlines: no front end reads Markdown in a rule."""
    assert not [
        block.text for block in page(BOOK, cause) if re.search(r"(?<![\w*])[*_]\w[^*_]*\w[*_](?![\w*])", block.text)
    ]
