"""Model test cases, ready to run on your own code: each a plain function that returns a `Result`.

    from mladvisor.testing import learns_tiny_set, run_suite
    result = learns_tiny_set(estimator, (X, y))
    assert result, result
    results = run_suite(estimator, (X, y), budget=120)

For anything with `fit` and `predict`, for PyTorch modules with a training function (`TorchSubject`) and for Keras
models (`KerasSubject`). `mladvisor check-model` runs them from the command line, the pytest plugin as tests.
"""

from __future__ import annotations

from typing import Any

_HOME = {
    "Result": "result",
    "Data": "data",
    "prepare": "data",
    "Subject": "subjects",
    "EstimatorSubject": "subjects",
    "as_subject": "subjects",
    "TorchSubject": "torch_subject",
    "KerasSubject": "keras_subject",
    "CASES": "suite",
    "run_suite": "suite",
    "keep": "suite",
    **dict.fromkeys(
        (
            "learns_label_as_feature",
            "learns_tiny_set",
            "ignores_shuffled_labels",
            "converges",
            "reproducible",
            "more_data_does_not_hurt",
        ),
        "learning",
    ),
    **dict.fromkeys(
        ("initial_loss", "weights_move", "frozen_weights_stay", "finite_layers", "matches_design"), "training"
    ),
    **dict.fromkeys(
        (
            "independent_of_batch",
            "evaluation_is_deterministic",
            "any_batch_size",
            "same_after_reload",
            "stable_to_small_changes",
            "refuses_nan",
            "refuses_infinite",
            "refuses_missing_column",
            "refuses_extra_column",
            "refuses_reordered_columns",
            "refuses_mistyped_column",
        ),
        "serving",
    ),
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"mladvisor.testing.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
