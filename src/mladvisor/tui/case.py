"""The state behind the screens: one consultation and what is shown of it. No Textual here, and no judgement.

It is imported by a worker, after the first frame: whatever needs numpy or the rules comes with it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mladvisor.consultation.cases import consult, resume
from mladvisor.consultation.session import Consultation
from mladvisor.consultation.transcript import Said, transcript
from mladvisor.consultation.turn import Block, Turn
from mladvisor.consultation.voice import ANSWER_WORDS
from mladvisor.diagnosis.model import Diagnosis, Evidence, NextStep
from mladvisor.diagnosis.picture import Panel, panel_at, panels
from mladvisor.diagnosis.story import Story, Suspect, suspect, tell
from mladvisor.errors import MladvisorError, ReadError
from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Where
from mladvisor.runs.discover import files_of

if TYPE_CHECKING:
    from mladvisor.runs.model import Run

HEALTHY = "healthy"
CHANGES = ("answered", "ruled-out", "undone", "checked")
DEGREES = ("yes", "probably", "unsure", "probably-not", "no")
Progress = Callable[[str], None]


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Somebody no longer wants the result."""


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
    case.open_transcript(resumed=resumed is not None)
    progress("looking for the best question")
    assert case.step is not None or case.story is not None
    return case


class Case:
    """A consultation, with the selection and the transcript that a screen shows.

    Attributes:
        selected: the cause in view.
        ranking: every cause and "healthy", most probable first, with the change by what happened last.
        said: the transcript, oldest first.
        choices: numbered answers that the last reply offered, as (label, words).
        journal: where the case is kept; None: nowhere yet.
        problem: why it cannot be kept, to be told once.
    """

    def __init__(self, session: Consultation, *, cases: Path | None = None) -> None:
        self.session = session
        self.journal = session.journal
        self.problem = ""
        self.said: list[Said] = []
        self.choices: list[tuple[str, str]] = []
        self._cases = cases
        self._step: NextStep | None = None
        self._stale = True  # the open question belongs to what was believed before
        self._settled = False
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
        """The question that is open; worked out when it is first asked for after a change."""
        if self._stale:
            self._stale = False
            turn = self.session.dialogue.ask()
            self._step = turn.step
            if turn.step is None and not self._settled and len(self.said) > 1:
                self._settled = True
                self.said.append(Said("advisor", turn.blocks[:1]))  # verdict and fixes stand on the screen anyway
        return self._step

    @property
    def answers_given(self) -> int:
        """How many answers stand."""
        return len(self.session.answers)

    @property
    def is_fresh(self) -> bool:
        """Whether there is nothing to judge yet: no run, and nothing said."""
        return self.session.run is None and not self.session.answers and not self.session.ruled_out

    def is_quick(self, words: str) -> bool:
        """Whether a sentence is answered at once."""
        return self.session.dialogue.is_quick(words)

    def prepare(self) -> None:
        """Make ready for words, in a thread."""
        from mladvisor.consultation.interpret import prepare

        prepare(self.session.rulebook)

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
            return panel_at(run, placed[number % len(placed)].where)
        places: list[Where] = [one.where for one in placed if one.where is not None]
        drawn = panels(run, places)
        return drawn[0] if drawn else None

    # What happens

    def answer(self, value: Any) -> Turn:
        """Answer the open question; "skip" leaves it open for good."""
        step = self.step
        words = ANSWER_WORDS.get(str(value), str(value))
        if step is not None:
            self._tell_you(f"{step.question} {words}")
        return self._take(
            self.session.dialogue.skip if value == "skip" else lambda: self.session.dialogue.answer(value)
        )

    def note(self, about: str, value: Any) -> Turn:
        """Note an answer to something else than the open question."""
        self._tell_you(f"{self.title_of(about)}: {ANSWER_WORDS.get(str(value), str(value))}")
        return self._take(lambda: self.session.dialogue.note({about: value}))

    def rule_out(self, cause: str, reason: str) -> Turn:
        """Take a cause out of the picture."""
        self._tell_you(f"It is not “{self.entry(cause).title.lower()}”" + (f": {reason}" if reason else ""))
        return self._take(lambda: self.session.dialogue.rule_out(cause, reason))

    def undo(self) -> Turn:
        """Take the last answer, sentence or exclusion back."""
        self._tell_you("Take that back")
        return self._take(self.session.dialogue.undo)

    def say(self, words: str) -> Turn:
        """Say something in plain words."""
        step = self.step  # an answer in words is an answer to this
        self._tell_you(words)
        turn = self._take(lambda: self.session.dialogue.say(words))
        if turn.kind not in ("noted", "undone", "ruled-out", "finish") and turn.step is None and step is not None:
            self._stale = True
        self.choices = (
            [(one.label, one.say) for one in turn.choices] if turn.kind == "unsure" or turn.step is None else []
        )
        return turn

    def _take(self, change: Callable[[], Turn]) -> Turn:
        """Carry out a change and put the reply into the transcript."""
        self._before = {one.cause: one.probability for one in self.ranking}
        self._keep()
        leader = self.ranking[0].cause
        count = len(self.session.events)
        turn = change()
        self.choices = []
        if turn.kind != "question":  # after "skip": the next question is in its box
            self.said.append(Said("advisor", turn.blocks))
        if turn.kind in ("question", "finish"):
            self._step, self._stale = turn.step, False
            self._settled = self._settled or turn.kind == "finish"
        elif any(one.event in CHANGES for one in self.session.events[count:]):
            self._stale = True
        self._changed(leader)
        return turn

    def measure(self, finding: str, progress: Progress) -> dict[str, Any]:
        """Measure what a finding needs, whatever it costs; for a thread, and without touching the consultation.

        Args:
            progress: is told what is measured now; it may raise `Cancelled`.
        """
        run = self.session.run
        if run is None:
            return {}
        measures = Measures(run, budget=float("inf"))
        values = {}
        needed = self.session.rulebook.findings[finding].leaves
        for number, name in enumerate(needed, 1):
            progress(f"measuring {name} ({number} of {len(needed)})")
            values[name] = measures[name]
        return values

    def keep(self, values: Mapping[str, Any]) -> None:
        """Take over what `measure` found, so that the check that follows costs nothing."""
        self.session.keep(values)

    def reread(self, run: Run) -> None:
        """The run was read again: judge it anew, with the same answers."""
        self._before = {one.cause: one.probability for one in self.ranking}
        leader = self.ranking[0].cause
        self.session.reread(run)
        self._stale = True
        self._changed(leader)
        if self.ranking[0].cause != leader:
            text = f"The run went on. Now I think first of: {self.ranking[0].title.lower()}."
            self.said.append(Said("advisor", (Block(text),)))

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
        """The first words: what was read and seen; after a resume, all that was said before."""
        if not resumed:
            self.said = [Said("advisor", self.session.dialogue.opening().blocks)]
            return
        self.said = transcript(self.session)[:-1]
        count = self.answers_given
        self.said.append(
            Said("advisor", (Block(f"Taken up again, with {count} answer{'s' * (count != 1)}.", "small"),))
        )

    def _tell_you(self, text: str) -> None:
        self.said.append(Said("you", words=text))

    def _keep(self) -> None:
        """Begin the journal with the first thing that a person says."""
        if self.journal is None and self._cases is not None:
            try:
                self._cases.mkdir(parents=True, exist_ok=True)
                self.journal = self.session.save(_free_name(self._cases, self.name))
            except (OSError, MladvisorError) as error:
                self.problem = f"this case cannot be kept: {error}"
                self._cases = None

    def _changed(self, leader: str) -> None:
        followed = self.selected == leader
        self._story = self._diagnosis = None
        self.ranking = self._ranked()
        if followed or self.selected not in {one.cause for one in self.ranking}:
            self.selected = self.ranking[0].cause

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
