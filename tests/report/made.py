"""A hand-made run and diagnosis, as the rest of the program would deliver them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mladvisor.diagnosis.model import Diagnosis, Evidence, FindingResult, Fix, Hypothesis, NextStep, Unchecked
from mladvisor.features.measured import Where
from mladvisor.runs.model import Curve, Place, Role, Run


def overfit_run(name: str = "runs/resnet50") -> Run:
    """Validation loss turns up at epoch 60 of 200; training loss falls on. Smooth, so that transcripts are stable."""
    x = np.arange(1.0, 201.0)
    train = 2.2 * np.exp(-x / 45) + 0.06
    val = 2.0 * np.exp(-x / 25) + 0.5 + 0.0022 * np.maximum(0, x - 60)
    rows = np.arange(2, 202)
    return Run(
        path=Path(name),
        name=name,
        format="csv",
        curves=(
            Curve(
                "train_loss",
                Role("loss", "train", "total"),
                x,
                train,
                "epoch",
                Place("metrics.csv", "train_loss"),
                rows,
            ),
            Curve("val_loss", Role("loss", "val", "total"), x, val, "epoch", Place("metrics.csv", "val_loss"), rows),
        ),
    )


def overfit_diagnosis(name: str = "runs/resnet50") -> Diagnosis:
    """Overfitting at 86 %, with everything that a page can hold."""
    turn = Where("metrics.csv", "val_loss", "epoch", 88, 200, (89, 201))
    whole = Where("metrics.csv", "train_loss", "epoch", 1, 200, (2, 201))
    return Diagnosis(
        run=name,
        task="multiclass",
        format="csv",
        healthy=0.03,
        hypotheses=[
            Hypothesis(
                "overfitting",
                "Overfitting",
                0.86,
                [
                    Evidence(
                        "val-loss-turns-up",
                        "Validation loss rises again while training loss keeps falling",
                        1.0,
                        11.2,
                        "validation loss is 41% above its best, epoch 88, while training loss still falls",
                        turn,
                    ),
                    Evidence(
                        "gap-wide", "Training loss is far below validation loss", 0.97, 6.1, "the gap is 0.82", whole
                    ),
                    Evidence("loss-repeats", "The loss repeats a pattern", 0.0, -1.2, "no period in the loss", whole),
                ],
                [
                    Fix(
                        "Stop at epoch 88, or keep the weights of that epoch",
                        [],
                        "minutes",
                        ["val-loss-turns-up"],
                        "fig3.b",
                    ),
                    Fix("Add weight decay 5e-4", [], "one run", ["val-loss-turns-up", "gap-wide"], "fig3.c"),
                ],
            ),
            Hypothesis(
                "biased-split",
                "The splits do not represent the data",
                0.34,
                [
                    Evidence(
                        "val-loss-turns-up",
                        "Validation loss rises again",
                        1.0,
                        4.0,
                        "validation loss is 41% above its best",
                        turn,
                    )
                ],
                [Fix("Split again, stratified by the label", [], "one run", [], "fig3.a")],
            ),
            Hypothesis("noisy-labels", "Many labels are wrong", 0.11),
            Hypothesis("dead-units", "Units are stuck at zero", 0.01),
        ],
        findings=[
            FindingResult(
                "val-loss-turns-up", "Validation loss rises again while training loss keeps falling", "measured", 1.0
            ),
            FindingResult("gap-wide", "Training loss is far below validation loss", "measured", 0.97),
            FindingResult("loss-repeats", "The loss repeats a pattern", "measured", 0.0),
        ],
        unchecked=[
            Unchecked(
                "gradient-explodes",
                "Gradients explode",
                ["gradient.norm_max"],
                "not-logged",
                "log the gradient norm: writer.add_scalar('grad_norm', norm, step)",
            ),
            Unchecked(
                "gradient-vanishes",
                "Gradients vanish",
                ["gradient.norm_last"],
                "not-logged",
                "log the gradient norm: writer.add_scalar('grad_norm', norm, step)",
            ),
            Unchecked(
                "split-differs",
                "Train and validation differ",
                ["data.splits"],
                "not-logged",
                "put train.csv and val.csv beside the log",
            ),
        ],
        next=[
            NextStep(
                "split-differs", "ask", "Were train and validation split at random over the same rows?", 0.61, "glance"
            )
        ],
        assumed=["task: multiclass, from the metric names"],
        notes=["200 points from metrics.csv"],
        warnings=["the log's last line is torn"],
    )
