"""What reports, logs and notes say of a model as it was meant and as it was built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.runs.design_lines import deviations_in, pairs_in_lines
from mladvisor.runs.design_pairs import Pair, pairs_in
from mladvisor.runs.readers import Candidate


def found(tmp_path: Path, name: str, content: object) -> list[Pair]:
    """The pairs in a file of that name."""
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return pairs_in(Candidate(str(tmp_path / name), name))


@pytest.mark.parametrize(
    ("name", "content", "alike"),
    [
        ("a.csv", "layer,planned_units,built_units\nfc1,128,128\nfc2,64,8\n", [True, False]),
        ("a.csv", "op,n_design,n_exported\nConv,7,7\nAdd,4,4\n", [True, True]),
        ("a.csv", "layer,design_type,built_type\n0,dense,Linear\n1,lstm,gru\n", [True, False]),
        ("a.csv", "run,params,design_params\nx,1010,1000\n", [True]),
        ("a.csv", "run,params,design_params\nx,310,1000\n", [False]),
        ("a.json", {"spec": {"blocks": 6, "heads": 8}, "instantiated": {"blocks": 6, "heads": 4}}, [True, False]),
        ("a.json", {"designed_layers": 3, "actual_layers": 2, "val_acc": 0.9}, [False]),
        ("a.json", {"expected": {"layers": ["conv", "gru"]}, "built": {"layers": ["conv", "gru"]}}, [True]),
    ],
)
def test_both_in_a_report(tmp_path: Path, name: str, content: object, alike: list[bool]) -> None:
    """Columns and keys of what was meant and what was built; kinds have other names, and biases may be left out."""
    assert [pair.alike for pair in found(tmp_path, name, content)] == alike


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "op,ms_reference,ms_exported\nConv,7.1,9.2\nRelu,0.4,0.5\n"),  # how long they take
        ("a.csv", "table,expected_rows,found_rows\ntrain,700,690\nval,90,80\n"),
        ("a.json", {"expected": {"width": 224, "height": 224, "mode": "rgb"}, "model": {"width": 96, "height": 96}}),
        ("a.json", {"reference": {"params": 900, "acc": 0.9}, "model": {"params": 100, "acc": 0.8}}),
        ("a.csv", "layer,units\nfc1,128\nfc2,64\n"),
    ],
)
def test_other_comparisons_are_none(tmp_path: Path, name: str, content: object) -> None:
    """Times, rows, pictures, and another model of which nobody says that this one should be like it."""
    assert found(tmp_path, name, content) == []


@pytest.mark.parametrize(
    ("lines", "unlike"),
    [
        (["asked for: Net(depth=8, width=64)", "built: Net(depth=8, width=16)"], 1),
        (["spec: depth=8, width=64", "built depth=8, width=64"], 0),
        (["the config has depth=8 width=64"], None),
        (["warning: unknown key 'hidden_units' ignored"], 1),
        (["warning: unknown key 'log_every' ignored"], None),
        (["!= conv 64 | conv 8", "ok dense 3 | dense 3"], 1),
        (["missing keys in state_dict: a.conv1.weight, a.conv2.weight (+ 20 more)",
          "unexpected keys in state_dict: b.se.weight (+ 9 more)"], 1),
        (["missing keys in state_dict: fc.weight, fc.bias", "unexpected keys in state_dict: head.weight"], None),
        (["select designed.kind, size, built.kind, size", "7|1|conv|64|conv|8", "7|2|dense|5|dense|5"], 1),
    ],
)  # fmt: skip
def test_both_in_lines(lines: list[str], unlike: int | None) -> None:
    """Settings asked for and built, settings that are ignored, printed checks, tensors that a checkpoint lacks."""
    pairs = list(pairs_in_lines(lines))
    assert (sum(not pair.alike for pair in pairs) if pairs else None) == unlike


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The design has a skip connection around each block. The residual got lost in the move.", True),
        ("According to ADR-4 each block has batch norm, here the batch norm is missing.", True),
        ("Laut Entwurf zwei LSTM mit 96 Einheiten. Im Code steht ein GRU mit 24 Einheiten.", True),
        ("In the design we chose a GRU instead of an LSTM with 64 units.", False),
        ("Compared with the spec: no layer is missing, dropout as designed.", False),
        ("The residual of the design was missing; fixed in r12.", False),
        ("If the attention of the spec is missing the loss stays high.", False),
        ("The data sheet is missing. Dropout is 0.1.", False),
    ],
)
def test_deviations_in_words(text: str, said: bool) -> None:
    """A part of the design is missing or other; plans, conditions, and what is in order or mended, are none."""
    assert bool(list(deviations_in(text))) is said
