"""A file that is looked at by many: read once, parsed once."""

from __future__ import annotations

import builtins
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.base import HEAD_BYTES


def test_a_small_file_is_read_once_whatever_is_asked_of_it(tmp_path: Path) -> None:
    """Its first kilobytes are all of it: text, lines, bytes and JSON come from these."""
    path = tmp_path / "report.json"
    path.write_text('{"a": 1}')
    file = Candidate(str(path), path.name)
    assert file.text == '{"a": 1}'
    path.unlink()
    assert (file.read_text(), file.read_bytes(), file.read_json()) == ('{"a": 1}', b'{"a": 1}', {"a": 1})


def test_a_file_that_grew_is_read_as_it_is(tmp_path: Path) -> None:
    """What was small when it was listed may be a long log by the time it is read."""
    path = tmp_path / "log.txt"
    path.write_text("a\n")
    file = Candidate(str(path), path.name)
    text = "loss 0.5\n" * HEAD_BYTES
    path.write_text(text)
    assert file.read_text() == text


def test_what_was_made_of_a_file_is_made_once(tmp_path: Path) -> None:
    """Settings, reports and checks all ask for the content of the same file."""
    path = tmp_path / "report.json"
    path.write_text("[1]")
    file = Candidate(str(path), path.name)
    assert file.read_json() is file.read_json()
    seen: list[str] = []

    def size(one: Candidate) -> int:
        seen.append(one.rel)
        return one.size

    assert (file.once(size), file.once(size), seen) == (3, 3, ["report.json"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_with_a_mark_of_its_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    """As PowerShell writes what a program printed."""
    path = tmp_path / "config.json"
    path.write_text('{"lr": 0.1}', encoding=encoding)
    assert Candidate(str(path), path.name).read_json() == {"lr": 0.1}


def test_reading_a_run_opens_no_small_file_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many look for reports, counts, lists, trials and settings in it."""
    (tmp_path / "metrics.csv").write_text("epoch,train_loss,val_loss\n1,1.0,1.1\n2,0.8,0.9\n3,0.7,0.8\n")
    for name in ("drift_report", "class_counts", "ab_test", "test_results", "eval_metrics"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"train": {"rows": 9, "mean": 1.0}, "b": [1, 2]}))
    opened: Counter[str] = Counter()
    real = builtins.open

    def counted(file: Any, *arguments: Any, **named: Any) -> Any:
        opened[Path(file).name if isinstance(file, str | Path) else ""] += 1
        return real(file, *arguments, **named)

    monkeypatch.setattr(builtins, "open", counted)
    read_run(tmp_path)
    assert {name: count for name, count in opened.items() if name.endswith(".json") and count > 1} == {}
