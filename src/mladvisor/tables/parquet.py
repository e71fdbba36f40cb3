"""Parquet in pieces: what the budget leaves of a large file, spread evenly over its rows, a batch at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

BATCH = 16_384
"""Rows that are unpacked at a time."""
BUFFER = 1 << 18
"""Bytes of each column that are read ahead."""
ENOUGH_GROUPS = 16
"""Of so many row groups or more, evenly spaced ones stand for all, and the others are not unpacked."""


def cells_of(path: Path) -> int:
    """Rows times columns, from the file's end; 0 where it cannot be told."""
    try:
        from pyarrow.parquet import read_metadata

        metadata = read_metadata(path)
    except Exception:  # no pyarrow, or no Parquet: reading it says which
        return 0
    return int(metadata.num_rows) * int(metadata.num_columns)


def read_parquet(path: Path, *, most_cells: int, pieces: int) -> tuple[pd.DataFrame, float]:
    """The table, and the share of its rows that was read.

    Args:
        most_cells: of a larger table so many cells are read, in pieces spread evenly over its rows.

    Raises:
        ImportError: pyarrow is missing.
        Exception: whatever pyarrow says of a file that is no Parquet.
    """
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
        rows, columns = file.metadata.num_rows, max(1, file.metadata.num_columns)
        keep = max(pieces, most_cells // columns)
        if rows <= keep:
            return file.read().to_pandas(), 1.0
        parts = _parts(file, rows, keep, pieces)
        from pyarrow import Table, default_memory_pool

        table = Table.from_batches(parts, schema=file.schema_arrow)
        del parts
        frame = table.to_pandas(split_blocks=True, self_destruct=True)
        del table
    default_memory_pool().release_unused()  # it keeps three times what is left of the batches
    return frame, len(frame) / rows


def _parts(file: Any, rows: int, keep: int, pieces: int) -> list[Any]:
    """Slices of batches that hold about `keep` of the rows."""
    from pyarrow import array

    groups = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
    chosen = list(range(len(groups)))
    if len(groups) >= ENOUGH_GROUPS:
        wanted = max(ENOUGH_GROUPS // 2, -(-len(groups) * keep // rows))
        chosen = sorted(set(np.linspace(0, len(groups) - 1, min(len(groups), wanted)).round().astype(int).tolist()))
    there = sum(groups[number] for number in chosen)
    each = max(1, keep // pieces)
    starts = [there * piece // pieces for piece in range(pieces)]
    parts, first = [], 0
    for batch in file.iter_batches(batch_size=BATCH, row_groups=chosen, use_threads=False):
        end = first + batch.num_rows
        for start in starts:
            low, high = max(start, first), min(start + each, end)
            if low < high:
                # A copy: a slice would keep the whole batch in memory.
                parts.append(batch.take(array(np.arange(low - first, high - first))))
        first = end
    return parts
