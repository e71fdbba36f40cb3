"""What starting and judging costs, as ratios on this machine: `python benchmarks/speed.py`.

CPU seconds (user and system) of whole processes after a warm-up, with byte code cached as an installed program has it.
The commands take turns, so that a machine with other work to do slows all of them down, and each ratio is the median of
the ratios of neighbours. Nothing here is a test: milliseconds depend on the machine, ratios less so.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_runs" / "intents-gru-keras"
SCRIPT = Path(sys.executable).with_name("mladvisor")
PROGRAM = [str(SCRIPT)] if SCRIPT.exists() else [sys.executable, "-m", "mladvisor"]
RUNS, FOLDERS, ROWS = 21, 200, 100


def cpu(*commands: list[str], runs: int = RUNS) -> list[list[float]]:
    """CPU seconds of each of the commands in fresh processes that take turns."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        rounds = []
        for _ in range(runs + 1):
            spent = []
            for command in commands:
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            rounds.append(spent)
    return [list(times) for times in zip(*rounds[1:], strict=True)]


def python(code: str) -> list[str]:
    """The command that runs a line of Python."""
    return [sys.executable, "-c", code]


def make_folders(root: Path) -> None:
    """Folders with a curve table of 100 rows and a configuration, each a little different."""
    for number in range(FOLDERS):
        folder = root / f"run-{number:03d}"
        folder.mkdir()
        level = 1 + number / FOLDERS
        rows = [
            f"{epoch},{level * 0.97**epoch:.5f},{level * 0.975**epoch:.5f},{1 - 0.9 * 0.96**epoch:.4f}"
            for epoch in range(ROWS)
        ]
        (folder / "metrics.csv").write_text("epoch,train_loss,val_loss,val_accuracy\n" + "\n".join(rows) + "\n")
        (folder / "config.yaml").write_text(f"learning_rate: {0.001 * level:.5f}\nbatch_size: 32\noptimizer: adam\n")


def batch() -> tuple[float, float, float]:
    """Folders a CPU second: as rows of a table, as whole diagnoses, and as the command with its start."""
    from mladvisor.diagnosis.api import diagnose_all, rulebook_with

    with tempfile.TemporaryDirectory() as folder:
        make_folders(Path(folder))
        book = rulebook_with()
        rates = []
        for detail in (False, True):
            spent = []
            for _ in range(3):
                start = time.process_time()
                count = sum(1 for each, _ in diagnose_all(folder, rulebook=book, detail=detail) if each.error is None)
                spent.append((time.process_time() - start) / count)
            rates.append(1 / statistics.median(spent))
        whole = FOLDERS / statistics.median(cpu([*PROGRAM, "batch", folder], runs=3)[0])
    return rates[0], rates[1], whole


def rules() -> tuple[int, float, float]:
    """Documents, and milliseconds to load them with and without what an earlier start kept."""
    code = (
        "import time\nfrom mladvisor.features.catalogue import catalogue\ncatalogue()\n"
        "from mladvisor.rulebook import load\nstart = time.process_time()\nbook = load()\n"
        "print(len(book.entries), 1000 * (time.process_time() - start))"
    )
    found = {}
    for cached in (True, False):
        environment = {**os.environ, **({} if cached else {"MLADVISOR_CACHE": ""})}
        times = []
        for _ in range(7):
            done = subprocess.run(
                [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
            )
            count, spent = done.stdout.split()
            times.append(float(spent))
        found[cached] = statistics.median(times)
    return int(count), found[True], found[False]


def main() -> None:
    """Print the table."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"medians of {RUNS} processes each\n"
    )
    floor = "import os\nos.environ['OPENBLAS_NUM_THREADS'] = '1'\nimport click, msgspec, numpy, yaml"
    commands = {
        "python -c 'import pandas'": python("import pandas"),
        "python -c pass": python("pass"),
        "import click, msgspec, numpy, yaml (the floor)": python(floor),
        "mladvisor --help": [*PROGRAM, "--help"],
        "mladvisor diagnose, curves and configuration": [*PROGRAM, "diagnose", str(SAMPLE)],
    }
    times = cpu(*commands.values())
    print(f"{'':48}{'CPU s':>8}{'of pandas':>11}")
    for name, spent in zip(commands, times, strict=True):
        ratio = statistics.median(one / pandas for one, pandas in zip(spent, times[0], strict=True))
        print(f"{name:48}{statistics.median(spent):8.3f}{ratio:10.2f}x")
    count, cached, parsed = rules()
    print(f"\n{count} rule documents load in {cached:.1f} ms of CPU with the cache, {parsed:.1f} ms without")
    rows, documents, whole = batch()
    print(f"batch of {FOLDERS} folders of {ROWS} rows, folders a CPU second: {rows:.0f} as a table,")
    print(f"{documents:.0f} as whole diagnoses (JSON), {whole:.0f} as a table with the start of the program")
    print("\nTensorBoard files: python benchmarks/event_files.py")


if __name__ == "__main__":
    main()
