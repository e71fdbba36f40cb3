"""Which labelled runs fail, and why: one line a run, by kind of failure, below how often which models and data fail.

    stands first      what is named first, and how probable it is; "after healthy" where that is more probable
    raised by         the present finding that raised it most: the factor of its odds, given all other findings
    speaks for it     the present finding that raises the true cause most (of a pair: those that are missing); of a
                      false alarm, that speaks for healthy
    would tell        what would tell the fault apart (untold.yaml), and whether the folder has a file that holds it

A run stands in one table: missed ones (no cause at 50 %) in the last of them only if their cause is in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from benchmarks.scoring.grounds import Grounds, Untold, why_untold
from benchmarks.scoring.judged import NAMES, Judged
from benchmarks.scoring.tables import Table, counts, folded
from numpy.typing import NDArray

from mladvisor.calibration.labels import Level, causes_of
from mladvisor.calibration.score import ACCUSED, calm_before
from mladvisor.diagnosis.network import network_of
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.word_model import HEALTHY

HEADER = ("run", "fault", "cause", "stands first", "raised by", "speaks for it", "would tell")
NOTHING = "nothing"
KINDS = {
    "three": "Not among three",
    "place": "Second or third",
    "pairs": "Pairs of which one is not among three",
    "missed": "In its place, but missed: no cause at 50 %",
    "alarms": "False alarms",
    "astray": "Faults that this evidence cannot show, and something else is accused",
}
Mask = NDArray[np.bool_]


def failing(each: Judged) -> dict[str, Mask]:
    """Kind of failure -> (R,) the runs; each run in one of them at most."""
    found, calm = each.outcomes, each.labelled.label < 0
    accused = found.top >= ACCUSED
    three, place = each.single & (found.place > 3), each.single & (found.place > 1) & (found.place <= 3)
    pairs = each.ill & ~each.single & (found.last > 3)
    rightly = each.labelled.fine[np.arange(len(found.leads)), found.leads]
    return {
        "three": three,
        "place": place,
        "pairs": pairs,
        "missed": each.ill & ~accused & ~(three | place | pairs),
        "alarms": calm & accused,
        "astray": each.labelled.hidden & accused & ~rightly,
    }


def patterns(each: Judged, known: Collection[str]) -> Table:
    """How often what fails, by family of models, and by whether the development half has the data, too.

    Args:
        known: data of the development half.
    """
    rows, found = [], failing(each)
    families = _of_rows(each, lambda row: row.get("family") or "?")
    seen = _of_rows(each, lambda row: "known" if row.get("data") in known else "new")
    parts = {name: families == name for name in sorted(set(families.tolist()))} if (families != "?").any() else {}
    if known:
        parts |= {"data in the development half, too": seen == "known", "data in this half alone": seen == "new"}
    calm, pair = each.labelled.label < 0, each.ill & ~each.single
    missed = each.ill & (each.outcomes.top < ACCUSED)
    for name, some in {**parts, "all": np.ones(len(families), dtype=bool)}.items():
        asked = (
            (found["three"] | found["place"], each.single),
            (found["three"], each.single),
            (found["pairs"], pair),
            (missed, each.ill),
            (found["alarms"], calm),
        )
        rows.append([name, *(_share(failed & some, of & some) for failed, of in asked)])
    header = ("", "not first", "not among three", "pairs not among three", "missed", "false alarms")
    return Table("Where they fail", header, rows)


def _of_rows(each: Judged, key: Callable[[Mapping[str, str]], str]) -> NDArray[np.str_]:
    return np.array([key(row) for row in each.labelled.rows])


def _share(failed: Mask, of: Mask) -> str:
    total = int(of.sum())
    return counts(int(failed.sum()) / max(1, total), total)


def line(each: Judged, index: int, rulebook: Rulebook, why: Untold, read: Collection[str] | None) -> list[str]:
    """What is told of one run that fails.

    Args:
        read: the kinds of files that were read of it; None: its folder was not looked at.
    """
    network, row = network_of(rulebook), each.labelled.rows[index]
    # Of a healthy run, and of one whose fault this evidence cannot show, nothing should have been accused.
    calm, fault = not each.ill[index], row.get("fault", "")
    traceless = " (left no trace)" if each.labelled.label[index] < 0 and row["cause"] != HEALTHY else ""
    told = [row["run"], fault, " + ".join(causes_of(row)) + traceless]
    if not each.outcomes.said[index]:
        return [*told, "(not read)", "", "", each.labelled.skipped.get(row["run"], "")]
    limits = {
        "possible": each.labelled.possible[index],
        "largest": 3,
        "healthy": float(calm_before(network, each.labelled)[index]),
    }
    grounds = Grounds(network, each.labelled.degrees[index], limits)
    true = [None] if calm else missing(each, index)
    return [
        *told,
        stands(each.first[index], float(each.outcomes.top[index]), float(each.beliefs.healthy[index])),
        grounds.strongest([int(each.outcomes.leads[index])]) or NOTHING,
        grounds.strongest(true) or NOTHING,
        would_tell(why, row, read),
    ]


def missing(each: Judged, index: int) -> list[int]:
    """The columns of the causes at work that are not among the first three; all of them where none is missing."""
    keys = each.beliefs.causes if each.beliefs.keys is None else each.beliefs.keys
    columns = np.flatnonzero(each.labelled.causes[index]).tolist()
    behind = [column for column in columns if (keys[index] >= keys[index, column]).sum() > 3]
    return behind or columns


def stands(cause: str, probability: float, healthy: float) -> str:
    """What stands first, and how probable it is."""
    after = f" after healthy {100 * healthy:.0f} %" if healthy > probability else ""
    return f"{cause} {100 * probability:.0f} %{after}"


def would_tell(why: Untold, row: Mapping[str, str], read: Collection[str] | None) -> str:
    """What would tell a run's fault apart, and whether its folder could."""
    fault = row.get("fault", "")
    held = "" if read is None else why.in_folder(fault, read, in_part=row.get("config") == "little")
    return f"{why.text(fault)} ({held})" if held else why.text(fault)


def tables(each: Judged, rulebook: Rulebook, read: Mapping[str, Collection[str]] | None = None) -> list[Table]:
    """One table for each kind of failure that there is."""
    why = why_untold()
    found = []
    for kind, some in failing(each).items():
        chosen = sorted(np.flatnonzero(some).tolist(), key=lambda at: each.labelled.runs[at])
        rows = [
            line(each, index, rulebook, why, None if read is None else read.get(each.labelled.runs[index], ()))
            for index in chosen
        ]
        if rows:
            found.append(Table(f"{KINDS[kind]}: {len(rows)}", HEADER, rows, texts=len(HEADER)))
    return found


def failures(
    judged: Iterable[Judged],
    rulebook: Rulebook,
    *,
    known: Collection[str] = (),
    read: Mapping[str, Collection[str]] | None = None,
    more: Sequence[Table] = (),
) -> str:
    """All that fails as Markdown, most evidence first; what less evidence shows is folded.

    Args:
        known: data that the development half has.
        read: run -> kinds of files that were read of its folder.
        more: tables to stand after them.
    """
    parts: dict[Level, str] = {}
    for each in judged:
        said = tables(each, rulebook, read if each.level == "folder" else None)
        parts[each.level] = "\n".join(table.markdown() for table in (patterns(each, known), *said))
    first, *rest = reversed(parts)
    text = [f"## Which runs fail: {NAMES[first]}", "", parts[first], *(table.markdown() for table in more)]
    text += [folded(f"Which runs fail: {NAMES[level]}", parts[level]) for level in rest]
    return "\n".join(text)
