"""Tables of gradients by the place in a sequence: how much of the last step's error comes back to each step.

t,mean_abs_grad            timestep;grad_norm
0,1.7e-19                  1;0.003
"""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import parted, word_set

_PLACE = word_set(
    "t time timestep time_step timesteps seq_step position pos lag sequence_step seq_pos token time_index"
)
_BACK = word_set("lag")
_STEM = word_set("timestep timesteps time bptt position positions lag sequence through")
_GRADIENT = word_set("grad grads gradient gradients")


def _words(name: str) -> list[str]:
    return parted(english(name)).lower().replace("-", "_").replace(" ", "_").split("_")


def columns_by_time(columns: Sequence[str], stem: str) -> tuple[str, str] | None:
    """(the column of places, that of gradients), where the table or its name says that it goes by place."""
    place = next((name for name in columns if "_".join(_words(name.strip())) in _PLACE), None)
    sizes = [name for name in columns if name != place and not _GRADIENT.isdisjoint(_words(name))]
    if place is None or len(sizes) != 1 or len(columns) > 4:
        return None
    told = "_".join(_words(place)) not in ("t", "time") or not _STEM.isdisjoint(_words(stem))
    if not told or any(word in ("epoch", "loss", "layer") for name in columns for word in _words(name)):
        return None
    return place, sizes[0]


def counts_back(place: str) -> bool:
    """The column counts from the end of the sequence."""
    return not _BACK.isdisjoint(_words(place))
