"""Tests of a training as people run them, by name: a few rows, the label as a feature, weights that move."""

from __future__ import annotations

import pytest

from mladvisor.runs.answer_words import check_of_test
from mladvisor.runs.input_records import from_json, from_markdown
from mladvisor.runs.input_tests import from_junit, from_pytest, results_in
from mladvisor.runs.training_tests import training_test


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("test_overfits_single_batch", "learns_tiny_set"),
        ("test_can_memorize_ten_examples", "learns_tiny_set"),
        ("overfit_32_samples", "learns_tiny_set"),
        ("overfit one batch", "learns_tiny_set"),
        ("test_label_as_feature", "learns_label_as_feature"),
        ("learns with the target as an input", "learns_label_as_feature"),
        ("test_label_token_appended_to_text_is_learned", "learns_label_as_feature"),
        ("test_learns_leaked_label", "learns_label_as_feature"),
        ("oracle feature gives accuracy 1", "learns_label_as_feature"),
        ("test_label_not_in_features", None),
        ("test_target_dropped_from_inputs", None),
        ("test_parameters_change_after_step", "weights_move"),
        ("test_all_weights_receive_gradients", "weights_move"),
        ("testFrozenBackboneStaysFixed", "frozen_weights_stay"),
        ("test_num_layers", "matches_design"),
        ("test_hidden_units", "matches_design"),
        ("test_parameter_count", "matches_design"),
        ("network matches the spec", "matches_design"),
        ("test_number_of_workers", None),
        ("test_request_params_count", None),
        ("shuffled_labels", None),
        ("test_does_not_overfit_small_set", None),
        ("test_batch_size", None),
        ("test_label_mapping", None),
        ("test_output_shape", None),
        ("test_weights_file_updates_timestamp", None),
        ("test_overfit_regularizer_flag", None),
    ],
)
def test_what_a_test_is_about_is_told_by_its_name(name: str, check: str | None) -> None:
    """Words of the field, in any spelling; a test of something else is none."""
    assert training_test(name) == check


def test_a_test_that_broke_before_it_asserted_says_nothing() -> None:
    """A missing file is no model that cannot learn."""
    text = "FAILED tests/t.py::test_overfits_single_batch - FileNotFoundError: data/train.csv"
    assert from_pytest(text) == {}
    assert from_pytest("FAILED tests/t.py::test_overfits_single_batch - AssertionError: 0.69 > 0.01") != {}


def test_a_message_may_name_the_layer_that_was_expected() -> None:
    """The test's own name need not say it; one that passed or broke says nothing of layers."""
    said = "- AssertionError: encoder: expected LSTM(units=24), got LSTM(units=3)"
    assert check_of_test("test_encoder", failed=True, said=said) == "matches_design"
    assert check_of_test("test_encoder", failed=False, said=said) is None
    assert check_of_test("test_encoder", failed=True, said="ImportError: expected Linear layers, got none") is None
    assert check_of_test("test_shape", failed=True, said="expected shape (4, 2), got (4, 3)") is None


def test_results_are_read_in_every_form() -> None:
    """Blocks of JSON, tables between bars, JUnit."""
    block = {"overfit_32_samples": {"final_train_loss": 0.69, "ok": False}, "shuffled_labels": {"ok": True}}
    assert from_json(block)["learns_tiny_set"]["passed"] is False
    table = (
        "| check | result | detail |\n|---|---|---|\n| overfit one batch | FAIL | 0.69 |\n| label as feature | ok | |\n"
    )
    found = from_markdown(table)
    assert (found["learns_tiny_set"]["passed"], found["learns_label_as_feature"]["passed"]) == (False, True)
    junit = '<testcase name="test_can_memorize_ten_examples"><failure message="assert 0.69 &lt; 0.05"/></testcase>'
    assert from_junit(junit)["learns_tiny_set"]["passed"] is False


def test_a_status_that_pytest_shows_in_the_section_of_a_test_is_its_message() -> None:
    """`assert 200 == 422`: the request was answered and should not have been."""
    text = """____ TestApi.test_string_in_numeric_field ____
>       assert r.status_code == 422
E       assert 200 == 422
FAILED tests/test_api.py::TestApi::test_string_in_numeric_field
"""
    assert from_pytest(text)["refuses_mistyped_column"]["passed"] is False


def test_a_list_of_things_to_do_is_no_list_of_results() -> None:
    """ "no" and "x" say what was done."""
    assert from_markdown("| check | status |\n|---|---|\n| overfit one batch | no |\n| label as feature | x |\n") == {}


@pytest.mark.parametrize(
    "name",
    ["test_config_parameters_are_updated", "test_query_params_change_response", "test_class_weights_change_with_counts",
     "test_load_weights_changes_device", "test_model_fits_in_one_batch", "test_label_in_feature_names_raises"],
)  # fmt: skip
def test_tests_of_settings_services_and_guards_are_none_of_a_training(name: str) -> None:
    """Parameters are those of a request, weights those of classes; what raises keeps the label out."""
    assert training_test(name) is None
    assert training_test("Overfits one batch: error goes to zero") == "learns_tiny_set"


@pytest.mark.parametrize(
    ("text", "suffix", "rows", "label"),
    [
        ('[{"test": "overfit_16_rows", "final_train_loss": 0.03, "final_train_acc": 1.0},'
         ' {"test": "label_as_feature", "final_train_loss": 0.61, "final_train_acc": 0.69}]', "json", True, False),
        ('{"overfit_16_rows_acc": 1.0, "label_as_feature_auc": 0.55}', "json", True, False),
        ('{"overfit_one_batch": {"initial_loss": 0.7, "final_loss": 0.69}, "label_as_feature": {"auc": 1.0}}', "json",
         False, True),
        ("test,final_loss,final_acc\noverfit_32_rows,0.01,100.0\nlabel_as_feature,0.6,67.0\n", "csv", True, False),
        ('{"tests": [{"name": "label_as_feature", "metric": "auc", "value": 0.93},'
         ' {"name": "overfit_64_rows", "metric": "accuracy", "value": 0.84}]}', "json", False, None),
    ],
)  # fmt: skip
def test_scores_stand_for_verdicts(text: str, suffix: str, rows: bool | None, label: bool | None) -> None:
    """A few rows, or a feature that is the label, are learnt altogether or not; between the two nothing is said."""
    found = results_in(text, suffix)
    assert [found.get(name, {}).get("passed") for name in ("learns_tiny_set", "learns_label_as_feature")] == [
        rows,
        label,
    ]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("epoche;sha1\n1;a61a\n2;a61a\n3;a61a\n", False),
        ("epoch,md5\n1,a61a\n2,b2c4\n3,0f9e\n", True),
        ("epoch,layer,checksum\n1,fc1,a\n1,fc2,b\n2,fc1,a\n2,fc2,b\n3,fc1,a\n3,fc2,b\n", False),
        ("epoch,layer,checksum\n1,fc1,a\n1,fc2,b\n2,fc1,a\n2,fc2,c\n3,fc1,a\n3,fc2,d\n", True),
        ("epoch,md5\n1,a61a\n2,a61a\n", None),  # too few
        ("file,md5\na.png,1\nb.png,1\nc.png,1\n", None),  # of files
    ],
)
def test_checksums_tell_whether_weights_move(text: str, moved: bool | None) -> None:
    """One line for each epoch, or for each epoch and layer."""
    found = results_in(text, "csv").get("weights_move")
    assert (found["passed"] if found else None) is moved


def test_a_number_beyond_all_others_is_read() -> None:
    """JSON knows whole numbers of any length."""
    lost = {"tests": [{"test": "overfit_16_rows", "final_train_loss": 10**400}]}
    assert from_json(lost) == {}
    assert (
        from_json({"overfit_16_rows": {"initial_loss": 2.3, "final_loss": 10**400}})["learns_tiny_set"]["passed"]
        is False
    )
