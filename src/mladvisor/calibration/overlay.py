"""Fitted frequencies as a layer of rules that a person can read, review and edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.fit import Fitted
from mladvisor.calibration.priors import Priors
from mladvisor.calibration.words import counted
from mladvisor.inference import Network
from mladvisor.rulebook import Rulebook, load, shipped_folder

SHIPPED = "fitted"
"""The folder of the shipped rules that holds their overlay."""
LEGEND = (
    "Beside each number stands what it replaces (the word or number as written, or a number fitted before),\n"
    "and the weight of the runs behind it."
)
"""What the comments of an overlay say, for its heading."""
MOVED = 0.15
"""A number is written when its log odds moved by more than this; smaller moves are within the noise of any fit."""
HARDLY_A_RUN = 0.5
"""Weight of the runs below which nothing is fitted to them: `otherwise` stays as written, and an arrow that was raised
beside others, so that the finding does not speak against its cause, says so."""


def as_written(folders: Iterable[str | Path] = ()) -> Rulebook:
    """The shipped rules without the overlay that comes with them, and folders on top: where a new fit starts."""
    parts = [part for part in sorted(shipped_folder().iterdir()) if part.name != SHIPPED]
    return load([*(part for part in parts if part.is_file() or any(part.glob("**/*.yaml"))), *folders], shipped=False)


def overlay(
    rulebook: Rulebook,
    network: Network,
    fitted: Fitted,
    constants: Mapping[str, float],
    *,
    heading: str,
    priors: Priors | None = None,
    weights: NDArray[np.float64] | None = None,
) -> str:
    """YAML documents (`adjust`, then `network`) that bring the rulebook's numbers to the fitted ones."""
    lines = [f"# {line}".rstrip() for line in heading.splitlines()]
    for row, finding in enumerate(network.findings):
        lines += _finding(rulebook, network, fitted, row, finding)
    lines += _from_causes(rulebook, network, fitted)
    if priors is not None:
        lines += _priors(rulebook, network, priors)
        constants = {"healthy": priors.healthy, **constants}
    numbers = [f"  {name}: {value:.4g}" for name, value in constants.items()]
    if weights is not None and (weights != network.weight).any():
        numbers += ["  weights:", *_weights(rulebook, network, weights)]
    if numbers:
        lines += ["---", "network:", *numbers]
    return "\n".join(lines) + "\n"


def _finding(rulebook: Rulebook, network: Network, fitted: Fitted, row: int, finding: str) -> list[str]:
    written = rulebook.findings[finding].doc.explained_by
    arrows = [
        (network.causes[i], float(fitted.arrows[row, i]), float(fitted.runs[row, i]))
        for i in range(len(network.causes))
        if _moved(float(network.arrows[row, i]), float(fitted.arrows[row, i]))
        and finding not in rulebook.causes[network.causes[i]].doc.shows
    ]
    changed = _moved(float(network.otherwise[row]), float(fitted.otherwise[row])) and fitted.calm[row] >= HARDLY_A_RUN
    if not arrows and not changed:
        return []
    lines = ["---", f"adjust: {finding}"]
    if arrows:
        lines.append("explained_by:")
        for cause, value, runs in arrows:
            before = written.get(cause, "by family" if network.arrows[row, network.causes.index(cause)] > 0 else "new")
            behind = _behind(runs) if runs >= HARDLY_A_RUN else "raised, so that the finding does not speak against it"
            lines.append(f"  {cause}: {value:.3g}  # {before}; {behind}")
    if changed:
        before = rulebook.findings[finding].doc.otherwise
        lines.append(f"otherwise: {fitted.otherwise[row]:.3g}  # {before}; {_behind(fitted.calm[row])}")
    return lines


def _from_causes(rulebook: Rulebook, network: Network, fitted: Fitted) -> list[str]:
    """Arrows that are written on the side of the cause."""
    lines: list[str] = []
    row = {finding: index for index, finding in enumerate(network.findings)}
    for index, cause in enumerate(network.causes):
        shows = rulebook.causes[cause].doc.shows
        changed = [
            (finding, float(fitted.arrows[row[finding], index]))
            for finding in shows
            if finding in row
            and _moved(float(network.arrows[row[finding], index]), float(fitted.arrows[row[finding], index]))
        ]
        if changed:
            lines += ["---", f"adjust: {cause}", "shows:"]
            lines += [f"  {finding}: {value:.3g}  # {shows[finding]}" for finding, value in changed]
    return lines


def _weights(rulebook: Rulebook, network: Network, weights: NDArray[np.float64]) -> list[str]:
    """What each group of findings counts, where that moved."""
    moved: dict[str, float] = {}
    for finding, before, now in zip(network.findings, network.weight, weights, strict=True):
        if now != before:
            moved[rulebook.findings[finding].doc.group or finding] = float(now)
    return [f"    {name}: {value:g}" for name, value in moved.items()]


def _priors(rulebook: Rulebook, network: Network, priors: Priors) -> list[str]:
    """How common each cause is."""
    lines: list[str] = []
    for cause, before, now, runs in zip(network.causes, network.prior, priors.prior, priors.runs, strict=True):
        if abs(float(np.log(now / before))) > MOVED:
            written = rulebook.causes[cause].doc.prior
            lines += ["---", f"adjust: {cause}", f"prior: {now:.3g}  # {written}; {_behind(runs)}"]
    return lines


def _behind(weight: float) -> str:
    return counted(round(weight), "run")


def _moved(before: float, after: float) -> bool:
    if after <= 0.0:
        return False
    return before <= 0.0 or abs(float(np.log(after / (1 - after)) - np.log(before / (1 - before)))) > MOVED
