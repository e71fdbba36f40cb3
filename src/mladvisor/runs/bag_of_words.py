"""What lies beside the log and its settings speaks of: words, and the sizes of the numbers beside them.

People write down what they look at, and tools report what they check: a folder with a table of `offline` scores and
`revenue` is rarely about gradients. A bag of words forgets order and meaning, so it is no evidence of a fault; it
tells, before anything is measured, which faults such folders tend to have (`mladvisor.rulebook.word_model`).

Logs and settings, by what was read of them or by their names, are left out with the stores of trackers: what they tell
is measured by rules and must not count twice, and which keys they have says which framework wrote them. So are long
tables: they hold rows, and what their columns are called says what a model is for.
"""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, settings_names
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.readers.decoding import decode, parse_json

BESIDE = "~"
"""Between a word and the size of a number beside it."""
MAX_FILES = 500
MAX_READ = 4_000_000  # bytes in all
MAX_BYTES = 200_000  # of a file: what it speaks of stands at its start
SHORT = 60
"""Rows up to which a table is a report: a longer one says nothing."""
_LINES = 120  # of a text: half at its start, half at its end
_LONGEST_LINE = 400
_VALUES = 40  # of a list in a document
_NEAR = 2  # words that a number stands beside
_LONGEST_WORD = 19

_WORD = re.compile(r"[A-Za-zÀ-ÿ]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PIECE = re.compile(r"[A-Za-zÀ-ÿ_][\w\-À-ÿ]*|[-+]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][-+]?\d+)?(?: ?%)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_ROWS = ("train", "val", "test")
_OWN = {"diagnosis"} | {
    file.partition(".")[0]
    for file in (layout.MANIFEST, layout.LAYERS_FILE, layout.BATCHES_FILE, layout.MODEL_FILE, layout.CHECKS_FILE)
}
"""What this program writes, its probes in every run that they watch: it says nothing of what somebody suspects."""
_NOT_FINITE = frozenset(("nan", "inf"))

_EDGES = (1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1.0001, 2, 5, 10, 30, 100, 1e3, 1e5, 1e7)
"""Sizes are told apart where they mean something else: rates by decades, shares by tenths, counts by decades."""


def bag_of_words(run: Run) -> frozenset[str]:
    """The words of a run's reports, notes, scripts and tables (`drift`), and with a number's size (`missing~<0.98`).

    Files that cannot be read say nothing.
    """
    apart = run.logs | {setting.place.file for setting in run.config.values()}
    apart.update(file for kind in _ROWS for file in run.files.get(kind, ()))
    found: set[str] = set()
    left = MAX_READ
    for name in [name for name in run.looked_at if name not in apart and not _is_measured(name)][:MAX_FILES]:
        if left <= 0:
            break
        try:
            file = Candidate(str(run.folder / name), name)
            found.update(_of_file(file))
        except (OSError, ReadError, RecursionError, ValueError, csv.Error):
            continue
        left -= min(file.size, MAX_BYTES)
    return frozenset(found)


def _is_measured(name: str) -> bool:
    """By its name or its place it is a log, a setting, what a tracker keeps of a run, or written by this program."""
    *folders, own = name.split("/")
    return (
        not layout.STORES.isdisjoint(folders)
        or log_names.meant_as_log(own)
        or log_names.may_hold_messages(own)
        or settings_names.may_be_config(own)
        or own.partition(".")[0] in _OWN
    )


def words(text: str) -> list[str]:
    """The words of a text or a name, in small letters: `valLoss_mean` is val, loss, mean."""
    return [word.lower() for word in _WORD.findall(_HUMP.sub(" ", text)) if 1 < len(word) <= _LONGEST_WORD]


def size_of(number: str) -> str | None:
    """A written number's size ("<0.1", "-<5", "0", "nan"); None for what is no number."""
    text = number.strip().strip('"').lower()
    share = text.endswith("%")
    text = text.rstrip("% ")
    try:
        value = float(text.replace(",", "" if _THOUSANDS.fullmatch(text) else "."))
    except ValueError:
        return None
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    value = value / 100 if share else value
    if value == 0.0:
        return "0"
    at = bisect_right(_EDGES, abs(value))
    return ("-" if value < 0 else "") + (f"<{_EDGES[at]:g}" if at < len(_EDGES) else "large")


def in_words(token: str) -> str:
    """A word of a bag as people read it: `missing~<0.98` is "missing 0.9 to 0.98"."""
    word, mark, size = token.partition(BESIDE)
    if not mark:
        return f'"{word}"'
    minus = "-" if size.startswith("-") else ""
    size = size.removeprefix("-")
    if not size.startswith("<"):
        return f'"{word}" {minus}{size}'
    at = next((index for index, edge in enumerate(_EDGES) if f"{edge:g}" == size[1:]), 0)
    low, high = (f"{edge:.3g}" for edge in (_EDGES[at - 1] if at else 0, _EDGES[at]))
    return f'"{word}" {minus}{low} to {minus}{high}'


def _beside(names: Iterable[str], size: str) -> Iterator[str]:
    return (f"{name}{BESIDE}{size}" for name in names)


def _of_value(names: list[str], value: Any) -> Iterator[str]:
    """A value under a name, as a setting or a cell has it."""
    yield from names
    if isinstance(value, dict):
        for key, inner in list(value.items())[:_VALUES]:
            yield from _of_value([*names[-1:], *words(str(key))], inner)
    elif isinstance(value, (list, tuple)):
        for inner in value[:_VALUES]:
            yield from _of_value(names, inner)
    elif isinstance(value, bool) or value is None:
        yield from _beside(names, str(value).lower())
    elif (size := size_of(str(value))) is not None:
        yield from _beside(names, size)
    else:
        yield from words(str(value)[:_LONGEST_LINE])


def _of_file(file: Candidate) -> Iterator[str]:
    if file.binary:
        return
    text = decode(file.read_start(MAX_BYTES))
    kind = file.name.lower().rpartition(".")[2]
    if kind in ("csv", "tsv"):
        first = text.partition("\n")[0]
        yield from _of_table(text, max("\t;,", key=first.count))
        return
    if kind == "json" and file.size <= MAX_BYTES:
        try:
            document = parse_json(text, file.rel)
        except ReadError:
            pass
        else:
            yield from _of_value([], document)
            return
    yield from _of_lines(text)


def _of_table(text: str, mark: str) -> Iterator[str]:
    rows = list(csv.reader(text.splitlines()[: SHORT + 2], delimiter=mark))
    if not rows or len(rows) > SHORT + 1:
        return
    names = [words(cell) for cell in rows[0]]
    for name in names:
        yield from name
    for row in rows[1:]:
        for name, cell in zip(names, row, strict=False):
            yield from _of_value(name, cell)


def _of_lines(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if len(lines) > _LINES:
        lines = lines[: _LINES // 2] + lines[-_LINES // 2 :]
    for line in lines:
        before: list[str] = []
        for piece in _PIECE.findall(line[:_LONGEST_LINE]):
            size = size_of(piece)
            if size is not None:
                yield from _beside(before[-_NEAR:], size)
            if size is None or piece.lower() in _NOT_FINITE:
                told = words(piece)
                yield from told
                before += told
