"""Columns against the label, baselines, labels, slices and outcomes, measured in run folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures, catalogue
from mladvisor.features.evaluation.outcome_levels import is_kept, outcome_loss
from mladvisor.features.measured import Items, Measured
from mladvisor.runs.read import read_run

from .folders import measures, pd

MINE = ("column.linear", "column.signal", "column.nonlinear", "column.tells", "column.lead", "column.blank_signal",
        "column.key_signal", "features.", "baseline.", "labels.", "class.a", "slice", "business.")  # fmt: skip


def items(m: Measures, name: str) -> Items:
    """A feature that has one value per item."""
    value = m[name]
    assert not isinstance(value, Measured), value
    return value


def customers(n: int = 900, seed: int = 0) -> Any:
    """Numbers, a bell, noise, a category, blanks that mean nothing, a key; and a label that depends on some of them."""
    rng = np.random.default_rng(seed)
    age, bell, noise = rng.normal(40, 10, n), rng.normal(size=n), rng.normal(size=n)
    plan = rng.choice(["free", "pro"], n)
    z = 0.12 * (age - 40) + 1.5 * (bell**2 - 1) + 1.0 * (plan == "pro") - 0.5
    y = rng.random(n) < 1 / (1 + np.exp(-1.5 * z))
    gaps = np.where(rng.random(n) < 0.1, np.nan, noise)
    return pd.DataFrame(
        {
            "customer_id": rng.permutation(n) + 1000,
            "age": age.round(1),
            "bell": bell.round(3),
            "noise": gaps.round(3),
            "plan": plan,
            "label": y.astype(int),
        }
    )


def test_straight_curved_and_no_signal_are_told_apart(tmp_path: Path) -> None:
    """Age is linear, the bell only in bins, noise nothing; the key is no feature."""
    m = measures(tmp_path, train=customers())
    linear, signal, q = items(m, "column.linear"), items(m, "column.signal"), items(m, "column.signal_q")
    assert set(signal) == {"age", "bell", "noise", "plan"}
    assert linear["age"].value > 0.05 and q["age"].value < 1e-6
    assert linear["bell"].value < 0.02 and signal["bell"].value > 0.1
    assert items(m, "column.nonlinear")["bell"].value > 0.1
    assert signal["noise"].value < 0.02 and q["noise"].value > 0.01
    assert m.value("features.best") in ("age", "bell")


def test_a_leak_is_ahead_of_all_others(tmp_path: Path) -> None:
    """A column made from the label with 1 % of exceptions; and one that is blank unless the label is 1."""
    frame = customers()
    rng = np.random.default_rng(1)
    frame["refunded"] = np.where(rng.random(900) < 0.01, 1 - frame["label"], frame["label"]) * rng.uniform(5, 9, 900)
    frame["cancelled_on"] = np.where(frame["label"] == 1, rng.normal(size=900), np.nan)
    m = measures(tmp_path, train=frame[[*frame.columns.drop("label"), "label"]])
    assert items(m, "column.tells_label")["refunded"].value > 0.95
    assert items(m, "column.lead")["refunded"].value > -0.1
    assert items(m, "column.blank_signal")["cancelled_on"].value > 0.9
    assert items(m, "column.blank_signal")["noise"].value < 0.02


def test_a_sorted_file_is_told_by_its_row_order(tmp_path: Path) -> None:
    """Rows sorted by class: the row order explains the label; shuffled rows do not."""
    frame = customers()
    ordered = measures(tmp_path / "a", train=frame.sort_values("label"))
    assert items(ordered, "column.key_signal")["row order"].value > 0.5
    shuffled = measures(tmp_path / "b", train=frame)
    assert items(shuffled, "column.key_signal")["row order"].value < 0.03


def test_absurd_labels_in_one_stretch_are_no_order(tmp_path: Path) -> None:
    """Ten amounts of a million among thirty rows are corrupt; amounts that rise along the file are sorted."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"area": rng.normal(90, 20, 900).round(1), "rooms": rng.integers(1, 8, 900)})
    frame["price"] = (frame["area"] * 3 + rng.normal(0, 20, 900)).round(1)
    ordered = measures(tmp_path / "a", train=frame.sort_values("price"))
    assert items(ordered, "column.key_signal")["row order"].value > 0.5
    frame.loc[rng.choice(30, 10, replace=False) + 500, "price"] = 1e6
    assert items(measures(tmp_path / "b", train=frame), "column.key_signal")["row order"].value < 0.03


def test_clean_tables_have_no_leak_no_conflict_and_some_signal(tmp_path: Path) -> None:
    """Twenty clean tables: nothing tells the label wholly, nothing contradicts itself."""
    for seed in range(20):
        m = measures(tmp_path / str(seed), train=customers(400, seed))
        assert max(each.value for each in items(m, "column.tells_label").values()) < 0.85
        assert m.value("labels.conflict_share") == 0
        assert m.value("features.best_signal_high") > 0.05


def test_baselines_are_scored_in_the_metric_of_the_run(tmp_path: Path) -> None:
    """AUC for scores of two classes; the linear model misses the bell, and the model's skill is beside it."""
    train, test = customers(1200), customers(500, 1)
    rng = np.random.default_rng(0)
    p = np.clip(np.where(test["label"] == 1, 0.8, 0.2) + rng.normal(0, 0.25, 500), 0, 1)
    table = {"split": "test", "y_true": test["label"], "y_pred": (p > 0.5).astype(int), "y_score": p}
    m = measures(tmp_path, train=train, test=test, predictions=table)
    assert m.value("baseline.metric") == "auc"
    assert m.value("baseline.model") == pytest.approx(2 * m.value("predictions.auc") - 1)
    assert 0.2 < m.value("baseline.linear") < 0.8
    assert m.value("baseline.over_linear") == pytest.approx(m.value("baseline.model") - m.value("baseline.linear"))
    assert m.value("baseline.held_back") is False
    assert m.one("baseline.boosted").reason == "not-measured"


def test_a_number_is_compared_by_r2_and_without_test_on_rows_held_back(tmp_path: Path) -> None:
    """A regression with one table: a third of it judges, and the line finds what is linear."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=600)
    m = measures(tmp_path, train={"x": x, "z": rng.normal(size=600), "target": 2 * x + rng.normal(size=600)})
    assert m.value("baseline.metric") == "r2"
    assert m.value("baseline.held_back") is True
    assert m.value("baseline.linear") == pytest.approx(0.8, abs=0.05)


@pytest.mark.slow
def test_the_upper_rungs_and_the_checks_run_on_demand(tmp_path: Path) -> None:
    """With budget: boosted trees find the bell, a column that matters is needed, easy rows are easy."""
    pytest.importorskip("sklearn")
    m = measures(tmp_path, budget=200, train=customers(1200), test=customers(600, 1))
    assert m.value("baseline.boosted") > m.value("baseline.linear") + 0.05
    assert m.value("baseline.tree") > 0.1
    gain = items(m, "column.cv_gain")
    assert gain["bell"].value > 0.1 > gain["noise"].value
    assert m.value("features.easy_share") > 0.85
    assert m.value("labels.flatness_low") + m.value("labels.skill") < 0.95
    assert m.failures == {}


def test_equal_rows_with_other_labels_are_shown_with_their_lines(tmp_path: Path) -> None:
    """Thirty rows are repeated with the opposite label: their share, and the lines of the first pair."""
    frame = customers().drop(columns="customer_id")
    copies = frame[:30].assign(label=1 - frame["label"][:30])
    m = measures(tmp_path, train=pd.concat([frame, copies]))
    assert m.value("labels.conflict_share") == pytest.approx(60 / 930, abs=1e-3)
    assert m.value("labels.conflict_first") == 2
    assert m.value("labels.conflict_second") == 902
    assert m.one("labels.conflict_share").where.rows == (2, 902)  # type: ignore[union-attr]


def test_a_class_that_a_split_lacks_beyond_chance(tmp_path: Path) -> None:
    """A tenth of the training rows is of a class that no test row has: shuffling would not do that."""
    rng = np.random.default_rng(0)
    train = {"x": rng.normal(size=500), "label": rng.choice(["a", "b", "c"], 500, p=[0.5, 0.4, 0.1])}
    test = {"x": rng.normal(size=200), "label": rng.choice(["a", "b"], 200)}
    m = measures(tmp_path, train=train, test=test)
    assert items(m, "class.absence_chance")["c"].value < 1e-4
    assert items(m, "class.absence_chance")["a"].value == 1
    assert items(m, "class.absent_from")["c"].value == "test"


def test_a_slice_is_found_by_columns_of_the_test_table_and_its_training_share_told(tmp_path: Path) -> None:
    """Predictions without any description of the rows: test.csv has the same rows, so its columns cut them."""
    rng = np.random.default_rng(0)
    train, test = customers(900), customers(600, 1)
    train["region"] = rng.choice(["north", "south", "east"], 900, p=[0.6, 0.38, 0.02])
    test["region"] = rng.choice(["north", "south", "east"], 600, p=[0.5, 0.3, 0.2])
    wrong = rng.random(600) < np.where(test["region"] == "east", 0.5, 0.08)
    predicted = np.where(wrong, 1 - test["label"], test["label"])
    m = measures(
        tmp_path, train=train, test=test, predictions={"split": "test", "y_true": test["label"], "y_pred": predicted}
    )
    q = items(m, "slice.q")
    assert next(iter(q)) == "region = east"
    assert q["region = east"].value < 1e-6
    assert items(m, "slice.train_share")["region = east"].value < 0.04
    assert items(m, "slice.share")["region = east"].value > 0.15


def test_slices_of_the_manifest_are_marked_and_a_missing_one_is_told(tmp_path: Path) -> None:
    """Given columns are looked at even when they are small; a name without a column is a note."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 300)
    table = {"y_true": y, "y_pred": np.where(rng.random(300) < 0.2, 1 - y, y), "device": rng.choice(["a", "b"], 300)}
    m = measures(tmp_path, manifest="slices: [device, country]\n", predictions=table)
    assert all(each.value for each in items(m, "slice.given").values())
    assert any("country" in note for note in m.notes)


def business(seed: int, *, falling: bool) -> dict[str, Any]:
    """Twelve versions whose AUC rises; the revenue falls with it or follows it."""
    rng = np.random.default_rng(seed)
    steps = np.arange(12)
    sign = -1 if falling else 1
    return {
        "version": steps + 1,
        "auc": 0.7 + 0.01 * steps + rng.normal(0, 0.006, 12),
        "revenue": 40 + sign * 0.7 * steps + rng.normal(0, 0.8, 12),
    }


def test_an_outcome_that_falls_while_the_metric_rises(tmp_path: Path) -> None:
    """The whole interval of the rank correlation is below zero; where both rise it is above."""
    m = measures(tmp_path / "a", business=business(0, falling=True))
    assert m.value("business.outcome") == "revenue"
    assert m.value("business.model_metric") == "auc"
    assert m.value("business.agreement_high") < 0
    m = measures(tmp_path / "b", business=business(0, falling=False))
    assert m.value("business.agreement_low") > 0


def test_five_versions_speak_only_where_every_step_goes_the_same_way(tmp_path: Path) -> None:
    """Chance puts five rows in order once in 120 times; a pair out of order on the way down, and nothing is said."""
    five = {"version": ["v1", "v2", "v3", "v4", "v5"], "offline_auc": [0.80, 0.82, 0.83, 0.85, 0.86]}
    m = measures(tmp_path / "a", business=five | {"profit_per_loan": [112, 104, 93, 79, 64]})
    assert m.value("business.rows") == 5
    assert -0.6 < m.value("business.agreement_high") < -0.2
    m = measures(tmp_path / "b", business=five | {"profit_per_loan": [104, 112, 79, 93, 64]})
    assert m.one("business.agreement").state == "unknown"
    m = measures(tmp_path / "c", business=five | {"profit_per_loan": [104, 112, 93, 79, 64]})
    assert 0.3 < m.value("business.lost") < 0.33, "each is worse than the one before, from the second on"


@pytest.mark.parametrize(
    ("real", "lost"),
    [
        ([1.48, 1.10, 0.97, 0.97, 0.95, 0.93, 0.94, 0.94, 0.94, 0.95, 0.95, 0.96, 0.98, 0.98], 0.35),
        ([9, 10, 9.5, 8, 9.2, 10.1, 9, 9.6, 8.8, 9.9, 9.3, 9.7, 9.1, 9.4], 0.0),
        ([100, 80, 60, 40], 0.5),
        ([100, 80, 85, 60], 0.0),
        ([-13.8, -8.6, -10.3, -17.8, -37.4], 1.0),
    ],
)
def test_how_much_of_its_early_level_an_outcome_has_lost(real: list[float], lost: float) -> None:
    assert outcome_loss(np.array(real, float)) == pytest.approx(lost, abs=0.03)


def test_an_outcome_that_falls_by_half_under_a_metric_that_holds(tmp_path: Path) -> None:
    """An AUC that goes up and down is kept, and one that falls with its outcome is none that stands in for it badly."""
    auc = [0.81, 0.80, 0.82, 0.84, 0.82, 0.83, 0.85, 0.84, 0.83, 0.82]
    revenue = [803, 759, 719, 670, 623, 583, 546, 514, 487, 456]
    m = measures(tmp_path / "a", business={"week": np.arange(10), "auc": auc, "revenue_eur": revenue})
    assert m.value("business.model_kept") is True
    assert 0.3 < m.value("business.lost") < 0.5
    m = measures(tmp_path / "b", business={"week": np.arange(10), "auc": sorted(auc)[::-1], "revenue_eur": revenue})
    assert m.value("business.model_kept") is False


def test_outcomes_in_german_and_minutes_that_are_read(tmp_path: Path) -> None:
    rows = {"release": ["v1", "v2", "v3", "v4", "v5"], "mae_modell": [12.6, 8.4, 7.4, 6.7, 6.6]}
    m = measures(tmp_path / "a", business=rows | {"kosten_eur": [13.8, 8.6, 10.3, 17.8, 37.4]})
    assert m.value("business.outcome") == "kosten_eur"
    rising = {"week": np.arange(9), "offline_auc": np.linspace(0.6, 0.7, 9)}
    m = measures(tmp_path / "b", business=rising | {"minutes_read_per_user": np.linspace(6, 5, 9)})
    assert m.value("business.agreement_high") < 0


@pytest.mark.parametrize("key", ["model_version", "deployed"])
@pytest.mark.parametrize("falling", [True, False])
def test_outcomes_by_day_are_set_against_the_releases_of_another_table(tmp_path: Path, key: str, falling: bool) -> None:
    """By the version that both have, or by the date since which a release is in use; a mean for each release."""
    table = business(0, falling=falling)
    dates = pd.date_range("2026-01-05", periods=12, freq="7D")
    releases = pd.DataFrame({"model_version": [f"v{n}" for n in table["version"]], "deployed": dates})
    releases["offline_auc"], releases["offline_val_loss"] = table["auc"], 1 - table["auc"]
    days = pd.DataFrame({"date": pd.date_range("2026-01-05", periods=84), "revenue": np.repeat(table["revenue"], 7)})
    if key == "model_version":
        days["model_version"] = np.repeat(releases["model_version"].to_numpy(), 7)
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "log.csv").write_text("epoch,loss\n" + "".join(f"{n},{1 / (n + 1)}\n" for n in range(9)))
    releases.to_csv(folder / "releases.csv", index=False)
    days.to_csv(folder / ("kpi_daily.csv" if key == "model_version" else "business.csv"), index=False)
    m = Measures(read_run(folder))
    assert m.value("business.outcome") == "revenue"
    assert m.value("business.rows") == 12
    best = int(np.argmax(table["revenue"])) + 1
    assert m.value("business.best") == f"model_version v{best}", "as people call it, not by its number"
    assert (m.value("business.agreement_high") < 0) if falling else (m.value("business.agreement_low") > 0)


def test_a_metric_that_has_settled_leaves_the_word_to_the_loss(tmp_path: Path) -> None:
    """The AUC says nothing of releases that differ in their loss alone."""
    rng = np.random.default_rng(0)
    steps = np.arange(12)
    flat = {"version": steps, "auc": 0.8 + rng.normal(0, 1e-3, 12), "val_loss": 0.6 - 0.01 * steps}
    m = measures(tmp_path / "a", business=flat | {"orders": 50.0 - steps})
    assert m.value("business.model_metric") == "val_loss"
    assert m.value("business.agreement_high") < 0


def test_less_of_complaints_is_better_and_the_manifest_can_say_so(tmp_path: Path) -> None:
    """Complaints that fall follow the metric; a name that says nothing needs a minus in the manifest."""
    table = business(0, falling=True)
    table["complaints"] = table.pop("revenue")
    m = measures(tmp_path / "a", business=table)
    assert m.value("business.agreement_low") > 0
    table["zork"] = table.pop("complaints")
    m = measures(tmp_path / "b", business=table)
    assert m.one("business.agreement").state == "unknown"
    assert any("zork" in note for note in m.notes)
    m = measures(tmp_path / "c", manifest="business_metrics: [-zork]\n", business=table)
    assert m.value("business.agreement_low") > 0


def test_outcomes_at_random_do_not_diverge() -> None:
    """Over 300 series of eight to twenty versions with a rising metric, at most 2 % are accused of diverging."""
    from mladvisor.features.evaluation.outcomes import pair_of

    accused = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(8, 21))
        order = np.arange(n, dtype=float)
        metric = 0.01 * order + rng.normal(0, 0.02, n)
        made = pair_of("sales", "auc", "version", values=metric, real=rng.normal(size=n), order=order, sure=1.96)
        assert made is not None
        accused += made.high < 0 or (made.model_trend_low > 0.1 and made.outcome_trend_high < -0.1)
    assert accused <= 9  # the interval is one of 95 %: 2.5 % lie on one side by chance


BROKEN: dict[str, dict[str, Any]] = {
    "no rows": {"train": "a,b,label\n"},
    "one row": {"train": {"a": [1], "label": [0]}},
    "one class": {"train": {"a": np.arange(100.0), "label": [1] * 100}},
    "columns all blank": {"train": {"a": [None] * 100, "b": [None] * 100, "label": [0, 1] * 50}},
    "label all blank": {"train": {"a": np.arange(100.0), "label": [None] * 100}},
    "label missing in test": {"train": customers(200), "test": customers(100, 1).drop(columns="label")},
    "infinite cells": {"train": {"a": [np.inf, 1.0] * 100, "b": [-np.inf] * 200, "label": [0, 1] * 100}},
    "other classes in test": {"train": customers(200), "test": customers(100, 1).assign(label="x")},
    "no columns but the label": {"train": {"label": [0, 1] * 50}},
    "huge numbers": {"train": {"a": [1e308, -1e308] * 100, "label": [0, 1] * 100}},
    "columns of test missing": {"train": customers(300), "test": customers(200, 1)[["age", "label"]]},
    "predictions of other rows": {
        "train": customers(300),
        "test": customers(200, 1),
        "predictions": {"split": "test", "y_true": [0, 1] * 50, "y_pred": [0, 1] * 50},
    },
    "business of one row": {"business": {"version": [1], "auc": [0.7], "revenue": [1.0]}},
    "business of words": {"business": {"version": ["a", "b"], "auc": ["x", "y"], "revenue": ["1", "many"]}},
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("budget", [None, pytest.param(500.0, marks=pytest.mark.slow)])
def test_broken_tables_are_measured_as_far_as_they_go(name: str, budget: float | None, tmp_path: Path) -> None:
    """Nothing crashes, and whatever is not known has words for it; with the heavy checks, too."""
    m = measures(tmp_path, budget=budget, **BROKEN[name])
    for feature in catalogue():
        if feature.startswith(MINE):
            value = m[feature]
            if isinstance(value, Measured) and not value.known:
                assert value.note, feature
    assert m.failures == {}


def test_a_metric_of_the_log_is_compared_when_there_are_no_predictions(tmp_path: Path) -> None:
    """Accuracy on validation data from the log, against baselines on val.csv; with the error of its rows."""
    epochs = np.arange(1, 13)
    log = {"epoch": epochs, "train_loss": 1 / epochs, "val_loss": 1.1 / epochs, "val_accuracy": 0.9 - 0.2 / epochs}
    m = measures(tmp_path, metrics=log, train=customers(900), val=customers(300, 1))
    assert m.value("baseline.metric") == "accuracy"
    model = m.one("baseline.model")
    assert model.value > m.value("baseline.linear")
    assert model.se > 0.02
    assert model.where is not None and model.where.file == "metrics.csv"


def test_unequal_classes_are_counted(tmp_path: Path) -> None:
    """Forty-nine rows of one class to one of the other."""
    m = measures(tmp_path, train={"x": np.arange(500.0), "label": ([0] * 49 + [1]) * 10})
    assert m.value("labels.class_ratio") == 49


def test_an_outcome_that_was_best_early(tmp_path: Path) -> None:
    """Revenue rises with the model metric for eight versions and falls since: that is told, with the version."""
    rng = np.random.default_rng(3)
    version = np.arange(1, 21)
    frame = pd.DataFrame(
        {
            "version": version,
            "auc": 0.7 + 0.2 * (1 - np.exp(-version / 6)),
            "revenue": 100 + 3.0 * np.where(version < 9, version, 17 - version) + rng.normal(0, 0.5, 20),
        }
    )
    m = measures(tmp_path, business=frame)
    assert m.value("business.best") in ("version 8", "version 9")
    assert m.value("business.late_high") < -0.7
    level = tmp_path / "level"
    level.mkdir()
    m = measures(level, business=frame.assign(revenue=rng.normal(100, 3, 20)))
    assert m.value("business.late_high") > -0.35


@pytest.mark.parametrize(
    ("model", "kept"),
    [
        ([0.7, 0.72, 0.74, 0.73], True),
        ([0.7, 0.75, 0.72, 0.73], False),
        ([0.7, 0.68, 0.75], True),
        ([0.7, 0.69], False),
    ],
)
def test_of_few_releases_the_last_two_may_both_be_better_than_the_first_two(model: list[float], kept: bool) -> None:
    """The last need not be the best of all."""
    assert is_kept(np.array(model)) is kept
