"""Files that hold no text, or half of a JSON document, are told; what is read, growing or somebody else's is not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 9))


def test_what_cannot_be_read_beside_a_log_is_told(folder: Folder) -> None:
    """Each with its name and what is wrong with it."""
    where = folder({"metrics.csv": LOG, "steps.csv": "", "slices.json": '{"by_segment": {"a": {"n": 1,'})
    (where / "steps.csv").write_bytes(bytes(range(256)))
    told = [text for text in read_run(where).warnings if "not read" in text]
    assert [text.partition(" ")[0] for text in told] == ["slices.json", "steps.csv"]
    assert "not valid JSON" in told[0]
    assert "binary data" in told[1]


def test_sound_files_are_not_complained_of(folder: Folder) -> None:
    """An empty file, notes, whole JSON, and files of other kinds beside the log."""
    files: dict[str, str | bytes] = {
        "metrics.csv": LOG,
        "empty.csv": "",
        "notes.txt": "more dropout?",
        "more.json": '{"a": 1}',
        "m.bin": "\0",
    }
    assert not [text for text in read_run(folder(files)).warnings if "not read" in text]


def _shut(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Files and folders of these names belong to somebody else (for the superuser nothing is shut)."""
    opened, may = Candidate.read_from, os.access

    def refused(file: Candidate, start: int, count: int) -> bytes:
        if not os.access(file.path, os.R_OK):
            raise ReadError("cannot be opened (Permission denied)", file=file.rel)
        return opened(file, start, count)

    monkeypatch.setattr(Candidate, "read_from", refused)
    monkeypatch.setattr(os, "access", lambda path, mode: not os.fspath(path).endswith(names) and may(path, mode))


@pytest.mark.parametrize("name", ["requirements.txt", "notes.md", "run.sh", "train.csv", "checks.json", "data/val.csv"])
def test_a_file_of_somebody_else_is_told_and_the_rest_is_read(
    name: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training in a container leaves such files: once a single one of them ended the reading of the whole run."""
    where = folder({"metrics.csv": LOG, name: "a,b\n1,2\n"})
    _shut(monkeypatch, name)
    run = read_run(where)
    assert {curve.role.split for curve in run.curves} == {"train", "val"}
    assert [text for text in run.warnings if name in text] == [
        f"{name} cannot be opened (Permission denied): what stands there is not known"
    ]


def test_a_folder_of_somebody_else_is_told(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a tool put into a folder of its own, which would be a part of the run."""
    where = folder({"metrics.csv": LOG, "tensorboard/events.csv": LOG})
    _shut(monkeypatch, "tensorboard")
    run = read_run(where)
    assert run.curves
    assert any(text.startswith("tensorboard/ cannot be opened") for text in run.warnings)


def test_where_the_only_log_is_shut_that_is_the_reason(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """No run, and the message says which file it was."""
    where = folder({"metrics.csv": LOG})
    _shut(monkeypatch, "metrics.csv")
    with pytest.raises(ReadError, match=r"holds only metrics.csv, which cannot be opened \(Permission denied\)"):
        read_run(where)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("eval_report.yaml", "eval_report.yaml cannot be read as YAML (line 2"),
        ("eval_report.json", "eval_report.json is not valid JSON"),
        ("train_loss.npy", "does not begin as an array of numpy does: save the numbers"),
        ("drift.xlsx", "is no workbook that can be read"),
    ],
)
def test_a_broken_file_alone_is_named_with_what_is_wrong(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a: [1, 2\nb: }\n")
    with pytest.raises(ReadError, match=re.escape(said)):
        read_run(tmp_path)


@pytest.mark.parametrize("name", ["train.feather", "train.parquet"])
def test_a_broken_table_alone_is_no_sign_of_health(name: str, tmp_path: Path) -> None:
    """What could not be looked at is unknown: silence says nothing then."""
    (tmp_path / name).write_text("junk")
    assert not diagnose(tmp_path).enough
