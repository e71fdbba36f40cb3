"""Statistics of layers that a callback kept as JSON: a list with a number for each layer and epoch."""

from __future__ import annotations

import json
from pathlib import Path

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def test_gradients_by_layer_in_json(tmp_path: Path) -> None:
    """A file that is called after gradients, with a key for each layer, is a table of layers and no log."""
    (tmp_path / "log.csv").write_text(LOG)
    rows = [{"epoch": n, "dense": 1e-9, "dense_1": 1e-4, "head": 0.1, "unused": None} for n in range(12)]
    (tmp_path / "grads.json").write_text(json.dumps(rows))
    run = read_run(tmp_path)
    assert run.files["layers"] == ("grads.json",)
    assert {curve.place.file for curve in run.curves} == {"log.csv"}
    found = Measures(run).one("layers.gradient.ratio")
    assert found.known and found.value < -6


def test_other_rows_in_json_are_no_layers(tmp_path: Path) -> None:
    """What counts losses is no table of layers, whatever the file is called."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "grads.json").write_text(json.dumps([{"epoch": n, "loss": 0.5, "gnorm": 0.1} for n in range(12)]))
    assert "layers" not in read_run(tmp_path).files


def test_nan_everywhere_after_an_epoch_does_not_say_where_it_came_from(tmp_path: Path) -> None:
    """Gradients alone, all NaN in the first epoch: the weights were NaN by then. By step the last layer is the loss."""
    (tmp_path / "log.csv").write_text(LOG)
    for unit, expected in (("epoch", None), ("step", "loss")):
        rows = [{unit: n, "dense": float("nan"), "head": float("nan")} for n in range(12)]
        (tmp_path / "grads.json").write_text(json.dumps(rows))
        found = Measures(read_run(tmp_path)).one("layers.nonfinite.direction")
        assert (found.value if found.known else None) == expected


def test_gradients_of_no_layer(tmp_path: Path) -> None:
    """All weights get zeros at every point; one layer with a number is another thing."""
    (tmp_path / "log.csv").write_text(LOG)
    for head, expected in ((0.0, True), (0.25, False)):
        rows = [{"epoch": n, "dense": 0.0, "dense_1": 0.0, "head": head} for n in range(12)]
        (tmp_path / "grads.json").write_text(json.dumps(rows))
        assert Measures(read_run(tmp_path)).one("layers.gradient.all_zero").value is expected
