"""Model cards."""

from __future__ import annotations

import pytest

from mladvisor.errors import ReadError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run

from .conftest import Folder

CARD = """---
license: mit
---
[![badge](https://example.org)]

| Parameter | Value |
|---|---|
| lr | 0.1 |

### Training results

| Training Loss | Epoch | Step | Validation Loss | Accuracy |
|:-------------:|:-----:|:----:|:---------------:|:--------:|
| No log        | 1.0   | 125  | 0.6931          | 0.51     |
| No log        | 2.0   | 250  | 0.5             | 0.7      |
| 0.5           | 3.0   | 375  | **0.45**        | 0.8      |
| 0.4           | 4.0   | 500  | 0.46            | 0.81     |

### Framework versions
"""


def test_table_of_a_model_card(folder: Folder) -> None:
    """Where a card is all that is left, the table of the training in it is the log, its rows are those of the file."""
    path = folder({"README.md": CARD, "config.json": '{"hidden_size": 8}'})
    run = read_run(path)
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    assert train is not None
    assert val is not None
    assert (list(train.x), list(train.y)) == ([3, 4], [0.5, 0.4])
    assert list(val.y) == [0.6931, 0.5, 0.45, 0.46]
    assert val.rows is not None
    assert list(val.rows) == [14, 15, 16, 17]
    assert list(find_runs(path)) == [path]


def test_log_beside_a_card(folder: Folder) -> None:
    """Beside a log a card is not read, and above other runs it makes no run."""
    path = folder({"a/README.md": CARD, "a/log.csv": "epoch,loss\n1,3\n2,2\n", "README.md": CARD})
    assert {c.place.file for c in read_run(path / "a").curves} == {"log.csv"}
    assert list(find_runs(path)) == [path / "a"]


def test_card_without_such_a_table(folder: Folder) -> None:
    """What is missing is said of the file by name."""
    with pytest.raises(ReadError, match=r"README\.md, which holds no table of a training"):
        read_run(folder({"README.md": "# Results\n\n| Model | Accuracy |\n|---|---|\n| a | 0.9 |\n| b | 0.8 |\n"}))
