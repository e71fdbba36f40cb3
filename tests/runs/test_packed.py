"""Logs in files that are no text: the same curves as their text would give, and nothing in a pickle is run."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.log_names import packed_as
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.packed import Packed

TRAIN = [1.0 / epoch for epoch in range(1, 9)]
VAL = [0.5 + 0.1 / epoch for epoch in range(1, 9)]
HISTORY = {"loss": TRAIN, "val_loss": VAL}
CSV = "epoch,loss,val_loss\n" + "".join(
    f"{at},{one!r},{two!r}\n" for at, (one, two) in enumerate(zip(TRAIN, VAL, strict=True))
)


WRITERS: dict[str, Callable[[Path], Any]] = {
    "history.csv.gz": lambda path: path.write_bytes(gzip.compress(CSV.encode())),
    "metrics.csv.bz2": lambda path: path.write_bytes(bz2.compress(CSV.encode())),
    "log.csv.xz": lambda path: path.write_bytes(lzma.compress(CSV.encode())),
    "history.npz": lambda path: np.savez(path, loss=TRAIN, val_loss=VAL),
    "losses.npy": lambda path: np.save(path, np.rec.fromarrays(list(HISTORY.values()), names=list(HISTORY))),
    "history.yaml": lambda path: path.write_text(yaml.safe_dump(HISTORY)),
    "metrics.yml": lambda path: path.write_text(
        yaml.safe_dump([{"epoch": at, "loss": one, "val_loss": VAL[at]} for at, one in enumerate(TRAIN)])
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_curves_are_those_that_were_packed(name: str, tmp_path: Path) -> None:
    WRITERS[name](tmp_path / name)
    run = read_run(tmp_path)
    curves = {(curve.role.kind, curve.role.split): curve for curve in run.curves if curve.role.kind == "loss"}
    np.testing.assert_allclose(curves["loss", "train"].y, TRAIN, rtol=1e-6)
    np.testing.assert_allclose(curves["loss", "val"].y, VAL, rtol=1e-6)
    assert curves["loss", "train"].place.file == name
    assert list(find_runs(tmp_path)) == [tmp_path]


@pytest.mark.frameworks
@pytest.mark.parametrize(("suffix", "method"), [("parquet", "to_parquet"), ("feather", "to_feather")])
def test_tables_in_columns(suffix: str, method: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas as pd

    frame = pd.DataFrame({"epoch": range(8), **HISTORY})
    getattr(frame, method)(tmp_path / f"history.{suffix}")
    assert {curve.x_unit for curve in read_run(tmp_path).curves} == {"epoch"}


class _Runs:
    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, ("echo ran > ran.txt",))


@pytest.mark.parametrize("content", [{"loss": TRAIN, "model": _Runs()}, HISTORY])
@pytest.mark.parametrize("name", ["history.pkl", "history.pt", "history.npy"])
def test_no_pickle_is_opened(
    name: str, content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even one of plain numbers: what it holds is only known by opening it."""
    monkeypatch.chdir(tmp_path)
    if name.endswith("npy"):
        np.save(tmp_path / name, np.array(content, dtype=object), allow_pickle=True)
    else:
        (tmp_path / name).write_bytes(pickle.dumps(content))
    with pytest.raises(ReadError, match=r"is a pickle, and none is opened.*save the numbers as JSON or CSV"):
        read_run(tmp_path)
    assert not (tmp_path / "ran.txt").exists()


@given(st.binary(max_size=400), st.sampled_from(sorted(WRITERS)))
def test_broken_files_are_told(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    path = tmp_path_factory.mktemp("broken") / name
    path.write_bytes(data)
    try:
        Packed(str(path), name)
    except ReadError as error:
        assert error.file == name


def test_an_alias_bomb_ends(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 9)]
    (tmp_path / "history.yaml").write_text("\n".join(lines))
    with pytest.raises(ReadError, match="once aliases are followed"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("metrics.csv.gz", "gzip"),
        ("weights.npz", None),
        ("pr_curve.npz", None),
        ("learning_curves.npz", "arrays"),
        ("model.pt", None),
        ("x_train.npy", None),
        ("params.yaml", None),
        ("predictions.parquet", None),
        ("data.tar.gz", None),
        ("metrics.csv", None),
    ],
)
def test_names_say_which_files_are_packed_logs(name: str, how: str | None) -> None:
    assert packed_as(name) == how


def test_json_within(tmp_path: Path) -> None:
    (tmp_path / "history.json.gz").write_bytes(gzip.compress(json.dumps(HISTORY).encode()))
    assert len(read_run(tmp_path).curves) == 2


def test_long_lists_are_told_by_their_names_however_far_apart_these_stand(tmp_path: Path) -> None:
    """As JSON in one line only the first name would stand in what a reader looks at first."""
    epochs = list(range(3000))
    history = {"date": ["2026-11-26"] * 3000, "epoch": epochs, "loss": [1.0 / (1 + at) for at in epochs]}
    np.savez(tmp_path / "history.npz", **history)
    loss = next(curve for curve in read_run(tmp_path).curves if curve.role.kind == "loss")
    np.testing.assert_allclose(loss.y, history["loss"])
    assert loss.x_unit == "epoch"


def test_arrays_of_other_shapes_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "history.npz", loss=np.zeros((4, 3)))
    with pytest.raises(ReadError, match="holds no list of numbers that is called after a loss or metric"):
        read_run(tmp_path)


def test_a_log_that_is_cut_off_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv.gz").write_bytes(gzip.compress(CSV.encode() * 50)[:60])
    with pytest.raises(ReadError, match=r"cut off.*unpack what is there"):
        read_run(tmp_path)


def test_objects_in_an_archive_are_left_and_its_numbers_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "history.npz", loss=TRAIN, val_loss=VAL, config=np.array({"lr": 0.1}, dtype=object))
    assert len([curve for curve in read_run(tmp_path).curves if curve.role.kind == "loss"]) == 2
