"""W&B's transaction log: blocks, records, history, and what is left of a damaged file."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.base import Candidate, Reading
from mladvisor.runs.readers.wandb import WANDB_LOG, WANDB_SUMMARY

from .conftest import Folder

MAGIC = b":W&B\xe1\xbe\x00"


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def item(key: str | tuple[str, ...], value: Any) -> bytes:
    """A key (or nested keys) with its JSON value."""
    names = field(1, key.encode()) if isinstance(key, str) else b"".join(field(2, part.encode()) for part in key)
    return field(1, names + field(16, json.dumps(value).encode()))


def history(row: dict[Any, Any]) -> bytes:
    return field(2, b"".join(item(key, value) for key, value in row.items()))


def log(records: list[bytes]) -> bytes:
    """The file: records cut into chunks at the ends of 32 KiB blocks."""
    out = bytearray(MAGIC)
    for record in records:
        first, rest = True, record
        while True:
            left = 32_768 - len(out) % 32_768
            if left < 7:
                out += b"\0" * left
                continue
            piece, rest = rest[: left - 7], rest[left - 7 :]
            kind = (1 if first else 4) if not rest else (2 if first else 3)
            out += struct.pack("<IHB", 0, len(piece), kind) + piece
            first = False
            if not rest:
                break
    return bytes(out)


def read(data: bytes, folder: Path) -> Reading:
    path = folder / "run-x.wandb"
    path.write_bytes(data)
    return WANDB_LOG.read(Candidate(str(path), path.name))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(allow_nan=False), st.integers(0, 30_000)), min_size=1, max_size=20))
def test_history_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int]]) -> None:
    """Values and steps are read exactly, whatever lies between the rows and wherever a block ends."""
    records = []
    for step, (value, padding) in enumerate(rows):
        records += [history({"loss": value, "_step": step * 10}), field(13, b"x" * padding)]
    (curve,) = read(log(records), tmp_path_factory.mktemp("run")).curves
    assert curve.y.tolist() == [value for value, _ in rows]
    assert curve.x is not None
    assert curve.x.tolist() == [step * 10 for step in range(len(rows))]


def test_configuration_epochs_and_nested_keys(tmp_path: Path) -> None:
    """Config is kept (W&B's own block is not), the logged epoch is the points' epoch, nested keys are joined."""
    config = field(17, field(4, item("lr", 0.1) + item("_wandb", {"e": "somebody"})))
    rows = [history({("train", "loss"): 0.5, "epoch": e, "note": "text", "_step": e}) for e in (0, 1, 2)]
    reading = read(log([config, *rows]), tmp_path)
    assert reading.config == {"lr": 0.1}
    (curve,) = reading.curves
    assert curve.name == "train.loss"
    assert curve.epochs is not None
    assert curve.epochs.tolist() == [0, 1, 2]


def test_the_trainers_step_outranks_wandbs(tmp_path: Path) -> None:
    """`trainer/global_step` in every row is x; `_step` only counts calls of log."""
    rows = [history({"loss": 0.5, "trainer/global_step": 50 * k, "_step": k}) for k in (1, 2, 3)]
    (curve,) = read(log(rows), tmp_path).curves
    assert curve.x is not None
    assert curve.x.tolist() == [50, 100, 150]


def test_spelled_out_nan(tmp_path: Path) -> None:
    """NaN bare or quoted, and infinities, are values; other text is not."""
    rows = [history({"loss": value, "_step": k}) for k, value in enumerate([float("nan"), "NaN", "Infinity", "word"])]
    (curve,) = read(log(rows), tmp_path).curves
    assert [str(value) for value in curve.y] == ["nan", "nan", "inf"]


def test_a_file_cut_anywhere_keeps_what_precedes(tmp_path: Path) -> None:
    """Each cut loses the cut record only."""
    records = [history({"loss": 1 / k, "_step": k}) for k in (1, 2, 3)]
    data = log(records)
    ends = [len(log(records[:k])) for k in range(4)]
    for cut in range(7, len(data) + 1):
        reading = read(data[:cut], tmp_path)
        assert sum(len(curve.y) for curve in reading.curves) == sum(end <= cut for end in ends) - 1
        assert reading.torn == (cut not in ends)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing_but_read_error(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    """Noise after the magic bytes, bare or as a whole record, gives a reading."""
    folder = tmp_path_factory.mktemp("noise")
    for data in (MAGIC + noise, log([noise]), log([field(2, noise)])):
        assert all(len(curve.y) for curve in read(data, folder).curves)
    with pytest.raises(ReadError):
        read(b"?" + noise, folder)


def test_the_summary_is_a_last_resort(tmp_path: Path) -> None:
    """`wandb-summary.json`: one point a quantity at the last step, W&B's own keys left out."""
    path = tmp_path / "wandb-summary.json"
    path.write_text('{"loss": 0.5, "acc": "NaN", "_step": 36, "_runtime": 10, "_wandb": {"runtime": 10}, "flag": true}')
    candidate = Candidate(str(path), path.name)
    assert WANDB_SUMMARY.sniff(candidate) > 0.5
    curves = WANDB_SUMMARY.read(candidate).curves
    assert [(curve.name, len(curve.y)) for curve in curves] == [("loss", 1), ("acc", 1)]
    assert curves[0].x is not None
    assert curves[0].x.tolist() == [36]
    path.write_text('{"epoch": 1, "loss": 0.5}')
    assert WANDB_SUMMARY.sniff(Candidate(str(path), path.name)) == 0


def test_exported_history_is_no_summary(folder: Folder) -> None:
    """Rows with W&B's own keys, one JSON object a line, are a history."""
    rows = "".join(f'{{"_step": {n}, "_runtime": {n}.5, "train/loss": {2 / (n + 1)}}}\n' for n in range(6))
    run = read_run(folder({"history.jsonl": rows}))
    loss = next(c for c in run.curves if c.name == "train/loss")
    assert (len(loss), loss.x_unit) == (6, "step")
