"""Lists of names as they are written in this package: words of a text, so that a list reads and is edited as one."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text ("miss missed fn")."""
    return frozenset(text.split())
