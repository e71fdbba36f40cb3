"""What a case believes: the run's measurements and what was said, judged together, and how a number came about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np

from mladvisor.consultation.evidence import FromWords, Traced
from mladvisor.consultation.folding import Standing
from mladvisor.consultation.handing import GivenFiles
from mladvisor.consultation.views import Contribution, How, Ranked
from mladvisor.diagnosis.answers import CONFIG
from mladvisor.diagnosis.engine import LARGEST, finding_sentence
from mladvisor.diagnosis.evidence import kinds_of
from mladvisor.diagnosis.handovers import kinds_read
from mladvisor.diagnosis.phrases import TELLING, absence, and_more
from mladvisor.diagnosis.spoken import hints_of, spoken_of
from mladvisor.diagnosis.state import Believed, Lookup, believe
from mladvisor.features.measured import Items, Measured
from mladvisor.inference import evidence, joint_evidence, path, posterior
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.answers import answered_features, implied_features
from mladvisor.runs.bag_of_words import bag_of_words
from mladvisor.runs.model import Run

WITHOUT_RUN = 0.10
"""Prior probability of healthy for somebody who describes a problem without showing a run: people ask for a reason."""


class Beliefs:
    """What follows from a run (or from words alone) and a set of answers.

    Attributes:
        measures: the measurements of the run; None without a run.
        handed: what files tell that were handed over, by request and path.
    """

    def __init__(self, run: Run | None, rulebook: Rulebook, measures: Traced | None = None) -> None:
        self.run, self.rulebook = run, rulebook
        self.measures = measures or (Traced(run) if run is not None else None)
        self._words = FromWords() if run is None else None
        self._healthy = None if run is not None else WITHOUT_RUN
        self._spoken = bag_of_words(run) if run is not None else frozenset()
        self.handed: dict[tuple[str, str], GivenFiles] = {}
        self._states: dict[tuple[tuple[str, Any], ...], Believed] = {}

    def after(self, standing: Standing) -> Believed:
        """The state that follows from what stands of a case."""
        answers, out = standing.answers, frozenset(standing.ruled_out)
        key = (*sorted((name, str(value)) for name, value in answers.items()), ("", out), ("", standing.given))
        state = self._states.get(key)
        if state is None:
            state = believe(
                self._lookup(answers, self.handed_in(standing.given)),
                self.rulebook,
                answers,
                largest=LARGEST,
                healthy=self._healthy,
                ruled_out=out,
                in_part=self.run is not None and not self.run.curves,
                read=kinds_read(self.run) if self.run is not None else frozenset(),
                spoken=self._spoken.union(*(each.spoken for each in self._handed(standing.given))),
            )
            self._states[key] = state
        return state

    def _lookup(
        self, answers: Mapping[str, Any], handed: Mapping[str, Measured | Items]
    ) -> Lookup | Mapping[str, Measured | Items]:
        """The measurements, with what was given in words in their place."""
        if self._words is not None:
            return self._words.replaced({**handed, **implied_features(self.rulebook, answers)})
        given = {**handed, **answered_features(self.rulebook, answers)}
        assert self.measures is not None
        return self.measures.replaced(given) if given else self.measures

    def read(self, feature: str) -> Any:
        """What the run itself says of a setting; None where it says nothing, or there is no run."""
        if self.measures is None or not feature.startswith(CONFIG):
            return None
        value = self.measures[feature]
        return value.value if isinstance(value, Measured) and value.known else None

    def hand(self, about: str, path: str, handed: GivenFiles) -> None:
        """Keep what files tell that were handed over; it counts in states in which they are given."""
        self.handed[about, path] = handed
        self._states.clear()

    def handed_in(self, given: Iterable[tuple[str, str]]) -> dict[str, Measured | Items]:
        """All that was measured on these files; of what a path no longer holds, nothing."""
        return {name: value for each in self._handed(given) for name, value in each.values.items()}

    def _handed(self, given: Iterable[tuple[str, str]]) -> list[GivenFiles]:
        return [self.handed[key] for key in given if key in self.handed]

    def allow(self, findings: Iterable[str]) -> None:
        """Measure whatever these findings need, and judge anew."""
        if self.measures is not None:
            for finding in findings:
                if finding in self.rulebook.findings:
                    self.measures.allow(self.rulebook.findings[finding].leaves)
        self._states.clear()

    def ranked(self, state: Believed, before: Believed) -> list[Ranked]:
        """Every cause, most probable first, with the change since `before`."""
        now, then = state.belief.probability.tolist(), before.belief.probability.tolist()
        names = state.network.causes
        order = sorted(range(len(names)), key=lambda i: (-round(now[i], 9), names[i]))
        return [Ranked(names[i], self.rulebook.causes[names[i]].doc.title, now[i], now[i] - then[i]) for i in order]

    def how(self, state: Believed, cause: str) -> How:
        """How the probability of a cause (or of "healthy") came about."""
        index = None if cause == "healthy" else state.network.causes.index(cause)
        unknown = np.full(len(state.degrees), np.nan)
        start, spoken = (posterior(state.network, unknown, **limits) for limits in (state.unspoken, state.limits))
        before, then = (one.healthy if index is None else float(one.probability[index]) for one in (start, spoken))
        hints = hints_of(None if index is None else self.rulebook.causes[cause])
        words = spoken_of(state.leaning, index, before, then, hints)
        weights = evidence(state.network, state.degrees, index, **state.limits)
        at_once = partial(joint_evidence, state.network, state.degrees, now=state.belief, **state.limits)
        kinds = [] if index is None else kinds_of(state, index, weights, at_once)
        for kind in kinds:  # as every report tells it
            weights[kind.first] = kind.together
        decibans = dict(zip(state.network.findings, weights.tolist(), strict=True))
        more = {state.network.findings[kind.first]: and_more(len(kind.others)) for kind in kinds}
        steps = tuple(
            Contribution(
                step.finding,
                state.rulebook.findings[step.finding].doc.title,
                _in_words(state, step.finding) + more.get(step.finding, ""),
                step.before,
                step.after,
                decibans[step.finding],
            )
            for step in path(state.network, state.degrees, index, order=weights, **state.limits)
        )
        prior = then
        if words is not None and abs(words.decibans) >= TELLING:
            prior = before
            steps = (Contribution("", "What the files speak of", str(words), before, then, words.decibans), *steps)
        title = "Nothing is wrong" if index is None else self.rulebook.causes[cause].doc.title
        now = state.belief.healthy if index is None else float(state.belief.probability[index])
        return How(cause, title, prior, steps, now)


def _in_words(state: Believed, finding: str) -> str:
    """What was measured or answered of a finding; of one that is absent, that there is no sign of it."""
    judged = state.judged[finding]
    title = state.rulebook.findings[finding].doc.title
    if judged.present or judged.state == "answered":
        return finding_sentence(state, judged) or title
    return absence(title, judged.degree or 0.0)
