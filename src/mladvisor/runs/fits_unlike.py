"""What sets two models apart, by what a table says of each: its size, how much it is penalised, or its shape."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mladvisor.runs.other_languages import english
from mladvisor.runs.report_names import words_of
from mladvisor.runs.settings_tried import PENALTIES, SIZES
from mladvisor.runs.sweeps import INVERSE, amount, leaf_of

_PENALISED = re.compile(
    r"\b(?:dropout|regulari[sz]\w+|weight[ _-]?decay|penalt\w+|penali[sz]\w+|augment\w*|max-?norm|mixup|cutout|early"
    r" stop\w*|l1|l2|lambda|private|noise|shrinkage|drop(?: ?path)?|r[eé]gularisation|regularizaci[oó]n)\b",
    re.IGNORECASE,
)
_SIZED = re.compile(
    r"\b(?:neurons?|units?|wid(?:er|th)|larger|bigger|deeper|neuronas?|neurones?|neuronen|channels|parameters|params"
    r"|capacity|small(?:er)?|tiny|student|teacher|hidden)\b",
    re.IGNORECASE,
)
_TIMES = 1.2


def by_what(own: Mapping[str, str], other: Mapping[str, str]) -> str:
    """ "size" where the other is larger, "penalty" where it is penalised less, "shape" where it has other layers or
    fewer; "" where nothing tells.
    """
    unlike = [name for name in own if name in other and own[name] != other[name]]
    kinds = {kind for name in unlike if (kind := _kind(name, own[name], other[name]))}
    words = " ".join([*(own[name] for name in unlike), *(other[name] for name in unlike)])
    texts = [name for name in unlike if amount(own[name]) is None and len(words_of(own[name])) > 0]
    if "penalty" in kinds or (texts and _PENALISED.search(words)):
        return "penalty"
    described = any(len(words_of(own[name])) > 1 or len(words_of(other[name])) > 1 for name in texts)
    if described and not _SIZED.search(words):
        return "shape"
    if "smaller" in kinds:
        return "shape"
    return "size" if "size" in kinds or _SIZED.search(words) else "shape" if texts else ""


def _kind(name: str, own: str, other: str) -> str:
    """What one column tells: "size", "smaller", "penalty", or nothing."""
    leaf = english(leaf_of(name))
    ours, theirs = amount(own), amount(other)
    if ours is None or theirs is None:
        return ""
    if leaf in PENALTIES or leaf_of(name) in PENALTIES:
        inverse = leaf in INVERSE
        heavier = ours * _TIMES < theirs if inverse else theirs * _TIMES < ours
        return "penalty" if heavier else ""
    if leaf in SIZES or leaf_of(name) in SIZES:
        return "size" if theirs > _TIMES * ours else "smaller" if ours > _TIMES * theirs else ""
    return ""
