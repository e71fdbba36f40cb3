"""Folders of settings beside a log: parts of one configuration are all taken, alternatives are not."""

from __future__ import annotations

from typing import Any

import pytest

from mladvisor.runs.config import load
from mladvisor.runs.read import read_run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.settings_folder import settings_in_folders

from .conftest import Folder

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{1 / (at + 1)},{1 / (at + 1) + 0.1}\n" for at in range(8))
HYDRA = {
    "conf/config.yaml": "defaults:\n  - model: cnn\n  - optimizer: adam\n  - _self_\ntrainer:\n  epochs: 20\n",
    "conf/model/cnn.yaml": "_target_: net.CNN\nchannels: 16\n",
    "conf/model/mlp.yaml": "_target_: net.MLP\nhidden: 64\n",
    "conf/optimizer/adam.yaml": "_target_: torch.optim.Adam\nlr: 1e-7\n",
    "conf/optimizer/sgd.yaml": "_target_: torch.optim.SGD\nlr: 0.1\n",
}
EXPERIMENT = "# @package _global_\ndefaults:\n  - override /model: mlp\noptimizer:\n  lr: 0.3\n"


def settings(folder: Folder, files: dict[str, str]) -> dict[str, Any]:
    """Key -> value of the run."""
    return {key: setting.value for key, setting in read_run(folder({"metrics.csv": LOG, **files})).config.items()}


def test_the_defaults_of_hydra_pick_the_options(folder: Folder) -> None:
    run = read_run(folder({"metrics.csv": LOG, **HYDRA}))
    assert run.config["optimizer.lr"].value == 1e-7
    assert run.config["optimizer.lr"].place.file == "conf/optimizer/adam.yaml"
    assert run.config["model._target_"].value == "net.CNN"
    assert run.config["trainer.epochs"].place.file == "conf/config.yaml"
    assert "model.hidden" not in run.config
    assert any("conf/optimizer/adam.yaml" in line for line in run.assumed)


def test_the_command_line_picks_other_options_and_values(folder: Folder) -> None:
    said = settings(folder, {**HYDRA, "run.sh": "python train.py model=mlp optimizer.lr=0.01\n"})
    assert (said["model._target_"], said["optimizer.lr"]) == ("net.MLP", 0.01)


def test_an_experiment_of_the_command_line_overrules(folder: Folder) -> None:
    files = {**HYDRA, "conf/experiment/wide.yaml": EXPERIMENT}
    assert settings(folder, files)["optimizer.lr"] == 1e-7
    said = settings(folder, {**files, "run.sh": "python train.py +experiment=wide\n"})
    assert (said["model._target_"], said["optimizer.lr"]) == ("net.MLP", 0.3)


def test_what_hydra_wrote_goes_before_and_its_references_are_followed(folder: Folder) -> None:
    written = {".hydra/config.yaml": "optimizer:\n  name: sgd\n  lr: ${rate}\nrate: 0.5\n"}
    said = settings(folder, {**HYDRA, **written})
    assert said == {"optimizer.name": "sgd", "optimizer.lr": 0.5, "rate": 0.5}


def test_of_several_files_that_pick_others_the_one_that_trains(folder: Folder) -> None:
    files = {file.replace("conf/config", "conf/train"): text for file, text in HYDRA.items()}
    said = settings(folder, {**files, "conf/eval.yaml": "defaults:\n  - model: mlp\nlr: 3\n"})
    assert said["model._target_"] == "net.CNN"


def test_of_several_files_that_train_none(folder: Folder) -> None:
    files = {**HYDRA, "conf/finetune.yaml": "defaults:\n  - model: mlp\nlr: 3\n"}
    files["conf/pretrain.yaml"] = files.pop("conf/config.yaml")
    assert not settings(folder, files)


@pytest.mark.parametrize(
    ("files", "key", "value"),
    [
        ({"conf/model.yml": "name: cnn\n", "conf/train.yml": "lr: 0.1\nbatch_size: 8\n"}, "train.lr", 0.1),
        ({"config/data.yaml": "name: c\n", "config/optimizer.yaml": "name: adam\nlr: 0.2\n"}, "optimizer.lr", 0.2),
        (
            {"configs/training.json": '{"lr": 0.3}', "configs/model_config.json": '{"hidden": [8]}'},
            "model.hidden",
            [8],
        ),
        ({"conf/config.yaml": "optimizer: adam\n", "conf/optimizer/adam.yaml": "lr: 0.4\n"}, "optimizer.name", "adam"),
        ({"conf/base.yaml": "lr: 0.5\n", "conf/logging.yaml": "version: 1\n"}, "lr", 0.5),
    ],
)
def test_files_of_different_matters_are_all_taken(folder: Folder, files: dict[str, str], key: str, value: Any) -> None:
    assert settings(folder, files)[key] == value


def test_alternatives_that_nothing_picks_are_left_and_told(folder: Folder) -> None:
    options = {"conf/model/cnn.yaml": "lr: 1\n", "conf/model/mlp.yaml": "lr: 2\n"}
    run = read_run(folder({"metrics.csv": LOG, "conf/train.yaml": "epochs: 3\n", **options}))
    assert {key: setting.value for key, setting in run.config.items()} == {"epochs": 3}
    assert any("conf/model/" in line for line in run.assumed)


def test_a_file_beside_its_default_is_taken_where_the_command_names_it(folder: Folder) -> None:
    files = {"conf/default.yaml": "lr: 1\n", "conf/wide.yaml": "lr: 2\n"}
    assert not settings(folder, files)
    said = settings(folder, {**files, "run.sh": "python train.py --config conf/wide.yaml\n"})
    assert said["lr"] == 2


def test_a_script_of_hydra_gets_the_whole_configuration(folder: Folder) -> None:
    script = (
        "import hydra, torch\nfrom torch import nn\n\n\n"
        '@hydra.main(config_path="conf", config_name="config")\n'
        "def main(cfg):\n    net = nn.Linear(4, 2)\n"
        "    opt = torch.optim.SGD(net.parameters(), lr=cfg.optimizer.lr)\n"
        "    loss = nn.CrossEntropyLoss()\n"
        "    for epoch in range(cfg.trainer.epochs):\n        for x, y in data:\n"
        "            opt.zero_grad()\n            loss(net(x), y).backward()\n            opt.step()\n\n\nmain()\n"
    )
    run = read_run(folder({"metrics.csv": LOG, **HYDRA, "train.py": script}))
    assert run.script is not None
    assert run.script.called["optimizer.lr"].value == 1e-7
    assert run.script.called["train.epochs"].value == 20


def test_what_a_file_says_is_not_changed_by_the_one_that_adds_to_its_block(folder: Folder) -> None:
    """Each file is parsed once, for all who ask: those who put several together work on copies."""
    run = folder({"conf/train.yaml": "optimizer:\n  name: adam\n", "conf/optimizer/adam.yaml": "lr: 0.1\n"})
    names = ("conf/train.yaml", "conf/optimizer/adam.yaml")
    files = [Candidate(str(run / name), name) for name in names]
    said = settings_in_folders(files, None, [], []).content
    assert list(said.values()) == [{"optimizer": {"name": "adam", "lr": 0.1}}]
    assert load(files[0]) == {"optimizer": {"name": "adam"}}


def test_plain_settings_in_a_folder_of_settings(folder: Folder) -> None:
    """Flags a line, as speech toolkits keep them, beside a file of the same kind that is about sounds."""
    files = {"conf/train.conf": "--lr=0.1\n--bs=16\n--epochs=4\n", "conf/mfcc.conf": "--sample-frequency=16000\n"}
    assert settings(folder, files) == {"lr": 0.1, "bs": 16, "epochs": 4}


def test_tools_leave_files_of_that_kind_too(folder: Folder) -> None:
    """Without two keys that are settings of a training nothing is taken."""
    assert settings(folder, {"conf/server.conf": "--port=80\n--lr=1\n"}) == {}
