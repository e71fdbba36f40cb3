"""What was understood of a sentence."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

IntentKind = Literal[
    "why",
    "how",
    "why-not",
    "what-if",
    "explain",
    "undo",
    "show",
    "fix",
    "report",
    "rule-out",
    "suspect",
    "help",
    "quit",
    "skip",
    "ranking",
    "back",
    "hello",
    "rules",
]


class Note(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something to note.

    Attributes:
        about: the finding, question or feature.
        value: yes, probably, unsure, probably-not or no for a finding; a number, choice or flag for a feature.
        title: what it is about, in words.
        words: the words that say it.
        score: 0 to 1, how well the words fit.
        aside: a value that is only guessed ("lr 0.1, I think") or named beside something else ("my relu units are
            dead"): what the run itself says of it stands.
    """

    about: str
    value: Any
    title: str
    words: str = ""
    score: float = 1.0
    aside: bool = False


class Intent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is wanted.

    Attributes:
        about: the cause, finding, question or plot that it is about; "" when nothing is named.
        words: the words that name it, also when nothing of that name is known.
        note: for "what-if", what is supposed.
    """

    kind: IntentKind
    about: str = ""
    words: str = ""
    notes: tuple[Note, ...] = ()


class Unsure(msgspec.Struct, frozen=True):
    """Words that may mean either of two things (or one, that should be confirmed)."""

    words: str
    candidates: tuple[Note, ...]


class Apart(msgspec.Struct, frozen=True):
    """A value that belongs to something else than the run, and of what it is told ("another run")."""

    words: str
    of: str
    note: Note


class Heard(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was understood of one sentence.

    Attributes:
        notes: what can be noted.
        intent: what is wanted; None for a statement.
        unsure: words that should be asked back.
        missed: clauses from which nothing was understood.
        asked: questions that stand in it, each with what it may be about (with a value of None: a setting); they are
            answered for what was measured, and nothing is noted of them.
        asks_why: it is asked why something is so; what that is stands in `unsure`.
        changed: a change is told that was made, or it is asked what came of one: a new run shows it.
        apart: values of something else than the run; they are not noted, and that is told.
        nearest: when nothing at all was understood, what is least unlike it, to choose from.
    """

    text: str
    notes: tuple[Note, ...] = ()
    intent: Intent | None = None
    unsure: tuple[Unsure, ...] = ()
    missed: tuple[str, ...] = ()
    nearest: tuple[Note, ...] = ()
    asked: tuple[Unsure, ...] = ()
    asks_why: bool = False
    changed: bool = False
    apart: tuple[Apart, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was understood."""
        return not (self.notes or self.intent is not None or self.unsure or self.asked or self.changed or self.apart)
