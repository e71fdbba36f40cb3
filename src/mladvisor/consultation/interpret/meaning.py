"""What a stretch of text is about: concepts and words, who does what, and what is compared with what."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from mladvisor.consultation.interpret.words import lexicon, stem

LONGEST_WORD = 40


class Meaning(NamedTuple):
    """What a stretch of text is about.

    Attributes:
        tokens: concepts in capitals and remaining words, fillers left out, in order.
        negated: whether an odd number of negations stands in it.
        words: the stretch itself.
    """

    tokens: tuple[str, ...]
    negated: bool
    words: str = ""


def meaning(text: str) -> Meaning:
    """The concepts and words of a spelled text."""
    words = lexicon()
    whole, text = text, words.splitter.sub(f" {BREAK} ", text)
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
            root = stem(word)
            tokens.append(words.same.get(root, root))
    tokens = _directed(tokens)
    bound = _bound(tokens)
    said = [token for token in tokens if token != BREAK]
    return Meaning(tuple(dict.fromkeys([*said, *bound])), negations % 2 == 1, whole)


def _directed(tokens: list[str]) -> list[str]:
    """Tokens with "better" and "worse" as what the curve does: a metric gets better by rising, a loss by falling."""
    if "BETTER" not in tokens and "WORSEN" not in tokens:
        return tokens
    told = []
    kind = next((token for token in tokens if token in ("METRIC", "LOSS")), "LOSS")
    for place, token in enumerate(tokens):
        if token in ("METRIC", "LOSS"):
            kind = token
        if token in ("BETTER", "WORSEN"):
            if place + 1 < len(tokens) and tokens[place + 1] == "METRIC":
                kind = "METRIC"
            told.append("RISE" if (token == "BETTER") == (kind == "METRIC") else "FALL")
        else:
            told.append(token)
    return told


BREAK = "BREAK"
"""Stands where one clause ends, while it is worked out who does what."""


_MOVES = (
    "RISE FALL NOFALL STILLFALL FLAT PLATEAU NOCHANGE NOLEARN BOUNCE SPIKE PERIODIC EXPLODE NAN UNSETTLED SLOW CHANCE "
    "STOPS"
)
MOVES = frozenset(_MOVES.split())
"""What a curve does."""


def _bound(tokens: list[str]) -> list[str]:
    """Who does what, as "VAL.RISE", and what after what, as "FALL~FLAT".

    Without it "train falls, val rises" would be like its opposite, and "flat, then falls" like "falls, then flat".
    """
    pairs: list[str] = []
    subject = ""
    waiting = ""
    settled = True  # whether the subject has had its verb
    last: tuple[str, str] | None = None
    for place, token in enumerate(tokens):
        if token in SUBJECTS_OF_MOVES:
            subject, settled = _subject(token, subject, settled), False
            if waiting and (place + 1 == len(tokens) or tokens[place + 1] not in SUBJECTS_OF_MOVES):
                pairs.append(f"{subject}.{waiting}")
                waiting = ""
        elif token == BREAK:
            settled = True
        elif token in MOVES:
            settled = True
            if subject:
                pairs.append(f"{subject}.{token}")
                if last and last[0] == subject and last[1] != token:
                    pairs.append(f"{last[1]}~{token}")
                last = (subject, token)
            else:
                waiting = token
    return [*pairs, *_compared(tokens)]


SUBJECTS_OF_MOVES = frozenset(["TRAIN", "VAL", "METRIC", "LOSS", "BOTH", "GAP", "LRATE", "GRADIENT"])


def _subject(token: str, before: str, settled: bool) -> str:
    """Who is meant by a name, after another: "train and val" are both, "validation loss" is one."""
    if before in ("BOTH", "GAP") and not settled:
        return before
    if token == "LOSS":
        return before if before in ("TRAIN", "VAL") and not settled else "TRAIN"
    if token == "METRIC" and before in ("TRAIN", "VAL") and not settled:
        return "METRIC"
    if not settled and {token, before} == {"TRAIN", "VAL"}:
        return "BOTH"
    return token


SIDES = (
    frozenset(("TRAIN", "VAL")),
    frozenset(("model", "BASELINE", "LINEAR", "TREES")),
    frozenset(("precision", "recall")),
)
"""What is compared with each other."""


def _compared(tokens: list[str]) -> list[str]:
    """Which of two is the higher, or the better, as "VAL>TRAIN" and "BASELINE>model"."""
    comparison = next((token for token in tokens if token in _FIRST_WINS), "")
    for sides in SIDES:
        order = [token for token in dict.fromkeys(tokens) if token in sides]
        named = [place for place, token in enumerate(tokens) if token in ("METRIC", "LOSS")]
        if order == ["VAL"] and len(named) == 2 and tokens[named[0]] == tokens[named[1]]:
            order = ["TRAIN", "VAL"] if tokens.index("VAL") > named[0] else ["VAL", "TRAIN"]  # plain "accuracy"
        if len(order) != 2:
            continue
        if comparison:
            first = _FIRST_WINS[comparison]
            if "model" not in sides and comparison in ("BETTERTHAN", "WORSETHAN"):
                first = first == ("METRIC" in tokens)  # a better loss is the lower one
            return [f"{order[0]}>{order[1]}" if first else f"{order[1]}>{order[0]}"]
        levels = [_level_of(token, tokens, sides) for token in order]
        if 0 not in levels and levels[0] != levels[1]:
            return [f"{order[0]}>{order[1]}" if levels[0] > levels[1] else f"{order[1]}>{order[0]}"]
    return []


_FIRST_WINS = {"HIGHERTHAN": True, "LOWERTHAN": False, "BETTERTHAN": True, "WORSETHAN": False}
UP, DOWN = (
    frozenset(["HIGHVALUE", "TOOHIGH", "GOOD", "PERFECT", "HIGHERTHAN"]),
    frozenset(["LOWVALUE", "TOOLOW", "WRONG", "LOWERTHAN"]),
)


def _level_of(side: str, tokens: list[str], sides: frozenset[str]) -> int:
    """Whether high (1) or low (-1) is said of one side, before the next side is named; 0 when neither is."""
    if side not in tokens:
        return 0
    cuts = [-1, *(n for n, token in enumerate(tokens) if token == BREAK), len(tokens)]
    clauses = [tokens[start + 1 : end] for start, end in pairwise(cuts)]
    own = next(clause for clause in clauses if side in clause)
    if len(sides & set(own)) == 1 and (UP | DOWN) & set(own):
        return bool(UP & set(own)) - bool(DOWN & set(own))
    tokens = [token for token in tokens if token != BREAK]
    at = tokens.index(side)
    behind = tokens[at + 1 :]
    stop = next((n for n, token in enumerate(behind) if token in sides), len(behind))
    said = behind[:stop] or tokens[:at]
    if stop < len(behind) or not UP & set(said) | DOWN & set(said):
        said = [*said, *tokens[max(0, at - 1) : at]]
    up, down = bool(UP & set(said)), bool(DOWN & set(said))
    return up - down


_FINE = re.compile(r"\b(fine|ok|okay|right|correct|clean|good|all right|trustworthy|reliable)\b")
