"""Schedules of the learning rate that a script moves on by batch or by epoch."""

from __future__ import annotations

import pytest

from mladvisor.features.code_names import names_of
from mladvisor.features.code_schedule import moves_schedule_by_epoch
from mladvisor.runs.script.code import Code

SCRIPT = """
import torch
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR, ExponentialLR, MultiStepLR, OneCycleLR, StepLR
epochs = 30
net = nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr=0.1)
sched = {made}
for epoch in range(1, epochs + 1):
    for xb, yb in loader:
        loss = crit(net(xb), yb)
        opt.zero_grad(); loss.backward(); opt.step()
        {by_batch}
    {by_epoch}
"""


@pytest.mark.parametrize(
    ("made", "batch", "expected"),
    [
        ("CosineAnnealingLR(opt, T_max=epochs)", True, False),
        ("CosineAnnealingLR(opt, 30)", True, False),
        ("StepLR(opt, step_size=10, gamma=0.1)", True, False),
        ("MultiStepLR(opt, milestones=[10, 20])", True, False),
        ("ExponentialLR(opt, 0.9)", True, False),
        ("ExponentialLR(opt, gamma=0.9999)", True, None),
        ("StepLR(opt, step_size=2000)", True, None),
        ("CosineAnnealingLR(opt, T_max=epochs * len(loader))", True, None),
        ("OneCycleLR(opt, 0.1, epochs=epochs, steps_per_epoch=len(loader))", True, None),
        ("CosineAnnealingLR(opt, T_max=epochs)", False, None),
    ],
)
def test_a_schedule_of_epochs_moves_on_by_epoch(made: str, batch: bool, expected: bool | None) -> None:
    steps = ("sched.step()", "pass") if batch else ("pass", "sched.step()")
    code = Code("train.py", SCRIPT.format(made=made, by_batch=steps[0], by_epoch=steps[1]))
    found = moves_schedule_by_epoch(code, names_of(code))
    assert (found[0] if found is not None else None) is expected


def test_a_loop_around_epochs_counts_folds_or_seeds() -> None:
    text = SCRIPT.replace("for epoch in range(1, epochs + 1)", "for seed in range(30)")
    text = text.replace("for xb, yb in loader", "for epoch in range(200)")
    code = Code("train.py", text.format(made="StepLR(opt, step_size=20)", by_batch="sched.step()", by_epoch="pass"))
    assert moves_schedule_by_epoch(code, names_of(code)) is None
