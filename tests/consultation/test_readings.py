"""How sentences are read: numbers in words, better and worse, questions, and what is offered when nothing fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.interpret import interpret
from mladvisor.consultation.interpret.comparisons import at_chance, moved
from mladvisor.consultation.interpret.likeness import Senses
from mladvisor.consultation.interpret.meaning import meaning
from mladvisor.consultation.interpret.phrases import spoken
from mladvisor.consultation.interpret.typing_errors import corrected
from mladvisor.consultation.interpret.words import spelled, stem
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.rulebook import Rulebook


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the loss went from 2.3 to 0.4", "the loss falls"),
        ("accuracy drops from 95 to 40", "accuracy falls"),
        ("loss is 2.30 -> 2.29", "loss hardly moves"),
        ("val loss goes from 0.5 to 800", "val loss explodes"),
        ("the learning rate goes from 0.1 to 0.01", "the learning rate goes from 0.1 to 0.01"),
    ],
)
def test_a_curve_between_two_numbers_is_told_in_words(text: str, told: str) -> None:
    """It falls, rises, explodes or hardly moves; settings are no curves."""
    assert moved(text) == told


@pytest.mark.parametrize(
    ("text", "guessing"),
    [
        ("loss stuck at 0.693", True),
        ("the loss hovers around 2.303", True),
        ("it stays at 1.609", True),
        ("loss stays at 1.7", False),
        ("accuracy stuck at 0.693", False),
        ("loss falls to 0.693", False),
    ],
)
def test_the_loss_of_guessing_is_known_by_its_number(text: str, guessing: bool) -> None:
    """The logarithm of a number of classes, where a loss stays there."""
    assert ("level of guessing" in at_chance(text)) == guessing


def test_better_is_up_for_a_metric_and_down_for_a_loss() -> None:
    """The same words mean opposite moves."""
    assert "METRIC.RISE" in meaning(spelled("accuracy gets better")).tokens
    assert "TRAIN.FALL" in meaning(spelled("the loss gets better")).tokens
    assert "METRIC.FALL" in meaning(spelled("the f1 gets worse")).tokens


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("gradeint", "gradient"),
        ("shufle", "shuffle"),
        ("experts", "experts"),
        ("boring", "boring"),
        ("folder", "folder"),
    ],
)
def test_other_words_are_no_slips(typed: str, read: str) -> None:
    """Swapped and doubled letters and neighbouring keys are mended; a letter from elsewhere makes another word."""
    assert corrected(typed, {"gradient", "shuffle", "expects", "bring", "folders"}) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [("removed", "removes"), ("prediction", "predicts"), ("stopped", "stop"), ("memorizing", "memorize")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    """Endings say nothing."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize("text", ["learning rate is 0,01", "lr: 1e-2", "lr was 0.1, now it is 0.01", "lr of 1 %"])
def test_a_rate_is_read_however_it_is_typed(text: str) -> None:
    """Decimal comma, power, percent, and what it is now."""
    (note,) = interpret(text, rulebook_with()).notes
    assert (note.about, note.value) == ("config.learning_rate", pytest.approx(0.01))


def test_words_of_several_phrases_together_tell_an_owner() -> None:
    """What no single text says counts for whose texts use its words."""
    senses = Senses([["red", "round"], ["red", "sweet"], ["blue", "round"], ["blue", "cold"]], [0, 0, 1, 1], 2)
    assert senses.speak(["red"])[0] > senses.speak(["red"])[1]
    assert senses.speak(["sweet", "round"])[0] > senses.speak(["sweet", "round"])[1]
    assert senses.speak(["unheard"]).tolist() == [0.0, 0.0]


def test_who_asks_has_not_said_so(book: Rulebook) -> None:
    """A question whether something is the case is kept as one, the same as a statement is noted."""
    assert [note.about for note in interpret("the alarm rings", book).notes] == ["noise"]
    asked = interpret("does the alarm ring?", book)
    assert not asked.notes and not asked.unsure and asked.asked[0].candidates[0].about == "noise"


def test_the_nearest_is_offered_when_nothing_fits(session: Consultation) -> None:
    """It is said that nothing was understood; a number then notes what was meant, the last of them nothing."""
    turn = session.say("the floor was cleaned by a firm")
    assert turn.kind == "not-understood" and session.answers == {}
    assert [choice.label for choice in turn.choices] == ["the floor is wet", "not that"]
    assert session.say("2").kind == "noted" and session.answers == {}
    session.say("the floor was cleaned by a firm")
    session.say("1")
    assert session.answers == {"wet": "yes"}


def test_a_cause_that_is_denied_by_name_is_less_likely() -> None:
    """ "No overfitting" is noted as that, and nothing is noted of what else was said well."""
    session = Consultation(None, rulebook_with())
    session.say("train loss falls, val loss rises")
    before = next(one.probability for one in session.ranking if one.cause == "overfitting")
    session.say("accuracy is fine, no overfitting")
    assert session.answers.keys() == {"val-loss-turns-up", "overfitting"}
    assert next(one.probability for one in session.ranking if one.cause == "overfitting") < before


def test_phrases_are_kept_for_the_next_start(book: Rulebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is what would be read again; other rules are read anew."""
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path))
    first = spoken(book)
    assert spoken(book) == first
    assert len(spoken(rulebook_with()).phrases) > len(first.phrases)
    assert spoken(book) == first
