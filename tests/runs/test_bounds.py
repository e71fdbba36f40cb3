"""A header that was kept when another quantity was logged below it."""

from pathlib import Path

import pytest

from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("loss", "error", "judged"),
    [
        ((0.25, 0.81), (0.08, 0.0007), "mean_squared_error"),  # an accuracy, called loss
        ((0.08, 0.0007), (0.08, 0.0007), "loss"),
        ((0.25, 0.81), (0.08, 0.3), "loss"),  # both get worse
        ((0.25, 0.81), (0.08, 0.05), "loss"),  # a penalty may do that
        ((2.5, 8.1), (0.08, 0.0007), "loss"),  # no share
    ],
)
def test_a_share_called_loss(
    tmp_path: Path, loss: tuple[float, float], error: tuple[float, float], judged: str
) -> None:
    """What rises within 0 and 1 while the error falls to a hundredth is not judged as the loss, and that is said."""

    def between(ends: tuple[float, float], at: int) -> float:
        return ends[1] + (ends[0] - ends[1]) * 0.8**at

    rows = [f"{at},{between(loss, at)},{between(error, at)}" for at in range(30)]
    rows = [f"{row},{row.partition(',')[2]}" for row in rows]
    head = "epoch,loss,mean_squared_error,val_loss,val_mean_squared_error"
    (tmp_path / "log.csv").write_text("\n".join([head, *rows]))
    run = read_run(tmp_path)
    assert [curve.name for curve in run.having("loss", "train")] == [judged]
    assert any("Do the names stand" in line for line in run.assumed) == (judged != "loss")
