"""Names of causes as people have them, and questions that begin with why."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.cases import consult
from mladvisor.consultation.interpret import interpret
from mladvisor.consultation.interpret.names import cause_called
from mladvisor.consultation.session import Consultation
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.story import tell

SAMPLES = Path(__file__).resolve().parents[2] / "sample_runs"


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("label noise", "noisy-labels"),
        ("Label_Noise", "noisy-labels"),
        ("noise in the labels", "noisy-labels"),
        ("mislabelled data", "noisy-labels"),
        ("the labels are noisy", "noisy-labels"),
        ("data drift", "value-skew"),
        ("covariate-shift", "value-skew"),
        ("datadrift", "value-skew"),
        ("leakage", "label-leakage"),
        ("a data leak", "label-leakage"),
        ("train/test leakage", "split-overlap"),
        ("class imbalance problem", "class-imbalance"),
        ("unbalanced classes", "class-imbalance"),
        ("under-fitting", "insufficient-capacity"),
        ("over fitting", "overfitting"),
        ("too many epochs", "overfitting"),
        ("gradient explosion", "exploding-gradients"),
        ("mode confusion", "batch-norm-misuse"),
        ("dying ReLUs", "dead-units"),
        ("lr too high", "learning-rate-too-high"),
        ("too high learning rate", "learning-rate-too-high"),
        ("Vanishing gradients", "vanishing-gradients"),
        ("marmalade", ""),
        ("the", ""),
        ("", ""),
    ],
)
def test_causes_are_known_by_what_people_call_them(said: str, cause: str) -> None:
    """However it is spelled, joined and ordered; what is no name of any is none."""
    assert cause_called(said, rulebook_with()) == cause


def test_every_name_of_a_cause_leads_to_it() -> None:
    """Ids, titles and what a rule lists under `called`; no name is that of two."""
    book = rulebook_with()
    for rule in book.causes.values():
        for name in (rule.id, rule.doc.title, *rule.doc.called):
            assert cause_called(name, book) == rule.id, name


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("why {}", "how"),
        ("why is it {}?", "how"),
        ("how {}", "how"),
        ("how likely is {}", "how"),
        ("is it {}?", "how"),
        ("could {} be the cause?", "how"),
        ("do I have {}?", "how"),
        ("what about {}?", "how"),
        ("why not {}?", "why-not"),
        ("why isn't it {}", "why-not"),
        ("explain {}", "explain"),
        ("what is {}?", "explain"),
        ("rule out {}", "rule-out"),
        ("fix {}", "fix"),
        ("how do I fix {}", "fix"),
    ],
)
def test_names_are_known_in_every_wish(said: str, kind: str) -> None:
    """Whatever is asked of a cause, it may be called by any of its names."""
    book = rulebook_with()
    for name, cause in (
        ("label noise", "noisy-labels"),
        ("data drift", "value-skew"),
        ("data leakage", "label-leakage"),
        ("underfitting", "insufficient-capacity"),
        ("gradient explosion", "exploding-gradients"),
    ):
        intent = interpret(said.format(name), book).intent
        assert intent is not None and (intent.kind, intent.about) == (kind, cause), said.format(name)


@pytest.mark.parametrize(
    "said",
    [
        "why label noise",
        "why shuffled labels",
        "why too many epochs",
        "why does my loss explode?",
        "so why are the gradients so small",
        "how come the loss is nan",
        "why is validation accuracy so low",
        "why would the labels be wrong",
        "why lr 0.1",
        "why is my learning rate 0.1 bad?",
        "why validation loss rises",
        "any idea why it overfits?",
        "what makes the loss jump around",
        "what causes label noise",
        "why the moon",
        "Why, I don't shuffle?",
    ],
)
def test_a_sentence_that_asks_why_notes_nothing(said: str) -> None:
    """Who asks why something is so may ask about what was read somewhere: it is answered or asked back."""
    book = rulebook_with()
    assert not interpret(said, book).notes
    session = Consultation(None, book)
    session.say(said)
    assert session.answers == {}


def test_why_something_measured_is_so_is_answered_with_what_explains_it() -> None:
    """It is there: the causes that show it, likeliest first. It is not there: that is said."""
    session = consult(SAMPLES / "digits-cnn-adam")
    said = session.say("why does the loss explode?").text
    assert "no sign that" in said and "What would explain it" not in said
    ill = consult(SAMPLES / "iris-mlp-deep")
    seen = next(one.finding for one in tell(ill.diagnosis, ill.run).suspects[0].reasons if one.present)
    turn = ill.dialogue.explained([seen])
    assert "What would explain it" in turn.text and ill.ranking[0].title in turn.text and not turn.noted


def test_what_is_not_measured_is_asked_back() -> None:
    """Without a run nobody knows whether it is so, but the person who asks."""
    session = Consultation(None, rulebook_with())
    turn = session.say("why does my loss explode?")
    assert turn.choices and session.answers == {}
    session.say("1")
    assert session.answers == {"loss-explodes": "yes"}


def test_an_unknown_name_comes_with_the_nearest() -> None:
    """A slip of the finger is no dead end."""
    session = Consultation(None, rulebook_with())
    turn = session.say("why not overfeeding?")
    assert 'did you mean "overfitting"' in turn.text


@pytest.mark.parametrize("word", ["undo", "back", "cancel"])
def test_taking_back_at_an_open_offer_takes_back_the_offer(word: str) -> None:
    """What was noted before it stays."""
    session = Consultation(None, rulebook_with())
    session.say("lr 0.01")
    assert session.say("why does my loss explode?").choices
    assert "I note nothing" in session.say(word).text
    assert session.answers == {"config.learning_rate": 0.01}
