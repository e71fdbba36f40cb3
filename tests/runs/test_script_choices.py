"""What scripts pick from tables, by name or by conditions, and hand through functions and classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))
START = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\nnet = nn.Linear(4, 2)\n"
LOOP = (
    "for epoch in range(9):\n    for x, y in data:\n        opt.zero_grad()\n        loss = crit(net(x), y)\n"
    "        loss.backward()\n        opt.step()\n"
)
TABLE = 'KINDS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}\n'
CASES = (
    'def crit_of(name):\n    match name:\n        case "ce" | "xent":\n            return nn.CrossEntropyLoss()\n'
    "        case _:\n            return nn.MSELoss()\n"
)
RETURNS = (
    "def optimizer_of(name, params, lr):\n    name = name.lower()\n"
    '    if name == "sgd":\n        return torch.optim.SGD(params, lr=lr)\n    return torch.optim.Adam(params, lr=lr)\n'
)


def told(path: Path) -> dict[str, Any]:
    """What the calls of the script set."""
    script = read_run(path).script
    assert script is not None
    return {key: setting.value for key, setting in script.called.items()}


def optimizer(found: dict[str, Any]) -> tuple[Any, Any]:
    """Its class and rate."""
    return found.get("optimizer"), found.get("optimizer.lr")


@pytest.mark.parametrize(
    "made",
    [
        TABLE + 'opt = KINDS["sgd"](net.parameters(), lr=0.3)\n',
        TABLE + 'C = {"opt": "sgd", "lr": 0.3}\nopt = KINDS.get(C["opt"])(net.parameters(), lr=C["lr"])\n',
        'kind = "SGD"\nopt = getattr(torch.optim, kind)(net.parameters(), lr=0.3)\n',
        'made = getattr(torch.optim, "SGD")\nopt = made(net.parameters(), lr=0.3)\n',
        'made = dict(sgd=torch.optim.SGD, adam=torch.optim.Adam)\nopt = made["sgd"](net.parameters(), lr=0.3)\n',
        'NEW = {"sgd": lambda p: torch.optim.SGD(p, lr=0.3), "adam": lambda p: torch.optim.Adam(p, lr=1)}\n'
        'opt = NEW["sgd"](net.parameters())\n',
        RETURNS + 'opt = optimizer_of("SGD", net.parameters(), 0.3)\n',
        RETURNS + 'class C:\n    name = "Sgd"\n    lr = 0.3\nopt = optimizer_of(C.name, net.parameters(), lr=C.lr)\n',
    ],
)
def test_an_optimizer_that_is_picked(folder: Folder, made: str) -> None:
    script = f"{START}{made}crit = nn.CrossEntropyLoss()\n{LOOP}"
    assert optimizer(told(folder({"metrics.csv": LOG, "train.py": script}))) == ("SGD", 0.3)


@pytest.mark.parametrize(
    "made",
    [
        TABLE + "import sys\nopt = KINDS[input()](net.parameters(), lr=0.3)\n",
        TABLE + 'KINDS["sgd"] = torch.optim.Adam\nopt = KINDS["sgd"](net.parameters(), lr=0.3)\n',
        RETURNS + 'a = optimizer_of("sgd", a.parameters(), 0.3)\nopt = optimizer_of("adam", net.parameters(), 0.1)\n',
        RETURNS + "make = optimizer_of\nopt = make('sgd', net.parameters(), 0.3)\n",
    ],
)
def test_what_may_be_several_is_none(folder: Folder, made: str) -> None:
    script = f"{START}{made}crit = nn.CrossEntropyLoss()\n{LOOP}"
    assert optimizer(told(folder({"metrics.csv": LOG, "train.py": script}))) == (None, None)


@pytest.mark.parametrize(
    ("made", "loss"),
    [
        ('crit = {"ce": nn.CrossEntropyLoss(), "mse": nn.MSELoss()}["ce"]\n', "nn.CrossEntropyLoss"),
        ('L = {"ce": nn.CrossEntropyLoss(), "mse": nn.MSELoss()}\ncrit = L["mse"]\n', "nn.MSELoss"),
        ('crit = {"ce": F.cross_entropy, "mse": F.mse_loss}["ce"]\n', "F.cross_entropy"),
        ('crit = getattr(nn, "L1Loss")()\n', "nn.L1Loss"),
        (CASES + 'crit = crit_of("xent")\n', "nn.CrossEntropyLoss"),
        (CASES + 'crit = crit_of("other")\n', "nn.MSELoss"),
    ],
)
def test_a_loss_that_is_picked(folder: Folder, made: str, loss: str) -> None:
    script = f"{START}{made}opt = torch.optim.SGD(net.parameters(), lr=0.3)\n{LOOP}"
    assert told(folder({"metrics.csv": LOG, "train.py": script}))["loss"] == loss


def test_a_class_that_trains_gets_its_settings_from_its_only_object(folder: Folder) -> None:
    script = (
        f"{START}{TABLE}"
        'C = {"opt": "adam", "lr": 0.3, "rounds": 7}\n'
        "class Trainer:\n"
        "    def __init__(self, net, cfg):\n        self.net, self.cfg = net, cfg\n"
        '        self.opt = KINDS[cfg["opt"]](net.parameters(), lr=cfg["lr"])\n'
        "        self.crit = nn.CrossEntropyLoss()\n"
        '    def fit(self):\n        for epoch in range(self.cfg["rounds"]):\n            self.one()\n'
        "    def one(self):\n        for x, y in data:\n            self.opt.zero_grad()\n"
        "            self.crit(self.net(x), y).backward()\n            self.opt.step()\n"
    )
    found = told(folder({"metrics.csv": LOG, "train.py": script + "Trainer(net, C).fit()\n"}))
    assert (*optimizer(found), found["train.epochs"]) == ("Adam", 0.3, 7)
    found = told(folder({"train.py": script + "Trainer(net, C).fit()\nTrainer(net, {'opt': 'sgd', 'lr': 1}).fit()\n"}))
    assert optimizer(found) == (None, None)


def test_arguments_of_optimizers_by_their_place(folder: Folder) -> None:
    script = f"{START}opt = torch.optim.Adagrad(net.parameters(), 0.3, 0.5)\ncrit = nn.CrossEntropyLoss()\n{LOOP}"
    found = told(folder({"metrics.csv": LOG, "train.py": script}))
    assert (found["optimizer.lr"], found["optimizer.lr_decay"]) == (0.3, 0.5)


BCE = "return -(t * torch.log({p}) + (1 - t) * torch.log(1 - {p})).mean()\n"


@pytest.mark.parametrize(
    ("made", "used", "loss"),
    [
        ("def bce(p, t):\n    " + BCE.format(p="p"), "bce(torch.sigmoid(net(x)), y)", "_with_logits"),
        ("def bce(o, t):\n    p = torch.sigmoid(o)\n    " + BCE.format(p="p + 1e-7"), "bce(net(x), y)", "_with_logits"),
        ("def bce(p, t):\n    " + BCE.format(p="p"), "bce(net(x), y)", ""),
    ],
)
def test_a_two_sided_cross_entropy_by_hand(folder: Folder, made: str, used: str, loss: str) -> None:
    loop = LOOP.replace("crit(net(x), y)", used)
    script = f"{START}{made}opt = torch.optim.SGD(net.parameters(), lr=0.3)\n{loop}"
    found = told(folder({"metrics.csv": LOG, "train.py": script}))
    assert found["loss"] == f"F.binary_cross_entropy{loss}"
