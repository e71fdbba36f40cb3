"""Rows of each class in each split, as a program prints them before it trains: a line for each split.

train set: 1437 images, per class {0: 178, 1: 182}       Train label distribution: Counter({'cat': 900, 'dog': 100})
class counts (val): [12 340]                             y_train: benign=290 malignant=40
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import Counts, is_count
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
_GROUP = re.compile(
    r"\{([^{}]{3,3000})\}|\[([\d\s,]{3,3000})\]|((?:[\w.-]{1,60}\s?[=:]\s?\d{1,9}\b[,;\s|]{0,3}){2,200})$"
)
_PAIR = re.compile(r"""\s*(?:'([^']{1,80})'|"([^"]{1,80})"|([\w .-]{1,80}?))\s*[:=]\s*(\d{1,9})\s*(?:[,;\s|]|$)""")


def counts_printed(lines: Iterable[str]) -> Counts:
    """Split -> class -> rows, of the first line that counts the classes of each split."""
    found: Counts = {}
    for line in lines:
        if len(line) > _MOST_LINE or _CLASSES.isdisjoint(words_of(line)):
            continue
        plain = _BARE.sub(lambda each: each[1] or "", line.strip())
        group = _GROUP.search(plain)
        if group is None:
            continue
        said = words_of(line[: group.start()] if group[3] is None else plain[: group.start()])
        split = split_called("_".join(said))
        if split is None or split in found or not _NO_CLASSES.isdisjoint(said):
            continue
        if group[2] is not None:
            classes = _in_list(group[2]) if not _COUNTS.isdisjoint(said) else {}
        else:
            classes = _in_pairs(group[1] or group[3])
        if len(classes) > 1 or (classes and found):
            found[split] = classes
    return found


def _in_list(text: str) -> dict[str, int]:
    return {str(number): int(cell) for number, cell in enumerate(re.findall(r"\d+", text)) if is_count(cell)}


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
