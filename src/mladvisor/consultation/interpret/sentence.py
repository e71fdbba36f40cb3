"""A sentence as what can be noted, what is wanted, and what should be asked back."""

from __future__ import annotations

import re
import weakref

import msgspec

from mladvisor.consultation.interpret.elsewhere import elsewhere
from mladvisor.consultation.interpret.heard import Heard, Intent, Note, Unsure
from mladvisor.consultation.interpret.index import Index, index_of
from mladvisor.consultation.interpret.restated import own_words, read, restated
from mladvisor.consultation.interpret.statements import SURE, nearest, statements
from mladvisor.consultation.interpret.typing_errors import corrected
from mladvisor.consultation.interpret.wishes import asks_of_curve, stated_in, suspected, wish, wished
from mladvisor.consultation.interpret.words import common_words, label, lexicon
from mladvisor.features.vocabulary import MODEL_NAMES
from mladvisor.rulebook import Rulebook


def interpret(text: str, book: Rulebook, *, has_run: bool = False) -> Heard:
    """What a sentence says and wants.

    Args:
        text: one sentence or a few, as typed.
        book: the rulebook whose words are understood.
        has_run: whether there is a run whose curves can be shown.
    """
    index = index_of(book)
    plain = restated(corrected(read(text), _known_words(book)))
    setting = _setting_asked(plain, book)
    if setting is not None:
        return Heard(text, asked=(setting,))
    if re.search(lexicon().phrases["what_came"], plain):
        return Heard(text, changed=True)
    intent = wish(plain, book, index) or wished(plain, book, index)
    if intent is not None:
        return Heard(text, intent=intent)
    opened, questions = _without_questions(_opened(plain)) if "?" in text else (_opened(plain), [])
    asked = tuple(_asked(one, book, index) for one in questions)
    notes, unsure, missed, apart = statements(opened, book, index)
    if re.match(lexicon().phrases["asks_why"], plain):
        return _reason_asked(text, plain, notes, unsure, missed)
    if not notes and re.match(lexicon().phrases["mended"], plain):
        return Heard(text, asked=asked, changed=True)
    if asked and not opened.strip(" ,;.!?"):
        return Heard(text, asked=asked)
    question = text.rstrip().endswith("?") and re.match(lexicon().phrases["question"], plain) is not None
    if question:
        # "does the loss explode?": who asks has not said that it does
        doubted = notes if not re.match(lexicon().phrases["asked"], plain) else _findings(notes, book)
        notes = [note for note in notes if note not in doubted]
        unsure += [Unsure(note.words, (note,)) for note in _findings(doubted, book)]
        # "is dropout 0.5 enough?": nor that it is 0.5; what the run has is told
        asked += tuple(
            Unsure(note.title, (msgspec.structs.replace(note, value=None),))
            for note in doubted
            if note.about not in book.findings
        )
    if not notes and not re.match(lexicon().phrases["counsel"], plain):
        fits = max((one.candidates[0].score for one in unsure), default=0.0)
        named = suspected(plain, book, index, fits)
        if named is not None and question and not (unsure and asks_of_curve(plain)):
            return Heard(text, intent=Intent("how", named.about, plain))
        named = None if question else named
        if named is not None and named.notes[0].score >= SURE and not elsewhere(plain):
            return Heard(text, intent=named, missed=tuple(missed), asked=asked)
        if named is not None:
            return Heard(text, unsure=(Unsure(plain, named.notes),), missed=tuple(missed))
    if not re.match(lexicon().phrases["counsel"], plain):
        notes, missed = _with_stated(plain, notes, missed, book, index)
        by_name = [note.words.strip(" ,") for note in notes if note.about in book.causes]
        unsure = [one for one in unsure if one.words not in by_name]  # "no overfitting" says what it says
    if question and not re.match(lexicon().phrases["asked"], plain):
        asked += tuple(unsure) if unsure or notes or asked else (Unsure(plain, ()),)
        return Heard(text, tuple(notes), asked=asked)
    near = () if notes or unsure or asked or apart else nearest(missed, book, index)
    return Heard(text, tuple(notes), None, tuple(unsure), tuple(missed), near, asked, apart=tuple(apart))


def _findings(notes: list[Note], book: Rulebook) -> list[Note]:
    return [note for note in notes if note.about in book.findings]


def _reason_asked(text: str, plain: str, notes: list[Note], unsure: list[Unsure], missed: list[str]) -> Heard:
    """A question for a reason: whoever asks why something is so has not said that it is, so nothing is noted."""
    back = (*(Unsure(note.words, (note,)) for note in notes), *unsure)
    if not back:
        return Heard(text, asked=(Unsure(plain.rstrip(" ?!."), ()),))
    return Heard(text, unsure=back, missed=tuple(missed), asks_why=True)


def _setting_asked(plain: str, book: Rulebook) -> Unsure | None:
    """The setting whose value somebody asks to judge ("is my batch size ok?")."""
    match = re.match(lexicon().phrases["setting_asked"], plain)
    if match is None:
        return None
    for name, entry in lexicon().features.items():
        if re.fullmatch(entry["called"], match["x"]):
            return Unsure(match["x"], (Note(name, None, label(name, book), match["x"]),))
    return None


def _without_questions(text: str) -> tuple[str, list[str]]:
    """A text without the questions for something ("what is a dead relu?"), and these."""
    pattern = re.compile(lexicon().phrases["asks"])
    return pattern.sub("", text), [match["q"].strip(" ?") for match in pattern.finditer(text)]


def _asked(words: str, book: Rulebook, index: Index) -> Unsure:
    """A question, with the findings that it may be about."""
    if re.match(r"how (can|could|do|does|should|would)\b", words):
        return Unsure(words, ())  # for what to do, not for what is
    notes, unsure, *_ = statements(words, book, index)
    about = [note for note in notes if note.about in book.findings]
    return Unsure(words, tuple(about) or next((one.candidates for one in unsure), ()))


def _with_stated(
    plain: str, notes: list[Note], missed: list[str], book: Rulebook, index: Index
) -> tuple[list[Note], list[str]]:
    """Notes and missed clauses, with the causes that stand by name among them."""
    told = {note.about: note for note in notes}
    stated = set()
    for clause in lexicon().splitter.split(plain):
        named = stated_in(clause, book, index)
        if named is not None:
            told.setdefault(named.about, named)
            stated.add(clause.strip(" ,;:"))
    left = []
    for clause in missed:
        if clause in stated:
            continue
        named = stated_in(clause, book, index, called=True)
        if named is None:
            left.append(clause)
        else:
            told.setdefault(named.about, named)
    return list(told.values()), left


def _opened(text: str) -> str:
    """A complaint put as a question ("why does my loss rise?") as the statement in it."""
    phrases = lexicon().phrases
    for name in ("opener", "asked", "tail"):
        text = re.sub(phrases[name], "", text)
    return text


def _known_words(book: Rulebook) -> frozenset[str]:
    """Words that are no typing errors: those of the rulebook and of the lists."""
    known = _words.get(book)
    if known is None:
        known = _words[book] = index_of(book).words | common_words() | own_words() | MODEL_NAMES
    return known


_words: weakref.WeakKeyDictionary[Rulebook, frozenset[str]] = weakref.WeakKeyDictionary()
