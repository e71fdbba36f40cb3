"""Rows and labels that a script reads from two tables and lays side by side as they come: by place, and not by key."""

from __future__ import annotations

import ast
import csv
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.code_names import LABEL_NAME
from mladvisor.features.measured import Measured, on_line
from mladvisor.runs.script.handed import told_pairs
from mladvisor.runs.tabled import opened
from mladvisor.runs.word_sets import word_set

if TYPE_CHECKING:
    from mladvisor.runs.script.code import Code

_JOINS = word_set(
    "merge join set_index reindex sort_values sort_index sort align map lookup argsort lexsort searchsorted isin"
)
"""What may bring the rows of two tables together, or in one order; with any of them the script is left alone."""
_READS = ("read_csv", "read_table")
_MOST_BYTES = 5_000_000
_LEAST = 20  # rows
_SHARED = 0.95  # of the keys of either table


@feature(
    "code.joins_by_key",
    type="flag",
    doc="Inputs and labels that a script takes from two tables are joined by the key that both have, or stand in one"
    " order; false where neither is so, never known to be so",
    how="put the training script and the tables that it reads into the folder of the log",
    source="feat.tiny",
)
def joins_by_key(m: Measures) -> Measured | None:
    if m.run.script is None:
        return None
    code: Code = m.run.script.code
    if any(isinstance(node, ast.Attribute) and node.attr in _JOINS for node in code.nodes):
        return None
    read = _read_tables(code)
    for target, value in (pair for node in code.nodes if isinstance(node, ast.Assign) for pair in told_pairs(node)):
        labels = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)} & read.keys()
        name = code.dotted(target)
        if len(labels) != 1 or not LABEL_NAME.search(name.lower()) or name in read:
            continue
        of_labels = labels.pop()
        for of_inputs, file in read.items():
            if of_inputs == of_labels or not _is_used(code, of_inputs, but=read.keys() - {of_inputs}):
                continue
            if (moved := _out_of_order(m, file, read[of_labels])) is not None:
                return Measured(False, note=f"{moved}: `{code.line(value)}`", where=on_line(code.place(value)))
    return None


@feature(
    "code.joins_by_key_says",
    type="choice",
    doc="Which key stands in another order in the table that labels come from, and the line that takes them",
    how="put the training script and the tables that it reads into the folder of the log",
    source="feat.tiny",
)
def joins_by_key_says(m: Measures) -> Measured | None:
    found = m["code.joins_by_key"]
    return Measured(found.note, where=found.where) if isinstance(found, Measured) and found.note else None


def _read_tables(code: Code) -> dict[str, str]:
    """Name -> file of each table that is read once by a name that is written out."""
    found: dict[str, str] = {}
    for node in code.nodes:
        for target, value in told_pairs(node) if isinstance(node, ast.Assign) else ():
            call = value if isinstance(value, ast.Call) else None
            if call is None or code.dotted(call.func).rpartition(".")[2] not in _READS or not call.args:
                continue
            file = call.args[0]
            once = isinstance(target, ast.Name) and len(code.assignments(target.id)) <= 1
            if once and isinstance(file, ast.Constant) and isinstance(file.value, str):
                found[target.id] = file.value  # type: ignore[attr-defined]
    return found


def _is_used(code: Code, name: str, *, but: frozenset[str] | set[str]) -> bool:
    """Something is made of the table alone, and it is not the label."""
    for node in code.nodes:
        for target, value in told_pairs(node) if isinstance(node, ast.Assign) else ():
            names = {one.id for one in ast.walk(value) if isinstance(one, ast.Name)}
            label = LABEL_NAME.search(code.dotted(target).lower()) is not None
            if name in names and names.isdisjoint(but) and not label:
                return True
    return False


def _out_of_order(m: Measures, one: str, other: str) -> str | None:
    """How many keys stand elsewhere in the other table, in words; None where they stand alike, or none is shared."""
    first, second = (_columns(m, file) for file in (one, other))
    for name in first.keys() & second.keys():
        keys, others = first[name], second[name]
        if len(keys) < _LEAST or len(set(keys)) < len(keys) or len(set(others)) < len(others):
            continue
        shared = len(set(keys) & set(others))
        moved = sum(a != b for a, b in zip(keys, others, strict=False))
        if shared >= _SHARED * max(len(keys), len(others)) and moved > len(keys) / 2:
            return f"{name} stands in another order in {moved:,} of {len(keys):,} rows"
    return None


def _columns(m: Measures, file: str) -> Mapping[str, list[str]]:
    """The columns of a small table beside the script, as text."""
    at = opened(m.run.folder, file)
    try:
        if at.size > _MOST_BYTES:
            return {}
        lines = at.read_text(_MOST_BYTES).splitlines()
        first = lines[0] if lines else ""
        rows = list(csv.reader(lines, delimiter="\t" if "\t" in first else ";" if first.count(";") else ","))
    except (ReadError, OSError, csv.Error):
        return {}
    whole = [row for row in rows if len(row) == len(rows[0])]
    return {name.strip(): [row[at] for row in whole[1:]] for at, name in enumerate(rows[0])} if rows else {}
