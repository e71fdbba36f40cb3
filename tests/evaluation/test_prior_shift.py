"""Scores of a training with class weights, moved back."""

from __future__ import annotations

import numpy as np
import pytest

from mladvisor.features.evaluation.prior_shift import of_share


def test_a_weight_is_taken_back() -> None:
    """Odds that were all raised twelve times come down to what comes true, rows keep their order."""
    true = np.array([0.02, 0.05, 0.3, 0.6])
    raised = 12 * true / (1 - true) / (1 + 12 * true / (1 - true))
    assert of_share(raised, float(true.mean())) == pytest.approx(true, abs=1e-3)
    assert of_share(np.array([0.0, 1.0]), 0.5) == pytest.approx([0.0, 1.0], abs=1e-3)
