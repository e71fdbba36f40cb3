"""What reports about data say of columns, rows and labels: drift, failed checks, blanks, copies, wrong labels."""

from __future__ import annotations

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.label_votes import votes_agreement
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import HOW, left_out_of, reaching, said_of, worst
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set


@feature("column.reported_psi", each="column", unit="index", doc="Population stability index of the column by a report",
         how=HOW, source="fig1.b")  # fmt: skip
def psi(m: Measures) -> Items | Measured:
    found = worst(m, "psi")
    if isinstance(found, dict):
        found = {name: each for name, each in found.items() if NAMES_ROWS.isdisjoint(words_of(name)[-1:])}
        found = found or unknown("the only columns that have moved number the rows or date them")
    return reaching(m, found)


NAMES_ROWS = word_set("id ids uuid guid index idx date datetime timestamp year month week")
"""What ends the names of columns that count on by themselves: they move in every set of later rows."""


def _of_features(found: Items | Measured, did: str) -> Items | Measured:
    """Without the columns that number the rows or date them; unknown where there are no others."""
    if not isinstance(found, dict):
        return found
    kept = {name: each for name, each in found.items() if NAMES_ROWS.isdisjoint(words_of(name)[-1:])}
    return kept or unknown(f"the only columns that {did} number the rows or date them")


@feature("column.reported_distance", each="column", unit="standard deviations", doc="How far apart two normal"
         " distributions would lie whose distance (Kolmogorov-Smirnov, Jensen-Shannon, Hellinger, total variation) is"
         " the one that a report gives of the column", how=HOW, source="fig1.b")  # fmt: skip
def apart(m: Measures) -> Items | Measured:
    return reaching(m, _of_features(worst(m, "distance"), "have moved"))


@feature("column.reported_drifted", each="column", type="flag", doc="A report calls the column drifted", how=HOW,
         source="fig1.b")  # fmt: skip
def drifted(m: Measures) -> Items | Measured:
    return reaching(m, worst(m, "drifted", value=lambda said: said.value > 0))


@feature("report.drifted_share", unit="fraction", doc="Share of the columns that a report calls drifted", how=HOW,
         source="fig1.b")  # fmt: skip
def drifted_share(m: Measures) -> Measured:
    found = drifted(m)
    if isinstance(found, Measured):
        return found
    return Measured(sum(bool(each.value) for each in found.values()) / len(found))


@feature("column.reported_shift", each="column", unit="standard deviations", doc="How far the column's mean in"
         " evaluation data lies from that in training data, by statistics that a report gives of both", how=HOW,
         source="fig1.b")  # fmt: skip
def shift(m: Measures) -> Items | Measured:
    found = said_of(m, "mean", "std")
    if isinstance(found, Measured):
        return found
    parts = {(said.name, said.split, said.what, file): said.value for said, file in found}
    before: dict[tuple[str, str], tuple[float, float]] = {}
    for (name, split, what, file), mean in parts.items():
        if what == "mean" and split == "train" and (spread := parts.get((name, split, "std", file))) is not None:
            before[name, file] = mean, spread
            before.setdefault((name, ""), (mean, spread))
    before |= _standardised(parts, before)
    of_training = {file for _, file in before}
    result: dict[str, Measured] = {}
    for (name, split, what, file), mean in parts.items():
        # a report of raw columns and one of the same columns after scaling are each compared with themselves
        first, spread = before.get((name, file if file in of_training else ""), (0.0, 0.0))
        if what != "mean" or split in (None, "train") or spread <= 0.0:
            continue
        moved = abs(mean - first) / spread
        if name not in result or moved > result[name].value:  # type: ignore[operator]
            result[name] = Measured(moved, where=Where(file, name))
    aside = _label_judged_apart(m)
    result = {name: each for name, each in result.items() if name.lower() not in aside}
    return reaching(m, result or unknown("no report gives the mean of a column in two splits", "not-logged"))


def _label_judged_apart(m: Measures) -> frozenset[str]:
    """What the label is called, where its shares in the splits are measured: it is no input that has moved then."""
    from mladvisor.features.label_told import label_by_scores, label_by_settings

    measured = isinstance(m["split.label_drift"], dict)
    return m.once(label_by_settings) | m.once(label_by_scores) if measured else frozenset()


def _standardised(
    parts: dict[tuple[str, str | None, str, str], float], before: dict[tuple[str, str], tuple[float, float]]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Columns of reports that give means alone, all of which are 0 in training data: scaling has put them there, and
    the spread to one.
    """
    means: dict[str, dict[str, float]] = {}
    for (name, split, what, file), mean in parts.items():
        if what == "mean" and split == "train":
            means.setdefault(file, {})[name] = mean
    spread = {file for _, _, what, file in parts if what == "std"}
    return {
        (name, file): (mean, 1.0)
        for file, each in means.items()
        if file not in spread and len(each) >= _LEAST_SCALED and max(map(abs, each.values())) <= _AT_ZERO
        for name, mean in each.items()
        if (name, file) not in before
    }


_LEAST_SCALED = 3
_AT_ZERO = 0.02
"""Of a mean that was subtracted, once it is rounded, or those of the batches that were seen."""


@feature("column.reported_mean_ratio", each="column", unit="ratio", doc="The larger of a column's means in training"
         " and evaluation data over the smaller, where a report, or a line of the log, gives both and no spread",
         how=HOW, source="fig1.b")  # fmt: skip
def mean_ratio(m: Measures) -> Items | Measured:
    found = said_of(m, "mean", "std")
    if isinstance(found, Measured):
        return found
    spread = {said.name for said, _ in found if said.what == "std" and said.split == "train"}
    means = [(said, file) for said, file in found if said.what == "mean" and said.name not in spread]
    before = {said.name: said.value for said, _ in means if said.split == "train"}
    result: dict[str, Measured] = {}
    for said, file in means:
        first = before.get(said.name, 0.0)
        # around zero stand columns that were scaled, of which a mean says nothing without the spread
        if said.split in (None, "train") or min(abs(first), abs(said.value)) < 1.0 or first * said.value < 0.0:
            continue
        ratio = max(first / said.value, said.value / first)
        if said.name not in result or ratio > result[said.name].value:  # type: ignore[operator]
            result[said.name] = Measured(ratio, note=f"{first:g} and {said.value:g}", where=Where(file, said.name))
    return reaching(m, result or unknown("no report gives the mean of a column in two splits", "not-logged"))


@feature("column.reported_broken", each="column", unit="fraction", doc="Share of the cells that fail a check of type,"
         " range or vocabulary, by a report of data validation", how=HOW, source="data.schema")  # fmt: skip
def broken(m: Measures) -> Items | Measured:
    from mladvisor.features.reported_inputs import broken_in_making

    found, made = worst(m, "broken"), m.once(broken_in_making)
    if isinstance(found, Measured) or not made:
        return found
    return {name: each for name, each in found.items() if name not in made} or unknown(
        "what fails its check is made of other columns"
    )


@feature("column.reported_beyond", each="column", unit="fraction", doc="Share of the cells outside the range, or not"
         " among the values, that the column has in training, by a report", how=HOW, source="data.schema")  # fmt: skip
def beyond(m: Measures) -> Items | Measured:
    return reaching(m, _of_features(worst(m, "outside"), "lie outside"))


@feature("column.reported_made_broken", each="column", unit="fraction", doc="Share of the cells of a column made of"
         " others that fail a check of type or range, by a report that tells the two stages apart", how=HOW,
         source="data.engineered")  # fmt: skip
def made_broken(m: Measures) -> Items | Measured:
    from mladvisor.features.reported_inputs import broken_in_making

    found, made = worst(m, "made-broken"), m.once(broken_in_making)
    return ({} if isinstance(found, Measured) else found) | made or found


@feature("column.reported_made_blank", each="column", unit="fraction", doc="How many more cells of a column made of"
         " others are blank than of any raw column, by a report that tells the two stages apart", how=HOW,
         source="data.engineered")  # fmt: skip
def made_blank(m: Measures) -> Items | Measured:
    return worst(m, "made-blank")


@feature("column.reported_blank", each="column", unit="fraction", doc="Share of the cells that a report calls blank",
         how=HOW, source="test.missing-inputs")  # fmt: skip
def blank(m: Measures) -> Items | Measured:
    from mladvisor.features.reported_bounds import all_zero

    found = worst(m, "missing", "blank")
    if isinstance(found, Measured):
        return found
    zeros = all_zero(m)
    if isinstance(zeros, dict) and any(each.value for each in zeros.values()):
        found = {name: each for name, each in found.items() if float(each.value or 0.0) > 0.0}
        if not found:
            return unknown("columns of nothing but zeros may have been filled: blanks are counted before that")
    aside = left_out_of(m, found) | _lost_in_making(m)
    return {name: each for name, each in found.items() if name not in aside} or unknown(
        "no column that a report looks at for blanks reaches the model"
    )


def _lost_in_making(m: Measures) -> frozenset[str]:
    """Columns that a step has emptied: nothing is missing in what they were made of."""
    made = m["column.named_made_blank"]
    lost = made.items() if isinstance(made, dict) else ()
    return frozenset(name for name, each in lost if float(each.value or 0.0) > _EMPTIED)


_EMPTIED = 0.5


def _largest(m: Measures, what: str) -> Measured:
    """The largest number that reports and lines give of one thing, with the file that says it."""
    found = said_of(m, what)
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


@feature("report.blank_cells", unit="cells", doc="Blank cells of the whole table, as a line of the log counts them",
         how="print how many cells of the training table are blank: `features.isna().sum().sum()`",
         source="test.nan-inputs")  # fmt: skip
def blank_cells(m: Measures) -> Measured:
    return _largest(m, "cells-blank")


def _in_use(m: Measures, *what: str) -> Items | Measured:
    found = said_of(m, *what)
    if isinstance(found, Measured):
        return found
    kept: dict[str, Measured] = {}
    for said, file in sorted(found, key=lambda each: each[0].value):  # the largest value of a column comes last
        if said.split == "serving":
            kept[said.name] = Measured(said.value, note=said.note, where=Where(file, said.name))
    aside = left_out_of(m, kept)
    return {name: each for name, each in kept.items() if name not in aside} or unknown(
        "no report is about the data in use", "not-logged"
    )


@feature("column.broken_in_use", each="column", unit="fraction", doc="Share of the cells in use that fail a check"
         " of type, range or vocabulary, by a report that is about it", how=HOW, source="data.schema")  # fmt: skip
def broken_in_use(m: Measures) -> Items | Measured:
    return _in_use(m, "broken")


@feature("column.blank_in_use", each="column", unit="fraction", doc="Share of the cells in use that are blank, by a"
         " report that is about data in use", how=HOW, source="test.missing-inputs")  # fmt: skip
def blank_in_use(m: Measures) -> Items | Measured:
    return _in_use(m, "missing", "blank")


@feature("column.reported_infinite", each="column", unit="cells", doc="Infinite cells (or their share), by a report",
         how=HOW, source="test.nan-inputs")  # fmt: skip
def infinite(m: Measures) -> Items | Measured:
    return worst(m, "infinite")


@feature("column.reported_lost", each="column", type="flag", doc="A report gives the engineered feature no spread,"
         " although its source has one", how=HOW, source="data.engineered")  # fmt: skip
def lost(m: Measures) -> Items | Measured:
    return worst(m, "lost", value=lambda said: said.value > 0)


@feature("column.reported_blown_up", each="column", unit="ratio", doc="How many times as far a column made of another"
         " one spreads as its source and as most other made columns, by reports of both stages", how=HOW,
         source="data.engineered")  # fmt: skip
def blown_up(m: Measures) -> Items | Measured:
    return worst(m, "blown-up")


@feature("column.reported_unfollowed", each="column", unit="fraction", doc="1 less the correlation of a made column"
         " with its source, by a report of both, where most other columns follow theirs", how=HOW,
         source="data.engineered")  # fmt: skip
def unfollowed(m: Measures) -> Items | Measured:
    found = worst(m, "unfollowed")
    if isinstance(found, Measured):
        return found
    lost = sorted(float(each.value or 0.0) for each in found.values())
    if lost[len(lost) // 2] > _FOLLOWS:
        return unknown("most made columns are none of their sources alone")
    return found


_FOLLOWS = 0.1
"""What most columns lose at most that a step only scales, cuts or logs: where all lose more, it makes new ones."""


@feature("report.copies", unit="fraction", doc="Share of the evaluation rows that a report finds in the training data",
         how=HOW, source="data.splits")  # fmt: skip
def copies(m: Measures) -> Measured:
    return _largest(m, "copies")


@feature("report.unmatched", unit="fraction", doc="Share of the rows that a join found no partner for, as a line of the"
         " log or of a note beside it counts them; of several joins the largest", how="print how many rows each join"
         " matched", source="test.missing-inputs")  # fmt: skip
def unmatched(m: Measures) -> Measured:
    return _largest(m, "unmatched")


@feature("report.wrong_labels", unit="fraction", doc="Share of the labels that a check of them calls wrong", how=HOW,
         source="data.quality")  # fmt: skip
def wrong_labels(m: Measures) -> Measured:
    counted = said_of(m, "wrong-labels")
    if not isinstance(counted, Measured):
        said, file = max(counted, key=lambda each: each[0].value)
        return Measured(said.value, note=said.note, where=Where(file))
    found = said_of(m, "label-issue")
    if isinstance(found, Measured):
        return found
    values = [said.value for said, _ in found]
    if min(values) == max(values):
        return unknown("the file lists the doubtful labels alone, not those that are right")
    return Measured(sum(values) / len(values), where=Where(found[0][1]))


@feature("report.annotator_agreement", unit="kappa", doc="How far people who labelled the same rows agree beyond"
         " chance, by a report or by a table of their votes; of several pairs the mean", how=HOW,
         source="data.quality")  # fmt: skip
def annotator_agreement(m: Measures) -> Measured:
    found = said_of(m, "agreement")
    if isinstance(found, Measured):
        return votes_agreement(m) or found
    values = [said.value for said, _ in found]
    return Measured(sum(values) / len(values), note=found[0][0].note, where=Where(found[0][1]))


@feature("report.told_apart", unit="AUC", doc="Area under the curve by which a model tells the rows of one table from"
         " those of another, by a report (adversarial validation)", how=HOW, source="fig1.b")  # fmt: skip
def told_apart(m: Measures) -> Measured:
    found = said_of(m, "told-apart")
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, where=Where(file))
