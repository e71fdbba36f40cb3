"""Texts as points: neighbours, middles, and what no text has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.consultation.interpret import interpret
from mladvisor.consultation.interpret.index import index_of
from mladvisor.consultation.interpret.meaning import meaning
from mladvisor.consultation.interpret.spaces import of_letters, of_words, space
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.rulebook import Rulebook

TEXTS = ["the loss jumps around", "loss is flat", "labels are wrong", "the labels are shifted"]
WORDS = st.lists(
    st.sampled_from(["loss", "label", "jump", "flat", "wrong", "shift", "batch", "rate"]), min_size=1, max_size=6
)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_a_text_is_nearest_to_itself(texts: list[list[str]]) -> None:
    """The cosine with oneself is 1, and nothing is nearer."""
    made = space([of_words(" ".join(words)) for words in texts])
    for number, words in enumerate(texts):
        near = made.near(of_words(" ".join(words)))
        assert near[number] == pytest.approx(1.0, abs=1e-5)
        assert near.max() <= near[number] + 1e-5 and near.min() >= 0.0


def test_another_ending_and_a_typing_error_are_near_by_letters() -> None:
    """What is alike in letters is near, what is not is far."""
    made = space([of_letters(text) for text in TEXTS])
    assert made.near(of_letters("losses jumpd arround")).argmax() == 0
    assert made.near(of_letters("shifting label")).argmax() == 3
    assert made.near(of_letters("qqq")).max() == 0.0


def test_what_no_text_has_makes_a_text_less_like_any() -> None:
    """Unknown words say something else; without any known there is no likeness at all."""
    made = space([of_words(text) for text in TEXTS])
    assert made.near(of_words("loss is flat on the moon"))[1] < made.near(of_words("loss is flat"))[1]
    assert made.near([]).tolist() == [0.0] * 4


def test_lengths_of_sums_are_those_of_the_vectors() -> None:
    """The sum of two like texts is longer than that of two unlike ones; of one it is 1."""
    made = space([of_words(text) for text in ["a b", "a b", "c", "d e"]])
    lengths = made.lengths(np.array([0, 0, 1, 1]), 2)
    assert lengths[0] == pytest.approx(2.0, abs=1e-5) and lengths[1] == pytest.approx(2**0.5, abs=1e-5)


def test_a_space_without_texts_is_far_from_all() -> None:
    """A rulebook may have no phrase at all."""
    assert space([]).near(of_words("loss")).size == 0


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("what has this question got to do with my images", "why"),
        ("oops, wrong button, let me answer that one again", "undo"),
        ("please write down all of it in a document for my team", "report"),
        ("which of the causes is leading at the moment", "ranking"),
    ],
)
def test_wishes_are_known_by_examples(said: str, wanted: str) -> None:
    """What no pattern fits is compared with examples of each wish."""
    heard = interpret(said, rulebook_with())
    assert heard.intent is not None and heard.intent.kind == wanted


@pytest.mark.parametrize(
    "said",
    [
        "my card is a 4090 with 24 gigabytes",
        "I am a student and my deadline is close",
        "python 3.12 on debian",
    ],
)
def test_what_is_said_aside_is_no_evidence(said: str) -> None:
    """Nothing is noted or asked of what is like the examples of other talk."""
    heard = interpret(said, rulebook_with())
    assert not heard.notes and not heard.unsure


def test_chances_are_shares(book: Rulebook) -> None:
    """Of all that a clause may mean, and of none of them, the chances are at most one together."""
    hits = index_of(book).hits(meaning("there is smoke and the alarm rings"))
    assert 0.0 < sum(hit.chance for hit in hits) <= 1.0
    assert [hit.weight for hit in hits] == sorted((hit.weight for hit in hits), reverse=True)
