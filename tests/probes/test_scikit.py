"""The scikit-learn probe: what it writes, that it changes nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn.linear_model import LinearRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor

from mladvisor.probes import probe
from mladvisor.runs import layout
from mladvisor.runs.read import read_run

pytestmark = pytest.mark.frameworks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 5))
Y = (X[:, 0] + X[:, 1] > 0).astype(int)


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file as dictionaries."""
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def partly(estimator: Any) -> Any:
    """Five epochs of four batches."""
    for _ in range(5):
        for start in range(0, 200, 50):
            estimator.partial_fit(X[start : start + 50], Y[start : start + 50], classes=[0, 1])
    return estimator


def test_a_loop_of_partial_fits_is_a_run(tmp_path: Path) -> None:
    """Curves per epoch, a row per batch, rows per layer."""
    model = MLPClassifier((8,), random_state=0, learning_rate_init=0.01)
    with probe(model, tmp_path, data=(X, Y), validation=(X[:50], Y[:50]), per_epoch=4) as p:
        partly(model)
    assert not p.broken
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 5
    assert run.config["learning_rate"].value == 0.01
    batches = rows(tmp_path / layout.BATCHES_FILE)
    assert [row["batch"] for row in batches] == list("0123") * 5
    assert [row["epoch"] for row in batches][::4] == list("01234")
    assert float(batches[0][layout.LABEL_SHARE_PREFIX + "1"]) == pytest.approx(Y[:50].mean())
    layers = rows(tmp_path / layout.LAYERS_FILE)
    assert {row["kind"] for row in layers} == {"activation", "weight", "update"}
    shown = json.loads((tmp_path / layout.MODEL_FILE).read_text())["layers"]
    assert [(layer["units"], layer["activation"]) for layer in shown] == [(8, "relu"), (1, "logistic")]


@pytest.mark.parametrize("make", [lambda: MLPClassifier((8,), random_state=0), lambda: SGDClassifier(random_state=0)])
def test_partial_fits_end_in_the_same_weights(tmp_path: Path, make: Any) -> None:
    """Bit for bit, and the object is left without a trace."""
    plain, probed = partly(make()), make()
    with probe(probed, tmp_path, data=(X, Y)):
        partly(probed)
    for name in ("coefs_", "coef_"):
        if hasattr(plain, name):
            for a, b in zip(getattr(plain, name), getattr(probed, name), strict=True):
                assert np.array_equal(a, b)
    assert "fit" not in probed.__dict__ and "partial_fit" not in probed.__dict__


def test_a_warm_start_loop_counts_each_fit_as_an_epoch(tmp_path: Path) -> None:
    """And ends in the same weights as without the probe."""

    def loop(model: Any) -> Any:
        for _ in range(4):
            model.fit(X, Y)
        return model

    def make() -> Any:
        return MLPClassifier((6,), random_state=0, warm_start=True, max_iter=1)

    with pytest.warns(UserWarning, match="Maximum iterations"):
        plain, probed = loop(make()), make()
        with probe(probed, tmp_path, data=(X, Y)):
            loop(probed)
    assert all(np.array_equal(a, b) for a, b in zip(plain.coefs_, probed.coefs_, strict=True))
    assert len(read_run(tmp_path).having("loss", "train")[0]) == 4


def test_a_perceptron_fitted_in_one_go_leaves_its_own_curve(tmp_path: Path) -> None:
    """`loss_curve_`, epoch by epoch."""
    model = MLPRegressor(hidden_layer_sizes=(6,), random_state=0, max_iter=12, early_stopping=True, n_iter_no_change=20)
    with pytest.warns(UserWarning, match="Maximum iterations"), probe(model, tmp_path):
        model.fit(X, X[:, 0])
    curve = read_run(tmp_path).having("loss", "train")[0]
    assert curve.y.tolist() == pytest.approx(model.loss_curve_, rel=1e-6)


def test_a_crash_in_the_probe_leaves_the_fit_alone(tmp_path: Path) -> None:
    """Validation data that do not fit the model."""
    model = LinearRegression()
    with pytest.warns(RuntimeWarning, match="training goes on"), probe(model, tmp_path, validation=(X[:, :2], Y)) as p:
        model.fit(X, X[:, 0])
    assert p.broken and model.coef_[0] == pytest.approx(1)


def test_predictions_of_splits_stand_beside_each_other(tmp_path: Path) -> None:
    """A split written again replaces itself only."""
    model = LinearRegression()
    with probe(model, tmp_path) as p:
        model.fit(X, X[:, 0])
        for _ in range(2):
            p.predictions("val", X[:7, 0], y_pred=model.predict(X[:7]), part=["a"] * 7)
        p.predictions("test", Y[:5], scores=np.full((5, 3), 1 / 3), classes=["x", "y", "z"])
    got = rows(tmp_path / layout.PREDICTIONS_FILE)
    assert [row["split"] for row in got] == ["val"] * 7 + ["test"] * 5
    assert got[0]["part"] == "a" and got[-1]["score_z"] == "0.33333333" and got[-1]["y_pred"] == "x"


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    """With what was expected."""
    with pytest.raises(TypeError, match="scikit-learn estimator"):
        probe(object(), tmp_path)


def test_a_checkpoint_inside_the_probe_holds_the_plain_estimator(tmp_path: Path) -> None:
    """Pickling and copying while the estimator is watched work; the copy trains, unwatched."""
    import copy
    import pickle

    from sklearn.linear_model import SGDClassifier

    x = np.random.default_rng(0).normal(size=(60, 3))
    y = (x[:, 0] > 0).astype(int)
    model = SGDClassifier(random_state=0)
    with probe(model, tmp_path / "run"):
        model.partial_fit(x, y, classes=[0, 1])
        saved = pickle.loads(pickle.dumps(model))
        twin = copy.deepcopy(model)
        model.partial_fit(x, y)
    for one in (saved, twin):
        assert one.partial_fit(x, y) is one
        assert (one.coef_ == model.coef_).all()
