"""What a consultation shows of its belief: rankings, how a number came about, what an answer would do."""

from __future__ import annotations

import msgspec

from mladvisor.diagnosis.model import NextStep


class Ranked(msgspec.Struct, frozen=True):
    """A hypothesis now: `change` is the probability since the last answer or exclusion."""

    cause: str
    title: str
    probability: float
    change: float = 0.0


class Contribution(msgspec.Struct, frozen=True):
    """One step on the way from the prior to the posterior of a cause."""

    finding: str
    title: str
    because: str
    before: float
    after: float


class How(msgspec.Struct, frozen=True):
    """How a probability came about: prior, steps, and exactly the posterior in the end."""

    cause: str
    title: str
    prior: float
    steps: tuple[Contribution, ...]
    probability: float


class Effect(msgspec.Struct, frozen=True):
    """What an answer would do: the ranking after it."""

    answer: str
    ranking: tuple[Ranked, ...]
    healthy: float


class Why(msgspec.Struct, frozen=True):
    """Why a question is asked: what each answer would do, and the causes whose probabilities would differ most."""

    step: NextStep
    effects: tuple[Effect, ...]
    separates: tuple[str, ...]
