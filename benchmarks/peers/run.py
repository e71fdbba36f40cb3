"""Other tools on the same labelled runs: `python benchmarks/peers/run.py OUT --where ENVIRONMENTS [--half test]`.

Installs each tool by name into an environment of its own below ENVIRONMENTS (what is there is used), asks it about
every run, translates its findings to causes by causes.csv, and scores it beside mladvisor: on curves alone, and on the
whole folder. See README.md for the rules.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from benchmarks.peers.ask import PEERS
from benchmarks.scoring.judged import NAMES
from benchmarks.scoring.kept import Workshop
from benchmarks.scoring.runs import rows_of
from benchmarks.scoring.tables import Table, counts, folded, made_by, replace_section

from mladvisor.calibration.labelled import standing
from mladvisor.calibration.labels import LEVELS, Level, also_of, folder_of
from mladvisor.calibration.score import ACCUSED, Beliefs, beliefs
from mladvisor.calibration.words import counted
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.network import network_of
from mladvisor.errors import MladvisorError
from mladvisor.rulebook import Rulebook
from mladvisor.runs.model import Curve, Run
from mladvisor.runs.primary import primary
from mladvisor.runs.read import read_run

HERE = Path(__file__).parent
SEVERE = {"critical": 3, "error": 3, "fail": 3, "high": 2, "warning": 2, "warn": 2, "medium": 2, "info": 1}
"""What the tools call their findings, as three levels."""
THRESHOLDS = {1: "all", 2: "warnings", 3: "errors"}
TABLES = "dash-mlguard"
"""The one tool that reads tables instead of logs."""
PAIRS = 3
"""So many pairs of a log tool and the table tool stand beside them: those that name most."""
LOUDER = " *"
"""Behind the name of a tool that raises more alarms than mladvisor at every threshold."""


class Translation(NamedTuple):
    """A row of causes.csv: a finding whose text contains `says` names these causes, in the tool's own order."""

    finding: str
    says: str
    causes: tuple[str, ...]


class Statement(NamedTuple):
    """What one finding of a tool comes to: causes in its order, and how severe it calls it."""

    causes: tuple[str, ...]
    severity: int


Ranked = tuple[list[Statement], float, float]
"""Every cause in order, the probability of the first, and that of healthy."""


def translations(file: Path) -> dict[str, list[Translation]]:
    """causes.csv by tool."""
    found: dict[str, list[Translation]] = {}
    with file.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            each = Translation(row["finding"], row["says"], tuple(row["causes"].split()))
            found.setdefault(row["peer"], []).append(each)
    return found


def statements(findings: Iterable[Mapping[str, str]], known: Sequence[Translation]) -> list[Statement]:
    """Findings as causes. Of a finding's rows those count whose text it has; one without a text only if none has.

    A finding that says nothing of a cause (slow steps, memory) is left out.
    """
    result = []
    for finding in findings:
        rows = [each for each in known if each.finding == finding["id"]]
        chosen = [each for each in rows if each.says and each.says.lower() in finding["text"].lower()]
        chosen = chosen or [each for each in rows if not each.says]
        causes = tuple(dict.fromkeys(cause for each in chosen for cause in each.causes))
        if causes:
            result.append(Statement(causes, SEVERE[finding["severity"]]))
    return result


class Score(NamedTuple):
    """Counts of runs; see README.md."""

    name: str
    ill: int
    strict: int
    first: int
    also: int
    three: int
    missed: int
    calm: int
    alarms: int


def score(name: str, rows: Sequence[Mapping[str, str]], said: Sequence[Sequence[Statement]], level: Level) -> Score:
    """How often the first and the first three statements name the cause, and how often healthy runs get one."""
    counts = dict.fromkeys(Score._fields[1:], 0)
    for row, each in zip(rows, said, strict=True):
        if standing(row, level) == "healthy":
            counts["calm"] += 1
            counts["alarms"] += bool(each)
        elif standing(row, level) == "ill" and not row.get("second"):
            counts["ill"] += 1
            counts["missed"] += not each
            first = each[0].causes if each else ()
            counts["strict"] += first[:1] == (row["cause"],)
            counts["first"] += row["cause"] in first
            counts["also"] += not {row["cause"], *also_of(row)}.isdisjoint(first)
            counts["three"] += any(row["cause"] in one.causes for one in each[:3])
    return Score(name, **counts)


def at_least(said: Sequence[Sequence[Statement]], severity: int) -> list[list[Statement]]:
    """Only what a tool calls so severe."""
    return [[one for one in each if one.severity >= severity] for each in said]


def together(one: Sequence[Sequence[Statement]], other: Sequence[Sequence[Statement]]) -> list[list[Statement]]:
    """Two tools used side by side: their statements, most severe first, the first tool's before equals."""
    return [sorted([*a, *b], key=lambda each: -each.severity) for a, b in zip(one, other, strict=True)]


def plain_table(run: Run, main: Curve) -> list[list[str]]:
    """The run's curves under the names that every tool knows: one row per training loss, others in the nearest row."""
    wanted = {
        "train_loss": main,
        "val_loss": primary(run, "loss", "val"),
        "lr": next(iter(run.having("learning-rate")), None),
        "grad_norm": next(iter(run.having("gradient-norm")), None),
    }
    curves = {name: curve for name, curve in wanted.items() if curve is not None}
    rows = [[_number(x), *[""] * len(curves)] for x in main.x.tolist()]
    for column, curve in enumerate(curves.values(), start=1):
        # A point between two training losses belongs to the one before it; with another unit of x, to its share.
        share = np.linspace(main.x[0], main.x[-1], len(curve))
        x = curve.x if curve.x_unit == main.x_unit else share
        nearest = np.clip(np.searchsorted(main.x, x, side="right") - 1, 0, len(main.x) - 1)
        for row, y in zip(nearest.tolist(), curve.y.tolist(), strict=True):
            rows[row][column] = _number(y)
    return [["step", *curves], *rows]


def _number(value: float) -> str:
    return f"{value:.9g}" if math.isfinite(value) else str(value)


def questions(out: Path, rows: Sequence[Mapping[str, str]], where: Path, rulebook: Rulebook) -> list[str]:
    """A line of JSON for each run, with its plain table written."""
    lines = []
    where.mkdir(parents=True, exist_ok=True)
    for number, row in enumerate(rows):
        folder = folder_of(out, row["run"])
        question: dict[str, Any] = {"run": row["run"], "table": "", "train": None, "val": None, "label": None}
        try:
            run = read_run(folder)
        except MladvisorError:
            run = None
        main = primary(run, "loss", "train") if run is not None else None
        # Without a single loss that is minimised (GANs, reinforcement learning) they have nothing to say: no harm done.
        if run is not None and main is not None:
            table = where / f"{number}.csv"
            with table.open("w", newline="") as file:
                csv.writer(file).writerows(plain_table(run, main))
            question |= {"table": os.fspath(table), "epochs": main.x_unit != "step"}
        if run is not None:
            question["label"] = run.manifest.label
            for split in ("train", "val"):
                files = [name for name in run.files.get(split, ()) if name.endswith(".csv")]
                question[split] = os.fspath(folder / files[0]) if files else None
        lines.append(json.dumps(question))
    return lines


def install(peer: str, where: Path) -> tuple[Path, str]:
    """The tool's Python, and its version ("" when it could not be installed)."""
    environment = where / peer
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
    version = _version(python, peer)
    if not version:
        subprocess.run([python, "-m", "pip", "install", "--quiet", peer], check=False)
        version = _version(python, peer)
    return python, version


def _version(python: Path, peer: str) -> str:
    told = subprocess.run(
        [python, "-c", f"from importlib.metadata import version; print(version({peer!r}))"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip()


def ask(peer: str, python: Path, lines: Sequence[str]) -> list[dict[str, Any]]:
    """What the tool says of every run."""
    told = subprocess.run(
        [python, HERE / "ask.py", peer], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    found = {answer["run"]: answer for answer in map(json.loads, told.stdout.splitlines())}
    silent = {"findings": [], "error": told.stderr.strip()[-200:] or "no answer"}
    return [found.get(json.loads(line)["run"], silent) for line in lines]


def ours(
    rows: Sequence[dict[str, str]], rulebook: Rulebook, workshop: Workshop, level: Level
) -> dict[str, list[list[Statement]]]:
    """What mladvisor says: every cause in order; and only if the first leads over "healthy", or has even odds."""
    labelled = workshop.judge(rows, rulebook, level)
    found = beliefs(network_of(rulebook), labelled, largest=3)
    by_run = dict(zip(labelled.runs, ranked(found, network_of(rulebook).causes), strict=True))
    nothing: Ranked = ([], 0.0, 1.0)
    each = [by_run.get(row["run"], nothing) for row in rows]
    return {
        "if a cause has even odds": [said if top >= ACCUSED else [] for said, top, _ in each],
        "if a cause leads over healthy": [said if top > healthy else [] for said, top, healthy in each],
    }


def ranked(found: Beliefs, causes: Sequence[str]) -> list[Ranked]:
    """What is believed of each run, in the order in which mladvisor names causes."""
    keys = found.causes if found.keys is None else found.keys
    order = np.argsort(-keys, axis=1, kind="stable")
    return [
        ([Statement((causes[i],), 3) for i in columns], float(each[columns[0]]), float(healthy))
        for columns, each, healthy in zip(order, found.causes, found.healthy, strict=True)
    ]


def best(scores: Sequence[Score], alarms: int) -> Score:
    """A tool at the threshold that names most causes with at most so many false alarms; else at the quietest."""
    calm = [each for each in scores if each.alarms <= alarms]
    if calm:
        return max(calm, key=lambda each: (each.first, each.three, -each.alarms))
    quietest = min(scores, key=lambda each: each.alarms)
    return quietest._replace(name=f"{quietest.name}{LOUDER}")


def table(scores: Sequence[Score], title: str, note: str = "") -> Table:
    """One row for each tool and threshold."""
    rows = []
    for each in scores:
        found = (each.strict, each.first, each.also, each.three, each.missed)
        told = [counts(value / max(1, each.ill), each.ill) for value in found]
        rows.append([each.name, *told, counts(each.alarms / max(1, each.calm), each.calm)])
    return Table(title, ("", "strict", "first", "or also", "three", "missed", "alarms"), rows, note)


def beside(
    level: Level,
    rows: Sequence[Mapping[str, str]],
    mine: Mapping[str, Sequence[Sequence[Statement]]],
    said: Mapping[str, Sequence[Sequence[Statement]]],
    versions: Mapping[str, str],
) -> tuple[Table, Table]:
    """All tools on the same evidence: each at its best threshold with no more alarms than mladvisor; all thresholds.

    Args:
        mine: what mladvisor says, by its own thresholds. said: what each tool says with all that it says.
    """
    own = [score(f"mladvisor, {name}", rows, each, level) for name, each in mine.items()]
    others, pairs = [], []
    # With less than the whole folder there are no tables: who reads nothing else has nothing to say.
    tables = said.get(TABLES) if level == "folder" else None
    for peer, each in said.items():
        if peer == TABLES and tables is None:
            continue
        kept = {severity: at_least(each, severity) for severity in THRESHOLDS}
        label = f"{peer} {versions[peer]}"
        others.append([score(f"{label}, {word}", rows, kept[n], level) for n, word in THRESHOLDS.items()])
        if peer != TABLES and tables is not None:
            both = {n: together(kept[n], at_least(tables, n)) for n in THRESHOLDS}
            label = f"{peer} with {TABLES}"
            pairs.append([score(f"{label}, {word}", rows, both[n], level) for n, word in THRESHOLDS.items()])
    pairs = sorted(pairs, key=lambda some: -max(each.first for each in some))[:PAIRS]
    alarms = max(each.alarms for each in own)
    chosen = [best(some, alarms) for some in (*others, *pairs)]
    note = (
        f"{own[0].ill} faulty runs with one fault that this evidence can show, {own[0].calm} healthy runs. Each tool at"
        f" the threshold that names most causes first with at most {counted(alarms, 'false alarm')}, as mladvisor has."
    )
    if any(each.name.endswith(LOUDER) for each in chosen):
        note += f" {LOUDER.strip()}: more at every threshold; the quietest stands here."
    if tables is None and TABLES in said:
        note += f" {TABLES} reads tables alone and is left out."
    title = f"Beside other tools: {NAMES[level]}"
    every = [*own, *(each for some in (*others, *pairs) for each in some)]
    return table([*own, *chosen], title, note), table(every, f"{title}, all thresholds")


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Score other tools on the same labelled runs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--where", type=Path, required=True, help="folder for their environments")
    parser.add_argument("--half", default="", help="only runs of this half (dev or test)")
    parser.add_argument(
        "--level",
        action="append",
        choices=LEVELS,
        help="which faults count, and what all see; may be repeated (curves, and the whole folder)",
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--markdown", type=Path, help="write the table into this page, between its marks")
    given = parser.parse_args()
    rulebook = rulebook_with()
    rows = rows_of(given.out, rulebook, given.half)
    rows = [row for row in rows if standing(row, LEVELS[-1]) != "faint"]
    lines = questions(given.out, rows, given.where / "tables", rulebook)
    installed = {peer: install(peer, given.where) for peer in PEERS}
    absent = [peer for peer, (_, version) in installed.items() if not version]
    present = [peer for peer in PEERS if peer not in absent]
    with ThreadPool(given.jobs) as pool:
        told = dict(zip(present, pool.map(lambda peer: ask(peer, installed[peer][0], lines), present), strict=True))
    known = translations(HERE / "causes.csv")
    said = {peer: [statements(each["findings"], known[peer]) for each in found] for peer, found in told.items()}
    for peer, found in told.items():
        failed = [each["error"] for each in found if each["error"]]
        if failed:
            print(f"{peer}: {len(failed)} runs refused, as with: {re.sub(r'/[^ ]*/', '', failed[0])}", file=sys.stderr)
    versions = {peer: version for peer, (_, version) in installed.items()}
    workshop, parts = Workshop(given.out, jobs=given.jobs), []
    for level in given.level or ("curves", "folder"):
        mine = ours(rows, rulebook, workshop, level)
        short, every = beside(level, rows, mine, said, versions)
        if absent:
            short = short._replace(note=f"{short.note} Could not be installed: {', '.join(absent)}.")
        print(short.text(), every.text(), sep="\n")
        parts += [short.markdown(), folded(every.title, every.markdown())]
    if given.markdown is not None:
        replace_section(given.markdown, "peers", "\n".join([made_by(parser, given), "", *parts]))


if __name__ == "__main__":
    main()
