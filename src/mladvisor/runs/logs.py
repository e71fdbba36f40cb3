"""The logs of a run folder: claimed by content, read, cut where trainings start again, and joined or de-duplicated.

Of several logs of the same run the fullest gives the curves; the others add only what it lacks. "Fullest" is: has a
loss; is a structured log rather than printed text; has the most loss points; can be pointed into line by line.
"""

from __future__ import annotations

import re

import msgspec
import numpy as np

from mladvisor.errors import ReadError
from mladvisor.runs import align, layout
from mladvisor.runs.assign import Named, assign
from mladvisor.runs.config import add_settings
from mladvisor.runs.model import Curve, Ignored, Place, Run, Split, XUnit
from mladvisor.runs.readers import Candidate, RawCurve, Reader, Reading, best_reader
from mladvisor.runs.readers.base import HEAD_BYTES, MAX_BYTES, in_units
from mladvisor.runs.roles import Columns
from mladvisor.runs.totals import summed

MAX_LOGS = 2_000  # files of one run that are opened
_SUMMARY = 2  # points of a log that holds last values only
_STRUCTURED = 0.3  # readers as sure as this read a format, less sure ones read printed text
_KEPT_BESIDE = frozenset(("loss", "metric", "learning-rate", "gradient-norm", "reward"))
_TELLING = 3  # points from which two curves can be told apart
_ROUNDED = 1e-3  # relative: one log rounds more than the other
_MIN_COPY = 100  # bytes: shorter files may be alike by chance
_PIECE = 10**9  # rows of the n-th piece of a joined log count from n times this, until it is cut


class Log(msgspec.Struct):
    """One claimed file, or several that are pieces of one log, and what its reader made of it."""

    files: list[Candidate]
    reader: Reader
    sure: float
    readings: list[Reading]
    curves: list[RawCurve] = []
    named: list[Named] = []
    assumed: list[str] = []
    used: bool = False

    @property
    def file(self) -> Candidate:
        """The first piece."""
        return self.files[0]

    @property
    def format(self) -> str:
        """The finest name of the format."""
        return self.readings[0].format or self.reader.id


def read_logs(run: Run, files: list[Candidate], columns: Columns, *, single: bool = False) -> None:
    """Fill `run` with what the logs among `files` hold; files looked at and left go to `run.ignored`.

    Args:
        single: the one file was named by the user: its name rules nothing out.
    """
    opened = [_open(file, columns, run, single) for file in files[:MAX_LOGS]]
    logs = _joined([log for log in opened if log is not None])
    for log in logs:
        _cut(log, run)
    if not logs:
        return
    _assign(logs, columns)
    logs.sort(key=_fullness, reverse=True)
    run.format = logs[0].format
    curves = _merged(logs, run)
    curves = _with_epochs(curves, columns)
    curves.extend(summed(curves, columns, run.format, run.assumed))
    run.curves = tuple(curves)
    run.assumed.extend(line for log in logs if log.used for line in log.assumed if line not in run.assumed)
    for log in logs:
        for reading in log.readings:
            if log.used:
                run.notes.extend(reading.notes)
                run.warnings.extend(reading.warnings)
                run.assumed.extend(reading.assumed)
            add_settings(run.config, reading.config, log.file.rel)
            run.growing = run.growing or reading.torn
    _say_test_for_val(run)


def _assign(logs: list[Log], columns: Columns) -> None:
    """Roles of all curves; logs of one format are asked together (DVCLive has one file a quantity)."""
    groups: dict[str, list[Log]] = {}
    for log in logs:
        groups.setdefault(log.format, []).append(log)
    for same in groups.values():
        raws = [(raw, log.file.rel, _hint(log.file, columns)) for log in same for raw in log.curves]
        assumed: list[str] = []
        named = assign(raws, columns, assumed)
        at = 0
        for log in same:
            log.assumed = assumed
            log.named = named[at : at + len(log.curves)]
            at += len(log.curves)


def _open(file: Candidate, columns: Columns, run: Run, single: bool) -> Log | None:
    """The file as read by the reader that claims it; None (and a line in `run.ignored`) when it cannot be."""
    if not single and not layout.may_be_log(file.name, file.folder):
        return None
    file.columns = columns
    try:
        reader, sure = best_reader(file)
        if reader is None:
            if single or layout.meant_as_log(file.name):
                run.ignored.append(Ignored(file.rel, _why_unclaimed(file)))
            return None
        reading = reader.read(file)
    except ReadError as error:
        if single or layout.meant_as_log(file.name) or not layout.may_be_config(file.name):
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
    return Log([file], reader, sure, [reading], curves)


def _without_file(error: ReadError) -> str:
    return f"{error.message} ({error.place})" if error.place else error.message


def _why_unclaimed(file: Candidate) -> str:
    """Why no reader took the file, in words."""
    from mladvisor.runs.readers.table import lists_runs

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
    if lists_runs(file):
        return "lists runs, one a row, and is no log of one"
    if "\n" not in file.text.strip():
        return "has one line only, and no known log format"
    return "has no known log format: no column or line in it could be told as a loss or metric"


def _sound(raw: RawCurve) -> RawCurve:
    """The curve without points whose x is no number."""
    if raw.x is None or np.isfinite(raw.x).all():
        return raw
    return align.take(raw, np.flatnonzero(np.isfinite(raw.x)))


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


def _cut(log: Log, run: Run) -> None:
    """Cut the log where x goes back, and say so."""
    if align.falls_back(log.curves):
        said = log.file.rel if len(log.files) == 1 else (log.file.folder or "the log")
        if all(raw.rows is not None for raw in log.curves):
            cut = align.plan(log.curves, said, pieces=len(log.files))
            log.curves = [align.apply(cut, raw) for raw in log.curves]
        else:  # nothing says which points of two curves were logged together: each is cut by itself
            cuts = [align.plan([raw], said, pieces=len(log.files) + 1) for raw in log.curves if raw.x is not None]
            cut = max(cuts, key=lambda one: len(one.notes))
            log.curves = [align.apply(align.plan([raw], said), raw) if raw.x is not None else raw for raw in log.curves]
        log.curves = [raw for raw in log.curves if len(raw.y)]
        log.readings[0].notes = [*log.readings[0].notes, *cut.notes]
    if len(log.files) > 1:
        for raw in log.curves:
            raw.rows = None  # rows of several files cannot be pointed at


def _hint(file: Candidate, columns: Columns) -> Split | None:
    """The split that the file, or the nearest folder below the run folder, is named after."""
    split = columns.split_of(layout.stem_and_suffix(file.name)[0])
    if split is not None:
        return split
    for folder in reversed(file.folder.split("/")):
        split = columns.split_of(folder) if folder else None
        if split is not None:
            return split
    return None


def _fullness(log: Log) -> tuple[bool, bool, bool, int, bool, int, float]:
    losses = [one for one in log.named if one.role.kind == "loss" and not one.role.running]
    points = max((len(one.raw.y) for one in losses if one.role.split == "train"), default=0)
    points += max((len(one.raw.y) for one in losses if one.role.split != "train"), default=0)
    judged = sum(one.role.kind in _KEPT_BESIDE for one in log.named)
    # A summary of last values (W&B) is a format too, but printed text with whole curves says more.
    longest = max((len(one.raw.y) for one in log.named if one.role.kind in _KEPT_BESIDE), default=0)
    return (
        bool(losses),
        longest > _SUMMARY,
        log.sure >= _STRUCTURED and points > _SUMMARY,
        points,
        not log.file.binary,
        judged,
        log.sure,
    )


def _merged(logs: list[Log], run: Run) -> list[Curve]:
    """All curves of the fullest log, and of the others what no log before has."""
    curves: list[Curve] = []
    have: set[tuple[str, str | None, str]] = set()
    main = logs[0]
    names = {one.raw.name for one in main.named}
    others: list[str] = []
    for log in logs:
        other = log.format != main.format
        fresh = (
            log.named
            if log is main
            else [one for one in log.named if _is_new(one, have) and not (other and one.raw.name in names)]
        )
        if not fresh and not log.curves:
            continue  # hyper-parameters only (an MLflow parameter)
        if not fresh:
            if any(one.role.kind in ("loss", "metric") for one in log.named):
                alike = _alike(log, main)
                same = "logs the same as" if alike else "logs quantities that are also in"
                run.ignored.append(Ignored(log.file.rel, f"{same} {main.file.rel}, which is fuller"))
                if not alike and log.format == main.format and log.file.folder == main.file.folder:
                    others.append(log.file.rel)
            continue
        log.used = True
        made = [_curve(one, log) for one in fresh]
        curves.extend(made if log is main else [_in_units_of(one, curves) for one in made])
        have.update(_key(one) for one in fresh)
    if others:
        said = ", ".join(others[:3]) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
        run.warnings.append(f"other trainings lie in the same folder ({said}): only {main.file.rel} is read")
    return curves


def _alike(log: Log, main: Log) -> bool:
    """The losses (else metrics) of one log are those of the other, or their beginning, or too few to tell."""
    for kind in ("loss", "metric"):
        for one in log.named:
            if one.role.kind == kind and len(one.raw.y) >= _TELLING:
                other = next((o for o in main.named if _key(o) == _key(one) and len(o.raw.y) >= len(one.raw.y)), None)
                if other is not None:
                    begun = other.raw.y[: len(one.raw.y)]
                    return bool(np.allclose(one.raw.y, begun, rtol=_ROUNDED, atol=0.0, equal_nan=True))
    return True


def _key(one: Named) -> tuple[str, str | None, str]:
    role = one.role
    if role.kind in ("learning-rate", "gradient-norm"):
        return (role.kind, None, "")
    return (role.kind, role.split, role.name if role.kind in ("loss", "metric") else one.raw.name)


def _is_new(one: Named, have: set[tuple[str, str | None, str]]) -> bool:
    is_epoch = one.raw.name.rpartition("/")[2].lower() == "epoch"
    return (one.role.kind in _KEPT_BESIDE or is_epoch) and not one.role.running and _key(one) not in have


def _curve(one: Named, log: Log) -> Curve:
    raw = one.raw
    x, unit = raw.x, raw.x_unit
    if x is None:
        unit = "row"
        if raw.rows is None:
            x = np.arange(1.0, len(raw.y) + 1.0)
        else:
            start = min(int(other.rows[0]) for other in log.curves if other.rows is not None and len(other.rows))
            x = (raw.rows - (start - 1)).astype(float)
    epochs = raw.epochs
    if epochs is not None and (unit == "epoch" or np.isnan(epochs).all()):
        epochs = None
    place = Place(one.file, raw.column or raw.name)
    return Curve(raw.name, one.role, x, raw.y, unit, place, raw.rows, epochs, raw.blanks)


def _in_units_of(curve: Curve, main: list[Curve]) -> Curve:
    """A curve of another log, its x counted as the main log counts, where epochs make that possible."""
    unit = main[0].x_unit if main else curve.x_unit
    if curve.x_unit == unit:
        return curve
    if unit == "epoch" and curve.epochs is not None and _rises(curve.epochs):
        return msgspec.structs.replace(curve, x=curve.epochs, x_unit="epoch", epochs=None)
    if unit == "step" and curve.x_unit == "epoch":
        known = next((c for c in main if c.epochs is not None and _rises(c.epochs)), None)
        if known is not None and known.epochs is not None:
            x = np.interp(curve.x, known.epochs, known.x)
            return msgspec.structs.replace(curve, x=x, x_unit="step", epochs=curve.x)
    return curve


def _rises(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all()) and not bool((np.diff(values) < 0).any())


def _with_epochs(curves: list[Curve], columns: Columns) -> list[Curve]:
    """Where the epoch was logged as a quantity of its own (DVCLive, the Trainer's events): the epochs of the others."""
    found = next(
        (
            c
            for c in curves
            if c.x_unit == "step" and c.role.kind == "other" and (columns.x_kind(c.name) or ("",))[0] == "epoch"
        ),
        None,
    )
    if found is None:
        return curves
    if not (np.isfinite(found.y).all() and len(found)):
        return [c for c in curves if c is not found]
    return [
        msgspec.structs.replace(c, epochs=np.interp(c.x, found.x, found.y))
        if c.x_unit == "step" and c.epochs is None
        else c
        for c in curves
        if c is not found
    ]


def _say_test_for_val(run: Run) -> None:
    for kind, said in (("loss", "loss"), ("metric", "metric")):
        own = [c for c in run.curves if c.role.kind == kind and not c.role.running]
        tested = [c for c in own if c.role.split == "test" and len(c) > 1]
        if tested and not any(c.role.split == "val" for c in own):
            run.assumed.append(f"no validation {said} is logged: {tested[0].name} stands in for it")
