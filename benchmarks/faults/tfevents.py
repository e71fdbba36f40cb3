"""A TensorBoard event file, written byte by byte: records with masked CRC-32C around hand-made protocol buffers."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from pathlib import Path

_TABLE: list[int] = []


def _crc(data: bytes) -> int:
    if not _TABLE:
        for byte in range(256):
            value = byte
            for _ in range(8):
                value = (value >> 1) ^ (0x82F63B78 if value & 1 else 0)
            _TABLE.append(value)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _float(value: float) -> bytes:
    """Four bytes, as a tensor has them: what is too large for them is infinite."""
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return struct.pack("<f", math.copysign(math.inf, value))


def _record(content: bytes) -> bytes:
    length = struct.pack("<Q", len(content))
    return length + struct.pack("<I", _crc(length)) + content + struct.pack("<I", _crc(content))


def write_events(path: Path, points: Iterable[tuple[str, int, float]], *, start: float, tensors: bool = False) -> None:
    """Scalars as (tag, step, value); `tensors` writes them as TensorFlow 2 does, `start` is the clock of the first."""
    clock = struct.pack("<d", start)
    parts = [_record(b"\x09" + clock + _bytes(3, b"brain.Event:2"))]
    for index, (tag, step, value) in enumerate(points):
        name = _bytes(1, tag.encode())
        if tensors:
            plugin = _bytes(9, _bytes(1, _bytes(1, b"scalars")))
            content = name + _bytes(8, b"\x08\x01\x12\x00" + _bytes(4, _float(value))) + plugin
        else:
            content = name + b"\x15" + _float(value)
        clock = struct.pack("<d", start + 0.25 * (index + 1))
        parts.append(_record(b"\x09" + clock + b"\x10" + _varint(step) + _bytes(5, _bytes(1, content))))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(parts))
