"""Results of the model's tests as features."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.runs.check_words import check_of
from mladvisor.runs.read import read_run


def measures(folder: Path, content: Any) -> Measures:
    """Measurements of a folder with these results."""
    (folder / "checks.json").write_text(content if isinstance(content, str) else json.dumps(content))
    (folder / "metrics.csv").write_text("epoch,loss\n" + "\n".join(f"{e},{1 - e / 40}" for e in range(20)))
    return Measures(read_run(folder))


def test_results_by_name(tmp_path: Path) -> None:
    """Passed, value and limit; names with other separators; a test that was not run is unknown."""
    m = measures(
        tmp_path,
        {
            "learns_tiny_set": {"passed": False, "value": 0.9, "limit": 0.1},
            "weights-move": {"passed": True},
            "converges": {"passed": None},
        },
    )
    assert m.value("checks.learns_tiny_set.passed") is False
    assert m.value("checks.learns_tiny_set.value") == 0.9
    assert m.value("checks.weights_move.passed") is True
    assert not m.one("checks.converges.passed").known
    assert not m.one("checks.refuses_nan.passed").known


def test_odd_files_are_notes(tmp_path: Path) -> None:
    """What is no JSON, or no results, leaves all tests unknown and a note."""
    for content in ("[", "[1]", '{"checks": 3}', '{"learns_tiny_set": {"passed": "yes"}}'):
        m = measures(tmp_path, content)
        assert not m.one("checks.learns_tiny_set.passed").known
        assert m.failures == {}


def test_a_failed_test_is_evidence(tmp_path: Path) -> None:
    """A failed test of moving weights points to the training loop."""
    measures(tmp_path, {"weights_move": {"passed": False}, "learns_tiny_set": {"passed": False}})
    assert diagnose(tmp_path).hypotheses[0].cause == "training-pipeline-bug"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("tiny_set", "learns_tiny_set"),
        ("overfits_single_batch", "learns_tiny_set"),
        ("memorises_few_rows", "learns_tiny_set"),
        ("label_as_feature", "learns_label_as_feature"),
        ("target_in_inputs", "learns_label_as_feature"),
        ("architecture", "matches_design"),
        ("parameters_update", "weights_move"),
        ("errors", "refuses_bad_input"),
        ("correct_errors_raised", "refuses_bad_input"),
        ("input_validation", "refuses_bad_input"),
        ("request_input_validation", "refuses_bad_input"),
        ("errors_missing_column", "refuses_missing_column"),
        ("raises_on_nan", "refuses_nan"),
        ("error_wrong_type", "refuses_mistyped_column"),
        ("engineered_variance", "engineered_data_sound"),
        ("transformed_features_finite", "engineered_data_sound"),
        ("raw_in_schema", "raw_data_sound"),
    ],
)
def test_tests_are_known_by_their_words(name: str, ours: str) -> None:
    """People name their tests as they like."""
    assert check_of(name) == ours


@pytest.mark.parametrize(
    "name",
    ["nan_inputs", "error_rate", "squared_error", "quantile_errors_small", "frozen_weights_move", "no_overfit_on_rows",
     "shuffled_labels_learnt", "latency", "calibration", "slices", "learns_random_labels_in_inputs",
     "class_weights_change_with_counts", "config_params_update", "fits_in_memory_with_one_batch",
     "engineered_features_count", "raw_accuracy"],
)  # fmt: skip
def test_names_that_do_not_say_what_passing_means_are_left_alone(name: str) -> None:
    """A measure of errors refuses nothing, and a denial turns the meaning round."""
    assert check_of(name) is None


def test_our_own_tests_keep_their_names() -> None:
    """None of our names is taken for another test."""
    from mladvisor.testing import cases, learning, serving, training  # noqa: F401

    for name in cases.CASES:
        assert check_of(name) in (name, None)


def test_tests_of_other_names_are_evidence(tmp_path: Path) -> None:
    """They count as ours do, failed details included; what is ours already is not overruled."""
    failed = {"passed": False, "value": "KeyError: 0", "limit": "SchemaError"}
    results = {
        "tiny_set": {"passed": False, "value": 2.2, "limit": 0.05},
        "errors": failed,
        "errors_wrong_type": failed,
    }
    m = measures(tmp_path, results | {"learns_label_as_feature": {"passed": True}, "label_as_feature": failed})
    assert m.value("checks.learns_tiny_set.value") == 2.2
    assert m.value("checks.refuses_bad_input.passed") is False
    assert m.value("checks.refuses_mistyped_column.passed") is False
    assert m.value("checks.learns_label_as_feature.passed") is True
