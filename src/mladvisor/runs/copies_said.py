"""Rows of the evaluation data that somebody found in the training data: in a report, or in a sentence of a check.

"train_test_overlap": 0.2    "validation_rows_found_in_train": 170 beside "rows_validation": 200
set,against,rows,identical_rows    test rows present in train 612 of 800
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.other_languages import english_word, plainly
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_SHARED = word_set(
    "overlap overlaps overlapping duplicates duplicated duplicate dup dups dupes shared leaked leakage common also "
    "intersection intersect intersecting both identical copies copied"
)
_FOUND = word_set("found present seen contained exist existing occur occurring matched appear appearing known")
"""What rows are that are in training, too, where "in" stands before it."""
_GONE = word_set("removed dropped excluded deleted filtered cleaned purged")
"""What was done with them: who found copies and took them out has none."""
_OF_VALUES = word_set(
    "species genre genres brand brands topics "
    "vocab vocabulary token tokens word words class classes label labels user users entity feature column features "
    "columns max maximum allowed tolerance limit iou ngram categories category values distribution distributions "
    "density densities histogram hist kde support range ranges schema window windows stride hop frame frames tile "
    "tiles patch patches chunk chunks"
)
_SIZE = word_set("n num rows size count total images samples examples of number len length unique distinct")
_SPLITS_BY_NAME = word_set("val valid validation dev test testing holdout eval evaluation set split")


def copies_in(record: Record) -> Iterator[Said]:
    """A share; or rows, where the record says how many the other split has."""
    yield from _of_pair(record.cells)
    for key, value in record.cells.items():
        words = words_of(key)
        splits = {split for word in words if (split := split_called(word))}
        told = "train" in splits and len(splits) > 1 and _are_shared(words)
        if not told or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if isinstance(value, float) and 0.0 <= value <= 1.0:
            yield Said("copies", "", None, value, key)
        elif is_count(value):
            rows = _rows_of(record.cells, splits - {"train"})
            if rows and value <= rows:
                yield Said("copies", "", None, value / rows, key)


def _are_shared(words: list[str]) -> bool:
    """ "overlap", or "found" with "in train" behind it; values and classes that both have are as it should be."""
    if not (_OF_VALUES | _GONE).isdisjoint(words):
        return False
    in_both = "and" in words and not _WITHIN.isdisjoint(words)  # "texts_in_train_and_test"
    return not _SHARED.isdisjoint(words) or in_both or (_lies_inside(words) and not _FOUND.isdisjoint(words))


def _lies_inside(words: list[str]) -> bool:
    """ "in train": what is counted is not the training rows, but others among them."""
    bare = [word for word in words if word not in _ARTICLES]
    return any(a in _WITHIN and split_called(b) == "train" for a, b in pairwise(bare))


_WITHIN = word_set("in im en em dans nel w within inside")
_ARTICLES = word_set("the el la le les il o os i a dem den set")


def _rows_of(cells: Cells, splits: set[str]) -> float | None:
    """How many rows a split has: "n_val", "val_size", "val.rows"."""
    named = [key for key in cells if split_called("_".join(words_of(key))) in splits]
    return number(cells, [key for key in named if _SIZE.issuperset(set(words_of(key)) - set(_SPLITS_BY_NAME))])


def _of_pair(cells: Cells) -> Iterator[Said]:
    """A row for two sets that were held against each other: "set,against,rows,identical_rows"."""
    texts = [part for each in cells.values() if isinstance(each, str) for part in _BETWEEN.split(each[:_MOST_NOTE])]
    sides = [split for each in texts if (split := split_called(plainly(each)))]
    if len(sides) != len(("one", "other")) or sides.count("train") != 1:
        return
    shared = [key for key in cells if _are_shared(words_of(key))]
    rows = number(cells, [key for key in cells if key not in shared and _SIZE.issuperset(words_of(key))])
    found = number(cells, shared)
    if found is None or len(shared) != 1:
        return
    if isinstance(cells[shared[0]], float) and 0.0 <= found <= 1.0:
        yield Said("copies", "", None, found, shared[0])
    elif rows and is_count(found) and found <= rows:
        yield Said("copies", "", None, found / rows, shared[0])


_WORD = re.compile(r"[^\W\d_]+")
_OF = re.compile(r"(\d{1,9})\s{0,3}(?:of|out of|/|von|de|sur|su|di|z)\s{0,3}(\d{1,9})(?![\d.])")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s?%")
_COUNT = re.compile(r"(?<![\d.])(\d{1,9})(?![\d.%])")
_ROWS = word_set(
    "rows row samples sample examples example records record images image ids id hashes hash cases files pairs "
    "zeilen filas linhas lignes righe wierszy"
)


def copies_in_line(line: str) -> Iterator[Said]:
    """ "test rows present in train 612 of 800", "validation: 200 rows, 127 of them also in training"."""
    for part in re.split(r"[;|]\s|\.\s", own_sentences(line)):
        share = _share_in(part)
        if share is not None:
            yield Said("copies", "", None, share, part.strip()[:_MOST_NOTE])


def _share_in(part: str) -> float | None:
    words = [english_word(word) for word in _WORD.findall(part.lower().replace("_", " "))]
    splits = {split for word in words if (split := split_called(word))}
    told = "train" in splits and len(splits) > 1 and not _ROWS.isdisjoint(words) and _DENIED.isdisjoint(words)
    if not told or not _are_shared([word for word in words if word not in _OF_BOTH]):
        return None
    pairs, shares = _OF.findall(part), _SHARE.findall(part)
    if len(pairs) == 1:
        few, many = map(int, pairs[0])
        return few / many if few <= many > 0 else None
    if len(shares) == 1:
        return float(shares[0]) / _ALL if float(shares[0]) <= _ALL else None
    counts = [int(each) for each in _COUNT.findall(part)]
    plain = not pairs and not shares and len(counts) == len(("rows", "copies")) and _lies_inside(words)
    return counts[1] / counts[0] if plain and counts[1] <= counts[0] > 0 else None


_BETWEEN = re.compile(r"\s{0,3}(?:[&∩+/×]|\bvs\.?(?=\s)|\band\b|\bx\b|\s-\s)\s{0,3}")
_TWO = re.compile(
    r"(?i)^\W{0,6}([a-z]{2,12})[ _]{0,2}(?:&|∩|\+|/|-|x|×|vs\.?|and|with|in)[ _]{0,2}([a-z]{2,12})"
    r"\s{0,3}[:=|]?\s{1,20}(\d{1,9})(?:\s(?:of|out of|/)\s(\d{1,9}))?(?![\d.,%]|\s?[/:+]\s?\d|\s{1,3}\d)"
)
_ONE = re.compile(r"(?i)^\W{0,6}([a-z]{2,12})\b[^\d\n]{0,20}?(\d{1,9})(?![\d.,%])")
_OF_COPIES = re.compile(
    r"(?i)hash|md5|sha\d|duplicat|overlap|intersect|copies|identical|exact[ -](?:row|match)|shared rows"
)
_NO_ROWS = word_set(
    "vocab vocabulary token tokens words ngram ngrams class classes label labels user users iou window windows config "
    "dice"
)
_EARLIER = word_set("before earlier previously first")
"""A count of what was there before the copies were taken out."""
_RATIO = re.compile(r"/")
_FEW = 10
"""Rows: "train/val: 9" is how many times as large the one is."""
_LINES_BELOW = 12


def copies_below(lines: Sequence[str]) -> Iterator[Said]:
    """ "exact-row hash report", below it "val 140 distinct" and "train & val 112": equal rows of two splits."""
    for at, head in enumerate(lines):
        words = set(_WORD.findall(head.lower()))
        if _OF_COPIES.search(head) is None or not words.isdisjoint(_NO_ROWS | _DENIED | _EARLIER):
            continue
        sizes: dict[str, int] = {}
        pairs: list[tuple[str, int, int, str]] = []
        for line in lines[at : at + _LINES_BELOW]:
            if pairs and not _DENIED.isdisjoint(_WORD.findall(line.lower())):
                pairs = []  # what follows counts what is left
                break
            two, one = _TWO.match(line), _ONE.match(line)
            sides = [split_called(word.lower()) for word in two.groups()[:2]] if two else []
            if two and "train" in sides and sides.count("train") == 1 and None not in sides:
                other = next(side for side in sides if side and side != "train")
                pairs.append((other, int(two[3]), int(two[4] or 0), line.strip()))
            elif two is None and one and (split := split_called(one[1].lower())) and _TWICE.search(line) is None:
                sizes.setdefault(split, int(one[2]))
        for split, rows, of, line in pairs:
            every = of or sizes.get(split, 0)
            if not of and _RATIO.search(line) and rows < _FEW:
                continue
            if 0 <= rows <= every > 0:
                yield Said("copies", "", None, rows / every, line[:_MOST_NOTE])
        if pairs:
            return


_TWICE = re.compile(r"(?i)duplicat|copies|dups?\b|overlap|shared")
"""What a line about one split counts that is not all of its rows."""
_ALL = 100.0
_MOST_NOTE = 80
_DENIED = _GONE | word_set("no not none without never fixed mended formerly")
_OF_BOTH = word_set("both copies copied shared common")
"""In a key they speak of rows; in a sentence of what was done with both sets."""
