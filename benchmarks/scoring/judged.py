"""Labelled runs at one level of evidence, with what is believed of each."""

from __future__ import annotations

import numpy as np
from benchmarks.scoring.kept import Workshop

from mladvisor.calibration.labelled import Labelled, unread
from mladvisor.calibration.labels import Level
from mladvisor.calibration.score import Beliefs, beliefs, merged, outcomes
from mladvisor.diagnosis.network import network_of
from mladvisor.rulebook import Rulebook

NAMES = {"curves": "curves only", "config": "curves and configuration", "folder": "whole folder"}


class Judged:
    """Labelled runs at one level of evidence, with what is believed of each.

    Args:
        silent: runs that could not be read, of which nothing is believed.
    """

    def __init__(self, level: Level, labelled: Labelled, rulebook: Rulebook, silent: Labelled | None = None) -> None:
        self.level, self.causes = level, network_of(rulebook).causes
        # Triples as `diagnose` does: a batch makes do with pairs.
        found = beliefs(network_of(rulebook), labelled, largest=3)
        parts = [(found, labelled)]
        if silent is not None:
            parts.append((Beliefs(np.zeros(silent.causes.shape), np.zeros(len(silent.runs))), silent))
        self.beliefs, self.labelled = merged(parts)
        self.outcomes = outcomes(self.beliefs, self.labelled)

    def where(self, chosen: np.ndarray) -> tuple[Beliefs, Labelled]:
        """Some of the runs."""
        found = self.beliefs
        keys = None if found.keys is None else found.keys[chosen]
        return Beliefs(found.causes[chosen], found.healthy[chosen], keys), self.labelled.only(chosen)

    @property
    def first(self) -> list[str]:
        """What is named first of each run; "" where it could not be read."""
        said = self.outcomes.said > 0
        return [self.causes[column] if told else "" for column, told in zip(self.outcomes.leads, said, strict=True)]

    @property
    def ill(self) -> np.ndarray:
        """(R,) runs whose fault shows."""
        return np.asarray((self.labelled.label >= 0) & ~self.labelled.hidden)

    @property
    def single(self) -> np.ndarray:
        """(R,) those of them with one fault."""
        return np.asarray(self.ill & (self.labelled.causes.sum(axis=1) == 1))


def judge(workshop: Workshop, rows: list[dict[str, str]], rulebook: Rulebook, level: Level) -> Judged:
    """All of the runs at a level, those that cannot be read with nothing said of them."""
    found = workshop.judge(rows, rulebook, level)
    return Judged(level, found, rulebook, unread(rows, found, rulebook, level))
