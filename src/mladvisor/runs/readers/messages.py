"""JSON lines whose messages are what a training printed: Docker's log files, and loggers that write records."""

from __future__ import annotations

from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import MAX_ROW, Candidate, Reading
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.readers.ends import read_ends
from mladvisor.runs.readers.jsonl import objects
from mladvisor.runs.readers.text import certainty, finished, new_scanner

_KEYS = ("log", "msg", "message", "text", "line", "event")


class MessagesReader:
    """One record a line, which holds a printed line."""

    id = "stdout-log"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """As sure as plain text is of the messages."""
        if candidate.text[:1] != "{":
            return 0.0
        found = objects(candidate.lines)
        key = _key_of(found)
        return (
            certainty("\n".join(map(str, (record.get(key, "") for record in found))), candidate.columns) if key else 0.0
        )

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the messages. Raises ReadError when no number in them is one of a curve."""
        ends = read_ends(candidate, longest=MAX_ROW)
        reading = Reading()
        key = _key_of(objects(candidate.lines))
        scanner = new_scanner(candidate.columns, candidate.text)
        for at, line in enumerate(ends.lines):
            try:
                record = parse_json(line, candidate.rel)
            except ReadError:
                continue
            message = record.get(key) if isinstance(record, dict) else None
            for part in message.split("\n") if isinstance(message, str) else ():
                scanner.line(ends.row(at), part)
        reading.curves = finished(scanner, reading.assumed)
        if not reading.curves:
            raise ReadError("holds no loss or metric that repeats over lines", file=candidate.rel)
        if ends.said:
            reading.warnings.append(ends.said)
        return reading


def _key_of(records: list[dict[str, Any]]) -> str:
    """The key under which most records have a text; "" where none does."""
    for key in _KEYS:
        if sum(isinstance(record.get(key), str) for record in records) * 2 > max(2, len(records)):
            return key
    return ""


MESSAGES = MessagesReader()
