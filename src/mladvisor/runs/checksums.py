"""Checksums of the weights by epoch, which some note to see that a training changes them: a test that they move."""

from __future__ import annotations

import csv
import re
from typing import Any

from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_SUM = re.compile(
    r"(?i)^(?:.*_)?(?:sha_?\d{0,3}|md5|crc_?\d{0,2}|hash|checksum|digest|fingerprint|pruefsumme|prüfsumme|xxhash)(?:_.*)?$"
)
_TIME = re.compile(r"(?i)^(?:epoch|epoche|epoca|époque|step|schritt|iter(?:ation)?|checkpoint|stage|when|zeit)$")
_SUM_WORDS = word_set(
    "sha sha1 sha256 md5 crc hash hashes checksum checksums digest digests fingerprint pruefsumme pruefsummen"
)
_WEIGHTS = word_set(
    "weights weight params parameters parameter model state gewichte gewicht pesos poids pesi parametros"
)
_LEAST = 3
"""Epochs with one checksum: two may be the state before training and after a first epoch at a rate of zero."""
_MOST_ROWS = 5_000


def is_about_checksums(stem: str) -> bool:
    """A file that is called after checksums of weights."""
    words = set(words_of(stem))
    return not words.isdisjoint(_SUM_WORDS) and not words.isdisjoint(_WEIGHTS)


def from_checksums(text: str, delimiter: str) -> dict[str, Any]:
    """Whether weights move, by a table with a checksum for each epoch (and layer); {} for another table."""
    try:
        rows = list(csv.reader(text.split("\n")[:_MOST_ROWS], delimiter=delimiter))
    except csv.Error:
        return {}
    head = [cell.strip() for cell in rows[0]] if rows else []
    sums = [at for at, name in enumerate(head) if _SUM.match(name)]
    times = [at for at, name in enumerate(head) if _TIME.match(name)]
    if not sums or not times or len(rows) <= _LEAST:
        return {}
    others = [at for at in range(len(head)) if at not in (*sums, *times)]
    kept: dict[tuple[str, ...], list[str]] = {}
    for row in rows[1:]:
        if len(row) == len(head):
            kept.setdefault(tuple(row[at] for at in others[:1]), []).append(" ".join(row[at] for at in sums))
    lasting = [values for values in kept.values() if len(values) >= _LEAST]
    if not lasting:
        return {}
    moved = any(len(set(values)) > 1 for values in lasting)
    said = f"the checksum of the weights {'changes' if moved else f'is the same {len(lasting[0])} times'}"
    return {"weights_move": {"passed": moved, "said": said}}
