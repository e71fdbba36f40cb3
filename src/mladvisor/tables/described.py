"""The feature dictionary of a run folder: in our form, or in anybody's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mladvisor.errors import MladvisorError
from mladvisor.runs.model import Run
from mladvisor.runs.table_names import own_kind
from mladvisor.tables.files import inside

if TYPE_CHECKING:
    from mladvisor.tables.schema import Schema

LEAST_DESCRIBED = 0.5
"""Share of the entries of a dictionary that must be columns of the tables for it to speak of them."""


def schema_of(run: Run, columns: Iterable[str], note: Callable[[str], None]) -> Schema | None:
    """The dictionary that the manifest names, or the nearest one; None without one that speaks of these columns.

    Raises ReadError where it cannot be read, OSError where it cannot be opened.
    """
    files = run.files.get("schema", ())
    file = run.manifest.schema or (min(files, key=lambda file: file.count("/")) if files else None)
    if file is None:
        return None
    from mladvisor.tables.schema import read_schema

    named = run.manifest.schema is not None or own_kind(file.rpartition("/")[2]) == "schema"
    if not named or file.lower().endswith((".csv", ".tsv", ".md", ".xlsx")):  # our form is YAML or JSON
        return _dictionary(run, file, columns, note)
    try:
        return read_schema(inside(run, file), file)
    except MladvisorError:
        if run.manifest.schema is None:
            try:
                return _dictionary(run, file, columns, note)
            except MladvisorError:
                pass  # what is wrong with it in our form says more
        raise


def _dictionary(run: Run, file: str, columns: Iterable[str], note: Callable[[str], None]) -> Schema | None:
    """A dictionary in somebody else's words, where it speaks of these tables."""
    from mladvisor.tables.dictionary import read_dictionary

    schema = read_dictionary(inside(run, file), file)
    known = set(columns)
    shared = sum(each.name in known for each in schema.features)
    if shared < max(2, LEAST_DESCRIBED * len(schema.features)):
        note(f"{file}: describes other columns than those of the tables, and is not used")
        return None
    note(f"{file} is taken for the dictionary of the tables, by its name")
    return schema
