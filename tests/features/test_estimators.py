"""How an estimator of scikit-learn is fitted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run


def _measured(folder: Path, script: str, printed: str = "done\n") -> Measures:
    if script:
        (folder / "fit.py").write_text(script)
    (folder / "stdout.txt").write_text(printed)
    return Measures(read_run(folder))


LOADS = "from sklearn.datasets import load_wine\nX, y = load_wine(return_X_y=True)\n"


@pytest.mark.parametrize(
    ("makes", "solved"),
    [
        ("from sklearn.svm import SVC\nm = SVC().fit(X, y)", "at-once"),
        ("from sklearn.linear_model import Ridge, SGDRegressor\nm = Ridge().fit(X, y)", "at-once"),
        ("from sklearn.linear_model import LogisticRegression\nm = LogisticRegression().fit(X, y)", "by-solver"),
        ("from sklearn.neural_network import MLPClassifier\nm = MLPClassifier().fit(X, y)", None),
        ("import torch\nfrom sklearn.svm import SVC\nm = SVC().fit(X, y)", None),
    ],
)
def test_by_the_script(tmp_path: Path, makes: str, solved: str | None) -> None:
    """Where a network or a booster may be what the output is of, nothing is said."""
    assert _measured(tmp_path, LOADS + makes).value("model.solved") == solved


@pytest.mark.parametrize(
    ("gamma", "scaled", "found"), [("30", True, 30.0), ("30", False, None), ("'scale'", True, None)]
)
def test_gamma_of_a_kernel(tmp_path: Path, gamma: str, scaled: bool, found: float | None) -> None:
    """Only a number, and only where columns are scaled, says how narrow the kernel is."""
    steps = "StandardScaler(), " if scaled else ""
    script = (
        "from sklearn.svm import SVC\nfrom sklearn.preprocessing import StandardScaler\n"
        f"from sklearn.pipeline import make_pipeline\nm = make_pipeline({steps}SVC(gamma={gamma})).fit(X, y)\n"
    )
    if not scaled:
        script = script.replace("from sklearn.preprocessing import StandardScaler\n", "")
    assert _measured(tmp_path, LOADS + script).value("config.kernel_gamma") == found
