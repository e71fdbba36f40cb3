"""Columns that are places of a picture or of a series, told by their names: "pixel0" to "pixel63"."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"\d+")
_PICTURE = re.compile(r"pixel|^px|^pix|_px", re.IGNORECASE)
_LEAST, _MANY = 16, 49
"""Places of a square of four by four, where the name speaks of a picture; of seven by seven, where it is any name."""


def places(columns: Iterable[str]) -> list[list[str]]:
    """Groups of columns that differ in their numbers alone, and are too many to be measurements of their own.

    >>> [len(each) for each in places(["age", *(f"pixel{at}" for at in range(64))])]
    [64]
    """
    families: dict[str, list[str]] = {}
    for column in columns:
        families.setdefault(_NUMBER.sub("#", column), []).append(column)
    return [
        each
        for stem, each in families.items()
        if "#" in stem and len(each) >= (_LEAST if _PICTURE.search(stem) else _MANY)
    ]  # fmt: skip
