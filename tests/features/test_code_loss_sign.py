"""Which way the terms of a loss are pulled that a script writes itself."""

from __future__ import annotations

import pytest

from mladvisor.features.code_loss_sign import loss_sign
from mladvisor.features.code_names import names_of
from mladvisor.runs.script.code import Code

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
LOOP = """
net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 1))
opt = torch.optim.Adam(net.parameters())
for x, y in loader:
    loss = {loss}
    opt.zero_grad()
    loss.backward()
    opt.step()
"""
DICE = """
def dice(p, t, eps=1.0):
    {squash}
    p, t = p.flatten(1), t.flatten(1)
    inter = (p * t).sum(1)
    return {value}
"""
SCORE = "(2 * inter + eps) / (p.sum(1) + t.sum(1) + eps)"
VAE = """
def vae_loss(recon, x, mu, logvar):
    bce = F.binary_cross_entropy(recon, x, reduction="sum")
    kl = {kl}
    return (bce + kl) / len(x), bce, kl
"""
GAUSS = (
    "def nll(out, y):\n    mu, lv = out[:, 0], out[:, 1]\n"
    "    return 0.5 * (lv {sign} (y - mu) ** 2 / torch.exp(lv)).mean()\n"
)
BY_HAND = "def nll(p, y):\n    return {sign}(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()\n"


def judged(text: str) -> str | None:
    """What the fact says of a script."""
    code = Code("train.py", HEAD + text)
    found = loss_sign(code, names_of(code))
    return None if found is None else found[0]


def dice(value: str, squash: str = "p = torch.sigmoid(p)", loss: str = "dice(net(x), y)") -> str | None:
    """What is said of a Dice loss."""
    return judged(DICE.format(squash=squash, value=value) + LOOP.format(loss=loss))


@pytest.mark.parametrize(
    ("value", "squash", "loss", "expected"),
    [
        (f"({SCORE}).mean()", "", "dice(net(x), y)", "an overlap made small"),
        (SCORE, "p = p.sigmoid()", "dice(net(x), y).mean()", "an overlap made small"),
        (f"1 - {SCORE}", "p = p.sigmoid()", "dice(net(x), y).mean()", "as it should be"),
        (SCORE, "p = p.sigmoid()", "1 - dice(net(x), y).mean()", "as it should be"),
        (SCORE, "p = p.sigmoid()", "-torch.log(dice(net(x), y)).mean()", "as it should be"),
        (f"1 - {SCORE}", "p = p.sigmoid()", "1 - dice(net(x), y).mean()", "an overlap made small"),
        (f"1 - {SCORE}", "pass", "dice(torch.sigmoid(net(x)), y).mean()", "as it should be"),
        (f"1 - {SCORE}", "pass", "dice(net(x), y).mean()", "an overlap of raw outputs"),
        (f"1 - {SCORE}", "pass", "0.5 * F.mse_loss(net(x), y) + dice(net(x), y).mean()", "an overlap of raw outputs"),
    ],
)  # fmt: skip
def test_an_overlap_is_made_large(value: str, squash: str, loss: str, expected: str) -> None:
    """A Dice score is subtracted wherever the subtraction stands, and taken of probabilities."""
    assert dice(value, squash or "p = torch.sigmoid(p)", loss) == expected


def test_a_loss_as_a_class_and_an_index_by_parts() -> None:
    """`criterion = Tversky()`, true and false positives by name."""
    text = """
class Tversky(nn.Module):
    def forward(self, logits, labels):
        p = torch.sigmoid(logits)
        tp, fp, fn = (p * labels).sum(), (p * (1 - labels)).sum(), ((1 - p) * labels).sum()
        return {turn}(tp + 1) / (tp + 0.3 * fp + 0.7 * fn + 1)
criterion = Tversky()
"""
    loop = LOOP.format(loss="criterion(net(x), y)")
    assert judged(text.format(turn="") + loop) == "an overlap made small"
    assert judged(text.format(turn="1 - ") + loop) == "as it should be"


@pytest.mark.parametrize(
    ("kl", "expected"),
    [
        ("-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "as it should be"),
        ("0.5 * torch.sum(mu ** 2 + torch.exp(logvar) - 1 - logvar)", "as it should be"),
        ("0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())", "a divergence made large"),
        ("-0.5 * (mu.square() + logvar.exp() - logvar - 1).sum()", "a divergence made large"),
    ],
)
def test_a_divergence_is_made_small(kl: str, expected: str) -> None:
    """The minus of the usual formula, and the formula that needs none; the loss is the first of three values."""
    loop = LOOP.format(loss="None").replace("loss = None", "loss, bce, kl = vae_loss(*net(x))")
    assert judged(VAE.format(kl=kl) + loop) == expected


@pytest.mark.parametrize(
    ("text", "loss", "expected"),
    [
        (BY_HAND.format(sign="-"), "nll(torch.sigmoid(net(x)), y)", "as it should be"),
        (BY_HAND.format(sign=""), "nll(torch.sigmoid(net(x)), y)", "a likelihood made small"),
        (GAUSS.format(sign="-"), "nll(net(x), y)", "an error made large"),
        (GAUSS.format(sign="+"), "nll(net(x), y)", "as it should be"),
        ("", "-(net(x) - y).pow(2).mean()", "an error made large"),
        ("", "(0 - torch.square(net(x) - y)).mean()", "an error made large"),
        ("", "-torch.abs(y - net(x)).mean()", "an error made large"),
        ("", "-torch.exp(-(y - net(x)) ** 2).mean()", None),  # a kernel, which is largest where both agree
        ("", "(1 - y) ** 2 - net(x).mean()", None),
        ("", "(y - y.mean()).pow(2).mean() - net(x).mean()", None),
        ("critic = None\n", "-(net(x) - y).pow(2).mean()", None),
        ("", "-F.mse_loss(net(x), y)", "a loss made large"),
        ("crit = nn.L1Loss()\n", "-1 * crit(net(x), y)", "a loss made large"),
        ("", 'F.mse_loss(net(x), y, reduction="sum") / -32.0', "a loss made large"),
        ("", "F.mse_loss(net(x), y) * -1", "a loss made large"),
        ("", "-F.mse_loss(net(x), y) / -4", None),
        ("crit = nn.L1Loss()\n", "crit(net(x), y) - 0.01 * entropy(x)", None),
        ("", "F.mse_loss(net(x), y)", None),
        ("critic = None\n", "-F.mse_loss(net(x), y)", None),
        ("", "(err(net(x), y) * mask).sum() / mask.sum()", None),
        ("", "(err(net(x), y) * w).sum() / (w.sum() + 1e-8)", None),
        ("", "torch.sum(a * b) / (a.norm() * b.norm())", None),
        ("# gradient ascent\n" + BY_HAND.format(sign=""), "nll(torch.sigmoid(net(x)), y)", None),
    ],
)
def test_likelihoods_and_losses_of_a_library(text: str, loss: str, expected: str | None) -> None:
    """Means over a mask are no overlap; who climbs on purpose, or trains two models, is left alone."""
    assert judged(text + LOOP.format(loss=loss)) == expected


def test_what_keras_compiles_with_is_followed() -> None:
    """A function of the script handed over as the loss."""
    text = """
import keras
def jaccard_loss(y_true, y_pred):
    inter = keras.ops.sum(y_true * y_pred)
    union = keras.ops.sum(y_true) + keras.ops.sum(y_pred) - inter
    return {turn}(inter + 1) / (union + 1)
model.compile(optimizer="adam", loss=jaccard_loss)
"""
    assert judged(text.format(turn="")) == "an overlap made small"
    assert judged(text.format(turn="1 - ")) == "as it should be"


@pytest.mark.parametrize(
    "taken",
    [
        "torch.log_softmax(net(x), 1)[range(len(y)), y].mean()",
        "F.log_softmax(net(x), dim=1)[torch.arange(len(y)), y.long()].sum() / len(y)",
        "F.log_softmax(net(x), dim=1).gather(1, y.unsqueeze(1)).mean()",
        "torch.gather(net(x).log_softmax(1), 1, y[:, None]).mean()",
        "torch.log(net(x).softmax(1)[range(len(y)), y]).mean()",
        "torch.distributions.Normal(net(x), 1.0).log_prob(y).mean()",
        "(F.one_hot(y, 10) * F.log_softmax(net(x), 1)).sum(1).mean()",
    ],
)
def test_the_likelihood_of_the_true_class_is_made_large(taken: str) -> None:
    assert judged(LOOP.format(loss=taken)) == "a likelihood made small"
    assert judged(LOOP.format(loss=f"-{taken}")) == "as it should be"
    assert judged(LOOP.format(loss=f"{taken} / -len(y)")) == "as it should be"


@pytest.mark.parametrize(
    "taken",
    [
        "dist.log_prob(action).mean()",
        "net(x)[range(len(y)), y].mean()",  # no logarithm
        "F.nll_loss(F.log_softmax(net(x), 1), y)",
        "F.log_softmax(net(x), 1)[:, 0].mean()",
    ],
)
def test_what_is_no_likelihood_of_labels(taken: str) -> None:
    assert judged(LOOP.format(loss=taken)) is None


@pytest.mark.parametrize("made", ["-F.log_softmax(net(x), 1)", "-1 * F.log_softmax(net(x), 1)"])
def test_logarithms_that_are_turned_where_they_are_made(made: str) -> None:
    """Called `log_probs`, they are costs."""
    loop = LOOP.replace("loss = {loss}", "log_probs = {made}\n    loss = log_probs.gather(1, y[:, None]).mean()")
    assert judged(loop.format(made=made)) is None
    assert judged(loop.format(made="F.log_softmax(net(x), 1)")) == "a likelihood made small"
