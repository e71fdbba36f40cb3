"""Gradients that a loop adds up by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_code_small_scripts import fact

START = "import numpy as np\ngW = np.zeros_like(W)\nlr = 0.1\n"
LOOP = "for epoch in range(9):\n    for i in range(0, len(X), 32):\n"


def _loop(*lines: str) -> str:
    return START + LOOP + "".join(f"        {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (_loop("gW += h.T @ d", "W -= lr * gW"), False),
        (_loop("gW += np.dot(h.T, d)", "W = W - lr * gW / n"), False),
        (_loop("gW = h.T @ d", "W -= lr * gW"), None),
        (_loop("gW = 0", "gW += h.T @ d", "W -= lr * gW"), None),
        (_loop("gW[:] = 0", "gW += h.T @ d", "W -= lr * gW"), None),
        (_loop("gW.fill(0)", "gW += h.T @ d", "W -= lr * gW"), None),
        (_loop("gW *= 0.9", "gW += h.T @ d", "W -= lr * gW"), None),  # momentum
        (_loop("gW += 0.1 * (h.T @ d - gW)", "W -= lr * gW"), None),
        (_loop("gW += (h.T @ d) ** 2", "W -= lr * (h.T @ d) / np.sqrt(gW)"), None),  # AdaGrad
        (_loop("lr += 0.001", "W -= lr * (h.T @ d)"), None),  # a rate that climbs
        (_loop("gW += h.T @ d", "reset(gW)", "W -= lr * gW"), None),
        (_loop("gW += h.T @ d") + "W -= lr * gW\n", None),  # one step, behind the loop
    ],
)
def test_a_sum_that_is_never_set_back(tmp_path: Path, text: str, sound: bool | None) -> None:
    """Each step goes along all gradients so far; momentum, AdaGrad and sums of one batch are none of that."""
    assert fact(tmp_path, "starts_sums_anew", text) is sound
