"""What somebody lists as parameters that got no gradient, are in no optimizer, or never changed.

WARNING parameters without gradient after backward: ['fc1.weight', 'fc1.bias']
{"changed": ["head.weight"], "unchanged": ["fc1.weight"]}        12 of 14 tensors did not change
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.word_sets import cues

CUES = cues("unchanged;without grad;no grad;no_grad;not updat;not change;never change;never updat;not mov;not receive;"
            "missing from;not in optimi;not in the optimi;without a grad;none grad;not train;grad is none")  # fmt: skip
MOST_BYTES = 200_000
_MOST_LINES = 3_000
_LONGEST = 2_000
_STILL = (
    r"(?:(?:without|with no|no|has no|have no)[ _](?:a[ _])?grad(?:ient)?s?"
    r"|(?:did not|didn't|does not|do not|don't|never)[ _](?:change|update|move|train)[a-z]{0,2}"
    r"(?! (?:sign|shape|name|dtype))"
    r"|(?:did not|didn't|does not|do not|don't|never)[ _](?:receive|get|got)[a-z]{0,2}"
    r"(?! (?:any |a |the )?(?:weight[ _]decay|decay|regulari[sz]|dropout|noise|quanti[sz]))"
    r"|not[ _](?:being[ _])?(?:updated|changed|moved|trained|optimi[sz]ed)|not in (?:the |any )?optimi[sz]er"
    r"|missing from (?:the )?optimi[sz]er|unchanged(?! (?:since|from|in (?:the|this)|by the (?:refactor|change)))"
    r"|grad(?:ient)? is none|(?:is|are) none)"
)
_LINE = re.compile(rf"(?i)\b{_STILL}\b")
_PARAMETER = re.compile(
    r"(?<![\w.])([A-Za-z_]\w{0,40}\.(?:\w{1,40}\.){0,8}(?:weight|kernel)(?:_\w{1,12})?|[A-Za-z_]\w{0,40}/kernel(?::0)?)(?!\w)"
)
_OF = re.compile(
    r"(?i)(?<![\w.])(\d{1,6})\s?(?:of|/|out of)\s?(?:the )?(\d{1,6}) (?:trainable )?(?:parameter |weight )?"
    rf"(?:tensors?|params?|parameters|layers?|weights?)\b[^\n.;]{{0,40}}?\b{_STILL}\b"
)
_KEY = re.compile(
    r"(?i)^(?:unchanged|not_?(?:updated|changed|moved|trained|in_optimi[sz]er)|no_?grad(?:ient)?s?"
    r"|without_?grad"
    r"(?:ient)?s?|never_?(?:updated|changed)|missing_from_optimi[sz]er|grad_?(?:is_)?none|none_?grads?)"
    r"(?:_(?:params?|parameters|layers|tensors|names|weights))?$"
)
_NONE = re.compile(
    r"(?i)\b(?:none of|no parameters?|no layers?|0 (?:of|/)|every|all \d{0,6} ?param\w{0,6} "
    r"(?:received|got|changed|updated))\b"
)
_ELSEWHERE = re.compile(
    r"(?i)on purpose|intentional|by design|expected|freez|frozen|pretrain|checkpoint|load|state_dict"
    r"|backbone|\bif |assert|\bwhile\b|\bteacher|\bema\b|\bmomentum encoder|\bfixed\b|\bused to\b"
    r"|weight[ _]decay|checkpointing|\bgrad(?:ient)? (?:clip|check)"
)
"""Layers that stay because somebody wants it, or that came from elsewhere; what tests say is read as a test."""


class Still(NamedTuple):
    """How many tensors of weights stand still, the first of them, and the line (0: unknown)."""

    tensors: int
    said: str
    row: int


def still_in(text: str, suffix: str) -> Still | None:
    """What a text tells; None where it tells of none."""
    lower = text.lower()
    if suffix == "json":
        if not any(word in lower for word in ("unchanged", "not_", "no_grad", "without", "never", "missing", "none")):
            return None
        try:
            return next(_of_keys(json.loads(text), 0), None)
        except (ValueError, RecursionError):
            return None
    return still_in_lines(text.split("\n")[:_MOST_LINES]) if any(cue in lower for cue in CUES) else None


def still_in_lines(lines: list[str]) -> Still | None:
    """The first line that lists or counts weights that stand still."""
    for at, line in enumerate(lines, 1):
        lower = line[:_LONGEST].lower()
        if not any(cue in lower for cue in CUES) or _ELSEWHERE.search(line) or _NONE.search(line):
            continue
        found = _LINE.search(own_sentences(line[:_LONGEST]))
        if found is None:
            continue
        counted = _OF.search(line[:_LONGEST])
        if counted is not None and 0 < int(counted[1]) <= int(counted[2]):
            return Still(int(counted[1]), counted[0][:80], at)
        names = list(dict.fromkeys(_PARAMETER.findall(line[:_LONGEST])))
        if names:
            return Still(len(names), ", ".join(names[:3]), at)
    return None


def _of_keys(value: Any, depth: int) -> Iterator[Still]:
    if not isinstance(value, dict) or depth > 2:
        return
    for key, each in value.items():
        if _KEY.match(str(key)) and isinstance(each, list):
            names = [name for one in each if isinstance(one, str) for name in _PARAMETER.findall(one)]
            if names:
                yield Still(len(names), ", ".join(names[:3]), 0)
        elif isinstance(each, dict):
            yield from _of_keys(each, depth + 1)
