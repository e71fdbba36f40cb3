"""Plain words on a small rulebook: what is noted, what is asked back, and what is never pretended."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.consultation.interpret import answer_of, interpret
from mladvisor.consultation.interpret.meaning import meaning
from mladvisor.consultation.interpret.number_words import in_digits
from mladvisor.consultation.interpret.numerals import number
from mladvisor.consultation.interpret.typing_errors import corrected, distance
from mladvisor.consultation.interpret.words import lexicon, spelled
from mladvisor.diagnosis.model import NextStep
from mladvisor.rulebook import Rulebook

STEP = NextStep("smoke", "ask", "Is there smoke?", 0.5, "glance", ["yes", "probably", "unsure", "probably-not", "no"])
CHOICE = NextStep("optimizer", "ask", "Which optimizer?", 0.5, "glance", ["sgd", "adam"], sets="config.optimizer")


def notes(text: str, book: Rulebook) -> dict[str, object]:
    """What is noted of a sentence."""
    return {note.about: note.value for note in interpret(text, book).notes}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3e-4", 3e-4),
        ("1/10", 0.1),
        ("10^-3", 1e-3),
        ("10**-3", 1e-3),
        ("10k", 10_000),
        ("1.5M", 1_500_000),
        ("1,024", 1024),
        ("30%", 0.3),
        ("two thousand", 2000),
        ("hundred", 100),
        (".9", 0.9),
        ("-1", -1),
        ("sixty-four", 64),
        ("one hundred and twenty-eight", 128),
        ("half a million", 500_000),
        ("two and a half thousand", 2500),
        ("zero point nine", 0.9),
        ("two dozen", 24),
        ("ninety percent", 0.9),
        ("one half", 0.5),
        ("two thirds", 2 / 3),
        ("four/five", 0.8),
        ("many", None),
        ("one two", None),
        ("1/0", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: float | None) -> None:
    """Powers, fractions, thousands, percent and small words."""
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("batches of two hundred fifty six", "batches of 256"),
        ("a quarter of a million rows", "250000 rows"),
        ("a couple hundred epochs", "200 epochs"),
        ("one and a half million images", "1500000 images"),
        ("two and three", "two and three"),
        ("one two three", "one two three"),
        ("one hundred and one hundred", "one hundred and one hundred"),
        ("at this point two things happen", "at this point two things happen"),
        ("one of them", "one of them"),
    ],
)
def test_numbers_of_several_words_are_put_in_digits(text: str, expected: str) -> None:
    """Only what makes one number: single words and lists stay."""
    assert in_digits(text) == expected


def _in_words(value: int) -> str:
    """A number below a million as English words."""
    names = {number: word for word, number in lexicon().numbers.items() if word not in ("dozen", "hundred")}
    if value >= 1000:
        rest = f" {_in_words(value % 1000)}" if value % 1000 else ""
        return f"{_in_words(value // 1000)} thousand{rest}"
    if value >= 100:
        rest = f" and {_in_words(value % 100)}" if value % 100 else ""
        return f"{names[value // 100]} hundred{rest}"
    return names[value] if value in names else f"{names[value - value % 10]}-{names[value % 10]}"


@settings(deadline=None)  # the first one compiles the patterns
@given(st.integers(min_value=0, max_value=999_999))
def test_every_number_in_words_is_read(value: int) -> None:
    """Whatever number is spelled out."""
    assert number(_in_words(value)) == value


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_what_python_prints_is_read_back(value: float) -> None:
    """Whatever notation a number is printed in."""
    assert number(repr(value)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the floor is wet", {"wet": "yes"}),
        ("the floor is not wet", {"wet": "no"}),
        ("I think the floor is wet", {"wet": "probably"}),
        ("maybe the floor isn't wet", {"wet": "probably-not"}),
        ("not sure whether the floor is wet", {}),
        ("there is smoke but the floor is not wet", {"smoke": "yes", "wet": "no"}),
        ("the alarm rings and there is smoke", {"noise": "yes", "smoke": "yes"}),
    ],
)
def test_own_rules_are_understood_by_their_titles_and_questions(
    book: Rulebook, text: str, expected: dict[str, str]
) -> None:
    """A user's rulebook without any `said` works, with negation, hedges and several clauses."""
    assert notes(text, book) == expected


def test_nothing_is_pretended(book: Rulebook) -> None:
    """What has nothing to do with the rules leaves no note and is named as missed."""
    heard = interpret("my cat is asleep", book)
    assert heard.nothing
    assert heard.missed == ("my cat is asleep",)


def test_the_name_of_a_cause_is_no_evidence(book: Rulebook) -> None:
    """Asked or stated, it is a wish to talk about the cause."""
    asked, stated = interpret("is it a leak?", book), interpret("it is a leak", book)
    assert (asked.intent and asked.intent.kind, asked.notes) == ("how", ())
    assert (stated.intent and stated.intent.kind, stated.notes) == ("suspect", ())


def test_a_value_is_tied_to_its_name(book: Rulebook) -> None:
    """Each number belongs to the name beside it, and numbers that say when something happens to none."""
    assert notes("lr 0.5, batch 4", book) == {"config.learning_rate": 0.5, "config.batch_size": 4}
    assert notes("after 12 epochs it rings", book).keys() <= {"noise"}


def test_a_wide_range_is_no_value(book: Rulebook) -> None:
    """Nobody said which of them it is."""
    assert notes("learning rate between 1e-5 and 1e-2", book) == {}
    assert notes("learning rate from 1e-4 to 2e-4", book) == {"config.learning_rate": pytest.approx(1.5e-4)}


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_survived(book: Rulebook, text: str) -> None:
    """Whatever is typed, the same is understood twice, and no note is made of nothing."""
    heard = interpret(text, book)
    assert heard == interpret(text, book)
    assert all(note.about for note in heard.notes)


@given(st.sampled_from("abc ,.?!0123456789%-=()[]{}*+\\"), st.integers(min_value=1, max_value=2000))
@settings(max_examples=40)
def test_repeated_signs_take_no_time(book: Rulebook, sign: str, times: int) -> None:
    """No pattern backtracks for long on what is pasted by accident."""
    interpret(f"why {sign * times} loss", book)


def test_who_does_what_is_kept_apart() -> None:
    """The same words the other way round mean something else."""
    one = meaning(spelled("train loss goes down, val loss goes up"))
    other = meaning(spelled("train loss goes up, val loss goes down"))
    assert set(one.tokens) != set(other.tokens)


def test_typing_errors_are_mended_only_when_clear() -> None:
    """One slip is read over; short words and ties are left."""
    known = {"shuffle", "validation", "gradient"}
    assert corrected("shufle the validaton", known) == "shuffle the validation"
    assert corrected("shut", known) == "shut"


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str) -> None:
    """It counts letters to change, and gives up beyond its limit."""
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("1", "yes", ""),
        ("5", "no", ""),
        ("Yes!", "yes", ""),
        ("nope", "no", ""),
        ("I think so", "probably", ""),
        ("i don't think so", "probably-not", ""),
        ("no idea", "unsure", ""),
        ("I did not check", "unsure", ""),
        ("haven't checked yet", "unsure", ""),
        ("no, I never measured that", "unsure", ""),
        ("nobody looked at it", "unsure", ""),
        ("I can't check right now", "unsure", ""),
        ("we don't log that", "unsure", ""),
        ("I don't have that information", "unsure", ""),
        ("I'd need to look", "unsure", ""),
        ("I checked, no", "no", ""),
        ("I checked it", None, "I checked it"),
        ("it does not", "no", ""),
        ("skip", "skip", ""),
        ("no, it is dry", "no", "it is dry"),
        ("no nan", None, "no nan"),
        ("6", None, "6"),
    ],
)
def test_answers_in_all_shades(text: str, value: str | None, rest: str) -> None:
    """A number from the list, a word, or an answer with more behind it."""
    assert answer_of(text, STEP) == (value, rest)


def test_not_having_looked_answers_the_question_of_whether_anybody_did() -> None:
    """Of anything else it says that it is not known."""
    asked = NextStep(
        "data", "ask", "Is this data that nobody has looked at or validated yet?", 0.5, "glance", STEP.choices
    )
    assert answer_of("I never checked it", asked) == (None, "I never checked it")


def test_answers_to_a_choice() -> None:
    """By number, by name, or not at all."""
    assert answer_of("2", CHOICE) == ("adam", "")
    assert answer_of("I use SGD", CHOICE) == ("sgd", "")
    assert answer_of("3", CHOICE) == ("unsure", "")
    assert answer_of("lion", CHOICE) == (None, "lion")
