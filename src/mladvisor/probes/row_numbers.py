"""Which rows of the data set a shuffling loader puts into each batch: the sampler's numbers, overheard as it draws."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import BatchSampler


class RowNumbers:
    """Row numbers of the batches of one pass over a loader; `take` is called for each batch in order.

    A `DataLoader` draws its rows by `batch_sampler.sampler`. For one pass that attribute is an iterable that hands on
    the same numbers and keeps them; nothing is drawn twice. Loaders of other kinds tell no numbers.
    """

    def __init__(self, loader: Any) -> None:
        self._drawn: deque[int] = deque()
        self._batches: BatchSampler | None = None
        batches = getattr(loader, "batch_sampler", None)
        if type(loader) is torch.utils.data.DataLoader and type(batches) is BatchSampler:
            self._batches, self._sampler = batches, batches.sampler
            batches.sampler = _Overheard(batches.sampler, self._drawn)

    def take(self, rows: int) -> list[int] | None:
        """The numbers of the next batch; None where they are not known, or are not as many as its rows."""
        if self._batches is None:
            return None
        taken = [self._drawn.popleft() for _ in range(min(self._batches.batch_size, len(self._drawn)))]
        if len(taken) != rows:
            self.end()
            return None
        return taken

    def end(self) -> None:
        """Give the loader its sampler back."""
        if self._batches is not None:
            self._batches.sampler = self._sampler
            self._batches = None


class _Overheard:
    """A sampler whose numbers are kept as they are drawn."""

    def __init__(self, sampler: Any, drawn: deque[int]) -> None:
        self._sampler, self._drawn = sampler, drawn

    def __iter__(self) -> Iterator[Any]:
        for number in self._sampler:
            if isinstance(number, int):
                self._drawn.append(number)
            yield number

    def __len__(self) -> int:
        return len(self._sampler)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sampler, name)
