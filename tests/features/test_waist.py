"""A narrow layer between two wide ones."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from .fakes import loss, measures


@pytest.mark.parametrize(
    ("widths", "times"),
    [
        ([64, 2, 32], 16.0),
        ([64, 64, 8, 32], 4.0),
        ([64, 32, 16], 0.5),
        ([2, 64], None),  # a narrow layer at the end has one neighbour
        ([64, 0, 64], None),
        ([128, 64, 2, 64, 128], None),  # it may give back what it gets
    ],
)
def test_the_waist_is_told_by_the_narrower_neighbour(widths: list[int], times: float | None) -> None:
    """How many times as wide both neighbours of the narrowest layer are."""
    config: dict[str, Any] = {"hidden_layers": widths}
    assert measures(loss([1.0, 0.9, 0.8]), config=config).value("model.waist") == times


def test_what_tells_classes_apart_gives_nothing_back() -> None:
    """Inputs may be given back by a loss of yes and no for each of them, and not by one of exclusive classes."""
    for said, times in (("binary_cross_entropy", None), ("cross_entropy", 64.0)):
        config: dict[str, Any] = {"hidden_layers": [128, 2, 128], "loss": said}
        assert measures(loss([1.0, 0.9, 0.8]), config=config).value("model.waist") == times


def test_the_waist_of_printed_layers(tmp_path: Any) -> None:
    """Printed layers tell it as the settings do, and of what gives its inputs back nothing is said."""
    from mladvisor.features.catalogue import Measures
    from mladvisor.runs.read import read_run

    lines = [
        "Sequential(",
        *(f"  ({at}): Linear(in_features={a}, out_features={b}, bias=True)" for at, a, b in _linear(12, 48, 3, 48, 5)),
        ")",
    ]
    (tmp_path / "model.txt").write_text("\n".join(lines) + "\n")
    (tmp_path / "log.csv").write_text("epoch,loss\n0,0.7\n1,0.6\n2,0.5\n")
    assert Measures(read_run(tmp_path)).value("model.waist") == 16.0
    lines[-2] = "  (3): Linear(in_features=48, out_features=12, bias=True)"
    (tmp_path / "model.txt").write_text("\n".join(lines) + "\n")
    assert Measures(read_run(tmp_path)).value("model.waist") is None


def _linear(*widths: int) -> list[tuple[int, int, int]]:
    return [(at, a, b) for at, (a, b) in enumerate(itertools.pairwise(widths))]
