"""Rows of each class that a program prints for each split before it trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.printed_classes import counts_printed, shares_printed
from mladvisor.runs.read import read_run


@pytest.mark.parametrize(
    "lines",
    [
        ["train set: 930 images, per class {a: 900, b: 30}", "val set: 40 images, per class {a: 10, b: 30}"],
        ["Train label distribution: Counter({'a': 900, 'b': 30})", "Val label distribution: {'a': 10, 'b': 30}"],
        ["y_train: a=900 b=30", "y_val: a=10, b=30"],
        ["12:01 INFO train class counts: {np.str_('a'): 900, 'b': np.int64(30)}", "labels of val: {a: 10, b: 30}"],
    ],
)
def test_a_line_for_each_split(lines: list[str]) -> None:
    assert counts_printed(lines) == {"train": {"a": 900, "b": 30}, "val": {"a": 10, "b": 30}}


def test_bare_lists_are_called_counts() -> None:
    """A list of classes in their order; a shape is called otherwise."""
    lines = ["class counts (train): [178 182]", "class counts (test): tensor([12, 3])"]
    assert counts_printed(lines) == {"train": {"0": 178, "1": 182}, "test": {"0": 12, "1": 3}}
    assert not counts_printed(["train images [900, 32, 32] labels [900, 1]", "train labels shape: [900, 10]"])


def test_splits_in_one_line_have_their_counts_behind_them() -> None:
    line = "train classes [50 50  5] test classes [ 0  0 45]"
    assert counts_printed([line]) == {"train": {"0": 50, "1": 50, "2": 5}, "test": {"0": 0, "1": 0, "2": 45}}
    line = "y_train {0: 9, 1: 3}, y_test {1: 4}"
    assert counts_printed([line]) == {"train": {"0": 9, "1": 3}, "test": {"1": 4}}
    assert not counts_printed(["train classes [0 1 2] test classes [0 1 2]"])  # which there are
    assert not counts_printed(["train labels [900, 1] test labels [100, 1, 1]"])


@pytest.mark.parametrize(
    "line",
    [
        "epoch 3 train loss by class: {a: 3, b: 2}",
        "train accuracy per class {a: 0.9, b: 0.8}",
        "train config: {lr: 1, epochs: 20}",
        "predicted classes on train: {a: 900, b: 30}",
        "per class {a: 900, b: 30}",
    ],
)
def test_other_numbers_by_class_are_no_rows(line: str) -> None:
    assert counts_printed([line]) == {}


def test_a_printed_split_that_lacks_classes_is_biased(tmp_path: Path) -> None:
    """The tail of a sorted file holds the last classes alone: the log says so before it begins."""
    train = "{" + ", ".join(f"{n}: 180" for n in range(8)) + "}"
    head = f"train set: 1440 images, per class {train}\nval set: 360 images, per class {{7: 6, 8: 174, 9: 180}}\n"
    log = "".join(f"epoch {n} train_loss={2 / n:.4f} val_loss={6 + n}\n" for n in range(1, 9))
    (tmp_path / "train.log").write_text(head + log)
    m = Measures(read_run(tmp_path))
    assert m["split.label_drift"]["val"].value > 0.9
    assert m["class.absence_chance"]["0"].value < 1e-9


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("train pos 0.775 val pos 0.0", {"train": (78, 22), "val": (0, 100)}),
        ("train (900, 30) pos rate 0.5\ntest  (300, 30) pos rate 0.25", {"train": (450, 450), "test": (75, 225)}),
        ("train default rate: 12.0%\nvalid default rate: 30%", {"train": (12, 88), "val": (30, 70)}),
        ("epoch 3 train pos 0.5 val pos 0.2", {}),
        ("train acc 0.92\ntest acc 0.77", {}),
    ],
)
def test_shares_of_the_positive_class_by_split(text: str, found: dict[str, tuple[int, int]]) -> None:
    """Of as many rows as are told beside them, else of so few that chance is made out too large."""
    counts = {split: (each["positive"], each["other"]) for split, each in shares_printed(text.splitlines()).items()}
    assert counts == found


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            ["train: {'a': 900, 'b': 30}", "test: {'b': 200}"],
            {"train": {"a": 900, "b": 30}, "test": {"b": 200}},
        ),
        (["{0: 300, 1: 280} {0: 20, 1: 130}"], {"train": {"0": 300, "1": 280}, "val": {"0": 20, "1": 130}}),
        (
            ["(580, 28, 28) (150, 28, 28) [300 280] [ 20 130]"],
            {"train": {"0": 300, "1": 280}, "val": {"0": 20, "1": 130}},
        ),
        (["[300 280] [ 20 130]"], {}),  # rows of a matrix
        (["(400, 2) (150, 2) [300 280] [ 20 130]"], {}),
        (["{0: 20, 1: 130} {0: 20, 1: 130}"], {}),  # true and called classes
        (["train: {'rows': 900, 'columns': 30}", "test: {'rows': 200, 'columns': 30}"], {}),
        (["train: {'epoch': 3, 'step': 30}", "val: {'epoch': 3, 'step': 30}"], {}),
        (["train: {'2019': 3000, '2020': 3100}", "val: {'2020': 100, '2021': 1500}"], {}),
        (["train: {'male': 3000, 'female': 2900}", "val: {'male': 500, 'female': 900}"], {}),
        (["train: {'18-30': 3000, '51+': 100}", "val: {'18-30': 100, '51+': 400}"], {}),
        (["train: {'tokens': 120000, 'docs': 3000}", "val: {'tokens': 9000, 'docs': 400}"], {}),
        (["train: {'en': 9000, 'de': 900}", "dev: {'en': 500, 'de': 500}"], {}),
        (["{0: 9000, 1: 900} {0: 2700, 1: 900}"], {}),  # undersampled
        (["(9900, 20) (2200, 20) [8800 1100] [1100 1100]"], {}),
    ],
)
def test_counts_without_a_word_beside(lines: list[str], found: dict[str, dict[str, int]]) -> None:
    """A split and its classes alone on a line; or both on one line, the larger of training."""
    assert counts_printed(lines) == found


def test_counts_in_a_note_beside_the_log(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},2\n" for n in range(1, 9)))
    (tmp_path / "parts.txt").write_text("train: {'a': 500, 'b': 480, 'c': 20}\nval: {'c': 250}\n")
    assert Measures(read_run(tmp_path))["split.label_drift"]["val"].value > 0.9


def test_what_lightgbm_prints_of_its_rows() -> None:
    lines = ["[LightGBM] [Info] Number of positive: 27, number of negative: 3573", "[LightGBM] [Info] Total Bins 1832"]
    assert counts_printed(lines) == {"train": {"0": 3573, "1": 27}}
