"""Values that belong to something else than the run, mentions that are no symptoms, and questions about a sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.cases import consult
from mladvisor.consultation.interpret import interpret
from mladvisor.diagnosis.api import rulebook_with

SAMPLE = Path(__file__).resolve().parents[2] / "sample_runs" / "digits-cnn-adam"


@pytest.mark.parametrize(
    ("said", "of"),
    [
        ("validation has 50 rows", "other data"),
        ("the validation set is only 50 rows", "other data"),
        ("the test set has 100 images", "other data"),
        ("we evaluate on 200 samples", "other data"),
        ("the validation batch size is 256", "other data"),
        ("the old data set had 5000 images", "another model"),
        ("the paper uses a learning rate of 3e-4", "another model"),
        ("in the last run, dropout was 0.5", "another run"),
        ("I tried a warmup of 0.3", "another run"),
        ("next I will try a threshold of 0.3", "a plan"),
        ("we need a recall of 0.9", "what is wanted"),
        ("not 5000 rows", "what is not so"),
        ("adam is not used", "what is not so"),
        ("batch norm momentum is 0.1", "another thing of that name"),
        ("the learning rate ends at 1e-6", "another thing of that name"),
    ],
)
def test_what_is_told_of_something_else_is_no_value_of_the_run(said: str, of: str) -> None:
    """It is told of what it speaks, and how to say that it holds of this run."""
    heard = interpret(said, rulebook_with())
    assert not heard.notes and not heard.unsure and [one.of for one in heard.apart] == [of]


def test_it_is_told_and_nothing_is_noted() -> None:
    """In a consultation, and with what else a sentence says."""
    session = consult(SAMPLE)
    turn = session.say("validation has 50 rows")
    assert session.answers == {} and "speaks of other data, so I do not note 50 as training rows" in turn.text
    turn = session.say("the validation set has 200 rows, the training set 1800 rows, batch size 16")
    assert session.answers["config.batch_size"] == 16 and session.answers["data.rows.train"] == 1800


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("the training set has 300 rows", "data.rows.train", 300),
        ("we changed the learning rate from 0.1 to 0.01", "config.learning_rate", 0.01),
        ("800 rows for training, 200 for validation", "data.rows.train", 800),
        ("not fine-tuned, lr 1e-3", "config.fine_tuning", False),
    ],
)
def test_values_of_the_run_are_noted_as_before(said: str, name: str, value: object) -> None:
    """Words of other data or of a change beside them do not hide them."""
    assert {note.about: note.value for note in interpret(said, rulebook_with()).notes}.get(name) == value


@pytest.mark.parametrize("said", ["should dropout be 0.5?", "is 500 rows enough?", "is momentum 0.99 too high?"])
def test_who_asks_of_a_value_has_not_said_it(said: str) -> None:
    """What the run has of it is told."""
    heard = interpret(said, rulebook_with())
    assert not heard.notes and (heard.asked or heard.intent is not None)


@pytest.mark.parametrize(
    "said",
    [
        "lr was only 0.1 at its peak, it starts at 0.004",
        "I already use early stopping",
        "I train with mixed precision",
        "the targets are log transformed",
        "weight decay is the default",
        "gradient accumulation is used",
        "we report f1 and auc",
        "the encoder is frozen for the first epochs",
        "overfitting was a problem in the last run but I fixed it",
        "exploding gradients used to be a problem, clipping fixed them",
        "in the last run the loss exploded",
    ],
)
def test_a_mention_is_no_symptom(said: str) -> None:
    """Settings, habits and history are not noted as something amiss."""
    book = rulebook_with()
    heard = interpret(said, book)
    noted = [*heard.notes, *(heard.intent.notes if heard.intent is not None else ())]
    assert not [note for note in noted if note.about in book.findings or note.about in book.causes]


def test_what_may_mean_two_things_is_asked_back() -> None:
    """No normalisation of the inputs, or no layers that normalise; said of the inputs it is noted."""
    heard = interpret("I use no normalisation", rulebook_with())
    assert not heard.notes and heard.unsure[0].candidates[0].about == "inputs-not-scaled"
    heard = interpret("I use no normalisation of the inputs", rulebook_with())
    assert [note.about for note in heard.notes] == ["inputs-not-scaled"]


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("does the loss look noisy?", "loss-fluctuates"),
        ("is the loss noisy?", "loss-fluctuates"),
        ("how noisy is the loss?", "loss-fluctuates"),
        ("do you see any spikes?", "loss-spikes"),
        ("is val loss going up?", "val-loss-turns-up"),
    ],
)
def test_a_question_for_a_sign_is_about_that_sign(said: str, finding: str) -> None:
    """And not about the cause that leads, or one that the sign may stand for."""
    heard = interpret(said, rulebook_with())
    assert not heard.notes and heard.intent is None
    assert [one.candidates[0].about for one in heard.asked] == [finding]
