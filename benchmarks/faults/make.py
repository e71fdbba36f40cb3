"""Make the fault benchmark: `python benchmarks/faults/make.py OUT [--size 1.0] [--only TEXT] [--seed 0] [--jobs 2]`.

Leaves OUT/runs/<name>/ as an organised user leaves a folder (log, configuration, tables, predictions, layers, ...), and
OUT/labels.csv, one row per run, beside them. `levels.py` cuts the runs down to less evidence. The same seed makes the
same bytes; what is there already is not made again. Controls that the oracle does not find healthy, and
folders with too few points to say anything, go to OUT/rejected.csv instead. Runs that crash are listed there, too, told
at the end, and tried again the next time. Ctrl-C stops it; folders that have no label yet are removed.

Columns of labels.csv:
    run; fault (pairs joined with "+", or control:NAME)
    cause      the root, or healthy; second: the other root of a pair
    also       mechanisms and look-alikes that may rightly be named, space-separated
    shows      the least evidence that can show it: curves, config, folder; "none" when the fault left no trace of any
               kind (nothing must be diagnosed); "faint" (not to be scored) when a person might or might not see it, it
               did something else than it was meant to, nothing in the folder tells what was done, or one of a pair left
               no trace; "healthy" for controls
    trace      effects measured against the healthy twin, in multiples of the limit in traces.py
    evidence   what the whole folder shows of it, in multiples of the limit in evidence.py; for a control: what it shows
               although nothing is wrong
    task; data; family; logger; config (full, little, none); seed
    half       dev or test, by a hash of task, data and family
    alike      the same for runs that differ in their seed alone
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from benchmarks.faults import special
from benchmarks.faults.configs import write_config
from benchmarks.faults.controls import CONTROLS
from benchmarks.faults.evidence import MODEL_KEYS, PIECES, SHOWN_BY, Folder, evidence
from benchmarks.faults.faults import BY_NAME
from benchmarks.faults.injection import Fault
from benchmarks.faults.loggers import EPOCHS_ONLY, LOGGERS, usual_config
from benchmarks.faults.plan import Case, half, plan
from benchmarks.faults.recipe import Recipe, healthy, rng_of
from benchmarks.faults.traces import EFFECTS, FAINT, effects, seen, unhealthy
from benchmarks.faults.train import History, train
from benchmarks.faults.views import View
from benchmarks.faults.whole import drawn, write_whole

from mladvisor.errors import nearest

COLUMNS = (
    "run",
    "cause",
    "second",
    "also",
    "fault",
    "shows",
    "trace",
    "evidence",
    "task",
    "data",
    "family",
    "logger",
    "config",
    "seed",
    "half",
    "alike",
)
CONFIGS = ("full", "little", "none")
LEVELS = ("curves", "config", "folder", "faint", "none")
"""From seen at once to not to be seen."""
CRASHED = "crashed: "
USUAL = "about 1,040"
"""Runs of one seed that are labelled, rounded: of the 1,102 planned some sixty controls and short runs are rejected."""
INTERRUPTED = 130


@lru_cache(maxsize=64)
def _twin(recipe: Recipe) -> History:
    """A healthy twin, trained once for all faults that share it."""
    return train(recipe)


def _view(history: History, logger: str, look: str, style: np.random.Generator) -> View:
    """What this logger logs of it, so that a log has some 3 to 300 rows."""
    updates, epochs = len(history.steps["step"]), len(history.epochs)
    steps = look == "steps" or (look == "" and (epochs < 5 or style.random() < 0.4))
    steps = steps and logger not in EPOCHS_ONLY and updates > 0 and look not in ("epochs", "sparse")
    every = 0
    if steps or (logger == "huggingface" and look != "sparse"):
        wanted = int(style.choice([40, 80, 150, 300]))
        every = max(1, round(updates / wanted))
    sparse = max(1, epochs // int(style.choice([3, 4]))) if look == "sparse" else 1
    if logger == "huggingface" and look == "sparse":
        every = max(1, updates // 4)
    return View(
        every=every,
        epochs=sparse,
        val=style.random() < 0.9,
        metric=bool(history.recipe.metrics) or style.random() < 0.75,
        lr=bool(style.random() < 0.5) or logger == "huggingface",
        gradient=bool(every) and style.random() < 0.35,
    )


def _write(
    folder: Path, history: History, probed: Path, look: str, style: np.random.Generator
) -> tuple[str, str, View, set[str], Folder]:
    epochs_only = look in ("epochs", "sparse") or history.recipe.family == "boosting"
    names = [name for name in LOGGERS if not (look == "steps" and name in EPOCHS_ONLY)]
    if history.recipe.family == "boosting":
        names = ["csv", "jsonl", "history-json", "text", "mlflow", "keras", "tensorboard"]
    elif epochs_only and look == "epochs":
        names.remove("huggingface")
    if len(history.epochs) < 3:
        names = [name for name in names if name not in EPOCHS_ONLY]
    if history.recipe.metrics:
        names = [name for name in names if name != "text"]  # which prints one metric only
    logger = str(style.choice(names))
    view = _view(history, logger, look, style)
    if len(history.epochs) < 3 and not view.every:
        view = view._replace(every=max(1, len(history.steps["step"]) // 40))
    folder.mkdir(parents=True)
    LOGGERS[logger](folder, history, view, style)
    amount = str(style.choice(CONFIGS, p=[0.55, 0.3, 0.15]))
    keys = write_config(folder, history, amount, style, usual_config(logger) if style.random() < 0.8 else "")
    left = write_whole(folder, history, probed, style=style, kept=drawn(style, history.recipe))
    return logger, amount, view, keys, left


def _recipe(base: Recipe, faults: tuple[Fault, ...], case: Case, *, without: Fault | None = None) -> Recipe:
    """The base with all faults, or with all but one: that one's twin."""
    draws = {fault.name: rng_of("change", case.name, fault.name) for fault in faults}
    for fault in faults:
        base = fault.base(base, draws[fault.name])
    for fault in faults:
        if fault is not without:
            base = fault.change(base, draws[fault.name])
    return base


def _shows(fault: Fault, found: dict[str, float], view: View, keys: set[str], folder: Folder) -> tuple[str, str]:
    """The least evidence that shows a fault with these effects, given what is logged, configured and left beside.

    Returns:
        Its name, and the pieces of evidence of the folder with their sizes, as labels.csv has them.
    """
    pieces = evidence(folder, fault.pieces or SHOWN_BY.get(fault.cause, ()))
    told = " ".join(f"{name}:{size:.1f}" for name, size in pieces.items() if size >= FAINT)
    present = {name for name, size in pieces.items() if size >= 1}
    enough = any(PIECES[name].enough for name in present)
    if max(found.values(), default=0.0) < 1:
        return "folder" if enough else "faint" if found else "none", told
    if fault.level == "curves" and seen(found, view.names()):
        return "curves", told
    if fault.level != "folder" and keys.intersection(fault.keys):
        return "config", told
    model = folder.has("model") and MODEL_KEYS.intersection(fault.keys)
    return "folder" if present or model else "faint", told


def _alarms(folder: Folder) -> str:
    """The pieces of evidence that a healthy control shows by chance: what the limits are judged by."""
    found = evidence(folder, tuple(PIECES))
    return " ".join(f"{name}:{size:.1f}" for name, size in found.items() if size >= 1)


def _together(marks: list[str]) -> str:
    """A pair shows where the less visible of the two does; when only one left a trace, it is not scored."""
    return "faint" if "none" in marks and len(set(marks)) > 1 else max(marks, key=LEVELS.index)


def make(case: Case, out: Path) -> dict[str, str]:
    """Train one case and leave its folder; returns its row of labels.csv, or a row with `why` when it is rejected."""
    style = rng_of("style", case.name, case.kind)
    folder = out / "runs" / case.name
    shutil.rmtree(folder, ignore_errors=True)
    row = {"run": case.name, "data": case.data, "family": case.family, "seed": str(case.seed), "fault": case.kind}
    row["alike"] = f"{case.kind}/{case.data}/{case.family}"
    if case.kind in ("control:reinforcement", "control:gan"):
        folder.mkdir(parents=True)
        rl = case.kind.endswith("reinforcement")
        logger = (special.write_reinforce if rl else special.write_gan)(folder, case.seed, style)
        task = "reinforcement" if rl else "adversarial"
        return row | {
            "cause": "healthy",
            "shows": "healthy",
            "task": task,
            "logger": logger,
            "config": "none",
            "half": half(task, case.data, case.family),
        }
    base = healthy(case.data, case.family, case.seed)
    with TemporaryDirectory() as probed:
        return row | _trained(case, base, folder, Path(probed), style=style)


def _trained(case: Case, base: Recipe, folder: Path, probed: Path, *, style: np.random.Generator) -> dict[str, str]:
    """The rest of `make`, for all but the special ones."""
    if case.kind.startswith("control:"):
        rng = rng_of("change", case.name, case.kind)
        control = next(c for c in CONTROLS if c.name == case.kind.removeprefix("control:"))
        history = train(control.change(base, rng), probed)
        why = unhealthy(history, keeps_best=control.keeps_best)
        if why:
            return {"why": why}
        logger, amount, _, _, left = _write(folder, history, probed, control.look, style)
        label = {"cause": "healthy", "shows": "healthy", "evidence": _alarms(left)}
    else:
        faults = tuple(BY_NAME[name] for name in case.kind.split("+"))
        history = train(_recipe(base, faults, case), probed)
        logger, amount, view, keys, left = _write(folder, history, probed, "", style)
        marks = []
        for fault in faults:
            twin = _twin(_recipe(base, faults, case, without=fault))
            found = effects(history, twin, fault.traces)
            if not found and max(effects(history, twin, tuple(EFFECTS)).values(), default=0.0) >= 1:
                found = {"otherwise": FAINT}  # it did something else than what it was meant to do
            shows, told = _shows(fault, found, view, keys, left)
            marks.append((shows, " ".join(f"{n}:{size:.1f}" for n, size in found.items()), told))
        label = {
            "cause": faults[0].cause,
            "second": faults[1].cause if len(faults) > 1 else "",
            "also": " ".join(dict.fromkeys(cause for fault in faults for cause in fault.also)),
            "shows": _together([shows for shows, *_ in marks]),
            "trace": " + ".join(trace for _, trace, _ in marks),
            "evidence": " + ".join(told for *_, told in marks),
        }
    task = history.task
    return label | {"task": task, "logger": logger, "config": amount, "half": half(task, case.data, case.family)}


def _work(job: tuple[list[Case], str]) -> list[dict[str, str]]:
    cases, out = job
    rows = []
    for case in cases:
        try:
            rows.append(make(case, Path(out)))
        except Exception as error:  # one broken recipe must not end a thousand runs; it is reported
            rows.append(
                {
                    "run": case.name,
                    "fault": case.kind,
                    "data": case.data,
                    "family": case.family,
                    "seed": str(case.seed),
                    "why": f"{CRASHED}{type(error).__name__}: {error}",
                }
            )
    return rows


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _save(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["run"]))
    part.replace(path)


@contextmanager
def _workers(jobs: int) -> Iterator[Pool]:
    """Processes that leave Ctrl-C to this one; they end with the block."""
    usual = signal.signal(signal.SIGINT, signal.SIG_IGN)  # which what is started now inherits
    try:
        pool = get_context("spawn").Pool(jobs)
    finally:
        signal.signal(signal.SIGINT, usual)
    with pool:
        yield pool


def _remove_unlabelled(out: Path, cases: Iterable[Case], made: Sequence[Mapping[str, str]]) -> None:
    """Take away what a run that crashed or was interrupted left."""
    labelled = {row["run"] for row in made}
    for case in cases:
        if case.name not in labelled:
            shutil.rmtree(out / "runs" / case.name, ignore_errors=True)


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"


def _crashes(refused: Sequence[Mapping[str, str]], rejects: Path) -> str:
    """How many runs crashed, and the first; "" where none did."""
    found = [row for row in refused if row["why"].startswith(CRASHED)]
    if not found:
        return ""
    told = f"{_runs(len(found))} crashed (the column why of {rejects} says how), the first: "
    return f"{told}{found[0]['run']}, {found[0]['why'].removeprefix(CRASHED)}"


def _causes(case: Case, causes: Mapping[str, str]) -> list[str]:
    return [causes.get(part, "healthy") for part in case.kind.split("+")]


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Train the fault benchmark's runs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=float, default=1.0, help=f"times the usual number of runs ({USUAL})")
    parser.add_argument("--only", default="", help="only faults or controls whose name or cause holds this text")
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other runs")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    planned, causes = list(plan(given.size, given.seed)), {name: fault.cause for name, fault in BY_NAME.items()}
    wanted = [case for case in planned if given.only in case.kind or given.only in " ".join(_causes(case, causes))]
    if not wanted:
        known = {name for case in planned for name in (*case.kind.split("+"), *_causes(case, causes))}
        parser.error(f'--only: no fault, control or cause holds "{given.only}"{nearest(given.only, sorted(known))}')
    given.out.mkdir(parents=True, exist_ok=True)
    labels, rejects = given.out / "labels.csv", given.out / "rejected.csv"
    made, refused = _read(labels), [row for row in _read(rejects) if not row["why"].startswith(CRASHED)]
    done = {row["run"] for row in made if (given.out / "runs" / row["run"]).is_dir()} | {row["run"] for row in refused}
    cases = [case for case in wanted if case.name not in done]
    if not cases:
        print(f"nothing is left to make: all {len(wanted)} of it are there, or were refused", file=sys.stderr)
        return
    cases.sort(key=lambda case: (case.data, case.family, case.seed))  # twins are shared within a chunk
    chunks = [(cases[i : i + 12], str(given.out)) for i in range(0, len(cases), 12)]
    made = [row for row in made if row["run"] in done]
    try:
        with _workers(given.jobs) as pool:
            for count, rows in enumerate(pool.imap_unordered(_work, chunks), 1):
                made += [row for row in rows if "why" not in row]
                refused += [row for row in rows if "why" in row]
                _save(labels, made, COLUMNS)
                _save(rejects, refused, ("run", "fault", "data", "family", "seed", "why"))
                told = f"{count}/{len(chunks)} chunks, {len(made)} runs, {len(refused)} rejected"
                print(f"\r{told}", end="", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"\nstopped: {_runs(len(made))} made; the same command goes on from there", file=sys.stderr)
        sys.exit(INTERRUPTED)
    finally:
        _remove_unlabelled(given.out, cases, made)
    print(file=sys.stderr)
    crashes = _crashes(refused, rejects)
    if crashes:
        print(crashes, file=sys.stderr)


if __name__ == "__main__":
    main()
