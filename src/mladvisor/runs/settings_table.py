"""Settings that lie in a table: `param,value` with a line for each, or one line below their names.

Spreadsheets and small scripts leave `hparams.csv` and `params.csv`; only what is called so is looked at, and only what
its keys make a configuration is one.
"""

from __future__ import annotations

import csv
from typing import Any

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english_word
from mladvisor.runs.plain_settings import value_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.settings_names import CONFIG_WORDS, LEAST_SURE, OF_OTHERS, sure_among
from mladvisor.runs.word_sets import word_set

MAX_BYTES = 16_000
_NAMES = word_set("param parameter name key setting hyperparameter hparam option argument field")
_VALUES = word_set("value val setting")


def may_be_table_of_settings(file: str) -> bool:
    """A table in the run folder itself whose name says settings: `hparams.csv`, `run_config.tsv`."""
    stem, suffix = stem_and_suffix(file)
    words = {english_word(word) for word in stem.replace("-", "_").replace(".", "_").split("_")}
    said = CONFIG_WORDS - {"description", "debug"}
    return suffix in ("csv", "tsv") and "/" not in file and bool(words & said) and not words & OF_OTHERS


def settings_in_table(file: Candidate) -> dict[str, Any]:
    """What a small table sets; {} where its lines are something else."""
    if file.binary or file.size > MAX_BYTES:
        return {}
    delimiter = "\t" if "\t" in file.text.partition("\n")[0] else ","
    rows = [[cell.strip() for cell in row] for row in csv.reader(file.text.splitlines(), delimiter=delimiter) if row]
    found = _pairs(rows)
    if found:
        return found  # nothing else is headed "param,value" in a file called after settings
    found = _one_line(rows)
    return found if len(sure_among(key.rpartition(".")[2] for key in found)) >= LEAST_SURE else {}


def _pairs(rows: list[list[str]]) -> dict[str, Any]:
    """`param,value`, and a setting in each line."""
    if not rows or len(rows[0]) < 2:
        return {}
    head = [cell.lower() for cell in rows[0]]
    if head[0] not in _NAMES or head[1] not in _VALUES:
        return {}
    return {row[0]: value_of(row[1]) for row in rows[1:] if len(row) > 1 and row[0] and row[1]}


def _one_line(rows: list[list[str]]) -> dict[str, Any]:
    """Names, and below them the values of one run; of two lines nobody knows which is this one."""
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return {}
    return {name: value_of(value) for name, value in zip(*rows, strict=True) if name and value}
