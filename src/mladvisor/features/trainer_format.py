"""What the log of the Hugging Face Trainer stands for, as long as its rates do not contradict it.

Its format tells what nobody wrote down: a transformer, trained with AdamW. But people train other models with it, too,
and other loops write files of its form.
"""

from __future__ import annotations

import numpy as np

from mladvisor.features.catalogue import Measures

_BEYOND = 0.01
"""Ten times the rates up to which transformers are trained from scratch with AdamW (hyper.lr-range); prompts alone are
tuned at 0.02.
"""
_LEARNT = 0.3
"""Of the loss at the start: what has fallen so far at such a rate was trained by something else."""


def of_a_trainer(m: Measures) -> bool:
    """Whether the log has the Trainer's form, and does not learn at a rate at which transformers under AdamW cannot."""
    if "trainer" not in m.run.format and "hf" not in m.run.format:
        return False
    rates = [float(np.nanmax(curve.y)) for curve in m.run.having("learning-rate") if np.isfinite(curve.y).any()]
    if max(rates, default=0.0) <= _BEYOND:
        return True
    fall = m.value("loss.train.fall_best")
    return not isinstance(fall, int | float) or fall < _LEARNT
