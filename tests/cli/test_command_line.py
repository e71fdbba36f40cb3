"""The command line as a person and a script meet it: what stands on stdout, on stderr, and the exit status."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from mladvisor.cli import COMMANDS, main


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run `mladvisor ARGUMENTS` in this process."""
    for name in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as stopped:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Done(int(stopped.value.code or 0), captured.out, captured.err)

    return run


def write_run(folder: Path, *, overfit: bool) -> Path:
    """A small run: 60 epochs, validation loss that turns up or not."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["epoch,train_loss,val_loss"]
    for epoch in range(1, 61):
        train = 2.0 * 0.94**epoch + 0.05 + 0.003 * (epoch % 3)
        val = 2.0 * 0.92**epoch + 0.35 + (0.02 * max(0, epoch - 25) if overfit else 0.0) + 0.004 * (epoch % 4)
        lines.append(f"{epoch},{train:.5f},{val:.5f}")
    (folder / "metrics.csv").write_text("\n".join(lines) + "\n")
    (folder / "config.yaml").write_text("learning_rate: 0.001\noptimizer: adam\nbatch_size: 64\n")
    return folder


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run whose validation loss turns up."""
    return write_run(tmp_path / "runs" / "turns-up", overfit=True)


# Help


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_help_with_an_example(cli, command: str) -> None:  # type: ignore[no-untyped-def]
    """-h and --help say what a command does and show at least one call of it."""
    short, long = cli(command, "-h"), cli(command, "--help")
    assert short == long
    assert short.status == 0 and not short.err
    assert f"  mladvisor {command}" in short.out.split("Example", 1)[1]


def test_version_is_one_line(cli) -> None:  # type: ignore[no-untyped-def]
    """--version prints name and number."""
    assert re.fullmatch(r"mladvisor \d+\.\d+\.\d+\n", cli("--version").out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["diagnos", "x"], 'no command "diagnos" (did you mean "diagnose"?)'),
        (["diagnose"], "RUN"),
        (["diagnose", ".", "--formt", "json"], "--form"),
        (["diagnose", ".", "--fail-on", "much"], '"much" is not a probability'),
        (["diagnose", ".", "--fail-on", "1.5"], "not between 0 and 1"),
        (["explain", "overftting"], 'did you mean "overfitting"?'),
        (["features", "lss.val.trend"], 'did you mean "loss.val.trend"?'),
        (["rules", "show", "overfiting"], 'did you mean "overfitting"?'),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(cli, arguments: list[str], said: str) -> None:  # type: ignore[no-untyped-def]
    """A wrong call says what is wrong and the nearest right name, on stderr, without a traceback."""
    done = cli(*arguments)
    assert done.status == 2 and not done.out
    assert done.err.startswith("mladvisor: ") and said in done.err
    assert "Traceback" not in done.err


def test_the_shell_completes_ids() -> None:
    """What begins an id is completed to the causes and findings that begin so."""
    from click.shell_completion import ShellComplete

    from mladvisor.cli import cli as program

    def completed(*words: str) -> list[str]:
        *before, last = words
        found = ShellComplete(program, {}, "mladvisor", "_MLADVISOR_COMPLETE").get_completions(before, last)
        return [item.value for item in found]

    assert completed("explain", "overf") == ["overfitting"]
    assert "val-loss-turns-up" in completed("rules", "show", "Val-loss-t")
    assert completed("explain", "no-such-thing-at-all") == []


def test_a_folder_instead_of_a_command_gets_a_hint(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Who types only the folder is told the command."""
    assert f'mladvisor diagnose {run_folder}"' in cli(run_folder).err


# diagnose


def test_diagnose_prints_a_page_and_nothing_else(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """stdout is the page in plain ASCII plots when it is no terminal; stderr stays empty."""
    done = cli("diagnose", run_folder)
    assert done.status == 0 and not done.err
    assert done.out.startswith(str(run_folder)[-20:]) or "turns-up" in done.out.splitlines()[0]
    assert "\x1b" not in done.out
    assert not re.search("[\u2800-\u28ff]", done.out)
    assert "* train" in done.out and "o val" in done.out


def test_json_is_one_object_on_the_contract(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """`--format json` prints one object that the contract's schema accepts; runs stand in the order given."""
    jsonschema = pytest.importorskip("jsonschema")
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from report.contract import DOCUMENT

    other = write_run(run_folder.parent / "fine", overfit=False)
    done = cli("diagnose", run_folder, other, "--format", "json")
    document = json.loads(done.out)
    jsonschema.validate(document, DOCUMENT)
    assert [run["run"] for run in document["runs"]] == [str(run_folder), str(other)]
    assert all(len(run["hypotheses"]) > 10 for run in document["runs"])
    ranked = [round(cause["probability"], 6) for cause in document["runs"][0]["hypotheses"]]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize(("form", "start"), [("markdown", "## "), ("html", "<!doctype html>")])
def test_other_formats(cli, run_folder: Path, form: str, start: str) -> None:  # type: ignore[no-untyped-def]
    """Markdown and HTML are documents of their own."""
    done = cli("diagnose", run_folder, "--format", form)
    assert done.status == 0 and done.out.startswith(start)


def test_ascii_means_every_character(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """--ascii reaches run names too."""
    done = cli("diagnose", write_run(tmp_path / "größe", overfit=True), "--ascii")
    assert done.status == 0 and done.out.isascii()


def test_colour_when_asked(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """--color always colours a pipe and draws braille; never does neither."""
    assert "\x1b[" in cli("diagnose", run_folder, "--color", "always").out
    assert "\x1b[" not in cli("diagnose", run_folder, "--color", "never").out


def test_fail_on_looks_at_the_first_cause(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Status 1 when the first cause is at least as likely as given, 0 when it is not; percent works too."""
    document = json.loads(cli("diagnose", run_folder, "--format", "json").out)["runs"][0]
    first = document["hypotheses"][0]["probability"]
    assert cli("diagnose", run_folder, "--fail-on", f"{first - 0.001}").status == (1 if document["enough"] else 0)
    assert cli("diagnose", run_folder, "--fail-on", f"{min(1.0, first + 0.001) * 100}%").status == 0
    assert cli("diagnose", run_folder, "--fail-on", "100").status == 0  # as 100%


def test_a_broken_run_among_readable_ones(cli, run_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """It has its error in the document and a line on stderr; the status is 2, with --fail-on too:
    what was not read was not found in order."""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = cli("diagnose", empty, run_folder, "--format", "json")
    runs = json.loads(done.out)["runs"]
    assert done.status == 2
    assert runs[0]["error"] and runs[1]["error"] is None
    assert done.err.startswith("mladvisor: ") and done.err.count("\n") == 1
    assert cli("diagnose", run_folder, tmp_path / "gone", "--fail-on", "100%").status == 2


@pytest.mark.parametrize("missing", [True, False])
def test_nothing_readable_is_status_2(cli, tmp_path: Path, missing: bool) -> None:  # type: ignore[no-untyped-def]
    """A folder that is not there, or holds nothing: one line with the reason."""
    folder = tmp_path / "empty"
    if not missing:
        folder.mkdir()
    done = cli("diagnose", folder)
    assert done.status == 2 and not done.out
    assert done.err.startswith("mladvisor: ") and done.err.count("\n") == 1 and "Traceback" not in done.err


def test_answers_change_the_diagnosis(cli, run_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """An answer to the next question is used; an answer to nothing names the nearest question."""
    before = json.loads(cli("diagnose", run_folder, "--format", "json").out)["runs"][0]
    asked = next(finding for finding in before["unchecked"])["finding"]
    answers = tmp_path / "answers.yaml"
    answers.write_text(f"{asked}: yes\n")
    after = json.loads(cli("diagnose", run_folder, "--answers", answers, "--format", "json").out)["runs"][0]
    states = {finding["finding"]: finding["state"] for finding in after["findings"]}
    assert states[asked] == "answered"
    answers.write_text(f"{asked}x: yes\n")
    wrong = cli("diagnose", run_folder, "--answers", answers)
    assert wrong.status == 2 and asked in wrong.err


@pytest.mark.parametrize("text", ["- a list\n", "a: 1\na: 2\n", "a: [1\n", "\x00\xff"])
def test_bad_answers_are_status_2(cli, run_folder: Path, tmp_path: Path, text: str) -> None:  # type: ignore[no-untyped-def]
    """A file of answers that is no mapping says so."""
    answers = tmp_path / "answers.yaml"
    answers.write_text(text, encoding="latin-1")
    done = cli("diagnose", run_folder, "--answers", answers)
    assert done.status == 2 and "answers.yaml" in done.err and "Traceback" not in done.err


def test_bad_rules_are_status_2(cli, run_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A rule that cannot be loaded is named with its place."""
    (tmp_path / "bad.yaml").write_text("finding: bad\ntitle: Bad\nwhen: loss.trian.trend == 'flat'\nsource: [+me]\n")
    done = cli("diagnose", run_folder, "--rules", tmp_path / "bad.yaml")
    assert done.status == 2 and not done.out
    assert "bad.yaml:3" in done.err and 'did you mean "loss.train.trend"' in done.err


def test_run_names_are_no_escape_sequences(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A folder named to attack the terminal is shown harmlessly, in every command that names it."""
    folder = write_run(tmp_path / "\x1b[31mred\x1b]0;x\x07 [bold]b[bold]", overfit=True)
    for arguments in (
        ["diagnose", folder],
        ["read", folder],
        ["batch", tmp_path],
        ["diagnose", tmp_path / "\x1b[5mno"],
    ):
        done = cli(*arguments)
        assert "\x1b" not in done.out + done.err and "\x07" not in done.out + done.err


# batch


def test_batch_lists_every_run_and_a_broken_one_is_a_row(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """JSON, JSON lines, CSV, HTML and the table tell the same runs."""
    root = run_folder.parent
    write_run(root / "fine", overfit=False)
    (root / "broken").mkdir()
    (root / "broken" / "metrics.csv").write_text("epoch,train_loss,val_loss\n")
    document = json.loads(cli("batch", root, "--format", "json").out)
    names = [Path(run["run"]).name for run in document["runs"]]
    assert {"turns-up", "fine"} <= set(names)
    assert document["schema_version"] == 1
    lines = [json.loads(line) for line in cli("batch", root, "--format", "jsonl").out.splitlines()]
    assert lines == document["runs"]
    assert len(cli("batch", root, "--format", "csv").out.splitlines()) == len(names) + 1
    table = cli("batch", root, "--width", 100)
    assert table.status == 0 and not table.err
    page = cli("batch", root, "--format", "html").out
    for name in names:
        assert name in table.out and name in page


def test_batch_with_jobs_gives_the_same(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Several processes change neither content nor order."""
    root = run_folder.parent
    for number in range(3):
        write_run(root / f"r{number}", overfit=number % 2 == 0)
    one = cli("batch", root, "--format", "json")
    assert cli("batch", root, "--format", "json", "--jobs", 2).out == one.out


def _triage(folder: Path) -> list[str]:
    """A healthy run, one that overfits, and a broken one, in the order of their paths."""
    rows = {
        "a-healthy": [(e, 2**-e + 0.1, 2**-e + 0.11) for e in range(40)],
        "b-broken": [],
        "c-overfits": [(e, 1.5 * 0.8**e + 0.01, 1.2 * 0.7**e + 0.03 * e + 0.2) for e in range(40)],
    }
    for name, points in rows.items():
        (folder / name).mkdir()
        text = "".join(f"{e},{train:.6f},{val:.6f}\n" for e, train, val in points)
        (folder / name / "log.csv").write_text(f"epoch,loss,val_loss\n{text}")
    return list(rows)


def test_batch_shows_the_worst_first_and_documents_keep_the_order(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A table is for triage; csv and json go by path unless asked otherwise; json says each run's verdict."""
    names = _triage(tmp_path)
    severe = [names[2], names[1], names[0]]

    def order(*options: str) -> list[str]:
        out = cli("batch", tmp_path, *options).out
        found = {name: out.index(name) for name in names}
        return sorted(found, key=found.__getitem__)

    assert order() == severe
    assert order("--sort", "path") == names
    assert order("--format", "html") == severe
    assert order("--format", "csv") == names
    assert order("--format", "csv", "--sort", "severity") == severe
    runs = json.loads(cli("batch", tmp_path, "--format", "json").out)["runs"]
    assert [run["verdict"] for run in runs] == ["healthy", "unreadable", "one"]
    lines = [json.loads(text) for text in cli("batch", tmp_path, "--format", "jsonl").out.splitlines()]
    assert [one["verdict"] for one in lines] == ["healthy", "unreadable", "one"]
    refused = cli("batch", tmp_path, "--format", "jsonl", "--sort", "severity")
    assert refused.status == 2
    assert "in the order of their paths" in refused.err


def test_batch_in_a_pipe_cuts_nothing(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Whole names and reasons without a terminal; a width that was asked for is kept."""
    name = "a-very-long-name-of-a-run-" * 5 + "__1"
    _triage(tmp_path)
    (tmp_path / "c-overfits").rename(tmp_path / name)
    assert name in cli("batch", tmp_path).out
    narrow = cli("batch", tmp_path, "--width", 80).out
    assert name not in narrow
    assert "name-of-a-run-__1" in narrow, "the end of a name tells runs apart"
    assert max(map(len, narrow.splitlines())) <= 80


def test_batch_names_empty_folders(cli, run_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A job that never wrote anything is no row; folders whose names are no runs' are nothing to tell."""
    shutil.copytree(run_folder, tmp_path / "runs" / "good")
    for name in ("never-started", "checkpoints", ".cache"):
        (tmp_path / "runs" / name).mkdir()
    done = cli("batch", tmp_path / "runs", "--format", "csv")
    assert done.status == 0
    assert "1 folder is empty, and no run: " in done.err and "never-started" in done.err
    assert "checkpoints" not in done.err and "never-started" not in done.out


def test_batch_fail_on_and_nothing_there(cli, run_folder: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """--fail-on 0 is met by any verdict; a folder without runs is status 2."""
    enough = json.loads(cli("batch", run_folder.parent, "--format", "json").out)["runs"][0]["enough"]
    assert cli("batch", run_folder.parent, "--fail-on", "0").status == (1 if enough else 0)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = cli("batch", empty)
    assert done.status == 2 and not done.out and done.err.startswith("mladvisor: ")


# read, init, features, rules


def test_read_tells_roles(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Columns with what they were taken for; the same as JSON."""
    text = cli("read", run_folder).out
    assert re.search(r"train_loss +training loss", text) and re.search(r"val_loss +validation loss", text)
    document = json.loads(cli("read", run_folder, "--format", "json").out)
    assert [curve["role"]["split"] for curve in document["curves"]] == ["train", "val"]
    assert document["config"]["batch_size"]["value"] == 64


def test_init_writes_once_and_changes_nothing(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """The written manifest is read without complaint and gives the same curves; it is not overwritten unasked."""
    before = json.loads(cli("read", run_folder, "--format", "json").out)
    assert cli("init", run_folder).status == 0
    after = json.loads(cli("read", run_folder, "--format", "json").out)
    assert after["curves"] == before["curves"] and after["warnings"] == before["warnings"]
    again = cli("init", run_folder)
    assert again.status == 2 and "already there" in again.err
    assert cli("init", run_folder, "--force").status == 0


def test_features_as_json_and_markdown(cli) -> None:  # type: ignore[no-untyped-def]
    """The catalogue names every feature once."""
    names = [entry["name"] for entry in json.loads(cli("features", "--format", "json").out)]
    assert len(names) == len(set(names)) > 50 and "loss.val.rise_from_best" in names
    assert len(cli("features", "--format", "markdown").out.splitlines()) == len(names) + 2


@pytest.mark.parametrize("kind", ["finding", "cause", "question", "menu"])
def test_a_new_rule_passes_the_check(cli, tmp_path: Path, kind: str) -> None:  # type: ignore[no-untyped-def]
    """What `rules new` writes is sound on top of the shipped rules; a second one is not written over it."""
    folder = tmp_path / "mine"
    assert cli("rules", "new", "my-own-rule", "--kind", kind, "--in", folder).status == 0
    done = cli("rules", "check", folder)
    assert not [line for line in done.out.splitlines() if line.startswith("error") and "my-own-rule" in line]
    assert cli("rules", "new", "my-own-rule", "--kind", kind, "--in", folder).status == 2
    assert cli("rules", "new", "No Id").status == 2


def test_rules_check_tells_failing_tests_from_bad_rules(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """1 when a test fails, 2 when a rule cannot be loaded, each with its place on stdout."""
    cli("rules", "new", "my-own-rule", "--in", tmp_path)
    file = tmp_path / "my-own-rule.yaml"
    good = file.read_text()
    file.write_text(good.replace("expect: absent", "expect: present"))
    failing = cli("rules", "check", tmp_path)
    assert failing.status == 1 and "my-own-rule.yaml:" in failing.out
    file.write_text(good.replace("title:", "titel:"))
    bad = cli("rules", "check", tmp_path)
    assert bad.status == 2 and 'did you mean "title"' in bad.out


def test_rules_list_show_explain_agree(cli) -> None:  # type: ignore[no-untyped-def]
    """Every listed rule can be shown and explained."""
    rules = json.loads(cli("rules", "list", "--format", "json").out)
    assert len(rules) > 40
    for rule in rules[::12]:
        start = "  " if rule["kind"] == "fact" else f"{rule['kind']}: "
        assert f"\n{start}{rule['id']}" in cli("rules", "show", rule["id"]).out
        words = " ".join(cli("explain", rule["id"]).out.split())
        assert " ".join(rule["title"].split()) in words


# The edge


def run_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mladvisor", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_an_unexpected_error_is_one_line(cli, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """A bug of ours has a status of its own, one line, and a traceback only with --debug."""
    import mladvisor.runs.read

    def broken(path: object) -> None:
        raise RuntimeError("kaputt")

    monkeypatch.setattr(mladvisor.runs.read, "read_run", broken)
    done = cli("read", run_folder)
    assert done.status == 70 and done.err.count("\n") == 1 and "kaputt" in done.err
    assert "Traceback" in cli("--debug", "read", run_folder).err


def test_interrupt_is_130(cli, run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """Ctrl-C ends quietly."""
    import mladvisor.runs.read

    def interrupted(path: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mladvisor.runs.read, "read_run", interrupted)
    done = cli("read", run_folder)
    assert done.status == 130 and "Traceback" not in done.err


@pytest.mark.parametrize("said", [[], ["--debug"]])
def test_an_interrupt_that_was_wrapped_is_130(
    cli, run_folder: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:  # type: ignore[no-untyped-def]
    """Ctrl-C while a module is loaded may arrive as another error: it is no bug of ours, and told as what it is."""
    import mladvisor.runs.read

    class Attribute:
        def __set_name__(self, owner: type, name: str) -> None:
            raise KeyboardInterrupt

    def loading(path: object) -> None:
        try:
            type("Loaded", (), {"attribute": Attribute()})
        except KeyboardInterrupt as error:  # from Python 3.12 on it passes as it is
            raise RuntimeError("Error calling __set_name__") from error

    monkeypatch.setattr(mladvisor.runs.read, "read_run", loading)
    done = cli(*said, "read", run_folder)
    assert done.status == 130 and done.err == "mladvisor: interrupted\n"


def test_a_closed_pipe_is_quiet() -> None:
    """`| head` brings neither a traceback nor a complaint."""
    shell = f"{sys.executable} -m mladvisor features | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1 and done.stderr == "" and done.returncode in (0, 141)


def test_an_ascii_only_terminal_gets_no_traceback(run_folder: Path) -> None:
    """Where stdout cannot take a sign, everything is ASCII."""
    done = run_process("diagnose", run_folder, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0 and done.stdout.isascii() and "Traceback" not in done.stderr


def test_help_imports_little() -> None:
    """`--help` loads click and a few modules of ours, no numpy, msgspec, yaml or command."""
    code = "import sys, mladvisor.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass\n"
    code += "print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stderr.split())
    ours = {name for name in modules if name.startswith("mladvisor")}
    assert ours == {"mladvisor", "mladvisor.cli"}
    assert not modules & {"numpy", "msgspec", "yaml", "difflib", "subprocess", "dataclasses", "multiprocessing"}


# Answers on the command line


def belief(done: Done) -> list[tuple[str, float]]:
    """Causes with their probabilities, of the first run of a document."""
    run = json.loads(done.out)["runs"][0]
    return [(one["cause"], round(one["probability"], 9)) for one in run["hypotheses"]]


@pytest.mark.parametrize(
    "answer",
    ["num_classes=10", "config.num_classes=10", "config.classes=10", "number-of-classes=10", "nc: 10"],
)
def test_an_answer_is_worth_the_same_line_in_the_configuration(cli, tmp_path: Path, answer: str) -> None:  # type: ignore[no-untyped-def]
    """A setting that is answered, under any name that a configuration may give it, is as good as one that stands there.

    The level of guessing, for one, is measured anew.
    """
    bare, told = tmp_path / "bare", tmp_path / "told"
    for folder in (bare, told):
        folder.mkdir()
        rows = [f"{n},{2.31 + 0.001 * (n % 3)},{2.32 + 0.002 * (n % 2)},{0.1 + 0.004 * (n % 3)}" for n in range(30)]
        (folder / "log.csv").write_text("\n".join(["epoch,train_loss,val_loss,val_acc", *rows]) + "\n")
        (folder / "config.yaml").write_text("lr: 0.1\n")
    (told / "config.yaml").write_text("lr: 0.1\nnum_classes: 10\nloss: cross-entropy\n")
    plain = belief(cli("diagnose", bare, "--format", "json"))
    answered = belief(
        cli("diagnose", bare, "--format", "json", "--answer", answer, "--answer", "loss=CrossEntropyLoss")
    )
    assert answered == belief(cli("diagnose", told, "--format", "json")) != plain


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("num_clases=10", 'did you mean "num_classes"?'),
        ("lr=fast", '"fast" is no value of "lr"'),
        ("nothing", "KEY=VALUE is expected"),
        ("loss-flat=perhaps", "probably-not"),
        ("config.epochs=many", "a number is expected"),
    ],
)
def test_answers_that_are_none(cli, run_folder: Path, answer: str, said: str) -> None:  # type: ignore[no-untyped-def]
    """A wrong name or value is one line with what was expected, and the status 2."""
    done = cli("diagnose", run_folder, "--answer", answer)
    assert done.status == 2 and said in done.err and not done.out


def test_nothing_asked_for_is_help(cli) -> None:  # type: ignore[no-untyped-def]
    """`mladvisor` and `mladvisor rules` alone print what there is, on stdout, and that is no error."""
    for arguments in ([], ["rules"]):
        done = cli(*arguments)
        assert done.status == 0 and "Usage:" in done.out and not done.err


def test_chat_about_a_run_that_is_not_there(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The missing run is what is wrong, whatever the terminal can do."""
    done = cli("chat", tmp_path / "nope")
    assert done.status == 2 and "does not exist" in done.err


def test_the_public_api_can_be_listed_and_printed() -> None:
    """`dir(mladvisor)` names the public API; what it returns prints in a few lines and shows in one."""
    import mladvisor

    assert {"Consultation", "Diagnosis", "consult", "diagnose", "resume"} <= set(dir(mladvisor))
    assert all(name in mladvisor.__all__ or name.startswith("__") for name in dir(mladvisor))
    session = mladvisor.consult(Path(__file__).parents[2] / "sample_runs" / "intents-gru-keras")
    diagnosis = session.diagnosis
    for shown in (diagnosis, session.how("overfitting"), session.ranking[0], diagnosis.hypotheses[0]):
        assert "Overfitting" in str(shown) and len(str(shown)) < 3000
        assert len(repr(shown)) < 200 and "\n" not in repr(shown)


# What is no folder


@pytest.mark.parametrize("command", ["diagnose", "read", "batch"])
def test_an_empty_path_is_named_as_such(cli, command: str) -> None:  # type: ignore[no-untyped-def]
    """An empty argument (an unset variable) is said to be one."""
    done = cli(command, "")
    assert (done.status, done.out) == (2, "")
    assert "an empty path names no" in done.err


def test_a_log_on_standard_input(run_folder: Path) -> None:
    """`-` reads the log that a pipe brings, also one that is JSON; what is none is said with its place."""

    def piped(text: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-m", "mladvisor", "read", "-", "--format", "json"]
        return subprocess.run(program, input=text, capture_output=True, text=True, check=False, timeout=60)

    table = (run_folder / "metrics.csv").read_text()
    history = json.dumps({"loss": [3.0, 2.0, 1.0], "val_loss": [3.0, 2.5, 2.0]})
    for text, names in ((table, {"train_loss", "val_loss"}), (history, {"loss", "val_loss"})):
        done = piped(text)
        assert done.returncode == 0, done.stderr
        assert {curve["name"] for curve in json.loads(done.stdout)["curves"]} == names
    assert "standard input: " in piped("nothing\nof interest\n").stderr


def test_a_narrow_page_has_no_empty_plot(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """Where a plot has no room, one line says so, and none is left blank for it."""
    assert "\n\n\n" not in cli("diagnose", run_folder, "--width", "20").out


def test_compare_says_whether_the_fix_worked(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """The page, the document and the exit status say the same; what cannot be read is said."""
    bad, good = write_run(tmp_path / "bad", overfit=True), write_run(tmp_path / "good", overfit=False)
    worked = cli("compare", str(bad), str(good))
    assert (worked.status, worked.err) == (0, "")
    assert "The fix worked" in worked.out
    again = cli("compare", str(bad), str(bad), "--format", "json")
    assert again.status == 1
    assert json.loads(again.out)["outcome"] == "remains"
    assert cli("compare", str(bad), str(tmp_path / "nothing")).status == 2


def test_say_tells_what_the_run_shows_against_it(cli, run_folder: Path) -> None:  # type: ignore[no-untyped-def]
    """A guess is left out with its reason, as is what a clear curve denies; a setting that is said plainly counts."""
    guessed = cli("diagnose", run_folder, "--say", "I think the batch size is 8")
    assert "left out: The run has 64 as its batch size" in guessed.err
    plain = cli("diagnose", run_folder, "--say", "batch size 8, the loss explodes")
    assert "8 counts instead of 64" in plain.err
    assert "left out: The log says otherwise" in plain.err and "note it with --answer if" in plain.err
    assert cli("diagnose", run_folder, "--say", "the loss explodes").status == 0


def test_say_notes_nothing_of_a_question_for_a_reason(cli) -> None:  # type: ignore[no-untyped-def]
    """Who asks why something is so has not said that it is; here nobody can be asked back."""
    asked = cli("diagnose", "--say", "why does my loss explode?")
    assert asked.status == 2
    assert "asked, and not said" in asked.err and "understood" not in asked.err and "takes what you see" in asked.err
