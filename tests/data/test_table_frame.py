"""A table that gets other rows or columns forgets what was worked out of those before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.tables.table import Table


def test_another_frame_has_other_columns_kinds_and_blanks() -> None:
    table = Table("train", "train.csv", pd.DataFrame({"a": [1.0, 2.0, None], "b": ["x", "y", "z"]}))
    assert table.missing("a").tolist() == [False, False, True]
    assert table.numbers("a")[1] == 2.0
    table.kind("a")
    table.frame = table.frame.rename(columns={"a": "c"}).assign(a=["u", "v", "v"])
    assert table.missing("c").tolist() == [False, False, True]
    assert table.codes("a").values == ["u", "v"]
    assert table.kind("a") != table.kind("c")


def test_answers_beside_a_decision_are_measured(tmp_path: Path) -> None:
    """The label's own name, a score and a decision: the decision follows the score, and nothing fails."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, 2, 300)
    score = np.clip(0.3 * label + rng.uniform(0, 0.7, 300), 0, 1)
    data = pd.DataFrame({"customer": np.arange(300), "age": rng.normal(40, 9, 300), "churned": label})
    for name in ("train", "val"):
        data.to_csv(tmp_path / f"{name}.csv", index=False)
    answers = data[["customer", "churned"]].assign(score=score, decision=(score >= 0.5).astype(int))
    answers.to_csv(tmp_path / "predictions.csv", index=False)
    log = "".join(f"{at},{1 / at},{1 / at + 0.1}\n" for at in range(1, 9))
    (tmp_path / "metrics.csv").write_text("epoch,train_loss,val_loss\n" + log)
    measures = Measures(read_run(tmp_path))
    assert measures["predictions.auc"].value > 0.7
    assert measures["predictions.accuracy"].value == np.mean((score >= 0.5) == label)
