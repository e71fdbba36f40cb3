"""What is said against what was read and measured: the latter stands, and that is told.

So it is with what is said in passing or only guessed; with what is seen on a curve, until it is said once more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from mladvisor.consultation.interpret.heard import Note
from mladvisor.consultation.machine import Machine
from mladvisor.consultation.voice import shown, title
from mladvisor.diagnosis.engine import finding_sentence
from mladvisor.diagnosis.phrases import absence, lowered
from mladvisor.rulebook.answers import says_so

HEDGED = ("probably", "probably-not")


CLEARLY = 0.25
"""Up to this degree a finding was measured to be absent, and from one less it on to be there: between them an eye may
see what a limit does not."""


def overruled(
    notes: Iterable[Note], session: Machine, insisted: Collection[str] = (), *, insist: str = "say it once more"
) -> tuple[tuple[Note, ...], tuple[str, ...]]:
    """Notes that count, and for each of the others why what is known of the run stands against it.

    A value is left out that was named in passing or guessed, where a file of the run has another; a finding that
    somebody only thinks to see, or not to see, where the opposite was measured; and one that is plainly said of a
    curve which was measured, where it clearly shows the opposite: the words were perhaps misunderstood.

    Args:
        insisted: findings that were left out before: of these the word of the person counts.
        insist: how a person makes it count.
    """
    kept, told = [], []
    for note in notes:
        if note.aside:
            reason = _setting(note, session)
        elif note.value in HEDGED:
            reason = _finding(note, session)
        else:
            reason = "" if note.about in insisted else _curve(note, session, insist)
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
    return (
        f"What was measured says otherwise: {_seen(note.about, session)}. As you are not sure, I go by that; say it "
        "plainly if you are."
    )


def _curve(note: Note, session: Machine, insist: str) -> str:
    """Of a finding that is read off a curve, that the curve clearly shows the opposite; or "".

    Who says that something special happens, which is only looked for where something plain does, says that, too.
    """
    rule = session.rulebook.findings.get(note.about)
    if rule is None or rule.is_fact:
        return ""
    said = says_so(note.value)
    name = note.about
    while name:
        judged = session.state.judged[name]
        degree = judged.degree if judged.state == "measured" else None
        if degree is not None and (degree <= CLEARLY if said else degree >= 1 - CLEARLY):
            return (
                f"The log says otherwise: {_seen(name, session)}. I go by the log, and note nothing of it; {insist} if "
                "it is the log that is wrong."
            )
        name = session.rulebook.findings[name].parent if said else ""
    return ""


def _seen(finding: str, session: Machine) -> str:
    """What was measured of a finding."""
    judged, title_ = session.state.judged[finding], session.rulebook.findings[finding].doc.title
    if judged.present:
        return finding_sentence(session.state, judged) or lowered(title_)
    return absence(title_, judged.degree or 0.0)
