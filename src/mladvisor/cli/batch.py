"""`mladvisor batch`: every run below a folder, in one process or several; a broken run is a row."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import Screen, emit, look, narrate, probability, rule_folders
from mladvisor.cli.diagnose import first_cause

if TYPE_CHECKING:
    from mladvisor.diagnosis.model import Diagnosis
    from mladvisor.runs.model import Run

Told = tuple["Diagnosis", list[float]]
SHAPE_POINTS = 200
MOST_EMPTY = 5
DOCUMENTS = ("json", "jsonl", "html")
"""Formats that hold whole diagnoses; the others show a row of each run, for which less is worked out."""


@click.command(
    epilog="""\b
Examples:
  mladvisor batch runs
  mladvisor batch runs --format csv > table.csv
  mladvisor batch runs --sort path
  mladvisor batch runs --format jsonl --jobs 4 | jq .healthy
  mladvisor batch runs --backend processes
  mladvisor batch runs --fail-on 0.9
\b
Exit status: 0 done, some runs may be broken; 1 --fail-on is met; 2 nothing readable, wrong usage, bad rules;
130 interrupted: what was done by then is shown.
"""
)
@click.argument("root", type=click.Path())
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl", "csv", "html"]),
    default="table",
    help="A table for the terminal, or a document; jsonl gives each run as it is done.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(["severity", "path"]),
    help="Order of the rows; default: severity, the worst first, in the table and the page; path in csv and json.",
)
@rule_folders
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes to use; default: 1, with processes all cores.")
@click.option(
    "--backend",
    type=click.Choice(["auto", "serial", "processes"]),
    default="auto",
    help="Runs one after the other in this process, or in worker processes; auto: workers if --jobs is above 1.",
)
@click.option(
    "--fail-on",
    callback=probability,
    metavar="P",
    help="Exit with 1 if some run's first cause is at least this likely, as 0.8 or 80%.",
)
@look
def command(
    *,
    root: str,
    form: str,
    order: str | None,
    rules: tuple[str, ...],
    jobs: int | None,
    backend: str,
    fail_on: float | None,
    out: Screen,
) -> None:
    """Diagnose every run below ROOT.

    A run is a folder that holds a log, a table or a configuration that mladvisor knows.
    """
    from mladvisor.errors import UsageError, is_interrupt
    from mladvisor.runs.discover import find_runs
    from mladvisor.runs.roles import default_columns

    if not root:
        raise UsageError("an empty path names no folder: one with runs below it is expected")
    if not os.path.isdir(root):  # noqa: PTH112
        if os.path.lexists(root):
            raise UsageError(
                f'"{root}" is no folder: batch takes one with runs below it; for one log there is diagnose'
            )
        raise UsageError(f'there is no folder "{root}"')
    if order == "severity" and form in ("json", "jsonl"):
        raise UsageError(f"--sort severity: {form} gives each run as it is done, in the order of their paths")
    workers = _workers(jobs, backend)
    default_columns()  # a fault in the user's own file is one error, not one a run
    found = [str(path) for path in find_runs(root)]
    if not found:
        raise UsageError(f'there is no run in or below "{root}": no file that looks like a training log')
    read = met = 0
    done: list[str] = []
    printer = _PRINTERS[form](out, root)
    printer.worst_first = (order or ("path" if form == "csv" else "severity")) == "severity"
    progress = _Progress(len(found))
    interrupted = False
    try:
        for diagnosis, shape in _judged(found, rules, workers, detail=form in DOCUMENTS):
            read += diagnosis.error is None
            met += fail_on is not None and first_cause(diagnosis) >= fail_on
            printer.add(diagnosis, shape)
            done.append(diagnosis.run or "")
            progress.tell(len(done), diagnosis.run or "")
    except (KeyboardInterrupt, Exception) as error:
        if not done or not is_interrupt(error):
            raise
        interrupted = True  # minutes of work may be done: it is shown, and told as a part
    progress.clear()
    printer.end()
    if interrupted:
        narrate(f"mladvisor: interrupted after {len(done)} of {len(found)} runs")
        sys.exit(130)
    _tell_empty(root, done)
    if not read:
        narrate(f'mladvisor: none of the {len(done)} runs below "{root}" can be read')
        sys.exit(2)
    if met:
        sys.exit(1)


def _tell_empty(root: str, runs: list[str]) -> None:
    """A folder beside runs that holds nothing is no run; whoever counts the rows should know of it."""
    from mladvisor.runs.beside_runs import empty_beside

    empty = empty_beside(root, runs)
    if empty:
        more = f" and {len(empty) - MOST_EMPTY} more" if len(empty) > MOST_EMPTY else ""
        verb = "folder is" if len(empty) == 1 else "folders are"
        narrate(f"{len(empty)} {verb} empty, and no run: {', '.join(empty[:MOST_EMPTY])}{more}")


def _workers(jobs: int | None, backend: str) -> int:
    """How many worker processes; 0 to work in this one. Raises UsageError where the two options disagree."""
    from mladvisor.errors import UsageError

    if backend == "serial":
        if jobs is not None and jobs > 1:
            raise UsageError(f"--backend serial is one process, and --jobs {jobs} asks for more: leave one of them out")
        return 0
    if backend == "processes":
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return jobs or cores
    return jobs if jobs is not None and jobs > 1 else 0


def _judged(found: list[str], rules: tuple[str, ...], workers: int, *, detail: bool) -> Iterator[Told]:
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with

    book = rulebook_with(rules)
    if not workers:
        for path in found:
            diagnosis, run = diagnose_safely(path, book, detail=detail)
            yield diagnosis, _shape(run)
        return
    # Only here: importing multiprocessing costs more than judging a run.
    from multiprocessing import get_context

    with get_context().Pool(workers, _prepare, (rules, detail)) as pool:
        # A chunk arrives as a whole, and is lost as a whole to an interruption.
        yield from pool.imap(_work, found, chunksize=max(1, min(8, len(found) // (8 * workers))))


def _prepare(rules: tuple[str, ...], detail: bool) -> None:
    """In a worker: leave ctrl-c to the parent, and load the rules once (a forked worker has them already)."""
    import signal

    from mladvisor.diagnosis.api import rulebook_with

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Worker.rules, _Worker.detail = rules, detail
    rulebook_with(rules)


class _Worker:
    """What a worker process keeps between runs."""

    rules: tuple[str, ...] = ()
    detail: bool = True


def _work(path: str) -> Told:
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with

    diagnosis, run = diagnose_safely(path, rulebook_with(_Worker.rules), detail=_Worker.detail)
    return diagnosis, _shape(run)


def _shape(run: Run | None) -> list[float]:
    """The judged loss in a few values, for a miniature; the whole curves need not outlive their run."""
    if run is None:
        return []
    from mladvisor.runs.primary import primary

    curve = primary(run, "loss", "val") or primary(run, "loss", "train")
    if curve is None:
        return []
    values: list[float] = curve.y[:: max(1, len(curve) // SHAPE_POINTS)].tolist()
    return values


class _Lines:
    """Keeps one line a run, and prints when all are there."""

    def __init__(self, out: Screen, root: str) -> None:
        self.out, self.root = out, root
        self.lines: list[Any] = []
        self.worst_first = False

    def add(self, diagnosis: Diagnosis, shape: list[float]) -> None:
        from mladvisor.report.batch import line

        self.lines.append(line(diagnosis, shape))

    def sorted(self) -> list[Any]:
        """The lines in the order that was asked for."""
        from mladvisor.report.batch import worst_first

        return worst_first(self.lines) if self.worst_first else self.lines

    def end(self) -> None:
        raise NotImplementedError


class _Table(_Lines):
    def end(self) -> None:
        from mladvisor.report.batch import page

        shapes = self.out.glyphs not in ("ascii", "none")
        self.out.show(
            page(
                self.sorted(),
                self.root,
                self.out.width if self.out.bounded else None,
                shapes=shapes,
                ordered=self.worst_first,
            )
        )


class _Html(_Lines):
    def end(self) -> None:
        from mladvisor.report.batch import html_page

        emit(html_page(self.sorted(), self.root))


class _Csv(_Lines):
    def end(self) -> None:
        from mladvisor.report.batch import csv_lines

        for text in csv_lines(self.sorted()):
            emit(text)


class _Json:
    """One document, written run by run, so that memory does not grow with the number of runs."""

    worst_first = False

    def __init__(self, out: Screen, root: str) -> None:
        self.count = 0

    def add(self, diagnosis: Diagnosis, shape: list[float]) -> None:
        from mladvisor.report.json import head, line

        emit((",\n" if self.count else head()) + line(diagnosis).rstrip("\n"))
        self.count += 1

    def end(self) -> None:
        emit("\n]}\n")


class _JsonLines:
    worst_first = False

    def __init__(self, out: Screen, root: str) -> None:
        pass

    def add(self, diagnosis: Diagnosis, shape: list[float]) -> None:
        from mladvisor.report.json import line

        emit(line(diagnosis))
        sys.stdout.flush()

    def end(self) -> None:
        pass


_PRINTERS: dict[str, Any] = {"table": _Table, "html": _Html, "csv": _Csv, "json": _Json, "jsonl": _JsonLines}


class _Progress:
    """One line on stderr that overwrites itself, for a person only."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.on = sys.stderr.isatty()
        self.last = 0.0

    def tell(self, count: int, run: str) -> None:
        if not self.on:
            return
        from time import monotonic

        now = monotonic()
        if now - self.last > 0.1:
            from mladvisor.render.text import fit

            self.last = now
            sys.stderr.write(f"\r{fit(f'{count} of {self.total}  {run}', 78)}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self.on and self.last:
            sys.stderr.write("\r" + " " * 78 + "\r")
