"""What the log of the Hugging Face Trainer stands for, as long as its rates do not contradict it.

Its format tells what nobody wrote down: a transformer, trained with AdamW. But people train other models with it, too,
and other loops write files of its form.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured

_BEYOND = 0.01
"""Ten times the rates up to which transformers are trained from scratch with AdamW (hyper.lr-range); prompts alone are
tuned at 0.02. Either the model is none, or the rate is the mistake: that is weighed, and nothing is taken for granted.
"""


def of_a_trainer(m: Measures) -> bool:
    """Whether the log has the Trainer's form, at rates at which transformers are trained with AdamW."""
    rates = [float(np.nanmax(curve.y)) for curve in m.run.having("learning-rate") if np.isfinite(curve.y).any()]
    return _has_form(m) and max(rates, default=0.0) <= _BEYOND


@feature(
    "run.trainer_form", type="flag", doc="The log has the form of the Hugging Face Trainer's", source="hyper.lr-range"
)
def trainer_form(m: Measures) -> Measured:
    """By the format of what was read."""
    return Measured(_has_form(m), note=f"the format is {m.run.format}")


def _has_form(m: Measures) -> bool:
    return "trainer" in m.run.format or "hf" in m.run.format
