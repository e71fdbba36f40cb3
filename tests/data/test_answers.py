"""The label's column in tables: blanks, spellings, and classes that are swapped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.runs.read import read_run

from .folders import measured, plain, present, values


def test_classes_swapped_in_one_table_turn_every_strong_column(tmp_path: Path) -> None:
    """0 and 1 the other way round: what told the label for it now tells it against."""
    test = plain(1000, seed=1)
    test["label"] = 1 - test["label"]
    m = measured(tmp_path, train=plain(1500), test=test)
    assert values(m, "column.signal_turned")["shift"] > 0.2
    assert present(m)["signal-turned-in-evaluation"] == ("shift",)


def test_a_block_of_sentinels_turns_no_column(tmp_path: Path) -> None:
    """-9999 in a column beside 65535 in another, in a stretch of training rows, is all that a correlation would see."""
    train, test = (
        plain(rows, seed=seed).drop(columns="label").assign(amount=lambda rows: 3 * rows["shift"] + 500)
        for rows, seed in ((1400, 0), (400, 1))
    )
    train.loc[600:640, "shift"], train.loc[600:640, "amount"] = -9999.0, 65535.0
    found = present(measured(tmp_path, train=train, test=test))
    assert "far-rows-in-a-stretch" in found
    assert "signal-turned-in-evaluation" not in found


@pytest.mark.parametrize("seed", range(4))
def test_healthy_tables_show_none_of_it(tmp_path: Path, seed: int) -> None:
    """Neither small nor large, neither random nor in order."""
    found = present(measured(tmp_path, train=plain(300 * (seed + 1), seed=seed), test=plain(150, seed=seed + 50)))
    assert not found.keys() & {
        "labels-out-of-step",
        "signal-turned-in-evaluation",
        "label-blank",
        "label-spelled-in-two-ways",
        "sensor-stuck",
        "one-place-only",
        "numbers-written-as-words",
    }


def test_blank_labels(tmp_path: Path) -> None:
    """Blank labels of training are told with their share; a table that is only to be scored is none."""
    train, test = plain(), plain(seed=1)
    train["label"] = train["label"].astype(object)
    train.loc[:39, "label"] = None
    m = measured(tmp_path, train=train, test=test.assign(label=None))
    assert values(m, "split.label_blank_share") == {"train": pytest.approx(0.1)}
    assert present(m)["label-blank"] == ("train",)
    assert "inputs-missing" not in present(m)
    assert any("test.csv" in note and "label" in note for note in m.notes)


def test_two_spellings_of_a_class(tmp_path: Path) -> None:
    """Case and spaces make no class; marks may: A+ is not A."""
    train = plain()
    train["label"] = np.where(train["label"] == 1, "Yes", "No")
    train.loc[:20, "label"] = "yes "
    m = measured(tmp_path, train=train)
    assert "yes" in m["labels.respelled_says"].value  # type: ignore[union-attr,operator]
    assert "label-spelled-in-two-ways" in present(m)
    grades = plain().assign(label=np.random.default_rng(0).choice(["A", "A+", "B", "B-"], 400))
    folder = tmp_path / "grades"
    folder.mkdir()
    assert measured(folder, train=grades)["labels.respelled_share"].value == 0.0  # type: ignore[union-attr]


def test_a_label_that_never_changes_is_no_constant_column(tmp_path: Path) -> None:
    """The label has findings of its own."""
    found = present(measured(tmp_path, train=plain().assign(label=1)))
    assert "label-never-changes" in found
    assert "column-constant" not in found


@pytest.mark.parametrize(("name", "many", "said"), [("pixel{}", 16, False), ("f{}", 64, False), ("f{}", 20, True)])
def test_corners_of_pictures_may_be_constant(tmp_path: Path, name: str, many: int, said: bool) -> None:
    """Columns that differ in a number alone are places where they are many, or called so."""
    rng = np.random.default_rng(0)
    train = plain().assign(**{name.format(at): rng.integers(0, 17, 400) * (at != 3) for at in range(many)})
    assert ("column-constant" in present(measured(tmp_path, train=train))) is said


def test_rows_that_were_picked_for_their_errors_are_no_answers(tmp_path: Path) -> None:
    """The thirty worst rows of a good model are answered wrong, all of them."""
    worst = pd.DataFrame({"true": [n % 10 for n in range(30)], "pred": [(n + 3) % 10 for n in range(30)]})
    for name, known in (("worst_examples.csv", False), ("answers_of_the_model.csv", True)):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / "log.csv").write_text("epoch,loss\n" + "".join(f"{at},{1 / at}\n" for at in range(1, 9)))
        worst.to_csv(folder / name, index=False)
        assert ("predictions" in read_run(folder).files) is known
