"""Probes: per-layer and per-batch logs, curves, `model.json` and predictions out of a live training, in one line.

    with probe(model, optimizer, "runs/x") as p:        # PyTorch
    with probe(estimator, "runs/x", data=(X, y)) as p:  # scikit-learn: partial_fit, warm_start, MLPClassifier
    Trainer(callbacks=[LightningProbe("runs/x")])       # Lightning
    model.fit(..., callbacks=[KerasProbe("runs/x")])    # Keras 3
    Trainer(..., callbacks=[TrainerProbe("runs/x")])    # Hugging Face
    xgboost.train(..., callbacks=[XGBoostProbe("runs/x")])
    lightgbm.train(..., callbacks=[lightgbm_probe("runs/x")])

Frameworks are imported by the module that names them, when it is first used. The training is not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mladvisor.probes.base import ProbeBase

_LAZY = {
    "TorchProbe": "pytorch",
    "SklearnProbe": "scikit",
    "LightningProbe": "lightning",
    "KerasProbe": "keras",
    "TrainerProbe": "huggingface",
    "XGBoostProbe": "xgboost",
    "lightgbm_probe": "lightgbm",
}

__all__ = ["KerasProbe", "LightningProbe", "SklearnProbe", "TorchProbe", "TrainerProbe", "XGBoostProbe"]
__all__ += ["lightgbm_probe", "probe"]


def probe(model: Any, *arguments: Any, **options: Any) -> ProbeBase:
    """A probe for this model, to be used in a `with` around its training.

    `probe(module, optimizer, folder)` for PyTorch, `probe(estimator, folder)` for scikit-learn; the other arguments
    are those of `TorchProbe` and `SklearnProbe`.

    Raises:
        TypeError: the model is of neither kind; the message names the callback for it, where there is one.
    """
    lineage = {cls.__module__.partition(".")[0] for cls in type(model).__mro__}
    if "keras" in lineage:
        raise TypeError('a Keras model is probed by model.fit(..., callbacks=[KerasProbe("runs/x")])')
    if "torch" in lineage:
        from mladvisor.probes.pytorch import TorchProbe

        torch_probe: ProbeBase = TorchProbe(model, *arguments, **options)
        return torch_probe
    if hasattr(model, "fit") and hasattr(model, "predict"):
        from mladvisor.probes.scikit import SklearnProbe

        return SklearnProbe(model, *arguments, **options)
    raise TypeError(f"model is of type {type(model).__name__}, expected a torch.nn.Module or a scikit-learn estimator")


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mladvisor.probes.{_LAZY[name]}"), name)
