"""A sentence as what can be noted, what is wanted, and what should be asked back.

The sentence is cut into clauses. Values are read first. Then neighbouring clauses are joined wherever that fits a
phrase of the rulebook better ("train loss falls" + "val loss rises"), by dynamic programming over the cuts. A clause
whose negation differs from its phrase's says that the finding is absent; hedges make it "probably".
"""

from __future__ import annotations

import re
import weakref
from typing import NamedTuple

from mladvisor.consultation.interpret.heard import Heard, Intent, Note, Unsure
from mladvisor.consultation.interpret.index import SPLITS, SUBJECTS, Hit, Index, index_of
from mladvisor.consultation.interpret.typing_errors import corrected
from mladvisor.consultation.interpret.values import Value, joined_ranges, split_pair, values_in
from mladvisor.consultation.interpret.words import MOVES, Meaning, common_words, lexicon, meaning, spelled
from mladvisor.rulebook import Rulebook

SURE = 0.7
"""From this likeness on a finding is noted; chosen on the development sentences, where more gave wrong notes."""
SURE_OF_ABSENCE = 0.8
"""The same where the negation differs: then the words must be nearly those of the phrase."""
OFFERED = 0.57
"""From here on it is asked back."""
NEAR = 0.05
"""Two findings that fit as closely as this are asked back, unless one says the same more precisely."""
NAMED = 0.6
"""From this likeness on a cause is meant by its name."""
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
    """

    words: str
    rest: str
    meaning: Meaning
    hedge: str
    told: bool = False


class _Span(NamedTuple):
    first: int
    last: int
    hit: Hit
    second: Hit | None
    meaning: Meaning


def interpret(text: str, book: Rulebook, *, has_run: bool = False) -> Heard:
    """What a sentence says and wants.

    Args:
        text: one sentence or a few, as typed.
        book: the rulebook whose words are understood.
        has_run: whether there is a run whose curves can be shown.
    """
    index = index_of(book)
    plain = corrected(spelled(text), _known_words(book))
    intent = _intent(plain, text, book, index)
    if intent is not None:
        return Heard(text, intent=intent)
    notes, unsure, missed = _statements(_opened(plain), book, index)
    if not notes:
        fits = max((one.candidates[0].score for one in unsure), default=0.0)
        suspected = _suspected(plain, index, fits)
        if suspected is not None:
            return Heard(text, intent=suspected, missed=tuple(missed))
    return Heard(text, tuple(notes), None, tuple(unsure), tuple(missed))


def _opened(text: str) -> str:
    """A complaint put as a question ("why does my loss rise?") as the statement in it."""
    phrases = lexicon().phrases
    for name in ("opener", "asked", "tail"):
        text = re.sub(phrases[name], "", text)
    return text


def _known_words(book: Rulebook) -> frozenset[str]:
    """Words that are no typing errors: those of the rulebook and of words.yaml."""
    known = _words.get(book)
    if known is None:
        texts = [text for rule in book.findings.values() for text in (*rule.doc.said, rule.doc.title, rule.doc.ask)]
        texts += [text for cause in book.causes.values() for text in (*cause.doc.said, cause.doc.title)]
        texts += [choice for question in book.questions.values() for choice in question.choices]
        own = " ".join(spelled(text) for text in texts)
        known = _words[book] = frozenset(re.findall(r"[a-z]{4,}", own)) | common_words()
    return known


_words: weakref.WeakKeyDictionary[Rulebook, frozenset[str]] = weakref.WeakKeyDictionary()


# Statements


def _statements(text: str, book: Rulebook, index: Index) -> tuple[list[Note], list[Unsure], list[str]]:
    text = joined_ranges(text)
    pair = split_pair(text, book)
    notes: dict[str, Note] = {value.note.about: value.note for value in pair}
    for value in reversed(pair[:1]):
        text = text[: value.start] + " , " + text[value.end :]
    unsure: list[Unsure] = []
    clauses: list[Clause] = []
    for part in lexicon().splitter.split(text):
        words = part.strip(" ,;:")
        if not words:
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
    for span, words in _spans(clauses, index):
        hedge = max((clause.hedge for clause in clauses[span.first : span.last + 1]), key=len) if span else ""
        found = _noted(span, words, hedge, book) if span is not None else None
        if isinstance(found, Note):
            notes.setdefault(found.about, found)
        elif isinstance(found, Unsure):
            unsure.append(found)
        elif span is None and words:
            missed.append(words)
    settled = notes.keys()
    kept = [one for one in unsure if not all(note.about in settled for note in one.candidates)]
    return list(notes.values()), kept, missed


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
    told = bool(values) and (not meaning(without).tokens or not all(value.sure for value in values))
    return Clause(words, rest, _with_subject(rest, before), hedge, told)


def _with_subject(rest: str, before: list[Clause]) -> Meaning:
    """The meaning of a clause; where it does not say what falls or jumps, the last subject is meant, or the loss."""
    plain = meaning(rest)
    named = any(token.islower() for token in plain.tokens)
    if named or not MOVES & set(plain.tokens) or (SUBJECTS | SPLITS) & set(plain.tokens):
        return plain
    last = next(
        (one.meaning.tokens for one in reversed(before) if (SUBJECTS | SPLITS) & set(one.meaning.tokens)), ("LOSS",)
    )
    subject = [token for token in last if token in SUBJECTS | SPLITS]
    return meaning(f"{' '.join(subject)} {rest}")


def _left_of(value: Value) -> str:
    """What remains in a clause where a value stood: of a metric, that it is high or low, as findings put it."""
    if not value.note.about.startswith("metric."):
        return " "
    level = "high" if value.note.value >= 0.8 else "low" if value.note.value <= 0.35 else ""
    return f" {value.note.title} {level} "


def _spans(clauses: list[Clause], index: Index) -> list[tuple[_Span | None, str]]:
    """The best cut of the clauses into spans, each with the finding that it fits, or None."""
    spans: dict[tuple[int, int], _Span] = {}
    ranges = [(i, j) for i in range(len(clauses)) for j in range(i, min(i + JOINED, len(clauses)))]
    meanings = [
        clauses[i].meaning if i == j else meaning(" ".join(clause.rest for clause in clauses[i : j + 1]))
        for i, j in ranges
    ]
    for (i, j), whole, hits in zip(ranges, meanings, index.hits(meanings), strict=True):
        findings = [hit for hit in hits if hit.phrase.kind == "finding"]
        if j > i:  # what is absent is said in one clause; two negations in two clauses do not cancel
            findings = [hit for hit in findings if hit.agrees]
        told = any(clauses[end].told and (i == j or not clauses[end].meaning.tokens) for end in (i, j))
        if findings and whole.tokens and findings[0].score >= _least(findings[0]) and not told:
            spans[i, j] = _Span(i, j, findings[0], findings[1] if len(findings) > 1 else None, whole)
    best: list[tuple[float, list[tuple[_Span | None, str]]]] = [(0.0, [])]
    for end in range(1, len(clauses) + 1):
        clause = clauses[end - 1]
        options = [
            (
                best[end - 1][0],
                [*best[end - 1][1], (None, clause.words if clause.meaning.tokens and not clause.told else "")],
            )
        ]
        for start in range(max(0, end - JOINED), end):
            span = spans.get((start, end - 1))
            if span is not None:
                gain = (span.hit.score - 0.5) * len(span.meaning.tokens) * (1 + TOGETHER * (end - 1 - start))
                words = ", ".join(clause.words for clause in clauses[start:end])
                options.append((best[start][0] + gain, [*best[start][1], (span, words)]))
        best.append(max(options, key=lambda option: option[0]))
    return best[-1][1]


def _least(hit: Hit) -> float:
    """From which likeness on something is at least asked back."""
    return OFFERED if hit.agrees else OFFERED + 0.1


def _noted(span: _Span, words: str, hedge: str, book: Rulebook) -> Note | Unsure | None:
    hit, second = span.hit, span.second
    if hedge == "unsure":
        return None
    note = _note(hit, words, hedge, book)
    rival = (
        second is not None
        and hit.score - second.score < NEAR
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


# Wishes


def _intent(plain: str, text: str, book: Rulebook, index: Index) -> Intent | None:
    bare = re.sub(lexicon().phrases["polite"], "", plain.rstrip(" ?!.").strip())
    if not bare:
        return Intent("help")
    for kind, pattern in lexicon().intents:
        match = pattern.match(bare)
        if match is None or (match.end() < len(bare) and kind not in ("fix", "why", "undo")):
            continue
        groups = match.groupdict()
        about = (groups.get("x") or groups.get("y") or "").strip()
        found = _wish(kind, about, bare, book, index)
        if found is not None:
            return found
    return None


def _wish(kind: str, about: str, bare: str, book: Rulebook, index: Index) -> Intent | None:
    """The intent of a pattern that fits, or None where what it is about shows that something else is meant."""
    if kind in ("why", "undo", "report", "skip", "quit", "help", "ranking"):
        return Intent(kind)  # type: ignore[arg-type]
    if kind == "what-if":
        notes, unsure, _ = _statements(_supposed(about), book, index)
        notes = notes or [one.candidates[0] for one in unsure[:1]]
        return Intent("what-if", notes[0].about if notes else "", about, tuple(notes))
    if kind == "show":
        plot = next(
            (name for name, pattern in reversed(lexicon().plots) if pattern.search(about)), "" if about else "loss"
        )
        return Intent("show", plot, about) if plot or len(about.split()) <= 3 else None
    named = _named(about, index, causes_only=kind != "explain")
    if kind == "fix":
        vague = not about or re.fullmatch(r"(it|this|that|these|them|now|the (problem|model|loss))", about)
        return Intent("fix", "" if vague or named is None else named.phrase.id, about)
    if kind in ("why-not", "rule-out", "explain"):
        if kind == "why-not" and named is None and len(about.split()) > 5:
            return None
        return Intent(kind, named.phrase.id if named is not None else "", about)  # type: ignore[arg-type]
    if kind == "how":
        return Intent("how", named.phrase.id if named is not None else "", about)
    if kind in ("cause-question", "how-cause"):
        if named is None or not _by_name(named, about, index):
            return None
        return Intent("how", named.phrase.id, about)
    return None


def _supposed(text: str) -> str:
    """ "the learning rate were 0.001" and "I shuffled the data" as plain statements."""
    return re.sub(r"\b(were|would be|was|had been)\b", "is", text)


def _named(about: str, index: Index, *, causes_only: bool) -> Hit | None:
    """The cause (or finding) that is meant by a name."""
    if not about:
        return None
    hits = index.hits([meaning(about)])[0]
    allowed = [hit for hit in hits if hit.phrase.kind == "cause" or not causes_only]
    allowed.sort(key=lambda hit: -hit.score - (0.1 if hit.phrase.kind == "cause" else 0.0))
    return allowed[0] if allowed and allowed[0].score >= OFFERED else None


def _by_name(named: Hit, about: str, index: Index) -> bool:
    """Whether words name a cause rather than describe something that is seen."""
    if named.score < NAMED:
        return False
    findings = [hit for hit in index.hits([meaning(about)])[0] if hit.phrase.kind == "finding"]
    return not findings or named.score >= findings[0].score - NEAR


def _suspected(plain: str, index: Index, fits: float) -> Intent | None:
    """A cause that is stated as a fact ("my model is overfitting"): not evidence, but a wish to talk about it.

    `fits` is how well a finding fits, which has to be clearly less.
    """
    bare = lexicon().probably.sub(" ", plain.rstrip(" ?!."))
    bare = re.sub(lexicon().phrases["supposed_cause"], "", bare.strip())
    named = _named(bare, index, causes_only=True)
    if named is None or named.score < max(NAMED, fits + NEAR) or not named.agrees:
        return None
    return Intent("suspect", named.phrase.id, bare)
