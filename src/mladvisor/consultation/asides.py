"""What is said in passing, or only guessed, against what was read and measured: the latter stands, and that is told."""

from __future__ import annotations

from collections.abc import Iterable

from mladvisor.consultation.interpret.heard import Note
from mladvisor.consultation.machine import Machine
from mladvisor.consultation.voice import shown, title
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.phrases import absence, lowered
from mladvisor.rulebook.answers import says_so

HEDGED = ("probably", "probably-not")


def overruled(notes: Iterable[Note], session: Machine) -> tuple[tuple[Note, ...], tuple[str, ...]]:
    """Notes that count, and for each of the others why what is known of the run stands against it.

    A value is left out that was named in passing or guessed, where a file of the run has another; a finding that
    somebody only thinks to see, or not to see, where the opposite was measured.
    """
    kept, told = [], []
    for note in notes:
        reason = _setting(note, session) if note.aside else _finding(note, session) if note.value in HEDGED else ""
        if reason:
            told.append(reason)
        else:
            kept.append(note)
    return tuple(kept), tuple(told)


def _setting(note: Note, session: Machine) -> str:
    read = session.read(note.about)
    if read is None or read == note.value or note.about in session.answers:
        return ""
    name = title(session.rulebook, note.about)
    return (
        f"The run has {shown(read)} as its {name}, so I do not note {shown(note.value)}. If the run's file is wrong, "
        f'say it plainly: "{name} is {shown(note.value)}".'
    )


def _finding(note: Note, session: Machine) -> str:
    judged = session.state.judged.get(note.about)
    if judged is None or judged.state not in ("measured", "checked") or judged.degree is None:
        return ""
    if judged.present == says_so(note.value):
        return ""
    name = session.rulebook.findings[note.about].doc.title
    said = finding_sentence(session.state, judged) or lowered(name)
    seen = said if judged.present else absence(name, judged.degree)
    return f"What was measured says otherwise: {seen}. As you are not sure, I go by that; say it plainly if you are."
