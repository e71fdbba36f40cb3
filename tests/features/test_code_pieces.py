"""Pieces of a project beside the log: a model with its loss, and a script that predicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
PIECE = """class Net(nn.Module):
    def forward(self, x):
        x = F.relu(self.fc1(x))
        return {end}

{loss}
"""
PREDICTS = """net.load_state_dict(torch.load('best.pt'))
{mode}
with torch.no_grad():
    for xb in DataLoader(rows, batch_size=16):
        found.append({model}(xb).argmax(1))
"""


def _of(folder: Path, name: str, file: str, text: str) -> object:
    (folder / "log.csv").write_text(LOG)
    (folder / file).write_text(text)
    return Measures(read_run(folder)).value(f"code.{name}")


@pytest.mark.parametrize(
    ("end", "loss", "expected"),
    [
        ("F.softmax(self.out(x), dim=1)", "criterion = nn.CrossEntropyLoss()", "squashed twice"),
        ("F.softmax(self.out(x), dim=1)", "criterion = nn.NLLLoss()", "probabilities for log-probabilities"),
        ("F.log_softmax(self.out(x), dim=1)", "criterion = nn.NLLLoss()", None),
        ("self.out(x)", "criterion = nn.CrossEntropyLoss()", None),
        ("F.softmax(self.out(x), dim=1)", "", None),
        ("F.softmax(self.out(x), dim=1)", "a, b = nn.CrossEntropyLoss(), nn.CrossEntropyLoss()", None),
    ],
)
def test_the_only_loss_is_meant_for_the_only_model(tmp_path: Path, end: str, loss: str, expected: str | None) -> None:
    assert _of(tmp_path, "loss_input", "net.py", PIECE.format(end=end, loss=loss)) == expected


@pytest.mark.parametrize(
    ("mode", "model", "expected"),
    [
        ("", "net", False),
        ("net.eval()", "net", None),
        ("net.train(False)", "net", None),
        ("", "other", None),
        ("from settings import *", "net", None),
    ],
)
def test_loaded_weights_predict_in_evaluation_mode(
    tmp_path: Path, mode: str, model: str, expected: bool | None
) -> None:
    text = PREDICTS.format(mode=mode, model=model)
    assert _of(tmp_path, "predicts_in_eval_mode", "predict.py", text) is expected


def test_a_part_of_a_model_gives_no_answers(tmp_path: Path) -> None:
    piece = PIECE.replace("Net", "Attention").format(
        end="F.softmax(self.out(x), dim=1)", loss="c = nn.CrossEntropyLoss()"
    )
    assert (
        _of(tmp_path, "loss_input", "model.py", "from torch import nn\nimport torch.nn.functional as F\n" + piece)
        is None
    )


@pytest.mark.parametrize(("layer", "expected"), [("nn.ReLU()", None), ("nn.Dropout(0.2)", False)])
def test_layers_that_do_not_mind_the_mode(tmp_path: Path, layer: str, expected: bool | None) -> None:
    text = (
        "import torch\nfrom torch import nn\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        f"        self.a, self.b = nn.Linear(4, 4), {layer}\n    def forward(self, x): return self.b(self.a(x))\n"
        "net = Net()\n" + PREDICTS.format(mode="", model="net")
    )
    assert _of(tmp_path, "predicts_in_eval_mode", "predict.py", text) is expected
