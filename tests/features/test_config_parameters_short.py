"""Fewer parameters than the widths in the settings need."""

from __future__ import annotations

import pytest

from .fakes import measures


def test_widths_need_weights_between_them() -> None:
    """Of 16, 32 and 64 channels there are 2,560 pairs at least, each with a weight; of 32 and 16 units 512."""
    m = measures(config={"n_params": 350, "channels": [16, 32, 64]})
    assert m.value("design.parameters_over_least") == pytest.approx(350 / 2560)
    m = measures(config={"n_params": 933, "hidden_sizes": [32, 16]})
    assert m.value("design.parameters_over_least") == pytest.approx(933 / 512)


def test_one_layer_or_no_count_says_nothing() -> None:
    """A single width has no layer behind it, and without a count nothing is compared."""
    assert not measures(config={"n_params": 350, "channels": [16]}).one("design.parameters_over_least").known
    assert not measures(config={"channels": [16, 32]}).one("design.parameters_over_least").known


def test_one_width_of_attention_or_recurrence_needs_its_square() -> None:
    """Queries, keys, values and their output are as wide as the model; a recurrent layer meets itself."""
    m = measures(config={"n_params": 1_100, "n_embd": 64, "n_head": 4})
    assert m.value("design.parameters_over_least") == pytest.approx(1_100 / 16_384)
    m = measures(config={"n_params": 57, "hidden_size": 64, "model": "lstm"})
    assert m.value("design.parameters_over_least") == pytest.approx(57 / 4_096)
    assert not measures(config={"n_params": 57, "hidden_size": 64}).one("design.parameters_over_least").known
