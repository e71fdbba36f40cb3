"""How a training script sets the model up before its first step: initial weights, momentum of batch normalisation."""

from __future__ import annotations

import ast

from mladvisor.features.code_names import Fact
from mladvisor.runs.model import Setting
from mladvisor.runs.model_layer import norm_share
from mladvisor.runs.script.by_hand import weights_by_hand
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.start import fills, is_weight

_CONSTANT = frozenset(("constant_", "zeros_", "ones_", "fill_", "zero_"))
_RANDOM = ("normal_", "uniform_", "orthogonal_", "trunc_normal_", "sparse_")


def starts_varied(code: Code) -> Fact:
    """Weights are drawn at random; not so where layers of the model are filled with one number."""
    alike = [call for call, parameter, made in fills(code) if made in _CONSTANT and is_weight(code, call, parameter)]
    drawn = [call for call, name in code.calls if "init." in name and name.endswith(_RANDOM)]
    bare = weights_by_hand(code)
    if bare:  # the last matrix alone may be zero: those before it then move after the first step
        alike += [weight.node for weight in bare if weight.constant] if all(each.constant for each in bare) else []
        drawn += [weight.node for weight in bare if not weight.constant]
    if alike:
        return (False, alike[0]) if not drawn else None
    return (True, drawn[0]) if drawn else None


def slowest_norm(code: Code, named: dict[str, Setting]) -> tuple[float, ast.AST] | None:
    """The least share of a batch's statistics that some batch normalisation of the script takes over.

    Args:
        named: values that the script writes down under a name (`BN_MOMENTUM = 0.001`).
    """
    found = []
    for call, name in code.calls:
        given = next((word.value for word in call.keywords if word.arg == "momentum"), None)
        if given is None and name.startswith("torch.") and len(call.args) > 2:
            given = call.args[2]  # BatchNorm2d(channels, eps, momentum)
        value = given.value if isinstance(given, ast.Constant) else None
        if given is not None and value is None:
            known = named.get(code.dotted(given).rpartition(".")[2])
            value = known.value if known is not None else None
        share = norm_share(name, value).get("norm_share")
        found += [(share, call)] if share is not None else []
    return min(found, key=lambda each: each[0]) if found else None
