"""What batches (or shards, files, days that are read one after another) hold, as small tables and lines show it.

batch,scanner      step,y_mean,y_std      Stapel;Anteil A in %      day,min,max      batches 300..303 mean 0.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median, pstdev

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.forms import Sheet
from mladvisor.runs.sheets.words import MEASURES, SHARE, amount, sides, words
from mladvisor.runs.word_sets import word_set

_BATCHES = word_set(
    "batch batches minibatch step iter iteration lot lots lote lotes lotto stapel update partie batch_size"
)
_READ_IN_ORDER = _BATCHES | word_set(
    "shard shards file files partition chunk block blocks day date hour record part bucket ingest fichier "
    "datei archivo "
    "jour dia"
)
_IN_SCRIPTS = ("批次", "批", "バッチ", "배치")
_GROUPS = word_set(
    "class classes label labels category scanner scanners site sites store stores day days month months "
    "speaker speakers "
    "source sources language lang machine machines hospital hospitals region regions country countries author "
    "user users "
    "patient patients topic genre species domain customer camera origin kind subject tienda magasin maschine"
)
_SIZES = word_set(
    "n num rows row count size bytes rank id ids index epoch time seconds sec ms lr rate tokens length wall "
    "throughput "
    "memory gpu offset start end first last missing entropy cost costs jobs usd billed"
)
LEAST_BATCHES = 8
_LEAST_PLACES = 5
FAR = 20.0
"""Times the third quartile: heavy tails of a column seldom reach that in the mean of a whole batch, day or file."""
_SHARE_FAR = 0.25


def is_of_batches(name: str) -> bool:
    return not _BATCHES.isdisjoint(words(name)) or any(part in name for part in _IN_SCRIPTS)


def _order(sheet: Sheet, names: frozenset[str]) -> int | None:
    """The column that counts batches, or what is read one after another."""
    for at, name in enumerate(sheet.head):
        said = words(name)
        numbered = not names.isdisjoint(said) or any(part in name for part in _IN_SCRIPTS)
        cells = sheet.column(at)
        by_turns = all(one != other for one, other in pairwise(cells))  # else each batch has several rows
        if numbered and by_turns and SHARE.isdisjoint(said):
            return at
    return None


def batches_in_sheet(sheet: Sheet) -> Iterator[Said]:
    """Batches of one kind each, and batches far off all others."""
    if len(sheet.rows) > _MOST_ROWS or any({"layer", "module", "param"} & {*words(name)} for name in sheet.head):
        return
    if not _COLUMNS.isdisjoint(words(sheet.head[0])):
        return  # a row for each column of the data, of one batch or file as a whole
    yield from _beside_median(sheet)
    order = _order(sheet, _BATCHES)
    if order is None and sheet.head[0] == "place" and is_of_batches(sheet.title):
        order = 0
    if order is not None and len(sheet.rows) >= LEAST_BATCHES:
        yield from _of_one_kind(sheet, order)
    else:
        yield from _of_one_group(sheet, -1 if order is None else order)
    if order is None:
        order = _order(sheet, _READ_IN_ORDER)
    if order is None and len(sheet.rows) >= _LEAST_PLACES and not _READ_IN_ORDER.isdisjoint(words(sheet.title)):
        order = 0
    if order is not None and len(sheet.rows) >= _LEAST_PLACES:
        yield from _far_off(sheet, order)


_MOST_ROWS = 5_000
_COLUMNS = word_set("column columns feature features variable variables field attribute")


def _beside_median(sheet: Sheet) -> Iterator[Said]:
    """A row an epoch with the largest and the median of its batches, and which batch it was: the same each time."""
    which = [
        at for at, name in enumerate(sheet.head) if is_of_batches(name) and {*words(name)} & {"max", "worst", "argmax"}
    ]
    for at, name in enumerate(sheet.head):
        said = {*words(name)}
        beside = [
            place
            for place, one in enumerate(sheet.head)
            if {*words(one)} == said - {"max"} | {"median"} and "max" in said
        ]
        if not beside or not which or len({row[which[0]] for row in sheet.rows}) > 1:
            continue
        ratios = [(amount(row[at]) or 0.0) / (amount(row[beside[0]]) or 1.0) for row in sheet.rows]
        yield Said("batch-far", "", None, min(ratios), f"{name} at batch {sheet.rows[0][which[0]]} of each epoch")


def _of_one_kind(sheet: Sheet, order: int) -> Iterator[Said]:
    pure = 0.0
    note = ""
    at_all = False
    for at, name in enumerate(sheet.head):
        said = words(name)
        if at == order:
            continue
        cells = sheet.column(at)
        values = [amount(cell) for cell in cells]
        told = [value for value in values if value is not None]
        found: float | None = None
        if not told and not _GROUPS.isdisjoint(said):
            found = _in_runs(cells)
        elif not MEASURES.isdisjoint(said):
            continue
        elif len(told) == len(cells) and (not SHARE.isdisjoint(said) or any("%" in cell for cell in cells)):
            found = _all_or_none(told)
        elif len(told) == len(cells) and "same" in said:
            found = _mostly(told)
        if found is not None:
            at_all = True
            if found > pure:
                pure, note = found, name
    for found, name in (*_of_positives(sheet), *_purities(sheet, order)):
        at_all = True
        pure, note = max((pure, note), (found, name))
    between = _between(sheet)
    if between is not None:
        at_all = True
        pure, note = max((pure, note), between)
    for counted in (_group_counts(sheet, order), _of_kinds(sheet, order)):
        if counted is None:
            continue
        at_all = True
        pure, note = max((pure, note), counted)
    if at_all:
        yield Said("batch-of-one-kind", "", None, pure, note)


def _in_runs(cells: Sequence[str]) -> float | None:
    """The share of the batches that hold one group alone, where the groups come one after another."""
    if any(re.search(r"[|,;+/]|\d\s?-\s?\d", cell) for cell in cells):
        return 0.0
    runs = [(name, len(list(each))) for name, each in groupby(cells)]
    kinds = len({name for name, _ in runs})
    if kinds < 2 or kinds > len(cells) // 2:
        return None
    often = len(runs) <= 2 * kinds + 2 and len(cells) / len(runs) >= _LEAST_RUN
    return 1.0 if often else None


_LEAST_RUN = 2.5


def _all_or_none(values: Sequence[float]) -> float | None:
    """The share of the batches of which a class has all rows or none, where it has all of some and none of others."""
    top = 1.0 if max(values) <= 1.0 else 100.0
    if min(values) < 0 or max(values) > top:
        return None
    none = sum(value <= 0.02 * top for value in values)
    every = sum(value >= 0.98 * top for value in values)
    return (none + every) / len(values) if min(none, every) >= max(2, 0.05 * len(values)) else 0.0


def _mostly(values: Sequence[float]) -> float | None:
    """ "same label as the batch before": a share of the batches."""
    return sum(value >= 0.98 for value in values) / len(values) if min(values) >= 0 and max(values) <= 1 else None


def _of_positives(sheet: Sheet) -> Iterator[tuple[float, str]]:
    """Positives beside the rows of each batch, in counts."""
    rows = [at for at, name in enumerate(sheet.head) if words(name) and _OF_ROWS.issuperset(words(name))]
    for at, name in enumerate(sheet.head):
        if at in rows or {*words(name)}.isdisjoint(_POSITIVES) or not SHARE.isdisjoint(words(name)):
            continue
        pairs = [(amount(row[at]), amount(row[place])) for row in sheet.rows for place in rows if place != at][
            : len(sheet.rows)
        ]
        known = [few / many for few, many in pairs if few is not None and many and 0 <= few <= many]
        if len(known) >= LEAST_BATCHES and len(known) == len(sheet.rows):
            yield _all_or_none(known) or 0.0, name


_OF_ROWS = word_set("n rows size bs samples batch count total")
_POSITIVES = word_set("pos positive positives ones")


def _purities(sheet: Sheet, order: int) -> Iterator[tuple[float, str]]:
    """The share of the largest class in each batch, the entropy of its labels, or how alike its neighbour's are."""
    for at, name in enumerate(sheet.head):
        said = {*words(name)}
        values = [value for cell in sheet.column(at) if (value := amount(cell)) is not None] if at != order else []
        if len(values) < len(sheet.rows) or not values:
            continue
        if said & _LARGEST and said & SHARE and said & _GROUPS and max(values) <= 1.0:
            yield sum(value >= 0.97 for value in values) / len(values), name
        elif "entropy" in said and said & _GROUPS and min(values) >= 0:
            yield sum(value <= 0.05 for value in values) / len(values), name


_LARGEST = word_set("max top majority largest dominant purity mode")
_ANSWER = word_set("y target label answer output ziel cible")


def _between(sheet: Sheet) -> tuple[float, str] | None:
    """How far the means of the label in batches lie apart, beside the spread within one: 1 where twice as far."""
    for at, name in enumerate(sheet.head):
        said = {*words(name)}
        if not said & _ANSWER or not said & {"mean", "avg", "mu"}:
            continue
        spread = next((one for one, other in enumerate(sheet.head)
                       if {*words(other)} & _ANSWER and {*words(other)} & {"std", "sd"}), None)  # fmt: skip
        means = [amount(cell) for cell in sheet.column(at)]
        within = [amount(cell) for cell in sheet.column(spread)] if spread is not None else []
        if None in means or None in within or not within:
            continue
        inside = median(each or 0.0 for each in within)
        if inside > 0:
            return min(1.0, pstdev([each or 0.0 for each in means]) / inside / 2.0), name
    return None


def _group_counts(sheet: Sheet, order: int) -> tuple[float, str] | None:
    """How many groups a batch holds: one or two of many rows, in every batch."""
    for at, name in enumerate(sheet.head):
        said = words(name)
        if "per" in said and not _BATCHES.isdisjoint(said[said.index("per") :]) and not _GROUPS.isdisjoint(said):
            values = [amount(cell) or 0.0 for cell in sheet.column(at)]
            if values and min(values) >= 1.0:
                return (1.0 if max(values) <= _A_GROUP else 0.0), name
    rows = [at for at, name in enumerate(sheet.head) if {*words(name)} & {"n", "rows", "utts", "size", "samples"}]
    for at, name in enumerate(sheet.head):
        said = words(name)
        if at == order or at in rows or _MANY.isdisjoint(said) or {"id", "ids"} & {*said}:
            continue
        values = [value for cell in sheet.column(at) if (value := amount(cell)) is not None]
        if len(values) < len(sheet.rows) or not values:
            continue
        few = [value for value in values if value <= 2]
        return (len(few) / len(values) if len(few) > 0.9 * len(values) else 0.0), name
    return None


def _of_kinds(sheet: Sheet, order: int) -> tuple[float, str] | None:
    """A column for each class or group with how many rows of it a batch holds: as many in all in nearly each batch."""
    rows = [[amount(cell) for at, cell in enumerate(row) if at != order] for row in sheet.rows]
    whole = [[int(value) for value in row if value is not None and value >= 0 and value % 1 == 0] for row in rows]
    if any(len(row) < len(given) for row, given in zip(whole, rows, strict=True)):
        return None
    pure = pure_of_counts(whole)
    return None if pure is None else (pure, "rows of each kind")


def pure_of_counts(batches: Sequence[Sequence[int]]) -> float | None:
    """The share of the batches of which all rows are of one kind, by how many of each kind a batch holds.

    None where the numbers count nothing: batches have one size (but for the last), and more than one kind is there.
    """
    sizes = [sum(batch) for batch in batches]
    usual = max(set(sizes), key=sizes.count) if sizes else 0
    kinds = {len(batch) for batch in batches}
    if len(kinds) != 1 or next(iter(kinds)) < 2 or usual <= next(iter(kinds)):
        return None
    there = sum(any(column) for column in zip(*batches, strict=True))
    if sizes.count(usual) < _ONE_SIZE * len(sizes) or there < 2:
        return None
    return sum(sum(each > 0 for each in batch) == 1 for batch in batches) / len(batches)


_ONE_SIZE = 0.9


def _of_one_group(sheet: Sheet, order: int) -> Iterator[Said]:
    found = _group_counts(sheet, order)
    per_batch = any("per" in words(name) and not _BATCHES.isdisjoint(words(name)) for name in sheet.head)
    if found is not None and (per_batch or (order >= 0 and len(sheet.rows) >= _LEAST_PLACES)):
        yield Said("batch-of-one-kind", "", None, found[0], found[1])


_A_GROUP = 1.5
"""Groups in a batch, on average: one, and two at the borders."""
_MANY = word_set("classes labels scanners sites stores days months speakers sources users patients machines topics")


def _far_off(sheet: Sheet, order: int) -> Iterator[Said]:
    """The rows whose numbers stand far above those of all others; a row that sums up a stretch counts as many."""
    most, note, seen = 0.0, "", False
    spans = [_span(row[order]) for row in sheet.rows]
    of_days = not _DAYS.isdisjoint(words(sheet.head[order]))
    of_batches = is_of_batches(sheet.head[order]) and {*words(sheet.head[order])}.isdisjoint(_SINCE_START)
    for at, name in enumerate(sheet.head):
        said = words(name)
        trained = not _OF_MODEL.isdisjoint((*said, *(words(sheet.title) if "value" in said else ())))
        if of_days and _STATISTICS.isdisjoint(said):
            continue  # what a business counts by day has heavy tails
        if at == order or not _SIZES.isdisjoint(said) or sides(name) or (trained and not of_batches):
            continue
        values = [amount(cell) for cell in sheet.column(at)]
        known = [(abs(value), span) for value, span in zip(values, spans, strict=True) if value is not None]
        if len(known) < _LEAST_PLACES or len(known) < 0.8 * len(values):
            continue
        seen = True
        every = sum(span for _, span in known)
        usual = _third_quartile(known)
        far = [row for row, value in enumerate(values) if value is not None and abs(value) > FAR * usual]
        few = max(1, _SHARE_FAR * every)
        if usual <= 0 or not far or sum(spans[row] for row in far) > few or (trained and far[0] == 0):
            continue
        top = min(max(abs(values[row] or 0.0) for row in far) / usual, _BEYOND)
        if top > most:
            most, note = top, f"{name} of {sheet.rows[far[0]][order]} is {top:.3g} times what is usual"
    if seen:
        yield Said("batch-far", "", None, most, note)


_BEYOND = 1e30
"""Of cells that hold infinity, or nearly so."""
_DAYS = word_set("day date hour jour dia tag")
_STATISTICS = word_set("mean avg min max std sd median p99 p95 abs norm rms amplitude")
_SINCE_START = word_set("step iter iteration update")
"""What counts on from the start of training: a spike there may be of the training itself."""
_SPAN = re.compile(r"(\d{1,7})\s?(?:-|–|\.\.|to|bis)\s?(\d{1,7})(?!\d|-)")


def _span(cell: str) -> int:
    """How many batches a row sums up: 100 of "0-99 (mean)"."""
    found = _SPAN.match(cell.strip())
    return max(1, int(found[2]) - int(found[1]) + 1) if found else 1


def _third_quartile(known: list[tuple[float, int]]) -> float:
    ordered = sorted(known)
    left = sum(span for _, span in ordered) * (0.75 if len(ordered) >= LEAST_BATCHES else 0.6)
    for value, span in ordered:
        left -= span
        if left <= 0:
            return value
    return ordered[-1][0]


OF_TRAINING = word_set("loss grad gradient gnorm norm error perplexity ppl nll perte verlust perdida")
_OF_MODEL = OF_TRAINING | word_set(
    "prob probs proba probability logit logits pred preds prediction predictions output outputs acc accuracy "
    "confidence margin activation activations hidden act acts update updates"
)
"""What training and the model make of the rows; all else is of the rows themselves."""
