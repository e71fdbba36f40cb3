"""Files of a run folder as logs: claimed by content, read, put together where they are pieces, cut where trainings
start again.
"""

from __future__ import annotations

import re

import msgspec
import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs import align, layout, log_names, script_names, settings_names, table_names
from mladvisor.runs.assign import Named
from mladvisor.runs.data_folders import holds_data
from mladvisor.runs.json_rows import split_in_json
from mladvisor.runs.model import Ignored, Run, Split, XUnit
from mladvisor.runs.printed_report import is_all_report
from mladvisor.runs.readers import Candidate, RawCurve, Reader, Reading, as_text, best_reader
from mladvisor.runs.readers.base import HEAD_BYTES, MAX_BYTES
from mladvisor.runs.readers.decoding import in_units
from mladvisor.runs.roles import Columns

MAX_TOLD = 40  # files without a reader whose reason is looked for
MAX_LOGS = 2_000  # files of one run that are opened
_A_CURVE = 3  # points of which one x would make a vertical line
_MIN_COPY = 100  # bytes: shorter files may be alike by chance
_PIECE = 10**9  # rows of the n-th piece of a joined log count from n times this, until it is cut


def _is_data(file: Candidate) -> bool:
    """A table in a folder of data whose name says nothing of a log, or rows of data in JSON."""
    if split_in_json(file) is not None:
        return True
    if log_names.meant_as_log(file.name) and not table_names.bare_training(file.name):
        return False
    return holds_data(file.rel) and table_names.table_kind(file.name) is None


class Log(msgspec.Struct):
    """One claimed file, or several that are pieces of one log, and what its reader made of it.

    `kept` are the first and last row of the training that is used, where the file holds others as well.
    """

    files: list[Candidate]
    reader: Reader
    sure: float
    readings: list[Reading]
    curves: list[RawCurve] = []
    named: list[Named] = []
    assumed: list[str] = []
    used: bool = False
    kept: tuple[float, float] | None = None

    @property
    def file(self) -> Candidate:
        """The first piece."""
        return self.files[0]

    @property
    def format(self) -> str:
        """The finest name of the format."""
        return self.readings[0].format or self.reader.id


def open_logs(run: Run, files: list[Candidate], columns: Columns, *, single: bool = False) -> list[Log]:
    """The logs among `files`, each cut at its restarts; files looked at and left go to `run.ignored`.

    Args:
        single: the one file was named by the user: its name rules nothing out.
    """
    may_be = [file for file in files if single or (log_names.may_be_log(file.name, file.folder) and not _is_data(file))]
    if len(may_be) > MAX_LOGS:
        run.warnings.append(f"only the first {MAX_LOGS:,} of {len(may_be):,} files that may be logs were opened")
    claimed = [_open(file, columns, run, single) for file in may_be[:MAX_LOGS]]
    logs = _joined([log for log in claimed if log is not None])
    for log in logs:
        _cut(log, columns)
    return logs


def _open(file: Candidate, columns: Columns, run: Run, single: bool) -> Log | None:
    """The file as read by the reader that claims it; None (and a line in `run.ignored`) when it cannot be."""
    file.columns = columns
    try:
        file = as_text(file, columns)
        reader, sure = best_reader(file)
        if reader is not None and not single and is_all_report(file.lines):
            return None
        if reader is None:
            if single or log_names.meant_as_log(file.name):
                run.ignored.append(Ignored(file.rel, _why_unclaimed(file)))
            return None
        reading = reader.read(file)
    except ReadError as error:
        if single or log_names.meant_as_log(file.name) or not settings_names.may_be_config(file.name):
            run.ignored.append(Ignored(file.rel, _without_file(error)))
        return None
    except (OSError, MemoryError, RecursionError) as error:
        run.ignored.append(Ignored(file.rel, f"cannot be read ({type(error).__name__})"))
        return None
    except Exception as error:  # a fault in one reader must not end the run: it becomes a line
        run.ignored.append(Ignored(file.rel, f"the reader failed on it ({type(error).__name__}: {error}): a bug"))
        return None
    curves = [one for one in map(_sound, reading.curves) if len(one.y) and columns.alias(one.name) != "ignore"]
    if not curves and not reading.config:
        run.ignored.append(Ignored(file.rel, "has no points"))
        return None
    if _stands_still(curves):
        reading.notes = [*reading.notes, _still(file, curves)]
        for raw in curves:
            raw.x, raw.x_unit = None, "row"
    elif not reader.joins and _newest_first(curves):
        if _counts(curves):
            curves = [align.take(raw, np.arange(len(raw.y))[::-1]) for raw in curves]
            reading.notes = [*reading.notes, f"{file.rel} is written newest first: it is read from its end"]
        else:
            reading.warnings = [*reading.warnings, _no_count(file, curves)]
            for raw in curves:
                raw.x, raw.x_unit = None, "row"
    return Log([file], reader, sure, [reading], curves)


def _without_file(error: ReadError) -> str:
    return f"{error.message} ({error.place})" if error.place else error.message


def _why_unclaimed(file: Candidate) -> str:
    """Why no reader took the file, in words."""
    from mladvisor.runs.readers.headers import lists_runs, why_nameless

    if file.size == 0:
        return "is empty"
    size = in_units(file.size)
    if file.binary:
        return f"holds binary data ({size}), where a log was expected"
    if file.size > MAX_BYTES:
        return f"is {size} large; no log over {in_units(MAX_BYTES)} is read"
    if len(file.text) > HEAD_BYTES // 2 and "\n" not in file.text and "\r" not in file.text:
        return f"begins with a line of more than {HEAD_BYTES:,} characters, which no log has"
    if file.rel.endswith("json") and file.text.lstrip().startswith("{"):
        return "holds single values and no curve"
    if log_names.is_card(file.name):
        from mladvisor.runs.readers.card import WHY_NONE

        return WHY_NONE
    if lists_runs(file):
        return "lists runs, one a row, and is no log of one"
    nameless = why_nameless(file)
    if nameless:
        return nameless
    if log_names.packed_as(file.name) not in (None, *log_names.COMPRESSED):
        return "holds no list of numbers that is called after a loss or metric"
    if "\n" not in file.text.strip():
        return "has one line only, and no known log format"
    return "has no known log format: no column or line in it could be told as a loss or metric"


def unclaimed(files: list[Candidate]) -> list[Ignored]:
    """Why no reader took the texts among `files`, where nothing else is there to be read."""
    suffixes = log_names.TEXT_LOG_SUFFIXES
    cards = [f for f in files if log_names.is_card(f.rel) and (len(files) == 1 or "\n|" in f.text)]
    texts = [f for f in files if layout.stem_and_suffix(f.name)[1] in suffixes] + cards
    return [Ignored(file.rel, _why_unclaimed(file)) for file in texts[:MAX_TOLD]]


def _sound(raw: RawCurve) -> RawCurve:
    """The curve without points whose x is no number."""
    if raw.x is None or np.isfinite(raw.x).all():
        return raw
    return align.take(raw, np.flatnonzero(np.isfinite(raw.x)))


def _newest_first(curves: list[RawCurve]) -> bool:
    """The x of no curve ever rises, and that of some falls over three points or more: rows were put on top."""
    placed = [raw.x for raw in curves if raw.x is not None and len(raw.x) > 1]
    if not any(len(x) >= _A_CURVE and x[0] > x[-1] for x in placed):
        return False
    return not any(bool((np.diff(x) > 0).any()) for x in placed)


def _counts(curves: list[RawCurve]) -> bool:
    """No x is below zero, and all are whole numbers or evenly spaced."""
    for raw in curves:
        if raw.x is not None and len(raw.x) and raw.x.min() < 0:
            return False
        if raw.x is not None and len(raw.x) >= _A_CURVE and (raw.x != np.rint(raw.x)).any():
            ahead = np.abs(np.diff(raw.x))
            if float(np.ptp(ahead)) > float(np.median(ahead)):
                return False
    return True


def _no_count(file: Candidate, curves: list[RawCurve]) -> str:
    raw = next(one for one in curves if one.x is not None and len(one.x) >= _A_CURVE)
    first, last = (raw.x[0], raw.x[-1]) if raw.x is not None else (0.0, 0.0)
    return (
        f"{file.rel}: the {raw.x_unit} falls from {first:g} to {last:g}, below zero or in uneven steps, as no count "
        "does: the order of the rows is x. Do the names stand over the right columns?"
    )


def _stands_still(curves: list[RawCurve]) -> bool:
    """Every curve has all its points at one x, and some curve several (MLflow's step is 0 where none is given)."""
    if not any(len(raw.y) >= _A_CURVE for raw in curves):
        return False
    return all(raw.x is not None and raw.x[0] == raw.x[-1] and not np.ptp(raw.x) for raw in curves)


def _still(file: Candidate, curves: list[RawCurve]) -> str:
    """That x is no x."""
    raw = next(one for one in curves if len(one.y) >= _A_CURVE)
    at = f"{raw.x_unit} {raw.x[0]:g}" if raw.x is not None else ""
    return f"{file.rel}: every value is logged at {at}: the order in the file is x"


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key that orders numbers inside names by size: metrics_epoch_2 before metrics_epoch_10."""
    parts = re.split(r"(\d+)", name)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts]


def _joined(logs: list[Log]) -> list[Log]:
    """Pieces of one log put together; byte-for-byte copies left out."""
    result: list[Log] = []
    groups: dict[tuple[str, str], list[Log]] = {}
    copies: dict[tuple[int, bytes], Log] = {}
    for log in sorted(logs, key=_numbered) if any(log.reader.joins for log in logs) else logs:
        key = (log.file.size, log.file.head)
        if len(log.file.head) > _MIN_COPY and copies.setdefault(key, log) is not log:
            continue
        if log.reader.joins:
            groups.setdefault((log.reader.id, log.file.folder), []).append(log)
        else:
            result.append(log)
    for pieces in groups.values():
        pieces.sort(key=lambda log: natural(log.file.name))
        result.append(pieces[0] if len(pieces) == 1 else _join(pieces))
    return result


def _numbered(log: Log) -> bool:
    """False (first) for names with a number: of metrics_epoch_9.json and its copy metrics.json the first is kept."""
    return not any(ch.isdigit() for ch in log.file.name)


def _join(pieces: list[Log]) -> Log:
    """One log from its pieces: curves of the same name and split are put end to end."""
    parts: dict[tuple[str, Split | None, XUnit], list[RawCurve]] = {}
    for at, log in enumerate(pieces):
        for raw in log.curves:
            if raw.rows is not None:
                raw.rows = raw.rows + at * _PIECE
            parts.setdefault((raw.name, raw.split, raw.x_unit), []).append(raw)
    curves = [_end_to_end(same) for same in parts.values()]
    first = pieces[0]
    return Log(
        [log.file for log in pieces],
        first.reader,
        first.sure,
        [reading for log in pieces for reading in log.readings],
        curves,
    )


def _end_to_end(same: list[RawCurve]) -> RawCurve:
    first = same[0]
    if len(same) == 1:
        return first
    with_rows = all(one.rows is not None for one in same)
    with_x = all(one.x is not None for one in same)
    epochs = [one.epochs if one.epochs is not None else np.full(len(one.y), np.nan) for one in same]
    return RawCurve(
        first.name,
        np.concatenate([one.y for one in same]),
        np.concatenate([one.x for one in same if one.x is not None]) if with_x else None,
        first.x_unit if with_x else "row",
        np.concatenate([one.rows for one in same if one.rows is not None]) if with_rows else None,
        np.concatenate(epochs) if any(one.epochs is not None for one in same) else None,
        sum(one.blanks for one in same),
        first.split,
        first.role,
        first.column,
    )


def _of_training(raw: RawCurve, columns: Columns) -> bool:
    """A loss of training data, as far as names tell (validation may be cut anew for a second `fit`)."""
    meaning = columns.meaning(raw.name)
    return meaning.kind == "loss" and not meaning.running and (meaning.split or raw.split) in (None, "train")


def _cut(log: Log, columns: Columns) -> None:
    """Cut the log where x goes back, and say so."""
    if align.falls_back(log.curves):
        said = log.file.rel if len(log.files) == 1 else (log.file.folder or "the log")
        if all(raw.rows is not None for raw in log.curves):
            losses = [raw for raw in log.curves if _of_training(raw, columns)]
            same = len({raw.x_unit for raw in log.curves}) == 1
            cut = align.plan(log.curves, said, pieces=len(log.files), losses=losses, unit_shared=same)
            log.curves = [align.apply(cut, raw) for raw in log.curves]
        else:  # nothing says which points of two curves were logged together: each is cut by itself
            cuts = [align.plan([raw], said, pieces=len(log.files) + 1) for raw in log.curves if raw.x is not None]
            cut = max(cuts, key=lambda one: len(one.notes))
            log.curves = [align.apply(align.plan([raw], said), raw) if raw.x is not None else raw for raw in log.curves]
        log.curves = [raw for raw in log.curves if len(raw.y)]
        reading = log.readings[0]
        reading.notes = [*reading.notes, *cut.notes]
        if len(log.files) == 1 and np.isfinite((cut.first, cut.last)).any():
            log.kept = (cut.first, cut.last)
            reading.config = next((told for row, told in reversed(reading.anew) if row <= cut.first), reading.config)
    if len(log.files) > 1 or script_names.is_notebook(log.file.name):
        for raw in log.curves:
            raw.rows = None  # rows of several files, or of a notebook's outputs, cannot be pointed at
