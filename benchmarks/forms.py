"""Does a diagnosis depend on the form of the files? `python benchmarks/forms.py ROOT [--most 30] [--form log-json]`.

Writes labelled runs anew, the same content in another form (settings as flags or a printed namespace, a log as JSON
lines or printed text, tables as Parquet or with an index, small tables as printed frames, pages or JSON, files in
subfolders, the clutter of a project beside them), and says how many of those whose cause led keep it, and how many
sound ones are accused then. What differs is a gap in reading; no label is needed to mend it.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd
import yaml
from benchmarks.scoring.runs import rows_of
from benchmarks.scoring.tables import Table

from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
from mladvisor.rulebook import Rulebook
from mladvisor.runs.settings_names import may_be_config
from mladvisor.runs.table_names import table_kind

LED, KEPT = 0.5, 0.5
"""A cause has led at this probability, and is kept at this share of it."""
_COUNTS = ("epoch", "step", "iteration", "iter", "round")
_PARTS = {"config": "configs", "data": "data", "log": "logs", "table": "reports"}
CLUTTER = {
    "requirements.txt": "numpy==1.26.4\npandas==2.2.2\ntorch==2.3.1\n",
    "README.md": "# Project\n\n    python train.py --lr 0.1 --batch-size 64\n\n**The loss is NaN.** Lower the rate.\n",
    "CHANGELOG.md": "## 0.3\n- fixed a leak through `status`\n- 1,204 rows of train were also in test: dropped\n",
    "Dockerfile": 'FROM python:3.11-slim\nCOPY . .\nCMD ["python", "train.py"]\n',
    "tests/test_data.py": "def test_no_missing():\n    assert True\n",
}


def _kind(path: Path) -> str:
    """What a file of a run is: config, data (a table of rows), log, table (small, of a report), or ""."""
    if may_be_config(path.name) and path.suffix in (".json", ".yaml", ".yml"):
        return "config"
    if path.suffix != ".csv":
        return ""
    if table_kind(path.name) is not None:
        return "data"
    head = path.read_text("utf-8", "replace").partition("\n")[0].lower().split(",")
    return "log" if any(name.strip() in _COUNTS for name in head[:3]) else "table"


def _of(folder: Path, kind: str) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _kind(path) == kind:
            yield path


def _flat(value: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, each in value.items():
        found |= _flat(each, f"{above}{key}.") if isinstance(each, dict) else {f"{above}{key}": each}
    return found


def _settings(write: Callable[[dict[str, Any]], tuple[str, str]]) -> Callable[[Path], bool]:
    """The only file of settings becomes the one that `write` gives name and text of."""

    def change(folder: Path) -> bool:
        files = list(_of(folder, "config"))
        content = yaml.safe_load(files[0].read_text("utf-8")) if len(files) == 1 else None
        if not isinstance(content, dict) or not content:
            return False
        files[0].unlink()
        name, text = write(_flat(content))
        (files[0].parent / name).write_text(text)
        return True

    return change


def _dotted(settings: dict[str, Any]) -> tuple[str, str]:
    return "config.json", json.dumps(settings)


def _namespace(settings: dict[str, Any]) -> tuple[str, str]:
    said = [f"{key.replace('.', '_')}={value!r}" for key, value in settings.items()]
    return "args.txt", f"Namespace({', '.join(said)})\n"


def _command(settings: dict[str, Any]) -> tuple[str, str]:
    flags = [f"--{re.sub('[._]', '-', key)} {_plain(value)}" for key, value in settings.items() if value is not None]
    return "run.sh", f"python train.py {' '.join(flags)}\n"


def _plain(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _tables(kind: str, suffix: str, write: Callable[[pd.DataFrame, Path], None]) -> Callable[[Path], bool]:
    """Each table of a kind becomes a file of another suffix, written by `write`."""

    def change(folder: Path) -> bool:
        files = list(_of(folder, kind))
        for path in files:
            frame = pd.read_csv(path)
            path.unlink()
            write(frame, path.with_suffix(suffix))
        return bool(files)

    return change


def _records(frame: pd.DataFrame, path: Path) -> None:
    frame.to_json(path, orient="records", lines=path.suffix == ".jsonl")


def _lists(frame: pd.DataFrame, path: Path) -> None:
    columns = {name: [None if pd.isna(cell) else cell for cell in frame[name].tolist()] for name in frame.columns}
    path.write_text(json.dumps(columns))


def _lines(frame: pd.DataFrame, path: Path) -> None:
    at = next(name for name in frame.columns if name.strip().lower() in _COUNTS)
    others = [name for name in frame.columns if name != at]
    rows = (
        f"{at} {row[at]:g}: " + ", ".join(f"{name}={row[name]}" for name in others if pd.notna(row[name]))
        for _, row in frame.iterrows()
    )
    path.write_text("\n".join(rows) + "\n")


def _frame(frame: pd.DataFrame, path: Path) -> None:
    path.write_text(f"{frame.to_string(index=False)}\n")


def _page(frame: pd.DataFrame, path: Path) -> None:
    frame.to_html(path, index=False)


def _columnar(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


def _indexed(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path)


def _in_folders(folder: Path) -> bool:
    moved = [(path, _PARTS[kind]) for path in sorted(folder.iterdir()) if path.is_file() and (kind := _kind(path))]
    for path, part in moved:
        (folder / part).mkdir(exist_ok=True)
        path.rename(folder / part / path.name)
    return bool(moved)


def _cluttered(folder: Path) -> bool:
    for name, text in CLUTTER.items():
        (folder / name).parent.mkdir(exist_ok=True)
        if not (folder / name).exists():
            (folder / name).write_text(text)
    return True


FORMS: dict[str, Callable[[Path], bool]] = {
    "folders": _in_folders,
    "clutter": _cluttered,
    "settings-dotted": _settings(_dotted),
    "settings-namespace": _settings(_namespace),
    "settings-command": _settings(_command),
    "log-jsonl": _tables("log", ".jsonl", _records),
    "log-json": _tables("log", ".json", _lists),
    "log-lines": _tables("log", ".log", _lines),
    "data-parquet": _tables("data", ".parquet", _columnar),
    "data-indexed": _tables("data", ".csv", _indexed),
    "report-frame": _tables("table", ".txt", _frame),
    "report-page": _tables("table", ".html", _page),
    "report-records": _tables("table", ".json", _records),
}
"""What is done to a folder; False where it holds nothing that could be written so."""


def leader(folder: Path, rulebook: Rulebook) -> tuple[str, float]:
    """The first cause and its probability; ("", 0.0) where nothing can be said."""
    found = diagnose_safely(folder, rulebook, detail=False)[0]
    first = found.hypotheses[0] if found.enough and found.error is None and found.hypotheses else None
    return (first.cause, first.probability) if first is not None else ("", 0.0)


class Tried(NamedTuple):
    """Faulty runs whose cause led, and those that lost it in a form; sound runs, and those that are accused then."""

    faulty: int
    lost: int
    sound: int
    accused: int


def tried(root: Path, form: str, rows: list[dict[str, str]], rulebook: Rulebook, most: int) -> Tried:
    """The first `most` runs that can be written in this form; what is lost is told on the way."""
    faulty = lost = sound = accused = 0
    for row in rows:
        if faulty + sound >= most:
            break
        with tempfile.TemporaryDirectory() as kept:
            copy = Path(kept) / row["run"]
            shutil.copytree(root / "runs" / row["run"], copy)
            if not FORMS[form](copy):
                continue
            before = leader(root / "runs" / row["run"], rulebook)
            well = row["cause"] == "healthy"
            if (before[1] >= LED) if well else (before[0] != row["cause"] or before[1] < LED):
                continue
            after = leader(copy, rulebook)
        if well:
            sound, accused = sound + 1, accused + (after[1] >= LED)
            continue
        gone = after[0] != before[0] or after[1] < KEPT * before[1]
        faulty, lost = faulty + 1, lost + gone
        if gone:
            told = f"{before[0]} {before[1]:.2f} -> {after[0]} {after[1]:.2f}"
            print(f"{form}: {row['run']}: {told}", file=sys.stderr)
    return Tried(faulty, lost, sound, accused)


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Whether a diagnosis depends on the form of the files.")
    parser.add_argument("root", type=Path, help="labels.csv and runs/, as benchmarks/faults/make.py writes them")
    parser.add_argument("--half", default="")
    parser.add_argument("--form", action="append", choices=FORMS, help="may be repeated; default: all")
    parser.add_argument("--most", type=int, default=30, help="runs for each form")
    given = parser.parse_args()
    rulebook = rulebook_with()
    rows = [row for row in rows_of(given.root, rulebook, given.half) if not row["second"]]
    random.Random(0).shuffle(rows)
    lines = [
        [form, *map(str, tried(given.root, form, rows, rulebook, given.most))] for form in given.form or list(FORMS)
    ]
    print(Table("By form", ("form", "faulty", "lost", "sound", "accused"), lines).text())


if __name__ == "__main__":
    main()
