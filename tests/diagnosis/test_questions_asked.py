"""Which questions a run is asked: none that its log answers, none about what it cannot have."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.engine import LARGEST
from mladvisor.diagnosis.model import Diagnosis, Hypothesis
from mladvisor.diagnosis.state import Believed, believe
from mladvisor.diagnosis.steps import next_steps
from mladvisor.diagnosis.story import NO_VALIDATION, tell
from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve, Place, Role, Run, Setting

BOOK = rulebook_with()
X = np.arange(40.0)


def curve(name: str, role: Role, y: np.ndarray) -> Curve:
    """One curve of 40 epochs."""
    return Curve(name, role, X, y, "epoch", Place("metrics.csv", name))


def state(*curves: Curve, **config: str) -> Believed:
    """What is believed of a run with these curves."""
    settings = {key: Setting(value, Place("config.yaml", key)) for key, value in config.items()}
    run = Run(Path("r"), "r", curves=curves, config=settings)
    return believe(Measures(run).__getitem__, BOOK, {}, largest=LARGEST, healthy=None)


def asked(known: Believed) -> set[str]:
    """Findings that the run may be asked for."""
    return {step.finding for step in next_steps(known, most=500)}


TRAIN = curve("train_loss", Role("loss", "train"), 2.0 * np.exp(-X / 60) + 0.01 * np.sin(7 * X))
REWARD = curve("ep_rew_mean", Role("reward"), X + np.sin(3 * X))
POLICY = curve("policy_loss", Role("loss", "train", "policy_loss"), 0.01 * np.sin(5 * X))


def test_a_log_without_validation_is_not_asked_for_its_validation_loss() -> None:
    """That it is missing is told; nobody can look it up in this log."""
    known = state(TRAIN)
    assert known.judged["training-data-memorised"].state == "unknown"
    assert "training-data-memorised" not in asked(known)
    ill = Diagnosis("r", healthy=0.1, splits=["train"], hypotheses=[Hypothesis("a", "A", 0.9)])
    assert NO_VALIDATION in tell(ill).notes


def test_an_agent_is_not_asked_whether_its_finite_losses_are_finite() -> None:
    """Its log holds every value."""
    known = state(REWARD, POLICY)
    assert "loss-non-finite" not in asked(known)


def test_nothing_but_a_table_is_asked_about_tables() -> None:
    """Boosted trees on "the same table" mean nothing to a network for pictures."""
    question = "boosted-trees-do-better"
    assert state(TRAIN, model="resnet50").judged[question].state == "not-applicable"
    assert state(TRAIN, model="mlp").judged[question].state == "unknown"


def test_words_alone_may_be_asked_about_curves() -> None:
    """Without a run a person has seen what we have not."""
    known = believe(Measures(Run(Path(), "")).__getitem__, BOOK, {}, largest=LARGEST, healthy=None)
    assert any(name.startswith(("val-", "train-", "loss-")) for name in asked(known))


VAL = curve("val_loss", Role("loss", "val"), 2.0 * np.exp(-X / 8) + 0.3 + 0.01 * np.sin(5 * X))
SOUND = curve("train_loss", Role("loss", "train"), 2.0 * np.exp(-X / 8) + 0.25 + 0.01 * np.sin(7 * X))


def test_who_asks_about_curves_that_look_sound_is_asked_where_something_is_wrong() -> None:
    """There is a reason for asking; where one cause is believed, that is asked about instead."""
    sound = state(SOUND, VAL)
    assert sound.belief.healthy > 0.5
    assert "where-it-shows" in asked(sound)
    diverged = state(curve("train_loss", Role("loss", "train"), 2.0 * np.exp(X / 3)), learning_rate="10.0")
    assert diverged.belief.probability.max() > 0.5
    assert "where-it-shows" not in asked(diverged)


def test_tables_are_not_asked_of_what_reads_none() -> None:
    """An agent and a language model have no train.csv."""
    assert "files-of-tables" in asked(state(SOUND, VAL))
    assert "files-of-tables" not in asked(state(REWARD, POLICY))
    assert "files-of-tables" not in asked(state(SOUND, VAL, task="causal language modelling"))


def test_an_agent_is_told_to_be_one_and_no_priors_are_left_as_suspects() -> None:
    """Its losses are not judged, so that nothing could lower what a supervised run might have."""
    found = Diagnosis("r", healthy=0.4, task="reinforcement", hypotheses=[Hypothesis("a", "A", 0.1)])
    story = tell(found)
    assert "reinforcement learning" in story.verdict.sentence
    assert not story.runners_up


def test_answers_that_hold_commas_are_told_apart_in_a_line() -> None:
    """Two areas that are each named in several words stay two."""
    from mladvisor.diagnosis.phrases import one_of

    assert one_of(["adam", "sgd"]) == "adam, sgd"
    assert one_of(["the rows, or their labels", "the loss"]) == "the rows, or their labels; the loss"


def test_a_network_is_not_asked_about_kernels_tables_of_values_or_steps_of_a_sequence() -> None:
    """A network for pictures that overfits, and one that learns nothing, have none of them."""
    rising = curve("val_loss", Role("loss", "val"), 1.2 + 0.01 * X)
    flat = curve("train_loss", Role("loss", "train"), 2.3 + 0.001 * np.sin(7 * X))
    about = asked(state(TRAIN, rising, model="resnet50")) | asked(state(flat, model="resnet50"))
    assert about.isdisjoint({"kernel-too-narrow", "table-hardly-moves", "gradient-fades-over-time"})


def test_an_answer_that_the_log_denies_is_not_told_with_a_case_that_holds() -> None:
    """The measured sentence names one of several cases; where none holds there is none to name."""
    from mladvisor.diagnosis.engine import finding_sentence

    run = Run(Path("r"), "r", curves=(curve("train_loss", Role("loss", "train"), 1 + np.exp(-X / 2)),))
    told = believe(Measures(run).__getitem__, BOOK, {"still-falling-at-end": "yes"}, largest=LARGEST, healthy=None)
    said = finding_sentence(told, told.judged["still-falling-at-end"])
    assert "you say" in said
    assert "unknown" not in said
