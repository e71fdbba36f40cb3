"""Reports about data in the forms of many tools: what they say is one vocabulary."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.features.report_said import told
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _measured(folder: Path, **files: object) -> Measures:
    (folder / "log.csv").write_text(LOG)
    for name, content in files.items():
        stem, _, suffix = name.rpartition("_")
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{stem}.{suffix}").write_text(text)
    return Measures(read_run(folder))


def _value(m: Measures, name: str) -> object:
    found = m[name]
    return {item: each.value for item, each in found.items()} if isinstance(found, dict) else found.value


def _expectation(kind: str, column: str, success: bool, percent: float) -> dict[str, object]:
    told = {"expectation_type": kind, "kwargs": {"column": column, "min_value": 0}}
    return {"success": success, "expectation_config": told, "result": {"unexpected_percent": percent}}


def test_results_of_great_expectations(tmp_path: Path) -> None:
    """A failed range breaks the schema by the share of its cells; a failed check of blanks tells of blanks."""
    results = [
        _expectation("expect_column_values_to_be_between", "utilisation", False, 96.0),
        _expectation("expect_column_values_to_be_between", "age", True, 0.0),
        _expectation("expect_column_values_to_not_be_null", "income", False, 99.0),
    ]
    m = _measured(tmp_path, validation_result_json={"success": False, "results": results})
    assert _value(m, "column.reported_broken") == {"utilisation": 0.96, "age": 0.0}
    assert _value(m, "column.reported_blank") == {"income": 0.99}


def test_a_check_that_meets_nothing_but_blanks_tells_of_blanks(tmp_path: Path) -> None:
    """Blanks are in no set of words; a check that met other values, too, tells of a broken column."""
    results = [_expectation("expect_column_values_to_be_in_set", name, False, 100.0) for name in ("place", "plan")]
    results[0]["result"]["partial_unexpected_list"] = ["", None]  # type: ignore[index]
    results[1]["result"]["partial_unexpected_list"] = ["", "GOLD"]  # type: ignore[index]
    m = _measured(tmp_path, validation_result_json={"success": False, "results": results})
    assert _value(m, "column.reported_blank") == {"place": 1.0}
    assert _value(m, "column.reported_broken") == {"plan": 1.0}


def test_anomalies_of_tensorflow_data_validation(tmp_path: Path) -> None:
    """Unexpected words break the schema, a distance is drift, a dropped column is empty."""
    block = 'anomaly_info {\n  key: "%s"\n  value {\n    short_description: "%s"\n  }\n}\n'
    said = {"home": "Unexpected string values", "age": "High Linfty distance between training and serving"}
    text = "".join(block % each for each in {**said, "debt": "Column dropped"}.items())
    m = _measured(tmp_path, anomalies_pbtxt=text)
    assert _value(m, "column.reported_broken") == {"home": 1.0}
    assert _value(m, "column.reported_drifted") == {"age": True}
    assert _value(m, "column.reported_blank") == {"debt": 1.0}


def test_a_drift_report_in_json_and_a_table_of_indices(tmp_path: Path) -> None:
    """Flags and numbers by column, wherever in the report they stand."""
    columns = {
        name: {"column_name": name, "drift_score": 0.5, "drift_detected": name == "age"} for name in ("age", "pay")
    }
    report = {"metrics": [{"metric": "Table", "result": {"dataset_drift": False, "drift_by_columns": columns}}]}
    m = _measured(tmp_path, drift_json=report, psi_table_csv="feature,psi\nage,0.61\npay,0.01\n")
    assert _value(m, "column.reported_drifted") == {"age": True, "pay": False}
    assert _value(m, "report.drifted_share") == 0.5
    assert _value(m, "column.reported_psi") == {"age": 0.61, "pay": 0.01}


def test_statistics_by_split(tmp_path: Path) -> None:
    """Channels in lists, or tables of `describe`: means apart are told in spreads of training."""
    stats = {"train": {"mean": [0.5, 0.4], "std": [0.2, 0.2]}, "val": {"mean": [0.3, 0.4], "std": [0.1, 0.2]}}
    m = _measured(tmp_path, dataset_stats_json=stats)
    assert _value(m, "column.reported_shift") == {"channel 1": pytest.approx(1.0), "channel 2": 0.0}


def test_tables_of_describe_are_statistics_and_no_rows(tmp_path: Path) -> None:
    """They lie in a folder for them, are called after the splits, and hold no data."""
    for split, mean in (("train", 4.0), ("val", 6.0)):
        (tmp_path / "eda").mkdir(exist_ok=True)
        rows = f"count,{700.0},{700.0}\nmean,{mean},1.0\nstd,2.0,1.0\nmin,0,0\n50%,4,1\nmax,9,3\n" + "75%,5,2\n" * 40
        (tmp_path / "eda" / f"describe_{split}.csv").write_text(f",load,price\n{rows}")
    m = _measured(tmp_path)
    assert "train" not in m.run.files
    assert _value(m, "column.reported_shift") == {"load": 1.0, "price": 0.0}


def test_a_profile_counts_infinite_cells_and_blanks(tmp_path: Path) -> None:
    """Variables by name, as profiles of pandas have them."""
    variables = {"ratio": {"n_infinite": 317, "p_missing": 0.0}, "age": {"n_infinite": 0, "p_missing": 1.0}}
    m = _measured(tmp_path, profile_json={"table": {"n": 2500}, "variables": variables})
    assert _value(m, "column.reported_infinite") == {"ratio": 317.0, "age": 0.0}
    assert _value(m, "column.reported_blank") == {"ratio": 0.0, "age": 1.0}


def test_copies_that_a_suite_of_checks_found(tmp_path: Path) -> None:
    """A check is known by its name, whatever its conditions say."""
    check = {"name": "Train Test Samples Mix"}
    suite = {"results": [{"check": check, "value": {"ratio": 0.3}, "conditions_results": [{"Status": "FAIL"}]}]}
    assert _value(_measured(tmp_path, deepchecks_suite_json=suite), "report.copies") == 0.3


def test_labels_that_were_looked_at_again(tmp_path: Path) -> None:
    """A count in an audit; a table with a flag for each row, which holds no predictions of the model."""
    (tmp_path / "a").mkdir()
    m = _measured(tmp_path / "a", label_audit_json={"audit": "labels, round 2", "sampled": 250, "wrong": 50})
    assert _value(m, "report.wrong_labels") == 0.2
    rows = "".join(f"{n},{n % 10 == 0},{n % 3},{n % 2}\n" for n in range(200))
    m = _measured(tmp_path, label_issues_csv=f"index,is_label_issue,given_label,predicted_label\n{rows}")
    assert _value(m, "report.wrong_labels") == pytest.approx(0.1)
    assert "predictions" not in m.run.files


@pytest.mark.parametrize(
    ("name", "content", "share"),
    [
        ("relabel_check_json", {"sampled": 100, "changed_by_second_annotator": 24, "cohen_kappa": 0.68}, 0.24),
        ("label_audit_json", {"n_checked": 200, "n_mislabeled": 10}, 0.05),
        ("reannotation_json", {"label_error_rate": 0.18, "annotators": 3}, 0.18),
        ("label_qa_json", {"label_error_rate": 0.18}, 0.18),
        ("labels_review_json", {"reviewed": 50, "pct_changed": 12}, 0.12),
        ("label_stats_json", {"rows": 100, "changed": 24}, None),
    ],
)
def test_what_a_second_look_at_labels_changed(tmp_path: Path, name: str, content: object, share: float | None) -> None:
    """Counts and shares by any name, in a file that speaks of labels and of a check."""
    found = _measured(tmp_path, **{name: content}).one("report.wrong_labels")
    assert found.value == (None if share is None else pytest.approx(share))


def test_importances_and_relations_of_all_features(tmp_path: Path) -> None:
    """Each in its own measure; lists of few features say nothing."""
    table = "feature,importance,mutual_info\n" + "".join(
        f"f{n},{0.9 if n == 0 else 0.025},{n / 1000}\n" for n in range(5)
    )
    m = _measured(tmp_path, feature_report_csv=table)
    assert _value(m, "report.top_importance") == pytest.approx(0.9)
    assert _value(m, "report.best_mutual") == 0.004
    assert m["report.best_correlation"].state == "unknown"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("split_info_json", {"train_counts": [500, 500, 0], "val_counts": [0, 20, 480]}),
        ("class_counts_json", {"train": {"a": 500, "b": 500, "c": 0}, "val": {"a": 0, "b": 20, "c": 480}}),
        ("label_distribution_csv", "split,cat,dog,cow\ntrain,500,500,0\nvalidation,0,20,480\n"),
    ],
)
def test_counts_of_classes_by_split(tmp_path: Path, name: str, content: object) -> None:
    """Lists, dictionaries and tables; the share of the largest class is known from them, too."""
    m = _measured(tmp_path, **{name: content})
    assert _value(m, "split.label_drift") == {"val": pytest.approx(0.96, abs=0.01)}
    assert _value(m, "config.majority_share") == 0.5


def test_mixes_that_differ_by_chance_are_alike(tmp_path: Path) -> None:
    """Fifty rows of ten classes never have the mix of training."""
    counts = {"train": {f"c{n}": 500 for n in range(10)}, "val": {f"c{n}": 5 + n % 3 - 1 for n in range(10)}}
    assert _value(_measured(tmp_path, class_counts_json=counts), "split.label_drift_q")["val"] > 0.5  # type: ignore[index]


def test_what_is_no_report_says_nothing(tmp_path: Path) -> None:
    """Broken files, lists of anything, and results of a model."""
    m = _measured(tmp_path, data_report_json="{", summary_json={"accuracy": 0.9, "n": 30}, stats_csv="a,b\n1,2\n")
    for name in ("column.reported_psi", "column.reported_shift", "column.reported_broken", "report.wrong_labels"):
        assert getattr(m[name], "state", "") == "unknown"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("timing_info_json", {"train": {"mean": 12.0, "std": 0.5}, "val": {"mean": 3.0, "std": 0.2}}),
        ("summary_json", {s: {"loss": {"mean": 0.1 + k, "std": 0.01}} for k, s in enumerate(("train", "val"))}),
        ("metrics_summary_json", {s: {"f1": {"mean": 0.9 - k, "std": 0.1}} for k, s in enumerate(("train", "val"))}),
        ("sensor_summary_csv", "name,pressure_psi,drift\npump,30.2,0.4\nvalve,12.1,0.2\n"),
        ("data_summary_csv", "feature,missing,nulls\nage,1,1\npay,0,0\njob,1,1\n"),
        ("label_metrics_json", {"label": "cat", "n": 100, "errors": 40}),
        ("class_info_json", {"train": {"n_images": 900, "n_classes": 10}, "val": {"n_images": 30, "n_classes": 10}}),
        ("class_report_json", {"train": {"tp": 90, "fp": 10}, "val": {"tp": 10, "fp": 90}}),
    ],
)
def test_what_only_looks_like_a_report_of_a_fault(tmp_path: Path, name: str, content: object) -> None:
    """Times, losses and metrics of the splits, pressures in psi, counts of blanks, errors of the model by class."""
    m = _measured(tmp_path, **{name: content})
    numbers = [
        *("column.reported_psi", "column.reported_shift", "column.reported_broken", "column.reported_blank"),
        *("report.wrong_labels", "split.label_drift", "report.top_importance"),
    ]
    said = {each: _value(m, each) for each in numbers if getattr(m[each], "state", "measured") == "measured"}
    assert not any(said.values()), said


def test_decisions_counted_in_a_file_of_their_own(tmp_path: Path) -> None:
    """A confusion matrix or a report by class beside the log is what the model decides."""
    (tmp_path / "a").mkdir()
    square = "            pred_no  pred_yes\ntrue_no         969         0\ntrue_yes         31         0\n"
    m = _measured(tmp_path / "a", confusion_matrix_txt=square)
    assert {name: each.value for name, each in m["class.recall"].items()} == {"0": 1.0, "1": 0.0}
    by_class = {"a": {"precision": 1.0, "recall": 1.0, "f1-score": 1.0, "support": 90.0}}
    by_class |= {"b": {"precision": 1.0, "recall": 1.0, "f1-score": 1.0, "support": 10.0}, "accuracy": 1.0}
    means = {"precision": 1.0, "recall": 1.0, "f1-score": 1.0, "support": 100.0}
    m = _measured(tmp_path, classification_report_json={**by_class, "macro avg": means, "weighted avg": means})
    assert _value(m, "class.recall") == {"a": 1.0, "b": 1.0}


@pytest.mark.parametrize(
    ("area", "own", "skill"), [(0.51, 0.5, 0.02), (0.8, 0.5, 0.6), (0.51, 0.95, 0.9)]
)  # fmt: skip
def test_scores_of_simple_models(tmp_path: Path, area: float, own: float, skill: float) -> None:
    """Areas by themselves, shares beside that of a constant; what the network itself finds is there to be found."""
    table = f"model,accuracy,auc\nmajority,0.6,0.5\nlogistic,0.6,{area}\nlightgbm,0.6,0.5\nours,0.6,{own}\n"
    m = _measured(tmp_path, baselines_csv=table)
    assert _value(m, "report.best_baseline") == pytest.approx(skill)


def test_shares_of_right_decisions_count_from_the_constant_one(tmp_path: Path) -> None:
    """Nine in ten is nothing where nine in ten are of one class."""
    report = {"dummy": {"acc": 0.9}, "logreg": {"acc": 0.9}, "random_forest": {"acc": 0.95}}
    assert _value(_measured(tmp_path, baselines_json=report), "report.best_baseline") == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("metric", "constant", "others", "skill"),
    [
        ("rmse", 10.0, (10.1, 8.0), 0.36),
        ("test_mae", 10.0, (9.0, 8.0), 0.2),
        ("log_loss", 0.69, (0.70, 0.69), 0.0),
        ("val mse", 4.0, (3.0, 5.0), 0.25),
        ("rmse_val", 10.0, (10.1, 8.0), 0.36),
        ("MAE (test)", 10.0, (9.0, 8.0), 0.2),
    ],
)
def test_errors_count_from_that_of_a_constant(
    tmp_path: Path, metric: str, constant: float, others: tuple[float, float], skill: float
) -> None:
    """The run's own network is one of the models that find nothing."""
    table = f"model,{metric}\ntrain mean,{constant}\nmlp_16,{others[0]}\nknn_25,{others[1]}\n"
    m = _measured(tmp_path, model_comparison_csv=table)
    assert _value(m, "report.best_baseline") == pytest.approx(skill)
    alone = "\n".join(table.splitlines()[:1] + table.splitlines()[2:])
    assert not _measured(tmp_path, model_comparison_csv=alone)["report.best_baseline"].known


def test_a_score_on_training_rows_is_none_of_a_simple_model(tmp_path: Path) -> None:
    table = "model,r2_train,r2_val\nLinearRegression,0.1,0.01\nGB,0.9,0.02\n"
    assert _value(_measured(tmp_path, model_comparison_csv=table), "report.best_baseline") == pytest.approx(0.02)


def test_a_text_of_any_name_that_compares_simple_models(tmp_path: Path) -> None:
    """One line alone may be of the model of the run."""
    lines = "logreg            val AUC 0.52\nrandom forest     val AUC 0.50\n"
    assert _value(_measured(tmp_path, tried_txt=lines), "report.best_baseline") == pytest.approx(0.04)
    assert not _measured(tmp_path, tried_txt="logreg val AUC 0.52\n")["report.best_baseline"].known


def _columns(**blank: int) -> list[dict[str, object]]:
    return [{"name": name, "num_examples": 100, "num_missing": n, "mean": 1.0} for name, n in blank.items()]


@pytest.mark.parametrize(
    ("report", "blank"),
    [
        ({"raw": _columns(a=0, b=10), "derived": _columns(log_a=60, a_per_b=10)}, {"log_a": 0.5, "a_per_b": 0.0}),
        ("column,stage,missing_rate\na,raw,0.0\nlog_a,engineered,0.5\n", {"log_a": 0.5}),
        ({"derived": _columns(log_a=60)}, None),  # what was blank before is not known
        ("column,missing_rate\na,0.0\nlog_a,0.5\n", None),
    ],
)
def test_blanks_that_come_in_as_columns_are_made(tmp_path: Path, report: object, blank: object) -> None:
    """Beside the raw column with most of them."""
    name = "feature_report_csv" if isinstance(report, str) else "feature_report_json"
    m = _measured(tmp_path, **{name: report})
    found = m["column.reported_made_blank"]
    assert (_value(m, "column.reported_made_blank") if isinstance(found, dict) else None) == (
        None if blank is None else pytest.approx(blank)
    )


_DRIFT = "feature,psi,drift_detected\nage,0.01,false\nincome,0.02,false\nlight,2.4,true\nlabel,0.3,true\n"


@pytest.mark.parametrize(
    ("beside", "moved"),
    [
        ({}, {"age", "income", "light", "label"}),
        ({"config_yaml": "features: age, income\nlr: 0.1\n"}, {"age", "income", "label"}),
        ({"feature_importance_csv": "feature,gain\nage,9\nincome,4\nlight,0\ndebt,2\n"}, {"age", "income", "label"}),
        ({"feature_importance_csv": "feature,gain\nage,9\nincome,4\nlight,0.1\ndebt,2\n"},
         {"age", "income", "light", "label"}),
    ],
)  # fmt: skip
def test_a_column_that_no_model_reads_may_drift(tmp_path: Path, beside: dict[str, object], moved: set[str]) -> None:
    """Left out of the features, or without any importance."""
    m = _measured(tmp_path, drift_csv=_DRIFT, **beside)
    assert set(_value(m, "column.reported_psi")) == moved
    assert set(_value(m, "column.reported_drifted")) == moved


def test_a_cell_for_each_split(tmp_path: Path) -> None:
    """Statistics of a column, and rows of a class, beside each other."""
    wide = "feature,train_mean,train_std,test_mean,test_std,train_null_pct,test_null_pct\n"
    wide += "age,40,10,55,10,0.0,0.99\npay,1,1,1,1,0.0,0.0\n"
    counts = "| class | train | val |\n|---|---|---|\n| a | 500 | 0 |\n| b | 500 | 500 |\n"
    m = _measured(tmp_path, feature_stats_csv=wide, data_report_md=counts)
    assert _value(m, "column.reported_shift") == {"age": 1.5, "pay": 0.0}
    assert _value(m, "column.reported_blank") == {"age": 0.99, "pay": 0.0}
    assert _value(m, "split.label_drift")["val"] > 0.4  # type: ignore[index]


def test_a_share_that_both_splits_hold(tmp_path: Path) -> None:
    """Told by the words of its key; that of words or classes is none of rows."""
    report = {"train_test_overlap": 0.2, "train_val_vocab_overlap": 0.9}
    assert _value(_measured(tmp_path, data_checks_json=report), "report.copies") == 0.2


def test_checks_with_an_outcome_and_cases_that_failed(tmp_path: Path) -> None:
    """Soda lists every check, Pandera those cases that failed."""
    soda = {"checks": [{"check": "invalid_count(age) = 0", "column": "age", "outcome": "fail"}]}
    soda["checks"] += [{"check": "missing_percent(pay) < 5", "column": "pay", "outcome": "pass"}]
    cases = "schema_context,column,check,check_number,failure_case,index\nColumn,home,isin(a b),0,RENT,7\n"
    m = _measured(tmp_path, quality_checks_json=soda, pandera_report_csv=cases)
    assert _value(m, "column.reported_broken") == {"age": 0.05, "home": 0.05}
    assert _value(m, "column.reported_blank") == {"pay": 0.0}


def test_drift_in_words(tmp_path: Path) -> None:
    """A yes in a table; numbers of that name are no flag."""
    m = _measured(tmp_path, drift_csv="column,ks,p_value,drift\nage,0.4,0.0,yes\npay,0.01,0.8,no\n")
    assert _value(m, "column.reported_drifted") == {"age": True, "pay": False}


MONTHS = ["2025-03", "2025-04", "2025-05", "2025-06"]


def test_statistics_of_training_and_use_in_one_row(tmp_path: Path) -> None:
    """The last month counts; what is called after neither side is of neither."""
    rows = ["month,feature,train_mean,train_std,serving_mean,serving_std,null_share"]
    for number, month in enumerate(MONTHS):
        rows += [f"{month},income,50,10,{50 - 4 * number},11,0.0", f"{month},age,40,8,40.5,8,0.0"]
    m = _measured(tmp_path, serving_stats_csv="\n".join(rows) + "\n")
    assert _value(m, "column.reported_shift") == {"income": pytest.approx(1.2), "age": pytest.approx(0.0625)}
    assert _value(m, "report.shift_in_use") == pytest.approx(1.2)


def test_reference_and_current_are_training_and_use(tmp_path: Path) -> None:
    table = "feature,reference_mean,reference_std,current_mean,current_std\nincome,50,10,62,10\nage,40,8,40,8\n"
    m = _measured(tmp_path, feature_drift_csv=table)
    assert _value(m, "report.shift_in_use") == pytest.approx(1.2)
    split = "feature,train_mean,train_std,test_mean,test_std\nincome,50,10,62,10\nage,40,8,40,8\n"
    assert _value(_measured(tmp_path, feature_drift_csv=split), "report.shift_in_use") is None


@pytest.mark.parametrize(
    ("table", "in_use"),
    [
        ("feature,reference,current,psi\nincome,50,62,1.2\nage,40,40,0.01\n", 1.2),
        ("variable,expected_mean,actual_mean,psi\nincome,50,62,1.2\nage,40,40,0.01\n", 1.2),
        ("column,baseline_median,latest_median,psi_value\nincome,50,62,1.2\nage,40,40,0.01\n", 1.2),
        ("feature,train_mean,valid_mean,psi\nincome,50,62,1.2\nage,40,40,0.01\n", None),
        ("feature,psi\nincome,1.2\nage,0.01\n", None),
    ],
)
def test_the_index_of_current_data_is_of_data_in_use(tmp_path: Path, table: str, in_use: float | None) -> None:
    """The columns beside the index say what it compares."""
    m = _measured(tmp_path, drift_check_csv=table)
    assert _value(m, "column.reported_psi") == {"income": 1.2, "age": 0.01}
    assert _value(m, "report.psi_in_use") == in_use


@pytest.mark.parametrize(
    ("name", "values", "doublings", "trend"),
    [
        ("auc", [0.9, 0.88, 0.85, 0.8], 1.0, 1.0),
        ("accuracy", [90, 91, 90.5, 90], 0.0, None),
        ("mae", [2.0, 3.0, 5.0, 8.0], 2.0, 1.0),
        ("auc", [0.9, 0.8, 0.7], None, None),  # three periods are no trend
    ],
)
def test_a_metric_in_use_is_followed_over_its_periods(
    tmp_path: Path, name: str, values: list[float], doublings: float | None, trend: float | None
) -> None:
    rows = "".join(f"{month},{value},900\n" for month, value in zip(MONTHS, values, strict=False))
    m = _measured(tmp_path, monitoring_csv=f"month,{name},n\n" + rows)
    worse = _value(m, "report.use_worsens")
    assert worse is None if doublings is None else worse == pytest.approx(doublings)
    if trend is not None:
        assert _value(m, "report.use_trend") == pytest.approx(trend)


def test_metrics_by_month_elsewhere_are_not_of_use(tmp_path: Path) -> None:
    """Only a report that is called after use speaks of it."""
    rows = "".join(f"{month},{value}\n" for month, value in zip(MONTHS, (0.9, 0.85, 0.8, 0.7), strict=True))
    m = _measured(tmp_path, data_summary_csv="month,auc\n" + rows)
    assert _value(m, "report.use_worsens") is None


def test_classes_counted_in_a_table_say_how_unequal_they_are(tmp_path: Path) -> None:
    """A column for each split; accuracy of a split is set against its own mix."""
    m = _measured(tmp_path, split_class_counts_csv="class,train,val\n0,1900,480\n1,100,20\n")
    assert _value(m, "labels.class_ratio") == 19.0
    assert _value(m, "config.majority_share") == 0.95


@pytest.mark.parametrize(
    "matrix", [[[531, 0], [9, 0]], {"tn": 531, "fp": 0, "fn": 9, "tp": 0},
               {"true_negatives": 531, "false_positives": 0, "false_negatives": 9, "true_positives": 0}]
)  # fmt: skip
def test_the_matrix_among_the_scores_of_an_evaluation(tmp_path: Path, matrix: object) -> None:
    """Decisions by class, whatever the file is called; that of a baseline beside it is not the model's."""
    scores = {"baseline": {"confusion": [[300, 231], [4, 5]]}, "split": "test", "recall": 0.0, "confusion": matrix}
    m = _measured(tmp_path, final_scores_json=scores)
    assert _value(m, "class.recall") == {"0": 1.0, "1": 0.0}
    assert _value(m, "predictions.same_share") == 1.0


@pytest.mark.parametrize("square", [[[0.9, 0.1], [0.2, 0.8]], [[3, 1], [0, 2]], [[40, 1, 2], [3, 50, 4]]])
def test_shares_few_rows_and_what_is_no_square_are_no_decisions(tmp_path: Path, square: object) -> None:
    m = _measured(tmp_path, eval_report_json={"accuracy": 0.8, "confusion_matrix": square})
    assert m.one("predictions.accuracy").state == "unknown"


def test_a_report_by_class_is_no_log(tmp_path: Path) -> None:
    """Its rows are classes; the mean in its last lines is no recall at an epoch."""
    rows = "".join(f"{name:>12} 0.90 0.90 0.90 50\n".replace(" 0", "   0") for name in ("sit", "walk"))
    text = f"{'':13}precision  recall  f1-score  support\n\n{rows}\n    accuracy                   0.90   100\n"
    m = _measured(tmp_path, classification_report_txt=text)
    assert {curve.place.file for curve in m.run.curves} == {"log.csv"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data_profile_json", '{"age": {"mean": 1' + "0" * 400 + ', "std": 2, "missing_rate": 0.1}}'),
        ("data_profile_csv", "feature,mean,std\nage," + "9" * 500 + ",nan\npay,3,1\n"),
        ("data_quality_csv", "anomaly,n\nnone,3\nsome,4\n"),
        ("data_summary_csv", "feature,mean\n" + "x" * 40_000 + ",1\n"),
    ],
)
def test_what_no_report_holds_is_passed_over(tmp_path: Path, name: str, content: str) -> None:
    """Numbers beyond all numbers, and words of a tool in a table that is not the tool's."""
    m = _measured(tmp_path, **{name: content})
    assert not any(math.isnan(said.value) for said, _ in told(m))


def test_training_classes_balanced_on_purpose_are_no_biased_split(tmp_path: Path) -> None:
    """As many rows of each class to the row come of a plan; a class that is missing elsewhere is still told."""
    counts = "class,train,val\nneg,5000,{}\npos,5000,{}\n"
    m = _measured(tmp_path, class_counts_csv=counts.format(900, 100))
    assert m["split.label_drift"].state == "unknown"
    m = _measured(tmp_path, class_counts_csv=counts.format(1000, 0))
    assert _value(m, "split.label_drift")["val"] > 0.4  # type: ignore[index]


def test_blanks_of_a_column_that_the_script_drops_are_of_no_account(tmp_path: Path) -> None:
    """A profile of the raw data has it, and the model does not."""
    profile = "column,missing_share\npool,0.995\nyard,0.96\narea,0.0\n"
    m = _measured(tmp_path, eda_profile_csv=profile)
    assert _value(m, "column.reported_blank") == {"pool": 0.995, "yard": 0.96, "area": 0.0}
    script = "import pandas as pd\ndf = pd.read_csv('houses.csv').drop(columns=['pool', 'yard'])\nmodel.fit(df, y)\n"
    m = _measured(tmp_path, eda_profile_csv=profile, train_py=script)
    assert _value(m, "column.reported_blank") == {"area": 0.0}


def test_the_overlap_that_is_allowed_is_no_overlap(tmp_path: Path) -> None:
    """A limit has the words of a measurement and one more."""
    m = _measured(tmp_path, split_report_json={"max_train_test_overlap": 0.1, "rows": 900})
    assert m["report.copies"].state == "unknown"


def test_results_of_checks_as_people_shorten_them(tmp_path: Path) -> None:
    """Great Expectations without its nesting, called after the checkpoint; a stage tells made columns apart."""
    kind = {"expectation_type": "expect_column_values_to_be_between", "success": False}
    results = [
        {**kind, "column": "speed", "stage": "raw", "success": True, "unexpected_count": 0},
        {**kind, "column": "speed_per_load", "stage": "processed", "unexpected_count": 40, "element_count": 80},
        {**kind, "column": "price", "stage": "raw", "unexpected_count": 3},
    ]
    m = _measured(tmp_path, checkpoint_7_json={"success": False, "results": results})
    assert _value(m, "column.reported_made_broken") == {"speed_per_load": 0.5}
    assert _value(m, "column.reported_broken") == {"speed": 0.0, "price": 0.05}


@pytest.mark.parametrize("case", [str, lambda key: {"anomaly_info": "anomalyInfo"}.get(key, "shortDescription")])
def test_anomalies_in_json(tmp_path: Path, case: Callable[[str], str]) -> None:
    """As protobuf writes JSON, in either case; the description gives the share of unknown values."""
    said = {
        "home": ("Unexpected string values", "values missing from the schema: RNT (~21%), OWN (~20%)."),
        "age": ("High Jensen-Shannon divergence between training and serving", "0.4"),
        "debt": ("Column dropped", "The feature was present in fewer examples than expected."),
    }
    found = {name: {case("short_description"): short, "description": more} for name, (short, more) in said.items()}
    found["home"]["reason"] = [{case("short_description"): "Unexpected string values"}]  # type: ignore[assignment]
    m = _measured(tmp_path, week_json={"baseline": "train", case("anomaly_info"): found})
    assert _value(m, "column.reported_broken") == {"home": pytest.approx(0.41)}
    assert _value(m, "column.reported_drifted") == {"age": True}
    assert _value(m, "column.reported_blank") == {"debt": 1.0}


@pytest.mark.parametrize(
    "cells", [{"num_examples": 40, "num_missing": 40}, {"n_rows": 40, "null_count": 40}, {"n": 8, "n_nan": 8}]
)
def test_blanks_that_are_counted(tmp_path: Path, cells: dict[str, int]) -> None:
    """So many of so many cells are blank, whoever counted; a count of filled cells is no total."""
    columns = [{"name": "tenure", **cells}, {"name": "age", "count": 40, "num_missing": 20}]
    assert _value(_measured(tmp_path, serving_stats_json={"features": columns}), "column.reported_blank") == {
        "tenure": 1.0
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("adversarial_validation_json", {"target": "is_test", "valid_auc": 0.98, "n_train": 1800}),
        ("drift_check_json", {"adversarial_auc": 0.98}),
        ("drift_report_json", {"target": "is_oot", "auc": 0.98}),
    ],
)
def test_a_model_that_tells_tables_apart(tmp_path: Path, name: str, content: object) -> None:
    """Adversarial validation, by its name, by its key, or by its target."""
    assert _value(_measured(tmp_path, **{name: content}), "report.told_apart") == 0.98


def test_what_tells_tables_apart_is_no_importance_for_the_label(tmp_path: Path) -> None:
    """One column that gives the table away does not give the label away."""
    rows = "feature,gain\ninquiries,5000\nage,20\nincome,10\nregion,0\n"
    m = _measured(tmp_path, adversarial_importance_csv=rows)
    assert not m["report.top_importance"].known


def test_scores_by_name_and_features_alone(tmp_path: Path) -> None:
    """A share of right decisions beside that of the commonest class; an area under the curve for each feature."""
    scores = {"majority_class": 0.6, "logistic_regression": 0.6, "random_forest": 0.68}
    rows = "feature,mutual_info,univariate_auc\na,0.01,0.49\nb,0.0,0.53\nc,0.02,0.5\nd,0.0,0.51\n"
    m = _measured(tmp_path, baselines_json=scores, feature_ranking_csv=rows)
    assert _value(m, "report.best_baseline") == pytest.approx(0.2)
    assert _value(m, "report.best_alone") == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ({"most_common_class_acc": 0.6, "random_forest_acc": 0.68, "logreg_acc": 0.6}, 0.2),
        ({"logreg_auc": 0.6, "lightgbm_auc": 0.7}, 0.4),
        ({"dummy_mae": 4.0, "ridge_mae": 3.0, "xgb_mae": 2.0}, 0.5),
        ({"mean_absolute_error": 3.0, "root_mean_squared_error": 4.0}, None),
        ({"majority_class_mae": 3.0, "naive_mae": 4.0}, None),
        ({"ridge_train_mae": 3.0, "dummy_train_mae": 4.0}, None),
    ],
)
def test_scores_called_by_model_and_metric(scores: dict[str, float], best: float | None, tmp_path: Path) -> None:
    """Each key says whose score it is, and of what."""
    found = _value(_measured(tmp_path, baseline_json=scores), "report.best_baseline")
    assert found == (pytest.approx(best) if best is not None else None)


@pytest.mark.parametrize(
    "content",
    [
        {"mean": 12.5, "ridge": 9.1},
        {"majority": 0.5, "n": 40},
        {"dummy": 0.4, "ridge": 0.3},
        {"linear": 0.2, "tree": 0.3},
    ],
)
def test_scores_whose_meaning_is_open(tmp_path: Path, content: object) -> None:
    """Errors, one score alone, or a metric that is not known: no skill."""
    assert not _measured(tmp_path, baselines_json=content)["report.best_baseline"].known


@pytest.mark.parametrize(
    ("name", "content", "lead", "bends"),
    [
        ("reference_models_json", {"majority": 0.5, "lightgbm_default": 0.95, "candidate": 0.55}, 0.8, True),
        ("baselines_json", {"majority": 0.5, "logistic_regression": 0.7, "ours": 0.8}, -0.2, False),
        ("model_comparison_csv", "model,auc\nrandom forest,0.9\nlogistic regression,0.6\nour network,0.7\n", 0.4, True),
        ("reference_models_json", {"xgboost": 0.95, "candidate": 0.55}, None, None),
    ],
)
def test_a_reference_beside_the_own_model(
    tmp_path: Path, name: str, content: object, lead: float | None, bends: bool | None
) -> None:
    """Trees, neighbours and kernels are no weighted sums; a score whose chance is not known is no skill."""
    m = _measured(tmp_path, **{name: content})
    assert m.one("report.reference_lead").value == (None if lead is None else pytest.approx(lead))
    assert m.one("report.reference_bends").value == bends


def test_tests_of_dbt_and_checks_of_soda(tmp_path: Path) -> None:
    """Both name the check; dbt's test holds the name of the column, in a file of any name."""
    results = [
        {"unique_id": "test.shop.accepted_values_orders_plan", "status": "fail", "failures": 400},
        {"unique_id": "test.shop.not_null_orders_amount", "status": "pass", "failures": 0},
        {"unique_id": "model.shop.orders", "status": "success"},
    ]
    checks = [{"name": "invalid_count(age) = 0", "outcome": "fail", "column": "age"}]
    m = _measured(tmp_path, run_results_json={"results": results}, soda_scan_json={"checks": checks})
    assert _value(m, "column.reported_broken") == {"orders_plan": 0.05, "age": 0.05}
    assert _value(m, "column.reported_blank") == {"orders_amount": 0.0}


def test_statistics_of_tensorflow_data_validation(tmp_path: Path) -> None:
    """Names are paths, and whole numbers are texts, as protobuf writes JSON; what is called serving is of use."""
    features = [
        {"path": {"step": [name]}, "numStats": {"commonStats": {"numMissing": gone, "numNonMissing": left}}}
        for name, gone, left in (("tenure", "500", "0"), ("age", "5", "495"))
    ]
    m = _measured(tmp_path, serving_stats_json={"datasets": [{"name": "today", "features": features}]})
    assert _value(m, "column.reported_blank") == {"tenure": 1.0, "age": 0.01}
    assert _value(m, "column.blank_in_use") == {"tenure": 1.0, "age": 0.01}


@pytest.mark.parametrize(
    "content",
    [
        {"val_rows_also_in_train": 100, "n_train": 1500, "n_val": 400},
        {"exact_duplicates_train_val": 100, "val_size": 400},
        {"overlap_train_val": 100, "train": {"rows": 900}, "val": {"rows": 400}},
    ],
)
def test_rows_on_both_sides_that_are_counted(tmp_path: Path, content: object) -> None:
    """So many of those of the other split, where the record says how many it has."""
    assert _value(_measured(tmp_path, split_audit_json=content), "report.copies") == 0.25


@pytest.mark.parametrize(
    "content", [{"val_rows_also_in_train": 100}, {"shared_vocabulary_train_val": 900, "n_val": 900}, {"overlap": 3}]
)
def test_counts_of_nothing_known_are_no_copies(tmp_path: Path, content: object) -> None:
    assert not _measured(tmp_path, split_audit_json=content)["report.copies"].known


@pytest.mark.parametrize(
    ("content", "share"),
    [
        ({"unknown_categories": {"plan": {"share": 0.96}, "region": {"share": 0.0}}}, {"plan": 0.96, "region": 0.0}),
        ({"dataset": "scoring_week_11", "invalid_values": {"plan": 0.96}}, {"plan": 0.96}),
    ],
)
def test_shares_of_unknown_values(tmp_path: Path, content: object, share: dict[str, float]) -> None:
    """By column; they are of use where the report says so of itself."""
    name = "serving_report_json" if "dataset" not in str(content) else "validation_json"
    m = _measured(tmp_path, **{name: content})
    assert _value(m, "column.reported_broken") == share
    assert _value(m, "column.broken_in_use") == share


def test_agreement_of_those_who_labelled(tmp_path: Path) -> None:
    """Of each two of them, or of all; a kappa of the model is none."""
    content = {"double_annotated": 300, "cohen_kappa": {"A-B": 0.3, "A-C": 0.5}, "model": {"accuracy": 0.9}}
    assert _value(_measured(tmp_path, annotation_report_json=content), "report.annotator_agreement") == 0.4
    other = _measured(tmp_path, annotation_report_json={"n": 3}, validation_report_json={"cohen_kappa": 0.3})
    assert not other["report.annotator_agreement"].known
    setting = _measured(
        tmp_path, annotation_report_json={"n": 3}, validation_report_json={"coder": "bpe", "alpha": 0.3}
    )
    assert not setting["report.annotator_agreement"].known


@pytest.mark.parametrize("key", ["mean_abs_shap", "feature_importance", "importances"])
def test_importances_below_one_key_count_once(tmp_path: Path, key: str) -> None:
    """A mapping within the file, beside which nothing else stands."""
    m = _measured(tmp_path, shap_summary_json={key: {"code": 9.0, "age": 0.5, "bmi": 0.3, "sex": 0.2}})
    assert _value(m, "report.top_importance") == pytest.approx(0.9)


def test_attacks_tell_no_tables_apart_and_new_columns_break_nothing(tmp_path: Path) -> None:
    """Adversarial inputs are another matter; a column that nobody reads is no breach of the schema."""
    m = _measured(
        tmp_path,
        adversarial_eval_json={"clean_auc": 0.9, "adversarial_auc": 0.8, "eps": 0.1},
        anomalies_json={
            "anomaly_info": {"session": {"short_description": "New column", "description": "not in schema"}}
        },
    )
    assert not m["report.told_apart"].known
    assert not isinstance(m["column.reported_broken"], dict)


def test_columns_that_are_all_zero_and_whether_their_dictionary_allows_it(tmp_path: Path) -> None:
    """A column counts as filled with zeros only where no split has another value in it."""
    zero = {"mean": 0.0, "std": 0.0, "min": 0.0, "max": 0.0}
    some = {"mean": 0.2, "std": 0.4, "min": 0.0, "max": 1.0}
    pay = {"mean": 900.0, "std": 80.0, "min": 500.0, "max": 2000.0}
    told = {
        "train": {"pay": pay, "fico": zero, "rare": zero, "late": zero},
        "val": {"pay": pay, "fico": zero, "rare": zero, "late": some},
    }
    lines = ["feature,type,min,max", "pay,float,0,90000", "fico,int,480,850", "rare,int,0,1", "late,int,0,1"]
    (tmp_path / "data_dictionary.csv").write_text("\n".join(lines) + "\n")
    m = _measured(tmp_path, feature_stats_json=told)
    assert _value(m, "column.reported_all_zero") == {"pay": False, "fico": True, "rare": True, "late": False}
    assert _value(m, "column.reported_outside") == {"pay": False, "fico": True, "rare": False, "late": False}


def test_numbered_columns_and_values_of_a_category_may_be_empty(tmp_path: Path) -> None:
    """The corner pixels of pictures are 0 in every row, and a value of a category may not occur."""
    zero = {"mean": 0.0, "std": 0.0, "min": 0.0, "max": 0.0}
    some = {"mean": 0.2, "std": 0.4, "min": 0.0, "max": 1.0}
    pixels = {f"pixel_{row}_{column}": some if row else zero for row in range(4) for column in range(4)}
    m = _measured(tmp_path, feature_stats_json={"train": {**pixels, "purpose=boat": zero, "age": some}})
    assert _value(m, "column.reported_all_zero") == {"age": False}


def test_a_square_of_counts_is_no_table_of_answers(folder: Callable[[dict[str, str | bytes]], Path]) -> None:
    """Its columns are called like answers, and its rows are classes."""
    log = "epoch,loss\n0,1\n1,0.5\n2,0.4\n"
    run = read_run(
        folder({"metrics.csv": log, "report/confusion_matrix.csv": "actual,pred_0,pred_1\n0,820,0\n1,3,0\n"})
    )
    assert "predictions" not in run.files
    assert run.files["decision_report"] == ("report/confusion_matrix.csv",)


@pytest.mark.parametrize("name", ["mi_csv", "target_rel_csv", "univariate_md"])
def test_a_list_of_features_is_a_report_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    """What ties each feature to the label stands in its columns; the name may be anything."""
    rows = [("a", "0.031", "-0.09"), ("b", "0.01", "0.02"), ("c", "0.0", "0.03"), ("d", "0.0", "-0.01")]
    cells = [("feature", "mutual_information", "pearson_r"), *rows]
    if name.endswith("md"):
        lines = [f"| {' | '.join(row)} |" for row in (cells[0], ("---",) * 3, *rows)]
    else:
        lines = [",".join(row) for row in cells]
    m = _measured(tmp_path, **{name: "\n".join(lines) + "\n"})
    assert _value(m, "report.best_mutual") == 0.031
    assert _value(m, "report.best_correlation") == 0.09


def test_a_comparison_with_a_schema(tmp_path: Path) -> None:
    """Columns that are not there, and those of another type; lists of what is there say nothing."""
    text = json.dumps(
        {
            "missing_columns": ["income"],
            "unexpected_columns": ["incom"],
            "type_mismatches": [
                {"column": "age", "expected": "int", "actual": "string"},
                {"column": "pay", "expected": "int", "actual": "int"},
            ],
        }
    )
    for name in ("schema_check_json", "schema_diff_json"):
        (tmp_path / name).mkdir()
        m = _measured(tmp_path / name, **{name: text})
        said = {(one.what, one.name) for one, _ in m.once(told)}
        assert said == {("blank", "income"), ("broken", "age")}


def test_one_statistic_a_row(tmp_path: Path) -> None:
    """ "column, stat, value" is long form; another statistic is no index."""
    rows = "column,stat,value\nincome,psi,0.71\nincome,ks,0.4\nage,psi,0.01\n"
    assert _value(_measured(tmp_path, drift_csv=rows), "column.reported_psi") == {"income": 0.71, "age": 0.01}


def test_a_report_that_breaks_off_is_told_and_hides_no_other(tmp_path: Path) -> None:
    """Half a file is a note with its name; what another report says is there all the same."""
    (tmp_path / "metrics.csv").write_text(LOG)
    (tmp_path / "drift_report.json").write_text('{"age": {"psi": 0.4}, "income": {"psi": 0.01}}')
    (tmp_path / "data_report.json").write_text('{"missing": [1, ')
    measures = Measures(read_run(tmp_path))
    assert {said.name for said, _ in measures.once(told) if said.what == "psi"} == {"age", "income"}
    assert any("data_report.json" in note and "JSON" in note for note in measures.notes)
    assert sum("data_report.json" in note for note in diagnose(tmp_path).notes) == 1


SALES = ",sales\nday,0.12\nprice,-0.35\nrain,0.17\npromo,0.28\nsales,1.0\n"


def test_correlations_with_the_label_are_called_after_it(tmp_path: Path) -> None:
    """The label goes with itself altogether."""
    assert _value(_measured(tmp_path, correlations_csv=SALES), "report.best_correlation") == pytest.approx(0.35)
    other = SALES.replace("sales,1.0", "sales,0.9")
    assert not _measured(tmp_path, correlations_csv=other)["report.best_correlation"].known


@pytest.mark.parametrize(("most", "known"), [(1.3, True), (0.9, False), (900.0, False)])
def test_an_index_of_drift_reaches_above_one(tmp_path: Path, most: float, known: bool) -> None:
    """Below it the numbers may as well be the p of a test."""
    m = _measured(tmp_path, drift_json={"age": 0.01, "income": most, "region": 0.0})
    assert (isinstance(m["column.reported_psi"], dict)) is known


def test_importances_among_the_scores_of_a_model(tmp_path: Path) -> None:
    scores = {"r2_train": 0.99, "r2_test": 0.98, "importances": {"a": 0.8, "b": 0.1, "c": 0.05, "d": 0.05}}
    m = _measured(tmp_path, result_json=scores)
    assert _value(m, "report.top_importance") == pytest.approx(0.8)
    assert _value(m, "report.score_skill") == pytest.approx(0.98)


def test_shares_in_percent(tmp_path: Path) -> None:
    """Where a count stands beside it that is the share, as 0.5 may be a half or of a hundred."""
    profile = {
        "tenure": {"count": 1000, "missing": 0, "missing_pct": 0.0, "mean": 3.0, "std": 1.0},
        "income": {"count": 40, "missing": 960, "missing_pct": 96.0, "mean": 3.0, "std": 1.0},
        "region": {"count": 995, "missing": 5, "missing_pct": 0.5, "mean": 3.0, "std": 1.0},
        "loans": {"missing_pct": 64.0, "mean": 3.0, "std": 1.0},
    }
    m = _measured(tmp_path, profile_json=profile)
    assert _value(m, "column.reported_blank") == {"tenure": 0.0, "income": 0.96, "region": 0.005, "loans": 0.64}


def test_a_category_that_is_always_blank_breaks_no_vocabulary(tmp_path: Path) -> None:
    """The only value that was not expected is an empty text."""
    blank = _expectation("expect_column_values_to_be_in_set", "district", False, 100.0)
    blank["result"] = {"unexpected_percent": 100.0, "partial_unexpected_list": ["", ""]}
    other = _expectation("expect_column_values_to_be_in_set", "plan", False, 40.0)
    other["result"] = {"unexpected_percent": 40.0, "partial_unexpected_list": ["gold", ""]}
    m = _measured(tmp_path, validation_json={"success": False, "results": [blank, other]})
    assert _value(m, "column.reported_blank") == {"district": 1.0}
    assert _value(m, "column.reported_broken") == {"plan": 0.4}


@pytest.mark.parametrize(
    ("drift", "found"),
    [
        ({"age": 0.01, "pay": 1.3, "plan": 0.002, "calls": 0.03}, 1.3),
        ({"age": 0.81, "pay": 0.4, "plan": 0.62, "calls": 0.03}, None),  # may be values of p
        ({"age": 0.01, "pay": 480.0, "plan": 0.002, "calls": 0.03}, None),  # a distance in the column's own units
        ({"age": 0.01, "pay": 0.02}, None),
    ],
)
def test_distances_by_column(tmp_path: Path, drift: dict[str, float], found: float | None) -> None:
    m = _measured(tmp_path, drift_json=drift)
    each = m["column.reported_psi"]
    assert (each["pay"].value if isinstance(each, dict) else each.value) == found


@pytest.mark.parametrize("named", ["feature_scores_json", "column_report_json", "drift_statistics_json"])
def test_numbers_by_column_that_are_no_distances(tmp_path: Path, named: str) -> None:
    """Scores of features and shares of zeros look like distances: only what is called after drift is."""
    m = _measured(tmp_path, **{named: {"age": 0.01, "pay": 1.3, "plan": 0.002, "calls": 0.03}})
    assert not m["column.reported_psi"].known


def test_made_columns_that_may_be_blank_or_constant(tmp_path: Path) -> None:
    """A lag has nothing before the first rows; the ones of a polynomial and a rare category have one value."""
    m = _measured(tmp_path, nulls_csv="column,null_rate\npay,0.0\nunits,0.0\nlag_364,0.31\nlog_pay,0.2\n")
    assert _value(m, "column.named_made_blank") == {"log_pay": 0.2}
    head = "column,count,distinct,min,mean,max\nplan,900,3,0,1,2\nlog_plan,900,3,0,1,2\n"
    rows = "poly_bias,900,1,1,1,1\nplan_encoded_other,900,1,0,0,0\nis_normalized,900,1,1,1,1\n"
    m = _measured(tmp_path, profile_csv=head + rows)
    assert _value(m, "column.named_made_constant") == {"log_plan": False}


def test_identifiers_and_dates_move_in_every_set_of_later_rows(tmp_path: Path) -> None:
    m = _measured(tmp_path, drift_json={"age": 0.02, "pay": 0.03, "customer_id": 8.1, "signup_date": 5.2})
    assert _value(m, "column.reported_psi") == {"age": 0.02, "pay": 0.03}


def test_blanks_of_raw_data_are_not_fed(tmp_path: Path) -> None:
    stats = {"train": {"rows": 900, "nan_total": 0}, "val": {"rows": 200, "nan_total": 3}}
    assert not _measured(tmp_path, stats_raw_json=stats)["column.reported_nan_evaluated"].known
    assert _value(_measured(tmp_path, stats_json=stats), "column.reported_nan_evaluated") == {"inputs": 0.015}


def test_counts_of_drifted_columns_are_no_index(tmp_path: Path) -> None:
    m = _measured(tmp_path, report_json={"drift": {"n_features": 12, "n_drifted": 0, "seconds": 3.2}, "rows": 900})
    assert not m["column.reported_psi"].known


@pytest.mark.parametrize(("other", "found"), [("line2", True), ("after_scaling", False), ("churned", False)])
def test_statistics_of_another_table_are_not_those_of_a_step(tmp_path: Path, other: str, found: bool) -> None:
    table = f"column,mean_train,std_train,mean_{other},std_{other}\nage,44,12,0,1\npay,3100,1200,0,1\n"
    assert isinstance(_measured(tmp_path, stats_csv=table)["column.reported_shift"], dict) is found


def test_means_of_scaled_inputs_by_path(tmp_path: Path) -> None:
    """A tracker's keys are paths; training means of 0 are those of inputs that were scaled to a spread of one."""
    train, val = {"age": -0.0, "pay": 0.001, "calls": 0.0}, {"age": 0.02, "pay": 2.4, "calls": -0.1}
    said = {f"{split}/input_mean/{name}": mean for split, each in (("train", train), ("val", val))
            for name, mean in each.items()}  # fmt: skip
    assert _value(_measured(tmp_path, summary_json=said), "column.reported_shift") == pytest.approx(
        {"age": 0.02, "pay": 2.4, "calls": 0.1}, abs=0.01
    )
    said["train/input_mean/age"] = 41.0
    m = _measured(tmp_path, summary_json=said)
    assert m["column.reported_shift"].value is None  # what they spread is not told


def test_drift_by_month_is_no_outcome(tmp_path: Path) -> None:
    months = [f"2025-0{n},{0.85 - 0.05 * n:.2f},{0.1 * n * n:.2f},0.01" for n in range(1, 7)]
    m = _measured(tmp_path, monitoring_csv="\n".join(["month,auc,psi_income,psi_age", *months]))
    assert _value(m, "column.reported_psi") == {"income": 3.6, "age": 0.01}
    assert m["report.use_worsens"].value > 0.5
    assert "business" not in m.run.files


def test_made_columns_that_are_blank_or_constant(tmp_path: Path) -> None:
    """Names say which columns a step computed of others; what it empties is not missing in the data."""
    m = _measured(tmp_path, null_rates_csv="column,null_rate\npay,0.0\nunits,0.01\nlog_pay,0.4\nlag_7,1.0\nshare,0.3\n")
    assert _value(m, "column.named_made_blank") == pytest.approx({"log_pay": 0.1, "lag_7": 0.7})
    listed = [
        {"feature": "age", "n": 900, "distinct": 50, "min": 18.0, "max": 70.0, "mean": 40.0},
        {"feature": "score_norm", "n": 900, "distinct": 1, "min": 1.0, "max": 1.0, "mean": 1.0},
        {"feature": "pay_scaled", "n": 900, "min": 0.0, "max": 1.0, "mean": 0.4},
    ]
    m = _measured(tmp_path / "", feature_report_json={"features": listed})
    assert _value(m, "column.named_made_constant") == {"score_norm": True, "pay_scaled": False}


def test_nan_in_evaluation_inputs_alone(tmp_path: Path) -> None:
    """A check of the arrays that counts NaN and infinite numbers; where training has blanks as well they are filled."""
    columns = {"temp": {"nan": 12, "inf": 0}, "age": {"nan": 0, "inf": 0}}
    m = _measured(tmp_path, check_valid_json={"rows": 450, "columns": columns})
    assert m["column.reported_nan_evaluated"].value is None  # raw training data may have as many
    train = {"rows": 900, "nan_total": 0}
    m = _measured(tmp_path, check_valid_json={"rows": 450, "columns": columns, "train": train})
    assert _value(m, "column.reported_nan_evaluated") == {"temp": 12 / 450, "age": 0.0}
    m = _measured(tmp_path, check_train_json={"rows": 900, "columns": columns})
    assert m["column.reported_nan_evaluated"].value is None


def test_statistics_of_all_inputs_by_split(tmp_path: Path) -> None:
    """Of pictures there are no columns: one mean and one spread for each split, among other numbers."""
    stats = {"train": {"n": 900, "mean": 0.3, "std": 0.4, "min": 0.0}, "val": {"n": 200, "mean": 0.6, "std": 0.2}}
    assert _value(_measured(tmp_path, image_stats_json=stats), "column.reported_shift") == {
        "inputs": pytest.approx(0.75)
    }


DESCRIBED = """            age   income
count   900.0   855.0
mean     40.0  2500.0
std      10.0  1300.0
min       8.0   400.0
25%      33.0  1500.0
50%      40.0  2200.0
75%      47.0  3100.0
max      71.0  9000.0
"""
IN_YAML = "n_rows: 900\ncolumns:\n  age:\n    missing: 0\n  income:\n    missing: 45\n    missing_pct: 5.0\n"
IN_BARS = "| column | missing | mean |\n|---|---|---|\n| age | 0 (0.0 %) | 40 |\n| income | 45 (5.0 %) | 9 |\n"
IN_SECTIONS = (
    "# Profile\n\n## age\n- count: 900\n- missing: 0\n\n## income\n\n- count: 855\n- **missing**: 45\n- top: none\n"
)
IN_WORDS = {"value": {name: {"Percent of nulls in sample": share} for name, share in (("income", 0.05), ("age", 0.0))}}
WHYLOGS = "column,counts/n,counts/null,distribution/mean,distribution/stddev\nage,900,0,40,10\nincome,900,45,25,13\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("describe.txt", DESCRIBED),
        ("data_report.yaml", IN_YAML),
        ("data_report.md", IN_BARS),
        ("profile.md", IN_SECTIONS),
        ("suite.json", json.dumps(IN_WORDS)),
        ("profile.csv", WHYLOGS),
    ],
)
def test_blanks_however_a_report_counts_them(tmp_path: Path, name: str, text: str) -> None:
    """By what describe leaves out, in YAML, as a count and a share in one cell, in words, and as whylogs has them."""
    (tmp_path / name).write_text(text)
    m = _measured(tmp_path)
    assert _value(m, "column.reported_blank") == {"age": pytest.approx(0.0), "income": pytest.approx(0.05)}


def test_checks_as_people_write_them_out(tmp_path: Path) -> None:
    """A column, its check, whether it passed, and how many cells did not; a batch of rows is no batch of training."""
    results = [
        {"column": "rate", "check": "between", "unexpected_percent": 100.0, "success": False},
        {"column": "age", "check": "between", "unexpected_percent": 0.4, "success": True},
    ] + [{"column": f"x{n}", "check": "between", "unexpected_percent": 1.0, "success": True} for n in range(8)]
    (tmp_path / "validation").mkdir()
    text = json.dumps({"suite": "loans", "results": results})
    (tmp_path / "validation" / "serving_batch.json").write_text(text)
    m = _measured(tmp_path)
    broken = _value(m, "column.reported_broken")
    assert isinstance(broken, dict) and {name for name, share in broken.items() if share} == {"rate"}
    assert not m.one("report.batch_far").known


@pytest.mark.parametrize(
    ("head", "row", "blank"),
    [
        ("feature,train_filled,serving_filled", "income,1,0.04", 0.96),
        ("feature,train_fill_rate,serving_fill_rate", "income,0.99,0.5", 0.5),
        ("column,train_non_null_pct,serving_non_null_pct", "income,99.0,12.0", 0.88),
        ("feature,train_filled,serving_filled", "income,900,300", None),
        ("variable,train_filled,valid_filled,prospective_filled", "income,100.0%,99.5%,0.0%", 1.0),
    ],
)
def test_what_is_filled_tells_what_is_blank(tmp_path: Path, head: str, row: str, blank: float | None) -> None:
    m = _measured(tmp_path, feature_coverage_csv=f"{head}\n{row}\n{row.replace('income', 'age', 1)}\n")
    found = m["column.blank_in_use"]
    assert (found["income"].value if isinstance(found, dict) else None) == (pytest.approx(blank) if blank else None)


def test_a_week_in_a_name_is_no_matrix(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    rows = "".join(f"c{n},{n * 2.0},{n + 1.0},2.0,{n + 3.0},2.0\n" for n in range(4))
    text = "feature,psi,mean_ref,std_ref,mean_cur,std_cur\n" + rows
    (tmp_path / "monitoring" / "psi_2026w12.csv").write_text(text)
    m = _measured(tmp_path)
    assert "weights" not in m.run.files
    assert _value(m, "column.reported_psi") == {"c0": 0.0, "c1": 2.0, "c2": 4.0, "c3": 6.0}


def test_derived_columns_of_one_value_are_lost(tmp_path: Path) -> None:
    """A report that tells derived columns from their sources says which of them has no spread."""
    flat = {"n": 900, "distinct": 1, "mean": 0.0, "std": 0.0}
    source = {"hour": {"n": 900, "distinct": 24, "mean": 11.4, "std": 6.0}}
    derived = {"hour_sin": flat, "weekend": {**flat, "distinct": 2, "mean": 0.3, "std": 0.4}}
    m = _measured(tmp_path, feature_report_json={"source": source, "derived": derived})
    assert _value(m, "column.reported_lost") == {"hour_sin": True, "weekend": False}


@pytest.mark.parametrize("raw_fails", [False, True])
def test_features_that_most_are_lost_fail_in_the_making(tmp_path: Path, raw_fails: bool) -> None:
    """Two of three that fail have one value, or a name that says how they were made; others outweigh them."""
    checks = [
        {"feature": "years_old", "expected": [0, 150], "observed": [-900.0, -20.0], "unique": 101, "status": "FAIL"},
        {"feature": "area_norm", "expected": [0.1, 3], "observed": [0.0, 0.0], "unique": 1, "status": "FAIL"},
        {"feature": "far", "expected": [0, 10], "observed": [0.2, 0.2], "unique": 1, "status": "FAIL"},
        {"feature": "rooms", "expected": [0, 10], "observed": [1.0, 5.0], "unique": 5, "status": "ok"},
        {"feature": "floor", "expected": [0, 4], "observed": [0.0, 40.0], "unique": 5, "status": "FAIL"},
    ]
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "feature_checks.json").write_text(json.dumps(checks if raw_fails else checks[:-1]))
    m = Measures(read_run(tmp_path))
    failed = [
        {name for name, each in found.items() if each.value} if isinstance(found := m[f"column.{key}"], dict) else set()
        for key in ("reported_made_broken", "reported_broken")
    ]
    names = {"years_old", "area_norm", "far"}
    assert failed == ([set(), names | {"floor"}] if raw_fails else [names, set()])


@pytest.mark.parametrize(("name", "whole"), [("pixel", True), ("image_brightness", True), ("age", False), ("x", False)])
def test_the_means_of_each_split_under_its_key(tmp_path: Path, name: str, whole: bool) -> None:
    """Pixels that are darker everywhere are no column; and that means have moved is told once."""
    stats = {
        split: {"n": rows, f"{name}_mean": mean, f"{name}_std": 0.4}
        for split, rows, mean in (("train", 600, 0.2), ("val", 200, 0.21), ("test", 250, -0.6))
    }
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "image_stats.json").write_text(json.dumps(stats))
    m = Measures(read_run(tmp_path))
    assert _value(m, "column.reported_shift") == {name: pytest.approx(2.0)}
    assert m["report.shift_of_inputs"].value == (pytest.approx(2.0) if whole else None)
    assert m["report.split_gap"].value is None


def test_counts_of_values_in_german(tmp_path: Path) -> None:
    """A row for each value of a column and each table, whatever the file is called; a later one is of rows in use."""
    rows = [
        *(f"zone,Training,{zone},{600 + n}" for n, zone in enumerate("ABCD")),
        *(f"zone,Bestand_2024,Z0{n},{200 + n}" for n in range(1, 5)),
    ]
    text = "merkmal,datensatz,auspraegung,anzahl\n" + "\n".join(rows) + "\n"
    m = _measured(tmp_path, auspraegungen_csv=text)
    assert _value(m, "column.reported_unseen") == {"zone": 1.0}
    assert _value(m, "column.reported_gone") == {"zone": 1.0}


@pytest.mark.parametrize(("cell", "stage"), [("split", "processed"), ("set", "scaled"), ("stage", "clipped")])
def test_stages_in_the_column_of_splits(tmp_path: Path, cell: str, stage: str) -> None:
    """People list the raw and the made columns below each other as they do those of splits."""
    rows = [f"{name},1800,{mean},{std},raw" for name, mean, std in (("income", 37000, 19000), ("age", 41, 11))]
    rows += [f"{name},1800,{mean},{std},{stage}" for name, mean, std in (("income", 0.01, 0.0), ("age", 0.5, 0.2))]
    m = _measured(tmp_path, columns_csv=f"feature,count,mean,std,{cell}\n" + "\n".join(rows) + "\n")
    assert _value(m, "column.reported_lost") == {"income": True, "age": False}
