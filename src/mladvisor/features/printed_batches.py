"""What a program prints of each batch: "batch 3 loss 0.57 positives 0.37", "step 12: y mean 0.0, loss 1.2"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mladvisor.features.measured import Where
from mladvisor.features.printed import texts

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

_MAX_LINE = 300
_MOST = 20_000
"""Lines of one file that are looked at."""
_PURE = 1
_ROUNDED = 0.0051
_MOST_ROWS = 200
_BATCH = re.compile(
    r"(?i)\b(?:batch|minibatch|step|iter)(?:[ _]?(?:idx|no|nr|index|number))?"
    r"[ \t]{0,4}[:=#]?[ \t]{0,4}[\[(]?(\d{1,7})\b"
)
_SHARE = re.compile(
    r"(?i)\b(positives?(?:[ _](?:share|frac|fraction|rate|ratio|in[ _](?:the[ _])?batch))?"
    r"|pos[ _](?:share|frac|fraction|rate|ratio)"
    r"|(?:share|fraction|rate|ratio)[ _](?:of[ _])?pos(?:itives?)?(?:[ _]in[ _](?:the[ _])?batch)?"
    r"|(?:y|labels?|targets?)(?:batch)?[ _]?[.]?mean(?:\(\))?|mean[ _](?:y|labels?|targets?))"
    r"[ \t]{0,4}[:=]?[ \t]{0,4}([01]\.\d{0,8}|\.\d{1,8}|\d{1,2}(?:\.\d{0,4})?%|100(?:\.0{0,4})?%)(?![\w.%])"
)


class PrintedBatches(NamedTuple):
    """The share of ones among the labels of each batch, by epochs.

    Attributes:
        name: what the program calls it.
        epochs: shares in the order of the batches, one list for each time that their count begins anew.
    """

    name: str
    epochs: list[list[float]]
    where: Where


def least_rows(shares: list[float]) -> int | None:
    """The fewest rows of a batch that can have such shares; None where batches of one row could have them all."""
    for rows in range(1, _MOST_ROWS):
        if all(abs(share * rows - round(share * rows)) <= rows * _ROUNDED for share in shares):
            return rows if rows > _PURE else None
    return _MOST_ROWS


def printed_batches(m: Measures) -> PrintedBatches | None:
    """The labels of each batch as they were printed, of the first text that has them. Use `m.once`."""
    for text in m.once(texts):
        epochs: list[list[float]] = []
        name, last, first_at = "", -1, 0
        for count, (at, line) in enumerate(text.lines(b"pos", b"label", b"target", b"mean")):
            if count >= _MOST:
                break
            batch, share = _BATCH.search(line[:_MAX_LINE]), _SHARE.search(line[:_MAX_LINE])
            if batch is None or share is None:
                continue
            number, value = int(batch[1]), share[2]
            if not epochs or number <= last:
                epochs.append([])
            name, first_at = (name, first_at) if name else (share[1], at)
            last = number
            epochs[-1].append(float(value[:-1]) / 100 if value.endswith("%") else float(value))
        if epochs:
            return PrintedBatches(name, epochs, text.where(first_at))
    return None
