"""Labels of each batch, in tables with other words and as programs print them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.batch_columns import is_batch_table
from mladvisor.runs.read import read_run


def test_labels_of_batches_in_other_words(tmp_path: Path) -> None:
    """Means of the target in French, and the share of positives: sorted rows are told from shuffled ones."""
    rng = np.random.default_rng(2)
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n1,0.9,0.9\n2,0.7,0.8\n3,0.6,0.8\n")
    for ordered in (True, False):
        means = np.linspace(-2, 2, 40) if ordered else rng.normal(0, 0.1, 40)
        rows = "\n".join(f"{at},{one:.3f},{0.05 if ordered else 1.0},0.5" for at, one in enumerate(means))
        (tmp_path / "lots.csv").write_text(f"lot,cible_moyenne,cible_ecart,perte\n{rows}\n")
        value = Measures(read_run(tmp_path)).value("batches.target_between")
        assert isinstance(value, float)
        assert (value > 0.5) == ordered
    shares = "\n".join(f"0,{at},0.4,{float(at > 14)}" for at in range(30))
    (tmp_path / "lots.csv").write_text(f"epoch,batch,loss,pos_share\n{shares}\n")
    value = Measures(read_run(tmp_path)).value("batches.target_between")
    assert isinstance(value, float)
    assert value > 0.5


def test_lots_of_goods_are_no_batches() -> None:
    assert not is_batch_table(["lot", "target_mean", "target_std"])
    assert is_batch_table(["lot", "target_mean", "target_std", "loss"])


SORTED = [0.0, 0.0, 0.0, 0.0, 0.37, 1.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("line", "shares", "least", "most"),
    [
        ("  batch {at} loss 0.41 positives in batch {share}", SORTED, 0.5, 1.0),
        ("step {at}: y mean {share}, loss 0.4", SORTED, 0.5, 1.0),
        ("Batch [{at}/10] loss=0.41 pos_share={share}", SORTED, 0.5, 1.0),
        ("batch {at} positive rate: {share}", [0.47, 0.53, 0.5, 0.44, 0.52, 0.49, 0.51, 0.5, 0.45, 0.55], 0.0, 0.1),
        ("batch {at} positives in batch {share}", [0.0, 1.0] * 6, None, None),  # may be batches of one row
        ("batch {at} positives {share:.0f}", SORTED, None, None),  # a count
    ],
)
def test_labels_of_batches_as_they_are_printed(
    tmp_path: Path, line: str, shares: list[float], least: float | None, most: float | None
) -> None:
    lines = [line.format(at=at, share=share) for _ in range(2) for at, share in enumerate(shares)]
    (tmp_path / "train.log").write_text("\n".join(["epoch 1 loss 0.6", *lines, "epoch 2 loss 0.5"]) + "\n")
    value = Measures(read_run(tmp_path)).value("batches.target_between")
    if least is None or most is None:
        assert value is None
    else:
        assert isinstance(value, float)
        assert least <= value <= most
