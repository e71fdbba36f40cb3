"""Controlled trials beside the log: which arm is the new one, and whether an outcome is clearly worse with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))
NESTED = {
    "offline": {"control": {"auc": 0.88}, "treatment": {"auc": 0.91}},
    "online": {
        "profit_per_order": {"control": 30.0, "treatment": 26.0, "ci95": [-5.0, -3.0]},
        "complaints": {"control": 4.0, "treatment": 4.1, "ci95": [-0.3, 0.5]},
    },
}
TABLE = "metric,control,treatment,p_value\nauc,0.88,0.91,0.001\nprofit_per_order,30,26,0.0001\ncomplaints,4,4.1,0.6\n"


def _measures(folder: Path, name: str, content: object) -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return Measures(read_run(folder))


@pytest.mark.parametrize(("name", "content"), [("ab_test.json", NESTED), ("experiment_results.csv", TABLE)])
def test_an_outcome_that_suffers_beside_a_better_metric(tmp_path: Path, name: str, content: object) -> None:
    m = _measures(tmp_path, name, content)
    assert m.value("trial.model_better") is True
    assert m.value("trial.worse_by") > 3.5
    assert m.value("trial.outcome") == "profit_per_order 26 after 30"


def test_outcomes_that_gain_or_hardly_move_are_not_worse(tmp_path: Path) -> None:
    """More profit, and complaints within their interval."""
    online = {**NESTED["online"], "profit_per_order": {"control": 26.0, "treatment": 30.0, "ci95": [3.0, 5.0]}}
    assert _measures(tmp_path, "ab_test.json", {**NESTED, "online": online}).value("trial.worse_by") < 1


@pytest.mark.parametrize(
    "content",
    [
        {"profit": {"control": 30.0, "treatment": 26.0}},
        {"online": {"zeal": {"control": 3.0, "treatment": 1.0, "ci95": [-3.0, -1.0]}}},
        {"lr": 0.1, "a": 3, "b": 4},
    ],
)
def test_without_an_interval_or_a_known_direction_nothing_is_said(tmp_path: Path, content: object) -> None:
    assert _measures(tmp_path, "ab_test.json", content).one("trial.worse_by").state == "unknown"


ARMS = {
    "control": {"model": "r1", "auc": 0.71, "users": 9000, "sales_per_visit": 0.4, "conversion": 0.31},
    "treatment": {"model": "r2", "auc": 0.78, "users": 9000, "sales_per_visit": 0.3, "conversion": 0.31},
}


def test_how_sure_a_difference_is_may_stand_beside_the_arms(tmp_path: Path) -> None:
    """By a p that is called after the outcome."""
    m = _measures(tmp_path, "ab_test.json", {**ARMS, "p_value_sales": "<0.001"})
    assert m.value("trial.worse_by") > 3
    assert m.value("trial.outcome") == "sales_per_visit 0.3 after 0.4"


@pytest.mark.parametrize(("share", "least", "most"), [(0.25, 5, 20), (0.305, -2, 2)])
def test_a_share_of_users_that_are_counted_is_as_sure_as_their_number(
    tmp_path: Path, share: float, least: float, most: float
) -> None:
    arms = {**ARMS, "treatment": {**ARMS["treatment"], "conversion": share}}
    assert least < _measures(tmp_path, "ab_test.json", arms).value("trial.worse_by") < most


COUNTS = """offline_val_acc: 0.94
previous_model_val_acc: 0.88
field_trials:
  previous: {picks: 400, success: 360}
  this_run: {picks: 400, success: 290}
"""


def test_counts_of_both_models_in_use(tmp_path: Path) -> None:
    """Shares of what was tried, with the error of counting; the model metric of both stands beside them."""
    m = _measures(tmp_path, "field_trials.yaml", COUNTS)
    assert m.value("trial.model_better") is True
    assert m.value("trial.worse_by") > 5
    assert m.value("trial.outcome") == "success per picks 0.725 after 0.9"


def test_few_trials_tell_nothing(tmp_path: Path) -> None:
    """Of thirty picks a share is known to eight points."""
    text = COUNTS.replace("400", "30").replace("360", "27").replace("290", "22")
    assert not _measures(tmp_path, "field_trials.yaml", text).one("trial.worse_by").known


ROWS = [
    {"arm": "rule", "customers": 9000, "contacted": 1500, "retained_60d": 7600, "margin": 90.0},
    {"arm": "new model", "customers": 9100, "contacted": 1500, "retained_60d": 7300, "margin": 80.0},
]
OFFLINE = {"current_rule_auc": 0.71, "new_model_auc": 0.9}


def test_a_row_for_each_arm(tmp_path: Path) -> None:
    """Each is called by what it is; counts are shares of all customers."""
    m = _measures(tmp_path, "ab_result.json", {"offline": OFFLINE, "arms": ROWS, "days": 30})
    assert m.value("trial.model_better") is True
    assert m.value("trial.worse_by") > 5
    assert str(m.value("trial.outcome")).startswith("retained_60d per customers")
    swapped = [{**ROWS[1], "arm": "rule"}, {**ROWS[0], "arm": "new model"}]
    assert _measures(tmp_path, "ab_result.json", {"offline": OFFLINE, "arms": swapped}).value("trial.worse_by") < 0
    nameless = [{**ROWS[0], "arm": "x"}, {**ROWS[1], "arm": "y"}]
    assert _measures(tmp_path, "ab_result.json", {"arms": nameless}).one("trial.worse_by").state == "unknown"


def test_a_table_with_a_row_for_each_arm(tmp_path: Path) -> None:
    lines = [",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS)]
    assert _measures(tmp_path, "ab_test.csv", "\n".join(lines) + "\n").value("trial.worse_by") > 5


def test_tables_in_markdown(tmp_path: Path) -> None:
    """A row for each arm, or for each quantity."""
    arms = ["| arm | users | retained | auc |", "|---|---|---|---|", "| control | 8000 | 6800 | 0.7 |"]
    text = "\n".join(["# A/B test", "", *arms, "| new model | 8000 | 6400 | 0.9 |", ""])
    m = _measures(tmp_path, "ab_test.md", text)
    assert m.value("trial.model_better") is True
    assert m.value("trial.worse_by") > 5
    rows = TABLE.replace(",", " | ").splitlines()
    text = "\n".join(["# A/B test", "", f"| {rows[0]} |", "|---|---|---|---|", *(f"| {row} |" for row in rows[1:]), ""])
    assert _measures(tmp_path, "ab_test.md", text).value("trial.worse_by") > 3.5
