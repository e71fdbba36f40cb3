"""A script whose loss compares what the model makes with what it got."""

from __future__ import annotations

import pytest

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.gives_back import gives_back

HEAD = "import torch, torch.nn as nn, torch.nn.functional as F\nmse = nn.MSELoss()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss = mse(ae(train[b]), train[b])", True),
        ("recon, mu, logvar = model(x)\nloss = loss_function(recon, x, mu, logvar)", True),
        ("z = enc(x)\nout = dec(z)\nloss = F.binary_cross_entropy(out, x.view(-1, 784))", True),
        ("x = x.to(device)\nnoisy = x + 0.1 * torch.randn_like(x)\nloss = criterion(model(noisy), x)", True),
        ("loss = ((model(x) - x) ** 2).mean()", True),
        ("model.fit(X_train, X_train, epochs=5)", True),
        ("model.fit(X_train, y_train, epochs=5)", False),
        ("loss = criterion(model(x), y)", False),
        ("out = model(src, trg)\nloss = criterion(out, trg)", False),  # the answer so far, beside what is asked
        ("loss = F.cross_entropy(model(x[:, :-1]), x[:, 1:])", False),
        ("loss = mse(dec(enc(x)), x) + F.cross_entropy(head(enc(x)), labels)", False),
        ("loss = mse(model(x), y)\nvar = ((x - x.mean()) ** 2).mean()", False),
    ],
)
def test_the_target_is_the_input(text: str, expected: bool) -> None:
    """Whatever labels are loaded beside it, they are not what is learnt, unless another loss takes them."""
    assert gives_back(Code("train.py", HEAD + text)) is expected


def test_a_name_that_is_set_again_and_again_is_followed_once() -> None:
    """A forward pass of many lines `x = relu(x)` has more chains of calls than could be counted."""
    again = "".join("x = F.relu(x)\n" for _ in range(200))
    assert not gives_back(Code("train.py", f"{HEAD}x = model(x)\n{again}loss = F.cross_entropy(x, y)"))
    assert gives_back(Code("train.py", f"{HEAD}{again}loss = mse(model(x), x)"))
