"""The parts of a sentence: what each is about, how sure it is said, and what it takes over from those before it."""

from __future__ import annotations

import re
from typing import NamedTuple

from mladvisor.consultation.interpret.likeness import SPLITS, SUBJECTS
from mladvisor.consultation.interpret.meaning import DOWN, MOVES, UP, Meaning, meaning
from mladvisor.consultation.interpret.values import Value
from mladvisor.consultation.interpret.words import level, lexicon, spelled


class Clause(NamedTuple):
    """A part of a sentence.

    Attributes:
        words: as typed (spelled).
        rest: without values and hedges.
        meaning: of the rest.
        hedge: "", "probably" or "unsure".
        told: values say all of it, or try to; nothing else is to be looked for in it alone.
        given: a value was understood of it, so it is not missed.
    """

    words: str
    rest: str
    meaning: Meaning
    hedge: str
    told: bool = False
    given: bool = False


def no_statement(words: str, text: str) -> bool:
    """Whether a clause says nothing of the run: it greets, asks for advice, only complains, tells what was tried in
    vain, or is the message of a program that broke off."""
    phrases = lexicon().phrases
    if re.match(phrases["traceback"], text) or re.fullmatch(phrases["greeting"], words):
        return True
    if re.match(phrases["advice"], words) or re.fullmatch(phrases["complaint"], words):
        return True
    tried = re.match(phrases["tried"], words)
    return bool(tried) and (len(words) + 4 > len(text) or re.search(phrases["in_vain"], text) is not None)


def flipped(one: Meaning) -> Meaning:
    """The same, denied."""
    return one._replace(negated=not one.negated)


def clause_of(words: str, values: list[Value], before: list[Clause]) -> Clause:
    """A part of a sentence, its values taken out, with what it takes over from the clauses before it."""
    rest = words
    for value in sorted(values, key=lambda one: -one.start):
        rest = rest[: value.start] + _left_of(value) + rest[value.end :]
    hedge = ""
    if lexicon().denied.search(rest):  # "i do not think that it falls": what is believed is the opposite
        hedge, rest = "probably", lexicon().denied.sub(" not ", rest)
    elif lexicon().unsure.search(rest):
        hedge, rest = "unsure", lexicon().unsure.sub(" ", rest)
        if not meaning(rest).tokens and before and before[-1].hedge == "probably":
            hedge = "probably"
    elif lexicon().probably.search(rest):
        hedge, rest = "probably", lexicon().probably.sub(" ", rest)
    without = words
    for value in sorted(values, key=lambda one: -one.start):
        without = without[: value.start] + " " + without[value.end :]
    names = {token for value in values for token in meaning(spelled(value.note.title)).tokens}
    told = bool(values) and (
        set(meaning(without).tokens) <= names | {"ONLY"} or not all(value.sure for value in values)
    )
    said = _with_subject(rest, before)
    return Clause(words, rest, said, hedge, told, any(value.sure for value in values))


def _with_subject(rest: str, before: list[Clause]) -> Meaning:
    """The meaning of a clause; where it does not say what falls or jumps, the last subject is meant, or the loss.

    "But not the targets" is completed by what was said before of the inputs, "and correct" by what is correct.
    """
    plain = meaning(rest)
    said = set(plain.tokens)
    if before and plain.negated and said and said <= SUBJECTS | SPLITS:
        earlier = before[-1].meaning
        done = [token for token in earlier.tokens if token not in SUBJECTS | SPLITS and "." not in token]
        if done and not earlier.negated:
            return meaning(f"{rest} {' '.join(done)}")
    judged = (UP | DOWN) & said or re.search(r"\b(fine|ok|okay|correct|clean|right|reliable)\b", rest)
    if before and judged and not said - UP - DOWN - {"right", "correct", "clean", "reliable"}:
        subject = [token for token in before[-1].meaning.tokens if token in SUBJECTS | SPLITS]
        if subject:
            return meaning(f"{' '.join(subject)} {rest}")
    named = any(token.islower() for token in plain.tokens)
    if named or not MOVES & set(plain.tokens) or (SUBJECTS | SPLITS) & set(plain.tokens):
        return plain
    if before and any(token.islower() and token.isalpha() for token in before[-1].meaning.tokens):
        return plain  # "the encoder does not train because it is frozen": not the loss
    last = next(
        (one.meaning.tokens for one in reversed(before) if (SUBJECTS | SPLITS) & set(one.meaning.tokens)), ("LOSS",)
    )
    subject = [token for token in last if token in SUBJECTS | SPLITS]
    return meaning(f"{' '.join(subject)} {rest}")


def _left_of(value: Value) -> str:
    """What remains in a clause where a value stood: of a metric, that it is high or low, as findings put it."""
    if value.note.about == "model.family":
        return " model "
    if value.note.value is True or value.note.about == "config.activation":
        return f" {value.note.words} "
    if not value.note.about.startswith("metric."):
        return " "
    stays = "unchanged" if "the same number" in value.note.words else ""
    return f" {value.note.title} {level('metric', value.note.value)} {stays} "
