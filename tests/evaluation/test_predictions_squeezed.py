"""Predictions that an activation has squeezed, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures

from .folders import measures, scores


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _binary(folder: Path, p: np.ndarray, y: np.ndarray, loss: float | None = None) -> Measures:
    log = {"epoch": [1, 2, 3], "val_loss": [0.7, 0.65, loss]} if loss is not None else {"epoch": [1], "val_loss": [0.7]}
    return measures(folder, predictions={"split": "val", "y_true": y.astype(int), "y_score": p}, metrics=log)


def _many(folder: Path, p: np.ndarray, y: np.ndarray, loss: float) -> Measures:
    table = {"split": ["val"] * len(y), "y_true": [f"c{k}" for k in y]} | {
        f"score_c{k}": p[:, k] for k in range(p.shape[1])
    }
    return measures(folder, predictions=table, metrics={"epoch": [1, 2, 3], "val_loss": [1.2, 0.9, loss]})


def test_a_sigmoid_of_probabilities_is_told_by_its_range(tmp_path: Path) -> None:
    """Sure answers pile up at 0.5 and 0.731."""
    p, y = scores(spread=4.0)
    m = _binary(tmp_path, 1 / (1 + np.exp(-p)), y)
    assert m["predictions.squeezed"].value == "sigmoid"  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0, 4.0])
def test_fair_scores_are_not_squeezed(tmp_path: Path, spread: float, seed: int) -> None:
    """Neither sure nor unsure ones, and not those of a rare class."""
    p, y = scores(spread=spread, seed=seed, share=0.6)
    assert _binary(tmp_path, p, y)["predictions.squeezed"].value == "no"  # type: ignore[union-attr]


def test_a_loss_that_squeezes_the_stored_scores_is_told(tmp_path: Path) -> None:
    """The model ends in softmax, the scores are its outputs, and the logged loss has applied softmax to them again."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 300)
    p = _softmax(rng.normal(size=(300, 4)) + 5.0 * np.eye(4)[y])
    own = np.arange(300), y
    twice, plain = float(-np.log(_softmax(p)[own]).mean()), float(-np.log(p[own]).mean())
    found = _many(tmp_path / "twice", p, y, twice)["predictions.loss_fits"]
    assert found.value == "squeezed"  # type: ignore[union-attr]
    assert "squeezed once more" in found.note  # type: ignore[union-attr]
    assert _many(tmp_path / "plain", p, y, plain)["predictions.loss_fits"].value == "plain"  # type: ignore[union-attr]
    other = _many(tmp_path / "other", p, y, 3 * twice)["predictions.loss_fits"]
    assert other.value == "neither"  # type: ignore[union-attr]


def test_numbers_that_stop_at_the_mean_lie_on_one_side(tmp_path: Path) -> None:
    """A ReLU on a standardised target; a model that knows little has no floor there, a fair one serves both sides."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=400)
    true = 150 + 70 * (x + 0.5 * rng.normal(size=400))

    def of(given: np.ndarray, name: str) -> Measures:
        return measures(tmp_path / name, predictions={"split": "val", "y_true": true, "y_pred": given})

    floored = of(150 + 70 * np.maximum(x, 0.0), "floored")
    assert abs(float(floored["predictions.one_side"].value)) < 0.1  # type: ignore[union-attr,arg-type]
    assert float(floored["predictions.spread"].value) > 0.3  # type: ignore[union-attr,arg-type]
    assert float(floored["predictions.tail"].value) < 0.01  # type: ignore[union-attr,arg-type]
    vague = of(158 + 5 * rng.normal(size=400), "vague")
    assert abs(float(vague["predictions.one_side"].value)) < 0.1  # type: ignore[union-attr,arg-type]
    assert float(vague["predictions.tail"].value) > 0.6  # type: ignore[union-attr,arg-type]
    fair = of(150 + 70 * x, "fair")
    assert float(fair["predictions.one_side"].value) < -0.5  # type: ignore[union-attr,arg-type]


def test_how_wide_the_truth_is_spread(tmp_path: Path) -> None:
    """As a power of ten, beside answers that scatter twenty times as wide."""
    rng = np.random.default_rng(1)
    table = {"split": "val", "y_true": 0.002 + 0.001 * rng.normal(size=400), "y_pred": 0.02 * rng.normal(size=400)}
    m = measures(tmp_path, predictions=table)
    assert float(m["predictions.truth_spread"].value) == pytest.approx(-3.0, abs=0.1)  # type: ignore[union-attr,arg-type]
    assert float(m["predictions.spread"].value) == pytest.approx(20, rel=0.2)  # type: ignore[union-attr,arg-type]


@pytest.mark.parametrize(("cut", "raw"), [(1e-7, True), (None, False)])
def test_raw_outputs_that_the_loss_took_for_probabilities(tmp_path: Path, cut: float | None, raw: bool) -> None:
    """The loss that is logged tells it; the scores of a timid model lie in the same range."""
    p, y = scores(spread=4.0)
    outputs = p + 0.02 * np.random.default_rng(5).normal(size=len(p))
    stored = 1 / (1 + np.exp(-outputs))
    taken = np.clip(outputs, cut, 1 - cut) if cut else stored
    loss = float(-np.log(np.where(y.astype(bool), taken, 1 - taken)).mean())
    assert _binary(tmp_path, stored, y, loss).value("predictions.raw_as_probabilities") is raw
