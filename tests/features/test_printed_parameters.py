"""Counts of parameters that learn, as libraries and people print them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LINES = "".join(f"epoch {e} loss {1 / (e + 1):.4f}\n" for e in range(5))


@pytest.mark.parametrize(
    ("printed", "share"),
    [
        (
            " Total params: 254 (1016.00 B)\n Trainable params: 50 (200.00 B)\n Non-trainable params: 204 (816.00 B)",
            0.197,
        ),
        ("trainable params: 294,912 || all params: 124,734,720 || trainable%: 0.2364", 0.00236),
        ("Trainable parameters: 128 / 79938", 0.0016),
        ("trainable params = 1_000 of 4_000", 0.25),
        ("12.5 K    Trainable params\n37.5 K    Non-trainable params\n50.0 K    Total params", 0.25),
        ("Trainable params: 10\nNon-trainable params: 0\n\nTrainable params: 4\nNon-trainable params: 6", 0.4),
        ("0         Trainable params\n8.9 K     Non-trainable params", 0.0),
        ("total parameters: 8,970, trainable parameters: 0", 0.0),
        ("Total params: 254", None),
        ("trainable params: 128 MB of memory", None),
        ("non-trainable params: 0", None),
    ],
)
def test_counts_are_read_as_they_are_printed(tmp_path: Path, printed: str, share: float | None) -> None:
    """Keras, PEFT, Lightning, lines of one's own; the last count is that of the training; half of a pair is none."""
    (tmp_path / "train.log").write_text(f"{printed}\n{LINES}")
    found = Measures(read_run(tmp_path)).one("model.learning_share")
    assert (pytest.approx(found.value, rel=0.01) == share) if share is not None else not found.known


def test_the_share_that_learns_is_read_off_a_summary_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{e},{1 / (e + 1):.4f}\n" for e in range(5)))
    (tmp_path / "model_summary.txt").write_text(
        "Layer (type)        Output Shape   Param #\n0 (Linear)    (2, 8)   40\n1 (Linear)   (2, 2)    18\n"
        "Total params: 58\nTrainable params: 18\nNon-trainable params: 40\n"
    )
    found = Measures(read_run(tmp_path)).one("model.learning_share")
    assert found.value == pytest.approx(18 / 58)
    assert found.where is not None and found.where.rows == (5, 5)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("model_summary.txt", "Sequential(\n  (0): Linear(in_features=4, out_features=2, bias=True)\n)\n\n"
         "Total params: 10\nTrainable params: 10\n", 10.0),
        ("train.log", "Trainable params: 1,234\n", 1234.0),
        ("train.log", "Non-trainable params: 77\n", None),
        ("train.log", "number of parameters: 0.80M\n", 800_000.0),
        ("train.log", "number of params: 166, trainable: 166\n", 166.0),
        ("train.log", "Total params: 90\nNon-trainable params: 77\n", None),
        ("train.log", "number of parameters: 4 (lr, momentum, decay, seed)\n", None),
        ("train.log", "number of hyperparameters: 40\n", None),
        ("model_summary.txt", "parameter shape  count trainable\n"
        "0.weight (16, 2) 32 False\n4.weight (1, 16) 16 True\ntotal 48, trainable 16\n", 16.0),
    ],
)  # fmt: skip
def test_how_many_learn_is_read_off_a_summary(tmp_path: Path, name: str, text: str, count: float | None) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss\n" + "".join(f"{e},{1 / (e + 1):.4f}\n" for e in range(5)))
    (tmp_path / name).write_text(text)
    assert Measures(read_run(tmp_path)).value("model.parameters") == count


def test_a_record_of_the_start_may_count_the_parameters(tmp_path: Path) -> None:
    """`{"event": "start", "params": 641}`; in millions it is no count."""
    for count, value in (("641", 641.0), ("1.2", None)):
        lines = f'{{"event": "start", "params": {count}}}\n'
        lines += "".join(f'{{"epoch": {at}, "loss": {1 / at:.4f}}}\n' for at in range(1, 6))
        (tmp_path / "log.jsonl").write_text(lines)
        assert Measures(read_run(tmp_path)).value("model.parameters") == value
