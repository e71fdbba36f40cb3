"""What settings say of the positions of a sequence's parts, and whether the model can see their order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

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
