"""Optimizers of a script, and the models whose parameters they got."""

from __future__ import annotations

import pytest

from mladvisor.features.code_held import optimizer_holds_model, steps_each_optimizer, zeroes_each_optimizer
from mladvisor.features.code_loop import wipes_gradients
from mladvisor.features.code_names import names_of
from mladvisor.runs.script.code import Code

OPPONENTS = """
import torch
from torch import nn
G, D = nn.Linear(4, 8), nn.Linear(8, 1)
og = torch.optim.Adam(G.parameters(), 1e-3)
od = torch.optim.Adam(D.parameters(), 1e-3)
for real in loader:
    fake = G(torch.randn(32, 4))
    ld = loss_of(D(real), D(fake.detach()))
    {critic}
    lg = loss_of(D(fake))
    {generator}
"""
CRITIC = "od.zero_grad(); ld.backward(); od.step()"
GENERATOR = "og.zero_grad(); lg.backward(); og.step()"


def _of(function, text: str) -> bool | None:  # type: ignore[no-untyped-def]
    code = Code("train.py", text)
    found = function(code, names_of(code))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    ("generator", "expected"),
    [
        ("og.zero_grad(); lg.backward(); od.step()", False),
        ("og.zero_grad(); lg.backward()", False),
        (GENERATOR, None),
        ("og.zero_grad(); lg.backward(); update(og)", None),
        ("og.zero_grad(); lg.backward()\n    for o in (og,): o.step()", None),
    ],
)
def test_each_of_two_optimizers_steps(generator: str, expected: bool | None) -> None:
    assert _of(steps_each_optimizer, OPPONENTS.format(critic=CRITIC, generator=generator)) is expected


@pytest.mark.parametrize(
    ("critic", "generator", "expected"),
    [
        (CRITIC, "lg.backward(); og.step()", False),
        ("ld.backward(); od.step()", GENERATOR, False),
        (CRITIC, GENERATOR, None),
        (CRITIC, "G.zero_grad(); lg.backward(); og.step()", None),
        (CRITIC, "both.zero_grad(); lg.backward(); og.step()", None),
        (CRITIC, "for p in G.parameters(): p.grad = None\n    lg.backward(); og.step()", None),
    ],
)
def test_each_of_two_optimizers_is_cleared(critic: str, generator: str, expected: bool | None) -> None:
    assert _of(zeroes_each_optimizer, OPPONENTS.format(critic=critic, generator=generator)) is expected


MADE_ANEW = """
import copy
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 1)
    def forward(self, x):
        return self.out(x)
net = Net()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
{behind}
for xb, yb in loader:
    loss = ((net(xb) - yb) ** 2).mean()
    opt.zero_grad(); loss.backward(); opt.step()
{later}
"""


@pytest.mark.parametrize(
    ("behind", "later", "expected"),
    [
        ("net = Net()", "", False),
        ("net = Net().to(device)", "", False),
        ("net = copy.deepcopy(net)", "", False),
        ("", "", None),
        ("net = net.to(device)", "", None),
        ("net = torch.compile(net)", "", None),
        ("net = nn.DataParallel(net)", "", None),
        ("net = Net()\nopt = torch.optim.SGD(net.parameters(), lr=0.1)", "", None),
        ("", "net = Net()\nnet.load_state_dict(torch.load('best.pt'))", None),  # to be looked at
        ("", "net = Net()\nload_checkpoint('best.pt', net, opt)", None),
        ("", "net = Net()\ntrain_more(net, opt)", False),
        ("best = copy.deepcopy(net)", "", None),
        ("if again:\n    net = Net()", "", None),
    ],
)
def test_the_model_in_the_loop_is_the_one_the_optimizer_got(behind: str, later: str, expected: bool | None) -> None:
    assert _of(optimizer_holds_model, MADE_ANEW.format(behind=behind, later=later)) is expected


@pytest.mark.parametrize(("inside", "expected"), [("", False), ("opt = torch.optim.SGD(net.parameters(), 0.1)", None)])
def test_a_model_for_each_fold_wants_an_optimizer_for_each(inside: str, expected: bool | None) -> None:
    text = MADE_ANEW.split("{behind}", maxsplit=1)[0] + (
        f"for fold in folds:\n    net = Net()\n    {inside}\n    train(net, opt, fold)\n"
    )
    assert _of(optimizer_holds_model, text) is expected


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("opt.zero_grad(); opt.step(); loss.backward()", True),
        ("loss.backward(); opt.zero_grad(); opt.step()", True),
        ("opt.step(); opt.zero_grad(); loss.backward()", False),  # each step is a batch late
        ("opt.zero_grad(); compute(loss); opt.step(); loss.backward()", False),
        ("opt.zero_grad(); loss.backward(); opt.step()", False),
    ],
)
def test_a_step_right_behind_zero_grad_has_no_gradients(steps: str, expected: bool) -> None:
    text = MADE_ANEW.replace("opt.zero_grad(); loss.backward(); opt.step()", steps).format(behind="", later="")
    assert _of(wipes_gradients, text) is expected
