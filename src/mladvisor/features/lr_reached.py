"""How much of the configured learning rate a run ever reaches: a warm-up may be longer than the run."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, pick
from mladvisor.features.lr_schedule import schedule
from mladvisor.features.measured import Measured

_CLIMBS = 0.9
"""Share of a run after which a logged rate that is still at its highest is called climbing."""


@feature(
    "lr.reached_share",
    unit="fraction",
    doc="The highest learning rate of the run beside the configured one, where a warm-up is configured; 1 where it is"
    " over before the run is",
    how="write `warmup_steps:` and the steps of the run into the configuration file, and log the learning rate",
    source="hyper.lr-effect",
)
def reached_share(m: Measures) -> Measured | None:
    for part, wholes in (("warmup_steps", ("config.max_steps", "run.updates")), ("warmup_epochs", ("config.epochs",))):
        picked = pick(m, part, between(0, 1e12))
        if picked is None or picked.value <= 0:
            continue
        planned = [m.value(whole) for whole in wholes]
        known = [whole for whole in planned if isinstance(whole, float) and whole > 0]
        share = min(1.0, max(known) / picked.value) if known else None
        logged = _logged(m, outlasts=share is not None and share < 1.0)
        if logged is not None:
            return logged
        if share is not None:
            return Measured(share, note=picked.key, where=picked.where())
    return None


def _logged(m: Measures, *, outlasts: bool) -> Measured | None:
    """By the log: the rate still climbs when it ends, or it does not and the warm-up is over.

    Where the settings say that the warm-up outlasts the run, a schedule that falls meanwhile may turn it back.
    """
    found, configured = m.once(schedule), m.value("config.learning_rate")
    if found is None or len(found.y) < 3 or not isinstance(configured, float) or configured <= 0:
        return None
    climbing = m.value("lr.warmup_share")
    if not outlasts and (not isinstance(climbing, float) or climbing < _CLIMBS):
        return Measured(1.0, where=found.where)
    return Measured(min(1.0, float(found.y.max()) / configured), where=found.where)
