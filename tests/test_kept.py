"""What is kept between starts: never in the way, and given back only as it was."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from mladvisor import kept


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_was_kept_comes_back(folder: Path) -> None:
    """A value is recalled under its name, the last one that was kept, and one file holds it."""
    assert kept.recall("numbers", list[int]) is None
    kept.keep("numbers", [1, 2])
    kept.keep("numbers", [3])
    assert kept.recall("numbers", list[int]) == [3]
    assert kept.recall("others", list[int]) is None
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"\xc1", b"\x92\xa1x\x80", msgspec.msgpack.encode(["0.0.0", [1]]), msgspec.msgpack.encode(["x", ["a"]])],
)
def test_torn_and_foreign_files_are_nothing(folder: Path, content: bytes) -> None:
    """Torn bytes, another version's file and another kind of value are as if nothing had been kept."""
    kept.keep("numbers", [1])
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert kept.recall("numbers", list[int]) is None
    kept.keep("numbers", [2])
    assert kept.recall("numbers", list[int]) == [2]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only home only costs time."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "file" / "below"))
    kept.keep("numbers", [1])
    assert kept.recall("numbers", list[int]) is None


def test_it_can_be_turned_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty MLADVISOR_CACHE means none; without the variable it follows XDG."""
    monkeypatch.setenv("MLADVISOR_CACHE", "")
    kept.keep("numbers", [1])
    assert kept.cache_folder() is None and kept.recall("numbers", list[int]) is None
    monkeypatch.delenv("MLADVISOR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept.cache_folder() == tmp_path / "mladvisor"


def test_stamps_of_files_just_changed_are_not_relied_on(tmp_path: Path) -> None:
    """A file may change twice within one tick of its clock, so a fresh stamp proves nothing yet."""
    file = tmp_path / "a"
    file.write_text("1")
    stamps = kept.stamps([str(file)])
    changed = file.stat().st_mtime_ns
    assert stamps == {str(file): (1, changed)}
    assert not kept.settled(stamps, changed + 10**9)
    assert kept.settled(stamps, changed + 10**10)


def test_what_is_made_of_files_is_made_once(tmp_path: Path) -> None:
    """It is made again when a file has changed, and every time while a change is fresh."""
    file, made = tmp_path / "a", []

    def make() -> int:
        made.append(1)
        return len(made)

    def value() -> int:
        return kept.made_of([str(file)], "a", int, make)

    file.write_text("1")
    assert (value(), value()) == (1, 2)
    os.utime(file, (10**9, 10**9))
    assert (value(), value()) == (3, 3)
    os.utime(file, (10**9, 10**9 + 1))
    assert value() == 4
