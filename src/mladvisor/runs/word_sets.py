"""Words: lists of them as they are written in this package, and those of a name as people write names."""

from __future__ import annotations

import re

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def word_set(text: str) -> frozenset[str]:
    """The words of a text ("miss missed fn")."""
    return frozenset(text.split())


def parted(name: str, by: str = "_") -> str:
    """A name in camel case with its words apart: `labelSecondAnnotator` -> `label_Second_Annotator`."""
    return _CAMEL.sub(by, name)


def cues(text: str) -> tuple[str, ...]:
    """Pieces of text without which a file is not worth reading, as they are written in this package: "grad;gnorm"."""
    return tuple(text.split(";"))
