"""Weights & Biases' local files: the transaction log `run-<id>.wandb`, and the summary as a last resort.

The log is LevelDB's: blocks of 32 KiB, records cut into chunks at block ends, each chunk with checksum, length and
type; the file's first seven bytes are its own header. Records are protobuf; two kinds matter: `history` (one row of
`wandb.log`, each item a key and a JSON value) and `run`/`config` (hyper-parameters). Nothing else is kept: the same
file holds the console, the host's name and the user's e-mail.
Sources: github.com/wandb/wandb core/internal/leveldb and wandb/proto/wandb_internal.proto.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.readers.protobuf import DamagedError, fields, varint

_MAGIC = b":W&B"
_BLOCK = 32_768
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_HISTORY, _CONFIG, _RUN, _RUN_CONFIG = 2, 5, 17, 4
_MAX_RECORD = 1 << 26
_MAX_CURVES = 5_000
_MAX_JSON = 64
_STEPS = ("trainer/global_step", "global_step", "train/global_step")
_EPOCHS = ("epoch", "train/epoch", "trainer/epoch", "Epoch")
_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class WandbLog:
    """Reader of `run-<id>.wandb`."""

    id = "wandb"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """The file's magic bytes."""
        return 0.95 if candidate.head[:4] == _MAGIC else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """The curves of all history rows. Raises ReadError when the file is too large or is no W&B log."""
        data = candidate.read_bytes()
        if data[:4] != _MAGIC:
            raise ReadError("does not start as a W&B log does", file=candidate.rel)
        rows = _Rows()
        reading = Reading()
        damaged = 0
        records = _Records(data)
        for record in records:
            try:
                _record(record, rows, reading.config)
            except DamagedError:
                damaged += 1
        reading.torn = records.torn
        if damaged:
            reading.notes.append(f"{candidate.rel}: {damaged} unreadable record(s) were left out")
        reading.curves = rows.curves()
        return reading


class WandbSummary:
    """Reader of `wandb-summary.json`: the last value of each quantity, which is all that some folders keep."""

    id = "wandb-summary"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """A single JSON object with W&B's own keys."""
        head = candidate.head
        if not head.lstrip().startswith(b"{") or (b'"_wandb"' not in head and b'"_runtime"' not in head):
            return 0.0
        lines = candidate.lines[:2]
        if len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{"):
            return 0.0  # an exported history has the same keys, one object a row
        return 0.7

    def read(self, candidate: Candidate) -> Reading:
        """One point a quantity, at the last step. Raises ReadError when it is not a JSON object."""
        content = candidate.read_json()
        if not isinstance(content, dict):
            raise ReadError("holds no summary of a run", file=candidate.rel)
        step = content.get("_step")
        x = np.array([float(step)]) if isinstance(step, int | float) else None
        curves: list[RawCurve] = []
        for name, value in content.items():
            number = _number(value)
            if not name.startswith("_") and number is not None:
                curves.append(RawCurve(name=name, y=np.array([number]), x=x, x_unit="row" if x is None else "step"))
        return Reading(curves=curves)


WANDB_LOG = WandbLog()
WANDB_SUMMARY = WandbSummary()


class _Rows:
    """History rows by key: the row each value stands in, and the value."""

    def __init__(self) -> None:
        self.count = 0
        self.steps = array("d")
        self.values: dict[str, tuple[array[int], array[float]]] = {}

    def add(self, items: dict[str, float], step: float) -> None:
        self.steps.append(step if step >= 0 else float(self.count))
        for key, number in items.items():
            found = self.values.get(key)
            if found is None:
                if len(self.values) >= _MAX_CURVES:
                    continue
                found = self.values[key] = (array("q"), array("d"))
            found[0].append(self.count)
            found[1].append(number)
        self.count += 1

    def curves(self) -> list[RawCurve]:
        """A curve for each key; x is the trainer's own step where it logs one in nearly every row, else W&B's."""
        if not self.count:
            return []
        steps = np.frombuffer(self.steps, np.float64)
        for name in _STEPS:
            if name in self.values and len(self.values[name][0]) > 0.9 * self.count:
                steps = self._filled(name, steps)
                break
        epochs = next(
            (self._filled(name, np.full(self.count, np.nan)) for name in _EPOCHS if name in self.values), None
        )
        curves: list[RawCurve] = []
        for name, (rows, values) in self.values.items():
            at = np.frombuffer(rows, np.int64)
            if name in _STEPS or name in _EPOCHS:
                continue
            curves.append(
                RawCurve(
                    name=name,
                    y=np.frombuffer(values, np.float64).copy(),
                    x=steps[at],
                    x_unit="step",
                    epochs=None if epochs is None else epochs[at],
                )
            )
        return curves

    def _filled(self, name: str, base: np.ndarray) -> np.ndarray:
        """The values of a key by row, shape (rows,); rows without one keep `base`."""
        rows, values = self.values[name]
        filled = base.copy()
        filled[np.frombuffer(rows, np.int64)] = np.frombuffer(values, np.float64)
        return filled


class _Records:
    """The records of a LevelDB log; `torn` after the walk when the last one is cut off."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.torn = False

    def __iter__(self) -> Iterator[bytes]:
        data, at, parts = self.data, 7, b""
        while at + 7 <= len(data):
            left = _BLOCK - at % _BLOCK
            if left < 7:
                at += left
                continue
            _, length, kind = _HEADER.unpack_from(data, at)
            start = at + 7
            if not _FULL <= kind <= _LAST or length > left - 7:
                at += left  # padding or damage: go on with the next block
                parts = b""
                continue
            at = start + length
            if at > len(data):
                self.torn = True
                return
            piece = data[start:at]
            if kind == _FULL:
                parts = b""
                yield piece
            elif kind == _FIRST:
                parts = piece
            elif parts and len(parts) < _MAX_RECORD:
                parts += piece
                if kind == _LAST:
                    yield parts
                    parts = b""
        self.torn = bool(parts) or at < len(data)


def _record(data: bytes, rows: _Rows, config: dict[str, Any]) -> None:
    """Keep what one record holds. Raises DamagedError."""
    for number, first, last in fields(data, 0, len(data)):
        if number == _HISTORY:
            _history(data, first, last, rows)
        elif number == _CONFIG:
            _config(data, first, last, config)
        elif number == _RUN:
            for inner, begin, end in fields(data, first, last):
                if inner == _RUN_CONFIG:
                    _config(data, begin, end, config)


def _history(data: bytes, start: int, end: int, rows: _Rows) -> None:
    """One call of `wandb.log`."""
    items: dict[str, float] = {}
    step = -1.0
    for number, first, last in fields(data, start, end):
        if number == 1:
            key, text = _item(data, first, last)
            if len(text) <= _MAX_JSON:
                value = _json_number(text)
                if value is not None:
                    if key == "_step":
                        step = value
                    elif not key.startswith("_"):
                        items[key] = value
        elif number == 2:
            for inner, begin, _ in fields(data, first, last):
                if inner == 1 and step < 0:
                    step = float(varint(data, begin)[0])
    if items:
        rows.add(items, step)


def _config(data: bytes, start: int, end: int, config: dict[str, Any]) -> None:
    """Hyper-parameters set at the start or later."""
    for number, first, last in fields(data, start, end):
        if number == 1:
            key, text = _item(data, first, last)
            if not key.startswith("_") and len(text) < 10_000:
                try:
                    config[key] = parse_json(text, "")
                except ReadError:
                    continue


def _item(data: bytes, start: int, end: int) -> tuple[str, bytes]:
    """Key (nested keys joined with ".") and JSON text of one item."""
    key = ""
    nested: list[str] = []
    text = b""
    for number, first, last in fields(data, start, end):
        if number == 1:
            key = data[first:last].decode("utf-8", "replace")
        elif number == 2:
            nested.append(data[first:last].decode("utf-8", "replace"))
        elif number == 16:
            text = data[first:last]
    return (key or ".".join(nested)), text


def _json_number(text: bytes) -> float | None:
    """A JSON number, or a spelled-out NaN or infinity, bare or quoted."""
    try:
        return float(text)
    except ValueError:
        return _WORDS.get(text.decode("utf-8", "replace").strip('"'))


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return _WORDS.get(value) if isinstance(value, str) else None
