"""Whether a customer leaves: a pipeline, and its training under a probe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import ColumnTransformer
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS = ["months", "monthly_fee", "support_calls"]
WORDS = ["contract"]
DATA = Path(__file__).parent / "data" / "train.csv"


def rows() -> tuple[pd.DataFrame, Any]:
    """Customers and whether they left."""
    table = pd.read_csv(DATA)
    return table.drop(columns="left"), table["left"].to_numpy()


def columns() -> ColumnTransformer:
    """Numbers scaled, words one-hot."""
    return ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("words", OneHotEncoder(), WORDS)])


class Checked(ClassifierMixin, BaseEstimator):
    """The pipeline behind a door: what does not fit the feature dictionary is refused."""

    def fit(self, X: pd.DataFrame, y: Any) -> Checked:  # noqa: N803
        """Train on customers."""
        network = MLPClassifier((16,), learning_rate_init=0.01, max_iter=150, random_state=0)
        self.pipeline_ = Pipeline([("columns", columns()), ("network", network)]).fit(X, y)
        self.classes_ = self.pipeline_.classes_
        return self

    def _checked(self, x: pd.DataFrame) -> pd.DataFrame:
        missing = [name for name in NUMBERS + WORDS if name not in x.columns]
        if missing:
            raise KeyError(f"missing columns: {', '.join(missing)}")
        x = x[NUMBERS + WORDS]
        if not all(kind.kind in "fiu" for kind in x[NUMBERS].dtypes):
            raise TypeError(f"{', '.join(NUMBERS)} must be numbers")
        if x.isna().any(axis=None):
            raise ValueError("missing values")
        return x

    def predict(self, X: pd.DataFrame) -> Any:  # noqa: N803
        """0 or 1 for each customer."""
        return self.pipeline_.predict(self._checked(X))

    def predict_proba(self, X: pd.DataFrame) -> Any:  # noqa: N803
        """Probabilities of staying and leaving."""
        return self.pipeline_.predict_proba(self._checked(X))


def make() -> Checked:
    """The untrained model, for `mladvisor check-model churn:make`."""
    return Checked()


def main(folder: str) -> None:
    """Train the network epoch by epoch, with curves, layers and predictions in the run folder."""
    from mladvisor.probes import probe

    x, y = rows()
    inputs = columns().fit_transform(x)
    cut = len(y) * 3 // 4
    network = MLPClassifier((16,), learning_rate_init=0.01, random_state=0)
    with probe(network, folder, data=(inputs[:cut], y[:cut]), validation=(inputs[cut:], y[cut:])) as p:
        for _ in range(30):
            network.partial_fit(inputs[:cut], y[:cut], classes=[0, 1])
        p.predictions("val", y[cut:], scores=network.predict_proba(inputs[cut:]), contract=x["contract"][cut:])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "runs/candidate")
