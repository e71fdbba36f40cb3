"""What a sentence wants: one of the intents, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mladvisor.consultation.interpret.elsewhere import elsewhere
from mladvisor.consultation.interpret.heard import Intent, Note
from mladvisor.consultation.interpret.index import Hit, Index
from mladvisor.consultation.interpret.meaning import MOVES, meaning
from mladvisor.consultation.interpret.names import cause_called
from mladvisor.consultation.interpret.statements import SURE, statements
from mladvisor.consultation.interpret.values import values_in
from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook

NAMED = 0.6
"""From this likeness on a cause is meant by its name."""
MEANT = 0.55
"""From this likeness on a name, where one is expected, is that of a cause or finding."""
DENIED = 0.7
"""From this likeness on a cause is what is denied with "it is not ..."."""
WISHED = 0.5
"""From this chance on a sentence is a wish like those that are given as examples."""
ABOUT = ("how", "why-not", "explain", "fix", "rule-out")
"""Wishes that may be about a cause."""
ALIKE = 0.05
"""A finding that fits words as well as a cause's name, but for so much, is what is meant."""


def wish(plain: str, book: Rulebook, index: Index) -> Intent | None:
    """What a spelled sentence wants, or None for a statement."""
    bare = re.sub(lexicon().phrases["polite"], "", plain.rstrip(" ?!.").strip())
    if not bare:
        return Intent("help")
    for kind, pattern in lexicon().intents:
        match = pattern.match(bare)
        if match is None or (match.end() < len(bare) and kind not in ("fix", "why", "undo")):
            continue
        if kind == "cause-question" and re.match(lexicon().phrases["asked"] + ".", bare):
            continue  # "is it a problem that ...": a statement
        groups = match.groupdict()
        about = (groups.get("x") or groups.get("y") or "").strip()
        found = _wish(kind, about, bare, book, index, asks=plain.rstrip().endswith("?"))
        if found is not None:
            return found
    return None


def wished(plain: str, book: Rulebook, index: Index) -> Intent | None:
    """What a sentence wants that no pattern fits, by examples of such wishes, with the cause that it names."""
    hit = index.wished(meaning(plain))
    if hit is None or hit.chance < WISHED or values_in(plain, book):
        return None
    kind = hit.phrase.id
    named = _mentioned(plain, index) if kind in ABOUT else ""
    if kind == "why-not" and not named and not lexicon().negator.search(plain):
        return None  # "why is the accuracy so low": no cause is doubted
    if kind == "show":
        named = next((name for name, pattern in reversed(lexicon().plots) if pattern.search(plain)), "loss")
    return Intent(kind, named, plain if named else "")  # type: ignore[arg-type]


def _mentioned(plain: str, index: Index) -> str:
    """The cause whose name stands in a text; of several the one with the longest name, or ""."""
    said = set(meaning(plain).tokens)
    named = [
        (len(phrase.meaning.tokens), phrase.id)
        for phrase in index.phrases
        if phrase.kind == "cause" and phrase.meaning.tokens and set(phrase.meaning.tokens) <= said
    ]
    return max(named)[1] if named else ""


def _wish(kind: str, about: str, bare: str, book: Rulebook, index: Index, *, asks: bool) -> Intent | None:
    """The intent of a pattern that fits, or None where what it is about shows that something else is meant.

    `asks`: the sentence ends in a question mark.
    """
    if kind in ("why", "undo", "report", "skip", "quit", "help", "ranking", "rules"):
        return Intent(kind)  # type: ignore[arg-type]
    if kind == "what-if-value":  # "and with a batch size of 8?": only where a value is named, and asked for
        values = values_in(_supposed(about), book) if asks else []
        notes = [value.note for value in values if value.sure]
        return Intent("what-if", notes[0].about, about, tuple(notes)) if notes else None
    if kind == "what-if":
        notes, unsure, *_ = statements(_supposed(about), book, index)
        if _is_change(about) and not any(note.about not in book.findings for note in notes):
            return Intent("what-if", "", about)
        notes = notes or [one.candidates[0] for one in unsure[:1] if one.candidates[0].score >= SURE]
        if not notes:
            stated = stated_in(re.sub(r"^(i|we|it) (am|is|are)? ?", "it is ", about), book, index, called=True)
            notes = [stated] if stated is not None else []
        return Intent("what-if", notes[0].about if notes else "", about, tuple(notes))
    if kind == "show":
        plot = next(
            (name for name, pattern in reversed(lexicon().plots) if pattern.search(about)), "" if about else "loss"
        )
        return Intent("show", plot, about) if plot or len(about.split()) <= 3 else None
    called = _called(about, book, index)
    named = called or _named(about, index, causes_only=kind != "explain")
    meant = named.phrase.id if named is not None else _mentioned(about, index)
    of_cause = ("cause-question", "how-cause", "explain-asked")
    if kind in of_cause and called is None and named is not None and _is_seen(named, about, index):
        return None  # "is the loss noisy" asks for what is seen, whatever it is a sign of
    if kind == "explain-asked" and (not asks or any(re.fullmatch(one["called"], about) for one in _settings())):
        return None  # "batch size?": a setting, and no cause
    if kind in ("explain-named", "explain-asked"):  # "the loss is nan, what does that mean?" states something
        by_name = named is not None and _by_name(named, about, index) and not asks_of_curve(about)
        return Intent("explain", meant, about) if by_name else None
    if kind == "fix":
        vague = not about or re.fullmatch(r"(it|this|that|these|them|now|the (problem|model|loss))", about)
        return Intent("fix", "" if vague else meant, about)
    if kind in ("why-not", "rule-out", "explain"):
        said_more = _is_of_curve(about) if kind == "why-not" else kind == "rule-out" and _is_more(about)
        if named is None and said_more:
            return None
        return Intent(kind, meant, about)  # type: ignore[arg-type]
    if kind == "how":
        return Intent("how", meant, about)
    if kind == "cause-asked":  # "do i overfit", "fix class imbalance": only of what is known by that name
        cause = cause_called(about, book)
        return Intent("how", cause, about) if cause else None
    if kind == "fix-named":
        cause = cause_called(about, book)
        return Intent("fix", cause, about) if cause else None
    if kind == "explain-called":
        cause = cause_called(about, book)
        return Intent("explain", cause, about) if cause else None
    if kind == "not-cause":
        if named is None or named.phrase.kind != "cause" or named.score < DENIED or not _by_name(named, about, index):
            return None
        return Intent("rule-out", named.phrase.id, about)
    if kind == "suspect-named":
        hits = index.hits(meaning(about))
        fits = max((hit.score for hit in hits if hit.phrase.kind == "finding"), default=0.0)
        if named is None or not named.agrees or named.score < max(SURE, fits + 0.01):
            return None
        return Intent("suspect", named.phrase.id, about, (_stated(named, bare, book),))
    if kind in ("cause-question", "how-cause"):
        if named is None or re.match(lexicon().phrases["counsel"], bare) or not _by_name(named, about, index):
            return None
        if asks_of_curve(about):
            return None
        return Intent("how", named.phrase.id, about)
    return None


def _settings() -> Iterable[dict[str, Any]]:
    return lexicon().features.values()


def _is_change(about: str) -> bool:
    """Whether something is supposed to be done ("I train longer"), rather than seen."""
    return bool(re.match(r"(i|we) ", about)) and any(said.search(about) for said, _ in lexicon().remedies)


def _is_of_curve(about: str) -> bool:
    """Whether words are too many, or speak of a curve ("validation accuracy"), and so name no cause."""
    return len(about.split()) > 5 or re.search(lexicon().phrases["curve"], about) is not None


def asks_of_curve(about: str) -> bool:
    """Whether words say what loss or metric does ("does the loss look noisy?"): a sign, whatever it stands for."""
    said = set(meaning(about).tokens)
    return bool(said & {"LOSS", "METRIC"}) and bool(said & MOVES)


def _is_more(about: str) -> bool:
    """Whether words are too many, or a pronoun, and so no name of a cause."""
    return len(about.split()) > 3 or about in ("it", "that", "this", "right", "true", "correct", "normal", "possible")


def _supposed(text: str) -> str:
    """ "the learning rate were 0.001" and "I shuffled the data" as plain statements."""
    return re.sub(r"\b(were|would be|was|had been|would have been|been)\b", "is", text)


def _called(about: str, book: Rulebook, index: Index) -> Hit | None:
    """The cause that a name is known to mean."""
    cause = cause_called(about, book)
    return next((Hit(1.0, one, True) for one in index.phrases if one.kind == "cause" and one.id == cause), None)


def _named(about: str, index: Index, *, causes_only: bool) -> Hit | None:
    """The cause (or finding) that is meant by a name."""
    if not about:
        return None
    own = about.replace(" ", "-")
    for phrase in index.phrases:
        if phrase.id == own and (phrase.kind == "cause" or not causes_only):
            return Hit(1.0, phrase, True)
    about = re.sub(r" (problems?|issues?|faults?|troubles?)$", "", about)
    hits = index.hits(meaning(about), names=True)
    allowed = [hit for hit in hits if hit.phrase.kind == "cause" or not causes_only]
    allowed.sort(key=lambda hit: -hit.score - (0.1 if hit.phrase.kind == "cause" else 0.0))
    return allowed[0] if allowed and allowed[0].score >= MEANT else None


def _by_name(named: Hit, about: str, index: Index) -> bool:
    """Whether words name a cause rather than describe something that is seen."""
    if named.score < NAMED:
        return False
    findings = [hit.score for hit in index.hits(meaning(about)) if hit.phrase.kind == "finding"]
    return not findings or named.score >= max(findings) - ALIKE


def _is_seen(named: Hit, about: str, index: Index) -> bool:
    """Whether a finding fits words as well as a cause does, of whose signs they are one."""
    return named.phrase.kind == "cause" and any(
        hit.phrase.kind == "finding" and hit.score >= named.score for hit in index.hits(meaning(about))
    )


_DENIED = re.compile(r"\b(unlikely|improbable|hardly|neither|nor|used to|no longer|not any ?more)\b")


def suspected(plain: str, book: Rulebook, index: Index, fits: float) -> Intent | None:
    """A cause that is stated as a fact ("my model is overfitting"), with nothing else beside it.

    `fits` is how well a finding fits, which has to be clearly less.
    """
    if _DENIED.search(plain) or lexicon().denied.search(plain):
        return None  # "overfitting is unlikely" suspects nothing
    bare = lexicon().probably.sub(" ", plain.rstrip(" ?!."))
    bare = re.sub(lexicon().phrases["supposed_cause"], "", bare.strip())
    if set(meaning(bare).tokens) <= lexicon().general:
        return None  # "that is bad" names nothing
    if lexicon().negator.search(bare) and not meaning(bare).negated:
        return None  # "not unbalanced": what is denied twice suspects nothing
    named = _named(bare, index, causes_only=True)
    fits = max([fits, *(hit.score for hit in index.hits(meaning(bare)) if hit.phrase.kind == "finding")])
    if named is None or named.score < max(NAMED, fits + ALIKE) or not named.agrees:
        return None
    return Intent("suspect", named.phrase.id, bare, (_stated(named, plain, book),))


def stated_in(clause: str, book: Rulebook, index: Index, *, called: bool = False) -> Note | None:
    """The cause that a clause states, or denies, in exactly the words of its name, or None.

    Args:
        called: what it is also called counts, too; much of that are signs of it, which a finding may say better.
    """
    said = meaning(re.sub(lexicon().phrases["supposed_cause"], "", lexicon().probably.sub(" ", clause).strip()))
    if (
        elsewhere(clause)
        or (said.negated and called)
        or not said.tokens
        or re.search(lexicon().phrases["searched"], clause)
    ):
        return None
    wanted = set(said.tokens)
    for phrase in index.phrases:
        if phrase.kind == "cause" and (called or not phrase.own) and set(phrase.meaning.tokens) == wanted:
            return None if phrase.meaning.negated else _stated(Hit(1.0, phrase, not said.negated), clause, book)
    return None


def _stated(hit: Hit, words: str, book: Rulebook) -> Note:
    hedged = lexicon().probably.search(words) is not None
    value = ("probably" if hedged else "yes") if hit.agrees else "probably-not" if hedged else "no"
    return Note(hit.phrase.id, value, book.causes[hit.phrase.id].doc.title, words, round(hit.score, 3))
