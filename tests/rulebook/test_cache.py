"""The cache of parsed rules: never stale, never in the way."""

import msgspec
import pytest

from mladvisor.rulebook.cache import ParsedFiles, cache_folder
from mladvisor.yaml_io import YamlError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def parse(root, **texts):
    parsed = ParsedFiles(root)
    documents = {name: parsed(name, text) for name, text in texts.items()}
    parsed.save()
    return documents


def test_a_text_is_parsed_once_and_again_when_it_changes(folder, tmp_path, monkeypatch):
    """The second start parses nothing; a changed text is parsed, whatever its name."""
    first = parse(tmp_path, a="x: 1", b="y: 1e-5\n---\nz: [no]")
    assert first == {"a": [{"x": 1}], "b": [{"y": 1e-5}, {"z": ["no"]}]}
    calls = []
    monkeypatch.setattr("mladvisor.rulebook.cache.load_strict", lambda text: calls.append(text) or ["new"])
    assert parse(tmp_path, a="x: 1", b="y: 1e-5\n---\nz: [no]") == first and calls == []
    assert parse(tmp_path, a="x: 2", b="y: 1e-5\n---\nz: [no]")["a"] == ["new"] and calls == ["x: 2"]


def test_files_that_are_gone_leave_the_cache(folder, tmp_path):
    """The cache holds what was read last, so that it does not grow."""
    parse(tmp_path, a="x: 1", b="y: 2")
    parse(tmp_path, a="x: 1")
    (file,) = folder.iterdir()
    assert list(msgspec.msgpack.decode(file.read_bytes())[1]) == ["a"]


@pytest.mark.parametrize(
    "content", [b"", b"\xc1", b"\x92\xa1x\x80", msgspec.msgpack.encode(["0.0 0", {"a": ["x: 1", ["old"]]}])]
)
def test_a_broken_or_foreign_cache_is_not_used(folder, tmp_path, content):
    """Torn bytes and other versions' caches are parsed over."""
    parse(tmp_path, a="x: 1")
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert parse(tmp_path, a="x: 1") == {"a": [{"x": 1}]}
    assert len(list(folder.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    """A read-only home only costs time."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "file" / "below"))
    assert parse(tmp_path, a="x: 1") == {"a": [{"x": 1}]}


def test_it_can_be_turned_off(tmp_path, monkeypatch):
    """An empty MLADVISOR_CACHE means none; otherwise it follows XDG."""
    monkeypatch.setenv("MLADVISOR_CACHE", "")
    assert cache_folder() is None and parse(tmp_path, a="x: 1") == {"a": [{"x": 1}]}
    monkeypatch.delenv("MLADVISOR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "mladvisor"


def test_errors_are_not_kept(folder, tmp_path):
    """A text that is no YAML raises each time."""
    for _ in range(2):
        with pytest.raises(YamlError):
            parse(tmp_path, a="[")
