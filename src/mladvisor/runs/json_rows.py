"""Rows of data in JSON in the run folder: `train.jsonl` with a text and a label a line, `dev.json` as a list.

A log is written so as well ("train.jsonl" of many trainers): what counts epochs or steps, or holds a loss, is none.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

from mladvisor.runs import data_names
from mladvisor.runs.data_sets import LEAST_DATA
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import whole_values

_LOOKED_AT = 12
_LEAST = 3  # rows
_ALIKE = 0.5
"""Share of all keys that each row has, at least: a field that is left out where it is empty is common."""


def split_in_json(file: Candidate) -> str | None:
    """The table ("train", "val", "test", "serving") whose rows a file of JSON holds; None for anything else."""
    return file.once(_split)


def _split(file: Candidate) -> str | None:
    kind = data_names.rows_in_json(file.rel)
    if kind is None or file.size < LEAST_DATA:
        return None
    return kind if _are_rows(_first(file), file) else None


def _first(file: Candidate) -> list[Any]:
    """The first values of the file's lines, or of the list that it holds."""
    found: list[Any] = []
    try:
        if file.text.lstrip()[:1] != "[":
            found.extend(json.loads(line) for line in file.lines[:_LOOKED_AT])
            return found
    except (ValueError, RecursionError):
        return found
    return list(islice(whole_values(file.text, file.text.find("[") + 1), _LOOKED_AT))


def _are_rows(values: list[Any], file: Candidate) -> bool:
    """Objects with the same keys, two plain cells in each, and nothing that only a training counts or logs."""
    rows = [value for value in values if isinstance(value, dict)]
    keys = {str(key) for row in rows for key in row}
    if len(rows) < _LEAST or len(rows) < len(values) or len(keys) < 2:
        return False
    if any(len(row) < _ALIKE * len(keys) for row in rows):
        return False
    if not any(sum(not isinstance(cell, dict | list) for cell in row.values()) > 1 for row in rows):
        return False
    columns = file.columns
    counts = {kind[0] for key in keys if (kind := columns.x_kind(key)) is not None}
    logged = {columns.meaning(key).kind for key in keys}
    return "epoch" not in counts and logged.isdisjoint(("loss", "learning-rate", "gradient-norm"))
