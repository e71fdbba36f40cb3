"""What is believed about a run at the moment, as the panes ask for it. Reading only; `case.Case` changes it."""

from __future__ import annotations

import os

import msgspec

from mladvisor.consultation.session import Consultation
from mladvisor.consultation.views import How
from mladvisor.diagnosis.model import Diagnosis, Evidence
from mladvisor.diagnosis.picture import Panel, panel_at, panels
from mladvisor.diagnosis.story import Story, Suspect, suspect, tell
from mladvisor.features.measured import Where

HEALTHY = "healthy"


class Entry(msgspec.Struct, frozen=True):
    """One line of the ranking: a cause, or "healthy"."""

    cause: str
    title: str
    probability: float
    change: float


class Belief:
    """The ranking and what stands behind it.

    Attributes:
        ranking: every cause and "healthy", most probable first, with the change by what happened last.
        selected: the cause in view.
    """

    def __init__(self, session: Consultation) -> None:
        self.session = session
        self._before: dict[str, float] = {}
        self._story: Story | None = None
        self._diagnosis: Diagnosis | None = None
        self._ways: dict[str, How] = {}
        self.ranking = self._ranked(resumed=True)
        self.selected = self.ranking[0].cause

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
    def answers_given(self) -> int:
        """How many answers stand, with files that were handed over."""
        return len(self.session.answers) + len(self.session.standing.given)

    @property
    def is_fresh(self) -> bool:
        """Whether there is nothing to judge yet: no run, and nothing said."""
        return self.session.run is None and not any(self.session.standing)

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

    def how(self, cause: str) -> How:
        """How the probability of a cause, or of "healthy", came about; worked out once, for it takes its time."""
        if cause not in self._ways:
            self._ways[cause] = self.session.how(cause)
        return self._ways[cause]

    def _forget(self) -> None:
        """Something changed: what was worked out no longer holds."""
        self._story = self._diagnosis = None
        self._ways = {}

    def evidence(self, cause: str) -> list[Evidence]:
        """The evidence for a cause that has a place, strongest first."""
        found = next((one for one in self.diagnosis.hypotheses if one.cause == cause), None)
        placed = [one for one in found.evidence if one.where is not None and one.degree >= 0.5] if found else []
        return sorted((one for one in placed if one.weight > 0), key=lambda one: -one.weight)

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

    def title_of(self, about: str) -> str:
        """A finding, question, cause or feature in words."""
        book = self.session.rulebook
        if about in book.findings:
            return book.findings[about].doc.title
        if about in book.causes:
            return book.causes[about].doc.title
        if about in book.menus:
            return book.menus[about].doc.ask
        if about in book.handovers:
            return book.handovers[about].ask
        return book.questions[about].ask if about in book.questions else about

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
