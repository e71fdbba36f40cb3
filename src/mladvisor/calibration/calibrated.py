"""A network fitted to labelled runs: constants, what groups count, frequencies, and priors on demand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.constants import changed, choose, choose_weights, fitted_network, folds
from mladvisor.calibration.fit import Fitted, fit, plain
from mladvisor.calibration.labelled import Labelled
from mladvisor.calibration.overlay import overlay
from mladvisor.calibration.priors import Priors, fit_priors
from mladvisor.calibration.words import counted
from mladvisor.inference import Network
from mladvisor.rulebook import Rulebook

ENOUGH, ENOUGH_OF_EACH = 100, 25
"""Cases, and healthy and faulty ones among them, from which on constants are chosen. Measured on held-out runs of the
fault benchmark (mean log likelihood of the truth and of the leading statement, against the shipped constants; 4 to 6
draws each): 5 and 10 runs lose 0.05 and 0.10 nats, 20 and 40 nothing certain (-0.003, -0.002, by draw -0.07 to +0.04),
80 gain in three draws of four (+0.004), 160 in all four (+0.023)."""


class Calibrated(msgspec.Struct, eq=False):
    """What was fitted.

    Attributes:
        before, network: the network as it was written, and with the fitted numbers.
        constants: those that changed. weight: (F,) what each finding counts.
        held_out: networks that were fitted without a fold of the runs, with that fold; none where all are one case.
    """

    before: Network
    network: Network
    frequencies: Fitted
    constants: Mapping[str, float]
    weight: NDArray[np.float64]
    priors: Priors | None
    held_out: list[tuple[Network, Labelled]]

    @property
    def moved_constants(self) -> bool:
        """Whether anything but frequencies and priors is another than before."""
        return bool(self.constants) or bool((self.weight != self.before.weight).any())

    def overlay(self, rulebook: Rulebook, heading: str) -> str:
        """As a layer of rules."""
        return overlay(
            rulebook,
            self.before,
            self.frequencies,
            self.constants,
            heading=heading,
            priors=self.priors,
            weights=self.weight,
        )


def too_few(labelled: Labelled) -> str:
    """Why constants are not to be chosen on these runs; "" where there are enough. Near copies count as one case."""
    cases = {alike: label < 0 for alike, label in zip(labelled.alike, labelled.label, strict=True)}
    healthy = sum(cases.values())
    ill = len(cases) - healthy
    if len(cases) >= ENOUGH and min(healthy, ill) >= ENOUGH_OF_EACH:
        return ""
    return (
        f"{counted(len(cases), 'case')} ({healthy} healthy, {ill} faulty) {'is' if len(cases) == 1 else 'are'} few"
        f" (from {ENOUGH} on, with {ENOUGH_OF_EACH} of each at least, constants are fitted)"
    )


def calibrated(
    network: Network,
    labelled: Labelled,
    fixed: Collection[str],
    *,
    priors: bool = False,
    judge: Labelled | None = None,
    frequencies_only: bool = False,
    tell: Callable[[str], None] = lambda text: None,
) -> Calibrated:
    """Fit a network to labelled runs.

    Args:
        fixed: findings whose frequencies stay as written.
        priors: fit how common causes are, too.
        judge: the runs that constants are chosen on, when not the same view of them.
        frequencies_only: leave constants and the weights of groups as they are.
        tell: hears what is being done.
    """
    tell(f"{counted(len(labelled.runs), 'run')} to fit")
    constants: Mapping[str, float] = {}
    weight = network.weight
    if not frequencies_only:
        tell("choosing constants")
        constants = choose(network, labelled, fixed, judge=judge)
        tell("choosing what each group of findings counts")
        weight = choose_weights(network, labelled, fixed, judge=judge, **constants)
    found = fit(network, labelled, fixed=fixed)
    shares = fit_priors(network, labelled) if priors else None
    common = {"prior": shares.prior, "healthy": shares.healthy} if shares else {}
    numbers = {**constants, "weight": weight}
    plain(changed(network, **common, **numbers), found)
    return Calibrated(
        network,
        changed(network, arrows=found.arrows, otherwise=found.otherwise, **common, **numbers),
        found,
        constants,
        weight,
        shares,
        [
            (fitted_network(network, train, fixed, priors=priors, **numbers), out)
            for train, out in folds(labelled, labelled)
        ],
    )
