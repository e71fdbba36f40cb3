"""The consultation as a state machine: its state follows from its events alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mladvisor
from mladvisor.consultation.evidence import FromWords
from mladvisor.consultation.journal import read_journal
from mladvisor.consultation.session import Consultation
from mladvisor.errors import UsageError
from mladvisor.features.measured import Measured
from mladvisor.rulebook import Rulebook

ANSWERS = st.sampled_from(["yes", "probably", "unsure", "probably-not", "no"])
FINDINGS = st.sampled_from(["wet", "smoke", "noise"])


def beliefs(session: Consultation) -> dict[str, float]:
    """Cause -> probability, rounded."""
    return {each.cause: round(each.probability, 12) for each in session.ranking}


def test_an_answer_moves_the_ranking_and_says_by_how_much(session: Consultation) -> None:
    """The change is the difference to the ranking before the answer."""
    before = beliefs(session)
    ranking = session.answer("wet", "yes")
    assert ranking[0].cause == "leak"
    assert ranking[0].change == pytest.approx(ranking[0].probability - before["leak"])
    assert ranking[0].change > 0.2


def test_undo_restores_exactly(session: Consultation) -> None:
    """Taking an answer back leads to the state before it, and the journal keeps both events."""
    before = beliefs(session)
    session.answer("wet", "yes")
    taken = session.undo()
    assert taken is not None and taken.about == "wet"
    assert beliefs(session) == before
    assert [event.event for event in session.events] == ["opened", "answered", "undone"]
    assert session.undo() is None


@given(st.lists(st.tuples(FINDINGS, ANSWERS), max_size=6))
def test_undoing_everything_leads_back_to_the_start(book: Rulebook, said: list[tuple[str, str]]) -> None:
    """However often a person changes their mind."""
    session = Consultation(None, book)
    start = beliefs(session)
    for about, value in said:
        session.answer(about, value)
    while session.undo() is not None:
        pass
    assert beliefs(session) == start


@given(st.lists(st.tuples(FINDINGS, ANSWERS), max_size=4, unique_by=lambda pair: pair[0]))
def test_the_order_of_answers_does_not_matter(book: Rulebook, said: list[tuple[str, str]]) -> None:
    """Belief depends on what is known, not on when it was said."""
    one, other = Consultation(None, book), Consultation(None, book)
    for about, value in said:
        one.answer(about, value)
    for about, value in reversed(said):
        other.answer(about, value)
    assert beliefs(one) == beliefs(other)


def test_what_if_notes_nothing(session: Consultation) -> None:
    """The effect of an answer can be seen without giving it, and is the one that giving it has."""
    before = list(session.events)
    effect = session.what_if("smoke", "yes")
    assert session.events == before
    assert [(each.cause, each.probability) for each in session.answer("smoke", "yes")] == [
        (each.cause, each.probability) for each in effect.ranking
    ]


def test_why_names_what_a_question_tells_apart(session: Consultation) -> None:
    """The causes whose probabilities differ most between the answers come first."""
    step = next(step for step in session.next_steps() if step.finding == "wet")
    assert session.why(step).separates[0] == "leak"


def test_how_starts_at_the_prior_and_ends_at_the_posterior(session: Consultation) -> None:
    """No part of a probability is left unexplained."""
    session.answer("wet", "yes")
    session.answer("smoke", "no")
    for cause in ("leak", "fire", "healthy"):
        how = session.how(cause)
        assert how.steps[0].before == pytest.approx(how.prior)
        assert how.steps[-1].after == pytest.approx(how.probability)


def test_a_cause_that_is_ruled_out_is_gone_until_undone(session: Consultation) -> None:
    """The user may know better; the reason is kept."""
    session.answer("wet", "yes")
    session.rule_out("leak", "I checked the pipes")
    assert beliefs(session)["leak"] == 0
    assert session.ruled_out == {"leak": "I checked the pipes"}
    session.undo()
    assert session.ranking[0].cause == "leak"


def test_unsure_is_not_asked_again(session: Consultation) -> None:
    """An answer that says nothing changes nothing, and is remembered."""
    before = beliefs(session)
    first = session.next_step()
    assert first is not None
    session.answer(first.finding, "unsure")
    assert beliefs(session) == before
    assert first.finding not in [step.finding for step in session.next_steps()]


def test_it_stops_when_everything_is_answered(session: Consultation) -> None:
    """No question is asked for the sake of asking."""
    for _ in range(4):
        step = session.next_step()
        if step is None:
            break
        session.answer(step.finding, "yes" if step.finding == "wet" else "no")
    assert session.next_step() is None
    assert session.ranking[0].cause == "leak"


@pytest.mark.parametrize(
    ("about", "value", "message"),
    [
        ("weet", "yes", 'did you mean "wet"'),
        ("wet", "perhaps", "is no answer"),
        ("wet", 1.5, "is no answer"),
    ],
)
def test_wrong_answers_are_refused(session: Consultation, about: str, value: object, message: str) -> None:
    """A wrong answer is an error with the nearest name, and nothing is noted."""
    with pytest.raises(UsageError, match=message):
        session.answer(about, value)
    assert len(session.events) == 1


def test_saving_goes_on_with_every_event(session: Consultation, tmp_path: Path) -> None:
    """Once saved, the journal is up to date after each event; it replays to the same state."""
    path = session.save(tmp_path / "case.jsonl")
    session.answer("wet", "yes")
    session.rule_out("fire", "no heat")
    events = read_journal(path)
    assert [event.event for event in events] == ["opened", "answered", "ruled-out"]
    again = Consultation(None, session.rulebook)
    again.events = events
    assert beliefs(again) == beliefs(session)


def test_saving_does_not_overwrite(session: Consultation, tmp_path: Path) -> None:
    """Nobody's file is lost."""
    (tmp_path / "case.jsonl").write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        session.save(tmp_path / "case.jsonl")


def test_what_is_seen_settles_what_rules_would_measure() -> None:
    """Who says, without a run, that the loss is NaN is not asked what the curves do besides."""
    session = mladvisor.consult()
    assert session.state.judged["metric-gap-wide"].askable
    session.answer("loss-non-finite", "yes")
    assert session.state.judged["metric-gap-wide"].state == "not-applicable"
    session.answer("loss-non-finite", "no")
    assert session.state.judged["metric-gap-wide"].askable


def test_what_a_told_rate_is_compared_with_is_known() -> None:
    """Without any run the usual range is known as soon as there is a rate; without a rate it is nobody's."""
    rate = {"config.learning_rate": Measured(0.5), "config.optimizer": Measured("adam")}
    told, untold = FromWords().replaced(rate)("lr.usual_high"), FromWords().replaced({})("lr.usual_high")
    assert isinstance(told, Measured) and told.value == pytest.approx(0.01)
    assert isinstance(untold, Measured) and not untold.known


def test_measurements_made_elsewhere_are_kept(session: Consultation) -> None:
    """Without a run there is nothing to keep them for; that is no error."""
    session.keep({"loss.val.rise_of_fall": Measured(0.5)})
    assert session.ranking


def test_how_and_the_page_weigh_evidence_alike(session: Consultation) -> None:
    """One number for one piece of evidence: what speaks for a cause on a page speaks for it in the conversation."""
    session.answer("wet", "yes")
    session.answer("smoke", "no")
    for hypothesis in session.diagnosis.hypotheses[:2]:
        told = {step.finding: step.decibans for step in session.how(hypothesis.cause).steps}
        for one in hypothesis.evidence:
            assert told[one.finding] == pytest.approx(one.decibans, abs=0.01)
