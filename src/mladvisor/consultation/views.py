"""What a consultation shows of its belief: rankings, how a number came about, what an answer would do."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mladvisor.diagnosis.model import NextStep
from mladvisor.diagnosis.phrases import TELLING, odds, percent, rest

MOST = 6
"""Steps that are shown of the way to a probability."""


class Ranked(msgspec.Struct, frozen=True):
    """A hypothesis now: `change` is the probability since the last answer or exclusion."""

    cause: str
    title: str
    probability: float
    change: float = 0.0

    def __str__(self) -> str:
        return f"{self.title} ({percent(self.probability)})"


class Contribution(msgspec.Struct, frozen=True):
    """One step on the way from the prior to the posterior of a cause.

    Attributes:
        because: the measured sentence; of what is absent, that there is no sign of it.
        before, after: the probability when everything up to this step is taken in, in an order that puts the most
            telling first; each `before` is the `after` of the step before it.
        decibans: the weight of this finding when everything else is known, as every report shows it.
    """

    finding: str
    title: str
    because: str
    before: float
    after: float
    decibans: float = 0.0


class How(msgspec.Struct, frozen=True):
    """How a probability came about: prior, steps, and exactly the posterior in the end."""

    cause: str
    title: str
    prior: float
    steps: tuple[Contribution, ...]
    probability: float

    def __str__(self) -> str:
        """Where it starts, what weighs most (by how much it changes the odds), and where it ends."""
        told = [f"{self.title}: {percent(self.prior)} before anything was looked at"]
        told += [f"{odds(step.decibans):>6}  {step.because}" for step in self.weighty()]
        told.append(f"{odds(self.rest(self.weighty())):>6}  everything else together")
        return "\n".join([*told, f"{percent(self.probability):>6}  all together"])

    def __repr__(self) -> str:
        return f"<How {self.cause}: {self.prior:.3f} -> {self.probability:.3f} in {len(self.steps)} steps>"

    def rest(self, shown: Iterable[Contribution]) -> float:
        """Decibans of all that is not shown: small signs, what speaks against other causes, and the overlap."""
        return rest(self.prior, self.probability, sum(step.decibans for step in shown))

    def weighty(self, most: int = MOST) -> list[Contribution]:
        """The steps that weigh most, the strongest first."""
        heavy = [step for step in self.steps if abs(step.decibans) >= TELLING]
        return sorted(heavy, key=lambda step: -abs(step.decibans))[:most]


class Effect(msgspec.Struct, frozen=True):
    """What an answer would do: the ranking after it."""

    answer: str
    ranking: tuple[Ranked, ...]
    healthy: float


class Why(msgspec.Struct, frozen=True):
    """Why a question is asked: what each answer would do, and the causes whose probabilities would differ most.

    Attributes:
        opens: options that move nothing by themselves, as they tell where to look: what is picked is asked about next.
    """

    step: NextStep
    effects: tuple[Effect, ...]
    separates: tuple[str, ...]
    opens: tuple[str, ...] = ()
