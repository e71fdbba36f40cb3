"""A network that reads the last step of raw inputs, and all that only looks like it."""

from __future__ import annotations

import pytest

from mladvisor.features.code_sequence import reads_whole_sequence, sees_every_step
from mladvisor.runs.script.code import Code

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 48), nn.ReLU(), nn.Linear(48, 4))

    def forward(self, x):
        return self.body(x[:, -1])

model = Net()
"""


def _changed(*pairs: tuple[str, str]) -> Code:
    text = NET
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return Code("train.py", text)


@pytest.mark.parametrize("taken", ["x[:, -1]", "x[:, -1, :]"])
def test_the_last_step_alone_is_seen(taken: str) -> None:
    found = sees_every_step(_changed(("x[:, -1]", taken)))
    assert found is not None and found[0] is False


@pytest.mark.parametrize(
    "pairs",
    [
        [("x[:, -1]", "x")],
        [("x[:, -1]", "x[:, 0]")],
        [("x[:, -1]", "x[:, :-1]")],
        [("self.body(x[:, -1])", "x[:, -1] + self.body(x.flatten(1))")],
        [("nn.Linear(3, 48)", "nn.LSTM(3, 48)")],
        [("model = Net()", "model = nn.Sequential(nn.Conv1d(3, 3, 5), Net())")],
        [("        return", "        x = self.mix(x)\n        return")],
        [("from torch import nn", "from torch import nn\nfrom transformers import AutoModel")],
        [("Net(", "LastValueBaseline(")],
        [("    def __init__", '    """Naive: what the present tells alone."""\n    def __init__')],
        [("model = Net()", "class Other(nn.Module):\n    pass\nmodel = Net()")],
    ],
)
def test_what_has_seen_the_other_steps_is_not_accused(pairs: list[tuple[str, str]]) -> None:
    """Another place, more than the last step, layers that carry the past, a head behind something else, a baseline."""
    assert sees_every_step(_changed(*pairs)) is None


PIECE = """class Net(nn.Module):
    def forward(self, x):
        o, _ = self.{layer}(x)
        return self.head({read})
"""


@pytest.mark.parametrize(
    ("layer", "read", "expected"),
    [
        ("rnn", "o[:, 0]", False),
        ("enc_gru", "o[:, 0, :]", False),
        ("rnn", "o[:, -1]", None),
        ("rnn", "o[0]", None),  # steps or rows, nobody knows
        ("birnn", "o[:, 0]", None),
        ("attn", "o[:, 0]", None),
    ],
)
def test_a_piece_of_a_network_is_known_by_the_names_of_its_layers(layer: str, read: str, expected: bool | None) -> None:
    text = PIECE.format(layer=layer, read=read)
    found = reads_whole_sequence(Code("model.py", text))
    assert (None if found is None else found[0]) is expected
    assert reads_whole_sequence(Code("model.py", text.replace("(x)\n", "(x, h)\n"))) is None  # one step at a time
