"""Short texts beside a log that say something of the data, or of an earlier run: "audit.txt", "NOTES.md"."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mladvisor.runs.amounts_said import amounts_in
from mladvisor.runs.blank_counts import blanks_printed
from mladvisor.runs.checks_in_lines import broken_by_row, broken_in_line
from mladvisor.runs.coefficients_said import coefficients_in
from mladvisor.runs.columns_absent import absent_in_line
from mladvisor.runs.copies_said import copies_below, copies_in_line
from mladvisor.runs.drift_lines import means_below, moved_in_line
from mladvisor.runs.groups_said import groups_in_line
from mladvisor.runs.joins_said import unmatched_in_line
from mladvisor.runs.label_lines import said_of_labels, sources_in
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.means_said import means_in_line
from mladvisor.runs.models_in_lines import models_in_lines
from mladvisor.runs.printed_classes import counts_printed
from mladvisor.runs.readers.base import HEAD_BYTES, Candidate
from mladvisor.runs.reference_lines import references_in
from mladvisor.runs.split_counts import agreed
from mladvisor.runs.tool_checks import soda_said
from mladvisor.runs.vocabulary_said import unknown_values_in_line

_SUFFIXES = ("txt", "md", "rst", "log")


_TOLD: tuple[Callable[[str], Iterable[object]], ...] = (
    said_of_labels,
    sources_in,
    copies_in_line,
    unmatched_in_line,
    unknown_values_in_line,
    broken_in_line,
    absent_in_line,
    moved_in_line,
    means_in_line,
    groups_in_line,
)


def may_note(file: Candidate) -> bool:
    """A sentence of it says how good labels are, where they come from, which rows stand on both sides, how many
    training rows a group has, what an earlier run scored, what several simple models do, what a linear one makes of
    its inputs, or how many rows of each class the splits have.
    """
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > HEAD_BYTES or file.binary:
        return False
    lines = file.text.splitlines()
    if any(any(each(line)) for line in lines for each in _TOLD) or any(references_in(lines)):
        return True
    if any(coefficients_in(lines)) or agreed(counts_printed(lines)):
        return True
    called = stem_and_suffix(file.name)[0]
    if (
        blanks_printed(lines, called)
        or any(amounts_in(lines, called))
        or any(soda_said(lines))
        or any(means_below(lines))
        or any(broken_by_row(lines))
        or any(copies_below(lines))
    ):
        return True
    models = [said.what for said in models_in_lines(lines)]
    return "majority" in models or models.count("baseline") >= _SEVERAL


_SEVERAL = 2
"""Simple models with their scores: a comparison. One alone may be the model of the run."""
