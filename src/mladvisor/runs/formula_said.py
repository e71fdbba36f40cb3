"""A loss that is written out in settings, notes or prints, with nothing that keeps its arithmetic in bounds.

    loss: -log(softmax(z)[y]).mean()      theta = acos((tr(R1^T R2) - 1) / 2), not clamped      return -torch.log(p - m)

The logarithm of nought, the arc cosine of a little more than one, a root or a quotient at nought, an exponential that
overflows: one row is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isinf

from mladvisor.errors import ReadError
from mladvisor.runs.data_records import Cells, records_in
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import words_of

MOST_BYTES = 60_000
_SUFFIXES = (
    *("md", "markdown", "txt", "rst", "eml", "yaml", "yml", "toml"),
    *("r", "rout", "py", "jl", "m", "cpp", "cu", "out"),
)
_MOST_LINE = 300
_ALL_ROWS = (
    r"\s?(?:self\.)?(?:x|y|tr|train|val|test|data|dl|ds|loader|batches|losses|rows)_?\w{0,20}\s?\)"
    r"|\s?\w{0,20}(?:loader|dataset|_dl|_ds|batches|losses)\s?\)"
)
_FORMULA = re.compile(
    r"(?<![a-z])(?:k_)?(?:log|ln|log2|log10)\((?=[^()\n]{0,40}[a-z_])(?!\s?[\"'])"
    r"|(?<![a-z])(?:acos|arccos|asin|arcsin|atanh)\(|(?<![a-z])sqrt\((?=[^\n]{0,40}[a-z_])|\.log\(\)|\.sqrt\(\)"
    r"|(?<![a-z])exp\(\)\.sum|/ ?\(?(?:\|\w|norm\(|sum\(|n_|len\((?!" + _ALL_ROWS + r"))",
    re.I,
)
"""A sum that is divided by how many rows or batches there are keeps the books: they are never nought."""
_GUARDED = re.compile(
    r"cla?mp|clip|maximum|\bmax\(|\bmin\(|eps|1e-|where|nan_to_num|xlogy|tiny|finfo|smooth|log_?softmax|log_?sigmoid"
    r"|logsumexp|logaddexp|stable|softplus|relu\(|log1p|\+\s*(?:0?\.0|1e)|safe|float32|钳|裁剪|截断到",
    re.I,
)
_OF_LOSS = re.compile(
    r"loss|nll|xent|cross_?entropy|criterion|objective|verlust|pérdida|perte|perda|损失|損失|theta|kl_", re.I
)
_NO_GUARD = re.compile(
    r"\b(?:no|not|without|un)[ -]?(?:eps\w*|clamp\w*|clip\w*)|没有截断|没有裁剪"
    r"|ohne eps|sin eps|sans eps|sem eps",
    re.I,
)
_NEAR = 2
"""Lines between the name of a loss and its formula, as in a function."""


def formula_unguarded(lines: Iterable[str]) -> str | None:
    """The first formula of a loss with nothing that guards it; None where there is none, or one that is guarded."""
    since, found = _NEAR + 1, None
    for whole in lines:
        line = whole[:_MOST_LINE]
        since = 0 if _OF_LOSS.search(line) else since + 1
        if since > _NEAR or not _FORMULA.search(line):
            continue
        if _GUARDED.search(_NO_GUARD.sub(" ", line)):
            return None  # somebody thinks of it: which of several lines is in use is not told
        found = found or line.strip()
    return found


def may_hold(file: Candidate) -> bool:
    """A short file with such a formula."""
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > MOST_BYTES or file.binary:
        return False
    try:
        return formula_in_file(file) is not None
    except (ReadError, OSError):
        return False


def formula_in_file(file: Candidate) -> str | None:
    """The same, looked for once."""
    return file.once(lambda each: formula_unguarded(each.text.splitlines()))


def weight_infinite(file: Candidate) -> bool:
    """A small table of weights, of classes say, in which one is infinite."""
    if stem_and_suffix(file.name)[1] not in _TABLES or file.size > MOST_BYTES or file.binary:
        return False
    try:
        low = file.text.lower()
        if "weight" not in low or "inf" not in low:
            return False
        return any(_is_infinite(each.cells) for each in records_in(file))
    except (ReadError, OSError):
        return False


_TABLES = ("csv", "tsv", "md", "json", "txt")


def _is_infinite(cells: Cells) -> bool:
    named = [value for key, value in cells.items() if "weight" in words_of(key)]
    return any((isinstance(value, float) and isinf(value)) or value in ("inf", "Infinity", "∞") for value in named)
