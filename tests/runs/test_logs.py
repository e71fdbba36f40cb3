"""Several trainings in one log, several logs of one training."""

from __future__ import annotations

import json
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.runs import align
from mladvisor.runs.model import Role
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate, RawCurve, Reading, register
from mladvisor.runs.readers import _added as added

from .conftest import Folder


def table(*runs: range, scale: float = 1.0) -> str:
    """An appended log: header, then the epochs of each run."""
    rows = [f"{e},{scale * (n + 1) / (e + 1)!r},{scale * 2 / (e + 1)!r}" for n, run in enumerate(runs) for e in run]
    return "\n".join(["epoch,loss,val_loss", *rows]) + "\n"


def test_last_training_is_used(folder: Folder) -> None:
    """Epochs that fall back to the start are a new training: the last is used, and that is said."""
    run = read_run(folder({"log.csv": table(range(10), range(8))}))
    train = primary(run, "loss", "train")
    assert train is not None
    assert list(train.x) == list(range(8))
    assert train.y[0] == 2.0
    assert train.rows is not None
    assert train.rows[0] == 12
    assert any("2 trainings" in note and "row 12" in note for note in run.notes)


def test_an_attempt_broken_off_hides_nothing(folder: Folder) -> None:
    """A last training of a few points does not replace a whole one before it."""
    train = primary(read_run(folder({"log.csv": table(range(10), range(3))})), "loss", "train")
    assert train is not None
    assert len(train) == 10
    assert train.y[0] == 1.0


def test_a_training_logged_less_often_is_no_shorter(folder: Folder) -> None:
    """What went as far is as long, with a tenth of the points; a few points never are."""
    train = primary(read_run(folder({"log.csv": table(range(1, 300), range(20, 300, 20))})), "loss", "train")
    assert train is not None
    assert list(train.x) == list(range(20, 300, 20))
    train = primary(read_run(folder({"log.csv": table(range(1, 300), range(20, 300, 60))})), "loss", "train")
    assert train is not None
    assert len(train) == 299


def test_resume_replaces_what_is_logged_again(folder: Folder) -> None:
    """Epochs that fall back to the middle are a resume: later values replace earlier ones."""
    run = read_run(folder({"log.csv": table(range(10), range(7, 12))}))
    train = primary(run, "loss", "train")
    assert train is not None
    assert list(train.x) == list(range(12))
    assert train.y[8] == 2 / 9
    assert any("resumed" in note for note in run.notes)


def test_header_again(folder: Folder) -> None:
    """fastai repeats the header at each fit."""
    run = read_run(folder({"history.csv": table(range(6)) + table(range(5))}))
    train = primary(run, "loss", "train")
    assert train is not None
    assert len(train) == 5


def test_fullest_log_wins_and_others_add(folder: Folder) -> None:
    """Of two logs of a run the fuller gives the curves; the other adds only what it lacks."""
    run = read_run(folder({
        "metrics.csv": table(range(10)),
        "trainer_state.json": json.dumps({"log_history": [{"loss": 1.0, "step": 1, "eval_accuracy": 0.5}]}),
    }))  # fmt: skip
    assert run.format == "keras-csv"
    assert [c.place.file for c in run.curves if c.role.kind == "loss"] == ["metrics.csv", "metrics.csv"]
    assert [c.place.file for c in run.curves if c.role.kind == "metric"] == ["trainer_state.json"]


def test_checkpoint_is_a_prefix(folder: Folder) -> None:
    """`checkpoint-5/trainer_state.json` is part of the run and adds nothing."""
    rows = [{"loss": 1.0 / s, "step": s} for s in range(1, 11)]
    run = read_run(folder({
        "checkpoint-5/trainer_state.json": json.dumps({"log_history": rows[:5]}),
        "trainer_state.json": json.dumps({"log_history": rows}),
    }))  # fmt: skip
    assert len(run.curves) == 1
    assert len(run.curves[0]) == 10
    assert not run.warnings


def test_another_training_beside_is_named(folder: Folder) -> None:
    """Two logs of different trainings in one folder: one is read, and the other is named in a warning."""
    run = read_run(folder({"a.csv": table(range(10)), "b.csv": table(range(9), scale=3.0)}))
    assert {c.place.file for c in run.curves} == {"a.csv"}
    assert any("b.csv" in line for line in run.warnings)


def test_dvclive(folder: Folder) -> None:
    """One file a quantity; folders name the split; `epoch.tsv` gives the epochs of all."""
    run = read_run(folder({
        "dvclive/plots/metrics/train/loss.tsv": "step\tloss\n0\t2\n1\t1\n",
        "dvclive/plots/metrics/eval/loss.tsv": "step\tloss\n0\t3\n1\t2\n",
        "dvclive/plots/metrics/epoch.tsv": "step\tepoch\n0\t0\n1\t1\n",
        "params.yaml": "train: {lr: 0.1}\n",
    }))  # fmt: skip
    assert run.format == "dvclive"
    assert {(c.role.split, c.role.name) for c in run.curves} == {("train", "total"), ("val", "total")}
    assert all(c.epochs is not None and list(c.epochs) == [0, 1] for c in run.curves)
    assert run.config["train.lr"].value == 0.1


def test_growing_is_told_from_copied(folder: Folder) -> None:
    """A log younger than a minute grows only when its folder is older: a fresh copy is no running training."""
    where = folder({"metrics.csv": table(range(10))})
    assert not read_run(where).growing
    old = time.time() - 3600
    os.utime(where, (old, old))
    assert read_run(where).growing


def test_a_crash_in_one_reader_is_a_line(folder: Folder) -> None:
    """A fault in a reader is reported for its file; the rest of the run is read."""

    class Broken:
        id = "broken"
        joins = False

        def sniff(self, candidate: Candidate) -> float:
            return 1.0 if candidate.name == "metrics.log" else 0.0

        def read(self, candidate: Candidate) -> Reading:
            raise ZeroDivisionError("boom")

    register(Broken())
    try:
        run = read_run(folder({"metrics.csv": table(range(10)), "metrics.log": "x"}))
    finally:
        added.clear()
    assert len(run.curves) == 2
    assert any(line.file == "metrics.log" and "boom" in line.why for line in run.ignored)


def test_a_readers_own_role_outranks_the_name(folder: Folder) -> None:
    """What a reader knows of a curve counts more than its name."""

    class Knowing:
        id = "knowing"
        joins = False

        def sniff(self, candidate: Candidate) -> float:
            return 1.0

        def read(self, candidate: Candidate) -> Reading:
            return Reading([RawCurve("zeta", np.array([2.0, 1.0]), role=Role("loss", None, "total", False))])

    register(Knowing())
    try:
        train = primary(read_run(folder({"x.log": "x"})), "loss", "train")
    finally:
        added.clear()
    assert train is not None
    assert train.name == "zeta"


@given(
    st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=30), min_size=1, max_size=3),
    st.sampled_from(["rows", "none"]),
)
def test_x_never_decreases(xs: list[list[int]], rows: str) -> None:
    """Whatever the order of x in the file, no curve that is cut has an x that decreases, and each keeps a point."""
    curves = [
        RawCurve(
            f"c{k}", np.arange(len(x), dtype=float), np.array(x, dtype=float), "step",
            np.arange(1, len(x) + 1) * len(xs) + k if rows == "rows" else None,
        )
        for k, x in enumerate(xs)
    ]  # fmt: skip
    if not align.falls_back(curves):
        return
    cut = align.plan(curves, "log")
    kept = [align.apply(cut, one) for one in curves]
    assert all(one.x is not None and (np.diff(one.x) >= 0).all() for one in kept)
    assert any(len(one.y) for one in kept)


def test_a_second_fit_of_the_same_model_goes_on(folder: Folder) -> None:
    """Epochs start again at 0, and the losses go on where they stood: one training, x counted on."""
    first = "".join(f"{e},{1 + 2**-e},{2 + 2**-e}\n" for e in range(8))
    second = "".join(f"{e},{1 + 2 ** -(e + 8)},{2 + 2 ** -(e + 8)}\n" for e in range(5))
    run = read_run(folder({"history.csv": f"epoch,loss,val_loss\n{first}{second}"}))
    assert [c.x.tolist() for c in run.curves] == [list(range(13))] * 2
    assert any("goes on where the first ended" in note for note in run.notes)


def test_a_second_training_from_scratch_is_one_of_its_own(folder: Folder) -> None:
    """The losses start again where the first began (a fold, another model), or gain all over: the last is used."""
    training = "".join(f"{e},{1 + 2**-e}\n" for e in range(8))
    faster = "".join(f"{e},{1 + 0.2 * 2**-e}\n" for e in range(8))
    for name, second in (("a", training), ("b", faster)):
        run = read_run(folder({f"{name}/history.csv": f"epoch,loss\n{training}{second}"}) / name)
        assert len(run.curves[0]) == 8, name
        assert any("the last is used" in note for note in run.notes)


def test_newest_first_is_turned_round(folder: Folder) -> None:
    """A log whose x falls in each row is one training, written from its end."""
    rows = [f"{e},{1 / (e + 1)!r},{2 / (e + 1)!r}" for e in range(9, -1, -1)]
    run = read_run(folder({"log.csv": "\n".join(["epoch,loss,val_loss", *rows]) + "\n"}))
    train = primary(run, "loss", "train")
    assert train is not None
    assert list(train.x) == list(range(10))
    assert train.y[0] == 1
    assert any("newest first" in note for note in run.notes)
    assert not any("trainings" in note for note in run.notes)


@pytest.mark.parametrize("epochs", [[1.5 * 0.8**e for e in range(10)], [-e for e in range(10)]])
def test_what_falls_as_no_count_does(folder: Folder, epochs: list[float]) -> None:
    """An epoch that falls in uneven fractions, or below zero, is none: rows count, and that is a warning."""
    rows = "".join(f"{epochs[e]},{3 - 0.2 * e},{4 - 0.2 * e}\n" for e in range(10))
    run = read_run(folder({"log.csv": f"epoch,loss,val_loss\n{rows}"}))
    assert {(c.x_unit, c.x[0], len(c)) for c in run.curves} == {("row", 1, 10)}
    assert any("uneven steps" in line for line in run.warnings)
