"""`mladvisor features`: the catalogue of measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mladvisor.cli.common import Screen, emit, look

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Feature
    from mladvisor.render.cells import Row


@click.command(
    epilog="""\b
Examples:
  mladvisor features
  mladvisor features 'loss.val.*'
  mladvisor features gradient --format json
"""
)
@click.argument("pattern", required=False, default="")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print it."
)
@look
def command(pattern: str, form: str, out: Screen) -> None:
    """The measurements that rules are made of: name, type, unit, meaning.

    PATTERN keeps the names that hold it; with * or ? it must match the whole name.
    """
    from mladvisor.errors import UsageError, nearest
    from mladvisor.features.catalogue import catalogue

    known = catalogue()
    chosen = [entry for name, entry in sorted(known.items()) if _matches(name, pattern)]
    if not chosen:
        raise UsageError(f'no feature matches "{pattern}"{nearest(pattern, known)}')
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(chosen), indent=1).decode() + "\n")
    elif form == "markdown":
        emit(_markdown(chosen))
    else:
        out.show(_text(chosen, out.width))


def _matches(name: str, pattern: str) -> bool:
    if not pattern:
        return True
    if any(sign in pattern for sign in "*?["):
        from fnmatch import fnmatchcase

        return fnmatchcase(name, pattern)
    return pattern in name


def _kind(entry: Feature) -> str:
    kind = " | ".join(entry.choices) if entry.choices else entry.type
    return kind + (f", {entry.unit}" if entry.unit else "") + (f", one per {entry.each}" if entry.each else "")


def _text(entries: list[Feature], columns: int) -> list[Row]:
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import paragraph

    rows: list[Row] = []
    for entry in entries:
        rows += [[Cell(entry.name, "strong"), Cell(f"  {_kind(entry)}", "dim")]]
        rows += paragraph(entry.doc, min(columns, 100), lead="    ")
        if entry.how:
            rows += paragraph(entry.how, min(columns, 100), lead=Cell("    to get it: ", "dim"), style="dim")
        if entry.source:
            rows += paragraph(entry.source, min(columns, 100), lead=Cell("    source: ", "dim"), style="dim")
    return rows


def _markdown(entries: list[Feature]) -> str:
    from mladvisor.report.markdown import escaped

    lines = ["| feature | type | what it is | source |", "|---|---|---|---|"]
    lines += [
        f"| `{entry.name}` | {escaped(_kind(entry))} | {escaped(entry.doc)} | {escaped(entry.source)} |"
        for entry in entries
    ]
    return "\n".join(lines) + "\n"
