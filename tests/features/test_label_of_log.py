"""The spread of a label by its squared error and R2 side by side, its range by settings, and columns by a report."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _log(folder: Path, errors: list[float], scores: list[float]) -> Measures:
    rows = "".join(f"{n},{e},{e},{r},{r}\n" for n, (e, r) in enumerate(zip(errors, scores, strict=True), 1))
    (folder / "log.csv").write_text("epoch,train_loss,val_loss,train_r2,val_r2\n" + rows)
    return Measures(read_run(folder))


def test_a_squared_error_beside_r2(tmp_path: Path) -> None:
    """Each pair gives the same variance, 6400."""
    scores = [-3.9, -2.5, -1.2, -0.3]
    m = _log(tmp_path, [6400 * (1 - r) for r in scores], scores)
    assert m.value("label.told_sd") == pytest.approx(80.0)


def test_a_loss_that_is_no_squared_error(tmp_path: Path) -> None:
    scores = [-3.9, -2.5, -1.2, -0.3]
    assert not _log(tmp_path, [80 * (1 - r) ** 0.5 for r in scores], scores).one("label.told_sd").known


def test_a_score_that_stands_still_far_below_nothing(tmp_path: Path) -> None:
    m = _log(tmp_path, [2.6e7, 2.6e7, 2.6e7], [-24.0, -24.0, -24.0])
    assert m.value("label.told_sd") == pytest.approx(1020, rel=0.01)
    assert not _log(tmp_path, [0.9, 0.9, 0.9], [0.1, 0.1, 0.1]).one("label.told_sd").known


@pytest.mark.parametrize(
    ("settings", "width"),
    [("target_min: 0.0\ntarget_max: 0.002\n", 0.002), ("label_max: 9\nlabel_min: 4\n", 5.0),
     ("target_max: 3\n", None), ("x_min: 0\nx_max: 5\n", None)],
)  # fmt: skip
def test_the_range_by_settings(tmp_path: Path, settings: str, width: float | None) -> None:
    (tmp_path / "config.yaml").write_text(f"task: regression\nlr: 0.01\n{settings}")
    assert _log(tmp_path, [1, 0.9, 0.8], [0.1, 0.2, 0.3]).value("label.told_range") == width


def test_the_widest_column_by_a_report(tmp_path: Path) -> None:
    """Written out by pandas with its index; the label that the settings name is none of them."""
    told = {"age": (40, 9), "pay": (3000, 4000), "dti": (0.3, 0.1), "late": (1, 1), "price": (9e6, 1e6)}
    rows = "".join(f"{name},900,{mean},{std},0,1,2,3,9\n" for name, (mean, std) in told.items())
    (tmp_path / "describe.csv").write_text("index,count,mean,std,min,25%,50%,75%,max\n" + rows)
    (tmp_path / "config.yaml").write_text("target: price\nlr: 0.01\n")
    m = _log(tmp_path, [1, 0.9, 0.8], [0.1, 0.2, 0.3])
    assert m.value("data.widest_column") == pytest.approx(5000)


def test_a_table_that_is_called_a_sample(tmp_path: Path) -> None:
    """It holds columns and labels, and no number of training rows."""
    rows = "".join(f"{n},{n * 7 % 50},{n % 3},{n * 1e-6}\n" for n in range(200))
    (tmp_path / "muestra.csv").write_text("temp,rain,kind,flow\n" + rows)
    m = _log(tmp_path, [1, 0.9, 0.8], [0.1, 0.2, 0.3])
    assert m.run.files.get("train") == ("muestra.csv",)
    assert not m.one("data.rows.train").known
