"""Which runs the benchmark holds: faults, pairs of faults and controls, dealt over data and families."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from benchmarks.faults.controls import CONTROLS, Control
from benchmarks.faults.faults import BY_NAME, FAULTS, PAIRS
from benchmarks.faults.injection import Fault
from benchmarks.faults.recipe import COMBINATIONS, rng_of
from benchmarks.faults.tasks import TASKS

PER_FAULT, PER_PAIR, PER_CONTROL = 7, 5, 8


class Case(NamedTuple):
    """One run to make, in one (data, family) with one seed.

    Attributes:
        kind: name of a fault, two of them joined with "+", or "control:NAME".
    """

    name: str
    kind: str
    data: str
    family: str
    seed: int


def half(task: str, data: str, family: str) -> str:
    """The fixed split: all runs of a (task, data, family) stand on one side."""
    return "test" if zlib.crc32(f"{task}/{data}/{family}".encode()) % 2 else "dev"


def plan(size: float, seed: int) -> Iterator[Case]:
    """The cases, dealt over the combinations that fit so that each fault meets many of them."""
    entries: list[tuple[str, tuple[Fault | Control, ...], float]] = [(f.name, (f,), PER_FAULT * size) for f in FAULTS]
    entries += [("+".join(pair), tuple(BY_NAME[name] for name in pair), PER_PAIR * size) for pair in PAIRS]
    entries += [(f"control:{c.name}", (c,), PER_CONTROL * size * c.weight) for c in CONTROLS]
    for name, parts, count in entries:
        places = [place for place in COMBINATIONS if all(part.fits(*place) for part in parts)]
        fitting = _alternating(places, rng_of("plan", name, seed))
        for index in range(max(1, round(count))):
            data, family = fitting[index % len(fitting)]
            run_seed = 100 * seed + index // len(fitting) * 7 + zlib.crc32(f"{name}/{index}".encode()) % 5
            yield Case(f"{data}-{family}-{_tag(name, index, seed)}", name, data, family, run_seed)
    for kind in ("control:reinforcement", "control:gan"):
        for index in range(max(1, round(PER_CONTROL * size))):
            data, family = ("cartpole", "policy") if kind.endswith("reinforcement") else ("ring", "gan")
            yield Case(f"{data}-{family}-{_tag(kind, index, seed)}", kind, data, family, 100 * seed + index)


def _alternating(pairs: list[tuple[str, str]], rng: np.random.Generator) -> list[tuple[str, str]]:
    """The pairs in random order, development and test half in turn while both last."""
    shuffled = [pairs[i] for i in rng.permutation(len(pairs))]
    halves = [[pair for pair in shuffled if half(TASKS[pair[0]], *pair) == side] for side in ("dev", "test")]
    both = [pair for pairs_of_two in zip(*halves, strict=False) for pair in pairs_of_two]
    return both + [pair for pair in shuffled if pair not in both]


def _tag(name: str, index: int, seed: int) -> str:
    """Four digits that say nothing about the fault."""
    return f"{zlib.crc32(f'{name}|{index}|{seed}'.encode()) % 1_000_000:06d}"
