"""Raw columns and those made of them, in one report or in two side by side ("raw_stats.csv", "feature_stats.json")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mladvisor.runs.columns_said import MEAN, STD, said_of_column
from mladvisor.runs.data_records import Cells, Record
from mladvisor.runs.data_said import name_of
from mladvisor.runs.data_verdicts import MADE, Said, number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.stages_said import Column, compared, follows_source, stage_named, stage_of
from mladvisor.runs.word_sets import word_set

_BEFORE = word_set("raw source original before")
_AFTER = MADE - word_set("feature features") | word_set("after out output")
Stages = dict[str, dict[str, Column]]


def made_of_raw(reports: Sequence[tuple[str, list[Record]]]) -> Iterator[tuple[Said, str]]:
    """(statement, file) of each column that has one name before and after the step that makes it."""
    whole: Stages = {"raw": {}, "made": {}}
    file_of_made = ""
    for file, records in reports:
        own: Stages = {"raw": {}, "made": {}}
        followed: dict[str, float] = {}
        for record in records:
            name = name_of(record)
            if name is None:
                continue
            for stage, cells in _staged(record):
                own[stage].setdefault(name, _column(name, cells))
            if (corr := follows_source(record.cells)) is not None and abs(corr) <= 1.0:
                followed[name] = abs(corr)
        yield from ((said, file) for said in compared(own["raw"], own["made"], blanks=False))
        yield from ((Said("unfollowed", name, None, 1.0 - corr), file) for name, corr in followed.items())
        called = stage_named(records[0].path[0]) if records else None
        if called is None or own["raw"] or own["made"]:
            continue
        named = [(name, record.cells) for record in records if (name := name_of(record)) is not None]
        whole[called] |= {name: _column(name, cells) for name, cells in named if name not in whole[called]}
        file_of_made = file if called == "made" else file_of_made
    if whole["raw"] and whole["made"]:
        yield from ((said, file_of_made) for said in compared(whole["raw"], whole["made"], blanks=True))


def _staged(record: Record) -> Iterator[tuple[str, Cells]]:
    """The cells of a record by stage: all of one, or side by side ("raw_std", "processed_std")."""
    stage = stage_of(record)
    if stage is not None:
        yield stage, record.cells
        return
    for called, words in (("raw", _BEFORE), ("made", _AFTER)):
        cells = {
            "_".join(word for word in words_of(key) if word not in words): each
            for key, each in record.cells.items()
            if not words.isdisjoint(words_of(key))
        }
        if cells:
            yield called, cells


def _column(name: str, cells: Mapping[str, object]) -> Column:
    plain = dict(cells)
    missing = next((said.value for said in said_of_column(name, None, plain) if said.what == "missing"), None)
    return Column(number(plain, MEAN), number(plain, STD), missing)
