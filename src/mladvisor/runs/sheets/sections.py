"""Lists that a program printed of each split under a heading that names it, and what one line says of each split.

=== train ===                 train.country.value_counts()      train [31000.0, 214110.0, 402500.0]
   rust  0.90 0.79 0.84 588   DE    0.412                       val   [402500.0, 598204.0, 2150000.0]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.splits import of_mappings, shifted
from mladvisor.runs.sheets.words import MEASURES, SHARE, amount, numbers, side, sides, words
from mladvisor.runs.word_sets import word_set

_MOST_LINES = 3_000
_MOST_HEADING, _LONGEST = 120, 200
_ROW = re.compile(  # possessive, as blanks could be shared out between its parts in very many ways
    r"\s*+([^\W\d][^\s:|]{0,40}+(?: [^\s:|]{1,30}+){0,5}?|\d{1,3})(?:\s*+[:|]\s*+|\s++)"
    r"(-?\d[\d.,eE+-]{0,16}+(?:\s{1,12}+-?\d[\d.,eE+-]{0,16}+){0,5}+)\s*+%?"
)
_NOT_CLASSES = ("accuracy", "avg", "total", "micro", "macro", "weighted", "name", "dtype", "length")


def gaps_in_sections(lines: Sequence[str]) -> Iterator[Said]:
    """Classes or groups with a count or a share each, printed for training and for evaluation data."""
    found: list[tuple[str, dict[str, float]]] = []
    named: str | None = None
    by_support = False
    since = 0
    for line in lines[:_MOST_LINES]:
        row = _ROW.fullmatch(line[:_LONGEST]) if named else None
        name = row[1].strip() if row else ""
        if row is not None and side(name) is None:
            values = [amount(each) for each in row[2].split()]
            of_class = not any(each in name.lower() for each in _NOT_CLASSES) and (len(values) == 1 or by_support)
            if of_class and values[-1] is not None:
                found[-1][1][name] = values[-1]
            continue
        since += 1
        by_support = "support" in line if "precision" in line else by_support
        heading = line.strip()
        told = side(heading) if 0 < len(heading) <= _MOST_HEADING and "epoch" not in heading.lower() else None
        if told is not None and MEASURES.isdisjoint(words(heading)) and not numbers(_bare(heading)):
            named, since = told, 0
            by_support = False
            found.append((told, {}))
        elif since > _APART:
            named = None
    train = [groups for part, groups in found if part == "train" and groups]
    others = [groups for part, groups in found if part == "other" and groups]
    for one in train[:1]:
        for other in others:
            if {*one} & {*other} or len(one) > 1:
                yield from of_mappings(one, other, "the classes as printed")


_APART = 8


def _bare(heading: str) -> str:
    """A heading without calls: "round(3)" gives no number."""
    return re.sub(r"\([^()]{0,60}\)|\[[^\[\]]{0,60}\]", "", heading)


_LIST = re.compile(r"[\[(]\s*(-?\d[\d.eE+-]*(?:\s*[,\s]\s*-?\d[\d.eE+-]*){1,6})\s*[\])]")
_ENDS = re.compile(r"(?i)\bmin(?:imum)?\b[ =:]{1,3}(-?[\d.eE+]+).{0,60}?\bmax(?:imum)?\b[ =:]{1,3}(-?[\d.eE+]+)")
_OF_TIME = re.compile(
    r"(?i)\b(?:date|dates|time|timestamp|day|year|month|id|ids|index|idx|indices|row|rows|seed|epoch|step|loss"
    r"|shape|size)\b"
)


def bounds_apart(lines: Sequence[str]) -> Iterator[Said]:
    """The least, the mean and the largest of a number on both sides, which do not reach each other."""
    ends: dict[str, tuple[float, float]] = {}
    for line in lines[:_MOST_LINES]:
        part = side(line) if len(line) < _MOST_HEADING else None
        if part is None or _OF_TIME.search(line):
            continue
        listed, said = _LIST.search(line), _ENDS.search(line)
        values = (
            [amount(each) for each in re.split(r"[,\s]+", listed[1])]
            if listed
            else [amount(each) for each in said.groups()]
            if said
            else []
        )
        known = [each for each in values if each is not None]
        enough = len(known) > 2 or (said is not None and len(known) == 2)
        if enough and known == sorted(known) and known[0] < known[-1]:
            ends.setdefault(part, (known[0], known[-1]))
    if len(ends) == len(("train", "other")):
        (low, high), (begin, end) = ends["train"], ends["other"]
        meet = min(high, end) - max(low, begin)
        apart = meet <= 0
        yield Said(
            "split-gap",
            "",
            None,
            1.0 if apart else 0.0,
            f"{low:g} to {high:g} in training, {begin:g} to {end:g} in evaluation data",
        )


_PART = re.compile(r"(?i)[^\W\d_]+")


def gaps_in_line(line: str) -> Iterator[Said]:
    """ "positives: train 31.2 %, val 7.9 %": a share on each side, of something that is no measure of a model."""
    if len(line) > _MOST_LINE or sides(line) != {"train", "other"}:
        return
    said = words(line)
    plain = "%" not in line and "％" not in line
    tested = _DISTANCE.search(line)
    if tested is not None:
        yield Said("split-gap", "", None, max(0.0, float(tested[1]) - _BY_CHANCE), line.strip()[:80])
        return
    if not MEASURES.isdisjoint(said) or (plain and SHARE.isdisjoint(said) and _POSITIVE.isdisjoint(said)):
        return
    found: dict[str, list[float]] = {}
    last = 0
    clauses = []
    for begin, end, value, percent in numbers(line):
        clauses.append((line[last:begin], value, percent))
        last = end
    named: str | None = None
    for before, value, percent in clauses:
        told = [part for word in _PART.findall(before) if (part := side(word))]
        named = told[-1] if told else named
        if (percent or (plain and 0.0 < value < 1.0)) and named:
            found.setdefault(named, []).append(value)
    if len(found) == 2 and all(len(each) == 1 for each in found.values()) and not _OF_ROWS.search(line):
        one, other = found["train"][0], found["other"][0]
        if abs(one + other - 1.0) > 0.011 and max(one, other) <= 1.0:
            yield Said("split-gap", "", None, abs(one - other), line.strip()[:80])


_MOST_LINE = 300
_POSITIVE = word_set("pos positive positives")
_DISTANCE = re.compile(
    r"(?i)\b(?:KS|Kolmogorov\S*|total variation|PSI)\b[^=:\n]{0,60}?(?:\bD|\bKS|\bstat\w*|\bTV|\bPSI"
    r"|distance)?\s?[=:]\s?(0\.\d{1,6}|1\.0+)\b"
)
_BY_CHANCE = 0.1
_MEAN = re.compile(
    r"(?i)\b(?:target|label|y|price|load|value)\w*\b[^\d=:]{0,20}\bmean\b[ "
    r"=:]{1,3}(-?[\d.]+(?:e[-+]?\d+)?).{0,12}?\b(?:std|sd)\b[ =:]{1,3}([\d.]+(?:e[-+]?\d+)?)"
)


def means_apart(lines: Sequence[str]) -> Iterator[Said]:
    """The mean and the spread of the label on each side: "train target mean 210 std 80", "val target mean 560"."""
    told: dict[str, tuple[float, float]] = {}
    for line in lines[:_MOST_LINES]:
        part = side(line) if len(line) < _MOST_HEADING and "mean" in line else None
        found = _MEAN.search(line) if part else None
        values = [amount(each) for each in found.groups()] if found else []
        if part and len(values) == 2 and values[0] is not None and values[1]:
            told.setdefault(part, (values[0], values[1]))
    if len(told) == len(("train", "other")):
        yield shifted("the label", told["train"][0], told["other"][0], told["train"][1])


_OF_ROWS = re.compile(
    r"(?i)\b(?:rows?|split(?:ting|s)? (?:into|of|is)|test_size|ratio|sizes?|subset|augment\w*|mix-?up|cut-?mix|flip\w*"
    r"|jitter|dropout|sparsity)\b"
)
