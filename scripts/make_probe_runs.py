"""Train the sample runs with per-layer and per-batch logs again: `python scripts/make_probe_runs.py [NAME ...]`.

Each is one short, real PyTorch training under `mladvisor.probes` (needs the frameworks extra): the same machine gives
the same bytes. What a person sees in each stands in tests/golden/, never here and never in the folders.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.utils.data import DataLoader, TensorDataset

from mladvisor.probes import probe

ROOT = Path(__file__).resolve().parents[1]


class Training(NamedTuple):
    """What is trained, on what, and how."""

    model: Callable[[], nn.Module]
    data: Callable[[], tuple[Any, Any]]
    optimizer: Callable[[Any], torch.optim.Optimizer]
    epochs: int = 16
    batch: int = 64
    every: int = 12
    shuffle: bool = True


def digits() -> tuple[Any, Any]:
    """Eight by eight pixels in -1 to 1."""
    x, y = load_digits(return_X_y=True)
    return torch.tensor(x / 8 - 1, dtype=torch.float32), torch.tensor(y)


def raw_digits() -> tuple[Any, Any]:
    """Pixels as they are, 0 to 16, ten times over (a scanner's counts)."""
    x, y = load_digits(return_X_y=True)
    return torch.tensor(x * 10, dtype=torch.float32), torch.tensor(y)


def readings() -> tuple[Any, Any]:
    """Forty sensors, four states; the rows 512 to 575 were decoded from a damaged file."""
    rng = np.random.default_rng(7)
    centres = rng.normal(0, 0.5, (4, 40))
    y = rng.integers(0, 4, 1280)
    x = centres[y] + rng.normal(0, 1, (1280, 40))
    x[512:576] = rng.normal(0, 9, (64, 40))
    return torch.tensor(x, dtype=torch.float32), torch.tensor(y)


def words() -> tuple[Any, Any]:
    """Sentences of twelve out of four hundred words; some words speak for one of two opinions."""
    rng = np.random.default_rng(3)
    mood = rng.normal(0, 1, 400)
    ids = rng.integers(0, 400, (1400, 12))
    return torch.tensor(ids), torch.tensor((mood[ids].sum(1) + rng.normal(0, 0.4, 1400) > 0).astype(np.int64))


def stack(*widths: int, act: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    """Linear layers with an activation between them."""
    parts: list[nn.Module] = []
    for i in range(len(widths) - 1):
        parts += [nn.Linear(widths[i], widths[i + 1]), act()]
    return nn.Sequential(*parts[:-1])


class Angle(nn.Module):
    """The angle whose cosine the input is."""

    def forward(self, x: Any) -> Any:
        return torch.acos(0.3 * x)


class Sentence(nn.Module):
    """Mean of embeddings and two layers."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(400, 16)
        self.hidden, self.out = nn.Linear(16, 24), nn.Linear(24, 2)
        self.embedding.weight.requires_grad_(False)

    def forward(self, ids: Any) -> Any:
        return self.out(F.relu(self.hidden(self.embedding(ids).mean(1))))


def alike() -> nn.Module:
    """Weights from a configuration's `init: 0.05`."""
    model = stack(64, 48, 32, 10, act=nn.Tanh)
    for part in model:
        if isinstance(part, nn.Linear):
            nn.init.constant_(part.weight, 0.05)
            nn.init.zeros_(part.bias)
    return model


def angles() -> nn.Module:
    """Angles in the middle."""
    return nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 24), Angle(), nn.Linear(24, 10))


def adam(lr: float) -> Callable[[Any], torch.optim.Optimizer]:
    """Adam at this rate."""
    return lambda parameters: torch.optim.Adam(parameters, lr)


TRAININGS: dict[str, Training] = {
    "digits-probed-mlp": Training(lambda: stack(64, 48, 32, 10), digits, adam(2e-3)),
    "scans-probed-mlp": Training(
        lambda: stack(64, 48, 32, 10), raw_digits, lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)
    ),
    "digits-probed-deep": Training(lambda: stack(64, *[24] * 10, 10, act=nn.Sigmoid), digits, adam(1e-3), every=40),
    "digits-probed-angles": Training(angles, digits, adam(3e-3)),
    "opinions-probed-embedding": Training(Sentence, words, adam(3e-3)),
    "digits-probed-constant": Training(alike, digits, adam(2e-3)),
    "sensors-probed-mlp": Training(lambda: stack(40, 12, 4), readings, adam(5e-3), epochs=24, shuffle=False),
}


def make(name: str, folder: Path) -> None:
    """Run one training and leave its files in the folder."""
    given = TRAININGS[name]
    torch.set_num_threads(1)
    torch.manual_seed(11)
    shutil.rmtree(folder, ignore_errors=True)
    x, y = given.data()
    cut = len(y) * 4 // 5
    loader = DataLoader(TensorDataset(x[:cut], y[:cut]), batch_size=given.batch, shuffle=given.shuffle)
    model = given.model()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = given.optimizer(trained)
    settings = {"epochs": given.epochs, "shuffle": given.shuffle, "train_rows": cut, "seed": 11}
    with probe(model, optimizer, folder, every=given.every, config=settings) as p:
        for _ in range(given.epochs):
            model.train()
            for inputs, labels in p.batches(loader):
                optimizer.zero_grad()
                F.cross_entropy(model(inputs), labels).backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                out = model(x[cut:])
                p.log(val_loss=F.cross_entropy(out, y[cut:]), val_accuracy=(out.argmax(1) == y[cut:]).float().mean())


def main() -> None:
    """All of them, or those that are named."""
    for name in sys.argv[1:] or TRAININGS:
        folder = ROOT / "sample_runs" / name
        make(name, folder)
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{name}: {size:,} bytes")


if __name__ == "__main__":
    main()
