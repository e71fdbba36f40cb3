"""Lines as some tools print them: a pass over other rows is none of training, and bare numbers get their names."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.text import scan

LOSSES = [(3, 0.69, 0.70), (4, 0.52, 0.61), (5, 0.41, 0.60), (6, 0.33, 0.64)]


def told(*lines: str) -> dict[str, list[float]]:
    """Values by name."""
    return {curve.name: curve.y.tolist() for curve in scan("\n".join(lines))}


X = [0, 1, 2, 3]
TRAIN, VAL = [row[1] for row in LOSSES], [row[2] for row in LOSSES]


@pytest.mark.parametrize(
    ("lines", "train", "val"),
    [
        pytest.param(
            [
                f"Epoch {e}/9\nstep 10/10 [=====] - loss: {t} - 12ms/step\nEval begin...\nstep 2/2 [=====] - loss: {v}"
                for e, t, v in LOSSES
            ],
            "loss",
            "Eval loss",
            id="Paddle",
        ),
        pytest.param(
            [
                f"Epoch {e}\n-----\nloss: {t}  [    0/ 6000]\nTest Error: \n Accuracy: 61.0%, Avg loss: {v} \n"
                for e, t, v in LOSSES
            ],
            "loss",
            "Test Avg loss",
            id="PyTorch's first tutorial",
        ),
        pytest.param(
            [f"*** epoch {e} ***\nTraining...\n  avg loss {t}\nEvaluating...\n  avg loss {v}" for e, t, v in LOSSES],
            "Training avg loss",
            "eval avg loss",
            id="a word above",
        ),
        pytest.param(
            [
                "╒════════════╤════════╕\n│ Species    │   loss │\n╞════════════╪════════╡\n"
                f"│ Training   │ {t} │\n├────────────┼────────┤\n│ Validation │ {v} │\n╘════════════╧════════╛"
                for _, t, v in LOSSES
            ],
            "train loss",
            "val loss",
            id="Ludwig",
        ),
        pytest.param([f"it {e:4d}  err_tr {t}  err_te {v}" for e, t, v in LOSSES], "err_tr", "err_te", id="it"),
        pytest.param(
            [f"Эпоха {e}: потери на обучении {t}, потери на валидации {v}" for e, t, v in LOSSES],
            "loss train",
            "loss val",
            id="Russian",
        ),
        pytest.param(
            [f"Dönem {e}: eğitim kaybı {t}, doğrulama kaybı {v}" for e, t, v in LOSSES],
            "eğitim kaybı",
            "doğrulama kaybı",
            id="Turkish",
        ),
    ],
)
def test_a_pass_over_held_out_rows_is_told_apart(lines: list[str], train: str, val: str) -> None:
    found = told(*lines)
    assert (found[train], found[val]) == (TRAIN, VAL)


def test_two_bars_with_their_count_written_into_them(tmp_path: Path) -> None:
    def bar(total: int, loss: float) -> str:
        shown = f" [{'=' * 20}>{'.' * 10}]  Step: 20ms | Tot: 1s | Loss: {loss} | Acc: 50% (5/10)" + "\b" * 40
        return "".join(f"{shown} {n}/{total} " + ("\r" if n < total else "\n") for n in range(1, total + 1))

    (tmp_path / "train.log").write_text("".join(f"\nEpoch: {e}\n{bar(7, t)}{bar(3, v)}" for e, t, v in LOSSES))
    run = read_run(tmp_path)
    curves = {(one.role.kind, one.role.split): one.y.tolist() for one in run.curves}
    assert (curves["loss", "train"], curves["loss", "val"]) == (TRAIN, VAL)
    assert any("take turns" in line for line in run.assumed)


def test_bare_splits_beside_a_loss_that_rise_are_scores_and_the_loss_is_of_training() -> None:
    found = told(*(f"[Epoch {e}] train={1 - t} val={1 - v} loss={t} time: 12.1" for e, t, v in LOSSES))
    assert found == {"train score": [1 - t for t in TRAIN], "val score": [1 - v for v in VAL], "loss": TRAIN}


def test_bare_splits_beside_a_loss_that_fall_stay_unnamed() -> None:
    assert {"train", "val", "loss"} == set(told(*(f"[Epoch {e}] train={t} val={v} loss={t}" for e, t, v in LOSSES)))


def test_a_log_likelihood_of_kaldi_is_turned_round() -> None:
    where = "LOG (nnet3-train[5.5]:Print():x.cc:348)"
    lines = [f"{where} Overall average objective function for 'output' is {-t} over 900 frames." for t in TRAIN]
    assert TRAIN in told(*lines).values()


def test_episodes_count(tmp_path: Path) -> None:
    lines = [f"Episode {n * 10}\tLast reward: {20 + n}.00\tAverage reward: {19 + n}.50" for n in range(5)]
    (found,) = [curve for curve in scan("\n".join(lines)) if curve.name == "Average reward"]
    assert found.x is not None
    assert found.x.tolist() == [0, 10, 20, 30, 40]


def test_an_array_of_numbers_is_called_after_its_file(tmp_path: Path) -> None:
    for name, values in (("train_loss", TRAIN), ("val_loss", VAL), ("val_acc", [0.5, 0.6, 0.7, 0.7])):
        np.save(tmp_path / f"{name}.npy", np.array(values))
    run = read_run(tmp_path)
    assert {one.name for one in run.curves} == {"train_loss", "val_loss", "val_acc"}


@pytest.mark.parametrize(
    "content",
    [
        {"data": [{"name": "train loss", "x": X, "y": TRAIN}, {"name": "val loss", "x": X, "y": VAL}]},
        {"loss": {"train": {"name": "train", "x": X, "y": TRAIN}, "val": {"name": "val", "x": X, "y": VAL}}},
    ],
    ids=["Plotly", "ClearML"],
)
def test_lines_of_a_drawing(content: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "scalars.json").write_text(json.dumps(content))
    curves = {(one.role.kind, one.role.split): one.y.tolist() for one in read_run(tmp_path).curves}
    assert curves == {("loss", "train"): TRAIN, ("loss", "val"): VAL}


def test_a_drawing_of_something_else_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(
        json.dumps({"data": [{"name": "PR curve", "x": [0, 1, 2], "y": [1, 0.9, 0.3]}]})
    )
    with pytest.raises(ReadError, match="no curve"):
        read_run(tmp_path)
