"""The word model: it moves priors, within bounds, and says by which words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.errors import RuleError
from mladvisor.rulebook import RuleErrors, load, shipped_folder
from mladvisor.rulebook.word_model import FILE, WordModel, word_model

CAUSES = ("overfitting", "label-leakage", "own-cause")
MODEL = WordModel(
    strength=1.0,
    of_health=0.5,
    most=8.0,
    least=1 / 3,
    labels=("healthy", "label-leakage", "overfitting"),
    share=(0.4, 0.3, 0.3),
    start=(0.0, 0.0, 0.0),
    words={"auc~<1.0001": (0, 300, -100), "memorised": (-50, 0, 250), "epoch": (0, 0, 0)},
)


def test_words_raise_their_cause_and_lower_others() -> None:
    """A cause that the model does not know keeps its prior."""
    leaning = MODEL.leaning({"auc~<1.0001", "unknown"}, CAUSES)
    assert leaning is not None
    overfitting, leakage, own = leaning.factor
    assert leakage > 1 > overfitting
    assert own == 1
    assert leaning.strongest(1)[0][0] == "auc~<1.0001"
    assert leaning.strongest(2) == []


def test_a_single_word_says_little() -> None:
    """Not what a folder says in which it stands among twenty that mean the same."""
    one = MODEL.leaning({"auc~<1.0001"}, CAUSES)
    assert one is not None
    assert 1 < one.factor[1] < 2


def test_words_that_nobody_knows_say_nothing() -> None:
    """Nor does an empty folder."""
    assert MODEL.leaning({"xyz"}, CAUSES) is None
    assert MODEL.leaning((), CAUSES) is None


@given(st.sets(st.sampled_from(sorted(MODEL.words)), min_size=1), st.floats(0.1, 50))
def test_factors_stay_within_their_bounds(spoken: set[str], strength: float) -> None:
    """However loudly a folder speaks: alone, words accuse of nothing."""
    model = WordModel(
        strength=strength,
        of_health=strength,
        most=8.0,
        least=1 / 3,
        labels=MODEL.labels,
        share=MODEL.share,
        start=MODEL.start,
        words=MODEL.words,
    )
    leaning = model.leaning(spoken, CAUSES)
    assert leaning is not None
    assert np.all((leaning.factor >= 1 / 3 - 1e-9) & (leaning.factor <= 8 + 1e-9))
    assert 1 / 3 - 1e-9 <= leaning.healthy <= 8 + 1e-9


def test_the_order_of_words_and_causes_does_not_matter() -> None:
    """The result goes with the names."""
    one, two = (MODEL.leaning(list(spoken), CAUSES) for spoken in (("epoch", "memorised"), ("memorised", "epoch")))
    turned = MODEL.leaning(["epoch", "memorised"], CAUSES[::-1])
    assert one is not None
    assert two is not None
    assert turned is not None
    np.testing.assert_array_equal(one.factor, two.factor)
    np.testing.assert_array_equal(one.factor, turned.factor[::-1])


def test_the_shipped_model_knows_the_causes_of_the_rulebook() -> None:
    """It is read whole, and every row has a number for each label."""
    model = word_model(shipped_folder())
    assert model is not None
    assert set(model.labels) - {"healthy"} <= set(load().causes)
    assert {len(row) for row in model.words.values()} == {len(model.labels)}
    assert abs(sum(model.share) - 1) < 1e-3
    assert 0 < model.least < 1 < model.most


def test_rules_of_ones_own_alone_have_no_words(tmp_path: Path) -> None:
    """The shipped words belong to the shipped rules."""
    assert load([], shipped=False).leaning({"loss"}, CAUSES) is None
    assert word_model(tmp_path) is None


def test_a_damaged_model_is_an_error_and_no_silence(tmp_path: Path) -> None:
    """Numbers would be wrong without a word."""
    (tmp_path / "fitted").mkdir()
    (tmp_path / FILE).write_text(json.dumps({"strength": 1}), encoding="utf-8")
    with pytest.raises(RuleError, match="missing required field"):
        word_model(tmp_path)


def test_a_layer_of_rules_lets_words_count_less_or_not_at_all(tmp_path: Path) -> None:
    """`network: {words: N}`, as every other constant of the inference."""
    said = ["offline", "online", "revenue", "conversion"]
    causes = ["proxy-metric-divergence"]
    (tmp_path / "half.yaml").write_text("network: {words: 0.5}\n", encoding="utf-8")
    (tmp_path / "off.yaml").write_text("network: {words: 0}\n", encoding="utf-8")
    whole, half = load().leaning(said, causes), load([tmp_path / "half.yaml"]).leaning(said, causes)
    assert whole is not None
    assert half is not None
    assert 1 < half.factor[0] < whole.factor[0]
    assert load([tmp_path / "off.yaml"]).leaning(said, causes) is None


@pytest.mark.parametrize("count", ["-1", "2", "yes"])
def test_what_words_count_is_a_share(tmp_path: Path, count: str) -> None:
    """They were fitted to tip the scale: no layer lets them shout."""
    (tmp_path / "own.yaml").write_text(f"network: {{words: {count}}}\n", encoding="utf-8")
    with pytest.raises(RuleErrors, match="words"):
        load([tmp_path / "own.yaml"])


def test_a_mistyped_constant_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    """`network: {word: 0}` would leave them on."""
    (tmp_path / "own.yaml").write_text("network: {word: 0}\n", encoding="utf-8")
    with pytest.raises(RuleErrors, match='did you mean "words"'):
        load([tmp_path / "own.yaml"])
