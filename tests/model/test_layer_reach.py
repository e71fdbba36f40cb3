"""Layers that the steps of a run are too short to move."""

from __future__ import annotations

from pathlib import Path

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured

from .test_layers import measures, rows


def test_a_rate_too_small_to_show_leaves_no_layer_out(tmp_path: Path) -> None:
    """All steps of 1e-7 together move no weight by a thousandth of its spread; those of 0.01 would."""
    moving = rows("weight", {"a": {"std": 0.9}, "b": {"std": 0.1}}, 4) + rows("weight", {"b": {"std": 0.2}}, 1)
    m = measures(tmp_path, moving)
    for rate, value in ((0.01, "left out"), (1e-7, None)):
        given = {"config.learning_rate": Measured(rate), "config.optimizer": Measured("adam")}
        found = Measures(m.run, {**given, "run.updates": Measured(100.0)})["layer.never_moves"]
        assert (found["a"].value if isinstance(found, dict) and "a" in found else None) == value


def test_plain_sgd_moves_a_layer_by_its_gradient_alone(tmp_path: Path) -> None:
    """A gradient that is a hundred thousandth of the other layer's leaves weights as a log writes them; one like the
    other's does not, and Adam's steps are alike whatever the gradient.
    """
    for pull, optimizer, value in (
        (2e-6, "momentum", None),
        (0.05, "momentum", "left out"),
        (2e-6, "adam", "left out"),
    ):
        moving = rows("weight", {"a": {"std": 0.4}, "b": {"std": 0.1}}, 4) + rows("weight", {"b": {"std": 0.13}}, 1)
        pulls = rows("gradient", {"a": {"mean": 0.0, "std": pull}, "b": {"mean": 0.0, "std": 0.05}}, 5)
        given = {"config.learning_rate": Measured(0.05), "config.optimizer": Measured(optimizer)}
        found = Measures(measures(tmp_path, moving + pulls).run, given)["layer.never_moves"]
        assert (found["a"].value if isinstance(found, dict) and "a" in found else None) == value
