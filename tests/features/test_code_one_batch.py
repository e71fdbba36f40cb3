"""Loops that train on one batch alone, or on the rows to validate on."""

from __future__ import annotations

import pytest

from mladvisor.features.code_names import names_of
from mladvisor.features.code_one_batch import trains_on_every_batch, trains_on_training_rows
from mladvisor.runs.script.code import Code

SCRIPT = """
import torch
from torch import nn
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(10):
    for i, (xb, yb) in enumerate(train_loader):
        loss = crit(net(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
        {end}
    for xb, yb in val_loader:
        loss = crit(net(xb), yb)
        {validation}
"""
STEPS = "opt.zero_grad(); loss.backward(); opt.step()"


def _of(function, *, end: str = "pass", validation: str = "pass") -> bool | None:  # type: ignore[no-untyped-def]
    code = Code("train.py", SCRIPT.format(end=end, validation=validation))
    found = function(code, names_of(code))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("break", False),
        ("if i > 100: break", None),
        ("break  # overfit one batch first", None),
        ("pass", None),
    ],
)
def test_a_loop_over_batches_goes_on(end: str, expected: bool | None) -> None:
    assert _of(trains_on_every_batch, end=end) is expected


@pytest.mark.parametrize(
    ("validation", "expected"),
    [(STEPS, False), ("total += loss.item()", None), ("loss.backward(); norms.append(norm(net))", None)],
)
def test_steps_are_taken_on_training_rows(validation: str, expected: bool | None) -> None:
    assert _of(trains_on_training_rows, validation=validation) is expected


@pytest.mark.parametrize("outer", ["step in range(500)", "_ in range(n_iters)", "i in range(20000)"])
def test_a_loop_over_steps_takes_a_batch_in_each(outer: str) -> None:
    code = Code("train.py", SCRIPT.replace("epoch in range(10)", outer).format(end="break", validation="pass"))
    assert trains_on_every_batch(code, names_of(code)) is None


def test_an_optimizer_of_its_own_moves_no_weights_on_test_rows() -> None:
    """A perturbation of each row, or the code of it, is fitted to test rows by design."""
    own = "opt_z = torch.optim.SGD([z], lr=0.1); opt_z.zero_grad(); loss.backward(); opt_z.step()"
    assert _of(trains_on_training_rows, validation=own) is None
