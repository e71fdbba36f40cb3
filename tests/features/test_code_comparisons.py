"""What a script compares or multiplies: flattened steps, masks of moved images, and what an action earned."""

from __future__ import annotations

import pytest

from mladvisor.features.code_flattened import flattens_alike
from mladvisor.features.code_masks import moves_masks_along
from mladvisor.features.code_names import names_of
from mladvisor.features.code_policy import rewards_good_actions
from mladvisor.features.code_several_labels import cuts_each_output, judges_labels_apart
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, torch, torch.nn as nn, torch.nn.functional as F\n"
NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(8, 16{batch})
        self.out = {last}
    def forward(self, x):
        return self.out(self.rnn(x)[0])
net = Net()
lossf = nn.CrossEntropyLoss()
"""


def _flat(text: str, *, batch: str = ", batch_first=True", last: str = "nn.Linear(16, V)") -> bool | None:
    code = Code("train.py", HEAD + NET.format(batch=batch, last=last) + text)
    found = flattens_alike(code, names_of(code))
    return found[0] if found is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss = lossf(net(x).transpose(0, 1).reshape(-1, V), y.reshape(-1))", False),
        ("out = net(x).permute(1, 0, 2)\nloss = F.cross_entropy(out.flatten(0, 1), y.flatten())", False),
        ("loss = lossf(net(x).reshape(-1, V), y.reshape(-1))", None),
        ("loss = lossf(net(x).transpose(0, 1).reshape(-1, V), y.t().reshape(-1))", None),
        ("y = y.t()\nloss = lossf(net(x).transpose(0, 1).reshape(-1, V), y.reshape(-1))", None),
        ("loss = lossf(net(x).transpose(1, 2), y)", None),
    ],
)
def test_steps_are_compared_in_one_order(text: str, expected: bool | None) -> None:
    assert _flat(text) is expected


def test_a_recurrent_layer_with_its_steps_first_may_need_the_turn() -> None:
    text = "loss = lossf(net(x).transpose(0, 1).reshape(-1, V), y.reshape(-1))"
    assert _flat(text, batch="") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss = lossf(net(x).view(-1, 5), y.view(-1))", False),
        ("loss = lossf(net(x).permute(0, 2, 3, 1).reshape(-1, 5), y.view(-1))", None),
        ("loss = lossf(net(x), y)", None),
        ("loss = nn.BCEWithLogitsLoss()(net(x).view(-1), y.view(-1))", None),
    ],
)
def test_maps_of_a_convolution_hold_their_classes_second(text: str, expected: bool | None) -> None:
    assert _flat(text, last="nn.Conv2d(16, 5, 1)") is expected


AUGMENT = "def augment(img, mask):\n{}    return img, mask\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("    if np.random.rand() < .5: img = img[:, ::-1]\n", False),
        ("    if random.random() < 0.5:\n        img = np.fliplr(img)\n    mask = mask.copy()\n", False),
        ("    img = np.rot90(img, np.random.randint(4))\n", False),
        ("    if np.random.rand() < .5: img, mask = img[:, ::-1], mask[:, ::-1]\n", None),
        ("    if np.random.rand() < .5:\n        img = np.fliplr(img)\n        mask = np.fliplr(mask)\n", None),
        ("    if np.random.rand() < .5: img = img * 1.2\n", None),
        ("    img = img[:, ::-1]\n", None),  # of BGR an RGB, always
        ("    if np.random.rand() < .5: img = np.fliplr(img)\n    mask = mirrored(mask, img)\n", None),
    ],
)
def test_masks_move_as_their_images_do(body: str, expected: bool | None) -> None:
    found = moves_masks_along(Code("train.py", HEAD + AUGMENT.format(body) + "iou = 0\n"))
    assert (found[0] if found is not None else None) is expected


GETITEM = """
from torchvision import transforms as T
t = T.Compose([T.{}(), T.ToTensor()])
class Set:
    def __init__(self, t):
        self.t = t
    def __getitem__(self, i):
        image, mask = self.images[i], self.masks[i]
        image = self.t(image)
        {}
        return image, mask
"""


@pytest.mark.parametrize(
    ("made", "mask", "expected"),
    [
        ("RandomHorizontalFlip", "mask = self.t(mask)", False),
        ("RandomRotation", "mask = torch.tensor(mask)", False),
        ("ColorJitter", "mask = self.t(mask)", None),
        ("RandomHorizontalFlip", "torch.manual_seed(s); mask = self.t(mask)", None),
    ],
)
def test_transforms_that_draw_anew_at_each_call(made: str, mask: str, expected: bool | None) -> None:
    text = HEAD + GETITEM.format(made, mask) + "set = Set(t=T.Compose([T." + made + "()]))\n"
    found = moves_masks_along(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected


def test_without_masks_images_may_be_flipped() -> None:
    assert moves_masks_along(Code("train.py", HEAD + AUGMENT.replace("mask", "y").format("    pass\n"))) is None


POLICY = """
pi = nn.Linear(4, 2)
opt = torch.optim.Adam(pi.parameters())
for episode in range(100):
    logp, rewards = [], []
    for t in range(9):
        d = torch.distributions.Categorical(logits=pi(s))
        a = d.sample()
        logp.append({each})
        rewards.append(1.0)
    G, returns = 0, []
    for r in rewards[::-1]:
        G = r + 0.99 * G
        returns.insert(0, G)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    {loss}
    opt.zero_grad()
    loss.backward()
    opt.step()
"""


@pytest.mark.parametrize(
    ("each", "loss", "expected"),
    [
        ("d.log_prob(a)", "loss = (torch.stack(logp) * returns).sum()", False),
        ("d.log_prob(a)", "loss = -(torch.stack(logp) * returns).sum()", True),
        ("-d.log_prob(a)", "loss = (torch.stack(logp) * returns).mean()", True),
        ("-d.log_prob(a)", "loss = -(torch.cat(logp) * returns).mean()", False),
        ("d.log_prob(a)", "loss = torch.stack([lp * R for lp, R in zip(logp, returns)]).sum()", False),
        ("d.log_prob(a)", "loss = torch.stack([-lp * R for lp, R in zip(logp, returns)]).sum()", True),
        ("d.log_prob(a)", "adv = returns - v(s)\n    loss = (torch.stack(logp) * adv.detach()).mean()", False),
        ("d.log_prob(a)", "adv = values - returns\n    loss = (torch.stack(logp) * adv.detach()).mean()", True),
        ("d.log_prob(a)", "loss = (torch.stack(logp) * mystery).mean()", None),
        ("torch.log(prob[a])", "loss = (torch.stack(logp) * returns).mean()", False),
        ("d.log_prob(a)", "loss = -(torch.stack(logp) * returns).mean() - 0.01 * d.entropy().mean()", True),
        ("d.log_prob(a)", "loss = (torch.stack(logp) * returns).mean() + 0.5 * critic_loss", False),
    ],
)
def test_the_sign_of_a_policy_gradient(each: str, loss: str, expected: bool | None) -> None:
    code = Code("train.py", HEAD + POLICY.format(each=each, loss=loss))
    found = rewards_good_actions(code, names_of(code))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crit = lambda o, y: F.mse_loss(torch.softmax(o, 1), y)", False),
        ("crit = nn.CrossEntropyLoss()", False),
        ("model.add(Dense(6, activation='softmax'))", False),
        ("model.compile('adam', loss='categorical_crossentropy')", False),
        ("crit = nn.BCEWithLogitsLoss()", None),
        ("a = torch.softmax(scores, 1)", None),
    ],
)
def test_several_labels_are_judged_one_by_one(text: str, expected: bool | None) -> None:
    for several in ("Y = MultiLabelBinarizer().fit_transform(tags)\n", "loss = hamming_loss(Y, P)\n"):
        found = judges_labels_apart(Code("train.py", HEAD + several + text))
        assert (found[0] if found is not None else None) is expected
    assert judges_labels_apart(Code("train.py", HEAD + text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p = m.predict(x)\nprint((p > 0.5).sum(1).mean())", True),
        ("hit = (p > 0.5).astype(int)\nprint(f1_score(y, hit, average='micro'))", True),
        ("print(f1_score(y, p >= cut, average='macro', zero_division=0))", True),
        ("Y = MultiLabelBinarizer().fit_transform(tags)", True),
        ("print(((p > 0.5) == y).mean())", None),
        ("print(f1_score(y, p > 0.5))", None),
        ("print((p > 0.5).sum(0), f1_score(y, p.argmax(1), average='macro'))", None),
        ("x = np.clip(x, 0, 1).sum(1)", None),
        (  # places of a sequence that hold a word
            "class Net(nn.Module):\n    def forward(self, x):\n        m = (x > 0).float().unsqueeze(-1)\n"
            "        return self.head((self.emb(x) * m).sum(1) / m.sum(1).clamp(min=1))\n",
            None,
        ),
    ],
)
def test_outputs_that_are_cut_one_by_one_are_several_labels(text: str, expected: bool | None) -> None:
    found = cuts_each_output(Code("train.py", HEAD + text))
    assert (found[0] if found is not None else None) is expected
