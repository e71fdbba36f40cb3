"""How much of the data a vocabulary does not know, as statistics of tokens and warnings of an encoder say it.

{"train": {"unk_rate": 0.0}, "val": {"unk_rate": 0.57}}    region: 900 of 900 values not in vocabulary
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_records import Cells
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.report_names import is_part_column, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_UNKNOWN = word_set("unk unks unknown oov oovs unseen")
_SHARE = word_set("rate share fraction frac ratio pct percent")
_OF_TEXT = word_set("token tokens word words vocab vocabulary id ids in of")


def unknown_words(split: str | None, cells: Cells) -> Iterator[Said]:
    """ "unk_rate" of a split, or "train_oov_share", "val_oov_share" side by side. The note holds what the split is
    called, which may tell its year.
    """
    called = next((str(cells[key]) for key in cells if is_part_column(key)), "")
    for key in cells:
        words = [word for word in words_of(key) if split_called(word) is None]
        told = set(words)
        share = number(cells, (key,))
        if not told & _UNKNOWN or not told & _SHARE or told - _UNKNOWN - _SHARE - _OF_TEXT or share is None:
            continue
        share = share / 100.0 if told & {"pct", "percent"} else share
        if 0.0 <= share <= 1.0:
            yield Said("unknown-words", "", split_called(key) or split, share, f"{key} {called}".rstrip())


_VALUES = re.compile(
    r"\b([A-Za-z_]\w{0,60})['\"]?\s?[:=]?\s(\d{1,9}) (?:of|out of|/) (\d{1,9}) (?:values|cells|rows|categories)\s"
    r"(?:are |were )?"
    r"(?:not in (?:the )?vocabulary|unknown|unseen|out of vocabulary|outside (?:the )?(?:vocabulary|range))",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"\bcolumn order\b.{0,60}\b(?:differs?|different|mismatch|changed|not the same)\b|\bread by position\b",
    re.IGNORECASE,
)
_SHARE_TOLD = re.compile(
    r"(?:[\[<]unk[\]>]|\b(?:unk|oov|out[- ]of[- ]vocab(?:ulary)?|unknown)\b)[ _-](?:(?:tokens?|words?)[ _-])?"
    r"(?:share|rate|fraction|ratio|pct|percent(?:age)?)\b\s?(?:of|is|=|:)?\s{0,3}(\d{1,3}(?:\.\d{1,6})?)\s?(%?)",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(
    r"\b(\d{1,3}(?:\.\d{1,6})?)\s?% (?:of (?:all |the )?)?(?:tokens|words) (?:are |were |become |map to |mapped to )?"
    r"(?:[\[<]unk[\]>]|unk\b|unknown\b|oov\b|out[- ]of[- ]vocabulary)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z]+")
_MOST_LINE = 600


def unknown_values_in_line(line: str) -> Iterator[Said]:
    """Values of a column that an encoder has never seen, and columns that come in another order than in training."""
    line = line[:_MOST_LINE]
    yield from _unknown_share(line)
    found = _VALUES.search(line)
    if found is not None and 0 < int(found[3]) >= int(found[2]):
        yield Said("broken", found[1], None, int(found[2]) / int(found[3]), "values not in the vocabulary")
    if _ORDER.search(line) is not None and "column" in line.lower():
        yield Said("broken", "table", None, 1.0, "column order")


def _unknown_share(line: str) -> Iterator[Said]:
    """ "valid after tokenize(): [UNK] share 0.868", "87% of tokens are <unk>"."""
    found = _SHARE_TOLD.search(line)
    of = _SHARE_OF.search(line) if found is None else None
    if found is None and of is None:
        return
    share = float(found[1]) if found is not None else float(of[1]) if of is not None else 0.0
    share = share / 100.0 if of is not None or (found is not None and found[2]) else share
    splits = {split_called(word) for word in _WORD.findall(line)} - {None}
    if 0.0 <= share <= 1.0 and len(splits) < 2:  # of two splits it is open whose share it is
        yield Said("unknown-words", "", next(iter(splits), None), share, line.strip()[:100])
