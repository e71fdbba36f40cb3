"""Fewer parameters than the widths in the settings need."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

from .fakes import measures


def test_widths_need_weights_between_them() -> None:
    """Of 16, 32 and 64 channels there are 2,560 pairs at least, each with a weight; of 32 and 16 units 512."""
    m = measures(config={"n_params": 350, "channels": [16, 32, 64]})
    assert m.value("design.parameters_over_least") == pytest.approx(350 / 2560)
    m = measures(config={"n_params": 933, "hidden_sizes": [32, 16]})
    assert m.value("design.parameters_over_least") == pytest.approx(933 / 512)


def test_frozen_layers_count_as_built(tmp_path: Path) -> None:
    """A count of what learns is none of what was built, where the summary gives both."""
    (tmp_path / "log.csv").write_text("epoch,loss\n0,0.7\n1,0.6\n2,0.5\n")
    (tmp_path / "config.json").write_text('{"hidden_sizes": [16, 16]}')
    (tmp_path / "model_summary.txt").write_text(
        "parameter shape  count trainable\n"
        "0.weight (16, 2) 32 False\n2.weight (16, 16) 256 False\n4.weight (1, 16) 16 True\ntotal 304, trainable 16\n"
    )
    assert Measures(read_run(tmp_path)).value("design.parameters_over_least") == pytest.approx(304 / 256)


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
