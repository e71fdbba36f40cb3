"""Features of the settings beside those that a run printed it uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOSSES = "".join(f"epoch {n} train_loss {1 / n:.4f} val_loss {1.1 / n:.4f}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("features used (2): rooms, lot_size", ["area_name", "grade"]),
        ("using 4 features: ['rooms', 'lot_size', 'grade', 'area_name_Hill', 'area_name_Old']", []),
        ("using 4 features: ['rooms', 'lot_size', 'grade', 'te_area_name']", []),
        ("feature columns: rooms, lot_size, grade, ...", None),
        ("input features: x1, x2, x3", None),
    ],
)
def test_listed_features_that_the_run_does_not_use(tmp_path: Path, line: str, gone: list[str] | None) -> None:
    (tmp_path / "train.log").write_text(f"{line}\n{LOSSES}")
    (tmp_path / "config.yaml").write_text("data:\n  features: [rooms, lot_size, grade, area_name]\n")
    found = Measures(read_run(tmp_path))["column.listed_unused"]
    if gone is None:
        assert not isinstance(found, dict)
    else:
        assert isinstance(found, dict)
        assert [name for name, each in found.items() if each.value] == gone


@pytest.mark.parametrize(
    ("name", "head", "gone"),
    [
        (
            "model.txt",
            "tree\nversion=v4\nmax_feature_idx=1\nfeature_names=rooms lot_size\n\nTree=0\n",
            ["area name", "grade"],
        ),
        (
            "model.txt",
            "tree\nversion=v4\nfeature_names=rooms lot_size grade area_name\nfeature_infos=[0:9] [1:2] [0:1] 0:1\n",
            [],
        ),
        (
            "booster.json",
            '{"learner":{"attributes":{},"feature_names":["rooms","lot_size","grade"],"feature_types":[]},"version":[2,0]}',
            ["area name"],
        ),
        ("model.txt", "tree\nversion=v4\nfeature_names=Column_0 Column_1 Column_2\n", None),
        ("notes.txt", "feature_names=rooms lot_size\n", None),
    ],
)
def test_listed_features_that_the_saved_model_lacks(
    tmp_path: Path, name: str, head: str, gone: list[str] | None
) -> None:
    """LightGBM puts a line in place of a blank; columns that it only numbered tell nothing."""
    (tmp_path / "train.log").write_text(LOSSES)
    (tmp_path / "config.yaml").write_text("data:\n  features: [rooms, lot_size, grade, area name]\n")
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / name).write_text(head)
    found = Measures(read_run(tmp_path))["column.listed_unused"]
    assert gone is None or isinstance(found, dict)
    told = [name for name, each in found.items() if each.value] if isinstance(found, dict) else None
    assert told == gone
