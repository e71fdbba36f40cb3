"""The learning rate that an optimizer has where nobody sets one: the defaults of the libraries, in one place."""

from __future__ import annotations

DEFAULT_RATE = "default_lr"
"""What a setting is called that holds such a rate, by which it is told from one that somebody chose."""

KERAS = {
    "sgd": 1e-2, "adam": 1e-3, "adamw": 1e-3, "rmsprop": 1e-3, "adagrad": 1e-3, "adadelta": 1e-3, "adamax": 1e-3,
    "nadam": 1e-3, "ftrl": 1e-3, "adafactor": 1e-3, "lion": 1e-3, "lamb": 1e-3,
}  # fmt: skip
TORCH = {
    "sgd": 1e-3, "adam": 1e-3, "adamw": 1e-3, "rmsprop": 1e-2, "adagrad": 1e-2, "adadelta": 1.0, "adamax": 2e-3,
    "nadam": 2e-3, "radam": 1e-3, "asgd": 1e-2, "lbfgs": 1.0, "rprop": 1e-2,
}  # fmt: skip
