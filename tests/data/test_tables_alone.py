"""A folder with tables and no curves: what was looked at is judged, and what was not is said to be open."""

from __future__ import annotations

from pathlib import Path

import mladvisor
from mladvisor.diagnosis.story import tell
from mladvisor.diagnosis.verdict import judge

from .folders import plain, write


def test_clean_tables_are_called_clean_and_training_is_left_open(tmp_path: Path) -> None:
    """The verdict says that nothing was found in the tables and that training was not judged; no curve is asked for."""
    write(tmp_path, train=plain(900), test=plain(450, seed=1))
    found = mladvisor.diagnose(tmp_path)
    verdict = judge(found)
    assert verdict.kind == "healthy"
    assert verdict.sentence.startswith("Nothing wrong was found in the tables; there are no curves")
    assert "overfitting" in found.unjudged
    assert all(one.probability == 0.0 for one in found.hypotheses if one.cause in found.unjudged)
    assert not any(step.finding in ("still-falling-at-end", "val-loss-turns-up") for step in found.next)


def test_a_fault_of_the_tables_leads_although_training_is_unknown(tmp_path: Path) -> None:
    """Copies of training rows in the test table are named as the cause, far ahead of all others."""
    train = plain(900)
    test = plain(450, seed=1)
    test.iloc[:30] = train.iloc[:30].to_numpy()
    write(tmp_path, train=train, test=test)
    found = mladvisor.diagnose(tmp_path)
    assert judge(found).causes == ["split-overlap"]
    assert found.hypotheses[0].probability > 0.8


def test_what_no_likely_cause_explains_is_told_besides(tmp_path: Path) -> None:
    """A constant column is in the text with its name, whatever the verdict is."""
    train, test = plain(900).assign(flat=1), plain(450, seed=1).assign(flat=1)
    write(tmp_path, train=train, test=test)
    story = tell(mladvisor.diagnose(tmp_path))
    told = [one for one in story.seen if one.finding == "column-constant"]
    told += [one for one in story.present if one.finding == "column-constant"]
    told += [one for suspect in story.suspects for one in suspect.reasons if one.finding == "column-constant"]
    assert [("flat" in one.text) for one in told] == [True]


def test_an_answer_opens_the_causes_that_it_speaks_for(tmp_path: Path) -> None:
    """Said in words, a symptom of training is judged as if there were a curve."""
    write(tmp_path, train=plain(900), test=plain(450, seed=1))
    found = mladvisor.diagnose(tmp_path, answers={"val-loss-turns-up": "yes"})
    assert "overfitting" not in found.unjudged
    assert next(one for one in found.hypotheses if one.cause == "overfitting").probability > 0.2


def test_words_alone_leave_every_cause_open() -> None:
    """Where there is no folder, nothing is left unjudged."""
    assert not mladvisor.consult().state.unjudged
