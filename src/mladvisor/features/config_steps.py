"""What the configuration says of the steps of training: optimizer, learning rate and its schedule, clipping."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from mladvisor.features import config_names, vocabulary
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import Picked, between, measured, pick, say, text, unread
from mladvisor.features.measured import Measured, on_line, unknown
from mladvisor.features.trainer_format import of_a_trainer


@feature(
    "config.learning_rate",
    doc="Learning rate: from the configuration, else the largest value of the logged learning-rate curve",
    how="write `learning_rate:` into the configuration file beside the log, or log the learning rate at each step",
    source="hyper.lr-effect",
)
def learning_rate(m: Measures) -> Measured | None:
    picked = None if automatic(m) else pick(m, "learning_rate", between(0, 1e4)) or pick(m, "step_length", _fraction)
    top = m.one("lr.max")
    if picked is not None and not (picked.by_script and top.known):
        picked = _peak(m, picked)
        note = picked.note
        if _logged_far_lower(m, picked.value, top):
            return Measured(
                top.value, note=f"the highest rate of the log, though {picked.key} is {picked.value:g}", where=top.where
            )
        if _printed_during_warm_up(m, picked, top):
            note = f"the highest rate of the log; {picked.key} of {picked.value:g} is the first of the warm-up"
            return Measured(top.value, note=note, where=top.where)
        if top.known and isinstance(top.value, float) and picked.value > 0 and top.value > 10 * picked.value:
            note = f"{note}; " if note else ""
            note += f"the log shows rates up to {top.value:g}, though {picked.key} is {picked.value:g}"
        return Measured(picked.value, note=note, where=picked.where())
    if top.known:
        return Measured(top.value, note="the largest learning rate of the log", where=top.where)
    return None


_FAR, _LEAST_POINTS, _EVEN = 0.1, 5, 1.01


_PEAKS = ("peak_lr", "peak_learning_rate")


def _peak(m: Measures, picked: Picked) -> Picked:
    """The rate that a warm-up climbs to, where the rate beside it is the one that it starts from."""
    for key in _PEAKS:
        setting = m.run.config.get(key)
        top = between(0, 1e4)(setting.value) if setting is not None else None
        if setting is None or top is None or setting.place.file != picked.setting.place.file:
            continue
        if top > picked.value:
            return Picked(top, key, setting, f"{key} is used, which the rate climbs to from {picked.value:g}")
    return picked


def _logged_far_lower(m: Measures, configured: float, top: Measured) -> bool:
    """The log shows one rate all along, below a tenth of the configured one: something divided it, and no warm-up."""
    if not isinstance(top.value, float) or not 0 < top.value < _FAR * configured:
        return False
    logged = [curve.y for curve in m.run.curves if curve.role.kind == "learning-rate"]
    return any(len(y) >= _LEAST_POINTS and float(y.max()) <= _EVEN * float(y.min()) for y in logged)


def _printed_during_warm_up(m: Measures, picked: Picked, top: Measured) -> bool:
    """The log prints its optimizer when its rate is that of the first step (ESPnet), and the rate rises tenfold."""
    here = {curve.place.file for curve in m.run.curves if curve.role.kind == "learning-rate"}
    rises = isinstance(top.value, float) and top.value > picked.value / _FAR
    return rises and picked.setting.place.file in here


def _fraction(value: Any) -> float | None:
    """A number between 0 and 1."""
    found = between(0, 1)(value)
    return found if found is not None and 0 < found < 1 else None


def automatic(m: Measures) -> bool:
    """Ultralytics with `optimizer: auto` chooses optimizer, rate and momentum itself, and ignores `lr0`."""
    return "lr0" in m.run.config and pick(m, "optimizer", _is_auto) is not None


def _is_auto(value: Any) -> bool | None:
    return True if isinstance(value, str) and value.strip().lower() == "auto" else None


def optimizer_name(value: Any) -> str | None:
    """The canonical optimizer of a configuration value, None when it names none."""
    found = text(value)
    return vocabulary.optimizer(found) if found else None


@feature(
    "config.optimizer",
    type="choice",
    doc="Optimizer, by its canonical name; `momentum` is SGD with momentum",
    how=say("optimizer"),
    source="hyper.lr-default",
)
def optimizer(m: Measures) -> Measured | None:
    picked = pick(m, "optimizer", optimizer_name)
    if picked is not None:
        return Measured(_pushed(m, picked.value), note=picked.note, where=picked.where())
    below = _by_block(m)
    if below is not None:
        return below
    for curve in m.run.having("learning-rate"):
        named = vocabulary.optimizer(curve.name.partition("-")[2])
        if named:
            return Measured(named, note=f"from the name of the curve {curve.name}")
    if of_a_trainer(m):
        return Measured("adamw", note="not configured: AdamW is the default of the Hugging Face Trainer")
    if any(key.upper().startswith("SOLVER.BASE_LR") for key in m.run.config):
        return Measured(_pushed(m, "sgd"), note="not configured: SGD is the default of Detectron2's SOLVER")
    said = unread(m, "optimizer")
    return unknown(f"{said}; {say('optimizer')}", "no-config") if said else None


_ITS_OWN = ("name", "type", "class", "class_name", "kind", "algorithm")


def _by_block(m: Measures) -> Measured | None:
    """The optimizer whose settings stand below its name: `optimizer: {SGD: {learning_rate: 0.001}}`; or in a file that
    is called after it, optimizer.json with `name: Adam`.
    """
    for key, setting in m.run.config.items():
        if key.lower() in _ITS_OWN and "optim" in setting.place.file.rpartition("/")[2].lower():
            named = optimizer_name(setting.value)
            if named:
                return Measured(_pushed(m, named), note=f"of {setting.place.file}", where=on_line(setting.place, key))
    for key, setting in m.run.config.items():
        for block, part in pairwise(key.split(".")[:-1]):
            named = vocabulary.optimizer(part) if config_names.BLOCKS.get(block.lower()) == "optimizer" else None
            if named:
                return Measured(_pushed(m, named), note=f"{block} holds {part}", where=on_line(setting.place, key))
    return None


def _pushed(m: Measures, name: str) -> str:
    """SGD with momentum is an optimizer of its own."""
    if name not in ("sgd", "nesterov"):
        return name
    pushed = pick(m, "momentum", between(0, 1))
    return "momentum" if name == "nesterov" or (pushed is not None and pushed.value > 0) else "sgd"


@feature(
    "config.optimizer_told",
    type="flag",
    doc="The configuration names the optimizer; otherwise the format of the log or the name of a curve suggests it",
    how=say("optimizer"),
    source="hyper.lr-default",
)
def optimizer_told(m: Measures) -> bool:
    return pick(m, "optimizer", optimizer_name) is not None or _by_block(m) is not None


@feature(
    "config.gradient_clip",
    doc="Limit at which gradients are clipped; 0 when clipping is switched off, or none that is reached in time",
    how=say("gradient_clip"),
    source="fig2.b",
)
def gradient_clip(m: Measures) -> Measured:
    return measured(m, "gradient_clip", _clip, say("gradient_clip"))


_NEVER_REACHED = 1e6
"""A norm at which a training is lost already: who clips there has switched clipping off."""


def _clip(value: Any) -> float | None:
    found = between(0, 1e12)(value)
    if found is None and (value is None or value is False):
        return 0.0
    return 0.0 if found is not None and found >= _NEVER_REACHED else found


@feature(
    "config.warmup",
    unit="fraction",
    doc="Share of training during which the learning rate warms up, as configured",
    how=say("warmup_ratio"),
    source="hyper.lr-effect",
)
def warmup(m: Measures) -> Measured | None:
    share = pick(m, "warmup_share", between(0, 1))
    if share is not None and share.value > 0:
        return Measured(share.value, note=share.note, where=share.where())
    for part, whole in (("warmup_steps", "config.max_steps"), ("warmup_epochs", "config.epochs")):
        picked = pick(m, part, between(0, 1e12))
        if picked is None:
            continue
        total = m.one(whole)
        if picked.value == 0:
            return Measured(0.0, where=picked.where())
        if total.known and isinstance(total.value, float):
            return Measured(min(1.0, picked.value / total.value), where=picked.where())
    return Measured(share.value, where=share.where()) if share is not None else None


@feature(
    "config.scheduler",
    type="choice",
    doc="Learning-rate schedule as the configuration calls it",
    how=say("lr_scheduler"),
    source="hyper.lr-effect",
)
def scheduler(m: Measures) -> Measured:
    return measured(m, "scheduler", lambda value: (text(value) or "").lower() or None, say("lr_scheduler"))
