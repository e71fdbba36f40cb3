"""A loss with a few values that are not finite is judged by the others, and says so."""

from __future__ import annotations

import numpy as np

from .loss_runs import decay, measured, measures


def test_a_loss_that_goes_on_behind_nan_is_told() -> None:
    """How many points, of how many, and where; once, however many measurements are made of it."""
    y = decay(40)
    y[18] = np.nan
    m = measures(decay(40), y)
    assert measured(m, "val.nonfinite_count").value == 1
    assert measured(m, "val.trend").known
    (note,) = m.notes
    assert "1 of its 40 points" in note and "19" in note and "validation" in note


def test_a_loss_that_ends_in_nan_needs_no_note() -> None:
    """That is a finding, and told as one."""
    y = decay(40)
    y[30:] = np.nan
    m = measures(y)
    assert measured(m, "train.nonfinite_at_end").value
    assert m.notes == []
