"""Which kind of report a small table beside the log is, told by its columns and the words of its name."""

from __future__ import annotations

from collections.abc import Sequence

from mladvisor.runs.label_looks import label_looks, reviewed_answers, votes_in
from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.norm_buffers import are_buffers
from mladvisor.runs.report_names import is_business, is_kpis, is_learning_curve, is_releases, slice_columns
from mladvisor.runs.time_gradients import columns_by_time


def report_kind(columns: Sequence[str], stem: str) -> str | None:
    """One of the kinds of small tables ("layers", "label_audit", "slice_report" ...); None for no such table."""
    columns = [name.strip() for name in columns if name.strip()]
    if len(columns) < 2 or len(set(columns)) < len(columns):
        return None
    if are_buffers(columns):
        return "norm_buffers"
    if columns_by_time(columns, stem) is not None:
        return "time_gradients"
    if is_layer_table(columns, stem):
        return "layers"
    if is_learning_curve(columns):
        return "learning_curve"
    if votes_in(columns):
        return "label_votes"
    if label_looks(columns, stem) is not None or reviewed_answers(columns) is not None:
        return "label_audit"
    if slice_columns(columns, stem) is not None:
        return "slice_report"
    if is_business(columns, stem):
        return "business"
    if is_kpis(columns, stem):
        return "kpis"
    return "releases" if is_releases(columns) else None
