"""Columns of text in two tables: texts that stand in both, and words that training lacks.

Work is bounded: of each column at most `MOST_TEXTS` texts and `MOST_LETTERS` letters are read, always the same ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NamedTuple

import numpy as np

from mladvisor.tables.table import Table

MOST_TEXTS, MOST_LETTERS, LONGEST = 20_000, 2_000_000, 3_000
LEAST_TEXTS = 30
WORDS_A_TEXT = 2.5
"""On average: cells of fewer words are names and categories."""
LONG_ENOUGH = 4
"""Texts of fewer words ("thanks a lot") are said by many people, and are no copies."""
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+(?:['’][^\W_]+)?")
_NO_WORDS = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+|\S+@\S+\.\w+|<[^<>\s]{1,20}>")
_GARBLED = re.compile("[ÃÂ][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u2122]|â€|\ufffd")


class Texts:
    """The texts of one column that are looked at.

    Attributes:
        rows: (n,) their rows. cells: the texts. words: of each, numbers, addresses and names of people left out.
        plain: each without case, spacing and punctuation; "" where it is too short to be a copy of anything.
    """

    def __init__(self, table: Table, column: str) -> None:
        rows = table.sample(MOST_TEXTS)
        rows = rows[~table.missing(column)[rows]]
        cells = [str(cell)[:LONGEST] for cell in table.series(column).iloc[rows]]
        ends = np.cumsum([len(cell) for cell in cells])
        step = int(ends[-1] // MOST_LETTERS) + 1 if cells else 1
        self.table, self.rows, self.cells = table, rows[::step], cells[::step]
        self.share = len(self.cells) / max(1, int((~table.missing(column)).sum())) * table.share
        self.words = [_words(cell) for cell in self.cells]
        bare = [_WORD.findall(cell.lower()) for cell in self.cells]
        self.plain = [" ".join(words) if len(words) >= LONG_ENOUGH else "" for words in bare]

    def __len__(self) -> int:
        return len(self.cells)


def _words(cell: str) -> list[str]:
    return [word for word in _WORD.findall(_NO_WORDS.sub(" ", cell)) if word.isalpha() or "'" in word or "’" in word]


def text_columns(train: Table) -> list[str]:
    """The columns of texts: of several words each, mostly different ones."""
    found = []
    for column in train.columns:
        if train.kind(column) == "text" and train.rows >= LEAST_TEXTS:
            shown = [str(cell) for cell in train.series(column).dropna().iloc[:200]]
            if shown and float(np.mean([len(_words(cell)) for cell in shown])) >= WORDS_A_TEXT:
                found.append(column)
    return found


class Shared(NamedTuple):
    """Texts in two tables: their share beyond what chance gives, its error, how many of how many, the row of one."""

    share: float
    error: float
    hits: int
    of: int
    first: int


LEAST_SHARED = 5


def shared(train: Texts, other: Texts) -> Shared | None:
    """Texts of `other` that are a training text in another case, spacing or punctuation; None with too few long ones.

    Equal ones are no matter of this. What people write in several ways stands so within training, too: as much, and
    three standard errors, is taken off.
    """
    known: dict[str, set[str]] = {}
    for text, cell in zip(train.plain, train.cells, strict=True):
        if text:
            known.setdefault(text, set()).add(cell)
    asked = [
        (text, cell, int(row)) for text, cell, row in zip(other.plain, other.cells, other.rows, strict=True) if text
    ]
    total = sum(text != "" for text in train.plain)
    if len(asked) < LEAST_TEXTS or total < LEAST_TEXTS:
        return None
    rows = [row for text, cell, row in asked if text in known and cell not in known[text]]
    if len(rows) < LEAST_SHARED:
        return Shared(0.0, 0.0, len(rows), len(asked), -1)
    own = sum(len(known[text]) > 1 for text in train.plain if text) / total
    n = len(asked)
    raw = min(1.0, len(rows) / n / max(train.share, 1e-9))
    chance = own + 3.0 * (own * (1.0 - own) * (1.0 / n + 1.0 / total)) ** 0.5
    beyond = max(0.0, (raw - chance) / max(1e-9, 1.0 - own))
    return Shared(beyond, (raw * (1.0 - raw) / n) ** 0.5, len(rows), n, rows[0])


class Strange(NamedTuple):
    """Words that training lacks, beyond what one half of training lacks of the other.

    Attributes:
        share: of the words of the table, whatever their case. error: its standard error, texts counting.
        spelled: of the words as they are written, less `share`: words in other letters (capitals).
        accents: of the words, those that training holds with other accents only (é for e), beyond what is usual.
        usual: share that one half of training lacks of the other. words: the commonest of those that training lacks.
        garbled: share of texts with signs of a wrong encoding, less that of training.
    """

    share: float
    error: float
    spelled: float
    accents: float
    usual: float
    words: tuple[str, ...]
    garbled: float


def strange(train: Texts, other: Texts) -> Strange | None:
    """How strange the words of a table are to training; None with too few texts."""
    if min(len(train), len(other)) < LEAST_TEXTS:
        return None
    halves = train.words[::2], train.words[1::2]
    result = []
    for lower in (True, False):
        usual = max(_new(a, b, lower)[0] for a, b in (halves, halves[::-1]))
        now, error = _new(train.words, other.words, lower)
        result.append(((now - usual) / max(1e-9, 1.0 - usual), error, usual))
    known = _vocabulary(train.words, lower=True)
    fresh = Counter(w for words in other.words for w in (w.lower() for w in words) if w not in known)
    usual_accents = max(_accented(a, b) for a, b in (halves, halves[::-1]))
    garbled = [float(np.mean([_GARBLED.search(cell) is not None for cell in each.cells])) for each in (train, other)]
    share = max(0.0, result[0][0])
    return Strange(
        share,
        result[0][1],
        max(0.0, result[1][0] - share - 3.0 * result[1][1]),
        max(0.0, _accented(train.words, other.words) - usual_accents),
        result[0][2],
        tuple(word for word, _ in fresh.most_common(3)),
        garbled[1] - garbled[0],
    )


def _bare(word: str) -> str:
    """In lower case and without accents."""
    return "".join(ch for ch in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(ch))


def _accented(known: list[list[str]], asked: list[list[str]]) -> float:
    """Share of the words of `asked` that `known` lacks as they are, and holds with other accents."""
    vocabulary = _vocabulary(known, lower=True)
    bare = {_bare(word) for word in vocabulary}
    words = [word.lower() for each in asked for word in each]
    return sum(word not in vocabulary and _bare(word) in bare for word in words) / max(1, len(words))


def _vocabulary(texts: list[list[str]], *, lower: bool) -> set[str]:
    return {word.lower() if lower else word for words in texts for word in words}


def _new(known: list[list[str]], asked: list[list[str]], lower: bool) -> tuple[float, float]:
    """Share of the words of `asked` that `known` lacks, and its standard error with texts as units."""
    vocabulary = _vocabulary(known, lower=lower)
    counts = np.array([len(words) for words in asked], dtype=np.float64)
    new = np.array([sum((w.lower() if lower else w) not in vocabulary for w in words) for words in asked], float)
    total = float(counts.sum())
    if total == 0.0:
        return 0.0, 1.0
    share = float(new.sum()) / total
    return share, float(np.sqrt(((new - share * counts) ** 2).sum())) / total
