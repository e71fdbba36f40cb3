"""Columns that notes and dictionaries call known only once the outcome is."""

from __future__ import annotations

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.lateness_said import late_in_lines
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{0.7 / n:.4f},{0.7 / n:.4f}\n" for n in range(1, 13))
HEAD = "| column | role | description | available at |\n|---|---|---|---|\n| age | input | years | booking |\n"
ROWS = "| fee | input | amount | booking |\n| city | input | place | booking |\n| gone | target | 0/1 | closing |\n"


def test_a_line_that_describes_a_column(folder: Folder) -> None:
    note = (
        "Hi,\n- fee_plan: nightly from billing\n- line_status (A, D): set by the batch, after the customer cancelled\n"
    )
    late = Measures(read_run(folder({"metrics.csv": LOG, "mail.eml": note})))["column.described_late"]
    assert isinstance(late, dict) and [name for name, each in late.items() if each.value] == ["line_status"]


@pytest.mark.parametrize(
    "line",
    [
        "- line_status: set when the line is installed, does not change afterwards",
        "note: filled after the cancellation",
        "line_status: set after cancellation, not used by the model",
        "",
    ],
)
def test_other_lines_describe_nothing_late(line: str) -> None:
    assert not list(late_in_lines([line]))


def test_an_input_that_is_there_only_when_the_target_is(folder: Folder) -> None:
    row = "| stay_days | input | days | closing |\n"
    run = folder({"metrics.csv": LOG, "data_dictionary.md": f"# Data\n\n{HEAD}{row}{ROWS}"})
    late = Measures(read_run(run))["column.described_late"]
    assert isinstance(late, dict) and [name for name, each in late.items() if each.value] == ["stay_days"]


def test_inputs_that_are_there_before(folder: Folder) -> None:
    run = folder({"metrics.csv": LOG, "data_dictionary.md": f"# Data\n\n{HEAD}{ROWS}"})
    late = Measures(read_run(run))["column.described_late"]
    assert not isinstance(late, dict) or not any(each.value for each in late.values())
