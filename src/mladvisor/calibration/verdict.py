"""Whether a fit is worth using: by the log loss of runs that it was not made of, and by what is clear of noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.words import counted

ENOUGH = 20
"""Cases below which no gain counts: five and ten labelled runs made the log likelihood of others worse on average,
twenty no longer (docs/calibration.md); the spread of so few says nothing of the runs that are not among them."""
SURE = 2.1
"""Standard errors that a gain must exceed: Student's t for 95 % with twenty cases (1.96 with thousands)."""
MOST_NEEDED = 10_000
"""More runs than this nobody labels."""


class Compared(NamedTuple):
    """The log loss of each of some runs before and after the fit, in nats; of none of them the fit knew what was wrong.

    Attributes:
        cases: what near copies of a run have in common; together they are one case.
    """

    name: str
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    cases: Sequence[str]

    @property
    def worse(self) -> bool:
        """Whether its mean rose, by what is printed."""
        return round(float(self.after.mean()), 3) > round(float(self.before.mean()), 3)

    @property
    def same(self) -> bool:
        """Whether it stayed."""
        return round(float(self.after.mean()), 3) == round(float(self.before.mean()), 3)

    @property
    def size(self) -> int:
        """How many cases there are."""
        return len({*self.cases})

    @property
    def gain(self) -> float:
        """Mean fall of the log loss."""
        return float((self.before - self.after).mean())

    @property
    def margin(self) -> float:
        """How far the gain may be off, 95 %: from the spread of the cases' gains; infinite with one case."""
        if self.size < 2:
            return math.inf
        away = self.before - self.after - self.gain
        _, case = np.unique(np.asarray(self.cases), return_inverse=True)
        sums = np.bincount(case, weights=away)
        return SURE * math.sqrt(float(sums @ sums) * self.size / (self.size - 1)) / len(away)

    @property
    def clear(self) -> bool:
        """Whether the gain is more than noise."""
        return self.size >= ENOUGH and self.gain > self.margin and not self.same

    @property
    def needed(self) -> float:
        """About how many such cases would make this gain clear."""
        if self.gain <= 0 or self.same:
            return math.inf
        return max(ENOUGH, self.size * (self.margin / self.gain) ** 2)

    def __str__(self) -> str:
        before, after = float(self.before.mean()), float(self.after.mean())
        if self.same:
            return f"stays at {after:.3f} on {self.name}"
        change = f"{'rises' if self.worse else 'falls'} from {before:.3f} to {after:.3f} on {self.name}"
        return change if math.isinf(self.margin) else f"{change} (by {abs(self.gain):.3f} ± {self.margin:.3f})"


def verdict(compared: Sequence[Compared], doubt: str = "") -> str:
    """Whether the overlay is worth using; "" where nothing is known.

    Args:
        doubt: why the labels may not be meant.
    """
    if doubt:
        return (
            f"Check the labels: {doubt}. They may be mixed up or moved by a row, or these logs show too little."
            " An overlay that is fitted to them is not advised, whatever its log loss."
        )
    if not compared:
        return ""
    told = f"the log loss {', and '.join(map(str, compared))}"
    if any(each.worse for each in compared):
        return f"Not advised: {told}. The rules do better without this overlay."
    if all(each.same for each in compared):
        return f"No gain: {told}. The overlay neither helps nor harms."
    if all(each.clear for each in compared):
        return f"Helps: {told}."
    return f"Too few runs to tell: {told}. {_wanting([each for each in compared if not each.clear])}"


def _wanting(unclear: Sequence[Compared]) -> str:
    """How many cases there are where too little is known, and about how many would do."""
    worst = max(unclear, key=lambda each: each.needed / each.size)
    about = f"about {_rounded(worst.needed)}" if worst.needed <= MOST_NEEDED else f"more than {MOST_NEEDED:,}"
    return f"{counted(worst.size, 'case')} here; {about} would be needed."


def _rounded(count: float) -> int:
    """To two digits."""
    digits = int(10 ** max(0, math.floor(math.log10(count)) - 1))
    return int(math.ceil(count / digits) * digits)
