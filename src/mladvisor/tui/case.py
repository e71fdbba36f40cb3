"""The state behind the screens: one consultation and what is shown of it. No Textual here, and no judgement.

It is imported by a worker, after the first frame: whatever needs numpy or the rules comes with it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from mladvisor.consultation.session import Consultation, consult, resume
from mladvisor.diagnosis.model import Diagnosis, Evidence, NextStep
from mladvisor.diagnosis.phrases import percent
from mladvisor.diagnosis.picture import Panel, panels
from mladvisor.diagnosis.story import Story, Suspect, suspect, tell
from mladvisor.errors import MladvisorError, ReadError
from mladvisor.features.measured import Where
from mladvisor.runs.discover import files_of

HEALTHY = "healthy"
DEGREES = ("yes", "probably", "unsure", "probably-not", "no")
Who = Literal["advisor", "you", "note"]
Progress = Callable[[str], None]


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Somebody no longer wants the result."""


class Said(msgspec.Struct):
    """One entry of the transcript.

    Attributes:
        look: how each line is shown; see `consultation.turn.Block`, whose fields these are.
    """

    who: Who
    lines: list[tuple[str, str, str, float | None]]


class Entry(msgspec.Struct, frozen=True):
    """One line of the ranking: a cause, or "healthy"."""

    cause: str
    title: str
    probability: float
    change: float


def open_case(
    path: str | None,
    *,
    rules: tuple[str, ...] = (),
    journal: Path | None = None,
    resumed: Path | None = None,
    cases: Path | None = None,
    progress: Progress = lambda _: None,
) -> Case:
    """Read a run and open a consultation about it, or take one up from its journal.

    Args:
        path: the run; None: words alone.
        journal: write the journal here, from the start.
        cases: folder for a journal that is begun with the first answer.
        progress: is told what is done now; it may raise `Cancelled`.

    Raises:
        MladvisorError: the run, the rules or the journal cannot be read.
    """
    progress("reading the rules and the run" if path or resumed else "reading the rules")
    session = resume(resumed) if resumed is not None else consult(path, rules=rules)
    progress("weighing what was found")
    case = Case(session, cases=cases)
    if journal is not None:
        session.save(journal)
        case.journal = journal
    elif resumed is not None:
        case.journal = resumed
    progress("preparing the questions")
    case.refresh()
    case.open_transcript(resumed=resumed is not None)
    return case


class Case:
    """A consultation, with the selection and the transcript that a screen shows.

    Attributes:
        selected: the cause in view.
        ranking: every cause and "healthy", most probable first.
        steps: what could be asked next, best first; empty when nothing would change the advice.
        said: the transcript, oldest first.
        choices: numbered answers that the last reply offered, as (label, words).
    """

    def __init__(self, session: Consultation, *, cases: Path | None = None) -> None:
        self.session = session
        self.journal: Path | None = None
        self.problem = ""
        self.said: list[Said] = []
        self.choices: list[tuple[str, str]] = []
        self.steps: list[NextStep] = []
        self.skipped: set[str] = set()
        self._cases = cases
        self._before: dict[str, float] = {}
        self._story: Story | None = None
        self._diagnosis: Diagnosis | None = None
        self.ranking = self._ranked(resumed=True)
        self.selected = self.ranking[0].cause

    # What is shown

    @property
    def name(self) -> str:
        """What is consulted about, in a few words."""
        return self.session.run.name if self.session.run is not None else "no run"

    @property
    def path(self) -> str | None:
        """The run folder."""
        return os.fspath(self.session.run.path) if self.session.run is not None else None

    @property
    def diagnosis(self) -> Diagnosis:
        """As it stands, made when first asked for after a change."""
        if self._diagnosis is None:
            self._diagnosis = self.session.diagnosis
        return self._diagnosis

    @property
    def story(self) -> Story:
        """The diagnosis in words and pictures."""
        if self._story is None:
            self._story = tell(self.diagnosis, self.session.run)
        return self._story

    @property
    def step(self) -> NextStep | None:
        """The question that is open."""
        return self.steps[0] if self.steps else None

    @property
    def answers_given(self) -> int:
        """How many answers stand."""
        return len(self.session.answers)

    def entry(self, cause: str) -> Entry:
        """The line of the ranking for a cause."""
        return next(one for one in self.ranking if one.cause == cause)

    def suspect(self, cause: str) -> Suspect:
        """What speaks for and against a cause."""
        titles = {one.cause: one.title for one in self.diagnosis.hypotheses}
        found = next((one for one in self.diagnosis.hypotheses if one.cause == cause), None)
        if found is None:
            entry = self.entry(cause)
            return Suspect(cause, entry.title, entry.probability)
        return suspect(found, titles)

    def evidence(self, cause: str) -> list[Evidence]:
        """The evidence for a cause that has a place, strongest first."""
        found = next((one for one in self.diagnosis.hypotheses if one.cause == cause), None)
        placed = [one for one in found.evidence if one.where is not None and one.degree >= 0.5] if found else []
        return sorted((one for one in placed if one.decibans > 0), key=lambda one: -one.decibans)

    def unknown(self, cause: str) -> list[tuple[str, str]]:
        """(title, how to get it) of findings that would tell about a cause and are not known, most telling first."""
        hows = {one.finding: one.how for one in self.diagnosis.unchecked}
        found: list[tuple[float, str, str]] = []
        for finding, rule in self.session.rulebook.findings.items():
            judged = self.session.state.judged[finding]
            if cause in rule.arrows and judged.state == "unknown" and judged.askable:
                found.append((-rule.arrows[cause], rule.doc.title, hows.get(finding, "")))
        return [(title, how) for _, title, how in sorted(found)]

    def picture(self, cause: str, number: int | None = None) -> Panel | None:
        """The curves for a cause, its evidence shaded; `number`: one piece of evidence, and the curve it is on."""
        run = self.session.run
        if run is None or not run.curves:
            return None
        placed = self.evidence(cause)
        if number is not None and placed:
            one = placed[number % len(placed)]
            drawn = panels(run, [one.where] if one.where else [])
            return drawn[-1] if drawn else None
        places: list[Where] = [one.where for one in placed if one.where is not None]
        drawn = panels(run, places)
        return drawn[0] if drawn else None

    # What happens

    def refresh(self) -> None:
        """Work out what could be asked next, after a change."""
        self.steps = [step for step in self.session.next_steps(most=8) if step.finding not in self.skipped]

    def answer(self, value: Any) -> None:
        """Answer the open question; `refresh` afterwards gives the next one.

        Raises:
            MladvisorError: that is no answer to it.
        """
        step = self.step
        if step is None:
            return
        word = str(value)
        if value == "skip":
            value, word = "unsure", "skipped"
        self._change()
        self.session.answer(step.finding, value)
        self._tell_you(f"{step.question} – {word.replace('-', ' ')}")
        self._changed()

    def note(self, about: str, value: Any) -> None:
        """Note an answer to something else than the open question.

        Raises:
            MladvisorError: that is no answer to it.
        """
        self._change()
        self.session.answer(about, value)
        self._tell_you(f"{self.title_of(about)} – {str(value).replace('-', ' ')}")
        self._changed()

    def rule_out(self, cause: str, reason: str) -> None:
        """Take a cause out of the picture."""
        self._change()
        self.session.rule_out(cause, reason)
        self._tell_you(f"It is not “{self.entry(cause).title.lower()}”" + (f": {reason}" if reason else ""))
        self._changed()

    def undo(self) -> bool:
        """Take the last answer back; False when there is none."""
        self._change()
        event = self.session.undo()
        if event is None:
            return False
        self._tell_you(f"Take back: {self.title_of(event.about)}")
        self._changed()
        return True

    def say(self, words: str) -> Any:
        """Understand plain words; the reply, or None where this consultation cannot."""
        say = getattr(self.session, "say", None)
        self._tell_you(words)
        if say is None:
            self.said.append(
                Said("advisor", [("I can only take answers by key here; / lists commands.", "warn", "", None)])
            )
            return None
        self._change()
        turn = say(words)
        self.choices = [(choice.label, choice.say) for choice in turn.choices]
        self._changed(tell=False)
        self.said.append(Said("advisor", [(one.text, one.look, one.note, one.share) for one in turn.blocks]))
        return turn

    def reread(self, run: Any) -> None:
        """The run was read again: judge it anew, with the same answers."""
        self._change()
        fresh = Consultation(run, self.session.rulebook, rules=self.session.events[0].rules)
        fresh.events, fresh._journal = self.session.events, self.session._journal
        self.session = fresh
        self._changed(tell=False)

    def title_of(self, about: str) -> str:
        """A finding, question, cause or feature in words."""
        book = self.session.rulebook
        if about in book.findings:
            return book.findings[about].doc.title
        if about in book.causes:
            return book.causes[about].doc.title
        return book.questions[about].ask if about in book.questions else about

    # The transcript

    def open_transcript(self, *, resumed: bool) -> None:
        """The first words: what was read and seen; after a resume, what was said before."""
        opening = getattr(self.session, "opening", None)
        if opening is not None:
            turn = opening()
            lines = [(one.text, one.look, one.note, one.share) for one in turn.blocks]
            self.said.append(Said("advisor", lines))
        else:
            self.said.append(Said("advisor", _opening(self.story)))
        if resumed:
            for about, value in self.session.answers.items():
                self._tell_you(f"{self.title_of(about)} – {str(value).replace('-', ' ')}")
            count = self.answers_given
            self.said.append(Said("note", [(f"resumed with {count} answer{'s' * (count != 1)}", "small", "", None)]))

    def _tell_you(self, text: str) -> None:
        self.said.append(Said("you", [(text, "text", "", None)]))

    def _change(self) -> None:
        """Before anything changes: keep what was believed, and see that the journal is kept."""
        self._before = {one.cause: one.probability for one in self.ranking}
        if self.journal is None and self._cases is not None:
            try:
                self._cases.mkdir(parents=True, exist_ok=True)
                self.journal = self.session.save(_free_name(self._cases, self.name))
            except (OSError, MladvisorError) as error:
                self.problem = f"this case cannot be saved: {error}"
                self._cases = None

    def _changed(self, *, tell: bool = True) -> None:
        leader = self.ranking[0].cause if self.ranking else ""
        followed = self.selected == leader
        self._story = self._diagnosis = None
        self.choices = self.choices if not tell else []
        self.ranking = self._ranked()
        if followed or self.selected not in {one.cause for one in self.ranking}:
            self.selected = self.ranking[0].cause
        if tell:
            self.said.append(Said("advisor", _movement(self.ranking, leader)))

    def _ranked(self, *, resumed: bool = False) -> list[Entry]:
        healthy = self.session.healthy
        entries = [
            Entry(
                one.cause,
                one.title,
                one.probability,
                one.change if resumed else one.probability - self._before.get(one.cause, one.probability),
            )
            for one in self.session.ranking
            if one.cause not in self.session.ruled_out
        ]
        change = 0.0 if resumed else healthy - self._before.get(HEALTHY, healthy)
        entries.append(Entry(HEALTHY, "Nothing is wrong", healthy, change))
        return sorted(entries, key=lambda one: -round(one.probability, 9))


def _movement(ranking: Sequence[Entry], leader: str) -> list[tuple[str, str, str, float | None]]:
    """What an answer did, in words: the new leader, and what moved most."""
    moved = sorted((one for one in ranking if abs(one.change) >= 0.02), key=lambda one: -abs(one.change))[:3]
    if not moved:
        return [("That changes nothing much.", "text", "", None)]
    first = ranking[0]
    lead = f"I now think of “{first.title.lower()}” first." if first.cause != leader else "That moves my belief:"
    lines: list[tuple[str, str, str, float | None]] = [(lead, "text", "", None)]
    for one in moved:
        arrow = "▲" if one.change > 0 else "▼"
        before = one.probability - one.change
        lines.append(
            (f"{one.title}", "rank", f"{percent(before)} → {percent(one.probability)} {arrow}", one.probability)
        )
    return lines


def _opening(story: Story) -> list[tuple[str, str, str, float | None]]:
    from mladvisor.report.words import headline

    lines: list[tuple[str, str, str, float | None]] = [(f"{headline(story.verdict)}.", "text", "", None)]
    for one in story.suspects[:1]:
        lines += [(reason.text, "for", "", None) for reason in one.reasons[:2]]
    return lines


def _free_name(folder: Path, name: str) -> Path:
    """A journal's name that says when and about what, and is not taken."""
    short = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:40].strip("-.") or "case"
    stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{short}"
    number = 1
    while (folder / f"{stem}{f'-{number}' if number > 1 else ''}.jsonl").exists():
        number += 1
    return folder / f"{stem}{f'-{number}' if number > 1 else ''}.jsonl"


def fingerprint(path: str) -> tuple[tuple[str, int, float], ...]:
    """Name, size and time of every file of a run; it changes while the run goes on.

    Raises:
        ReadError: the folder is no longer there.
    """
    where = Path(path)
    try:
        if where.is_file():
            stat = where.stat()
            return ((where.name, stat.st_size, stat.st_mtime),)
        if not where.is_dir():
            raise ReadError("is no longer there", file=path)
        return tuple((file.rel, file.size, file.mtime) for file in files_of(path))
    except OSError as error:
        raise ReadError(f"can no longer be read ({error.strerror})", file=path) from None
