"""Splits: planted faults are found and named, samples of one source are not accused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.tables.units import unit_factor

from .folders import measured, plain, present, values

RNG = np.random.default_rng(3)


def _days(rows: int, start: str) -> pd.Series:
    return (pd.Timestamp(start) + pd.to_timedelta(np.arange(rows) // 4, unit="D")).strftime("%Y-%m-%d").to_series()


UNSEEN = "category-unseen-in-training"
FAULTS = {
    "shifted": (lambda f: f.assign(height=f["height"] + 6), "columns-drift", "height"),
    "other categories": (lambda f: f.assign(city="oslo"), "columns-drift", "city"),
    "other units": (lambda f: f.assign(pay=f["pay"] * 1000), "unit-changed", "pay"),
    "new category": (lambda f: f.assign(city=f["city"].where(f.index % 40 > 0, "x")), UNSEEN, "city"),
    "more blanks": (lambda f: f.assign(load=f["load"].where(f.index % 4 > 0)), "blanks-differ-between-splits", "load"),
    "label mix": (lambda f: f.assign(label=(f.index % 5 == 0).astype(int)), "label-mix-differs", "test"),
    "copies": (lambda f: pd.concat([f.iloc[20:], plain(1200).iloc[:20]]), "duplicates-across-splits", "test"),
    "doubles": (lambda f: pd.concat([f.iloc[20:], f.iloc[30:50]]), "rows-duplicated", "test"),
    "no column": (lambda f: f.drop(columns="city"), "columns-differ-between-splits", "city"),
    "sentinels": (lambda f: f.assign(visits=f["visits"].where(f.index % 50 > 0, -999)), "blanks-disguised", "visits"),
    "numbers among words": (lambda f: f.assign(city=f["city"].where(f.index % 33 > 0, "12")), "types-mixed", "city"),
    "outlier": (lambda f: f.assign(height=f["height"].where(f.index != 7, 1e9)), "corrupt-rows", "height"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_planted_fault_is_found_and_named(case: str, tmp_path: Path) -> None:
    """The finding is present and names the column or table."""
    change, finding, item = FAULTS[case]
    m = measured(tmp_path, train=plain(1200), test=change(plain(400, seed=1)))
    found = present(m)
    assert item in found.get(finding, ()), found
    assert not m.failures


@pytest.mark.parametrize("seed", range(4))
def test_samples_of_one_source_show_nothing(seed: int, tmp_path: Path) -> None:
    """No finding about data is present on train, val and test of one source."""
    frames = {name: plain(900 // (n + 1), seed=10 * seed + n + 1) for n, name in enumerate(("train", "val", "test"))}
    assert present(measured(tmp_path, **frames)) == {}


def test_drift_does_not_depend_on_the_size_of_the_tables(tmp_path: Path) -> None:
    """The effect size is a property of the two sources: ten times the rows change its error, not its value."""
    sizes = []
    for rows in (500, 5000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        test = plain(rows, seed=1)
        m = measured(folder, train=plain(rows), test=test.assign(height=test["height"] + 4.5))
        sizes.append(values(m, "column.drift")["height"])
    assert sizes[0] == pytest.approx(sizes[1], abs=0.06)
    assert sizes[1] == pytest.approx(0.197, abs=0.03)  # of a shift by half a standard deviation


def test_target_drift_is_told_apart_from_feature_drift(tmp_path: Path) -> None:
    """A label that moves is no column that moves, and the other way round."""
    test = plain(600, seed=1)
    found = present(measured(tmp_path, train=plain(1200), test=test.assign(label=1)))
    assert "label-mix-differs" in found
    assert "columns-drift" not in found


def test_entities_on_both_sides_are_found_and_split_entities_are_not(tmp_path: Path) -> None:
    """A key that several rows share counts; rows of other entities in the evaluation table are as they should be."""
    ids = np.repeat(np.arange(300), 4)
    train, test = plain(1200).assign(patient_id=ids), plain(400, seed=1)
    both, apart = tmp_path / "both", tmp_path / "apart"
    both.mkdir()
    apart.mkdir()
    assert (
        "patient_id"
        in present(measured(both, train=train, test=test.assign(patient_id=ids[:400])))["groups-on-both-sides"]
    )
    m = measured(apart, train=train, test=test.assign(patient_id=np.repeat(np.arange(500, 600), 4)))
    assert values(m, "column.group_overlap") == {"patient_id": 0.0}
    assert "groups-on-both-sides" not in present(m)


def test_dates_that_overlap_are_told_from_dates_that_are_mixed(tmp_path: Path) -> None:
    """After a cut by time an overlap is a fault; rows dealt at random are another matter; a clean cut is neither."""
    train, test = plain(1200), plain(400, seed=1)
    starts = {"cut": "2024-12-01", "overlap": "2024-10-10", "mixed": "2024-03-01"}
    found = {}
    for case, start in starts.items():
        folder = tmp_path / case
        folder.mkdir()
        first = train.assign(day=_days(1200, "2024-01-01").to_numpy())
        found[case] = present(measured(folder, train=first, test=test.assign(day=_days(400, start).to_numpy())))
    assert not {"dates-overlap", "dates-interleaved"} & found["cut"].keys()
    assert "dates-overlap" in found["overlap"]
    assert not {"dates-overlap", "dates-interleaved"} & found["mixed"].keys()  # here the label knows no time
    folder = tmp_path / "seasons"
    folder.mkdir()
    season = (np.sin(np.arange(1200) / 60.0) > 0).astype(int)
    first = train.assign(day=_days(1200, "2024-01-01").to_numpy(), label=season).sample(frac=1.0, random_state=1)
    seasonal = present(measured(folder, train=first, test=test.assign(day=_days(400, "2024-03-01").to_numpy())))
    assert seasonal["dates-interleaved"] == ("day",)


@pytest.mark.parametrize("factor", [2.54, 10.7639, 0.45359, 1000.0])
def test_units_that_changed_are_told_from_groups_that_are_larger(factor: float) -> None:
    """A factor between units is found to the last percent; one population with another scale, skew or mean is not."""
    rng = np.random.default_rng(3)
    first, second = rng.lognormal(3, 0.4, 6000), rng.lognormal(3, 0.4, 3000)
    assert unit_factor(first, np.round(second * factor, 3)) == pytest.approx(factor, rel=1e-3)
    if factor < 8:
        assert unit_factor(first, second * factor * 1.035) == 1.0
        assert unit_factor(first, rng.lognormal(3, 0.5, 3000) * factor) == 1.0


def test_sorted_labels_are_seen_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Neighbours agree in a sorted file, and not in a shuffled one."""
    frame = plain(600)
    shuffled, ordered = tmp_path / "a", tmp_path / "b"
    shuffled.mkdir()
    ordered.mkdir()
    assert abs(measured(shuffled, train=frame).value("data.label_runs")) < 0.15
    assert measured(ordered, train=frame.sort_values("label")).value("data.label_runs") > 0.95


@pytest.mark.parametrize(("every", "order", "series"), [(1, "by date", True), (1, "any", False), (4, "by date", False)])
def test_a_series_goes_on_from_moment_to_moment(tmp_path: Path, every: int, order: str, series: bool) -> None:
    """Days of trade leave weekends out; several rows of one day, and rows in any order, are no series."""
    days = pd.bdate_range("2024-01-01", periods=200 // every + 1).repeat(every)[:200]
    values = np.arange(200.0)
    frame = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "load": np.sin(values / 9), "label": values})
    if order == "any":
        frame = frame.sample(frac=1, random_state=1)
    assert measured(tmp_path, train=frame).value("data.series") is series


@pytest.mark.parametrize(("name", "series"), [("t", True), ("id", False)])
def test_a_series_may_count_its_moments(tmp_path: Path, name: str, series: bool) -> None:
    """A counter called after time is one; row numbers lie in any table."""
    values = np.arange(200.0)
    frame = pd.DataFrame({name: np.arange(200), "load": np.sin(values / 9), "label": np.cos(values / 9)})
    assert measured(tmp_path, train=frame).value("data.series") is series


def test_nearly_equal_rows_are_found_where_columns_are_continuous(tmp_path: Path) -> None:
    """Copies with a little noise are no exact copies, and are found as near ones."""
    more = [f"extra_{index}" for index in range(4)]
    train, test = (
        frame.assign(**{name: RNG.normal(size=len(frame)) for name in more})
        for frame in (plain(1200), plain(400, seed=1))
    )
    near = train.iloc[:80].copy()
    for column in ("height", "pay", "load", "shift", *more):
        near[column] += 1e-4 * near[column].std()
    m = measured(tmp_path, train=train, test=pd.concat([test, near]))
    assert values(m, "split.copies_share")["test"] < 0.01
    assert values(m, "split.near_copies_share")["test"] > 0.1


def test_many_copies_among_few_distinct_rows(tmp_path: Path) -> None:
    """Each row three times: columns of few values tell rows apart badly, and yet rows never agree in all but one."""
    rng = np.random.default_rng(3)
    once = pd.DataFrame({"age": rng.integers(18, 80, 600), "pay": rng.integers(20, 400, 600),
                         "plan": rng.choice(list("abc"), 600), "calls": rng.poisson(2, 600),
                         "use": rng.integers(0, 300, 600), "label": rng.integers(2, size=600)})  # fmt: skip
    found = measured(tmp_path, train=once.loc[rng.permutation(np.repeat(np.arange(600), 3))])["split.duplicate_share"]
    assert found["train"].value == pytest.approx(2 / 3, abs=0.02)


def test_equal_rows_of_coarse_tables_are_no_duplicates(tmp_path: Path) -> None:
    """Three categories of three values are equal by chance: nothing is said about their rows."""
    frame = pd.DataFrame({name: RNG.choice(list("abc"), 500) for name in ("x", "y", "z")})
    m = measured(tmp_path, train=frame.assign(label=RNG.integers(0, 2, 500)), test=frame.head(100).assign(label=0))
    assert not {"rows-duplicated", "duplicates-across-splits"} & present(m).keys()


@pytest.mark.slow
def test_a_classifier_tells_apart_what_no_column_shows(tmp_path: Path) -> None:
    """Two columns that go together in one table only: each column alone is alike, the tables are not."""
    pytest.importorskip("sklearn")
    rng = np.random.default_rng(0)
    a, b, c, d = rng.normal(size=(4, 1500))
    train = pd.DataFrame({"a": a, "b": b, "label": 0}).assign(label=rng.integers(0, 2, 1500))
    test = pd.DataFrame({"a": c, "b": 0.2 * d + c, "label": rng.integers(0, 2, 1500)}).assign(
        b=lambda f: f["b"] / f["b"].std()
    )
    m = measured(tmp_path, budget=60, train=train, test=test)
    assert values(m, "split.domain_auc")["test"] > 0.7
    found = present(m)
    assert "tables-told-apart" in found
    assert "columns-drift" not in found


def test_the_same_coarse_table_twice_is_a_copy(tmp_path: Path) -> None:
    """Its rows tell nothing one by one; row after row they do. Another draw of it is none."""
    rng = np.random.default_rng(0)
    first, second = (pd.DataFrame({"a": rng.integers(0, 5, 300), "label": rng.integers(0, 2, 300)}) for _ in range(2))
    (tmp_path / "same").mkdir()
    (tmp_path / "other").mkdir()
    same = measured(tmp_path / "same", train=first, test=first)["split.copies_share"]
    assert isinstance(same, dict)
    assert same["test"].value == 1.0
    other = measured(tmp_path / "other", train=first, test=second)["split.copies_share"]
    assert not isinstance(other, dict) or not other["test"].known


def test_a_table_of_coarse_rows_that_was_copied_whole(tmp_path: Path) -> None:
    """Rows of few combinations are equal by chance; that all of them stand in training is none."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({name: rng.integers(20, 60, 150) / 10 for name in ("a", "b", "c")})
    frame["label"] = rng.choice(["x", "y"], 150)
    m = measured(tmp_path, train=frame[:120], test=frame[:40].sample(frac=1.0, random_state=1))
    assert values(m, "split.copies_share")["test"] == pytest.approx(1.0, abs=0.05)
    apart = tmp_path / "apart"
    apart.mkdir()
    m = measured(apart, train=frame[:120], test=frame[120:])
    assert "duplicates-across-splits" not in present(m)


def test_words_of_free_text_that_became_common(tmp_path: Path) -> None:
    """A word that becomes common in the texts of the evaluation table is told; other texts of one source are not."""
    rng = np.random.default_rng(6)
    words = [f"word{i}" for i in range(200)]

    def texts(rows: int, more: str) -> pd.DataFrame:
        lines = [" ".join(rng.choice(words, 12)) + more * (rng.random() < 0.4) for _ in range(rows)]
        return pd.DataFrame({"text": lines, "label": rng.integers(0, 2, rows)})

    m = measured(tmp_path, train=texts(500, ""), test=texts(300, " refund"))
    assert values(m, "column.drift")["text"] == pytest.approx(0.4, abs=0.1)
    assert "refund" in values(m, "column.drift_says")["text"]
    assert present(m)["columns-drift"] == ("text",)
    alike = tmp_path / "alike"
    alike.mkdir()
    assert "columns-drift" not in present(measured(alike, train=texts(500, ""), test=texts(300, "")))
