"""What small tables, notes and failed tests beside a log say of splits, of batches and of the scales of inputs."""

from __future__ import annotations

from math import log10

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where, unknown
from mladvisor.features.report_said import said_of
from mladvisor.runs.report_names import words_of
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.word_sets import word_set

HOW = "write what you know of the data into a small table or a note beside the log"


def _most(m: Measures, what: str) -> Measured:
    """The largest number that anything beside the log gives of one thing."""
    found = said_of(m, what)
    if isinstance(found, Measured):
        return found
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


def _words(m: Measures, what: str) -> Measured:
    """What was said of the largest."""
    found = _most(m, what)
    return Measured(found.note, where=found.where) if found.known and found.note else unknown(HOW, "not-logged")


def _told(m: Measures, what: str) -> Measured:
    """That it was said; unknown where it was not."""
    found = _most(m, what)
    return Measured(True, note=found.note, where=found.where) if found.known else found


@feature(
    "report.copies_counted",
    unit="rows",
    doc="Rows, people or files of the evaluation data that a test, a line or a table counts in the training data, where"
    " nothing says of how many",
    how=HOW,
    source="data.splits",
)
def copies_counted(m: Measures) -> Measured:
    return _most(m, "copies-counted")


@feature(
    "report.split_gap",
    unit="fraction",
    doc="How far a share (of a class, of a group) differs between training and evaluation data, less what chance gives,"
    " by a small table or lines that give both",
    how=HOW,
    source="data.splits",
)
def split_gap(m: Measures) -> Measured:
    return _split_gap(m)


def _split_gap(m: Measures) -> Measured:
    """The largest gap; not that of the mean of an input, which is one of shares only where no report of columns tells
    how far it has moved.
    """
    found = said_of(m, "split-gap")
    if isinstance(found, Measured):
        return found
    if isinstance(m["column.reported_shift"], dict):
        found = [each for each in found if not each[0].name or not LABELS.isdisjoint(words_of(each[0].name))]
    if not found:
        return unknown("only the means of inputs are told", "not-logged")
    said, file = max(found, key=lambda each: each[0].value)
    return Measured(said.value, note=said.note, where=Where(file))


@feature(
    "report.split_gap_says",
    type="choice",
    doc="What differs between training and evaluation data, in words",
    how=HOW,
    source="data.splits",
)
def split_gap_says(m: Measures) -> Measured:
    found = _split_gap(m)
    return Measured(found.note, where=found.where) if found.known and found.note else unknown(HOW, "not-logged")


@feature(
    "report.split_gap_of_classes",
    type="flag",
    doc="What differs between training and evaluation data is the mix of the label's classes, by its words",
    how=HOW,
    source="data.splits",
)
def split_gap_of_classes(m: Measures) -> Measured:
    found = _split_gap(m)
    if not found.known:
        return found
    return Measured(not _CLASSES.isdisjoint(words_of(found.note)), note=found.note, where=found.where)


_CLASSES = LABELS | word_set("class classes labels targets positive positives pos negative neg pos_rate")


@feature(
    "report.split_told",
    type="flag",
    doc="A note says that evaluation data holds one kind of rows alone, or was cut off a sorted file; unknown where"
    " none does",
    how=HOW,
    source="data.splits",
)
def split_told(m: Measures) -> Measured:
    return _told(m, "split-told")


@feature(
    "report.batches_of_one_kind",
    unit="fraction",
    doc="Share of the batches that hold rows of one class or group alone, by a table of batches, lines, or a note; 1"
    " where the means of batches lie twice as far apart as the rows of one do",
    how=HOW,
    source="fig5.a",
)
def batches_of_one_kind(m: Measures) -> Measured:
    return _most(m, "batch-of-one-kind")


@feature(
    "report.batch_far",
    unit="decades",
    doc="How many times what is usual a few batches (or shards, files, days that are read in order) reach, by a table,"
    " lines or a note, as a power of ten",
    how=HOW,
    source="fig2.d",
)
def batch_far(m: Measures) -> Measured:
    found = _most(m, "batch-far")
    if not found.known:
        return found
    return Measured(log10(max(float(found.value or 0.0), 1.0)), note=found.note, where=found.where)


@feature("report.batch_far_says", type="choice", doc="Which batches lie far off, in words", how=HOW, source="fig2.d")
def batch_far_says(m: Measures) -> Measured:
    return _words(m, "batch-far")


@feature(
    "report.batch_corrupt",
    type="flag",
    doc="A note says which rows, batches or files in a row are corrupt, and not that they were taken out; unknown where"
    " none does",
    how=HOW,
    source="fig2.d",
)
def batch_corrupt(m: Measures) -> Measured:
    return _told(m, "batch-corrupt")


@feature(
    "report.fed_range",
    unit="decades",
    doc="Decades between the widest and the narrowest column that a model is given, by a table or a note of what it is"
    " given",
    how=HOW,
    source="dev.roots",
)
def fed_range(m: Measures) -> Measured:
    return _most(m, "fed-range")


@feature(
    "report.fed_widest",
    unit="decades",
    doc="Spread of the widest column that a model is given, as a power of ten, by a table or a note of what it is"
    " given",
    how=HOW,
    source="dev.roots",
)
def fed_widest(m: Measures) -> Measured:
    return _most(m, "fed-widest")


@feature(
    "report.scale_test_failed",
    unit="spreads",
    doc="What a failed test of the scale of inputs found, where it expected about one",
    how=HOW,
    source="dev.roots",
)
def scale_test_failed(m: Measures) -> Measured:
    return _most(m, "fed-test")


@feature(
    "report.target_spread",
    unit="decades",
    doc="Standard deviation of the label as a power of ten, as a line or a note gives it",
    how=HOW,
    source="dev.roots",
)
def target_spread(m: Measures) -> Measured:
    found = said_of(m, "target-spread")
    if isinstance(found, Measured):
        return found
    kept = [(abs(log10(said.value)), log10(said.value), said.note, file) for said, file in found if said.value > 0]
    if not kept:
        return unknown("the label has no spread", "too-few-points")
    _, spread, note, file = min(kept)
    return Measured(spread, note=note, where=Where(file))


@feature(
    "report.fed_told",
    type="flag",
    doc="A note says that inputs go into the model unscaled; unknown where none does",
    how=HOW,
    source="dev.roots",
)
def fed_told(m: Measures) -> Measured:
    return _told(m, "fed-told")


@feature(
    "report.fed_condition",
    unit="decades",
    doc="Condition number of the matrix of inputs as a power of ten, as a line gives it",
    how=HOW,
    source="dev.roots",
)
def fed_condition(m: Measures) -> Measured:
    return _most(m, "fed-condition")


@feature(
    "report.target_range",
    unit="decades",
    doc="Decades between the widest and the narrowest of several numbers that one model learns, by a table of them",
    how=HOW,
    source="dev.roots",
)
def target_range(m: Measures) -> Measured:
    return _most(m, "target-range")
