"""A project of several files beside a log: what its script imports is read with it, and named by its own place."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mladvisor import diagnose
from mladvisor.features.catalogue import Measures
from mladvisor.features.code import FACTS
from mladvisor.runs.model import Run
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
MODEL = """\
import torch.nn as nn

class Teacher(nn.Module):
    def forward(self, x):
        return x

class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.a = nn.Linear(64, hidden)
        self.b = nn.Linear(hidden, 10)

    def forward(self, x):
        return self.b(self.a(x))
"""
ENGINE = """\
import torch

def train_one_epoch(model, loader, optimizer, criterion):
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()

@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    return [model(x) for x, _ in loader]
"""
DATA = """\
from torch.utils.data import DataLoader
SIZE = 32

def make_loaders(train_set, val_set):
    train_loader = DataLoader(train_set, batch_size=SIZE)
    return train_loader, DataLoader(val_set)
"""
TRAIN = """\
import torch
from model import Net
from data import make_loaders
from engine import train_one_epoch, evaluate

model = Net(128)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = torch.nn.CrossEntropyLoss()
train_loader, val_loader = make_loaders(train_set, val_set)
for epoch in range(20):
    train_one_epoch(model, train_loader, optimizer, criterion)
    evaluate(model, val_loader)
"""
PROJECT = {"train.py": TRAIN, "model.py": MODEL, "engine.py": ENGINE, "data.py": DATA}


def project(folder: Path, files: dict[str, str]) -> Run:
    """A run of a project's files with a log beside them."""
    write(folder, {"log.csv": LOG, **files})
    return read_run(folder)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files, each with its folders."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text))


def layers(run: Run) -> list[tuple[str, float | None]]:
    """Types and widths of the layers that the script builds."""
    model = run.script.model if run.script is not None else None
    return [(layer.type, layer.units) for layer in model.layers] if model is not None else []


def facts(run: Run) -> dict[str, tuple[Any, Any]]:
    """Facts of the code that are known: (value, the line that shows it)."""
    m = Measures(run)
    found = {name: (m.one(f"code.{name}"), m.one(f"code.{name}.line")) for name in FACTS}
    return {name: (value.value, line.value) for name, (value, line) in found.items() if value.known}


def place(run: Run, fact: str) -> tuple[str, int]:
    """File and line of a fact."""
    where = Measures(run).one(f"code.{fact}").where
    assert where is not None
    return where.file, where.rows[0]


def test_model_loop_and_loader_of_their_own_modules(tmp_path: Path) -> None:
    """Layers, loop and loader are those of the modules, each with its file and line; what is not used is not read."""
    run = project(tmp_path, PROJECT)
    assert run.script is not None and run.files["script"] == ("train.py", "model.py", "data.py", "engine.py")
    assert layers(run) == [("Linear", 128.0), ("Linear", 10.0)] and run.script.model.file == "model.py"
    assert facts(run)["zeroes_gradients"] == (False, "loss.backward()")
    assert place(run, "zeroes_gradients") == ("engine.py", 6)
    size, shuffle = run.script.called["train.batch_size"], run.script.called["train.shuffle"]
    assert (size.value, size.place.file, size.place.row) == (32, "data.py", 5) and shuffle.value is False
    assert "Teacher" not in run.script.code.classes and not (run.notes or run.assumed)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from model import Net as Model", "Model(128)"),
        ("import model as m", "m.Net(128)"),
        ("import model", "model.Net(128)"),
        ("from model import *", "Net(128)"),
        ("from nets import Net", "Net(128)"),
        ("from nets import inner", "inner.Net(128)"),
        ("import nets.inner", "nets.inner.Net(128)"),
        ("import nets.inner as n", "n.Net(128)"),
        ("from nets.inner import build", "build(128)"),
        ("import nets", "nets.build(128)"),
        ("from nets import *", "build(128)"),
        ("try:\n    from model import Net\nexcept ImportError:\n    Net = None", "Net(128)"),
        ("import sys\nsys.path.append('./lib')\nfrom hidden import Net", "Net(128)"),
    ],
)
def test_ways_to_import(tmp_path: Path, imports: str, call: str) -> None:
    """Names, aliases, modules, packages that hand names on, and folders put on the path."""
    inner = MODEL + "\ndef build(width):\n    net = Net(width)\n    return net\n"
    files = {
        "train.py": TRAIN.replace("from model import Net", imports).replace("Net(128)", call, 1),
        "nets/__init__.py": "from .inner import Net, build\n",
        "nets/inner.py": inner,
        "lib/hidden.py": MODEL,
    }
    run = project(tmp_path, {**PROJECT, **files})
    assert run.script is not None and "Net" in run.script.code.classes and not run.notes
    assert facts(run)["zeroes_gradients"] == (False, "loss.backward()")
    if "build" not in call:
        assert layers(run) == [("Linear", 128.0), ("Linear", 10.0)]
        assert run.script.model.file in ("model.py", "nets/inner.py", "lib/hidden.py")


def test_names_that_two_modules_share(tmp_path: Path) -> None:
    """Each module keeps its own meaning of a name; the script's goes before all."""
    files = {
        "model.py": "WIDTH = 16\n" + MODEL.replace("hidden):", "hidden=WIDTH):"),
        "data.py": "WIDTH = 512\n" + DATA.replace("SIZE)", "WIDTH)"),
        "train.py": "WIDTH = 3\n" + TRAIN.replace("Net(128)", "Net()"),
    }
    run = project(tmp_path, {**PROJECT, **files})
    assert layers(run) == [("Linear", 16.0), ("Linear", 10.0)]
    assert run.script is not None and run.script.called["train.batch_size"].value == 512
    assert run.script.named["WIDTH"].value == 3


def test_a_name_of_a_module_like_a_variable_of_the_script(tmp_path: Path) -> None:
    """`loss = losses.loss(out, y)`: the function is not what the variable holds."""
    losses = "def loss(pred, target):\n    return ((pred - target) / target).abs().mean()\n"
    train = TRAIN.replace("from engine import train_one_epoch, evaluate", "import losses").replace(
        "    train_one_epoch(model, train_loader, optimizer, criterion)\n    evaluate(model, val_loader)\n",
        "    for x, y in train_loader:\n        optimizer.zero_grad()\n        loss = losses.loss(model(x), y)\n"
        "        loss.backward()\n        optimizer.step()\n",
    )
    run = project(tmp_path, {"train.py": train, "losses.py": losses, "model.py": MODEL, "data.py": DATA})
    assert facts(run)["loss_divides_by"][0] == "the target" and place(run, "loss_divides_by") == ("losses.py", 2)
    assert facts(run)["loss_reaches_model"][0] is True


def test_keras_with_settings_of_a_module(tmp_path: Path) -> None:
    """Constants of `config.py` reach the layers that `model.py` builds with them."""
    run = project(tmp_path, {
        "config.py": "UNITS = 48\nLR = 0.2\n",
        "model.py": """\
            from tensorflow import keras
            from tensorflow.keras import layers
            import config

            def build(width):
                net = keras.Sequential()
                net.add(layers.Dense(config.UNITS, input_shape=(width,)))
                net.add(layers.Dense(1))
                net.compile(optimizer=keras.optimizers.Adam(learning_rate=config.LR), loss="mse")
                return net
            """,
        "main.py": "import model\nmodel = model.build(8)\nmodel.fit(X, y, epochs=7, batch_size=16)\n",
    })  # fmt: skip
    assert run.script is not None and run.script.file == "main.py"
    assert layers(run) == [("Dense", 48.0), ("Dense", 1.0)] and run.script.model.file == "model.py"
    rate = run.script.called["optimizer.learning_rate"]
    assert (rate.value, rate.place.file, rate.place.row) == (0.2, "model.py", 9)
    assert run.script.called["fit.epochs"].place.file == "main.py"


def test_scikit_learn_with_tables_read_by_a_module(tmp_path: Path) -> None:
    """The table that is read, its label and the scaler that saw all rows stand in `prepare.py`."""
    run = project(tmp_path, {
        "prepare.py": """\
            import pandas as pd
            from sklearn.model_selection import train_test_split
            from sklearn.preprocessing import StandardScaler

            def load(path="train.csv"):
                df = pd.read_csv("train.csv")
                y = df.pop("churned")
                X = StandardScaler().fit_transform(df)
                X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2)
                return X_train, X_test, y_train, y_test
            """,
        "fit.py": """\
            from sklearn.linear_model import LogisticRegression
            from prepare import load
            X_train, X_test, y_train, y_test = load()
            clf = LogisticRegression(C=0.5)
            clf.fit(X_train, y_train)
            """,
    })  # fmt: skip
    assert run.script is not None and run.script.tables[0][0] == "train.csv"
    assert run.script.taken_out == ("churned",) and run.script.called["params.C"].value == 0.5
    assert facts(run)["splits_before_fitting"][0] is False
    assert place(run, "splits_before_fitting") == ("prepare.py", 8)


def test_options_that_a_module_parses(tmp_path: Path) -> None:
    """`args = get_args()` of another module, as given by the command line."""
    options = """\
        import argparse

        def get_args():
            parser = argparse.ArgumentParser()
            parser.add_argument("--eta", type=float, default=0.5)
            return parser.parse_args()
        """
    train = TRAIN.replace("import torch\n", "import torch\nfrom cli_opts import get_args\nargs = get_args()\n", 1)
    files = {**PROJECT, "cli_opts.py": options, "train.py": train.replace("lr=0.1", "lr=args.eta")}
    run = project(tmp_path, files)
    assert run.script is not None and run.script.called["optimizer.lr"].value == 0.5
    (tmp_path / "run.sh").write_text("python train.py --eta 0.25\n")
    run = read_run(tmp_path)
    assert run.script is not None and run.script.called["optimizer.lr"].value == 0.25


def test_a_notebook_with_modules(tmp_path: Path) -> None:
    """Cells keep their numbers behind the lines of modules."""
    import json

    cells = [{"cell_type": "code", "source": text, "outputs": []} for text in TRAIN.split("\n\n")]
    files = {name: text for name, text in PROJECT.items() if name != "train.py"}
    run = project(tmp_path, {**files, "work.ipynb": json.dumps({"cells": cells, "nbformat": 4, "metadata": {}})})
    assert run.script is not None and run.script.file == "work.ipynb"
    rate = run.script.called["optimizer.lr"].place
    assert (rate.file, rate.row) == ("work.ipynb[2]", 2) and place(run, "zeroes_gradients") == ("engine.py", 6)


def test_what_cannot_be_read_is_a_note_and_unknown(tmp_path: Path) -> None:
    """A broken module says so, and nothing is said of what it may do."""
    train = TRAIN + "loss = criterion(model(x), y)\nloss.backward()\n"
    run = project(tmp_path, {**PROJECT, "train.py": train, "engine.py": "def train_one_epoch(:\n"})
    assert [note for note in run.notes if note.startswith("engine.py is no Python 3")]
    assert "zeroes_gradients" not in facts(run) and layers(run)
    whole = project(tmp_path, {**PROJECT, "train.py": train, "engine.py": "# nothing here\n"})
    assert "zeroes_gradients" not in facts(whole) and layers(whole)


def test_modules_that_import_each_other(tmp_path: Path) -> None:
    """A circle ends."""
    run = project(tmp_path, {**PROJECT, "model.py": "from engine import *\nfrom train import criterion\n" + MODEL,
                             "engine.py": "import model\nfrom model import Net, nothing\n" + ENGINE})  # fmt: skip
    assert layers(run) and facts(run)["zeroes_gradients"][0] is False


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_nothing_outside_of_the_run_folder_is_read(tmp_path: Path) -> None:
    """Neither by dots nor by links."""
    write(tmp_path, {"model.py": MODEL})
    inner = tmp_path / "run"
    inner.mkdir()
    (inner / "model.py").symlink_to(tmp_path / "model.py")
    run = project(
        inner, {"engine.py": ENGINE, "data.py": DATA, "train.py": TRAIN.replace("data import", "..data import")}
    )
    assert run.script is not None and run.script.code.modules == ("engine.py",) and not layers(run)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"train.py": TRAIN}, "train.py"),  # engine.py trains too, as its module
        ({"main.py": TRAIN, "train.py": None}, "main.py"),
        ({"train.py": TRAIN, "evaluate.py": "from engine import evaluate\nevaluate(m, l)\n"}, "train.py"),
        ({"train.py": TRAIN, "sweep.py": "import train\nfor lr in (1, 2):\n    train.main(lr)\n"}, "train.py"),
        ({"train.py": TRAIN, "other.py": TRAIN}, None),
        ({"train.py": TRAIN, "fold.py": "loss = f(x)\nloss.backward()\n"}, None),
        ({"train.py": TRAIN, "model.py": MODEL + 'if __name__ == "__main__":\n    Net(1)(x).backward()\n'}, "train.py"),
    ],
)
def test_which_script_was_started(tmp_path: Path, files: dict[str, str | None], expected: str | None) -> None:
    """Modules of one are no scripts of their own; two that have nothing to do with each other stay two."""
    run = project(tmp_path, {name: text for name, text in {**PROJECT, **files}.items() if text is not None})
    assert (run.script.file if run.script is not None else None) == expected
    assert bool(run.assumed) is (expected is None)


@pytest.mark.parametrize("folder", ["src", "code", "scripts/train", "src/churn", "churn"])
def test_the_only_script_in_folders_of_code(tmp_path: Path, folder: str) -> None:
    """It is taken, and told as assumed, where a log lies beside them."""
    files = {f"{folder}/{name}": text for name, text in PROJECT.items()}
    if folder.endswith("churn"):
        files = {name: text.replace("from model", "from .model") for name, text in files.items()}
        files[f"{folder}/__init__.py"] = ""
    run = project(tmp_path, files)
    assert run.script is not None and run.script.file == f"{folder}/train.py" and layers(run)
    assert place(run, "zeroes_gradients") == (f"{folder}/engine.py", 6)
    assert run.assumed == [f"{folder}/train.py is taken for the script of this run: no other one beside the log trains"]
    write(tmp_path, {"src/second.py": "loss.backward()\n"})
    assert read_run(tmp_path).script is None
    (tmp_path / "fit.py").write_text("loss.backward()\n")
    nearer = read_run(tmp_path)
    assert nearer.script is not None and nearer.script.file == "fit.py"


def test_without_a_log_no_folder_of_code_is_looked_into(tmp_path: Path) -> None:
    """Settings alone are no run of a script elsewhere."""
    write(tmp_path, {"config.yaml": "lr: 0.1\nbatch_size: 4\n", "src/train.py": "loss.backward()\n"})
    assert read_run(tmp_path).script is None


def test_beside_what_it_printed_a_script_may_lie_in_a_folder_of_code(tmp_path: Path) -> None:
    code = "from sklearn.svm import SVC\nSVC().fit(X, y)\n"
    write(tmp_path, {"logs/output.log": "svc 0.66\nknn 0.69\n", "src/train.py": code})
    script = read_run(tmp_path).script
    assert script is not None and script.file == "src/train.py"


@pytest.mark.parametrize(
    ("finding", "place"),
    [
        ("gradients-never-zeroed", ("engine.py", (6, 6))),
        ("hidden-layer-collapses", ("model.py", None)),
        ("not-shuffled", ("data.py", (5, 5))),
    ],
)
def test_a_rule_names_the_place_in_the_module(tmp_path: Path, finding: str, place: tuple[str, Any]) -> None:
    """The whole diagnosis tells the file that a person has to open."""
    project(tmp_path, PROJECT)
    found = next(each for each in diagnose(tmp_path).findings if each.finding == finding)
    assert found.degree == 1.0 and found.where is not None and (found.where.file, found.where.rows) == place


_IMPORTS = (
    "from model import Net\n",
    "from data import make_loaders\n",
    "from engine import train_one_epoch, evaluate\n",
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hidden=st.integers(1, 500), shuffle=st.sampled_from(("", ", shuffle=True")),
    flags=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)  # fmt: skip
def test_several_files_say_what_one_file_says(
    tmp_path: Path, hidden: int, shuffle: str, flags: tuple[bool, bool, bool, bool]
) -> None:
    """A script split into modules says what it says as one file, with lines that are there."""
    zeroes, switch, dropout, star = flags
    engine = ENGINE.replace("        loss = ", "        optimizer.zero_grad()\n        loss = ") if zeroes else ENGINE
    engine = engine.replace("    for x, y", "    model.train()\n    for x, y", 1) if switch else engine
    model = (
        MODEL.replace("        self.b =", "        self.d = nn.Dropout(0.2)\n        self.b =") if dropout else MODEL
    )
    train = TRAIN.replace("128", str(hidden))
    files = {"model.py": model, "engine.py": engine, "data.py": DATA.replace("SIZE)", f"SIZE{shuffle})")}
    alone = train
    for one in _IMPORTS:
        alone = alone.replace(one, "")
        if star:
            train = train.replace(one, one.partition(" import ")[0] + " import *\n")
    teacher = MODEL[MODEL.index("class Teacher") : MODEL.index("class Net")]
    joined = files["model.py"].replace(teacher, "") + files["data.py"] + engine + alone
    (tmp_path / "one").mkdir(exist_ok=True)
    (tmp_path / "several").mkdir(exist_ok=True)
    one, several = (
        project(tmp_path / "one", {"train.py": joined}),
        project(tmp_path / "several", {**files, "train.py": train}),
    )
    assert one.script is not None and several.script is not None
    assert layers(one) == layers(several) and facts(one) == facts(several)
    for kind in ("called", "named"):
        settings_of, expected = getattr(several.script, kind), getattr(one.script, kind)
        assert {key: each.value for key, each in settings_of.items()} == {
            key: each.value for key, each in expected.items()
        }
        for each in settings_of.values():
            lines = (tmp_path / "several" / each.place.file).read_text().split("\n")
            assert lines[each.place.row - 1].strip()
    m = Measures(several)
    for fact, (_, line) in facts(several).items():
        where = m.one(f"code.{fact}").where
        assert where is not None
        text = (tmp_path / "several" / where.file).read_text().split("\n")[where.rows[0] - 1]
        assert text.strip()[:160] == line


_LINES = st.lists(st.sampled_from((
    "import torch", "from .a import *", "from a import b as c", "import b", "from . import b", "import pkg.c as d",
    "x = b.c(y)", "global x", "def f(x=b):\n    global y\n    y = x\n    return f", "class f:\n    x = f",
    "if __name__ == '__main__':\n    f()", "b.x.y = 1", "x += 1", "loss.backward()", "from b import (c,\n    f)",
    "@f\ndef g(): pass", "del x", "a = lambda x: b.f(x)", "with f() as x: pass", "x = [f for f in b]", "f(x); g = 1",
    "try:\n    import b\nexcept ImportError:\n    b = None", "async def g(): await f()", "\x0c", "def (",
)), max_size=8)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.fixed_dictionaries(dict.fromkeys(("train.py", "a.py", "b.py", "pkg/__init__.py", "pkg/c.py"), _LINES)))
@example(  # an import that gets another name in the joined text stands where it stood
    files={
        "train.py": [],
        "a.py": [],
        "b.py": ["class f:\n    x = f", "from b import (c,\n    f)"],
        "pkg/__init__.py": [],
        "pkg/c.py": ["loss.backward()", "a = lambda x: b.f(x)", "import b"],
    }
)
def test_whatever_stands_in_modules_a_run_is_read(tmp_path: Path, files: dict[str, list[str]]) -> None:
    """Circles, names that are missing or shared, and text that is no Python end in a script or in notes."""
    run = project(tmp_path, {name: "\n".join(lines) + "\n" for name, lines in files.items()})
    assert run.curves
    if run.script is not None:
        assert not any("in part only" in note for note in run.notes)
        for node in run.script.code.nodes:
            if hasattr(node, "lineno"):
                at = run.script.code.place(node)
                assert 0 < at.row <= (tmp_path / at.file).read_text().count("\n") + 1
