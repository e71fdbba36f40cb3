"""Rows of each class in each split, as a program prints them before it trains: a line for each split.

train set: 1437 images, per class {0: 178, 1: 182}       Train label distribution: Counter({'cat': 900, 'dog': 100})
class counts (val): [12 340]                             y_train: benign=290 malignant=40
train: {'cat': 900, 'dog': 100}                          {0: 900, 1: 100} {0: 60, 1: 190}    without a word beside
(900, 28, 28) (300, 28, 28) [450 450] [40 260]           a list for each of the shapes before it
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.runs.counted_names import may_be_classes
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import Counts
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_CLASSES = word_set("class classes label labels counter target targets category categories y")
_NO_CLASSES = word_set(
    "epoch step loss batch batches shape size pred predicted predictions weight weights cols columns"
)
_COUNTS = word_set("count counts distribution balance histogram bincount frequencies support per")
"""What a bare list must be called: others are shapes."""
_MOST_LINE = 4_000
_BARE = re.compile(r"np\.\w{1,12}\(([^()]{1,80})\)|\b(?:tensor|array|Counter|dict)\((?=[\[{])")
_GROUP = re.compile(r"\{([^{}]{3,3000})\}|\[([\d\s,]{3,3000})\]")
_NAMED = re.compile(r"([\w.-]{1,60})=(\d{1,9})")
_BOOSTED = re.compile(r"\[LightGBM\] \[Info\] Number of positive: (\d{1,9}), number of negative: (\d{1,9})\b")
"""What LightGBM prints of the rows that it is trained on."""
_PAIR = re.compile(r"""\s*(?:'([^']{1,80})'|"([^"]{1,80})"|([\w.-][\w .-]{0,80}?))\s*[:=]\s*(\d{1,9})\s*(?:[,;]|$)""")


def counts_printed(lines: Iterable[str]) -> Counts:
    """Split -> class -> rows, of the first line that counts the classes of each split."""
    found: Counts = {}
    for line in lines:
        if len(line) > _MOST_LINE:
            continue
        bare = _BARE.sub(lambda each: each[1] or "", line.strip())
        if "train" not in found and (boosted := _BOOSTED.search(line)) is not None:
            found["train"] = {"0": int(boosted[2]), "1": int(boosted[1])}
            continue
        alone = _of_split_alone(bare)
        if not found and (both := _of_two(bare) or _of_each(bare)):
            return both
        if alone is None and _CLASSES.isdisjoint(words_of(line)):
            continue
        said, classes = alone or _of_line(bare)
        words = words_of(said)
        split = split_called("_".join(words))
        if split is None or split in found or not _NO_CLASSES.isdisjoint(words):
            continue
        if len(classes) > 1 or (classes and found):
            found[split] = classes
    return found


_SPLIT_ALONE = re.compile(
    r"(?:y_?)?([A-Za-z]{1,12})(?:[ _](?:set|split|data|rows))?\s{0,3}[:=]?\s{0,3}\{([^{}]{3,3000})\}"
)


def _of_split_alone(line: str) -> tuple[str, dict[str, int]] | None:
    """The whole line is a split and counts by name: "train: {'cat': 900, 'dog': 100}"."""
    match = _SPLIT_ALONE.fullmatch(line)
    if match is None or split_called(match[1]) is None:
        return None
    classes = _in_pairs(match[2])
    return (match[1], classes) if classes and may_be_classes(classes) else None


_TWO = re.compile(
    r"((?:\(\d[\d, ]{0,40}\)[\s,]{1,4}){0,4})([{\[][^{}\[\]]{3,2000}[}\]])[\s,|/]{1,5}([{\[][^{}\[\]]{1,2000}[}\]])"
)
_SHAPE = re.compile(r"\((\d{1,9})")


def _of_each(line: str) -> Counts:
    """Splits by name in one line, and the counts of each behind it: "train classes [50 50 5] test classes [0 0 45]".

    Lists are as long as each other, and no numbers of classes ([0 1 2]); all must have rows.
    """
    groups = list(_GROUP.finditer(line))
    if not 1 < len(groups) < _MOST_SPLITS or _CLASSES.isdisjoint(words_of(line)):
        return {}
    found: Counts = {}
    start = 0
    for group in groups:
        words = words_of(line[start : group.start()])
        split = split_called("_".join(words))
        classes = _in_pairs(group[1]) if group[1] is not None else _in_list(group[2])
        if split is None or split in found or not classes or not _NO_CLASSES.isdisjoint(words):
            return {}
        found[split], start = classes, group.end()
    numbers = [list(each.values()) for each in found.values()]
    listed = [sorted(each) == list(range(len(each))) for each in numbers if len(each) > 1]
    alike = groups[0][1] is not None or len({len(each) for each in numbers}) == 1
    return found if alike and not any(listed) and all(map(sum, numbers)) and len(numbers[0]) > 1 else {}


_MOST_SPLITS = 4


def _of_two(line: str) -> Counts:
    """Counts of the training rows and of fewer others, and nothing else on the line but shapes: lists must add up to
    these, and so must names that are no numbers.
    """
    match = _TWO.fullmatch(line)
    if match is None:
        return {}
    rows = [int(each) for each in _SHAPE.findall(match[1])]
    named = [_in_pairs(each[1:-1]) if each[0] == "{" else {} for each in (match[2], match[3])]
    listed = [_in_list(each) if each[0] == "[" else {} for each in (match[2], match[3])]
    first, second = (one or other for one, other in zip(named, listed, strict=True))
    sums = sum(first.values()), sum(second.values())
    add_up = rows[: len(sums)] == list(sums)
    numbered = all(named) and all(name.isdecimal() for each in named for name in each)
    likely = (add_up or numbered) and len(first) > 1 and bool(second) and not _is_sample(first, second)
    return {"train": first, "val": second} if likely and sums[0] > sums[1] >= _LEAST_ROWS else {}


def _is_sample(first: dict[str, int], second: dict[str, int]) -> bool:
    """What resampling made of the first: a class that was kept whole, or as many rows of each class."""
    kept = any(rows == second.get(name) for name, rows in first.items())
    return kept or (len(second) > 1 and len(set(second.values())) == 1)


_LEAST_ROWS = 20


_SHARE = re.compile(
    r"\b(?P<split>train(?:ing)?|val(?:id(?:ation)?)?|dev|holdout|test)\b(?:[ _]set|[ _]split|[ _]data)?[ :]{0,4}"
    r"(?:\(?(?:n[ =]{1,3})?(?P<rows>\d{2,9})(?:, ?\d{1,9}){0,3}(?: rows)?\)?[ ,:]{1,3})?"
    r"(?:pos(?:itives?)?(?:[ _](?:rate|share|frac|fraction|ratio))?"
    r"|(?:positive|default|churn|fraud|event|base|click|target|label)[ _](?:rate|share|mean))"
    r"[ :=]{1,4}(?P<share>0?\.\d{1,20}|0|1|1\.0{1,20}|0\.0{1,20}|\d{1,2}(?:\.\d{1,6})? ?%)(?![\d.])",
    re.IGNORECASE,
)
_OF_CURVES = word_set("epoch loss step lr iter acc accuracy auc precision recall f1 pred predicted")
_ASSUMED = 100
"""Rows of a split of which none are told: with fewer than it has, chance is made out too large."""


def shares_printed(lines: Iterable[str]) -> Counts:
    """Split -> rows that are positive, and others, where their shares are printed before the training.

    train pos 0.775 val pos 0.31        train (900, 30) pos rate 0.503        val default rate: 12.5%
    """
    found: Counts = {}
    for line in lines:
        if len(line) > _MOST_LINE or not _OF_CURVES.isdisjoint(words_of(line)):
            continue
        for one in _SHARE.finditer(line):
            split, text = split_called(one["split"]), one["share"]
            share = float(text.rstrip(" %")) / (100.0 if text.endswith("%") else 1.0)
            if split is not None and split not in found and 0.0 <= share <= 1.0:
                rows = int(one["rows"] or _ASSUMED)
                found[split] = {"positive": round(share * rows), "other": rows - round(share * rows)}
    return found


def _of_line(line: str) -> tuple[str, dict[str, int]]:
    """What stands before the counts, and the counts; {} where the line holds none."""
    group = _GROUP.search(line)
    if group is not None:
        said = line[: group.start()]
        if group[1] is not None:
            return said, _in_pairs(group[1])
        return said, _in_list(group[2]) if not _COUNTS.isdisjoint(words_of(said)) else {}
    said, _, rest = line.partition(": ")
    named = [_NAMED.fullmatch(each) for each in re.split(r"[,;|\s]+", rest.strip())]
    return said, {each[1]: int(each[2]) for each in named if each} if all(named) else {}


def _in_list(text: str) -> dict[str, int]:
    return {str(number): int(cell) for number, cell in enumerate(re.findall(r"\d+", text))}


def _in_pairs(text: str) -> dict[str, int]:
    """Names with their numbers; {} where anything else stands between."""
    classes: dict[str, int] = {}
    at = 0
    while at < len(text.rstrip()):
        pair = _PAIR.match(text, at)
        if pair is None:
            return {}
        classes[(pair[1] or pair[2] or pair[3]).strip()] = int(pair[4])
        at = pair.end()
    return classes
