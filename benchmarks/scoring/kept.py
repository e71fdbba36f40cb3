"""Labelled runs judged quickly: measurements are kept beside the runs, so that a change of a rule costs seconds.

`OUT/.measured/LEVEL.pickle` holds what was measured of each run, as long as neither the run's files nor the code that
reads and measures has changed. A rule that asks for a feature that nobody asked for before has it measured then.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import mladvisor
from mladvisor.calibration.labelled import Labelled, Looked, joined, judged, look_at
from mladvisor.calibration.labels import Level, copies
from mladvisor.diagnosis.state import Lookup
from mladvisor.errors import MladvisorError, ReadError
from mladvisor.rulebook import Rulebook

MEASURING = (
    *("features", "runs", "tables"),
    *("errors.py", "kept.py", "yaml_io.py", "yaml_plain.py"),  # what those read settings and names with
    *("calibration/labelled.py", "diagnosis/handovers.py"),  # what is looked at on each level; kinds of files
)
"""The packages and modules that decide what is measured, and what else is kept of a run. Rules, and the model of the
words that a folder speaks, do not: they are applied anew each time."""


class Kept(NamedTuple):
    """What was measured of one run: `state` of its files, values by feature, or why it cannot be read.

    Attributes:
        in_part, read, spoken: what it was measured on, as `mladvisor.calibration.labelled.Looked`.
    """

    state: tuple[int, int]
    values: dict[str, Any]
    error: str = ""
    in_part: bool = False
    read: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()


class KeptLookup:
    """Measurements of one run: the kept ones, and others measured when first asked for."""

    def __init__(self, path: Path, level: Level, values: dict[str, Any], lookup: Lookup | None = None) -> None:
        self.path, self.level, self.values = path, level, values
        self._lookup = lookup

    def __call__(self, name: str) -> Any:
        """One measurement."""
        value = self.values.get(name)
        if value is None:
            if self._lookup is None:
                self._lookup = look_at(self.path, self.level).lookup
            value = self.values[name] = self._lookup(name)
        return value


class Workshop:
    """Judges labelled runs with several processes; measurements are kept in OUT/.measured.

    Args:
        stale: take what was measured before although the code has changed since.
    """

    def __init__(self, out: Path, *, jobs: int = 2, stale: bool = False) -> None:
        self.out, self.jobs, self.stale = out, jobs, stale
        self._kept: dict[Level, dict[str, Kept]] = {}

    def judge(self, rows: Sequence[dict[str, str]], rulebook: Rulebook, level: Level) -> Labelled:
        """The runs, judged at a level of evidence."""
        kept = self.kept(level)
        alike = copies(rows)
        parts = [list(rows[start :: self.jobs]) for start in range(min(self.jobs, len(rows)))]
        work = [(self.out, part, level, alike, {row["run"]: kept.get(row["run"]) for row in part}) for part in parts]
        global _rulebook  # noqa: PLW0603 - what a forked process inherits need not be pickled
        _rulebook = rulebook
        if self.jobs == 1:
            done = [_judge(each) for each in work]
        else:
            with get_context("fork").Pool(self.jobs) as pool:
                done = pool.map(_judge, work, chunksize=1)
        new = {run: each for _, fresh in done for run, each in fresh.items()}
        if new:
            kept.update(new)
            self._write(level)
        return joined([labelled for labelled, _ in done])

    def kept(self, level: Level) -> dict[str, Kept]:
        """What was measured of each run at a level."""
        if level not in self._kept:
            self._kept[level] = {}
            file = self._file(level)
            if file.is_file():
                # Written by this class alone, beside runs that this machine made.
                code, runs = pickle.loads(file.read_bytes())
                if code == code_state() or self.stale:
                    self._kept[level] = {run: Kept(*each) for run, each in runs.items()}
        return self._kept[level]

    def _file(self, level: Level) -> Path:
        return self.out / ".measured" / f"{level}.pickle"

    def _write(self, level: Level) -> None:
        file = self._file(level)
        file.parent.mkdir(exist_ok=True)
        written = file.with_suffix(f".{os.getpid()}")
        runs = {run: tuple(each) for run, each in self._kept[level].items()}
        written.write_bytes(pickle.dumps((code_state(), runs), protocol=5))
        written.replace(file)


_rulebook: Rulebook


def _judge(
    work: tuple[Path, list[dict[str, str]], Level, Any, dict[str, Kept | None]],
) -> tuple[Labelled, dict[str, Kept]]:
    """Judge some runs, in a process of its own; also whatever was measured anew."""
    out, rows, level, alike, kept = work
    # Both places that a run may lie at: a folder may come or go while others are judged.
    names = {place / row["run"]: row["run"] for row in rows for place in (out, out / "runs")}
    fresh: dict[str, Kept] = {}
    used: list[tuple[str, Kept, int]] = []

    def look(path: Path, level: Level) -> Looked:
        run = names[path]
        try:
            state = files_state(path)
        except OSError as error:
            raise ReadError(f"cannot be looked at ({error.strerror})", file=run) from None
        found = kept.get(run)
        lookup = None
        if found is None or found.state != state:
            try:
                lookup, *there = look_at(path, level)
                found = fresh[run] = Kept(state, {"task": lookup("task")}, "", *there)
            except MladvisorError as error:
                found = fresh[run] = Kept(state, {}, str(error))
        if found.error:
            raise ReadError(found.error)
        used.append((run, found, len(found.values)))
        return Looked(KeptLookup(path, level, found.values, lookup), found.in_part, found.read, found.spoken)

    labelled = judged(out, rows, _rulebook, level, alike, look=look)
    for run, found, before in used:
        if len(found.values) != before and run not in fresh:
            fresh[run] = found
    return labelled, fresh


def files_state(folder: Path) -> tuple[int, int]:
    """The newest change and the total size of a folder's files, or of a run that is a single file."""
    newest, size = 0, 0
    if folder.is_file():
        stat = folder.stat()
        return stat.st_mtime_ns, stat.st_size
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            below = files_state(Path(entry.path))
            newest, size = max(newest, below[0]), size + below[1]
        else:
            stat = entry.stat()
            newest, size = max(newest, stat.st_mtime_ns), size + stat.st_size
    return newest, size


def code_state() -> str:
    """A fingerprint of the code that reads and measures."""
    root = Path(mladvisor.__file__).parent
    found = hashlib.sha256()
    for file in measuring(root):
        found.update(file.read_bytes())
    return found.hexdigest()


def measuring(root: Path) -> list[Path]:
    """The files of the program that decide what is kept."""
    below = [file for name in MEASURING for file in (sorted((root / name).rglob("*")) or [root / name])]
    return [file for file in below if file.suffix in (".py", ".yaml")]
