"""Settings in plain text: INI files, flags a line, printed options; and what only looks like them."""

from __future__ import annotations

import pytest

from mladvisor.runs.plain_settings import plain_settings, value_of
from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss\n1,2\n2,1\n"
WAYS = {
    "run.ini": "[model]\nhidden = 64, 32\n\n[training]\n; steps\nlr = 0.1  # high\nbatch_size = 8\nloss = mse\n",
    "args.txt": "--hidden 64 32\n--lr 0.1\n--batch-size 8\n--loss mse\n",
    "hparams.txt": "hidden: [64, 32]\nlr: 0.1\nbatch size: 8\nloss: mse\n",
    "opt.txt": "--- Options ---\n hidden: 64, 32 \n lr: 0.1  [default: 1]\n batch_size: 8\n loss: mse\n--- End ---\n",
    "train.cfg": "hidden=64,32\nlr=1e-1\nbatch_size=8\nloss='mse'\n",
    "flags": "--hidden 64 32 --lr=0.1 --batch_size=8 --loss mse\n",
    "run.cfg": "hidden      [64, 32]\nlr          0.1\nbatch_size  8\nloss        mse\n",
    "train.gin": "# gin\ntrain.hidden = [64, 32]\ntrain.lr = 0.1\ntrain.batch_size = 8\ntrain.loss = 'mse'\n",
    "config.txt": "Namespace(hidden=(64, 32), lr=0.1, batch_size=8, loss='mse')",
}


@pytest.mark.parametrize("name", WAYS)
def test_settings_are_read_however_they_are_written(folder: Folder, name: str) -> None:
    """The same four settings as INI, flags, pairs and printed options."""
    run = read_run(folder({"log.csv": LOG, name: WAYS[name]}))
    told = {key.rpartition(".")[2]: setting.value for key, setting in run.config.items()}
    assert told == {"hidden": [64, 32], "lr": 0.1, "batch_size": 8, "loss": "mse"}
    assert {setting.place.file for setting in run.config.values()} == {name}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tox.ini", "[testenv]\nbatch_size = 3\nlr = 1\n"),  # a tool's
        ("sweep.ini", "[training]\nbatch_size = 3\nlr = 1\n"),  # of many runs
        ("paths.ini", "[data]\nroot = /data\nname = wine\n"),  # no key is a setting of a training
        ("config.txt", "we tried lr 0.1 and a batch_size of 3.\nlr: 0.1 was too high\nthen we gave up\nand left\n"),
    ],
)
def test_what_is_no_settings_of_this_run_is_left_alone(folder: Folder, name: str, text: str) -> None:
    """Files of tools, of other runs, without settings, and prose."""
    assert read_run(folder({"log.csv": LOG, name: text})).config == {}


def test_a_yaml_file_goes_before_plain_text(folder: Folder) -> None:
    """Where both set a key, the file that cannot be anything else wins."""
    run = read_run(folder({"log.csv": LOG, "config.yaml": "lr: 0.5\n", "run.ini": "lr = 0.1\nbatch_size = 4\n"}))
    assert (run.config["lr"].value, run.config["batch_size"].value) == (0.5, 4)


def test_values_keep_what_they_are() -> None:
    """Words with spaces stay text; calls of layers are a list; "none" is an answer, None is nothing."""
    assert value_of("wrist accelerometer") == "wrist accelerometer"
    assert value_of("Linear(in_features=8, out_features=2) ReLU()") == [
        "Linear(in_features=8, out_features=2)",
        "ReLU()",
    ]
    assert value_of("none") == "none"
    assert value_of("None") is None
    assert plain_settings("--no-shuffle\n--bf16\n") == {"shuffle": False, "bf16": True}
    assert plain_settings("Namespace(lr=") is None
