"""How people put it, and what is understood: the score over files of sentences."""

from __future__ import annotations

import pytest
from consultation_scoring import Scored, score, sentences

from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.api import rulebook_with

RIGHT, WRONG = 0.85, 0.05
SEEN = ("sentences_dev.yaml", "sentences_test.yaml", "sentences_seen.yaml")
LATER = ("sentences_fresh.yaml", "sentences_fresh2.yaml")
"""Written after earlier versions of the interpreter; at that time 62 % and 73 % came out right."""


@pytest.fixture(scope="module")
def scored() -> dict[str, list[Scored]]:
    """All files, scored with the shipped rules."""
    book = rulebook_with()
    return {name: score(sentences(name), book) for name in (*SEEN, *LATER, "sentences_blind.yaml")}


@pytest.mark.parametrize("name", [*SEEN, *LATER])
def test_sentences_are_understood(scored: dict[str, list[Scored]], name: str) -> None:
    """The right finding, value or wish comes first in 85 %, and a wrong note is taken in under 5 %."""
    results = scored[name]
    assert sum(one.right for one in results) / len(results) >= RIGHT
    assert sum(bool(one.wrong) for one in results) / len(results) < WRONG


def test_unseen_sentences_are_understood(scored: dict[str, list[Scored]]) -> None:
    """The half that nobody looked at: when it was first scored, 83 % came out right, and 6 of 106 took a wrong note."""
    results = scored["sentences_blind.yaml"]
    assert len(results) >= 100
    assert sum(one.right for one in results) / len(results) >= 0.8
    assert sum(bool(one.wrong) for one in results) / len(results) < 0.07


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("i forgot to normalise the inputs", "unscaled-features"),
        ("I don't shuffle", "poor-shuffling"),
        ("labels are wrong", "noisy-labels"),
        ("I use adam, lr 3e-5 and gradients explode", "exploding-gradients"),
        ("adam, lr 1e-3, it overfits", "overfitting"),
    ],
)
def test_a_fault_stated_outright_leads(said: str, cause: str) -> None:
    """What is said in so many words is taken at face value: its cause is likelier than all others together."""
    session = Consultation(None, rulebook_with())
    session.say(said)
    assert session.ranking[0].cause == cause
    assert session.ranking[0].probability > 0.5


def test_rates_are_judged_as_those_of_fine_tuning() -> None:
    """A rate of 2e-5 is no reproach to somebody who says that a trained model is tuned further."""
    session = Consultation(None, rulebook_with())
    session.say("fine-tuning bert with adamw, lr 2e-5")
    assert next(one for one in session.ranking if one.cause == "learning-rate-too-low").probability < 0.2
