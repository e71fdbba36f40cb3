"""Whether loss and metric tell the same story."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.loss_metric import calibrated

from .fakes import curve, loss, measures

N = 40
T = np.linspace(0, 1, N)
FALLING = 0.2 + np.exp(-3 * T)


def _accuracy(y, **more):  # type: ignore[no-untyped-def]
    return curve("val_accuracy", "metric", "val", y, **more)


def test_agreement_and_contradiction() -> None:
    """+1 when accuracy rises as the loss falls, -1 when both rise."""
    agree = measures(loss(FALLING, "val"), _accuracy(1 - 0.5 * FALLING)).one("loss_metric.disagreement")
    oppose = measures(loss(1 / FALLING, "val"), _accuracy(1 - 0.5 * FALLING)).one("loss_metric.disagreement")
    assert agree.value == pytest.approx(1)
    assert oppose.value == pytest.approx(-1)
    assert 0 < oppose.se < 0.2


def test_lower_is_better_turns_the_sign() -> None:
    """An error rate that falls with the loss agrees with it."""
    error = curve("val_error_rate", "metric", "val", FALLING / 2)
    assert measures(loss(FALLING, "val"), error).value("loss_metric.disagreement") == pytest.approx(1)


def test_few_points_say_less() -> None:
    """Under six common points nothing is said, and few points have a wide error."""
    few = measures(loss(FALLING[:5], "val"), _accuracy(FALLING[:5])).one("loss_metric.disagreement")
    some = measures(loss(FALLING[:7], "val"), _accuracy(FALLING[:7])).one("loss_metric.disagreement")
    many = measures(loss(FALLING, "val"), _accuracy(FALLING)).one("loss_metric.disagreement")
    assert few.reason == "too-few-points"
    assert some.se > many.se


def test_a_metric_that_is_the_loss_cannot_contradict_it() -> None:
    """Perplexity is the exponential of the loss."""
    perplexity = curve("val_perplexity", "metric", "val", np.exp(FALLING))
    found = measures(loss(FALLING, "val"), perplexity).one("loss_metric.disagreement")
    assert found.state == "not-applicable"


def test_curves_are_aligned_on_x() -> None:
    """A metric evaluated at every fourth epoch is compared with the loss of those epochs."""
    sparse = _accuracy((1 - 0.5 * FALLING)[::4], x=np.arange(N)[::4])
    assert measures(loss(FALLING, "val"), sparse).value("loss_metric.disagreement") == pytest.approx(1)


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@given(st.integers(0, 10**6), st.integers(2, 12), st.floats(0.1, 30.0))
def test_no_cross_entropy_is_below_what_its_errors_cost(seed: int, classes: int, sharpness: float) -> None:
    """Whatever a model predicts, each row in the wrong class costs ln 2 at least, so the ratio is 1 or more."""
    rng = np.random.default_rng(seed)
    p = _softmax(sharpness * rng.normal(size=(200, classes)))
    y = rng.integers(classes, size=200)
    accuracy = float((p.argmax(axis=1) == y).mean())
    cross_entropy = float(-np.log(np.maximum(p[np.arange(200), y], 1e-300)).mean())
    m = measures(loss(np.full(6, cross_entropy), "val"), _accuracy(np.full(6, accuracy)))
    found = m.one("loss_metric.val.cost_of_errors")
    assert found.state == "not-applicable" or found.value >= 1 - 1e-9


def test_a_loss_that_is_drowned_is_below_the_cost_of_its_errors() -> None:
    """0.02 at an accuracy of a half; and a loss below zero."""
    half = _accuracy(np.full(8, 0.5))
    assert measures(loss(np.full(8, 0.02), "val"), half).value("loss_metric.val.cost_of_errors") < 0.1
    assert measures(loss(np.full(8, -3.0), "val"), half).value("loss_metric.val.cost_of_errors") < 0
    assert (
        not measures(loss(np.full(8, 0.02), "val"), half, config={"loss": "mse"})
        .one("loss_metric.val.cost_of_errors")
        .known
    )


@pytest.mark.parametrize(("accuracy", "classes"), [(0.97, 3), (0.9, 10), (0.6, 2)])
def test_a_calibrated_model_loses_what_its_accuracy_says(accuracy: float, classes: int) -> None:
    """Ratio 1 for a model that is as sure as it is right; the floor of a softmax applied twice lies above."""
    level = calibrated(accuracy, classes)
    config = {"num_classes": classes}
    m = measures(loss(np.full(9, level), "val"), _accuracy(np.full(9, accuracy)), config=config)
    assert m.value("loss_metric.val.over_accuracy") == pytest.approx(1)
    floor = np.log(np.e + classes - 1) - 1
    twice = measures(loss(np.full(9, floor), "val"), _accuracy(np.full(9, 0.99)), config=config)
    assert twice.value("loss_metric.val.over_accuracy") > 3


def test_the_first_loss_is_compared_with_the_first_accuracy() -> None:
    """12 at a third, later 0.1 at 0.97: started too large, ended well."""
    y, accuracy = np.concatenate(([12.0, 3.0], np.full(20, 0.1))), np.concatenate(([0.33, 0.5], np.full(20, 0.97)))
    m = measures(loss(y, "val"), _accuracy(accuracy), config={"num_classes": 3})
    assert m.value("loss_metric.val.start_over_accuracy") > 8
    assert m.value("loss_metric.val.over_accuracy") < 1.1


def test_a_model_that_is_sure_of_nothing_does_not_start_too_large() -> None:
    """0.69 of two classes where one answer is right in 98 of 100: it says one half of every row."""
    y, accuracy = np.concatenate(([0.69, 0.4], np.full(20, 0.08))), np.full(22, 0.98)
    m = measures(loss(y, "val"), _accuracy(accuracy), config={"num_classes": 2})
    assert m.value("loss_metric.val.start_over_accuracy") == pytest.approx(1)


def test_a_loss_that_is_a_sum_is_not_held_against_its_accuracy() -> None:
    """60 nats an error from an error of 0.2 to one of 0.07 are no outputs too large: those unlearn what costs most."""
    error = np.linspace(0.2, 0.07, 20)
    accuracy = curve("train_accuracy", "metric", "train", 1 - error)
    summed = measures(loss(60 * error), accuracy).one("loss_metric.train.over_accuracy")
    assert summed.state == "not-applicable"
    unlearnt = measures(loss(60 * error**3 / 0.04), accuracy)
    assert unlearnt.value("loss_metric.train.start_over_accuracy") > 8


def test_whole_sequences_are_not_held_against_the_loss_of_their_letters() -> None:
    """An accuracy beside an edit distance counts words without a mistake (PaddleOCR)."""
    words = curve("acc", "metric", "train", np.full(9, 0.7), metric="accuracy")
    letters = curve("norm_edit_dis", "metric", "train", np.full(9, 0.9), metric="edit_distance")
    assert measures(loss(np.full(9, 5.0)), words).one("loss_metric.train.over_accuracy").known
    assert not measures(loss(np.full(9, 5.0)), words, letters).one("loss_metric.train.over_accuracy").known
    tokens = curve("mean_token_accuracy", "metric", "train", np.full(9, 0.7), metric="accuracy")
    assert not measures(loss(np.full(9, 5.0)), tokens).one("loss_metric.train.over_accuracy").known


def test_answers_at_the_limit_of_the_library_cost_it_each() -> None:
    """Keras keeps probabilities at 1e-7, so a model that is always sure loses 16.1 for each wrong answer."""
    share = np.full(8, 0.9)
    m = measures(loss(16.118 * share, "val"), _accuracy(1 - share))
    assert m.value("loss_metric.val.per_error") == pytest.approx(16.118, rel=1e-3)


def _still(accuracy: float, level: float, **config):  # type: ignore[no-untyped-def]
    return measures(loss(level + 0.3 * np.exp(-9 * T), "val"), _accuracy(np.full(N, accuracy)), config=config)


def test_an_accuracy_that_never_moves_tells_the_loss_of_the_best_constant_answer() -> None:
    """Four fifths of one class cost 0.5004 if each row is given that share; ln 2 is 1.39 times as much."""
    assert _still(0.8, 0.5004, num_classes=2).value("loss_metric.val.over_share") == pytest.approx(1, abs=0.002)
    assert _still(0.8, 0.6931, num_classes=2).value("loss_metric.val.over_share") == pytest.approx(1.385, abs=0.01)


def test_how_many_classes_there_are_is_not_guessed_from_a_constant_answer() -> None:
    """Untold, they are two only where the loss is that of two."""
    assert _still(0.8, 0.5004).value("loss_metric.val.over_share") == pytest.approx(1, abs=0.002)
    assert not _still(0.8, 0.7).one("loss_metric.val.over_share").known


def test_an_accuracy_that_moves_tells_of_no_constant_answer() -> None:
    """Rows then get different answers."""
    moving = measures(loss(FALLING, "val"), _accuracy(1 - 0.5 * FALLING), config={"num_classes": 2})
    assert moving.one("loss_metric.val.over_share").state == "not-applicable"


@pytest.mark.parametrize("spread", [0.05, 0.15, 0.3])
def test_label_smoothing_has_a_floor(spread: float) -> None:
    """A model that meets smoothed labels of ten classes loses their entropy: that is what calibrated means there."""
    kept = 1 - spread + spread / 10
    floor = -kept * np.log(kept) - (1 - kept) * np.log((1 - kept) / 9)
    y = floor + (2.3 - floor) * np.exp(-8 * T)
    right = _accuracy(1 - 0.9 * np.exp(-8 * T))
    config = {"label_smoothing": spread, "num_classes": 10}
    found = measures(loss(y, "val"), right, config=config).one("loss_metric.val.over_accuracy")
    assert 0.7 < found.value < 1.02  # the accuracy counts as 0.98 at most
    bare = measures(loss(y, "val"), right, config={"num_classes": 10}).one("loss_metric.val.over_accuracy")
    assert bare.value > 1.5


@pytest.mark.parametrize(("spread", "known"), [(0.1, False), (0.2, False), (0.6, True)])
def test_without_settings_a_low_floor_may_be_that_of_smoothed_labels(spread: float, known: bool) -> None:
    """All rows right and a loss at rest at 0.5: whoever has only the curves cannot tell what asks for no more."""
    kept = 1 - spread + spread / 10
    floor = -kept * np.log(kept) - (1 - kept) * np.log((1 - kept) / 9)
    m = measures(loss(floor + (2.3 - floor) * np.exp(-8 * T), "val"), _accuracy(1 - 0.9 * np.exp(-8 * T)))
    assert m.one("loss_metric.val.over_accuracy").known is known


def test_smoothing_over_an_unknown_number_of_classes_is_unknown() -> None:
    """The floor depends on how many classes share what is spread."""
    few, right = 0.8 + 0.5 * np.exp(-8 * T), _accuracy(1 - 0.5 * np.exp(-8 * T))
    found = measures(loss(few, "val"), right, config={"label_smoothing": 0.1}).one("loss_metric.val.over_accuracy")
    assert found.state == "unknown" and "num_classes" in found.note
    each = measures(loss(few, "val"), _accuracy(0.9 - 0.5 * np.exp(-8 * T)), config={"label_smoothing": 0.1})
    assert each.one("loss_metric.val.per_error").state == "unknown"


@pytest.mark.parametrize(
    "config",
    [
        {"mixup_alpha": 0.2},
        {"cutmix": True},
        {"loss": "focal_loss"},
        {"distillation": {"alpha": 0.5}},
        {"loss": "kl_div"},
    ],
)
def test_softened_targets_are_no_fault(config: dict[str, object]) -> None:
    """What they cost at least cannot be told, so nothing is said of it."""
    y, right = 0.8 + 1.5 * np.exp(-8 * T), _accuracy(0.95 - 0.8 * np.exp(-8 * T))
    found = measures(loss(y, "val"), right, config={"num_classes": 10, **_flat(config)})
    for name in ("over_accuracy", "per_error", "cost_of_errors", "start_over_accuracy"):
        assert found.one(f"loss_metric.val.{name}").state == "unknown"
    plain = measures(loss(y, "val"), right, config={"num_classes": 10, "mixup": 0.0, "loss": "cross_entropy"})
    assert plain.one("loss_metric.val.over_accuracy").known


def _flat(config: dict[str, object]) -> dict[str, object]:
    return {
        f"{key}.{inner}" if isinstance(value, dict) else key: each
        for key, value in config.items()
        for inner, each in (value.items() if isinstance(value, dict) else [("", value)])
    }


@pytest.mark.parametrize(("name", "power"), [("rmse", 2), ("mae", 2), ("mse", 1)])
@pytest.mark.parametrize("penalty", [0.0, 0.5])
def test_what_the_training_loss_holds_beside_its_errors(name: str, power: int, penalty: float) -> None:
    """A squared error goes with its errors, whatever their unit; a penalty on top of it is what is left over."""
    train, val = 0.8 * FALLING, FALLING
    errors = {split: 70.0 * level ** (1 / power) for split, level in (("train", train), ("val", val))}
    m = measures(
        loss(train + penalty * train[-1]),
        loss(val, "val"),
        *(curve(f"{split}_{name}", "metric", split, values) for split, values in errors.items()),
        config={"loss": "mse"},
        task="regression",
    )
    assert m.value("loss_metric.train.over_errors") == pytest.approx(1.0 + penalty, rel=0.05)


def test_no_squared_error_goes_with_other_errors() -> None:
    """A loss of another kind grows with errors in another way."""
    m = measures(loss(FALLING), loss(FALLING, "val"), config={"loss": "mae"}, task="regression")
    assert m.one("loss_metric.train.over_errors").state == "not-applicable"


def _beside_nan(y, losses):  # type: ignore[no-untyped-def]
    found = measures(loss(losses, "train"), curve("accuracy", "metric", "train", y))
    return found.one("loss_metric.metric_lives_without_loss")


def test_a_metric_that_goes_on_beside_a_loss_that_is_no_number() -> None:
    """Weights that are NaN give one answer to every row: the metric then stands still."""
    losses = np.array([0.7, *[np.nan] * 9])
    assert _beside_nan([0.5, *[1.0] * 9], losses).value is True
    assert _beside_nan(0.5 + 0.04 * np.arange(10), losses).value is True
    assert _beside_nan([0.7, *[0.52] * 9], losses).value is False
    assert not _beside_nan([0.7, *[0.52] * 9], np.linspace(0.7, 0.1, 10)).known


def test_a_loss_that_counts_one_class_many_times_is_not_that_of_its_decisions() -> None:
    y, right = 2.0 + 1.5 * np.exp(-8 * T), _accuracy(0.9 - 0.4 * np.exp(-8 * T))
    for weight, state in ((60.0, "unknown"), (1.0, "known")):
        found = measures(loss(y, "val"), right, config={"num_classes": 2, "loss": "bce", "pos_weight": weight})
        assert found.one("loss_metric.val.over_accuracy").state == state


@pytest.mark.parametrize(
    ("divided_by", "config", "gap"),
    [
        (1, {"loss": "cross_entropy"}, 0.257),
        (32, {"loss": "cross_entropy"}, None),  # a sum of means over batches, divided by the number of rows
        (1, {"loss": "cross_entropy", "class_weight": "balanced"}, None),
        (1, {"loss": "focal"}, None),
        (1, {"loss": "cross_entropy(reduction=sum)"}, None),
    ],
)
def test_the_training_loss_bounds_the_training_accuracy(
    divided_by: int, config: dict[str, str], gap: float | None
) -> None:
    """A loss of 0.03 leaves 0.03 / ln 2 of the training rows wrong at most."""
    y = 0.03 + 1.5 * np.exp(-8 * T)
    found = measures(loss(y / divided_by), _accuracy(0.7 - 0.2 * np.exp(-8 * T)), config=config)
    value = found.value("loss_metric.gap_at_least")
    assert value == (None if gap is None else pytest.approx(gap, abs=0.01))


def test_a_sum_over_rows_is_no_mean_of_what_a_row_costs() -> None:
    """By the settings the first loss is that of a whole batch, and stands beside no guess and no accuracy."""
    y, right = 70.0 * np.exp(-3 * T), curve("train_accuracy", "metric", "train", 0.9 - 0.4 * np.exp(-8 * T))
    for way, state in (("sum", "unknown"), ("mean", "known")):
        found = measures(loss(y), right, config={"num_classes": 10, "loss": f"cross_entropy(reduction={way})"})
        assert found.one("loss.train.start_over_chance").state == state
        assert found.one("loss_metric.train.start_over_accuracy").state == state
