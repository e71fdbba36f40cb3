"""Counts of parameters that learn, as libraries and people print them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LINES = "".join(f"epoch {e} loss {1 / (e + 1):.4f}\n" for e in range(5))


@pytest.mark.parametrize(
    ("printed", "share"),
    [
        (
            " Total params: 254 (1016.00 B)\n Trainable params: 50 (200.00 B)\n Non-trainable params: 204 (816.00 B)",
            0.197,
        ),
        ("trainable params: 294,912 || all params: 124,734,720 || trainable%: 0.2364", 0.00236),
        ("Trainable parameters: 128 / 79938", 0.0016),
        ("trainable params = 1_000 of 4_000", 0.25),
        ("12.5 K    Trainable params\n37.5 K    Non-trainable params\n50.0 K    Total params", 0.25),
        ("Trainable params: 10\nNon-trainable params: 0\n\nTrainable params: 4\nNon-trainable params: 6", 0.4),
        ("Total params: 254", None),
        ("trainable params: 128 MB of memory", None),
        ("non-trainable params: 0", None),
    ],
)
def test_counts_are_read_as_they_are_printed(tmp_path: Path, printed: str, share: float | None) -> None:
    """Keras, PEFT, Lightning, lines of one's own; the last count is that of the training; half of a pair is none."""
    (tmp_path / "train.log").write_text(f"{printed}\n{LINES}")
    found = Measures(read_run(tmp_path)).one("model.learning_share")
    assert (pytest.approx(found.value, rel=0.01) == share) if share is not None else not found.known
