"""Rows that are nearly a row of training."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mladvisor.tables.near import nearly
from mladvisor.tables.overlap import copied_texts
from mladvisor.tables.table import Table

from .folders import plain, table

NUMBERS = ["height", "pay", "load", "shift"]


def jittered(frame: pd.DataFrame, rows: int, by: float) -> pd.DataFrame:
    """Rows of a table, each number moved by a part of its standard deviation."""
    rng = np.random.default_rng(8)
    copies = frame.sample(rows, random_state=1).copy()
    for column in NUMBERS:
        copies[column] += rng.normal(0, by * frame[column].std(), rows)
    return copies


@pytest.mark.parametrize("by", [0.002, 0.02])
def test_rows_measured_again_are_found(by: float) -> None:
    """Noise in every number hides no copy."""
    train, test = plain(3000), plain(1000, seed=1)
    found = nearly(table(train), table(pd.concat([test, jittered(train, 100, by)]), "test"), leave_out="label")
    assert found is not None
    assert found.share == pytest.approx(100 / 1100, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_dense_data_are_no_copies(seed: int) -> None:
    """Tables of many rows in few, rounded and related columns are near each other by chance."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.5, 20_000)
    frame = pd.DataFrame({f"x{i}": (size * rng.normal(1, 0.1, 20_000)).round(1 + i % 2) for i in range(4)})
    frame["z"] = rng.normal(size=20_000).round(1)
    found = nearly(table(frame[:15_000]), table(frame[15_000:], "test"))
    assert found is not None
    assert found.share < 0.005


def test_exact_copies_are_counted_elsewhere() -> None:
    """A row that is equal is no near copy."""
    train = plain(3000)
    found = nearly(table(train), table(pd.concat([plain(500, seed=1), train[:100]]), "test"), leave_out="label")
    assert found is not None
    assert found.share == 0.0


def test_texts_of_training_in_validation() -> None:
    """A text that stands on both sides is a copy, whatever its channel; phrases that come again are none."""
    rng = np.random.default_rng(0)
    words = [f"w{n}" for n in range(60)]

    def texts(rows: int) -> list[str]:
        return [" ".join(rng.choice(words, 7)) for _ in range(rows)]

    def data(name: str, held: list[str]) -> Table:
        return Table(
            name, f"{name}.csv", pd.DataFrame({"text": held, "channel": rng.choice(["a", "b", "c"], len(held))})
        )

    train = texts(300)
    assert copied_texts(data("train", train), data("val", texts(100))).share == 0.0  # type: ignore[union-attr]
    found = copied_texts(data("train", train), data("val", [*texts(50), *train[:50]]))
    assert found is not None
    assert found.share == pytest.approx(0.5)
    greetings = ["thank you very much for this"] * 200 + train[:100]
    assert copied_texts(data("train", greetings), data("val", greetings[:150])) is None
    assert copied_texts(data("train", ["a b"] * 300), data("val", ["a b"] * 100)) is None


@pytest.mark.parametrize("counted", [True, False])
def test_a_number_within_each_inspection_tells_no_rows_apart(counted: bool) -> None:
    """Four readings of one machine on one day are nearly equal; a kind by which they differ tells them apart."""
    first = plain(300)
    rng = np.random.default_rng(5)
    parts = []
    for reading in range(4):
        part = first.assign(inspection=[f"I{n:05d}" for n in range(300)], reading=reading if counted else 3 * reading)
        for column in NUMBERS:
            part[column] = part[column] + rng.normal(0, 0.01 * first[column].std(), 300)
        parts.append(part)
    rows = pd.concat(parts).sample(frac=1.0, random_state=2)
    found = nearly(table(rows[:800]), table(rows[800:], "test"), leave_out="label")
    assert found is not None
    assert (found.share > 0.8) is counted
