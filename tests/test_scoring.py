"""Scores of labelled runs: what counts, what is kept between tries, how consultations and other tools are judged."""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.calibration.labels import read_labels
from mladvisor.calibration.score import Beliefs
from mladvisor.consultation.cases import consult
from mladvisor.diagnosis.network import network_of
from mladvisor.inference import sort_keys
from mladvisor.rulebook import Rulebook, load
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
try:
    from benchmarks import ablation
    from benchmarks import score as scoring
    from benchmarks.peers import ask, run
    from benchmarks.peers.run import Statement
    from benchmarks.scoring import consultations
    from benchmarks.scoring.kept import Workshop
    from benchmarks.scoring.runs import rows_of
    from benchmarks.scoring.tables import Table, percent, replace_section
finally:
    sys.path.remove(str(ROOT))

LABELS = """run,cause,second,also,shows,half,logger
overfitted,overfitting,,weak-features,curves,dev,csv
again,overfitting,,,curves,test,jsonl
in-tables,label-leakage,,,folder,dev,csv
calm,healthy,,,healthy,dev,csv
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    """The shipped rules."""
    return load()


@pytest.fixture
def labelled_root(tmp_path: Path) -> Path:
    """Four runs: two overfitted, two calm, of which one has a fault that curves do not show."""
    (tmp_path / "labels.csv").write_text(LABELS)
    for name in ("overfitted", "again", "in-tables", "calm"):
        rng, x = np.random.default_rng(len(name)), np.arange(40)
        rise = 0.03 * np.maximum(x - 12, 0) if name in ("overfitted", "again") else 0.0
        train, val = (np.exp(-x / 8) + level + rng.normal(0, 0.004, 40) for level in (0.05, 0.1))
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        rows = [f"{i},{a:.4f},{b:.4f}" for i, a, b in zip(x, train, val + rise, strict=True)]
        (folder / "log.csv").write_text("epoch,loss,val_loss\n" + "\n".join(rows) + "\n")
        os.utime(folder / "log.csv", (1e9, 1e9))
    return tmp_path


def judged(root: Path, book: Rulebook, **how: Any) -> Any:
    """The runs at the level of curves, judged in this process."""
    return Workshop(root, jobs=1, **how).judge(read_labels(root, book), book, "curves")


def test_a_fault_that_does_not_show_is_not_missed(labelled_root: Path, book: Rulebook) -> None:
    """The table counts it as hidden; what shows is found, and nothing healthy is accused."""
    each = scoring.Judged("curves", judged(labelled_root, book), book)
    row = dict(zip(scoring.overview([each]).header, scoring.overview([each]).rows[0], strict=True))
    assert (row["faults"], row["alarms %"], row["astray %"]) == ("2", "0.0 of 1", "0 of 1")
    assert row["first %"].startswith("100")
    by_format = scoring.by_key([each], "by format", lambda label: label["logger"])
    assert [cells[:3] for cells in by_format.rows] == [["csv", "1", "100"], ["jsonl", "1", "100"]]
    assert scoring.confusions(each, 9).rows == []
    header, *rows = scoring.per_run([each], book)
    told = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert (told["again"]["first"], told["again"]["place"]) == ("overfitting", "1")
    assert "val-loss-turns-up" in told["again"]["present"].split()
    assert (told["in-tables"]["standing"], told["calm"]["place"]) == ("hidden", "")


def test_a_run_that_cannot_be_read_is_missed_and_named(labelled_root: Path, book: Rulebook) -> None:
    """A faulty one is found nowhere; a healthy one is no alarm; a faint one is no question; calibration knows none."""
    more = "gone,overfitting,,,curves,dev,csv\nlost,healthy,,,healthy,dev,csv\npale,overfitting,,,faint,dev,csv\n"
    (labelled_root / "labels.csv").write_text(LABELS + more)
    rows = rows_of(labelled_root, book)
    each = scoring.judge(Workshop(labelled_root, jobs=1), rows, book, "curves")
    row = dict(zip(scoring.overview([each]).header, scoring.overview([each]).rows[0], strict=True))
    assert (row["faults"], row["alarms %"], row["missed %"]) == ("3", "0.0 of 2", "33 of 3")
    assert row["first %"].startswith("67 ") and row["three %"].startswith("67 ")
    assert scoring.confusions(each, 9).rows == [["overfitting", "(not read)", "1 of 3", "0"]]
    table = scoring.not_read([each, each], labelled_root)
    assert table is not None and [cells[:2] for cells in table.rows] == [["gone", "overfitting"], ["lost", "healthy"]]
    assert table.note == "Faulty, counted as missed: 1; healthy, no alarm: 1."
    assert all(cells[2] and str(labelled_root) not in cells[2] for cells in table.rows)
    calibration = {cells[0]: cells[1:4] for cells in scoring.leading([each]).rows}
    assert calibration["curves: all"][0] == "3"
    assert [calibration[f"curves: {name}"][0] for name in ("a cause", "a cause, strictly", "healthy")] == [
        "2",
        "2",
        "1",
    ]
    told = {row[0]: row for row in scoring.per_run([each], book)}
    assert told["gone"][6:8] == ["", "0.000"]
    sound = scoring.judge(Workshop(labelled_root, jobs=1), rows[:4], book, "curves")
    assert scoring.not_read([sound], labelled_root) is None


def test_a_half_that_does_not_exist_is_told_with_those_that_do(labelled_root: Path, book: Rulebook) -> None:
    """So are labels that nobody can use: one line, no traceback."""
    assert [row["run"] for row in rows_of(labelled_root, book, "test")] == ["again"]
    with pytest.raises(SystemExit, match=r'no half "tset" \(did you mean "test"\?\); there are: dev, test'):
        rows_of(labelled_root, book, "tset")
    (labelled_root / "labels.csv").write_text("run,cause\nx,healthy\n")
    with pytest.raises(SystemExit, match='no run has one in the column "half"'):
        rows_of(labelled_root, book, "test")
    (labelled_root / "labels.csv").write_text("run,cause\nx,overfiting\n")
    with pytest.raises(SystemExit, match='did you mean "overfitting"'):
        rows_of(labelled_root, book)


def test_runs_are_measured_once(labelled_root: Path, book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second try reads no file; a changed file, or changed measuring code, is measured anew."""
    first = judged(labelled_root, book)
    read: list[str] = []

    def watched(path: Path) -> Any:
        read.append(path.name)
        return read_run(path)

    monkeypatch.setattr("mladvisor.calibration.labelled.read_run", watched)
    again = judged(labelled_root, book)
    assert read == []
    assert np.array_equal(first.degrees, again.degrees, equal_nan=True)
    os.utime(labelled_root / "runs" / "calm" / "log.csv", (1.1e9, 1.1e9))
    judged(labelled_root, book)
    assert read == ["calm"]
    monkeypatch.setattr("benchmarks.scoring.kept.code_state", lambda: "other code")
    judged(labelled_root, book, stale=True)
    assert read == ["calm"]
    judged(labelled_root, book)
    assert len(read) == 5


def test_a_folder_that_is_gone_is_left_out(labelled_root: Path, book: Rulebook) -> None:
    """Runs may be made anew while others are scored."""
    judged(labelled_root, book)
    (labelled_root / "runs" / "calm" / "log.csv").unlink()
    (labelled_root / "runs" / "calm").rmdir()
    found = judged(labelled_root, book)
    assert "calm" not in found.runs and len(found.runs) == 3
    assert "calm" in found.skipped["calm"]


def test_processes_give_what_one_gives(labelled_root: Path, book: Rulebook) -> None:
    """The order of the runs may differ, the numbers may not."""
    one, two = (
        judged(labelled_root, book),
        Workshop(labelled_root, jobs=2).judge(read_labels(labelled_root, book), book, "curves"),
    )
    order = [two.runs.index(name) for name in one.runs]
    assert np.array_equal(one.degrees, two.degrees[order], equal_nan=True)


def test_taking_away_what_tells_hurts(labelled_root: Path, book: Rulebook) -> None:
    """Without all findings the truth is less likely; without one that no run was judged on nothing changes."""
    network, labelled = network_of(book), judged(labelled_root, book)
    before = scoring.beliefs(network, labelled)
    every = ablation.without(network, labelled, before, "all", range(len(network.findings)))
    assert every.nats < -0.1
    assert every.first == -2
    unknown = int(np.flatnonzero(np.isnan(labelled.degrees).all(axis=0))[0])
    assert ablation.without(network, labelled, before, "none", [unknown])[1:] == (0, 0, 0.0, 0, 0)


def test_parts_are_findings_groups_and_sections(book: Rulebook) -> None:
    """Each finding stands in its section, and in its group when it has one."""
    network = network_of(book)
    groups = {rule.id: rule.doc.group or "" for rule in book.in_inference()}
    found = ablation.parts(network, ablation.sections_of(book), groups)
    assert found[network.findings[3]] == [3]
    assert sum(len(rows) for name, rows in found.items() if name.startswith("section ")) == len(network.findings)
    assert len(found["group " + next(filter(None, groups.values()))]) >= 1


class Scripted:
    """Asks what is on its list."""

    def __init__(self, *questions: str) -> None:
        self.left = list(questions)

    def __call__(self, _session: Any) -> str | None:
        return self.left.pop(0) if self.left else None


def test_questions_are_counted_until_the_cause_leads(book: Rulebook) -> None:
    """Questions without an answer are asked but not answered; of too few answers nothing is reached."""
    network = network_of(book)
    arrows = network.arrows[:, network.causes.index("class-imbalance")]
    plain = [network.findings[row] for row in np.argsort(-arrows / network.otherwise)[:4]]

    def reached(*questions: str) -> consultations.Reached:
        replies = {"loss-non-finite": "unsure"}
        return consultations.consult(
            consult(),
            lambda about: replies.get(about, "yes"),
            Scripted(*questions),
            ["class-imbalance"],
            ["overfitting"],
        )

    found = reached("loss-non-finite", *plain)
    assert found.asked is not None and found.answered is not None
    assert found.asked == found.answered + 1 >= 2
    assert found.also_answered is not None and found.also_answered <= found.answered
    assert reached("loss-non-finite")[:2] == (None, None)


def test_what_can_be_asked_shrinks(book: Rulebook) -> None:
    """An answered question is not asked again, in no order."""
    session = consult()
    before = consultations.open_questions(session)
    session.answer(before[0], "unsure")
    assert before[0] not in consultations.open_questions(session)
    luck = random.Random(0)
    assert consultations.pick("fixed", luck)(session) == before[1]
    assert consultations.pick("random", luck)(session) in before[1:]
    useful = consultations.pick("most useful", luck)(session)
    steps = [step.finding for step in session.next_steps(most=9)]
    assert useful == next(name for name in steps if name not in session.rulebook.handovers)


def test_words_for_degrees() -> None:
    """The surer, the plainer."""
    assert [consultations.word(degree) for degree in (1.0, 0.6, 0.4, 0.0)] == ["yes", "probably", "probably-not", "no"]


def test_expected_presence_is_the_networks(book: Rulebook) -> None:
    """A cause that shows a finding makes it likelier than nothing does."""
    network = network_of(book)
    row, column = (int(index[0]) for index in np.nonzero(network.arrows))
    calm = consultations.expected(network, network.findings[row], [])
    assert calm == pytest.approx(network.otherwise[row])
    assert consultations.expected(network, network.findings[row], [network.causes[column]]) > calm


def test_runs_for_consultations_are_spread_over_causes() -> None:
    """Few runs hold as many causes as possible, and the choice does not hang on the order of the labels."""
    rows = [{"run": f"{cause}{n}", "cause": cause} for cause in "abc" for n in range(5)]
    some = consultations.spread(rows, 6)
    assert sorted(row["cause"] for row in some) == list("aabbcc")
    assert consultations.spread(rows[::-1], 6) == some


def test_findings_are_translated_as_generously_as_their_text_allows() -> None:
    """Rows with a fitting text win over the row without; what says nothing of a cause is left out."""
    known = [
        run.Translation("nan", "first steps", ("nan-inputs",)),
        run.Translation("nan", "exploding", ("exploding-gradients",)),
        run.Translation("nan", "", ("learning-rate-too-high",)),
    ]

    def told(text: str, name: str = "nan") -> list[Statement]:
        return run.statements([ask.said(name, "CRITICAL", text)], known)

    assert told("NaN from the First steps, exploding") == [Statement(("nan-inputs", "exploding-gradients"), 3)]
    assert told("somewhere") == [Statement(("learning-rate-too-high",), 3)]
    assert told("slow", "throughput") == []


def test_every_translation_names_causes_of_the_rulebook(book: Rulebook) -> None:
    """At most four to a finding, and each tool that is asked has some."""
    known = run.translations(run.HERE / "causes.csv")
    assert set(known) == set(ask.PEERS)
    for each in (one for some in known.values() for one in some):
        assert set(each.causes) <= set(book.causes)
        assert 1 <= len(each.causes) <= 4


def test_scores_of_statements() -> None:
    """First counts any cause of the first statement, strict its first; below the threshold nothing was said."""
    rows = [
        {"run": "1", "cause": "a", "also": "m"},
        {"run": "2", "cause": "b"},
        {"run": "3", "cause": "c", "second": "d"},
        {"run": "4", "cause": "healthy"},
        {"run": "5", "cause": "a", "shows": "folder"},
    ]
    said = [
        [Statement(("x", "a"), 2), Statement(("b",), 1)],
        [Statement(("m",), 3), Statement(("b",), 1)],
        [],
        [Statement(("a",), 1)],
        [],
    ]
    every = run.score("all", rows, said, "curves")
    assert every[1:] == (2, 0, 1, 1, 2, 0, 1, 1)
    sure = run.score("errors", rows, run.at_least(said, 3), "curves")
    assert sure[1:] == (2, 0, 0, 0, 0, 1, 1, 0)
    assert [each.severity for each in run.together(said[:1], said[1:2])[0]] == [3, 2, 1, 1]


def test_statements_stand_in_the_order_of_the_product() -> None:
    """A believed root is stated before its likelier mechanism, with its own probability."""
    p = np.array([[0.6, 0.8, 0.1]])
    found = Beliefs(p, np.array([0.05]), sort_keys(p, {1: [0]}))
    ((said, top, healthy),) = run.ranked(found, ["root", "mechanism", "other"])
    assert [each.causes for each in said] == [("root",), ("mechanism",), ("other",)]
    assert (top, healthy) == (0.6, 0.05)


def test_plain_tables_hold_what_was_logged(tmp_path: Path) -> None:
    """One row per training loss under the usual names; a validation loss stands beside the epoch it belongs to."""
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss,lr\n0,1.0,,0.1\n1,0.5,0.7,0.1\n2,nan,,0.1\n3,0.2,0.6,0.1\n")
    found = read_run(tmp_path)
    main = primary(found, "loss", "train")
    assert main is not None
    assert run.plain_table(found, main) == [
        ["step", "train_loss", "val_loss", "lr"],
        ["0", "1", "", "0.1"],
        ["1", "0.5", "0.7", "0.1"],
        ["2", "nan", "", "0.1"],
        ["3", "0.2", "0.6", "0.1"],
    ]


def test_a_page_keeps_what_stands_around_the_tables(tmp_path: Path) -> None:
    """Only what is between the marks is replaced; a new section goes to the end."""
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n<!-- score -->\n\nold\n\n<!-- /score -->\n\nprose\n")
    replace_section(page, "score", "new")
    replace_section(page, "peers", "more")
    assert page.read_text() == (
        "# Title\n\n<!-- score -->\n\nnew\n\n<!-- /score -->\n\nprose\n\n<!-- peers -->\n\nmore\n\n<!-- /peers -->\n"
    )


def test_tables_in_both_forms() -> None:
    """Columns line up in a terminal; Markdown has its ruler; shares of nothing are no numbers."""
    table = Table("Scores", ("", "n"), [["a", "1"], ["bb", "10"]], "a note")
    assert table.text() == "Scores\na note\n     n\na    1\nbb  10\n"
    assert table.markdown().splitlines()[4:] == ["|  | n |", "| --- | ---: |", "| a | 1 |", "| bb | 10 |"]
    assert (percent(0.5, 10), percent(0.0, 0)) == ("50", "-")
    assert percent(0.8, 10, interval=True) == "80 (49-94)"


def test_a_reader_that_went_away_is_no_traceback(
    labelled_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`score.py ... | head` ends with the status of a broken pipe, after what was to be written is written."""

    class Gone:
        def write(self, _: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None: ...

        def fileno(self) -> int:
            return os.open(tmp_path / "stdout", os.O_WRONLY | os.O_CREAT)

    runs = tmp_path / "runs.csv"
    monkeypatch.setattr(sys, "argv", ["score.py", str(labelled_root), "--level", "curves", "--runs", str(runs)])
    monkeypatch.setattr(sys, "stdout", Gone())
    with pytest.raises(SystemExit) as ended:
        scoring.main()
    assert ended.value.code == 141 and runs.is_file()
