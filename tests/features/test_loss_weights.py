"""Weights of the terms of a loss, by whatever name the settings have them."""

from __future__ import annotations

from typing import Any

import pytest

from .fakes import curve, loss, measures


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"recon_weight": 500.0, "cls_weight": 0.0002}, 4e-7),
        ({"lambda_rec": 10, "lambda_ce": 1}, 0.1),
        ({"loss_weights.reconstruction": 100, "loss_weights.classification": 0.1}, 1e-3),
        ({"train.w_aux": 2.0, "train.w_main": 0.02}, 0.01),
        ({"cls_weight": 0.1}, None),
        ({"weight_decay": 0.1, "class_weight": [1, 2], "recon_weight": 3}, None),
        ({"box_weight": 7.5, "cls_weight": 0.5}, None),
    ],
)
def test_the_term_of_the_labels_beside_the_largest_other(config: dict[str, Any], expected: float | None) -> None:
    """Only where one term is about the labels, and another about something else; boxes are judged as well."""
    found = measures(loss([3.0, 2.0, 1.0]), config=config).value("loss.judged_term_weight")
    assert found == (pytest.approx(expected) if expected is not None else None)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"box": 0.0001, "cls": 1.0, "dfl": 1.5}, 1e-4),
        ({"loss.box_weight": 7.5, "loss.cls_weight": 0.5}, 15.0),
        ({"box": 7.5, "cls": 0.0}, 0.0),
        ({"box": 0.0, "cls": 0.0}, None),
        ({"box": 7.5}, None),
        ({"box": "A4", "cls": 1.0}, None),
    ],
)
def test_the_term_of_boxes_beside_that_of_classes(config: dict[str, Any], expected: float | None) -> None:
    found = measures(loss([3.0, 2.0, 1.0]), config=config).value("loss.box_term_weight")
    assert found == (pytest.approx(expected) if expected is not None else None)


@pytest.mark.parametrize(
    ("column", "expected"), [("accuracy_fine", 0.0), ("accuracy_coarse", 1.0), ("accuracy", None), ("val_acc", None)]
)
def test_the_term_that_the_metric_is_called_after(column: str, expected: float | None) -> None:
    """The settings weigh terms by names of the task's own, and the metric bears one of them."""
    config = {"Mix.w_coarse": 1.0, "Mix.w_fine": 0.0, "Mix.w_turn": 1.0}
    curves = [loss([3.0, 2.0, 1.0]), curve(column, "metric", "val", [0.1, 0.1, 0.1], metric="accuracy", higher=True)]
    found = measures(*curves, config=config).value("loss.judged_term_weight")
    assert found == (pytest.approx(expected) if expected is not None else None)
