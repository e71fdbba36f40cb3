"""Parameters that are told beside those that the widths in the settings need: too few, and another model was built."""

from __future__ import annotations

from itertools import pairwise

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import between, number_list, pick
from mladvisor.features.measured import Measured, on_line

_CHANNELS = frozenset(
    ("channels", "conv_channels", "num_channels", "n_channels", "filters", "num_filters", "n_filters", "conv_filters",
     "out_channels", "features_maps", "feature_maps")
)  # fmt: skip


@feature(
    "design.parameters_over_least",
    unit="ratio",
    doc="Parameters of the model as told, over the least that layers of the widths in the settings have between them",
    how="write `n_params:` and the widths of the layers into the settings",
    source="test.architecture",
)
def parameters_over_least(m: Measures) -> Measured | None:
    count = m.one("model.parameters")
    if not isinstance(count.value, float):
        return None
    share = m.value("model.learning_share")
    whole = (
        count.value / share if isinstance(share, float) and share > 0 else count.value
    )  # frozen layers are there too
    best = _square(m, whole)
    smallest = best.value if best is not None else 0.0
    widths = pick(m, "widths", number_list)
    rows = [(widths.value, widths.where())] if widths is not None else []
    for key, setting in m.run.config.items():
        if words(key.rpartition(".")[2]) in _CHANNELS and (found := number_list(setting.value)) is not None:
            rows.append((found, on_line(setting.place, key)))
    for row, where in rows:
        # one weight for each pair of channels: kernels have more, and depthwise ones no fewer
        least = sum(before * after for before, after in pairwise(row) if before >= 1 and after >= 1)
        if least > 0 and (best is None or whole / least < smallest):
            note = f"{whole:g} told, {least:g} between layers of {[int(width) for width in row[:8]]}"
            smallest = whole / least
            best = Measured(smallest, note=note, where=where)
    return best


def _square(m: Measures, count: float) -> Measured | None:
    """One width told for all layers: attention has four matrices of it, and a recurrent layer one at least."""
    width = pick(m, "width", between(1, 1e6, whole=True))
    heads = pick(m, "attention_heads", between(1, 1e4, whole=True))
    recurrent = m.value("model.family") == "rnn"
    if width is None or width.by_script or not (heads is not None or recurrent):
        return None
    least = width.value**2 * (1 if recurrent else 4)
    kind = "of a recurrent layer" if recurrent else "of the attention"
    return Measured(count / least, note=f"{count:g} told, {least:g} {kind} {width.value:g} wide", where=width.where())
