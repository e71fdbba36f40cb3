"""Callbacks of trainers and boosting libraries: what they write, and that trainings end in the same weights."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.runs import layout
from mladvisor.runs.read import read_run

pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.filterwarnings("ignore"),  # other people's deprecations are none of ours
]

RNG = np.random.default_rng(0)
X = RNG.normal(size=(240, 6)).astype(np.float32)
Y = X[:, :3].argmax(1)


def layer_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of the layer file."""
    with (folder / layout.LAYERS_FILE).open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_lightning(tmp_path: Path) -> None:
    """Layers, batches, curves; the same weights bit for bit."""
    torch = pytest.importorskip("torch")
    lightning = pytest.importorskip("lightning")
    from mladvisor.probes import LightningProbe

    class Module(lightning.LightningModule):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.net = torch.nn.Sequential(
                torch.nn.Linear(6, 16), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(16, 3)
            )

        def training_step(self, batch: Any, _: int) -> Any:
            x, y = batch
            loss = torch.nn.functional.cross_entropy(self.net(x), y)
            self.log("train_loss", loss, on_step=False, on_epoch=True)
            return loss

        def validation_step(self, batch: Any, _: int) -> None:
            x, y = batch
            self.log("val_loss", torch.nn.functional.cross_entropy(self.net(x), y))

        def configure_optimizers(self) -> Any:
            return torch.optim.Adam(self.parameters(), 0.01)

    def fit(callbacks: list[Any]) -> Any:
        lightning.seed_everything(0, verbose=False)
        data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
        loader = torch.utils.data.DataLoader(data, batch_size=40, shuffle=True)
        module = Module()
        lightning.Trainer(
            max_epochs=3,
            accelerator="cpu",
            callbacks=callbacks,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        ).fit(module, loader, torch.utils.data.DataLoader(data, batch_size=40))
        return module

    plain = fit([])
    callback = LightningProbe(tmp_path, every=1)
    probed = fit([callback])
    assert callback.probe is not None and not callback.probe.broken
    for name, value in plain.state_dict().items():
        assert torch.equal(value, probed.state_dict()[name])
    rows = layer_rows(tmp_path)
    assert {row["kind"] for row in rows} == set(layout.LAYER_KINDS)
    first = [row for row in rows if row["step"] == "0" and row["layer"] == "net.0"]
    assert sorted(row["kind"] for row in first) == sorted(layout.LAYER_KINDS)
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 3
    with (tmp_path / layout.BATCHES_FILE).open() as stream:
        batches = list(csv.DictReader(stream))
    assert [row["epoch"] for row in batches] == ["0"] * 6 + ["1"] * 6 + ["2"] * 6
    assert {row["rows"] for row in batches} == {"40"}


def test_hugging_face_trainer(tmp_path: Path) -> None:
    """A tiny BERT: layers, batches, the Trainer's own rows; the same weights bit for bit."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    from mladvisor.probes import TrainerProbe

    ids = RNG.integers(5, 60, size=(64, 8))
    data = [{"input_ids": torch.tensor(row), "labels": torch.tensor(int(row[0]) % 2)} for row in ids]

    def fit(callbacks: list[Any]) -> Any:
        transformers.set_seed(0)
        config = transformers.BertConfig(
            vocab_size=60, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
        )
        model = transformers.BertForSequenceClassification(config)
        arguments = transformers.TrainingArguments(
            output_dir=str(tmp_path / "out"),
            num_train_epochs=2,
            per_device_train_batch_size=16,
            logging_steps=2,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
        )
        transformers.Trainer(model=model, args=arguments, train_dataset=data, callbacks=callbacks).train()
        return model

    plain = fit([])
    callback = TrainerProbe(tmp_path / "run", every=1)
    probed = fit([callback])
    assert callback.probe is not None and not callback.probe.broken
    for name, value in plain.state_dict().items():
        assert torch.equal(value, probed.state_dict()[name])
    assert {row["kind"] for row in layer_rows(tmp_path / "run")} == set(layout.LAYER_KINDS)
    assert read_run(tmp_path / "run").having("loss", "train")


def test_keras(tmp_path: Path) -> None:
    """Layers, curves, the model; the same weights bit for bit."""
    backend = os.environ.setdefault("KERAS_BACKEND", "torch")  # or tensorflow, jax
    pytest.importorskip(backend)
    keras = pytest.importorskip("keras")
    from mladvisor.probes import KerasProbe

    def fit(callbacks: list[Any]) -> Any:
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [
                keras.Input((6,)),
                keras.layers.Dense(16, activation="tanh"),
                keras.layers.BatchNormalization(),
                keras.layers.Dropout(0.2),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(X, Y, epochs=3, batch_size=32, validation_data=(X[:40], Y[:40]), verbose=0, callbacks=callbacks)
        return model

    plain = fit([])
    callback = KerasProbe(tmp_path, data=(X, Y), budget=1.0)
    probed = fit([callback])
    assert not callback.probe.broken
    for a, b in zip(plain.get_weights(), probed.get_weights(), strict=True):
        assert np.array_equal(a, b)
    without = {"gradient"} if backend == "jax" else set()  # JAX has no gradients outside of its own step
    assert {row["kind"] for row in layer_rows(tmp_path)} == set(layout.LAYER_KINDS) - without
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 3
    layers = json.loads((tmp_path / layout.MODEL_FILE).read_text())["layers"]
    assert [layer.get("activation") for layer in layers] == ["tanh", None, None, "softmax"]
    assert layers[0]["initializer"] == "GlorotUniform"


def test_xgboost(tmp_path: Path) -> None:
    """A curve per evaluation set, a row per round; the same trees."""
    xgboost = pytest.importorskip("xgboost")
    from mladvisor.probes import XGBoostProbe

    def fit(callbacks: list[Any]) -> Any:
        train, val = xgboost.DMatrix(X[:180], Y[:180]), xgboost.DMatrix(X[180:], Y[180:])
        parameters = {"objective": "multi:softprob", "num_class": 3, "eta": 0.2, "max_depth": 3, "seed": 0}
        return xgboost.train(
            parameters, train, 12, evals=[(train, "train"), (val, "val")], verbose_eval=False, callbacks=callbacks
        )

    callback = XGBoostProbe(tmp_path)
    assert fit([]).get_dump() == fit([callback]).get_dump()
    assert not callback.probe.broken
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 12
    assert float(run.config["learning_rate"].value) == pytest.approx(0.2)
    assert run.config["max_depth"].value == 3


def test_lightgbm(tmp_path: Path) -> None:
    """A curve per evaluation set, a row per round; the same trees."""
    lightgbm = pytest.importorskip("lightgbm")
    from mladvisor.probes import lightgbm_probe

    def fit(callbacks: list[Any]) -> Any:
        train = lightgbm.Dataset(X[:180], Y[:180])
        val = lightgbm.Dataset(X[180:], Y[180:], reference=train)
        parameters = {"objective": "multiclass", "num_class": 3, "learning_rate": 0.2, "verbose": -1, "num_threads": 1}
        return lightgbm.train(
            parameters, train, 12, valid_sets=[train, val], valid_names=["train", "val"], callbacks=callbacks
        )

    assert fit([]).model_to_string() == fit([lightgbm_probe(tmp_path)]).model_to_string()
    run = read_run(tmp_path)
    assert len(run.having("loss", "train")[0]) == len(run.having("loss", "val")[0]) == 12
    assert run.config["learning_rate"].value == 0.2
