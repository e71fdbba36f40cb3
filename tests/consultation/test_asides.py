"""What is said in passing, guessed, or plainly, against what the run itself shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.cases import consult
from mladvisor.consultation.interpret import interpret
from mladvisor.diagnosis.api import rulebook_with

SAMPLES = Path(__file__).resolve().parents[2] / "sample_runs"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("I use relu", "relu"),
        ("we used GELU, and the loss explodes", "gelu"),
        ("my network has leaky relu", "leakyrelu"),
        ("the model uses tanh", "tanh"),
    ],
)
def test_an_activation_that_is_used_is_that_of_the_hidden_layers(said: str, value: str) -> None:
    """A single word says nothing of a recurrent layer, of a last one, or of anything else with relu in it."""
    notes = {note.about: note.value for note in interpret(said, rulebook_with()).notes}
    assert notes["config.activation"] == value and set(notes) <= {"config.activation", "loss-explodes"}


def test_relu_in_a_recurrent_layer_is_what_is_said() -> None:
    """Where the layer is named, it is noted as before."""
    assert "recurrent-unbounded" in {note.about for note in interpret("my lstm uses relu", rulebook_with()).notes}


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        ("lr 0.1", False),
        ("lr 0.1, I think", True),
        ("I think lr is 0.1", True),
        ("probably dropout 0.5", True),
        ("activation is relu", False),
        ("my relu units are all dead", True),
    ],
)
def test_a_guess_and_what_is_named_in_passing_are_asides(said: str, aside: bool) -> None:
    """Plainly told it counts against a file of the run; an aside does not."""
    values = [note for note in interpret(said, rulebook_with()).notes if note.about.startswith("config.")]
    assert [note.aside for note in values] == [aside]


def test_a_file_stands_against_an_aside_and_gives_way_to_a_plain_word() -> None:
    """The configuration of the sample has sigmoid."""
    session = consult(SAMPLES / "iris-mlp-deep")
    before = session.ranking[0]
    turn = session.say("my relu units are all dead I think")
    assert "config.activation" not in session.answers and "The run has sigmoid" in turn.text
    assert session.ranking[0].cause == before.cause
    turn = session.say("activation is relu")
    assert session.answers["config.activation"] == "relu" and "instead of sigmoid" in turn.text


def test_what_was_measured_stands_against_a_guess_and_is_told_against_a_plain_word() -> None:
    """The loss of the sample does not explode."""
    session = consult(SAMPLES / "digits-cnn-adam")
    turn = session.say("the loss explodes, I think")
    assert session.answers == {} and "What was measured says otherwise: no sign that" in turn.text
    session = consult(SAMPLES / "digits-cnn-adam")
    before = session.ranking
    turn = session.say("the loss explodes")
    assert session.answers == {} and "The log says otherwise: no sign that" in turn.text
    assert [one.probability for one in session.ranking] == [one.probability for one in before]
    turn = session.say("the loss explodes")  # once more: it is the log that is wrong
    assert session.answers == {"loss-explodes": "yes"} and "I go by your word" in turn.text


@pytest.mark.parametrize(
    "said",
    [
        "I shuffled the labels by mistake",
        "i accidentally shuffled the labels",
        "the labels were permuted by accident",
    ],
)
def test_shuffled_labels_are_a_fault_of_the_pipeline(said: str) -> None:
    """Who shuffled them by mistake has not tested anything on shuffled labels."""
    session = consult(None)
    session.say(said)
    assert set(session.answers) == {"labels-shuffled-apart"}
    assert session.ranking[0].cause == "training-pipeline-bug"
