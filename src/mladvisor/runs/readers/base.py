"""What a reader is: the protocol, the file it is shown, and what it gives back.

A reader is one object with an `id`, a `sniff` and a `read`. The content decides which reader gets a file, never the
name: each reader says how surely the first kilobytes are its format, and the highest says wins.

How sure is sure (so that readers written apart agree):

    0.0    not mine
    0.05   plain text in which I can see a number after a loss-like word, nothing else claims it
    0.3    a table / JSON lines / JSON history of a general kind, with at least one column that looks logged
    0.6    a known tool's layout by its columns or keys
    0.9    a signature that nothing else carries (magic bytes, a set of keys that only this tool writes)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import msgspec
import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Role, Split, XUnit
from mladvisor.runs.readers.decoding import MAX_LINE, UTF16, check_lines, decode, in_units, parse_json, split_lines
from mladvisor.runs.readers.fixed_width import unglued
from mladvisor.runs.roles import Columns, default_columns

T = TypeVar("T")

HEAD_BYTES = 16_384
MAX_BYTES = 256 * 1024 * 1024
MAX_JSON_BYTES = 64 * 1024 * 1024
MAX_YAML_BYTES = 2_000_000  # its parser is slow, and reports are short
MAX_ROW = 4_000_000  # characters of a line that no regular expression sees: Ray puts lists of thousands into a cell
_BINARY_SHARE = 0.1  # of control bytes among the first kilobytes, above which a file is no text

_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\b\x1b")


class RawCurve(msgspec.Struct):
    """One column as it stands in a file, before it is known what it means.

    Attributes:
        name: the column, key or tag as the log spells it, stripped; its role is told from it (`runs.roles`).
        y: shape (n,), float64. NaN and infinities only where the log wrote them; a blank cell is left out.
        x: shape (n,), float64, in the order of the file (it may fall back: the framework splits there); None when the
            log has no epoch or step, then the position in the file counts.
        x_unit: what `x` counts ("row" when x is None).
        rows: shape (n,), int64: line or record number from 1, None if unknown.
        epochs: shape (n,), float64: the epoch of each point (NaN where not logged) when x is a step; else None.
        blanks: blank cells between the first and the last point.
        split: what the place says (a `set` column, `"mode": "val"`, the folder `validation/`); a split in the name
            outranks it. None: only the name can tell.
        role: the reader knows exactly what this is (rare: a total that it summed itself); outranks everything.
        column: how to point at it, if not by `name`.
        steps: shape (n,), float64: the step of each point, where the log has it and `x` counts epochs; else None.
    """

    name: str
    y: np.ndarray
    x: np.ndarray | None = None
    x_unit: XUnit = "row"
    rows: np.ndarray | None = None
    epochs: np.ndarray | None = None
    blanks: int = 0
    split: Split | None = None
    role: Role | None = None
    column: str = ""
    steps: np.ndarray | None = None


class Reading(msgspec.Struct):
    """What a reader made of one file.

    Attributes:
        curves: in the order of the log.
        config: hyper-parameters found in the log itself, nested or flat.
        notes: what a person should know of the reading.
        warnings: what may make a diagnosis wrong.
        assumed: what was inferred.
        torn: the last line or record is cut off: it may still be written.
        format: a finer id than the reader's own ("keras-csv" of the table reader); "" for the reader's.
        name: what the log calls its run, if it does.
        anew: (row, settings) of each time that the log tells the settings of `config` again, as a program does that
            is started again and writes to the same file.
    """

    curves: list[RawCurve] = []
    config: dict[str, Any] = {}
    notes: list[str] = []
    warnings: list[str] = []
    assumed: list[str] = []
    torn: bool = False
    format: str = ""
    name: str = ""
    anew: list[tuple[int, dict[str, Any]]] = []


class Candidate:
    """A file that may be a log: where it is, how large, and (when asked) its first kilobytes.

    Attributes:
        path: to open it.
        rel: relative to the run folder, forward slashes, as shown to people.
        size: bytes.
        mtime: seconds since the epoch.
        columns: the column map that this run is read with.
    """

    __slots__ = ("_columns", "_head", "_lines", "_made", "_text", "mtime", "path", "rel", "size")

    def __init__(self, path: str, rel: str, size: int = -1, mtime: float = 0.0, columns: Columns | None = None) -> None:
        if size < 0:
            stat = os.stat(path)  # noqa: PTH116 - on the hot path of batch
            size, mtime = stat.st_size, stat.st_mtime
        self.path, self.rel, self.size, self.mtime = path, rel, size, mtime
        self._columns = columns
        self._head: bytes | None = None
        self._text: str | None = None
        self._lines: list[str] | None = None
        self._made: dict[Callable[[Any], Any], Any] = {}

    @property
    def columns(self) -> Columns:
        """What column names mean."""
        return self._columns or default_columns()

    @columns.setter
    def columns(self, columns: Columns) -> None:
        self._columns = columns

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.rel.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The folder below the run folder ("" for the run folder itself)."""
        return self.rel.rpartition("/")[0]

    @property
    def head(self) -> bytes:
        """The first `HEAD_BYTES` bytes."""
        if self._head is None:
            self._head = self.read_start(HEAD_BYTES)
        return self._head

    @property
    def whole(self) -> bool:
        """The head is the whole file."""
        return self.size <= len(self.head)

    @property
    def binary(self) -> bool:
        """The head holds bytes that no text holds."""
        head = self.head
        if head[:2] in UTF16:
            return False
        if b"\0" in head:
            return True
        return len(head) - len(head.translate(None, _CONTROL)) > _BINARY_SHARE * len(head)

    @property
    def wide(self) -> bool:
        """Text in UTF-16, whose bytes cannot be cut at line ends."""
        return self.head[:2] in UTF16

    @property
    def text(self) -> str:
        """The head, decoded; "" for a binary file."""
        if self._text is None:
            self._text = "" if self.binary else decode(self.head)
        return self._text

    @property
    def lines(self) -> list[str]:
        """The complete lines of the head, without line ends; of a file shorter than the head, all lines."""
        if self._lines is None:
            lines = unglued(split_lines(self.text))
            if not self.whole and len(lines) > 1:
                lines.pop()
            self._lines = lines
        return self._lines

    def read_start(self, count: int) -> bytes:
        """At most `count` bytes from the start. Raises ReadError."""
        return self.read_from(0, count)

    def read_bytes(self, limit: int = MAX_BYTES) -> bytes:
        """The whole file. Raises ReadError when it is larger than `limit`."""
        if self.size > limit:
            raise ReadError(f"is {in_units(self.size)} large; no log over {in_units(limit)} is read", file=self.rel)
        small = self.size < HEAD_BYTES and len(self.head) < HEAD_BYTES  # many ask for a small file, which is read once
        data = self.head if small else self.read_start(limit + 1)
        if len(data) > limit:
            raise ReadError(f"has grown over {in_units(limit)} while it was read", file=self.rel)
        return data

    def read_text(self, limit: int = MAX_BYTES, longest: int = MAX_LINE) -> str:
        """The whole file, decoded. Raises ReadError when it is too large, binary or has a line over `longest`."""
        if self.size > limit:
            self.read_bytes(limit)
        if self.binary:
            raise ReadError("holds binary data, where text was expected", file=self.rel)
        data = self.read_bytes(limit)
        text = self.text if data is self.head else decode(data)
        check_lines(text, self.rel, longest)
        return text

    def read_from(self, start: int, count: int) -> bytes:
        """At most `count` bytes from the byte `start`. Raises ReadError."""
        try:
            with open(self.path, "rb") as file:  # noqa: PTH123
                file.seek(max(0, start))
                return file.read(count)
        except OSError as error:
            raise ReadError(f"cannot be opened ({error.strerror})", file=self.rel) from None

    def read_json(self) -> Any:
        """The whole file as one JSON value; bare NaN and Infinity (as Python writes) are read. Raises ReadError.

        Of a file that is called YAML the first document, as the value that JSON would hold.
        Everybody gets the same value: it is looked at, not changed.
        """
        return self.once(_json)

    def once(self, parse: Callable[[Candidate], T]) -> T:
        """What `parse` makes of the file: made when first asked for, and shared by all who look at it."""
        if parse not in self._made:
            self._made[parse] = parse(self)
        return self._made[parse]  # type: ignore[no-any-return]


def _json(file: Candidate) -> Any:
    if file.name.lower().endswith((".yaml", ".yml")):
        from mladvisor import yaml_io

        try:
            return yaml_io.load_lenient(decode(file.read_bytes(MAX_YAML_BYTES)))
        except yaml_io.YamlError as error:
            raise ReadError(f"cannot be read as YAML (line {error.line}: {error.message})", file=file.rel) from None
    return parse_json(decode(file.read_bytes(MAX_JSON_BYTES)), file.rel)


class Reader(Protocol):
    """One log format.

    Attributes:
        id: the format's name as shown to people ("lightning-csv").
        joins: several files of this format in one folder are pieces of one log (restarts in TensorBoard, one file an
            epoch in AllenNLP): their curves of the same name and split are joined, in the natural order of the names.
    """

    id: str
    joins: bool

    def sniff(self, candidate: Candidate) -> float:
        """How surely the file is of this format, 0 to 1, from its size and head alone. Raises nothing but ReadError."""
        ...

    def read(self, candidate: Candidate) -> Reading:
        """The curves of the file. Raises ReadError with one clear sentence."""
        ...
