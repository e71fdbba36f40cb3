"""The same runs with less evidence: `python benchmarks/faults/levels.py OUT LEVEL DEST`, LEVEL being curves or config.

DEST/runs/<name>/ holds hard links to what OUT/runs/<name>/ has of that level, and DEST/labels.csv the labels. For tools
that read folders; `mladvisor.calibration` masks evidence without copies.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path


def kept(place: Path, level: str) -> bool:
    """Whether a file (path within its run) belongs to the level."""
    from mladvisor.runs import layout, settings_names, table_names

    if table_names.table_kind(place.name) is not None or place.name == layout.MANIFEST:
        return level == "folder"
    if "params" in place.parts or settings_names.may_be_config(place.name):
        return level != "curves"
    return True


def cut(out: Path, level: str, dest: Path) -> int:
    """Link what belongs to the level; returns the number of runs."""
    runs = sorted((out / "runs").iterdir())
    for run in runs:
        for path in sorted(run.rglob("*")):
            place = path.relative_to(run)
            if path.is_file() and kept(place, level):
                target = dest / "runs" / run.name / place
                target.parent.mkdir(parents=True, exist_ok=True)
                target.unlink(missing_ok=True)
                os.link(path, target)
    shutil.copyfile(out / "labels.csv", dest / "labels.csv")
    return len(runs)


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Cut runs down to less evidence.")
    parser.add_argument("out", type=Path)
    parser.add_argument("level", choices=["curves", "config", "folder"])
    parser.add_argument("dest", type=Path)
    given = parser.parse_args()
    print(f"{cut(given.out, given.level, given.dest)} runs")


if __name__ == "__main__":
    main()
