"""The command line beside a log: options, pairs, words without a flag, and what says nothing certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs.command_line import command_in, commands, options, settings_of
from mladvisor.runs.listing import files_of


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("python train.py --lr 0.1 --sizes 64 32 > train.log 2>&1", {"lr": 0.1, "sizes": [64, 32]}),
        ("CUDA_VISIBLE_DEVICES=0 python3 -u src/train.py --batch-size=8 | tee log", {"batch_size": 8}),
        ("nohup python train.py optim.lr=1e-3 +data.shuffle=false &", {"optim.lr": 1e-3, "data.shuffle": False}),
        ("torchrun --nproc_per_node 2 train.py --bf16 --no-shuffle", {"bf16": True, "shuffle": False}),
        ("accelerate launch train.py --opt adamw -e 3", {"opt": "adamw", "e": 3}),
        ("$ python train.py \\\n  --eta 0.5 \\\n  --mu -1", {"eta": 0.5, "mu": -1}),
    ],
)
def test_options_of_a_line(line: str, expected: dict[str, object]) -> None:
    """However it is started and redirected, what follows the script are its settings."""
    (command,) = commands(line, "run.sh")
    assert {key: setting.value for key, setting in settings_of(command).items()} == expected


@pytest.mark.parametrize(
    "line", ["# python train.py --lr 0.1", "python train.py --lr $LR", "echo train.py --lr 1", "cp train.py a b", "'"]
)
def test_lines_that_tell_nothing(line: str) -> None:
    """A comment, a variable of the shell, or another program is no training that was started so."""
    assert commands(line, "run.sh") == []


def test_words_without_flags_are_named_by_the_usage() -> None:
    """A usage line beside the call says what its words are."""
    text = "# usage: sgd.py LR BATCH EPOCHS\npython sgd.py 0.05 16 40\n"
    found = settings_of(commands(text, "run.sh")[0])
    assert {key: setting.value for key, setting in found.items()} == {"lr": 0.05, "batch": 16, "epochs": 40}


def test_several_trainings_are_none(tmp_path: Path) -> None:
    """Of a file that starts two trainings nobody knows which the log is of; the same line twice is one."""
    (tmp_path / "run.sh").write_text("python train.py --lr 1\n")
    (tmp_path / "cmd.txt").write_text("python train.py --lr 1\n")
    command = command_in(files_of(str(tmp_path)))
    assert command is not None
    assert options(command.words) == {"lr": 1}
    (tmp_path / "run.sh").write_text("python train.py --lr 1\npython train.py --lr 2\n")
    assert command_in(files_of(str(tmp_path))) is None
