"""What libraries print beside the curves: warnings and errors, found by their words.

A rule names a message by some of its words in a row, small letters and digits, everything else as "_", as a person
would look for it: `printed.using_a_target_size.seen` is PyTorch's warning about shapes that are broadcast. A message
that is not there says nothing: warnings go to another stream than the log as often as not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.own import word
from mladvisor.runs.readers.notebook import printed_file
from mladvisor.runs.script_names import is_notebook

START, END = 1 << 18, 1 << 16
"""Bytes that are looked through at the start and at the end of a file: warnings come early, errors last."""
_MAX_FILES = 8
_MAX_LINE = 2_000
_MAX_PLACES = 400  # lines with the rarest word of a message
_SHOWN = 160
_MARKS = ("warn", "error", "exception", "assert", "fail")
"""A line without one of these is no message of a library, whatever words it holds."""
_LAST, _LINES = 4_000, 16
"""Bytes and lines at the end of a file within which a message ended the training."""
_HOW = "keep what the training prints, its warnings too, beside the log (`python train.py > train.log 2>&1`)"
_FRONT = re.compile(r"^.{0,300}?\b(\w{1,60}(?:Warning|Error|Exception)|WARNING\b[^\s:]{0,40}|Warning\]?)[:\s]\s*")


class Text(NamedTuple):
    """A piece of a file, in lower case and as it stands, the row that it begins at (0: not counted), and whether a
    log ends with it.
    """

    file: str
    lower: bytes
    bare: bytes
    row: int
    ends: bool

    def where(self, at: int) -> Where:
        """The line in which a byte stands."""
        row = self.row + self.lower.count(b"\n", 0, at)
        return Where(self.file, rows=(row, row) if self.row else None)

    def lines(self, *words: bytes) -> Iterator[tuple[int, str]]:
        """(the byte that it begins at, the line) of each line that holds one of some words in small letters."""
        if not any(word in self.lower for word in words):
            return
        at = 0
        for line in self.lower.split(b"\n"):
            if any(word in line for word in words):
                yield at, self.bare[at : at + min(len(line), _MAX_LINE)].decode("utf-8", "replace")
            at += len(line) + 1


def texts(m: Measures) -> list[Text]:
    """The starts and ends of the run's printed texts. Use `m.once`."""
    folder = m.run.folder
    found: list[Text] = []
    # an error in another stream than the log does not say when it came; where there is no curve, all is one stream
    logs = m.run.logs or set(m.run.printed)
    for name in m.run.printed[:_MAX_FILES]:
        try:
            file = printed_file(folder / name, name)
            if file.binary or file.wide:
                continue
            parts = [(file.read_start(START), 0 if is_notebook(name) else 1, file.size <= START)]
            if file.size > START:
                parts.append((file.read_from(max(START, file.size - END), END), 0, True))
        except (ReadError, OSError):
            continue
        found += [Text(name, data.lower(), data, row, ends and name in logs) for data, row, ends in parts]
    return found


def _message(m: Measures, name: str) -> tuple[str, Where, bool] | None:
    """The first line that holds the words, where it stands, and whether next to nothing follows it."""
    words = word(name)
    rarest = max(words.split("_"), key=len).encode()
    for text in m.once(texts):
        at = -1
        for _ in range(_MAX_PLACES):
            at = text.lower.find(rarest, at + 1)
            if at < 0:
                break
            begin = text.lower.rfind(b"\n", max(0, at - _MAX_LINE), at) + 1 or max(0, at - _MAX_LINE)
            end = text.lower.find(b"\n", at, at + _MAX_LINE)
            end = end if end >= 0 else min(len(text.lower), at + _MAX_LINE)
            line = text.bare[begin:end].decode("utf-8", "replace")
            if (
                any(mark in line.lower() for mark in _MARKS)
                and f"_{words}_" in f"_{re.sub(r'[^a-z0-9]+', '_', line.lower())}_"
            ):
                rest = text.lower[end:]
                last = text.ends and len(rest) < _LAST and rest.count(b"\n") < _LINES and not _is_answered(line)
                return line, text.where(begin), last
            at = end
    return None


_ANSWERED = re.compile(
    r"->|=>|\bHTTP\b|\b[45]\d\d\b|\b(?:status|refused|rejected|skipp\w+|caught|expected|handled)\b", re.IGNORECASE
)
_STATUS = re.compile(r"\bstatus(?:_?code)?['\"]?\s{0,3}[:=]\s{0,3}['\"]?[45]\d\d\b", re.IGNORECASE)
_RAISED = re.compile(r"\b\w{1,60}(?:Error|Exception)\b")


def _is_answered(line: str) -> bool:
    """Somebody caught the error and wrote what he made of it: "income as text -> HTTP 400 ValueError: ..."."""
    raised = _RAISED.search(line)
    if _STATUS.search(line):
        return True  # a server refused a request: "{...} -> {'status': 422, 'error': ...}"
    return raised is not None and _ANSWERED.search(line[: raised.start()]) is not None


def _measured(m: Measures, name: str, *, quoted: bool, no: bool = False) -> Measured:
    found = None if no else m.once(_message, name)
    if found is None:
        return unknown("" if m.once(texts) else _HOW)  # looked for: there is nothing that a person should do
    line, where, _ = found
    return Measured(_FRONT.sub(r"\1: ", line.strip())[:_SHOWN] if quoted else True, where=where)


@feature(
    "printed.*.seen",
    type="flag",
    doc="A printed message holds these words (small letters, digits, the rest as _); unknown where none does",
    how=_HOW,
    source="+own-rules",
)
def seen(m: Measures, name: str) -> Measured:
    return _measured(m, name, quoted=False)


@feature(
    "printed.*.answered",
    type="flag",
    doc="A printed message holds these words, and a service or a test answered a request with it; unknown where none"
    " does",
    how=_HOW,
    source="+own-rules",
)
def answered(m: Measures, name: str) -> Measured:
    found = m.once(_message, name)
    return _measured(m, name, quoted=False) if found is None else Measured(_is_answered(found[0]), where=found[1])


@feature(
    "printed.*.ends",
    type="flag",
    doc="A printed error holds these words, and the text ends with it; unknown where none does",
    how=_HOW,
    source="+own-rules",
)
def ends(m: Measures, name: str) -> Measured:
    found = m.once(_message, name)
    return (
        Measured(True, where=found[1]) if found is not None and found[2] else _measured(m, name, quoted=False, no=True)
    )


@feature("printed.*.line", type="any", doc="The printed message that holds these words", how=_HOW, source="+own-rules")
def line(m: Measures, name: str) -> Measured:
    return _measured(m, name, quoted=True)
