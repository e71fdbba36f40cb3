"""What can be plotted of a run: its curves, grouped by what they measure."""

from __future__ import annotations

from typing import NamedTuple

from mladvisor.diagnosis.picture import Panel, panel
from mladvisor.features.measured import Where
from mladvisor.runs.model import Curve, Run

KINDS = {
    "loss": "Losses",
    "metric": "Metrics",
    "reward": "Rewards",
    "gradient-norm": "Gradient norms",
    "learning-rate": "Learning rate",
    "time": "Time",
    "other": "Other columns",
}


class Quantity(NamedTuple):
    """One thing that was logged, on one or more splits."""

    kind: str
    name: str
    curves: tuple[Curve, ...]

    def panel(self, evidence: list[Where]) -> Panel:
        """Its curves with the evidence that lies on them."""
        drawn = panel(list(self.curves), evidence)
        if drawn.curves and not any(curve.label for curve in drawn.curves):
            drawn.curves[0].label = "" if len(drawn.curves) == 1 else drawn.curves[0].label
        drawn.title = self.name
        return drawn


def quantities(run: Run) -> list[Quantity]:
    """Every quantity of a run that has points: losses first, then metrics, each in the order of the log."""
    groups: dict[tuple[str, str, bool], list[Curve]] = {}
    for curve in run.curves:
        if len(curve):
            role = curve.role
            name = role.name if role.split else curve.name
            groups.setdefault((role.kind, name or curve.name, role.running), []).append(curve)
    made = []
    order = list(KINDS)
    for (kind, name, running), curves in sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][2])):
        splits = {curve.role.split: curve for curve in reversed(curves)}
        chosen = [splits[split] for split in ("train", "val", "test", None) if split in splits]
        title = "loss" if kind == "loss" and name == "total" else name
        made.append(Quantity(kind, title + (" (running)" if running else ""), tuple(chosen)))
    return made
