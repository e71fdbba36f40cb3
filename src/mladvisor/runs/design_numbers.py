"""The numbers of an attention model that a design tells in words: "encoder: 2 layers, hidden size 48, 4 heads".

Such a model is a stack of equal blocks: it is told by depth, width and heads, not layer by layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_TEXT = 40_000
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {word: float(count) for count, word in enumerate(_WORDS, 1)}
_COUNT = rf"(?<![\w.-])(\d{{1,6}}|{'|'.join(_WORDS)})"
_IS = r"(?: +of| +is)? *[:=]? *"
_END = r"(\d{1,6})(?![\d.]| ?[x×%*]| ?(?:-|–|to|or) ?\d)"
_SIZE = r"(?:[ _-]?(?:size|dim(?:ension)?s?|width|units))"
_HEADS = re.compile(
    rf"{_COUNT}[ -]+(?:self-?)?(?:attention[ -]+)?heads\b|\b(?:n_|num_)?(?:attention[ _])?heads{_IS}{_END}", re.I
)
_TOLD: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("num_attention_heads", _HEADS),
    (
        "num_hidden_layers",
        re.compile(
            rf"{_COUNT}[ -]+(?:(?:transformer|encoder|decoder|attention|self-attention|hidden|identical|stacked) +)*"
            rf"(?:layers|blocks)\b|\b(?:n_|num_)?(?:layers|blocks) *[:=] *{_END}",
            re.I,
        ),
    ),
    ("hidden_size", re.compile(rf"\b(?:(?:hidden|model){_SIZE}|d_model|n_embd){_IS}{_END}", re.I)),
    (
        "intermediate_size",
        re.compile(rf"\b(?:feed[- ]?forward|ffn|intermediate|d_ff|mlp)(?: +layers?)?{_SIZE}?{_IS}{_END}", re.I),
    ),
)


def is_of_attention(text: str) -> bool:
    """The words count the heads of a model."""
    return _HEADS.search(text[:MAX_TEXT]) is not None


def numbers_told(text: str) -> dict[str, float]:
    """Depth, width, heads and inner width, under the keys of such a model's settings; {} where no heads are counted.

    What is told twice with other values is left out: a design may speak of several models.
    """
    if not is_of_attention(text):
        return {}
    found = {key: set(_values(pattern, text[:MAX_TEXT])) for key, pattern in _TOLD}
    return {key: values.pop() for key, values in found.items() if len(values) == 1}


def _values(pattern: re.Pattern[str], text: str) -> Iterator[float]:
    for match in pattern.finditer(text):
        said = next(part for part in match.groups() if part is not None).lower()
        yield _COUNTS[said] if said in _COUNTS else float(said)
