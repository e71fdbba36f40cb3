"""TensorBoard reading against tbparse: points per CPU second on a file of 200,000 scalars.

    python benchmarks/event_files.py [SCALARS]

(Not called tensorboard.py: that name would hide the package from tbparse.)

Writes the file itself, reads it with mladvisor and (where installed) with tbparse in this process, best of three by
CPU time, imports not counted, and prints the ratio.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.event_file import masked_crc
from mladvisor.runs.readers.tensorboard import TENSORBOARD

TAGS = ("train/loss", "train/accuracy", "val/loss", "val/accuracy", "learning_rate")


def varint(value: int) -> bytes:
    """A protobuf variable-length integer."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def frame(data: bytes) -> bytes:
    """A TFRecord; the checksums are real, since tbparse verifies them."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked_crc(length)) + data + struct.pack("<I", masked_crc(data))


def write(path: Path, scalars: int) -> None:
    """An event file as torch's SummaryWriter leaves it."""
    with path.open("wb") as file:
        file.write(frame(b"\t" + struct.pack("<d", 1.7e9) + b"\x1a\x0dbrain.Event:2"))
        for index in range(scalars):
            tag = TAGS[index % len(TAGS)].encode()
            value = b"\x0a" + varint(len(tag)) + tag + b"\x15" + struct.pack("<f", 1 / (1 + index))
            summary = b"\x0a" + varint(len(value)) + value
            step = b"\x10" + varint(index // len(TAGS))
            file.write(
                frame(b"\t" + struct.pack("<d", 1.7e9 + index) + step + b"\x2a" + varint(len(summary)) + summary)
            )


def best(action: Callable[[], int], times: int = 3) -> tuple[float, int]:
    """The least CPU seconds of `times` runs, and what the action returned."""
    least, result = float("inf"), 0
    for _ in range(times):
        start = time.process_time()
        result = action()
        least = min(least, time.process_time() - start)
    return least, result


def main() -> None:
    """Write, read both ways, print."""
    scalars = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.out.tfevents.1700000000.host.1.0")
        write(path, scalars)
        print(f"{scalars:,} scalars, {path.stat().st_size / 1e6:.1f} MB")

        def ours() -> int:
            return sum(len(curve.y) for curve in TENSORBOARD.read(Candidate(str(path), path.name)).curves)

        seconds, points = best(ours)
        print(f"mladvisor  {seconds:7.3f} CPU s  {points / seconds:12,.0f} points/s")
        try:
            from tbparse import SummaryReader
        except ImportError:
            print("tbparse is not installed: nothing to compare with")
            return
        theirs, points_theirs = best(lambda: len(SummaryReader(str(path)).scalars))
        print(f"tbparse    {theirs:7.3f} CPU s  {points_theirs / theirs:12,.0f} points/s")
        print(f"ratio      {theirs / seconds:7.1f}x  (points agree: {points == points_theirs})")


if __name__ == "__main__":
    main()
