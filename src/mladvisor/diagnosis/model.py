"""The result: a `Diagnosis`, field by field the public JSON contract (schema_version 1).

Fields may be added, never renamed. Front ends render a `Story` (`diagnosis.story`) made from it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from mladvisor.diagnosis.spoken import Spoken
from mladvisor.features.measured import Where

SCHEMA_VERSION = 1


class Evidence(msgspec.Struct, omit_defaults=False):
    """What one finding says for (decibans > 0) or against (< 0) one cause.

    Attributes:
        decibans: 10 log10 of the posterior odds of the cause with this finding over the odds with it unknown.
        because: the measured sentence, with this run's numbers.
        where: the stretch of the file that it stands on.
        others: present findings that measure the same: with them known this one adds little, and they beside it.
        together: decibans of this finding and the `others` at once, where that is more than each by itself.
    """

    finding: str
    title: str
    degree: float
    decibans: float
    because: str
    where: Where | None = None
    others: list[str] = []
    together: float | None = None

    @property
    def weight(self) -> float:
        """Decibans by which it is told: those of its kind together, where it stands for them."""
        return self.decibans if self.together is None else self.together


class Fix(msgspec.Struct):
    """Something to do about a cause, with this run's values.

    Attributes:
        do: one sentence, or the steps joined with "; ".
        steps: the steps, when there are several.
        cost: what it takes ("minutes", "one run", ...).
        clears: findings that should be absent afterwards.
        source: statement or paper it comes from.
    """

    do: str
    steps: list[str] = []
    cost: str = ""
    clears: list[str] = []
    source: str = ""


class Hypothesis(msgspec.Struct):
    """One cause with its probability.

    Attributes:
        because_of: a likely root that works through this mechanism.
        excludes: causes that never hold together with this one.
        prior: its probability before anything was seen in this run; None where it was not worked out.
        spoken: what the words of the run's files do to that; None where they say nothing, or were not looked at.
    """

    cause: str
    title: str
    probability: float
    evidence: list[Evidence] = []
    fixes: list[Fix] = []
    because_of: str | None = None
    excludes: list[str] = []
    prior: float | None = None
    spoken: Spoken | None = None

    def __str__(self) -> str:
        from mladvisor.diagnosis.phrases import percent

        return f"{self.title} ({percent(self.probability)})"

    def __repr__(self) -> str:
        return f"<Hypothesis {self.cause} {self.probability:.3f}: {len(self.evidence)} pieces of evidence>"


class FindingResult(msgspec.Struct):
    """One symptom as it was judged. `degree` is None when unknown or not applicable.

    Attributes:
        otherwise: how often a run shows it that has none of its causes; None for good practice.
        do: of what is present, what its page says to do.
        explained_by: causes that show it, of what is present.
        telling: share of all faults, by how common they are, that show it; 0 in a table of many runs.
        group: findings of one group are views of the same phenomenon; "".
    """

    finding: str
    title: str
    state: Literal["measured", "answered", "checked", "unknown", "not-applicable"]
    degree: float | None
    items: list[str] = []
    case: str | None = None
    features: dict[str, Any] = {}
    because: str = ""
    where: Where | None = None
    otherwise: float | None = None
    do: str = ""
    explained_by: list[str] = []
    telling: float = 0.0
    group: str = ""


class Unchecked(msgspec.Struct):
    """A finding that could not be judged, which measurements were missing, and how to get them."""

    finding: str
    title: str
    missing: list[str]
    reason: str
    how: str


class NextStep(msgspec.Struct):
    """What would help most: to ask the user, to run a check here, or to try an experiment.

    Attributes:
        bits: expected fall in the entropy over (leading cause, healthy).
        sets: the feature that an answer sets, for questions that ask for a value; else None.
        follows: the person has named the area that it is about, so that it is asked however little it would tell.
    """

    finding: str
    kind: Literal["ask", "check", "try"]
    question: str
    bits: float
    effort: str
    choices: list[str] = []
    sets: str | None = None
    command: str = ""
    follows: bool = False


class Diagnosis(msgspec.Struct):
    """What is wrong with one run, in order of probability.

    Attributes:
        run: the folder as it was given, joined with the path below it; None when there were only words.
        healthy: probability that nothing is wrong.
        unlisted: probability that something is wrong which the rulebook does not list.
        enough: False when too little is known to say anything (the verdict is then "not enough to say").
        hypotheses: every cause, most probable first.
        error: one line, when the run could not be read at all.
        unjudged: causes that nothing was looked at for, in a folder without curves; their probability is 0 and says
            nothing.
        holds: what such a folder holds instead ("tables", "predictions", ...).
        verdict: what the probabilities allow to be said: healthy, one (cause), two (together), unsure, not-enough or
            unreadable.
        points: length of the longest curve; None without a run.
        splits: splits that losses or metrics were logged for ("train", "val", "test").
    """

    run: str | None
    task: str | None = None
    format: str = ""
    healthy: float | None = None
    unlisted: float | None = None
    enough: bool = True
    hypotheses: list[Hypothesis] = []
    findings: list[FindingResult] = []
    unchecked: list[Unchecked] = []
    next: list[NextStep] = []
    advice: list[Fix] = []
    assumed: list[str] = []
    notes: list[str] = []
    warnings: list[str] = []
    error: str | None = None
    unjudged: list[str] = []
    holds: list[str] = []
    points: int | None = None
    splits: list[str] = []

    def __str__(self) -> str:
        """The verdict with its number, then what else is worth a line; the whole story is told by `mladvisor`."""
        from mladvisor.diagnosis.summary import lines

        return "\n".join(lines(self))

    def __repr__(self) -> str:
        from mladvisor.diagnosis.summary import lines

        return f"<Diagnosis of {lines(self)[0]}>"

    verdict: str = ""


class Document(msgspec.Struct):
    """What `--format json` prints: one object on stdout and nothing else."""

    schema_version: int
    mladvisor: str
    runs: list[Diagnosis]
