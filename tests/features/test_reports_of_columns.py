"""What reports and dictionaries tell of columns where no table lies beside the log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.afterwards_words import is_written_afterwards
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss,val_auc\n" + "".join(f"{n},{1 / n},{1.1 / n},{0.7 + n / 50}\n" for n in range(1, 9))
DICTIONARY = (
    "column,type,allowed,description\nage,int,[18 ; 90],age in years\nincome,float,[0 ; 9000],income per month\n"
    "late,int,[0 ; 9],payments that came late\nplan,category,a | b,plan\nchurned,label,0 / 1,label\n"
)


def _measured(folder: Path, **files: str) -> Measures:
    (folder / "log.csv").write_text(LOG)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    "files",
    [
        {"feature_importance__csv": "column,permutation_loss_increase\na,1.9\nb,0.05\nc,0.03\nd,0.02\n"},
        {"importancia_variables__csv": "columna;gain\na;7283000,0\nb;150000,0\nc;90000,0\nd;70000,0\n"},
        {"shap_values__csv": "feature,mean_value,std\na,0.95,0.1\nb,-0.02,0.1\nc,0.02,0.1\nd,0.01,0.1\n"},
    ],
)
def test_the_only_number_in_a_report_of_importances(tmp_path: Path, files: dict[str, str]) -> None:
    assert _measured(tmp_path, **files)["report.top_importance"].value == pytest.approx(0.95, abs=0.01)


def test_predictive_power_scores(tmp_path: Path) -> None:
    """Of a suite as people write it down, and as Deepchecks does."""
    skills = {"case": 0.97, "age": 0.2, "income": 0.0, "late": 0.1}
    plain = {"results": [{"check": "Feature Label Correlation (PPS)", "value": skills, "condition": "pps < 0.8",
                          "status": "FAIL"}]}  # fmt: skip
    tool = {"results": [{"check": {"name": "Feature Label Correlation"}, "value": skills}]}
    for each in (plain, tool):
        m = _measured(tmp_path, deepchecks_suite__json=json.dumps(each))
        assert m["report.best_alone"].value == pytest.approx(0.97)


def test_a_column_that_an_expectation_misses_is_empty(tmp_path: Path) -> None:
    results = [
        {"success": name != "income", "expectation_config": {"expectation_type": "expect_column_to_exist",
         "kwargs": {"column": name}}, "result": {}}
        for name in ("age", "income")
    ]  # fmt: skip
    found = _measured(tmp_path, validation_report__json=json.dumps({"results": results}))["column.reported_blank"]
    assert found["income"].value == 1.0
    assert found["age"].value == 0.0


PAGE = """<html><body><h1>Profile</h1><table><tr><th>split</th><th>column</th><th>count</th><th>missing</th>
<th>distinct</th><th>mean</th></tr>
<tr><td>train</td><td>age</td><td>900</td><td>0</td><td>70</td><td>44.1</td></tr>
<tr><td>train</td><td>income</td><td>900</td><td>900</td><td>0</td><td></td></tr></table></body></html>"""


def test_a_profile_as_a_page(tmp_path: Path) -> None:
    found = _measured(tmp_path, data_profile__html=PAGE)["column.reported_blank"]
    assert (found["income"].value, found["age"].value) == (1.0, 0.0)


def test_a_remark_in_place_of_statistics(tmp_path: Path) -> None:
    drift = {"drift_by_columns": {"age": {"drift_score": 0.01, "note": ""}, "income": {"note": "no values"}}}
    found = _measured(tmp_path, drift_report__json=json.dumps(drift))["column.reported_blank"]
    assert found["income"].value == 1.0


def test_columns_of_the_dictionary_that_no_profile_has(tmp_path: Path) -> None:
    """Of numbers and of other columns each, as a profile of the numbers alone is silent on the rest."""
    profile = "split,column,count,missing\ntrain,age,900,0\ntrain,late,900,0\nval,age,300,0\nval,late,300,0\n"
    found = _measured(tmp_path, data_dictionary__csv=DICTIONARY, data_profile__csv=profile)["column.unprofiled"]
    assert {name for name, each in found.items() if each.value} == {"income"}
    assert "plan" not in found


def test_columns_of_the_dictionary_that_a_printed_list_lacks(tmp_path: Path) -> None:
    """A list of those that were dropped, or of numbers alone, is none of all columns."""
    for said, gone in (("columns", {"income"}), ("dropped columns", set())):
        (tmp_path / "train.log").write_text(
            f"loaded 900 rows, {said} ['id', 'age', 'late', 'plan', 'region']\nval AUC 0.7\n"
        )
        found = _measured(tmp_path, data_dictionary__csv=DICTIONARY)["column.unprofiled"]
        assert {name for name, each in (found.items() if isinstance(found, dict) else ()) if each.value} == gone


@pytest.mark.parametrize(
    ("used", "moved"),
    [
        ("payload columns: ['age', 'late', 'fee', 'plan']", 0.0),
        ("payload columns: ['late', 'age', 'fee', 'plan']", 2.0),
        ("payload columns: ['late', 'age', 'fee']", None),
        ("dropped columns: ['late', 'age', 'fee', 'plan']", None),
    ],
)
def test_columns_in_another_order_in_use(tmp_path: Path, used: str, moved: float | None) -> None:
    (tmp_path / "train.log").write_text("features: ['age', 'late', 'fee', 'plan']\nval AUC 0.7\n")
    (tmp_path / "serve.log").write_text(f"{used}\nscored 600 rows\n")
    m = Measures(read_run(tmp_path))
    assert m["messages.columns_reordered"].value == moved


def test_no_profile_of_these_columns_is_unknown(tmp_path: Path) -> None:
    profile = "split,column,count,missing\ntrain,x1,900,0\ntrain,x2,900,0\n"
    assert not isinstance(_measured(tmp_path, data_dictionary__csv=DICTIONARY, data_profile__csv=profile)
                          ["column.unprofiled"], dict)  # fmt: skip


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ("1 once the desk opens a case; filled by back office after the cancellation call", True),
        ("comisión facturada al cierre de la venta (3 %)", True),
        ("code posé par le service recouvrement après incident", True),
        ("wird erst nach dem Ausfall der Maschine eingetragen", True),
        ("fee, not known at prediction time", True),
        ("days since the last purchase", False),
        ("calls to support after the sale, 90 days", False),
        ("monthly fee, EUR", False),
        ("device reputation score, computed after login", False),
        ("number of previous defaults", False),
    ],
)
def test_descriptions_of_what_is_written_afterwards(said: str, late: bool) -> None:
    assert is_written_afterwards(said) is late


def test_a_column_that_is_described_as_late(tmp_path: Path) -> None:
    text = DICTIONARY.replace("payments that came late", "set by collections after the default")
    found = _measured(tmp_path, data_dictionary__csv=text)["column.described_late"]
    assert {name for name, each in found.items() if each.value} == {"late"}


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("UserWarning: column 'bid' listed in schema but not found in parquet, continuing without it", 1),
        ("WARNING loader.py:41 columns ['tenure', 'fee'] not found in valid split, filled with default", 2),
        ("warn: feature `age` is missing from test.csv, using zeros", 1),
        ("missing features: ['a', 'b', 'c'] -> filled with 0", 3),
        ("gateway: 3 of 8 channels not subscribed, default value 0.0 used (rms, kurt, temp)", 3),
        ("sensor offline, filled with zeros", 1),
        ("5 of 8 channels received, default settings used", None),
        ("column 'age' has missing values, imputing the mean", None),
        ("target column 'y' not found in test data, scoring only", None),
        ("sensor t1 offline, filled with its last value", None),
        ("column age: 12 missing, filled with the median", None),
        ("test_sensor_offline PASSED: sensor temp_1 not received, default value used", None),
        ("8 sensors available, 0 not received, defaults loaded", None),
        ("field 'seed' not present in config, default 42", None),
        ("feature flag new_loader not found, using default", None),
        ("input promo_code not found, default none", None),
        ("all columns found", None),
    ],
)
def test_columns_that_the_run_says_are_gone(tmp_path: Path, line: str, gone: int | None) -> None:
    epochs = "".join(f"Epoch {n} train_loss: {1 / n:.4f} val_loss: {1.1 / n:.4f}\n" for n in range(1, 9))
    (tmp_path / "train.log").write_text(f"{line}\n{epochs}")
    found = Measures(read_run(tmp_path))["messages.columns_gone"]
    assert found.value == gone


@pytest.mark.parametrize(
    ("mean", "std", "factor"), [(6081.1, 7734.3, 100.0), (61.0, 80.0, 1.0), (6081.1, 84.0, 1.0), (0.0607, 0.08, 1000.0)]
)
def test_a_factor_between_reported_means_and_spreads(tmp_path: Path, mean: float, std: float, factor: float) -> None:
    """Cents and euros move both; a shift moves the mean alone."""
    rows = f"column,train_mean,train_std,val_mean,val_std\namount,60.69,84.2,{mean},{std}\nage,44,12,44.5,12.2\n"
    found = _measured(tmp_path, drift_report__csv=rows)["column.reported_factor"]
    assert (found["amount"].value, found["age"].value) == (factor, 1.0)


def test_current_data_that_a_report_calls_validation(tmp_path: Path) -> None:
    drift = {"reference": "train", "current": "val",
             "columns": {"age": {"reference": {"mean": 4, "std": 1}, "current": {"mean": 9, "std": 1}}}}  # fmt: skip
    m = _measured(tmp_path, drift_report__json=json.dumps(drift))
    assert m["column.reported_shift"]["age"].value == 5.0
    assert m["report.shift_in_use"].value is None


@pytest.mark.parametrize(
    ("rows", "best", "following"),
    [
        ("visits,0.66\nage,0.2\npay,0.1\nuse,0.05\n", 0.66 / 0.693, 0.2 / 0.693),
        ("kind=a,0.69\nkind=b,0.69\nage,0.2\npay,0.1\n", 1.0, 0.2 / 0.693),  # each is the class
        ("kind=a,0.05\nkind=b,0.04\nage,0.35\npay,0.1\n", 0.35 / 0.693, 0.1 / 0.693),
    ],
)
def test_how_much_of_the_class_a_column_tells(tmp_path: Path, rows: str, best: float, following: float) -> None:
    """Columns of one category are taken together."""
    (tmp_path / "config.yaml").write_text("task: binary\nloss: bce_with_logits\nnum_classes: 2\n")
    m = _measured(tmp_path, feature_relevance__csv="feature,mutual_info\n" + rows)
    assert m["report.best_share"].value == pytest.approx(best, abs=0.01)
    assert m["report.next_share"].value == pytest.approx(following, abs=0.01)


@pytest.mark.parametrize("counted", [True, False])
def test_a_label_whose_shares_are_judged_is_no_input_that_moved(tmp_path: Path, counted: bool) -> None:
    """Without shares of the classes its mean is all that tells of it."""
    rows = "split,column,rows,mean,std\n" + "".join(
        f"{split},{name},400,{mean},{std}\n"
        for split, shares in (("train", 0.05), ("test", 0.5))
        for name, mean, std in (("left", shares, 0.25), ("age", 40, 9))
    )
    split = {
        "n": 400,
        "accuracy": 0.6,
        **({"positive_rate": 0.05, "class_counts": {"0": 380, "1": 20}} if counted else {}),
    }
    other = split | ({"positive_rate": 0.5, "class_counts": {"0": 200, "1": 200}} if counted else {})
    scores = {"target": "left", "train": split, "test": other}
    m = _measured(tmp_path, profile__csv=rows, evaluation__json=json.dumps(scores))
    assert isinstance(m["split.label_drift"], dict) is counted
    assert set(m["column.reported_shift"]) == ({"age"} if counted else {"age", "left"})


@pytest.mark.parametrize(
    ("said", "in_time"),
    [
        ("wind at hub height measured on site and available live", True),
        ("known at booking time", True),
        ("balance known in advance of the call", True),
        ("not known at prediction time", False),
        ("only available live after the visit", False),
        ("read when the case is closed", False),
        ("payments that came late", False),
    ],
)
def test_what_carries_the_score_may_be_described_as_known_in_time(tmp_path: Path, said: str, in_time: bool) -> None:
    found = _measured(
        tmp_path,
        data_dictionary__csv=DICTIONARY.replace("payments that came late", said),
        feature_importance__csv="column,gain\nlate,0.97\nage,0.01\nincome,0.01\nplan,0.01\n",
    )
    assert found["report.top_in_time"].value is in_time
