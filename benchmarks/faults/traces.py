"""Whether a fault left a trace: effects measured between a faulty run and its healthy twin, and the oracle on controls.

An effect is a number with a limit from which on a person would see it; `needs` says what must have been logged for it
to be seen: "train" or "val" loss, "metric" or "steps".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from benchmarks.faults.train import History


class Effect(NamedTuple):
    """`measure(faulty, twin)` at or above `limit` shows, in a log that holds all of `needs`.

    Nobody who looks at a log has the twin beside it. What is only worse than the twin must therefore be `alone` times
    the limit (it has reached half of what it could have) to be seen from the curves; between, the configuration must
    give it away.
    """

    limit: float
    needs: tuple[str, ...]
    measure: Callable[[History, History], float]
    alone: float = 1.0


def _tail(values: np.ndarray, share: float = 0.15) -> float:
    values = values[-max(1, int(len(values) * share)) :]
    return float(np.median(values)) if np.isfinite(values).all() else float("inf")


def _scale(twin: History) -> float:
    """How far the twin's training loss falls: the yardstick."""
    curve = twin.curve("train_loss")
    if len(twin.steps["loss"]):
        curve = np.concatenate([[np.mean(twin.steps["loss"][:3])], curve])
    return max(1e-9, float(curve[0] - _tail(curve)))


def _comparable(faulty: History, twin: History) -> bool:
    return faulty.facts["loss"] == twin.facts["loss"] and faulty.recipe.scale_targets == twin.recipe.scale_targets


def _worse(column: str) -> Callable[[History, History], float]:
    def measure(faulty: History, twin: History) -> float:
        if not _comparable(faulty, twin):
            return _metric(faulty, twin)
        return (_tail(faulty.curve(column)) - _tail(twin.curve(column))) / _scale(twin)

    return measure


def _metric(faulty: History, twin: History, name: str = "") -> float:
    name = f"val_{name or faulty.metric}"
    sound, there = _tail(twin.curve(name)), _tail(faulty.curve(name))
    if not np.isfinite(sound):
        return 0.0  # not recorded
    return sound - (there if np.isfinite(there) else -1.0)


def _roughness(values: np.ndarray, scale: float) -> float:
    values = values[len(values) // 3 :]
    values = values[np.isfinite(values)]
    return float(np.abs(np.diff(values)).mean() / scale) if len(values) > 2 else 0.0


def _rougher(column: str) -> Callable[[History, History], float]:
    def measure(faulty: History, twin: History) -> float:
        mine, other = _roughness(faulty.curve(column), _scale(twin)), _roughness(twin.curve(column), _scale(twin))
        return mine / max(other, 0.01)

    return measure


def _rougher_steps(faulty: History, twin: History) -> float:
    def of(history: History) -> float:
        return _roughness(np.array(history.steps["loss"]), _scale(twin))

    return of(faulty) / max(of(twin), 0.02)


def _unfinished(faulty: History, twin: History) -> float:
    """Share of the fall that came in the last fifth of a run that stopped above its twin."""
    curve = (
        np.array(faulty.steps["loss"])
        if len(faulty.epochs) < 10 and faulty.steps["loss"]
        else faulty.curve("train_loss")
    )
    if _worse("train_loss")(faulty, twin) < 0.06 or not np.isfinite(curve).all():
        return 0.0
    width = max(1, len(curve) // 10)
    start, end = float(curve[:width].mean()), float(curve[-width:].mean())
    before = float(curve[int(0.8 * len(curve)) - width : int(0.8 * len(curve))].mean())
    return (before - end) / max(1e-9, start - end)


def _rise(history: History, scale: float) -> float:
    curve = history.curve("val_loss")
    return float((_tail(curve) - np.nanmin(curve)) / scale) if np.isfinite(curve).any() else 0.0


def _fall(history: History) -> float:
    curve = history.curve("val_loss")
    best = float(np.nanmin(curve)) if np.isfinite(curve).any() else math.inf
    return max(1e-9, float(curve[0] - best), 0.2 * _scale(history))


def _gap(history: History) -> float:
    return _tail(history.curve("val_loss")) - _tail(history.curve("train_loss"))


def _explodes(faulty: History, twin: History) -> float:
    curve = faulty.curve("train_loss")
    finite = curve[np.isfinite(curve)]
    return (_tail(curve) - float(finite.min())) / _scale(twin) if len(finite) else float("inf")


def _periodicity(history: History) -> float:
    """Correlation of step losses with those an epoch later, their trend removed."""
    losses, epochs = np.array(history.steps["loss"]), len(history.epochs)
    if not np.isfinite(losses).all() or epochs < 3 or len(losses) // epochs < 4:
        return 0.0
    table = losses.reshape(epochs, -1)[1:]
    table = table - table.mean(axis=1, keepdims=True)
    one, two = table[:-1].ravel(), table[1:].ravel()
    return float(np.corrcoef(one, two)[0, 1]) if one.std() > 0 and two.std() > 0 else 0.0


def _spike(history: History) -> float:
    losses = np.array(history.steps["loss"] or history.curve("train_loss"))
    losses = losses[len(losses) // 10 :]
    return float(np.nanmax(losses) / max(1e-9, abs(np.nanmedian(losses)))) if len(losses) else 1.0


def _start(history: History) -> float:
    return float(np.mean(history.steps["loss"][:3] or [history.epochs[0]["train_loss"]]))


def _steepest(history: History) -> float:
    norms = history.steps["grad_norm"]
    return float(np.nanmax(norms)) if norms else 1.0


EFFECTS: dict[str, Effect] = {
    "worse-train": Effect(0.15, ("train",), _worse("train_loss"), 3.0),
    "worse-val": Effect(0.2, ("val",), _worse("val_loss"), 3.0),
    "worse-metric": Effect(0.08, ("metric",), _metric, 3.0),
    "better-val": Effect(0.1, ("val",), lambda f, t: -_worse("val_loss")(f, t)),
    "better-metric": Effect(0.04, ("metric",), lambda f, t: -_metric(f, t)),
    "low-f1": Effect(0.2, ("metric",), lambda f, t: _metric(f, t, "f1")),
    "rougher": Effect(3.0, ("train",), _rougher("train_loss")),
    "rougher-val": Effect(4.0, ("val",), _rougher("val_loss")),
    "rougher-steps": Effect(2.5, ("steps",), _rougher_steps),
    "turns-up": Effect(0.1, ("val",), lambda f, t: _rise(f, _fall(f)) - max(0.0, _rise(t, _fall(t)))),
    "gap": Effect(0.2, ("train", "val"), lambda f, t: (_gap(f) - _gap(t)) / _scale(t)),
    "unfinished": Effect(0.08, ("train",), _unfinished),
    "explodes": Effect(0.5, ("train",), _explodes),
    "nonfinite": Effect(1.0, ("train",), lambda f, t: float((~np.isfinite(f.curve("train_loss"))).sum())),
    "periodic": Effect(0.3, ("steps",), lambda f, t: _periodicity(f) - max(0.0, _periodicity(t))),
    "spikes": Effect(3.0, ("steps",), lambda f, t: _spike(f) / _spike(t)),
    "starts-high": Effect(3.0, ("train",), lambda f, t: _start(f) / max(1e-9, _start(t))),
    "negative": Effect(1.0, ("train",), lambda f, t: float(_tail(f.curve("train_loss")) < -0.1)),
    "gradient-up": Effect(10.0, ("gradient",), lambda f, t: _steepest(f) / _steepest(t)),
}


FAINT = 0.4
"""Below this share of its limit an effect is none; from there to the limit it is a matter of opinion, not scored."""


def effects(faulty: History, twin: History, names: tuple[str, ...]) -> dict[str, float]:
    """The named effects that come to at least `FAINT` of their limit, with their size in limits."""
    found = {}
    with np.errstate(all="ignore"):
        for name in names:
            size = EFFECTS[name].measure(faulty, twin) / EFFECTS[name].limit
            if size >= FAINT:
                found[name] = min(size, 999.0)
    return found


def seen(found: dict[str, float], logged: set[str], *, with_twin: bool = False) -> bool:
    """Whether any effect stands in what was logged, large enough to be seen without (or with) the twin beside it."""
    return any(
        size >= (1.0 if with_twin else EFFECTS[name].alone) and logged.issuperset(EFFECTS[name].needs)
        for name, size in found.items()
    )


def unhealthy(history: History, *, keeps_best: bool = False) -> str:
    """Why the oracle would not call a control healthy; "" when it would.

    It looks at the test split, which no log shows: the model at the end must be about as good as it ever was, must have
    come to rest, and must have learnt; and the validation split must be of the same kind.
    """
    test, train = history.curve("test_loss"), history.curve("train_loss")
    if not (np.isfinite(test).all() and np.isfinite(train).all()):
        return "a loss is not finite"
    start = max(test[0], _start(history) if history.steps["loss"] else test[0])
    fall = start - test.min()
    if fall <= 0 or history.curve(f"test_{history.metric}")[-1] < (0.2 if history.metric == "r2" else 0.3):
        return "it has not learnt"
    if not keeps_best and (_tail(test, 0.1) - test.min()) / fall > 0.08:
        return "the test loss has risen from its best"
    before = float(np.median(test[-max(2, len(test) // 5) :][: max(1, len(test) // 10)]))
    if len(test) > 5 and (before - _tail(test, 0.1)) / fall > 0.06:
        return "it is still improving"
    if _rise(history, _fall(history)) > (0.15 if keeps_best else 0.08):
        return "the validation loss has risen from its best, by chance or not: a person would say so"
    if (_tail(history.curve("val_loss")) - _tail(test)) / fall > 0.3:
        return "the validation split is unlike the test split"
    if (_tail(test) - _tail(train)) / fall > 0.4:
        return "it overfits"
    return ""
