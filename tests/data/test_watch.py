"""The data of several runs: what moved from run to run is told, and what did not is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.cli import main

from .folders import plain, write


def _run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(one) for one in arguments])
    return int(end.value.code or 0)


def test_what_moves_from_run_to_run_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that shifts, a label that moves and a new column are named in the run where they come in."""
    third = plain(600, seed=3)
    frames = {
        "a": plain(600, seed=1),
        "b": plain(600, seed=2),
        "c": third.assign(height=third["height"] + 9, extra=1),
        "d": plain(600, seed=4).assign(height=lambda f: f["height"] + 9, extra=1, label=1),
    }
    for name, frame in frames.items():
        (tmp_path / name).mkdir()
        write(tmp_path / name, train=frame, test=plain(200, seed=9))
    assert _run("monitor", tmp_path, "--format", "json") == 0
    a, b, c, d = json.loads(capsys.readouterr().out)
    assert (a["moved"], a["label"], b["moved"], b["added"]) == ([], None, [], [])
    assert [one["column"] for one in c["moved"]] == ["height"]
    assert c["added"] == ["extra"]
    assert d["moved"] == []
    assert d["label"]["size"] > 0.3 > 3 * c["label"]["size"]
    assert _run("monitor", tmp_path) == 0
    assert "height" in capsys.readouterr().out


def test_a_folder_without_tables_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what was looked for."""
    assert _run("monitor", tmp_path) == 2
    assert "train.csv" in capsys.readouterr().err


def test_the_splits_of_each_run_are_compared_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the run on in which the test table was collected elsewhere and holds copies, both are told of it."""
    copied = plain(300, seed=9).assign(height=lambda f: f["height"] + 9)
    copied.iloc[:30] = plain(600, seed=2).iloc[:30].to_numpy()
    for name, train, test in (("a", plain(600, seed=1), plain(300, seed=9)), ("b", plain(600, seed=2), copied)):
        (tmp_path / name).mkdir()
        write(tmp_path / name, train=train, test=test)
    assert _run("monitor", tmp_path, "--format", "json") == 0
    first, second = (one["splits"]["test"] for one in json.loads(capsys.readouterr().out))
    assert (first["moved"], first["copies"]) == ([], 0.0)
    assert [one["column"] for one in second["moved"]] == ["height"]
    assert second["copies"] == pytest.approx(0.1, abs=0.01)
    assert second["label"]["size"] < 0.15
    assert _run("monitor", tmp_path) == 0
    assert "copies of training rows" in capsys.readouterr().out
