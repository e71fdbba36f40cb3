"""What the log of the Hugging Face Trainer stands for, as long as its rates do not contradict it.

Its format tells what nobody wrote down: a transformer, trained with AdamW. But people train other models with it, too,
and other loops write files of its form.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures

_BEYOND = 0.02
"""Ten times the highest rates at which transformers are trained from scratch with AdamW (hyper.lr-range)."""


def of_a_trainer(m: Measures) -> bool:
    """Whether the log has the Trainer's form, and no rate at which something else must be trained."""
    if "trainer" not in m.run.format and "hf" not in m.run.format:
        return False
    rates = [float(np.nanmax(curve.y)) for curve in m.run.having("learning-rate") if np.isfinite(curve.y).any()]
    return max(rates, default=0.0) <= _BEYOND
