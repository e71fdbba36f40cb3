"""TensorBoard event files, read without tensorboard: from bytes to steps and numbers.

An event file is a row of TFRecord frames (length, checksum of the length, data, checksum of the data), each frame one
`Event` message. Of its dozens of fields six matter here: step, summary, and of each summary value tag, number, plugin
and histogram, of which the norm of a gradient is kept. The checksum over the data is not computed: in pure Python it is
nine tenths of the reading time (tensorflow/tensorboard#4354); the lengths are checked instead, and the length's own
checksum where one looks wrong.

Two writers, two shapes: torch, tensorboardX, TF1 and most others write `simple_value`; TF2 writes a scalar `tensor`.
Either way the bytes around the number are the same for every point of a tag, so they are parsed once and then found
by dictionary: `Scalars.known`.
"""

from __future__ import annotations

import re
import struct
from array import array
from typing import IO, Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.decoding import parse_json
from mladvisor.runs.readers.hparams import hparams, plugin_of
from mladvisor.runs.readers.protobuf import DamagedError, fields, varint

MAX_RECORD = 1 << 31
MAX_POINTS = 5_000_000
MAX_TAGS = 20_000
_CHUNK = 1 << 22
_SKIP = 1 << 18  # a longer record is an image, an audio clip or a graph: it is not even loaded
_MAX_TEXT = 1 << 17

GRADIENTS = b"gradients/"
"""Begins the name of the curve that is made of the histograms of one layer's gradient."""
_OF_GRADIENT = re.compile(rb"^grad(?:ient)?s?[/_.]|[/_.]grad(?:ient)?s?$", re.IGNORECASE)

_FRAME = struct.Struct("<QI")
_VERSION = b"brain.Event:"
_FLOAT_TYPES: dict[int, str] = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 14: "bf16", 19: "<f2"}
_TENSOR_FIELDS: dict[int, str] = {5: "<f4", 6: "<f8"}


class Series:
    """The points of one tag: steps, and the numbers as the bytes they were written in."""

    __slots__ = ("dtype", "raw", "steps")

    def __init__(self, dtype: str) -> None:
        self.steps = array("q")
        self.raw = bytearray()
        self.dtype = dtype

    def values(self) -> np.ndarray:
        """shape (n,), float64."""
        if self.dtype == "bf16":
            wide = np.frombuffer(bytes(self.raw), "<u2").astype("<u4") << 16
            return wide.view("<f4").astype(np.float64)
        return np.frombuffer(bytes(self.raw), self.dtype).astype(np.float64)


class Scalars:
    """What has been gathered from the summaries of one file.

    Attributes:
        series: (tag, dtype) -> its points, in the order of first appearance.
        known: the bytes of an event between its step and its number -> the series that they belong to.
        known_values: the bytes of one summary value before its number -> its series (TF1 puts many in one event).
        holes: length of an event's data after the step -> where in it a TF2 tensor keeps its number.
        config: hyper-parameters of the hparams plugin, and text summaries that hold a JSON object.
    """

    def __init__(self) -> None:
        self.series: dict[tuple[str, str], Series] = {}
        self.known: dict[bytes, Series] = {}
        self.known_values: dict[bytes, Series] = {}
        self.holes: dict[int, int] = {}
        self.config: dict[str, Any] = {}
        self.damaged = 0
        self.others = 0

    def without_steps(self) -> bool:
        """Each tag has all its points at one step, and some tag several: the writer was given none."""
        steps = [series.steps for series in self.series.values()]
        if not all(own[0] == own[-1] for own in steps) or max(map(len, steps), default=0) < 3:
            return False
        return all(len(set(own)) == 1 for own in steps)

    def find(self, tag: bytes, dtype: str) -> Series:
        key = (tag.decode("utf-8", "replace"), dtype)
        series = self.series.get(key)
        if series is None:
            series = Series(dtype)
            if len(self.series) < MAX_TAGS:
                self.series[key] = series
        return series

    def event(self, buffer: bytes, start: int, end: int, body: int, step: int, *, numbered: bool = False) -> None:
        """One event of a shape not met before. `body` is where its data goes on after the step."""
        summary = None
        for number, first, last in fields(buffer, start, end):
            if number == 2 and not numbered:
                step = varint(buffer, first)[0]
            elif number == 5:
                summary = (first, last)
        if summary is None:
            return
        values = [(first, last) for number, first, last in fields(buffer, *summary) if number == 1]
        for first, last in values:
            series = self.known_values.get(buffer[first : last - 4])
            if series is not None:
                series.steps.append(step)
                series.raw += buffer[last - 4 : last]
                continue
            found = self.value(buffer, first, last, step)
            if found is None or len(self.known) > MAX_TAGS:
                continue
            series, hole = found
            if hole + 4 == last:
                self.known_values[buffer[first:hole]] = series
            if len(values) == 1 and summary[1] == end and body <= hole:
                self.known[buffer[body:hole] + buffer[hole + 4 : end]] = series
                if hole + 4 != end:
                    self.holes[end - body] = hole - body

    def value(self, buffer: bytes, start: int, end: int, step: int) -> tuple[Series, int] | None:
        """One summary value. Returns its series and where the four bytes of its number stand, if it is so simple."""
        tag = b""
        number_at = -1
        tensor = plugin = None
        for number, first, last in fields(buffer, start, end):
            if number == 1:
                tag = buffer[first:last]
            elif number == 2 and last - first == 4:
                number_at = first
            elif number == 5:
                self.histogram(tag, step, buffer, first, last)
                return None
            elif number == 8:
                tensor = (first, last)
            elif number == 9:
                plugin = (first, last)
        if number_at >= 0:
            return self.add(tag, "<f4", step, buffer, number_at)
        if tensor is not None:
            content = plugin_of(buffer, plugin) if plugin else None
            if content and content[0] == b"text":
                self.text(tag, buffer, tensor)
            elif (data := _tensor_number(buffer, *tensor)) is not None:
                return self.add(tag, data[0], step, buffer, data[1])
            elif content and content[0] == b"hparams":
                self.config.update(hparams(content[1]))
            else:
                self.others += 1
        elif plugin is not None and (content := plugin_of(buffer, plugin)) and content[0] == b"hparams":
            self.config.update(hparams(content[1]))
        else:
            self.others += 1
        return None

    def add(self, tag: bytes, dtype: str, step: int, buffer: bytes, at: int) -> tuple[Series, int] | None:
        series = self.find(tag, dtype)
        size = 2 if dtype == "bf16" else int(dtype[2])
        series.steps.append(step)
        series.raw += buffer[at : at + size]
        return (series, at) if size == 4 else None

    def histogram(self, tag: bytes, step: int, buffer: bytes, start: int, end: int) -> None:
        """Keep the norm of a gradient, the root of the sum of squares of what was counted; of others nothing.

        A norm layer's weights start alike and an embedding's wide, and a tag seldom says which layer it is of.
        """
        said = tag.lower()
        if b"grad" not in said or b"loss" in said or b"bias" in said:
            self.others += 1
            return
        squares = 0.0  # what is zero is not written
        for number, first, last in fields(buffer, start, end):
            if number == 5 and last - first == 8:
                squares = max(0.0, struct.unpack_from("<d", buffer, first)[0])
        series = self.find(GRADIENTS + _OF_GRADIENT.sub(b"", tag) + b"/size", "<f8")
        series.steps.append(step)
        series.raw += struct.pack("<d", squares**0.5)

    def text(self, tag: bytes, buffer: bytes, tensor: tuple[int, int]) -> None:
        """A text summary; a JSON object in it (the Hugging Face trainer's arguments) is configuration."""
        for number, first, last in fields(buffer, *tensor):
            text = buffer[first : min(last, first + _MAX_TEXT)].strip()
            if number == 8 and text[:1] == b"{":
                try:
                    found = parse_json(text, "")
                except ReadError:
                    continue
                if isinstance(found, dict):
                    name = tag.decode("utf-8", "replace").removesuffix("/text_summary")
                    self.config.update(found if name == "args" else {name: found})


def begins(head: bytes) -> bool:
    """Whether these are the first bytes of an event file.

    The checksum of the first length is right: one chance in four billion for anything else.
    """
    if len(head) < 12:
        return False
    length, check = _FRAME.unpack_from(head)
    if length == 0 or length > MAX_RECORD or check != masked_crc(head[:8]):
        return False
    first = head[12 : 12 + length]
    return _VERSION in first or first[:1] == b"\t"


def scan(file: IO[bytes], scalars: Scalars, *, numbered: bool = False) -> tuple[str, int]:  # noqa: PLR0915 - one loop
    """Walk over the frames of a file. Returns how it ended ("", "truncated", "corrupt", "full") and at which record.

    Args:
        numbered: the number of the record stands in for the step.
    """
    buffer = file.read(_CHUNK)
    start, record = 0, 0
    known, holes = scalars.known, scalars.holes
    unpack = _FRAME.unpack_from
    while True:
        record += 1
        size = len(buffer)
        if size - start < 12:
            buffer = buffer[start:] + file.read(_CHUNK)
            start, size = 0, len(buffer)
            if size < 12:
                return ("truncated" if size else ""), record
        length, check = unpack(buffer, start)
        body = start + 12
        end = body + length
        if end + 4 > size:
            # the chunk ends, the file ends, or the length is nonsense
            if length > MAX_RECORD or check != masked_crc(buffer[start : body - 4]):
                return "corrupt", record
            if length > _SKIP:
                scalars.others += 1
                start = _skip(file, end + 4 - size)
                if start < 0:
                    return "truncated", record
                buffer, start = file.read(_CHUNK), 0
                continue
            buffer = buffer[start:] + file.read(_CHUNK)
            start, body, end, size = 0, 12, 12 + length, len(buffer)
            if end + 4 > size:
                return "truncated", record
        start = end + 4
        # the usual event: 9 = wall time, 0x10 = step (left out when 0)
        step, at = 0, end
        try:
            if length > 12 and buffer[body] == 9:
                at = body + 9
                if buffer[at] == 0x10:
                    step = buffer[at + 1]
                    at += 2
                    if step > 127:
                        step, at = varint(buffer, at - 1)
                if numbered:
                    step = record
                series = known.get(buffer[at : end - 4])
                if series is not None:
                    series.steps.append(step)
                    series.raw += buffer[end - 4 : end]
                    continue
                hole = holes.get(end - at)
                if hole is not None:
                    hole += at
                    series = known.get(buffer[at:hole] + buffer[hole + 4 : end])
                    if series is not None:
                        series.steps.append(step)
                        series.raw += buffer[hole : hole + 4]
                        continue
            scalars.event(buffer, body, end, at, step, numbered=numbered)
        except DamagedError:
            if check != masked_crc(buffer[body - 12 : body - 4]):
                return "corrupt", record
            scalars.damaged += 1
        if record > MAX_POINTS:
            return "full", record


def _skip(file: IO[bytes], count: int) -> int:
    """Go forward without reading. -1 when the file ends before."""
    file.seek(count - 1, 1)
    return 0 if len(file.read(1)) == 1 else -1


def _tensor_number(buffer: bytes, start: int, end: int) -> tuple[str, int] | None:
    """Type and place of the number in a tensor with one float, integer or half; None for any other tensor."""
    kind = 0
    found = None
    for number, first, last in fields(buffer, start, end):
        if number == 1:
            kind = varint(buffer, first)[0]
        elif number == 4:
            dtype = _FLOAT_TYPES.get(kind)
            if dtype is None or last - first != (2 if dtype == "bf16" else int(dtype[2])):
                return None
            found = (dtype, first)
        elif number in _TENSOR_FIELDS:
            dtype = _TENSOR_FIELDS[number]
            if last - first != int(dtype[2]):
                return None
            found = (dtype, first)
    return found


_crc_table: list[int] = []


def masked_crc(data: bytes) -> int:
    """The masked CRC-32C of a TFRecord frame."""
    if not _crc_table:
        for byte in range(256):
            value = byte
            for _ in range(8):
                value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
            _crc_table.append(value)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _crc_table[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
