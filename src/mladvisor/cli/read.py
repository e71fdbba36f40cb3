"""`mladvisor read`: what was understood of a run, before anything is judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from mladvisor.cli.common import Screen, emit, look

if TYPE_CHECKING:
    from mladvisor.render.cells import Row
    from mladvisor.runs.model import Curve, Run


@click.command(
    epilog="""\b
Examples:
  mladvisor read runs/resnet
  mladvisor read runs/resnet/metrics.csv --format json
"""
)
@click.argument("run", type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--full", is_flag=True, help="Every configuration value and every file left aside.")
@look
def command(run: str, form: str, full: bool, out: Screen) -> None:
    """What was understood of RUN: curves and their roles, configuration, files used and left aside.

    Where a column is taken for the wrong thing, say so in the run's mladvisor.yaml under `columns`.
    """
    from mladvisor.cli.stdin import read_any

    understood = read_any(run)
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(_document(understood)), indent=1).decode() + "\n")
    else:
        out.show(_page(understood, out.width, full=full, ascii_only=out.glyphs == "ascii"))


def _document(run: Run) -> dict[str, Any]:
    """The run without its numbers: of each curve its meaning, reach and place."""
    curves = [
        {
            "name": curve.name,
            "role": curve.role,
            "points": len(curve),
            "x": curve.x_unit,
            "from": float(curve.x[0]) if len(curve) else None,
            "to": float(curve.x[-1]) if len(curve) else None,
            "first": float(curve.y[0]) if len(curve) else None,
            "last": float(curve.y[-1]) if len(curve) else None,
            "not_finite": _lost(curve),
            "blanks": curve.blanks,
            "place": curve.place,
        }
        for curve in run.curves
    ]
    keep = ("name", "format", "config", "files", "manifest", "assumed", "notes", "warnings", "ignored", "growing")
    fields: dict[str, Any] = {name: getattr(run, name) for name in keep}
    config = {key: {"value": _plain(setting.value), "place": setting.place} for key, setting in run.config.items()}
    made = {"run": str(run.path), **fields, "config": config, "curves": curves}
    return {**made, "script": _script(run)} if run.script is not None else made


def _script(run: Run) -> dict[str, Any]:
    """The training script, with the settings and layers that stand in it."""
    script = run.script
    settings = {**script.named, **script.called} if script is not None else {}
    told = {key: {"value": _plain(setting.value), "place": setting.place} for key, setting in settings.items()}
    layers = script.model.layers if script is not None and script.model is not None else ()
    shown = [{"name": layer.name, "type": layer.type, "units": layer.units} for layer in layers]
    return {"file": script.file if script is not None else "", "settings": told, "layers": shown}


def _plain(value: Any) -> Any:
    """A configuration value as JSON can hold it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return str(value)


def _lost(curve: Curve) -> int:
    return sum(not math.isfinite(value) for value in curve.y.tolist()) if len(curve) < 100_000 else _lost_of_many(curve)


def _lost_of_many(curve: Curve) -> int:
    import numpy as np

    return int((~np.isfinite(curve.y)).sum())


def _page(run: Run, columns: int, *, full: bool, ascii_only: bool) -> list[Row]:
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import paragraph, shorten, table

    rows: list[Row] = [[Cell(shorten(str(run.path), columns), "strong")]]
    rows.append(
        [Cell(run.format or "no log found", "dim"), Cell(", may still be training" if run.growing else "", "warn")]
    )
    if run.curves:
        rows += [[], *_curves(run, columns, ascii_only=ascii_only)]
    rows += _settings(run, columns, full)
    files: list[list[Cell | str]] = [[kind, ", ".join(names)] for kind, names in run.files.items()]
    if files:
        rows += [[], [Cell("Other files of the run", "accent")], *table(["kind", "files"], files, columns, flexible=1)]
    for title, lines, style in (
        ("Warnings", run.warnings, "warn"),
        ("Notes", run.notes, ""),
        ("Assumed", run.assumed, ""),
    ):
        if lines:
            rows += [[], [Cell(title, "accent")]]
            for line in lines:
                rows += paragraph(line, min(columns, 100), lead="  ", style=style)  # type: ignore[arg-type]
    if run.ignored:
        shown = run.ignored if full else run.ignored[:8]
        rows += [[], [Cell("Looked at and left aside", "accent")]]
        for one in shown:
            rows += paragraph(f"{one.file}: {one.why}", min(columns, 100), lead="  ", style="dim")
        if len(shown) < len(run.ignored):
            rows.append([Cell(f"  and {len(run.ignored) - len(shown)} more (--full)", "dim")])
    return rows


def _curves(run: Run, columns: int, *, ascii_only: bool) -> list[Row]:
    """A table of the curves; file and reach stand above it where all curves share them."""
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import shorten, sparkline, table

    heads = ["column", "taken for", "points", "first", "last"]
    lines: list[list[Cell | str]] = []
    for curve in run.curves:
        lost = _lost(curve)
        ends = [f"{value:.4g}" for value in (curve.y[0], curve.y[-1])] if len(curve) else ["", ""]
        line: list[Cell | str] = [curve.name, Cell(_role(curve), "dim" if curve.role.kind == "other" else "")]
        lines.append([*line, f"{len(curve)}" + (f" ({lost} not finite)" if lost else ""), *ends])
    shared = []
    for head, cells, style in (
        ("", [curve.place.file for curve in run.curves], "dim"),
        ("x", [_reach(curve) for curve in run.curves], "dim"),
    ):
        if len(set(cells)) == 1:
            shared.append(cells[0])
            continue
        if head == "x" and columns < 100:
            continue  # whole names tell more
        heads.append(head or "file")
        for line, text in zip(lines, cells, strict=True):
            line.append(Cell(text, style))  # type: ignore[arg-type]
    if not ascii_only:
        heads.append("shape")
        for line, curve in zip(lines, run.curves, strict=True):
            line.append(Cell(sparkline(_thin(curve), 12), _style(curve)))
    title = [Cell("Curves", "accent"), Cell(shorten("  " + ", ".join(shared), columns - 6), "dim")]
    return [title, *table(heads, lines, columns, right=(2, 3, 4), flexible=0, middle=True)]


def _reach(curve: Curve) -> str:
    return f"{curve.x_unit} {curve.x[0]:.6g} to {curve.x[-1]:.6g}" if len(curve) else ""


def _settings(run: Run, columns: int, full: bool) -> list[Row]:
    from mladvisor.render.cells import Cell
    from mladvisor.render.text import table

    config = {**run.script.called, **run.config} if run.script is not None else run.config
    if not config:
        return []
    most = len(config) if full else 20
    items = sorted(config.items(), key=lambda item: item[0] not in run.config)[:most]
    body: list[list[Cell | str]] = [
        [
            key,
            str(setting.value),
            Cell(setting.place.file + (f":{setting.place.row}" if setting.place.row else ""), "dim"),
        ]
        for key, setting in items
    ]
    rows = [[], [Cell("Configuration", "accent")], *table(["key", "value", "file"], body, columns, flexible=1)]
    if len(config) > most:
        rows.append([Cell(f"and {len(config) - most} more (--full)", "dim")])
    return rows


def _role(curve: Curve) -> str:
    role = curve.role
    split = {"train": "training", "val": "validation", "test": "test"}.get(role.split or "", "")
    kind = role.kind.replace("-", " ")
    if role.kind == "other":
        words = ["not judged"]
    elif role.kind == "metric":
        words = [split, role.name or kind]
    elif role.kind == "loss":
        words = [split, kind, f"({role.name})" if role.name not in ("", "total") else ""]
    else:
        words = [split, kind]
    words += ["part" if role.component else "", "(running)" if role.running else ""]
    return " ".join(word for word in words if word)


def _thin(curve: Curve) -> list[float]:
    step = max(1, len(curve) // 600)
    values: list[float] = curve.y[::step].tolist()
    return values


def _style(curve: Curve) -> Any:
    return {"train": "train", "val": "val", "test": "val"}.get(curve.role.split or "", "dim")
