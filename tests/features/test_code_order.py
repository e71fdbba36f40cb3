"""Attention that token embeddings enter without positions, and all that tells it places in some other way."""

from __future__ import annotations

import pytest

from mladvisor.features.code_order import sees_order
from mladvisor.runs.script.code import Code

NET = """
import math
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.tok = nn.Embedding(100, d)
        self.pos = nn.Embedding(32, d)
        self.drop = nn.Dropout(0.1)
        self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 4, batch_first=True), 2)
        self.out = nn.Linear(d, 2)

    def forward(self, x, pad=None):
        h = {embedded}
        h2 = {attended}
        return self.out(h2.mean(1))
"""
ATTENDED = "self.enc(h)"


def verdict(embedded: str, attended: str = ATTENDED, more: str = "") -> object:
    found = sees_order(Code("train.py", more + NET.format(embedded=embedded, attended=attended)))
    return found and found[0]


@pytest.mark.parametrize(
    ("embedded", "attended"),
    [
        ("self.tok(x)", ATTENDED),
        ("self.drop(self.tok(x) * math.sqrt(16))", "self.enc(h.transpose(0, 1))"),
        ("self.tok(x)", "self.enc(h, src_key_padding_mask=pad)"),
        ("self.tok(x)\n        h = self.drop(h)\n        h = self.enc(h)", "h"),  # one name for all
    ],
)
def test_embeddings_that_enter_as_they_are(embedded: str, attended: str) -> None:
    """Scales, dropout, turned axes and masks of blanks tell no places."""
    assert verdict(embedded, attended) is False


@pytest.mark.parametrize(
    ("embedded", "attended", "more"),
    [
        ("self.tok(x) + self.pos(torch.arange(32))", ATTENDED, ""),
        ("self.tok(x)", "self.enc(h + self.pe)", ""),
        ("self.tok(x) * self.waves[:, : x.size(1)]", ATTENDED, ""),
        ("self.places(self.tok(x))", ATTENDED, ""),  # a class of its own, or of elsewhere
        ("self.tok(x)", "self.enc(h, mask=causal)", ""),
        ("self.tok(x + self.offsets)", ATTENDED, ""),  # each column of a table has tokens of its own
        ("self.tok(x)", ATTENDED, "from torch import nn\nmix = nn.GRU(8, 8)\n"),
        ("self.tok(x)", ATTENDED, "# a set transformer\n"),
        ("self.tok(x)\n        h += self.pos(places)\n        h = self.enc(h)", "h", ""),
        ("self.tok(x)\n        if self.placed:\n            h = h + self.pe\n        h = self.enc(h)", "h", ""),
        ("x", ATTENDED, ""),  # what comes in may hold places
    ],
)
def test_whatever_may_tell_places_is_not_accused(embedded: str, attended: str, more: str) -> None:
    assert verdict(embedded, attended, more) is None


BLOCKS = """
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.att = nn.MultiheadAttention(d, 4, batch_first=True)
        self.mix = nn.Linear(d, d)

    def forward(self, x):
        x = x + self.att(x, x, x{mask})[0]
        return self.mix(x)

class Net(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.tok = nn.Embedding(100, d)
        self.blocks = nn.ModuleList([{block} for _ in range(3)])
        self.out = nn.Linear(d, 2)

    def forward(self, x):
        h = self.tok(x){places}
        for block in self.blocks:
            h = block(h)
        return self.out(h.mean(1))
"""


@pytest.mark.parametrize(
    ("block", "mask", "places", "expected"),
    [
        ("Block(d)", "", "", False),
        ("nn.TransformerEncoderLayer(d, 4)", "", "", False),
        ("Block(d)", ", attn_mask=self.mask", "", None),
        ("Block(d)", "", " + self.pos", None),
        ("Convolved(d)", "", "", None),  # a class of elsewhere
    ],
)
def test_blocks_of_attention_in_a_list(block: str, mask: str, places: str, expected: bool | None) -> None:
    """Blocks of the library or of the script, called one after the other."""
    found = sees_order(Code("train.py", BLOCKS.format(block=block, mask=mask, places=places)))
    assert (found and found[0]) is expected
