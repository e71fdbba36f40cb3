"""What sentences say of a feature that knows the answer: it is filled in after the outcome, or is made from the label.

    `case_closed_reason` is only filled in after the customer has churned.
    The feature days_overdue is derived from the target.        status_code leaks the label.

What was taken out, looked for and not found, or only feared is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.errors import ReadError
from mladvisor.runs.afterwards_words import is_written_afterwards
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers import Candidate

_SUFFIXES = ("md", "markdown", "txt", "rst", "eml")
_MOST_BYTES, _MOST_LINE = 60_000, 600
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_FEATURE = re.compile(
    r"`[A-Za-z]\w{2,60}`|\b[a-z]{2,20}(?:_[a-z0-9]{1,20}){1,6}\b|\b(?:feature|column|field|input|variable|predictor)s?\b",
    re.I,
)
_LEAKS = re.compile(
    r"\bleak(?:s|ed|ing)?\s(?:the\s)?(?:label|target|answer|outcome)|\b(?:label|target)[ -]leak(?:age|s|ing)?\b"
    r"|\b(?:is|are|was|were)\s(?:computed|derived|made|calculated|built)\sfrom\sthe\s(?:label|target|outcome)"
    r"|\b(?:encodes?|contains?|reveals?|gives away|is a copy of)\sthe\s(?:label|target|answer|outcome)\b",
    re.I,
)
_NOT = re.compile(
    r"\b(?:no|not|never|(?:target|label) (?:column|variable|field)|without|removed?|dropp?(?:ed|ing)?|exclud\w+"
    r"|left out|taken out|withheld|avoid\w*|prevent\w*|check(?:ed)?|would|could|may|might|if|unlike|none|free of"
    r"|fixed|guard\w*|risk|possible|suspect(?:ed)?|test(?:ed)? for)\b|n't\b",
    re.I,
)
_DESCRIBES = re.compile(r"\s{0,20}(?:[-*+]\s{1,4})?[`*]{0,3}\w{1,60}[`*]{0,3}\s{0,9}(?::|[|–—]|-\s)|\s{0,20}\|")
"""An item of a list of columns, which says of each what it is: whether the model gets it is said elsewhere."""
_WITHHELD = re.compile(
    r"\b(?:removed?|dropp?ed|drop|exclud\w+|left (?:it |them |this )?out|leave \w+ out|taken out|withheld|unused"
    r"|not (?:used|part|among|fed)|never (?:used|fed)|ignored?)\b",
    re.I,
)
"""Said in the next sentence of the same line as often as in the same one."""
_STILL = re.compile(
    r"\bnot (?:yet )?(?:known|available|there|filled)\b|\bis(?:n't| not) (?:known|available|filled)\b", re.I
)


def tells_leak(file: Candidate) -> bool:
    """A short text with a sentence that says so."""
    return bool(leaks_in(file))


def leaks_in(file: Candidate) -> list[str]:
    """The sentences, looked for once."""
    return file.once(_leaks_in)


def _leaks_in(file: Candidate) -> list[str]:
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > _MOST_BYTES or file.binary:
        return []
    try:
        return leaks_said(file.text.splitlines())
    except (ReadError, OSError):
        return []


def leaks_said(lines: Iterable[str]) -> list[str]:
    """The sentences of lines that say that a feature is known only after the outcome, or is made from the label."""
    found = []
    for line in lines:
        low = line[:_MOST_LINE].lower()
        if not any(word in low for word in _LIKELY) or _DESCRIBES.match(line) or _WITHHELD.search(line):
            continue
        for sentence in _SENTENCE.split(own_sentences(line[:_MOST_LINE])):
            named = _FEATURE.search(sentence)
            if named is None or _NOT.search(_STILL.sub("", sentence)):
                continue
            if _LEAKS.search(sentence) or is_written_afterwards(sentence):
                found.append(sentence.strip()[:160])
    return found


_LIKELY = ("leak", "after", "label", "target", "outcome", "answer", "once", "hindsight", "retro", "time")
