"""Configuration files as people leave them: everything, a little or nothing; flat or nested; keys of many spellings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from benchmarks.faults.injection import TEXTS
from benchmarks.faults.train import History

SPELLINGS: dict[str, tuple[str, ...]] = {
    "model": ("model", "arch", "architecture", "model_name", "net"),
    "dataset": ("dataset", "data", "dataset_name"),
    "hidden": ("hidden_sizes", "hidden_dims", "layers", "hidden_layer_sizes", "units"),
    "max_depth": ("max_depth",),
    "activation": ("activation", "act", "hidden_activation", "nonlinearity"),
    "output": ("output_activation", "final_activation"),
    "dropout": ("dropout", "dropout_rate", "p_dropout", "drop_prob"),
    "batch_norm": ("batch_norm", "use_bn", "batchnorm", "use_batch_norm"),
    "init": ("init", "weight_init", "initializer"),
    "optimizer": ("optimizer", "optim", "optimizer_name", "opt"),
    "lr": ("lr", "learning_rate", "lr0", "base_lr", "init_lr"),
    "momentum": ("momentum", "sgd_momentum"),
    "eps": ("eps", "adam_epsilon", "epsilon"),
    "weight_decay": ("weight_decay", "wd", "l2", "l2_reg"),
    "l1": ("l1", "l1_lambda", "l1_reg"),
    "grad_clip": ("grad_clip", "max_grad_norm", "gradient_clip_val", "clip_grad_norm"),
    "scheduler": ("scheduler", "lr_scheduler", "lr_scheduler_type", "schedule"),
    "batch": ("batch_size", "bs", "train_batch_size", "per_device_train_batch_size"),
    "epochs": ("epochs", "num_epochs", "max_epochs", "n_epochs", "num_train_epochs"),
    "rounds": ("n_estimators", "num_boost_round", "iterations"),
    "patience": ("patience", "early_stopping_patience", "early_stop_patience"),
    "loss": ("loss", "criterion", "loss_fn", "loss_function"),
    "shuffle": ("shuffle", "shuffle_train"),
    "normalize": ("normalize", "standardize", "normalize_inputs", "scale_features"),
    "seed": ("seed", "random_seed", "random_state"),
    "classes": ("num_classes", "n_classes", "classes"),
    "threshold": ("threshold", "decision_threshold"),
    "train_rows": ("train_size", "n_train", "num_train_samples"),
    "val_rows": ("val_size", "n_val", "num_val_samples"),
    "parameters": ("num_parameters", "n_params"),
    "label_smoothing": ("label_smoothing", "smoothing"),
    "metrics": ("metrics", "eval_metrics"),
}
_SECTIONS = {
    "model": (
        "model",
        "hidden",
        "max_depth",
        "activation",
        "output",
        "dropout",
        "batch_norm",
        "init",
        "parameters",
        "classes",
    ),
    "data": ("dataset", "batch", "shuffle", "normalize", "train_rows", "val_rows"),
    "optimizer": ("optimizer", "lr", "momentum", "eps", "weight_decay", "l1", "grad_clip", "scheduler"),
}


def settings(history: History) -> dict[str, Any]:
    """All that could be written down, by canonical key, and true of the run."""
    r, facts = history.recipe, history.facts
    boosting = r.family == "boosting"
    known: dict[str, Any] = {
        "model": {"boosting": "gbdt", "linear": "logreg" if history.task != "regression" else "linear"}.get(
            r.family, r.family
        ),
        "dataset": r.data,
        "optimizer": None if boosting else "sgd" if r.optimizer == "momentum" else r.optimizer,
        "lr": r.lr,
        "seed": r.seed,
        "loss": facts["loss"],
        "train_rows": facts["train_rows"],
        "val_rows": facts["val_rows"],
        "classes": facts["classes"] if history.task in ("multiclass", "binary") else None,
        "threshold": r.threshold if r.metrics else None,
        "patience": r.patience,
        "metrics": list(r.metrics) or None,
    }
    if boosting:
        return known | {"rounds": r.epochs, "max_depth": r.hidden[0]}
    return known | {
        "hidden": list(r.hidden) or None,
        "activation": r.activation if r.family in ("mlp", "cnn") else None,
        "output": {"auto": None, "twice": "sigmoid" if history.task == "binary" else "softmax"}.get(r.output, r.output),
        "dropout": r.dropout if r.family != "linear" else None,
        "batch_norm": r.batch_norm or None,
        "init": "constant" if r.constant_weights else f"normal_x{r.gain:g}" if r.gain != 1 else None,
        "momentum": r.momentum if r.optimizer == "momentum" else None,
        "eps": r.eps if r.optimizer.startswith("adam") else None,
        "weight_decay": r.weight_decay,
        "l1": r.l1 or None,
        "grad_clip": r.clip,
        "scheduler": {"restarts": "cosine_restarts"}.get(r.schedule, r.schedule),
        "batch": r.batch,
        "epochs": r.epochs,
        "shuffle": r.shuffle,
        "normalize": r.scale if history.recipe.data not in TEXTS else None,
        "parameters": facts["parameters"],
        "label_smoothing": r.label_smoothing or None,
    }


def write_config(folder: Path, history: History, amount: str, style: np.random.Generator, name: str = "") -> set[str]:
    """Write the configuration ("full", "little" or "none") and return the canonical keys that stand in it."""
    if amount == "none":
        return set()
    known = {key: value for key, value in settings(history).items() if value is not None}
    if amount == "little":
        first = [key for key in ("lr", "batch", "epochs", "rounds", "optimizer", "seed", "model") if key in known]
        picked = set(style.choice(first, min(len(first), 4), replace=False)) | {"lr"}
    else:
        picked = {key for key in known if key in ("lr", "batch", "epochs", "optimizer") or style.random() < 0.8}
    spelt = {key: str(style.choice(SPELLINGS[key])) for key in known}
    nested = amount == "full" and style.random() < 0.25
    written: dict[str, Any] = {}
    for key, value in known.items():
        if key not in picked:
            continue
        section = next((s for s, keys in _SECTIONS.items() if key in keys), "training") if nested else ""
        target = written.setdefault(section, {}) if section else written
        plain = "name" if nested and key in ("model", "optimizer", "dataset") else spelt[key]
        target[plain] = value
    if name == "params/":  # MLflow: one file per parameter
        params = next(folder.rglob("metrics")).parent / "params"
        params.mkdir(exist_ok=True)
        for key, value in known.items():
            if key in picked:
                (params / spelt[key]).write_text(str(value))
        return picked
    name = name or str(style.choice(["config.yaml", "hparams.yaml", "config.json", "params.yaml", "args.json"]))
    if name.endswith(".json"):
        (folder / name).write_text(json.dumps(written, indent=2) + "\n")
    else:
        (folder / name).write_text(yaml.safe_dump(written, sort_keys=bool(style.random() < 0.5)))
    return picked
