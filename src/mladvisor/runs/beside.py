"""Which files beside the log are tables by their names, and which are reports by what they hold.

Tables of data that neither name nor place tells are looked for in `data_beside`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mladvisor.runs import (
    answer_ranges,
    cut_gains,
    data_names,
    decisions_said,
    formula_said,
    layer_arrays,
    layout,
    outcomes_said,
    report_forms,
    settings_names,
    split_names,
    table_names,
    target_said,
)
from mladvisor.runs.batch_columns import is_batch_table
from mladvisor.runs.boosters import holds_inputs
from mladvisor.runs.cut_tables import cuts_in
from mladvisor.runs.data_reports import counts_decisions, may_report, profiles_columns, scores_with_matrix
from mladvisor.runs.data_sets import columns_in, columns_of
from mladvisor.runs.elsewhere_said import is_of_anything, may_be_general
from mladvisor.runs.groups_said import groups_in_file, groups_in_list
from mladvisor.runs.guarded import where
from mladvisor.runs.head_said import may_say
from mladvisor.runs.json_rows import split_in_json
from mladvisor.runs.leaks_said import tells_leak
from mladvisor.runs.model import Run
from mladvisor.runs.notes import may_note
from mladvisor.runs.printed_scores import tells_scores
from mladvisor.runs.range_tests import range_test_in
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_kinds import report_kind
from mladvisor.runs.report_names import counts_training
from mladvisor.runs.score_tables import holds_costs, holds_scores
from mladvisor.runs.scores_elsewhere import may_hold_scores
from mladvisor.runs.sheets.told import told_by
from mladvisor.runs.split_counts import SUFFIXES as OF_COUNTS
from mladvisor.runs.split_counts import counts_in
from mladvisor.runs.split_ways import tells_ways
from mladvisor.runs.sweeps import sweep_in
from mladvisor.runs.tests_beside import holds_tests, is_interface, requests_and_answers
from mladvisor.runs.training_notes import is_training_note
from mladvisor.runs.trials import compared_in
from mladvisor.runs.watch_tables import is_statistics_in_time, is_watch, names_versions
from mladvisor.runs.weight_files import weights_in

_TEXT_TABLES = ("csv", "tsv")
_TABLES = (*_TEXT_TABLES, "parquet")
_MOST_REPORT = 8_000_000  # bytes: statistics of many layers at many steps
_MOST_DATA_REPORTS = 20  # files of one run
_MOST_SUMMARY = 200_000  # bytes: of all other reports, which a person reads


_IN_CARDS = ("slice_report", "business")
"""What a description of a model says of how it did, beside how it is built."""
_MAY_BE_STATISTICS = ("schema", "train", "val", "test", "train_raw", "val_raw", "test_raw", "serving")
"""Kinds of table, by their names, that statistics of such a table are called after as well ("raw_stats.csv")."""


def tables_of(files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Kind of table -> files of that kind, in the run folder itself or below it."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        kind = data_names.table_kind_at(file.rel)
        labels = table_names.labels_of(file.name)
        if kind in _MAY_BE_STATISTICS and (profiles_columns(file) or is_statistics_in_time(file.lines)):
            continue
        if kind is None and labels is not None:
            kind = table_names.labels_kind(labels)
        kind = kind or split_in_json(file)
        if kind is not None:
            found[kind] = (*found.get(kind, ()), file.rel)
    held = [rel for rel in found.get("val", ()) if split_names.is_held_out(rel.rpartition("/")[2])]
    if held and len(held) < len(found["val"]) and "test" not in found:  # beside validation data it is the last test
        found["val"] = tuple(rel for rel in found["val"] if rel not in held)
        found["test"] = tuple(held)
    return found


def reports_of(files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Kind of report -> small tables that are told as one by their columns, whatever their names are."""
    found: dict[str, tuple[str, ...]] = {}
    for file in files:
        for kind in _reported_in(file):
            found[kind] = (*found.get(kind, ()), file.rel)
    asked = [rel for rel in requests_and_answers(files) if rel not in found.get("checks", ())]
    return {**found, "checks": (*found.get("checks", ()), *asked)} if asked else found


def _reported_in(file: Candidate) -> Iterator[str]:
    """The kinds of report that one file is."""
    stem, suffix = layout.stem_and_suffix(file.name)
    form = layout.stem_and_form(file.name)[1]
    settings = settings_names.may_be_config(file.name)
    data = settings or table_names.own_kind(file.name) is not None
    if holds_tests(file, stem, suffix):
        yield "checks"
    if form in OF_COUNTS and not data and counts_in(file, form):
        yield "split_counts"
    if not data and sweep_in(file) is not None:
        yield "sweep"
    if not data and cuts_in(file):
        yield "cut_table"
    if not data and groups_in_file(file):
        yield "group_counts"
    if not data and table_names.table_kind(file.name) is None and groups_in_list(file):
        yield "group_list"
    if not data and weights_in(file):
        yield "weights"
    if suffix in ("npz", "npy") and layer_arrays.may_hold(file.rel):
        yield "layer_arrays"
    if is_interface(file, stem, suffix):
        yield "interface"
    kind = None
    if suffix in _TEXT_TABLES and file.size <= _MOST_SUMMARY and is_watch(file.lines):
        kind = "in_use"
    elif form in report_forms.SUFFIXES:
        described = data_names.table_kind_at(file.rel) in ("design", "schema")
        if file.size <= report_forms.MOST_BYTES and not settings and (not described or form == "md"):
            kind = report_forms.kind_of(file, form, stem)
            kind = kind if kind in _IN_CARDS or not described else None
    elif suffix in _TABLES and file.size <= _MOST_REPORT and table_names.table_kind(file.name) is None:
        columns = columns_in(file)
        if columns and suffix in _TEXT_TABLES and names_versions(file.lines):
            columns = ["version", *columns[1:]]
        long = report_forms.is_long(columns, stem)
        kind = report_forms.kind_of(file, suffix, stem) if long else report_kind(columns, stem)
        kind = kind if kind == "layers" or file.size <= _MOST_SUMMARY else None
    if kind is not None:
        yield kind


def reports_about_data(run: Run, files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """Files beside the log that are called as reports about data are, or as those of decisions, and are nothing else of
    the run.
    """
    # What counts classes by split is a report about the data as well.
    logs = run.logs
    taken = logs | {name for kind, names in run.files.items() if kind != "split_counts" for name in names}
    told = {
        setting.place.file for setting in run.config.values()
    } - taken  # by settings, which results may stand beside
    taken |= told
    left = [file for file in files if file.rel not in taken]
    others = [file for file in files if file.rel not in logs]
    decided = where(run, left, counts_decisions)
    found = where(run, _but(left, decided), may_report)[:_MOST_DATA_REPORTS]
    # An evaluation may be a report by group, or say the threshold, and hold a matrix as well.
    scored = where(run, _but(files, decided), scores_with_matrix)
    scored_by = [file for file in files if file.rel not in taken or file.rel in told]
    elsewhere = where(run, scored_by, may_hold_scores)[:_MOST_DATA_REPORTS]
    in_use = run.files.get("in_use", ())
    general = where(run, files, _of_anything)
    sheets = _but([file for file in files[:_MOST_LOOKED_AT] if _may_tell(file, run)], general)
    others = _but(others, general)
    kinds = {
        "data_report": (*found, *in_use),
        "data_note": where(run, _but(left, (*found, *decided, *general)), may_note),
        "training_note": where(run, left, is_training_note),
        "range_test": where(run, files, lambda file: range_test_in(file) is not None),
        "decision_report": (*decided, *scored),
        "answer_report": where(run, others, answer_ranges.may_tell),
        "decision_note": where(run, others, decisions_said.may_tell),
        "cut_note": where(run, others, decisions_said.says_best),
        "cut_gain": where(run, others, cut_gains.tells_gain),
        "score_table": (*where(run, others, holds_scores), *where(run, _in(files, logs), holds_costs)),
        "split_ways": where(run, others, tells_ways),
        "score_note": where(run, others, tells_scores),
        "leak_note": where(run, others, tells_leak),
        "outcome_note": where(run, others, outcomes_said.tells_outcome),
        "formula_note": where(run, others, formula_said.may_hold),
        "booster": where(run, files, holds_inputs),
        "infinite_weights": where(run, files, formula_said.weight_infinite),
        "model_note": where(run, others, may_say),
        "target_note": where(run, others, target_said.may_say),
        "trial": where(run, others, compared_in),
        "score_report": (*elsewhere, *in_use),
        "batches": () if "batches" in run.files else _of_batches(files),
        "sheet": where(run, sheets, told_by),
    }
    return {kind: names for kind, names in kinds.items() if names}


def _of_anything(file: Candidate) -> bool:
    """A text about mistakes in general, or about one that was mended."""
    return may_be_general(file.name) and file.size <= _MOST_REPORT and is_of_anything(file.name, file.text)


_TABLES_OF_LOGS = (*_TEXT_TABLES, "json", "jsonl", "ndjson")
_ROWS = frozenset(
    (
        "batches",
        "train",
        "val",
        "test",
        "serving",
        "train_raw",
        "val_raw",
        "test_raw",
        "predictions",
        "schema",
        "design",
        "script",
    )
)


_MOST_LOOKED_AT = 200  # files: the nearest come first
_MOST_LAYERS = 20_000  # bytes: of more a person reads nothing


def _may_tell(file: Candidate, run: Run) -> bool:
    """No rows of data, and no script."""
    if file.name.endswith(".ipynb"):
        return True
    if (
        file.rel in run.logs
        and layout.stem_and_suffix(file.name)[1] in _TABLES_OF_LOGS
        and b"batch" not in file.head[:400]
    ):
        return False  # what a training logs by epoch is read as such
    if file.size > _MOST_LAYERS and file.rel in run.files.get("layers", ()):
        return False
    return not any(file.rel in names for kind, names in run.files.items() if kind in _ROWS or "labels" in kind)


def _but(files: list[Candidate], names: Iterable[str]) -> list[Candidate]:
    return [file for file in files if file.rel not in names]


def _in(files: list[Candidate], names: Iterable[str]) -> list[Candidate]:
    return [file for file in files if file.rel in names]


def _of_batches(files: list[Candidate]) -> tuple[str, ...]:
    """The first table with a row for each batch and statistics of its inputs, which may be the log as well."""
    tables = (file for file in files if layout.stem_and_suffix(file.name)[1] in (*_TEXT_TABLES, "jsonl", "ndjson"))
    return next(((file.rel,) for file in tables if is_batch_table(columns_in(file))), ())


def outcomes_beside(run: Run, reports: dict[str, tuple[str, ...]]) -> None:
    """A table of outcomes in use, found by its columns: what a reader took for a log stays one.

    Beside a log of losses a table that counts releases or weeks is none, whatever its metrics are called, and though a
    loss is among them: "offline_logloss" beside "revenue_per_user".
    """
    losses = {curve.place.file for curve in run.curves if curve.role.kind == "loss"}
    for file in (*reports.get("business", ()), *reports.get("releases", ())) if losses else ():
        columns = columns_of(run.path / file)
        trains = file in losses and (file not in reports.get("business", ()) or losses == {file})
        if not trains and columns and not counts_training(columns[0]):
            run.curves = tuple(curve for curve in run.curves if curve.place.file != file)
    logs = run.logs
    kpis = tuple(file for file in reports.get("kpis", ()) if file not in logs)
    files = tuple(file for file in reports.get("business", ()) if file not in logs) or _beside_metrics(
        run, kpis, reports
    )
    if files and "business" not in run.files:
        run.files = {**run.files, "business": files}
        run.assumed.append(f"{files[0]} is taken for outcomes in use, by its columns")
    if "business" in run.files:
        more = {"releases": reports.get("releases", ()), "kpis": kpis}
        run.files = {**run.files, **{kind: names for kind, names in more.items() if names}}


def _beside_metrics(run: Run, kpis: tuple[str, ...], reports: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Counts of the business whose rows are those of a table of model metrics, or of the log, by the first column."""
    counted = {curve.name for curve in run.curves}
    counted |= {columns[0] for file in reports.get("releases", ()) if (columns := columns_of(run.path / file))}
    return tuple(file for file in kpis if (columns := columns_of(run.path / file)) and columns[0] in counted)


def without_logs(run: Run) -> dict[str, tuple[str, ...]]:
    """The tables that are not the log itself: a log may be called train.csv."""
    logs = run.logs
    left = {kind: tuple(name for name in names if name not in logs) for kind, names in run.files.items()}
    return {kind: names for kind, names in left.items() if names}
