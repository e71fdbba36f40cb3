"""The network of causes and findings as numbers: what inference starts from.

A two-level noisy-OR network (QMR-DT; Heckerman 1989): for a set S of causes,
P(finding j absent | S) = (1 - otherwise_j) * product over i in S of (1 - arrows_ji).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from mladvisor.errors import RuleError

Floats = NDArray[np.float64]

HEALTHY = 0.35
SIZES = (0.50, 0.12, 0.03)
ABSENT_FACTOR = 0.7
ECHO = 0.1
UNLISTED = 0.05
UNLISTED_SHARE = 1 / 3
UNLISTED_RATE = 0.1


class Network(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Causes, findings and the frequencies between them; make one with `build_network`, which checks it.

    Attributes:
        causes, findings: ids, C and F of them, in the order of the arrays.
        arrows: (F, C) P(finding present | only this cause and nothing else), 0 where there is no arrow.
        otherwise: (F,) P(finding present | none of the causes that it points to).
        group: (F,) number of the group of each finding; findings of one group measure the same phenomenon (`pooling`).
        weight: (F,) what a present finding counts, 1 as it stands.
        absent_factor: an absent finding counts weight * absent_factor.
        echo: what the findings of a group count besides its strongest, from 0 (nothing) to 1 (in full).
        prior: (C,) relative weights of the causes.
        healthy: prior probability that no cause is at work.
        unlisted: share of the prior probability of being ill that goes to a fault that no cause here describes.
        unlisted_share: a present finding says of it this share of what it says of the best of its causes.
        unlisted_rate: how often it shows any finding, for those that are absent; at most the finding's least arrow.
        sizes: relative prior weights of sets of one, two and three causes; they share the rest.
        excludes: pairs of cause indices that never hold together.
        temperature: log likelihoods are divided by it; above 1 the posterior is less sure.
        roots: of a cause's index, those of the causes that it may come from; they bear on the order only (`ranking`).
    """

    causes: tuple[str, ...]
    findings: tuple[str, ...]
    arrows: Floats
    otherwise: Floats
    group: NDArray[np.intp]
    weight: Floats
    prior: Floats
    absent_factor: float = ABSENT_FACTOR
    echo: float = ECHO
    healthy: float = HEALTHY
    unlisted: float = UNLISTED
    unlisted_share: float = UNLISTED_SHARE
    unlisted_rate: float = UNLISTED_RATE
    sizes: tuple[float, ...] = SIZES
    excludes: tuple[tuple[int, int], ...] = ()
    temperature: float = 1.0
    roots: dict[int, tuple[int, ...]] = msgspec.field(default_factory=dict)
    cache: dict[Any, Any] = msgspec.field(default_factory=dict)


def build_network(
    causes: Sequence[str],
    findings: Sequence[str],
    arrows: ArrayLike,
    otherwise: ArrayLike,
    *,
    groups: Sequence[Hashable | None] | None = None,
    weight: ArrayLike | None = None,
    prior: ArrayLike | None = None,
    absent_factor: float = ABSENT_FACTOR,
    echo: float = ECHO,
    healthy: float = HEALTHY,
    unlisted: float = UNLISTED,
    unlisted_share: float = UNLISTED_SHARE,
    unlisted_rate: float = UNLISTED_RATE,
    sizes: Sequence[float] = SIZES,
    excludes: Iterable[tuple[int, int]] = (),
    temperature: float = 1.0,
    roots: Mapping[int, Iterable[int]] | None = None,
) -> Network:
    """A checked `Network`; without weights and priors every finding and every cause counts 1.

    Args:
        groups: (F,) the group of each finding; None stands alone.
        others: see `Network`.

    Raises:
        RuleError: a number is outside its range (the message names the finding or cause), or shapes do not fit.
    """
    cause_ids, finding_ids = tuple(causes), tuple(findings)
    n, f = len(cause_ids), len(finding_ids)
    _check_unique("cause", cause_ids)
    _check_unique("finding", finding_ids)
    if n == 0:
        raise RuleError("a network needs at least one cause, and there is none")
    arrow_array = _array("arrows", arrows, (f, n))
    otherwise_array = _array("otherwise", otherwise, (f,))
    weight_array = _array("weight", np.ones(f) if weight is None else weight, (f,))
    prior_array = _array("prior", np.ones(n) if prior is None else prior, (n,))
    for j, i in np.argwhere(~((arrow_array >= 0) & (arrow_array < 1))):
        raise RuleError(
            f'the arrow from cause "{cause_ids[i]}" to finding "{finding_ids[j]}" is {arrow_array[j, i]:g}; '
            "a frequency from 0 (no arrow) to below 1 is expected"
        )
    inside = (otherwise_array > 0) & (otherwise_array < 1)
    _check_each('the "otherwise" of finding', finding_ids, otherwise_array, inside, "a frequency above 0 and below 1")
    finite = (weight_array >= 0) & (weight_array < np.inf)
    _check_each("the weight of finding", finding_ids, weight_array, finite, "a number of 0 or more")
    positive = (prior_array > 0) & (prior_array < np.inf)
    _check_each("the prior of cause", cause_ids, prior_array, positive, "a number above 0")
    if not 0 <= absent_factor <= 1:
        raise RuleError(f"absent_factor is {absent_factor:g}; a number from 0 to 1 is expected")
    if not 0 <= echo <= 1:
        raise RuleError(f"echo is {echo:g}; a number from 0 to 1 is expected")
    if groups is not None and len(groups) != f:
        raise RuleError(f"there are {len(groups)} groups for {f} findings; one for each, or None, is expected")
    if not 0 < healthy < 1:
        raise RuleError(f"the prior probability of healthy is {healthy:g}; a number between 0 and 1 is expected")
    for name, number in (("", unlisted), (" share", unlisted_share), (" rate", unlisted_rate)):
        if not 0 <= number < 1:
            raise RuleError(f"the unlisted{name} is {number:g}; a number from 0 to below 1 is expected")
    if not 1 <= len(sizes) <= 3 or not all(0 < size < np.inf for size in sizes):
        raise RuleError(f"sizes are {tuple(sizes)}; one to three numbers above 0 are expected")
    if not 0 < temperature < np.inf:
        raise RuleError(f"the temperature is {temperature:g}; a number above 0 is expected")
    pairs = tuple(sorted({(min(a, b), max(a, b)) for a, b in excludes}))
    for a, b in pairs:
        if a == b or a < 0 or b >= n:
            raise RuleError(f"excludes holds the pair ({a}, {b}); two different indices from 0 to {n - 1} are expected")
    return Network(
        causes=cause_ids,
        findings=finding_ids,
        arrows=arrow_array,
        otherwise=otherwise_array,
        group=_numbered(groups or (None,) * f),
        weight=weight_array,
        prior=prior_array,
        absent_factor=float(absent_factor),
        echo=float(echo),
        healthy=float(healthy),
        unlisted=float(unlisted),
        unlisted_share=float(unlisted_share),
        unlisted_rate=float(unlisted_rate),
        sizes=tuple(float(size) for size in sizes),
        excludes=pairs,
        temperature=float(temperature),
        roots={index: tuple(those) for index, those in (roots or {}).items()},
    )


def _numbered(groups: Sequence[Hashable | None]) -> NDArray[np.intp]:
    """Numbers of the groups, where each None is a group of its own."""
    numbers: dict[Hashable, int] = {}
    keys = [(index,) if group is None else ("group", group) for index, group in enumerate(groups)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.intp)


def _array(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    array = np.array(values, dtype=np.float64)
    if array.size == 0 and 0 in shape:
        array = array.reshape(shape)
    if array.shape != shape:
        raise RuleError(f"{name} has the shape {array.shape}; {shape} is expected")
    array.flags.writeable = False
    return array


def _check_unique(kind: str, ids: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise RuleError(f'the {kind} "{name}" stands twice in the network')
        seen.add(name)


def _check_each(what: str, ids: tuple[str, ...], values: Floats, good: NDArray[np.bool_], expected: str) -> None:
    for index in np.flatnonzero(~good):
        raise RuleError(f'{what} "{ids[index]}" is {values[index]:g}; {expected} is expected')
