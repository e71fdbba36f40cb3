"""What the hyper-parameter plugin of TensorBoard writes into the metadata of a summary value."""

from __future__ import annotations

import struct
from typing import Any

from mladvisor.runs.readers.protobuf import fields


def plugin_of(buffer: bytes, place: tuple[int, int]) -> tuple[bytes, bytes] | None:
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


def hparams(content: bytes) -> dict[str, Any]:
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
