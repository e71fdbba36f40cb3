"""Files from strangers: a clear sentence, never a traceback, never a hang."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import ends, text

from .conftest import Folder

CASES: dict[str, tuple[dict[str, str | bytes], str]] = {
    "empty folder": ({}, "is empty"),
    "a report alone, broken off": (
        {"correlations.json": '{"feature": "a", '},
        r"only correlations.json, of which nothing could be used: correlations.json is not valid JSON (Input data was"
        r" truncated): it is not read; what tells most is missing: a log of loss",
    ),
    "empty file": ({"metrics.csv": ""}, "is empty"),
    "binary": ({"metrics.csv": bytes(range(256)) * 40}, "binary"),
    "headers only": ({"metrics.csv": "epoch,loss,val_loss\n"}, "no rows"),
    "one endless line": ({"metrics.csv": "x" * 100_000}, "line of more than"),
    "a long line inside": ({"metrics.csv": "epoch,loss\n1,2\n" + "9" * 100_000}, "line 3"),
    "long lines of text": ({"train.log": ("loss: " + "x" * 100_000 + "\n") * 20}, "line 1"),
    "deep JSON": ({"metrics.json": '{"loss": ' + "[" * 100_000 + "]" * 100_000 + "}"}, "metrics.json"),
    "deep JSON lines": (
        {"log.jsonl": ('{"loss": 1, "step": 1, "a":' + "[" * 5000 + "]" * 5000 + "}\n") * 3},
        "log.jsonl",
    ),
    "text": ({"log.txt": "Dear diary,\ntoday I trained nothing.\n"}, "log.txt"),
}


@pytest.mark.parametrize("case", list(CASES))
def test_one_clear_sentence(folder: Folder, case: str) -> None:
    """What cannot be read is said in one sentence that names the file and the reason."""
    files, said = CASES[case]
    with pytest.raises(ReadError) as caught:
        read_run(folder(files))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("head", [b"", b"epoch,loss\n1,2\n", b'{"step": 1, "loss": 2}\n{"step": 2, "loss": 1}\n'])
def test_ten_gigabytes(tmp_path: Path, head: bytes) -> None:
    """A sparse file of 10 GB is refused by its size or its first bytes; it is never read."""
    with (tmp_path / "metrics.csv").open("wb") as file:
        file.write(head)
        file.truncate(10**10)
    with pytest.raises(ReadError, match="10 GB"):
        read_run(tmp_path)


LONG = 4_000
LARGE: dict[str, tuple[str, str, str]] = {
    "metrics.csv": ("step,loss\n", "{i},{y}\n", ""),
    "log.jsonl": ("", '{{"step": {i}, "loss": {y}}}\n', ""),
    "train.log": ("hello\n", "INFO trainer: step {i} loss {y} lr 0.1\n", ""),
}


@pytest.mark.parametrize("name", list(LARGE))
def test_the_end_of_a_log_that_is_too_large_is_read(folder: Folder, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a log over the limit both ends are read, lines keep their numbers, and what is left out is said."""
    monkeypatch.setattr(ends, "MAX_BYTES", 20_000)
    monkeypatch.setattr(ends, "END_BYTES", 10_000)
    monkeypatch.setattr(text, "MAX_BYTES", 20_000)
    head, line, _ = LARGE[name]
    body = [line.format(i=i, y="nan" if i > LONG - 100 and name != "log.jsonl" else 2 - i / 9999) for i in range(LONG)]
    run = read_run(folder({name: head + "".join(body)}))
    (loss,) = [c for c in run.curves if c.role.kind == "loss"]
    assert loss.rows is not None
    assert list(loss.x[[0, -1]]) == [0, LONG - 1]
    np.testing.assert_array_equal(loss.rows - loss.x, 2 if head else 1)
    assert 100 < len(loss) < LONG // 2
    if name != "log.jsonl":
        assert np.isnan(loss.y[-99:]).all()
    (said,) = run.warnings
    (skipped,) = (int(word.replace(",", "")) for word in said.split() if word[0].isdigit() and word[-1].isdigit()
                  and "," in word)  # fmt: skip
    assert skipped == LONG - len(loss)


def test_a_large_log_that_ends_in_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the end of a large log is a hole, its start is read and the end is said to be missing."""
    monkeypatch.setattr(text, "MAX_BYTES", 100_000)
    with (tmp_path / "train.log").open("wb") as file:
        file.write(b"".join(b"step %d loss 0.5\n" % i for i in range(3000)))
        file.truncate(10**9)
    run = read_run(tmp_path)
    assert len(run.curves[0]) > 2000
    assert "does not end in text" in run.warnings[0]


def test_a_number_that_breaks_off_at_the_end_of_a_text(folder: Folder) -> None:
    """The last number of a printed log without a last line end is no point when it is shorter than those before."""
    log = "".join(f"epoch {i} loss {1 / i:.4f}\n" for i in range(1, 30))
    run = read_run(folder({"train.log": log + "epoch 30 loss 0.0"}))
    assert len(run.curves[0]) == 29
    assert run.growing
    run = read_run(folder({"train.log": log + "epoch 30 loss 0.0333"}))
    assert len(run.curves[0]) == 30


def test_nan_everywhere(folder: Folder) -> None:
    """A log of nothing but NaN is read as such: that is a finding, not an error."""
    run = read_run(folder({"metrics.csv": "epoch,loss\n" + "".join(f"{i},nan\n" for i in range(20))}))
    assert np.isnan(run.curves[0].y).all()
    assert len(run.curves[0]) == 20


def test_words_in_a_broken_log_are_no_report(tmp_path: Path) -> None:
    """A log that breaks off names gradients, too; the run cannot be read, and is not one of which nothing is known."""
    rows = [{"loss": 2 - k / 50, "epoch": k, "grad_norm": 1e3 * k} for k in range(60)]
    (tmp_path / "metrics.json").write_text(json.dumps({"run": "x", "rows": rows}, indent=1)[:-30])
    with pytest.raises(ReadError, match=r"metrics\.json, which is not valid JSON"):
        read_run(tmp_path)


FILE_NAMES = ["metrics.csv", "log.txt", "metrics.json", "log.jsonl", "trainer_state.json", "x.tsv", "out.log"]
HEADS = [
    b"",
    b"epoch,loss\n",
    b"step\tloss\tacc\n",
    b'{"log_history": [',
    b'{"loss": [1,',
    b"loss: 1\n",
    b'{"loss": 1}\n',
]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(FILE_NAMES),
    head=st.sampled_from(HEADS),
    data=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.from_regex(rb"([0-9.,;\t\n{}\[\]\":a-e-]){0,200}"),
    ),
)
def test_random_bytes_raise_nothing_but_read_error(name: str, head: bytes, data: bytes) -> None:
    """Whatever a file holds: curves whose x does not decrease, or a ReadError."""
    with tempfile.TemporaryDirectory() as where:
        (Path(where) / name).write_bytes(head + data)
        try:
            run = read_run(where)
        except ReadError:
            return
    assert not any("a bug" in line.why for line in run.ignored)
    for curve in run.curves:
        assert len(curve.x) == len(curve.y) > 0
        assert not (np.diff(curve.x) < 0).any()
        assert curve.x.dtype == curve.y.dtype == np.float64


def test_a_configuration_named_instead_of_its_folder(folder: Folder) -> None:
    """It is called a configuration, and its folder is named."""
    where = folder({"config.yaml": "lr: 0.1\nepochs: 3\n"})
    with pytest.raises(ReadError, match="is a configuration of 2 settings and no log: name the folder"):
        read_run(where / "config.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "0:\tfoo: 0.69\tbar: 0.68\n5:\tfoo: 0.59\tbar: 0.58\n9:\tfoo: 0.49\tbar: 0.48\n",
        "kolonne;andet;tredje\n1;0,93;x\n2;0,83;y\n3;0,72;z\n",
        "Runde 1/25 - Zahl: 1,5260, und so\nRunde 2/25 - Zahl: 1,3012, und mehr\n",
    ],
)
def test_what_is_not_understood_is_not_called_a_list_of_runs(folder: Folder, text: str) -> None:
    """A text of unknown words is said to have no known format, and nothing else."""
    where = folder({"results.csv": text})
    with pytest.raises(ReadError, match="no known log format"):
        read_run(where)


def test_settings_alone_are_a_run_without_a_log(tmp_path: Path) -> None:
    """A folder that holds a configuration and no log is read; the one warning says what is missing, and why."""
    (tmp_path / "config.yaml").write_text("learning_rate: 0.1\n")
    run = read_run(tmp_path)
    assert not run.curves and not run.files and set(run.config) == {"learning_rate"}
    assert len(run.warnings) == 1 and "only the settings are judged" in run.warnings[0]
    (tmp_path / "train.log").write_text("started\n")
    assert "train.log has one line only" in read_run(tmp_path).warnings[0]


def test_a_script_alone_is_told_how_to_leave_a_log(tmp_path: Path) -> None:
    """The folder before the first run: what it takes to be diagnosed is one command."""
    (tmp_path / "fit.py").write_text("model.fit(x, y, epochs=3)\n")
    (warning,) = read_run(tmp_path).warnings
    assert "`python fit.py > train.log 2>&1`" in warning


@pytest.mark.parametrize("unit", [" ", "[[", "\n", "a=1 ", "- -", "expected got ", '<testcase name="x">'])
@pytest.mark.timeout(300)
def test_files_beside_a_log_that_hold_one_thing_over_and_over(folder: Folder, unit: str) -> None:
    """Whatever their names promise, they end no reading and take no minutes."""
    names = (
        "notes.md",
        "test_results.txt",
        "requests.jsonl",
        "design.md",
        "data_report.md",
        "slices.txt",
        "val_ids.txt",
    )
    beside = dict.fromkeys((*names, "test_report.xml", "splits.json", "contract.yaml"), unit * (400_000 // len(unit)))
    run = read_run(folder({"log.csv": "epoch,loss\n1,2\n2,1\n3,0.5\n", **beside}))
    assert {curve.place.file for curve in run.curves} == {"log.csv"}
