"""Files handed over in a consultation: measured where they lie, kept in the journal, asked for when they tell most."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from mladvisor.calibration.labelled import at_level
from mladvisor.consultation.cases import consult, resume
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import transcript
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.handovers import is_request
from mladvisor.errors import UsageError
from mladvisor.runs.read import read_run

SAMPLES = Path(__file__).resolve().parents[2] / "sample_runs"


def of_curves(name: str) -> Consultation:
    """A case of which only the curves are known."""
    return Consultation(at_level(read_run(SAMPLES / name), "curves"), rulebook_with())


def test_a_configuration_that_is_handed_over_counts_as_if_it_stood_beside_the_log() -> None:
    """What is believed then is what the whole of curves and configuration would say."""
    session = of_curves("digits-mlp-momentum")
    session.give("files-of-settings", SAMPLES / "digits-mlp-momentum")
    whole = Consultation(at_level(read_run(SAMPLES / "digits-mlp-momentum"), "config"), rulebook_with())
    assert session.ranking[0].cause == whole.ranking[0].cause
    assert session.ranking[0].probability == pytest.approx(whole.ranking[0].probability, abs=0.05)
    assert session.state.judged["learning-rate-above-default"].present


def test_tables_from_another_folder_are_measured_there(tmp_path: Path) -> None:
    """The log may lie elsewhere: the tables stay where they are, and what they show is present."""
    name = "loans-tables-survey"
    for file in (SAMPLES / name).glob("*.*"):
        if file.stem in ("train", "val", "test", "schema"):
            shutil.copy(file, tmp_path)
    session, whole = of_curves(name), Consultation(read_run(SAMPLES / name), rulebook_with())
    before = sum(judged.state == "unknown" for judged in session.state.judged.values())
    session.give("files-of-tables", tmp_path)
    assert sum(judged.state == "unknown" for judged in session.state.judged.values()) < before - 10
    for finding in ("columns-drift", "rows-duplicated", "label-mix-differs"):
        assert session.state.judged[finding].degree == whole.state.judged[finding].degree


def test_a_request_is_a_step_until_it_is_answered() -> None:
    """It is offered while it would tell something, and no more once files were given, or there are none."""
    session = of_curves("digits-cnn-adam")
    requests = [step for step in session.next_steps(most=40) if is_request(step)]
    assert requests and all(step.bits > 0 for step in requests)
    session.answer(requests[0].finding, "unsure")
    assert requests[0].finding not in [step.finding for step in session.next_steps(most=40)]
    session.give("files-of-settings", SAMPLES / "digits-cnn-adam")
    assert "files-of-settings" not in [step.finding for step in session.next_steps(most=40)]


def test_the_conversation_takes_a_path_and_the_journal_keeps_it(tmp_path: Path) -> None:
    """A path is read, a wrong one is told, words still are words; resumed, the case believes the same."""
    session = of_curves("digits-mlp-momentum")
    session.events[0] = msgspec.structs.replace(session.events[0], run=str(SAMPLES / "digits-mlp-momentum"))
    session.save(tmp_path / "case.jsonl")
    dialogue = session.dialogue
    dialogue.step = next(step for step in session.next_steps(most=40) if step.finding == "files-of-settings")
    assert "no file or folder" in dialogue.say("no/such/place.yaml").text
    turn = dialogue.say(str(SAMPLES / "digits-mlp-momentum"))
    assert turn.kind == "noted" and "I have read" in turn.text
    assert [event.event for event in session.events][-1] == "given"
    again = resume(tmp_path / "case.jsonl")
    assert again.ranking[0].cause == session.ranking[0].cause
    assert any("digits-mlp-momentum" in one.words for one in transcript(session) if one.who == "you")


def test_what_was_handed_over_can_be_taken_back(tmp_path: Path) -> None:
    """Undo leaves the files aside: the belief is as before, they are asked for again, and so it is after a resume."""
    session = of_curves("digits-mlp-momentum")
    session.events[0] = msgspec.structs.replace(session.events[0], run=str(SAMPLES / "digits-mlp-momentum"))
    session.save(tmp_path / "case.jsonl")
    session.answer("learning-rate-above-default", "no")
    before, open_ = session.ranking, [step.finding for step in session.next_steps(most=40)]
    after = session.give("files-of-settings", SAMPLES / "digits-mlp-momentum")
    assert max(abs(one.change) for one in after) > 0.05
    assert max(abs(one.change) for one in session.ranking) == max(abs(one.change) for one in after)
    turn = session.dialogue.undo()
    assert turn.kind == "undone" and "digits-mlp-momentum" in turn.text
    again = {one.cause: one.probability for one in session.ranking}
    assert again == {one.cause: one.probability for one in before}
    assert [step.finding for step in session.next_steps(most=40)] == open_ and "files-of-settings" in open_
    assert session.answers == {"learning-rate-above-default": "no"}
    session.dialogue.undo()
    assert not any(session.standing) and session.dialogue.undo().kind == "error"
    assert transcript(session)[-2].blocks


def test_a_transcript_tells_what_files_changed() -> None:
    """Told again, a file that was handed over moves the same causes by as much as it did then."""
    session = of_curves("digits-mlp-momentum")
    session.give("files-of-settings", SAMPLES / "digits-mlp-momentum")
    moved = [block for one in transcript(session) for block in one.blocks if block.look == "rank" and "▲" in block.note]
    assert moved


def test_files_that_are_gone_when_a_case_is_taken_up_are_told(tmp_path: Path) -> None:
    """The answers stay; what cannot be read again is named, and counts no more."""
    shutil.copytree(SAMPLES / "digits-mlp-momentum", tmp_path / "settings")
    session = of_curves("digits-mlp-momentum")
    session.events[0] = msgspec.structs.replace(session.events[0], run=str(SAMPLES / "digits-cnn-adam"))
    session.save(tmp_path / "case.jsonl")
    session.give("files-of-settings", tmp_path / "settings")
    shutil.rmtree(tmp_path / "settings")
    again = resume(tmp_path / "case.jsonl")
    assert again.lost == [str(tmp_path / "settings")]
    assert "can no longer be read" in again.dialogue.opening().text
    again.undo()
    assert again.events[-1].event == "undone"


def test_a_case_that_is_taken_up_anywhere_names_files_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal of a case of the app is opened from any folder: so are the files that were handed over."""
    shutil.copytree(SAMPLES / "digits-mlp-momentum", tmp_path / "settings")
    monkeypatch.chdir(tmp_path)
    session = Consultation(None, rulebook_with())
    session.save(tmp_path / "case.jsonl", anywhere=True)
    ranking = session.give("files-of-settings", "settings")
    monkeypatch.chdir(SAMPLES)
    again = resume(tmp_path / "case.jsonl")
    assert not again.lost and again.ranking[0].probability == ranking[0].probability


def test_what_holds_nothing_of_the_kind_is_refused(tmp_path: Path) -> None:
    """A folder without such files, an unknown request, and words in place of a path change nothing."""
    session = of_curves("digits-cnn-adam")
    shutil.copy(SAMPLES / "digits-cnn-adam" / "results.csv", tmp_path)
    for about, path in (("files-of-tables", tmp_path), ("files-of-nothing", tmp_path)):
        with pytest.raises(UsageError):
            session.give(about, path)
    with pytest.raises(UsageError):
        session.answer("files-of-tables", "yes")
    assert len(session.events) == 1


def test_every_request_has_a_page() -> None:
    """`explain` tells which files are meant."""
    from mladvisor.consultation.pages import page

    book = rulebook_with()
    for doc in book.handovers.values():
        text = "\n".join(block.text for block in page(book, doc.handover))
        assert doc.ask in text and all(kind in text for kind in doc.brings[:6])


@pytest.mark.parametrize(
    ("name", "request_"), [("digits-cnn-adam", "files-of-settings"), ("loans-tables-mlp", "files-of-tables")]
)
def test_files_of_a_kind_that_was_read_are_not_asked_for(name: str, request_: str) -> None:
    """A configuration beside the log, and tables beside it, were read: nobody is asked for them."""
    run = read_run(SAMPLES / name)
    assert request_ not in [step.finding for step in Consultation(run, rulebook_with()).next_steps(most=40)]


def test_its_question_for_sizes_is_answered_in_words() -> None:
    """Numbers of rows, by whatever name, and of parameters answer whether there are too many parameters."""
    session = Consultation(None, rulebook_with())
    session.say("I have 13000 tweets")
    session.say("about 110M parameters")
    assert session.answers == {"data.rows.train": 13000, "model.parameters": 110_000_000}
    assert session.state.judged["more-parameters-than-rows"].present


def test_tables_alone_are_not_first_asked_about_the_loss(tmp_path: Path) -> None:
    """Who hands over tables without a log is asked about curves only after everything else."""
    for file in (SAMPLES / "loans-tables-survey").glob("*.*"):
        if file.stem in ("train", "val", "test", "schema"):
            shutil.copy(file, tmp_path)
    session = Consultation(read_run(tmp_path), rulebook_with())
    steps = [step.finding for step in session.next_steps(most=40)]
    assert "loss-beside-guessing" in steps
    before = steps[: min(steps.index(name) for name in steps if name.startswith(("loss-", "val-loss-", "gap-")))]
    assert len(before) >= 10
    assert {"no-model-does-well", "data-never-checked"} <= set(before)
    assert "loss" not in steps[0]


def test_a_folder_of_settings_alone_is_consulted_about(tmp_path: Path) -> None:
    """Its settings are judged, what is missing is said, and how the curves look is asked early."""
    (tmp_path / "config.yaml").write_text("model: cnn\noptimizer: adam\nlearning_rate: 0.001\n")
    session = consult(tmp_path)
    text = session.dialogue.opening().text
    assert "configuration, no curves" in text and "only the settings are judged" in text and "a log of loss" in text
    assert any("loss" in step.question for step in session.next_steps(most=3))
    (tmp_path / "config.yaml").write_text("model: cnn\noptimizer: adam\nlearning_rate: 5.0\n")
    assert consult(tmp_path).ranking[0].cause == "learning-rate-too-high"
    (tmp_path / "notes.log").write_text("started\n")
    assert "notes.log" in consult(tmp_path).dialogue.opening().text  # a log that cannot be read is named


def test_what_handed_files_speak_of_counts_as_if_they_lay_in_the_folder(tmp_path: Path) -> None:
    """Only the files that were asked for: what else lies beside them says nothing."""
    (tmp_path / "business.csv").write_text("week,offline_auc,revenue,conversion\n1,0.91,310,0.031\n2,0.93,290,0.028\n")
    (tmp_path / "notes.md").write_text("gradient of the layers explodes, loss nan\n" * 20)
    session = of_curves("digits-cnn-adam")
    assert session.state.leaning is None
    session.give("files-of-predictions", tmp_path)
    assert session.state.leaning is not None
    assert {"offline", "revenue"} <= set(session.state.leaning.words)
    assert "gradient" not in session.state.leaning.words
    session.undo()
    assert session.state.leaning is None
