"""Settings in scripts of other languages than Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n},{1.1 / n}\n" for n in range(1, 9))


def _settings(folder: Path, name: str, text: str) -> dict[str, Any]:
    (folder / "log.csv").write_text(LOG)
    (folder / name).write_text(text)
    return {key: each.value for key, each in read_run(folder).config.items()}


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "fit.R",
            "model %>% compile(optimizer = optimizer_sgd(learning_rate = 0.05))\n"
            "fit(model, x, y, batch_size = 2L, epochs = 20L)  # batch_size = 64 before\n",
            {"optimizer": "sgd", "learning_rate": 0.05, "batch_size": 2, "epochs": 20},
        ),
        (
            "train.jl",
            "loader = DataLoader((X, Y); batchsize = 512, shuffle = true)\nopt = Flux.setup(Adam(3e-4), model)\n",
            {"optimizer": "adam", "learning_rate": 0.0003, "batch_size": 512},
        ),
        (
            "net.R",
            "m %>% layer_dense(units = 8, activation = 'relu', kernel_initializer = initializer_zeros()) %>%\n"
            "  layer_dropout(rate = 0.9) %>%  # rate = 0.1\n"
            "  layer_dense(units = 3, activation = 'softmax', kernel_initializer = 'zeros')\n"
            "m %>% compile(loss = 'mse')\n",
            {
                "activation": "relu",
                "output_activation": "softmax",
                "initializer": "zeros",
                "dropout": 0.9,
                "loss": "mse",
            },
        ),
        (
            "net.R",
            "m %>% layer_dense(units = 8, kernel_initializer = 'zeros') %>% layer_dense(units = 3)\n",
            {"activation": "linear", "output_activation": "linear"},
        ),
        (
            "net.jl",
            "model = Chain(Dense(64 => 48, relu), Dropout(0.5), Dense(48 => 10), softmax)\n"
            "loss(x, y) = logitcrossentropy(model(x), y)\n",
            {"activation": "relu", "output_activation": "softmax", "dropout": 0.5, "loss": "logitcrossentropy"},
        ),
        (
            "net.jl",
            "m = Chain(Dense(4 => 8, tanh), Dense(8 => 1, σ))",
            {"activation": "tanh", "output_activation": "sigmoid"},
        ),
        ("train.jl", "loader = DataLoader((X, Y), shuffle = true)\n", {"batch_size": 1}),
        ("train.jl", "loader = DataLoader((X, Y),\n    batchsize = 32)\n", {"batch_size": 32}),
        (
            "o.m",
            "opts = trainingOptions('sgdm','InitialLearnRate',0.01,'MaxEpochs',5,'MiniBatchSize',16);\n",
            {"optimizer": "momentum", "learning_rate": 0.01, "epochs": 5, "batch_size": 16},
        ),
        ("fit.R", "a <- fit(x, batch_size = 8)\nb <- fit(x, batch_size = 64)\n", {}),
    ],
)
def test_arguments_are_read_where_one_value_is_given(
    tmp_path: Path, name: str, text: str, told: dict[str, Any]
) -> None:
    assert _settings(tmp_path, name, text) == told


def test_configuration_comes_before_such_a_script(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("batch_size: 32\nlr: 0.01\n")
    assert _settings(tmp_path, "fit.R", "fit(x, y, batch_size = 2L)\n")["batch_size"] == 32


def test_what_r_prints_in_a_batch_job_is_a_log(tmp_path: Path) -> None:
    lines = "".join(f"Epoch {n}/8 - 50 steps - loss: {1 / n:.4f} - val_loss: {1.1 / n:.4f}\n" for n in range(1, 9))
    (tmp_path / "fit.Rout").write_text(lines)
    assert {curve.name for curve in read_run(tmp_path).curves} == {"loss", "val_loss"}


def test_columns_in_other_scripts_are_told(tmp_path: Path) -> None:
    (tmp_path / "学習履歴.csv").write_text("エポック,学習損失,検証損失,検証正解率\n1,2.1,1.9,0.6\n2,1.8,1.6,0.8\n")
    roles = [(curve.role.kind, curve.role.split) for curve in read_run(tmp_path).curves]
    assert roles == [("loss", "train"), ("loss", "val"), ("metric", "val")]


def test_a_number_without_end_is_no_setting(tmp_path: Path) -> None:
    """1e999 is read as infinity, which no whole number is."""
    settings = _settings(tmp_path, "a.R", "fit(x, batch_size = 1e999, epochs = 3)\n")
    assert settings["epochs"] == 3
    assert "batch_size" not in settings
