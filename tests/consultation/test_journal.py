"""A journal survives being cut off at any byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mladvisor.consultation.cases import resume
from mladvisor.consultation.journal import FORMAT, Event, append, read_journal, to_line
from mladvisor.errors import ReadError

EVENTS = [Event("opened", format=FORMAT), Event("answered", "wet", "yes"), Event("undone", "wet"), Event("finished")]
WHOLE = b"".join(to_line(event) for event in EVENTS)


@given(st.integers(min_value=len(to_line(EVENTS[0])), max_value=len(WHOLE)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_torn_journal_gives_the_events_before_the_tear(tmp_path: Path, cut: int) -> None:
    """Whatever byte the program was killed at, whole lines are kept and the torn one is left out."""
    path = tmp_path / "case.jsonl"
    path.write_bytes(WHOLE[:cut])
    events = read_journal(path)
    assert events == EVENTS[: len(events)]
    assert len(events) >= WHOLE[:cut].count(b"\n")


@given(st.integers(min_value=len(to_line(EVENTS[0])), max_value=len(WHOLE)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_torn_journal_can_be_continued(tmp_path: Path, cut: int) -> None:
    """What is appended after a tear stands on a line of its own and is read back."""
    path = tmp_path / "case.jsonl"
    path.write_bytes(WHOLE[:cut])
    append(path, [Event("answered", "smoke", "no")])
    assert read_journal(path)[-1] == Event("answered", "smoke", "no")


@pytest.mark.parametrize("content", [b"", b"hello\n", b'{"event":"answered"}\n', b"\xff\xfe\x00"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """Something that is no journal is named as such."""
    path = tmp_path / "case.jsonl"
    path.write_bytes(content)
    with pytest.raises(ReadError, match="journal"):
        read_journal(path)


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    """A journal from the future is not guessed at."""
    path = tmp_path / "case.jsonl"
    append(path, [Event("opened", format=FORMAT + 1)])
    with pytest.raises(ReadError, match="newer"):
        read_journal(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The error says which file."""
    with pytest.raises(ReadError, match=r"nowhere\.jsonl"):
        read_journal(tmp_path / "nowhere.jsonl")


def test_a_run_is_found_beside_its_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that was kept in a project is taken up again from another folder."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "log.csv").write_text("epoch,loss\n" + "".join(f"{n},{1 / n}\n" for n in range(1, 9)))
    append(tmp_path / "case.jsonl", [Event("opened", run="runs", format=FORMAT)])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    session = resume(tmp_path / "case.jsonl")
    assert session.run is not None and session.run.curves
