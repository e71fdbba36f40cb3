"""Finds a quantity among a run's settings, whatever it is called, and reads it as a number, flag or name.

Text in a configuration file is data: parsed with `float`, never evaluated, and bounded in length first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mladvisor.features import config_names as names
from mladvisor.features.config_inside import settings_inside
from mladvisor.features.config_keys import last_word, meanings, words
from mladvisor.features.measured import Measured, Scalar, Where, on_line, unknown
from mladvisor.runs.model import Script, Setting
from mladvisor.runs.other_languages import english

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

_MAX_TEXT = 200

# Quantities whose names mean nothing else, so that a value out of bounds is a mistake; words are one where they count.
_UNMISTAKABLE = frozenset(
    ("learning_rate", "batch_size", "device_batch_size", "epochs", "max_steps", "dropout", "weight_decay", "momentum")
)
_COUNTS = frozenset(("batch_size", "device_batch_size", "epochs", "max_steps"))
_NO_VALUE = frozenset(("auto", "none", "null", "max", "all", "inf", "infinite", "unlimited", "default", "full", "true"))
_SENTINELS = (0.0, -1.0)  # "no limit", "not set", "choose for me"


class Candidate(NamedTuple):
    """One setting that may hold a quantity; the smallest `order` is the most specific."""

    order: tuple[int, int, int]
    key: str
    setting: Setting


class Picked(NamedTuple):
    """A quantity's value, the key it stands under, and what a person should know ("several keys disagree: ...")."""

    value: Any
    key: str
    setting: Setting
    note: str

    def where(self) -> Where:
        return on_line(self.setting.place, self.key)

    @property
    def by_script(self) -> bool:
        """It stands in the training script, which a command line or an import may overrule."""
        return bool(self.setting.place.row)


_OF_SCIKIT = frozenset(("learning_rate_init", "hidden_layer_sizes", "n_iter_no_change", "eta0"))


def _passes_of_scikit(m: Measures, index: dict[str, list[Candidate]]) -> None:
    """`max_iter` of scikit-learn's networks counts passes over the rows: it is put with the epochs."""
    script = m.run.script or m.run.builder
    keys = (*m.run.config, *(script.called if script is not None else ()))
    if _OF_SCIKIT.isdisjoint(words(key.rpartition(".")[2]) for key in keys):
        return
    passes = [each for each in index.get("max_steps", ()) if words(each.key.rpartition(".")[2]) == "max_iter"]
    if passes:
        index["max_steps"] = [each for each in index["max_steps"] if each not in passes]
        index.setdefault("epochs", []).extend(passes)


def settings(m: Measures) -> dict[str, list[Candidate]]:
    """Quantity -> its candidates, the most specific first. Call through `m.once(settings)`."""
    index: dict[str, list[Candidate]] = {}
    from mladvisor.features.layer_list import settings_beside

    given = {**settings_beside(m), **m.run.config}
    from mladvisor.features.config_numbered import layers_beside_width, no_penalties, numbered_widths

    off = switched_off(given) | no_penalties(m.run.config)
    for key, setting in given.items():
        if key in off:
            continue
        for quantity, order in (*meanings(key), *_as_switch(key)):
            if _is_meant(key, setting.value):
                index.setdefault(quantity, []).append(Candidate(order, key, setting))
        if isinstance(setting.value, str):
            for inner, value in settings_inside(setting.value, key):
                for quantity, order in meanings(inner):
                    index.setdefault(quantity, []).append(Candidate(order, key, Setting(value, setting.place)))
    if m.run.script is not None:
        _add_script(index, m.run.script)
    elif m.run.builder is not None:
        _add_script(index, msgspec.structs.replace(m.run.builder, named={}))
    from mladvisor.features.estimator_told import defaults_of_network
    from mladvisor.features.logged_settings import told_by_log

    for told in m.once(told_by_log):
        for quantity, order in meanings(told.key):
            rank = _GIVEN_UP if told.overrules else _BY_LOG
            index.setdefault(quantity, []).append(Candidate((rank, *order[1:]), told.key, told.setting))
    for key, setting in defaults_of_network(m).items():
        for quantity, order in meanings(key):
            index.setdefault(quantity, []).append(Candidate((_BY_DEFAULT + order[0], *order[1:]), key, setting))
    if m.run.files.get("training_note"):
        from mladvisor.features.tuning_told import notes

        for key, setting in m.once(notes).stated.items():
            for quantity, order in meanings(key):
                index.setdefault(quantity, []).append(Candidate((_BY_NOTE + order[0], *order[1:]), key, setting))
    for key, setting in numbered_widths(m.run.config):
        index.setdefault("widths", []).append(Candidate((1, 0, 0), key, setting))
    _passes_of_scikit(m, index)
    for each in layers_beside_width(index.get("width_or_layers", ()), index.get("width", ())):
        for quantity in ("width", "width_or_layers"):
            index[quantity] = [other for other in index.get(quantity, ()) if other.key != each.key]
        index.setdefault("layers", []).append(each)
    for candidates in index.values():
        if len(candidates) > 1:
            candidates.sort(key=lambda each: each[:2])  # of equals the one that is written first
    return index


def _as_switch(key: str) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """What "input_checks.enabled" says of its block, where that is itself a setting which is on or off."""
    block, _, leaf = key.rpartition(".")
    if not block or words(leaf) not in _SWITCHES:
        return ()
    return tuple(each for each in meanings(block) if each[0] in _SWITCHED)


_SWITCHED = frozenset(("input_checks",))
_SWITCHES = frozenset(("enabled", "enable", "active", "use", "on"))


def switched_off(given: Mapping[str, Setting]) -> frozenset[str]:
    """Keys that another one switches off: "mixup.alpha" by "mixup.enabled: false", "dropout_rate" by "use_dropout:
    false". What such a key holds is in force for nobody.
    """
    blocks, names = set[str](), set[tuple[str, str]]()
    for key, setting in given.items():
        if flag(setting.value) is not False:
            continue
        block, _, leaf = key.rpartition(".")
        word = words(leaf)
        if word in _SWITCHES and block:
            blocks.add(block + ".")
        for prefix in ("use_", "enable_"):
            if word.startswith(prefix) and len(word) > len(prefix):
                names.add((block, word[len(prefix) :]))
    if not blocks and not names:
        return frozenset()
    found = set()
    for key in given:
        block, _, leaf = key.rpartition(".")
        word = words(leaf)
        named = any(where == block and (word == name or word.startswith(f"{name}_")) for where, name in names)
        if word not in _SWITCHES and (named or any(key.startswith(each) for each in blocks)):
            found.add(key)
    return frozenset(found)


def _add_script(index: dict[str, list[Candidate]], script: Script) -> None:
    """What the script sets, behind every configuration: arguments of calls, and then names that mean nothing else."""
    for rank, settings in ((_BY_CALL, script.called), (_BY_NAME, script.named)):
        for key, setting in settings.items():
            if last_word(key) in names.BARE_RATES | names.BARE_OUTPUTS:
                continue
            for quantity, (parent, position, depth) in meanings(key):
                if rank == _BY_CALL or (quantity in _UNMISTAKABLE_NAMES and _may_mean(quantity, key, setting.value)):
                    order = (rank + parent, position, depth)
                    index.setdefault(quantity, []).append(Candidate(order, key, setting))


def _may_mean(quantity: str, name: str, value: Any) -> bool:
    """A short name in code is another thing by its value: `WD = 24` is a width, and `wd = 1e-4` a weight decay."""
    return not (len(name) <= _SHORT and quantity in _SHARES and isinstance(value, int) and value >= 1)


def _is_meant(key: str, value: Any) -> bool:
    """What a short word of many meanings names, by its value: a "step" below 1 is a rate, an "output" of one word
    no folder.
    """
    word = last_word(key)
    if word in names.BARE_RATES:
        found = number(value)
        return found is not None and 0 < found < 1
    return word not in names.BARE_OUTPUTS or (isinstance(value, str) and value.isalpha())


_SHORT = 3
_SHARES = ("weight_decay", "momentum", "label_smoothing")
"""Of these nobody chooses a whole number but 0."""
_GIVEN_UP, _BY_LOG, _BY_CALL, _BY_NAME, _BY_NOTE, _BY_DEFAULT = -1, 5, 10, 20, 25, 30
_UNMISTAKABLE_NAMES = frozenset(
    ("learning_rate", "batch_size", "device_batch_size", "accumulation", "momentum", "weight_decay", "beta1", "beta2",
     "betas", "gradient_clip", "warmup_steps", "warmup_share", "warmup_epochs", "label_smoothing", "soft_targets",
     "sequence_length", "seed", "entropy_weight")
)  # fmt: skip
"""Quantities whose names mean the same in code as in a configuration file."""


def number(value: Any) -> float | None:
    """A finite number, also from text ("1e-4", "3e-5 "); None for flags, "auto", lists of several and anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if isinstance(value, int) and abs(value) > 10**30:
            return None
        return float(value) if isfinite(value) else None
    if isinstance(value, str):
        if len(value) > 40:
            return None
        try:
            parsed = float(value.strip().strip("'\""))
        except ValueError:
            return None
        return parsed if isfinite(parsed) else None
    if isinstance(value, list) and len(value) == 1:
        return number(value[0])
    return None


class between:  # noqa: N801 - used as a function
    """A parser of numbers within [low, high]; anything else is no value."""

    def __init__(self, low: float, high: float, *, whole: bool = False) -> None:
        self.low, self.high, self.whole = low, high, whole

    def __call__(self, value: Any) -> float | None:
        found = number(value)
        if found is None or not self.low <= found <= self.high or (self.whole and found != int(found)):
            return None
        return found


def doubt(quantity: str, value: Any, bounds: between) -> str:
    """What was expected of a value that cannot be meant as it stands; "" for one that only says nothing.

    >>> doubt("dropout", 7, between(0, 1))
    'a number from 0 to 1'
    >>> doubt("epochs", -1, between(1, 1e7))
    ''
    """
    if quantity not in _UNMISTAKABLE or value is None or isinstance(value, bool | list | dict):
        return ""
    if isinstance(value, int | float):
        if value in _SENTINELS or bounds.low <= value <= bounds.high:
            return ""
    elif not (quantity in _COUNTS and isinstance(value, str) and value.isalpha() and value.lower() not in _NO_VALUE):
        return ""
    return f"a {'whole ' if bounds.whole else ''}number from {bounds.low:g} to {bounds.high:g}"


_YES = frozenset(("true", "yes", "on", "1", "y", "t"))
_NO = frozenset(("false", "no", "off", "0", "none", "null", "n", "f", ""))


def flag(value: Any) -> bool | None:
    """True or false, also from text and 0/1; None for anything that says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        word = english(value.strip().lower())
        if word in _YES:
            return True
        if word in _NO:
            return False
    return None


def presence(value: Any) -> bool | None:
    """Whether something is switched on, where any value but "no" or nothing means that it is."""
    said = flag(value)
    if said is not None:
        return said
    if value is None:
        return False
    if isinstance(value, int | float):
        return value != 0
    return bool(value) if isinstance(value, list | dict | str) else None


def text(value: Any) -> str | None:
    """A short name, stripped; the first of a list of names; None for numbers and long text."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    if isinstance(value, str) and 0 < len(value.strip()) <= _MAX_TEXT:
        return value.strip()
    return None


_CHAIN = re.compile(r"\d{1,7}(?:\s*(?:-{1,2}>?|→|x|/|\s)\s*\d{1,7}){1,40}")
_DIGITS = re.compile(r"\d+")


def number_list(value: Any) -> list[float] | None:
    """A list of numbers, also from text such as "[64, 32]", "64,32" or, of whole numbers, "64-32" and "64 -> 32"."""
    if isinstance(value, str) and len(value) <= _MAX_TEXT:
        if "," in value:
            value = [part for part in value.strip("[]() ").split(",") if part.strip()]
        elif _CHAIN.fullmatch(value.strip()):
            value = _DIGITS.findall(value)
    if isinstance(value, list | tuple) and 0 < len(value) <= 1000:
        found = [number(part) for part in value]
        if all(part is not None for part in found):
            return [part for part in found if part is not None]
    return None


def pick(m: Measures, quantity: str, parse: Callable[[Any], Any]) -> Picked | None:
    """The most specific setting of a quantity that can be read; its note names those that disagree with it."""
    best: Picked | None = None
    best_rank = 0
    others: list[str] = []
    for candidate in m.once(settings).get(quantity, ()):
        value = parse(candidate.setting.value)
        if value is None:
            if isinstance(parse, between):
                _warn(m, quantity, candidate, parse)
            continue
        if best is not None and candidate.order[0] >= _BY_CALL > best_rank:
            break  # a configuration overrules the script
        if best is None:
            best, best_rank = Picked(value, candidate.key, candidate.setting, ""), candidate.order[0]
        elif value != best.value and len(others) < 3:
            others.append(f"{candidate.key} = {shown(candidate.setting.value)}")
    if best and others:
        told = "script" if best.by_script else "configuration"
        return best._replace(note=f"{best.key} is used; the {told} also says {', '.join(others)}")
    return best


def _warn(m: Measures, quantity: str, candidate: Candidate, bounds: between) -> None:
    expected = doubt(quantity, candidate.setting.value, bounds)
    start = f"{candidate.setting.place.file}: {candidate.key} is {shown(candidate.setting.value)},"
    if expected and not any(line.startswith(start) for line in m.warnings):
        m.warnings.append(f"{start} where {expected} is expected: it is not used")


def by_script(m: Measures, value: Measured) -> bool:
    """The value stands in the training script alone: a command line may have said otherwise."""
    return m.run.script is not None and value.where is not None and m.run.script.code.holds(value.where.file)


def unread(m: Measures, quantity: str) -> str:
    """`key is "auto"` for a quantity that is configured but cannot be read; "" when it is not configured."""
    for candidate in m.once(settings).get(quantity, ()):
        return f"{candidate.key} is {shown(candidate.setting.value)}"
    return ""


def shown(value: Any) -> str:
    """A configuration value for a sentence, shortened."""
    written = f'"{value}"' if isinstance(value, str) else str(value)
    return written if len(written) <= 40 else written[:37] + "..."


def measured(m: Measures, quantity: str, parse: Callable[[Any], Scalar | None], missing: str) -> Measured:
    """A quantity of the configuration as a measurement; `missing` tells a person how to provide it."""
    picked = pick(m, quantity, parse)
    if picked is not None:
        return Measured(picked.value, note=picked.note, where=picked.where())
    said = unread(m, quantity)
    return unknown(f"{said}, which gives no value; {missing}" if said else missing, "no-config")


def say(key: str) -> str:
    """How to provide a setting, in words."""
    return f"write `{key}:` into the configuration file beside the log (config.yaml, hparams.yaml ...)"
