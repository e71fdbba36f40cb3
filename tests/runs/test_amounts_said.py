"""Lists of a number for each column, and what a heading or the name of the file says that the numbers are."""

from __future__ import annotations

from math import isclose

import pytest

from mladvisor.runs.amounts_said import amounts_in, titled
from mladvisor.runs.data_records import Record
from mladvisor.runs.data_said import said_in
from mladvisor.runs.distances_said import compares_tables, distance

ROWS = ["age      0.412", "pay     -0.380", "calls    0.210", "visits   0.020"]


@pytest.mark.parametrize(
    ("heading", "called", "what"),
    [
        ("Correlation with churn:", "", "related"),
        ("Pearson correlations of features with the target", "", "related"),
        ("Correlation between annotators", "", None),
        ("correlation matrix", "", None),
        ("feature   AUC", "univariate_auc", "alone"),
        ("feature   AUC", "scores", None),
        ("val accuracy by feature", "", None),
        ("", "corr_with_target", "related"),
    ],
)
def test_what_a_heading_says_of_the_numbers_below(heading: str, called: str, what: str | None) -> None:
    found = {each.what for each in amounts_in([heading, *ROWS, "epoch 1 loss 0.6"], called)}
    assert found == ({what} if what else set())


def test_few_rows_metrics_and_later_lists_are_none() -> None:
    assert not list(amounts_in(["Correlation with churn:", *ROWS[:3]]))
    assert not list(amounts_in(["Correlation with churn:", "accuracy 0.9", *ROWS]))
    assert len(list(amounts_in(["Correlation with churn:", *ROWS, "", *ROWS]))) == len(ROWS)


def test_a_cell_that_says_nothing_is_told_by_the_name_of_the_report() -> None:
    def what(stem: str, **cells: float) -> list[str]:
        return [each.what for each in titled("age", None, Record((stem,), {"name": "age", **cells}))]

    assert what("corr_with_target", target=0.99) == ["related"]
    assert what("missing", **{"0": 12}) == ["cells-blank"]
    assert what("missing", share=0.1) == []
    assert what("shap_values", total=3.0) == ["importance"]
    assert what("correlations", mean=0.2) == []


def test_distances_of_distributions_have_one_scale() -> None:
    ks, js, tv = distance(["ks"], 0.2), distance(["js", "distance"], 0.18), distance(["total", "variation"], 0.2)
    assert ks is not None and isclose(ks, 0.507, abs_tol=0.002) and tv == ks
    assert js is not None and isclose(js, 0.509, abs_tol=0.002)
    assert distance(["ks", "p", "value"], 0.2) is None
    assert distance(["ks"], 14.0) is None


def test_a_distance_counts_where_two_tables_are_compared() -> None:
    def told(stem: str, **cells: float | str) -> list[float]:
        records = [Record((stem,), {"feature": "age", **cells})]
        return [round(each.value, 1) for each in said_in(records) if each.what == "distance"]

    assert told("ks_train_vs_test", ks=0.4) == [1.0]
    assert told("drift", ks_statistic=0.4, p_value="<1e-16") == [1.0]
    assert told("drift", ks_statistic=0.4, p_value=0.2) == [0.0]
    assert told("scorecard", ks=0.4, iv=0.3, train=1.0) == []  # of goods and bads in one table
    assert not compares_tables(["ks", "feature"])
