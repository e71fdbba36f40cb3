"""Plain text that a training printed: `train.log`, `slurm-123.out`, `nohup.out`, W&B's `output.log`.

Every line shape of the corpus goes through one scanner (`lines`); nothing here knows a tool. Text from which no curve
can be made is not claimed: prose, requirements, source code and tables have no number that repeats after the same
loss-like name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.decoding import decode, in_units
from mladvisor.runs.readers.ends import left_out, lines_between
from mladvisor.runs.readers.pairs import bare_pairs
from mladvisor.runs.roles import Columns, default_columns

if TYPE_CHECKING:
    from mladvisor.runs.readers.lines import Scanner

MAX_BYTES = 32 * 1024 * 1024  # of a larger log one half of this is read at its start, the other at its end
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_FIRST = 40  # lines by which JSON is told from text with a JSON line above it
_COMPARED = 40  # lines before a last one without an end
_MAX_LAST = 2_000
_END = 12_000  # characters at the end in which the last words of a training stand
_NOT_PROSE = frozenset(
    ("csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml", "toml", "ini", "md", "rst", "html", "xml", "py",
     "r", "js", "ts", "c", "h", "cpp", "sh", "tex", "bib", "svg", "css", "sql")
)  # fmt: skip
_JUDGED = ("loss", "metric", "reward")
_SURE, _LIKELY, _FAINT = 0.25, 0.15, 0.05


def _goes_on_as_json(candidate: Candidate) -> bool:
    """Whether more than a first line is JSON: many print their arguments so, and then train."""
    told = [line.strip() for line in candidate.lines[:_FIRST] if line.strip()]
    return sum(map(_may_be_json, told)) * 2 > len(told)


def _may_be_json(line: str) -> bool:
    """A line that JSON may have; XGBoost's "[0] train-logloss:0.67" and "[1, 15] loss: 2.3" only begin like a list."""
    return line[0] in '{}]"' or (line[0] == "[" and line[-1] in "[]{},")


class PlainText:
    """Reader of anything that was printed line by line."""

    id = "stdout-log"
    joins = False

    def sniff(self, candidate: Candidate) -> float:
        """By how many places (epochs, steps) one loss or metric is printed at, in two samples of the text."""
        name, _, suffix = candidate.name.lower().rpartition(".")
        if (name and suffix in _NOT_PROSE) or candidate.size == 0 or candidate.binary:
            return 0.0
        if candidate.head.lstrip()[:2] in (b'{"', b"[{", b"{\n", b"{\r", b"[\n") and _goes_on_as_json(candidate):
            return 0.0
        best = certainty(candidate.text, candidate.columns)
        if best < _SURE and candidate.size > len(candidate.head):
            best = max(best, certainty(_middle(candidate), candidate.columns))
        return best or (_LIKELY if bare_pairs(candidate.lines, []) else 0.0)

    def read(self, candidate: Candidate) -> Reading:
        """All curves. Raises ReadError when the file is binary or no number in it is one of a curve."""
        reading = Reading()
        from mladvisor.runs.readers.anew import Anew
        from mladvisor.runs.readers.around import MAX_SETTINGS, is_printed_dict, last_words, loss_named, settings_in

        scanner = new_scanner(candidate.columns, candidate.text)
        settings: dict[str, Any] = {}
        anew = Anew(settings, candidate.columns)
        gap: list[str] = []
        last = 0
        for row, line in _lines(candidate, reading, gap):
            if row > last + 1:
                scanner.lost()
            before = not scanner.first_training_line
            scanner.line(row, line)
            last = row
            # "{'lr': 0.2, 'epochs': 20}" looks like a place in the training, and is what was set
            if before and (not scanner.first_training_line or is_printed_dict(line)) and len(settings) < MAX_SETTINGS:
                settings_in(line, settings, candidate.columns)
            elif not before:
                anew.line(row, line)
        reading.curves = finished(scanner, reading.assumed)
        if not reading.curves and bare_pairs(candidate.lines, []):  # in the head already: then the whole file counts
            reading.curves = bare_pairs((line for _, line in _lines(candidate, Reading(), [])), reading.assumed)
        if not reading.curves and not settings:
            raise ReadError("holds no loss or metric that repeats over lines", file=candidate.rel)
        reading.warnings.extend(gap)
        reading.assumed += scanner.bars.assumed
        if (loss := loss_named(candidate.head)) is not None:
            settings.setdefault("loss_class", loss)
        reading.config = settings
        reading.anew = anew.told
        reading.notes.extend(last_words(_end_of(candidate), candidate.rel))
        return reading


PLAIN_TEXT = PlainText()


def scan(text: str, columns: Columns | None = None) -> list[RawCurve]:
    """The curves in a piece of text."""
    scanner = new_scanner(columns or default_columns(), text)
    for row, line in enumerate(text.split("\n"), 1):
        scanner.line(row, line)
    return finished(scanner)


def new_scanner(columns: Columns, sample: str) -> Scanner:
    # imported when first needed: its patterns cost 7 ms, and most runs have no printed log
    from mladvisor.runs.readers.lines import Scanner
    from mladvisor.runs.readers.phrases import has_decimal_commas

    return Scanner(columns, commas=has_decimal_commas(sample))


def finished(scanner: Scanner, assumed: list[str] | None = None) -> list[RawCurve]:
    """The curves of all lines; none when no loss or metric is among them. What was inferred is added to `assumed`."""
    from mladvisor.runs.readers.nameless import named_by_split, numbered_sets, scores_by_split

    assumed = [] if assumed is None else assumed
    scanner.finish()
    names = [name for name, _ in scanner.tracks.names()]
    judged = frozenset(name for name in names if scanner.columns.meaning(name).kind in _JUDGED)
    curves = scanner.tracks.curves(judged, _told_of_both(names, scanner.columns)) if judged else []
    if any(curve.column in judged and len(curve.y) > 1 for curve in curves):
        numbered_sets(curves, assumed)
        scores_by_split(curves, scanner.columns, assumed)
        return curves
    # a score that is printed once, when all is done, names nothing of what was printed on the way
    judged = frozenset(name for name in names if scanner.columns.is_split(name) and " " not in name)
    judged = judged or _lettered(names, scanner.columns)
    curves = [curve for curve in scanner.tracks.curves(judged) if curve.column in judged and curve.x is not None]
    return named_by_split(curves, scanner.columns, assumed)


def _told_of_both(names: list[str], columns: Columns) -> frozenset[str]:
    """Metrics of the training rows that are told of held-out rows, too, and by no other name of training rows.

    What a program prints when it is done ("train R2 0.99", "test R2 0.31") is the only word on how the two compare.
    """
    meanings = {name: columns.meaning(name) for name in dict.fromkeys(names)}
    metrics = {name: meaning for name, meaning in meanings.items() if meaning.kind == "metric" and meaning.name}
    held_out = {meaning.name for meaning in metrics.values() if meaning.split in ("val", "test")}
    learned = [meaning.name for meaning in metrics.values() if meaning.split in (None, "train")]
    return frozenset(
        name
        for name, meaning in metrics.items()
        if meaning.split == "train" and meaning.name in held_out and learned.count(meaning.name) == 1
    )


def _lettered(names: list[str], columns: Columns) -> frozenset[str]:
    """ "L_train" and "L_val": one letter and the data."""
    from mladvisor.runs.readers.nameless import told_by_split

    found = [name for name in dict.fromkeys(names) if columns.meaning(name).split and len(columns.words(name)) == 2]
    return frozenset(told_by_split(found, columns))


def certainty(text: str, columns: Columns) -> float:
    """How surely a sample is a training's output: by its longest curve of a loss or metric that has an x."""
    judged = [curve for curve in scan(text, columns) if columns.meaning(curve.name).kind in _JUDGED]
    placed = max((len(np.unique(curve.x)) for curve in judged if curve.x is not None), default=0)
    if placed >= 3:
        return _SURE
    if placed == 2:
        return _LIKELY
    has_loss = any(columns.meaning(curve.name).kind == "loss" for curve in judged)
    return _FAINT if has_loss and any(len(np.unique(curve.y)) >= 3 for curve in judged) else 0.0


def _middle(candidate: Candidate) -> str:
    """A sample from the middle of the file: a log may begin with hundreds of lines of the model's layers."""
    data = candidate.read_from(candidate.size // 2 - _SAMPLE // 2, _SAMPLE)
    if candidate.wide:
        return ""
    return "" if b"\0" in data else decode(data)


def _lines(candidate: Candidate, reading: Reading, gap: list[str]) -> Iterator[tuple[int, str]]:
    """(row from 1, line); the scanner cuts each to a bearable length.

    A file over MAX_BYTES is read at its two ends; what is left out is added to `gap`. A number that the end of the file
    cuts is left out, and makes the reading torn.
    """
    if candidate.binary:
        raise ReadError("holds binary data, where text was expected", file=candidate.rel)
    if candidate.wide:
        if candidate.size > MAX_BYTES:
            raise ReadError("is UTF-16 and too large to be read: save it as UTF-8", file=candidate.rel)
        yield from enumerate(decode(candidate.read_start(MAX_BYTES)).split("\n"), 1)
        return
    end = _end_of(candidate)
    if candidate.size <= MAX_BYTES:
        lines = enumerate(_part(candidate, 0, candidate.size + _BLOCK), 1)
    else:
        half = MAX_BYTES // 2
        complete = 0
        for line, ended in _part(candidate, 0, half):
            if ended:
                complete += 1
                yield complete, line
        if "\0" in end:
            gap.append(
                f"{candidate.rel} is {in_units(candidate.size)} large and does not end in text: its start is read"
            )
            return
        ends, counted = lines_between(candidate, half, candidate.size - 2 * half, complete / half)
        gap.append(left_out(candidate, ends + 1, half, counted=counted))
        tail = _part(candidate, candidate.size - half, half)
        next(tail, None)  # begins within a line
        lines = enumerate(tail, complete + ends + 2)
    for row, (line, ended) in lines:
        if ended:
            yield row, line
        else:
            kept = _untorn(line, end.split("\n")[-_COMPARED:-1])
            reading.torn = reading.torn or kept != line
            yield row, kept


def _part(candidate: Candidate, start: int, count: int) -> Iterator[tuple[str, bool]]:
    """(line, it has its end) of `count` bytes from the byte `start`; zeros, which were never written, are left out."""
    rest = b""
    end = start + count
    while start < end and (block := candidate.read_from(start, min(_BLOCK, end - start))):
        start += len(block)
        if b"\0" in block:
            block = block.replace(b"\0", b"")
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > _BLOCK:
            rest = rest[-_BLOCK:]
        for line in lines:
            yield decode(line), True
    if rest:
        yield decode(rest), False


def _untorn(line: str, before: list[str]) -> str:
    """The last line of a file that has no line end, without the number that it breaks off in.

    A number at the very end is whole when lines before have the same words, and it is not shorter than all of theirs.
    """
    from mladvisor.runs.readers.phrases import NUMBER

    if len(line) > _MAX_LAST:
        return line
    parts = NUMBER.split(line)
    if len(parts) < 3 or parts[-1].strip():
        return line
    alike = [own for one in before if len(one) <= _MAX_LAST and (own := NUMBER.split(one))[::2] == parts[::2]]
    if alike and len(parts[-2]) >= min(len(own[-2]) for own in alike):
        return line
    return line[: len(line) - len(parts[-1]) - len(parts[-2])]


def _end_of(candidate: Candidate) -> str:
    """The last characters of the file."""
    return decode(candidate.read_from(candidate.size - _END, _END))
