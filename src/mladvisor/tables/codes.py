"""Codes in texts (`q100`, `T-0417`) that tell the class: nearly each text has one of the form, each class its own."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mladvisor.tables.marks import SURE, Mark

_CODE = re.compile(r"[a-z]{1,8}[-_#:]?\d{1,8}", re.ASCII)
_DIGITS = re.compile(r"\d+")
_IN_ALL = 0.8
"""Of the texts, and of those of each class: what writers put in by themselves stands in some texts only."""
_LEAST = 5  # texts with a code, before it tells anything


def codes_of(cell: str) -> set[str]:
    """The codes between blanks, in lower case."""
    return {bare for token in cell.lower().split() if _CODE.fullmatch(bare := token.strip(".,;!?\"'()[]"))}


def telling_codes(sets: Sequence[set[str]], labels: NDArray[np.int64]) -> list[Mark]:
    """For each form of code that stands in nearly all texts of every class: the class whose texts its codes tell best.

    A product or a disease has a code of its own as well (`covid19`), but no class has nothing but such texts, and other
    classes do not have codes of the same form in each of theirs.
    """
    forms: dict[str, dict[str, Counter[int]]] = defaultdict(dict)
    with_form: dict[str, Counter[int]] = defaultdict(Counter)
    for found, label in zip(sets, labels.tolist(), strict=True):
        for code in found:
            forms[_DIGITS.sub("0", code)].setdefault(code, Counter())[label] += 1
        for form in {_DIGITS.sub("0", code) for code in found}:
            with_form[form][label] += 1
    sizes = Counter(labels.tolist())
    result = []
    for form, codes in forms.items():
        if len(sizes) < 2 or any(with_form[form][label] < _IN_ALL * size for label, size in sizes.items()):
            continue
        told: Counter[int] = Counter()
        best: dict[int, tuple[int, str]] = {}
        for code, each in codes.items():
            label, hits = each.most_common(1)[0]
            if hits >= max(_LEAST, SURE * each.total()):
                told[label] += hits
                best[label] = max(best.get(label, (0, "")), (hits, code))
        if told:
            label, hits = max(told.items(), key=lambda pair: pair[1] / sizes[pair[0]])
            result.append(Mark(best[label][1], label, 1.0, min(1.0, hits / sizes[label]), plain=False))
    return result
