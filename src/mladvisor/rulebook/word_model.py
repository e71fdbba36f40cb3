"""Which faults folders tend to have that speak of these things: a prior for one run, fitted to labelled folders.

A logistic regression on bags of words (`mladvisor.runs.bag_of_words`), as it is taught for sorting texts: a number for
each word and cause. What it says is no evidence of a fault. It moves the prior with which inference starts: how common
a cause is among folders that speak of such things, instead of among all. `rules/fitted/words.json` holds the numbers,
`benchmarks/words.py` fits them; what it was fitted to and what it is worth stand in docs/benchmark-strangers.md.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.errors import RuleError

FILE = "fitted/words.json"
HEALTHY = "healthy"
UNIT = 0.01
"""What one in the file counts: whole numbers can be read, compared and kept small."""
FEW = 20
TINY = 1e-9


def length(known: int) -> float:
    """What each of so many known words counts: a long folder says no more than a short one, a few words say little."""
    return 1.0 / math.sqrt(max(known, FEW))


class Leaning(NamedTuple):
    """What the words of one folder do to the prior.

    Attributes:
        factor: (C,) by what the prior of each cause is multiplied, beside the others; 1 for causes that the model
            does not know.
        healthy: by what the prior odds of no fault are multiplied.
        told: (W, C) how much each word adds to the score of each cause, beside what it adds to all of them on average.
        words: the W words of the folder that the model knows.
        usual: those that too many folders have to be a hint.
    """

    factor: NDArray[np.float64]
    healthy: float
    told: NDArray[np.float64]
    words: tuple[str, ...]
    usual: frozenset[str] = frozenset()

    def strongest(self, column: int) -> list[tuple[str, float]]:
        """The words that raise a cause, those that raise it most first, and by what factor each."""
        order = np.argsort(-self.told[:, column], kind="stable")
        return [(self.words[row], math.exp(self.told[row, column])) for row in order if self.told[row, column] > 0]


class WordModel(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of the regression.

    Attributes:
        strength: what the log of a factor is multiplied by; of_health: the same for the odds of no fault.
        most, least: the largest and the smallest factor: words tip the scale.
        labels: "healthy" and the causes, in the order of the numbers.
        share: of the labelled folders, those with each label.
        start: the regression's intercepts. words: word -> its numbers, in `UNIT`.
        usual: words that stand in many folders, whatever is wrong with them.
    """

    strength: float
    of_health: float
    most: float
    least: float
    labels: tuple[str, ...]
    share: tuple[float, ...]
    start: tuple[float, ...]
    words: dict[str, tuple[int, ...]]
    usual: tuple[str, ...] = ()

    def leaning(self, spoken: Collection[str], causes: Sequence[str], count: float = 1.0) -> Leaning | None:
        """What these words do to the prior of these causes; None when the model knows none of them.

        Args:
            count: by how much what they say counts: 1 as it was fitted.
        """
        known = tuple(sorted(word for word in spoken if word in self.words))
        if not known:
            return None
        numbers = np.array([self.words[word] for word in known]) * (UNIT * length(len(known)))
        score = np.array(self.start) + numbers.sum(axis=0)
        likely = np.exp(score - score.max())
        likely /= likely.sum()
        ill = np.array([label != HEALTHY for label in self.labels])
        share = np.array(self.share)
        log_factor = np.log(np.maximum(likely, TINY) / share)
        log_factor -= math.log(max(float(likely[ill].sum()), TINY) / float(share[ill].sum()))
        of_health = log_factor[~ill].sum() + 0.0  # the log of the odds' change, as both are relative to being ill
        bounds = math.log(self.least), math.log(self.most)
        log_factor = np.clip(count * self.strength * log_factor, *bounds)
        column = {label: index for index, label in enumerate(self.labels)}
        at = [column.get(cause, -1) for cause in causes]
        unknown = np.array(at) < 0
        typical = numbers @ (share * ill) / float(share[ill].sum())
        told = count * self.strength * (numbers - typical[:, None])[:, at]
        told[:, unknown] = 0.0
        return Leaning(
            factor=np.where(unknown, 1.0, np.exp(log_factor[at])),
            healthy=math.exp(float(np.clip(count * self.of_health * of_health, *bounds))),
            told=told,
            words=known,
            usual=frozenset(self.usual),
        )


@functools.lru_cache(maxsize=4)
def word_model(rules: Path) -> WordModel | None:
    """The model in a folder of rules; None when there is none."""
    try:
        text = (rules / FILE).read_bytes()
    except OSError:
        return None
    try:
        model = msgspec.json.decode(text, type=WordModel)
    except msgspec.DecodeError as error:
        what = f"is damaged ({error}): install mladvisor again, or take rules/{FILE} from the repository"
        raise RuleError(what, file=str(rules / FILE)) from None
    if any(len(row) != len(model.labels) for row in (*model.words.values(), model.share, model.start)):
        raise RuleError(f"each word needs {len(model.labels)} numbers, one for each label", file=str(rules / FILE))
    return model
