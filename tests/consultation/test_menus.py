"""Menus in a consultation: asked when they tell most, answered by numbers or words, kept in the journal, taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.consultation import reasons, voice
from mladvisor.consultation.cases import consult, resume
from mladvisor.consultation.interpret.answers import answer_of
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import transcript
from mladvisor.diagnosis.answers import understood
from mladvisor.diagnosis.menus import is_menu, open_options, opened, outcomes
from mladvisor.diagnosis.model import NextStep
from mladvisor.errors import UsageError
from mladvisor.rulebook import Rulebook, load
from mladvisor.rulebook.answers import NONE

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "sample_runs" / "digits-cnn-adam"
MENU = """menu: look
ask: What do you see?
options:
  water on the floor: wet
  smoke: smoke
  an alarm that rings: noise
"""
STEP = NextStep("look", "ask", "What do you see?", 0.5, "glance", ["water", "smoke", "noise", NONE], sets="look")


@pytest.fixture(scope="module")
def menus(book: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The small rulebook with a menu over its findings."""
    folder: Path = tmp_path_factory.mktemp("menus")
    folder.joinpath("look.yaml").write_text(MENU)
    return load([Path(book.entries[0].origin.source.file).parent, folder], shipped=False)


def test_a_menu_is_asked_before_its_questions_one_by_one(menus: Rulebook) -> None:
    """It tells more than any of its findings for the same trouble; once it is answered nothing of it is asked again."""
    session = Consultation(None, menus)
    step = session.next_step()
    assert step is not None and is_menu(step) and step.sets == "look"
    assert step.choices == ["water on the floor", "smoke", "an alarm that rings", NONE]
    session.answer("look", ["smoke"])
    assert session.ranking[0].cause == "fire"
    assert session.next_step() is None or session.next_step().finding not in ("look", "wet", "smoke", "noise")


def test_a_part_of_an_option_is_enough_where_it_fits_one(menus: Rulebook) -> None:
    """Options are sentences; who types an answer types a word of it. A word of two is refused."""
    assert understood(menus, {"look": "water"}) == {"look": ["water on the floor"]}
    with pytest.raises(UsageError, match="its answers: water on the floor; smoke"):
        understood(menus, {"look": "o"})
    with pytest.raises(UsageError, match='did you mean "smoke"'):
        understood(menus, {"look": "smokee"})
    with pytest.raises(UsageError, match='did you mean "water on the floor"'):
        understood(menus, {"look": "flor"})
    with pytest.raises(UsageError, match='no answer to "look"; its answers'):
        understood(menus, {"look": "thanks"})  # that is no slip of the pen for "that"


AREAS = """menu: where
ask: Where?
options:
  in the cellar: look
  on the roof: above
---
menu: above
ask: What do you see there?
options:
  a hole: hole
  a bird: bird
---
cause: storm
title: Storm
family: data
prior: common
source: mine
fixes: [{do: Wait, cost: minutes}]
---
finding: hole
title: There is a hole
ask: Is there a hole?
explained_by: {storm: often}
otherwise: 0.01
source: mine
---
finding: bird
title: There is a bird
ask: Is there a bird?
explained_by: {storm: rarely}
otherwise: 0.01
source: mine
"""


def test_where_to_look_is_asked_first_and_then_what_is_there(menus: Rulebook, tmp_path: Path) -> None:
    """What is picked is asked about next, however little that is worth, until something is found; once a cause leads,
    nobody is asked where to look."""
    for text in AREAS.split("---\n"):
        tmp_path.joinpath(f"{text.split(':', 2)[1].split()[0]}.yaml").write_text(text)
    of_book = {Path(entry.origin.source.file).parent for entry in menus.entries}
    session = Consultation(None, load([*sorted(of_book), tmp_path], shipped=False))
    assert "where" in [step.finding for step in session.next_steps(most=9)]
    where = next(step for step in session.next_steps(most=9) if step.finding == "where")
    why = session.why(where)
    assert why.opens == ("in the cellar", "on the roof") and not why.effects
    assert [block.text for block in reasons.why(session, where)][1:] == list(why.opens)
    ranking = session.answer("where", ["on the roof"])
    assert [block.text for block in voice.after(session, "where", ranking)] == ["Then I ask about that."]
    step = session.next_step()
    assert step is not None and step.finding == "above"
    session.answer("above", ["a bird"])
    assert not opened(session.state)
    other = session.fresh()
    other.answer("smoke", "yes")
    assert other.ranking[0].probability > 0.5
    assert "where" not in [step.finding for step in other.next_steps(most=9)]


def test_not_being_sure_leaves_its_findings_alone(menus: Rulebook) -> None:
    """A menu that nobody can answer moves nothing, and its questions are not asked one by one afterwards."""
    session = Consultation(None, menus)
    before = {one.cause: one.probability for one in session.ranking}
    session.answer("look", "unsure")
    assert {one.cause: one.probability for one in session.ranking} == before
    assert all(step.finding not in ("look", "wet", "smoke", "noise") for step in session.next_steps())


def test_an_answered_option_is_not_offered(menus: Rulebook) -> None:
    """Only what is still open stands on a menu."""
    session = Consultation(None, menus)
    session.answer("smoke", "no")
    left = open_options(session.state, menus.menus["look"], lambda rule: rule.id not in session.answers)
    assert list(left) == ["water on the floor", "an alarm that rings"]
    rows = outcomes(session.state, list(left.values()))
    smoke = session.state.network.findings.index("smoke")
    assert rows.shape == (3, 3) and np.isnan(rows[:, smoke]).all()


@pytest.mark.parametrize(("options", "example"), [(1, ""), (2, "1 2"), (5, "1 3")])
def test_that_several_may_be_picked_is_said_where_there_are_several(options: int, example: str) -> None:
    """One option that is left is picked or not, and the number that stands for "none" is no example."""
    choices = [*(f"option {n}" for n in range(options)), NONE]
    step = NextStep("look", "ask", "What do you see?", 0.5, "glance", choices, sets="look")
    said = [f"Several may hold: {example} picks both."] if example else []
    assert [block.text for block in voice.question(step)[1:]] == said


def test_undo_takes_a_menu_back_as_one_answer(menus: Rulebook) -> None:
    """One answer, one event, one step back."""
    session = Consultation(None, menus)
    before = {one.cause: one.probability for one in session.ranking}
    session.answer("look", ["smoke", "water on the floor"])
    assert session.answers == {"look": ["water on the floor", "smoke"]}
    session.undo()
    assert session.answers == {} and {one.cause: one.probability for one in session.ranking} == before


@pytest.mark.parametrize("value", ["steam", ["smoke", "steam"], 3, {"steam": "yes"}, {"smoke": "perhaps"}])
def test_what_is_no_option_is_refused(menus: Rulebook, value: object) -> None:
    """A clear error names the option and those that there are; nothing is noted."""
    session = Consultation(None, menus)
    with pytest.raises(UsageError):
        session.answer("look", value)
    assert session.answers == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("1", "water"),
        ("1 3", ["water", "noise"]),
        ("3, 1 and 3", ["noise", "water"]),
        ("smoke", "smoke"),
        ("4", NONE),
        ("none", NONE),
        ("no", NONE),
        ("5", "unsure"),
        ("not sure", "unsure"),
        ("1 9", None),
        ("the floor is flooded", None),
    ],
)
def test_answers_to_a_menu_as_they_are_typed(text: str, answer: object) -> None:
    """Numbers, several of them, words of an option, none, not sure; everything else is left to the interpreter."""
    assert answer_of(text, STEP)[0] == answer


@given(st.lists(st.integers(1, 3), min_size=2, unique=True), st.sampled_from([" ", ", ", " and ", ","]))
def test_any_numbers_pick_those_options(numbers: list[int], between: str) -> None:
    """However they are put between, numbers pick the options with these numbers, and nothing is left of the text."""
    assert answer_of(between.join(map(str, numbers)), STEP) == ([STEP.choices[n - 1] for n in numbers], "")


def test_a_journal_with_menus_comes_to_the_same_belief(tmp_path: Path) -> None:
    """Saved, resumed and told again: answers to menus are one event each, whatever the front end."""
    session = consult(ROOT / "sample_runs" / "digits-mlp-sgdr")
    session.save(tmp_path / "case.jsonl")
    dialogue = session.dialogue
    dialogue.ask()
    said = 0
    for _ in range(20):
        step = dialogue.step
        if step is None:
            break
        said += is_menu(step)
        other = "not sure" if step.sets else ("not sure", "no")[said % 2]  # a file, or a value: neither is yes or no
        dialogue.say(("2", "1", "none")[said % 3] if is_menu(step) else other)
        dialogue.ask()
    assert said >= 2
    again = resume(tmp_path / "case.jsonl")
    assert again.answers == session.answers
    assert [(one.cause, round(one.probability, 12)) for one in again.ranking] == [
        (one.cause, round(one.probability, 12)) for one in session.ranking
    ]
    words = [one.words for one in transcript(again) if one.who == "you"]
    assert len(words) == len(session.answers)
    assert "none of these" in words


def test_every_shipped_menu_can_be_asked_and_explained() -> None:
    """The page of a menu names each option with its finding, or what it opens; options are short enough for a line."""
    from mladvisor.consultation.pages import page

    session = consult(RUN)
    assert len(session.rulebook.menus) >= 10
    for menu in session.rulebook.menus.values():
        text = "\n".join(block.text for block in page(session.rulebook, menu.id))
        for option, findings in menu.options.items():
            assert option in text and all(name in text for name in menu.opens.get(option, findings))
            assert len(option) <= 110


def test_the_key_of_none_and_undo_in_a_conversation(menus: Rulebook) -> None:
    """The letter that answers in the app answers in words, too; what is taken back is named by its question."""
    dialogue = Consultation(None, menus).dialogue
    dialogue.step = dialogue.session.next_step()
    assert dialogue.say("n").kind == "noted" and dialogue.session.answers == {"look": []}
    assert "your answer to “What do you see?”." in dialogue.say("undo").text
