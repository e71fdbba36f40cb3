"""`diagnose --say`: plain words as answers, with what was understood told on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mladvisor.cli.common import narrate

if TYPE_CHECKING:
    from mladvisor.diagnosis.model import Diagnosis
    from mladvisor.rulebook import Rulebook


def understood(words: str, book: Rulebook, *, alone: bool) -> dict[str, Any]:
    """The notes of what was said, by finding or feature; what was understood, and what was not, is told on stderr.

    Args:
        alone: there is nothing else to go by.

    Raises:
        UsageError: nothing was understood, and there is nothing else to go by.
    """
    from mladvisor.consultation.folding import with_parents
    from mladvisor.consultation.interpret import interpret
    from mladvisor.consultation.voice import said_back
    from mladvisor.errors import UsageError

    heard = interpret(words, book)
    suspect = heard.intent is not None and heard.intent.kind == "suspect"
    notes = heard.intent.notes if suspect and heard.intent is not None else heard.notes or heard.supposed
    for note in notes:
        narrate(f"understood: {said_back(book, note.about, note.value)}")
    for one in heard.unsure:
        if one.candidates[0] in notes:
            continue  # "why does my loss explode?" is asked about a run on which it does
        meant = " or ".join(said_back(book, note.about, note.value) for note in one.candidates)
        narrate(f'not sure of "{one.words}", so it is left out; did you mean: {meant}?')
    for clause in () if suspect else heard.missed:
        narrate(f'not understood: "{clause}"')
    if (heard.intent is not None and not suspect) or heard.asked or heard.changed:
        narrate("--say takes what you see (what loss and metric do, settings); questions are for `mladvisor chat`")
    if alone and not notes:
        raise UsageError(f'nothing could be noted of "{words}"; try for example: the loss jumps around, lr 0.5')
    return with_parents(book, {note.about: note.value for note in notes})


def diagnosed(book: Rulebook, answers: dict[str, Any]) -> Diagnosis:
    """A diagnosis without any run, from words and answers alone."""
    from mladvisor.consultation.session import Consultation

    session = Consultation(None, book)
    session.note(answers)
    return session.diagnosis
