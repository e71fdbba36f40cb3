"""Data checks side by side with other tools: `python benchmarks/table_peers/run.py --where ENVIRONMENTS [--rows N]`.

Each tool is installed in the version named here into an environment of its own below ENVIRONMENTS (what is there is
used), and asked about the same pair of tables with planted faults and about the clean pair (`benchmarks/data.py`).
A fault counts as found when a check that names it fails on the faulty pair and not on the clean one: a check that
fails on both says nothing. Costs are CPU seconds and peak memory of the process that reads the faulty pair.
With `--write` the table goes into docs/data-peers.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data import PLANTED, clean, faulty, present, write

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "data-peers.md"
MARK = "<!-- table -->"


class Peer(NamedTuple):
    """A tool: what pip installs, the script that asks it, and for each planted fault the checks that name it.

    The newest versions of what they stand on break both, so those are held back as well.
    """

    install: tuple[str, ...]
    names: dict[str, tuple[str, ...]]


PEERS = {
    "deepchecks": Peer(
        (
            "deepchecks==0.19.1",
            "setuptools<80",
            "scikit-learn==1.5.2",
            "numpy==1.26.4",
            "pandas==2.2.3",
            "scipy==1.13.1",
            "category-encoders==2.6.4",
        ),
        {
            "shifted columns": ("Feature Drift.*num_2", "Feature Drift.*num_5", "Feature Drift.*cat_3"),
            "leaking column": ("Feature Label Correlation .*leak",),
            "constant column": ("Single Value.*flat",),
            "numbers among words": ("Mixed Data Types.*cat_1",),
            "new category in test": ("New Category.*cat_2",),
            "copies of train in test": ("Train Test Samples Mix",),
            "duplicates in train": ("Data Duplicates",),
            "overlapping dates": ("Date Train-Test Leakage .overlap",),
        },
    ),
    "evidently": Peer(
        ("evidently==0.7.14", "numpy==2.2.6", "pandas==2.3.3"),
        {
            "shifted columns": ("Drift for column num_2", "Drift for column num_5", "Drift for column cat_3"),
            "leaking column": ("Correlation.*leak",),
            "constant column": ("[Cc]onstant",),
            "numbers among words": ("cat_1 ",),
            "new category in test": ("cat_2 ",),
            "copies of train in test": ("mix|overlap",),
            "duplicates in train": ("Duplicated row",),
            "overlapping dates": ("signed_up",),
        },
    ),
}


class Asked(NamedTuple):
    """What a process printed, and what it cost."""

    document: Any
    cpu: float
    peak: float


def run(command: list[str], *, environment: dict[str, str] | None = None) -> Asked:
    """One process, its JSON, CPU seconds and peak MiB. Raises RuntimeError with its last lines when it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(err.read().decode(errors="replace").strip().splitlines()[-1][:300])
        printed = out.read().decode()
    return Asked(json.loads(printed[printed.index("{" if printed.startswith("{") else "[") :]),
                 usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)  # fmt: skip


def environment_of(name: str, peer: Peer, where: Path) -> Path:
    """The interpreter of a tool's environment, made where there is none. Raises RuntimeError with what pip says."""
    folder = where / name
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True)
        for packages in (peer.install[:1], peer.install[1:]):  # pip takes the second line's word over the first's
            command = [str(python), "-m", "pip", "install", "-q", *packages]
            finished = subprocess.run(command, capture_output=True, text=True, check=False)
            if finished.returncode:
                raise RuntimeError(finished.stderr.strip().splitlines()[-1][:300])
        done.touch()
    return python


def failed(said: list[dict[str, str]]) -> list[str]:
    """Name and sentence of every check that did not pass."""
    return [f"{one['check']} : {one['says']}" for one in said if one["state"] == "failed"]


def found(names: tuple[str, ...], bad: list[str], good: list[str]) -> str:
    """How many of the things that a fault did are named by checks that fail only on the faulty pair."""
    passed = {line.split(" : ")[0] for line in good}
    hits = [
        any(re.search(name, line) and (line.split(" : ")[0] not in passed or line not in good) for line in bad)
        and not any(re.search(name, line) for line in good)
        for name in names
    ]
    return "found" if all(hits) else f"{sum(hits)} of {len(hits)}" if any(hits) else "not found"


def ours(pairs: dict[str, Path]) -> tuple[dict[str, str], int, Asked]:
    """The same of mladvisor: state of each fault, findings on the clean pair, cost."""
    command = [sys.executable, "-m", "mladvisor", "diagnose"]
    good = run([*command, str(pairs["clean"]), "--format", "json"])
    bad = run([*command, str(pairs["faulty"]), "--format", "json"])
    seen = present(bad.document["runs"][0])
    states = {}
    for fault, wanted in PLANTED.items():
        hits = [item in seen.get(finding, {}).get("items", []) for finding, items in wanted.items() for item in items]
        states[fault] = "found" if all(hits) else f"{sum(hits)} of {len(hits)}" if any(hits) else "not found"
    return states, len(present(good.document["runs"][0])), bad


def main() -> None:
    """Ask everybody, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--where", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    root = Path(tempfile.mkdtemp())
    pairs = {
        "clean": write(root / "clean", clean(options.rows)),
        "faulty": write(root / "faulty", faulty(options.rows)),
    }
    states, alarms, cost = ours(pairs)
    columns = {"mladvisor": [*states.values(), f"{alarms}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]}
    for name, peer in PEERS.items():
        try:
            python = environment_of(name, peer, options.where)
            asked = {
                kind: run(
                    [str(python), str(HERE / f"ask_{name}.py"), str(folder / "train.csv"), str(folder / "test.csv")]
                )
                for kind, folder in pairs.items()
            }
        except RuntimeError as error:
            print(f"{name} could not be asked: {error}", file=sys.stderr)
            continue
        bad, good = failed(asked["faulty"].document), failed(asked["clean"].document)
        told = [found(peer.names[fault], bad, good) for fault in PLANTED]
        title = f"{name} {peer.install[0].partition('==')[2]}"
        total = len(asked["clean"].document)
        columns[title] = [*told, f"{len(good)} of {total}", f"{asked['faulty'].cpu:.1f}", f"{asked['faulty'].peak:.0f}"]
        for line in good:
            print(f"{name}, clean pair: {line}", file=sys.stderr)
    heads = [*PLANTED, "checks that fail on the clean pair", "CPU, s", "peak memory, MiB"]
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    lines += [f"| {head} | {' | '.join(each[row] for each in columns.values())} |" for row, head in enumerate(heads)]
    table = "\n".join(lines)
    print(table)
    if options.write:
        before, _, rest = PAGE.read_text().partition(MARK)
        after = rest.partition(MARK)[2]
        counts = f"Tables of {options.rows:,} and {options.rows // 4:,} rows, 30 columns."
        PAGE.write_text(f"{before}{MARK}\n{counts}\n\n{table}\n{MARK}{after}")


if __name__ == "__main__":
    main()
