"""Short texts beside a log that say something of the data, or of an earlier run: "audit.txt", "NOTES.md"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mladvisor.runs.bad_input_said import bad_input_said
from mladvisor.runs.chats import lines_beside
from mladvisor.runs.coefficients_said import coefficients_in
from mladvisor.runs.copies_said import copies_in_line
from mladvisor.runs.drift_lines import drift_in, units_in_line
from mladvisor.runs.emptiness_lines import emptiness_in_line
from mladvisor.runs.finite_lines import finite_checks
from mladvisor.runs.groups_said import groups_in_line
from mladvisor.runs.joins_said import unmatched_in_line
from mladvisor.runs.label_lines import said_of_labels, sources_in
from mladvisor.runs.lateness_said import late_in_lines
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.made_lines import lost_in_line, made_faults_in, made_in_line
from mladvisor.runs.models_in_lines import models_in_lines
from mladvisor.runs.printed_blocks import statistics_printed
from mladvisor.runs.printed_classes import counts_printed
from mladvisor.runs.rare_said import rare_in, said_in_tables
from mladvisor.runs.readers.base import HEAD_BYTES, Candidate
from mladvisor.runs.rechecks_said import issues_counted, rechecks_in
from mladvisor.runs.reference_lines import references_in
from mladvisor.runs.split_counts import agreed
from mladvisor.runs.ties_said import lines_of_ties
from mladvisor.runs.tool_verdicts import said_by_condition
from mladvisor.runs.vocabulary_said import unknown_values_in_line, violations_in_line

_SUFFIXES = ("txt", "md", "rst", "log", "out", "eml", "org", "adoc", "rout", "smcl")


_TOLD: tuple[Callable[[str], Iterable[object]], ...] = (
    said_of_labels,
    sources_in,
    copies_in_line,
    unmatched_in_line,
    unknown_values_in_line,
    groups_in_line,
    emptiness_in_line,
    units_in_line,
    lost_in_line,
    made_in_line,
    said_by_condition,
    violations_in_line,
)
_PARCELS = ("ipynb", "json")
"""Files in which texts lie among other things."""
_MOST_PARCEL = 200_000

_TOLD_IN_ALL: tuple[Callable[[list[str]], Iterable[object]], ...] = (
    made_faults_in,
    drift_in,
    finite_checks,
    references_in,
    rechecks_in,
    issues_counted,
    lines_of_ties,
    late_in_lines,
    rare_in,
    said_in_tables,
    coefficients_in,
)


def may_note(file: Candidate) -> bool:
    """A sentence of it says what became of bad input, which columns are empty or have moved, how good labels are, where
    they come from, which rows stand on both sides, how many training rows a group has, what an earlier run scored,
    what several simple models do, what a linear one makes of its inputs, what tests or a single column make of the
    label, or how many rows of each class the splits have.
    """
    suffix = stem_and_suffix(file.name)[1]
    if suffix in _PARCELS:
        if file.size > _MOST_PARCEL or (
            suffix == "json" and b'"text"' not in file.head and b'"message"' not in file.head
        ):
            return False
    elif suffix not in _SUFFIXES or file.size > HEAD_BYTES or file.binary:
        return False
    text = file.text
    lines = lines_beside(file.name, text)
    if suffix in _PARCELS and not lines:
        return False
    if any(bad_input_said(text)):
        return True
    if any(any(each(line)) for line in lines for each in _TOLD):
        return True
    if any(any(each(lines)) for each in _TOLD_IN_ALL) or (suffix == "ipynb" and any(statistics_printed(lines))):
        return True
    if agreed(counts_printed(lines)):
        return True
    return sum(said.what == "baseline" for said in models_in_lines(lines)) >= _SEVERAL


_SEVERAL = 2
"""Simple models with their scores: a comparison. One alone may be the model of the run."""
