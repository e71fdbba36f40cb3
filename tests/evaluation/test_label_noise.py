"""Wrong labels: told from classes that overlap."""

from __future__ import annotations

import numpy as np

from mladvisor.features.evaluation.conflicts import contradictions
from mladvisor.features.evaluation.noise_floor import LEAST, noise_floor


def labelled(seed: int, spread: float, wrong: float, n: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """(scores, labels) of a model that knows how likely each label is, wrong ones included."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(-rng.normal(0, spread, n)))
    y = (rng.random(n) < p) ^ (rng.random(n) < wrong)
    seen = (1 - 2 * wrong) * p + wrong
    return np.column_stack([1 - seen, seen]), y.astype(int)


def test_overlapping_classes_are_not_wrong_labels() -> None:
    """Flatness and skill together stay below 1 for 200 clean models of all strengths, with two exceptions at most."""
    claimed = 0
    for seed in range(200):
        made = noise_floor(*labelled(seed, spread=[1.0, 1.5, 2.0, 3.0, 5.0][seed % 5], wrong=0.0))
        assert made is not None
        claimed += made.flatness_low + made.skill > 1.0 and made.floor_low > 0.02
    assert claimed <= 2


def test_wrong_labels_show_where_the_model_is_surest() -> None:
    """A sixth of the labels of separable classes are wrong: the floor is that share, and it is flat."""
    found = [noise_floor(*labelled(seed, spread=6.0, wrong=0.16)) for seed in range(30)]
    assert all(each is not None and abs(each.floor - 0.16) < 0.08 for each in found)
    assert sum(each is not None and each.flatness_low + each.skill > 1.0 for each in found) >= 25


def test_suspects_are_rows_whose_label_contradicts_a_sure_score() -> None:
    """The first suspects are mostly rows that were in fact changed."""
    scores, y = labelled(3, spread=8.0, wrong=0.1)
    made = noise_floor(scores, y)
    assert made is not None
    assert (scores.argmax(axis=1)[made.suspects] != y[made.suspects]).all()
    assert made.confused in ((0, 1), (1, 0))


def test_few_rows_are_not_judged() -> None:
    """A share of the surest fifth needs rows."""
    scores, y = labelled(0, 2.0, 0.0, n=LEAST - 1)
    assert noise_floor(scores, y) is None


def test_without_any_label_nothing_contradicts() -> None:
    """A column of blanks is no share of 0: there is nothing to compare."""
    assert contradictions(np.array([1, 1, 2]), np.array([-1, -1, -1])) is None
    made = contradictions(np.array([1, 1, 2]), np.array([0, 1, -1]))
    assert made is not None and made.share == 1.0
