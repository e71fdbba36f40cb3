"""Cells of an evaluation table that training rules out, and relations that hold in training only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.diagnosis.api import diagnose
from mladvisor.features.measured import Measured
from mladvisor.tables.table import Table
from mladvisor.tables.unlike import beyond, plainly, respelled

from .folders import measured, plain, write


def _of(found: object, item: str) -> Measured:
    assert isinstance(found, dict)
    value = found[item]
    assert isinstance(value, Measured)
    return value


def test_values_in_another_unit_are_far_outside_the_training_range(tmp_path: Path) -> None:
    """Of a fifth of the rows counted in thousandths: the share, the first line, and the factor."""
    test = plain(300, seed=1).assign(
        height=lambda f: np.where(np.arange(300) % 5 == 3, f["height"] * 1000, f["height"])
    )
    m = measured(tmp_path, train=plain(900), test=test)
    height = _of(m["column.beyond_share"], "height")
    assert height.value == pytest.approx(0.2)
    assert height.where is not None
    assert height.where.rows == (5, 5)
    assert "about 1000 times the usual" in str(_of(m["column.beyond_says"], "height").value)
    assert _of(m["column.beyond_share"], "load").value == 0.0


@pytest.mark.parametrize("seed", range(8))
def test_the_tail_of_a_heavy_distribution_is_not_outside(tmp_path: Path, seed: int) -> None:
    """The largest of a Pareto column may be many times the largest of training, but not five times over."""
    rng = np.random.default_rng(seed)
    frames = {
        name: plain(rows, seed=rows).assign(pay=rng.pareto(1.1, rows)) for name, rows in (("train", 600), ("test", 300))
    }
    assert _of(measured(tmp_path, **frames)["column.beyond_share"], "pay").value == 0.0


def test_words_in_other_letters_are_told_with_both_spellings(tmp_path: Path) -> None:
    """Capitals and blanks make no other word; a word that training holds in both spellings is known."""
    test = plain(300, seed=1).assign(city=lambda f: f["city"].str.upper().str.replace("WIEN", " Wien"))
    m = measured(tmp_path, train=plain(900), test=test)
    assert _of(m["column.respelled_share"], "city").value == pytest.approx(1.0)
    assert str(_of(m["column.respelled_says"], "city").value) == '"OSLO" for "oslo"'
    same = measured(tmp_path, train=plain(900), test=plain(300, seed=1))
    assert _of(same["column.respelled_share"], "city").value == 0.0


def test_plainly_drops_case_accents_spaces_and_marks() -> None:
    """And nothing else: other words stay other words."""
    assert plainly("  São-Paulo ") == plainly("sao paulo") == "saopaulo"
    assert plainly("A1") != plainly("A2")


def test_a_label_that_is_coded_otherwise_is_no_missing_class(tmp_path: Path) -> None:
    """yes and no in training, 1 and 0 in the test table: told as such, with the words."""
    train = plain(900).assign(label=lambda f: np.where(f["label"] == 1, "yes", "no"))
    m = measured(tmp_path, train=train, test=plain(300, seed=1))
    found = m["labels.recoded"]
    assert isinstance(found, Measured)
    assert found.value is True
    assert "no, yes in train.csv" in found.note
    again = measured(tmp_path, train=plain(900), test=plain(300, seed=1))["labels.recoded"]
    assert isinstance(again, Measured)
    assert again.value is False


def test_a_relation_that_holds_in_training_only_is_told(tmp_path: Path) -> None:
    """Labels that were shifted by a row in the test table take the signal of the strongest column with them."""
    test = plain(900, seed=1)
    apart = test.assign(label=np.roll(test["label"].to_numpy(), 1))
    lost = _of(measured(tmp_path, train=plain(1_500), test=apart)["column.signal_lost"], "shift")
    assert lost.value is not None
    assert float(lost.value) > 0.1
    kept = _of(measured(tmp_path, train=plain(1_500), test=test)["column.signal_lost"], "shift")
    assert float(kept.value or 0.0) < 0.0


def test_a_column_that_merely_moved_keeps_its_signal(tmp_path: Path) -> None:
    """Bins are cut anew in each table, so a drift of the values is not taken for a lost relation."""
    test = plain(900, seed=1).assign(shift=lambda f: f["shift"] * 3 + 10)
    kept = _of(measured(tmp_path, train=plain(1_500), test=test)["column.signal_lost"], "shift")
    assert float(kept.value or 0.0) < 0.0


def test_a_sign_that_training_has_not_is_told() -> None:
    """Amounts below zero are told where training has none, however small the share; roundings of zero are not."""
    rng = np.random.default_rng(3)
    train = Table("train", "train.csv", pd.DataFrame({"pay": rng.lognormal(3, 1, 3000)}))
    pay = rng.lognormal(3, 1, 1000)
    for turned, share in ((pay * np.where(np.arange(1000) < 30, -1, 1), 0.03), (pay, 0.0), (pay - 1.0, 0.0)):
        found = beyond(train, Table("test", "test.csv", pd.DataFrame({"pay": turned})), "pay")
        assert found is not None
        assert found.share == pytest.approx(share, abs=0.005)


def test_spaces_around_a_word_make_another_word() -> None:
    """An encoder that knows "web" does not know "web "."""
    train = Table("train", "train.csv", pd.DataFrame({"way": ["web", "app"] * 50}))
    other = Table("test", "test.csv", pd.DataFrame({"way": ["web ", "app"] * 50}))
    found = respelled(train, other, "way")
    assert found is not None
    assert (found.share, found.known) == (0.5, "web")


def test_a_file_that_was_sorted_by_class_and_cut_is_coded_alike(tmp_path: Path) -> None:
    """The last part shares no class with the first, and both share one with that between them."""
    every = plain(900).assign(label=np.repeat(["ash", "elm", "fir", "oak", "yew"], 180))
    parts = {"train": every[:400], "val": every[400:700], "test": every[700:]}
    found = measured(tmp_path, **parts)["labels.recoded"]
    assert isinstance(found, Measured)
    assert found.value is False
    without = {"train": every[:360], "test": every[720:]}
    (tmp_path / "apart").mkdir()
    again = measured(tmp_path / "apart", **without)["labels.recoded"]
    assert isinstance(again, Measured)
    assert again.value is True


@pytest.mark.parametrize(
    ("train", "val", "divided"),
    [
        (["M1", "M2"], ["M3"], True),
        (["DSL", "Fiber"], ["None"], None),
        (["A", "B"], ["C", "D"], True),
        (["A", "B"], ["B", "C"], False),
        (["male", "female"], ["M", "F"], False),  # written otherwise
        ([f"D{n}" for n in range(60)], [f"E{n}" for n in range(60)], None),  # devices, of which each is one
        (["A", "B"], ["C"], None),
    ],
)
def test_tables_that_share_no_place_were_divided_by_it(
    tmp_path: Path, train: list[str], val: list[str], divided: bool | None
) -> None:
    frames = {
        name: plain(400, seed=at).assign(site=np.random.default_rng(at).choice(places, 400))
        for at, (name, places) in enumerate((("train", train), ("val", val)))
    }
    found = measured(tmp_path, **frames)["column.divided"]
    assert isinstance(found, dict)
    assert (bool(found["site"].value) if "site" in found else None) is divided
    assert found["city"].value == ""


@pytest.mark.parametrize(("older", "causes"), [(0, set()), (30, {"biased-split"})])
def test_places_left_out_on_purpose_are_alike_otherwise(tmp_path: Path, older: int, causes: set[str]) -> None:
    """Where the rows of new places are of another kind the split is one-sided."""
    frames = {
        name: plain(rows, seed=at).assign(site=np.random.default_rng(at).choice(places, rows))
        for at, (name, rows, places) in enumerate((("train", 900, ["A", "B", "C"]), ("val", 400, ["D", "E"])))
    }
    frames["val"]["height"] += older
    (tmp_path / "metrics.csv").write_text(
        "epoch,train_loss,val_loss\n" + "".join(f"{n},{0.4 + 0.3 * 0.7**n},{0.42 + 0.28 * 0.7**n}\n" for n in range(12))
    )
    write(tmp_path, **frames)
    found = {one.cause for one in diagnose(tmp_path).hypotheses if one.probability > 0.5}
    assert found & {"biased-split", "schema-skew", "class-imbalance"} == causes
