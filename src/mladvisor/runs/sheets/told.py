"""All that one small file beside a log says of splits, of batches and of scales."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.ablations import ablations_in
from mladvisor.runs.config import flatten
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.sheets import (
    batch_lines,
    batch_sentences,
    batches,
    file_pairs,
    ranges,
    scales,
    sections,
    sentences,
    shared,
    split_json,
    splits,
    spreads,
    tests_said,
)
from mladvisor.runs.sheets.forms import MOST_BYTES, sheets_in
from mladvisor.runs.sheets.words import BY_DESIGN, trains

_TABLES = (
    "csv",
    "tsv",
    "json",
    "yaml",
    "yml",
    "jsonl",
    "ndjson",
    "md",
    "txt",
    "out",
    "rout",
    "log",
    "rst",
    "html",
    "psql",
    "sql",
)
_TEXTS = ("md", "txt", "out", "rout", "log", "rst", "eml", "")
_SETTINGS = ("toml", "yaml", "yml", "json", "lock")
_SCRIPTS = ("m", "r", "jl")
_OTHERS = ("xml", "sha256", "md5", "ipynb", "manifest", "dvc")
SUFFIXES = frozenset((*_TABLES, *_TEXTS, *_SETTINGS, *_SCRIPTS, *_OTHERS))
_MOST_LINES = 3_000


def told_by(file: Candidate, kept: tuple[float, float] | None = None) -> list[Said]:
    """What a file says, by its form; [] for one that says nothing, is too large or no text.

    Args:
        kept: first and last row that say of batches, in a log that holds other trainings as well.
    """
    if suffix_of(file) not in SUFFIXES or file.size > MOST_BYTES or file.binary:
        return []
    return file.once(_told) if kept is None else _told(file, kept)


def suffix_of(file: Candidate) -> str:
    return file.name.rpartition(".")[2].lower() if "." in file.name else ""


def _told(file: Candidate, kept: tuple[float, float] = (0.0, inf)) -> list[Said]:
    suffix = suffix_of(file)
    try:
        text = file.read_text(MOST_BYTES)
    except (ReadError, OSError):
        return []
    found = list(shared.copies_in_checksums(text))
    if "test_" in text:
        found += tests_said.said_of_failures(tests_said.failed_tests(text))
    content = _content(file, suffix)
    flat = flatten(content) if isinstance(content, dict) else {}
    if content is not None:
        found += shared.copies_in_json(content)
        found += shared.copies_in_periods(flat)
        found += split_json.gaps_in_json(flat)
        found += split_json.gaps_in_lists(content, file.name.rpartition(".")[0])
        found += batch_lines.far_in_json(flat)
        records = _records(content)
        found += split_json.drift_between_parts(flat, records)
        found += tests_said.said_of_expectations(records)
    if suffix in _TABLES:
        for sheet in sheets_in(file):
            found += _of_sheet(sheet)
    lines = _cells_of(content) if suffix == "ipynb" else text.splitlines()[:_MOST_LINES]
    batched = [line for row, line in enumerate(lines, 1) if kept[0] <= row <= kept[1] and batch_lines.may_count(line)]
    lines = [own_sentences(line) for line in lines if not trains(line)]
    if suffix in _SCRIPTS:
        return list(batch_sentences.fed_as_sorted(text))
    if suffix in _TEXTS or suffix == "ipynb":
        about = file.rel.replace("/", " ")
        found += said_in_text(lines, about)
        found += said_of_batches(batched)
        found += batch_lines.labels_in_lines(batched)
        found += sentences.told_apart_in(lines, about)
        found += batch_sentences.corrupt_in(lines)
        found += sections.gaps_in_sections(lines)
        found += sections.bounds_apart(lines)
        found += sections.means_apart(lines)
    return _fair(found, text)


def _of_sheet(sheet: Any) -> Iterator[Said]:
    yield from shared.copies_in_sheet(sheet)
    yield from ablations_in(sheet)
    yield from file_pairs.copies_in_pairs(sheet)
    yield from ranges.windows_in_sheet(sheet)
    yield from splits.gaps_in_sheet(sheet)
    yield from batches.batches_in_sheet(sheet)
    yield from scales.scales_in_sheet(sheet, "")
    yield from scales.targets_in_sheet(sheet)


def said_in_text(lines: Sequence[str], about: str) -> Iterator[Said]:
    """What the lines of a note, or of a log, say."""
    yield from sentences.copies_in_lines(lines, about)
    yield from sentences.cut_unfairly(lines)
    yield from batch_sentences.read_in_order(lines)
    yield from spreads.spreads_in(lines)
    yield from spreads.unscaled_in(lines)
    for line in lines:
        yield from sections.gaps_in_line(line)
        yield from batch_sentences.far_in_line(line)


def said_of_batches(lines: Sequence[str]) -> Iterator[Said]:
    """What lines that each count a batch say."""
    sheet = batch_lines.sheet_of_lines(lines, "batches")
    if sheet is not None:
        yield from batches.batches_in_sheet(sheet)
        yield from batch_lines.far_stretch(sheet)


def _fair(found: Iterable[Said], text: str) -> list[Said]:
    """Without differences of a split that somebody wanted."""
    low = text.lower()
    wanted = any(each in low for each in BY_DESIGN)
    return [said for said in found if not (wanted and said.what == "split-gap")]


def _content(file: Candidate, suffix: str) -> Any:
    from mladvisor.runs.config import load

    if suffix not in _SETTINGS and suffix != "ipynb":
        return None
    try:
        return file.read_json() if suffix in ("json", "ipynb") else load(file)
    except (ReadError, OSError, ValueError, RecursionError):
        return None


def _records(content: Any) -> list[dict[str, Any]]:
    """The entries of the lists in a report, flat."""
    lists = [content] if isinstance(content, list) else list(content.values()) if isinstance(content, dict) else []
    return [flatten(each) for one in lists if isinstance(one, list) for each in one[:500] if isinstance(each, dict)]


def _cells_of(content: Any) -> list[str]:
    """The lines of a notebook: each cell, and what it printed."""
    lines: list[str] = []
    cells = content.get("cells") if isinstance(content, dict) else None
    for cell in cells[:200] if isinstance(cells, list) else ():
        if not isinstance(cell, dict):
            continue
        outputs = cell.get("outputs")
        printed = [each.get("text") for each in outputs if isinstance(each, dict)] if isinstance(outputs, list) else []
        for text in (cell.get("source"), *printed):
            joined = "".join(map(str, text)) if isinstance(text, list) else str(text or "")
            lines += joined.splitlines()[:500]
    return lines[:_MOST_LINES]
