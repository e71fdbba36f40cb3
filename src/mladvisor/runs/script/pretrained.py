"""Whether the model of a script starts from trained weights, or from weights that are drawn anew."""

from __future__ import annotations

import ast
import re

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.script.losses import is_none

_WITHOUT_WEIGHTS = ("okenizer", "Config", "Processor", "FeatureExtractor")
"""Classes of which a published one holds no weights."""
_LOADS = re.compile(r"load_state_dict|torch\.load|load_weights|load_from_checkpoint|load_model|resume|safetensors")


def loads_weights(values: Constants, name: str, words: dict[str | None, ast.expr]) -> bool:
    """A call that loads trained weights."""
    home, _, made = name.rpartition(".")
    if made == "from_pretrained" and not any(word in home for word in _WITHOUT_WEIGHTS):
        return True
    if values.value(words.get("pretrained")) is True:
        return True
    if "weights" not in words and "keras.applications" in home and made[:1].isupper():
        return True  # the published weights, unless they are declined
    return "weights" in words and not is_none(words["weights"]) and _is_published(home)


def starts_anew(code: Code, values: Constants, name: str, call: ast.Call) -> bool:
    """A model that others publish with weights is made without them, and nothing in the script loads any later.

    `BertForSequenceClassification(BertConfig(...))`, `AutoModel.from_config(config)`, `resnet18(weights=None)`.
    """
    home, _, made = name.rpartition(".")
    words = {word.arg: word.value for word in call.keywords}
    first = code.meant(call.args[0]) if call.args else None
    of_settings = isinstance(first, ast.Call) and "Config" in code.dotted(first.func)
    anew = (
        (home.startswith("transformers") and of_settings and not made.endswith("Config"))
        or (made == "from_config" and home.startswith("transformers."))
        or values.value(words.get("pretrained")) is False
        or ("weights" in words and is_none(words["weights"]) and _is_published(home))
    )
    return anew and _LOADS.search(code.text) is None


def _is_published(home: str) -> bool:
    return "models" in home or "applications" in home
