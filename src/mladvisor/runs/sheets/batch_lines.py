"""Lines, and keys of JSON, that say of each batch what it holds: as a table, or by the worst beside what is usual."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.batches import FAR, LEAST_BATCHES, OF_TRAINING, is_of_batches, pure_of_counts
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import MOST_NUMBER, amount, words
from mladvisor.runs.word_sets import word_set

_NUMBERED = re.compile(
    r"(?i)\b(?:batch(?:es)?|minibatch|lots?|lotes?|stapel|shards?|iter(?:ation)?|step|update|批次|バッチ)[ _#:.]{0,3}"
    r"(\d{1,7})(?:\s?(?:\.\.|-|–|to|bis|à|a)\s?(\d{1,7}))?|(?:批次|バッチ)\s?(\d{1,7})"
)
_PAIR = re.compile(
    r"([^\W\d_][^\W\d]{0,20}(?:[/ ][^\W\d_]{2,12})?)\s{0,3}[=:]?\s{0,8}(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(/\d+"
    r"|\s?%)?(?![\w.])"
)


_COUNTS = ("batch", "lot", "stapel", "shard", "pos/", "positive", "批", "バッチ")


def may_count(line: str) -> bool:
    low = line.lower()
    return any(each in low for each in _COUNTS)


def sheet_of_lines(lines: Sequence[str], title: str) -> Sheet | None:
    """Lines that each say of a batch, or of some in a row, the same things in numbers, as a table."""
    rows: list[list[str]] = []
    head: list[str] = []
    for line in lines[:_MOST_LINES]:
        match = _NUMBERED.search(line[:300])
        if match is None:
            continue
        rest = line[match.end() : 300]
        pairs = [(name.strip().lower(), value, part) for name, value, part in _PAIR.findall(rest)]
        names = [name + (" share" if part.startswith("/") or "%" in part else "") for name, _, part in pairs]
        if not names:
            continue
        if not head:
            head = names
        if names == head:
            cells = [
                str(float(value) / float(part[1:]))
                if part.startswith("/") and float(part[1:])
                else value + part.strip()
                for _, value, part in pairs
            ]
            rows.append([match[1] or match[3] or "", *cells])
    return Sheet(title, ["batch", *head], rows) if len(rows) >= len(("usual", "odd", "usual")) else None


_MOST_LINES = 3_000


_LABELS = re.compile(
    r"(?i)\b(?:labels?|class(?:es)?|y|targets?)\b(?: counts?)?(?: (?:in|of) (?:the |this |each )?batch)?"
    r"\W{0,4}[\[({]([^\[\](){}]{1,400})[\])}]"
)


def labels_in_lines(lines: Sequence[str]) -> Iterator[Said]:
    """Lines that list the labels of each batch, or count them: "batch 3 labels: [2, 2, 2, 2]", "batch 3: classes={2}",
    "step 3 label counts [0, 32, 0]".
    """
    kinds = []
    counts: list[list[int]] = []
    for line in lines[:_MOST_LINES]:
        found = _LABELS.search(line[:600]) if _NUMBERED.search(line[:300]) else None
        if found is not None:
            names = [each.split(":")[0].strip(" '\"") for each in re.split(r"[,\s]\s*", found[1]) if each.strip()]
            kinds.append(frozenset(names))
            if all(map(str.isdecimal, names)):
                counts.append([int(name[:9]) for name in names])
    pure = pure_of_counts(counts) if len(counts) == len(kinds) >= LEAST_BATCHES else None
    if pure is not None:
        yield Said("batch-of-one-kind", "", None, pure, "labels as counted")
    elif len(kinds) >= LEAST_BATCHES and len(set(kinds)) > 1:
        yield Said(
            "batch-of-one-kind", "", None, sum(len(each) == 1 for each in kinds) / len(kinds), "labels as printed"
        )


def far_in_json(flat: Mapping[str, Any]) -> Iterator[Said]:
    """The worst of what was measured by batch beside its median: {"median_loss": 0.4, "worst_batches": [...]}."""
    if not any(is_of_batches(key) for key in flat):
        return
    usual = {
        word: float(min(each, MOST_NUMBER))
        for key, each in flat.items()
        if isinstance(each, int | float) and {*words(key)} & _MIDDLES
        for word in words(key)
        if word in OF_TRAINING
    }
    worst: dict[str, float] = {}
    for key, each in flat.items():
        entries = each if isinstance(each, list) else [{key: each}]
        told = {*words(key)} & _WORST
        for name, value in ((n, v) for one in entries if isinstance(one, dict) for n, v in one.items()):
            for word in {*words(str(name))} & OF_TRAINING if told and isinstance(value, int | float) else ():
                worst[word] = max(worst.get(word, 0.0), float(min(value, MOST_NUMBER)))
    for word, top in worst.items():
        if usual.get(word):
            yield Said("batch-far", "", None, top / usual[word], f"{word}: {top:.4g}, {usual[word]:.4g} in the middle")


_MIDDLES, _WORST = (
    word_set("median typical usual middle p50"),
    word_set("worst max maximum top outlier outliers peak highest"),
)


def far_stretch(sheet: Sheet) -> Iterator[Said]:
    """Of lines about stretches of batches: one whose mean is nothing, or far above those of the others."""
    for at, name in enumerate(sheet.head):
        if "mean" not in words(name) or len(sheet.rows) > LEAST_BATCHES:
            continue
        values = [amount(cell) for cell in sheet.column(at)]
        known = sorted(abs(value) for value in values if value is not None)
        if len(known) < len(("usual", "odd", "usual")):
            return
        usual = known[len(known) // 2]
        if usual > 0 and (known[-1] > FAR * usual or known[0] < usual / FAR) and known[-2] < 2 * usual:
            yield Said("batch-far", "", None, FAR * FAR, f"{name} lies between {known[0]:g} and {known[-1]:g}")
