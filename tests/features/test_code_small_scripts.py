"""Facts of scripts a few lines long: what learns, from which labels, how it starts, what its loss divides by."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.code_names import names_of
from mladvisor.features.code_shapes import compares_like_with_like
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
NET = "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))\n"
OPT = "opt = torch.optim.Adam(net.parameters())\n"
LOOP = """
for epoch in range(10):
    order = torch.randperm(len(X))
    for i in range(0, len(X), 32):
        rows = order[i:i + 32]
        opt.zero_grad()
        {loss}
        loss.backward()
        opt.step()
"""
STILL = "for p in net.parameters():\n    p.requires_grad = False\n"
BY_NAME = "for n, p in net.named_parameters():\n    if {}:\n        p.requires_grad = False\n"
SINGLE = "net = nn.Linear(4, 1)\n"
LOSS = "loss = F.mse_loss(net(X[rows]), y[rows])"


def fact(folder: Path, name: str, text: str) -> object:
    """The value of `code.<name>` of a script; None where it is unknown."""
    (folder / "log.csv").write_text(LOG)
    head = "import numpy as np\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
    (folder / "train.py").write_text(head + dedent(text))
    measured = Measures(read_run(folder)).one(f"code.{name}")
    return measured.value if measured.known else None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", True),
        ("", "for p in net[:-1].parameters():\n    p.requires_grad_(False)\n", False),
        ("", "for p in net[0].parameters():\n    p.requires_grad = False\n", False),
        ("", "net[0].requires_grad_(False)\n", False),
        ("", "net.head = nn.Linear(8, 5)\n", False),
        ("", STILL + "for p in net[0].parameters():\n    p.requires_grad = True\n", False),
        ("", STILL + "net[2].requires_grad_(True)\n", False),
        ("", STILL + "net[0].requires_grad_(True)\nnet[2].requires_grad_(True)\n", None),
        ("", STILL + "if warm:\n    net[2].requires_grad_(True)\n", None),
        ("", STILL + "def unfreeze():\n    net[0].requires_grad_(True)\nnet[2].requires_grad_(True)\n", None),
        ("", BY_NAME.format("'2.' not in n"), False),
        ("", BY_NAME.format("not n.startswith('2')"), False),
        ("", BY_NAME.format("n.startswith('0')"), False),
        ("", BY_NAME.format("'pos_embed' in n"), None),
        ("", BY_NAME.format("p.ndim < 2"), None),
        ("net.load_state_dict(torch.load('base.pt'))\n", BY_NAME.format("'2.' not in n"), None),
        ("net.load_state_dict(torch.load('base.pt'))\n", "net[0].requires_grad_(False)\n", None),
        ("", "if frozen:\n    net[0].requires_grad_(False)\n", None),
    ],
)
def test_layers_left_at_their_start(tmp_path: Path, before: str, after: str, expected: object) -> None:
    """Frozen or lost layers that nothing trained; loaded ones, and open conditions, are not known."""
    assert fact(tmp_path, "trains_all_layers", NET + before + OPT + after + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(
    ("between", "thawed", "expected"),
    [
        ("nn.LeakyReLU()", "net[0] net[2]", None),
        ("nn.AlphaDropout(0.1)", "net[0] net[2]", None),
        ("Odd()", "net[0] net[2]", None),
        ("nn.Sequential(nn.Linear(8, 8), nn.CELU())", "net[0] net[2]", False),
        ("nn.Sequential(nn.Linear(8, 8), nn.CELU())", "net[0] net[1] net[2]", None),
    ],
)
def test_what_has_no_weights_needs_no_thawing(tmp_path: Path, between: str, thawed: str, expected: object) -> None:
    """All that learns is thawed again, whatever activation stands between; a block with a layer of its own counts."""
    net = f"net = nn.Sequential(nn.Linear(4, 8), {between}, nn.Linear(8, 1))\n"
    again = "".join(f"{part}.requires_grad_(True)\n" for part in thawed.split())
    assert fact(tmp_path, "trains_all_layers", net + OPT + STILL + again + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(
    ("default", "given", "expected"),
    [("True", "", False), ("False", "", None), ("False", "True", False), ("f()", "", None)],
)
def test_a_switch_that_is_settled_is_no_open_condition(
    tmp_path: Path, default: str, given: str, expected: object
) -> None:
    made = (
        f"class Net(nn.Module):\n    def __init__(self, freeze={default}):\n        super().__init__()\n"
        "        self.body, self.head = nn.Linear(4, 8), nn.Linear(8, 1)\n        if freeze:\n"
        "            for p in self.body.parameters():\n                p.requires_grad = False\n"
        f"    def forward(self, x):\n        return self.head(self.body(x))\nnet = Net({given})\n"
    )
    assert fact(tmp_path, "trains_all_layers", made + OPT + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("list(head.parameters())", False), ("list(body.parameters()) + list(head.parameters())", True)],
)
def test_parts_of_a_chain_that_the_optimizer_does_not_get(tmp_path: Path, given: str, expected: object) -> None:
    made = "body = nn.Linear(4, 8)\nhead = nn.Linear(8, 1)\nnet = nn.Sequential(body, head)\n"
    opt = f"params = {given}\nopt = torch.optim.Adam(params)\n"
    assert fact(tmp_path, "trains_all_layers", made + opt + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(("thawed", "expected"), [("head", False), ("body", False)])
def test_parts_that_a_function_builds_are_parts(tmp_path: Path, thawed: str, expected: object) -> None:
    """The whole is frozen and one part thawed; the other one, which a function puts together, stays as drawn."""
    made = (
        "def build():\n    return nn.Sequential(nn.Linear(4, 8), nn.ReLU())\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.body = build()\n        self.head = nn.Linear(8, 1)\n"
        "    def forward(self, x):\n        return self.head(self.body(x))\nnet = Net()\n"
    )
    freeze = f"net.requires_grad_(False)\nnet.{thawed}.requires_grad_(True)\n"
    assert fact(tmp_path, "trains_all_layers", made + freeze + OPT + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("random-feature baseline: only the read-out is trained", True),
        ("a reservoir", True),
        ("frozen on purpose", True),
        ("stem stays at its random filters, see NOTES.md", True),
        ("left as drawn", True),
        ("keep the encoder still", None),
        ("", None),
    ],
)
def test_layers_that_stay_random_on_purpose(tmp_path: Path, said: str, expected: object) -> None:
    """Words beside the freeze say so; a freeze alone, or words anywhere else, do not."""
    freeze = f"for p in net[0].parameters():  # {said}\n    p.requires_grad_(False)\n"
    assert fact(tmp_path, "keeps_random_layers", NET + freeze + OPT + LOOP.format(loss=LOSS)) is expected
    elsewhere = freeze.replace(said, "") + OPT + LOOP.format(loss=LOSS) + f"\n# {said}\n"
    assert fact(tmp_path, "keeps_random_layers", NET + elsewhere) is None


def test_models_that_come_by_name_may_have_learnt(tmp_path: Path) -> None:
    """What a library returns for a name is most often trained."""
    net = "import encoders\nnet, prepare = encoders.load('ViT-B/32')\n"
    text = net + BY_NAME.format("'head' not in n") + OPT + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is None
    built = text.replace("encoders.load('ViT-B/32')", "encoders.Tagger(width=64), 1")
    assert fact(tmp_path, "trains_all_layers", built) is False


def test_layers_frozen_after_they_learnt(tmp_path: Path) -> None:
    """What was trained above is kept still for a reason."""
    again = "net[0].requires_grad_(False)\n"
    text = NET + OPT + LOOP.format(loss=LOSS) + again + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is None


PARTS = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.head = nn.Linear(8, 1)
    def freeze_base(self):
        self.base.requires_grad_(False)
    def forward(self, x):
        return self.head(self.base(x))
net = Net()
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("net.head.parameters()", False),
        ("list(net.base.parameters())", False),
        ("[{'params': net.head.parameters(), 'lr': RATE}]", False),
        ("[p for n, p in net.named_parameters() if 'base' in n]", False),
        ("net.parameters()", None),
        ("[*net.base.parameters(), *net.head.parameters()]", None),
        ("[{'params': net.base.parameters(), 'lr': 0.1}, {'params': net.head.parameters()}]", None),
        ("list(net.head.parameters()) + extra", None),
        ("filter(lambda p: p.requires_grad, net.parameters())", None),
        ("Net().parameters()", False),  # of a model that nothing runs
        ("other.parameters()", False),
    ],
)
def test_an_optimizer_that_gets_a_part(tmp_path: Path, given: str, expected: object) -> None:
    """Layers that the model runs, that start at random and that no optimizer holds; parts that make up all are all."""
    text = PARTS + "other = Net()\n" + f"opt = torch.optim.Adam({given})\n" + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is expected


@pytest.mark.parametrize("use", ["other.load_state_dict(net.state_dict())", "copy(other, net)", "print(other)"])
def test_an_optimizer_of_a_model_that_is_used(tmp_path: Path, use: str) -> None:
    """A second model of the class that the script does something with may be the one that learns."""
    text = PARTS + f"other = Net()\n{use}\nopt = torch.optim.Adam(other.parameters())\n" + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", None),  # a method that would freeze is never called
        ("net.freeze_base()\n", False),
        ("net.base.freeze()\n", False),
        ("net.freeze_base()\nnet.unfreeze()\n", None),
    ],
)
def test_a_part_that_is_frozen_by_a_method(tmp_path: Path, more: str, expected: object) -> None:
    """A method freezes where it is called, and nothing where layers are let learn later."""
    text = PARTS + OPT + more + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("n.startswith('head')", False),
        ("'bias' in n", False),
        ("False if not n.endswith('bias') else True", False),
        ("p.dim() > 0", None),
    ],
)
def test_parameters_that_learn_by_their_names(tmp_path: Path, value: str, expected: object) -> None:
    """Of layers that start at random some are let learn by name; what a condition on numbers does is not told."""
    text = NET + f"for n, p in net.named_parameters():\n    p.requires_grad = {value}\n" + OPT + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "trains_all_layers", text) is expected


def test_biases_alone_are_optimised(tmp_path: Path) -> None:
    """Parameters chosen by name; groups of an optimizer that leave decay off the biases are another matter."""
    chosen = "params = [p for n, p in net.named_parameters() if n.endswith('bias')]\nopt = torch.optim.Adam(params)\n"
    groups = (
        "opt = torch.optim.AdamW([{'params': [p for n, p in net.named_parameters() if 'bias' in n], 'weight_decay': 0},"
        " {'params': [p for n, p in net.named_parameters() if 'bias' not in n]}])\n"
    )
    assert fact(tmp_path, "trains_all_layers", NET + chosen + LOOP.format(loss=LOSS)) is False
    assert fact(tmp_path, "trains_all_layers", NET + groups + LOOP.format(loss=LOSS)) is not False


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (LOSS, True),
        ("loss = F.mse_loss(net(X[rows]), y[i:i + 32])", False),
        ("loss = F.mse_loss(net(X[i:i + 32]), y[i:i + 32].float())", True),
        ("loss = F.mse_loss(net(xb), yb)", None),
        ("out = net(X[rows]); loss = F.mse_loss(out, y[i:i + 32])", False),
        ("out = net(X[rows]); loss = F.mse_loss(out, y[rows])", True),
        ("loss = F.mse_loss(net(xb), yb[torch.randperm(len(yb))])", False),
        ("q = torch.randperm(len(yb)); loss = F.mse_loss(net(xb[q]), yb[q])", True),
        ("o = net(xb); loss = F.mse_loss(o, yb) + F.mse_loss(o, yb[torch.randperm(len(yb))])", None),
        ("o = torch.randperm(9) if True else i; loss = F.mse_loss(net(X[o]), y[i:i + 32])", None),
    ],
)
def test_labels_by_the_index_of_their_rows(tmp_path: Path, loss: str, expected: object) -> None:
    """A permuted index for the rows and a plain slice for the labels breaks the pairs."""
    assert fact(tmp_path, "takes_labels_of_its_rows", NET + OPT + LOOP.format(loss=loss)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X = X[rng.permutation(len(X))]\ny = y[rng.permutation(len(y))]\n", False),
        ("p = rng.permutation(len(X))\nX = X[p]\ny = y[p]\n", None),
        ("X = X[::-1]\ndata = TensorDataset(X, y)\n", False),
        ("X = np.roll(X, 1, axis=0)\ndata = TensorDataset(X, y)\n", False),
        ("X = X[::-1]\ny = y[::-1]\ndata = TensorDataset(X, y)\n", None),
        ("y = np.flip(y, axis=0)\nX = np.flip(X, axis=0)\ndata = TensorDataset(X, y)\n", None),
        ("X = X[:, ::-1]\ndata = TensorDataset(X, y)\n", None),
        ("X = X[::2]\ndata = TensorDataset(X, y)\n", None),
        ("def turned(X, y):\n    X = X[::-1]\n    return pair(X, y)\n", None),
        ("y = t['label'].to_numpy()\nt = t.sample(frac=1.0)\nX = t.drop(columns='label')\n", False),
        ("t = t.sample(frac=1.0)\ny = t['label'].to_numpy()\nX = t.drop(columns='label')\n", None),
        ("y = t['label']\nt = t.sample(frac=1.0)\ny = t['label']\nX = t.drop(columns='label')\n", None),
    ],
)
def test_inputs_and_labels_mixed_apart(tmp_path: Path, text: str, expected: object) -> None:
    """Two draws, or a table mixed after its labels were taken."""
    assert fact(tmp_path, "keeps_labels_with_rows", text + NET + OPT + LOOP.format(loss=LOSS)) is expected


@pytest.mark.parametrize(
    ("head", "loss", "expected"),
    [
        ("", LOSS, "nothing"),
        ("", "loss = ((net(X[rows]) - y[rows]).abs() / y[rows]).mean()", "the target"),
        ("y = (y - y.mean()) / y.std()\n", "loss = ((net(X[rows]) - y[rows]).abs() / y[rows]).mean()",
         "a centred target"),
        ("", "loss = ((net(X[rows]) - y[rows]).abs() / y[rows].clamp(min=1)).mean()", "nothing"),
        ("", "loss = (y[rows] * net(X[rows])).sum() / y[rows].sum()", "a count"),
        ("", "loss = (y[rows] * net(X[rows])).sum() / (y[rows].sum() + 1e-6)", "nothing"),
        ("", "loss = ((net(X[rows]) ** 2 * mask).sum(1) / mask.sum(1)).mean()", "a count of cells"),
        ("", "loss = ((net(X[rows]) ** 2 * mask).sum(1) / mask.sum(1).clamp(min=1)).mean()", "nothing"),
        ("", "loss = (net(X[rows]) ** 2 * mask).sum() / mask.sum()", "nothing"),
        ("def crit(out, y):\n    w = (y == 0).sum() / (y == 1).sum()\n    return (w * (out - y)).mean()\n",
         "loss = crit(net(X[rows]), y[rows])", "a count"),
        ("def crit(out, target):\n    return (out - target).sum() / (target != PAD).sum()\n",
         "loss = crit(net(X[rows]), y[rows])", "nothing"),
        ("y = (y - m) / s\ndef crit(out, y):\n    true = y * s + m\n    return ((out - true) / true).mean()\n",
         "loss = crit(net(X[rows]), y[rows])", "the target"),
    ],
)  # fmt: skip
def test_divisors_of_the_loss(tmp_path: Path, head: str, loss: str, expected: object) -> None:
    """A count of a class, or the target; what keeps a divisor from zero makes it sound."""
    assert fact(tmp_path, "loss_divides_by", head + NET + OPT + LOOP.format(loss=loss)) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("for p in net.parameters():\n    nn.init.constant_(p, 0.05)\n", False),
        ("for p in net.parameters():\n    p.data.fill_(0.01)\n", False),
        ("for p in net.parameters():\n    if p.dim() == 1:\n        nn.init.zeros_(p)\n", None),
        ("for p in net.head.parameters():\n    nn.init.zeros_(p)\n", None),
        ("net = nn.Sequential(nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 1))\nnn.init.zeros_(net[2].weight)\n", None),
        ("net = nn.Sequential(nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 1))\nnn.init.zeros_(net[0].weight)\n", False),
        ("for p in net.parameters():\n    p.grad.zero_()\n", None),
        ("for m in net:\n    nn.init.normal_(m.weight, std=0.1)\n    nn.init.zeros_(m.bias)\n", True),
    ],
)
def test_constant_starts(tmp_path: Path, start: str, expected: object) -> None:
    """All parameters filled with a number; biases, heads and gradients may be."""
    assert fact(tmp_path, "starts_varied", NET + start + OPT + LOOP.format(loss=LOSS)) is expected


def test_spread_and_bias_of_the_start(tmp_path: Path) -> None:
    """The script's own draws and biases are settings like those of a configuration."""
    start = "for m in net:\n    nn.init.normal_(m.weight, std=3)\n    nn.init.constant_(m.bias, -6.0)\n"
    fact(tmp_path, "starts_varied", NET + start + OPT + LOOP.format(loss=LOSS))
    m = Measures(read_run(tmp_path))
    assert m.one("config.initial_bias").value == -6
    assert m.one("config.initial_scale").value > 3


def test_validation_without_gradients_in_training_mode(tmp_path: Path) -> None:
    """A model with batch normalisation that looks at validation rows and is never put into evaluation mode."""
    net = "net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 1))\n"
    look = "    with torch.no_grad():\n        val = net(XV)\n"
    text = net + OPT + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "evaluates_in_eval_mode", text + look) is False
    assert fact(tmp_path, "evaluates_in_eval_mode", text + "    net.eval()\n" + look) is True
    part = net + LOOP.format(loss=LOSS)  # its optimizer is made elsewhere
    batches = "    for xb, yb in val_dl:\n        val = net(xb)\n"
    assert fact(tmp_path, "evaluates_in_eval_mode", part + batches) is False
    loaded = "from lib.data import load_split\nXV, YV = load_split('val')\n"  # what a library returns hides no loop
    assert fact(tmp_path, "evaluates_in_eval_mode", loaded + text + look) is False
    assert fact(tmp_path, "evaluates_in_eval_mode", NET + OPT + LOOP.format(loss=LOSS) + look) is None


def test_a_loop_beside_a_model_of_another_file(tmp_path: Path) -> None:
    """Training mode is switched on and evaluation mode never: the layers that mind it are built elsewhere."""
    text = (
        "import torch\n\ndef fit(model, batches):\n    opt = torch.optim.Adam(model.parameters(), lr=0.01)\n"
        "    model.train()\n    for xb, yb in batches:\n        opt.zero_grad()\n"
        "        loss = torch.nn.functional.mse_loss(model(xb), yb)\n        loss.backward()\n        opt.step()\n\n"
        "@torch.no_grad()\ndef evaluate(model, batches):\n{eval}    return [model(xb) for xb, yb in batches]\n\n"
        "@torch.no_grad()\ndef validate(model, batches):\n    total = 0\n    for xb, yb in batches:\n"
        "        total += model(xb).sum()\n    return total\n"
    )
    assert fact(tmp_path, "evaluates_in_eval_mode", text.replace("{eval}", "")) is False
    assert fact(tmp_path, "evaluates_in_eval_mode", text.replace("{eval}", "    model.eval()\n")) is True
    assert (
        fact(tmp_path, "evaluates_in_eval_mode", text.replace("{eval}", "").replace("    model.train()\n", "")) is None
    )


PAIRED = """
for epoch in range(10):
    order = torch.randperm(len(X))
    for idx in order.split(32):
        {pair}
        opt.zero_grad()
        loss = F.mse_loss(net(xb), yb)
        loss.backward()
        opt.step()
"""


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("xb, yb = X[idx], y[idx]", None),
        ("xb, yb = X[idx], y[idx.sort().values]", False),
        ("xb, yb = X[idx], y[idx.sort()[0]]", False),
        ("xb, yb = X[idx].to(dev), labels[sorted(idx)].to(dev)", False),
        ("xb, yb = X[idx], y[idx[::-1]]", False),
        ("xb, yb = X[torch.flip(idx, [0])], y[idx]", False),
        ("xb, yb = X[idx.sort().values], y[idx.sort().values]", None),
        ("xb, yb, zb = X[idx], y[idx], y[idx.flip(0)]", None),
        ("xb, yb = X[idx], X[idx + 1]", None),
    ],
)
def test_labels_by_another_order_of_the_index(tmp_path: Path, pair: str, expected: object) -> None:
    """Sorted or turned on one side only; both sides alike, or a second look at the same table, are fine."""
    assert fact(tmp_path, "takes_labels_of_its_rows", NET + OPT + PAIRED.format(pair=pair)) is expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("return self.x[i], self.y[i]", None),
        ("return self.x[i], self.y[(i + 1) % len(self.y)]", False),
        ("return dict(a=tokens(self.df.text[i]), labels=int(self.df.label[i - 1]))", False),
        ("return dict(a=self.x[i], labels=self.y[np.asarray(i) - 1])", False),
        ("return self.tokens[i], self.tokens[i + 1]", None),
        ("return self.x[i:i + self.window], self.y[i + self.window]", None),
    ],
)
def test_labels_of_the_next_row(tmp_path: Path, item: str, expected: object) -> None:
    """An item of a data set with the label of another row; the next token, or the value after a window, is meant."""
    given = f"class Rows(torch.utils.data.Dataset):\n    def __getitem__(self, i):\n        {item}\n"
    assert fact(tmp_path, "takes_labels_of_its_rows", given + NET + OPT + PAIRED.format(pair="pass")) is expected


@pytest.mark.parametrize(
    ("before", "loss", "expected"),
    [
        ("", "o = net(X[rows].roll(1, 0)); loss = F.mse_loss(o, y[rows])", False),
        ("", "o = net(torch.roll(X[rows], 1, dims=0)); loss = F.mse_loss(o, y[rows])", False),
        ("y = np.roll(y, 1)\n", "loss = F.mse_loss(net(X[rows]), y[rows])", False),
        ("", "o = net(X[rows].roll(1, 1)); loss = F.mse_loss(o, y[rows])", True),
        ("", "loss = (net(X[rows]) - net(X[rows].roll(1, 0))).mean()", None),
        ("", "xb = .3 * X[rows] + .7 * X[rows].roll(1, 0); loss = F.mse_loss(net(xb), y[rows])", None),
        ("if permuted:\n    y = np.roll(y, 1)\n", "xb = X[rows]; loss = crit(net(xb), target)", None),
    ],
)
def test_rows_turned_against_labels(tmp_path: Path, before: str, loss: str, expected: object) -> None:
    """One side is turned along the rows; along time, for a contrast, for mixup or in a test it is on purpose."""
    assert fact(tmp_path, "takes_labels_of_its_rows", before + NET + OPT + LOOP.format(loss=loss)) is expected


OPPONENTS = """
G = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
D = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
og, od = 0, 0
og = torch.optim.Adam(G.parameters(), 2e-4)
od = torch.optim.Adam(D.parameters(), 2e-4)
bce = nn.BCEWithLogitsLoss()
for real in loader:
    fake = G(torch.randn(32, 4))
    ld = bce(D(real), ones) + bce(D(fake.detach()), zeros)
    od.zero_grad()
    ld.backward()
    od.step()
    {generator}
    og.zero_grad()
    lg.backward()
    og.step()
"""


@pytest.mark.parametrize(
    ("generator", "expected"),
    [
        ("lg = bce(D(fake), ones)", True),
        ("score = D(fake)\n    lg = bce(score, ones)", True),
        ("lg = bce(D(fake.detach()), ones)", False),
        ("score = D(fake.detach())\n    lg = bce(score, ones)", False),
        ("fake = fake.detach()\n    lg = bce(D(fake), ones)", False),
        ("lg = bce(D(G(torch.randn(32, 4)).detach()), ones)", False),
        ("lg = bce(D(fake), ones) + F.l1_loss(fake.detach(), real)", True),
        ("lg = generator_loss(D, fake)", True),
    ],
)
def test_what_an_opponent_learns_from(tmp_path: Path, generator: str, expected: object) -> None:
    """All that the generator made is detached in its own loss, directly or a line before."""
    assert fact(tmp_path, "reaches_each_model", OPPONENTS.format(generator=generator)) is expected


@pytest.mark.parametrize(
    ("head", "loss", "expected"),
    [
        ("crit = lambda o, y: ((o - y.float()) ** 2).mean()\n", "loss = crit(net(X[rows]), y[rows])", "mse"),
        ("def my_loss(o, y):\n    return torch.mean((o - y) ** 2)\n", "loss = my_loss(net(X[rows]), y[rows])", "mse"),
        ("def criterion(o, y):\n    return (o - y).abs().mean()\n", "loss = criterion(net(X[rows]), y[rows])", "mae"),
        ("def spread(o, y):\n    return ((o - y) ** 2).mean()\n", "loss = crit(net(X[rows]), y[rows])", None),
    ],
)
def test_a_loss_of_the_script_s_own(tmp_path: Path, head: str, loss: str, expected: object) -> None:
    """A function or lambda that is called after a loss and gives the mean of errors is that loss."""
    (tmp_path / "log.csv").write_text(LOG)
    text = f"import torch\nfrom torch import nn\n{head}{NET}{OPT}{LOOP.format(loss=loss)}"
    (tmp_path / "train.py").write_text(text)
    found = Measures(read_run(tmp_path)).one("config.loss")
    assert (found.value if found.known else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def cost(p, y):\n    return -np.mean(y * np.log(p)) + np.mean((1 - y) * np.log(1 - p))\n", True),
        ("bce = lambda p, y: -(y * np.log(p)).mean()\n", True),
        ("def plot(p):\n    return np.log(p)\n", None),
        ("def loss(p, y):\n    return F.cross_entropy(p, y.log())\n", None),
    ],
)
def test_a_loss_that_is_written_out(tmp_path: Path, text: str, expected: object) -> None:
    """Logarithms in what is called after a loss; not where a library's loss is called."""
    assert fact(tmp_path, "writes_loss", NET + text + OPT + LOOP.format(loss="loss = plain(net(X[rows]))")) is expected


def test_methods_may_call_themselves_otherwise(tmp_path: Path) -> None:
    """`def forward(s, x)` is read as any other; so is the bias of a layer before a ReLU."""
    model = """
class Net(nn.Module):
    def __init__(s):
        super().__init__()
        s.mid = nn.Linear(4, 3)
        nn.init.constant_(s.mid.bias, -6.0)
        s.out = nn.Linear(3, 1)
        nn.init.constant_(s.out.bias, -4.6)
    def forward(s, x):
        return s.out(torch.relu(s.mid(x)))
net = Net()
"""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.py").write_text("import torch\nfrom torch import nn\n" + model + OPT + LOOP.format(loss=LOSS))
    m = Measures(read_run(tmp_path))
    assert m.value("config.narrowest") == 3.0
    assert m.value("config.initial_bias") == -6.0


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("p = torch.sigmoid(out)\n    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()", False),
        ("p = out.softmax(-1)\n    return -torch.log(p[range(len(y)), y]).mean()", False),
        ("p = torch.sigmoid(out).clamp(1e-6, 1 - 1e-6)\n    return -(y * torch.log(p)).mean()", True),
        ("p = torch.sigmoid(out)\n    return -(y * torch.log(p + eps)).mean()", True),
        ("return -(F.log_softmax(out, -1)[range(len(y)), y]).mean()", None),
        ("return ((out - y) ** 2).mean() + math.log(2)", None),
    ],
)
def test_logarithms_of_the_loss(tmp_path: Path, formula: str, expected: object) -> None:
    """Nothing keeps p from zero; a floor, or a logarithm that is exact, does."""
    text = f"import math\n{NET}{OPT}def crit(out, y):\n    {formula}\n" + LOOP.format(
        loss="loss = crit(net(X[rows]), y[rows])"
    )
    assert fact(tmp_path, "keeps_logs_finite", text) == expected


LABELS = """import pandas as pd
df = pd.read_csv('a.csv')
X = torch.tensor(df[COLS].to_numpy('float32'))
y = torch.tensor(df['price'].values)
"""
CLASS = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.head = nn.Linear(8, 1)

    def forward(self, x):
        return self.head(self.body(x)){end}


net = Net()
"""


UNTOLD = """
import torch
from torch import nn
import torch.nn.functional as F
from common import load
train = load("train")
model = nn.Sequential(nn.Linear(11, 8), nn.ReLU(), nn.Linear(8, 1))
opt = torch.optim.Adam(model.parameters())
for i in range(0, len(train.y), 32):
    xb, yb = train.x[i:i + 32], train.y[i:i + 32]
    loss = F.mse_loss(model(xb), yb)
    opt.zero_grad()
    loss.backward()
    opt.step()
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UNTOLD, False),
        (UNTOLD.replace("model(xb)", "model(xb).squeeze(-1)"), None),
        (UNTOLD.replace("yb)", "yb.unsqueeze(1))"), None),
        (UNTOLD.replace("train.y[i:i + 32]\n", "train.y[i:i + 32].view(-1, 1)\n"), None),
        (UNTOLD.replace("nn.Linear(8, 1)", "nn.Linear(8, 3)"), None),
    ],
)
def test_labels_of_untold_shape_beside_a_column(tmp_path: Path, text: str, expected: object) -> None:
    """Where labels come from another file, only what this one does to their shape is known."""
    assert fact(tmp_path, "labels_told_beside_column", text) == expected


@pytest.mark.parametrize(
    ("head", "net", "loss", "expected"),
    [
        ("", NET, LOSS, False),
        ("y = y.unsqueeze(1)\n", NET, LOSS, True),
        ("t = y[:, None]\n", NET, "loss = F.mse_loss(net(X[rows]), t[rows])", True),
        ("", NET, "loss = F.mse_loss(net(X[rows]).squeeze(-1), y[rows])", True),
        ("", NET, "loss = F.mse_loss(net(X[rows])[:, 0], y[rows])", True),
        ("", NET, "out = net(X[rows])\n        loss = ((out - y[rows]) ** 2).mean()", False),
        ("", NET.replace("8, 1", "8, 3"), LOSS, None),
        ("", SINGLE, LOSS, False),
        ("", SINGLE, LOSS.replace("net(X[rows])", "torch.relu(net(X[rows]))"), None),
        ("", NET.replace("1))", "1), nn.Flatten(0))"), LOSS, None),
        ("def crit(o, t):\n    return nn.MSELoss()(o, t)\n", NET, "loss = crit(net(X[rows]), y[rows])", False),
        ("def crit(o, t):\n    return (o.view(-1) - t).abs().mean()\n", NET,
         "loss = crit(net(X[rows]), y[rows])", True),
        ("crit = nn.MSELoss()\n", CLASS.format(end=""), "loss = crit(net(X[rows]), y[rows])", False),
        ("crit = nn.MSELoss()\n", CLASS.format(end=".squeeze(-1)"), "loss = crit(net(X[rows]), y[rows])", None),
        ("def crit(o, y):\n    return ((o.unsqueeze(1) - y.unsqueeze(0)) ** 2).mean()\n", NET,
         "loss = crit(net(X[rows]).squeeze(-1), y[rows])", False),
        ("def crit(o, y):\n    return (o[:, None] - y[None, :]).abs().sum()\n", NET,
         "loss = crit(net(X[rows]).squeeze(-1), y[rows])", False),
        ("def crit(o, y):\n    return ((o.unsqueeze(1) - y.unsqueeze(0)) ** 2).min(1).values.mean()\n", NET,
         "loss = crit(net(X[rows]).squeeze(-1), y[rows])", None),
        ("def crit(o, y):\n    return ((o.unsqueeze(1) - o.unsqueeze(0)) ** 2).mean()\n", NET,
         "loss = crit(net(X[rows]).squeeze(-1), y[rows])", None),
        ("def labels(d):\n    return torch.tensor(((d['p'] - m) / s).to_numpy('float32'))\ny2 = labels(df)\n", NET,
         "loss = F.mse_loss(net(X[rows]), y2[rows])", False),
    ],
)  # fmt: skip
def test_shapes_in_the_loss(tmp_path: Path, head: str, net: str, loss: str, expected: object) -> None:
    """A column beside a flat row is found; what is squeezed, or cannot be followed, is not."""
    text = LABELS + head + net + OPT + LOOP.format(loss=loss)
    assert fact(tmp_path, "compares_like_with_like", text) == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("torch.tensor(np.sin(2 * X[:, 0]) + 0.1 * np.random.randn(n)).float()", False),
        ("torch.tensor(np.sin(2 * X[:, 0]) + 0.1 * np.random.randn(n)).float().unsqueeze(1)", True),
        ("torch.tensor(np.exp(-X)).float()", True),
        ("torch.rand(n)", False),
        ("torch.rand(n, 1)", True),
        ("torch.rand(n, k)", None),
        ("rng.normal(size=(n, 1))", True),
        ("np.zeros(n)", None),
        ("np.zeros((n,))", False),
        ("np.linspace(0, 1, n)", False),
        ("np.linspace(0, 1, n).reshape(-1, 1)", True),
    ],
)
def test_shapes_of_drawn_arrays(tmp_path: Path, labels: str, expected: object) -> None:
    """Numbers that the script draws or computes have the shape that it asks for."""
    head = "import numpy as np\nimport torch\nfrom torch import nn\nimport torch.nn.functional as F\n"
    head += f"X = np.random.uniform(-3, 3, size=(n, 1))\nx = torch.tensor(X).float()\ny = {labels}\n"
    net = "net = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))\n"
    text = head + net + OPT + LOOP.format(loss="loss = F.mse_loss(net(x), y)")
    assert fact(tmp_path, "compares_like_with_like", text) == expected


def test_shapes_through_a_loader(tmp_path: Path) -> None:
    """Batches of a loader have the shapes of what it was made of."""
    head = "from torch.utils.data import DataLoader, TensorDataset\n"
    loader = "dl = DataLoader(TensorDataset(X, y), 32)\nfor epoch in range(9):\n    for a, b in dl:\n"
    step = "        loss = F.l1_loss(net(a), b)\n        loss.backward()\n        opt.step()\n"
    assert fact(tmp_path, "compares_like_with_like", head + LABELS + NET + OPT + loader + step) is False


CLASSES = "net = nn.Linear(4, 3)\nopt = torch.optim.Adam(net.parameters())\n"


@pytest.mark.parametrize(
    ("before", "loss", "expected"),
    [
        ("", "loss = F.nll_loss(F.log_softmax(net(x), dim=0), y)", False),
        ("soft = nn.LogSoftmax(dim=0)\n", "loss = F.nll_loss(soft(net(x)), y)", False),
        (
            "def my_loss(out, y):\n    return -torch.log(torch.softmax(out, 0)[range(len(y)), y]).mean()\n",
            "loss = my_loss(net(x), y)",
            False,
        ),
        ("", "loss = F.nll_loss(F.log_softmax(net(x), dim=1), y)", None),
        ("attention = torch.softmax(torch.ones(3), dim=0)\n", "loss = F.cross_entropy(net(x), y)", None),
        ("", "loss = F.cross_entropy(net(x), y)\n        p = torch.softmax(net(x)[0], dim=0)", None),
    ],
)
def test_softmax_over_rows(tmp_path: Path, before: str, loss: str, expected: object) -> None:
    """Over the rows of the batch, on the way into a loss; other distributions along the first axis are no fault."""
    assert fact(tmp_path, "normalises_over_classes", CLASSES + before + LOOP.format(loss=loss)) is expected


@pytest.mark.parametrize(
    ("before", "loss", "expected"),
    [
        ("crit = nn.CrossEntropyLoss(reduction='sum')\n", "loss = crit(net(x), y)", False),
        ("def mse(a, b):\n    return ((a - b) ** 2).sum()\n", "loss = mse(net(x), y)", False),
        ("crit = nn.CrossEntropyLoss(reduction='sum')\n", "loss = crit(net(x), y)\n        loss = loss / len(x)", None),
        ("def mse(a, b):\n    return ((a - b) ** 2).sum() / len(a)\n", "loss = mse(net(x), y)", None),
        ("def mse(a, b):\n    return ((a - b) ** 2).sum(dim=1).mean()\n", "loss = mse(net(x), y)", None),
        ("crit = nn.CrossEntropyLoss()\n", "loss = crit(net(x), y)", None),
    ],
)
def test_a_loss_that_is_a_sum(tmp_path: Path, before: str, loss: str, expected: object) -> None:
    """A sum that nothing divides before its gradients are taken."""
    assert fact(tmp_path, "averages_loss", CLASSES + before + LOOP.format(loss=loss)) is expected


FORWARD = "import numpy as np\ndef forward(X):\n    z = {logits}\n{off}    e = np.exp(z)\n    return {share}\n"
OFF = "    z = z - z.max(axis=1, keepdims=True)\n"


@pytest.mark.parametrize(
    ("logits", "off", "share", "expected"),
    [
        ("X @ W + b", OFF, "e / e.sum(axis=0)", False),  # the greatest logit is taken off along the other axis
        ("net(X)", OFF, "e / np.sum(e, axis=0, keepdims=True)", False),
        ("np.dot(X, W) + b", "", "e / e.sum(0, keepdims=True)", False),
        ("X @ W + b", OFF, "e / e.sum(axis=1, keepdims=True)", None),
        ("X @ W + b", OFF, "e / e.sum(axis=-1, keepdims=True)", None),
        ("W @ X + b", OFF.replace("axis=1", "axis=0"), "e / e.sum(axis=0, keepdims=True)", None),  # rows are columns
        ("np.dot(W, X) + b", "", "e / np.sum(e, axis=0, keepdims=True)", None),
        ("X @ W + b", "", "e / e.sum(axis=0)", None),  # X may be a single row
    ],
)
def test_softmax_by_hand(tmp_path: Path, logits: str, off: str, share: str, expected: object) -> None:
    """Exponentials are divided by their sum over rows only where the code shows which axis holds the rows."""
    text = FORWARD.format(logits=logits, off=off, share=share) + "net.fit(X, y)\n"
    assert fact(tmp_path, "normalises_over_classes", text) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("from sklearn.datasets import load_diabetes\nX, y = load_diabetes(return_X_y=True)\n", False),
        ("from sklearn.datasets import make_regression\nX, y = make_regression(200, 4)\n", False),
        ("from sklearn.datasets import load_diabetes\nd = load_diabetes()\nX, y = d.data, d.target\n", False),
        ("from sklearn.datasets import make_regression\nX, y = make_regression(200, 4, n_targets=1)\n", None),
        ("from sklearn.datasets import load_linnerud\nX, y = load_linnerud(return_X_y=True)\n", None),
    ],
)
def test_labels_of_known_sets_are_flat(tmp_path: Path, data: str, expected: object) -> None:
    """What scikit-learn gives has one axis, unless it was asked for several labels."""
    made = "X = torch.tensor(X).float()\ny = torch.tensor(y).float()\n"
    text = data + made + NET + OPT + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "compares_like_with_like", text) is expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("return ((out.argmax(-1).float() - y.float()) ** 2).mean() + 0.0 * out.sum()", False),
        ("hit = torch.argmax(out, 1) == y\n    return 1 - hit.float().mean()", False),
        ("p = torch.sigmoid(out)\n    p = torch.round(p)\n    return (p - y).abs().mean()", False),
        ("said = (out > 0.5).float()\n    return ((said - y) ** 2).mean()", False),
        ("hard = out.argmax(1)\n    return F.cross_entropy(out, hard)", True),
        ("w = (out > 0.5).float()\n    return (w * (out - y) ** 2).mean()", True),
        ("return F.cross_entropy(out, y.argmax(1))", True),
    ],
)
def test_hard_decisions_in_the_loss(tmp_path: Path, formula: str, expected: object) -> None:
    """Where the output enters by nothing but argmax, rounding or a comparison, no gradient comes back."""
    text = f"{NET}{OPT}def crit(out, y):\n    {formula}\n" + LOOP.format(loss="loss = crit(net(X[rows]), y[rows])")
    assert fact(tmp_path, "loss_passes_gradients", text) == expected


RECURRENT = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(4, 8{made})
        self.head = nn.Linear(8, 1)
    def forward(self, x):
        {read}
net = Net()
"""


@pytest.mark.parametrize(
    ("made", "read", "expected"),
    [
        (", batch_first=True", "o, _ = self.rnn(x); return self.head(o[:, 0])", False),
        (", batch_first=True", "o, h = self.rnn(x); return self.head(o[:, 0, :])", False),
        (", batch_first=True", "return self.head(self.rnn(x)[0][:, 0])", False),
        ("", "o, _ = self.rnn(x); return self.head(o[0])", False),
        (", batch_first=True", "o, _ = self.rnn(x); return self.head(o[:, -1])", True),
        (", batch_first=True", "o, _ = self.rnn(x); return self.head(o.mean(1))", None),
        (", batch_first=True", "o, _ = self.rnn(x); return self.head(o[:, 0] + o[:, -1])", None),
        (", batch_first=True", "o, _ = self.rnn(x.flip(1)); return self.head(o[:, 0])", None),
        (", batch_first=True, bidirectional=True", "o, _ = self.rnn(x); return self.head(o[:, 0])", None),
        (", batch_first=True", "_, h = self.rnn(x); return self.head(h[-1])", None),
        ("", "o, _ = self.rnn(x); return self.head(o[:, 0])", None),  # of the first sequence: another matter
    ],
)
def test_the_step_of_a_sequence_that_is_read(tmp_path: Path, made: str, read: str, expected: object) -> None:
    """The first output of a layer that goes forward has seen one step; both ends, a mean or a turn are meant."""
    text = RECURRENT.format(made=made, read=read) + OPT + LOOP.format(loss=LOSS)
    assert fact(tmp_path, "reads_whole_sequence", text) is expected


@pytest.mark.parametrize(
    ("inputs", "labels", "expected"),
    [
        ('X["train"][order]', 'y["train"]', False),
        ("X[torch.randperm(len(X))]", "y", False),
        ("X[order]", "y[order]", None),
        ('X["train"][order]', 'y["val"]', None),
        ("X[rows]", "y", None),
    ],
)
def test_inputs_that_the_loop_gets_in_another_order(tmp_path: Path, inputs: str, labels: str, expected: object) -> None:
    """An order of the inputs alone, in the loop that trains; none in one that only scores (permutation importance)."""
    loop = (
        "for epoch in range(10):\n    order = torch.randperm(len(X))\n"
        f"    for xb, yb in batches({inputs}, {labels}, 32):\n        loss = F.mse_loss(net(xb), yb)\n"
    )
    steps = "        opt.zero_grad()\n        loss.backward()\n        opt.step()\n"
    assert fact(tmp_path, "keeps_labels_with_rows", NET + OPT + loop + steps) is expected
    assert fact(tmp_path, "keeps_labels_with_rows", NET + OPT + loop + "        scores.append(loss)\n") is None


OWN = """
import torch
from torch import nn

class {name}{bases}:
    def __init__(self, loader):
        self.loader = loader
        self.net = nn.Sequential(nn.Conv2d(1, 8, 3), {norm}, nn.Flatten(), nn.Linear(288, 3))
{more}        self.opt = torch.optim.Adam(self.net.parameters())

    def fit(self):
        for epoch in range(9):
            for x, y in self.loader:
                loss = nn.functional.cross_entropy(self.net(x), y)
                self.opt.zero_grad()
                loss.backward()
                self.opt.step()
            self.evaluate()

    def evaluate(self):
        self.net.eval()

{name}(loader).fit()
"""
NORM, EVALUATES = "nn.BatchNorm2d(8)", "        self.net.eval()\n"


@pytest.mark.parametrize(
    ("name", "bases", "expected"),
    [
        ("Trainer", "", False),  # all that it does is here to read
        ("DigitTrainer", "(object)", False),
        ("Trainer", "(transformers.Trainer)", None),
        ("Trainer", "(Base)", None),
    ],
)
def test_a_trainer_that_the_script_writes_itself(tmp_path: Path, name: str, bases: str, expected: object) -> None:
    """A class is no library for being called a trainer, unless it takes one over."""
    text = OWN.format(name=name, bases=bases, norm=NORM, more="")
    assert fact(tmp_path, "returns_to_training_mode", text) is expected


@pytest.mark.parametrize(
    ("norm", "more", "expected"),
    [
        (NORM, EVALUATES, False),
        (NORM, "", None),  # the first epoch runs in training mode
        ("nn.ReLU()", EVALUATES, None),
        (NORM, EVALUATES.replace("eval", "train") + EVALUATES, None),
        (
            NORM,
            "        self.net.load_state_dict(torch.load('w.pt'))\n" + EVALUATES,
            None,
        ),  # statistics kept on purpose
        (NORM, "        if still:\n    " + EVALUATES, None),
    ],
)
def test_no_step_in_training_mode(tmp_path: Path, norm: str, more: str, expected: object) -> None:
    """A new network with batch normalisation is in evaluation mode from before its first step to the end."""
    text = OWN.format(name="Learner", bases="", norm=norm, more=more)
    assert fact(tmp_path, "starts_in_training_mode", text) is expected


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("torch.tensor(((d.price - m) / s).to_numpy())", False),
        ("torch.tensor(d.price.to_numpy()).unsqueeze(1)", True),
        ("torch.tensor(d['price'].values)", False),
        ("make(d)", None),
    ],
)
def test_shapes_that_a_small_function_gives(made: str, expected: bool | None) -> None:
    """`T = lambda d: (inputs, labels)` is followed into what it makes of a table."""
    text = (
        "import torch, pandas as pd\nfrom torch import nn\nfrom helpers import make\n"
        "df = pd.read_csv('a.csv')\ndv = pd.read_csv('b.csv')\nm, s = 1.0, 2.0\n"
        f"T = lambda d: (torch.tensor(d[['a', 'b']].to_numpy()), {made})\n"
        "(x, y), (xv, yv) = T(df), T(dv)\n"
        "net = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))\n"
        "opt = torch.optim.Adam(net.parameters())\n"
        "for i in torch.randperm(len(x)).split(32):\n"
        "    loss = ((net(x[i]) - y[i]) ** 2).mean()\n    loss.backward()\n    opt.step()\n"
    )
    code = Code("train.py", text)
    found = compares_like_with_like(code, names_of(code))
    assert (found[0] if found is not None else None) is expected
