"""Train the sample runs again: `python scripts/make_sample_runs.py [NAME ...]` (needs the frameworks extra).

Each run is one short, real training on the machinery of benchmarks/faults, written as one logger would leave it: the
same machine gives the same bytes. What a person sees in each, and what must be said, stands in tests/golden/, never
here and never in the folders.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.faults.configs import write_config
from benchmarks.faults.loggers import LOGGERS
from benchmarks.faults.recipe import Recipe, rng_of
from benchmarks.faults.train import train
from benchmarks.faults.views import View

ROOT = Path(__file__).resolve().parents[1]


class Sample(NamedTuple):
    """A recipe, and how its log is written.

    Attributes:
        style: seed of the spellings; config: "full", "little" or "none", in a file called config_name ("" draws one).
    """

    recipe: Recipe
    logger: str
    view: View
    style: int = 0
    config: str = "full"
    config_name: str = ""


SCORES = ("precision", "recall", "f1", "auc")

SAMPLES: dict[str, Sample] = {
    "digits-mlp-momentum": Sample(
        Recipe(
            "digits",
            "mlp",
            3,
            hidden=(32, 16),
            activation="tanh",
            optimizer="momentum",
            lr=0.3,
            batch=32,
            epochs=30,
            weight_decay=1e-4,
        ),
        "lightning",
        View(),
        config_name="hparams.yaml",
    ),
    "breast-cancer-mlp-bce": Sample(
        Recipe(
            "breast-cancer",
            "mlp",
            1,
            hidden=(24,),
            lr=0.001,
            batch=32,
            epochs=30,
            loop=("naive-log",),
            more=(("bits", 13),),
        ),
        "text",
        View(),
        style=3,
        config="little",
        config_name="config.yaml",
    ),
    "houses-mlp-onecycle": Sample(
        Recipe(
            "houses",
            "mlp",
            0,
            hidden=(24,) * 4,
            optimizer="momentum",
            lr=0.2,
            batch=32,
            epochs=20,
            gain=1.5,
            schedule="one-cycle",
        ),
        "jsonl",
        View(every=4, lr=True, gradient=True),
        style=1,
        config_name="args.json",
    ),
    "intents-gru-keras": Sample(
        Recipe("intents", "gru", 4, rows=220, hidden=(32,), lr=0.008, batch=32, epochs=40),
        "keras",
        View(lr=True),
        config="little",
        config_name="params.yaml",
    ),
    "houses-mlp-adam": Sample(
        Recipe(
            "houses",
            "mlp",
            0,
            hidden=(24,),
            lr=0.004,
            batch=32,
            epochs=40,
            weight_decay=1e-3,
            before_scaling=(("biased-split", 0.05),),
        ),
        "csv",
        View(),
        style=4,
        config_name="config.yaml",
    ),
    "fraud-mlp-adam": Sample(
        Recipe(
            "fraud",
            "mlp",
            2,
            hidden=(16,),
            lr=0.003,
            batch=32,
            epochs=20,
            weight_decay=1e-3,
            metrics=SCORES,
            after_scaling=(("rare-positives", 0.03),),
        ),
        "csv",
        View(),
        style=1,
        config_name="config.json",
    ),
    "churn-mlp-adamw": Sample(
        Recipe(
            "churn",
            "mlp",
            1,
            hidden=(16,),
            optimizer="adamw",
            lr=0.003,
            batch=32,
            epochs=14,
            weight_decay=0.01,
            metrics=SCORES,
            threshold=0.9,
        ),
        "jsonl",
        View(),
        style=5,
        config_name="config.yaml",
    ),
    "machines-mlp-steps": Sample(
        Recipe(
            "machines",
            "mlp",
            0,
            hidden=(24, 12),
            lr=0.004,
            batch=32,
            epochs=20,
            after_scaling=(("sorted-rows", 1.0),),
            shuffle=False,
        ),
        "tensorboard",
        View(every=1),
        style=2,
        config_name="config.yaml",
    ),
    "digits-cnn-adam": Sample(
        Recipe("digits", "cnn", 1, hidden=(8, 16), lr=0.003, batch=50, epochs=15, loop=("frozen",)),
        "csv",
        View(),
        style=0,
        config="little",
        config_name="config.yaml",
    ),
    "wine-linear-sgd": Sample(
        Recipe("wine", "linear", 2, hidden=(), optimizer="sgd", lr=1e-4, batch=16, epochs=40),
        "keras",
        View(lr=True),
        style=2,
        config_name="config.json",
    ),
    "energy-boosting": Sample(
        Recipe("energy", "boosting", 1, hidden=(3,), optimizer="gradient-boosting", lr=0.05, epochs=24, batch=0),
        "history-json",
        View(),
        config_name="params.yaml",
    ),
    "shapes-cnn-adam": Sample(
        Recipe("shapes", "cnn", 0, hidden=(8, 16), lr=0.004, batch=32, epochs=24, weight_decay=0.3),
        "huggingface",
        View(every=10, lr=True),
        config_name="config.yaml",
    ),
    "diabetes-mlp-steps": Sample(
        Recipe("diabetes", "mlp", 1, hidden=(16,), optimizer="sgd", lr=0.04, batch=1, epochs=10, rows=200),
        "lightning",
        View(every=4),
        style=1,
        config_name="hparams.yaml",
    ),
    "iris-mlp-deep": Sample(
        Recipe("iris", "mlp", 0, hidden=(24,) * 10, activation="sigmoid", lr=0.003, batch=16, epochs=60),
        "text",
        View(),
        style=9,
        config_name="config.yaml",
    ),
    "wine-mlp-adam": Sample(
        Recipe(
            "wine", "mlp", 1, hidden=(16,), lr=0.004, batch=16, epochs=25, after_scaling=(("missing-values", 0.02),)
        ),
        "lightning",
        View(every=1),
        style=0,
        config="little",
        config_name="hparams.yaml",
    ),
    "reviews-transformer-adam": Sample(
        Recipe("reviews", "transformer", 3, hidden=(16,), lr=0.15, batch=40, epochs=8),
        "huggingface",
        View(every=6, lr=True, gradient=True),
        config="none",
    ),
    "energy-mlp-adam": Sample(
        Recipe(
            "energy", "mlp", 0, hidden=(32, 16), lr=0.003, batch=32, epochs=40, weight_decay=1e-3, schedule="cosine"
        ),
        "lightning",
        View(lr=True),
        style=0,
        config_name="hparams.yaml",
    ),
    "intents-gru-steps": Sample(
        Recipe("intents", "gru", 0, hidden=(16,), lr=0.003, batch=8, epochs=5, weight_decay=1e-3, clip=1.0),
        "tensorboard",
        View(every=2),
        style=4,
        config="little",
        config_name="config.yaml",
    ),
    "digits-mlp-sgdr": Sample(
        Recipe(
            "digits",
            "mlp",
            5,
            hidden=(32,),
            optimizer="momentum",
            lr=0.05,
            batch=32,
            epochs=24,
            weight_decay=1e-3,
            schedule="restarts",
        ),
        "csv",
        View(lr=True),
        style=3,
        config_name="config.yaml",
    ),
}


def make(name: str, sample: Sample, root: Path) -> None:
    """Train one sample and leave its folder below `root`, in place of what stood there."""
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    style = rng_of("sample", name, sample.style)
    history = train(sample.recipe)
    LOGGERS[sample.logger](folder, history, sample.view, style)
    write_config(folder, history, sample.config, style, sample.config_name)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(
        f"{name}: {', '.join(sorted(file.name for file in folder.rglob('*') if file.is_file()))} ({size / 1000:.0f} kB)"
    )


if __name__ == "__main__":
    for name in sys.argv[1:] or SAMPLES:
        make(name, SAMPLES[name], ROOT / "sample_runs")
