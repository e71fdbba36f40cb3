"""What a clause tells of something else than this run: other data, another model or run, a plan, what is wanted.

A number in it is no setting of the run, however plainly its name stands beside it; `words.yaml` holds the ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from mladvisor.consultation.interpret.heard import Note
from mladvisor.consultation.interpret.words import lexicon

OF_ANOTHER = ("another model", "another run", "a plan")
"""Of these nothing holds of the run: neither a value nor what was seen."""
FEW = 7
"""Words of a clause that only says when or where, for the clause behind it: "in the last run, dropout was 0.5"."""


def elsewhere(clause: str, before: str = "") -> str:
    """What a clause speaks of instead of the run; "" where it speaks of the run.

    Args:
        before: the same of the clause before it, where that one only says of what.
    """
    return next((kind for kind in OF_ANOTHER if _ways()[kind].search(clause)), before)


def carried(clause: str, kind: str, *, has_value: bool) -> str:
    """What the next clause takes over from this one: it only says of what is spoken."""
    only = (
        not has_value and len(clause.split()) <= FEW and re.match(r"(in|with|for|during|at|before|last|next)\b", clause)
    )
    return kind if only else ""


def value_elsewhere(note: Note, clause: str, start: int, end: int, kind: str) -> str:
    """What a value that stands in a clause (from `start` to `end`) belongs to instead of the run, or ""."""
    before, after = clause[:start], clause[end:]
    if not isinstance(note.value, bool) and (_ways()["not"].search(before) or _ways()["not so"].match(after)):
        return "what is not so"
    entry: Mapping[str, str] = lexicon().features.get(note.about, {})
    if (others := entry.get("not_of")) and re.search(rf"\b(?:{others})\b", clause):
        return "another thing of that name"
    if (
        entry.get("of_training")
        and _ways()["other data"].search(clause)
        and not _ways()["training data"].search(clause)
    ):
        return "other data"
    if note.about.startswith("metric.") and _ways()["what is wanted"].search(clause):
        return "what is wanted"
    return kind


@cache
def _ways() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile(pattern) for kind, pattern in lexicon().elsewhere.items()}
