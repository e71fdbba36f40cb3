"""Tables of batches under other names: `epoch,batch,loss,x_mean` where the probes write `input_mean`."""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.runs.layout import BATCH_COLUMNS
from mladvisor.runs.log_table import LogTable
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_INPUTS = word_set("x input inputs data image images img pixel pixels feature features")
_STATISTICS = {
    "input_mean": word_set("mean avg average mu"),
    "input_std": word_set("std stdev stddev sd sigma"),
    "input_max": word_set("max maximum absmax amax"),
}
_BATCH = word_set("batch minibatch")
_NUMBER = word_set("idx index number num no nr id i")
_OTHERS = {"rows": ("batch_size", "n", "size", "n_rows"), "first_row": ("start", "offset", "first_index", "start_row")}


def is_batch_table(columns: Sequence[str]) -> bool:
    """A row for each batch, with the number of the batch and statistics of what was fed."""
    ours = set(our_names(columns).values())
    return "batch" in ours and not ours.isdisjoint(_STATISTICS)


def our_names(columns: Sequence[str]) -> dict[str, str]:
    """The names of columns -> ours, for those that a table of batches may have."""
    found: dict[str, str] = {}
    for name in columns:
        ours = _ours(name)
        if ours is not None and ours not in found.values():
            found[name] = ours
    return found


def _ours(name: str) -> str | None:
    low = name.strip().lower()
    if low in BATCH_COLUMNS:
        return low
    words = words_of(low)
    if words and not _BATCH.isdisjoint(words) and _BATCH.union(_NUMBER).issuperset(words):
        return "batch"
    if len(words) == 2 and not _INPUTS.isdisjoint(words):
        return next((ours for ours, told in _STATISTICS.items() if not told.isdisjoint(words)), None)
    return next((ours for ours, told in _OTHERS.items() if low in told), None)


def in_our_words(table: LogTable) -> LogTable:
    """The table in the columns of `BATCH_COLUMNS` as far as it has them; itself where it is so already."""
    ours = {name: each for name, each in our_names(table.names).items() if name != each and each not in table}
    if not ours:
        return table
    names = [ours.get(name, name) for name in table.names]
    renamed = LogTable(table.file, names, [table.texts(name) for name in table.names], table.rows)
    renamed.lines, renamed.files, renamed.spelled, renamed.notes = table.lines, table.files, table.spelled, table.notes
    return renamed
