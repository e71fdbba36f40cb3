"""Bytes of unknown origin -> text, lines, JSON and numbers, bounded before any regular expression sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from mladvisor.errors import ReadError

MAX_LINE = 50_000  # characters: Ray writes rows of some thousand, a base64 image or minified data is longer
UTF16 = (b"\xff\xfe", b"\xfe\xff")
_UTF8_BOM = b"\xef\xbb\xbf"
_BETWEEN = re.compile(r"[\s,]*")


def decode(data: bytes) -> str:
    """Text of `data`: UTF-8 unless a byte order mark says otherwise; bytes that are none become replacement marks, and
    escapes for terminals are left out.
    """
    if data[:2] in UTF16:
        text = data.decode("utf-16", errors="replace").lstrip("\ufeff")
    else:
        if data[:3] == _UTF8_BOM:
            data = data[3:]
        text = data.decode("utf-8", errors="replace")
    return without_escapes(text) if "\x1b" in text else text


def without_escapes(text: str) -> str:
    """The text without what a terminal obeys instead of showing: colours, cursor moves, titles of windows.

    Line ends stay where they are.
    """
    if not _escapes:  # compiled when the first such text is met
        _escapes.append(
            re.compile(
                r"\x1b(?:\[[0-9;:?<=>!]{0,64}[ -/]{0,4}[@-~]|[\]PX^_][^\x07\x1b\r\n]{0,4096}(?:\x07|\x1b\\)"
                r"|[()*+][A-Z0-9]|[@-Z\\^_=>78])?"
            )
        )
    return str(_escapes[0].sub("", text))


_escapes: list[Any] = []


def split_lines(text: str) -> list[str]:
    """Lines ended by LF, CRLF or a lone CR, without their ends (and no empty line after the last end)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def check_lines(text: str, file: str, longest: int = MAX_LINE) -> None:
    """Raises ReadError when a line is longer than `longest` characters; costs next to nothing when none is."""
    size = len(text)
    start = 0
    while size - start > longest:
        end = text.rfind("\n", start, start + longest + 1)
        if end < start:
            end = text.rfind("\r", start, start + longest + 1)
        if end < start:
            line = text.count("\n", 0, start) + 1
            raise ReadError(f"is longer than {longest:,} characters, which no log is", file=file, place=f"line {line}")
        start = end + 1


def parse_json(data: bytes | str, file: str, place: str = "") -> Any:
    """One JSON value, NaN and Infinity included. Raises ReadError naming the place."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if not _may_hold_nan(data):
            why = str(error).removeprefix("JSON is malformed: ")
            raise ReadError(f"is not valid JSON ({why})", file=file, place=place) from None
    import json  # reads the bare NaN and Infinity that Python writes; rare, and its import is not free

    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) and not place else place
        why = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply or not text"
        raise ReadError(f"is not valid JSON ({why})", file=file, place=where) from None


def _may_hold_nan(data: bytes | str) -> bool:
    if isinstance(data, bytes):
        return b"NaN" in data or b"Infinity" in data
    return "NaN" in data or "Infinity" in data


def in_units(size: float) -> str:
    """`10.0 GB` for people."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def number(cell: Any) -> float | None:
    """The number in a cell as logs spell it; NaN for a spelled-out NaN; None for a blank cell or other text.

    "" and "_" (flair) are "not logged here"; "nan", "NaN", "None", "null", "#na#" and JSON null are NaN; "inf" and
    "Infinity" are infinite. Thousands separators, units and percent signs are not numbers here, but `tensor(0.41)` is.
    """
    if type(cell) is float or type(cell) is int:
        try:
            return float(cell)
        except OverflowError:
            return float("inf") if cell > 0 else float("-inf")
    if cell is None:
        return float("nan")
    if type(cell) is not str:
        return None
    text = cell.strip().strip('"')
    try:
        return float(text) if "_" not in text else None
    except ValueError:
        pass
    if text.lower() in _NAN_WORDS:
        return float("nan")
    if "#" in text and (found := _OF_C.match(text)):
        return float(f"{found[1]}inf") if found[2].upper() == "INF" else float("nan")
    if text.startswith("tensor("):
        return number(text[7:].partition(",")[0].rstrip(")"))
    return None


_NAN_WORDS = frozenset(
    ("none", "null", "#na#", "#n/a", "n/a", "<na>", "1.#qnan", "-nan(ind)", "nan(ind)", "#num!", "#div/0!")
)
_OF_C = re.compile(r"([-+]?)\d\.?#(INF|QNAN|SNAN|IND|NAN)\w{0,4}$", re.IGNORECASE)


def whole_values(text: str, at: int) -> Iterator[Any]:
    """The values of a list in JSON whose first stands at `at`, to its end, or up to where it breaks off."""
    decoder = json.JSONDecoder()
    try:
        while 0 < at < len(text):
            value, at = decoder.raw_decode(text, _BETWEEN.match(text, at).end())  # type: ignore[union-attr]
            yield value
    except (ValueError, RecursionError):
        return
