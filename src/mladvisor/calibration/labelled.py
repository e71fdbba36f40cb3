"""Labelled runs: what was wrong with each, and how the rulebook judges its findings.

`labels` reads what is written about them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from mladvisor.calibration.labels import (
    LEVELS,
    Level,
    alike_of,
    also_of,
    causes_of,
    copies,
    folder_of,
    read_labels,
)
from mladvisor.diagnosis.engine import LARGEST
from mladvisor.diagnosis.handovers import kinds_read
from mladvisor.diagnosis.network import network_of
from mladvisor.diagnosis.state import Lookup, believe
from mladvisor.errors import MladvisorError
from mladvisor.features.catalogue import Measures
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.word_model import HEALTHY
from mladvisor.runs.bag_of_words import bag_of_words
from mladvisor.runs.model import Manifest, Run
from mladvisor.runs.read import read_run

COPIES = 3.0
"""However many near copies of a run there are, together they count as this many: they are one case seen again."""

Standing = Literal["ill", "healthy", "hidden", "faint"]

_LISTS = ("runs", "alike", "half", "rows")
_ARRAYS = ("degrees", "causes", "fine", "label", "hidden", "possible", "calm", "weight")


class Labelled(msgspec.Struct, eq=False, kw_only=True):
    """Labelled runs as numbers.

    Attributes:
        runs: their names.
        degrees: (R, F) degrees of the findings in the order of the network, nan where unknown.
        causes: (R, C) True where a cause is at work; a healthy run has none.
        fine: (R, C) True where naming the cause first is no error: it is at work, or a mechanism of one that is.
        label: (R,) column of the cause that should be named first; -1 for healthy.
        hidden: (R,) True where the evidence that was looked at cannot show the fault: nothing should be named.
        possible: (R, C) what the prior of each cause counts: 0 where it cannot be at work, 1 where no word moves it.
        calm: (R,) by what the prior odds of no fault are multiplied.
        weight: (R,) what a run counts.
        alike: what near copies have in common; the run's own name where it has none.
        half: "dev", "test" or "" for each run.
        rows: the labels as they were read.
        skipped: run -> why it was left out.
    """

    runs: list[str]
    degrees: NDArray[np.float64]
    causes: NDArray[np.bool_]
    fine: NDArray[np.bool_]
    label: NDArray[np.intp]
    hidden: NDArray[np.bool_]
    possible: NDArray[np.float64]
    calm: NDArray[np.float64]
    weight: NDArray[np.float64]
    alike: list[str]
    half: list[str]
    rows: list[dict[str, str]]
    skipped: dict[str, str]

    def only(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The chosen runs."""
        index = np.flatnonzero(chosen)
        parts: dict[str, Any] = {name: [getattr(self, name)[i] for i in index] for name in _LISTS}
        parts |= {name: getattr(self, name)[index] for name in _ARRAYS}
        return Labelled(**parts, skipped=self.skipped)


def joined(parts: Sequence[Labelled]) -> Labelled:
    """Several sets of runs as one."""
    whole: dict[str, Any] = {name: [each for part in parts for each in getattr(part, name)] for name in _LISTS}
    whole |= {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return Labelled(**whole, skipped={run: why for part in parts for run, why in part.skipped.items()})


def standing(row: Mapping[str, str], level: Level) -> Standing:
    """What is to be said of a run when it is looked at so far: its fault, or nothing, or it is no fair question."""
    shows = row.get("shows") or ""
    if row["cause"] == HEALTHY or shows == "none":
        return "healthy"
    if shows == "faint":
        return "faint"
    return "hidden" if shows in LEVELS and LEVELS.index(shows) > LEVELS.index(level) else "ill"


def at_level(run: Run, level: Level) -> Run:
    """The run with only that evidence."""
    if level == "folder":
        return run
    config = run.config if level == "config" else {}
    files = {} if run.curves else {kind: run.files[kind] for kind in _LOGS if kind in run.files}
    return msgspec.structs.replace(run, config=config, files=files, script=None, manifest=Manifest(), looked_at=())


_LOGS = ("business",)
"""Kinds of files that are the log themselves where there is no other: outcomes by week."""


class Looked(NamedTuple):
    """What is measured of a run, and what it was measured on: as `believe` takes it."""

    lookup: Lookup
    in_part: bool
    read: frozenset[str]
    spoken: frozenset[str] = frozenset()


def look_at(path: Path, level: Level) -> Looked:
    """The run in a folder, with only that evidence."""
    run = at_level(read_run(path), level)
    return Looked(Measures(run).__getitem__, not run.curves, kinds_read(run), bag_of_words(run))


def read_labelled(
    root: Path, rulebook: Rulebook, *, level: Level = "folder", progress: Callable[[int, int], None] | None = None
) -> Labelled:
    """Judge every labelled run below `root`.

    Raises:
        ReadError: there is no usable `labels.csv`, or it names an unknown cause.
    """
    rows = read_labels(root, rulebook)
    return judged(root, rows, rulebook, level, copies(rows), progress=progress)


def judged(
    root: Path,
    rows: Sequence[dict[str, str]],
    rulebook: Rulebook,
    level: Level,
    alike: Mapping[str, int],
    *,
    look: Callable[[Path, Level], Looked] = look_at,
    progress: Callable[[int, int], None] | None = None,
) -> Labelled:
    """Judge some labelled runs.

    Args:
        rows: their labels. alike: how many near copies of each there are in all.
        look: folder and level -> what is there.
    """
    kept: list[dict[str, str]] = []
    degrees, priors, skipped = [], [], {}
    expected = _odds(network_of(rulebook).healthy)
    for number, row in enumerate(rows):
        if progress is not None:
            progress(number, len(rows))
        if standing(row, level) == "faint":
            skipped[row["run"]] = "its fault is labelled as faint"
            continue
        try:
            there = look(folder_of(root, row["run"]), level)
            state = believe(
                there.lookup,
                rulebook,
                {},
                largest=LARGEST,
                healthy=None,
                in_part=there.in_part,
                read=there.read,
                spoken=there.spoken,
            )
        except MladvisorError as error:
            skipped[row["run"]] = str(error)
            continue
        kept.append(row)
        degrees.append(state.degrees)
        limits = state.limits
        calm = 1.0 if limits["healthy"] is None else _odds(limits["healthy"]) / expected
        priors.append((limits["possible"], calm))
    shape = len(kept), len(network_of(rulebook).findings)
    return _as_numbers(kept, np.array(degrees).reshape(shape), priors, rulebook, level, alike=alike, skipped=skipped)


def _odds(probability: float) -> float:
    return probability / (1.0 - probability)


def unread(rows: Sequence[dict[str, str]], found: Labelled, rulebook: Rulebook, level: Level) -> Labelled:
    """Those of the runs that could not be read, with everything unknown; `found` is what was made of all of them."""
    kept = [row for row in rows if row["run"] in found.skipped and standing(row, level) != "faint"]
    network = network_of(rulebook)
    degrees = np.full((len(kept), len(network.findings)), np.nan)
    priors = [(np.ones(len(network.causes)), 1.0) for _ in kept]
    return _as_numbers(kept, degrees, priors, rulebook, level, alike=copies(rows), skipped={})


def _as_numbers(
    kept: list[dict[str, str]],
    degrees: NDArray[np.float64],
    priors: Sequence[tuple[NDArray[Any], float]],
    rulebook: Rulebook,
    level: Level,
    *,
    alike: Mapping[str, int],
    skipped: dict[str, str],
) -> Labelled:
    column = {cause: index for index, cause in enumerate(network_of(rulebook).causes)}
    causes = np.zeros((len(kept), len(column)), dtype=bool)
    fine = causes.copy()
    label = np.full(len(kept), -1, dtype=np.intp)
    for index, row in enumerate(kept):
        if standing(row, level) != "healthy":
            label[index] = column[row["cause"]]
            causes[index, [column[each] for each in causes_of(row)]] = True
            fine[index, [column[each] for each in (*causes_of(row), *also_of(row))]] = True
    return Labelled(
        runs=[row["run"] for row in kept],
        degrees=degrees,
        causes=causes,
        fine=fine,
        label=label,
        hidden=np.array([standing(row, level) == "hidden" for row in kept], dtype=bool),
        possible=np.array([each for each, _ in priors], dtype=np.float64).reshape(len(kept), len(column)),
        calm=np.array([each for _, each in priors], dtype=np.float64),
        weight=np.array([min(1.0, COPIES / alike[alike_of(row)]) for row in kept]),
        alike=[alike_of(row) for row in kept],
        half=[row.get("half", "") for row in kept],
        rows=kept,
        skipped=skipped,
    )


SETTINGS = (
    *("config.", "lr.over_default", "lr.outside", "lr.usual", "optimizer.", "model.", "task", "run.", "chance."),
    *("loss.expects", "target.kind", "data.rows."),
)
"""Features that say how a training was set up, not what came of it."""


def kept_as_written(rulebook: Rulebook) -> set[str]:
    """Findings whose numbers no fit bends: those that ask for it (`fitted: false`), and all that settings alone decide.

    How often people use a batch of 8, or train on an easy problem, says something about the people who were asked, as
    priors do: a labelled root tells what a setting leads to, not how common it is among healthy runs of the world.
    """
    return {
        rule.id
        for rule in rulebook.in_inference()
        if not rule.doc.fitted or (rule.leaves and all(leaf.startswith(SETTINGS) for leaf in rule.leaves))
    }
