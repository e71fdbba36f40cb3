"""Rows, people or files on both sides of a split, as small tables and JSON count them.

,train,valid,test        | fold | val subjects | of them in train |      {"intersections": {"train&val": 331}}
train,70110,9874,9902    | 0    | 80           | 66               |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mladvisor.runs.config import flatten
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import MOST_NUMBER, amount, is_side, side, sides, words
from mladvisor.runs.word_sets import word_set

SHARED = word_set(
    "overlap overlaps overlapping overlapped duplicates duplicated duplicate dup dups dupes shared leaked "
    "leaky common "
    "intersection intersections intersect intersecting both identical copies copied contaminated contamination dirty "
    "contained doublons doubles solapamiento sobreposicao ueberschneidung ueberlappung ueberlappend gemeinsam "
    "duplicados duplikate dubletten repetidos comunes communs commun comuns repeated recouvrement matched "
    "twins collisions collision"
)
OF_VALUES = word_set(
    "vocab vocabulary token tokens word class classes label labels feature column features columns max maximum "
    "allowed "
    "tolerance limit iou ngram category categories value values distribution distributions density histogram kde "
    "range ranges schema corr correlation similarity removed dropped excluded deleted filtered cleaned purged before "
    "time dates"
)
_FEW_SHARED = 20.0


def copies_in_sheet(sheet: Sheet) -> Iterator[Said]:
    """A share of rows on both sides, by each form that a table of them has."""
    yield from _matrix(sheet)
    yield from _pairs(sheet)
    yield from _counted(sheet)
    yield from _long(sheet)
    yield from _by_membership(sheet)
    yield from _by_distance(sheet)
    yield from _flagged(sheet)


def _matrix(sheet: Sheet) -> Iterator[Said]:
    """A square with the splits along both sides: how many each two have in common, and on the diagonal its own."""
    names = [cell.strip() for cell in sheet.head[1:]]
    if len(names) < len(("train", "other")) or [row[0].strip() for row in sheet.rows] != names:
        return
    parts = [is_side(name) for name in names]
    numbers = [[amount(cell) for cell in row[1:]] for row in sheet.rows]
    if parts.count("train") != 1 or any(each is None or each < 0 or each % 1 for row in numbers for each in row):
        return
    of_train = parts.index("train")
    for at, name in enumerate(names):
        own, shared = numbers[at][at] or 0.0, numbers[at][of_train] or 0.0
        if at != of_train and own >= _FEW_SHARED and shared <= own:
            yield Said("copies", "", None, shared / own, f"{shared:g} of {own:g} of {name} also in {names[of_train]}")


def _pairs(sheet: Sheet) -> Iterator[Said]:
    """A row for each two splits that were held against each other: "train,val,420,0.21"."""
    heads = [words(name) for name in sheet.head]
    about = any(not SHARED.isdisjoint(said) for said in heads) or not SHARED.isdisjoint(words(sheet.title))
    for row in sheet.rows[:_MOST_ROWS] if about else ():
        texts = [cell for cell in row if amount(cell) is None]
        if len(" ".join(texts)) > _MOST_TEXT or sides(" ".join(texts)) != {"train", "other"}:
            continue
        cells = [(said, amount(cell), cell) for said, cell in zip(heads, row, strict=True) if amount(cell) is not None]
        told = [(said, value or 0.0, cell) for said, value, cell in cells if OF_VALUES.isdisjoint(said)]
        shares = [value for said, value, cell in told if not _SHARES.isdisjoint(said) or "%" in cell]
        found = [value for said, value, _ in told if not SHARED.isdisjoint(said) and _SHARES.isdisjoint(said)]
        totals = [value for said, value, _ in told if SHARED.isdisjoint(said) and _is_total(said)]
        note = ", ".join(row)[:80]
        if len(shares) == 1 and 0.0 <= shares[0] <= 1.0:
            yield Said("copies", "", None, shares[0], note)
        elif found and totals and found[0] <= max(totals) >= _FEW_SHARED:
            yield Said("copies", "", None, found[0] / max(totals), note)
        elif found and not found[0] % 1:
            yield Said("copies-counted" if found[0] else "copies", "", None, found[0], note)


def _counted(sheet: Sheet) -> Iterator[Said]:
    """A column of what lies in training too, beside one of all that was looked at; or its share."""
    title = (*words(sheet.title), *(word for name in sheet.head if side(name) == "other" for word in words(name)))
    heads = [words(name) for name in sheet.head]
    found = [at for at, said in enumerate(heads) if _is_found(said, title)]
    if not found or len(sheet.rows) > _MOST_ROWS:
        return
    for at in found:
        cells = [amount(cell) for cell in sheet.column(at)]
        if any(each is None or each < 0 for each in cells):
            continue
        shared = [each or 0.0 for each in cells]
        as_share = not _SHARES.isdisjoint(heads[at]) or any("%" in cell for cell in sheet.column(at))
        if as_share:
            many = max(shared) > 1.0 or "pct" in heads[at] or "percent" in heads[at]
            most = max(shared) / (100.0 if many else 1.0)
            if most <= 1.0:
                yield Said("copies", "", None, most, sheet.head[at])
            continue
        totals = [other for other, said in enumerate(heads) if other != at and _is_total(said)]
        for total in sorted(totals, key=lambda other: (other > at, abs(other - at))):  # "80 subjects, of them in train"
            of = [amount(cell) or 0.0 for cell in sheet.column(total)]
            if all(few <= many for few, many in zip(shared, of, strict=True)) and sum(of) >= _FEW_SHARED:
                yield Said(
                    "copies", "", None, sum(shared) / sum(of), f"{sheet.head[at]}: {sum(shared):g} of {sum(of):g}"
                )
                break


_MOST_ROWS = 200
_SHARES = word_set("pct percent percentage share rate ratio fraction frac anteil taux")
_TRAINED_ON = word_set("corpus finetune finetuning pretraining pretrain pretrained")
_SEEN = word_set("hits hit found seen present in dirty contaminated overlap matched known")


def _is_found(said: tuple[str, ...], title: tuple[str, ...]) -> bool:
    """ "of them in train", "shared_with_train", "hits_in_finetune_corpus", "overlap_pct" of a file about splits."""
    if not OF_VALUES.isdisjoint(said) or "score" in said:
        return False
    name = " ".join(said)
    of_training = side(name) == "train" or not _TRAINED_ON.isdisjoint(said)
    if of_training and ("in" in said or "dans" in said or "en" in said or "im" in said):
        return True
    if of_training and not SHARED.isdisjoint(said):
        return True
    about = bool(sides(" ".join(title))) or not SHARED.isdisjoint(title)
    return about and not SHARED.isdisjoint(said) and side(name) != "train"


def _is_total(said: tuple[str, ...]) -> bool:
    name = " ".join(said)
    if side(name) == "train" or not SHARED.isdisjoint(said) or not {"score", "f1", "acc", "accuracy"}.isdisjoint(said):
        return False
    return side(name) == "other" or not _ALL.isdisjoint(said)


_ALL = word_set(
    "ids users groups speakers n_rows items rows total n size count all examples samples records images documents "
    "subjects patients users"
)


def _long(sheet: Sheet) -> Iterator[Said]:
    """A row for each number, whose cells say of what: "validation vs train, SharedRowsRatio, 0.27"."""
    for row in sheet.rows[:_MOST_ROWS]:
        told = [(cell, amount(cell)) for cell in row]
        values = [value for _, value in told if value is not None]
        text = " ".join(cell for cell, value in told if value is None)
        if len(values) != 1 or not 0.0 <= values[0] <= 1.0 or len(text) > _MOST_TEXT:
            continue
        said = words(text)
        about = sides(text) == {"train", "other"} and not SHARED.isdisjoint(said) and OF_VALUES.isdisjoint(said)
        is_share = not _SHARES.isdisjoint(said) or any(
            "%" in cell or "." in cell for cell, value in told if value is not None
        )
        if about and is_share:
            yield Said("copies", "", None, values[0], text[:80])


_MOST_TEXT = 160
_YES, _NO = ("true", "yes", "1", "seen"), ("false", "no", "0", "unseen")


def _by_membership(sheet: Sheet) -> Iterator[Said]:
    """A row for the evaluation rows that are in training, and one for those that are not."""
    if len(sheet.rows) != len(("in", "out")):
        return
    for at, name in enumerate(sheet.head):
        said = words(name)
        flags = [row[at].strip().lower() for row in sheet.rows]
        if not (("in" in said and side(name) == "train") or not {"seen", "contaminated", "leaked"}.isdisjoint(said)):
            continue
        inside = next((number for number, flag in enumerate(flags) if flag in _YES), None)
        counts = [other for other, one in enumerate(sheet.head) if other != at and not _ALL.isdisjoint(words(one))]
        if inside is None or {*flags} - {*_YES, *_NO} or len(counts) != 1:
            continue
        rows = [amount(row[counts[0]]) or 0.0 for row in sheet.rows]
        if sum(rows) >= _FEW_SHARED:
            yield Said("copies", "", None, rows[inside] / sum(rows), f"{rows[inside]:g} of {sum(rows):g} rows")


def _flagged(sheet: Sheet) -> Iterator[Said]:
    """A row for each example or person, and a column of yes and no for each split that it is in."""
    flags: dict[str, list[bool]] = {}
    for at, name in enumerate(sheet.head):
        cells = {cell.strip().lower() for cell in sheet.column(at)}
        part = side(name)
        if part is not None and "in" in words(name) and cells <= {*_YES, *_NO} and len(cells) > 1:
            flags.setdefault(part, [cell.strip().lower() in _YES for cell in sheet.column(at)])
    if flags.keys() != {"train", "other"} or sum(flags["other"]) < _FEW_SHARED:
        return
    both = sum(one and two for one, two in zip(flags["train"], flags["other"], strict=True))
    yield Said("copies", "", None, both / sum(flags["other"]), f"{both} of {sum(flags['other'])} are in both")


def _by_distance(sheet: Sheet) -> Iterator[Said]:
    """How far evaluation rows lie from the nearest training row, in bins: those at no distance are copies."""
    title = {*words(sheet.title), *(word for name in sheet.head for word in words(name))}
    if not _NEAREST & title or ("distance" not in title and "dist" not in title):
        return
    low = next((at for at, name in enumerate(sheet.head) if {"lo", "low", "from", "min"} & {*words(name)}), None)
    high = next((at for at, name in enumerate(sheet.head) if {"hi", "high", "to", "max"} & {*words(name)}), None)
    counts = [at for at, name in enumerate(sheet.head) if side(name) == "other" and at not in (low, high)]
    if low is None or high is None or len(counts) != 1:
        return
    rows = [(amount(row[low]), amount(row[high]), amount(row[counts[0]]) or 0.0) for row in sheet.rows]
    total = sum(count for _, _, count in rows)
    same = sum(count for begin, end, count in rows if begin == 0.0 and end is not None and end <= _NO_DISTANCE)
    if total >= _FEW_SHARED and any(begin == 0.0 and end is not None and end <= _NO_DISTANCE for begin, end, _ in rows):
        yield Said("copies", "", None, same / total, f"{same:g} of {total:g} at no distance from a training row")


_NEAREST = word_set("nn nearest neighbour neighbor neighbours neighbors knn")
_NO_DISTANCE = 1e-4


def copies_in_json(content: Any) -> Iterator[Said]:
    """Keys that name two sides under one that speaks of what both have, beside the rows of each side."""
    if not isinstance(content, Mapping):
        return
    flat = {str(key): each for key, each in flatten(dict(content)).items()}
    for key, value in flat.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            continue
        said = words(key.replace(".", " ").replace("&", " "))
        leaf = key.rpartition(".")[2]
        both = sides(key) == {"train", "other"} or (not sides(key) and _has_sizes(flat))
        within = sides(key) == {"train", "other"} and "in" in said and not _SEEN.isdisjoint(said)
        if not both or (SHARED.isdisjoint(said) and not within) or not OF_VALUES.isdisjoint(said):
            continue
        if isinstance(value, float) and value <= 1.0:
            yield Said("copies", "", None, float(value), key)
            continue
        named = [one for one in re.split(r"[^A-Za-z]+", leaf) if side(one) == "other"]
        totals = [
            float(each)
            for name, each in flat.items()
            if isinstance(each, int) and not isinstance(each, bool) and each >= value and name != key
            and (not named or named[0].lower() in name.lower()) and side(name) == "other"
            and not _ALL.isdisjoint(words(name.replace(".", " ")))
        ]  # fmt: skip
        if totals:
            yield Said("copies", "", None, value / max(totals), f"{key}: {value:g} of {max(totals):g}")
        elif _FEW_SHARED <= value <= MOST_NUMBER:
            yield Said("copies-counted", "", None, float(value), key)
        elif value == 0:
            yield Said("copies", "", None, 0.0, key)


def _has_sizes(flat: Mapping[str, Any]) -> bool:
    """The rows of both sides are counted beside it: {"leaked_ids": 412, "val_ids": 2000, "train_ids": 9000}."""
    sized = {side(key) for key, each in flat.items() if isinstance(each, int) and not _ALL.isdisjoint(words(key))}
    return {"train", "other"} <= sized


_HASH = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9A-Fa-f])")
_PATH = re.compile(
    r"[\w./\\-]*[\w-]+\.(?:csv|tsv|parquet|npz|npy|jsonl?|txt|pkl|feather|h5|hdf5|arrow|tfrecords?|zip|tar|gz|pt)\b"
)


def copies_in_checksums(text: str) -> Iterator[Said]:
    """A file of training data and one of evaluation data with the same checksum: "dvc.lock", a list of sha256sum."""
    if _HASH.search(text) is None:
        return
    by_sum: dict[str, set[str]] = {}
    last = ""
    for line in text.splitlines()[:2_000]:
        path = _PATH.search(line[:400])
        last = path[0] if path else last
        found = _HASH.search(line[:400])
        if found and last:
            by_sum.setdefault(found[0], set()).add(last)
    for total, paths in by_sum.items():
        if total in _EMPTY or any(_OF_BOTH_SIDES.search(path) for path in paths):
            continue
        called = {side(path.replace("/", " ").replace(".", " ")): path for path in sorted(paths)}
        if {"train", "other"} <= called.keys():
            yield Said("copies", "", None, 1.0, f"{called['train']} and {called['other']} have one checksum")


_EMPTY = (
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
)
"""What MD5, SHA-1 and SHA-256 give of a file of no bytes."""
_OF_BOTH_SIDES = re.compile(r"(?i)class|vocab|schema|readme|licen[cs]e|names|columns")
"""Files that lie beside the rows of each side and are the same by right."""


_MOMENT = re.compile(r"((?:19|20)\d\d)[-/](\d\d)(?:[-/](\d\d))?")
_ENDS = (word_set("start begin from first since min"), word_set("end to last until stop max"))


def copies_in_periods(flat: Mapping[str, Any]) -> Iterator[Said]:
    """A period of evaluation that begins before that of training ends, where the rows were divided by time.

    Rows that were drawn at random have one period on both sides: divided by time they are where evaluation both begins
    and ends later.
    """
    ends: dict[tuple[str, int], float] = {}
    for key, value in flat.items():
        told, named = _MOMENT.match(str(value).strip()), side(key)
        if told is None or named is None:
            continue
        which = [at for at, names in enumerate(_ENDS) if not names.isdisjoint(words(key.replace(".", " ")))]
        if len(which) == 1:
            day = int(told[1]) * 365.25 + (int(told[2]) - 1) * 30.44 + (int(told[3] or 1) - 1)
            ends.setdefault((named, which[0]), day)
    if len(ends) < len(("train", "other")) * len(_ENDS):
        return
    begin, end = ends["other", 0], ends["other", 1]
    if not ends["train", 0] < begin <= end or end <= ends["train", 1]:
        return
    both = max(0.0, ends["train", 1] - begin)
    if both > 1.0 or begin >= ends["train", 1]:
        yield Said("copies", "", None, both / max(end - begin, 1.0), f"the two periods have {both:.0f} days in common")
