"""What is known of one run while it is diagnosed: measurements judged, and the belief that follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.diagnosis.network import network_of
from mladvisor.diagnosis.stated import with_stated
from mladvisor.features.measured import Items, Measured
from mladvisor.inference import Network, Posterior, looked_at, posterior
from mladvisor.rulebook import Judged, Rulebook
from mladvisor.rulebook.answers import PICKED, UNSURE, by_menus
from mladvisor.rulebook.asked import CONFIG
from mladvisor.rulebook.expression.scope import Scope
from mladvisor.rulebook.word_model import Leaning
from mladvisor.runs import script_names

Lookup = Callable[[str], Measured | Items]


UNTRAINED = frozenset((CONFIG, script_names.SCRIPT))
"""Kinds of files that show what is wrong with themselves, and never that a training went well."""


class Believed(NamedTuple):
    """One run, judged.

    Attributes:
        answers: what a person said, as given.
        scope: the values that rules read.
        judged: every finding by id.
        degrees: (F,) degree of each finding of the network; nan where it is unknown or does not apply.
        possible: (C,) False where a cause's `requires` is false here; unknown counts as possible.
        largest: most causes in a set.
        healthy: prior probability that nothing is wrong; None for the rulebook's.
        belief: the posterior.
        unjudged: causes that nothing here was looked at for, in a run of which only a part is there; they have no
            probability.
        in_part: only a part of a run is there, tables without curves, say.
        read: kinds of files of the run folder that were read, "config" among them.
        leaning: what the words of the folder do to the prior; None where nothing was read, or they say nothing.
    """

    rulebook: Rulebook
    network: Network
    answers: Mapping[str, Any]
    scope: Scope
    judged: Mapping[str, Judged]
    degrees: NDArray[np.float64]
    possible: NDArray[np.bool_]
    largest: int
    healthy: float | None
    belief: Posterior
    unjudged: tuple[str, ...] = ()
    in_part: bool = False
    read: frozenset[str] = frozenset()
    leaning: Leaning | None = None

    @property
    def limits(self) -> dict[str, Any]:
        """The arguments that every function of `inference` takes beside network and degrees."""
        return _limits(self.network, self.possible, self.largest, self.healthy, self.leaning)

    @property
    def unspoken(self) -> dict[str, Any]:
        """The same without the words of the folder: how common causes are among all runs."""
        return _limits(self.network, self.possible, self.largest, self.healthy, None)


def _limits(
    network: Network, possible: NDArray[np.bool_], largest: int, healthy: float | None, leaning: Leaning | None
) -> dict[str, Any]:
    if leaning is None:
        return {"possible": possible, "largest": largest, "healthy": healthy}
    start = network.healthy if healthy is None else healthy
    odds = leaning.healthy * start / (1.0 - start)
    return {"possible": possible * leaning.factor, "largest": largest, "healthy": odds / (1.0 + odds)}


def _of_part(network: Network, possible: NDArray[np.bool_], looked: NDArray[np.bool_], healthy: float | None) -> float:
    """Prior probability that none of the causes that were looked at is at work.

    The others keep their share of what can be wrong: that nothing was looked at for them makes no cause more likely.
    """
    start = network.healthy if healthy is None else healthy
    share = float(network.prior[possible & looked].sum() / network.prior[possible].sum())
    return start / (start + (1.0 - start) * share)


def believe(
    lookup: Lookup | Mapping[str, Measured | Items],
    rulebook: Rulebook,
    answers: Mapping[str, Any],
    *,
    largest: int,
    healthy: float | None,
    ruled_out: Collection[str] = (),
    in_part: bool = False,
    read: frozenset[str] = frozenset(),
    spoken: Collection[str] = (),
) -> Believed:
    """Judge every finding and work out the posterior; causes that a person ruled out have no probability.

    Args:
        in_part: only a part of a run is there (tables without curves, say). Causes of which nothing was looked at are
            then left unjudged, instead of standing beside what was looked at with their prior; but for settings and
            a script alone (`UNTRAINED`): that these are in order leaves open whether training went well.
        read: kinds of files that were read; no file of these is asked for.
        spoken: the words of the run's folder.
    """
    menus = by_menus(rulebook, answers)
    given, told = rulebook, {**{name: word for name, word in menus.items() if word == PICKED}, **answers}
    if told:
        rulebook, answers = with_stated(given, told)
    scope = rulebook.scope(lookup, answers)
    judged = rulebook.evaluate(scope, answers)
    if told and (disputed := [name for name in told if name in judged and judged[name].disputed]):
        rulebook, answers = with_stated(given, told, disputed)
    heard = {name: word for name, word in menus.items() if word == UNSURE or judged[name].state == "answered"}
    answers = {**heard, **answers}
    network = network_of(rulebook)
    known = (judged[finding].degree for finding in network.findings)
    degrees = np.array([np.nan if degree is None else degree for degree in known], dtype=np.float64)
    allowed = rulebook.possible(scope)
    possible = np.array(
        [allowed[cause] is not False and cause not in ruled_out for cause in network.causes], dtype=bool
    )
    unjudged: tuple[str, ...] = ()
    if in_part:
        looked = looked_at(network, degrees)
        if (possible & looked).any():
            unjudged = tuple(network.causes[index] for index in np.flatnonzero(possible & ~looked))
            if not read <= UNTRAINED:
                healthy = _of_part(network, possible, looked, healthy)
                possible &= looked
    leaning = rulebook.leaning(spoken, network.causes)
    belief = posterior(network, degrees, **_limits(network, possible, largest, healthy, leaning))
    return Believed(
        rulebook,
        network,
        answers,
        scope,
        judged,
        degrees,
        possible,
        largest,
        healthy,
        belief,
        unjudged,
        in_part,
        read,
        leaning,
    )
