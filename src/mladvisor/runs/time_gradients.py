"""Gradients by the place in a sequence: how much of the last step's error comes back to each step.

t,mean_abs_grad            timestep;grad_norm            two columns of a log: dL_dx_first, dL_dx_last
0,1.7e-19                  1;0.003
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import parted, word_set

_PLACE = word_set(
    "t time timestep time_step timesteps seq_step position pos lag sequence_step seq_pos token time_index frame frames"
    " frame_index char character word tick"
)
_BACK = word_set("lag")
_STEM = word_set("timestep timesteps time bptt position positions lag sequence through")
_GRADIENT = word_set("grad grads gradient gradients")


def _words(name: str) -> list[str]:
    return parted(english(name)).lower().replace("-", "_").replace(" ", "_").split("_")


def columns_by_time(columns: Sequence[str], stem: str) -> tuple[str, str] | None:
    """(the column of places, that of gradients), where the table or its name says that it goes by place."""
    place = next((name for name in columns if "_".join(_words(name.strip())) in _PLACE), None)
    sizes = [name for name in columns if name != place and _is_gradient(name)]
    if place is None or len(sizes) != 1 or len(columns) > 4:
        return None
    told = "_".join(_words(place)) not in ("t", "time") or not _STEM.isdisjoint(_words(stem))
    if not told or any(word in ("epoch", "loss", "layer") for name in columns for word in _words(name)):
        return None
    return place, sizes[0]


def _is_gradient(name: str) -> bool:
    """By its words, or as people write the derivative of a loss: "|dL/dx|", "dloss_dh"."""
    return not _GRADIENT.isdisjoint(_words(name)) or _SLOPE.match(name.strip(" |").lower()) is not None


def counts_back(place: str) -> bool:
    """The column counts from the end of the sequence."""
    return not _BACK.isdisjoint(_words(place))


_SLOPE = re.compile(r"(?<![a-z])d_?l(?:oss)?[_/ ]{0,2}d_?[a-z]|grad")
_AT_PLACE = re.compile(
    r"(?<![a-z])d_?l(?:oss)?[_/ ]{0,2}d_?(?:x|h|input|emb)"
    r"|(?<![a-z])(?:time|time_?step|step|token|pos|position|seq|x|h|t)(?![a-z])"
)
_ENDS = (
    re.compile(r"(?<![a-z])(?:first|start|begin|beginning|earliest|oldest|t_?[01])(?![a-z0-9])"),
    re.compile(r"(?<![a-z])(?:last|end|final|latest|newest|t_?(?:n|max|end|last|\d{2,4}))(?![a-z0-9])"),
)


def ends_of_sequence(names: Sequence[str]) -> tuple[str, str] | None:
    """The columns of the gradient at the first and at the last place of a sequence, called alike but for the end."""
    said = [(name, name[:80].lower()) for name in names]
    about = [(name, low) for name, low in said if _SLOPE.search(low) and _AT_PLACE.search(low)]
    firsts, lasts = (
        {_ENDS[side].sub("#", low): name for name, low in about if _ENDS[side].search(low)} for side in (0, 1)
    )
    both = [(firsts[stem], lasts[stem]) for stem in firsts if stem in lasts]
    return both[0] if len(both) == 1 else None
