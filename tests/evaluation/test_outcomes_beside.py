"""Outcomes in use whose model metric stands elsewhere: in a second table, or in the log under another name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.evaluation.intervals import surely_of
from mladvisor.runs.read import read_run

WEEKS = range(1, 13)
AUC = [0.71 + 0.01 * week for week in WEEKS]


def run_of(folder: Path, **files: str) -> Measures:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return Measures(read_run(folder))


def table(head: str, *columns: list[str]) -> str:
    return head + "\n" + "".join(",".join(row) + "\n" for row in zip(*columns, strict=True))


def log(**metric: float) -> str:
    """Twelve epochs; the named metric starts at its value and falls by 3 % each epoch."""
    name, start = next(iter(metric.items()))
    return f"epoch,train_loss,{name}\n" + "".join(f"{n},{1 / (n + 1):.4f},{start * 0.97**n:.6f}\n" for n in range(12))


@pytest.mark.parametrize("falling", [True, False])
@pytest.mark.parametrize("clicks", [True, False])
def test_counts_of_the_business_belong_to_the_same_weeks(tmp_path: Path, falling: bool, clicks: bool) -> None:
    """A model trained anew each week, and what each week brought, in two tables; clicks may stand beside the model."""
    weeks = [str(week) for week in WEEKS]
    model = [f"{auc:.3f}" for auc in AUC]
    kept = [f"{0.4 - (0.005 if falling else -0.005) * week:.4f}" for week in WEEKS]
    own = ("week,ctr,val_auc", weeks, [f"{0.1 + 0.01 * w:.2f}" for w in WEEKS], model)
    m = run_of(
        tmp_path,
        log=log(val_loss=0.9),
        retrained=table(*own) if clicks else table("week,val_auc", weeks, model),
        online_kpis=table("week,sessions,day7_retention", weeks, ["300"] * 12, kept),
    )
    assert m.value("business.rows") == 12
    if falling:
        assert m.value("business.outcome") == "day7_retention"
        assert m.value("business.agreement_high") < -0.8
    else:
        assert m.value("business.agreement_low") > 0.5


def test_a_table_of_counts_alone_says_nothing(tmp_path: Path) -> None:
    """Nothing ties its weeks to the model."""
    text = table("week,revenue", [str(week) for week in WEEKS], [str(90 - week) for week in WEEKS])
    m = run_of(tmp_path, log=log(val_loss=0.9), online_kpis=text)
    assert "business" not in m.run.files


@pytest.mark.parametrize("name", ["val_mae", "val_loss"])
def test_a_column_that_repeats_the_log_is_the_model_metric(tmp_path: Path, name: str) -> None:
    """ "offline" is no metric by its name; its values are those of some epochs, and less of them is better."""
    epochs = [0, 1, 3, 5, 8, 11]
    m = run_of(
        tmp_path,
        log=log(**{name: 6.3}),
        releases_ab=table(
            "release,offline,orders_per_hour",
            [f"v{n}" for n in range(6)],
            [f"{6.3 * 0.97**n:.3f}" for n in epochs],
            [f"{2.4 - 0.1 * n:.1f}" for n in range(6)],
        ),
    )
    assert m.value("business.model_metric") == f"offline ({name})"
    assert m.value("business.agreement") == pytest.approx(-1)


def test_other_numbers_are_no_model_metric(tmp_path: Path) -> None:
    """Neither in another order nor off by a digit."""
    rest = ([f"v{n}" for n in range(6)], [f"{2.4 - 0.1 * n:.1f}" for n in range(6)])
    for number, epochs in enumerate(([11, 1, 3, 5, 8, 0], [0.4, 1, 3, 5, 8, 11])):
        folder = tmp_path / str(number)
        folder.mkdir()
        values = [f"{6.3 * 0.97**n:.3f}" for n in epochs]
        releases = table("release,offline,orders_per_hour", rest[0], values, rest[1])
        m = run_of(folder, log=log(val_mae=6.3), releases_ab=releases)
        assert m.one("business.agreement").value is None


def test_of_several_outcomes_one_must_lie_farther_out() -> None:
    """Of six that have nothing to do with the model one of a 95 % interval lies on the wrong side in 14 of 100."""
    assert surely_of(1) == pytest.approx(1.96, abs=0.01)
    assert surely_of(6) == pytest.approx(2.64, abs=0.01)


@pytest.mark.parametrize("growing", [True, False])
def test_more_orders_bring_more_returns(tmp_path: Path, growing: bool) -> None:
    """Counted beside the orders they are as many as before; at the same orders they are more."""
    orders = [1000 + (200 * n if growing else 0) for n in range(10)]
    returns = [50 + 10 * n + (n % 3) for n in range(10)]
    m = run_of(
        tmp_path,
        log=log(val_loss=0.9),
        releases=table(
            "release,val_auc,orders,returns",
            [f"v{n}" for n in range(10)],
            [f"{0.8 + 0.01 * n:.2f}" for n in range(10)],
            [str(n) for n in orders],
            [str(n) for n in returns],
        ),
    )
    if growing:
        assert m.value("business.agreement_high") > 0.5
    else:
        assert m.value("business.outcome") == "returns"
        assert m.value("business.agreement_high") < -0.8


@pytest.mark.parametrize(("name", "control"), [("orders_per_1000", "control"), ("complaints", "complaints_control")])
@pytest.mark.parametrize("worse", [0.2, -0.2])
def test_an_outcome_is_set_against_its_control_group(tmp_path: Path, name: str, control: str, worse: float) -> None:
    """By how much of what the control group has it is better, whichever way is better; the control is no outcome."""
    ups = [20 + 3 * (week % 4) for week in WEEKS]
    sign = -1 if name.startswith("orders") else 1
    own = [f"{up * (1 + sign * worse * week / 12):.3f}" for up, week in zip(ups, WEEKS, strict=True)]
    text = table(
        f"checkpoint,val_auc,sessions,{name},{control}",
        [f"ep{week:02d}" for week in WEEKS],
        [f"{auc:.3f}" for auc in AUC],
        ["45000"] * 12,
        own,
        [str(up) for up in ups],
    )
    m = run_of(tmp_path, log=log(val_loss=0.9), online_test=text)
    over = m.one("business.over_control")
    assert over.value == pytest.approx(-worse * 10.5 / 12, abs=0.005)
    assert over.note == name
    assert not any("control" in line for line in m.notes)
    assert (m.value("business.agreement") < -0.9) == (worse > 0)


@pytest.mark.parametrize(("rate", "agrees"), [("return_rate", False), ("retention", True)])
def test_outcomes_may_stand_in_the_log(tmp_path: Path, rate: str, agrees: bool) -> None:
    """What customers send back is no reward of an agent, and rises against the metric of the same epochs."""
    text = f"epoch,train_loss,val_loss,val_auc,{rate}\n" + "".join(
        f"{n},{1 / (n + 1):.4f},{1 / (n + 1):.4f},{0.6 + 0.01 * n},{0.1 + 0.02 * n}\n" for n in range(12)
    )
    m = run_of(tmp_path, log=text)
    assert m.value("run.kind") == "supervised"
    assert m.value("business.outcome") == rate
    assert m.value("business.agreement") == pytest.approx(1.0 if agrees else -1.0)


def test_a_log_below_comes_before_weeks_of_use(tmp_path: Path) -> None:
    """What is measured of the model in use is no training, where a run lies below; alone it is read as before."""
    weeks = "week,n,accuracy,auc\n" + "".join(
        f"2024-W{week},80,0.8{week % 4},0.7{week % 3}\n" for week in range(30, 36)
    )
    (tmp_path / "monitoring.csv").write_text(weeks)
    assert read_run(tmp_path).logs == {"monitoring.csv"}
    run = tmp_path / "output" / "train"
    run.mkdir(parents=True)
    (run / "metrics.csv").write_text(log(val_loss=0.9))
    assert {curve.name for curve in read_run(tmp_path).curves} == {"train_loss", "val_loss"}


@pytest.mark.parametrize(("customers", "sure"), [(40_000, True), (400, False)])
def test_how_far_a_share_falls_beyond_what_counting_errs(tmp_path: Path, customers: int, sure: bool) -> None:
    """The same fall of a rate, of many customers and of few."""
    rates = [0.033, 0.03, 0.029, 0.028, 0.0285, 0.025]
    rows = "".join(f"v{n},{0.75 + n / 50},{rate},{customers}\n" for n, rate in enumerate(rates, 1))
    m = run_of(
        tmp_path, log=log(val_rmse=3.0), releases="release,offline_auc,retained_after_offer_rate,customers\n" + rows
    )
    assert (m.value("business.fallen") > 4) is sure


def test_a_time_that_is_an_outcome_counts_no_rows(tmp_path: Path) -> None:
    """ "on_time" in another language ends in a word that counts rows elsewhere."""
    rows = "".join(f"2024-0{n};v{n};{9 - n};{0.9 - 0.02 * n:.2f};{100 + 30 * n}\n" for n in range(1, 7))
    head = "mois;version;eam_validation;livraisons_a_l_heure;plaintes\n"
    m = run_of(tmp_path, log=log(val_rmse=3.0), suivi=head + rows)
    assert m.value("business.rows") == 6
    assert m.value("business.agreement") < -0.9


@pytest.mark.parametrize("alone", [False, True])
def test_a_loss_among_the_metrics_of_releases_makes_no_log_of_them(tmp_path: Path, alone: bool) -> None:
    """ "offline_logloss" per release stands beside what came in; a table that is all there is may be a log."""
    versions = [f"2023.{n}" for n in range(1, 7)]
    loss, auc = [f"{0.5 - 0.03 * n:.3f}" for n in range(6)], [f"{0.8 + 0.01 * n:.3f}" for n in range(6)]
    sold = [f"{3 - 0.1 * n:.2f}" for n in range(6)]
    files = {} if alone else {"log": log(val_loss=0.9)}
    files["releases"] = table("release,offline_logloss,offline_auc,sales_per_visit", versions, loss, auc, sold)
    m = run_of(tmp_path, **files)
    assert ("business" in m.run.files) is not alone


@pytest.mark.parametrize("together", [True, False])
def test_changes_from_row_to_row_part_a_drift_from_an_effect(tmp_path: Path, together: bool) -> None:
    """The largest gain of the model brings the largest fall; a drift of the outcome falls as it likes."""
    gains = [0.1, 0.04, 0.02, 0.001, 0.005, 0.0002, 0.012]
    falls = [5.0, 2.0, 1.2, 0.3, 0.6, 0.1, 0.9] if together else [0.9, 0.1, 2.0, 0.3, 5.0, 1.2, 0.6]
    auc = [f"{0.7 + sum(gains[:n]):.4f}" for n in range(8)]
    sold = [f"{40 - sum(falls[:n]):.2f}" for n in range(8)]
    versions = [f"v{n}" for n in range(8)]
    m = run_of(tmp_path, log=log(val_loss=0.9), versions=table("version,offline_auc,profit", versions, auc, sold))
    assert (m.value("business.steps_high") < -0.3) is together
