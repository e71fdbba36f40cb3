"""The lines of a log; of one that is too large to read whole, those of its start and of its end.

What happens at the end decides whether a training went well: a log whose end was not read must not be judged.
"""

from __future__ import annotations

import msgspec

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import MAX_BYTES, Candidate
from mladvisor.runs.readers.decoding import MAX_LINE, check_lines, decode, in_units, split_lines
from mladvisor.runs.readers.fixed_width import unglued

END_BYTES = 32 * 1024 * 1024  # so much of the start and of the end is read
_COUNTED = 1024 * 1024 * 1024  # bytes between the two whose lines are counted; of more the number is estimated
_BLOCK = 1 << 20


class Ends(msgspec.Struct):
    """Complete lines of a file.

    Attributes:
        lines: without their ends.
        first: how many of them stand before the part that was left out (all of them when there is none).
        skipped: lines left out between the two parts.
        ended: the last line has its end.
        said: what was left out, in words; "" when nothing was.
    """

    lines: list[str]
    first: int
    skipped: int = 0
    ended: bool = True
    said: str = ""

    def row(self, at: int) -> int:
        """The number in the file, from 1, of the line at index `at`."""
        return at + 1 + (self.skipped if at >= self.first else 0)


def read_ends(file: Candidate, limit: int | None = None, end: int | None = None, longest: int = MAX_LINE) -> Ends:
    """The lines of a text file; of one larger than `limit` bytes, those of its first and last `end` bytes.

    Args:
        limit, end: `MAX_BYTES` and `END_BYTES` unless given.
        longest: characters that a line may have.

    Raises:
        ReadError: it cannot be opened, is binary, or has a longer line.
    """
    limit, end = limit or MAX_BYTES, end or END_BYTES
    if file.size <= limit or file.wide:
        text = file.read_text(limit, longest)
        lines = unglued(split_lines(text))
        return Ends(lines, len(lines), ended=text.endswith(("\n", "\r")))
    if file.binary:
        raise ReadError("holds binary data, where text was expected", file=file.rel)
    data, tail = file.read_start(end), file.read_from(file.size - end, end)
    cut, begun = data.rfind(b"\n") + 1, tail.find(b"\n") + 1
    if not cut or (not begun and b"\0" not in tail):
        raise ReadError(f"is {in_units(file.size)} large and has lines of over {in_units(end)}", file=file.rel)
    lines = _checked(data[:cut], file.rel, longest)
    first, size = len(lines), in_units(file.size)
    if b"\0" in tail:  # a hole that was never written, or a damaged disk
        said = f"{file.rel} is {size} large and does not end in text: only its first {in_units(cut)} are read"
        return Ends(lines, first, said=said)
    lines += _checked(tail[begun:], file.rel, longest)
    skipped, counted = lines_between(file, cut, file.size - end + begun - cut, first / cut)
    return Ends(lines, first, skipped, tail.endswith((b"\n", b"\r")), left_out(file, skipped, end, counted=counted))


def left_out(file: Candidate, skipped: int, end: int, *, counted: bool) -> str:
    """What a reader of such a file must be told."""
    about = "" if counted else "about "
    return (
        f"{file.rel} is {in_units(file.size)} large: its first and last {in_units(end)} are read, and {about}"
        f"{skipped:,} lines between them are not"
    )


def lines_between(file: Candidate, start: int, size: int, a_byte: float) -> tuple[int, bool]:
    """(lines in `size` bytes from `start`, they were counted); of a very long part estimated from lines `a_byte`."""
    if size > _COUNTED:
        return round(size * a_byte), False
    count = 0
    for at in range(start, start + size, _BLOCK):
        count += file.read_from(at, min(_BLOCK, start + size - at)).count(b"\n")
    return count, True


def _checked(data: bytes, file: str, longest: int) -> list[str]:
    text = decode(data)
    if "\0" in text:
        raise ReadError("holds binary data, where text was expected", file=file)
    check_lines(text, file, longest)
    return split_lines(text)
