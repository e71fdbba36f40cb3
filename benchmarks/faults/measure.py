"""How often each finding is present, per cause and on healthy runs: `python benchmarks/faults/measure.py OUT`.

Reads OUT/runs and OUT/labels.csv (see make.py) and diagnoses every run. Writes OUT/findings.csv (one row per run and
judged finding) and OUT/diagnoses.csv (one row per run), and prints

- for each finding: its mean degree on healthy runs (what `otherwise` should say) and on the runs of each cause in which
  it is more than `otherwise` (what the arrows should say), with the number of runs in which it was judged;
- how often the right cause leads or is among the first three, and how often a healthy run is accused;
- how often each piece of evidence of `evidence.py` reaches its limit on a healthy control, where it means nothing.

Runs whose fault left no trace count as healthy; faint ones are left out. All that is in a folder is looked at;
`levels.py` makes the same runs with less.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def diagnose_labelled(out: Path, half: str) -> list[dict[str, object]]:
    """The labels of the scored runs, each with its `diagnosis`."""
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with

    rulebook = rulebook_with()
    with (out / "labels.csv").open(newline="") as file:
        labels: list[dict[str, object]] = [dict(row) for row in csv.DictReader(file)]
    kept = [row for row in labels if row["half"] in (half, half or row["half"])]
    for row in kept:
        row["diagnosis"], _ = diagnose_safely(out / "runs" / str(row["run"]), rulebook)
    return kept


def truth(row: dict[str, object]) -> str | None:
    """The cause that should be named, "healthy", or None when the run is not scored."""
    if row["shows"] in ("healthy", "none"):
        return "healthy"
    return None if row["shows"] == "faint" else str(row["cause"])


def write(out: Path, rows: list[dict[str, object]]) -> None:
    """findings.csv and diagnoses.csv."""
    with (out / "findings.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["run", "cause", "shows", "finding", "degree"])
        for row in rows:
            for finding in row["diagnosis"].findings:  # type: ignore[attr-defined]
                if finding.degree is not None:
                    table.writerow([row["run"], row["cause"], row["shows"], finding.finding, f"{finding.degree:.3f}"])
    with (out / "diagnoses.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(
            [
                "run",
                "fault",
                "cause",
                "shows",
                "logger",
                "half",
                "healthy",
                "first",
                "probability",
                "rank",
                "present",
                "error",
            ]
        )
        for row in rows:
            found = row["diagnosis"]
            causes = [h.cause for h in found.hypotheses]  # type: ignore[attr-defined]
            rank = causes.index(row["cause"]) + 1 if row["cause"] in causes else ""
            first = found.hypotheses[0] if causes else None  # type: ignore[attr-defined]
            present = " ".join(f.finding for f in found.findings if (f.degree or 0) >= 0.5)  # type: ignore[attr-defined]
            table.writerow(
                [
                    row["run"],
                    row["fault"],
                    row["cause"],
                    row["shows"],
                    row["logger"],
                    row["half"],
                    "" if found.healthy is None else f"{found.healthy:.3f}",
                    first.cause if first else "",  # type: ignore[attr-defined]
                    f"{first.probability:.3f}" if first else "",
                    rank,
                    present,
                    found.error or "",
                ]
            )  # type: ignore[attr-defined]


def frequencies(rows: list[dict[str, object]]) -> None:
    """Print the mean degree of each finding, on healthy runs and per cause."""
    degrees: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        label = truth(row)
        if label is not None and not row.get("second"):
            for finding in row["diagnosis"].findings:  # type: ignore[attr-defined]
                if finding.degree is not None:
                    degrees[finding.finding][label].append(finding.degree)
    for finding, by_cause in sorted(degrees.items()):
        calm = by_cause.pop("healthy", [])
        otherwise = mean(calm) if calm else 0.0
        raised = sorted(((mean(values), cause, len(values)) for cause, values in by_cause.items()), reverse=True)
        told = ", ".join(f"{cause} {share:.2f} ({n})" for share, cause, n in raised[:9] if share > otherwise + 0.1)
        print(f"{finding}: healthy {otherwise:.3f} ({len(calm)}); {told or 'no cause raises it'}")


def score(rows: list[dict[str, object]]) -> None:
    """Print top-1, top-3, misses and false alarms, and each cause's share of first places."""
    places: dict[str, list[int]] = defaultdict(list)
    calm, alarms, missed, taken = 0, 0, 0, defaultdict(int)
    pairs = []
    for row in rows:
        label, found = truth(row), row["diagnosis"]
        ranked = [(h.cause, h.probability) for h in found.hypotheses] or [("", 0.0)]  # type: ignore[attr-defined]
        if label is None:
            continue
        if label == "healthy":
            calm += 1
            if ranked[0][1] >= 0.5:
                alarms += 1
                taken[ranked[0][0]] += 1
            continue
        causes = [cause for cause, _ in ranked]
        missed += ranked[0][1] < 0.5
        if row.get("second"):
            pairs.append({label, row["second"]} <= set(causes[:3]))
            continue
        places[label].append(causes.index(label) + 1 if label in causes else 99)
    every = [place for some in places.values() for place in some]
    accusers = ", ".join(f"{cause} {n}" for cause, n in sorted(taken.items(), key=lambda item: -item[1])) or "none"
    print(f"\n{_places(every)}; no cause at 0.5 in {missed / max(1, len(every) + len(pairs)):.2f}")
    if pairs:
        print(f"{len(pairs)} pairs: both among three {mean(pairs):.2f}")
    print(f"{calm} healthy: accused {alarms / max(1, calm):.3f} (by {accusers})")
    for cause, some in sorted(places.items(), key=lambda item: mean(p == 1 for p in item[1])):
        print(f"  {cause}: {_places(some)}")


def limits(rows: list[dict[str, object]]) -> None:
    """Print the pieces of evidence that healthy controls show, of which hardly any should be enough to see a fault."""
    calm = [str(row.get("evidence", "")) for row in rows if row["cause"] == "healthy"]
    count = Counter(piece.partition(":")[0] for told in calm for piece in told.split())
    print("\nevidence on healthy controls: " + (", ".join(f"{name} {n}" for name, n in count.most_common()) or "none"))


def _places(some: list[int]) -> str:
    if not some:
        return "no faults"
    first, three = mean(place == 1 for place in some), mean(place <= 3 for place in some)
    return f"first {first:.2f}, among three {three:.2f} of {len(some)}"


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description="Measure finding frequencies on labelled runs.")
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--half", default="", choices=["", "dev", "test"], help="only one half (rules are tuned on dev)"
    )
    given = parser.parse_args()
    rows = diagnose_labelled(given.out, given.half)
    write(given.out, rows)
    frequencies(rows)
    score(rows)
    limits(rows)


if __name__ == "__main__":
    main()
