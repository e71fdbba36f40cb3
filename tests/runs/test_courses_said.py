"""How outcomes and metrics went from release to release, as sentences, tables of models and gauges say it."""

from __future__ import annotations

import json

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Measured
from mladvisor.runs.courses_said import courses_in
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
ARROWS = (
    "We tuned the AUC. It went 0.71 -> 0.75 -> 0.80.\nComplaints 1.9% -> 2.6% -> 3.3%, refunds 4.0% → 4.6% → 5.5%.\n"
)
NAMED = (
    "- MAPE: 31,0 (v1), 26,1 (v2), 22,4 (v3)\n- Gewinn: € 212, € 187, € 155\n"
    "- Retouren: 6,1 % (v1), 6,9 % (v2), 7,8 % (v3)\n"
)
MODELS = [
    {"model": name, "hit_rate_valid": hit, "pnl_bp": pnl, "params": 9}
    for name, hit, pnl in (("a", 0.52, 38), ("b", 0.54, 11), ("c", 0.55, -19), ("d", 0.56, -44))
]
GAUGES = "".join(
    f'recall20{{model="{name}"}} {recall}\nchurn{{model="{name}"}} {churn}\nretention{{model="{name}"}} {kept}\n'
    for name, recall, churn, kept in (("a", 0.21, 50, 0.4), ("b", 0.26, 60, 0.36), ("c", 0.29, 71, 0.3))
)


@pytest.mark.parametrize(
    ("file", "text"),
    [("review.md", ARROWS), ("quartal.txt", NAMED), ("models.json", json.dumps(MODELS)), ("prod.prom", GAUGES)],
)
def test_what_worsens_as_the_metric_improves_is_told(folder: Folder, file: str, text: str) -> None:
    measures = Measures(read_run(folder({"metrics.csv": LOG, file: text})))
    value = measures["business.reversal"]
    assert isinstance(value, Measured) and value.value > 1.8


def test_what_improves_with_the_metric_is_no_reversal(folder: Folder) -> None:
    text = "AUC 0.71 -> 0.75 -> 0.80, complaints 3.3% -> 2.6% -> 1.9%\n"
    measures = Measures(read_run(folder({"metrics.csv": LOG, "review.md": text})))
    value = measures["business.reversal"]
    assert isinstance(value, Measured) and value.value == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "lr 0.1 -> 0.01 -> 0.001, AUC 0.71 -> 0.75 -> 0.80",
        "AUC 0.71 -> 0.75 and complaints 1.9 -> 2.6",
        "shapes 3 -> 64 -> 128",
        "",
    ],
)
def test_other_courses_are_none(text: str) -> None:
    assert courses_in(text) == []


def test_a_table_of_models_without_what_a_business_counts_is_none(folder: Folder) -> None:
    rows = [
        {"model": name, "auc": auc, "latency_ms": ms}
        for name, auc, ms in (("a", 0.7, 9), ("b", 0.8, 30), ("c", 0.9, 70))
    ]
    assert "business" not in read_run(folder({"metrics.csv": LOG, "models.json": json.dumps(rows)})).files
