"""The wire format of Protocol Buffers, as far as logs need it: variable-length integers and a walk over fields.

Offsets into one buffer are handed round instead of slices, so that a picture of ten megabytes is passed over without
being copied. Source: protobuf.dev/programming-guides/encoding.
"""

from __future__ import annotations

from collections.abc import Iterator


class DamagedError(Exception):
    """A message whose lengths do not fit together. Caught by the reader; never shown to the user."""


def varint(buffer: bytes, at: int) -> tuple[int, int]:
    """A signed 64-bit variable-length integer at `at`, and where it ends. Raises DamagedError."""
    value = shift = 0
    try:
        while True:
            byte = buffer[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                value &= (1 << 64) - 1
                return (value - (1 << 64) if value >> 63 else value), at
            shift += 7
            if shift > 63:
                raise DamagedError
    except IndexError:
        raise DamagedError from None


def fields(buffer: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The fields of the message in `buffer[at:end]`: number, and start and end of the data. Raises DamagedError."""
    while at < end:
        tag, at = varint(buffer, at)
        kind = tag & 7
        first = at
        if kind == 2:
            length, first = varint(buffer, at)
            if length < 0:
                raise DamagedError
            at = first + length
        elif kind == 0:
            _, at = varint(buffer, at)
        elif kind == 5:
            at += 4
        elif kind == 1:
            at += 8
        else:
            raise DamagedError
        if at > end:
            raise DamagedError
        yield tag >> 3, first, at
