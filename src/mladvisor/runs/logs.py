"""The logs of a run together: roles for all columns, and one set of curves out of logs that overlap.

Of several logs of the same run the fullest gives the curves; the others add only what it lacks. "Fullest" is: has a
loss; is a structured log rather than printed text; has the most loss points; can be pointed into line by line.
"""

from __future__ import annotations

import msgspec
import numpy as np

from mladvisor.runs import layout
from mladvisor.runs.assign import Named, assign
from mladvisor.runs.config import add_settings
from mladvisor.runs.model import Curve, Ignored, Place, Run, Split
from mladvisor.runs.open_logs import Log, open_logs
from mladvisor.runs.readers import Candidate
from mladvisor.runs.roles import Columns
from mladvisor.runs.step_logs import OF_STEPS, set_apart
from mladvisor.runs.totals import of_perplexity, summed

_SUMMARY = 2  # points of a log that holds last values only
_STRUCTURED = 0.3  # readers as sure as this read a format, less sure ones read printed text
_KEPT_BESIDE = frozenset(("loss", "metric", "learning-rate", "gradient-norm", "reward"))
_TELLING = 3  # points from which two curves can be told apart
_ROUNDED = 1e-3  # relative: one log rounds more than the other


def read_logs(run: Run, files: list[Candidate], columns: Columns, *, single: bool = False) -> None:
    """Fill `run` with what the logs among `files` hold; files looked at and left go to `run.ignored`.

    Args:
        single: the one file was named by the user: its name rules nothing out.
    """
    add_logs(run, open_logs(run, files, columns, single=single), columns)


def add_logs(run: Run, logs: list[Log], columns: Columns) -> None:
    """Fill `run` with what these logs hold."""
    if not logs:
        return
    _assign(logs, columns)
    logs = _but_data(run, logs)
    if not logs:
        return
    of_steps = set_apart(logs, columns, run.assumed)
    logs.sort(key=lambda log: (log.file.rel not in of_steps, _fullness(log)), reverse=True)
    run.format = logs[0].format
    curves = _merged(logs, run)
    curves = _with_epochs(curves, columns)
    curves.extend(summed(curves, columns, run.format, run.assumed))
    curves.extend(of_perplexity(curves, run.assumed))
    run.curves = tuple(curves)
    run.assumed.extend(line for log in logs if log.used for line in log.assumed if line not in run.assumed)
    run.kept = {log.file.rel: log.kept for log in logs if log.kept is not None}
    for log in logs:
        files = log.files if len(log.files) == len(log.readings) else [log.file] * len(log.readings)
        for file, reading in zip(files, log.readings, strict=True):
            if log.used:
                run.notes.extend(reading.notes)
                run.warnings.extend(reading.warnings)
                run.assumed.extend(reading.assumed)
            add_settings(run.config, reading.config, file.rel)  # MLflow has a file for each
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


_MANY, _FEW = 8, 0.25
"""Columns of a table beside a log that counts, and the share of them that must be called after losses or metrics."""


def _but_data(run: Run, logs: list[Log]) -> list[Log]:
    """The logs without tables of rows whose columns are only called like metrics, by values that no metric has."""
    kept = []
    counted = [log for log in logs if any(one.raw.x is not None and one.role.kind == "loss" for one in log.named)]
    for log in logs:
        told = sum(one.meaning.kind in _KEPT_BESIDE for one in log.named)
        called = told > 0
        uncounted = not any(one.raw.x is not None for one in log.named)
        if uncounted and counted and len(log.named) >= _MANY and told < _FEW * len(log.named):
            run.ignored.append(Ignored(log.file.rel, "counts no steps, and few of its columns are called like metrics"))
        elif called and not any(one.role.kind in _KEPT_BESIDE or one.raw.x is not None for one in log.named):
            run.ignored.append(Ignored(log.file.rel, "has columns called like metrics, with values that no metric has"))
        else:
            kept.append(log)
    return kept


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
            or _own_scalar(log, main, curves, logs)
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
        of_steps = role.kind == "gradient-norm" and one.raw.name.endswith(OF_STEPS)
        return (role.kind, None, OF_STEPS if of_steps else "")
    if role.kind == "loss" and one.raw.name.endswith(OF_STEPS):
        return (role.kind, role.split, role.name + OF_STEPS)
    return (role.kind, role.split, role.name if role.kind in ("loss", "metric") else one.raw.name)


def _is_new(one: Named, have: set[tuple[str, str | None, str]]) -> bool:
    is_epoch = one.raw.name.rpartition("/")[2].lower() == "epoch"
    return (one.role.kind in _KEPT_BESIDE or is_epoch) and not one.role.running and _key(one) not in have


def _own_scalar(log: Log, main: Log, curves: list[Curve], logs: list[Log]) -> list[Named]:
    """The one quantity of a file beside others that are such files: an export has one for each ("grad_fc1.csv").

    Gradient norms of single layers are as many quantities, and what has no role is one by its name.
    """
    beside = (one for one in (main, *(logs if log.file.folder != main.file.folder else ())) if one is not log)
    alike = any(
        one.format == log.format and one.file.folder == log.file.folder and len(one.named) == 1 for one in beside
    )
    if not alike or len(log.named) != 1:
        return []
    one = log.named[0]
    new = one.role.kind in ("other", "gradient-norm") and one.raw.x is not None
    return [one] if new and one.raw.name not in {curve.name for curve in curves} else []


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
