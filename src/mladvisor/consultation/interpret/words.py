"""How people write: spelling, ways of saying the same, names of values.

The lists stand in words.yaml and wishes.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mladvisor.rulebook import Rulebook
from mladvisor.yaml_io import load_strict


class Lexicon(NamedTuple):
    """words.yaml and wishes.yaml, compiled."""

    spelling: tuple[tuple[re.Pattern[str], str], ...]
    concepts: re.Pattern[str]
    tokens: tuple[str, ...]
    negator: re.Pattern[str]
    un_words: dict[str, str]
    same: dict[str, str]
    denied: re.Pattern[str]
    probably: re.Pattern[str]
    unsure: re.Pattern[str]
    fillers: frozenset[str]
    articles: frozenset[str]
    splitter: re.Pattern[str]
    features: dict[str, dict[str, Any]]
    levels: dict[str, list[tuple[float, str]]]
    choices: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]
    flags: dict[str, re.Pattern[str]]
    not_models: frozenset[str]
    aside: frozenset[str]
    general: frozenset[str]
    amiss: frozenset[str]
    telling: frozenset[str]
    intents: tuple[tuple[str, re.Pattern[str]], ...]
    remedies: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    plots: tuple[tuple[str, re.Pattern[str]], ...]
    numbers: dict[str, float]
    answers: tuple[tuple[str, re.Pattern[str]], ...]
    phrases: dict[str, str]
    elsewhere: dict[str, str]


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])")


@cache
def lexicon() -> Lexicon:
    """The lists of both files; compiled once, when the first sentence is read."""
    data: dict[str, Any] = {}
    for name in ("words.yaml", "wishes.yaml"):
        data |= load_strict(Path(__file__).with_name(name).read_text(encoding="utf-8"))[0]
    # One alternation, so that each stretch of text becomes one token and nothing is replaced twice.
    alternatives = "|".join(f"(?P<{token}{n}>{pattern})" for n, (token, pattern) in enumerate(data["concepts"]))
    concepts = re.sub(r"\((?!\?)", "(?:", alternatives)
    return Lexicon(
        tuple((re.compile(pattern), to) for pattern, to in data["spelling"].items()),
        _word(concepts),
        tuple(token for token, _ in data["concepts"]),
        _word(data["negators"]),
        data["un_words"],
        {stem(word): stem(of) for of, words in data["same"].items() for word in words.split()},
        _word(data["hedges"]["denied"]),
        _word(data["hedges"]["probably"]),
        _word(data["hedges"]["unsure"]),
        frozenset(data["fillers"].split("|")),
        frozenset(data["articles"].split()),
        re.compile(data["splitters"]),
        data["features"],
        {name: [(float(limit), words) for limit, words in steps] for name, steps in data["levels"].items()},
        {name: tuple((value, _word(p)) for value, p in values.items()) for name, values in data["choices"].items()},
        {name: _word(pattern) for name, pattern in data["flags"].items()},
        frozenset(data["not_models"].split("|")),
        frozenset(map(stem, data["aside"].split())),
        frozenset(word if word.isupper() else stem(word) for word in data["general"].split()),
        frozenset(data["amiss"].split()),
        frozenset(f"{data['amiss']} {data['amiss_in_other_words']}".split()),
        tuple((kind, re.compile(pattern)) for kind, pattern in data["intents"]),
        tuple((re.compile(said), re.compile(step)) for said, step in data["remedies"]),
        tuple((name, _word(pattern)) for name, pattern in data["plots"].items()),
        data["small_numbers"],
        tuple((shade, re.compile(pattern)) for shade, pattern in data["answers"]),
        data["phrases"],
        data["elsewhere"],
    )


def spelled(text: str) -> str:
    """Lower case, one kind of quote, contractions and abbreviations written out."""
    return spelled_each([text])[0]


def spelled_each(texts: Iterable[str]) -> list[str]:
    """Each of many texts as `spelled`; done in one go, for every pattern would be tried on every text."""
    together = "\n".join(" ".join(text.lower().split()) for text in texts)
    for pattern, to in lexicon().spelling:
        together = pattern.sub(to, together)
    return [" ".join(line.split()) for line in together.split("\n")]


@cache
def common_words() -> frozenset[str]:
    """Every word that the lists spell out."""
    words = lexicon()
    patterns = [words.concepts, words.negator, words.denied, words.probably, words.unsure, words.splitter]
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


def stem(word: str) -> str:
    """What different forms of a word have in common, roughly: "removed" and "removes", "prediction" and "predict"."""
    if word.isupper() or len(word) < 4:
        return word
    for ending, to in _ENDS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + to
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeioslz":
        word = word[:-1]  # "stopped"
    if len(word) > 6 and word.endswith("ion"):
        word = word[:-3]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


_ENDS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ied", "y"), ("ed", ""), ("es", "e"), ("s", ""), ("ly", ""))


def level(of: str, value: float) -> str:
    """What a number says in words: a gradient of 1e-9 is tiny. "" when it says nothing."""
    return next((words for limit, words in lexicon().levels[of] if value >= limit), "")


def label(name: str, book: Rulebook | None = None) -> str:
    """A feature or question as a person would call it."""
    if book is not None and name in book.questions:
        name = book.questions[name].sets
    entry = lexicon().features.get(name)
    if entry is not None:
        return str(entry.get("label") or entry["called"])
    return name.rsplit(".", 1)[-1].replace("_", " ") if "." in name else name.replace("-", " ")
