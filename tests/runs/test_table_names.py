"""What files are by their names, exactly and as people call them."""

from __future__ import annotations

import pytest

from mladvisor.runs.data_names import is_dictionary, rows_in_use, table_kind_at
from mladvisor.runs.split_names import split_called
from mladvisor.runs.table_names import beside_split, labels_of, own_kind, table_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("train.csv", "train"),
        ("train_data.csv", "train"),
        ("Test-Set.parquet", "test"),
        ("dev_split.tsv", "val"),
        ("serving.csv", "serving"),
        ("prospective.csv", "serving"),
        ("production_data.csv.gz", "serving"),
        ("live_requests_2023w50.csv", "serving"),
        ("scoring_input.tsv", "serving"),
        ("val_predictions.csv", "predictions"),
        ("preds_test.csv", "predictions"),
        ("oof.csv", "predictions"),
        ("holdout_scored.csv", "predictions"),
        ("train_log.csv", None),
        ("training.csv", None),
        ("val_metrics.csv", None),
        ("train_loss.csv", None),
        ("test_results.csv", None),
        ("train_val.csv", None),
        ("train_data.json", None),
        ("predictions_report.csv", None),
    ],
)
def test_tables_are_told_by_the_words_of_their_names(name: str, kind: str | None) -> None:
    """A split and words for data, or predictions: a word that may mean a log leaves the file to its content."""
    assert table_kind(name) == kind


def test_a_folder_is_no_run_for_the_names_that_people_give() -> None:
    """What makes a folder a run of its own are the exact names alone."""
    assert own_kind("train.csv") == "train"
    assert own_kind("train_data.csv") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("online_requests.csv", "serving"),
        ("serving_log.csv", "serving"),
        ("serving_metrics.csv", None),
        ("serving_sample.jsonl", "serving"),
        ("online.jsonl", None),
        ("train_data.jsonl", None),
        ("train_snapshot.csv", "train"),
        ("eval_nov.csv", "test"),
        ("eval.csv", None),
        ("scada_raw.csv", "train_raw"),
        ("raw_val.csv", "val_raw"),
        ("training_statistics.csv", None),
        ("eval_results.csv", None),
    ],
)
def test_other_words_do_no_harm_where_none_may_mean_a_log(name: str, kind: str | None) -> None:
    """What comes in while a model is used is data, although people call it a log."""
    assert table_kind(name) == kind


@pytest.mark.parametrize(
    ("name", "split"),
    [("X_train", "train"), ("xte", "test"), ("df_val", "val"), ("dev", "val"), ("train_val", None), ("frame", None)],
)
def test_variables_are_named_after_splits(name: str, split: str | None) -> None:
    """As people shorten them; two splits in one name are none."""
    assert split_called(name) == split


@pytest.mark.parametrize(
    ("name", "split", "labels"),
    [
        ("loans_train.csv", ("train", "loans"), None),
        ("y_val.csv", None, "val"),
        ("test_labels.tsv", None, "test"),
        ("train_loss.csv", None, None),
        ("train.csv", None, None),
        ("loans.csv", None, None),
    ],
)
def test_what_is_called_alike_but_for_the_split(name: str, split: tuple[str, str] | None, labels: str | None) -> None:
    """Data sets with a name of their own, and labels that stand alone; losses and predictions are neither."""
    assert (beside_split(name), labels_of(name)) == (split, labels)


@pytest.mark.parametrize(
    "name",
    ["data_dictionary.csv", "feature_spec.yaml", "feature_catalog.json", "input-contract.yml", "feature_view.yaml"],
)
def test_a_dictionary_is_told_by_the_words_of_its_name(name: str) -> None:
    assert is_dictionary(name)


@pytest.mark.parametrize(
    "name", ["model_spec.yaml", "features.csv", "data.csv", "train_spec.json", "view.md", "feature_spec.py"]
)
def test_one_of_the_words_makes_no_dictionary(name: str) -> None:
    assert not is_dictionary(name)


@pytest.mark.parametrize(
    ("rel", "in_use"),
    [
        ("serving/scored_week27.csv", True),
        ("inference/2024-05.parquet", True),
        ("serving/metrics.csv", False),
        ("serving/schema.csv", False),
        ("serving/predictions.csv", False),
        ("serving/latency_stats.csv", False),
        ("scored_week27.csv", False),
    ],
)
def test_tables_in_folders_of_rows_in_use(rel: str, in_use: bool) -> None:
    """By their place, where their names do not say that they are something else."""
    assert rows_in_use(rel) is in_use
    assert (table_kind_at(rel) == "serving") is in_use
