"""What a sentence says of the run.

It is cut into clauses. Values are read first. Then neighbouring clauses are joined wherever that fits a phrase of the
rulebook better ("train loss falls" + "val loss rises"), by dynamic programming over the cuts. A clause whose negation
differs from its phrase's says that the finding is absent; hedges make it "probably".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mladvisor.consultation.interpret.comparisons import at_chance, joined_ranges, losses_compared, moved, with_levels
from mladvisor.consultation.interpret.heard import Note, Unsure
from mladvisor.consultation.interpret.index import Hit, Index
from mladvisor.consultation.interpret.likeness import ADVERBS, SPLITS, SUBJECTS
from mladvisor.consultation.interpret.meaning import DOWN, MOVES, UP, Meaning, meaning
from mladvisor.consultation.interpret.values import Value, split_pair, values_in
from mladvisor.consultation.interpret.words import level, lexicon, spelled
from mladvisor.rulebook import Rulebook

SURE = 0.8
"""From this likeness on a finding is noted; chosen on the development sentences, where more gave wrong notes."""
SURE_OF_ABSENCE = 0.8
"""The same where the negation differs: then the words must be nearly those of the phrase."""
OFFERED, OFFERED_ONE = 0.4, 0.5
"""From here on it is asked back: with several words in common, and with one. Of the nearest findings that share one
word with a sentence unknown to the rules, and are less alike, a third are right."""
OFFERED_ABSENCE = 0.75
"""The same where the negation differs."""
FAR = 0.3
"""Below this likeness a finding is not even shown as the nearest there is."""
FEW = 3
"""So many of the nearest are shown."""
NEAR = 0.3
"""Two findings whose ranks are as close as this are asked back, unless one says the same more precisely; of the rules'
own phrases, each left out in turn, four in five are noted rightly then."""
JOINED = 3
"""Most clauses that are read as one."""

TOGETHER = 0.2
"""How much more a phrase counts that fits two clauses at once, than two that fit one each."""


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


class _Span(NamedTuple):
    first: int
    last: int
    hit: Hit
    second: Hit | None
    meaning: Meaning


def statements(text: str, book: Rulebook, index: Index) -> tuple[list[Note], list[Unsure], list[str]]:
    """What can be noted of a spelled text, what should be asked back, and the clauses that say nothing known."""
    text = with_levels(losses_compared(joined_ranges(moved(at_chance(text)))))
    pair = split_pair(text, book)
    notes: dict[str, Note] = {value.note.about: value.note for value in pair}
    for value in reversed(pair[:1]):
        text = text[: value.start] + " , " + text[value.end :]
    unsure: list[Unsure] = []
    clauses: list[Clause] = []
    for part in lexicon().splitter.split(text):
        words = part.strip(" ,;:")
        if not words or _no_statement(words, text):
            continue
        values = values_in(words, book)
        clause = _clause(words, values, clauses)
        if clauses and not clause.meaning.tokens and clause.meaning.negated and not values:
            # "I checked for duplicates, there are none"
            before = clauses.pop()
            clause = before._replace(words=f"{before.words}, {words}", meaning=_flipped(before.meaning), hedge="")
        for value in values:
            if clause.hedge == "unsure":
                continue
            if value.sure:
                notes.setdefault(value.note.about, value.note)
        clauses.append(clause)
    missed = []
    for span, words in _spans(clauses, book, index):
        hedge = max((clause.hedge for clause in clauses[span.first : span.last + 1]), key=len) if span else ""
        found = _noted(span, words, hedge, book) if span is not None else None
        if isinstance(found, Note):
            notes.setdefault(found.about, found)
        elif isinstance(found, Unsure):
            unsure.append(found)
        elif span is None and words:
            missed.append(words)
        if span is not None:
            missed += _left_over(clauses[span.first : span.last + 1], span.hit)
    settled = notes.keys()
    kept = [one for one in unsure if not all(note.about in settled for note in one.candidates)]
    return list(notes.values()), kept, missed


def nearest(missed: list[str], book: Rulebook, index: Index) -> tuple[Note, ...]:
    """What is least unlike clauses that were not understood: findings to choose from, none that is far off."""
    found: dict[str, Note] = {}
    for words in missed:
        for hit in index.hits(meaning(words))[: 2 * FEW]:
            if hit.phrase.kind == "finding" and hit.agrees and hit.score >= FAR:
                found.setdefault(hit.phrase.id, _note(hit, words, "", book))
    return tuple(sorted(found.values(), key=lambda note: (-note.score, note.about))[:FEW])


def _left_over(clauses: list[Clause], hit: Hit) -> list[str]:
    """Of clauses that were read as one, those that speak of something that the phrase does not name."""
    if len(clauses) < 2:
        return []
    named = set(hit.phrase.meaning.tokens)
    subjects = SUBJECTS - {"model"}
    return [
        clause.words
        for clause in clauses
        if not clause.given
        and subjects & set(clause.meaning.tokens) - named
        and not MOVES & set(clause.meaning.tokens) & named
    ]


def _no_statement(words: str, text: str) -> bool:
    """Whether a clause says nothing of the run: it asks for advice, only complains, or tells what was tried in vain."""
    phrases = lexicon().phrases
    if re.match(phrases["advice"], words) or re.fullmatch(phrases["complaint"], words):
        return True
    tried = re.match(phrases["tried"], words)
    return bool(tried) and (len(words) + 4 > len(text) or re.search(phrases["in_vain"], text) is not None)


def _flipped(one: Meaning) -> Meaning:
    return Meaning(one.tokens, not one.negated)


def _clause(words: str, values: list[Value], before: list[Clause]) -> Clause:
    rest = words
    for value in sorted(values, key=lambda one: -one.start):
        rest = rest[: value.start] + _left_of(value) + rest[value.end :]
    hedge = ""
    if lexicon().unsure.search(rest):
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
    return Clause(words, rest, _with_subject(rest, before), hedge, told, any(value.sure for value in values))


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


def _spans(clauses: list[Clause], book: Rulebook, index: Index) -> list[tuple[_Span | None, str]]:
    """The best cut of the clauses into spans, each with the finding that it fits, or None."""
    spans: dict[tuple[int, int], _Span] = {}
    ranges = [(i, i + more) for more in range(JOINED) for i in range(len(clauses) - more)]
    meanings = [
        clauses[i].meaning if i == j else meaning(" , ".join(clause.rest for clause in clauses[i : j + 1]))
        for i, j in ranges
    ]
    for (i, j), whole in zip(ranges, meanings, strict=True):
        findings = [hit for hit in index.hits(whole) if hit.phrase.kind == "finding"]
        if j > i:  # what is absent is said in one clause; two negations in two clauses do not cancel
            alone = {
                spans[k, k].hit.phrase.id for k in range(i, j + 1) if (k, k) in spans and not spans[k, k].hit.agrees
            }
            findings = [
                hit
                for hit in findings
                if hit.agrees and hit.phrase.id not in alone and _denies_the_same(clauses[i : j + 1], hit)
            ]
        findings = [hit for hit in findings if hit.score >= _least(hit, whole)]
        told = any(clauses[end].told and (i == j or not clauses[end].meaning.tokens) for end in (i, j))
        if findings and whole.tokens and not told:
            spans[i, j] = _Span(i, j, findings[0], findings[1] if len(findings) > 1 else None, whole)
    best: list[tuple[float, list[tuple[_Span | None, str]]]] = [(0.0, [])]
    for end in range(1, len(clauses) + 1):
        clause = clauses[end - 1]
        options = [
            (
                best[end - 1][0],
                [
                    *best[end - 1][1],
                    (None, clause.words if clause.meaning.tokens and not clause.told and not clause.given else ""),
                ],
            )
        ]
        for start in range(max(0, end - JOINED), end):
            span = spans.get((start, end - 1))
            if span is not None:
                gain = (span.hit.score - OFFERED + 0.01) * len(span.meaning.tokens) * (1 + TOGETHER * (end - 1 - start))
                parent = book.findings[span.hit.phrase.id].parent
                if any(
                    parent == spans[k, k].hit.phrase.id
                    for k in range(start, end)
                    if end - start > 1 and (k, k) in spans
                ):
                    gain *= 2  # together they say more precisely what one of them says
                words = ", ".join(clause.words for clause in clauses[start:end])
                options.append((best[start][0] + gain, [*best[start][1], (span, words)]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _denies_the_same(clauses: list[Clause], hit: Hit) -> bool:
    """Whether what is denied in one of several clauses is what the phrase denies."""
    phrase = hit.phrase.meaning
    if not phrase.negated or not hit.phrase.single:
        return True
    meant = set(phrase.tokens)
    return any(
        clause.meaning.negated and 2 * len(meant & set(clause.meaning.tokens)) >= len(meant) for clause in clauses
    )


def _least(hit: Hit, said: Meaning) -> float:
    """From which likeness on something is at least asked back."""
    if not hit.agrees:
        return OFFERED_ABSENCE
    common = set(hit.phrase.meaning.tokens) & set(said.tokens) - ADVERBS
    return OFFERED if sum("." not in token and "~" not in token for token in common) > 1 else OFFERED_ONE


def _noted(span: _Span, words: str, hedge: str, book: Rulebook) -> Note | Unsure | None:
    hit, second = span.hit, span.second
    if hedge == "unsure":
        return None
    note = _note(hit, words, hedge, book)
    if second is not None and re.match(lexicon().phrases["vague"], words):  # slow by the clock, or by the epoch?
        return Unsure(words, (note, _note(second, words, hedge, book)))
    rival = (
        second is not None
        and hit.rank - second.rank < NEAR
        and second.score >= OFFERED
        and second.phrase.id != hit.phrase.id
    )
    threshold = SURE if hit.agrees else SURE_OF_ABSENCE
    if hit.score >= threshold and not rival:
        return note
    if rival and second is not None:
        if hit.score >= threshold and _one_refines_other(hit, second, book):
            return note
        return Unsure(words, (note, _note(second, words, hedge, book)))
    return Unsure(words, (note,))


def _one_refines_other(hit: Hit, second: Hit, book: Rulebook) -> bool:
    one, other = book.findings[hit.phrase.id], book.findings[second.phrase.id]
    return one.parent == other.id or other.parent == one.id


def _note(hit: Hit, words: str, hedge: str, book: Rulebook) -> Note:
    value = {(True, ""): "yes", (True, "probably"): "probably", (False, ""): "no", (False, "probably"): "probably-not"}
    rule = book.findings[hit.phrase.id]
    return Note(rule.id, value[hit.agrees, hedge], rule.doc.title, words, round(hit.score, 3))
