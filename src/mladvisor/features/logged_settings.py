"""Settings that the log itself tells: a column with the rows of each update, a line that says what was tried anew.

`examples_per_update` in each record, `rows per update: 1`, `CUDA out of memory, retry with batch_size=2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mladvisor.features.config_keys import words
from mladvisor.runs.model import Curve, Place, Setting

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures
    from mladvisor.features.measured import Where

_THINGS = (
    r"(?:training[ _-]?)?"
    r"(?:rows?|examples?|samples?|images?|records?|instances?|sequences?|sentences?|patients?|items?)"
)
_STEP = r"(?:(?:weight|param(?:eter)?|optimi[sz]er|gradient)[ _-]?)?(?:updates?|steps?|batch(?:es)?|iter(?:ation)?s?)"
_ROWS_OF_STEP = re.compile(rf"^(?:n_|num_|mean_|avg_)?{_THINGS}_(?:per|in|of)_(?:each_|one_|a_)?{_STEP}(?:_mean)?$")
_BATCH_SIZE = re.compile(r"^(?:train_|global_|effective_|total_|mini_?)?(?:batch_?size|bsz|bs)$")
_PRINTED = re.compile(rf"(?i)\b{_THINGS} (?:per|in each) (?:\w+ )?{_STEP}\s?[:=]\s?(\d{{1,9}})(?![\d.,%]*\w)")
_AGAIN = re.compile(
    r"(?i)\b(?:retry\w*|retries|trying|try again|reduc\w+|lower\w*|fall\w* back|halv\w*|shrink\w*|shrunk|decreas\w+"
    r"|switch\w*|continu\w*|using|use|set\w*|adjust\w*|new|now)\b[^.;\n]{0,60}?"
    r"\b(?:batch[ _-]?size|bs)\s?(?:to|of|=|:|->)?\s?(\d{1,9})(?![\d.]*\w)"
)
"""What a program prints that looks for a batch that fits: the last one that it tried is the one that it kept."""
_SHORT_OF = (b"out of memory", b"outofmemory", b"oom")
_LINES_APART = 4
_LEAST = 2


class ToldByLog(NamedTuple):
    """A setting of the log.

    Attributes:
        overrules: rows of an update were counted, or the batch that the configuration has was given up.
    """

    key: str
    setting: Setting
    overrules: bool


def told_by_log(m: Measures) -> list[ToldByLog]:
    """Rows of an optimizer step, as columns or lines of the log give them. Use `m.once`."""
    return [*_of_columns(m.run.curves), *_of_lines(m)]


def _of_columns(curves: tuple[Curve, ...]) -> Iterator[ToldByLog]:
    for curve in curves:
        name = words(curve.place.column or curve.name)
        counted = _ROWS_OF_STEP.match(name) is not None
        if curve.role.kind == "other" and (counted or _BATCH_SIZE.match(name)):
            size = constant(curve)
            if size is not None:
                yield ToldByLog("rows_per_step", Setting(size, curve.place), overrules=counted)


def constant(curve: Curve) -> float | None:
    """The one whole number that a column holds all along; None of any other."""
    known = curve.y[np.isfinite(curve.y)]
    if not known.size or known.min() != known.max() or known[0] < 1 or known[0] != int(known[0]):
        return None
    return float(known[0])


def _of_lines(m: Measures) -> Iterator[ToldByLog]:
    from mladvisor.features.printed import texts

    for text in m.once(texts):
        short = any(word in text.lower for word in _SHORT_OF)
        last: tuple[str, Where] | None = None
        for at, line in text.lines(b" per ", b" in each ") if b"update" in text.lower or b"step" in text.lower else ():
            if found := _PRINTED.search(line[:_MAX_LINE]):
                yield _told(found[1], text.where(at), overrules=True)
                break
        for at, line in text.lines(b"batch_size", b"batch size", b"batch-size", b"batchsize") if short else ():
            if found := _AGAIN.search(line[:_MAX_LINE]):
                last = (found[1], text.where(at))
        if last is not None:
            yield _told(*last, overrules=True)


_MAX_LINE = 400


def _told(size: str, where: Where, *, overrules: bool) -> ToldByLog:
    return ToldByLog("rows_per_step", Setting(int(size), Place(where.file)), overrules)


_UPDATES = re.compile(
    rf"^(?:n_|num_|local_)?{_STEP}(?:_(?:per|in|of)_(?:each_|one_|an_)?(?:epoch|pass|round))?$"
    r"|^(?:iters?|its|nbatch(?:es)?|n_?batch(?:es)?|num_batch(?:es)?)(?:_per_(?:epoch|pass|round))?$"
)


def updates_of_an_epoch(m: Measures) -> tuple[float, Place] | None:
    """A column that counts the updates of each epoch, the same in all of them. Use `m.once`.

    `param_updates` and `local_updates` beside the number of the pass, `nbatches`: a count that goes on is no such one.
    """
    for curve in m.run.curves:
        name = words(curve.place.column or curve.name)
        if curve.role.kind == "other" and len(curve.y) >= _LEAST and _UPDATES.match(name):
            each = constant(curve)
            counted = curve.x_unit == "epoch" or "_per_" in name or name.startswith("local_")
            if each is not None and counted and bool((np.diff(curve.x) == 1).all()):
                return each, curve.place
    return None
