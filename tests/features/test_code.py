"""What is told of a training script: each fault with the line that shows it, and silence wherever code may be right."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.features.code import FACTS
from mladvisor.runs.model import Run, Script
from mladvisor.runs.script.code import Code

LOOP = """\
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(64, 128)
        self.drop = nn.Dropout(0.3)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.drop(F.relu(self.fc1(x)))
        return self.fc2(x)

model = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(20):
    model.train()
    for x, y in train_loader:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        for x, y in val_loader:
            out = model(x)
            val_loss = criterion(out, y)
"""
FINE = {
    "zeroes_gradients": True,
    "wipes_gradients": False,
    "steps_optimizer": True,
    "computes_gradients": True,
    "evaluates_in_eval_mode": True,
    "returns_to_training_mode": True,
    "keeps_optimizer": True,
    "loss_reaches_model": True,
    "trains_something": True,
    "trains_all_layers": True,
    "loss_input": "as it should be",
    "loss_divides_by": "nothing",
}
CHOICES = {"loss_input": "as it should be", "loss_divides_by": "nothing"}
FAULTY = {name: name == "wipes_gradients" for name in FACTS if name not in CHOICES}


def facts(text: str) -> dict[str, Any]:
    """All facts of a script by name; None while unknown."""
    run = Run(path=None, name="r", script=Script("train.py", Code("train.py", dedent(text))))  # type: ignore[arg-type]
    measures = Measures(run)
    found = {name: measures.value(f"code.{name}") for name in FACTS}
    assert not measures.failures
    return found


MILD = {"labels_told_beside_column"}
"""Facts that speak of a fault only beside a loss that does not come down."""


def accusations(text: str) -> dict[str, Any]:
    """The facts that speak of a fault."""
    return {
        name: value
        for name, value in facts(text).items()
        if value is not None
        and name not in MILD
        and (value == FAULTY[name] if name not in CHOICES else value != CHOICES[name])
    }


def changed(*pairs: tuple[str, str], text: str = LOOP) -> str:
    """The sound loop with some of its lines exchanged."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


HEAD_ALONE = """
import torch
import lightning as L
from torch import nn
class Lit(L.LightningModule):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(4, 8)
        self.head = nn.Linear(8, 3)
    def forward(self, x):
        return self.head(self.body(x))
    def training_step(self, batch, _):
        x, y = batch
        return nn.functional.cross_entropy(self(x), y)
    def configure_optimizers(self):
        return torch.optim.Adam(self.head.parameters(), lr=1e-3)
L.Trainer(max_epochs=5, enable_checkpointing=False).fit(Lit(), loader)
"""


@pytest.mark.parametrize(
    ("text", "all_"),
    [
        (HEAD_ALONE, False),
        (HEAD_ALONE + "torch.save(lit.state_dict(), 'head.pt')\n", False),
        (HEAD_ALONE.replace("L.Trainer(", "lit.load_state_dict(torch.load('body.pt'))\nL.Trainer("), None),
        (HEAD_ALONE.replace("nn.Linear(4, 8)", "Body.from_pretrained('small')"), None),
    ],
)
def test_what_writes_weights_loads_none(text: str, all_: bool | None) -> None:
    """A script that keeps checkpoints still leaves at random what no optimizer gets."""
    assert facts(text)["trains_all_layers"] is all_


FRAGMENT = """
def one_pass(model, loader, criterion, opt):
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
        opt.step()
"""


@pytest.mark.parametrize(
    ("text", "zeroes"),
    [
        (FRAGMENT, False),
        (FRAGMENT.replace("        loss =", "        model.zero_grad()\n        loss ="), True),
        (FRAGMENT.replace("        loss =", "        hooks.start(opt)\n        loss ="), None),
        (FRAGMENT.replace("    for x, y in loader:", "    if loader:"), None),
        (FRAGMENT.replace("        opt.step()", "        for _ in range(2):\n            opt.step()"), None),
    ],
)
def test_a_loop_alone_shows_that_nothing_clears_the_gradients(text: str, zeroes: bool | None) -> None:
    """The optimizer is made elsewhere; from loss to step no other place is left to clear them."""
    assert facts(text)["zeroes_gradients"] is zeroes


METHOD = """
class Loop:
    def step(self, batch):
        x, y = batch
        loss = self.criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()
"""


@pytest.mark.parametrize(
    ("text", "zeroes"),
    [
        (METHOD, False),
        (METHOD.replace("        x, y", "        self.optimizer.zero_grad()\n        x, y"), True),
        (METHOD.replace("        x, y", "        self.clear_all()\n        x, y"), None),
        (METHOD.replace("def step", "def finish"), None),
        (METHOD.replace("class Loop:", "if True:").replace("self.opt", "opt"), None),
        (
            METHOD.replace(
                "        self.optimizer.step()", "        if self.full():\n            self.optimizer.step()"
            ),
            None,
        ),
    ],
)
def test_a_step_of_an_object_shows_that_nothing_clears_the_gradients(text: str, zeroes: bool | None) -> None:
    """It holds the optimizer, and goes from the batch to its step."""
    assert facts(text)["zeroes_gradients"] is zeroes


JUDGED = """
import torch
import torch.nn.functional as F
from common import load, evaluate
train, val = load("train"), load("val")
model = build_model("bow", hidden=[16])
opt = torch.optim.SGD(model.parameters(), lr=0.5)
for epoch in range(14):
    for i in range(0, len(train.y), 32):
        loss = F.cross_entropy(model(train.x[i:i + 32]), train.y[i:i + 32])
        loss.backward()
        opt.step()
    evaluate(model, val)
"""


@pytest.mark.parametrize(
    ("text", "zeroes"),
    [
        (JUDGED, False),
        (JUDGED.replace("        loss.backward()", "        opt.zero_grad()\n        loss.backward()"), True),
        (JUDGED.replace("        loss.backward()", "        evaluate(model, val)\n        loss.backward()"), None),
        (JUDGED.replace("evaluate(model, val)", "evaluate(model, opt)"), None),
        (JUDGED.replace("for epoch", "model = evaluate(model, val)\nfor epoch"), None),
    ],
)
def test_what_judges_the_model_after_the_loop_clears_nothing_in_it(text: str, zeroes: bool | None) -> None:
    """A function from elsewhere gets the model once an epoch; gradients add up within the epoch all the same."""
    assert facts(text)["zeroes_gradients"] is zeroes


def test_all_of_a_sound_loop_is_known_to_be_sound() -> None:
    """Absence of a fault in code that was read to the end is told, too."""
    assert {name: value for name, value in facts(LOOP).items() if value is not None} == FINE


FREEZE = "for p in model.parameters():\n    p.requires_grad = False\n"
ZERO, BACKWARD, STEP = "        optimizer.zero_grad()\n", "        loss.backward()\n", "        optimizer.step()\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("zeroes_gradients", changed((ZERO, ""))),
        (
            "zeroes_gradients",
            changed((ZERO, ""), ("    model.train()\n", "    model.train()\n    optimizer.zero_grad()\n")),
        ),
        ("zeroes_gradients", changed(("optimizer.zero_grad()", "optimizer.zero_grad"))),
        (
            "zeroes_gradients",  # the loaders and the model come from elsewhere
            changed(
                ("import torch\n", "import torch\nfrom data import loaders\nfrom model import build\n"),
                ("model = Net()\n", "train_loader, val_loader = loaders(cfg)\nmodel = build(cfg)\n"),
                (ZERO, ""),
                (
                    "            out = model(x)\n            val_loss = criterion(out, y)\n",
                    "            show(model, x)\n",
                ),
            ),
        ),
        ("wipes_gradients", changed((ZERO, ""), (BACKWARD, BACKWARD + ZERO))),
        ("steps_optimizer", changed((STEP, ""))),
        ("steps_optimizer", changed(("optimizer.step()", "optimizer.step"))),
        ("steps_optimizer", changed((STEP, "    optimizer.step()\n"))),
        ("computes_gradients", changed((BACKWARD, ""))),
        ("computes_gradients", changed(("loss.backward()", "loss.backward"))),
        ("evaluates_in_eval_mode", changed(("    model.eval()\n", ""))),
        ("returns_to_training_mode", changed(("    model.train()\n", ""))),
        (
            "returns_to_training_mode",
            changed(
                ("    model.train()\n", ""), ("F.relu(self.fc1(x))", "F.dropout(self.fc1(x), training=self.training)")
            ),
        ),
        (
            "returns_to_training_mode",
            changed(("    model.train()\n", ""), ("for epoch", "model.train()\nfor epoch")),
        ),
        (
            "keeps_optimizer",
            changed(
                ("optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)\n", ""),
                (
                    "    model.train()\n",
                    "    model.train()\n    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)\n",
                ),
            ),
        ),
        (
            "loss_reaches_model",
            changed((BACKWARD, "        loss = torch.tensor(loss, requires_grad=True)\n" + BACKWARD)),
        ),
        (
            "loss_reaches_model",
            changed((BACKWARD, "        loss = torch.tensor(loss.item(), requires_grad=True)\n" + BACKWARD)),
        ),
        ("loss_reaches_model", changed((BACKWARD, "        loss.detach().requires_grad_().backward()\n"))),
        (
            "trains_something",
            changed(("criterion = ", FREEZE + "criterion = ")),
        ),
    ],
)
def test_each_fault_of_a_loop_is_found_and_nothing_else(name: str, text: str) -> None:
    """One line is missing, or stands in the wrong place: that is said, and no other accusation is made."""
    assert list(accusations(text)) == [name]


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        ("squashed twice", changed(("return self.fc2(x)", "return F.softmax(self.fc2(x), dim=1)"))),
        ("squashed twice", changed(("return self.fc2(x)", "return torch.sigmoid(self.fc2(x)).squeeze(1)"),
                                   ("CrossEntropyLoss", "BCEWithLogitsLoss"))),
        ("squashed twice", changed(("criterion(model(x), y)", "F.cross_entropy(torch.softmax(model(x), 1), y)"))),
        ("squashed twice", changed(("return self.fc2(x)",
                                    "x = self.fc2(x)\n        x = self.soft(x)\n        return x"),
                                   ("self.drop = ", "self.soft = nn.Softmax(dim=1)\n        self.drop = "))),
        ("raw for probabilities", changed(("CrossEntropyLoss", "BCELoss"))),
        ("raw for log-probabilities", changed(("CrossEntropyLoss", "NLLLoss"))),
        ("probabilities for log-probabilities", changed(("return self.fc2(x)", "return F.softmax(self.fc2(x), dim=1)"),
                                                        ("CrossEntropyLoss", "NLLLoss"))),
        ("without its negative half", changed(("return self.fc2(x)", "return F.relu(self.fc2(x))"))),
        ("labels first", changed(("criterion(model(x), y)", "criterion(y, model(x))"))),
        ("as it should be", changed(("return self.fc2(x)", "return F.log_softmax(self.fc2(x), dim=1)"),
                                    ("CrossEntropyLoss", "NLLLoss"))),
        ("as it should be", changed(("return self.fc2(x)", "return F.log_softmax(self.fc2(x), dim=1)"))),
        (None, changed(("return self.fc2(x)", "if self.training:\n            return self.fc2(x)\n"
                                              "        return F.softmax(self.fc2(x), dim=1)"))),
    ],
)  # fmt: skip
def test_what_the_loss_gets(verdict: str | None, text: str) -> None:
    """Outputs are followed through the model to the loss; what has several ends has no kind."""
    assert facts(text)["loss_input"] == verdict


SOUND = {
    "gradients are accumulated over four batches": changed(
        (ZERO, ""),
        (STEP, "        if (i + 1) % 4 == 0:\n            optimizer.step()\n            optimizer.zero_grad()\n"),
        ("for x, y in train_loader", "for i, (x, y) in enumerate(train_loader)"),
    ),
    "the model is asked to clear its gradients": changed(("optimizer.zero_grad()", "model.zero_grad()")),
    "gradients are set to none": changed(("zero_grad()", "zero_grad(set_to_none=True)")),
    "gradients are cleared by hand": changed(
        (ZERO, "        for p in model.parameters():\n            p.grad = None\n")
    ),
    "cleared right after the step": changed((ZERO, ""), (STEP, STEP + ZERO)),
    "mixed precision steps through a scaler": changed(
        (BACKWARD, "        scaler.scale(loss).backward()\n"),
        (STEP, "        scaler.step(optimizer)\n        scaler.update()\n"),
    ),
    "a closure computes gradients": changed(
        (ZERO, ""), (BACKWARD, ""), ("        loss = criterion(model(x), y)\n", """\
        def closure():
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            return loss
"""), ("optimizer.step()", "optimizer.step(closure)"), ("optim.Adam", "optim.LBFGS")
    ),
    "accelerate computes gradients": changed(
        ("import torch\n", "import torch\nfrom accelerate import Accelerator\naccelerator = Accelerator()\n"),
        (BACKWARD, "        accelerator.backward(loss)\n"),
    ),
    "fabric does it": changed(
        ("import torch\n", "import torch\nfrom lightning.fabric import Fabric\n"),
        (BACKWARD, "        fabric.backward(loss)\n"),
        (ZERO, ""),
    ),
    "the step is made in another file": changed(
        ("import torch\n", "import torch\nfrom engine import train_step\n"), (ZERO, ""), (STEP, ""), (BACKWARD, ""),
        ("        loss = criterion(model(x), y)\n", "        train_step(model, optimizer, x, y)\n"),
    ),
    "another file holds the evaluation": changed(
        ("import torch\n", "import torch\nfrom engine import evaluate\n"),
        ("    model.eval()\n", "    evaluate(model, val_loader)\n"),
    ),
    "the model is switched by a flag": changed(("    model.eval()\n", "    model.train(False)\n")),
    "a new model in each fold has a new optimizer": """\
        import torch
        from torch import nn
        for fold in range(5):
            model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
            optimizer = torch.optim.Adam(model.parameters())
            for epoch in range(10):
                for x, y in train_loader:
                    optimizer.zero_grad()
                    loss = nn.functional.mse_loss(model(x), y)
                    loss.backward()
                    optimizer.step()
        """,
    "two optimizers of a GAN": """\
        import torch
        from torch import nn
        generator, discriminator = Generator(), Discriminator()
        loss_fn = nn.BCELoss()
        optimizer_G = torch.optim.Adam(generator.parameters(), lr=2e-4)
        optimizer_D = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
        for epoch in range(200):
            for imgs, _ in dataloader:
                optimizer_G.zero_grad()
                fake = generator(noise())
                g_loss = loss_fn(discriminator(fake), valid)
                g_loss.backward()
                optimizer_G.step()
                optimizer_D.zero_grad()
                d_loss = (loss_fn(discriminator(imgs), valid) + loss_fn(discriminator(fake.detach()), zeros)) / 2
                d_loss.backward()
                optimizer_D.step()
        """,
    "Lightning runs the loop": """\
        import torch
        import lightning as L
        from torch import nn
        class Lit(L.LightningModule):
            def __init__(self):
                super().__init__()
                self.net = nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.5), nn.Linear(8, 3))
            def training_step(self, batch, _):
                x, y = batch
                return nn.functional.cross_entropy(self.net(x), y)
            def configure_optimizers(self):
                return torch.optim.Adam(self.parameters(), lr=1e-3)
        L.Trainer(max_epochs=5).fit(Lit(), train_loader)
        """,
    "the Trainer of Hugging Face": """\
        from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments
        model = AutoModelForSequenceClassification.from_pretrained("bert-base-uncased")
        Trainer(model=model, args=TrainingArguments("out", learning_rate=5e-5), train_dataset=train).train()
        """,
    "Keras": """\
        import keras
        model = keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
        model.compile(optimizer="adam", loss="mse")
        model.fit(x, y, epochs=5)
        """,
    "frozen below a new head": changed(
        ("criterion = ", FREEZE + "model.fc2 = nn.Linear(128, 2)\ncriterion = ")
    ),
    "weights moved by hand": """\
        import torch
        w = torch.zeros(3, requires_grad=True)
        for epoch in range(100):
            loss = ((x @ w - y) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
                w.grad.zero_()
        """,
}  # fmt: skip


@pytest.mark.parametrize("kind", SOUND)
def test_code_that_may_be_right_is_not_accused(kind: str) -> None:
    """Gradient accumulation, closures, helpers in other files and libraries that run the loop are no faults."""
    assert accusations(SOUND[kind]) == {}


SKLEARN = """\
from sklearn.preprocessing import StandardScaler
from sklearn.model_selection import train_test_split
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
model.fit(X_train, y_train)
"""
SMOTE = "from imblearn.over_sampling import SMOTE\n"
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)\n"


def test_rows_are_handled_as_they_should_be() -> None:
    """A scaler that is fitted to training rows after the split is told as sound."""
    found = facts(SKLEARN)
    assert found["fits_on_training_rows_only"] and found["splits_before_fitting"] and found["shuffles_before_splitting"]
    assert accusations(SKLEARN) == {}


CUT = "n = int(0.7 * len(X))\nX_train, X_test, y_train, y_test = X[:n], X[n:], y[:n], y[n:]\n"
LOADERS = (
    "n = int(0.8 * len(X))\ntrain_dl = DataLoader(TensorDataset(X[:n], y[:n]), 32, shuffle=True)\n"
    "val_dl = DataLoader(TensorDataset(X[n:], y[n:]), 256)\n"
)
CUT_FRAME = "n = int(0.7 * len(df))\ntrain = df.iloc[:n]\nvalid = df.iloc[n:]\n"


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (CUT, False),
        (CUT_FRAME, False),
        ("X, y = shuffle(X, y)\n" + CUT, None),
        ("df = df.sample(frac=1)\n" + CUT_FRAME, None),
        ("df = df.sort_values('score')\n" + CUT_FRAME, None),
        ("X, dates = X, X.date\n" + CUT, None),  # a series in time
        (CUT.replace("[n:]", "[m:]"), None),  # other rows
        (CUT_FRAME.replace("valid", "rest"), None),  # what becomes of the rest is not told
        ("p = torch.randperm(len(X))\nX, y = X[p], y[p]\n" + CUT, None),
        (LOADERS, False),
        ("print(df.y.value_counts(sort=False))\n" + LOADERS, False),
        ("X, y = torch.cat([X[~held], X[held]]), torch.cat([y[~held], y[held]])\n" + LOADERS, None),
        ("p = np.random.permutation(len(X))\nX, y = X[p], y[p]\n" + LOADERS, None),
        ("net.fit(X[:n], y[:n], validation_data=(X[n:], y[n:]))\n", False),
        ("net.fit(X[:n], y[:n])\nnet.predict(X[:n])\n", None),
        (SPLIT, True),
    ],
)
def test_rows_that_are_cut_as_they_lie(cut: str, said: bool | None) -> None:
    """Head and end of the same rows get names of training and evaluation, and nothing mixed them before."""
    assert facts(SKLEARN.replace(SPLIT, cut)).get("splits_at_random") is said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "fits_on_training_rows_only",
            changed(("scaler.transform(X_test)", "scaler.fit_transform(X_test)"), text=SKLEARN),
        ),
        ("splits_before_fitting", changed((SPLIT, "X = StandardScaler().fit_transform(X)\n" + SPLIT), text=SKLEARN)),
        (
            "splits_before_oversampling",
            changed(
                (SPLIT, "from imblearn.over_sampling import SMOTE\nX, y = SMOTE().fit_resample(X, y)\n" + SPLIT),
                text=SKLEARN,
            ),
        ),
        ("shuffles_before_splitting", changed(("test_size=0.2", "test_size=0.2, shuffle=False"), text=SKLEARN)),
        (
            "keeps_labels_with_rows",
            "import numpy as np\nnp.random.shuffle(x_train)\nnp.random.shuffle(y_train)\nmodel.fit(x_train, y_train)\n",
        ),
        (
            "keeps_labels_with_rows",
            "import numpy as np\nX = np.random.permutation(X)\ny = np.random.permutation(y)\nmodel.fit(X, y)\n",
        ),
        (
            "keeps_labels_with_rows",
            "import numpy as np\np = np.random.permutation(len(X_train))\nX_train = X_train[p]\n"
            "model.fit(X_train, y_train)\n",
        ),
        (
            "keeps_labels_with_rows",
            "images = images[torch.randperm(len(images))]\nloader = DataLoader(TensorDataset(images, labels))\n",
        ),
    ],
)
def test_each_fault_of_rows_is_found_and_nothing_else(name: str, text: str) -> None:
    """One call is in the wrong place: that is said, and no other accusation is made."""
    assert list(accusations(text)) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "from numpy import random\nrandom.seed(1)\nrandom.shuffle(x)\nrandom.seed(1)\nrandom.shuffle(y)\nm.fit(x, y)\n",
        "import numpy as np\np = np.random.permutation(len(x))\nx, y = x[p], y[p]\nm.fit(x, y)\n",
        "import numpy as np\np = np.random.permutation(len(x))\nx = x[p]\ny = y[p]\nm.fit(x, y)\n",
        "import numpy as np\nx = x[np.random.permutation(len(x))]\nkm.fit(x)\n",
        "import numpy as np\nx = x[np.random.permutation(len(x))]\ny = f(x)\nm.fit(x, y)\n",
        "import numpy as np\nx = x[:, np.random.permutation(64)]\nm.fit(x, y)\n",
        "# hourly time series\n" + changed(("test_size=0.2", "test_size=0.2, shuffle=False"), text=SKLEARN),
        changed((SPLIT, SMOTE + SPLIT + "X_train, y_train = SMOTE().fit_resample(X_train, y_train)\n"), text=SKLEARN),
    ],
)  # fmt: skip
def test_rows_in_step_are_not_accused(text: str) -> None:
    """One seed or one order for both, labels made afterwards, pixels in another order, a series in time: no fault."""
    assert accusations(text) == {}


def test_a_fact_names_its_line() -> None:
    """A person is shown the file, the line and what stands there."""
    script = Script("train.py", Code("train.py", changed((ZERO, ""))))
    measures = Measures(Run(path=None, name="r", script=script))  # type: ignore[arg-type]
    where = measures.one("code.zeroes_gradients").where
    assert where is not None and (where.file, where.rows) == ("train.py", (24, 24))
    assert measures.value("code.zeroes_gradients.line") == "loss.backward()"


def test_without_a_script_everything_is_unknown() -> None:
    """Missing evidence is never false."""
    measures = Measures(Run(path=None, name="r"))  # type: ignore[arg-type]
    assert not any(measures.one(f"code.{name}").known for name in FACTS)


PIECES = [line + "\n" for text in (LOOP, SKLEARN, *SOUND.values()) for line in dedent(text).split("\n")]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_no_order_of_lines_makes_a_measurement_fail(lines: list[str]) -> None:
    """Whatever parses is measured without an error."""
    text = "".join(line.lstrip() if line.rstrip()[-1:] != ":" else "pass\n" for line in lines)
    try:
        code = Code("train.py", text)
    except Exception:
        return
    measures = Measures(Run(path=None, name="r", script=Script("train.py", code)))  # type: ignore[arg-type]
    for name in FACTS:
        measures.one(f"code.{name}")
    assert not measures.failures


INIT = """
for layer in (net.fc1, net.fc2):
    nn.init.{call}(layer.{what})
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (INIT.format(call="constant_", what="weight, 0.01"), False),
        (INIT.format(call="zeros_", what="bias"), None),
        (INIT.format(call="xavier_uniform_", what="weight"), True),
        (INIT.format(call="ones_", what="weight") + INIT.format(call="normal_", what="weight"), None),
        ("nn.init.zeros_(self.last.weight)", None),
        ("nn.init.constant_(self.bn1.weight, 1)", None),
        ("if isinstance(m, nn.BatchNorm2d):\n    nn.init.constant_(m.weight, 1)", None),
    ],
)
def test_weights_filled_with_one_number(text: str, told: bool | None) -> None:
    """Layers whose weights all start alike; not norms, biases, last layers, nor where something is drawn as well."""
    assert facts("import torch.nn as nn\n" + LOOP + text).get("starts_varied") is told


@pytest.mark.parametrize(
    ("call", "share"),
    [
        ("layers.BatchNormalization(momentum=0.9999)", 0.0001),
        ("nn.BatchNorm1d(8, momentum=0.2)", 0.2),
        ("nn.SGD(momentum=0.9)", None),
    ],
)
def test_how_fast_batch_normalisation_follows(call: str, share: float | None) -> None:
    """Keras says what is kept, PyTorch what is taken over; an optimizer's momentum is another thing."""
    run = Run(Path("run"), "run", script=Script("train.py", Code("train.py", f"x = {call}\n")))
    found = Measures(run).value("model.norm_share")
    assert found == (None if share is None else pytest.approx(share))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("y = LabelEncoder().fit_transform(df['crop'])", True),
        ("df['label'] = df.crop.astype('category').cat.codes", True),
        ("le = LabelEncoder()\ndf['crop'] = le.fit_transform(df['crop'])\ny = df.crop.values", True),
        ("labels, names = pd.factorize(df.crop)", True),
        ("X, y = df.drop('c', axis=1), df['c'].astype('category').cat.codes", True),
        ("y = pd.factorize(df.crop)[0].astype('float32')", True),
        ("df['city'] = LabelEncoder().fit_transform(df['city'])\nX = df[['city']].values\ny = df['price']", None),
        ("for c in columns:\n    df[c] = df[c].astype('category').cat.codes\ny = df['price']", None),
        ("df.city = df.city.astype('category').cat.codes\nX, y = df[['city']], df['price']", None),
        ("y = df.price.values", None),
    ],
)
def test_names_of_classes_as_numbers(text: str, told: bool | None) -> None:
    """Only where what is coded is the label; coded columns of inputs say nothing of the task."""
    assert facts(text)["codes_label"] is told


TORCH = """import pandas as pd, torch
train, val = pd.read_csv('train.csv'), pd.read_csv('val.csv')
mu, sd = train[NUM].mean(), train[NUM].std()
{made}
def encode(df):
    return torch.tensor(({given}).to_numpy())
def batches(X):
    for i in range(9):
        yield X[i]
model = torch.nn.Sequential(torch.nn.Linear(3, 1))
opt = torch.optim.Adam(model.parameters())
def run(net, X):
    total = 0.0
    for xb in batches(X):
        out = net(xb)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        total += out.item() / seen
    return total / n
for epoch in range(9):
    print(run(model, encode(train)), run(model, encode(val)))
"""
READ = "import pandas as pd, keras\ndf = pd.read_csv('wine.csv')\nX = df.drop(columns='cultivar').values\n"


PAIRS = """import pandas as pd, torch
df = pd.read_csv('power.csv')
xtr = torch.tensor(({x}).to_numpy())
ytr = torch.tensor(({y}).to_numpy())
loader = DataLoader(TensorDataset(xtr, ytr), batch_size=9)
model = torch.nn.Sequential(torch.nn.Linear(3, 1))
opt = torch.optim.Adam(model.parameters())
for xb, yb in loader:
    loss_fn(model(xb), yb).backward()
"""
ROWS = """import pandas as pd, torch
class Houses(torch.utils.data.Dataset):
    def __init__(self, path):
        super().__init__()
        df = pd.read_csv(path)
        x, y = df[NUM].to_numpy(), df.price.to_numpy()
        stats = (x.mean(0), x.std(0), y.mean(), y.std())
        self.x = {x}
        self.y = {y}
    def __getitem__(self, i):
        return self.x[i], self.y[i]
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 1)
    def forward(self, x):
        return self.fc(x)
model = Net()
opt = torch.optim.Adam(model.parameters())
for xb, yb in DataLoader(Houses('houses.csv')):
    loss_fn(model(xb), yb).backward()
"""
TREES = "from sklearn.ensemble import ExtraTreesClassifier\n{}ExtraTreesClassifier().fit(pre.fit_transform(X), y)"
ENCODED = """
from sklearn.compose import ColumnTransformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
pre = ColumnTransformer([('num', '{}', NUM), ('cat', OneHotEncoder(handle_unknown='ignore'), CAT)], sparse_threshold=0)
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{READ}model.fit(X, df.cultivar.values)", False),
        (
            f"{READ}y = StandardScaler().fit_transform(y)\nfor h in (9, 9):\n    model.add(Dense(h))\n"
            "h = model.fit(X, y)",
            False,
        ),  # labels alone are scaled; what a fit gives back is made of no labels
        (f"{READ}model = MLPClassifier().fit(X / 9, y)\nmodel.fit(X, y)", None),
        (f"{READ}acc = right / len(X)\nmodel.fit(X, df.cultivar.values)", False),
        ("import numpy as np\nX = np.load('d.npz')['x']\nprint(f'{X.std()}')\nmodel.fit(X, y)", False),
        ("import numpy as np\nX = np.load('d.npz')['x']\ns = X.std(0)\nmodel.fit(X * s, y)", None),
        (f"{READ}X = X / 255.\nmodel.fit(X, y)", None),
        (f"{READ}X = (X - X.mean(0)) / X.std(0)\nmodel.fit(X, y)", None),
        (f"{READ}X = StandardScaler().fit_transform(X)\nmodel.fit(X, y)", None),
        (f"{READ}from sklearn.preprocessing import StandardScaler\nmodel.fit(X, y)", False),  # imported, and not used
        (f"{READ}{ENCODED.format('passthrough')}model.fit(pre.fit_transform(X), y)", False),
        (TREES.format(f"{READ}{ENCODED.format('passthrough')}").replace(", keras", ""), None),  # trees do not mind
        (f"{READ}{ENCODED.format('passthrough')}Pipeline([('pre', pre), ('mlp', MLPClassifier())]).fit(X, y)", False),
        (f"{READ}{ENCODED.format('passthrough').replace('passthrough', 'drop')}model.fit(scaled(X), y)", None),
        (
            f"{READ}{ENCODED.replace(chr(39) + '{}' + chr(39), 'StandardScaler()')}model.fit(pre.fit_transform(X), y)",
            None,
        ),
        (f"{READ}from helpers import prepared\nX = prepared(X)\nmodel.fit(X, y)", None),
        (f"{READ}model = keras.Sequential([keras.layers.BatchNormalization()])\nmodel.fit(X, y)", None),
        ("X, y = load_wine(return_X_y=True)\nmodel.fit(X, y)", False),  # it comes in the units of its columns
        ("X, y = load_iris(return_X_y=True)\nmodel.fit(X, y)", None),
        (TORCH.format(made="", given="df[NUM]"), False),
        (TORCH.format(made="", given="df[NUM] / 100"), None),
        (
            TORCH.format(made="", given="df[NUM]").replace("Linear(3, 1)", "Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)"),
            False,
        ),
        (
            f"{READ}def prepare(df):\n    X = df[NUM].values\n    y = df['kw'].values\n"
            "    y = (y - y.mean()) / y.std()\n    return X, y\nX, y = prepare(df)\nmodel.fit(X, y)",
            False,
        ),
        (TORCH.format(made="train['a'] = train['a'] / 1000", given="df[NUM]"), None),
        (TORCH.format(made="for t in (train, val):\n    t['a'] /= 1000", given="df[NUM]"), None),
        (TORCH.format(made="def halve(t):\n    t['a'] = t['a'] * 0.001\nhalve(train)", given="df[NUM]"), None),
        (TORCH.format(made="", given="(df[NUM] - mu).div(sd)"), None),
        (TORCH.format(made="", given="df[NUM]").replace("Linear(3, 1)", "BatchNorm1d(3)"), None),
        (TORCH.format(made="", given="df[NUM]").replace("net(xb)", "net(xb * 0.01)"), None),
        (TORCH.format(made="", given="df[NUM]").replace("yield X[i]", "yield X[i] / 9"), None),
        (f"{READ}clf = SGDClassifier()\nclf.partial_fit(X, y)\nprint(np.linalg.norm(clf.coef_))", False),
        (PAIRS.format(x="df[NUM]", y="(df.kw - kw_mean) / kw_std"), False),
        (PAIRS.format(x="(df[NUM] - mean) / kw_std", y="df.kw"), None),
        (ROWS.format(x="x", y="(y - stats[2]) / stats[3]"), False),
        (ROWS.format(x="(x - stats[0]) / stats[1]", y="y"), None),
    ],
)
def test_inputs_that_nothing_scales(text: str, told: bool | None) -> None:
    """False only where nothing in the script may be scaling; that they are scaled is never told here."""
    assert facts(text)["scales_inputs"] is told


BLOCK = """
class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.one = nn.Linear(d, d)
        self.two = nn.Linear(d, d)
        nn.init.zeros_(self.two.weight)

    def forward(self, x):
        {forward}

"""


@pytest.mark.parametrize(
    ("forward", "told"),
    [
        ("return x + self.two(torch.relu(self.one(x)))", None),
        ("return x + 0.5 * self.drop(self.two(torch.relu(self.one(x))))", None),
        ("h = self.two(torch.relu(self.one(x)))\n        return x + h", None),
        ("return self.two(torch.relu(self.one(x)))", None),
        ("return self.one(torch.relu(self.two(x)))", False),
        ("h = torch.relu(self.two(x))\n        return x + self.one(h)", False),
    ],
)
def test_a_branch_that_starts_at_zero_is_no_constant_start(forward: str, told: bool | None) -> None:
    """Residual branches and heads may be filled with zeros; what goes through a non-linearity may not."""
    text = "import torch\nimport torch.nn as nn\n" + BLOCK.format(forward=forward) + LOOP
    assert facts(text).get("starts_varied") is told


FIT = "X_train = scaler.fit_transform(X_train)\n"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (changed((FIT, "scaler.fit(X)\nX_train = scaler.transform(X_train)\n"), text=SKLEARN), False),
        (
            changed((FIT, "scaler = StandardScaler().fit(X)\nX_train = scaler.transform(X_train)\n"), text=SKLEARN),
            False,
        ),
        (changed((SPLIT, "scaler = StandardScaler().fit(X.values)\n" + SPLIT), (FIT, ""), text=SKLEARN), False),
        (changed((FIT, "scaler.fit(X_train)\nX_train = scaler.transform(X_train)\n"), text=SKLEARN), True),
        # rows of it, another thing of that name, and a scaler that no part is transformed with
        (changed((FIT, "scaler.fit(X[train])\nX_train = scaler.transform(X_train)\n"), text=SKLEARN), True),
        (changed((FIT, "X = X_train\nscaler.fit(X)\nX_train = scaler.transform(X_train)\n"), text=SKLEARN), True),
        (changed((FIT, FIT + "last = StandardScaler().fit(X)\n"), text=SKLEARN), True),
    ],
)
def test_a_scaler_that_is_fitted_to_all_rows(text: str, sound: bool) -> None:
    """Behind the split it may see the evaluation rows as well as before it."""
    assert facts(text)["splits_before_fitting"] is sound
