"""The names of the inputs in a model that a boosting library saved as text: LightGBM's own format, XGBoost's JSON.

tree
version=v4
feature_names=income rooms zone_north
feature_infos=[900:120000] none [0:1]
"""

from __future__ import annotations

import json
import re

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers import Candidate

_SUFFIXES = ("txt", "model", "lgb", "lgbm", "json", "")
_LIGHTGBM = re.compile(rb"^feature_names=([^\n]{1,60000})$", re.MULTILINE)
_XGBOOST = re.compile(
    rb'^\s{0,9}\{\s{0,9}"learner"\s{0,9}:[^\n]{0,4000}?"feature_names"\s{0,9}:\s{0,9}(\[[^\[\]]{2,60000}\])'
)
_NUMBERED = re.compile(r"(?:Column_|f)\d+")


def inputs_of(head: bytes) -> tuple[str, ...]:
    """The names of the inputs; none for another file, and none where the library only numbered them."""
    found: list[str] = []
    if head.lstrip()[:5] == b"tree\n" or head.lstrip()[:6] == b"tree\r\n":
        match = _LIGHTGBM.search(head.replace(b"\r\n", b"\n"))
        found = match[1].decode("utf-8", "replace").split() if match is not None else []
    elif (match := _XGBOOST.search(head)) is not None:
        try:
            found = [name for name in json.loads(match[1]) if isinstance(name, str)]
        except ValueError:
            found = []
    return () if all(map(_NUMBERED.fullmatch, found)) else tuple(found)


def holds_inputs(file: Candidate) -> bool:
    """A saved model that names its inputs."""
    return stem_and_suffix(file.name)[1] in _SUFFIXES and bool(inputs_of(file.head))
