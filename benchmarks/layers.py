"""Faults of single layers and batches in real trainings, watched by the PyTorch probe: are cause and place named?

`python benchmarks/layers.py [--seeds N] [--first SEED] [--keep FOLDER] [--only WORD]`: each fault in two architectures
with several seeds, and the same trainings without it. The table says how often the right cause came first, how often
the evidence names the planted layer or batch, and in how many of the sound trainings a cause was more likely than not.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import mladvisor
from mladvisor.diagnosis.model import Diagnosis
from mladvisor.diagnosis.verdict import NAMED
from mladvisor.probes import probe

BATCH, ROWS, EPOCHS, CLASSES = 64, 4096, 8, 4
SIDE, WORDS, LENGTH = 12, 120, 16


class Log(nn.Module):
    """A logarithm that somebody put between two layers: NaN once its input is below zero."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """ln x."""
        return x.log()


class Case(NamedTuple):
    """One training.

    Attributes:
        make: the model; `planted` says whether with the fault.
        data: inputs and labels of so many rows.
        causes: any of them may come first.
        place: what the evidence must name ("" where there is no single place).
        shuffle: the loader shuffles.
        spoil: changes inputs, labels in place.
        evaluates: calls `model.eval()` for validation.
    """

    make: Callable[[bool], nn.Module]
    data: Callable[[torch.Generator, int], tuple[torch.Tensor, torch.Tensor]]
    causes: tuple[str, ...]
    place: str = ""
    shuffle: bool = True
    spoil: Callable[[torch.Tensor, torch.Tensor], None] = lambda x, y: None
    evaluates: bool = True
    rate: float = 3e-3


# ---- data


def table(draw: torch.Generator, rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Twenty numbers a row; classes by a smooth function of some of them."""
    x = torch.randn(rows, 20, generator=draw)
    scores = torch.stack([x[:, i] + x[:, 4 + i] * x[:, 8 + i] for i in range(CLASSES)], 1)
    return x, (scores + 0.3 * torch.randn(rows, CLASSES, generator=draw)).argmax(1)


def images(draw: torch.Generator, rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A bright patch in one of four quarters, with noise."""
    y = torch.randint(0, CLASSES, (rows,), generator=draw)
    x = torch.randn(rows, 1, SIDE, SIDE, generator=draw)
    half = SIDE // 2
    for i, label in enumerate(y.tolist()):
        top, left = (label // 2) * half, (label % 2) * half
        x[i, 0, top + 1 : top + 5, left + 1 : left + 5] += 0.5
    return x, y


def sentences(draw: torch.Generator, rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Word numbers; some words belong to a class."""
    y = torch.randint(0, CLASSES, (rows,), generator=draw)
    x = torch.randint(0, WORDS, (rows, LENGTH), generator=draw)
    own = torch.randint(0, WORDS // CLASSES, (rows, 3), generator=draw) + y[:, None] * (WORDS // CLASSES)
    places = torch.randint(0, LENGTH, (rows, 3), generator=draw)
    return x.scatter(1, places, own), y


# ---- models


def mlp(*, hidden: int = 2, act: type[nn.Module] = nn.ReLU, norm: bool = False, log_at: int = 0) -> nn.Sequential:
    """Linear layers with an activation behind each; normalised on demand."""
    parts, width = [], 20
    for number in range(hidden):
        parts.append(nn.Linear(width, 48))
        if norm:
            parts.append(nn.BatchNorm1d(48))
        parts.append(Log() if log_at and number + 1 == log_at else act())
        width = 48
    return nn.Sequential(*parts, nn.Linear(width, CLASSES))


def cnn(*, hidden: int = 2, act: type[nn.Module] = nn.ReLU, norm: bool = False, log_at: int = 0) -> nn.Sequential:
    """Convolutions, pooling, a linear layer."""
    parts: list[nn.Module] = []
    width = 1
    for number in range(hidden):
        parts.append(nn.Conv2d(width, 12, 3, padding=1))
        if norm:
            parts.append(nn.BatchNorm2d(12))
        parts.append(Log() if log_at and number + 1 == log_at else act())
        width = 12
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(width * 9, CLASSES))


class Words(nn.Module):
    """An embedding, and a mean of it or a GRU."""

    def __init__(self, recurrent: bool, frozen: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 24)
        self.body = nn.GRU(24, 24, batch_first=True) if recurrent else nn.Linear(24, 24)
        self.head = nn.Linear(24, CLASSES)
        self.embedding.weight.requires_grad_(not frozen)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of the classes."""
        found = self.embedding(x)
        if isinstance(self.body, nn.GRU):
            return self.head(self.body(found)[1][0])  # type: ignore[no-any-return]
        return self.head(torch.relu(self.body(found.mean(1))))  # type: ignore[no-any-return]


def dead(model: nn.Sequential, at: int) -> nn.Sequential:
    """Biases so low that no row lifts a unit above zero."""
    with torch.no_grad():
        model[at].bias.fill_(-30.0)
    return model


def alike(model: nn.Sequential) -> nn.Sequential:
    """All weights start at one value."""
    for parameter in model.parameters():
        nn.init.constant_(parameter, 0.05)
    return model


def offset(model: nn.Sequential, at: int) -> nn.Sequential:
    """A bias that keeps the logarithm's input above zero for a while."""
    with torch.no_grad():
        model[at].bias.fill_(2.2)
        model[at].weight.mul_(0.4)
    return model


def in_order(x: torch.Tensor, y: torch.Tensor) -> None:
    """Rows sorted by label."""
    order = torch.argsort(y, stable=True)
    x.copy_(x[order])
    y.copy_(y[order])


def shard(x: torch.Tensor, _y: torch.Tensor) -> None:
    """Rows 512 to 575 in other units."""
    x[512:576] *= 40.0


CASES: dict[str, Case] = {
    "dead ReLU, MLP": Case(lambda f: dead(mlp(), 2) if f else mlp(), table, ("dead-units",), "3"),
    "dead ReLU, CNN": Case(lambda f: dead(cnn(), 2) if f else cnn(), images, ("dead-units",), "3"),
    "ten sigmoid layers, MLP": Case(
        lambda f: mlp(hidden=10, act=nn.Sigmoid) if f else mlp(), table, ("vanishing-gradients",), "0"
    ),
    "ten sigmoid layers, CNN": Case(
        lambda f: cnn(hidden=10, act=nn.Sigmoid) if f else cnn(), images, ("vanishing-gradients",), "0"
    ),
    "NaN from a log, MLP": Case(
        lambda f: offset(mlp(hidden=3, log_at=2), 2) if f else mlp(hidden=3), table, ("invalid-loss-computation",), "3"
    ),
    "NaN from a log, CNN": Case(
        lambda f: offset(cnn(hidden=3, log_at=2), 2) if f else cnn(hidden=3), images, ("invalid-loss-computation",), "3"
    ),
    "frozen embedding, mean": Case(lambda f: Words(False, f), sentences, ("training-pipeline-bug",), "embedding"),
    "frozen embedding, GRU": Case(lambda f: Words(True, f), sentences, ("training-pipeline-bug",), "embedding"),
    "symmetric start, MLP": Case(lambda f: alike(mlp()) if f else mlp(), table, ("poor-initialization",), "0"),
    "symmetric start, CNN": Case(lambda f: alike(cnn()) if f else cnn(), images, ("poor-initialization",), "0"),
    "sorted rows, MLP": Case(lambda f: mlp(), table, ("poor-shuffling",), shuffle=False, spoil=in_order),
    "sorted rows, CNN": Case(lambda f: cnn(), images, ("poor-shuffling",), shuffle=False, spoil=in_order),
    "corrupt shard, MLP": Case(lambda f: mlp(), table, ("anomalous-batches",), "512", shuffle=False, spoil=shard),
    "corrupt shard, CNN": Case(lambda f: cnn(), images, ("anomalous-batches",), "512", shuffle=False, spoil=shard),
    "corrupt shard, shuffled": Case(lambda f: mlp(), table, ("anomalous-batches",), "512", spoil=shard),
    "training mode left on, MLP": Case(lambda f: mlp(norm=True), table, ("batch-norm-misuse",), evaluates=False),
    "training mode left on, CNN": Case(lambda f: cnn(norm=True), images, ("batch-norm-misuse",), evaluates=False),
}


def train(case: Case, planted: bool, seed: int, folder: Path) -> None:
    """One training with the probe at its default sampling."""
    draw = torch.Generator().manual_seed(seed)
    x, y = case.data(draw, ROWS + 512)
    x, y, xv, yv = x[:ROWS].clone(), y[:ROWS].clone(), x[ROWS:], y[ROWS:]
    if planted:
        case.spoil(x, y)
    torch.manual_seed(seed)
    model = case.make(planted)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, case.rate)
    criterion = nn.CrossEntropyLoss()
    # A sound training may read rows in order as long as their order is random.
    loader = DataLoader(TensorDataset(x, y), BATCH, shuffle=case.shuffle)
    with probe(model, optimizer, folder, config={"epochs": EPOCHS}) as p:
        for _ in range(EPOCHS):
            model.train()
            total = 0.0
            for bx, by in p.batches(loader):
                optimizer.zero_grad()
                loss = criterion(model(bx), by)
                loss.backward()
                optimizer.step()
                total += float(loss.detach())
            if case.evaluates or not planted:
                model.eval()
            with torch.no_grad():
                found = [(model(a), b) for a, b in zip(xv.split(128), yv.split(128), strict=True)]
            scores, labels = torch.cat([one for one, _ in found]), torch.cat([b for _, b in found])
            accuracy = float((scores.argmax(1) == labels).float().mean())
            p.log(train_loss=total / len(loader), val_loss=float(criterion(scores, labels)), val_accuracy=accuracy)


def names(diagnosis: Diagnosis, cause: str, place: str) -> bool:
    """Some evidence for the cause names the place."""
    reasons = {e.finding for h in diagnosis.hypotheses if h.cause == cause for e in h.evidence if e.decibans > 0}
    for finding in diagnosis.findings:
        if finding.finding in reasons and (finding.degree or 0) > 0:
            words = finding.because.replace(",", " ").replace("(", " ").replace(")", " ").split()
            if any(item == place for item in finding.items) or place in words or f'"{place}"' in words:
                return True
    return False


def trainings(seeds: range, only: str, root: Path) -> Iterator[tuple[str, Case, bool, int, Path]]:
    """Every case, with and without its fault, for each seed."""
    for name, case in CASES.items():
        if only in name:
            for seed in seeds:
                for planted in (True, False):
                    folder = (
                        root / f"{name.replace(' ', '-').replace(',', '')}-{'fault' if planted else 'sound'}-{seed}"
                    )
                    yield name, case, planted, seed, folder


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed: others than 0, 1, 2 are fresh ones")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--keep", type=Path, help="folder for the runs; kept ones are read again instead of trained")
    given = parser.parse_args()
    torch.set_num_threads(1)
    seeds = range(given.first, given.first + given.seeds)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lines = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, case, planted, seed, folder in trainings(seeds, given.only, given.keep or Path(temporary)):
            if not (folder / "metrics.csv").is_file():
                train(case, planted, seed, folder)
            found = mladvisor.diagnose(folder)
            first, row = found.hypotheses[0], counts[name]
            row["runs"] += planted
            if planted:
                right = first.cause in case.causes
                row["first"] += right
                row["place"] += bool(case.place) and right and names(found, first.cause, case.place)
                row["sure"] += right and first.probability >= NAMED
            else:
                row["accused"] += first.probability >= NAMED
            if (
                planted != (first.cause in case.causes and first.probability >= NAMED)
                or first.probability >= NAMED > planted
            ):
                lines.append(f"{folder.name}: healthy {found.healthy:.2f}, {first.cause} {first.probability:.2f}")
    print(f"{'fault':28}{'runs':>6}{'first':>7}{'named':>7}{'place':>7}{'sound accused':>15}")
    for name, row in [*counts.items(), ("all", sum_of(counts))]:
        place = f"{row['place']}" if name == "all" or CASES[name].place else "-"
        print(f"{name:28}{row['runs']:6}{row['first']:7}{row['sure']:7}{place:>7}{row['accused']:15}")
    print(*lines, sep="\n")


def sum_of(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """Column by column."""
    total: dict[str, int] = defaultdict(int)
    for row in counts.values():
        for key, value in row.items():
            total[key] += value
    return total


if __name__ == "__main__":
    main()
