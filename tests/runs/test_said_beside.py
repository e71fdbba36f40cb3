"""What settings and lines of a log say of the data, as a report would."""

from __future__ import annotations

import pytest

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.lines_said import columns_in, said_in_lines
from mladvisor.runs.models_in_lines import models_in_lines
from mladvisor.runs.settings_said import said_in_settings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "12:00:01 INFO train means: age=41.2 pay=3_100",
            [Said("mean", "age", "train", 41.2), Said("mean", "pay", "train", 3100.0)],
        ),
        ("valid feature means: {'age': 39}", [Said("mean", "age", "val", 39.0)]),
        ("test std: age=3.5", [Said("std", "age", "test", 3.5)]),
        ("train mean loss: 0.3", []),
        ("val mean IoU: car=45.0 person=60.1", []),
        ("train means: loss=0.3 accuracy=0.9", []),
        ("ratio nan=55.7% std=0.31", [Said("missing", "ratio", None, pytest.approx(0.557))]),
        ("build_features: age_bin min=0 max=5 | ratio nan=12.5%", [Said("made-blank", "ratio", None, 0.125)]),
        ("ratio nan=12 std=0.31", []),
    ],
)  # fmt: skip
def test_lines_about_columns(line: str, expected: list[Said]) -> None:
    """Means by split and blank cells, and nothing of what is said of a model."""
    assert list(said_in_lines([line])) == expected


def test_columns_of_a_step_that_makes_them() -> None:
    """A part for each column; bounds that are whole numbers are exact, and "0.0" may have been rounded."""
    bucket, ratio = columns_in("build_features: bucket min=0 max=0 std=0.000 | ratio min=0.0 max=0.0 std=0.000")
    assert (bucket.name, bucket.made, bucket.exact) == ("bucket", True, True)
    assert (ratio.name, ratio.made, ratio.exact) == ("ratio", True, False)
    assert not columns_in("relu1: min=0 max=0 std=0.0")[0].made
    assert columns_in("epoch 3 | train loss 0.3 | std=0.1") == []


def test_settings_about_the_data() -> None:
    """Bounds as text and by key, moments by split, and rows on both sides as a share of the validation rows."""
    found = {
        (said.what, said.name, said.split): said.value
        for said, _ in said_in_settings({
            "feature_ranges": "{'rpm': [141.6, 2566.3]}",
            "data.input_bounds.volt": [196, 273],
            "scaler.feature_range": [0, 1],
            "train_stats.mean": 523.5,
            "val_stats.mean": 854.4,
            "train_stats.std": 109.5,
            "n_test": 105,
            "n_val": 84,
            "shared_listing_ids": 21,
            "shared_layers": 2,
            "window_overlap": 0.5,
        })
    }  # fmt: skip
    assert found == {
        ("low", "rpm", "train"): 141.6,
        ("high", "rpm", "train"): 2566.3,
        ("low", "volt", "train"): 196.0,
        ("high", "volt", "train"): 273.0,
        ("mean", "inputs", "train"): 523.5,
        ("mean", "inputs", "val"): 854.4,
        ("std", "inputs", "train"): 109.5,
        ("copies", "", None): 0.25,
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "LogisticRegression: val acc 0.198 | RandomForest(100): val acc 20.8%",
            [("baseline", 0.198, "accuracy"), ("baseline", pytest.approx(0.208), "accuracy")],
        ),
        ("majority class share (val): 0.210", [("constant", 0.21, "accuracy")]),
        ("baseline knn roc_auc=0.55, ridge r2: 0.1", [("baseline", 0.55, "auc"), ("baseline", 0.1, "r2")]),
        ("max |corr(feature, label)| = 0.028", [("related-most", 0.028, "")]),
        ("largest correlation with the target: -0.31", [("related-most", 0.31, "")]),
        ("epoch 3: tree acc 0.7", []),
        ("share of rows in training: 0.8", []),
        ("val acc 0.61", []),
    ],
)
def test_simple_models_in_lines(line: str, expected: list[tuple[str, float, str]]) -> None:
    """Scores of models that are called simple, that of the commonest class, and the best correlation."""
    assert [(said.what, said.value, said.note) for said in models_in_lines([line])] == expected
