"""What settings say of the positions of a sequence's parts, and whether the model can see their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.features.code_pooled import keeps_places_apart
from mladvisor.runs.read import read_run
from mladvisor.runs.script.code import Code

LOG = "epoch,loss,val_loss\n0,0.7,0.7\n1,0.6,0.7\n2,0.5,0.7\n"
PRINTED = """TF(
  (embed): Embedding(82, 32)
  (block): TransformerEncoderLayer(
    (self_attn): MultiheadAttention(
      (out_proj): NonDynamicallyQuantizableLinear(in_features=32, out_features=32, bias=True)
    )
    (linear1): Linear(in_features=32, out_features=64, bias=True)
    (linear2): Linear(in_features=64, out_features=32, bias=True)
  )
  (head): Linear(in_features=32, out_features=2, bias=True)
)
"""


def measured(folder: Path, **config: object) -> Measures:
    (folder / "log.csv").write_text(LOG)
    (folder / "model_summary.txt").write_text(PRINTED)
    (folder / "config.json").write_text(json.dumps({"model": "transformer", "n_heads": 4, "lr": 0.001, **config}))
    return Measures(read_run(folder))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"positional_encoding": "none"}, "none"),
        ({"pos_emb": False}, "none"),
        ({"use_positional_encodings": False}, "none"),
        ({"no_pos_embed": True}, "none"),
        ({"position_embedding_type": "absolute"}, "some"),
        ({"pos_enc": "sinusoidal"}, "some"),
        ({"pos_emb": False, "use_rope": True}, "some"),
        ({"positional": False}, "none"),
        ({"pos": False}, "none"),
        ({"pos": "left"}, None),
        ({"max_position_embeddings": 512, "pos_weight": 3.0, "position": "left"}, None),
        ({}, None),
    ],
)
def test_positions_by_the_settings(tmp_path: Path, config: dict[str, object], said: str | None) -> None:
    """Whatever the key is called; other ways of telling places count as well."""
    assert measured(tmp_path, **config).value("model.positions") == said


def test_attention_without_positions_is_blind_to_order(tmp_path: Path) -> None:
    """A printed module does not show positions that are a parameter of its own: only the setting decides."""
    assert measured(tmp_path, positional_encoding="none").value("model.order_blind") is True
    assert measured(tmp_path, positional_encoding="learned").value("model.order_blind") is False
    assert measured(tmp_path).value("model.order_blind") is None


def test_a_mask_of_what_comes_later_tells_places(tmp_path: Path) -> None:
    """Models of language need no positions beside it."""
    assert measured(tmp_path, positional_encoding="none", task="language-modeling").value("model.order_blind") is None


@pytest.mark.parametrize(
    ("model", "note", "blind", "tells"),
    [
        ("bow_mlp", "label depends on event order (view before buy)", True, True),
        ("mean_embedding", "the order of words matters", True, True),
        ("bag-of-words", "orders of 2024", True, None),
        ("elbow_net", "sorted in descending order", None, None),
        ("mlp", "order-dependent", None, True),
    ],
)
def test_bags_by_name_and_notes_about_order(
    tmp_path: Path, model: str, note: str, blind: bool | None, tells: bool | None
) -> None:
    """What a model is called tells that it counts parts; a note may tell that their order decides."""
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.json").write_text(json.dumps({"model": model, "note": note, "lr": 0.1}))
    found = Measures(read_run(tmp_path))
    assert (found.value("model.order_blind"), found.value("data.order_tells")) == (blind, tells)


NET = """import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = {layer}
    def forward(self, x):
        {body}
"""


@pytest.mark.parametrize(
    ("layer", "body", "kept"),
    [
        ("nn.Linear(4, 2)", "return self.head(x.mean(1))", False),
        ("nn.Linear(4, 2)", "x = torch.sum(x, dim=1) / x.shape[1]\n        return self.head(x)", False),
        ("nn.Linear(4, 2)", "return self.head(x.max(dim=-2))", False),
        ("nn.Linear(4, 2)", "return self.head(x).mean(1)", None),
        ("nn.Linear(4, 2)", "return self.head(x.mean(-1))", None),
        ("nn.Linear(4, 2)", "return self.head(x.mean(1)) + x[:, 0]", None),
        ("nn.Conv1d(4, 2, 3)", "return self.head(x.mean(1))", None),
    ],
)
def test_inputs_that_a_script_pools_before_its_first_layer(layer: str, body: str, kept: bool | None) -> None:
    """Of inputs that nothing but their mean over places is read of the order is gone."""
    found = keeps_places_apart(Code("train.py", NET.format(layer=layer, body=body)))
    assert (found[0] if found is not None else None) is kept


@pytest.mark.parametrize(
    ("config", "first"),
    [
        ({"model": "gru", "readout": "first_step"}, True),
        ({"model": "lstm", "pooling": "first"}, True),
        ({"model": "gru", "readout": "last"}, False),
        ({"model": "gru", "pooling": "mean"}, False),
        ({"model": "transformer", "pooling": "first"}, None),  # a class token
        ({"model": "gru", "bidirectional": True, "readout": "first"}, None),  # one end of two
        ({"model": "gru"}, None),
    ],
)
def test_where_a_recurrent_layer_is_read(tmp_path: Path, config: dict[str, object], first: bool | None) -> None:
    (tmp_path / "log.csv").write_text(LOG)
    (tmp_path / "config.json").write_text(json.dumps(config))
    found = Measures(read_run(tmp_path)).one("config.reads_first_step")
    assert (found.value if found.known else None) is first
