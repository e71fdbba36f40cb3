"""Whether the settings keep every layer still, as far as their words tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import flag
from mladvisor.features.measured import Measured, on_line
from mladvisor.runs.model import Setting
from mladvisor.runs.word_sets import word_set

_ALL = word_set(
    "freeze_all freeze_all_layers freeze_everything freeze_all_params freeze_all_parameters freeze_all_weights"
    " freeze_whole_model freeze_entire_model freeze_network freeze_full_model all_frozen"
)
_BODY = word_set("backbone encoder base body trunk features feature_extractor base_model")
_END = word_set("head heads classifier decoder top output output_layer last_layer fc")
_ADDED = word_set("adapter adapters lora peft prompt prompts prefix ia3 side bitfit")
"""What is added to a model that stays as it is, and learns in its place."""


@feature(
    "config.all_frozen",
    type="flag",
    doc="The settings keep every layer still: all by one word, or the body and the head",
    how="write `freeze:` into the configuration file beside the log",
    source="feat.tiny",
)
def all_frozen(m: Measures) -> Measured | None:
    frozen: dict[str, tuple[str, Setting]] = {}
    for key, setting in m.run.config.items():
        word = words(key.rpartition(".")[2])
        if not _ADDED.isdisjoint(words(key.replace(".", "_")).split("_")) and flag(setting.value) is not False:
            return None
        for part in _kept_still(word, setting.value):
            frozen.setdefault(part, (key, setting))
    said = frozen.get("all") or (frozen.get("end") if "body" in frozen else None)
    if said is None:
        return Measured(False) if frozen else None
    key, setting = said
    return Measured(True, note=f"{key}: {str(setting.value)[:60]}", where=on_line(setting.place, key))


def _kept_still(word: str, value: Any) -> Iterator[str]:
    """Which parts a setting keeps still: "all", "body", "end"."""
    start, _, part = word.partition("_")
    if word in _ALL and flag(value):
        yield "all"
    elif start in ("freeze", "frozen") and part in _BODY | _END and flag(value):
        yield "body" if part in _BODY else "end"
    elif word in ("freeze", "frozen", "frozen_layers", "freeze_layers", "frozen_parts", "freeze_modules"):
        if isinstance(value, str) and value.strip().lower() in ("all", "*", "everything"):
            yield "all"
        elif isinstance(value, list):
            named = {words(one) for one in value if isinstance(one, str)}
            yield from (each for each, known in (("body", _BODY), ("end", _END)) if named & known)
