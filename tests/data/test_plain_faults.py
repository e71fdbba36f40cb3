"""Faults that are plain in the tables are named from the tables alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import mladvisor

from .folders import measured, plain, present, write


def _first(folder: Path) -> tuple[str, float]:
    found = mladvisor.diagnose(folder).hypotheses[0]
    return found.cause, found.probability


def test_copies_with_another_label_are_wrong_labels(tmp_path: Path) -> None:
    """A tenth of the rows stand twice, once with either label: one of two is wrong."""
    train = plain(2000)
    twins = train.sample(200, random_state=1)
    train = pd.concat([train, twins.assign(label=1 - twins["label"], row_id=twins["row_id"] + 50_000)])
    write(tmp_path, train=train, val=plain(500, seed=1))
    cause, probability = _first(tmp_path)
    assert cause == "noisy-labels"
    assert probability > 0.5


def _patients(rng: np.random.Generator, *, one_label: bool) -> pd.DataFrame:
    frame = plain(2400).rename(columns={"row_id": "patient_id"}).assign(patient_id=np.repeat(np.arange(300) + 1000, 8))
    if one_label:
        frame["label"] = np.repeat(rng.integers(0, 2, 300), 8)
    return frame.sample(frac=1, random_state=1)


def test_entities_with_one_label_on_both_sides_overlap(tmp_path: Path) -> None:
    """To know the patient is to know the label; where a patient has both labels, that is no plain fault."""
    for name, one_label in (("one", True), ("both", False)):
        folder = tmp_path / name
        folder.mkdir()
        rows = _patients(np.random.default_rng(0), one_label=one_label)
        write(folder, train=rows[:1800], test=rows[1800:])
        cause, probability = _first(folder)
        assert (cause == "split-overlap" and probability > 0.5) == one_label
        found = present(measured(folder))
        assert ("groups-give-label-away" in found) == one_label
        assert found["groups-on-both-sides"] == ("patient_id",)
