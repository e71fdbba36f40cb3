"""Why a run was judged as it was: the findings that raise a cause most; and what would have told its fault apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray

from mladvisor.inference import Network, evidence_table

LEAST = 1.0
"""Decibans from which on a finding speaks for something (odds times 1.26): about the least that a person perceives."""
HIDDEN_ABOVE = 1000.0
"""A factor above this says no more than this: two findings that nearly exclude everything else differ by accident."""
FILES = {
    "config": "the configuration",
    "layers": "layers.csv",
    "model": "model.json",
    "design": "the design of the model",
    "batches": "batches.csv",
    "checks": "checks.json",
    "predictions": "predictions",
    "train": "the training table",
    "val": "the validation table",
    "train_raw": "the raw table",
    "schema": "the schema",
    "business": "outcomes by week",
}
"""What is told of kinds of files."""


class Grounds:
    """What each present finding says for each cause, given all others."""

    def __init__(self, network: Network, degrees: NDArray[np.float64], limits: Mapping[str, Any]) -> None:
        self.network = network
        self._table = evidence_table(network, degrees, present_only=True, **limits)

    def strongest(self, columns: Sequence[int | None]) -> str:
        """The finding that raises the odds of any of these (None: healthy) most, with its factor; "" for none."""
        weights = self._table[:, [-1 if column is None else column for column in columns]].max(axis=1)
        row = int(weights.argmax())
        return f"{self.network.findings[row]} {_factor(weights[row])}" if weights[row] >= LEAST else ""


def _factor(decibans: float) -> str:
    factor = 10.0 ** (decibans / 10.0)
    if factor > HIDDEN_ABOVE:
        return f"×{HIDDEN_ABOVE:.0f}+"
    return f"×{factor:.0f}" if factor >= 9.5 else f"×{factor:.1f}"


class Untold(NamedTuple):
    """What would tell each fault apart, and the kinds of files that would hold it."""

    tells: dict[str, str]
    held_by: dict[str, list[str]]

    def text(self, fault: str) -> str:
        """What would tell a fault apart, or each of a pair ("a+b")."""
        parts = [part for part in fault.split("+") if part in self.tells]
        told = (f"{part}: {self.tells[part]}" if len(parts) > 1 else self.tells[part] for part in parts)
        return "; ".join(told)

    def in_folder(self, fault: str, read: Collection[str], *, in_part: bool = False) -> str:
        """Whether the folder has a file that would hold it; "" where no file would.

        Args:
            read: the kinds of files that were read of the folder.
            in_part: the configuration holds some settings only.
        """
        kinds = [kind for part in fault.split("+") for kind, faults in self.held_by.items() if part in faults]
        names = {**FILES, "config": "some settings"} if in_part else FILES
        there = [names[kind] for kind in dict.fromkeys(kinds) if kind in read]
        if there:
            return f"in the folder, and not enough: {', '.join(there)}"
        return f"not in the folder: {', '.join(FILES[kind] for kind in dict.fromkeys(kinds))}" if kinds else ""


def why_untold() -> Untold:
    """untold.yaml."""
    return Untold(**yaml.safe_load((Path(__file__).parent / "untold.yaml").read_text(encoding="utf-8")))
