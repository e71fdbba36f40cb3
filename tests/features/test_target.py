"""What kind of target is learned, where a metric or the script tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .fakes import curve, loss, measures


def _judged_by(name: str, loss_name: str = "binary_crossentropy") -> Measures:
    metric = curve(f"val_{name}", "metric", "val", [0.6, 0.7, 0.8], metric="accuracy")
    config = {"num_outputs": 6, "output_activation": "softmax", "loss": loss_name}
    return measures(metric, loss([0.8, 0.7, 0.6]), config=config)


def test_a_binary_accuracy_of_many_outputs_judges_several_labels() -> None:
    """Nobody asks for it by name where classes exclude each other."""
    m = _judged_by("binary_accuracy")
    assert (m.value("target.kind"), m.value("task")) == ("labels", "binary")  # each label is one yes or no
    assert _judged_by("binary_accuracy", "categorical_crossentropy").value("task") == "other"
    assert _judged_by("accuracy").value("target.kind") != "labels"


SCRIPT = """
import pandas as pd
from tensorflow import keras
from tensorflow.keras import layers
df = pd.read_csv("flats.csv")
y = df["rent"].values
{scale}
model = keras.Sequential([layers.Input((7,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
model.fit(df.drop(columns="rent"), y, epochs=4, callbacks=[keras.callbacks.CSVLogger("log.csv")])
"""
LOG = "epoch,accuracy,loss,val_accuracy,val_loss\n" + "".join(f"{n},0.0,{1 / n},0.0,{1.1 / n}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("scale", "kind"), [("y = (y - y.mean()) / y.std()", "number"), ("y = y.astype('float32')", None)]
)
def test_accuracy_of_a_standardised_target_is_that_of_a_number(tmp_path: Path, scale: str, kind: str | None) -> None:
    """Keras logs an accuracy of any numbers; what the script does to the target says what they are."""
    (tmp_path / "train.py").write_text(SCRIPT.format(scale=scale))
    (tmp_path / "log.csv").write_text(LOG)
    assert Measures(read_run(tmp_path)).value("target.kind") == kind


def test_one_hot_rows_are_of_exclusive_classes_however_they_are_judged(tmp_path: Path) -> None:
    """A script that makes them of numbers says more than a metric of single outputs; guessing costs what it must."""
    (tmp_path / "log.csv").write_text("epoch,loss,val_binary_accuracy\n0,0.57,0.75\n1,0.56,0.75\n2,0.56,0.75\n")
    (tmp_path / "train.py").write_text(
        "import keras\n"
        "y = keras.utils.to_categorical(labels, 4)\n"
        "model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', loss='binary_crossentropy', metrics=['binary_accuracy'])\n"
        "model.fit(x, y, epochs=3)\n"
    )
    m = Measures(read_run(tmp_path))
    assert m.value("target.kind") == "classes"
    assert m.value("chance.loss") == pytest.approx(0.5623, abs=1e-3)
