"""Ranking and decisions, as notes and printed evaluations tell them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.decisions_said import Decisions, best_said, decisions_in_file, decisions_said, may_tell
from mladvisor.runs.readers import Candidate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AUC v2 0,97; Gefunden in der Woche: 20 von 200 (v1 zuletzt 150 von 190).", Decisions(0.97, 0.1)),
        ("roc_auc = 0.95\nflagged=50 tp=40 fp=10 tn=900 fn=60", Decisions(0.95, 0.4, 0.8, 900 / 910)),
        ("AUC (class 1) = 0.96, recall: 26.5 %", Decisions(0.96, 0.265)),
        ("AUC：0.99\n召回率 93.0%，精确率 96.6%", Decisions(0.99, 0.93, 0.966)),
        ("AUC 0.96. Recall must be at least 90 %", Decisions(0.96)),
        ("AUC 0.96. Recall at 1 % false alarms: 0.4", Decisions(0.96)),
        ("Last year's model found 48 of 611.\nAUC 0.96, found 540 of 600", Decisions(0.96, 0.9)),
        ("AUC 0.96, recall 0.4 on day one\nrecall 0.8 on day two", Decisions(0.96)),
        ("PR AUC 0.4, recall 0.2", Decisions(None, 0.2)),
    ],
)
def test_what_a_text_tells(text: str, expected: Decisions) -> None:
    """What is wanted, what was before, and what is said in two ways is not said."""
    assert decisions_said(text.splitlines()) == pytest.approx(expected)


def test_a_report_by_class_beside_the_area(tmp_path: Path) -> None:
    """Of two classes the second is the positive one."""
    text = (
        "              precision    recall  f1-score   support\n\n"
        "          no       1.00      0.10      0.18       800\n"
        "         yes       0.22      1.00      0.36       200\n\n"
        "    accuracy                           0.28      1000\n"
        "   macro avg       0.61      0.55      0.27      1000\n"
        "weighted avg       0.84      0.28      0.22      1000\n\nroc_auc = 0.95\n"
    )
    (tmp_path / "eval.txt").write_text(text)
    file = Candidate(str(tmp_path / "eval.txt"), "eval.txt")
    assert may_tell(file)
    assert decisions_in_file(file) == Decisions(0.95, 1.0, 0.22, 0.1)


@pytest.mark.parametrize(
    ("text", "best", "used"),
    [
        ("Optimal operating point (Youden): threshold = 0.12.\nmodel.predict uses 0.5", 0.12, 0.5),
        ("# F1-confidence curve: max F1 0.86 at conf 0.27", 0.27, None),
        ("Beste Schwelle 0,21; es bleibt bei 0,62", 0.21, 0.62),
        ("best threshold 0.3\nbest threshold 0.4 on test", None, None),
        ("the threshold is 0.3", None, None),
        ("best threshold: 0.47. The scheduler uses 0.1 as factor", 0.47, None),
        ("the model uses 0.1 dropout; optimal threshold 0.48", 0.48, None),
        ("Best cut-off 0.2; for want of staff we asked for precision, therefore it uses 0.6", 0.2, None),
    ],
)
def test_the_threshold_that_is_called_the_best(text: str, best: float | None, used: float | None) -> None:
    """Beside the one that is used, where both are told."""
    assert best_said(text.splitlines()) == (best, used)
