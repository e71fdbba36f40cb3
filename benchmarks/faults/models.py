"""The model families, small enough to train in a fraction of a second: MLP, CNN, RNN, GRU, transformer, linear."""

from __future__ import annotations

import torch
from benchmarks.faults.recipe import Recipe
from benchmarks.faults.tasks import Data
from torch import nn

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "linear": nn.Identity,
}


def _activation(name: str) -> nn.Module:
    return nn.Softmax(dim=1) if name == "softmax" else ACTIVATIONS[name]()


class Recurrent(nn.Module):
    """Embedding, one recurrent layer, and a head on its last state."""

    def __init__(self, kind: str, bend: str, *, vocabulary: int, width: int, out: int, dropout: float) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 12)
        gru = kind == "gru"
        self.body = (
            nn.GRU(12, width, batch_first=True) if gru else nn.RNN(12, width, nonlinearity=bend, batch_first=True)
        )
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(width, out)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        states, _ = self.body(self.embed(tokens))
        return self.head(self.drop(states[:, -1]))


class Transformer(nn.Module):
    """Token and place embeddings, encoder layers, and a head on the mean of the last layer (or its last place)."""

    def __init__(self, vocabulary: int, length: int, *, width: int, layers: int, out: int, dropout: float, last: bool):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.place = nn.Parameter(0.1 * torch.randn(length, width))
        self.body = nn.ModuleList(
            nn.TransformerEncoderLayer(width, 2, 2 * width, dropout, batch_first=True) for _ in range(layers)
        )
        self.head = nn.Linear(width, out)
        self.last = last

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embed(tokens) + self.place
        for layer in self.body:
            x = layer(x)
        return self.head(x[:, -1] if self.last else x.mean(dim=1))


def _dense(recipe: Recipe, inputs: int, out: int) -> nn.Module:
    layers: list[nn.Module] = []
    for width in recipe.hidden:
        layers.append(nn.Linear(inputs, width))
        if recipe.batch_norm:
            layers.append(nn.BatchNorm1d(width, momentum=recipe.batch_norm_momentum))
        layers.append(_activation(recipe.activation))
        if recipe.dropout:
            layers.append(nn.Dropout(recipe.dropout))
        inputs = width
    return nn.Sequential(nn.Flatten(), *layers, nn.Linear(inputs, out))


def _convolutional(recipe: Recipe, side: int, out: int) -> nn.Module:
    layers: list[nn.Module] = []
    channels = 1
    for width in recipe.hidden:
        layers.append(nn.Conv2d(channels, width, 3, padding=1))
        if recipe.batch_norm:
            layers.append(nn.BatchNorm2d(width, momentum=recipe.batch_norm_momentum))
        layers.append(_activation(recipe.activation))
        if side >= 4:
            layers.append(nn.MaxPool2d(2))
            side //= 2
        channels = width
    dropout = [nn.Dropout(recipe.dropout)] if recipe.dropout else []
    return nn.Sequential(*layers, nn.Flatten(), *dropout, nn.Linear(channels * side * side, out))


def build(recipe: Recipe, data: Data, outputs: int) -> nn.Module:
    """A freshly initialised model of the recipe's family with that many output units."""
    torch.manual_seed(recipe.seed * 7919 + 17)
    if recipe.family in ("gru", "rnn"):
        bend = recipe.option("recurrent", "tanh")
        model: nn.Module = Recurrent(
            recipe.family, bend, vocabulary=data.vocabulary, width=recipe.hidden[0], out=outputs, dropout=recipe.dropout
        )
    elif recipe.family == "transformer":
        length = data.x["train"].shape[1]
        last = data.task == "language-modelling"
        model = Transformer(
            data.vocabulary,
            length,
            width=recipe.hidden[0],
            layers=len(recipe.hidden),
            out=outputs,
            dropout=recipe.dropout,
            last=last,
        )
    elif recipe.family == "cnn":
        model = _convolutional(recipe, data.x["train"].shape[-1], outputs)
    else:
        model = _dense(recipe, int(data.x["train"][0].size), outputs)
    behind = recipe.option("behind", None)
    if behind is not None:  # dropout on the answers themselves
        assert isinstance(model, nn.Sequential)
        model.append(nn.Dropout(behind[1]))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if recipe.constant_weights and parameter.dim() > 1:
                parameter.fill_(recipe.gain * 0.05)
            elif recipe.gain != 1.0 and parameter.dim() > 1:
                parameter.mul_(recipe.gain)
            elif recipe.bias and name.endswith("bias") and parameter.numel() != outputs:
                parameter.add_(recipe.bias)
    return model


def flatten(model: nn.Module) -> nn.Parameter:
    """All parameters as views of one vector, gradient included: an optimizer step is then one operation, not dozens."""
    parameters = list(model.parameters())
    total = sum(parameter.numel() for parameter in parameters)
    values, gradients, start = torch.zeros(total), torch.zeros(total), 0
    for parameter in parameters:
        end = start + parameter.numel()
        values[start:end] = parameter.data.reshape(-1)
        parameter.data = values[start:end].view_as(parameter)
        parameter.grad = gradients[start:end].view_as(parameter)
        start = end
    whole = nn.Parameter(values)
    whole.grad = gradients
    return whole
