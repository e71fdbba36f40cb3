"""The journal of a consultation: what happened, one event a line, in the order in which it happened.

JSON Lines, append-only. The state of a consultation is its events folded together, so saving, resuming, replaying and
undoing are one thing. A torn last line (the program was killed while writing) is ignored; a broken line elsewhere is an
error with its line number.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from mladvisor.errors import ReadError

FORMAT = 1
MAX_BYTES = 16 * 1024 * 1024

EventKind = Literal["opened", "asked", "answered", "said", "undone", "ruled-out", "checked", "given", "finished"]


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened.

    Attributes:
        event: opened (with the run and rule folders), asked (a step was shown), answered, said (plain words, before
            what was understood of them is answered), undone (the last answer or exclusion is taken back), ruled-out
            (a cause, by the user), checked (a measurement on demand was made), given (files were handed over),
            finished.
        about: finding, question, feature or cause that it is about.
        value: the answer.
        text: words of the user; of "ruled-out" the reason.
        top: the leading cause afterwards ("healthy" when that leads) and its probability, for people who read the file.
    """

    event: EventKind
    about: str = ""
    value: Any = None
    text: str = ""
    run: str | None = None
    rules: tuple[str, ...] = ()
    top: tuple[str, float] | None = None
    format: int = 0
    batch: int = 0


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Event).decode


def to_line(event: Event) -> bytes:
    """One event as a line with its end."""
    return _encode(event) + b"\n"


def append(path: Path, events: Iterable[Event]) -> None:
    """Write events at the end of a journal and see them onto the disk, so that a kill loses at most the last line."""
    with path.open("r+b" if path.exists() else "wb+") as file:
        _mend(file)
        for event in events:
            file.write(to_line(event))
        file.flush()
        os.fsync(file.fileno())


def _mend(file: IO[bytes]) -> None:
    """Stand at the end of the last whole line; a torn one, which `read_journal` ignores too, is cut off."""
    text = file.read()
    start = text.rfind(b"\n") + 1
    tail = text[start:]
    if not tail:
        return
    try:
        _decode(tail)
    except msgspec.MsgspecError:
        file.seek(start)
        file.truncate()
    else:
        file.write(b"\n")


def read_journal(path: Path) -> list[Event]:
    """The events of a journal.

    Raises:
        ReadError: there is no such file, it is no journal, or a line before the last is broken.
    """
    shown = os.fspath(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise ReadError(f"is {size:,} bytes long, more than a journal of {MAX_BYTES:,}", file=shown)
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise ReadError(f"cannot be read ({error.strerror})", file=shown) from None
    events: list[Event] = []
    whole = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    for number, line in whole:
        try:
            events.append(_decode(line))
        except msgspec.MsgspecError as error:
            if number != whole[-1][0]:
                raise ReadError(f"is no event of a journal ({error})", file=shown, place=f"line {number}") from None
    if not events or events[0].event != "opened":
        raise ReadError('is not the journal of a consultation: the first event should be "opened"', file=shown)
    if events[0].format > FORMAT:
        raise ReadError(f"was written by a newer mladvisor (journal format {events[0].format})", file=shown)
    return events
