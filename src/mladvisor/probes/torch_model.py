"""What a PyTorch model is made of, and what autograd's graph tells of its functional parts and of the loss.

A model that calls `F.relu` in `forward` has no module for it. The graph has: walking back from a layer's input to the
output of the layer before shows what lies between. The same walk from the loss finds its kind and the labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import torch
from torch import nn

# Name of an autograd node, without "Backward0" -> activation, as `features.layer_names` writes it.
ACTIVATIONS: Final = {
    "Relu": "relu",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Gelu": "gelu",
    "Silu": "silu",
    "Elu": "elu",
    "LeakyRelu": "leaky_relu",
    "Softplus": "softplus",
    "Hardtanh": "hardtanh",
    "Hardswish": "hardswish",
    "Hardsigmoid": "hardsigmoid",
    "Mish": "mish",
    "Prelu": "prelu",
    "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
    "LogSigmoid": "log_sigmoid",
    "Exp": "exp",
}
LOSSES: Final = {
    "NllLoss": "NLLLoss",
    "NllLoss2D": "NLLLoss",
    "CrossEntropyLoss": "CrossEntropyLoss",
    "BinaryCrossEntropy": "BCELoss",
    "BinaryCrossEntropyWithLogits": "BCEWithLogitsLoss",
    "MseLoss": "MSELoss",
    "SmoothL1Loss": "SmoothL1Loss",
    "HuberLoss": "HuberLoss",
    "KlDiv": "KLDivLoss",
    "SoftMarginLoss": "SoftMarginLoss",
    "MultiMarginLoss": "MultiMarginLoss",
}
_FAR = 8
"""Nodes between two layers, or between the loss and its kind: more than this is a computation of its own."""
_UNITS = ("out_features", "out_channels", "hidden_size", "embedding_dim", "num_features", "embed_dim")
_INPUTS = ("in_features", "in_channels", "input_size", "num_embeddings")


def node_name(node: Any) -> str:
    """ "ReluBackward0" -> "Relu"."""
    name: str = node.name()
    return name.rpartition("::")[2].partition("Backward")[0]


def parts_of(model: nn.Module) -> dict[str, nn.Module]:
    """Name -> module for everything that computes or holds weights by itself, in the order of definition.

    Loss modules inside the model are none of its layers.
    """
    found: dict[str, nn.Module] = {}
    for name, module in model.named_modules():
        leaf = next(module.children(), None) is None
        if isinstance(module, nn.modules.loss._Loss | nn.Identity):
            continue
        if leaf or next(module.parameters(recurse=False), None) is not None:
            found[name or type(module).__name__] = module
    return found


def weights_of(module: nn.Module) -> list[nn.Parameter]:
    """Its own weights; biases only where it has nothing else."""
    own = list(module.named_parameters(recurse=False))
    weights = [parameter for name, parameter in own if "bias" not in name]
    return weights or [parameter for _, parameter in own]


def activation_name(module: nn.Module) -> str:
    """`nn.ReLU()` -> "relu"; "" where the module is no activation."""
    name = type(module).__name__
    if name == "LeakyReLU":
        return "leaky_relu"
    if name in ("LogSoftmax", "LogSigmoid"):
        return name.lower().replace("log", "log_")
    return name.lower() if name.lower() in ACTIVATIONS.values() or name == "Softsign" else ""


def between(node: Any, outputs: dict[Any, str]) -> tuple[str, str]:
    """Walk back from a layer's input: `(name of the layer that it comes from, activation in between)`, "" for none."""
    activation = ""
    for _ in range(_FAR):
        if node is None:
            return "", ""
        if node in outputs:
            return outputs[node], activation
        activation = ACTIVATIONS.get(node_name(node), activation)
        following = [before for before, _ in node.next_functions if before is not None]
        node = following[0] if following else None
    return "", ""


class LossNode:
    """Finds the node of a known loss behind a loss tensor; remembers the way, which is the same in each step."""

    def __init__(self) -> None:
        self._path: tuple[int, ...] | None = None
        self.name = ""

    def find(self, loss: torch.Tensor) -> Any | None:
        """The node, or None where the loss is made of something else."""
        if self._path is not None:
            node = self._follow(loss.grad_fn, self._path)
            if not self.name or (node is not None and node_name(node) == self.name):
                return node if self.name else None
        queue: list[tuple[Any, tuple[int, ...]]] = [(loss.grad_fn, ())]
        for node, path in queue:  # grows while it is walked: breadth first
            if node is None:
                continue
            if node_name(node) in LOSSES:
                self._path, self.name = path, node_name(node)
                return node
            if len(path) < _FAR and len(queue) < 64:
                queue += [(before, (*path, i)) for i, (before, _) in enumerate(node.next_functions)]
        self._path, self.name = (), ""
        return None

    @staticmethod
    def _follow(node: Any, path: Iterable[int]) -> Any | None:
        for index in path:
            if node is None or index >= len(node.next_functions):
                return None
            node = node.next_functions[index][0]
        return node


def says(node: Any) -> str:
    """The loss as PyTorch users call it: log-softmax in front of `NllLoss` makes it cross-entropy."""
    kind = LOSSES[node_name(node)]
    if kind == "NLLLoss":
        before = node.next_functions[0][0]
        for _ in range(2):
            if before is not None and node_name(before) == "LogSoftmax":
                return "CrossEntropyLoss"
            before = before.next_functions[0][0] if before is not None and before.next_functions else None
    return kind


def describe(
    model: nn.Module, order: Iterable[str] = (), activations: dict[str, str] | None = None
) -> list[dict[str, Any]]:
    """The layers for `model.json`.

    Args:
        order: names in the order of execution; layers that were never run follow in the order of definition.
        activations: name -> activation that a functional call applies to the layer's output.
    """
    parts, activations = parts_of(model), activations or {}
    names = [name for name in order if name in parts]
    names += [name for name in parts if name not in set(names)]
    return [_layer(name, parts[name], activations.get(name, "")) for name in names]


def _layer(name: str, module: nn.Module, activation: str) -> dict[str, Any]:
    own = list(module.parameters(recurse=False))
    layer: dict[str, Any] = {"name": name, "type": type(module).__name__}
    for key, names in (("units", _UNITS), ("inputs", _INPUTS)):
        value = next((getattr(module, n) for n in names if isinstance(getattr(module, n, None), int)), None)
        if value is not None:
            layer[key] = value
    if activation:
        layer["activation"] = activation
    if isinstance(module, nn.modules.dropout._DropoutNd):
        layer["rate"] = module.p
    layer["params"] = sum(parameter.numel() for parameter in own)
    if own:
        layer["trainable"] = any(parameter.requires_grad for parameter in own)
        constant = _constant(weights_of(module)[0]) if not _normalises(module) else None
        if constant is not None:
            layer["initializer"] = "zeros" if constant == 0 else "ones" if constant == 1 else "constant"
    return layer


def _normalises(module: nn.Module) -> bool:
    return "norm" in type(module).__name__.lower()


def _constant(weight: torch.Tensor) -> float | None:
    if weight.dim() < 2 or weight.numel() < 2:  # a vector (scales, gains) starts constant on purpose
        return None
    low, high = torch.aminmax(weight.detach())
    return float(low) if float(low) == float(high) else None


def channels_first(module: nn.Module) -> bool:
    """Units are the second axis (convolutions and their normalisations) rather than the last one."""
    name = type(module).__name__
    return name.startswith(("Conv", "BatchNorm", "InstanceNorm", "GroupNorm"))
