"""Files of settings that are found by their keys: other cases, other names, Python's own printing, and containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.command_line import commands, only, options
from mladvisor.runs.launched import launched
from mladvisor.runs.plain_settings import plain_settings
from mladvisor.runs.read import read_run

LOG = "epoch,loss,val_loss\n0,2.3,2.3\n1,2.2,2.2\n2,2.1,2.1\n"


def settings(folder: Path, name: str, text: str) -> dict[str, object]:
    """What a run of a log and one file more is set to."""
    (folder / "log.csv").write_text(LOG)
    (folder / name).write_text(text)
    return {key: setting.value for key, setting in read_run(folder).config.items()}


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("experiment.json", '{"learningRate": 0.5, "batchSize": 8}', "learningRate", 0.5),
        ("train.yaml", "optimizer: {name: adam, lr: 0.5}\nbatch_size: 8\n", "optimizer.lr", 0.5),
        (".env", "LR=0.5\nBATCH_SIZE=8\n", "LR", 0.5),
        ("net.properties", "train.learningRate=0.5\ntrain.batchSize=8\n", "train.learningRate", 0.5),
        ("hyperparameters.txt", "+---+---+\n| lr | 0.5 |\n| batch size | 8 |\n+---+---+\n", "lr", 0.5),
        ("hparams.txt", "{'optim': {'lr': 0.5},\n 'batch_size': 8}\n", "optim.lr", 0.5),
        (
            "args.txt",
            "TrainingArguments(\nlearning_rate=0.5,\nsave=<S.NO: 'no'>,\nbatch_size=8,\n)",
            "learning_rate",
            0.5,
        ),
        ("resnet_digits.py", "optimizer = dict(type='SGD', lr=0.5)\nbatch_size = 8\n", "optimizer.lr", 0.5),
        ("Makefile", "PY ?= python\nLR = 0.5\ntrain:\n\t$(PY) -m pkg.train --lr $(LR) \\\n\t\t--epochs 3\n", "lr", 0.5),
        ("job.yaml", "spec:\n  containers:\n  - args: [--lr=0.5, --epochs=3]\n", "lr", 0.5),
        ("dvc.yaml", "stages:\n  train:\n    cmd: python src/train.py --lr 0.5 --epochs 3\n", "lr", 0.5),
    ],
)
def test_settings_are_found_by_their_keys(tmp_path: Path, name: str, text: str, key: str, value: object) -> None:
    """Whatever the file is called, and however its keys are spelled."""
    assert settings(tmp_path, name, text)[key] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plot.py", "import x\nlr = 0.5\nbatch_size = 8\nprint(lr)\n"),
        ("baseline.py", "lr = 0.5\nbatch_size = 8\n"),
        ("best.json", '{"learningRate": 0.5, "batchSize": 8}'),
        ("service.yaml", "spec:\n  containers:\n  - args: [--port=80, --verbose=3]\n"),
        ("notes.txt", "{'lr': 0.5, 'batch_size': 8}\n"),
    ],
)
def test_other_files_are_no_settings(tmp_path: Path, name: str, text: str) -> None:
    """What runs, what speaks of another run, and what sets something else."""
    assert settings(tmp_path, name, text) == {}


def test_variables_of_the_shell_are_what_the_script_gives_them() -> None:
    """A name that is given one value holds it; one that is given two, or none, takes its flag with it."""
    text = "LR=0.1\nBS=8\nBS=16\npython train.py --lr $LR --batch-size ${BS} --epochs ${EPOCHS:-3} --data $DATA\n"
    assert options(commands(text, "run.sh")[0].words) == {"lr": 0.1, "epochs": 3}
    assert commands('python train.py --lr 0.1 "$@"\n', "run.sh") == []


def test_the_command_that_trains_is_told_from_others() -> None:
    """A Makefile often evaluates, too; of two trainings nobody knows which it was."""
    both = commands("python train.py --lr 0.1\npython evaluate.py --split val\n", "Makefile")
    command = only(both)
    assert command is not None
    assert command.script == "train.py"
    assert only(commands("python train.py --lr 0.1\npython train.py --lr 0.2\n", "run.sh")) is None
    assert commands("python -m pip install --upgrade x\n", "run.sh") == []


def test_a_document_that_starts_two_trainings_tells_nothing() -> None:
    """As on a command line."""
    said = {"a": {"command": "python train.py --lr 0.1"}, "b": {"command": "python train.py --lr 0.2"}}
    assert launched(said, "compose.yml") == {}
    assert launched({"env": [{"name": "LR", "value": "0.1"}], "command": ["python", "train.py"]}, "x") == {"LR": 0.1}


def test_a_drawn_table_of_three_columns_is_no_list_of_settings() -> None:
    """Only a name and a value in each row are."""
    assert plain_settings("+---+---+---+\n| lr | 0.1 | x |\n+---+---+---+\n") is None


@pytest.mark.parametrize(
    ("name", "text", "key", "value"),
    [
        ("Dockerfile", 'FROM x\nENTRYPOINT ["python", "train.py", "--lr", "0.5", "--epochs", "3"]\n', "lr", 0.5),
        ("Dockerfile", "FROM x\nCMD python train.py --lr 0.5 --epochs 3\n", "lr", 0.5),
        ("配置.yaml", "学习率: 0.5\n批大小: 8\n", "学习率", 0.5),
        ("run.yaml", "скорость_обучения: 0.5\nоптимизатор: adam\n", "скорость_обучения", 0.5),
        (
            "optimizer.json",
            '{"type": "Adam", "param_groups": [{"lr": 0.5, "betas": [0.9, 0.99], "params": [0, 1]}]}',
            "optimizer.param_groups.lr",
            0.5,
        ),
    ],
)
def test_settings_of_containers_of_other_languages_and_of_groups(
    tmp_path: Path, name: str, text: str, key: str, value: object
) -> None:
    """As the tools write them."""
    assert settings(tmp_path, name, text)[key] == value


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Learning rate   : 0.5\nBatch size      : 8\nClasses         : 3\n", {"Learning_rate": 0.5, "Batch_size": 8}),
        ("  lr ....... 0.5\n  batch_size ....... 8\n  momentum ...... 0.9\n", {"lr": 0.5, "batch_size": 8}),
        ("12:00:01 INFO command line: python train.py --lr 0.5 --batch-size 8\n", {"lr": 0.5, "batch_size": 8}),
        ("TrainArgs(\nlr=0.5,\nbatch_size=8,\n)\n", {"lr": 0.5, "batch_size": 8}),
        ("{'_name': None, 'optim': {'lr': 0.5}, 'data': {'batch_size': 8}}\n", {"optim.lr": 0.5, "data.batch_size": 8}),
        ("Test set: Average loss: 0.3\nVal set: Average loss: 0.2\nAll sets: Average loss: 0.2\n", {}),
    ],
)
def test_the_head_of_a_log_tells_what_it_was_started_with(
    tmp_path: Path, head: str, expected: dict[str, object]
) -> None:
    """Blocks of words and values, leaders of dots, the command itself, and nested dumps."""
    lines = "".join(f"epoch {n} loss {2 - n / 9:.4f} val_loss {2 - n / 9:.4f}\n" for n in range(5))
    (tmp_path / "train.log").write_text(head + lines)
    found = {key: setting.value for key, setting in read_run(tmp_path).config.items()}
    assert {key: found.get(key) for key in expected} == expected
    assert expected or not {"lr", "Learning_rate", "batch_size"} & set(found)


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("config.js", "module.exports = {\n  learningRate: 0.5, // high\n  batchSize: 8,\n};\n", "learningRate"),
        ("opts.lua", "-- torch7\nopt = {}\nopt.learningRate = 0.5\nopt.batchSize = 8\n", "learningRate"),
        ("nextflow.config", "params.lr = 0.5\nparams.batch_size = 8\n", "params.lr"),
        ("run.bat", "set LR=0.5\r\npython train.py --lr %LR% --epochs 3 > a.log\r\n", "lr"),
        ("job.sub", "executable = python3\narguments = train.py --lr 0.5 --epochs 3\nqueue\n", "lr"),
        ("run.json", '{"hyperparams": "{\\"lr\\": 0.5, \\"batch_size\\": 8}"}', "hyperparams.lr"),
    ],
)
def test_settings_of_other_tongues(tmp_path: Path, name: str, text: str, key: str) -> None:
    """Files of settings in JavaScript and Lua, of Nextflow, Windows and Condor, and JSON inside of JSON."""
    assert settings(tmp_path, name, text)[key] == 0.5
