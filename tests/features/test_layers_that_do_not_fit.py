"""Layers of a script that take another width than the one before them gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

SCRIPT = """
import torch
from torch import nn
COLUMNS = ["a", "b"] + ["c"]
CLASSES = ["low", "high"]
{net}
opt = torch.optim.Adam(net.parameters())
for epoch in range(9):
    loss = nn.functional.cross_entropy(net(x), y)
    loss.backward()
    opt.step()
"""
NET = (
    "net = nn.Sequential(nn.Linear(len(COLUMNS), 40), nn.ReLU(), nn.Dropout(0.1), nn.Linear({}, 20), nn.Linear(20, {}))"
)
FORWARD = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 8), nn.Linear(16, 2)
    def forward(self, x):
        h = self.a(x)
        {}
        return self.b(h)
net = Net()
"""


def measures(folder: Path, net: str) -> Measures:
    """Those of a run that is a script alone."""
    (folder / "train.py").write_text(SCRIPT.format(net=net))
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (NET.format(40, "len(CLASSES)"), ""),
        (NET.format(48, "len(CLASSES)"), "takes 48 and gets 40"),
        (NET.format("width", 2), ""),
        (FORWARD.format("h = torch.relu(h)"), "takes 16 and gets 8"),
        (FORWARD.format("h = h.view(-1, 16)"), None),  # the width is changed between the two
        (FORWARD.format("h = torch.cat([h, h], 1)"), None),
    ],
)
def test_widths_are_compared_where_nothing_changes_them(tmp_path: Path, net: str, expected: str | None) -> None:
    """Only of layers that one gives to the next; what cannot be followed is unknown."""
    found = measures(tmp_path, net).value("model.misfit")
    assert found == expected if not expected else expected in str(found)


@pytest.mark.parametrize(("last", "units"), [("len(CLASSES)", 2.0), ("n_classes", None), ("classes.max() + 1", None)])
def test_an_output_whose_width_is_not_told_is_unknown(tmp_path: Path, last: str, units: float | None) -> None:
    """The width of its inputs is not that of its outputs; the length of a list that is written down is known."""
    assert measures(tmp_path, NET.format(40, last)).value("model.output.units") == units


def test_a_list_that_grows_has_no_length(tmp_path: Path) -> None:
    """What is appended later counts as well."""
    net = 'CLASSES.append("other")\n' + NET.format(40, "len(CLASSES)")
    assert measures(tmp_path, net).value("model.output.units") is None
