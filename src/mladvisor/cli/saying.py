"""`diagnose --say`: plain words as answers, with what was understood told on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mladvisor.cli.common import narrate

if TYPE_CHECKING:
    from mladvisor.consultation.interpret.heard import Note
    from mladvisor.diagnosis.model import Diagnosis
    from mladvisor.rulebook import Rulebook
    from mladvisor.runs.model import Run


def understood(words: str, book: Rulebook, *, alone: bool) -> tuple[Note, ...]:
    """The notes of what was said; what was understood, and what was not, is told on stderr.

    Args:
        alone: there is nothing else to go by.

    Raises:
        UsageError: nothing was understood, and there is nothing else to go by.
    """
    from mladvisor.consultation.interpret import interpret
    from mladvisor.consultation.offers import left_out
    from mladvisor.consultation.voice import said_back
    from mladvisor.errors import UsageError

    heard = interpret(words, book)
    suspect = heard.intent is not None and heard.intent.kind == "suspect"
    notes = heard.intent.notes if suspect and heard.intent is not None else heard.notes
    for note in notes:
        narrate(f"understood: {said_back(book, note.about, note.value)}")
    for one in heard.unsure:
        meant = " or ".join(said_back(book, note.about, note.value) for note in one.candidates)
        doubt = "asked, and not said" if heard.asks_why else "not sure of"
        narrate(f'{doubt}: "{one.words}", so it is left out; did you mean: {meant}?')
    for apart in heard.apart:
        narrate(f"left out: {left_out(apart)}")
    for clause in () if suspect else heard.missed:
        narrate(f'not understood: "{clause}"')
    if (heard.intent is not None and not suspect) or heard.asked or heard.asks_why or heard.changed:
        narrate("--say takes what you see (what loss and metric do, settings); questions are for `mladvisor chat`")
    if alone and not notes:
        raise UsageError(f'nothing could be noted of "{words}"; try for example: the loss jumps around, lr 0.5')
    return notes


def weighed(notes: tuple[Note, ...], run: Run | None, book: Rulebook, given: dict[str, Any]) -> dict[str, Any]:
    """Answers by finding or feature: what was said, unless what the run shows stands against it; told on stderr.

    Args:
        given: other answers, which go before what was said in words.
    """
    from mladvisor.consultation.folding import with_parents

    if run is not None and notes:
        from mladvisor.consultation.asides import overruled
        from mladvisor.consultation.session import Consultation
        from mladvisor.consultation.voice import contradicted, shown, title

        session = Consultation(run, book)
        notes, told = overruled(notes, session, insist="note it with --answer")
        for reason in told:
            narrate(f"left out: {reason}")
        for note in notes:
            read = session.read(note.about)
            if read is not None and read != note.value and note.about not in given:
                narrate(
                    f"{title(book, note.about)}: {shown(note.value)} counts instead of {shown(read)}, as the run has it"
                )
        if notes:
            session.note({note.about: note.value for note in notes})
        for reason in contradicted(session, [note.about for note in notes]):
            narrate(f"contradiction: {reason.partition('; say undo')[0]}")
    return {**with_parents(book, {note.about: note.value for note in notes}), **given}


def diagnosed(book: Rulebook, answers: dict[str, Any]) -> Diagnosis:
    """A diagnosis without any run, from words and answers alone."""
    from mladvisor.consultation.session import Consultation

    session = Consultation(None, book)
    session.note(answers)
    return session.diagnosis
