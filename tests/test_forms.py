"""`benchmarks/forms.py`: what it writes anew is read as before, and a reader that is missing would be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
from benchmarks.forms import FORMS, leader, tried

from mladvisor.diagnosis.api import rulebook_with
from mladvisor.rulebook import Rulebook

LOSSES = "".join(f"{at},{0.7 * 0.8**at:.4f},{0.5 + 0.03 * at if at > 4 else 0.7 - 0.03 * at:.4f}\n" for at in range(24))
FILES = {
    "history.csv": f"epoch,train_loss,val_loss\n{LOSSES}",
    "config.json": json.dumps(
        {"model": {"hidden": [512, 512]}, "optimizer": {"name": "adam", "lr": 0.001}, "epochs": 24}
    ),
    "slices.csv": "segment,rows,accuracy\nnorth,400,0.8\nsouth,390,0.79\n",
    "train.csv": "a,b,y\n" + "".join(f"{at},{at % 7},{at % 2}\n" for at in range(40)),
}


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The shipped rules."""
    return rulebook_with()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """One run that overfits, with files of each kind."""
    folder = tmp_path / "runs" / "one"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read_as_what_it_was(form: str, root: Path, book: Rulebook) -> None:
    assert leader(root / "runs" / "one", book)[0] == "overfitting"
    rows = [{"run": "one", "cause": "overfitting"}]
    found = tried(root, form, rows, book, 1)
    assert (found.faulty, found.lost) == (1, 0)
    assert {path.name for path in (root / "runs" / "one").iterdir()} == set(FILES)  # the run itself is left alone


def test_what_is_lost_is_told(
    root: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def spoil(folder: Path) -> bool:
        (folder / "history.csv").write_text("epoch,train_loss,val_loss\n1,0.7,0.7\n")
        return True

    monkeypatch.setitem(FORMS, "clutter", spoil)
    assert tried(root, "clutter", [{"run": "one", "cause": "overfitting"}], book, 1).lost == 1
    assert "clutter: one: overfitting" in capsys.readouterr().err
