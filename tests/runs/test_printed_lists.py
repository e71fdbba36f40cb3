"""Lists of the loss that a program printed when it was done."""

from __future__ import annotations

import pytest

from mladvisor.errors import MladvisorError
from mladvisor.runs.read import read_run

from .conftest import Folder

SCIKIT = "reading the rows\nloss curve: [1.9, 1.4, 1.1, 0.9, 0.85]\niterations 5\n5-fold [0.6, 0.7, 0.6, 0.7, 0.6]\n"
KERAS = (
    "{'loss': [1.9, 1.4, 1.1, 0.9], 'accuracy': [0.3, 0.4, 0.5, 0.6], 'val_loss': [1.8, 1.5, 1.2, 1.1], 'lr': [1, 2]}"
)
NUMPY = (
    "done\ntrain_losses = [np.float64(3.5), np.float64(2.5), np.float64(1.5), np.float64(1.25)]\n"
    "val losses: [3.0 2.5 2.0 1.75]\n"
)


def test_a_printed_loss_curve_is_the_training_loss(folder: Folder) -> None:
    """Points count from one; the scores of folds are no curve."""
    run = read_run(folder({"results.txt": SCIKIT}))
    assert [(one.role.kind, one.role.split, one.y.tolist()) for one in run.curves] == [
        ("loss", "train", [1.9, 1.4, 1.1, 0.9, 0.85])
    ]
    assert run.curves[0].x.tolist() == [1, 2, 3, 4, 5]
    assert any("lists of numbers" in line for line in run.assumed)


@pytest.mark.parametrize("text", [KERAS, NUMPY])
def test_lists_of_both_splits(folder: Folder, text: str) -> None:
    """A printed dictionary, and lists as numpy writes them."""
    run = read_run(folder({"out.txt": text}))
    told = {(one.role.kind, one.role.split): len(one.y) for one in run.curves}
    assert told.items() >= {("loss", "train"): 4, ("loss", "val"): 4}.items()


@pytest.mark.parametrize(
    "text",
    [
        "loss per fold: [0.5, 0.6, 0.4, 0.5, 0.7]\n",
        "losses of the classes: [0.5, 0.6, 0.4, 0.5, 0.7]\n",
        "auc scores: [0.5, 0.6, 0.4, 0.5, 0.7]\n",
        "losses: [0.5, 0.6]\n",
        "loss weights: [1.0, 1.0, 2.0, 0.5]\n",
        "losses: ['bce', 'dice', 'mse', 'mae']\n",
    ],
)
def test_other_lists_are_no_curve(folder: Folder, text: str) -> None:
    """Folds, classes, metrics alone, two values, weights and names."""
    with pytest.raises(MladvisorError):
        read_run(folder({"notes_out.txt": text}))


def test_a_log_goes_first(folder: Folder) -> None:
    """Where lines are those of a log, a list at its end adds nothing."""
    lines = "".join(f"epoch {at} loss {2 / at:.3f}\n" for at in range(1, 9))
    run = read_run(folder({"train.log": f"{lines}losses: [9.0, 8.0, 7.0, 6.0]\n"}))
    assert run.format != "printed-lists"
    assert len(run.curves[0].y) == 8
