"""Whether a fit is worth using: by the log loss of runs that it was not made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Compared(NamedTuple):
    """The log loss of some runs before and after the fit, in nats; of none of them the fit knew what was wrong."""

    name: str
    before: float
    after: float

    @property
    def worse(self) -> bool:
        """Whether it rose, by what is printed."""
        return round(self.after, 3) > round(self.before, 3)

    @property
    def same(self) -> bool:
        """Whether it stayed."""
        return round(self.after, 3) == round(self.before, 3)

    def __str__(self) -> str:
        if self.same:
            return f"stays at {self.after:.3f} on {self.name}"
        return f"{'rises' if self.worse else 'falls'} from {self.before:.3f} to {self.after:.3f} on {self.name}"


def verdict(compared: Sequence[Compared]) -> str:
    """Whether the overlay is worth using; "" where nothing is known."""
    if not compared:
        return ""
    told = f"the log loss {', and '.join(map(str, compared))}"
    if any(each.worse for each in compared):
        return f"Not advised: {told}. The rules do better without this overlay."
    if all(each.same for each in compared):
        return f"No gain: {told}. The overlay neither helps nor harms."
    return f"Helps: {told}."
