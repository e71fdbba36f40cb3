"""Scripts whose loss, targets or attention let a model learn nothing, told by one line of them."""

from __future__ import annotations

import pytest

from .test_code import facts

LM = """
import torch
from torch.nn import functional as F
def get_batch(d):
    ix = torch.randint(len(d) - n, (8,))
    x = torch.stack([d[i:i + n] for i in ix])
    y = torch.stack([d[i + 1:i + n + 1] for i in ix])
    return x, y
def attend(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)
def write(logits):
    return torch.multinomial(F.softmax(logits, -1), 1)
loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
"""
SHIFTED = "d[i + 1:i + n + 1]"


@pytest.mark.parametrize(
    ("text", "next_", "hidden"),
    [
        (LM, None, None),
        (LM.replace(SHIFTED, "d[i:i + n]"), False, None),
        (LM.replace("return x, y", "return x, x.clone()"), None, None),
        (LM.replace(SHIFTED, "d[i:i + n]") + "# masked words\n", None, None),
        (LM.replace(SHIFTED, "d[i:i + n]") + "x[m] = mask_id\n", None, None),
        (LM.replace(SHIFTED, "d[i:i + n]").replace("model(x).fl", "model(x)[:, :-1].fl"), None, None),
        (LM.replace(SHIFTED, "d[i:i + n]") + "loss = model(x, labels=y).loss\n", None, None),
        (LM.replace("is_causal=True", "is_causal=False"), None, False),
        (LM.replace(", is_causal=True", ""), None, False),
        (LM.replace(", is_causal=True", ", attn_mask=mask"), None, None),
        (LM.replace(", is_causal=True", "").replace(SHIFTED, "labels[i:i + n]"), None, None),
    ],
)
def test_what_is_to_be_guessed_is_the_next_token(text: str, next_: bool | None, hidden: bool | None) -> None:
    """Two equal cuts are a copy; attention without a mask sees what comes; other tasks and masks say nothing."""
    found = facts(text)
    assert (found["predicts_next"], found["hides_the_future"]) == (next_, hidden)


@pytest.mark.parametrize(
    ("formula", "each"),
    [
        ("(pred - y).mean() ** 2", False),
        ("torch.square(torch.mean(pred - y))", False),
        ("((pred - y) ** 2).mean()", None),
        ("(pred.mean() - y.mean()) ** 2", None),
        ("((pred - y).mean() ** 2 + (pred - y).var())", None),
    ],
)
def test_each_error_is_squared_before_the_mean(formula: str, each: bool | None) -> None:
    """Means of two samples may be compared, and a bias may be one term among others."""
    assert facts(f"import torch\ndef mse(pred, y):\n    return {formula}\n")["loss_sees_every_error"] is each


POLICY = """
import torch
opt = torch.optim.Adam(net.parameters())
for episode in range(100):
    dist = torch.distributions.Categorical(logits=net(state))
    action = dist.sample()
    lp = dist.log_prob(action)
    loss = -(lp * adv).sum()
    opt.zero_grad()
    loss.backward()
    opt.step()
"""


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        (POLICY, None),
        (POLICY.replace("log_prob(action)", "log_prob(action).detach()"), False),
        (POLICY.replace("log_prob(action)", "log_prob(action).item()"), False),
        (POLICY.replace("    lp =", "    with torch.no_grad():\n        lp ="), False),
        (POLICY.replace("    lp =", "    with torch.no_grad():\n        lp =")
         + "    y = r + q_target(s) - alpha * lp\n", None),
        (POLICY.replace("    loss =", "    old = dist.log_prob(action).detach()\n    loss ="), None),
        (POLICY.replace("log_prob(action)", "log_prob(action).detach()").replace(
            "-(lp * adv).sum()", "(torch.nn.functional.cross_entropy(net(state), action) * adv).sum()"), None),
    ],
)  # fmt: skip
def test_log_probabilities_hang_on_the_policy(text: str, keeps: bool | None) -> None:
    """Those of an old policy are cut off on purpose; a loss may tell how likely an action is in another way."""
    assert facts(text)["keeps_log_probs"] is keeps
