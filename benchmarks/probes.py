"""What a probe costs: time of whole trainings with and without it, at the default sampling.

`python benchmarks/probes.py [--rounds N] [--seconds S]`: an MLP of three layers of 256 and a small CNN at batch 128.
Pairs of trainings in alternating order; the ratio of the fastest of each kind, which other programs disturb least,
and the median ratio of the pairs.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable

import torch
from torch import nn

from mladvisor.probes import probe

BATCH = 128


def mlp() -> nn.Module:
    """Three hidden layers of 256 on 64 inputs."""
    sizes = (64, 256, 256, 256)
    hidden = [part for a, b in itertools.pairwise(sizes) for part in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*hidden, nn.Linear(256, 10))


def cnn() -> nn.Module:
    """Two convolutions and a linear layer on 16 by 16 images."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 10),
    )


def train(
    make: Callable[[], nn.Module], shape: tuple[int, ...], epochs: int, folder: str | None
) -> tuple[float, float]:
    """CPU seconds of a training of so many epochs of 40 batches on one thread, and the sum of its weights."""
    torch.manual_seed(0)
    model = make()
    optimizer = torch.optim.Adam(model.parameters())
    x, y = torch.randn(40 * BATCH, *shape), torch.randint(0, 10, (40 * BATCH,))
    criterion = nn.CrossEntropyLoss()

    def loop(log: Callable[[], None]) -> None:
        for _ in range(epochs):
            for i in range(0, len(x), BATCH):
                optimizer.zero_grad()
                loss = criterion(model(x[i : i + BATCH]), y[i : i + BATCH])
                loss.backward()
                optimizer.step()
                loss.item()
            log()

    start = time.process_time()
    if folder is None:
        loop(lambda: None)
    else:
        with probe(model, optimizer, folder) as p:
            loop(lambda: p.log(train_loss=0.0))
    seconds = time.process_time() - start
    return seconds, sum(float(parameter.detach().double().sum()) for parameter in model.parameters())


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of one training, about")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'model':6}{'epochs':>8}{'plain s':>10}{'probed s':>10}{'overhead':>10}{'median':>9}{'  same weights'}")
    for name, make, shape in (("mlp", mlp, (64,)), ("cnn", cnn, (1, 16, 16))):
        once, _ = train(make, shape, 3, None)
        epochs = max(3, round(given.seconds / once * 3))
        plain, probed, same = [], [], True
        for number in range(given.rounds):
            with tempfile.TemporaryDirectory() as folder:
                kinds = [None, folder] if number % 2 else [folder, None]
                results = {kind: train(make, shape, epochs, kind) for kind in kinds}
            plain.append(results[None][0])
            probed.append(results[folder][0])
            same &= results[None][1] == results[folder][1]
        best = min(probed) / min(plain) - 1
        median = statistics.median(b / a for a, b in zip(plain, probed, strict=True)) - 1
        print(f"{name:6}{epochs:8}{min(plain):10.2f}{min(probed):10.2f}{best:10.1%}{median:9.1%}  {same}")


if __name__ == "__main__":
    main()
