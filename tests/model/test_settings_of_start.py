"""What configuration and layer lists say of the start, of what trains, and of the classes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_accuracy\n" + "".join(f"{e},{1 / e},0.97\n" for e in range(1, 8))


def measured(folder: Path, config: str, model: str = "") -> Measures:
    """Measurements of a run with this configuration."""
    (folder / "metrics.csv").write_text(LOG)
    (folder / "config.yaml").write_text(config)
    if model:
        (folder / "model.json").write_text(model)
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("said", "factor"),
    [
        ("tf.random_normal(stddev=1.0)", 8.0),
        ("normal(0, 5)", 40.0),
        ("normal_(std=2)", 16.0),
        ("tf.random_normal([128, 10])", 8.0),
        ("0.01 * np.random.randn(128, 10)", None),
        ("normal(0, 0.05)", None),  # a little small: usual
        ("he_normal", None),
        ("glorot_uniform", None),
    ],
)
def test_the_spread_of_initial_weights(said: str, factor: float | None, tmp_path: Path) -> None:
    """A spread that is told, beside He's for the widest layer."""
    m = measured(tmp_path, f'weight_init: "{said}"\nhidden_sizes: [128, 64]\n')
    found = m.value("config.initial_scale")
    assert found == (pytest.approx(factor) if factor is not None else None)


@pytest.mark.parametrize(
    ("flags", "share"), [((False, False), 0.0), ((True, False), 0.5), ((True, True), 1.0), ((True, None), None)]
)
def test_the_share_of_layers_that_train(flags: tuple[bool | None, ...], share: float | None, tmp_path: Path) -> None:
    """Known where the file tells it of every layer with weights."""
    layers = [
        {"name": f"l{at}", "type": "Dense", "units": 4, **({} if one is None else {"trainable": one})}
        for at, one in enumerate(flags)
    ]
    described = json.dumps({"layers": layers})
    assert measured(tmp_path, "lr: 0.1\n", described).value("model.trainable_share") == share


@pytest.mark.parametrize(("activation", "unbounded"), [("relu", True), ("tanh", False), ("sigmoid", False)])
def test_recurrent_layers_without_an_upper_end(activation: str, unbounded: bool, tmp_path: Path) -> None:
    """ReLU in the LSTM is told apart from ReLU in the dense layer behind it."""
    model = (
        f'{{"layers": [{{"type": "LSTM", "units": 8, "activation": "{activation}"}},'
        ' {"type": "Dense", "units": 8, "activation": "relu"}, {"type": "Dense", "units": 1, "activation": "linear"}]}'
    )
    assert measured(tmp_path, "lr: 0.1\n", model).value("model.recurrent_unbounded") is unbounded


@pytest.mark.parametrize("config", ["class_counts: {ok: 970, fraud: 30}\n", "samples_per_class: [970, 30]\n"])
def test_accuracy_beside_the_largest_class(config: str, tmp_path: Path) -> None:
    """Counts of classes in the configuration tell what naming the largest class scores."""
    m = measured(tmp_path, config)
    assert m.value("config.majority_share") == pytest.approx(0.97)
    assert m.value("metric.val.over_majority") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("classes", "loss"), [(3, "cross-entropy"), (2, "binary-cross-entropy")])
def test_log_loss_of_many_classes(classes: int, loss: str, tmp_path: Path) -> None:
    """scikit-learn calls cross-entropy over any number of classes by one name."""
    assert measured(tmp_path, f"loss: log_loss\nn_classes: {classes}\n").value("config.loss") == loss
