"""What lies beside a log moves the prior, within bounds, and is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.diagnosis.model import Hypothesis
from mladvisor.diagnosis.spoken import Spoken, spoken_of
from mladvisor.diagnosis.story import tell
from mladvisor.rulebook.word_model import Leaning
from mladvisor.runs.read import read_run

CAUSE = "proxy-metric-divergence"
LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.3f},{1.05 / n:.3f}\n" for n in range(1, 31))
NOTES = "".join(
    f"week {n}: offline auc 0.9{n}, online revenue per session {1.2 - n / 100}, conversion of business 0.03\n"
    for n in range(1, 4)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run beside which people wrote of offline and online metrics, and of nothing wrong."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "notes.md").write_text(NOTES)
    return tmp_path


def hypothesis(folder: Path, **answers: object) -> Hypothesis:
    """What is said of the cause."""
    found = diagnose(folder, answers=answers).hypotheses
    return next(one for one in found if one.cause == CAUSE)


def test_words_raise_a_cause_and_accuse_of_nothing(folder: Path) -> None:
    """With the notes it is likelier than without them, and the run is still no suspect."""
    with_notes = hypothesis(folder).probability
    assert diagnose(folder).verdict == "healthy"
    (folder / "notes.md").unlink()
    assert hypothesis(folder).probability < with_notes < 0.5


def test_what_a_person_states_does_not_silence_the_words(folder: Path) -> None:
    """A belief in one cause leaves alone what the folder says of others."""
    (folder / "notes.md").write_text(NOTES * 3)
    before, after = hypothesis(folder), hypothesis(folder, overfitting="probably-not")
    assert after.probability == pytest.approx(before.probability, rel=0.5)


def test_the_page_tells_by_which_words(folder: Path) -> None:
    """Where the odds are raised enough, with the prior before and after."""
    run = read_run(folder)
    found = diagnose(folder)
    for one in found.hypotheses:
        one.spoken = Spoken(0.02, 0.08, ['"offline"', '"revenue"']) if one.cause == CAUSE else None
        one.prior = 0.02
        one.probability = 0.9 if one.cause == CAUSE else one.probability
    found.verdict, found.healthy = "one", 0.05
    (suspect,) = tell(found, run).suspects
    assert 'speak of "offline" and "revenue"' in suspect.joined
    assert suspect.joined.endswith("which is no sign in this run (×4.3, 2% to 8%)")


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        (Spoken(0.02, 0.08, ['"drift"']), True),
        (Spoken(0.02, 0.08, []), True),
        (Spoken(0.08, 0.02, ['"drift"']), False),
        (Spoken(0.021, 0.024, ['"drift"']), False),
    ],
)
def test_small_changes_and_lowered_odds_are_not_told(spoken: Spoken, *, expected: bool) -> None:
    """A page has better things to say."""
    assert spoken.telling is expected
    assert str(spoken)


def test_each_word_is_told_once() -> None:
    """As it says most: alone, or with the size of the number beside it."""
    told = np.array([[0.3], [0.9], [0.5], [-0.2]])
    leaning = Leaning(np.ones(1), 1.0, told, ("std", "std~<0.5", "min", "max"))
    spoken = spoken_of(leaning, 0, 0.02, 0.08, {"std", "min", "max"})
    assert spoken is not None
    assert spoken.words == ['"std" 0.3 to 0.5', '"min"']
    assert spoken_of(None, 0, 0.02, 0.02, ()) is None


def test_words_of_many_folders_are_not_named() -> None:
    """They move the prior, and that is told; no person would take them for a hint."""
    told = np.array([[0.9], [0.5], [0.5]])
    leaning = Leaning(np.ones(1), 1.0, told, ("batch~<100", "drift", "math"), frozenset({"batch"}))
    spoken = spoken_of(leaning, 0, 0.02, 0.08, {"batch", "drift"})
    assert spoken is not None and spoken.words == ['"drift"']
    assert str(Spoken(0.02, 0.08)).startswith("folders whose files have such words have this cause more often")
