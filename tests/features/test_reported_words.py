"""Unknown words in texts of a later year, by a report that names the years."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("rows", "more"),
    [
        ("train_2021,0.01\nvalid_2021,0.02\narticles_2024q1,0.45\n", 0.44),
        ("train_2021,0.01\nvalid_2021,0.02\narticles_2021,0.45\n", None),  # no later year
        ("train,0.01\nvalid,0.02\narticles_2024,0.45\n", None),  # of training no year is told
    ],
)
def test_a_later_year_has_words_of_its_own(tmp_path: Path, rows: str, more: float | None) -> None:
    (tmp_path / "train.log").write_text(LOSSES)
    (tmp_path / "oov_by_quarter.csv").write_text(f"set,unk_share\n{rows}")
    m = Measures(read_run(tmp_path))
    assert m.value("report.unknown_words_later") == (pytest.approx(more) if more else None)
    assert m.value("report.unknown_words") == pytest.approx(0.44)
