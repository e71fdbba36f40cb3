"""Weights that were kept as files beside the log."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.weight_files import may_hold_weights, weights_in

LOG = "epoch,loss\n0,1.0\n1,0.8\n2,0.7\n"
ALIKE = np.repeat(np.array([[0.1], [-0.3], [0.2]]), 8, axis=1) + 1e-8 * np.arange(8)
FREE = np.random.default_rng(0).normal(size=(3, 8))


def measures(folder: Path) -> Measures:
    """Measurements of a run with a log, and what else lies in the folder."""
    (folder / "log.csv").write_text(LOG)
    return Measures(read_run(folder))


def shares(folder: Path) -> dict[str, float]:
    """Layer -> share of units that are copies."""
    found = measures(folder)["layer.identical_share"]
    return {name: float(each.value) for name, each in found.items()} if isinstance(found, dict) else {}  # type: ignore[arg-type]


@pytest.mark.parametrize("turned", [False, True])
def test_units_that_are_copies(tmp_path: Path, turned: bool) -> None:
    """Whichever way the matrix lies; as text with names of inputs and units, and as arrays."""
    alike, free = (ALIKE.T, FREE.T) if turned else (ALIKE, FREE)
    names = ",".join(["feature", *(f"unit_{k}" for k in range(alike.shape[1]))])
    lines = [f"x{at}," + ",".join(map(str, row)) for at, row in enumerate(alike.tolist())]
    (tmp_path / "dense_1_kernel.csv").write_text("\n".join([names, *lines]) + "\n")
    np.save(tmp_path / "fc2_weights.npy", free)
    np.savez(tmp_path / "weights.npz", fc3=alike, fc3_bias=np.zeros(8), conv=np.zeros((4, 3, 3, 3)))
    assert shares(tmp_path) == {"dense_1_kernel": 1.0, "fc2_weights": 0.0, "fc3": 1.0}


def test_rows_of_cells_that_blanks_part(tmp_path: Path) -> None:
    """As NumPy saves an array, and as somebody prints it, with the numbers of the units in front."""
    np.savetxt(tmp_path / "fc1.weight.txt", ALIKE.T, header="layer one")
    lines = [f" {at}  " + " ".join(f"{value:.5f}" for value in row) for at, row in enumerate(ALIKE.T.tolist())]
    (tmp_path / "weights_layer2.txt").write_text("\n".join(["unit  w[0] w[1] w[2]", *lines]) + "\n")
    (tmp_path / "weights_layer3.txt").write_text("one line of words\nand another one of them\n")
    assert shares(tmp_path) == {"fc1.weight": 1.0, "weights_layer2": 1.0}


def test_pruned_units_are_no_copies(tmp_path: Path) -> None:
    """Units without weights were taken out."""
    pruned = FREE.copy()
    pruned[:, 2:5] = 0
    np.savetxt(tmp_path / "w1.csv", pruned, delimiter=",")
    assert shares(tmp_path) == {"w1": 0.0}


@pytest.mark.parametrize(
    "name", ["class_weights.csv", "sample_weights.npy", "weight_norms.csv", "weights_log.csv", "train.csv", "w.pt"]
)
def test_other_weights_are_none_of_the_model(name: str) -> None:
    """Weights of classes and rows, statistics of weights, and checkpoints."""
    assert not may_hold_weights(name)


SHAPE_OF_TERABYTES = b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000)}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("weights.npz", b"PK\x03\x04 cut off"),
        ("weights.npy", b"\x93NUMPY"),
        ("weights.npy", SHAPE_OF_TERABYTES.ljust(128)),
        ("weights.npy", b"PK\x03\x04 cut off"),
        ("kernel.csv", b"a,b\n"),
    ],
)
def test_broken_files_hold_no_weights(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever lies there, the run is diagnosed."""
    (tmp_path / name).write_bytes(content)
    assert shares(tmp_path) == {}


def test_an_archive_that_unpacks_to_very_much_is_left_alone(tmp_path: Path) -> None:
    """A few hundred kilobytes of zeros may be gigabytes in memory."""
    megabytes = 300
    whole = zipfile.ZipFile(tmp_path / "weights.npz", "w", zipfile.ZIP_DEFLATED)
    with whole as archive, archive.open("fc1.npy", "w") as stream:
        header = {"descr": "|i1", "fortran_order": False, "shape": (1 << 20, megabytes)}
        np.lib.format.write_array_header_1_0(stream, header)  # type: ignore[arg-type]
        for _ in range(megabytes):
            stream.write(bytes(1 << 20))
    assert weights_in(Candidate(str(tmp_path / "weights.npz"), "weights.npz")) == []


@pytest.mark.parametrize(("cells", "share"), [(("0.0", "0.0", "-0.0"), 1.0), (("0.0", "1.5", "0.0"), 2 / 3)])
def test_coefficients_of_a_linear_model(tmp_path: Path, cells: tuple[str, ...], share: float) -> None:
    """Zeros are counted; the matrix of a layer says nothing of them."""
    rows = "".join(f"x{at},{cell}\n" for at, cell in enumerate(cells))
    (tmp_path / "coefficients.csv").write_text(f"feature,coef\n{rows}")
    assert measures(tmp_path).value("weights.linear_zero_share") == pytest.approx(share)
    assert shares(tmp_path) == {}
