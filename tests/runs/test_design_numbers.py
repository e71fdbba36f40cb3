"""Depth, width and heads of an attention model, told in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mladvisor.features.catalogue import Measures
from mladvisor.runs.design_numbers import numbers_told
from mladvisor.runs.read import read_run

DEPTH, WIDTH, HEADS, INNER = "num_hidden_layers", "hidden_size", "num_attention_heads", "intermediate_size"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- encoder: 2 layers, hidden size 48, 4 heads (12 per head), feed-forward 96",
            {DEPTH: 2, WIDTH: 48, HEADS: 4, INNER: 96},
        ),
        ("Six transformer layers, d_model = 256, eight attention heads", {DEPTH: 6, WIDTH: 256, HEADS: 8}),
        ("blocks: 12\nmodel dim: 768\nheads: 12\nFFN size: 3072", {DEPTH: 12, WIDTH: 768, HEADS: 12, INNER: 3072}),
        ("6 encoder layers and 4 decoder layers, 8 heads", {HEADS: 8}),  # which of them is meant?
        ("4 heads, feed-forward 4x the width", {HEADS: 4}),
        ("two hidden layers of 64 units", {}),  # no attention: layers are told one by one
        ("a classification head on 2 layers", {}),
    ],
)
def test_the_numbers_of_an_attention_model(text: str, expected: dict[str, float]) -> None:
    """Under the keys of its settings; what is told twice otherwise, or as a multiple, is left out."""
    assert numbers_told(text) == expected


@pytest.mark.parametrize(("width", "inner", "odd"), [(48, 96, 0.0), (4, 4, 2.0), (48, 192, 1.0)])
def test_settings_are_held_against_a_design_in_words(tmp_path: Path, width: int, inner: int, odd: float) -> None:
    """Whatever the settings call the inner width."""
    (tmp_path / "DESIGN.md").write_text("# Encoder\n\n- 2 layers, hidden size 48, 4 heads, feed-forward 96\n")
    settings = {"d_model": width, "num_layers": 2, "nhead": 4, "dim_feedforward": inner}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    (tmp_path / "log.csv").write_text("epoch,loss,val_loss\n" + "".join(f"{n},{1 / n},{1 / n}\n" for n in range(1, 9)))
    assert Measures(read_run(tmp_path)).value("design.settings_unlike") == odd


@given(st.text(alphabet="heads layers 0123456789:=x-\nsize hidden feed", max_size=120))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    numbers_told(text)
