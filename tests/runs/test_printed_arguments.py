"""The arguments that a program printed at its start are settings, and overrule the defaults of its script."""

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.printed_arguments import arguments_in
from mladvisor.runs.read import read_run
from mladvisor.runs.roles import default_columns

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{i},{1 / (i + 1):.3f},{1.1 / (i + 1):.3f}\n" for i in range(9))
SCRIPT = """
import argparse, torch
from torch import nn
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.005)
parser.add_argument("--opt", default="adamw")
parser.add_argument("--batch", type=int, default=64)
args = parser.parse_args()
print(vars(args))
model = nn.Linear(4, 2)
make = {"adamw": lambda p: torch.optim.AdamW(p, lr=args.lr), "sgd": lambda p: torch.optim.SGD(p, lr=args.lr)}
optimizer = make[args.opt](model.parameters())
for x, y in loader:
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad(); loss.backward(); optimizer.step()
"""


@pytest.mark.parametrize(
    "line",
    [
        "{'lr': 0.01, 'batch_size': 8}",
        '{"lr": 0.01, "batch_size": 8}',
        "12:00:01 INFO hyperparameters {'lr': 0.01, 'batch_size': 8}",
        "2026-01-03 10:00:00,123 - INFO - args: {'lr': 0.01, 'batch_size': 8}",
        "config = {'lr': 0.01, 'batch_size': 8}",
        "Namespace(lr=0.01, batch_size=8)",
        "Arguments: Namespace(lr=0.01, batch_size=8)",
    ],
)
def test_a_printed_mapping_or_namespace_holds_arguments_whatever_words_stand_before_it(line: str) -> None:
    assert arguments_in(line, default_columns()) == {"lr": 0.01, "batch_size": 8}


@pytest.mark.parametrize(
    "line",
    [
        "{'loss': 0.69, 'learning_rate': 0.01, 'momentum': 0.9, 'epoch': 0.3}",
        "Best parameters: {'lr': 0.01, 'batch_size': 8}",
        "train rows by region: {'south': 724, 'west': 36}",
        "{'lr': 0.01, 'batch_size': 8",
        "lr was 0.01",
    ],
)
def test_a_record_of_training_the_end_of_a_search_and_counts_are_no_arguments(line: str) -> None:
    assert arguments_in(line, default_columns()) == {}


def test_arguments_printed_beside_a_log_overrule_the_defaults_of_the_script(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.py").write_text(SCRIPT)
    (tmp_path / "out.txt").write_text("{'lr': 0.02, 'opt': 'sgd', 'batch': 32}\nfinal accuracy 0.47\n")
    m = Measures(read_run(tmp_path))
    told = {name: m.one(f"config.{name}").value for name in ("optimizer", "learning_rate", "batch_size")}
    assert told == {"optimizer": "sgd", "learning_rate": 0.02, "batch_size": 32}


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "lr": 0.02,\n  "batch_size": 8,\n  "amp": true\n}\n',
        "config: {'lr': 0.02,\n         'batch_size': 8,\n         'amp': True}\n",
        "config = {'lr': 0.02, 'batch_size': 8, 'amp': True}\n",
        "Arguments\nlr: 0.02\nbatch_size: 8\namp: true\n\n",
        "Overriding: lr = 0.02\nOverriding: batch_size = 8\nOverriding: amp = True\n",
        "Setting lr = 0.02\nSetting batch_size = 8\nSetting amp = True\n",
        "arg lr: 0.02\narg batch_size: 8\narg amp: true\n",
        "12:00:01 INFO lr = 0.02\n12:00:01 INFO batch_size = 8\n12:00:01 INFO amp = True\n",
    ],
)
def test_arguments_may_go_over_several_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "stdout.txt").write_text("loading data\n" + text + "training done in 12 s\n")
    config = {key: setting.value for key, setting in read_run(tmp_path).config.items()}
    assert config == {"lr": 0.02, "batch_size": 8, "amp": True}


def test_each_argument_may_stand_behind_a_word(tmp_path: Path) -> None:
    """A program that says of each option that it overrides a default."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "out.txt").write_text("Overriding: lr = 0.02\nOverriding: batch_size = 8\nOverriding: opt = sgd\n")
    config = {key: setting.value for key, setting in read_run(tmp_path).config.items()}
    assert config == {"lr": 0.02, "batch_size": 8, "opt": "sgd"}


def test_a_block_of_results_is_no_block_of_arguments(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "stdout.txt").write_text("final\nlr: 0.02\nbatch_size: 8\nval_loss: 0.31\naccuracy: 0.9\n")
    assert not read_run(tmp_path).config


def test_two_starts_in_one_output_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "out.txt").write_text("{'lr': 0.02, 'batch': 32}\ndone\n{'lr': 0.2, 'batch': 32}\ndone\n")
    assert "lr" not in read_run(tmp_path).config


def test_a_model_printed_beside_the_table_of_curves_is_the_model(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "train.log").write_text(
        "12:00:01 INFO Classifier(\n  (rnn): GRU(2, 24, batch_first=True)\n"
        "  (fc): Linear(in_features=24, out_features=3, bias=True)\n)\n"
    )
    m = Measures(read_run(tmp_path))
    assert m.one("model.family").value == "rnn"


def test_a_line_of_pairs_at_the_start_tells_settings(tmp_path: Path) -> None:
    """A line that counts, or that changes, is one of the training."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "stdout.txt").write_text("[init] world_size=8 per_gpu=16 lr=0.02 sgd(m=0.9)\ndone\n")
    assert read_run(tmp_path).config["per_gpu"].value == 16
    (tmp_path / "stdout.txt").write_text("step=1 lr=0.02 momentum=0.9 mem=3\nstep=2 lr=0.02 momentum=0.9 mem=3\n")
    assert not read_run(tmp_path).config
