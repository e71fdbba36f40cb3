"""Tokens of texts that give the class away in training, and whether they still do in another table."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mladvisor.runs.word_sets import word_set

Labels = NDArray[np.int64]
Sets = list[set[str]]


class Mark(NamedTuple):
    """A token that gives one class away in training.

    Attributes:
        token: it, digits as 0. label: the class's code. sure: share of its texts that are of the class.
        covers: share of the class that has it. plain: whether it is an ordinary word.
    """

    token: str
    label: int
    sure: float
    covers: float
    plain: bool


SURE, COVERS, LEAST_MARKED = 0.97, 0.5, 20
_DIGITS = re.compile(r"\d+")
_MADE = re.compile(r"\[\w[^\[\]\s]*\]|<\w[^<>\s]*>|__\w+__\S*|\w+[:=#]\w+|\{\w[^{}\s]*\}|[a-z]+[-_#]0", re.A)
_MASKS = word_set(
    "url link http https email mail phone tel num number digit user username mention name person org loc date time "
    "money amount currency unk mask sep cls pad bos eos s br p div img emoji hashtag addr address id"
)


def tokens(cell: str) -> set[str]:
    """What a text holds between blanks, in lower case, runs of digits as 0, and of an address the host."""
    found = set()
    for token in _DIGITS.sub("0", cell.lower()).split():
        bare = token.split("://", 1)[1].split("/", 1)[0] if "://" in token else token
        found.add(bare.strip(".,;!?\"'()") or token)
    return found


def is_made(token: str) -> bool:
    """A mark that nobody writes in prose, and no usual mask of something else: `[spam]`, `ref-0`, `src=crm`."""
    return _MADE.fullmatch(token) is not None and token.strip("[]<>{}_0-#:=/") not in _MASKS


def marks(sets: list[set[str]], labels: NDArray[np.int64]) -> list[Mark]:
    """The tokens that give a class of at least `LEAST_MARKED` texts away, those that tell most first."""
    sizes = np.bincount(labels)
    counts: dict[str, Counter[int]] = {}
    for found, label in zip(sets, labels.tolist(), strict=True):
        for token in found:
            counts.setdefault(token, Counter())[label] += 1
    result = []
    for token, each in counts.items():
        label, hits = each.most_common(1)[0]
        total = each.total()
        if hits < LEAST_MARKED or hits < SURE * total or hits < COVERS * sizes[label]:
            continue
        result.append(Mark(token, label, hits / total, hits / int(sizes[label]), not is_made(token)))
    return sorted(result, key=lambda one: (-one.covers * one.sure, one.token))


class Placed(NamedTuple):
    """Words at one end of all texts that tell the class: share of the texts that have one, the end, and the words."""

    share: float
    end: str
    words: tuple[str, ...]


_A_CLASS = 1.5


def placed(cells: list[list[str]], labels: Labels) -> Placed | None:
    """The words with which nearly all texts end (or begin), a few for each class and none of two; None without them.

    Nobody ends each text in one of so few words: they were put there, with the label.

    Args:
        cells: the words of each text. labels: their classes.
    """
    classes = len(np.unique(labels))
    best: Placed | None = None
    for end, at in (("end", -1), ("begin", 0)):
        counts: dict[str, Counter[int]] = {}
        for words, label in zip(cells, labels.tolist(), strict=True):
            if words:
                counts.setdefault(words[at].lower(), Counter())[label] += 1
        often = sorted(counts.items(), key=lambda one: (-one[1].total(), one[0]))[: int(_A_CLASS * classes)]
        telling = [(word, each) for word, each in often if max(each.values()) >= max(SURE * each.total(), LEAST_MARKED)]
        told = {each.most_common(1)[0][0] for _, each in telling}
        share = sum(each.total() for _, each in telling) / max(1, len(cells))
        if len(told) == classes > 1 and (best is None or share > best.share):
            best = Placed(share, end, tuple(word for word, _ in telling))
    return best


LEAST_OF_CLASS = 15
REMAINS = 0.3
"""A token that covers less than this share of what it covered is gone."""
LIFT, SURELY, MOST_COMPARED = 0.15, 4.0, 10
"""Tokens that raise the share of a class by so much, so many standard errors, tell of it; some are looked at again."""


class Lost(NamedTuple):
    """How much of a mark is lost in another table: in coverage, or in what it says of the class; in words."""

    share: float
    says: str


def lost(mark: Mark, train: tuple[Sets, Labels], other: tuple[Sets, Labels]) -> Lost:
    """What another table with labels has left of a mark.

    An ordinary word may go because the texts are about something else, or the labels be those of other rows: then the
    other tokens that tell of the class go, too, and the mark is not blamed.
    """
    sure, covers, of_class = _held(mark, *other)
    if of_class < LEAST_OF_CLASS:
        return Lost(0.0, "")
    if covers < REMAINS * mark.covers:
        share, says = mark.covers - covers, f"{covers:.0%} of them hold it"
    elif sure < mark.sure - 0.25 and covers * of_class / max(sure, 1e-9) >= LEAST_OF_CLASS:
        share, says = mark.sure - sure, f"{sure:.0%} of the texts with it are"
    else:
        return Lost(0.0, "")
    return Lost(share, says) if _others_hold(mark, train, other) else Lost(0.0, "")


def _held(mark: Mark, sets: Sets, labels: Labels) -> tuple[float, float, int]:
    """(share of a token's texts that are of the class, share of the class that has it, texts of the class)."""
    has = np.array([mark.token in each for each in sets], dtype=bool)
    of = labels == mark.label
    both = int((has & of).sum())
    return both / max(1, int(has.sum())), both / max(1, int(of.sum())), int(of.sum())


def _others_hold(mark: Mark, train: tuple[Sets, Labels], other: tuple[Sets, Labels]) -> bool:
    """Whether the other tokens that tell most of the class still do; without any, a made mark is blamed alone."""
    before, now = _lifts(mark, *train), _lifts(mark, *other)
    telling = sorted(
        (t for t, (lift, z) in before.items() if lift >= LIFT and z >= SURELY), key=lambda t: (-before[t][1], t)
    )
    telling = telling[:MOST_COMPARED]
    if not telling:
        return not mark.plain
    kept = float(np.mean([now.get(token, (0.0, 0.0))[0] / before[token][0] for token in telling]))
    return kept >= 0.5


def _lifts(mark: Mark, sets: Sets, labels: Labels) -> dict[str, tuple[float, float]]:
    """Token -> share of the class among its texts less that among all, and in standard errors; the mark is left out.

    Texts of other classes that hold the mark are, too.
    """
    counts: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    size = of = 0
    for found, label in zip(sets, labels.tolist(), strict=True):
        if mark.token in found and label != mark.label:
            continue
        size += 1
        counts.update(found)
        if label == mark.label:
            of += 1
            hits.update(found)
    usual = of / max(1, size)
    return {
        token: (lift := hits[token] / count - usual, lift * (count / max(1e-9, usual * (1.0 - usual))) ** 0.5)
        for token, count in counts.items()
        if count >= max(8, 0.01 * size) and token != mark.token
    }
