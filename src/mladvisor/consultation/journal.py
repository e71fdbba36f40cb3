"""The journal of a consultation: what happened, one event a line, in the order in which it happened.

JSON Lines, append-only. The state of a consultation is its events folded together, so saving, resuming, replaying and
undoing are one thing. A torn last line (the program was killed while writing) is ignored; a broken line elsewhere is an
error with its line number.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import msgspec

from mladvisor.errors import ReadError

FORMAT = 1
MAX_BYTES = 16 * 1024 * 1024

EventKind = Literal["opened", "asked", "answered", "said", "undone", "ruled-out", "checked", "finished"]


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened.

    Attributes:
        event: opened (with the run and rule folders), asked (a step was shown), answered, said (plain words, before
            what was understood of them is answered), undone (the last answer or exclusion is taken back), ruled-out
            (a cause, by the user), checked (a measurement on demand was made), finished.
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


def to_line(event: Event) -> bytes:
    """One event as a line with its end."""
    return _encode(event) + b"\n"


def append(path: Path, events: Iterable[Event]) -> None:
    """Write events at the end of a journal and see them onto the disk, so that a kill loses at most the last line."""
    with path.open("ab") as file:
        if file.tell() and not _ends_well(path):
            file.write(b"\n")
        for event in events:
            file.write(to_line(event))
        file.flush()
        os.fsync(file.fileno())


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


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
    decode = msgspec.json.Decoder(Event).decode
    events: list[Event] = []
    last = max((number for number, line in enumerate(lines) if line.strip()), default=-1)
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            events.append(decode(line))
        except msgspec.MsgspecError as error:
            # A torn line is the end of a journal, or where a later session went on after a kill.
            torn = number == last or b'"opened"' in lines[number + 1] if number < len(lines) - 1 else True
            if not torn:
                raise ReadError(f"is no event of a journal ({error})", file=shown, place=f"line {number + 1}") from None
    if not events or events[0].event != "opened":
        raise ReadError('is not the journal of a consultation: the first event should be "opened"', file=shown)
    if events[0].format > FORMAT:
        raise ReadError(f"was written by a newer mladvisor (journal format {events[0].format})", file=shown)
    return events
