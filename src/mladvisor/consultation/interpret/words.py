"""How people write: spelling, ways of saying the same, negation, hedges. The lists stand in words.yaml."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mladvisor.rulebook import Rulebook
from mladvisor.yaml_io import load_strict

LONGEST_WORD = 40


class Lexicon(NamedTuple):
    """words.yaml, compiled."""

    spelling: tuple[tuple[re.Pattern[str], str], ...]
    concepts: re.Pattern[str]
    tokens: tuple[str, ...]
    negator: re.Pattern[str]
    un_words: dict[str, str]
    probably: re.Pattern[str]
    unsure: re.Pattern[str]
    fillers: frozenset[str]
    splitter: re.Pattern[str]
    features: dict[str, dict[str, Any]]
    choices: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]
    intents: tuple[tuple[str, re.Pattern[str]], ...]
    plots: tuple[tuple[str, re.Pattern[str]], ...]
    numbers: dict[str, float]
    answers: tuple[tuple[str, re.Pattern[str]], ...]
    phrases: dict[str, str]


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")


@cache
def lexicon() -> Lexicon:
    """The lists of words.yaml; compiled once, when the first sentence is read."""
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    data = load_strict(text)[0]
    # One alternation, so that each stretch of text becomes one token and nothing is replaced twice.
    alternatives = "|".join(f"(?P<{token}{n}>{pattern})" for n, (token, pattern) in enumerate(data["concepts"]))
    concepts = re.sub(r"\((?!\?)", "(?:", alternatives)
    return Lexicon(
        tuple((re.compile(pattern), to) for pattern, to in data["spelling"].items()),
        _word(concepts),
        tuple(token for token, _ in data["concepts"]),
        _word(data["negators"]),
        data["un_words"],
        _word(data["hedges"]["probably"]),
        _word(data["hedges"]["unsure"]),
        frozenset(data["fillers"].split("|")),
        re.compile(data["splitters"]),
        data["features"],
        {name: tuple((value, _word(p)) for value, p in values.items()) for name, values in data["choices"].items()},
        tuple((kind, re.compile(pattern)) for kind, pattern in data["intents"]),
        tuple((name, _word(pattern)) for name, pattern in data["plots"].items()),
        data["small_numbers"],
        tuple((shade, re.compile(pattern)) for shade, pattern in data["answers"]),
        data["phrases"],
    )


def spelled(text: str) -> str:
    """Lower case, one kind of quote, contractions and abbreviations written out."""
    text = " ".join(text.lower().split())
    for pattern, to in lexicon().spelling:
        text = pattern.sub(to, text)
    return " ".join(text.split())


@cache
def common_words() -> frozenset[str]:
    """Every word that words.yaml spells out."""
    words = lexicon()
    patterns = [words.concepts, words.negator, words.probably, words.unsure, words.splitter]
    patterns += [pattern for choices in words.choices.values() for _, pattern in choices]
    patterns += [pattern for _, pattern in (*words.intents, *words.plots, *words.answers)]
    texts = [pattern.pattern for pattern in patterns]
    texts += [str(text) for entry in words.features.values() for text in entry.values()]
    # Endings in brackets belong to the word before them: "ris(e|es|ing)".
    spelled_out = [
        f"{stem}{ending}" for text in texts for stem, endings in _ENDINGS.findall(text) for ending in endings.split("|")
    ]
    return frozenset(re.findall(r"[a-z]{4,}", " ".join([*texts, *spelled_out]))) | words.fillers


_ENDINGS = re.compile(r"([a-z]+)\((?:\?:)?([a-z|]+)\)")


class Meaning(NamedTuple):
    """What a stretch of text is about.

    Attributes:
        tokens: concepts in capitals and remaining words, fillers left out, in order.
        negated: whether an odd number of negations stands in it.
    """

    tokens: tuple[str, ...]
    negated: bool

    @property
    def text(self) -> str:
        return " ".join(self.tokens)


def meaning(text: str) -> Meaning:
    """The concepts and words of a spelled text."""
    words = lexicon()
    marked = words.concepts.sub(lambda match: f" {str(match.lastgroup).rstrip('0123456789')} ", text)
    negations = 0

    def negation(_: re.Match[str]) -> str:
        nonlocal negations
        negations += 1
        return " "

    if re.search(r"\b(LABELS|INPUTS)\b", marked) and not re.search(r"\b(LOSS|METRIC)\b", marked):
        marked = _FINE.sub(" not WRONG ", marked)  # of labels and data; a loss that is fine says nothing
    marked = words.negator.sub(negation, marked)
    tokens = []
    for typed in re.findall(r"[A-Z]+(?![a-z])|[a-z0-9][\w.%-]*", marked):
        word = typed.rstrip(".-")[:LONGEST_WORD]
        negations += word in words.un_words
        word = words.un_words.get(word, word)
        if word not in words.fillers:
            tokens.append(_stem(word))
    return Meaning(tuple(dict.fromkeys([*tokens, *_bound(tokens)])), negations % 2 == 1)


_MOVES = (
    "RISE FALL NOFALL STILLFALL FLAT NOCHANGE NOLEARN BOUNCE SPIKE PERIODIC EXPLODE NAN UNSETTLED SLOW CHANCE STOPS"
)
MOVES = frozenset(_MOVES.split())
"""What a curve does."""


def _bound(tokens: list[str]) -> list[str]:
    """Who does what, as "VAL.RISE": without it "train falls, val rises" would be like its opposite."""
    pairs: list[str] = []
    subject = ""
    waiting = ""
    for token in tokens:
        if token in ("TRAIN", "VAL", "METRIC") or (token == "LOSS" and subject not in ("TRAIN", "VAL")):
            subject = "TRAIN" if token == "LOSS" else token
            if waiting:
                pairs.append(f"{subject}.{waiting}")
                waiting = ""
        elif token in MOVES and subject:
            pairs.append(f"{subject}.{token}")
        elif token in MOVES:
            waiting = token
    return [*pairs, *_compared(tokens)]


def _compared(tokens: list[str]) -> list[str]:
    """Which of training and validation is the higher, as "VAL>TRAIN"."""
    order = [token for token in tokens if token in ("TRAIN", "VAL")]
    comparison = next((token for token in tokens if token.endswith("THAN")), "")
    if len(order) < 2 or order[0] == order[1] or not comparison:
        return []
    better_is_higher = "METRIC" in tokens
    first_higher = {"HIGHERTHAN": True, "LOWERTHAN": False, "BETTERTHAN": better_is_higher}
    higher = first_higher.get(comparison, not better_is_higher)
    return [f"{order[0]}>{order[1]}" if higher else f"{order[1]}>{order[0]}"]


_FINE = re.compile(r"\b(fine|ok|okay|correct|clean|good|all right|trustworthy|reliable)\b")


def _stem(word: str) -> str:
    """A rough singular, so that "users" and "user" are one word."""
    if word.isupper() or len(word) < 4:
        return word
    for ending, to in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + to
    return word


def label(name: str, book: Rulebook | None = None) -> str:
    """A feature or question as a person would call it."""
    if book is not None and name in book.questions:
        name = book.questions[name].sets
    entry = lexicon().features.get(name)
    if entry is not None:
        return str(entry.get("label") or entry["called"])
    return name.rsplit(".", 1)[-1].replace("_", " ") if "." in name else name.replace("-", " ")
