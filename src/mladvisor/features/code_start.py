"""How a training script sets the model up before its first step: initial weights, momentum of batch normalisation."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_held_variables import variables_alike
from mladvisor.features.code_names import SKLEARN_NETWORKS, Fact, names_of
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
    alike += variables_alike(code)
    if alike:
        return (False, alike[0]) if not drawn else None
    return (True, drawn[0]) if drawn else None


_TOUCHES = re.compile(
    r"init(?!_*$)|^weight$|^bias$|^data$|^kernel$|reset_parameters|load_|^apply$|kaiming|xavier|orthogonal|pretrain"
    r"|(?:normal|uniform|zero|zeros|ones|fill|constant|mul|copy)_$|^Parameter$|checkpoint",
    re.IGNORECASE,
)
"""Names of what reaches for weights, or for what draws them."""
_OWN = ("__init__", "learning_rate_init", "random_init")


def library_start(code: Code) -> Fact:
    """True where all layers are made in the script and nothing in it touches their weights before training.

    Libraries scale the first weights with the number of inputs; scikit-learn's networks cannot be told otherwise.
    """
    networks = [call for call, name in code.calls if name.rpartition(".")[2] in SKLEARN_NETWORKS]
    if networks and not any(name.endswith(".backward") for _, name in code.calls):
        return True, networks[0]
    names = names_of(code)
    if not names.models or not names.models <= names.made.keys() or names.automatic:
        return None
    for node in code.nodes:
        spoken = (
            node.attr if isinstance(node, ast.Attribute)
            else node.id if isinstance(node, ast.Name)
            else ""
        )  # fmt: skip
        if spoken not in _OWN and _TOUCHES.search(spoken):
            return None
    layers = [call for call, name in code.calls if name.startswith("torch.nn.")]
    return (True, layers[0]) if layers else None


def norm_shares(code: Code, named: dict[str, Setting]) -> list[tuple[float, ast.AST]]:
    """The shares of a batch's statistics that the batch normalisations of the script take over, as far as it says.

    Args:
        named: values that the script writes down under a name (`BN_MOMENTUM = 0.001`).
    """
    found: list[tuple[float, ast.AST]] = []
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
    return found
