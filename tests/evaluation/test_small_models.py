"""Small models that have not seen a label: what they contradict, and whether they know anything."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.evaluation.small_models import cross_scores, neighbours, vocabulary, words
from mladvisor.rulebook import load
from mladvisor.runs.read import read_run


def _apart(seed: int, rows: int, distance: float, wrong: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Three bell curves in five columns, and labels of which a share was dealt to another class."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, rows)
    x = rng.normal(size=(rows, 5)) + distance * np.eye(3, 5)[y]
    swapped = rng.random(rows) < wrong
    return x, np.where(swapped, (y + rng.integers(1, 3, rows)) % 3, y)


def _measures(folder: Path, x: np.ndarray, y: np.ndarray) -> Measures:
    frame = pd.DataFrame(x, columns=[f"c{index}" for index in range(x.shape[1])]).assign(label=np.array(list("abc"))[y])
    frame.to_csv(folder / "train.csv", index=False)
    return Measures(read_run(folder))


def _both(folder: Path, moved: float) -> Measures:
    """A training and an evaluation table of one source, the latter with two columns moved."""
    for name, seed, rows in (("train", 8, 500), ("val", 9, 300)):
        x, y = _apart(seed, rows, 3.0)
        x[:, :2] += moved * (name == "val")
        frame = pd.DataFrame(x, columns=[f"c{index}" for index in range(5)]).assign(label=np.array(list("abc"))[y])
        frame.to_csv(folder / f"{name}.csv", index=False)
    return Measures(read_run(folder))


def test_small_models_that_fail_elsewhere_tell_of_other_data(tmp_path: Path) -> None:
    """What a line learnt in training holds for unseen training rows, and no longer where two columns have moved."""
    moved, alike = tmp_path / "moved", tmp_path / "alike"
    moved.mkdir()
    alike.mkdir()
    m = _both(moved, 4.0)
    assert m.value("labels.small_recall_lost") > 0.1
    assert "of val.csv" in str(m["labels.small_recall_lost_says"].value)
    assert "small-models-fail-elsewhere" in _present(m)
    assert _both(alike, 0.0).value("labels.small_recall_lost") < 0.0


def _present(m: Measures) -> set[str]:
    book = load(())
    return {name for name, one in book.evaluate(m.__getitem__).items() if one.present}


def test_swapped_labels_are_found_and_named(tmp_path: Path) -> None:
    """Four labels of ten were swapped between classes that are far apart."""
    x, y = _apart(0, 400, 4.0, wrong=0.4)
    m = _measures(tmp_path, x, y)
    assert m.value("labels.small_noise") == pytest.approx(0.4, abs=0.1)
    assert m.value("labels.small_flatness") == pytest.approx(1.0, abs=0.2)
    assert "labels-contradict-small-models" in _present(m)
    clean = _apart(0, 400, 4.0)[1]
    named = [int(line) - 2 for line in str(m["labels.small_suspects"].value).split(", ")]
    assert len(named) == 10
    assert all(clean[row] != y[row] for row in named)


@pytest.mark.parametrize("distance", [1.2, 2.0, 4.0])
def test_classes_that_overlap_are_not_wrong_labels(distance: float, tmp_path: Path) -> None:
    """Contradictions fade where the model is sure."""
    m = _measures(tmp_path, *_apart(1, 400, distance))
    assert not {"labels-contradict-small-models", "small-models-know-nothing"} & _present(m)


def test_labels_that_were_dealt_anew_tell_small_models_nothing(tmp_path: Path) -> None:
    """No ranking better than chance; and no claim that labels are wrong, since nothing is known of them."""
    x, y = _apart(2, 500, 4.0)
    m = _measures(tmp_path, x, np.random.default_rng(0).permutation(y))
    assert m.value("labels.small_area") == pytest.approx(0.5, abs=0.06)
    found = _present(m)
    assert "small-models-know-nothing" in found
    assert "labels-contradict-small-models" not in found


def test_neighbours_speak_where_a_straight_line_cannot() -> None:
    """A ring around a disc: the linear model is at chance, the neighbours are not."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(400, 2))
    y = ((x**2).sum(axis=1) > 1.4).astype(int)
    scores = cross_scores(x, y, 2)
    assert scores is not None
    assert (scores.argmax(axis=1) == y).mean() > 0.9


def test_neighbours_are_the_nearest_rows() -> None:
    """The mean target of rows near a point, drawn a little towards the overall mean."""
    x = np.concatenate([np.zeros((50, 1)), np.full((50, 1), 9.0)])
    targets = np.repeat(np.eye(2), 50, axis=0)
    found = neighbours(x, targets, np.array([[0.1], [8.9]]))
    assert found[0, 0] > 0.9
    assert found[1, 1] > 0.9


def test_too_little_to_learn_from_is_unknown(tmp_path: Path) -> None:
    """No column, or a class of four rows: nothing is said."""
    assert cross_scores(np.zeros((50, 0)), np.arange(50) % 2, 2) is None
    assert cross_scores(np.ones((50, 2)), (np.arange(50) < 4).astype(int), 2) is None
    m = _measures(tmp_path, *_apart(4, 40, 4.0))
    assert m["labels.small_noise"].reason == "too-few-points"


def test_words_of_nearly_all_texts_and_rare_ones_are_left_out() -> None:
    """The columns are the words that can tell texts apart, the commonest first."""
    texts = ["the film was good", "the film was bad"] * 10 + ["the end"] * 2
    kept = vocabulary(texts)
    assert kept == ["film", "was", "bad", "good"]
    assert words(texts[:1], kept).tolist() == [[1.0, 1.0, 0.0, 1.0]]


def test_texts_are_learnt_by_their_words(tmp_path: Path) -> None:
    """A table of one column of texts has labels that its words tell."""
    rng = np.random.default_rng(5)
    filler = [f"word{index}" for index in range(30)]
    y = rng.integers(0, 2, 300)
    frame = pd.DataFrame(
        {
            "text": [" ".join([*rng.choice(filler, 6), ("bad", "good")[label]]) for label in y],
            "label": y,
        }
    )
    frame.to_csv(tmp_path / "train.csv", index=False)
    assert Measures(read_run(tmp_path)).value("labels.small_skill") > 0.9


def test_labels_of_texts_that_slipped_by_a_row_are_found(tmp_path: Path) -> None:
    """Words know the label one row below, and nothing of their own."""
    rng = np.random.default_rng(6)
    y = rng.integers(0, 2, 400)
    texts = [" ".join([*rng.choice([f"word{index}" for index in range(30)], 6), ("bad", "good")[label]]) for label in y]
    pd.DataFrame({"text": texts, "label": np.roll(y, 1)}).to_csv(tmp_path / "train.csv", index=False)
    m = Measures(read_run(tmp_path))
    assert m.value("labels.small_area_lagged") > 0.9
    assert "one row below" in str(m["labels.small_lagged_says"].value)
    found = _present(m)
    assert "labels-out-of-step" in found
    assert not {"small-models-know-nothing", "labels-contradict-small-models"} & found


def test_labels_in_step_or_dealt_anew_have_not_slipped(tmp_path: Path) -> None:
    """Where the row's own label is known no neighbour is asked, and chance favours none."""
    x, y = _apart(7, 300, 4.0)
    assert _measures(tmp_path, x, y)["labels.small_area_lagged"].state == "not-applicable"
    dealt = tmp_path / "dealt"
    dealt.mkdir()
    assert _measures(dealt, x, np.random.default_rng(0).permutation(y)).value("labels.small_area_lagged") < 0.55
