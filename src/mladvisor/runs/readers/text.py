"""Plain text that a training printed: `train.log`, `slurm-123.out`, `nohup.out`, W&B's `output.log`.

Every line shape of the corpus goes through one scanner (`lines`); nothing here knows a tool. Text from which no curve
can be made is not claimed: prose, requirements, source code and tables have no number that repeats after the same
loss-like name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading, decode, in_units
from mladvisor.runs.roles import Columns, default_columns

if TYPE_CHECKING:
    from mladvisor.runs.readers.lines import Scanner

MAX_BYTES = 32 * 1024 * 1024
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_END = 12_000  # characters at the end in which the last words of a training stand
_NOT_PROSE = frozenset(
    ("csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "toml", "ini", "md", "rst", "html", "xml", "py", "ipynb",
     "r", "js", "ts", "c", "h", "cpp", "sh", "tex", "bib", "svg", "css", "sql")
)  # fmt: skip
_JUDGED = ("loss", "metric", "reward")
_SURE, _LIKELY, _FAINT = 0.25, 0.15, 0.05


class PlainText:
    """Reader of anything that was printed line by line."""

    id = "stdout-log"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """By how many places (epochs, steps) one loss or metric is printed at, in two samples of the text."""
        name, _, suffix = candidate.name.lower().rpartition(".")
        if (name and suffix in _NOT_PROSE) or candidate.size == 0 or candidate.binary:
            return 0.0
        if candidate.head.lstrip()[:2] in (b'{"', b"[{", b"{\n", b"{\r", b"[\n"):
            return 0.0
        best = _certainty(candidate.text, candidate.columns)
        if best < _SURE and candidate.size > len(candidate.head):
            best = max(best, _certainty(_middle(candidate), candidate.columns))
        return best

    def read(self, candidate: Candidate) -> Reading:
        """All curves. Raises ReadError when the file is binary or no number in it is one of a curve."""
        reading = Reading()
        from mladvisor.runs.readers.around import MAX_SETTINGS, last_words, settings_in

        scanner = _scanner(candidate.columns)
        settings: dict[str, Any] = {}
        for row, line in enumerate(_lines(candidate), 1):
            scanner.line(row, line)
            if not scanner.first_training_line and len(settings) < MAX_SETTINGS:
                settings_in(line, settings, candidate.columns)
        reading.curves = _finish(scanner)
        if not reading.curves and not settings:
            raise ReadError("holds no loss or metric that repeats over lines", file=candidate.rel)
        if candidate.size > MAX_BYTES:
            reading.warnings.append(
                f"{candidate.rel} is {in_units(candidate.size)} large; its first {in_units(MAX_BYTES)} are read"
            )
        reading.assumed = scanner.bars.assumed
        reading.config = settings
        reading.notes.extend(last_words(_end_of(candidate), candidate.rel))
        return reading


PLAIN_TEXT = PlainText()


def scan(text: str, columns: Columns | None = None) -> list[RawCurve]:
    """The curves in a piece of text."""
    scanner = _scanner(columns or default_columns())
    for row, line in enumerate(text.split("\n"), 1):
        scanner.line(row, line)
    return _finish(scanner)


def _scanner(columns: Columns) -> Scanner:
    # imported when first needed: its patterns cost 7 ms, and most runs have no printed log
    from mladvisor.runs.readers.lines import Scanner

    return Scanner(columns)


def _finish(scanner: Scanner) -> list[RawCurve]:
    """The curves of all lines; none when no loss or metric is among them."""
    scanner.finish()
    judged = frozenset(name for name, _ in scanner.tracks.names() if scanner.columns.meaning(name).kind in _JUDGED)
    curves = scanner.tracks.curves(judged)
    return curves if any(curve.column in judged and len(curve.y) > 1 for curve in curves) else []


def _certainty(text: str, columns: Columns) -> float:
    """How surely a sample is a training's output: by its longest curve of a loss or metric that has an x."""
    judged = [curve for curve in scan(text, columns) if columns.meaning(curve.column).kind in _JUDGED]
    placed = max((len(np.unique(curve.x)) for curve in judged if curve.x is not None), default=0)
    if placed >= 3:
        return _SURE
    if placed == 2:
        return _LIKELY
    losses = [curve for curve in judged if columns.meaning(curve.column).kind == "loss"]
    return _FAINT if any(len(np.unique(curve.y)) >= 3 for curve in losses) else 0.0


def _middle(candidate: Candidate) -> str:
    """A sample from the middle of the file: a log may begin with hundreds of lines of the model's layers."""
    try:
        with open(candidate.path, "rb") as file:  # noqa: PTH123 - a Candidate's path is a string
            file.seek(max(0, candidate.size // 2 - _SAMPLE // 2))
            data = file.read(_SAMPLE)
    except OSError:
        return ""
    if candidate.head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ""
    return "" if b"\0" in data else decode(data)


def _lines(candidate: Candidate) -> Iterator[str]:
    """Lines of the first MAX_BYTES; the scanner cuts each to a bearable length."""
    if candidate.binary:
        raise ReadError("holds binary data, where text was expected", file=candidate.rel)
    if candidate.head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield from decode(candidate.read_start(MAX_BYTES)).split("\n")
        return
    read = 0
    rest = b""
    try:
        with open(candidate.path, "rb") as file:  # noqa: PTH123
            while read < MAX_BYTES and (block := file.read(_BLOCK)):
                read += len(block)
                lines = (rest + block).split(b"\n")
                rest = lines.pop()
                if len(rest) > _BLOCK:
                    rest = rest[-_BLOCK:]
                for line in lines:
                    yield decode(line)
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=candidate.rel) from None
    if rest:
        yield decode(rest)


def _end_of(candidate: Candidate) -> str:
    """The last characters of the file."""
    try:
        with open(candidate.path, "rb") as file:  # noqa: PTH123
            file.seek(max(0, candidate.size - _END))
            return decode(file.read(_END))
    except OSError:
        return ""
