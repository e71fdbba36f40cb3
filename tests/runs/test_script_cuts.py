"""The threshold at which a script decides, where it is written down."""

from __future__ import annotations

import pytest

from mladvisor.runs.read import read_run

from .conftest import Folder

HEAD = "import numpy as np\nfrom sklearn.linear_model import SGDClassifier\nm = SGDClassifier().fit(X, y)\n"
P = "p = m.predict_proba(X_test)[:, 1]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CUT = 0.9\nproba = m.predict_proba(X)[:, 1]\npred = (proba >= CUT).astype(int)\n", 0.9),
        (P + "print(confusion_matrix(y, p > 0.2))\n", 0.2),
        (P + "df['flagged'] = np.where(p > 0.2, 1, 0)\n", 0.2),
        ("y_pred = (torch.sigmoid(net(x)) > 0.8).long()\n", 0.8),
        ("def iou(z, t, thr=0.97):\n    p = torch.sigmoid(z) > thr\n    return (p & t).sum()\niou(net(x), t)\n", 0.97),
        ("def iou(z, t, *, thr=0.97):\n    p = torch.sigmoid(z) > thr\n    return p\niou(net(x), t, thr=0.4)\n", None),
        ("def iou(z, t, thr):\n    p = torch.sigmoid(z) > thr\n    return p\niou(net(x), t, 0.4)\n", None),
        ("def iou_loss(z, t, eps=0.97):\n    return (torch.sigmoid(z) * t).sum() > t\niou_loss(net(x), t)\n", None),
        ("def label(z, thr=0.95):\n    keep = torch.sigmoid(z) > thr\n    return keep\nlabel(net(x))\n", None),
        (P + "print((p > 0.9).mean())\n", None),
        (P + "print(f1_score(y, p > 0.5))\n", None),
        (P + "print(f1_score(y, p > 0.2), f1_score(y, p > 0.7))\n", None),
        (P + "for t in np.linspace(0, 1, 9):\n    print(f1_score(y, p > t))\npred = p > 0.2\n", None),
        (P + "keep = corr > 0.95\npred = age > 0.3\n", None),
    ],
)
def test_decisions_at_a_threshold(folder: Folder, text: str, told: float | None) -> None:
    """One that decisions are made at; shares of sure rows, several thresholds, and one half say nothing."""
    run = read_run(folder({"log.csv": "epoch,loss\n1,0.5\n2,0.4\n3,0.3\n", "fit.py": HEAD + text}))
    assert run.script is not None
    found = run.script.called.get("threshold")
    assert (found.value if found else None) == told
