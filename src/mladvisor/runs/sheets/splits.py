"""How the parts of a split are made up, as small tables and JSON show it: shares of classes and groups.

part,n,share_pos     site;train;valid     train|alder|610     {"train_pos_rate": 0.48, "val_pos_rate": 0.12}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import pi, sqrt

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import (
    AUGMENTATIONS,
    MEASURES,
    ROWS,
    SHARE,
    amount,
    is_side,
    side,
    without_sides,
    words,
)
from mladvisor.runs.word_sets import word_set

_LEAST_ROWS = 30
_ALL_ROWS = word_set("total all sum overall gesamt totale somme")
_POSITIVE = word_set("pos positive positives clicks fraud churn defects events")
TOO_MANY = 60
_NOT_GROUPS = word_set(
    "feature column variable field split epoch step layer metric fold check test file path stage phase operation "
    "resource augmentation augmentations transform setting parameter annotator cost"
)
_OF_WORK = word_set("hours minutes cost costs billing budget effort gpu cpu timing")
"""What was spent on each side, which has nothing to do with its rows."""


def gaps_in_sheet(sheet: Sheet) -> Iterator[Said]:
    """Differences of shares between training and evaluation data, less what chance gives."""
    if not (MEASURES | _OF_WORK).isdisjoint(words(sheet.title)) or len(sheet.rows) > _MOST_ROWS:
        return
    if any(not AUGMENTATIONS.isdisjoint(words(name)) for name in sheet.head):
        return
    yield from _row_for_each_side(sheet)
    yield from _column_for_each_side(sheet)
    yield from _row_for_each_group(sheet)


_MOST_ROWS = 400


def _numbers(cells: Sequence[str]) -> list[float] | None:
    found = [amount(cell) for cell in cells]
    return None if any(each is None for each in found) else [each or 0.0 for each in found]


def _row_for_each_side(sheet: Sheet) -> Iterator[Said]:
    """A row for training and one or more for what is held out, with shares or counts of classes and groups."""
    for at in range(len(sheet.head)):
        parts = [is_side(cell) for cell in sheet.column(at)]
        if parts.count("train") == 1 and "other" in parts:
            train = sheet.rows[parts.index("train")]
            for row in [row for row, part in zip(sheet.rows, parts, strict=True) if part == "other"]:
                yield from _between(sheet.head, train, row, at)
            return


def _between(head: list[str], train: list[str], other: list[str], but: int) -> Iterator[Said]:
    counts: dict[str, tuple[float, float]] = {}
    rows = (0.0, 0.0)
    shares: list[tuple[str, float, float]] = []
    for at, name in enumerate(head):
        said = words(name)
        pair = _numbers([train[at], other[at]])
        if at == but or pair is None or not MEASURES.isdisjoint(said) or min(pair) < 0:
            continue
        subject = [word for word in said if word not in SHARE and word not in ROWS]
        if ((not said or not subject) and name.isascii()) or any(each in name for each in _ROWS_IN_SCRIPTS):
            if SHARE.isdisjoint(said):
                rows = (max(rows[0], pair[0]), max(rows[1], pair[1]))
            continue
        percent = "%" in train[at] or "%" in other[at]
        share = as_share(said, pair, percent=percent)
        if share is not None:
            shares.append((name, *share))
        elif not any(each % 1 for each in pair):
            counts[name] = (pair[0], pair[1])
    yield from _shifts(head, train, other)
    for share_of in shares:
        yield from gap_of(*share_of, rows=rows)
    yield from _of_counts(counts, rows)
    fractions = {
        name: _numbers([train[at], other[at]])
        for at, name in enumerate(head)
        if at != but and SHARE.isdisjoint(words(name)) and "%" not in train[at] + other[at]
    }
    bare = {name: pair for name, pair in fractions.items() if pair and all(0.0 <= each <= 1.0 for each in pair)}
    if len(bare) > 1 and all(abs(sum(pair[side] for pair in bare.values()) - 1.0) < ROUNDING for side in (0, 1)):
        yield _unlike([(pair[0], pair[1]) for pair in bare.values()], None, ", ".join(bare))


_OF_LOADING = frozenset(("file", "files", "batch", "batches", "size"))
"""What a folder or a loader holds of each part, by choice."""


def _shifts(head: list[str], train: list[str], other: list[str]) -> Iterator[Said]:
    """Means that lie apart, by the spread beside them: "y_mean, y_std"."""
    for at, name in enumerate(head):
        said = words(name)
        subject = {*said} - {"mean"}
        if "mean" not in said or not subject or not MEASURES.isdisjoint(subject) or subject <= _OF_LOADING:
            continue
        beside = [place for place, one in enumerate(head) if {*words(one)} - {"std", "sd"} == subject != {*words(one)}]
        pair = _numbers([train[at], other[at]])
        spread = amount(train[beside[0]]) if beside else None
        if pair is not None and spread:
            yield shifted(name, pair[0], pair[1], spread)


def shifted(name: str, one: float, other: float, spread: float) -> Said:
    """A third of the spread is what small parts may differ by; two spreads leave little in common."""
    gap = max(0.0, abs(one - other) / spread - 0.33) / 2.0
    return Said(
        "split-gap",
        name,
        None,
        min(gap, 1.0),
        f"the mean of {name}: {one:.4g} in training, {other:.4g} in evaluation data",
    )


ROUNDING = 0.03


def as_share(said: Sequence[str], pair: Sequence[float], *, percent: bool) -> tuple[float, float] | None:
    if "ppm" in said:
        return pair[0] / 1e6, pair[1] / 1e6
    told = percent or not SHARE.isdisjoint(said)
    if not told:
        return None
    called = not {"pct", "percent", "prozent", "porcentaje"}.isdisjoint(said)
    if called and not percent and max(pair) <= 1.0:
        return None  # a share, or less than one per cent
    many = not percent and max(pair) > 1.0
    shares = (pair[0] / 100.0, pair[1] / 100.0) if many else (pair[0], pair[1])
    return shares if max(shares) <= 1.0 else None


_ROWS_IN_SCRIPTS = ("样本", "数量", "件数", "サンプル", "行数", "条数")


def gap_of(name: str, one: float, other: float, rows: tuple[float, float] = (0.0, 0.0)) -> Iterator[Said]:
    """A share that differs: by its difference, or of something rare by how many times as often it is there.

    Less what chance gives, by the rows of each side; where they are not told, by a few hundred.
    """
    least, most = min(one, other), max(one, other)
    few = min(rows) if min(rows) >= 1 else _UNTOLD
    gap = max(0.0, most - least - 2 * sqrt(max(one * (1 - one), other * (1 - other)) / few))
    if most < _RARE and least > 0.0 and (min(rows) * least >= _COUNTED or min(rows) < 1):
        gap = max(gap, min(1.0, (most / least - 1.0) / _TIMES))
    yield Said("split-gap", "", None, gap, f"{name}: {one:.3g} in training, {other:.3g} in evaluation data")


_UNTOLD, _COUNTED = 600.0, 20.0
_RARE, _TIMES = 0.05, 12.0
"""Of something rare, seven times as often counts as a difference of a half."""


def _of_counts(counts: Mapping[str, tuple[float, float]], rows: tuple[float, float]) -> Iterator[Said]:
    """Counts that add up to the rows of each side are those of classes or groups; one of positives is a share."""
    if min(rows) < _LEAST_ROWS:
        return
    for side_at in (0, 1):
        if not counts or abs(sum(each[side_at] for each in counts.values()) - rows[side_at]) > ROUNDING * rows[side_at]:
            break
    else:
        if len(counts) > 1:
            yield _unlike(list(counts.values()), rows, ", ".join(counts))
            return
    for name, pair in counts.items():
        if not _POSITIVE.isdisjoint(words(name)) and pair[0] <= rows[0] and pair[1] <= rows[1]:
            yield from gap_of(name, pair[0] / rows[0], pair[1] / rows[1], rows)


def _unlike(pairs: list[tuple[float, float]], rows: tuple[float, float] | None, name: str) -> Said:
    """How many rows would have to change group for the shares to be alike, less what chance gives."""
    sums = [sum(each[at] for each in pairs) or 1.0 for at in (0, 1)]
    shares = [(one / sums[0], other / sums[1]) for one, other in pairs]
    apart = sum(abs(one - other) for one, other in shares) / 2
    few = min(rows if rows is not None else (0.0, 0.0))
    by_chance = sum(sqrt(2 * one * (1 - one) / (pi * few)) for one, _ in shares) / 2 if few >= 1 else 0.0
    return Said(
        "split-gap", "", None, max(0.0, apart - 2 * by_chance), f"{name[:60]}: {apart:.0%} would have to change"
    )


def _column_for_each_side(sheet: Sheet) -> Iterator[Said]:
    """A row for each class or group, and a column with its rows or its share on each side."""
    for train_at, name in enumerate(sheet.head):
        if side(name) != "train" or not MEASURES.isdisjoint(words(name)):
            continue
        for at, other in enumerate(sheet.head):
            if side(other) != "other" or without_sides(other) != without_sides(name):
                continue
            yield from _composed(sheet, train_at, at)


def _composed(sheet: Sheet, train_at: int, at: int) -> Iterator[Said]:
    named = [place for place in range(len(sheet.head)) if any(amount(cell) is None for cell in sheet.column(place))]
    first = named[0] if named and named[0] < min(train_at, at) else 0
    if first in (train_at, at) or not _NOT_GROUPS.isdisjoint(words(sheet.head[first])):
        return
    if {is_side(row[first]) for row in sheet.rows} & {"train"}:
        return
    rows = [row for row in sheet.rows if _ALL_ROWS.isdisjoint(words(row[first]))]
    if any(not (_OF_WORK | AUGMENTATIONS).isdisjoint(words(row[first])) for row in rows):
        return
    pairs = [(amount(row[train_at]), amount(row[at])) for row in rows]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    if len(known) < 2 or len(known) < len(pairs) or min(min(pair) for pair in known) < 0 or len(known) > TOO_MANY:
        return
    sums = (sum(one for one, _ in known), sum(other for _, other in known))
    counts = all(not one % 1 and not other % 1 for one, other in known) and min(sums) >= _LEAST_ROWS
    shares = any(all(abs(each - whole) < ROUNDING * whole for each in sums) for whole in (1.0, 100.0))
    if shares:
        yield _unlike(known, None, sheet.head[first] or sheet.title)
    elif counts and SHARE.isdisjoint(words(sheet.head[train_at])) and max(sums) > 200:
        yield _unlike(known, sums, sheet.head[first] or sheet.title)


def _row_for_each_group(sheet: Sheet) -> Iterator[Said]:
    """A row for each group of each side: "train|alder|610", "valid,3,200,400,640"."""
    for at in range(len(sheet.head)):
        cells = [is_side(cell) for cell in sheet.column(at)]
        head = is_side(sheet.head[at])  # a list without a head
        every = [*cells, head] if head else cells
        if every.count("train") < 2 or every.count("other") < 2 or None in cells:
            continue
        rows = [sheet.head, *sheet.rows] if head else sheet.rows
        width = len(rows[0])
        numeric = [place for place in range(width) if place != at and _numbers([row[place] for row in rows])]
        count = numeric[-1] if numeric and numeric[-1] == width - 1 else None
        keys = [place for place in range(width) if place not in (at, count)][:1]
        if count is None or not keys or (not head and not MEASURES.isdisjoint(words(sheet.head[count]))):
            return
        found: dict[str, dict[str, float]] = {"train": {}, "other": {}}
        for row, part in zip(rows, every if not head else [head, *cells], strict=True):
            held = found[str(part)]
            held[row[keys[0]]] = held.get(row[keys[0]], 0.0) + (amount(row[count]) or 0.0)
        yield from of_mappings(found["train"], found["other"], sheet.head[keys[0]] if not head else sheet.title)
        return


def of_mappings(train: Mapping[str, float], other: Mapping[str, float], name: str) -> Iterator[Said]:
    """Counts or shares of the same classes or groups on both sides."""
    groups = list(dict.fromkeys((*train, *other)))
    if not 2 <= len(groups) <= TOO_MANY or not train or not other:
        return
    pairs = [(train.get(group, 0.0), other.get(group, 0.0)) for group in groups]
    sums = (sum(one for one, _ in pairs), sum(two for _, two in pairs))
    if min(min(pair) for pair in pairs) < 0 or min(sums) <= 0:
        return
    shares = any(all(abs(each - whole) < ROUNDING * whole for each in sums) for whole in (1.0, 100.0))
    counts = all(not each % 1 for pair in pairs for each in pair) and min(sums) >= _LEAST_ROWS
    if shares or counts:
        yield _unlike(pairs, None if shares else sums, name)
