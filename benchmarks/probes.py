"""What a probe costs: CPU time of a training with and without it, at the default sampling.

`python benchmarks/probes.py [--rounds N] [--seconds S]`: an MLP of three layers of 256 and a small CNN at batch 128,
with and without the probe. The two take turns epoch by epoch in one process, so that other work hits both alike.
"""

from __future__ import annotations

import argparse
import itertools
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


class Loop:
    """One training, an epoch at a time; `seconds` of CPU on one thread so far."""

    def __init__(self, make: Callable[[], nn.Module], shape: tuple[int, ...]) -> None:
        torch.manual_seed(0)
        self.model = make()
        self.optimizer = torch.optim.Adam(self.model.parameters())
        self.x, self.y = torch.randn(40 * BATCH, *shape), torch.randint(0, 10, (40 * BATCH,))
        self.criterion = nn.CrossEntropyLoss()
        self.seconds = 0.0

    def epoch(self, log: Callable[[], None] = lambda: None) -> None:
        """Forty batches."""
        start = time.thread_time()
        for i in range(0, len(self.x), BATCH):
            self.optimizer.zero_grad()
            loss = self.criterion(self.model(self.x[i : i + BATCH]), self.y[i : i + BATCH])
            loss.backward()
            self.optimizer.step()
            loss.item()
        log()
        self.seconds += time.thread_time() - start

    def weights(self) -> float:
        """Their sum."""
        return sum(float(parameter.detach().double().sum()) for parameter in self.model.parameters())


def compare(make: Callable[[], nn.Module], shape: tuple[int, ...], seconds: float) -> tuple[Loop, Loop, int]:
    """A training without and one with the probe, epoch by epoch in turn; and how many epochs each had."""
    plain, probed, epochs = Loop(make, shape), Loop(make, shape), 0
    with tempfile.TemporaryDirectory() as folder, probe(probed.model, probed.optimizer, folder) as p:
        while plain.seconds < seconds:
            turns = [False, True] if epochs % 2 else [True, False]
            for turn in turns:
                began = time.perf_counter()
                if turn:
                    probed.epoch(lambda: p.log(train_loss=0.0))
                else:
                    plain.epoch()
                    p.guard.started += time.perf_counter() - began  # this time gives the probe no credit
            epochs += 1
        start = time.thread_time()
        p.close()
        probed.seconds += time.thread_time() - start
    return plain, probed, epochs


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="CPU time of one training")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'model':6}{'epochs':>8}{'plain s':>10}{'probed s':>10}{'overhead':>10}{'  same weights'}")
    for name, make, shape in (("mlp", mlp, (64,)), ("cnn", cnn, (1, 16, 16))):
        Loop(make, shape).epoch()
        for _ in range(given.rounds):
            plain, probed, epochs = compare(make, shape, given.seconds)
            over = probed.seconds / plain.seconds - 1
            same = plain.weights() == probed.weights()
            print(f"{name:6}{epochs:8}{plain.seconds:10.2f}{probed.seconds:10.2f}{over:10.1%}  {same}", flush=True)


if __name__ == "__main__":
    main()
