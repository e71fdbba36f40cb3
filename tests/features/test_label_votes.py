"""How far those agree who labelled the same rows, by a table of their votes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.label_looks import votes_in
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("columns", "votes"),
    [
        (["text_id", "worker_1", "worker_2", "worker_3"], 3),
        (["id", "annotator_a", "annotator_b", "annotator_c", "annotator_d"], 4),
        (["text_id", "worker_1", "worker_2"], 0),  # a label and a second look, or no labels at all
        (["text", "worker_1", "worker_2", "worker_3"], 0),  # data: what is a text in it is an input
        (["id", "worker_1_id", "worker_2_id", "worker_3_id"], 0),
        (["id", "label", "worker_1", "worker_2", "worker_3"], 0),
    ],
)
def test_columns_of_votes(columns: list[str], votes: int) -> None:
    assert len(votes_in(columns)) == votes


def test_models_that_vote_are_no_people(tmp_path: Path) -> None:
    (tmp_path / "train.log").write_text(LOSSES)
    rows = "".join(f"{n},{n % 4},{n // 4 % 4},{n // 16 % 4}\n" for n in range(64))
    (tmp_path / "ensemble_votes.csv").write_text(f"id,vote_a,vote_b,vote_c\n{rows}")
    assert not Measures(read_run(tmp_path))["report.annotator_agreement"].known


@pytest.mark.parametrize(("step", "kappa"), [(0, 1.0), (1, 0.0)])
def test_agreement_beyond_chance(tmp_path: Path, step: int, kappa: float) -> None:
    """Four classes, all alike, or every pair of votes as often as any other."""
    (tmp_path / "train.log").write_text(LOSSES)
    rows = "".join(f"{n},{n % 4},{(n + step * (n // 4)) % 4},{(n + step * (n // 16)) % 4}\n" for n in range(64))
    (tmp_path / "votes.csv").write_text(f"text_id,worker_1,worker_2,worker_3\n{rows}")
    m = Measures(read_run(tmp_path))
    assert m.value("report.annotator_agreement") == pytest.approx(kappa)
