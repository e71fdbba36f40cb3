"""How right the diagnoses of labelled runs are: `python benchmarks/score.py OUT [--half test] [--level config]`.

OUT is a labelled root (benchmarks/faults/make.py makes one; docs/calibration.md describes it). Every run is judged at
three levels of evidence: its curves alone; curves and configuration; the whole folder. A fault is scored only where it
shows at that level (column `shows` of labels.csv); where it does not, the right answer accuses nothing ("hidden").

A run that is missing or cannot be read counts as missed, and is named: in use it gets no diagnosis. A healthy one is
named, too, but is no alarm.

    first       faulty runs (one fault) whose cause is named first; equal probabilities count against
    or also     the same when a mechanism or look-alike of `also` may be named as well
    three, MRR  among the first three; mean of 1 over the place
    both        pairs of faults: both causes among the first three
    alarms      healthy runs, and runs whose fault left no trace, with a cause at 50 % or more
    missed      faulty runs (pairs too) without a cause at 50 %
    astray      hidden faults where something else is accused at 50 %
    Brier, ECE  of the leading statement (a cause, or healthy), of all and of both apart; "by chance" is what a
                perfectly calibrated forecaster with the same probabilities gets on as many runs: mean, and 95th
                percentile, then what is above the mean. A mechanism or look-alike of `also` that leads counts as
                right; "strictly" only what is labelled does. Hidden faults are left out of both: where the evidence
                cannot show the fault nobody can say whether "healthy" was wrong. So are runs that could not be read

Shares stand beside counts, "17 of 25 (68 %)"; of fewer than ten the count alone.

Measurements are kept in OUT/.measured, so that a second try after a change of rules takes seconds; `--stale` uses them
although the measuring code has changed. `--failures PAGE` writes the runs that fail, one line each, with what misled
and what would have told (benchmarks/scoring/failures.py). With `--consult N`, N faulty runs are consulted about, too: a
session that sees only the curves asks, the folder answers (benchmarks/scoring/consultations.py).
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from benchmarks.scoring.failures import failures
from benchmarks.scoring.grounds import why_untold
from benchmarks.scoring.judged import NAMES, Judged, judge
from benchmarks.scoring.kept import Workshop
from benchmarks.scoring.runs import rows_of
from benchmarks.scoring.tables import Table, counts, made_by, percent, replace_section

from mladvisor.calibration.labelled import standing
from mladvisor.calibration.labels import LEVELS
from mladvisor.calibration.score import ACCUSED, score
from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.network import network_of
from mladvisor.inference.reliability import brier, calibration_error, error_by_chance, reliability, wilson
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.word_model import HEALTHY

READER_GONE = 141
"""Exit status where the reader of the output went away, as of the program itself."""

UNTOLD = 0.4

CONFIGS = {"full": "all settings", "little": "some settings", "none": "no configuration"}


def overview(judged: Iterable[Judged]) -> Table:
    """One column for each level."""
    columns = []
    for each in judged:
        one, whole = score(*each.where(each.single)), score(each.beliefs, each.labelled)
        ill = int(each.ill.sum())
        columns.append(
            {
                "": NAMES[each.level],
                "first": counts(one.first, one.runs, interval=True),
                "first, or also": counts(one.first_or_also, one.runs),
                "three": counts(one.among_three, one.runs, interval=True),
                "MRR": f"{one.reciprocal_rank:.2f}",
                "both of a pair among three": counts(whole.both_among_three, whole.pairs),
                "alarms": counts(whole.false_alarms, whole.healthy_runs),
                "missed": counts(whole.missed, ill),
                "astray": counts(whole.astray, whole.hidden),
                "Brier": f"{whole.brier:.3f}",
                **{f"ECE, {name}": _beside_chance(said, right) for name, said, right in led(each) if "," not in name},
            }
        )
    (header, *rows) = ([name, *(column[name] for column in columns)] for name in columns[0])
    return Table("Scores by level of evidence", tuple(header), rows)


def _beside_chance(said: np.ndarray, right: np.ndarray) -> str:
    """The calibration error, and what of it is more than chance."""
    if not said.size:
        return "-"
    error, chance = calibration_error(said, right), error_by_chance(said)
    return f"{error:.3f} (by chance {chance.mean:.3f}, <{chance.upper:.3f}; {error - chance.mean:+.3f})"


def curve(each: Judged) -> Table:
    """The calibration curve of the leading statement."""
    chosen = ~each.labelled.hidden & (each.outcomes.said > 0)
    rows = []
    said, right = each.outcomes.said[chosen], each.outcomes.right[chosen]
    for one in reliability(said, right) if said.size else ():
        low, high = wilson(one.observed * one.size, one.size)
        rows.append(
            [
                f"{100 * one.low:.0f}-{100 * one.high:.0f} %",
                str(one.size),
                f"{100 * one.predicted:.0f}",
                counts(one.observed, one.size),
                f"{100 * low:.0f}-{100 * high:.0f} %",
            ]
        )
    return Table(f"Calibration, {NAMES[each.level]}", ("said", "runs", "mean %", "true", "95 % interval"), rows)


def led(each: Judged) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """What leads, by kind: its name, with which probability it was said of each run, and whether that was right."""
    found = each.outcomes
    chosen = ~each.labelled.hidden & (found.said > 0)
    ill = found.top > each.beliefs.healthy
    for name, some, right in (
        ("all", chosen, found.right),
        ("all, strictly", chosen, found.strictly),
        ("a cause", chosen & ill, found.right),
        ("a cause, strictly", chosen & ill, found.strictly),
        ("healthy", chosen & ~ill, found.right),
    ):
        yield name, found.said[some], right[some]


def leading(judged: Iterable[Judged]) -> Table:
    """How well calibrated what leads is: all, strictly, and causes and "healthy" apart."""
    rows = []
    for each in judged:
        for name, said, true in led(each):
            row = [f"{each.level}: {name}", percent(_mean(said), said.size)]
            row += [counts(_mean(true), said.size, interval=True)]
            if said.size:
                error, chance = calibration_error(said, true), error_by_chance(said).mean
                row += [f"{brier(said, true):.3f}", f"{error:.3f}", f"{chance:.3f}", f"{error - chance:+.3f}"]
            rows.append(row + ["-"] * (7 - len(row)))
    header = ("", "said %", "true", "Brier", "ECE", "by chance", "above chance")
    return Table("Calibration of what leads", header, rows)


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else 0.0


def not_read(judged: Iterable[Judged], out: Path) -> Table | None:
    """The runs that are missing or cannot be read, with the reason; None where all were read."""
    rows: dict[str, list[str]] = {}
    for each in judged:
        for label, said in zip(each.labelled.rows, each.outcomes.said, strict=True):
            if said == 0:
                why = each.labelled.skipped[label["run"]].replace(f"{out}{os.sep}", "")
                why = why.removeprefix(f"{label['run']}: ")
                rows.setdefault(label["run"], [label["run"], label["cause"], why])
    if not rows:
        return None
    calm = sum(cause == HEALTHY for _, cause, _ in rows.values())
    return Table(
        "Not read",
        ("run", "cause", "why"),
        list(rows.values()),
        f"Faulty, counted as missed: {len(rows) - calm}; healthy, no alarm: {calm}.",
    )


def by_key(judged: Iterable[Judged], title: str, key: Callable[[dict[str, str]], str]) -> Table:
    """First and among three by a property of the run, at each level; and false alarms where it has healthy runs."""
    cells: dict[str, list[str]] = {}
    header: tuple[str, ...] = ("",)
    for number, each in enumerate(judged):
        header += (f"{each.level}: first", "three", "missed", "alarms")
        keys = np.array([key(row) for row in each.labelled.rows])
        for name in sorted(set(keys.tolist())):
            found = keys == name
            one, whole = score(*each.where(found & each.single)), score(*each.where(found & ~each.labelled.hidden))
            row = cells.setdefault(name, [])
            row += ["-"] * (4 * number - len(row))
            row += [counts(one.first, one.runs), counts(one.among_three, one.runs)]
            row += [counts(whole.missed, int((found & each.ill).sum()))]
            row += [counts(whole.false_alarms, whole.healthy_runs)]
    rows = [[name, *row, *["-"] * (len(header) - 1 - len(row))] for name, row in sorted(cells.items())]
    return Table(title, header, rows)


def confusions(each: Judged, most: int) -> Table:
    """What stands first instead of the true cause (or is accused on healthy runs), most frequent first."""
    named = [name or "(not read)" for name in each.first]
    wrong: Counter[tuple[str, str]] = Counter()
    sure: Counter[tuple[str, str]] = Counter()
    runs: Counter[str] = Counter()
    for index, row in enumerate(each.labelled.rows):
        if each.single[index]:
            runs[row["cause"]] += 1
            if each.outcomes.place[index] != 1:
                pair = row["cause"], named[index]
                wrong[pair] += 1
                sure[pair] += bool(each.outcomes.top[index] >= ACCUSED)
        elif not each.ill[index]:
            calm = "(healthy)" if each.labelled.label[index] < 0 else "(hidden)"
            runs[calm] += 1
            column = each.outcomes.leads[index]
            if each.outcomes.top[index] >= ACCUSED and not each.labelled.fine[index, column]:
                wrong[calm, named[index]] += 1
                sure[calm, named[index]] += 1
    rows = [
        [cause, other, f"{count} of {runs[cause]}", str(sure[cause, other])]
        for (cause, other), count in wrong.most_common(most)
    ]
    return Table(f"What stands first instead, {NAMES[each.level]}", ("true cause", "first", "runs", "at 50 %"), rows)


def untold(judged: Iterable[Judged]) -> Table:
    """Faults of which more than `UNTOLD` are not among the first three, and what would tell them apart."""
    why = why_untold()
    cells: dict[str, list[str]] = {}
    levels = list(judged)
    for number, each in enumerate(levels):
        faults = np.array([row.get("fault", "") for row in each.labelled.rows])
        for fault in sorted(set(faults[each.single].tolist())):
            places = each.outcomes.place[each.single & (faults == fault)]
            missing = int((places > 3).sum())
            if missing > UNTOLD * len(places):
                row = cells.setdefault(fault, ["-"] * len(levels))
                row[number] = f"{missing} of {len(places)}"
    return Table(
        "Faults that are often not among the first three",
        ("fault", *(NAMES[each.level] for each in levels), "what would tell it apart"),
        [[fault, *row, why.text(fault)] for fault, row in sorted(cells.items())],
    )


def per_run(judged: Iterable[Judged], rulebook: Rulebook) -> list[list[str]]:
    """What came of each run at each level, with the findings that are present; the first row names the columns."""
    names = np.array(network_of(rulebook).findings)
    rows = [
        ["run", "level", "standing", "fault", "cause", "second", "first", "probability", "healthy", "place", "present"]
    ]
    for each in judged:
        for index, label in enumerate(each.labelled.rows):
            shown = " ".join(names[np.nan_to_num(each.labelled.degrees[index]) >= ACCUSED])
            found = each.outcomes
            rows.append(
                [
                    label["run"],
                    each.level,
                    standing(label, each.level),
                    label.get("fault", ""),
                    label["cause"],
                    label.get("second", ""),
                    each.first[index],
                    f"{found.top[index]:.3f}",
                    f"{each.beliefs.healthy[index]:.3f}",
                    str(found.place[index] or ""),
                    shown,
                ]
            )
    return rows


def tables(judged: list[Judged], *, most: int = 40) -> list[Table]:
    """All tables of a set of runs."""
    return [
        overview(judged),
        *(curve(each) for each in judged),
        leading(judged),
        by_key(
            judged,
            "By cause (healthy controls by kind)",
            lambda row: row.get("fault", "") if _calm(row) else row["cause"],
        ),
        by_key(judged, "By how much configuration there is", lambda row: CONFIGS.get(row.get("config", ""), "?")),
        by_key(judged, "By format", lambda row: row.get("logger", "")),
        untold(judged),
        *(confusions(each, most) for each in judged),
    ]


def _calm(row: dict[str, str]) -> bool:
    return row["cause"] == HEALTHY


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Score diagnoses on labelled runs.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", default="", help="only runs of this half (dev or test)")
    parser.add_argument("--level", action="append", choices=LEVELS, help="only this evidence; may be repeated")
    parser.add_argument("--rules", action="append", default=[], help="a folder of rules on top of the shipped ones")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--stale", action="store_true", help="take measurements of older code")
    parser.add_argument(
        "--consult", type=int, default=0, metavar="N", help="simulate consultations about N faulty runs"
    )
    parser.add_argument("--runs", type=Path, help="write what came of each run into this CSV")
    parser.add_argument("--markdown", type=Path, help="write the tables into this page, between its marks")
    parser.add_argument("--failures", type=Path, help="write which runs fail, and why, into this page (its own marks)")
    given = parser.parse_args()
    rulebook = rulebook_with(given.rules)
    rows = rows_of(given.out, rulebook, given.half)
    workshop = Workshop(given.out, jobs=given.jobs, stale=given.stale)
    levels = [level for level in LEVELS if not given.level or level in given.level]
    judged = [judge(workshop, rows, rulebook, level) for level in levels]
    found = tables(judged)
    told = not_read(judged, given.out)
    if told is not None:
        found.insert(1, told)
    never: list[Table] = []
    if given.consult:
        from benchmarks.scoring.consultations import consultations, not_arrived

        for by_truth in (False, True):
            table, done = consultations(given.out, rows, rulebook, workshop, most=given.consult, by_truth=by_truth)
            found.append(table)
            missing = None if by_truth else not_arrived(done)
            never += [missing] if missing is not None else []
    if given.runs is not None:
        with given.runs.open("w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(per_run(judged, rulebook))
    if given.markdown is not None:
        text = "\n".join([made_by(parser, given), "", *(table.markdown() for table in found)])
        replace_section(given.markdown, "score", text)
    if given.failures is not None:
        known = {row.get("data", "") for row in rows_of(given.out, rulebook) if row.get("half") == "dev"} - {""}
        read = {run: each.read for run, each in workshop.kept("folder").items()}
        text = failures(judged, rulebook, known=known, read=read, more=never)
        replace_section(given.failures, "failures", f"{made_by(parser, given)}\n\n{text}")
    try:  # last, as who reads it may go away: `| head`
        for table in found:
            print(table.text())
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at the end
        sys.exit(READER_GONE)


if __name__ == "__main__":
    main()
