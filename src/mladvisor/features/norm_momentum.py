"""How fast the running statistics of batch normalisation follow its batches, by layers, settings or the script.

PyTorch's momentum is the share of a batch that enters them; Keras' is the share that is kept. In the settings a bare
number says which only where something else there tells the library.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_lookup import between, pick
from mladvisor.features.layer_list import HOW, Architecture, architecture, known
from mladvisor.features.measured import Measured, on_line

_TORCH = re.compile(
    r"torch|kaiming|xavier|(?:bce_?with_?logits|crossentropy|mse|bce|nll|l1|huber|smoothl1)_?loss$|nn\.\w|state_dict",
    re.IGNORECASE,
)
_TORCH_KEYS = frozenset(("num_workers", "pin_memory", "max_grad_norm", "grad_clip", "drop_last", "accelerator"))
_KERAS = re.compile(r"keras|tensorflow|glorot|he_normal|he_uniform|(?:sparse_)?categorical_crossentropy", re.IGNORECASE)


class _Shares(NamedTuple):
    """The share in the slowest and in the fastest layer, each with its place; None where it is not known."""

    least: Measured | None
    most: Measured | None


def _shares(m: Measures) -> _Shares:
    found: Architecture | None = m.once(architecture)
    listed = [
        (float(layer.options["norm_share"]), layer.name)
        for layer in (found.source.layers if found is not None else ())
        if "norm_share" in layer.options
    ]
    if found is not None and listed:
        return _Shares(*(known(share, found, name, note=name) for share, name in (min(listed), max(listed))))
    told = _of_settings(m)
    return told if told.least or told.most else _of_script(m)


def _of_settings(m: Measures) -> _Shares:
    """A momentum in the settings. Neither library's is near 0.5: without a sign of either the smaller reading counts,
    of 0 and 1 PyTorch's.
    """
    picked = pick(m, "norm_momentum", between(0, 1))
    if picked is None:
        return _Shares(None, None)
    note, where = f"momentum {picked.value:g}", picked.where()
    kept = round(1 - picked.value, 9)
    library = _library(m) or ("torch" if picked.value in (0, 1) else None)
    if library is not None:
        share = Measured(picked.value if library == "torch" else kept, note=note, where=where)
        return _Shares(share, share)
    return _Shares(Measured(min(picked.value, kept), note=note, where=where), None)


def _library(m: Measures) -> str | None:
    """The library by the log's form, the script's imports or names in the settings; None for none or both."""
    if "keras" in m.run.format:
        return "keras"
    script = m.run.script
    roots = {name.partition(".")[0] for name in script.code.imports.values()} if script is not None else set()
    texts = [setting.value for setting in m.run.config.values() if isinstance(setting.value, str)]
    keys = {key.rpartition(".")[2].lower() for key in m.run.config}
    torch = "torch" in roots or any(_TORCH.search(text[:80]) for text in texts) or bool(keys & _TORCH_KEYS)
    keras = bool(roots & {"keras", "tensorflow"}) or any(_KERAS.search(text[:80]) for text in texts)
    return "torch" if torch and not keras else "keras" if keras and not torch else None


def _of_script(m: Measures) -> _Shares:
    """What the training script says, where no list of layers and no setting tells it."""
    script = m.run.script
    if script is None:
        return _Shares(None, None)
    from mladvisor.features.code_start import norm_shares

    told = norm_shares(script.code, script.named)
    if not told:
        return _Shares(None, None)
    ends = min(told, key=lambda each: each[0]), max(told, key=lambda each: each[0])
    return _Shares(*(Measured(share, where=on_line(script.code.place(node))) for share, node in ends))


@feature(
    "model.norm_share",
    unit="fraction",
    doc="Share of each batch's statistics that enters the running ones of batch normalisation, in the slowest layer",
    how=HOW,
    source="fig5.b",
)
def slowest_norm(m: Measures) -> Measured | None:
    shares: _Shares = m.once(_shares)
    return shares.least


@feature(
    "model.norm_last_share",
    unit="fraction",
    doc="Share of the running statistics of batch normalisation that the last batch alone makes, in the fastest layer",
    how=HOW,
    source="fig5.b",
)
def fastest_norm(m: Measures) -> Measured | None:
    shares: _Shares = m.once(_shares)
    return shares.most
