"""The primary metric: choice, direction, trend, chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.metric_names import metric_of
from mladvisor.features.metric_series import ranks
from mladvisor.runs.roles import default_columns

from .fakes import curve, loss, measures

RNG = np.random.default_rng(3)
N = 60
RISING = 0.9 - 0.6 * np.exp(-np.arange(N) / 10) + 0.01 * RNG.normal(size=N)
FLAT = 0.5 + 0.01 * RNG.normal(size=N)


def _metric(y: Any, name: str = "val_accuracy", split: str = "val", **more: Any) -> Any:
    return curve(name, "metric", split, y, **more)


@pytest.mark.parametrize(
    ("logged", "name", "higher"),
    [
        ("val_acc", "accuracy", True),
        ("metrics/mAP50-95(B)", "map50-95", True),
        ("metrics/mAP_0.5:0.95", "map50-95", True),
        ("metrics/mAP_0.5", "map50", True),
        ("eval_f1", "f1", True),
        ("validation_fscore", "f1", True),
        ("auc_3", "auc", True),
        ("eval_macro_recall", "balanced-accuracy", True),
        ("uar", "balanced-accuracy", True),
        ("val_kendall_within_query", "rank-correlation", True),
        ("val_spearman_per_user", "rank-correlation", True),
        ("val_spearman_group_3", "spearman", True),
        ("dev_wape", "mape", False),
        ("val_aupr", "average-precision", True),
        ("eval_matthews_correlation", "mcc", True),
        ("val_root_mean_squared_error", "rmse", False),
        ("val_mse", "mse", False),
        ("eval_wer", "wer", False),
        ("eval_exact_match", "exact-match", True),
        ("val_ndcg5", "ndcg", True),
        ("val/perplexity", "perplexity", False),
        ("get_categorical_accuracy_keras", "accuracy", True),
        ("DEV_F1", "f1", True),
        ("train_class_error", "error", False),
        ("val_recall_at_10", "hits-at-k", True),
        ("HR@5", "hits-at-k", True),
        ("recall_at_0.5", "recall", True),
        ("recall@90%", "recall", True),
        ("val_kendall_within_query", "rank-correlation", True),
        ("spearman_per_user", "rank-correlation", True),
    ],
)
def test_metrics_by_name(logged: str, name: str, higher: bool) -> None:
    """The log's spelling gives the standard name and direction."""
    found = metric_of("", logged)
    assert found is not None
    assert (found.name, found.higher) == (name, higher)


def test_words_that_hold_the_name_of_a_metric_are_none() -> None:
    """ "previous" holds "iou", "indices" holds "dice"."""
    found = metric_of("", "previous_accuracy")
    assert found is not None and found.name == "accuracy"
    assert metric_of("", "prev_indices") is None
    assert metric_of("", "Verlegungen in der Nacht") is None and metric_of("", "val_der") is not None


def test_unknown_metrics_have_no_direction() -> None:
    """Nothing is assumed of a metric that we do not know."""
    m = measures(_metric(RISING, "val_zorp"))
    assert m.value("metric.name") == "val_zorp"
    assert not m.one("metric.val.trend").known
    assert not m.one("metric.val.best").known
    assert m.one("metric.val.last").known


def test_a_number_after_training_is_not_preferred_to_a_curve() -> None:
    """F1 of one test at the end says nothing of the course that accuracy had on training and validation data."""
    m = measures(_metric(RISING), _metric(RISING + 0.05, "train_accuracy", "train"), _metric([0.88], "test_f1", "test"))
    assert m["metric.name"].value == "accuracy"
    assert m["metric.gap"].value == pytest.approx(0.05, abs=0.01)
    assert measures(_metric([0.88], "test_f1", "test"))["metric.name"].value == "f1"


def test_the_metric_that_the_configuration_monitors_is_the_primary_one() -> None:
    """Else the usual order decides: F1 before accuracy."""
    curves = [_metric(RISING), _metric(RISING, "val_f1")]
    assert measures(*curves).value("metric.name") == "f1"
    assert measures(*curves, config={"monitor": "val_accuracy"}).value("metric.name") == "accuracy"
    assert measures(*curves, config={"evaluation.primary_metric": "accuracy"}).value("metric.name") == "accuracy"
    assert measures(*curves, config={"monitor": "val_loss"}).value("metric.name") == "f1"


def test_a_metric_with_validation_values_goes_before_one_without() -> None:
    """A train-only F1 does not hide a validation accuracy."""
    assert measures(_metric(RISING, "f1", "train"), _metric(RISING)).value("metric.name") == "accuracy"


def test_percent_becomes_a_fraction() -> None:
    """Accuracy in percent and as a fraction give the same measurements."""
    percent, fraction = measures(_metric(100 * RISING)), measures(_metric(RISING))
    for name in ("metric.val.end", "metric.val.best", "metric.val.gain"):
        assert percent.value(name) == pytest.approx(fraction.value(name))


@pytest.mark.parametrize(
    ("y", "trend"), [(RISING, "improving"), (FLAT, "flat"), (RISING[::-1], "worsening"), (np.full(N, 0.5), "flat")]
)
def test_trends_exceed_noise(y: Any, trend: str) -> None:
    """A metric that only trembles is flat."""
    assert measures(_metric(y)).value("metric.val.trend") == trend


def test_direction_turns_the_trend() -> None:
    """A falling error improves."""
    assert measures(_metric(1 - RISING, "val_error_rate")).value("metric.val.trend") == "improving"


def test_a_noisy_plateau_has_not_fallen_from_its_best() -> None:
    """The best of many noisy values stands above the rest without any fall."""
    assert measures(_metric(FLAT)).value("metric.val.fall_from_best") < 0.01
    fallen = np.concatenate([RISING, np.linspace(0.9, 0.6, N)])
    assert measures(_metric(fallen)).value("metric.val.fall_from_best") == pytest.approx(0.27, abs=0.05)


def test_a_fall_says_what_it_is_measured_in() -> None:
    """Points of an accuracy, and a share of its range for what has no scale."""
    fallen = np.concatenate([RISING, np.linspace(0.9, 0.6, N)])
    assert str(measures(_metric(fallen)).value("metric.val.fall_says")).startswith("0.2")
    likelihood = measures(_metric(1000 * fallen, "val_log_likelihood", metric="log_likelihood", higher=True))
    assert str(likelihood.value("metric.val.fall_says")).endswith("of its range")


def test_of_two_of_a_kind_the_plainly_named_is_judged() -> None:
    """`g_ll` is the likelihood of something, and stands before `log_likelihood` in the log."""
    part = curve("g_ll", "metric", None, 1e8 - np.arange(N), metric="log_likelihood", higher=True)
    whole = curve("log_likelihood", "metric", None, np.arange(N), metric="log_likelihood", higher=True)
    assert measures(part, whole).value("metric.val.end") < N


def test_gap_is_training_minus_validation_in_the_better_direction() -> None:
    """0.9 against 0.5 is a gap of 0.4; for an error 0.1 against 0.5 is one of 0.4 as well."""
    m = measures(_metric([0.9] * 5, "accuracy", "train"), _metric([0.5] * 5))
    assert m.value("metric.gap") == pytest.approx(0.4)
    m = measures(_metric([0.1] * 5, "error_rate", "train"), _metric([0.5] * 5, "val_error_rate"))
    assert m.value("metric.gap") == pytest.approx(0.4)


def test_chance_levels() -> None:
    """1/K for accuracy, a half for AUC, zero for MCC; unknown without K, not applicable to F1."""
    ten = {"num_classes": 10}
    assert measures(_metric(FLAT), config=ten).value("metric.val.chance") == pytest.approx(0.1)
    assert not measures(_metric(FLAT)).one("metric.val.chance").known
    assert measures(_metric(FLAT, "val_auc")).value("metric.val.over_chance") == pytest.approx(0, abs=0.03)
    assert measures(_metric(FLAT, "val_mcc")).value("metric.val.chance") == 0
    assert measures(_metric(FLAT, "val_f1"), config=ten).one("metric.val.chance").state == "not-applicable"


def test_constant() -> None:
    """One value is constant, two are not; three points are the least to say so."""
    assert measures(_metric([0.5] * 4)).value("metric.val.constant") is True
    assert measures(_metric([0.5, 0.5, 0.6])).value("metric.val.constant") is False
    assert measures(_metric([0.5] * 2)).one("metric.val.constant").reason == "too-few-points"


def test_levels_of_named_metrics() -> None:
    """Precision and recall stand beside the primary metric under their own names."""
    m = measures(_metric([0.9] * 5, "val_precision"), _metric([0.2] * 5, "val_recall"))
    assert m.value("metric.val.level.precision") == pytest.approx(0.9)
    assert m.value("metric.val.level.recall") == pytest.approx(0.2)
    assert not m.one("metric.val.level.auc").known
    assert not m.one("metric.train.level.recall").known
    assert measures(_metric([0.3] * 5, "train_recall", "train")).value("metric.train.level.recall") == pytest.approx(
        0.3
    )


def test_a_test_metric_stands_in_for_validation() -> None:
    """`test_acc` logged at each epoch is what the model is judged by."""
    assert measures(_metric(RISING, "test_acc", "test")).value("metric.val.trend") == "improving"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=40))
def test_no_values_make_a_measurement_crash(y: list[float]) -> None:
    """Blanks, infinities and short curves give values or unknowns."""
    m = measures(_metric(y), _metric(y, "accuracy", "train"), config={"num_classes": 3})
    _all(m)
    assert not m.failures


def _all(m: Measures) -> None:
    for name in [name for name in m if name.startswith("metric.")]:
        m.one(name)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_ranks_keep_order_and_sum(y: list[float]) -> None:
    """Ranks order as the values do, ties are equal, and the sum is n (n + 1) / 2."""
    values = np.asarray(y)
    found = ranks(values)
    assert found.sum() == pytest.approx(len(y) * (len(y) + 1) / 2)
    for i in range(len(y) - 1):
        assert np.sign(found[i + 1] - found[i]) == np.sign(values[i + 1] - values[i])


def test_the_gap_at_the_first_evaluations() -> None:
    """Overfitting opens a gap over time; splits that differ have it at once."""
    train = curve("train_accuracy", "metric", "train", np.linspace(0.5, 0.95, 20))
    differ = curve("val_accuracy", "metric", "val", np.full(20, 0.2))
    memorised = curve("val_accuracy", "metric", "val", np.full(20, 0.5))
    assert measures(train, differ).value("metric.gap_start") == pytest.approx(0.3, abs=0.05)
    assert measures(train, memorised).value("metric.gap_start") == pytest.approx(0.0, abs=0.05)


def test_an_auc_beside_pck_is_none_of_scores() -> None:
    """Of keypoints it is the area under a curve of distances, which guessing has no level of."""
    assert (
        measures(_metric(FLAT, "AUC"), _metric(FLAT, "PCK", metric="pck")).one("metric.val.chance").state
        == "not-applicable"
    )


def test_best_over_chance_ignores_a_single_lucky_evaluation() -> None:
    """One value of 0.9 among tenths is luck; three in a row are not."""
    y = np.full(30, 0.1)
    lucky, good = y.copy(), y.copy()
    lucky[10], good[10:14] = 0.9, 0.9
    config = {"num_classes": 10}
    name = "metric.val.best_over_chance"
    assert measures(curve("val_accuracy", "metric", "val", lucky), config=config).value(name) == pytest.approx(0)
    assert measures(curve("val_accuracy", "metric", "val", good), config=config).value(name) == pytest.approx(8 / 9)


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_rates_of_errors_are_measured_as_accuracy(scale: float) -> None:
    """1 less the rate, of curves in percent too, has all the measurements of an accuracy; also where one is small."""
    train, val = 0.34 * np.exp(-np.arange(40) / 9.0), 0.4 - 0.2 * np.exp(-((np.arange(40) - 9) ** 2) / 90.0)
    of: dict[str, Any] = {"metric": "error", "higher": False}
    rates = measures(
        curve("train_err", "metric", "train", scale * train, **of), curve("val_err", "metric", "val", scale * val, **of)
    )
    known = measures(
        curve("train_acc", "metric", "train", 1 - train, metric="accuracy", higher=True),
        curve("val_acc", "metric", "val", 1 - val, metric="accuracy", higher=True),
    )
    assert rates.value("metric.name") == "accuracy"
    assert rates.value("metric.higher_is_better") is True
    for name in ("metric.gap", "metric.val.fall_from_best", "metric.train.end", "metric.val.best_epoch"):
        assert rates.value(name) == pytest.approx(known.value(name)), name


def test_a_recall_that_stays_at_zero_is_surely_zero() -> None:
    """What it was while training began is no noise of its end; one that still moves keeps its noise."""
    still = np.concatenate([[0.27, 0.11], np.zeros(20)])
    found = measures(_metric(still, "val_recall")).one("metric.val.level.recall")
    assert (found.value, found.se) == (0.0, 0.0)
    assert measures(_metric(FLAT, "val_recall")).one("metric.val.level.recall").se > 0


@pytest.mark.parametrize(
    ("recall", "accuracy", "share"),
    [
        ([0.0, 0.0, 0.2, 0.3], [0.965, 0.965, 0.97, 0.97], 0.965),
        ([0.0, 0.0, 0.2, 0.3], [0.965, 0.91, 0.97, 0.97], None),  # wrong rows are called positive
        ([0.1, 0.1, 0.2, 0.3], [0.965, 0.965, 0.97, 0.97], None),
    ],
)
def test_accuracy_without_a_positive_is_the_share_of_the_others(
    recall: list[float], accuracy: list[float], share: float | None
) -> None:
    m = measures(_metric(accuracy), _metric(recall, "val_recall"))
    assert m.value("metric.val.share_of_negatives") == share


def test_of_single_numbers_one_that_both_splits_have_is_taken() -> None:
    """Accuracies of training and test rows, printed at the end, say more than one more score of the test rows."""
    m = measures(
        _metric([0.91], name="test_auc", split="test"),
        _metric([1.0], name="train_accuracy", split="train"),
        _metric([0.85], name="test_accuracy", split="test"),
    )
    assert m.value("metric.name") == "accuracy"
    assert m.value("metric.gap") == pytest.approx(0.15)


@pytest.mark.parametrize("name", ["knn_acc", "val_knn_acc@1", "knn/accuracy", "linear_probe_acc", "probe_top1"])
def test_the_accuracy_of_a_small_model_on_the_features(name: str) -> None:
    """What the loss of self-supervised training minimises has no classes."""
    found = metric_of(default_columns().meaning(name).name, name)
    assert found is not None
    assert found.name == "probe-accuracy"
    m = measures(loss([-0.5, -0.8, -0.9]), curve(name, "metric", "val", [0.2, 0.3, 0.4]))
    assert m.value("task.family") is None
