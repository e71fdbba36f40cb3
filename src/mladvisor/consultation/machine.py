"""Run, rulebook and answers as a state machine that says what it believes and asks what helps most. Nothing is worded
here; `session.Consultation` talks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import msgspec

from mladvisor.consultation.beliefs import Beliefs
from mladvisor.consultation.folding import Standing, last_change, standing, standing_events, with_parents
from mladvisor.consultation.handing import read_handed
from mladvisor.consultation.journal import FORMAT, Event, append
from mladvisor.consultation.views import Effect, How, Ranked, Why
from mladvisor.diagnosis.answers import understood
from mladvisor.diagnosis.api import diagnose_believed
from mladvisor.diagnosis.model import Diagnosis, NextStep
from mladvisor.diagnosis.state import Believed
from mladvisor.diagnosis.steps import next_steps
from mladvisor.errors import MladvisorError, UsageError, nearest
from mladvisor.features.measured import Items, Measured
from mladvisor.rulebook import Rulebook
from mladvisor.runs.model import Run
from mladvisor.runs.read import read_run

Step = NextStep


class Machine:
    """One case: events that happened, and what follows from them.

    Attributes:
        run: what was read, or None when there are only words.
        events: what happened, oldest first; the state follows from it alone.
        lost: files that were handed over, stand, and can no longer be read.
    """

    def __init__(self, run: Run | None, rulebook: Rulebook, *, rules: tuple[str, ...] = ()) -> None:
        self.run, self.rulebook = run, rulebook
        self._beliefs = Beliefs(run, rulebook)
        shown = None if run is None else os.fspath(run.path)
        self.events: list[Event] = [Event("opened", run=shown, rules=rules, format=FORMAT)]
        self.lost: list[str] = []
        self._journal: Path | None = None
        self._anywhere = False

    # What is believed

    @property
    def standing(self) -> Standing:
        """Answers, exclusions and files handed over that were not taken back."""
        return standing(self.events)

    @property
    def answers(self) -> dict[str, Any]:
        """What the user said, by finding, question or feature; later answers replace earlier ones."""
        return self.standing.answers

    @property
    def ruled_out(self) -> dict[str, str]:
        """Causes that the user ruled out, with the reason given."""
        return self.standing.ruled_out

    @property
    def healthy(self) -> float:
        """Probability that nothing is wrong."""
        return self.state.belief.healthy

    @property
    def healthy_before(self) -> float:
        """Probability that nothing is wrong, before the last answer or exclusion."""
        return self._before().belief.healthy

    @property
    def ranking(self) -> list[Ranked]:
        """Every cause, most probable first, with the change since before the last answer."""
        return self._beliefs.ranked(self.state, self._before())

    @property
    def state(self) -> Believed:
        """Findings and belief with all answers taken in."""
        return self._beliefs.after(self.standing)

    def read(self, feature: str) -> Any:
        """What the run itself says of a setting; None where it says nothing, or there is no run."""
        return self._beliefs.read(feature)

    def without(self, about: str) -> Believed:
        """What would be believed without one answer."""
        now = self.standing
        return self._beliefs.after(now._replace(answers={n: value for n, value in now.answers.items() if n != about}))

    @property
    def diagnosis(self) -> Diagnosis:
        """The diagnosis as it stands."""
        return diagnose_believed(self.run, self._beliefs.measures, self.state)

    # What happens

    def next_step(self) -> Step | None:
        """The most useful question or experiment, or None when no answer is expected to change the advice."""
        steps = self.next_steps(most=1)
        return steps[0] if steps else None

    def next_steps(self, *, most: int = 5) -> list[Step]:
        """Steps in order of expected bits for effort, as long as something could still change what is done first."""
        given = {about for about, _ in self.standing.given}
        steps = next_steps(self.state, most=most + len(given))
        return [step for step in steps if step.finding not in given][:most]

    def note(self, answers: Mapping[str, Any], text: str = "") -> list[Ranked]:
        """Take in several answers at once, as they were understood from one sentence; `undo` takes them back together.

        Raises:
            UsageError: one of them is no answer; then none is noted.
        """
        answers = with_parents(self.rulebook, answers)
        answers = understood(self.rulebook, answers)
        batch = 1 + max(event.batch for event in self.events)
        said = [Event("said", text=text, batch=batch)] if text else []
        self._append(*said, *(Event("answered", about, value, batch=batch) for about, value in answers.items()))
        return self.ranking

    def asked(self, step: Step) -> None:
        """Put down that a step was shown; it changes nothing that is believed."""
        self._append(Event("asked", step.finding, text=step.question))

    def said(self, text: str) -> None:
        """Put down words from which nothing was noted."""
        self._append(Event("said", text=text))

    def answer(self, about: str, value: Any) -> list[Ranked]:
        """Take in an answer: yes, probably, unsure, probably-not, no or a degree for a finding; a value for a feature.

        Raises:
            UsageError: there is no such finding, question or feature, or the value is none of its answers.
        """
        told = understood(self.rulebook, {about: value})
        batch = 0 if len(told) < 2 else 1 + max(event.batch for event in self.events)
        self._append(*(Event("answered", name, given, batch=batch) for name, given in told.items()))
        return self.ranking

    def check(self, finding: str) -> list[Ranked]:
        """Do on demand the work on tables that a finding waits for; the ranking, with the change that it made.

        Raises:
            UsageError: there is no such finding, or no run.
        """
        if finding not in self.rulebook.findings:
            raise UsageError(f'there is no finding "{finding}"{nearest(finding, self.rulebook.findings)}')
        if self._beliefs.measures is None:
            raise UsageError("there is no run to measure")
        before = self.state
        self.events.append(Event("checked", finding))
        self._allow_checked()
        self._append(self.events.pop())
        return self._beliefs.ranked(self.state, before)

    def give(self, about: str, path: str | Path) -> list[Ranked]:
        """Hand over the files that a request asks for; the ranking, with the change that they made.

        Raises:
            UsageError: there is no such request, or the folder has nothing of the kind. ReadError: it cannot be read.
        """
        self.hand(about, path)
        self._append(Event("given", about, value=str(Path(path).absolute()) if self._anywhere else os.fspath(path)))
        return self.ranking

    def hand(self, about: str, path: str | Path) -> None:
        """Measure what is handed over, without putting it down; as `give`."""
        if about not in self.rulebook.handovers:
            raise UsageError(f'there is no request "{about}"{nearest(about, self.rulebook.handovers)}')
        doc, known = self.rulebook.handovers[about], self._beliefs.handed_in(self.standing.given)
        handed = read_handed(read_run(path), doc, self.rulebook, self.run, known)
        for name in {os.fspath(path), str(Path(path).absolute())}:  # by whichever name the journal calls it
            self._beliefs.hand(about, name, handed)

    def keep(self, values: Mapping[str, Measured | Items]) -> None:
        """Take over measurements that were made elsewhere (in a thread), so that a check of them costs nothing."""
        if self._beliefs.measures is not None:
            self._beliefs.measures.take(values)

    def rule_out(self, cause: str, reason: str = "") -> list[Ranked]:
        """Take a cause out of the picture because the user knows better."""
        self._append(Event("ruled-out", self._cause(cause), text=reason))
        return self.ranking

    def undo(self) -> Event | None:
        """Take back the last answer, exclusion or file handed over, or all answers of the last sentence.

        Returns:
            the last event that was taken back; None: there is none.
        """
        kept = standing_events(self.events)
        if not kept:
            return None
        self._append(Event("undone", kept[-1].about, batch=kept[-1].batch))
        return kept[-1]

    def reread(self, run: Run) -> list[Ranked]:
        """The run was read again, because it goes on: judge it anew; all that was answered stays."""
        handed = self._beliefs.handed
        self.run, self._beliefs = run, Beliefs(run, self.rulebook)
        self._beliefs.handed = handed
        self._allow_checked()
        return self.ranking

    def finish(self) -> Diagnosis:
        """Close the case."""
        self._append(Event("finished"))
        return self.diagnosis

    # Explanations

    def what_if(self, about: str, value: Any) -> Effect:
        """The ranking if this were answered so; nothing is noted."""
        told = understood(self.rulebook, {about: value})
        now = self.standing
        state = self._beliefs.after(now._replace(answers={**now.answers, **told}))
        return Effect(str(value), tuple(self._beliefs.ranked(state, self.state)), state.belief.healthy)

    def why(self, step: Step) -> Why:
        """Why this question: what each answer would do."""
        about = step.finding
        menu = self.rulebook.menus.get(about)
        if menu is not None and menu.opens:
            return Why(step, (), (), tuple(option for option in step.choices if option in menu.opens))
        choices = step.choices if step.sets else ["yes", "no"]
        effects = tuple(self.what_if(about, choice) for choice in choices)
        spread: dict[str, list[float]] = {}
        for effect in effects:
            for ranked in effect.ranking:
                spread.setdefault(ranked.cause, []).append(ranked.probability)
        order = sorted(spread, key=lambda cause: (min(spread[cause]) - max(spread[cause]), cause))
        return Why(step, effects, tuple(order[:3] or [one.cause for one in self.ranking[:2]]))

    def how(self, cause: str) -> How:
        """How the probability of a cause (or of "healthy") came about."""
        return self._beliefs.how(self.state, cause if cause == "healthy" else self._cause(cause))

    # Saving

    @classmethod
    def resumed(cls, run: Run | None, rulebook: Rulebook, events: list[Event], journal: Path) -> Self:
        """The case that a journal tells of; what happens from now on is appended to it."""
        session = cls(run, rulebook, rules=events[0].rules)
        session.events, session._journal = events, journal
        session._anywhere = events[0].run is None or Path(events[0].run).is_absolute()
        session._allow_checked()
        for event in events:
            if event.event == "given":
                try:
                    session.hand(event.about, event.value)
                except MladvisorError:  # what was handed over may be gone; what was answered stays
                    session.lost += [event.value] if (event.about, event.value) in session.standing.given else []
        return session

    @property
    def journal(self) -> Path | None:
        """The file that every event is appended to; None when the case is not kept."""
        return self._journal

    def fresh(self, rulebook: Rulebook | None = None) -> Self:
        """A case of the same run that knows nothing of what was said; what was measured is shared."""
        other = type(self)(self.run, rulebook or self.rulebook, rules=self.events[0].rules)
        other._beliefs = Beliefs(other.run, other.rulebook, self._beliefs.measures)
        return other

    def save(self, path: str | Path, *, anywhere: bool = False) -> Path:
        """Write the journal, and keep it up to date from now on.

        Args:
            anywhere: the case will be taken up from whatever folder, so that the names of run and rules are made whole.

        Raises:
            UsageError: the file is there already and is not this consultation's journal.
        """
        target = Path(path)
        self._anywhere = anywhere
        if anywhere:
            first = self.events[0]
            run = str(Path(first.run).absolute()) if first.run is not None else None
            rules = tuple(str(Path(folder).absolute()) for folder in first.rules)
            self.events[0] = msgspec.structs.replace(first, run=run, rules=rules)
        if target != self._journal:
            if target.exists() and target.stat().st_size:
                raise UsageError(f'"{target}" is there already; choose another name')
            append(target, self.events)
            self._journal = target
        return target

    # Inside

    def _append(self, *events: Event) -> None:
        for event in events:
            self.events.append(event)
        last = msgspec.structs.replace(events[-1], top=self._top())
        self.events[-1] = last
        if self._journal is not None:
            append(self._journal, [*events[:-1], last])

    def _top(self) -> tuple[str, float]:
        first = self.ranking[0]
        if self.healthy >= first.probability:
            return "healthy", round(self.healthy, 4)
        return first.cause, round(first.probability, 4)

    def _before(self) -> Believed:
        """The state before the last thing that changed it."""
        return self._beliefs.after(standing(self.events, upto=last_change(self.events)))

    def _allow_checked(self) -> None:
        """Measure whatever the checks of this case need."""
        self._beliefs.allow(event.about for event in self.events if event.event == "checked")

    def _cause(self, name: str) -> str:
        """The id of a cause, by it or by what the cause is called."""
        if name not in self.rulebook.causes:
            from mladvisor.consultation.interpret.names import cause_called

            called = cause_called(name, self.rulebook)
            if called:
                return called
            raise UsageError(f'there is no cause "{name}"{nearest(name, self.rulebook.causes)}')
        return name
