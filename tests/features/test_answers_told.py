"""Ends of the answers beside those of the target, as a report tells them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

_LOG = "epoch,train_loss,val_loss,val_r2\n" + "".join(f"{n},{1 / n},{1.1 / n},{1 - 1 / n}\n" for n in range(1, 9))


def _measured(folder: Path, name: str, content: str, what: str) -> object:
    (folder / "log.csv").write_text(_LOG)
    (folder / name).write_text(content)
    return Measures(read_run(folder)).value(what)


@pytest.mark.parametrize(
    ("rows", "end"),
    [
        ("0,-31,0\n0.5,2,2\n1,33,31\n", "zero"),
        ("0,4,0.98\n0.5,90,0.99\n1,640,1.0\n", "zero to one"),
        ("0,-3.1,-1\n0.5,0,0\n1,3.3,1\n", "minus one to one"),
        ("0,-31,-28\n0.5,2,2\n1,33,31\n", "none"),
        ("0,0,3\n0.5,90,80\n1,640,500\n", "none"),
        ("0,-1,0\n0.5,90,80\n1,640,500\n", "none"),
    ],
)
def test_answers_that_end_where_an_activation_ends(tmp_path: Path, rows: str, end: str) -> None:
    """A few odd rows beyond zero, and answers that are merely less spread, are no end."""
    assert _measured(tmp_path, "spread.csv", "quantile,y_true,y_pred\n" + rows, "answers.told_end") == end


def test_answers_beyond_a_label_of_zero_and_one(tmp_path: Path) -> None:
    """A squared error lets scores go where no probability is."""
    rows = "stat,y_true,y_pred\ncount,400,400\nmean,0.3,0.3\nmin,0,-0.25\nmax,1,1.5\n"
    assert _measured(tmp_path, "spread.csv", rows, "answers.told_outside") == 0.5


def test_a_note_tells_the_last_activation(tmp_path: Path) -> None:
    """Where no setting and no description of the model does."""
    said = "The last layer is a sigmoid, loss MSE."
    assert _measured(tmp_path, "mail.txt", said, "model.output.activation") == "sigmoid"
    assert Measures(read_run(tmp_path)).value("config.loss") == "mse"


def test_settings_below_a_head_are_those_of_the_end(tmp_path: Path) -> None:
    """No hidden layer has their units or activation."""
    content = "head:\n  units: 1\n  activation: sigmoid\nlr: 0.1\n"
    assert _measured(tmp_path, "config.yaml", content, "model.output.activation") == "sigmoid"
    found = Measures(read_run(tmp_path))
    assert (found.value("model.output.units"), found.value("config.activation")) == (1.0, None)
