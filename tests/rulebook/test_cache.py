"""The shipped rules as an earlier start left them: the same as read anew, and never stale."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import msgspec
import pytest

from mladvisor.errors import RuleError
from mladvisor.rulebook import load, shipped_folder
from mladvisor.rulebook.expression import parse

OLD = 1_600_000_000
"""A time long ago, so that the stamps of files can be relied on."""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped rules, loaded in place of them, with a cache folder and parsed expressions of its own."""
    copy = tmp_path / "rules"
    shutil.copytree(shipped_folder(), copy)
    for file in copy.rglob("*.yaml"):
        os.utime(file, (OLD, OLD))
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys.modules["mladvisor.rulebook.load"], "shipped_folder", lambda: copy)
    monkeypatch.setattr("mladvisor.kept.settled", lambda made_of, now: True)
    monkeypatch.setattr(parse, "trees", {})
    return copy


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of YAML that are read from now on."""
    from mladvisor.rulebook import reading

    texts: list[str] = []
    original = reading.load_strict
    monkeypatch.setattr(reading, "load_strict", lambda text: texts.append(text) or original(text))  # type: ignore[func-returns-value]
    return texts


def test_the_second_start_reads_no_yaml_and_finds_the_same(rules: Path, read: list[str]) -> None:
    """Documents, arrows and sources of a recalled rulebook are those of the rulebook that was read."""
    first = load()
    assert len(read) > 100
    read.clear()
    second = load()
    assert read == []
    assert [each.typed for each in second.entries] == [each.typed for each in first.entries]
    assert second.arrows() == first.arrows()
    assert [each.leaves for each in second.findings.values()] == [each.leaves for each in first.findings.values()]
    one, other = first.entries[5].origin, second.entries[5].origin
    assert (other.source, other.data) == (one.source, one.data)


def test_a_changed_file_is_read_again(rules: Path, read: list[str]) -> None:
    """What a rule says after a change is what is loaded, whatever was kept."""
    name = next(iter(load().findings))
    file = next(rules.rglob(f"{name}.yaml"))
    file.write_text(file.read_text().replace("title: ", "title: Changed, ", 1))
    assert load().findings[name].doc.title.startswith("Changed, ")


def test_a_file_that_is_gone_is_forgotten(rules: Path, read: list[str]) -> None:
    """Rules do not outlive their files."""
    extra = rules / "extra.yaml"
    extra.write_text("{cause: extra, title: Extra, family: data, prior: rare, source: +test}")
    assert "extra" in load().causes
    extra.unlink()
    assert "extra" not in load().causes


def test_wrong_rules_are_not_kept(rules: Path, read: list[str]) -> None:
    """Errors are told at every start."""
    (rules / "broken.yaml").write_text("finding: broken\ntitle: Broken\nwhen: no.such.thing > 1\n")
    for _ in range(2):
        with pytest.raises(RuleError, match="broken"):
            load()


def test_folders_of_a_user_change_what_was_recalled(rules: Path, read: list[str], tmp_path: Path) -> None:
    """A recalled rule can be adjusted like one that was read, and the change is not kept."""
    name = next(iter(load().findings))
    own = tmp_path / "own.yaml"
    own.write_text(f"adjust: {name}\ntitle: Mine\n")
    assert load([own]).findings[name].doc.title == "Mine"
    assert load().findings[name].doc.title != "Mine"


def test_layers_of_the_shipped_rules_are_recalled_with_them(rules: Path, read: list[str], tmp_path: Path) -> None:
    """Fitted frequencies stay in force, and are told of, when a user adjusts the rule or replaces it."""
    (rules / "layer.yaml").write_text("adjust: loss-flat\notherwise: 0.0123\n")
    adjusted, replaced = tmp_path / "adjusted.yaml", tmp_path / "replaced.yaml"
    adjusted.write_text("adjust: loss-flat\ntitle: Mine\n")
    replaced.write_text(
        "finding: loss-flat\nreplace: true\ntitle: Mine\nask: Is it flat?\n"
        "explained_by: {overfitting: often}\notherwise: 0.2\nsource: +test\n"
    )
    for _ in ("read", "recalled"):
        entry = next(each for each in load().entries if each.id == "loss-flat")
        assert any(overlay.source.file.endswith("layer.yaml") for overlay in entry.overlays)
        mine = load([adjusted]).findings["loss-flat"]
        assert (mine.doc.title, mine.otherwise) == ("Mine", 0.0123)
        assert load([replaced]).findings["loss-flat"].otherwise == 0.2


def test_a_cache_of_other_documents_is_read_over(rules: Path, read: list[str], tmp_path: Path) -> None:
    """A document in the cache that does not fit its kind costs the cache, not the start."""
    count = len(load().entries)
    (file,) = (tmp_path / "cache").iterdir()
    version, (made_of, texts, documents, trees) = msgspec.msgpack.decode(file.read_bytes())
    documents[3][3] = {"finding": "x", "no-such-field": 1}
    file.write_bytes(msgspec.msgpack.encode((version, (made_of, texts, documents, trees))))
    read.clear()
    assert len(load().entries) == count and read
