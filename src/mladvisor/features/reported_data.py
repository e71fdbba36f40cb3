"""What reports about data say that lie beside the log: drift, failed checks, blanks, importances.

The data itself may lie elsewhere, and often does. What is said of columns is measured by column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.printed import texts
from mladvisor.features.report_tables import report_records
from mladvisor.runs.data_reports import MOST_BYTES
from mladvisor.runs.data_said import said_in
from mladvisor.runs.data_scores import ERRORS, bends, is_linear
from mladvisor.runs.data_verdicts import MADE, Said
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.lines_said import said_in_lines
from mladvisor.runs.models_in_lines import models_in_lines
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.report_names import words_of
from mladvisor.runs.settings_said import said_in_settings
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set

HOW = (
    "put the report about the data beside the log: a drift report, results of data validation, statistics by split, or"
    " importances of the features (JSON, CSV or Markdown)"
)
LEAST_COLUMNS = 4
"""Columns that a list of importances or relations must have to be one of all features."""

LEAST_BASELINES = 2
Told = list[tuple[Said, str]]


def told(m: Measures) -> Told:
    """(statement, file) of every report about data, and of what settings and the log say of it. Use `m.once`."""
    found = [(said, file) for file, records in m.once(report_records, "data_report") for said in said_in(records)]
    config = m.run.config
    settings = {key: each.value for key, each in config.items() if not each.place.row}
    found += [(said, config[key].place.file) for said, key in said_in_settings(settings)]
    for file, lines in m.once(written):
        found += [(said, file) for said in (*said_in_lines(lines), *models_in_lines(lines))]
    return found


def written(m: Measures) -> list[tuple[str, list[str]]]:
    """(file, lines) of what the run printed and of notes beside it. Use `m.once`."""
    found = [(text.file, decode(text.bare).splitlines()) for text in m.once(texts)]
    for file in m.run.files.get("data_note", ()):
        try:
            found.append((file, decode((m.run.folder / file).read_bytes()[:MOST_BYTES]).splitlines()))
        except OSError:
            continue
    return found


def _of(m: Measures, *what: str) -> Told | Measured:
    found: Told = m.once(told)
    kept = [(said, file) for said, file in found if said.what in what]
    return kept or unknown(HOW, "not-logged")


def _worst(
    m: Measures, *what: str, value: Callable[[Said], float | bool] = lambda said: said.value
) -> Items | Measured:
    """For each column the largest value that any report gives."""
    found = _of(m, *what)
    if isinstance(found, Measured):
        return found
    result: dict[str, Measured] = {}
    for said, file in found:
        if said.name not in result or value(said) > result[said.name].value:  # type: ignore[operator]
            result[said.name] = Measured(value(said), note=said.note, where=Where(file, said.name))
    return result


@feature("column.reported_psi", each="column", unit="index", doc="Population stability index of the column by a report",
         how=HOW, source="fig1.b")  # fmt: skip
def psi(m: Measures) -> Items | Measured:
    return reaching(m, _worst(m, "psi"))


@feature("column.reported_drifted", each="column", type="flag", doc="A report calls the column drifted", how=HOW,
         source="fig1.b")  # fmt: skip
def drifted(m: Measures) -> Items | Measured:
    return reaching(m, _worst(m, "drifted", value=lambda said: said.value > 0))


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
    found = _of(m, "mean", "std")
    if isinstance(found, Measured):
        return found
    parts = {(said.name, said.split, said.what, file): said.value for said, file in found}
    before: dict[tuple[str, str], tuple[float, float]] = {}
    for (name, split, what, file), mean in parts.items():
        if what == "mean" and split == "train" and (spread := parts.get((name, split, "std", file))) is not None:
            before[name, file] = mean, spread
            before.setdefault((name, ""), (mean, spread))
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
    return reaching(m, result or unknown("no report gives the mean of a column in two splits", "not-logged"))


@feature("column.reported_mean_ratio", each="column", unit="ratio", doc="The larger of a column's means in training"
         " and evaluation data over the smaller, where a report, or a line of the log, gives both and no spread",
         how=HOW, source="fig1.b")  # fmt: skip
def mean_ratio(m: Measures) -> Items | Measured:
    found = _of(m, "mean", "std")
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


@feature("data.fed_reach", unit="units", doc="The largest input by size, by the bounds that a report gives of what the"
         " model is fed: one that is called after features, inputs or what was made of the data, not after raw data",
         how="put statistics of the prepared features beside the log", source="dev.roots")  # fmt: skip
def fed_reach(m: Measures) -> Measured:
    found: Told = m.once(told)
    ends = [
        (abs(said.value), said.name, file)
        for said, file in found
        if said.what in ("low", "high") and is_of_fed(file) and words_of(said.name)[-1:] != ["target"]
    ]
    ends = [each for each in ends if each[1].lower() not in LABELS]
    if not ends:
        return unknown("no report of the prepared features gives their bounds", "not-logged")
    value, name, file = max(ends)
    return Measured(value, note=name, where=Where(file, name))


_FED = MADE | word_set("inputs input matrix x tensor")


def is_of_fed(file: str) -> bool:
    """A report that is called after what the model is given: "feature_stats.csv", "model_matrix_stats.json"."""
    words = words_of(stem_and_suffix(file.rpartition("/")[2])[0])
    return not _FED.isdisjoint(words) and "raw" not in words


@feature("data.told_reach", unit="units", doc="The largest input by size, by bounds of the columns that are told",
         how="write the ranges of the inputs into the settings", source="dev.roots")  # fmt: skip
def told_reach(m: Measures) -> Measured:
    found: Told = m.once(told)
    ends = [(abs(said.value), said.name, file) for said, file in found if said.what in ("low", "high")]
    if not ends:
        return unknown("write the ranges of the inputs into the settings", "not-logged")
    value, name, file = max(ends)
    return Measured(value, note=name, where=Where(file, name))


@feature("column.reported_broken", each="column", unit="fraction", doc="Share of the cells that fail a check of type,"
         " range or vocabulary, by a report of data validation", how=HOW, source="data.schema")  # fmt: skip
def broken(m: Measures) -> Items | Measured:
    return _worst(m, "broken")


@feature("column.reported_made_broken", each="column", unit="fraction", doc="Share of the cells of a column made of"
         " others that fail a check of type or range, by a report that tells the two stages apart", how=HOW,
         source="data.engineered")  # fmt: skip
def made_broken(m: Measures) -> Items | Measured:
    return _worst(m, "made-broken")


@feature("column.reported_made_blank", each="column", unit="fraction", doc="How many more cells of a column made of"
         " others are blank than of any raw column, by a report that tells the two stages apart", how=HOW,
         source="data.engineered")  # fmt: skip
def made_blank(m: Measures) -> Items | Measured:
    return _worst(m, "made-blank")


@feature("column.reported_blank", each="column", unit="fraction", doc="Share of the cells that a report calls blank",
         how=HOW, source="test.missing-inputs")  # fmt: skip
def blank(m: Measures) -> Items | Measured:
    found = _worst(m, "missing", "blank")
    if isinstance(found, Measured):
        return found
    aside = _left_out(m, found)
    return {name: each for name, each in found.items() if name not in aside} or unknown(
        "no column that a report looks at for blanks reaches the model"
    )


def _in_use(m: Measures, *what: str) -> Items | Measured:
    found = _of(m, *what)
    if isinstance(found, Measured):
        return found
    kept: dict[str, Measured] = {}
    for said, file in sorted(found, key=lambda each: each[0].value):  # the largest value of a column comes last
        if said.split == "serving":
            kept[said.name] = Measured(said.value, note=said.note, where=Where(file, said.name))
    aside = _left_out(m, kept)
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


def _left_out(m: Measures, columns: Iterable[str]) -> frozenset[str]:
    """Columns of a report that the model does not get, as script or settings say: nobody misses what is in them."""
    from mladvisor.tables.left_out import left_out

    script = m.run.script.left_out if m.run.script is not None else ()
    return left_out(columns, {key: each.value for key, each in m.run.config.items()}, script)


def not_left_out(m: Measures, columns: Iterable[str]) -> frozenset[str]:
    """Those of the columns that nothing says the model does not get."""
    every = frozenset(columns)
    return every - _left_out(m, every)


def reaching(m: Measures, found: Items | Measured) -> Items | Measured:
    """Those of the columns that the model reads: one that is left out, or that by its importance nothing is made of,
    may move as it likes. The label is no input, and counts however it is listed.
    """
    if isinstance(found, Measured):
        return found
    aside = (_left_out(m, found) | _without_weight(m)) - LABELS
    kept = {name: each for name, each in found.items() if name not in aside}
    return kept or unknown("no column that a report compares reaches the model")


def _without_weight(m: Measures) -> frozenset[str]:
    """Columns whose importance is nothing at all, by a report that gives it to others."""
    weights = amounts_of(m, "importance")
    if isinstance(weights, Measured) or not any(weights[0].values()):
        return frozenset()
    return frozenset(name for name, weight in weights[0].items() if weight == 0.0)


@feature("column.reported_infinite", each="column", unit="cells", doc="Infinite cells (or their share), by a report",
         how=HOW, source="test.nan-inputs")  # fmt: skip
def infinite(m: Measures) -> Items | Measured:
    return _worst(m, "infinite")


@feature("column.reported_lost", each="column", type="flag", doc="A report gives the engineered feature no spread,"
         " although its source has one", how=HOW, source="data.engineered")  # fmt: skip
def lost(m: Measures) -> Items | Measured:
    return _worst(m, "lost", value=lambda said: said.value > 0)


@feature("report.copies", unit="fraction", doc="Share of the evaluation rows that a report finds in the training data",
         how=HOW, source="data.splits")  # fmt: skip
def copies(m: Measures) -> Measured:
    found = _of(m, "copies")
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


@feature("report.wrong_labels", unit="fraction", doc="Share of the labels that a check of them calls wrong", how=HOW,
         source="data.quality")  # fmt: skip
def wrong_labels(m: Measures) -> Measured:
    counted = _of(m, "wrong-labels")
    if not isinstance(counted, Measured):
        said, file = max(counted, key=lambda each: each[0].value)
        return Measured(said.value, note=said.note, where=Where(file))
    found = _of(m, "label-issue")
    if isinstance(found, Measured):
        return found
    values = [said.value for said, _ in found]
    if min(values) == max(values):
        return unknown("the file lists the doubtful labels alone, not those that are right")
    return Measured(sum(values) / len(values), where=Where(found[0][1]))


@feature("report.annotator_agreement", unit="kappa", doc="How far people who labelled the same rows agree beyond"
         " chance, by a report; of several pairs the mean", how=HOW, source="data.quality")  # fmt: skip
def annotator_agreement(m: Measures) -> Measured:
    found = _of(m, "agreement")
    if isinstance(found, Measured):
        return found
    values = [said.value for said, _ in found]
    return Measured(sum(values) / len(values), note=found[0][0].note, where=Where(found[0][1]))


def amounts_of(
    m: Measures, *what: str, amount: Callable[[float], float] = abs
) -> tuple[dict[str, float], str] | Measured:
    """Column -> its largest amount, and the file; unknown where too few columns are listed."""
    found = _of(m, *what)
    if isinstance(found, Measured):
        return found
    amounts: dict[str, float] = {}
    for said, _ in found:
        amounts[said.name] = max(amount(said.value), amounts.get(said.name, float("-inf")))
    if len(amounts) < LEAST_COLUMNS:
        return unknown(f"a report lists {len(amounts)} columns; {LEAST_COLUMNS} are needed", "too-few-points")
    return amounts, found[0][1]


@feature("report.told_apart", unit="AUC", doc="Area under the curve by which a model tells the rows of one table from"
         " those of another, by a report (adversarial validation)", how=HOW, source="fig1.b")  # fmt: skip
def told_apart(m: Measures) -> Measured:
    found = _of(m, "told-apart")
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, where=Where(file))


@feature("report.best_baseline", unit="skill", doc="Skill of the best of several models by a report, at least one of"
         " them a simple one: 0 is a constant prediction, 1 is perfect", how=HOW, source="base.ladder")  # fmt: skip
def best_baseline(m: Measures) -> Measured:
    found = _of(m, "baseline")
    if isinstance(found, Measured):
        return found
    levels, own = _levels(m), _of(m, "own-score")
    skills: dict[str, tuple[float, str]] = {}
    for said, file in [*found, *(own if isinstance(own, list) else [])]:
        skill = _skill(said, levels)
        if skill is not None and said.name not in skills:  # areas stand before shares
            skills[said.name] = skill, file
    if len(skills) < LEAST_BASELINES:
        return unknown(f"scores of {LEAST_BASELINES} simple models, in a metric whose chance is known, are needed")
    best = max(skills, key=lambda name: skills[name][0])
    return Measured(skills[best][0], note=best, where=Where(skills[best][1]))


@feature("report.linear_skill", unit="skill", doc="The same of the best linear model that a report names", how=HOW,
         source="base.linear")  # fmt: skip
def linear_skill(m: Measures) -> Measured:
    found = _of(m, "baseline")
    if isinstance(found, Measured):
        return found
    levels = _levels(m)
    skills = [
        (skill, file) for said, file in found if is_linear(said.name) and (skill := _skill(said, levels)) is not None
    ]
    return Measured(max(skills)[0], where=Where(max(skills)[1])) if skills else unknown(HOW, "not-logged")


@feature("report.baselines_bend", type="flag", doc="One of the simple models of a report is no weighted sum of its"
         " inputs: trees, neighbours, kernels", how=HOW, source="base.ladder")  # fmt: skip
def baselines_bend(m: Measures) -> Measured | None:
    found = _of(m, "baseline")
    if isinstance(found, Measured):
        return None
    return Measured(any(bends(said.name) for said, _ in found), where=Where(found[0][1])) if found else None


def _levels(m: Measures) -> dict[str, float]:
    """Metric -> what a constant answer gets, the best of several."""
    found = _of(m, "constant")
    levels: dict[str, float] = {}
    for said, _ in found if isinstance(found, list) else ():
        best = min if said.note in ERRORS else max
        levels[said.note] = best(said.value, levels.get(said.note, said.value))
    return levels


def _skill(said: Said, levels: dict[str, float]) -> float | None:
    """Of an error what it is less than that of a constant; a squared one where its root is given, as R2 is."""
    if said.note == "auc":
        return 2.0 * said.value - 1.0
    if said.note == "r2":
        return said.value
    level = levels.get(said.note)
    if said.note in ERRORS:
        power = 2.0 if said.note == "rmse" else 1.0
        return 1.0 - (said.value / level) ** power if level else None
    return (said.value - level) / (1.0 - level) if level is not None and level < 1.0 else None


def _reference(m: Measures) -> tuple[float, str, str] | Measured:
    """(lead over the run's own skill, name, file) of the best simple model that a report names. Use `m.once`."""
    from mladvisor.features.baselines import own_skill

    found = _of(m, "baseline")
    if isinstance(found, Measured):
        return found
    rest = _of(m, "constant", "own-score")
    others = rest if isinstance(rest, list) else []
    levels = _levels(m)
    best: tuple[float, str, str] | None = None
    for said, file in found:
        skill = _skill(said, levels)
        own = next((one for one, _ in others if one.what == "own-score" and one.note == said.note), None)
        ours = _skill(own, levels) if own is not None else None
        if ours is None:
            logged = m.once(own_skill)
            ours = logged[0] if not isinstance(logged, Measured) else None
        if skill is not None and ours is not None and (best is None or skill - ours > best[0]):
            best = skill - ours, said.name, file
    return best or unknown("the report names no score of the run's own model, and the log none with a known chance")


@feature("report.reference_lead", unit="skill", doc="How much more skill the best simple model of a report has than the"
         " run's own: 0 is a constant prediction, 1 is perfect", how=HOW, source="base.ladder")  # fmt: skip
def reference_lead(m: Measures) -> Measured:
    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(found[0], note=found[1], where=Where(found[2], found[1]))


@feature("report.reference", type="choice", doc="The simple model of a report that does best", how=HOW,
         source="base.ladder")  # fmt: skip
def reference(m: Measures) -> Measured:
    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(found[1], where=Where(found[2], found[1]))


@feature("report.reference_bends", type="flag", doc="That model is no weighted sum of its inputs: trees, neighbours,"
         " kernels", how=HOW, source="base.ladder")  # fmt: skip
def reference_bends(m: Measures) -> Measured:
    from mladvisor.runs.data_scores import bends

    found = m.once(_reference)
    return found if isinstance(found, Measured) else Measured(bends(found[1]), where=Where(found[2], found[1]))
