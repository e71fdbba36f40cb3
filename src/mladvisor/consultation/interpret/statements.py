"""What a sentence says of the run.

It is cut into clauses. Values are read first. Then neighbouring clauses are joined wherever that fits a phrase of the
rulebook better ("train loss falls" + "val loss rises"), by dynamic programming over the cuts. A clause whose negation
differs from its phrase's says that the finding is absent; hedges make it "probably".
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from mladvisor.consultation.interpret.clauses import Clause, clause_of, flipped, no_statement
from mladvisor.consultation.interpret.comparisons import at_chance, joined_ranges, losses_compared, moved, with_levels
from mladvisor.consultation.interpret.elsewhere import carried, elsewhere, value_elsewhere
from mladvisor.consultation.interpret.heard import Apart, Note, Unsure
from mladvisor.consultation.interpret.index import Hit, Index
from mladvisor.consultation.interpret.likeness import ADVERBS, SPLITS, SUBJECTS
from mladvisor.consultation.interpret.meaning import MOVES, Meaning, meaning
from mladvisor.consultation.interpret.values import split_pair, values_in
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook

SURE = 0.8
"""From this likeness on a cause or an absence is said in the words of a phrase."""
SURE_CHANCE = 0.85
"""From this chance on a finding is noted, alone or with what says the same more or less precisely."""
SURE_WEIGHT = 7.5
"""The least weight of what is noted."""
OFFERED = 0.12
"""From this chance on it is asked back."""
OFFERED_BESIDE = 0.4
"""The same of a clause that gave a value already."""
DOUBTED = 0.2
"""The same where a negation stands on one side alone."""
DENIED, DENIED_SURELY = 0.65, (0.7, 0.9)
"""From this likeness on a clause whose negation differs from a phrase denies it: below it, one of the two is only put
in other words. From this likeness and chance on the absence is noted."""
BESIDE = 0.06
"""From this chance on another finding is offered beside it."""
MORE = 0.05
"""So much likelier is what a text says as a whole than what its parts say, where it is offered in their place."""
FAR = 0.04
"""Below this chance a finding is not even shown as the nearest there is."""
FEW = 3
"""So many of the nearest are shown."""
JOINED = 3
"""Most clauses that are read as one."""

APART = 0.9
"""From this chance on, of each, two findings in two clauses are two."""
TOGETHER = 0.3
"""How much more a phrase counts that fits two clauses at once, than two that fit one each."""


_GUESSED = re.compile(r"[\s,;]*(?:but )?(?:i|we) (?:think|guess|believe|suppose|assume|reckon|am not sure|am unsure)\b")
"""What takes back some of a clause that stands before it."""


class _Span(NamedTuple):
    first: int
    last: int
    hit: Hit
    others: tuple[Hit, ...]
    meaning: Meaning
    doubted: frozenset[str] = frozenset()


class Said(NamedTuple):
    """What a text says.

    Attributes:
        notes: what can be noted. unsure: what should be asked back. missed: clauses that say nothing known.
        apart: values of something else than the run.
    """

    notes: list[Note]
    unsure: list[Unsure]
    missed: list[str]
    apart: list[Apart]


def statements(text: str, book: Rulebook, index: Index) -> Said:
    """What a spelled text says of the run."""
    text = with_levels(losses_compared(joined_ranges(moved(at_chance(text)))))
    pair = split_pair(text, book)
    notes: dict[str, Note] = {value.note.about: value.note for value in pair}
    for value in reversed(pair[:1]):
        text = text[: value.start] + " , " + text[value.end :]
    unsure: list[Unsure] = []
    apart: list[Apart] = []
    clauses: list[Clause] = []
    of = ""
    for part in lexicon().splitter.split(text):
        words = part.strip(" ,;:")
        if not words or no_statement(words, text):
            continue
        values = values_in(words, book)
        clause = clause_of(words, values, clauses)
        of = elsewhere(words, of)
        if clauses and not clause.meaning.tokens and clause.meaning.negated and not values:
            # "I checked for duplicates, there are none"
            before = clauses.pop()
            clause = before._replace(words=f"{before.words}, {words}", meaning=flipped(before.meaning), hedge="")
        for value in values:
            if clause.hedge == "unsure":
                continue
            other = value_elsewhere(value.note, words, value.start, value.end, of)
            if value.sure and other:
                apart.append(Apart(words, other, value.note))
            elif value.sure:
                guessed = clause.hedge == "probably" or bool(_GUESSED.match(text[text.find(words) + len(words) :]))
                notes.setdefault(value.note.about, msgspec.structs.replace(value.note, aside=guessed))
        on = carried(words, of, has_value=bool(values))
        theirs = [any(value.note is one.note for one in apart) for value in values]
        settled = bool(on or (theirs and all(theirs)))  # it speaks of something else, and nothing is asked of it
        clauses.append(clause._replace(told=True, given=True) if settled else clause)
        of = on
    missed = []
    cut = _spans(clauses, book, index)
    for span, words in cut:
        hedge = max((clause.hedge for clause in clauses[span.first : span.last + 1]), key=len) if span else ""
        found = _noted(span, words, hedge, book) if span is not None else None
        if isinstance(found, Note):
            notes.setdefault(found.about, found)
            for about, note in notes.items():  # the activation of "my relu units are all dead"
                if about not in book.findings and isinstance(note.value, str) and note.words in words:
                    notes[about] = msgspec.structs.replace(note, aside=True)
        elif isinstance(found, Unsure):
            unsure.append(found)
        elif span is None and words:
            missed.append(words)
        if span is not None:
            missed += _left_over(clauses[span.first : span.last + 1], span.hit)
    if not any(name in book.findings for name in notes):
        fits = max((span.hit.chance for span, _ in cut if span is not None), default=0.0)
        whole = _as_a_whole(text, clauses, fits, book, index)
        unsure, missed = ([whole], []) if whole is not None else (unsure, missed)
    kept = [one for one in unsure if not all(note.about in notes for note in one.candidates)]
    return Said(list(notes.values()), kept, missed, [one for one in apart if one.note.about not in notes])


def _as_a_whole(text: str, clauses: list[Clause], fits: float, book: Rulebook, index: Index) -> Unsure | None:
    """What a text says as a whole, where that is likelier than what any part of it says (`fits`); to be asked back.

    "My csv is first 5000 cats, then 5000 dogs": neither half is about the order of the rows.
    """
    hedge = max((clause.hedge for clause in clauses), key=len, default="")
    said = meaning(text)
    findings = [hit for hit in index.hits(said) if hit.phrase.kind == "finding" and not _tells_nothing(said, hit)]
    findings = [hit for hit in findings if not _is_strange(hit, said, index)]
    least = OFFERED_BESIDE if any(clause.given for clause in clauses) else OFFERED
    if hedge == "unsure" or all(clause.told for clause in clauses):
        return None
    if not findings or findings[0].chance < max(least, fits + MORE):
        return None
    offered = [findings[0], *(hit for hit in findings[1:FEW] if hit.chance >= BESIDE)]
    return Unsure(text.strip(" ,"), tuple(_note(hit, text, hedge, book) for hit in offered))


def nearest(missed: list[str], book: Rulebook, index: Index) -> tuple[Note, ...]:
    """What is least unlike clauses that were not understood: findings to choose from, none that is far off."""
    found: dict[str, Note] = {}
    for words in missed:
        said = meaning(words)
        for hit in index.hits(said)[: 2 * FEW]:
            if hit.phrase.kind == "finding" and hit.agrees and hit.chance >= FAR and not _tells_nothing(said, hit):
                found.setdefault(hit.phrase.id, _note(hit, words, "", book))
    return tuple(found.values())[:FEW]


def _aside(said: Meaning) -> frozenset[str]:
    """What a clause speaks of that is no part of any training, where it speaks of nothing that is."""
    return frozenset() if _of_training(said) else lexicon().aside & set(said.tokens)


def _of_training(said: Meaning) -> bool:
    return bool(set(said.tokens) & (SUBJECTS | SPLITS))


def _tells_nothing(said: Meaning, hit: Hit) -> bool:
    """Whether a clause speaks of something else than a phrase: "my laptop is slow" is no slow training."""
    common = {token for token in hit.phrase.meaning.tokens if token in said.tokens and "." not in token}
    aside = _aside(said)
    if aside and not aside & common:
        return True
    return common <= lexicon().general | aside and not _of_training(said)


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


def _spans(clauses: list[Clause], book: Rulebook, index: Index) -> list[tuple[_Span | None, str]]:
    """The best cut of the clauses into spans, each with the finding that it fits, or None."""
    spans: dict[tuple[int, int], _Span] = {}
    ranges = [(i, i + more) for more in range(JOINED) for i in range(len(clauses) - more)]
    meanings = [
        clauses[i].meaning if i == j else meaning(" , ".join(clause.rest for clause in clauses[i : j + 1]))
        for i, j in ranges
    ]
    for (i, j), whole in zip(ranges, meanings, strict=True):
        findings = [hit for hit in index.hits(whole) if hit.phrase.kind == "finding" and not _tells_nothing(whole, hit)]
        findings = [hit for hit in findings if not _is_strange(hit, whole, index)]
        if j > i and any(_aside(clause.meaning) for clause in clauses[i : j + 1]):
            continue
        if j > i:  # what is absent is said in one clause; two negations in two clauses do not cancel
            alone = {
                spans[k, k].hit.phrase.id for k in range(i, j + 1) if (k, k) in spans and not spans[k, k].hit.agrees
            }
            findings = [hit for hit in findings if hit.phrase.id not in alone]
        doubted = frozenset(hit.phrase.id for hit in findings if _is_doubted(hit, clauses[i : j + 1]))
        findings = [hit._replace(agrees=True) if hit.phrase.id in doubted else hit for hit in findings]
        findings = [hit for hit in findings if hit.phrase.id not in doubted or hit.chance >= DOUBTED]
        least = OFFERED_BESIDE if any(clause.given for clause in clauses[i : j + 1]) else OFFERED
        findings = findings if findings and findings[0].chance >= least else []
        if findings and _say_more_apart(findings[0], [spans[k, k].hit for k in range(i, j + 1) if (k, k) in spans]):
            continue
        told = any(clauses[end].told and (i == j or not clauses[end].meaning.tokens) for end in (i, j))
        if findings and whole.tokens and not told:
            spans[i, j] = _Span(i, j, findings[0], tuple(findings[1:FEW]), whole, doubted)
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
                gain = span.hit.chance * len(span.meaning.tokens) * (1 + TOGETHER * (end - 1 - start))
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


def _is_strange(hit: Hit, said: Meaning, index: Index) -> bool:
    """Whether a clause shares one word with a phrase, and half of the others are known to no rule."""
    words = {token for token in said.tokens if "." not in token and "~" not in token} - ADVERBS
    strange = sum(not index.knows(word) for word in words)
    return len(words & set(hit.phrase.meaning.tokens)) <= 1 and 2 * strange >= len(words)


def _say_more_apart(hit: Hit, alone: list[Hit]) -> bool:
    """Whether clauses that are read as one say no more than one of them alone, while another surely says more."""
    sure = {one.phrase.id for one in alone if one.chance >= APART}
    return len(sure) > 1 and hit.phrase.id in sure


def _is_doubted(hit: Hit, clauses: list[Clause]) -> bool:
    """Whether a negation stands on one side alone that denies nothing: in other words, or in another clause."""
    if not hit.agrees:
        return len(clauses) > 1 or hit.score < DENIED
    phrase = hit.phrase.meaning
    if not phrase.negated or len(clauses) == 1:
        return False
    meant = set(phrase.tokens)
    needed = len(meant) / 2 if hit.phrase.single else 1
    return not any(clause.meaning.negated and len(meant & set(clause.meaning.tokens)) >= needed for clause in clauses)


def _noted(span: _Span, words: str, hedge: str, book: Rulebook) -> Note | Unsure | None:
    if hedge == "unsure":
        return None
    hit = span.hit
    note = _note(hit, words, hedge, book)
    vague = bool(span.others) and re.match(lexicon().phrases["vague"], words)  # slow by the clock, or by the epoch?
    related = sum(other.chance for other in span.others if _one_refines_other(hit, other, book))
    least, surely = DENIED_SURELY
    denied = hit.score >= SURE or (hit.score >= least and hit.chance >= surely)
    said = hit.chance + related >= SURE_CHANCE and hit.weight >= SURE_WEIGHT if hit.agrees else denied
    another = elsewhere(words) and not elsewhere(hit.phrase.meaning.words)  # "in the last run the loss exploded"
    if said and not (vague or another or hit.phrase.id in span.doubted or _is_half_said(span)):
        return note
    others = [other for other in span.others if vague or other.chance >= BESIDE]
    return Unsure(words, (note, *(_note(other, words, hedge, book) for other in others)))


def _is_half_said(span: _Span) -> bool:
    """Whether a clause says what is spoken of, and its phrase what is amiss with it besides: "I use relu" is no relu in
    an LSTM, and "I train with mixed precision" not that it gives NaN."""
    amiss = lexicon().amiss.intersection(span.hit.phrase.meaning.tokens)
    told = lexicon().telling.intersection(span.meaning.tokens)
    if span.hit.agrees and amiss and not told and not _telling(span.meaning):
        return True
    said = {token for token in span.meaning.tokens if "." not in token and "~" not in token}
    meant = {token for token in span.hit.phrase.meaning.tokens if "." not in token and "~" not in token}
    # "I use no normalisation": of the inputs, or in the layers?
    plain = len(said) == 1 and (next(iter(said)).islower() or said == {"SCALE"})
    return plain and not meant <= said


def _telling(said: Meaning) -> bool:
    """Whether a clause has a number or a negation, which may say what is amiss."""
    return (
        said.negated
        or lexicon().negator.search(said.words) is not None
        or re.search(r"(?<![a-z])\d", said.words) is not None
    )


def _one_refines_other(hit: Hit, second: Hit, book: Rulebook) -> bool:
    one, other = book.findings[hit.phrase.id], book.findings[second.phrase.id]
    return one.parent == other.id or other.parent == one.id


def _note(hit: Hit, words: str, hedge: str, book: Rulebook) -> Note:
    value = {(True, ""): "yes", (True, "probably"): "probably", (False, ""): "no", (False, "probably"): "probably-not"}
    rule = book.findings[hit.phrase.id]
    return Note(rule.id, value[hit.agrees, hedge], rule.doc.title, words, round(hit.score, 3))
