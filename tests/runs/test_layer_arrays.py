"""Statistics of layers out of arrays that were kept as files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.runs.layer_arrays import kind_called, table_of, table_of_folder
from mladvisor.runs.readers import Candidate

RNG = np.random.default_rng(0)


def _file(folder: Path, name: str, **arrays: np.ndarray) -> Candidate:
    np.savez(folder / name, **arrays)
    return Candidate(str(folder / name), name)


def test_outputs(tmp_path: Path) -> None:
    """Units that are zero for all rows are dead; the share of zeros counts single outputs."""
    half = RNG.normal(size=(20, 4))
    half[:, :2] = 0.0
    table = table_of(_file(tmp_path, "activations.npz", relu1=half, relu2=np.zeros((20, 4))))
    assert table is not None
    assert table.numbers("dead_share").tolist() == [0.5, 1.0]
    assert table.numbers("zero_share").tolist() == [0.5, 1.0]


def test_norms_in_time(tmp_path: Path) -> None:
    """A norm for each epoch, beside the epochs."""
    table = table_of(_file(tmp_path, "grad_norms.npz", epochs=np.arange(1, 4), fc1=np.ones(3), fc2=np.full(3, 2.0)))
    assert table is not None and table.names == ["epoch", "layer", "kind", "norm"]
    assert table.numbers("norm").tolist() == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]


def test_first_weights(tmp_path: Path) -> None:
    """Their shape tells the inputs; a folder may hold a file for each."""
    weights = {"fc1.weight": RNG.normal(size=(8, 20)), "fc2.weight": RNG.normal(size=(5, 8))}
    table = table_of(_file(tmp_path, "init_weights.npz", **weights))
    assert table is not None and table.numbers("inputs").tolist() == [20.0, 8.0]
    (tmp_path / "init_weights").mkdir()
    for name, each in weights.items():
        np.save(tmp_path / "init_weights" / f"{name}.npy", each)
    files = [Candidate(str(tmp_path / "init_weights" / f"{name}.npy"), f"init_weights/{name}.npy") for name in weights]
    below = table_of_folder(files, "init_weights")
    assert below is not None and below.numbers("inputs").tolist() == [20.0, 8.0]


@pytest.mark.parametrize("name", ["weights.npz", "train_activations.npz", "X_train.npy", "embeddings.npz", "log.csv"])
def test_others(name: str) -> None:
    """Weights of a trained model, data and embeddings are none."""
    assert kind_called(name) is None
