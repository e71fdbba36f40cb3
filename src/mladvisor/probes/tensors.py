"""Statistics of a tensor, in as few passes over it as possible: a measured step must cost little more than a step."""

from __future__ import annotations

import math
from typing import Any, Final

import torch

# Within a hundredth of its range's ends a bounded activation passes back under 2 to 4 % of its greatest gradient.
SATURATED: Final = 0.01
BOUNDED: Final = {
    "sigmoid": (0.0, 1.0),
    "hardsigmoid": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "hardtanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
}
SAME: Final = 1e-6
"""Units whose sums and extremes agree to this share of the layer's scale are taken for the same unit."""

ROW_FAR: Final = 5.0
"""Times the median row of its batch from which on a row is named; what that means is for a rule to say."""
MOST_FAR: Final = 16


def tensor_in(value: Any) -> torch.Tensor | None:
    """The first tensor of a module's output or arguments, one level deep, or None."""
    if isinstance(value, torch.Tensor):
        return value
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list | tuple):
        return None
    for part in value:
        if isinstance(part, torch.Tensor):
            return part
        if isinstance(part, dict | list | tuple):
            found = tensor_in(part)
            if found is not None:
                return found
    return None


def flat(tensors: list[torch.Tensor]) -> torch.Tensor | None:
    """Several tensors as one vector; sparse gradients by their stored values."""
    parts = [(t.coalesce().values() if t.is_sparse else t).detach().reshape(-1) for t in tensors]
    parts = [part for part in parts if part.numel()]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else torch.cat([part.float() for part in parts])


def statistics(x: torch.Tensor, activation: str = "") -> dict[str, float]:
    """Columns of `layout.LAYER_COLUMNS` for one tensor; shares of all its elements, the rest of the finite ones.

    Args:
        activation: name of a bounded activation whose output this is, for `saturated_share`.
    """
    x = x.detach()
    if not x.is_floating_point() or not x.numel():
        return {}
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()
    count = x.numel()
    std, mean = torch.std_mean(x, correction=0)
    low, high = torch.aminmax(x)
    values = torch.stack((mean, std, low, high, torch.count_nonzero(x).to(x.dtype))).tolist()
    nan_share = inf_share = 0.0
    if not all(map(math.isfinite, values)):
        finite = torch.isfinite(x)
        nan_share = int(torch.isnan(x).sum()) / count
        inf_share = 1 - nan_share - int(finite.sum()) / count
        rest = x[finite].double()
        if not rest.numel():
            return {"nan_share": nan_share, "inf_share": max(inf_share, 0.0)}
        values = [float(v) for v in (rest.mean(), rest.std(correction=0), rest.min(), rest.max(), (x != 0).sum())]
    mean_, std_, low_, high_, nonzero = values
    row = {
        "nan_share": nan_share,
        "inf_share": max(inf_share, 0.0),
        "zero_share": 1 - nonzero / count,
        "mean": mean_,
        "std": std_,
        "max_abs": max(-low_, high_),
        "norm": math.sqrt(count * (1 - nan_share - inf_share)) * math.hypot(mean_, std_),
    }
    if activation in BOUNDED:
        bottom, top = BOUNDED[activation]
        margin = SATURATED * (top - bottom)
        ends = (x < bottom + margin) | (x > top - margin)
        row["saturated_share"] = int(torch.count_nonzero(ends)) / count
    return row


def dead_share(x: torch.Tensor, channels_first: bool) -> float | None:
    """Share of units that are zero for every row (and place) of the batch."""
    if x.dim() < 2 or not x.is_floating_point():
        return None
    unit = 1 if channels_first or x.dim() > 3 else x.dim() - 1
    others = [axis for axis in range(x.dim()) if axis != unit]
    alive = torch.amax(x.detach().abs(), dim=others) != 0
    return 1 - int(torch.count_nonzero(alive)) / alive.numel()


def identical_share(weight: torch.Tensor) -> float | None:
    """Share of units (rows of the weight) that repeat another one; 0 when all differ.

    Units that start alike get the same gradient and stay alike for ever.
    """
    if weight.dim() < 2 or weight.shape[0] < 2 or weight.is_sparse or not weight.is_floating_point():
        return None
    rows = weight.detach().reshape(weight.shape[0], -1).float()
    sums, tops = rows.sum(1), rows.amax(1)
    order = torch.argsort(sums)
    scale = SAME * (rows.abs().amax() * math.sqrt(rows.shape[1])) + 1e-30
    repeats = (sums[order].diff() <= scale) & (tops[order].diff().abs() <= scale)
    return int(torch.count_nonzero(repeats)) / weight.shape[0]


def rows_apart(x: torch.Tensor, numbers: list[int] | None) -> tuple[float | None, str | None]:
    """Size of the largest row over that of the median one, and the rows that are `ROW_FAR` times as large.

    Args:
        numbers: of the rows in their data set; without them the places in the batch are not told.
    """
    sizes = torch.linalg.vector_norm(x.flatten(1), dim=1)
    middle, largest = float(sizes.median()), float(sizes.max())
    if not 0 < middle < math.inf or not math.isfinite(largest):
        return None, None
    ratio = largest / middle
    if ratio < ROW_FAR or numbers is None:
        return ratio, None
    far = torch.nonzero(sizes > ROW_FAR * middle).flatten()[:MOST_FAR].tolist()
    return ratio, " ".join(str(numbers[at]) for at in far)


def running_gap(norm: torch.nn.modules.batchnorm._BatchNorm, x: torch.Tensor) -> float | None:
    """Mean distance, over channels, of a batch's mean from the running mean, in running standard deviations."""
    if norm.running_mean is None or norm.running_var is None or x.dim() < 2:
        return None
    axes = [axis for axis in range(x.dim()) if axis != 1]
    gap = (x.detach().mean(axes) - norm.running_mean).abs() / (norm.running_var + norm.eps).sqrt()
    return float(gap.mean())
