"""Plain text that a training printed: `train.log`, `slurm-123.out`, `nohup.out`, W&B's `output.log`.

Every line shape of the corpus goes through one scanner (`lines`); nothing here knows a tool. Text from which no curve
can be made is not claimed: prose, requirements, source code and tables have no number that repeats after the same
loss-like name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading, decode, in_units
from mladvisor.runs.readers.lines import MAX_LINE, Scanner
from mladvisor.runs.roles import default_columns

MAX_BYTES = 32 * 1024 * 1024
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_END = 12_000  # characters at the end in which the last words of a training stand
_NOT_PROSE = frozenset(
    ("csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "toml", "ini", "md", "rst", "html", "xml", "py", "ipynb",
     "r", "js", "ts", "c", "h", "cpp", "sh", "tex", "bib", "svg", "css", "sql")
)  # fmt: skip
_SURE, _LIKELY, _FAINT = 0.25, 0.15, 0.05

_ASSIGNED = re.compile(r"^[\s|>*-]*(?:--)?[\"']?([A-Za-z_][\w.-]{0,60})[\"']?\s*[:=]\s*(\S.{0,200}?)[\s,|]*$")
_CALLED = re.compile(r"\b([A-Za-z_]\w{0,60})=('[^']{0,100}'|\"[^\"]{0,100}\"|[^\s,()\[\]{}]{1,100})")
# A dump of arguments, not a printed layer: a batch norm's momentum is not the optimizer's.
_DUMPED = re.compile(
    r"(?i)namespace\(|\b(?:args?|arguments|config|configuration|hparams|params|parameters|options)\b.{0,40}\("
)
_MAX_SETTINGS = 400
_ERROR = re.compile(r"^\s*(?:\S{0,40}\s)?((?:\w+\.){0,6}\w*(?:Error|Exception|Interrupt|OutOfMemory\w*)\b.{0,300})$")
_LAST_WORDS: tuple[tuple[str, str], ...] = (
    ("out of memory", "the log says that memory ran out"),
    ("due to time limit", "the log says that the job was cut off by its time limit"),
    ("oom-kill", "the log says that the job was killed for its memory"),
    ("segmentation fault", "the log ends in a segmentation fault"),
    ("keyboardinterrupt", "the training was interrupted by hand"),
    ("early stopp", "the log says that training stopped early"),
    ("loss is nan", "the log says that the loss is NaN"),
    ("nan loss", "the log says that the loss is NaN"),
    ("loss is inf", "the log says that the loss is infinite"),
)


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
        best = _certainty(candidate.text)
        if best < _SURE and candidate.size > len(candidate.head):
            best = max(best, _certainty(_middle(candidate)))
        return best

    def read(self, candidate: Candidate) -> Reading:
        """All curves. Raises ReadError when the file is binary or no number in it is one of a curve."""
        reading = Reading()
        scanner = Scanner(candidate.columns)
        settings: dict[str, Any] = {}
        for row, line in enumerate(_lines(candidate), 1):
            scanner.line(row, line)
            if not scanner.first_training_line and len(settings) < _MAX_SETTINGS:
                _settings(line, settings)
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


def scan(text: str) -> list[RawCurve]:
    """The curves in a piece of text."""
    scanner = Scanner(default_columns())
    for row, line in enumerate(text.split("\n"), 1):
        scanner.line(row, line)
    return _finish(scanner)


def _finish(scanner: Scanner) -> list[RawCurve]:
    """The curves of all lines; none when no loss or metric is among them."""
    scanner.finish()
    judged = frozenset(
        name for name, _ in scanner.tracks.names() if scanner.columns.meaning(name).kind in ("loss", "metric", "reward")
    )
    curves = scanner.tracks.curves(judged)
    return curves if any(curve.column in judged for curve in curves) else []


def last_words(end: str, file: str) -> list[str]:
    """What the end of a log says in words: an error, lack of memory, an interruption, early stopping."""
    notes: list[str] = []
    lower = end.lower()
    at = lower.rfind("traceback (most recent call last)")
    if at >= 0:
        errors = [found[1].strip() for line in end[at:].split("\n") if (found := _ERROR.match(line[:400]))]
        if errors:
            notes.append(f"{file} ends in an error: {errors[-1][:200]}")
    for words, note in _LAST_WORDS:
        if words in lower and note not in notes:
            notes.append(note)
    return notes


def _certainty(text: str) -> float:
    """How surely a sample is a training's output: by its longest curve of a loss or metric that has an x."""
    curves = scan(text)
    if not curves:
        return 0.0
    columns = default_columns()
    kinds = {columns.meaning(curve.column).kind for curve in curves}
    if not kinds & {"loss", "metric"}:
        return 0.0
    placed = max(
        (len(np.unique(curve.x)) for curve in curves if curve.x is not None),
        default=0,
    )
    if placed >= 3:
        return _SURE
    return _LIKELY if placed == 2 else _FAINT


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
    """Lines of the first MAX_BYTES, each cut at MAX_LINE characters (kept whole where it rewrites itself)."""
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


def _settings(line: str, settings: dict[str, Any]) -> None:
    """`lr = 0.0005`, `"batch_size": 8,`, `Namespace(lr=0.1, epochs=300)` printed before the training starts."""
    from mladvisor.yaml_io import scalar

    line = line[:MAX_LINE]
    found = _ASSIGNED.match(line) if "%|" not in line else None
    if found:
        name, text = found[1], found[2].strip("\"',")
        if text and text[0] not in "{[(<" and not any(c.isspace() for c in text):
            columns = default_columns()
            value = scalar(text)
            counted = columns.x_kind(name) is not None and name.lower() != "epochs"
            if not counted and not (isinstance(value, float) and columns.meaning(name).kind in ("loss", "metric")):
                settings[name] = value
    elif _DUMPED.search(line):
        for match in _CALLED.finditer(line):
            text = match[2].strip("\"'")
            if text:
                settings.setdefault(match[1], scalar(text))
