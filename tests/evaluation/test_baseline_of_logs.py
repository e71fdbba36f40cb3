"""The model's skill over a constant answer, by the metrics that a log has."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .folders import measures


def test_a_weak_model_of_equal_classes_is_judged_by_its_ranking(tmp_path: Path) -> None:
    """Calling all rows positive has an F1 of two thirds: a model with less may still have learnt what there is."""
    rng = np.random.default_rng(0)
    rows = {"x": rng.normal(size=400), "label": np.arange(400) % 2}
    log = "epoch,train_loss,val_loss,val_f1,val_auc\n" + "".join(
        f"{n},{0.69 - 0.003 * n},{0.69 - 0.002 * n},{0.58 + 0.001 * n},{0.6 + 0.004 * n}\n" for n in range(1, 12)
    )
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "metrics.csv").write_text(log, encoding="utf-8")
    m = measures(tmp_path, train=rows, val=rows)
    assert m.value("baseline.metric") == "auc"
    assert m.value("baseline.over_constant") > 0.1
