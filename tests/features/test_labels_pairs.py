"""What pairs of neighbouring words tell of a label that single words do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 13))
GOOD, BAD = ("fine", "clean", "quick"), ("stale", "dirty", "slow")
FILL = ("the", "soup", "was", "table", "we", "very", "here", "menu")


def _text(rng: np.random.Generator, *, positive: bool, turned: bool) -> str:
    """Words of no meaning around one that has some, or around its opposite with "not" before it."""
    fill = [str(rng.choice(FILL)) for _ in range(8)]
    negated = turned and bool(rng.integers(2))
    word = str(rng.choice(GOOD if positive != negated else BAD))
    place = int(rng.integers(8))
    # "not" stands in every text, and tells nothing by itself
    return " ".join(
        [*fill[:place], *(("not",) if negated else ()), word, *(() if negated else ("not",)), *fill[place:]]
    )


@pytest.mark.parametrize(("turned", "gains"), [(True, True), (False, None)])
def test_a_word_that_turns_the_next_one_round(tmp_path: Path, turned: bool, gains: bool | None) -> None:
    """Pairs tell what words do not; where words tell the label themselves there is nothing to ask."""
    rng = np.random.default_rng(0)
    (tmp_path / "log.csv").write_text(LOG)
    rows = [f"{_text(rng, positive=bool(label), turned=turned)},{label}" for label in rng.integers(0, 2, 500)]
    (tmp_path / "train.csv").write_text("review,positive\n" + "\n".join(rows) + "\n")
    found = Measures(read_run(tmp_path)).value("labels.small_pairs_gain")
    assert (found is None) if gains is None else (isinstance(found, float) and found > 0.1)
