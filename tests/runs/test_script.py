"""The training script beside a log: which file it is, and what settings and layers stand in it; nothing is ever run."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mladvisor.cli import main
from mladvisor.diagnosis.api import diagnose_run, rulebook_with
from mladvisor.diagnosis.verdict import judge
from mladvisor.errors import ReadError
from mladvisor.features import loss_names, vocabulary
from mladvisor.features.catalogue import Measures
from mladvisor.features.optimizer_defaults import OPTIMIZERS
from mladvisor.runs import optimizer_rates
from mladvisor.runs.discover import find_runs
from mladvisor.runs.read import read_run
from mladvisor.runs.script import default_rates
from mladvisor.runs.script.code import MAX_BYTES, Code
from mladvisor.runs.script.find import script_of, trains

LOG = "epoch,loss,val_loss\n" + "".join(f"{e},{1 / (e + 1):.4f},{1.1 / (e + 1):.4f}\n" for e in range(10))
TRAINS = "import torch\nloss = criterion(model(x), y)\nloss.backward()\n"


def folder(path: Path, **files: str) -> Path:
    """A run folder with a log and more files: a name's double underscore is its dot."""
    (path / "log.csv").write_text(LOG)
    for name, text in files.items():
        (path / name.replace("__", ".")).write_text(text)
    return path


def read(text: str) -> Any:
    """A script alone."""
    notes: list[str] = []
    script = script_of(Code("train.py", dedent(text)), notes)
    assert not notes
    return script


def called(text: str) -> dict[str, Any]:
    """Settings that are arguments of calls."""
    return {key: setting.value for key, setting in read(text).called.items()}


def layers(text: str) -> list[tuple[str, float | None]] | None:
    """Types and widths of the layers."""
    model = read(text).model
    return None if model is None else [(layer.type, layer.units) for layer in model.layers]


def test_the_script_that_trains_is_taken(tmp_path: Path) -> None:
    """Helpers beside it train nothing."""
    run = read_run(folder(tmp_path, train__py=TRAINS, utils__py="def f(x):\n    return scaler.fit(x)\n"))
    assert run.script is not None and run.script.file == "train.py" and run.files["script"] == ("train.py",)


def test_of_two_that_train_none_is_taken(tmp_path: Path) -> None:
    """Which of them wrote the log cannot be told; that is said."""
    run = read_run(folder(tmp_path, a__py=TRAINS, b__py=TRAINS))
    assert run.script is None and "script" not in run.files
    assert any("a.py and b.py each train" in line for line in run.assumed)


def test_a_loop_that_forgot_backward_trains_all_the_same(tmp_path: Path) -> None:
    """An optimizer that steps is a training, with or without gradients."""
    text = "import torch\nopt = torch.optim.SGD(model.parameters(), lr=0.1)\nfor x in loader:\n    opt.step()\n"
    assert read_run(folder(tmp_path, train__py=text)).script is not None


def test_a_script_below_the_folder_is_not_taken(tmp_path: Path) -> None:
    """A script in a subfolder that is no folder of code is none of this run."""
    (tmp_path / "third_party").mkdir()
    (tmp_path / "third_party" / "train.py").write_text(TRAINS)
    assert read_run(folder(tmp_path)).script is None


UNCLEARED = """import torch
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
for x, y in loader:
    loss = torch.nn.functional.cross_entropy(net(x), y)
    loss.backward()
    opt.step()
"""


def test_a_script_alone_is_judged_where_it_is_named(tmp_path: Path) -> None:
    """`batch` takes no folder of code for a run; who names it, or the script itself, has the script judged."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "train.py").write_text(UNCLEARED)
    assert list(find_runs(tmp_path)) == []
    for path in (tmp_path / "one", tmp_path / "one" / "train.py"):
        run = read_run(path)
        assert run.script is not None
        assert any("only what train.py says is judged" in line for line in run.warnings)
        found = diagnose_run(run, rulebook_with(()))
        assert found.hypotheses[0].cause == "training-pipeline-bug"  # its loop clears no gradients
        assert "overfitting" in found.unjudged


def test_a_sound_script_alone_proves_no_training(tmp_path: Path) -> None:
    """That nothing is wrong with what a script says does not make it more than likely that training went well."""
    (tmp_path / "train.py").write_text(UNCLEARED.replace("    loss =", "    opt.zero_grad()\n    loss =", 1))
    found = diagnose_run(read_run(tmp_path), rulebook_with(()))
    assert found.hypotheses[0].probability < 0.5
    assert found.healthy < 0.9
    assert "Nothing wrong was found in the script" in judge(found).sentence


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"def add(a, b):\n    return a + b\n", "no fit, no backward and step"),
        (b'print "fitting"\nmodel.fit(x, y)\n', "is no Python 3 .line 1"),
        (b"", "is empty"),
        (b"model.fit(x, y)\0", "holds binary data"),
        (b"model.fit(x, y)\n" * 30_000, "no script over 400 kB"),
    ],
)
def test_a_script_that_cannot_be_judged_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    """Neither the folder nor the file is a run then; who names the file is told what is expected of it."""
    (tmp_path / "fit.py").write_bytes(content)
    with pytest.raises(ReadError):
        read_run(tmp_path)
    with pytest.raises(ReadError, match=why):
        read_run(tmp_path / "fit.py")


def test_of_two_scripts_without_a_log_one_is_to_be_named(tmp_path: Path) -> None:
    """Which of two was run, only a person knows."""
    for name in ("first.py", "second.py"):
        (tmp_path / name).write_text(UNCLEARED)
    with pytest.raises(ReadError, match=r"first\.py and second\.py each train a model.*name the one that was run"):
        read_run(tmp_path)
    assert read_run(tmp_path / "second.py").script is not None


def test_a_script_that_acts_in_a_world_is_reinforcement_learning(tmp_path: Path) -> None:
    """What only holds of labelled data is not held against it, such as a random network that is kept as it is."""
    (tmp_path / "ppo.py").write_text(UNCLEARED.replace("import torch\n", "import torch\nimport gymnasium as gym\n"))
    found = Measures(read_run(tmp_path / "ppo.py"))
    assert found.value("run.kind") == "reinforcement"
    assert "gymnasium" in found.one("run.kind").note


def test_cells_of_a_notebook_are_joined(tmp_path: Path) -> None:
    """What only IPython understands is dropped, and places name the cell and the line in it."""
    cells = [
        {"cell_type": "markdown", "source": ["# Training\n"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "!pip install torch\n", "import torch\n"]},
        {"cell_type": "code", "source": "opt = torch.optim.SGD(model.parameters(),\n    lr=0.2)\nloss.backward()"},
        {"cell_type": "code", "source": ["%%bash\n", "ls\n"]},
    ]
    run = read_run(folder(tmp_path, work__ipynb=json.dumps({"cells": cells, "nbformat": 4})))
    assert run.script is not None
    setting = run.script.called["optimizer.lr"]
    assert (setting.value, setting.place.file, setting.place.row) == (0.2, "work.ipynb[3]", 2)


@pytest.mark.parametrize(
    "text",
    [
        "print 'epoch', 1\nloss.backward()\n",
        "def f(:\n    loss.backward()\n",
        "loss.backward()\nx = " + "(" * 3000 + ")" * 3000,
        "loss.backward()\nx = " + "-" * 50_000 + "1",
        "if 1:\n\tloss.backward()\n        x = 1\n",
    ],
)
def test_what_cannot_be_parsed_is_a_note(tmp_path: Path, text: str) -> None:
    """Python 2, broken and deeply nested sources are told in a sentence; the log is read all the same."""
    run = read_run(folder(tmp_path, train__py=text))
    assert run.curves and run.script is None
    assert any(line.startswith("train.py ") and line.endswith("nothing of it is used") for line in run.notes)


def test_null_bytes_and_huge_files_are_left_alone(tmp_path: Path) -> None:
    """Binary data is a note; a file beyond every script's size is passed over."""
    run = read_run(
        folder(tmp_path, a__py="x = 1\0\nloss.backward()", b__py="loss.backward()\n" + "x = 1\n" * MAX_BYTES)
    )
    assert run.script is None and len(run.notes) == 1


def test_nothing_is_executed(tmp_path: Path) -> None:
    """A script that would write a file at import writes none."""
    mark = tmp_path / "mark"
    read_run(folder(tmp_path, train__py=f"open({str(mark)!r}, 'w').write('x')\n{TRAINS}"))
    assert not mark.exists()


def test_arguments_of_calls_are_settings() -> None:
    """Optimizer, loss, loaders, clipping, schedule and the loop's length, through constants of simple names."""
    found = called("""
        import torch
        from torch import nn, optim
        from torch.utils.data import DataLoader
        LR = 2 * 1e-3
        class Config:
            batch = 64
        cfg = Config()
        train_loader = DataLoader(train, batch_size=cfg.batch, shuffle=False)
        val_loader = DataLoader(val, batch_size=1000)
        criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
        opt = optim.SGD(model.parameters(), LR, momentum=0.9)
        sched = optim.lr_scheduler.StepLR(opt, 5)
        for epoch in range(12):
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        """)
    assert found == {
        "optimizer": "SGD",
        "optimizer.lr": 0.002,
        "optimizer.momentum": 0.9,
        "loss": "nn.CrossEntropyLoss",
        "label_smoothing": 0.1,
        "train.batch_size": 64,
        "train.shuffle": False,
        "train.epochs": 12,
        "lr_scheduler": "StepLR",
        "max_grad_norm": 1.0,
    }


def test_argparse_defaults_count_where_they_are_used() -> None:
    """`args.lr` is the default of `--lr`."""
    found = called("""
        import argparse, torch
        parser = argparse.ArgumentParser()
        parser.add_argument('--lr', type=float, default=0.05)
        args = parser.parse_args()
        opt = torch.optim.Adam(model.parameters(), lr=args.lr)
        """)
    assert found["optimizer.lr"] == 0.05


def test_settings_of_keras() -> None:
    """What `compile` and `fit` are told."""
    found = called("""
        import keras
        from sklearn.preprocessing import StandardScaler
        x = StandardScaler().fit_transform(x)
        model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-2), loss='mse', metrics=['mae'])
        model.fit(x, y, epochs=30, batch_size=16, callbacks=[keras.callbacks.EarlyStopping(patience=3)])
        """)
    assert found["optimizer"] == "Adam" and found["optimizer.learning_rate"] == 0.01 and found["loss"] == "mse"
    assert found["fit.epochs"] == 30 and found["fit.batch_size"] == 16
    assert found["normalization"] is True and found["early_stopping.patience"] == 3


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("load_splits('churn', standardize=False)", False),
        ("get_data(batch, normalise=True)", True),
        ("read_rows(scaler=None)", False),
        ("prepare(df, scaling='none')", False),
        ("load_splits('churn', scale=factor)", None),
        ("make_grid(x, normalize=False)", None),  # a picture of a batch
        ("counts(x, normalize=False)", None),
    ],
)
def test_what_hands_over_the_data_tells_whether_it_scales(call: str, told: bool | None) -> None:
    """An argument that says so, of a call that loads, reads, splits or prepares."""
    found = called(f"""
        import torch
        X, y = {call}
        opt = torch.optim.SGD(model.parameters(), lr=0.1)
        """)
    assert found.get("normalize_inputs") is told


def test_parameters_of_boosting() -> None:
    """A mapping that is handed to `train`."""
    found = called("""
        import xgboost as xgb
        params = {"eta": 0.3, "max_depth": 6}
        xgb.train(params, dtrain, num_boost_round=200)
        """)
    assert found == {"params.eta": 0.3, "params.max_depth": 6, "params.num_boost_round": 200}
    for written in ('{"eta": 0.3, "objective": "count:poisson"}', 'dict(eta=0.3, objective="count:poisson")'):
        found = called(f"import xgboost as xgb\nxgb.train({written}, dtrain)")
        assert found == {"params.eta": 0.3, "params.objective": "count:poisson"}


@pytest.mark.parametrize(
    "text",
    [
        "lr = 0.1\nlr = 0.2\nopt = torch.optim.SGD(p, lr=lr)\n",
        "lr = float(input())\nopt = torch.optim.SGD(p, lr=lr)\n",
        "for lr in (0.1, 0.2):\n    opt = torch.optim.SGD(p, lr=lr)\n",
        "if fast:\n    opt = torch.optim.SGD(p, lr=0.5)\n",
        "a = torch.optim.SGD(p, lr=0.1)\nb = torch.optim.SGD(q, lr=0.2)\n",
    ],
)
def test_what_varies_has_no_value(text: str) -> None:
    """A rate that is set twice, looped over, or one of several is unknown."""
    assert "optimizer.lr" not in called("import torch\n" + text)


def test_a_loss_with_further_terms_is_not_the_loss() -> None:
    """The level of a sum of terms is not that of one of them by name."""
    text = "import torch.nn.functional as F\nbce = F.binary_cross_entropy(p, x)\nloss = bce + kld\nloss.backward()\n"
    assert "loss" not in called(text)


@pytest.mark.parametrize(
    ("loop", "known"),
    [
        ("for x, y in loader:\n    loss(model(x), y).backward()\n", True),
        ("for step, (x, y) in enumerate(tqdm(loader)):\n    loss(model(x), y).backward()\n", True),
        ("for x, y in loader:\n    total += loss(model(x), y).item()\n", False),
        ("for epoch in range(9):\n    for x, y in loader:\n        ...\n", True),  # an extract
        ("for x, y in loader:\n    total += x[..., 0].sum()\n", False),
    ],
)
def test_a_loader_of_any_name_is_for_training_where_gradients_come_of_its_batches(loop: str, known: bool) -> None:
    """What is only scored may lie in any order."""
    head = "from torch.utils.data import DataLoader\nloader = DataLoader(rows, batch_size=9, shuffle=False)\n"
    found = called(head + loop)
    assert ("train.shuffle" in found) is known


def test_a_validation_loader_says_nothing_of_training() -> None:
    """`shuffle=False` of the validation rows is as it should be."""
    assert (
        called("from torch.utils.data import DataLoader\nval_loader = DataLoader(v, batch_size=9, shuffle=False)\n")
        == {}
    )


def test_configuration_and_log_come_before_the_script(tmp_path: Path) -> None:
    """What was logged or configured was used; a script may have been given other arguments."""
    text = "import torch\nopt = torch.optim.Adam(model.parameters(), lr=0.5)\nmomentum = 0.3\n" + TRAINS
    measures = Measures(read_run(folder(tmp_path, train__py=text, config__yaml="learning_rate: 0.001\n")))
    rate, momentum = measures.one("config.learning_rate"), measures.one("config.momentum")
    assert rate.value == 0.001 and rate.note == ""
    assert momentum.value == 0.3 and momentum.where is not None
    assert (momentum.where.file, momentum.where.rows) == ("train.py", (3, 3))


def test_epochs_of_the_script_do_not_call_a_run_cut_short(tmp_path: Path) -> None:
    """A command line may have asked for fewer."""
    text = "for epoch in range(100):\n    pass\n" + TRAINS
    measures = Measures(read_run(folder(tmp_path, train__py=text)))
    assert measures.value("config.epochs") == 100 and not measures.one("run.finished").known


KERAS = """
    import keras
    from keras import layers
    model = keras.Sequential([
        layers.Input((64,)),
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.5),
        layers.Dense(10, activation="softmax"),
    ])
    model.fit(x, y)
    """
TORCH = """
    import torch
    from torch import nn
    import torch.nn.functional as F
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(32, 10)
            self.conv = nn.Conv2d(1, 16, 3)
            self.body = nn.Sequential(nn.Linear(400, 32), nn.ReLU())
        def forward(self, x):
            x = F.max_pool2d(F.relu(self.conv(x)), 2)
            x = x.view(x.size(0), -1)
            return F.log_softmax(self.out(self.body(x)), dim=1)
    model = Net()
    loss.backward()
    """


def test_layers_of_keras() -> None:
    """A list of layers, and layers that are added one by one, with their activations."""
    expected = [("InputLayer", None), ("Dense", 32.0), ("Dropout", None), ("Dense", 10.0)]
    assert layers(KERAS) == expected
    added = """
        from keras.models import Sequential
        from keras.layers import Dense
        model = Sequential()
        model.add(Dense(8, activation='tanh', input_dim=4))
        model.add(Dense(1))
        model.fit(x, y)
        """
    assert layers(added) == [("Dense", 8.0), ("Dense", 1.0)]
    assert [layer.activation for layer in read(added).model.layers] == ["tanh", None]


def test_layers_of_pytorch_in_the_order_of_forward() -> None:
    """Functional activations are layers, too; the order of `__init__` means nothing."""
    assert layers(TORCH) == [
        ("Conv2d", 16.0), ("ReLU", None), ("MaxPool2d", None), ("Reshape", None), ("Linear", 32.0), ("ReLU", None),
        ("Linear", 10.0), ("LogSoftmax", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return F.log", "if self.training:\n                x = x * 2\n            return F.log"),
        ("return F.log_softmax(self.out(self.body(x)), dim=1)", "h = self.body(x)\n            return self.out(h), h"),
        ("x = x.view(x.size(0), -1)", "x = x + self.conv(x)"),
        ("x = x.view(x.size(0), -1)", "x = other(x)"),
        ("x = x.view(x.size(0), -1)", "for _ in range(3):\n                x = F.relu(x)"),
        ("nn.Sequential(nn.Linear(400, 32), nn.ReLU())", "nn.Sequential(*blocks)"),
        ("return F.log_softmax(self.out(self.body(x)), dim=1)", "return self.body(self.body(x))"),
    ],
)
def test_a_model_that_is_no_plain_chain_gives_no_layers(old: str, new: str) -> None:
    """Branches, loops and unknown calls: no list rather than a wrong one."""
    assert old in TORCH
    assert layers(TORCH.replace(old, new)) is None


def test_layers_of_the_script_are_measured_as_others(tmp_path: Path) -> None:
    """What rules say of a described model they say of a scripted one."""
    measures = Measures(read_run(folder(tmp_path, train__py=dedent(KERAS))))
    assert measures.value("model.output.activation") == "softmax" and measures.value("model.output.units") == 10.0
    assert measures.value("model.has_batch_norm") is False and measures.value("model.depth") == 1.0


LINES = [line for text in (KERAS, TORCH) for line in dedent(text).split("\n")]


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=400), st.lists(st.sampled_from(LINES), max_size=30).map("\n".join)))
def test_no_text_raises_anything_but_a_read_error(text: str) -> None:
    """Any text is read, or told to be no script."""
    try:
        code = Code("train.py", text)
    except ReadError:
        return
    trains(code)
    script_of(code, [])


def test_the_reading_shows_the_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`read` names the script, and each of its settings with the line."""
    path = folder(tmp_path, train__py="import torch\nopt = torch.optim.SGD(model.parameters(), lr=0.25)\n" + TRAINS)
    for form in ("text", "json"):
        with pytest.raises(SystemExit):
            main(["read", str(path), "--format", form])
        shown = capsys.readouterr().out
        if form == "text":
            assert "train.py:2" in shown and "0.25" in shown
        else:
            told = json.loads(shown)["script"]
            assert told["file"] == "train.py" and told["settings"]["optimizer.lr"]["value"] == 0.25


@pytest.mark.parametrize(
    "written",
    [
        'model.compile("adam", "binary_crossentropy")',
        'model.compile(keras.optimizers.Adam(1e-3), "binary_crossentropy", metrics=["accuracy"])',
        "model.compile('adam', loss=keras.losses.binary_crossentropy)",
        "model.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True))",
        "model.compile('adam', loss=BinaryCrossentropy())",
        "model.compile('adam', loss=tf.keras.losses.BinaryCrossentropy())",
        "model.compile('adam', loss='bce')",
        "loss = F.binary_cross_entropy(model(x), y)\nloss.backward()",
        "loss = F.binary_cross_entropy_with_logits(model(x), y)\nloss.backward()",
        "loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=model(x))",
    ],
)
def test_binary_cross_entropy_under_all_its_names(written: str) -> None:
    """By position, as text, object or function; a baseline of scikit-learn beside the network is not the model."""
    imports = (
        "import keras\nimport tensorflow as tf\nimport torch.nn.functional as F\n"
        "from keras.losses import BinaryCrossentropy\n"
    )
    found = called(f"{imports}{written}\nbase = LogisticRegression().fit(A, y)\n")
    assert loss_names.loss(found["loss"]) == "binary-cross-entropy"
    assert ("model" in found) == ("tf.nn" in written)


def test_what_an_estimator_is_handed_without_a_name_is_its_first_argument() -> None:
    """The widths of a network, the number of trees."""
    head = "from sklearn.neural_network import MLPClassifier\nfrom sklearn.ensemble import RandomForestClassifier\n"
    assert called(f"{head}MLPClassifier((8, 4), alpha=0.1)\n")["params.hidden_layer_sizes"] == [8, 4]
    assert called(f"{head}RandomForestClassifier(40)\n")["params.n_estimators"] == 40


def test_models_that_are_compiled_differently_have_no_loss() -> None:
    """What two models of a script do not share is not told."""
    found = called("a.compile('adam', 'mse')\nb.compile('adam', 'mae')\nre.compile('a', 'b')\n")
    assert found == {"optimizer": "adam", "optimizer.default_lr": 0.001}


@pytest.mark.parametrize(
    ("written", "smoothing", "soft"),
    [
        ("c = nn.CrossEntropyLoss(label_smoothing=.15)", 0.15, None),
        ("a = F.cross_entropy(o, y)\nb = F.cross_entropy(o, y, label_smoothing=0.1)", 0.1, None),
        ("c = LabelSmoothingCrossEntropy(smoothing=0.2)", 0.2, None),
        ("c = LabelSmoothingCrossEntropy()", 0.1, None),
        ("c = nn.CrossEntropyLoss(label_smoothing=args.ls)", None, "label smoothing"),
        ("x, ya, yb, lam = mixup_data(x, y)", None, "mixup_data"),
        ("mix = v2.CutMix(num_classes=10)", None, "CutMix"),
        ("with torch.no_grad():\n    t = teacher(x)", None, "teacher"),
        ("c = FocalLoss(gamma=2)", None, "FocalLoss"),
        ("teacher_forcing_ratio = 0.5", None, None),
        ("c = DistilBertConfig()", None, None),
    ],
)
def test_what_makes_targets_soft(written: str, smoothing: float | None, soft: str | None) -> None:
    """Smoothing by its amount; what softens them otherwise, or by an amount that is not written, by its name."""
    found = called(f"import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n{written}\n")
    assert found.get("label_smoothing") == smoothing and found.get("soft_targets") == soft


STEPS = "    out = net(a[i])\n    out.backward()\n"


@pytest.mark.parametrize(
    ("loop", "size"),
    [
        ("for i in torch.randperm(len(a)).split(64):\n", 64),
        ("order = torch.randperm(len(a))\nfor i in order.split(64):\n", 64),
        ("for i in torch.tensor(np.random.permutation(rows)).split(64):\n", 64),
        ("for i in a.split(64):\n", None),  # of a text its words, for all that is known
        ("for i in range(0, len(a), 32):\n", 32),
        ("for i in range(0, len(a), B):\n", 16),
        ("for i in range(0, len(a), unknown):\n", None),
        ("for i in range(20):\n", None),
    ],
)
def test_rows_at_a_time_by_hand(loop: str, size: int | None) -> None:
    """Loops over parts of the rows around a `backward` tell the batch size."""
    assert called(f"import torch\nB = 16\n{loop}{STEPS}").get("train.batch_size") == size


BATCHES = "    for i in range(0, n, 32):\n        out = net(a[order[i:i + 32]])\n        out.backward()\n"


@pytest.mark.parametrize(
    ("loop", "mixed"),
    [
        (f"for e in range(9):\n    order = torch.randperm(n)\n{BATCHES}", True),
        (f"for e in range(9):\n    order = rng.permutation(n)\n{BATCHES}", True),
        (f"def epoch():\n    order = torch.randperm(n)\n{BATCHES}", True),
        (f"MIX = True\nfor e in range(9):\n    order = torch.randperm(n) if MIX else torch.arange(n)\n{BATCHES}", True),
        (
            f"MIX = False\nfor e in range(9):\n    order = torch.randperm(n) if MIX else torch.arange(n)\n{BATCHES}",
            None,
        ),
        (f"for e in range(9):\n    order = torch.randperm(n) if mix() else torch.arange(n)\n{BATCHES}", None),
        (f"for e in range(9):\n    order = torch.arange(n)\n{BATCHES}", None),
        (f"order = torch.randperm(n)\nfor e in range(9):\n{BATCHES}", None),  # mixed once, before everything
        ("for e in range(9):\n    for x in rows:\n        p = torch.randperm(9)\n        net(x[p]).backward()\n", None),
    ],
)
def test_rows_mixed_by_hand(loop: str, mixed: bool | None) -> None:
    """An order drawn anew for each pass is shuffling; one within a batch, or before everything, is another matter."""
    assert called(f"import torch\n{loop}").get("train.shuffle") is mixed


@pytest.mark.parametrize(
    ("written", "rows"),
    [
        ("X, y = load_digits(return_X_y=True)\na, b, c, d = train_test_split(X / 16, y, test_size=.2)", 1437),
        ("X, y = load_iris(return_X_y=True)\na, b, c, d = train_test_split(X, y)", 112),
        (
            "X, y = load_digits(return_X_y=True)\nX, y = X[:500], y[:500]\na, b = train_test_split(X, test_size=.2)",
            None,
        ),
        ("X, y = load_digits(return_X_y=True)\na, b, c, d = train_test_split(X, y, test_size=.2)\na = a[:160]", None),
        ("X, y = load_digits(return_X_y=True)\nk = y < 5\na, b = train_test_split(X[k], test_size=.2)", None),
        ("X, y = load_digits(return_X_y=True)", None),
        ("X, y = make_classification(2000, 20)\na, b, c, d = train_test_split(X, y)", 1500),
        ("X, y = make_moons(n_samples=N)\na, b, c, d = train_test_split(X, y, test_size=.2)", None),
        ("d = pd.read_csv('x.csv')\nX = load_digits()\na, b = train_test_split(X, test_size=.2)", None),
    ],
)
def test_rows_of_a_well_known_set(written: str, rows: int | None) -> None:
    """What the only split leaves of it; a set that is cut has no number."""
    assert called(written).get("train.train_rows") == rows


ENCODES = "enc = nn.Sequential(nn.Linear(64, 8), nn.ReLU())\n"
HEAD = "head = nn.Linear(8, 2)\nce = nn.CrossEntropyLoss()\n"
AE = f"{ENCODES}dec = nn.Sequential(nn.Linear(8, 64), nn.Sigmoid())\nloss = nn.MSELoss()\n"
GAN = (
    "G = nn.Sequential(nn.Linear(4, 8), nn.Tanh())\nD = nn.Sequential(nn.Linear(8, 1))\nbce = nn.BCEWithLogitsLoss()\n"
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f"{ENCODES}{HEAD}f = enc(x)\nfor i in rows: ce(head(f[i]), y[i]).backward()", ["Linear"]),
        (f"{ENCODES}{HEAD}out = head(f)\nce(out, y).backward()", ["Linear"]),
        (f"{ENCODES}{HEAD}ce(head(enc(x)), y).backward()", ["Linear", "ReLU", "Linear"]),
        (f"{ENCODES}{HEAD}head = head.to(device)\nce(head(enc(x)), y).backward()", ["Linear", "ReLU", "Linear"]),
        (f"{ENCODES}{HEAD}model = nn.Sequential(enc, head)\nce(model(x), y).backward()", ["Linear", "ReLU", "Linear"]),
        (f"{ENCODES}{HEAD}model = nn.Sequential(enc, head)\nfit(model)", ["Linear", "ReLU", "Linear"]),
        (f"{ENCODES}{HEAD}train(enc, head)", None),
        (f"{ENCODES}{HEAD}ce(torch.relu(head(x)), y).backward()", None),
        (f"{ENCODES}{HEAD}def step(head): ce(head(x), y).backward()", None),
        (f"{ENCODES}{HEAD}head.weight = w\nce(head(x), y).backward()", None),
        (f"{ENCODES}{HEAD}ce(head(x), y)\nce(enc(x), y).backward()", None),
        (f"{AE}loss(dec(enc(x)), x).backward()", ["Linear", "ReLU", "Linear", "Sigmoid"]),
        (f"{AE}z = enc(x)\nback = dec(z)\nloss(back, x).backward()", ["Linear", "ReLU", "Linear", "Sigmoid"]),
        (f"{AE}loss(x, dec(enc(x))).backward()", ["Linear", "ReLU", "Linear", "Sigmoid"]),
        (f"{AE}loss(dec(x), enc(x)).backward()", None),
        (f"{GAN}bce(D(x), ones).backward()\nbce(D(G(z)), ones).backward()", None),
        ("teacher = nn.Linear(4, 2)\nstudent = nn.Sequential(nn.Linear(4, 2))\n"
         "F.mse_loss(student(x), teacher(x)).backward()", None),
        ("model = nn.Sequential(nn.Linear(4, 2)).to(device)\nmodel.fit(x)", ["Linear"]),
    ],
)  # fmt: skip
def test_of_several_models_the_one_that_the_loss_sees_is_described(written: str, expected: list[str] | None) -> None:
    """Features that were computed before are data; where uses of the loss disagree, no model is described."""
    model = read(f"import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n{written}").model
    assert (None if model is None else [layer.type for layer in model.layers]) == expected


@pytest.mark.parametrize("part", ["nn.Sequential(a, a)", "nn.Sequential(a)", "nn.Linear(2, 2)"])
def test_parts_that_hold_each_other_end(part: str) -> None:
    """A name that is used in its own making is followed for a bounded way only."""
    read(f"import torch.nn as nn\nb = nn.Sequential(a)\na = {part}\nb = nn.Sequential(a)\nb(x).backward()")


RATE = "optimizer.default_lr"


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("m.compile(loss='mse', optimizer='adadelta')", 1e-3),
        ("m.compile('SGD', 'mse')", 1e-2),
        ("m.compile(optimizer=keras.optimizers.Ftrl(), loss='mse')", 1e-3),
        ("m.compile(optimizer=keras.optimizers.Adam(learning_rate=0.1), loss='mse')", None),
        ("m.compile(optimizer=keras.optimizers.Adam(0.1), loss='mse')", None),
        ("m.compile(optimizer=keras.optimizers.Adam(**given), loss='mse')", None),
        ("m.compile(optimizer='adam', loss='mse')\nm.compile(optimizer='sgd', loss='mse')", None),
        ("m.compile(optimizer='adam', loss='mse')\nm.optimizer.learning_rate = f()", None),
        ("m.compile(optimizer='adam', loss='mse')\nm.optimizer.learning_rate.assign(f())", None),
        ("m.compile(optimizer='adam', loss='mse')\nkeras.callbacks.LearningRateScheduler(f)", None),
        ("m.compile(optimizer='adam', loss='mse')\nlr = 0.1", None),
        ("m.compile(optimizer='mine', loss='mse')", None),
        ("m.compile(optimizer='adadelta', loss='mse')\nm.fit_generator(g)", None),
        ("torch.optim.Adadelta(m.parameters())", 1.0),
        ("torch.optim.SGD(m.parameters(), momentum=0.9)", 1e-3),
        ("torch.optim.SGD(m.parameters(), 0.1)", None),
        ("torch.optim.Adam(m.parameters(), lr=f())", None),
        ("torch.optim.Adam([{'params': m.parameters(), 'lr': 0.1}])", None),
        ("o = torch.optim.Adam(m.parameters())\ntorch.optim.lr_scheduler.OneCycleLR(o, 0.1, 10)", None),
        ("o = torch.optim.Adam(m.parameters())\nfor g in o.param_groups: g['lr'] = f()", None),
        ("o = torch.optim.Adam(m.parameters())\nprint(o.param_groups[0]['lr'])", 1e-3),
        ("transformers.Adafactor(m.parameters())", None),
    ],
)
def test_a_rate_that_nobody_sets_is_the_librarys(written: str, rate: float | None) -> None:
    """It stands at the line that names the optimizer, and not where something else may set a rate."""
    script = read(f"import keras\nimport torch\nimport transformers\n{written}")
    setting = script.called.get(RATE)
    assert (None if setting is None else setting.value) == rate
    assert setting is None or (setting.place.file, setting.place.row) == ("train.py", 4)


def test_defaults_are_those_that_rates_are_held_against() -> None:
    """What is supplied where no rate is set is what a rate is compared with."""
    for name, rate in optimizer_rates.KERAS.items():
        assert OPTIMIZERS[name].keras == rate
    for name, rate in optimizer_rates.TORCH.items():
        assert OPTIMIZERS[name].torch == rate
    assert default_rates.KEY == RATE == f"optimizer.{optimizer_rates.DEFAULT_RATE}"


@pytest.mark.parametrize("pretrained", [False, True])
@pytest.mark.parametrize("made", [*(f"keras {name}" for name in optimizer_rates.KERAS),
                                  *(f"torch {name}" for name in optimizer_rates.TORCH)])  # fmt: skip
def test_an_unset_rate_is_neither_high_nor_low(tmp_path: Path, made: str, pretrained: bool) -> None:
    """It is known, it is told from a chosen one, and it is never accused for where it lies."""
    library, _, name = made.partition(" ")
    spelt = {vocabulary.optimizer(one): one for one in TORCH_NAMES}.get(name, name)
    text = (
        f"m.compile(optimizer='{name}', loss='mse')\nm.fit(x)\n"
        if library == "keras"
        else f"import torch\no = torch.optim.{spelt}(m.parameters())\nloss.backward()\n"
    )
    text += "w = AutoModel.from_pretrained('a')\n" if pretrained else ""
    m = Measures(read_run(folder(tmp_path, train__py=text)))
    table = optimizer_rates.KERAS if library == "keras" else optimizer_rates.TORCH
    assert m.value("config.learning_rate") == table[name]
    assert m.value("lr.unset") is True
    assert m.value("lr.over_default") == 0 and m.value("lr.outside") == 0


TORCH_NAMES = ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "ASGD", "LBFGS",
               "Rprop")  # fmt: skip


def test_a_trainer_does_not_unsay_what_its_arguments_set() -> None:
    """`TrainingArguments(optim="sgd")` and the `Trainer` that takes them are calls of two kinds."""
    found = called(
        "from transformers import Trainer, TrainingArguments\n"
        "args = TrainingArguments('out', optim='sgd', learning_rate=1e-3)\n"
        "Trainer(model, args, train_dataset=rows).train()\n"
    )
    assert found["training_args.optim"] == "sgd" and found["training_args.learning_rate"] == 0.001


SORTED = """import numpy as np
from torch.utils.data import DataLoader
X_train, X_test, y_train, y_test = train_test_split(X, y)
{}
train_loader = DataLoader(TensorDataset(X_train, y_train), batch_size=9)
"""


def test_rows_that_are_sorted_after_they_were_mixed_are_mixed_no_longer() -> None:
    """A loader without an argument keeps the order that it finds; a random split before it may have been enough."""
    by_label = "order = np.argsort(y_train)\nX_train, y_train = X_train[order], y_train[order]"
    assert called(SORTED.format(by_label))["train.shuffle"] is False
    assert "train.shuffle" not in called(SORTED.format(""))
    again = by_label + "\nX_train, y_train = sklearn.utils.shuffle(X_train, y_train)"
    assert "train.shuffle" not in called(SORTED.format(again))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from transformers import BertConfig, BertModel\nc = BertConfig(hidden_size=8)\nm = BertModel(c)", False),
        ("from transformers import GPT2Config, GPT2LMHeadModel\nm = GPT2LMHeadModel(GPT2Config())", False),
        (
            "from transformers import AutoConfig, AutoModel\nm = AutoModel.from_config(AutoConfig())",
            False,
        ),
        ("from torchvision.models import resnet18\nm = resnet18(weights=None)", False),
        ("import timm\nm = timm.create_model('vit', pretrained=False)", False),
        ("from transformers import AutoModel\nm = AutoModel.from_pretrained('a')", True),
        (
            "from torchvision.models import resnet18\nm = resnet18(weights=None)\nm.load_state_dict(w)",
            None,
        ),
        ("import tensorflow as tf\nm = tf.keras.applications.ResNet50(include_top=False)", True),
        ("import tensorflow as tf\nm = tf.keras.applications.ResNet50(weights=None)", False),
        ("from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained('a')", None),
    ],
)
def test_a_model_starts_from_trained_weights_or_anew(text: str, expected: bool | None) -> None:
    """Settings and tokenizers of a published model hold no weights."""
    assert called(text + "\n").get("pretrained") is expected


def test_of_several_statements_on_a_line_the_one_that_is_meant_is_quoted() -> None:
    """What is told of a script names the statement, and not what stands before it."""
    code = Code("train.py", 'mu = rng.normal(0, 1); y = rng.integers(0, 3, n); x = f("é; ü")\nz = 1\n')
    stores = {node.id: node for node in ast.walk(code.tree) if isinstance(node, ast.Name)}
    assert code.line(stores["y"]) == "y = rng.integers(0, 3, n)"
    assert code.line(stores["x"]) == 'x = f("é; ü")'
    assert code.line(stores["z"]) == "z = 1"
