"""Where output goes, and what happens when it cannot go there; how many processes `batch` uses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .test_command_line import cli, write_run  # noqa: F401 - a fixture


def run(command: str, where: Path) -> tuple[int, str]:
    """Exit status of a shell command, and its stderr; `mladvisor` in it is ours."""
    ours = f"{sys.executable} -c 'from mladvisor.cli import main; main()'"
    shell = ["bash", "-c", f"set -o pipefail; {command.replace('mladvisor', ours, 1)}"]
    done = subprocess.run(shell, check=False, cwd=where, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of twelve runs."""
    for number in range(12):
        write_run(tmp_path / "runs" / f"run{number}", overfit=False)
    return tmp_path


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["diagnose runs/run1", "batch runs", "rules list"])
def test_an_output_that_cannot_be_written_is_one_line(runs: Path, command: str) -> None:
    """A full disk, or a stdout that was closed, is one sentence and the status 2, and no bug of ours."""
    for redirect, said in (("> /dev/full", "No space left on device"), (">&-", "it was closed")):
        status, err = run(f"mladvisor {command} {redirect}", runs)
        assert status == 2
        assert said in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("form", ["jsonl", "json"])
def test_a_reader_that_went_away_is_no_error(runs: Path, form: str) -> None:
    """`batch | head -1` ends with the status of a broken pipe, or done, never with that of --fail-on."""
    status, err = run(f"mladvisor batch runs --format {form} | head -c 10 > /dev/null", runs)
    assert status in (0, 141)
    assert err == ""


def test_backends_give_the_same(cli, runs: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """One process or several: the same document; options that contradict each other are refused."""
    alone = cli("batch", runs, "--format", "csv", "--backend", "serial")
    assert cli("batch", runs, "--format", "csv", "--backend", "processes", "--jobs", 2).out == alone.out
    assert cli("batch", runs, "--format", "csv", "--jobs", 2).out == alone.out
    refused = cli("batch", runs, "--backend", "serial", "--jobs", 3)
    assert refused.status == 2
    assert "leave one of them out" in refused.err


def test_batch_wants_a_folder(cli, runs: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """A file, or nothing, is told from a folder."""
    assert "is no folder: batch takes one" in cli("batch", runs / "runs" / "run1" / "metrics.csv").err
    assert "there is no folder" in cli("batch", runs / "nowhere").err


def test_a_wrong_column_file_is_one_error(cli, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """A fault in the user's own column map is told once, not as a fault of every run."""
    from mladvisor.runs import roles

    monkeypatch.setenv("XDG_CONFIG_HOME", str(runs / "config"))
    monkeypatch.setattr(roles, "_default", [])
    (runs / "config" / "mladvisor").mkdir(parents=True)
    (runs / "config" / "mladvisor" / "columns.yaml").write_text("alaises: {a: b}\n")
    done = cli("batch", runs / "runs")
    assert (done.status, done.out) == (2, "")
    assert 'columns.yaml, line 1: unknown key "alaises" (did you mean "aliases"?)' in done.err


def test_a_folder_without_files_says_what_it_holds(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """ "Empty" is said of nothing but an empty folder."""
    assert "is empty" in cli("diagnose", tmp_path).err
    (tmp_path / "metrics.csv").mkdir()
    (tmp_path / "log.csv").symlink_to("log.csv")
    assert "holds no files: only 1 dead link, 1 folder" in cli("diagnose", tmp_path).err


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_an_interrupted_batch_shows_what_was_done(cli, runs: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    """Ctrl-C keeps the runs that were judged, says how many they are, and ends with its own status."""
    from mladvisor.diagnosis import api

    judged: list[str] = []
    judge = api.diagnose_safely

    def at_most_three(path: str, *rest: object, **more: object) -> object:
        if len(judged) == 3:
            raise KeyboardInterrupt
        judged.append(path)
        return judge(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(api, "diagnose_safely", at_most_three)
    done = cli("batch", runs / "runs", "--format", form, "--fail-on", "0")
    assert done.status == 130
    assert done.err.endswith("interrupted after 3 of 12 runs\n")
    assert done.out.count("run") >= 3
    if form == "json":
        assert len(json.loads(done.out)["runs"]) == 3
    judged[:] = ["a"] * 3  # before the first is done there is nothing to show
    done = cli("batch", runs / "runs", "--format", form)
    assert (done.status, done.out) == (130, "")
