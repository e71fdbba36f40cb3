"""What a part of a run says of its health."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mladvisor.diagnosis.api import diagnose_safely, rulebook_with


def _table(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    score = rng.normal(size=rows)
    return pd.DataFrame(
        {"score": score, "pay": rng.lognormal(8, 0.5, rows), "label": (score + rng.normal(size=rows) > 0).astype(int)}
    )


def test_clean_tables_make_no_cause_likely(tmp_path: Path) -> None:
    """What was not looked at keeps its share of what can be wrong, and leaves none of it to what was."""
    _table(600, 0).to_csv(tmp_path / "train.csv", index=False)
    _table(300, 1).to_csv(tmp_path / "test.csv", index=False)
    found, _ = diagnose_safely(tmp_path, rulebook_with())
    assert found.healthy is not None and found.healthy > 0.8
    assert found.hypotheses[0].probability < 0.05


def test_a_plain_fact_names_its_cause_all_the_same(tmp_path: Path) -> None:
    """A column that training never had breaks the schema, whatever else was not looked at."""
    _table(600, 0).to_csv(tmp_path / "train.csv", index=False)
    _table(300, 1).assign(extra=1.5).to_csv(tmp_path / "test.csv", index=False)
    found, _ = diagnose_safely(tmp_path, rulebook_with())
    assert found.hypotheses[0].cause == "schema-skew"
    assert found.hypotheses[0].probability > 0.5
