"""`mladvisor schema`: a feature dictionary from trusted tables, and tables checked against one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import Screen, emit, look, narrate

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.tables.table import Table
    from mladvisor.tables.validate import Violation

MOST_BYTES = 4_000_000_000
NAME = "schema.yaml"


@click.group(
    epilog="""\b
Examples:
  mladvisor schema infer train.csv > schema.yaml
  mladvisor schema check test.csv --schema schema.yaml
"""
)
def command() -> None:
    """The feature dictionary (schema.yaml): what each column of the tables should hold."""


@command.command(
    epilog="""\b
Examples:
  mladvisor schema infer train.csv
  mladvisor schema infer runs/churn --write
"""
)
@click.argument("tables", nargs=-1, required=True, metavar="TABLE...", type=click.Path(exists=True))
@click.option("--label", help="The label's column, which tables for scoring may lack.")
@click.option("--write", is_flag=True, help="Write schema.yaml beside the first table instead of printing it.")
@click.option("--force", is_flag=True, help="Overwrite a schema.yaml that is there.")
def infer(tables: tuple[str, ...], label: str | None, write: bool, force: bool) -> None:
    """Write a feature dictionary from tables that you trust (files, or run folders with train, val and test).

    Limits are wider than what was seen, so that more data of the same source keeps to them. Correct it by hand.
    """
    from mladvisor.errors import UsageError, nearest
    from mladvisor.tables.infer import as_yaml, infer_schema

    read, found = _tables(tables)
    known = [column for table in read for column in table.columns]
    if label is not None and label not in known:
        raise UsageError(f'there is no column "{label}"{nearest(label, known)}')
    if label is None and found is None:
        found = _guessed(read)
    text = as_yaml(infer_schema(read, label=label or found), source=", ".join(table.file for table in read))
    if not write:
        emit(text)
        return
    first = Path(tables[0])
    target = (first if first.is_dir() else first.parent) / NAME
    if target.exists() and not force:
        raise UsageError(f'"{target}" is already there; --force overwrites it')
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f'"{target}" cannot be written: {error.strerror}') from None
    narrate(f"wrote {target}")


@command.command(
    epilog="""\b
Examples:
  mladvisor schema check runs/churn
  mladvisor schema check test.csv --schema schema.yaml
\b
Exit status: 0 the tables keep to the dictionary; 1 they do not; 2 something cannot be read.
"""
)
@click.argument("tables", nargs=-1, required=True, metavar="TABLE...", type=click.Path(exists=True))
@click.option(
    "--schema", "file", type=click.Path(exists=True, dir_okay=False), help="Default: schema.yaml beside them."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@look
def check(tables: tuple[str, ...], file: str | None, form: str, out: Screen) -> None:
    """Check tables (files, or run folders) against a feature dictionary."""
    from mladvisor.tables.schema import read_schema
    from mladvisor.tables.validate import violations

    path = Path(file) if file is not None else _beside(tables[0])
    schema = read_schema(path, str(path))
    read, _ = _tables(tables)
    found = [violation for table in read for violation in violations(table, schema)]
    if form == "json":
        import msgspec

        document = {"schema": str(path), "tables": [table.file for table in read], "violations": _records(found)}
        emit(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
    elif found:
        out.show(_rows(found, out.width))
    if form == "text":
        rows = sum(table.rows for table in read)
        columns = len({violation.column for violation in found})
        verdict = f"{columns} column(s) break the dictionary" if found else "they keep to the dictionary"
        narrate(f"{len(read)} table(s), {rows:,} rows, {len(schema.features)} features: {verdict}")
    if found:
        sys.exit(1)


def _guessed(read: list[Table]) -> str | None:
    """The column with the name of a label; said, because tables for scoring may then lack it."""
    from mladvisor.tables.label import find_label

    guess = find_label(read, manifest=None, schema=None, config={})
    if guess is None or not guess.named:
        return None
    narrate(f'the label is taken to be "{guess.column}", by its name (another one: --label NAME)')
    return guess.column


def _beside(table: str) -> Path:
    """The dictionary beside the first table. Raises UsageError when there is none."""
    from mladvisor.errors import UsageError

    folder = Path(table) if Path(table).is_dir() else Path(table).parent
    for name in (NAME, "schema.yml"):
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f'there is no {NAME} in "{folder}": name one with --schema, or make one: mladvisor schema infer')


def _tables(paths: tuple[str, ...]) -> tuple[list[Table], str | None]:
    """Every table named, and the label if a run tells it. Raises ReadError, UsageError."""
    from mladvisor.errors import ReadError, UsageError
    from mladvisor.runs.read import read_run
    from mladvisor.tables.collection import Tables
    from mladvisor.tables.load import read_table

    try:
        import pandas  # noqa: F401
    except ImportError:
        raise UsageError('`pip install pandas` (or "mladvisor[tables]") to look into tables') from None
    read: list[Table] = []
    label = None
    for path in paths:
        if Path(path).is_dir():
            found = Tables(read_run(path), budget=MOST_BYTES / 1e6)
            read.extend(found.splits.values())
            label = label or (found.label.column if found.label is not None and found.label.said else None)
            if not found.splits:
                why = "; ".join(found.errors.values()) or "holds no train, val or test table with rows"
                raise ReadError(why, file=path)
        else:
            read.append(read_table(Path(path), Path(path).stem, path, most_bytes=MOST_BYTES))
    for table in read:
        for note in table.notes:
            narrate(note)
    return read, label


def _records(found: list[Violation]) -> list[dict[str, Any]]:
    return [
        {
            "column": one.column,
            "file": one.file,
            "fault": one.fault,
            "share": one.share,
            "rows": one.rows,
            "line": one.first + 2 if one.first >= 0 else None,
            "text": one.text,
        }
        for one in found
    ]


def _rows(found: list[Violation], width: int) -> list[Row]:
    from mladvisor.render.text import table

    several = len({one.file for one in found}) > 1
    heads = [*(["table"] if several else []), "column", "fault", "rows", "line", "what"]
    lines = []
    for one in sorted(found, key=lambda one: (-one.share, one.file, one.column)):
        first = f"{one.first + 2:,}" if one.first >= 0 else ""
        shown = f"{one.rows:,}" if one.first >= 0 else "all"
        lines.append([*([one.file] if several else []), one.column, one.fault, shown, first, one.text])
    return table(heads, lines, width, flexible=len(heads) - 1)
