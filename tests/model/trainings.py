"""Small real trainings with one fault each, recorded by the probe, and the same trainings without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mladvisor.probes import probe

ROWS, INPUTS, CLASSES = 960, 12, 3


class Case:
    """One training: data, model, optimizer and loop settings, which a fault then changes."""

    def __init__(self, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.x = torch.randn(ROWS, INPUTS)
        teacher = nn.Sequential(nn.Linear(INPUTS, 16), nn.Tanh(), nn.Linear(16, CLASSES))
        self.y = (3 * teacher(self.x)).argmax(1)
        self.val_x = torch.randn(320, INPUTS)
        self.val_y = (3 * teacher(self.val_x)).argmax(1)
        self.model: nn.Module = mlp(nn.ReLU, 2)
        self.rate, self.epochs, self.batch, self.shuffle = 3e-3, 8, 32, True
        self.parameters: Callable[[], Any] = lambda: self.model.parameters()
        self.loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = nn.CrossEntropyLoss()
        self.val_in_training = False
        self.optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam


def mlp(activation: type[nn.Module], hidden: int, width: int = 32) -> nn.Sequential:
    """`hidden` layers called fc0, fc1 ... and a last one called out."""
    model = nn.Sequential()
    for number in range(hidden):
        model.add_module(f"fc{number}", nn.Linear(INPUTS if number == 0 else width, width))
        model.add_module(f"act{number}", activation())
    model.add_module("out", nn.Linear(width, CLASSES))
    return model


def train(case: Case, folder: Path) -> Path:
    """Train, record, and give the run folder back."""
    optimizer = case.optimizer(case.parameters(), lr=case.rate)
    with probe(case.model, optimizer, folder, every=4, config={"epochs": case.epochs}) as p:
        for _ in range(case.epochs):
            case.model.train()
            data = torch.utils.data.TensorDataset(case.x, case.y)
            loader = torch.utils.data.DataLoader(data, batch_size=case.batch, shuffle=case.shuffle)
            total = 0.0
            for x, y in p.batches(loader):
                optimizer.zero_grad()
                loss = case.loss(case.model(x), y)
                loss.backward()
                optimizer.step()
                total += float(loss.detach()) * len(x)
            if not case.val_in_training:
                case.model.eval()
            with torch.no_grad():
                outputs = torch.cat([case.model(part) for part in case.val_x.split(32)])
                val = float(case.loss(outputs, case.val_y))
                right = float((outputs.argmax(1) == case.val_y).float().mean())
            p.log(train_loss=total / ROWS, val_loss=val, val_accuracy=right)
    return folder


class Log(nn.Module):
    """log(x + 1) of what should be positive."""

    def __init__(self, floor: float) -> None:
        super().__init__()
        self.floor = floor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.log(torch.clamp(x, min=self.floor) + 1.0)


class Words(nn.Module):
    """An embedding of twelve binned columns and a classifier on top."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(8, 16)
        self.fc = nn.Linear(16 * INPUTS, 32)
        self.out = nn.Linear(32, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        bins = ((x + 2) * 2).clamp(0, 7).long()
        return self.out(torch.relu(self.fc(self.embed(bins).flatten(1))))


def dead_relu(case: Case) -> None:
    case.model.fc1.bias.data.fill_(-30.0)


def vanishing(case: Case) -> None:
    case.model = mlp(nn.Sigmoid, 10)


def nan_in_layer(case: Case) -> None:
    case.model.act1 = Log(floor=-3.0)
    case.rate = 1e-2


def log_layer(case: Case) -> None:
    case.model.act1 = Log(floor=0.0)
    case.rate = 1e-2


def nan_input(case: Case) -> None:
    case.shuffle = True
    case.x[200, 3] = float("nan")


def frozen(case: Case) -> None:
    case.model = Words()
    case.model.embed.weight.requires_grad_(False)


def left_out(case: Case) -> None:
    case.model = Words()
    case.parameters = lambda: [*case.model.fc.parameters(), *case.model.out.parameters()]


def words(case: Case) -> None:
    case.model = Words()


def symmetric(case: Case) -> None:
    for layer in (case.model.fc0, case.model.fc1):
        layer.weight.data.fill_(0.05)
        layer.bias.data.zero_()


def sorted_rows(case: Case) -> None:
    order = case.y.argsort()
    case.x, case.y, case.shuffle = case.x[order], case.y[order], False


def in_order(case: Case) -> None:
    case.shuffle = False


def corrupt_shard(case: Case) -> None:
    case.shuffle = False
    case.x[320:352] *= 300.0


def training_mode(case: Case) -> None:
    _normed(case)
    case.val_in_training = True


def _normed(case: Case) -> None:
    case.model = nn.Sequential()
    for number in range(2):
        case.model.add_module(f"fc{number}", nn.Linear(INPUTS if number == 0 else 32, 32))
        case.model.add_module(f"bn{number}", nn.BatchNorm1d(32))
        case.model.add_module(f"act{number}", nn.ReLU())
    case.model.add_module("drop", nn.Dropout(0.2))
    case.model.add_module("out", nn.Linear(32, CLASSES))


def saturated(case: Case) -> None:
    case.model = mlp(nn.Tanh, 2)
    case.model.fc0.weight.data.mul_(60.0)


def tanh(case: Case) -> None:
    case.model = mlp(nn.Tanh, 2)


def exploding(case: Case) -> None:
    case.model = mlp(nn.ReLU, 6)
    for layer in case.model:
        if isinstance(layer, nn.Linear):
            layer.weight.data.mul_(6.0)
    case.optimizer, case.rate = torch.optim.SGD, 0.05


def deep(case: Case) -> None:
    case.model = mlp(nn.ReLU, 6)


def nothing(case: Case) -> None:
    pass


# fault -> (what is changed, the same training without the fault, causes of which the first must be one, what is named)
FAULTS: dict[str, tuple[Callable[[Case], None], Callable[[Case], None], tuple[str, ...], str]] = {
    "dead-relu": (dead_relu, nothing, ("dead-units",), "act1"),
    "ten-sigmoid-layers": (vanishing, deep, ("vanishing-gradients",), "fc0"),
    "nan-in-a-layer": (nan_in_layer, log_layer, ("invalid-loss-computation",), "act1"),
    "nan-in-a-row": (nan_input, nothing, ("nan-inputs",), "fc0"),
    "frozen-embedding": (frozen, words, ("training-pipeline-bug",), "embed"),
    "embedding-left-out": (left_out, words, ("training-pipeline-bug",), "embed"),
    "symmetric-start": (symmetric, nothing, ("poor-initialization",), "fc1"),
    "sorted-rows": (sorted_rows, in_order, ("poor-shuffling",), ""),
    "corrupt-shard": (corrupt_shard, in_order, ("anomalous-batches",), "batch 10 of each epoch (rows 320 to 351)"),
    "training-mode-left-on": (training_mode, _normed, ("batch-norm-misuse", "training-pipeline-bug"), ""),
    "saturated-start": (saturated, tanh, ("dead-units", "poor-initialization"), "act0"),
    "exploding-start": (exploding, deep, ("poor-initialization", "exploding-gradients"), ""),
}
