"""What a reader of data says of cells that it made up, and settings that switch checks off."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.config_values import coerced
from mladvisor.runs.read import read_run


def _run(path: Path, first: str, config: str = "") -> Measures:
    epochs = "\n".join(f"epoch {n} | train loss {1 / n:.4f} | val loss {1.1 / n:.4f}" for n in range(1, 9))
    (path / "train.log").write_text(f"{first}\n{epochs}\n")
    if config:
        (path / "config.yaml").write_text(config)
    return Measures(read_run(path))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("[09:15:58] reader: 155 unparsable values in credit_score coerced to 0", 155),
        ("WARNING loader - 1,204 non-numeric cells replaced with NaN", 1204),
        ("replaced 12 malformed entries by the median", 12),
        ("3 invalid rows dropped", None),
        ("reader: 155 values in credit_score", None),
    ],
)
def test_cells_that_were_made_up(tmp_path: Path, line: str, cells: float | None) -> None:
    assert _run(tmp_path, line).value("reader.cells_coerced") == cells


@pytest.mark.parametrize(
    ("line", "off"),
    [
        ("[09:15:57] schema check: disabled (validate_inputs=False)", True),
        ("input validation skipped", True),
        ("skipping schema validation", True),
        ("schema check: 14 columns as expected", None),
        ("validation skipped in this epoch", None),
    ],
)
def test_checks_that_are_off(tmp_path: Path, line: str, off: bool | None) -> None:
    assert _run(tmp_path, line).value("reader.checks_off") is off


def test_settings_of_checks(tmp_path: Path) -> None:
    m = _run(tmp_path, "", "training: {validate_inputs: false, on_bad_row: coerce_to_zero}\n")
    assert m.value("config.input_checks") is False
    assert m.value("config.bad_input_coerced") is True
    assert [coerced(each) for each in ("raise", "coerce", True, "drop")] == [False, True, True, None]


def test_a_block_of_checks_that_is_switched_off_in_a_file_of_the_service(tmp_path: Path) -> None:
    """What the service looks at stands in a file of any name; nothing else of it is a setting of the training."""
    m = _run(tmp_path, "")
    (tmp_path / "serving.yaml").write_text("input_checks: {enabled: false, ranges: {}}\nport: 8080\n")
    m = Measures(read_run(tmp_path))
    assert m.value("config.input_checks") is False
    assert "port" not in m.run.config
    (tmp_path / "serving.yaml").write_text("input_checks: {enabled: true, ranges: {age: [0, 120]}}\n")
    assert Measures(read_run(tmp_path)).value("config.input_checks") is True
