"""Files of a whole folder that take more than the training: real-world outcomes, and results of model tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks.faults.models import build
from benchmarks.faults.objective import objective
from benchmarks.faults.train import History, replay

VERSIONS = 12
SERVING = (
    "independent_of_batch",
    "evaluation_is_deterministic",
    "any_batch_size",
    "same_after_reload",
    "refuses_nan",
    "refuses_infinite",
    "refuses_missing_column",
    "refuses_extra_column",
    "refuses_reordered_columns",
    "refuses_mistyped_column",
)
"""The model tests that ask a trained model; those that train anew would take longer than all other files together."""


def write_business(folder: Path, history: History, style: np.random.Generator) -> None:
    """`business.csv`: a row per released version (a checkpoint), with the model metric and what the world made of it.

    The outcome is simulated on the test split from what each version says there: "follows" (those that the model picks
    bring revenue; complaints fall with the error), "against" (those that it picks are the ones that cannot be won;
    complaints come from bold estimates), or "unrelated".
    """
    kind, data = history.recipe.option("business", ""), history.data
    assert data is not None
    metric = "val_r2" if data.task == "regression" else "val_auc"
    last = len(history.epochs)
    epochs = sorted({round(e) for e in np.geomspace(1, last, min(last, VERSIONS))})
    name, values = _outcome(kind, history, epochs, style)
    lines = [f"version,{metric},{name}"]
    for version, (epoch, value) in enumerate(zip(epochs, values, strict=True), 1):
        lines.append(f"{version},{history.epochs[epoch - 1][metric]:.4f},{value:.4f}")
    (folder / "business.csv").write_text("\n".join(lines) + "\n")


def _outcome(kind: str, history: History, epochs: list[int], style: np.random.Generator) -> tuple[str, list[float]]:
    assert history.data is not None
    y, noise = history.data.y["test"], style.normal(0, 1, len(epochs)).tolist()
    scores = [history.course[epoch - 1] for epoch in epochs]
    if kind == "unrelated":
        return "nps", [31 + 2.5 * each for each in noise]
    if history.data.task == "regression":
        if kind == "follows":
            errors = [float(((s - y) ** 2).mean() / y.var()) for s in scores]
            return "complaints_per_1000", [4 + 20 * e + 0.2 * n for e, n in zip(errors, noise, strict=True)]
        bold = [float(s.std() / y.std()) for s in scores]
        return "complaints_per_1000", [4 + 14 * b + 0.2 * n for b, n in zip(bold, noise, strict=True)]
    picked = [float(y[s >= np.quantile(s, 0.8)].mean()) for s in scores]
    if kind == "follows":
        return "revenue_per_contact", [3 + 40 * p + 0.3 * n for p, n in zip(picked, noise, strict=True)]
    return "conversion_rate", [0.36 - 0.25 * p + 0.003 * n for p, n in zip(picked, noise, strict=True)]


class _Serving:
    """Serving code around a trained model: with the checks that it needs, or without any."""

    def __init__(self, history: History, checked: bool) -> None:
        data = history.data
        assert data is not None
        self.recipe, self.data, self.checked = history.recipe, data, checked
        self.made = objective(history.recipe, data.task, data.classes)

    def make(self) -> torch.nn.Module:
        return build(self.recipe, self.data, self.made.outputs)

    def train(self, model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
        replay(self.recipe, self.data, model, self.made, x=self._scaled(x.numpy()), y=y.numpy())

    def _scaled(self, x: np.ndarray) -> np.ndarray:
        return ((x - self.data.centre) / self.data.spread).astype(np.float32)

    def outputs(self, model: torch.nn.Module, x: torch.Tensor) -> torch.Tensor:
        model.eval()
        with torch.no_grad():
            return self.made.scores(model(torch.from_numpy(self._scaled(x.numpy()))))

    def predict(self, model: torch.nn.Module, x: Any) -> np.ndarray:
        """One answer a row. Without checks, whatever comes is made to fit."""
        import pandas as pd

        names = list(self.data.features)
        if self.checked:
            missing, extra = set(names) - set(x.columns), set(x.columns) - set(names)
            if missing or extra:
                raise ValueError(f"columns differ: {sorted(missing)} missing, {sorted(extra)} unknown")
            values = np.array(x[names], np.float64)  # ValueError for text
            if not np.isfinite(values).all():
                raise ValueError("inputs must be finite")
        else:
            frame = x.apply(pd.to_numeric, errors="coerce").reindex(columns=names, fill_value=0.0)
            values = np.nan_to_num(frame.to_numpy(np.float64), posinf=0.0, neginf=0.0)
        scores = self.outputs(model, torch.from_numpy(values)).numpy()
        if self.data.task == "regression":
            return scores
        return (scores >= self.recipe.threshold).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)


def write_checks(folder: Path, history: History) -> None:
    """`checks.json`, by mladvisor's own model tests on this model and its serving code."""
    import pandas as pd

    from mladvisor.testing import TorchSubject
    from mladvisor.testing.suite import keep, run_suite

    data = history.data
    assert data is not None
    serving = _Serving(history, history.recipe.option("checks", "") == "validated")
    subject = TorchSubject(
        serving.make,
        serving.train,
        outputs=serving.outputs,
        predict=serving.predict,
        task="regression" if data.task == "regression" else "classification",
    )
    parts: list[Any] = []
    for split in ("train", "val"):
        x = data.x[split].astype(np.float64) * data.spread + data.centre
        parts += [pd.DataFrame(x, columns=list(data.features)), data.y[split]]
    results = run_suite(subject, tuple(parts), only=SERVING, seed=history.recipe.seed)
    keep(results, folder)
