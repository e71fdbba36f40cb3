"""Checks that count what a model is made of, beside what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("name", "text", "unlike"),
    [
        ("build.json", '{"parameters": {"expected": 9000, "found": 85}, "layers": {"expected": 3, "found": 3}}', 1),
        ("build.json", '{"expected_params": 9000, "actual_params": 9004}', 0),  # rounded
        ("build.json", '{"checks": [{"what": "hidden units", "expected": 64, "got": 8}]}', 1),
        ("build.json", '{"design": {"layers": 4, "heads": 8}, "built": {"layers": 2, "heads": 8}}', 1),
        ("build.json", '{"rows": {"expected": 900, "found": 850}}', None),  # of data
        ("build.json", '{"max_parameters": {"expected": 9000}, "found": {"bugs": 3}}', None),
        ("build.csv", "quantity,expected,built\nparameters,9000,85\nblocks,6,6\n", 1),
        ("notes.txt", "Parameter count mismatch: expected 9,000 but the model has 85\n", 1),
        ("notes.txt", "expected 4 layers, got 4\n", 0),
        ("notes.txt", "expected 3 channels, got 1 for the input\n", None),
        ("notes.txt", "we expected 4 layers to be enough\n", None),
    ],
)
def test_what_was_built_beside_what_was_expected(tmp_path: Path, name: str, text: str, unlike: float | None) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / name).write_text(text)
    assert Measures(read_run(tmp_path)).value("design.counts_unlike") == unlike
