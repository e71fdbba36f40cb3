"""The conversation: every way of talking gives a turn, and the state follows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mladvisor.consultation.pages import page, plain
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import transcript
from mladvisor.consultation.turn import Turn
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.report.case import html, markdown


def open_question(session: Consultation) -> Turn:
    """The first question after the invitation to tell what one sees."""
    invitation = session.dialogue.ask()
    assert invitation.step is None
    return session.dialogue.ask()


def test_it_opens_asks_and_takes_answers(session: Consultation) -> None:
    """The opening invites, the question has numbered answers, an answer moves the belief visibly."""
    dialogue = session.dialogue
    assert dialogue.opening().kind == "opening"
    question = open_question(session)
    assert question.step is not None
    assert [choice.label for choice in question.choices] == ["yes", "probably", "not sure", "probably not", "no"]
    turn = session.say("1")
    assert turn.noted == {question.step.finding: "yes"}
    assert any("▲" in block.note for block in turn.blocks)


def test_one_sentence_is_undone_at_once(session: Consultation) -> None:
    """What came in together goes together, and the journal keeps the words."""
    before = [one.probability for one in session.ranking]
    session.say("the floor is wet and there is smoke")
    assert session.answers == {"wet": "yes", "smoke": "yes"}
    assert [event.event for event in session.events] == ["opened", "said", "answered", "answered"]
    assert session.say("undo").kind == "undone"
    assert session.answers == {}
    assert [one.probability for one in session.ranking] == before


def test_what_is_unclear_is_asked_back(session: Consultation) -> None:
    """Nothing is noted before the person has chosen."""
    turn = session.say("wet floor smoke there")
    if turn.kind == "unsure":
        assert session.answers == {}
        chosen = session.say("1")
        assert chosen.noted


def test_nothing_understood_says_so(session: Consultation) -> None:
    """It says what can be said instead of pretending."""
    turn = session.say("my cat is asleep")
    assert turn.kind == "not-understood"
    assert session.answers == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("why", "why"),
        ("how", "how"),
        ("how leak", "how"),
        ("why not fire?", "why-not"),
        ("what if the floor were wet", "what-if"),
        ("explain leak", "explain"),
        ("rule out fire", "ruled-out"),
        ("fix", "fix"),
        ("help", "help"),
        ("?", "help"),
        ("", "help"),
        ("report", "report"),
        ("skip", "question"),
        ("show loss", "error"),
        ("undo", "error"),
        ("what is it?", "how"),
        ("done", "finish"),
        ("why not unicorns", "error"),
    ],
)
def test_every_wish_has_its_turn(session: Consultation, text: str, kind: str) -> None:
    """Each intent, in words."""
    open_question(session)
    assert session.say(text).kind == kind


def test_what_if_and_questions_note_nothing(session: Consultation) -> None:
    """Only statements change what is believed."""
    open_question(session)
    for text in ("what if the floor were wet", "why", "how", "why not fire?", "explain leak", "is it a fire?"):
        session.say(text)
    assert session.answers == {}


def test_how_ends_at_the_belief_and_why_not_names_what_is_missing(session: Consultation) -> None:
    """Explanations are made of the numbers that were used."""
    session.say("the floor is not wet")
    why_not = session.say("why not a leak")
    looks = [block.look for block in why_not.blocks]
    assert "against" in looks
    assert any(block.text == "What would speak for it" for block in why_not.blocks)


def test_a_cause_that_is_stated_leads(session: Consultation) -> None:
    """The name of a cause is taken at face value; who doubts it counts against it."""
    before = next(one.probability for one in session.ranking if one.cause == "fire")
    turn = session.say("it is a fire")
    assert turn.kind == "noted" and turn.noted == {"fire": "yes"}
    assert session.ranking[0].cause == "fire" and session.ranking[0].probability > max(0.5, before)
    assert "you say: fire" in session.say("how").text
    session.undo()
    session.answer("fire", "no")
    assert next(one.probability for one in session.ranking if one.cause == "fire") < before


def test_skipped_questions_do_not_come_back(session: Consultation) -> None:
    """Skip leaves it unknown."""
    first = open_question(session).step
    assert first is not None
    second = session.say("skip").step
    assert second is None or second.finding != first.finding
    assert session.answers == {}


def test_it_stops_by_itself(session: Consultation) -> None:
    """When no answer could change what is done first, it says so and keeps listening."""
    dialogue = session.dialogue
    turn = open_question(session)
    for _ in range(5):
        if turn.step is None:
            break
        dialogue.answer("yes" if turn.step.finding == "wet" else "no")
        turn = dialogue.ask()
    assert turn.kind == "finish" and not turn.over
    assert session.say("why not fire").kind == "why-not"


def test_a_transcript_tells_it_all_again(session: Consultation) -> None:
    """The journal alone gives the conversation back, and the replay ends where the session is."""
    session.dialogue.ask()
    session.say("the floor is wet, I think")
    session.say("rule out fire")
    session.say("undo")
    told = transcript(session)
    assert next(said.words for said in told if said.who == "you") == "the floor is wet, I think"
    assert told[-1].blocks[0].text == "In the end"
    assert [block for block in told[-1].blocks if block.look == "for"], "a verdict stands with what speaks for it"


def test_exports_are_escaped(session: Consultation) -> None:
    """What a person typed is never markup."""
    session.note({"wet": "yes"}, "<script>alert(1)</script> *bold* \x1b[31m")
    page_text, document = markdown(session), html(session)
    assert "<script>" not in document and "&lt;script&gt;" in document
    assert "\\<script\\>" in page_text and "*bold*" not in page_text.replace("\\*bold\\*", "")
    assert "\x1b" not in page_text + document
    assert "http" not in document.replace("Content-Security-Policy", "").replace("http-equiv", "")


def test_a_case_is_taken_up_where_it_was(session: Consultation, tmp_path: Path) -> None:
    """Words and their notes are in the journal, with the batch that `undo` takes back."""
    from mladvisor.consultation.journal import read_journal

    path = session.save(tmp_path / "case.jsonl")
    session.say("the floor is wet and there is smoke")
    again = Consultation(None, session.rulebook)
    again.events = read_journal(path)
    assert again.answers == session.answers
    again.undo()
    assert again.answers == {}


def test_every_cause_and_finding_has_a_page_for_a_novice() -> None:
    """A cause says in at least 200 characters what it is and how to check it, a finding in at least 120."""
    book = rulebook_with()
    short = [name for name, rule in book.causes.items() if len(" ".join(rule.doc.explain.split())) < 200]
    short += [name for name, rule in book.findings.items() if len(" ".join(rule.doc.explain.split())) < 120]
    assert short == []


def test_pages_hold_no_templates() -> None:
    """What needs a run's values is left out of pages."""
    assert plain("Divide by 10[: {a} becomes {b}]") == "Divide by 10"
    assert plain("Clip at {a:.1f} now") == "Clip at … now"
    book = rulebook_with()
    for name in (*book.causes, *book.findings, *book.questions):
        blocks = page(book, name)
        fixes = [block.text for block in blocks if block.look == "item"]
        assert blocks and not any(re.search(r"\{[a-z.]+[:}]", text) for text in fixes)


def test_part_of_a_name_is_enough_to_ask_why_not(session: Consultation) -> None:
    """Of several causes whose titles hold the words, the likeliest is meant; words of no title are told."""
    for hypothesis in session.ranking:
        turn = session.say(f"why not {hypothesis.title.split()[-1]}?")
        assert any(block.text == "What would speak for it" for block in turn.blocks)
    assert "I know no cause called" in session.say("why not marmalade?").text
