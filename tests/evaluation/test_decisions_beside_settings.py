"""What decides is found where people leave it: decisions beside scores, thresholds in reports, costs in blocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from mladvisor.features.catalogue import Measures
from mladvisor.features.decision_costs import costs
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))


def read(tmp_path: Path, settings: dict[str, Any], **files: str) -> Measures:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings))
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text)
    return Measures(read_run(tmp_path))


def scores(cut: float | None = None) -> str:
    rng = np.random.default_rng(0)
    truth = (rng.random(400) < 0.4).astype(int)
    score = np.clip(0.3 + 0.3 * truth + rng.normal(0, 0.15, 400), 0.001, 0.999).round(3)
    head = "customer_id,churned,p_churn" + ("" if cut is None else ",decision")
    rows = [
        f"{1000 + i},{t},{s}" + ("" if cut is None else f",{int(s >= cut)}")
        for i, (t, s) in enumerate(zip(truth, score, strict=True))
    ]
    return "\n".join([head, *rows]) + "\n"


def test_a_decision_beside_the_score_of_what_the_settings_call_the_label(tmp_path: Path) -> None:
    m = read(tmp_path, {"target": "churned"}, val_predictions__csv=scores(0.8))
    assert m.value("threshold.in_use") == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        ('{"threshold": 0.9, "val": {"threshold": 0.9, "precision": 1.0, "recall": 0.2}}', 0.9),
        ('{"threshold": 0.9, "quantile": 0.99}', None),  # of whatever raises alarms
    ],
)
def test_a_threshold_beside_what_it_gives_in_a_file_of_any_name(
    tmp_path: Path, text: str, threshold: float | None
) -> None:
    m = read(tmp_path, {"lr": 0.1}, alerting__json=text, val_predictions__csv=scores())
    assert m.value("config.threshold") == threshold


@pytest.mark.parametrize(("threshold", "beyond"), [(1.2, True), (0.0005, True), (0.5, False)])
def test_a_threshold_that_no_score_reaches(tmp_path: Path, threshold: float, beyond: bool) -> None:
    """Above the highest score or below the lowest, all rows are decided alike."""
    rows = "".join(f"{n},{n % 2},{0.1 + 0.0011 * n:.4f}\n" for n in range(400))
    text = "id,y_true,y_score\n" + rows
    m = read(tmp_path, {"decision_threshold": min(threshold, 0.99)}, val_predictions__csv=text)
    assert m.value("threshold.out_of_reach") is beyond
    if beyond:
        assert m.value("threshold.out_of_reach_says") == "the scores go from 0.1 to 0.539"


def test_scores_of_any_name_are_told_by_the_label_of_the_settings(tmp_path: Path) -> None:
    m = read(tmp_path, {"target": "churned", "evaluation": {"cut_off": 0.8}}, holdout_scores__csv=scores())
    assert m.run.files["predictions"] == ("holdout_scores.csv",)
    assert m.value("threshold.in_use") == 0.8


@pytest.mark.parametrize(
    ("report", "used"),
    [
        ('{"auc": 0.9, "operating_point": {"threshold": 0.8, "recall": 0.2}}', 0.8),
        ('{"auc": 0.9, "suggested": {"threshold": 0.8}}', None),
        ('{"sweep": [{"threshold": 0.8}]}', None),
        ('{"a": {"threshold": 0.8}, "b": {"threshold": 0.3, "cutoff": 0.4}}', None),
        ("[0.8]", None),
        ("{", None),
    ],
)
def test_a_report_says_which_threshold_was_used(tmp_path: Path, report: str, used: float | None) -> None:
    m = read(tmp_path, {"target": "churned"}, report__json=report, holdout_scores__csv=scores())
    assert m.value("config.threshold") == used


def test_a_setting_says_it_before_a_report(tmp_path: Path) -> None:
    report = '{"operating_point": {"threshold": 0.8}}'
    m = read(tmp_path, {"target": "churned", "threshold": 0.3}, report__json=report, holdout_scores__csv=scores())
    assert m.value("config.threshold") == 0.3


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"costs": {"fn": 500, "fp": 20}}, (20.0, 500.0)),
        ({"cost_matrix": [[0, 15], [300, 0]]}, (15.0, 300.0)),
        ({"cost_matrix": [[1, 15], [300, 0]]}, None),
        ({"economics": {"missed_churner_eur": 300, "wasted_offer_eur": 25}}, (25.0, 300.0)),
        ({"economics": {"missed_churner_eur": 300, "missed_call_eur": 2, "wasted_offer_eur": 25}}, None),
        ({"kosten": {"ausfall": 6500, "entgangener_ertrag": 900}}, (900.0, 6500.0)),
        ({"costs": {"default": 6500, "foregone_interest": 900}}, (900.0, 6500.0)),
        ({"data": {"missing_values": 3, "waste": 1}}, None),
        ({"test": {"batch_size": 3}}, None),
    ],
)
def test_costs_are_told_by_their_words(
    tmp_path: Path, settings: dict[str, Any], said: tuple[float, float] | None
) -> None:
    assert read(tmp_path, settings).once(costs) == said


def test_what_is_used_for_evaluation_alone_is_no_setting_of_training(tmp_path: Path) -> None:
    m = read(tmp_path, {"evaluation": {"batch_size": 512, "threshold": 0.7}})
    assert m.value("config.batch_size") is None
    assert m.value("config.threshold") == 0.7
