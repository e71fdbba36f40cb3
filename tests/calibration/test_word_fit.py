"""Fitting the word model to labelled bags."""

from __future__ import annotations

from mladvisor.calibration.word_fit import Bag, fit_words, label_of, vocabulary


def bags() -> list[Bag]:
    """Four authors who speak of copies where splits overlap, and each of their own things."""
    made = []
    for author in "abcd":
        for number in range(6):
            shared = {"loss", f"{author}word", f"only{number}{author}"}
            made.append(Bag(author, "split-overlap", frozenset({"copies", "hash", *shared})))
            made.append(Bag(author, "healthy", frozenset({"clean", *shared})))
            made.append(Bag(author, "learning-rate-too-high", frozenset({"spike", *shared})))
    return made


def test_words_of_one_author_do_not_count() -> None:
    """Nor do rare ones, names of data sets, and what any script has."""
    known = vocabulary(
        [*bags(), *(Bag(author, "healthy", frozenset({"iris", "len", "backward~0"})) for author in "abcd" * 3)]
    )
    assert known == ["clean", "copies", "hash", "loss", "spike"]


def test_the_fit_finds_what_goes_with_what() -> None:
    """A word that all folders have says less."""
    model = fit_words(bags())
    causes = ("split-overlap", "learning-rate-too-high")
    leaning = model.leaning({"copies", "hash"}, causes)
    assert leaning is not None
    assert leaning.factor[0] > 1.3
    assert leaning.factor[1] < 1
    assert [word for word, _ in leaning.strongest(0)] == ["copies", "hash"]
    common = model.leaning({"loss"}, causes)
    assert common is not None
    assert common.factor[0] < leaning.factor[0]
    calm = model.leaning({"clean"}, causes)
    assert calm is not None
    assert calm.healthy > 1 > leaning.healthy


def test_a_fit_is_the_same_twice() -> None:
    """Deterministic, in whatever order the bags come."""
    assert fit_words(bags()) == fit_words(bags())
    assert fit_words(bags()).words.keys() == fit_words(bags()[::-1]).words.keys()


def test_runs_without_a_trace_are_examples_of_health() -> None:
    """As for scores."""
    assert label_of({"cause": "overfitting"}, "healthy") == "healthy"
    assert label_of({"cause": "overfitting"}, "ill") == "overfitting"
