"""Inputs that are called after what follows an outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.late_names import is_late
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    ("name", "late"),
    [
        ("follow_up_visits", True),
        ("work_order_type", True),
        ("refundAmount", True),
        ("retention_case_opened", True),
        ("last_refund", False),
        ("prior_cancellations", False),
        ("days_since_refund", False),
        ("order_value", False),
        ("age", False),
    ],
)
def test_names_of_what_comes_afterwards(name: str, late: bool) -> None:
    assert is_late(name) is late


def test_inputs_that_the_settings_list(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,1.0,1.1\n2,0.5,0.6\n")
    (tmp_path / "config.yaml").write_text("features: [age, work_order_type]\ntarget: refund\n")
    found = Measures(read_run(tmp_path))["column.named_late"]
    assert {name: each.value for name, each in found.items()} == {"age": False, "work_order_type": True}


COEFFICIENTS = """LogisticRegression  n=900
AUC train 1.0000 val 0.9990

coefficients (standardised)
work_order_type   4.588
age              -0.194
income:           0.1
"""


def test_inputs_that_a_printed_list_of_coefficients_names(tmp_path: Path) -> None:
    """Without data and settings; the scores above it are none of them."""
    (tmp_path / "model_report.txt").write_text(COEFFICIENTS)
    m = Measures(read_run(tmp_path))
    found = m["column.named_late"]
    assert {name: each.value for name, each in found.items()} == {
        "work_order_type": True,
        "age": False,
        "income": False,
    }
    assert m.value("report.score_skill") == pytest.approx(0.998)
