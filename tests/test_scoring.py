"""Scores of labelled runs: what counts, what is kept between tries, how consultations and other tools are judged."""

from __future__ import annotations

import argparse
import ast
import os
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import mladvisor
from mladvisor.calibration.labels import read_labels
from mladvisor.calibration.score import Beliefs, beliefs
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
    from benchmarks.faults.controls import CONTROLS
    from benchmarks.faults.faults import BY_NAME
    from benchmarks.peers import ask, run
    from benchmarks.peers.run import Statement
    from benchmarks.scoring import consultations, failures
    from benchmarks.scoring.grounds import FILES, Grounds, why_untold
    from benchmarks.scoring.kept import Workshop, measuring
    from benchmarks.scoring.runs import rows_of
    from benchmarks.scoring.tables import Table, counts, made_by, percent, replace_section
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
    row = dict(scoring.overview([each]).rows)
    assert (row["first"], row["alarms"], row["astray"]) == ("2 of 2", "0 of 1", "0 of 1")
    by_format = scoring.by_key([each], "by format", lambda label: label["logger"])
    assert by_format.rows == [
        ["csv", "1 of 1", "1 of 1", "0 of 1", "0 of 1"],
        ["jsonl", "1 of 1", "1 of 1", "0 of 1", "-"],
    ]
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
    row = dict(scoring.overview([each]).rows)
    assert [row[name] for name in ("first", "three", "alarms", "missed")] == ["2 of 3", "2 of 3", "0 of 2", "1 of 3"]
    assert scoring.confusions(each, 9).rows == [["overfitting", "(not read)", "1 of 3", "0"]]
    table = scoring.not_read([each, each], labelled_root)
    assert table is not None and [cells[:2] for cells in table.rows] == [["gone", "overfitting"], ["lost", "healthy"]]
    assert table.note == "Faulty, counted as missed: 1; healthy, no alarm: 1."
    assert all(cells[2] and str(labelled_root) not in cells[2] for cells in table.rows)
    calibration = {cells[0]: cells[2] for cells in scoring.leading([each]).rows}
    assert calibration["curves: all"] == "3 of 3"
    leading = [calibration[f"curves: {name}"] for name in ("a cause", "a cause, strictly", "healthy")]
    assert leading == ["2 of 2", "2 of 2", "1 of 1"]
    told = {row[0]: row for row in scoring.per_run([each], book)}
    assert told["gone"][6:8] == ["", "0.000"]
    sound = scoring.judge(Workshop(labelled_root, jobs=1), rows[:4], book, "curves")
    assert scoring.not_read([sound], labelled_root) is None


def test_calibration_stands_beside_chance_for_causes_and_healthy_apart(labelled_root: Path, book: Rulebook) -> None:
    """The first table has all three; the column above chance is the error less what chance makes."""
    each = scoring.Judged("curves", judged(labelled_root, book), book)
    row = dict(scoring.overview([each]).rows)
    assert [name for name in row if name.startswith("ECE")] == ["ECE, all", "ECE, a cause", "ECE, healthy"]
    table = scoring.leading([each])
    cells = dict(zip(table.header, table.rows[0], strict=True))
    above = float(cells["ECE"]) - float(cells["by chance"])
    assert float(cells["above chance"]) == pytest.approx(above, abs=0.002)
    assert row["ECE, all"].startswith(f"{cells['ECE']} (by chance {cells['by chance']}, <")
    assert row["ECE, all"].endswith(f"{cells['above chance']})")


MORE = """run,cause,second,fault,half,data,family
again,overfitting,,memorises,test,digits,mlp
mixed-up,vanishing-gradients,,frozen,test,houses,cnn
accused,healthy,,control:plain,test,digits,mlp
lost,overfitting,,memorises,test,houses,mlp
both,overfitting,learning-rate-too-low,memorises+rate-crawls,test,digits,mlp
"""


def test_runs_that_fail_are_told_one_a_line(labelled_root: Path, book: Rulebook) -> None:
    """What misled, what speaks for the truth, and what would have told; counted by family and by data that are new."""
    (labelled_root / "labels.csv").write_text(MORE)
    for name in ("mixed-up", "accused", "both"):
        (labelled_root / "runs" / name).symlink_to(labelled_root / "runs" / "overfitted")
    each = scoring.judge(Workshop(labelled_root, jobs=1), rows_of(labelled_root, book), book, "curves")
    tables = failures.tables(each, book)
    assert [table.title for table in tables] == [
        "Not among three: 2",
        f"{failures.KINDS['pairs']}: 1",
        "False alarms: 1",
    ]
    (lost, mixed), (pair,), (alarm,) = (table.rows for table in tables)
    assert (lost[0], lost[3]) == ("lost", "(not read)") and lost[6]
    assert mixed[:3] == ["mixed-up", "frozen", "vanishing-gradients"]
    assert mixed[3].startswith("overfitting ") and "×" in mixed[4]
    assert mixed[6] == why_untold().text("frozen")
    assert (pair[2], alarm[2]) == ("overfitting + learning-rate-too-low", "healthy")
    assert why_untold().text("rate-crawls") in pair[6]
    where = {cells[0]: cells[1:] for cells in failures.patterns(each, {"digits"}).rows}
    assert where["cnn"] == ["1 of 1", "1 of 1", "-", "0 of 1", "-"]
    assert where["data in this half alone"] == ["2 of 2", "2 of 2", "-", "1 of 2", "-"]
    assert where["all"] == ["2 of 3", "2 of 3", "1 of 1", "1 of 4", "1 of 1"]
    text = failures.failures([each], book, known={"digits"}, more=[Table("more", ("a",), [])])
    assert text.startswith("## Which runs fail: curves only\n\n### Where they fail\n") and "### more" in text


def test_each_run_fails_in_one_way() -> None:
    """The second and third place are one kind, the fourth another; a miss counts where nothing else failed."""
    place = np.array([1, 2, 3, 4, 1, 1, 0, 0])
    found = SimpleNamespace(
        place=place,
        last=np.array([1, 2, 3, 4, 3, 4, 0, 0]),
        top=np.array([0.4, 0.4, 0.6, 0.6, 0.4, 0.9, 0.5, 0.4]),
        leads=np.zeros(8, dtype=int),
    )
    labelled = SimpleNamespace(
        label=np.where(place > 0, 0, -1), hidden=np.zeros(8, dtype=bool), fine=np.ones((8, 1), dtype=bool)
    )
    ill = place > 0
    single = ill & (np.arange(8) < 4)
    each: Any = SimpleNamespace(outcomes=found, labelled=labelled, ill=ill, single=single)
    told = {kind: np.flatnonzero(some).tolist() for kind, some in failures.failing(each).items()}
    assert told == {"three": [3], "place": [1, 2], "pairs": [5], "missed": [0, 4], "alarms": [6], "astray": []}


def test_of_a_pair_the_cause_behind_the_third_is_missing() -> None:
    """Where both are among three, both are asked for."""
    beliefs_of = Beliefs(np.array([[0.4, 0.3, 0.2, 0.1]] * 2), np.zeros(2))
    causes = np.array([[True, False, False, True], [True, True, False, False]])
    each: Any = SimpleNamespace(beliefs=beliefs_of, labelled=SimpleNamespace(causes=causes))
    assert [failures.missing(each, index) for index in (0, 1)] == [[3], [0, 1]]


def test_what_would_tell_is_looked_for_in_the_folder() -> None:
    """Every fault and control has its text; a file that would hold it is there, or not."""
    why = why_untold()
    assert {*BY_NAME, *(f"control:{control.name}" for control in CONTROLS)} <= set(why.tells)
    assert set(why.held_by) <= set(FILES)
    assert {fault for faults in why.held_by.values() for fault in faults} <= set(why.tells)
    assert why.text("frozen+no-bend") == f"frozen: {why.tells['frozen']}; no-bend: {why.tells['no-bend']}"
    assert why.in_folder("drowned-loss", {"layers"}) == ""
    assert why.in_folder("one-unit", {"layers"}) == "not in the folder: the configuration, model.json"
    assert why.in_folder("one-unit", {"model"}) == "in the folder, and not enough: model.json"
    assert why.in_folder("one-unit", {"config"}, in_part=True) == "in the folder, and not enough: some settings"


def test_grounds_name_the_finding_that_raises_most(book: Rulebook) -> None:
    """Of the present ones; where none raises anything, none."""
    network = network_of(book)
    degrees = np.full(len(network.findings), np.nan)
    degrees[network.findings.index("val-loss-turns-up")] = 1.0
    grounds = Grounds(network, degrees, {"largest": 2})
    column = network.causes.index("overfitting")
    assert grounds.strongest([column]).startswith("val-loss-turns-up ×")
    assert grounds.strongest([None]) == ""
    assert failures.stands("a", 0.3, 0.6) == "a 30 % after healthy 60 %"


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


def test_what_measures_is_watched() -> None:
    """All of the program that the measuring packages import, so that no change of it leaves old measurements in use."""
    root = Path(mladvisor.__file__).parent
    files = measuring(root)
    assert {root / "runs" / "columns.yaml", root / "yaml_io.py", root / "diagnosis" / "handovers.py"} <= set(files)
    imported: set[str] = set()
    for file in files:
        if file.suffix == ".py" and file.relative_to(root).parts[0] not in ("calibration", "diagnosis"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "mladvisor":
                    imported |= {f"mladvisor.{each.name}" for each in node.names}
                elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mladvisor."):
                    imported.add(str(node.module))
    places = [root.joinpath(*name.split(".")[1:]) for name in imported - {"mladvisor.__version__"}]
    assert len(places) > 50
    assert [at for at in places if not {at.with_suffix(".py"), at / "__init__.py"} & set(files)] == []


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
    before = beliefs(network, labelled)
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
    common = consultations.pick("commonest first", luck)(session)
    network = session.state.network
    left = [name for name in consultations.open_questions(session) if name in network.findings]
    assert common == next(name for name in consultations.commonest(network) if name in left)
    useful = consultations.pick("most useful", luck)(session)
    steps = [step.finding for step in session.next_steps(most=9)]
    assert useful == next(name for name in steps if name not in session.rulebook.handovers)


def test_the_commonest_finding_is_what_most_faults_show(book: Rulebook) -> None:
    """By how probable it is when one cause is at work, each as common as the rulebook says."""
    network = network_of(book)
    share = network.prior / network.prior.sum()

    def present(name: str) -> float:
        return sum(
            part * consultations.expected(network, name, [cause])
            for part, cause in zip(share.tolist(), network.causes, strict=True)
        )

    order = consultations.commonest(network)
    assert sorted(order) == sorted(network.findings)
    assert present(order[0]) > present(order[40]) > present(order[-1])


def test_consultations_that_never_arrive_are_told(book: Rulebook) -> None:
    """In which of the session's own orders, what led instead, and what spoke for the truth."""
    session = consult()
    session.answer("val-loss-turns-up", "yes")
    ended = consultations.ended(session, ["vanishing-gradients"])
    assert ended.leads.startswith("overfitting ") and ended.raised.startswith("val-loss-turns-up ×")
    assert ended.speaks == "nothing"
    row = {"run": "a", "cause": "vanishing-gradients", "fault": "deep-sigmoid"}
    fine = consultations.Consulted({**row, "run": "b"}, [], {}, frozenset())
    stuck = consultations.Consulted(row, [], {"with files": ended}, frozenset({"layers"}))
    table = consultations.not_arrived([fine, stuck])
    assert table is not None and table.title == "Consultations that do not arrive: 1 of 2"
    ((run, _, _, in_words, with_files, *_, told),) = table.rows
    assert (run, in_words, with_files) == ("a", "arrives", ended.leads)
    assert told.endswith("(in the folder, and not enough: layers.csv)")
    assert consultations.not_arrived([fine]) is None


def test_words_for_degrees() -> None:
    """The surer, the plainer."""
    assert [consultations.word(degree) for degree in (1.0, 0.6, 0.4, 0.0)] == ["yes", "probably", "probably-not", "no"]
    limits = [consultations.word(degree) for degree in (0.8, 0.79, 0.5, 0.49, 0.2, 0.19)]
    assert limits == ["yes", "probably", "probably", "probably-not", "probably-not", "no"]


@pytest.mark.parametrize(("healthy", "leads"), [(0.2, "b"), (0.5, None), (0.3, None)])
def test_a_cause_leads_where_it_is_more_probable_than_healthy(healthy: float, leads: str | None) -> None:
    """At even odds nothing leads yet."""
    belief = SimpleNamespace(probability=np.array([0.1, 0.3]), healthy=healthy)
    state: Any = SimpleNamespace(belief=belief, network=SimpleNamespace(roots={}, causes=["a", "b"]))
    session: Any = SimpleNamespace(state=state)
    assert consultations.leading(session) == leads


def test_patience_ends(book: Rulebook) -> None:
    """After twenty questions, answered or not."""
    session = consult()
    asked: list[str] = []

    def unsure(about: str) -> str:
        asked.append(about)
        return "unsure"

    choose = consultations.pick("fixed", random.Random(0))
    found = consultations.consult(session, unsure, choose, ["class-imbalance"], [])
    assert found == (None, None, None, False)
    assert len(asked) == consultations.PATIENCE == 20


def test_consultations_are_summed_up() -> None:
    """Three and six answers count, four and seven do not; what never arrives counts as the largest."""
    reached = [consultations.Reached(*each, hidden=False) for each in ((0, 0, 0), (4, 3, 3), (9, 4, 4), (9, 7, 6))]
    never = consultations.Reached(None, None, 6, hidden=False)
    table = consultations.table({"useful": [*reached, never]}, "title")
    cells = dict(zip(table.header, table.rows[0], strict=True))
    assert cells["leads at once"] == "1 of 5"
    assert (cells["median answers"], cells["median asked"]) == ("4", "9")
    assert (cells["in 3 answers"], cells["in 6"], cells["in 6 asked"]) == ("2 of 5", "3 of 5", "2 of 5")
    assert cells["or also, in 6"] == "5 of 5"
    assert consultations.table({"x": [never]}, "title").rows[0][3:5] == ["never", "never"]


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


def test_each_tool_stands_at_its_best_threshold_with_no_more_alarms() -> None:
    """One table for each level, all thresholds folded below; from curves alone the tool for tables is left out."""
    rows = [
        {"run": "1", "cause": "a", "shows": "curves"},
        {"run": "2", "cause": "b", "shows": "folder"},
        {"run": "3", "cause": "healthy"},
        {"run": "4", "cause": "healthy"},
    ]
    sure, faint = [Statement(("a",), 3)], [Statement(("a",), 1)]
    mine = {"even odds": [sure, [], [], []], "leads": [sure, [], sure, []]}
    said = {
        "calm": [faint, [], [], []],
        "loud": [[Statement(("a",), 2)], [], [Statement(("a",), 2)], faint],
        "shrill": [sure, [], sure, sure],
        run.TABLES: [[], [Statement(("b",), 3)], [], []],
    }
    versions = dict.fromkeys(said, "1.0")
    short, every = run.beside("folder", rows, mine, said, versions)
    names = [cells[0] for cells in short.rows]
    assert names[:6] == [
        "mladvisor, even odds",
        "mladvisor, leads",
        "calm 1.0, all",
        "loud 1.0, warnings",
        "shrill 1.0, all *",
        f"{run.TABLES} 1.0, all",
    ]
    assert names[6:] == [
        f"{peer} with {run.TABLES}, {word}"
        for peer, word in (("calm", "all"), ("loud", "warnings"), ("shrill", "all *"))
    ]
    assert "at most 1 false alarm, as" in short.note and " *: more at every threshold" in short.note
    assert len(every.rows) == 2 + 4 * 3 + 3 * 3
    cells = dict(zip(short.header, short.rows[2], strict=True))
    assert (cells["first"], cells["missed"], cells["alarms"]) == ("1 of 2", "1 of 2", "0 of 2")
    curves, _ = run.beside("curves", rows, mine, said, versions)
    assert [cells[0] for cells in curves.rows[2:]] == ["calm 1.0, all", "loud 1.0, warnings", "shrill 1.0, all *"]
    assert curves.rows[2][2] == "1 of 1" and f"{run.TABLES} reads tables alone and is left out" in curves.note


def test_both_tables_of_tools_stand_in_one_page(
    labelled_root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between the same marks; a tool that cannot be installed is named. Tools are played by stubs."""
    page = labelled_root / "page.md"
    peer = next(name for name in ask.PEERS if name != run.TABLES)
    monkeypatch.setattr(run, "install", lambda name, where: (where, "1.0" if name in (peer, run.TABLES) else ""))
    answers = {"findings": [], "error": ""}
    monkeypatch.setattr(run, "ask", lambda name, python, lines: [answers for _ in lines])
    given = [str(labelled_root), "--where", str(labelled_root / "environments"), "--markdown", str(page)]
    monkeypatch.setattr(sys, "argv", ["run.py", *given, "--jobs", "1"])
    run.main()
    text = page.read_text()
    assert [text.count(each) for each in ("<!-- peers -->", "<details>", "Could not be installed: ")] == [1, 2, 2]
    assert text.index("### Beside other tools: curves only\n") < text.index("### Beside other tools: whole folder\n")
    assert "OUT --where ENVIRONMENTS --markdown docs/benchmark-tables.md`" in text and str(labelled_root) not in text
    assert f"{peer} 1.0, all" in capsys.readouterr().out


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
    words = Table("Runs", ("run", "why"), [["a", "x|y"]], texts=2)
    assert words.markdown().splitlines()[3:] == ["| --- | --- |", "| a | x\\|y |"]


def test_shares_stand_beside_their_counts() -> None:
    """Of a few the count alone: one of three is no 33 %."""
    assert [counts(2 / 3, 3), counts(17 / 25, 25), counts(8 / 217, 217)] == [
        "2 of 3",
        "17 of 25 (68 %)",
        "8 of 217 (3.7 %)",
    ]
    assert [counts(0.0, 12), counts(1.0, 12), counts(0.0, 0)] == ["0 of 12 (0 %)", "12 of 12 (100 %)", "-"]
    assert counts(0.8, 10, interval=True) == "8 of 10 (80 %, 49-94)"


def test_a_recorded_command_can_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places are told as a reader has them; what changes nothing of the table is left out."""
    parser = argparse.ArgumentParser()
    for option in ("--half", "--runs", "--markdown", "--failures"):
        parser.add_argument(option, default="")
    parser.add_argument("out", type=Path)
    parser.add_argument("--level", action="append")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stale", action="store_true")
    given = ["/home/me/own2", "--half", "test", "--jobs", "1", "--mark", "secret_new20.md", "--runs", "s20.csv"]
    monkeypatch.setattr(sys, "argv", ["x", *given])
    told = made_by(parser, parser.parse_args([*given, "--level", "curves", "--level", "folder", "--stale"]))
    assert "OUT" in told.split("`")[1].split()
    assert "--half test --markdown docs/benchmark-tables.md" in told and "--level curves --level folder --stale" in told
    assert not any(word in told for word in ("own2", "secret", "s20", "jobs"))


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
