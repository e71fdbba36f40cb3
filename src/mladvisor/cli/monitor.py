"""`mladvisor monitor`: the tables of several runs one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from mladvisor.cli.common import Screen, emit, look, narrate

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.tables.collection import Tables
    from mladvisor.tables.watch import Moved, Watched

READING = 5.0
SHOWN = 5


@click.command(
    epilog="""\b
Examples:
  mladvisor monitor runs
  mladvisor monitor runs --format json
"""
)
@click.argument("root", type=click.Path(exists=True, file_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@look
def command(root: str, form: str, out: Screen) -> None:
    """How the data of the runs below ROOT moves from run to run, in the order of their paths.

    Each training table is compared with that of the run before, and val and test with the training table of their own
    run: columns added and removed, how far the label and each column differ (Kolmogorov-Smirnov distance of numbers;
    share of rows that would have to change category), and the share of rows that are copies of training rows.
    """
    from mladvisor.errors import UsageError
    from mladvisor.tables.watch import watch

    watched = list(watch(_runs(root)))
    if not watched:
        raise UsageError(f'no run below "{root}" has a training table (train.csv, train.parquet)')
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(watched), indent=1).decode() + "\n")
    else:
        out.show(_rows(watched, out.width))


def _runs(root: str) -> Iterator[tuple[str, Tables]]:
    from mladvisor.errors import MladvisorError
    from mladvisor.runs.discover import find_runs
    from mladvisor.runs.read import read_run
    from mladvisor.tables.collection import Tables

    for path in find_runs(root):
        try:
            tables = Tables(read_run(path), budget=READING)
        except MladvisorError as error:
            narrate(str(error))
            continue
        name = path.relative_to(root).as_posix()
        yield (root if name == "." else name), tables
        for why in tables.errors.values():
            narrate(f"{path}: {why}")


def _rows(watched: list[Watched], width: int) -> list[Row]:
    from mladvisor.render.text import table

    heads = ["run", "rows", "label moved", "columns moved"]
    lines = []
    for one in watched:
        changes = [
            *_moved(one.moved),
            *(f"+{name}" for name in one.added[:SHOWN]),
            *(f"-{name}" for name in one.removed[:SHOWN]),
        ]
        lines.append([one.run, f"{one.rows.get('train', 0):,}", _size(one.label), ", ".join(changes)])
        for split, each in one.splits.items():
            copies = [f"copies of training rows {each.copies:.1%}"] if each.copies else []
            told = ", ".join([*copies, *_moved(each.moved)])
            lines.append([f"  {split} beside train", f"{one.rows[split]:,}", _size(each.label), told])
    return table(heads, lines, width, flexible=3)


def _moved(moved: list[Moved]) -> list[str]:
    more = [f"and {len(moved) - SHOWN} more"] if len(moved) > SHOWN else []
    return [f"{each.column} {each.size:.0%}" for each in moved[:SHOWN]] + more


def _size(label: Moved | None) -> str:
    return "" if label is None else f"{label.size:.0%} ± {2 * label.se:.0%}"
