"""The loss of guessing."""

from __future__ import annotations

from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.read import read_run

from .fakes import curve, loss, measures

STUCK = np.full(20, log(10)) + 0.001 * np.sin(np.arange(20))


@pytest.mark.parametrize(
    ("config", "task", "value"),
    [
        ({"num_classes": 10, "loss": "cross_entropy"}, "multiclass", log(10)),
        ({"loss": "binary_crossentropy"}, "binary", log(2)),
        ({"num_classes": 10, "loss": "mse"}, "multiclass", 0.09),
        ({"vocab_size": 50257, "loss": "cross_entropy"}, "language-modelling", log(50257)),
        ({"num_classes": 10, "loss": "focal"}, "multiclass", None),
        ({"loss": "cross_entropy"}, "multiclass", log(10)),
    ],
)
def test_level_of_guessing(config: dict[str, Any], task: str, value: float | None) -> None:
    """ln K for cross-entropy over K choices (which a loss that has settled there tells), (K-1)/K^2 for squared error;
    unknown for losses without such a level."""
    found = measures(loss(STUCK), config=config, task=task).value("chance.loss")
    assert found == (None if value is None else pytest.approx(value))


def test_a_loss_without_a_name_counts_as_cross_entropy_only_near_it() -> None:
    """A loss that starts at 2.3 over ten classes is taken for cross-entropy, one that starts at 200 is not."""
    config = {"num_classes": 10}
    assert measures(loss(STUCK), config=config, task="multiclass").one("chance.loss").known
    assert not measures(loss(100 * STUCK), config=config, task="multiclass").one("chance.loss").known


def test_a_sum_of_losses_has_no_level_of_guessing() -> None:
    """Components beside the total make it incomparable with ln K."""
    part = curve("loss_aux", "loss", "train", STUCK, metric="aux", component=True)
    m = measures(loss(STUCK), part, config={"num_classes": 10, "loss": "cross_entropy"}, task="multiclass")
    assert not m.one("chance.loss").known


def test_over_chance_is_a_ratio_with_an_error() -> None:
    """A loss that stays at ln 10 over ten classes is at 1."""
    found = measures(loss(STUCK), config={"num_classes": 10}, task="multiclass").one("loss.train.over_chance")
    assert found.value == pytest.approx(1, abs=0.01)
    assert found.se >= 0


@pytest.mark.parametrize(
    ("start", "scaling", "level"), [(1.1, "standard", 1.0), (1.1, "minmax", None), (40_000.0, "standard", None)]
)
def test_the_mean_of_a_standardised_label_costs_one(start: float, scaling: str, level: float | None) -> None:
    """A label of variance 1 tells the level of guessing; a loss far from it is not of the label that was scaled."""
    falling = start * np.linspace(1.0, 0.3, 20)
    config = {"loss": "mse", "target_scaling": scaling}
    assert measures(loss(falling), config=config, task="regression").value("chance.loss") == level


def test_the_floor_of_softmax_over_softmax() -> None:
    """Ten classes, all answers right and as sure as softmax over softmax can be: ln(e + 9) - 1 = 1.461."""
    squashed = 1.461 + 0.842 * np.exp(-np.linspace(0, 8, 40))
    found = measures(loss(squashed), config={"num_classes": 10}, task="multiclass").one(
        "loss.train.over_squashed_floor"
    )
    assert found.value == pytest.approx(1, abs=0.01)
    assert measures(loss(squashed)).value("loss.train.over_squashed_floor") == pytest.approx(1, abs=0.01)
    assert not measures(loss(squashed), config={"num_classes": 2}).one("loss.train.over_squashed_floor").known


def test_detection_has_none() -> None:
    """Not applicable rather than unknown: no question will be asked about it."""
    assert measures(loss(STUCK), task="detection").one("loss.train.over_chance").state == "not-applicable"


def _accuracy(y: Any, split: str = "val") -> Any:
    return curve(f"{split}_accuracy", "metric", split, y, metric="accuracy", higher=True)


def test_the_number_of_classes_is_told_by_loss_and_accuracy_together() -> None:
    """A first loss of ln 5 at an accuracy of a fifth; the same loss at an accuracy of a half tells nothing."""
    falling = log(5) * np.exp(-np.linspace(0, 2, 30))
    learning, lucky = np.linspace(0.2, 0.9, 30), np.linspace(0.5, 0.9, 30)
    assert measures(loss(falling, "val"), _accuracy(learning)).value("chance.classes") == 5
    assert measures(loss(falling, "val"), _accuracy(lucky)).value("chance.classes") is None


def test_a_loss_that_never_learns_tells_the_number_of_classes_at_its_end() -> None:
    """High at first, at ln 3 for good."""
    y = np.concatenate(([6.0, 2.0], np.full(18, log(3))))
    assert measures(loss(y, "val"), _accuracy(np.full(20, 0.34))).value("chance.classes") == 3


def test_without_accuracy_only_a_settled_loss_tells_it() -> None:
    """A loss that stands at ln 2 for half of the run; not one that passes it."""
    assert measures(loss(np.full(20, log(2)))).value("chance.classes") == 2
    assert measures(loss(np.linspace(1.2, log(2), 20))).value("chance.classes") is None
    assert measures(loss(np.full(20, log(2))), task="regression").value("chance.classes") is None


@pytest.mark.parametrize("variance", [1.0, 6000.0, 1e-4])
def test_squared_error_and_r2_tell_the_variance_of_the_label(variance: float) -> None:
    """Loss over 1 - R2 is the variance, whatever the unit of the label; an absolute error gives no single number."""
    r2 = np.linspace(-0.2, 0.9, 25)
    squared, absolute = variance * (1 - r2), np.sqrt(variance * (1 - r2))
    metric = curve("val_r2", "metric", "val", r2, metric="r2", higher=True)
    m = measures(loss(squared, "val"), metric, task="regression")
    assert m.value("chance.loss") == pytest.approx(variance)
    assert m.value("loss.val.over_chance") == pytest.approx(0.1, abs=0.05)
    assert not measures(loss(absolute, "val"), metric, task="regression").one("chance.loss").known


def test_a_squared_error_that_settles_at_a_quarter_guesses_yes_or_no() -> None:
    """A quarter is the variance of a balanced label of 0 and 1; a loss that passes it is not there."""
    config = {"loss": "mse"}
    stuck = np.concatenate(([0.4, 0.3], np.full(30, 0.25)))
    assert measures(loss(stuck), config=config).value("chance.loss") == 0.25
    assert measures(loss(np.linspace(0.5, 0.25, 30)), config=config).value("chance.loss") is None


def test_a_choice_has_one_output_for_each_class() -> None:
    """Where the configuration does not number the classes, the last layer does; a loss without a name has to start as a
    choice of one does."""
    told = {"num_outputs": 12, "loss": "cross_entropy"}
    accuracy = curve("val_acc", "metric", "val", np.linspace(0.1, 0.5, 20), metric="accuracy")
    assert measures(loss(9000 * STUCK), accuracy, config=told).value("chance.classes") == 12
    assert measures(loss(9000 * STUCK), accuracy, config={**told, "loss": "mse"}).value("chance.classes") is None
    assert measures(loss(9000 * STUCK), config=told, task="language-modelling").value("chance.classes") is None
    falls = np.linspace(1.0, 0.5, 20)
    unnamed = {"num_outputs": 12}
    assert measures(loss(2.2 * falls), accuracy, config=unnamed).value("chance.classes") == 12
    assert measures(loss(0.7 * falls), accuracy, config=unnamed).value("chance.classes") is None  # a yes or no for each
    assert measures(loss(200 * falls), accuracy, config=unnamed).value("chance.classes") is None


def test_a_squared_error_is_set_against_the_variance_of_the_label_in_the_table(tmp_path: Path) -> None:
    """Where it starts near it; a loss in other units (the label was scaled) has no level that the table tells."""
    labels = np.linspace(0.0, 12**0.5, 120)  # of variance 1
    rows = "".join(f"{at % 7},{label:.4f}\n" for at, label in enumerate(labels))
    (tmp_path / "train.csv").write_text("a,y\n" + rows)

    def level(unit: float) -> float | None:
        rows = "".join(f"{at},{unit * (1.0 + 1 / at)},{unit}\n" for at in range(1, 20))
        (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n" + rows)
        (tmp_path / "config.json").write_text('{"loss": "mse", "task": "regression"}')
        found = Measures(read_run(tmp_path)).value("chance.loss")
        assert found is None or isinstance(found, float)
        return found

    assert level(1.0) == pytest.approx(1.0, rel=0.05)
    assert level(0.01) is None


def test_a_weight_of_the_positive_class_raises_the_level_of_guessing() -> None:
    """BCE with a weight of 9 where one row in ten is positive: a guess at one half costs 1.8 times as much; without
    the shares of the classes nothing is said."""
    found = measures(loss(STUCK), config={"loss": "BCEWithLogitsLoss", "pos_weight": 9.0}, task="binary")
    assert not found.one("chance.loss").known
    assert found.value("config.positive_weight") == 9.0
    again = measures(loss(STUCK), config={"loss": "BCEWithLogitsLoss", "pos_weight": [9.0]}, task="binary")
    again._values["labels.class_ratio"] = Measured(9.0)
    assert again.value("chance.loss") == pytest.approx(1.8 * log(2))


@pytest.mark.parametrize(
    ("config", "value"),
    [
        ({"class_weight": [1.0, 4.0]}, 4.0),
        ({"class_weight.0": 0.5, "class_weight.1": 5}, 10.0),
        ({"pos_weight": "auto"}, None),
        ({"class_weight": [60.0]}, 60.0),
        ({"class_weight": [0.2, 0.3, 0.5]}, None),
    ],
)
def test_weights_of_two_classes_as_one_number(config: dict[str, Any], value: float | None) -> None:
    assert measures(loss(STUCK), config=config, task="binary").value("config.positive_weight") == value


def test_a_printed_accuracy_tells_the_classes_of_a_loss_at_rest(tmp_path: Path) -> None:
    """11 % right, and a loss that came down from 16 to a little above ln 10: ten classes, of which one is guessed."""
    losses = [16.3, 2.94, *(2.42 + 0.02 * (at % 3) for at in range(20))]
    lines = [f"[1, {15 * (at + 1):5d}] loss: {value:.3f}\n" for at, value in enumerate(losses)]
    log_file = tmp_path / "stdout.txt"
    log_file.write_text("".join(lines) + "Accuracy of the network on the 10000 test images: 11 %\n")
    found = Measures(read_run(tmp_path))
    assert found.value("chance.classes") == 10
    assert found.value("loss.train.over_chance") == pytest.approx(1.06, abs=0.02)
    log_file.write_text("".join(lines) + "Accuracy of the network on the 10000 test images: 61 %\n")
    assert Measures(read_run(tmp_path)).value("chance.classes") is None


def test_a_boosted_loss_that_starts_above_ln_2_weighs_its_rows() -> None:
    """Boosting starts from one answer for all rows, so only weights lift its first loss."""
    for first, level in ((0.66, log(2)), (1.67, None)):
        m = measures(curve("train-logloss", "loss", "train", [first, 0.6 * first, 0.5 * first, 0.4 * first]))
        assert m.value("chance.loss") == (None if level is None else pytest.approx(level))
