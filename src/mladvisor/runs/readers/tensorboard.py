"""TensorBoard event files, read without tensorboard.

An event file is a row of TFRecord frames (length, checksum of the length, data, checksum of the data), each frame one
`Event` message. Of its dozens of fields five matter here: step, summary, and of each summary value tag, number and
plugin. The checksum over the data is not computed: in pure Python it is nine tenths of the reading time
(tensorflow/tensorboard#4354); the lengths are checked instead, and the length's own checksum where one looks wrong.

Two writers, two shapes: torch, tensorboardX, TF1 and most others write `simple_value`; TF2 writes a scalar `tensor`.
Either way the bytes around the number are the same for every point of a tag, so they are parsed once and then found
by dictionary: `_Scalars.known`.
"""

from __future__ import annotations

import re
import struct
from array import array
from typing import IO, Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.model import Split
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading, parse_json
from mladvisor.runs.readers.protobuf import DamagedError, fields, varint

MAX_RECORD = 1 << 31
MAX_POINTS = 5_000_000
MAX_TAGS = 20_000
_CHUNK = 1 << 22
_SKIP = 1 << 18  # a longer record is an image, an audio clip, a graph or a histogram: it is not even loaded
_MAX_TEXT = 1 << 17

_FRAME = struct.Struct("<QI")
_VERSION = b"brain.Event:"
_FLOAT_TYPES: dict[int, str] = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 14: "bf16", 19: "<f2"}
_TENSOR_FIELDS: dict[int, str] = {5: "<f4", 6: "<f8"}
_SPLITS: dict[str, Split] = {
    **dict.fromkeys(("train", "training", "trn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "eval", "evaluation", "dev"), "val"),
    **dict.fromkeys(("test", "testing"), "test"),
}


class _Series:
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


class _Scalars:
    """What has been gathered from the summaries of one file.

    Attributes:
        series: (tag, dtype) -> its points, in the order of first appearance.
        known: the bytes of an event between its step and its number -> the series that they belong to.
        known_values: the bytes of one summary value before its number -> its series (TF1 puts many in one event).
        holes: length of an event's data after the step -> where in it a TF2 tensor keeps its number.
        config: hyper-parameters of the hparams plugin, and text summaries that hold a JSON object.
    """

    def __init__(self) -> None:
        self.series: dict[tuple[str, str], _Series] = {}
        self.known: dict[bytes, _Series] = {}
        self.known_values: dict[bytes, _Series] = {}
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

    def find(self, tag: bytes, dtype: str) -> _Series:
        key = (tag.decode("utf-8", "replace"), dtype)
        series = self.series.get(key)
        if series is None:
            series = _Series(dtype)
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

    def value(self, buffer: bytes, start: int, end: int, step: int) -> tuple[_Series, int] | None:
        """One summary value. Returns its series and where the four bytes of its number stand, if it is so simple."""
        tag = b""
        number_at = -1
        tensor = plugin = None
        for number, first, last in fields(buffer, start, end):
            if number == 1:
                tag = buffer[first:last]
            elif number == 2 and last - first == 4:
                number_at = first
            elif number == 8:
                tensor = (first, last)
            elif number == 9:
                plugin = (first, last)
        if number_at >= 0:
            return self.add(tag, "<f4", step, buffer, number_at)
        if tensor is not None:
            content = _plugin(buffer, plugin) if plugin else None
            if content and content[0] == b"text":
                self.text(tag, buffer, tensor)
            elif (data := _tensor_number(buffer, *tensor)) is not None:
                return self.add(tag, data[0], step, buffer, data[1])
            elif content and content[0] == b"hparams":
                self.config.update(_hparams(content[1]))
            else:
                self.others += 1
        elif plugin is not None and (content := _plugin(buffer, plugin)) and content[0] == b"hparams":
            self.config.update(_hparams(content[1]))
        else:
            self.others += 1
        return None

    def add(self, tag: bytes, dtype: str, step: int, buffer: bytes, at: int) -> tuple[_Series, int] | None:
        series = self.find(tag, dtype)
        size = 2 if dtype == "bf16" else int(dtype[2])
        series.steps.append(step)
        series.raw += buffer[at : at + size]
        return (series, at) if size == 4 else None

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


class TensorBoard:
    """Reader of `events.out.tfevents.*`; several in one folder are restarts of one run."""

    id = "tensorboard"
    joins = True

    def sniff(self, candidate: Candidate) -> float:
        """The checksum of the first length is right: one chance in four billion for anything else."""
        head = candidate.head
        if len(head) < 12:
            return 0.0
        length, check = _FRAME.unpack_from(head)
        if length == 0 or length > MAX_RECORD or check != masked_crc(head[:8]):
            return 0.0
        first = head[12 : 12 + length]
        return 0.95 if _VERSION in first or first[:1] == b"\t" else 0.0

    def read(self, candidate: Candidate) -> Reading:
        """All scalars. Raises ReadError when the file cannot be opened or does not start with an event."""
        scalars = _Scalars()
        reading = Reading()
        try:
            with open(candidate.path, "rb") as file:  # noqa: PTH123 - a Candidate's path is a string
                torn, place = _scan(file, scalars)
                numbered = scalars.without_steps()
                if numbered:
                    file.seek(0)
                    scalars = _Scalars()
                    torn, place = _scan(file, scalars, numbered=True)
                    reading.notes.append(
                        f"{candidate.rel}: every value is at one step (no global_step): the order in the file is x"
                    )
        except OSError as error:
            raise ReadError(f"cannot be opened ({error.strerror})", file=candidate.rel) from None
        if torn == "corrupt":
            if place == 1:
                raise ReadError("does not start with a TensorBoard event", file=candidate.rel)
            reading.warnings.append(
                f"{candidate.rel} is damaged after record {place - 1:,}; what stands before is used"
            )
        elif torn == "full":
            reading.warnings.append(f"{candidate.rel}: only the first {MAX_POINTS:,} points are read")
        reading.torn = torn == "truncated"
        if scalars.damaged:
            reading.notes.append(f"{candidate.rel}: {scalars.damaged} unreadable record(s) were left out")
        reading.config = scalars.config
        reading.curves = _curves(scalars, _split_of(candidate.folder))
        if numbered:
            _count_records(reading.curves)
        if len(reading.curves) == 1 and candidate.folder and tag_of_folder(candidate.folder, candidate.head):
            only = reading.curves[0]
            only.column, key = only.name, candidate.folder.rpartition("/")[2][len(only.name) + 1 :]
            only.name = f"{only.name}/{key}"
        return reading


TENSORBOARD = TensorBoard()


def _curves(scalars: _Scalars, split: Split | None) -> list[RawCurve]:
    """A curve for each tag; steps with an `epoch` tag beside them learn their epochs from it."""
    epochs: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    curves: list[RawCurve] = []
    for (tag, _), series in scalars.series.items():
        x = np.frombuffer(series.steps, np.int64).astype(np.float64)
        name = tag.strip()
        prefix, _, last = name.rpartition("/")
        unit = "epoch" if last.startswith("epoch_") else "step"
        curves.append(RawCurve(name=name, y=series.values(), x=x, x_unit=unit, split=split))  # type: ignore[arg-type]
        if last == "epoch" and len(x) > 1 and np.all(x[1:] >= x[:-1]):
            epochs[prefix] = (x, curves[-1].y)
    if epochs:
        for curve in curves:
            if curve.x_unit == "step" and curve.x is not None:
                prefix = curve.name.rpartition("/")[0]
                steps, numbers = epochs.get(prefix) or next(iter(epochs.values()))
                curve.epochs = numbers[np.maximum(np.searchsorted(steps, curve.x, side="right") - 1, 0)]
    return curves


def tag_of_folder(folder: str, head: bytes) -> str | None:
    """The tag in the events of a folder that `SummaryWriter.add_scalars` named after it; None for other folders.

    `add_scalars("loss/all", {"val": 0.5})` writes the tag "loss/all" into the folder `loss_all_val`.
    """
    name = folder.rpartition("/")[2]
    at = head.find(b"\n")
    while at >= 0 and at + 1 < len(head):
        size = head[at + 1]
        tag = head[at + 2 : at + 2 + size].decode("utf-8", "replace")
        if 0 < size < len(name) and name.startswith(tag.replace("/", "_") + "_"):
            return tag
        at = head.find(b"\n", at + 1)
    return None


def _split_of(folder: str) -> Split | None:
    """What the event file's own folder says: Keras writes `train/` and `validation/`, add_scalars `Loss_val/`."""
    words = re.split(r"[^a-z]+", folder.rpartition("/")[2].lower()) if folder else []
    return next((_SPLITS[word] for word in reversed(words) if word in _SPLITS), None)


def _count_records(curves: list[RawCurve]) -> None:
    """x counts the records of the file, from 1 at the first point."""
    first = min(float(curve.x[0]) for curve in curves if curve.x is not None)
    for curve in curves:
        if curve.x is not None:
            curve.x, curve.x_unit, curve.epochs = curve.x - first + 1, "row", None


def _scan(file: IO[bytes], scalars: _Scalars, *, numbered: bool = False) -> tuple[str, int]:  # noqa: PLR0915 - one loop
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


def _plugin(buffer: bytes, place: tuple[int, int]) -> tuple[bytes, bytes] | None:
    """Name and content of the plugin that a summary value's metadata names."""
    for number, first, last in fields(buffer, *place):
        if number == 1:
            name = content = b""
            for inner, begin, stop in fields(buffer, first, last):
                if inner == 1:
                    name = buffer[begin:stop]
                elif inner == 2:
                    content = buffer[begin:stop]
            return name, content
    return None


def _hparams(content: bytes) -> dict[str, Any]:
    """The hyper-parameters of an hparams session start (`HParamsPluginData.session_start_info.hparams`)."""
    found: dict[str, Any] = {}
    for number, first, last in fields(content, 0, len(content)):
        if number != 3:
            continue
        for inner, begin, stop in fields(content, first, last):
            if inner == 1:
                parts = {part: (a, b) for part, a, b in fields(content, begin, stop)}
                if 1 in parts and 2 in parts:
                    name = content[slice(*parts[1])].decode("utf-8", "replace")
                    found[name] = _struct_value(content, *parts[2])
    return found


def _struct_value(content: bytes, start: int, end: int) -> Any:
    """A `google.protobuf.Value`: number, text or truth; None for the rest."""
    for number, first, last in fields(content, start, end):
        if number == 2 and last - first == 8:
            return struct.unpack_from("<d", content, first)[0]
        if number == 3:
            return content[first:last].decode("utf-8", "replace")
        if number == 4:
            return content[first] != 0
    return None


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
