"""Plain configuration files without PyYAML: nested keys, one a line, with simple values and lists of them.

That is how most training programs write their settings, and importing PyYAML for three lines takes a twentieth of a
diagnosis. Whatever is not as plain as that (anchors, tags, texts over several lines, colons in values ...) is left to
PyYAML; what is read here is read as PyYAML would.
"""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_letters, digits
from typing import Any, Final

_MAX_CHARACTERS: Final = 50_000
_MAX_DEPTH: Final = 20
_MAX_KEY: Final = 200
_KEY: Final = frozenset(ascii_letters + digits + "_./-")
_FIRST: Final = frozenset(ascii_letters + digits + "_./+")
_VALUE: Final = _FIRST | frozenset("-,()=@*^%& ")


class _HardError(Exception):
    """This text is not plain."""


def read_plain(text: str, scalar: Callable[[str], Any]) -> dict[str, Any] | None:
    """The mapping of a plain text; None when it is empty, or not plain.

    Args:
        scalar: from an unquoted value to what it means.
    """
    if len(text) > _MAX_CHARACTERS:
        return None
    root: dict[str, Any] = {}
    levels = [(0, root)]  # the mappings that are open, and how far they are indented
    waiting: tuple[int, dict[str, Any], str] | None = None  # the key just before, if nothing stands behind it
    items: tuple[int, list[Any]] | None = None  # the list that is open, if any
    try:
        for line in text.split("\n"):
            body = line.strip(" ")
            if not line.isprintable():
                return None
            if not body or body[0] == "#":
                continue
            indent = len(line) - len(line.lstrip(" "))
            if body.startswith("- "):
                if items is None or items[0] != indent:
                    if waiting is None or indent < waiting[0]:
                        return None
                    items = indent, []
                    waiting[1][waiting[2]], waiting = items[1], None
                items[1].append(_value(body[2:].strip(" "), scalar))
                continue
            items = None
            if indent > levels[-1][0] and waiting is not None:
                inner: dict[str, Any] = {}
                waiting[1][waiting[2]] = inner
                levels.append((indent, inner))
            while levels[-1][0] > indent:
                levels.pop()
            if levels[-1][0] != indent or len(levels) > _MAX_DEPTH:
                return None
            key, value = _parts(body)
            plain = not value or value[0] == "#"
            levels[-1][1][key] = None if plain else _value(value, scalar)
            waiting = (indent, levels[-1][1], key) if plain else None
    except _HardError:
        return None
    return root or None


def _parts(body: str) -> tuple[str, str]:
    """Key and value of a line."""
    key, colon, rest = body.partition(":")
    simple = _KEY.issuperset(key) and key[:1] in _FIRST and len(key) <= _MAX_KEY
    if not simple or not colon or rest[:1] not in ("", " "):
        raise _HardError
    return key, rest.strip(" ")


def _value(text: str, scalar: Callable[[str], Any]) -> Any:
    """A text in quotes, a list in brackets, or a single value; a comment may follow."""
    quote = text[:1]
    if quote in ("'", '"', "["):
        inner, end, rest = text[1:].partition("]" if quote == "[" else quote)
        if not end or (rest and rest[0] != " ") or rest.strip(" ")[:1] not in ("", "#"):
            raise _HardError
        if quote == "[":
            return [_single(item.strip(" "), scalar) for item in inner.split(",")] if inner.strip(" ") else []
        if "\\" in inner:
            raise _HardError
        return inner
    return _single(text.partition(" #")[0].rstrip(" "), scalar)


def _single(text: str, scalar: Callable[[str], Any]) -> Any:
    first = text[1:2] if text[:1] == "-" else text[:1]
    if first not in _FIRST or not _VALUE.issuperset(text):
        raise _HardError
    return scalar(text)
