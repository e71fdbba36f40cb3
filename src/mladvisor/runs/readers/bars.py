"""Progress bars: a bar over batches rewrites a running mean hundreds of times; only its last state is a value.

When a log holds one single pass of a bar ("Steps: 12%| | 1800/15000 [..., loss=0.02]"), that bar is the training loop
itself, and its states are all there is. And where the mean of each epoch is printed beside the bar, and its last state
is another number, the bar shows single batches (`set_postfix(loss=loss.item())`). States are kept as lines and
understood only if they are needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import nan
from typing import TYPE_CHECKING

from mladvisor.runs.model import Split
from mladvisor.runs.readers.sentences import Where
from mladvisor.runs.roles import default_columns

if TYPE_CHECKING:
    from mladvisor.runs.readers.series import Tracks

# `82%|####2  | 390/475 [05:48<01:22,  1.02it/s`, what comes after the rate is the postfix.
BAR = re.compile(
    r"\s*\d{1,3}%\|[^|]{0,400}\|\s*(?P<n>\d+)/(?P<total>\d+)\s*(?:\[[^\],]{0,60}(?:,[^\],=]{0,60}(?=[,\]]|$))?)?"
)
# `625/625 [=======>....]` of Keras 1 and 2, `625/625 ━━━━━━` of Keras 3
KERAS_BAR = re.compile(r"\s*(?P<n>\d+)/(?P<total>\d+)\s+(?:\[[=>.\s]*\]|[━─╸╺]+)")
# `27/27 - 0s - 5ms/step - loss: 0.31` of `verbose=2`
KERAS_LINE = re.compile(r"\s*(?P<n>\d+)/(?P<total>\d+) - \d+(?:ms|s|us)\b")
# ` [====>....]  Step: 63ms | Tot: 2s | Loss: 1.9 | Acc: 31.2% (40/128)`, steps back, and ` 1/391 ` over its middle
_BACKED_INTO = re.compile(r"\s{0,4}\[[=>.]{10,200}\]([^\b\r]{0,300})\x08{3,}\s?(\d{1,9}/\d{1,9})\s?(?=[\r\x08]|$)")
_NUMBERS = re.compile(r"\d+")
_MAX_STATES = 100_000
_MOST_KEPT = 20_000
"""States of all passes of a bar that are kept."""
_NO_MEAN, _LEAST_PASSES = 0.02, 3
"""By this share of the epoch's mean the last state of a bar lies off, in most of so many passes: it is no mean."""
_DONE = 0.98  # a bar that closes between two refreshes shows its last refresh

_State = tuple[int, float, str, Where]
_Read = Callable[[str], tuple[Where, list[tuple[str, float, Split | None]]]]


def as_tqdm(line: str) -> str:
    """A bar that is drawn first and has its count written into it, in the shape of those that have it in front."""
    return _BACKED_INTO.sub(r"\r 99%|#| \2 [00:00<00:00]\1", line) if "[=" in line or "[>" in line else line


class _Loop:
    """The passes of one bar: same title, same length."""

    __slots__ = ("ends", "every", "states", "total")

    def __init__(self, total: float) -> None:
        self.total = total
        self.states: list[_State] = []
        self.ends: list[_State] = []
        self.every: list[_State] = []

    def end_pass(self) -> None:
        if self.states and self.states[-1][1] >= _DONE * self.total:
            self.ends.append(self.states[-1])
        self.states = []


def _begins(state: _State, last: _State) -> bool:
    """The state is one of a new pass: it counts less, or as much for another epoch (only the ends were kept)."""
    epoch, before = state[3].epoch, last[3].epoch
    moved = epoch == epoch and before == before and epoch != before  # noqa: PLR0124
    return state[1] < last[1] or (state[1] == last[1] and moved)


def _single_batches(every: list[_State], total: float, tracks: Tracks, read: _Read) -> bool:
    """Add the states of a bar as points of single steps, where the mean of each epoch is told beside it and is another
    number than its last state: also than that of the epochs around it, for the bar may not say which epoch it is of.
    """
    last = {state[3].epoch: state for state in every if state[3].epoch == state[3].epoch}
    if len(every) >= _MOST_KEPT or len(last) < _LEAST_PASSES or len(every) < 2 * len(last):
        return False
    meaning = default_columns().meaning
    losses = [name for name, _, split in read(every[0][2])[1] if meaning(name).kind == "loss" and split is None]
    if len(losses) != 1 or meaning(losses[0]).running:
        return False
    means = tracks.means_of_training(lambda name: meaning(name).kind == "loss" and meaning(name).split == "train")
    off = []
    for epoch, state in last.items():
        near = [means[each] for each in (epoch - 1, epoch, epoch + 1) if each in means]
        if epoch in means:
            end = _value(read(state[2])[1], losses[0])
            off.append(all(abs(end - mean) > _NO_MEAN * abs(mean) for mean in near))
    if len(off) < _LEAST_PASSES or 2 * sum(off) <= len(off):
        return False
    for row, n, line, where in every:
        for name, value, split in read(line)[1]:
            called = f"{name}_step" if name == losses[0] else name
            tracks.add(called, value, split, row, Where(where.epoch, n, total), own=True)
    return True


def _value(pairs: list[tuple[str, float, Split | None]], name: str) -> float:
    return next((value for told, value, _ in pairs if told == name), nan)


class Bars:
    """All bars of a log, told apart by title and length."""

    def __init__(self) -> None:
        self._loops: dict[tuple[str, float], _Loop] = {}
        self.assumed: list[str] = []

    def goes_on(self, title: str, n: float, total: float) -> bool:
        """The state is the next one of a pass that has begun: nothing about it is new."""
        loop = self._loops.get((title, total))
        return loop is not None and bool(loop.states) and n > loop.states[-1][1]

    def update(self, title: str, total: float, state: _State) -> None:
        """One state of a bar."""
        loop = self._loops.get((title, total))
        if loop is None:
            if len(self._loops) > 1000:
                return
            loop = self._loops[title, total] = _Loop(total)
        if loop.states and _begins(state, loop.states[-1]):
            loop.end_pass()
        if len(loop.every) < _MOST_KEPT:
            loop.every.append(state)
        if loop.ends and loop.states:
            loop.states[-1] = state  # one pass was complete: only ends count
        elif len(loop.states) < _MAX_STATES:
            loop.states.append(state)

    def finish(self, tracks: Tracks, read: _Read) -> None:
        """Turn the bars into points. `read` gives place and pairs of a line with a bar."""
        together: dict[tuple[str, float], list[_Loop]] = {}
        for (title, total), loop in self._loops.items():  # "Epoch 1/15: " is called anew in each
            together.setdefault((_NUMBERS.sub("", title), total), []).append(loop)
        for (_, total), loops in together.items():
            if _single_batches([state for loop in loops for state in loop.every], total, tracks, read):
                for loop in loops:
                    loop.states, loop.ends = [], []
        for loop in self._loops.values():
            if not loop.ends and len(loop.states) > 2:
                for row, n, line, where in loop.states:
                    for name, value, split in read(line)[1]:
                        tracks.add(name, value, split, row, Where(where.epoch, n, loop.total), own=True)
                loop.states = []
            loop.end_pass()
        ends = {
            key: [(row, where, read(line)[1]) for row, _, line, where in loop.ends]
            for key, loop in self._loops.items()
            if loop.ends
        }
        second = self._second({key: rows for key, rows in ends.items() if rows[0][2]})
        for key, rows in ends.items():
            for count, (row, where, pairs) in enumerate(rows, 1):
                epoch = where.epoch if where.epoch == where.epoch else float(count)
                for name, value, split in pairs:
                    if key == second:
                        tracks.add(f"validation {name}", value, "val", row, Where(epoch), own=True, replace=True)
                    else:
                        tracks.add(name, value, split, row, Where(epoch), own=True, replace=True)

    def _second(
        self, ends: dict[tuple[str, float], Sequence[tuple[int, Where, Sequence[tuple[str, float, Split | None]]]]]
    ) -> tuple[str, float] | None:
        """Of two bars with the same names that take turns, the shorter one: it is taken for validation."""
        plain: dict[str, list[tuple[str, float]]] = {}
        for key, rows in ends.items():
            name, _, split = rows[0][2][0]
            if split is None:
                plain.setdefault(name, []).append(key)
        for keys in plain.values():
            if len(keys) == 2 and abs(len(ends[keys[0]]) - len(ends[keys[1]])) <= 1:
                shorter = min(keys, key=lambda key: key[1])
                self.assumed.append(
                    f"of two progress bars that take turns, the shorter ({shorter[1]:g} steps) is validation"
                )
                return shorter
        return None
