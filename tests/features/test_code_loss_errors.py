"""Losses written by hand in which errors cost nothing or are paid for, and sound ones that look alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.code_logs import keeps_logs_finite
from mladvisor.features.code_loss_errors import loss_sees_every_error
from mladvisor.features.code_names import names_of
from mladvisor.features.code_own_loss import writes_loss
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def judged(text: str) -> bool | None:
    """The fact for a module."""
    found = loss_sees_every_error(Code("losses.py", HEAD + text))
    return None if found is None else found[0]


@pytest.mark.parametrize(
    "text",
    [
        "def mse(pred, target):\n    return (pred - target).mean() ** 2\n",
        "def my_loss(out, y):\n    diff = (out - y).mean()\n    return diff.pow(2)\n",
        "def mae_loss(out, y):\n    return torch.abs(torch.mean(y - out))\n",
        "def rmse_loss(out, y):\n    return torch.sqrt((out - y).mean() ** 2)\n",
        "def mse(pred, y):\n    return (pred - y).mean() ** 2\nloss = mse(p, y)\n"
        "total = total + loss\ns += loss.item()\n",
        "class MeanLoss(nn.Module):\n    def forward(self, out, y):\n        return (out - y).mean() ** 2\n",
        "def bce(z, y):\n    l = F.binary_cross_entropy_with_logits(z, y, reduction='none')\n"
        "    return (l * y).sum() / y.sum()\n",
        "def bce(z, y):\n    l = F.softplus(-z)\n    return (y * l).sum() / (y.sum() + 1e-6)\n",
        "def nll(scores, y):\n    logp = F.log_softmax(-scores, dim=-1)\n"
        "    return -logp.gather(1, y[:, None]).mean()\n",
        "def loss_fn(out, y):\n    return torch.clamp(out.squeeze(-1) - y, min=0).mean()\n",
        "def my_loss(pred, target):\n    over = F.relu(target - pred)\n    return (over ** 2).mean()\n",
    ],
)
def test_a_loss_that_lets_errors_pass(text: str) -> None:
    """Differences that cancel out before they are squared, one class alone, outputs with their sign turned."""
    assert judged(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "def hinge_loss(out, y):\n    return torch.clamp(1 - out * y, min=0).mean()\n",
        "def limit_loss(out, y):\n    return torch.clamp(out - y, min=0.1).mean()\n",
        "def pinball_loss(out, y):\n    return torch.maximum(0.9 * (y - out), -0.1 * (y - out)).mean()\n",
        "def two_loss(out, y):\n    return (F.relu(out - y) + 3 * F.relu(y - out)).mean()\n",
        "def relu_loss(out, y):\n    return F.relu(out - y).mean()\nloss = mse(out, y) + relu_loss(out, y)\n",
        "def mse(pred, target):\n    return ((pred - target) ** 2).mean()\n",
        "def mse(pred, target):\n    return (pred - target).pow(2).mean(dim=1).mean()\n",
        "def loss_fn(out, y):\n    return ((out - y) ** 2).mean() + 0.1 * (out - y).mean() ** 2\n",
        "def bias_loss(out, y):\n    return (out.mean() - y.mean()) ** 2 + F.mse_loss(out, y)\n",
        "def row_loss(out, y):\n    return ((out - y).mean(dim=1) ** 2).mean()\n",
        "def masked_loss(l, mask):\n    return (l * mask).sum() / mask.sum()\n",
        "def balanced_bce(l, y):\n    pos = (l * y).sum() / y.sum()\n"
        "    return pos + (l * (1 - y)).sum() / (1 - y).sum()\n",
        "def dice_loss(p, y):\n    return 1 - 2 * (p * y).sum() / (p.sum() + y.sum())\n",
        "def proto_loss(dists, y):\n    return F.nll_loss(F.log_softmax(-dists, dim=1), y)\n",
        "def contrast_loss(a, b):\n    return -F.log_softmax(a, dim=1).mean()\n",
        "def bias_loss(out, y):\n    return (out - y).mean() ** 2\nloss = F.mse_loss(o, y) + 0.1 * bias_loss(o, y)\n",
        "def pos_loss(l, y):\n    return (l * y).sum() / y.sum()\na = pos_loss(l, y)\nloss = 0.5 * a + neg(l, y)\n",
        "class BiasLoss(nn.Module):\n    def forward(self, out, y):\n        return (out - y).mean() ** 2\n"
        "term = BiasLoss()\nloss = F.mse_loss(o, y) + term(o, y)\n",
        "def mean_matching_loss(fake, target):\n    return (fake - target).mean() ** 2\n",
        "def assign_loss(sq, y):\n    return -F.log_softmax(-sq, dim=1).gather(1, y).mean()\n",
        "def moment_gap(a, b):\n    return (a - b).mean() ** 2\n",
    ],
)
def test_sound_losses_say_nothing(text: str) -> None:
    """Squares of each row, terms beside others, masks, overlaps, distances, and functions that are no loss."""
    assert judged(text) is None


def test_a_loss_that_is_a_module_takes_logs_of_zero() -> None:
    """Its `forward` is the formula."""
    text = (
        "class {}(nn.Module):\n    def forward(self, z, y):\n        p = torch.sigmoid(z)\n"
        "        return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()\n"
    )

    def said(name: str) -> bool | None:
        code = Code("losses.py", HEAD + text.format(name))
        found = keeps_logs_finite(code, names_of(code))
        return None if found is None else found[0]

    assert said("StableBCE") is False and said("FocalLoss") is False
    assert said("Encoder") is None


def test_a_module_beside_the_log_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,train_loss,val_loss\n1,0.3,0.3\n2,0.1,0.1\n3,0.02,0.03\n")
    (tmp_path / "objective.py").write_text(HEAD + "def mse(pred, target):\n    return (pred - target).mean() ** 2\n")
    m = Measures(read_run(tmp_path))
    assert m.value("code.loss_sees_every_error") is False
    assert "mean() ** 2" in str(m.value("code.loss_sees_every_error.line"))


@pytest.mark.parametrize(
    "line", ["run.log({'loss': loss})", "self.log('loss', loss)", "wandb.log({'l': loss}, step=i)"]
)
def test_a_line_that_is_logged_is_no_logarithm(line: str) -> None:
    code = Code(
        "losses.py", f"{HEAD}def compute_loss(p, y):\n    loss = ((p - y) ** 2).mean()\n    {line}\n    return loss\n"
    )
    assert keeps_logs_finite(code, names_of(code)) is None
    assert writes_loss(code, names_of(code)) is None
