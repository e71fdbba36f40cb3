"""How many training rows each group has, where no table holds them.

A line says it ("training rows by site: A 2084, B 22"), or a small JSON file that is called after training and holds
nothing but counts ("train_sites.json"), or a key of another that says so ("train_by_group"), or a list of the training
examples says of each one which group it is of ("train_manifest.csv": image, scanner, label).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_form, stem_and_suffix
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_MOST_BYTES = 20_000
_MAX_LINE = 600
_HEAD = re.compile(
    r"(?i)\btrain(?:ing)?[ _-]{1,2}(?:set[ _-])?(?:rows|samples|examples|images|records|cases|counts?|utterances|"
    r"patients|customers|documents)[ _-]{1,2}(?:by|per|of each)[ _-]{1,2}([a-z][\w -]{0,40}?)\s{0,3}[:=]"
    r"\s{0,3}(.{3,500})$"
)
_COUNT = re.compile(
    r"([^\W\d_][\w .+<>-]{0,40}?)\s{0,3}[ :=]\s{0,3}(\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?=\s{0,3}(?:[,;|.)]|$))"
)
_NO_GROUPS = word_set("class classes label labels target targets epoch fold split")


def groups_in_line(line: str) -> dict[str, int]:
    """Group -> training rows; {} where the line counts none, or classes."""
    found = _HEAD.search(line[:_MAX_LINE])
    if found is None or not _NO_GROUPS.isdisjoint(words_of(found[1])):
        return {}
    counts = {name.strip().lower(): int(rows.replace(",", "")) for name, rows in _COUNT.findall(found[2])}
    return counts if len(counts) > 1 else {}


def groups_in_file(file: Candidate) -> dict[str, int]:
    """The same of a file; {} of a file that is called otherwise, or that holds anything else."""
    stem, form = stem_and_form(file.name)
    words = words_of(stem)
    if form != "json" or file.size > _MOST_BYTES or not _NO_GROUPS.isdisjoint(words):
        return {}
    try:
        content = file.read_json()
    except (ReadError, OSError):
        return {}
    if "train" in {split_called(word) for word in words}:
        return _counts(content)
    inside = content.items() if isinstance(content, dict) else ()
    return next((found for key, value in inside if _by_group(str(key)) and (found := _counts(value))), {})


def _counts(content: Any) -> dict[str, int]:
    whole = isinstance(content, dict) and len(content) > 1 and all(map(is_count, content.values()))
    return {str(name).lower(): int(rows) for name, rows in content.items()} if whole else {}


def _by_group(key: str) -> bool:
    """ "train_by_group", "n_train_per_site", among other things that a file says."""
    words = words_of(key)
    told = "train" in {split_called(word) for word in words} and not {"by", "per"}.isdisjoint(words[:-1])
    return told and _NO_GROUPS.isdisjoint(words)


_LISTS = word_set("index manifest catalog catalogue metadata meta listing inventory list files")
_MOST_LISTED = 2_000_000  # bytes
_MOST_GROUPS = 20


def groups_in_list(file: Candidate) -> list[dict[str, int]]:
    """Group -> training rows by each column of a list of the training examples; [] of any other file.

    Such a list says what stands beside the examples, and is no table of inputs.
    """
    stem, suffix = stem_and_suffix(file.name)
    words = words_of(stem)
    told = "train" in {split_called(word) for word in words} and not _LISTS.isdisjoint(words)
    if not told or suffix not in ("csv", "tsv") or file.size > _MOST_LISTED:
        return []
    try:
        text = file.read_text(_MOST_LISTED)
        rows = list(csv.DictReader(text.splitlines(), delimiter="\t" if suffix == "tsv" else ","))
    except (ReadError, OSError, csv.Error):
        return []
    found = []
    for name in rows[0] if rows else ():
        cells = [str(row.get(name) or "").strip().lower() for row in rows] if isinstance(name, str) else []
        counts = Counter(cells)
        groups = 1 < len(counts) <= min(_MOST_GROUPS, len(cells) // 2) and not any(map(_NUMBER.fullmatch, counts))
        if groups and _NO_GROUPS.isdisjoint(words_of(name)):
            found.append({each: rows_of for each, rows_of in counts.items() if each})
    return found


_NUMBER = re.compile(r"[-+]?[\d.]{1,30}(?:e[-+]?\d{1,3})?")
