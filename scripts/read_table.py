"""A table of what was read from every run below a folder, to be compared by eye with the logs themselves.

python scripts/read_table.py ROOT [--tsv]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from mladvisor.errors import MladvisorError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.model import Curve
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run

HEADER = (
    "folder",
    "format",
    "curves",
    "points",
    "train loss",
    "val loss",
    "x",
    "metrics",
    "lr",
    "config",
    "ms",
    "notes",
)


def main() -> int:
    """Print the table; exit status 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--tsv", action="store_true", help="tab-separated, nothing shortened")
    parser.add_argument("--depth", type=int, default=None, help="read each folder this many levels below ROOT instead")
    options = parser.parse_args()
    if options.depth is None:
        folders = list(find_runs(options.root))
    else:
        folders = sorted(p for p in options.root.glob("/".join(["*"] * options.depth)) if p.is_dir())
    print("\t".join(HEADER) if options.tsv else f"{len(folders)} folders below {options.root}")
    for folder in folders:
        row = _row(folder, options.root)
        if options.tsv:
            print("\t".join(row))
        else:
            name, *rest = row
            print(f"\n{name}")
            print("   " + " | ".join(f"{label} {value}" for label, value in zip(HEADER[1:-1], rest, strict=False)))
            for line in rest[-1].split(" // "):
                print(f"     {line}" if line else "", end="\n" if line else "")
    return 0


def _row(folder: Path, root: Path) -> list[str]:
    name = folder.relative_to(root).as_posix()
    begun = time.process_time()
    try:
        run = read_run(folder)
    except MladvisorError as error:
        return [name, "-", *[""] * 9, f"ERROR {error}"]
    spent = (time.process_time() - begun) * 1000
    train, val = primary(run, "loss", "train"), primary(run, "loss", "val")
    metrics = [f"{c.name}={c.role.split}:{c.role.name}({len(c)})" for c in run.having("metric")]
    rates = [c.name for c in run.having("learning-rate")]
    notes = [
        *(f"note: {n}" for n in run.notes),
        *(f"warning: {n}" for n in run.warnings),
        *(f"assumed: {n}" for n in run.assumed),
        *(f"ignored: {i.file} {i.why}" for i in run.ignored),
        *(f"others: {c.name} {c.role.kind}" for c in run.curves if c.role.kind in ("reward", "gradient-norm")),
    ]
    if run.growing:
        notes.append("growing")
    return [
        name,
        run.format,
        str(len(run.curves)),
        str(max((len(c) for c in run.curves), default=0)),
        _brief(train),
        _brief(val),
        "/".join(sorted({c.x_unit for c in run.curves})) + ("+epochs" if train and train.epochs is not None else ""),
        " ".join(metrics[:12]) + (f" +{len(metrics) - 12}" if len(metrics) > 12 else ""),
        " ".join(rates),
        str(len(run.config)),
        f"{spent:.1f}",
        " // ".join(notes),
    ]


def _brief(curve: Curve | None) -> str:
    if curve is None:
        return "none"
    return (
        f"{curve.name} n={len(curve)} x={curve.x[0]:g}..{curve.x[-1]:g} y={curve.y[0]:.4g}->{curve.y[-1]:.4g}"
        if len(curve)
        else f"{curve.name} empty"
    )


if __name__ == "__main__":
    sys.exit(main())
