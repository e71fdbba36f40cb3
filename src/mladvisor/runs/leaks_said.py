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
from mladvisor.runs.table_columns import is_event

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
    r"|\b(?:encodes?|contains?|reveals?|gives away|is a copy of)\sthe\s(?:label|target|answer|outcome)\b"
    r"(?=\s{0,3}(?:[.,;:!)]|$)|\s(?:itself|directly|already|almost|and)\b)",
    re.I,
)
_SAME = (
    r"the same (?:\w+ ){0,2}?(?:write|step|form|screen|page|dialog|message|event|transaction|query|statement|update"
    r"|click|entry|job|call|response|meeting|visit|session|decision|process|script|procedure|trigger|action|moment"
    r"|person|panel|clerk|agent|team)\b"
)
"""What writes two fields at once; a station, a unit or a rate that they share says nothing of when they are known."""
_WITH_LABEL = (
    rf"(?:(?:together|along|at once|simultaneously|in one go) with|(?:in|by|at|on|from|during) {_SAME} (?:as"
    r"|that (?:sets|writes|gives|makes))) the (?:label|target|outcome|answer)\b"
    r"(?! (?:of|in|encod\w+|col\w+|file|mask|image)\b)"
)
_TOGETHER = re.compile(
    rf"\b(?:written|set|filled|entered|recorded|saved|logged|comes?|stems?|assigned|made)\b.{{0,40}}?{_WITH_LABEL}"
    r"|\b(?:label|target|outcome|class|state|status|diagnosis|verdict)\s(?:itself\s)?(?:is|are|gets)\s(?:set|written|assigned"
    r"|entered|recorded|filled)\b[^.]{1,120}[;,.]\s{0,3}(?:and\s)?`?[a-z]\w*_\w+`?\s(?:comes?|is|gets?|stems?)\b"
    r"[^.;,]{0,40}?\b" + _SAME + "(?! as (?:last|before|usual|in)\\b)",
    re.I,
)
"""A feature that is written by what writes the label: "state is set by the panel; job_no comes from the same write"."""
_IN_STORE = re.compile(
    r"(?i)\b(?:npz|npy|hdf5|h5|parquet|csv|tfrecords?|shards?|files?|archives?|loaders?|datasets?|images?|embeddings?|masks?)\b"
    r"|\b(?:lagged|previous|earlier|before|ahead|later)\b"
)
"""Of how examples are stored, or of two times: what lies beside the label in a file was not made by it."""
_NOT = re.compile(
    r"\b(?:no|not|never|(?:target|label) (?:column|variable|field)|without|removed?|dropp?(?:ed|ing)?|exclud\w+"
    r"|left out|taken out|withheld|avoid\w*|prevent\w*|check(?:ed)?|would|could|may|might|if|unlike|none|free of"
    r"|fixed|guard\w*|risk|possible|suspect(?:ed)?|test(?:ed)? for|claim\w*|alleged\w*|whether|how to|versions?"
    r"|known (?:problems?|issues?|bugs?)|in the past|false (?:alarm|positive)|according to|alone"
    r"|after (?:training|the split)|y_pred|predicted|predictions"
    r"|an? (?:feature|column|field|input|variable|predictor)\s(?:that|which|is|was)|(?:features|columns) that"
    r"|any (?:feature|column)"
    r"|(?:feature|column|field) `?(?:label|target|outcome|y)`?|(?:in|of) (?:20\d\d|v\d{1,3})\b"
    r"|(?:19|20)\d\d (?:model|data|version)|(?:last|previous|earlier) (?:year|month|quarter|period))\b|n't\b",
    re.I,
)
_DESCRIBES = re.compile(r"\s{0,20}(?:[-*+]\s{1,4})?[`*]{0,3}\w{1,60}[`*]{0,3}\s{0,9}(?::|[|–—]|-\s)|\s{0,20}\|")
"""An item of a list of columns, which says of each what it is: whether the model gets it is said elsewhere."""
_WITHHELD = re.compile(
    r"\b(?:removed?|dropp?ed|drop|exclud\w+|left (?:it |them |this )?out|leave \w+ out|taken out|withheld|unused"
    r"|not (?:used|part|among|fed|feed|give)|never (?:used|fed)|ignored?|masked?"
    r"|deleted?|black-?list\w*|deny-?list\w*|drop_\w+|snapshots?|point[- ]in[- ]time"
    r"|this is (?:the|our) (?:target|label)|for reporting|only as (?:the )?(?:label|target)"
    r"|what (?:we|it|the model) predicts?"
    r"|(?:make|makes|define|defines|build|builds|compute) the (?:label|target)|(?:no|not an?) input)\b",
    re.I,
)
"""Said in the next sentence as often as in the same one."""
_OF_LIST = re.compile(
    r"\s{0,3}#{1,6}\s.{0,100}|\s{0,3}(?:\*\*)?[A-Z][^.!?:]{0,80}:(?:\*\*)?\s*|={3,}\s?[^=]{1,60}\s?={3,}\s*", re.DOTALL
)
"""A heading, or a line that ends in a colon: what it says holds for the lines below it."""
_GOES_ON = re.compile(r"\s{0,3}(?:It|They|Therefore|Thus|So|Hence|That is why|For this reason|We|Both|This|These)\b")
_OF_LABEL = re.compile(
    r"(?i)(?:^|\b(?:the|this|our) )(?:\w{1,20} )?(?:labels?|targets?)\b[^.]{0,40}?"
    r"(?::|\b(?:is|are|gets?) (?:set|known|filled"
    r"|computed|updated|assigned|joined|exported|entered|written)\b)"
)
"""A sentence about the label, which nobody knows before the outcome."""
_IDENTIFIER = re.compile(r"\b[a-z]\w{0,40}_\w{1,40}\b")
_STILL = re.compile(
    r"\b(?:not|won't) (?:yet )?(?:be )?(?:known|available|there|filled)\b"
    r"|\bis(?:n't| not) (?:known|available|filled)\b",
    re.I,
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
    lines = list(lines)
    withheld = {name for line in lines if _WITHHELD.search(line[:_MOST_LINE]) for name in _names(line)}
    found: list[str] = []
    last = 0  # how many sentences the paragraph above this line has given
    listed = False
    for whole in lines:
        line = whole[:_MOST_LINE]
        if _OF_LIST.fullmatch(line):
            listed = bool(_WITHHELD.search(line) or _GENERAL.search(line))
            last = 0
            continue
        if last and _GOES_ON.match(line) and _WITHHELD.search(line):
            del found[-last:]
        last = last if not line.strip() else 0
        low = line.lower()
        if listed or not any(word in low for word in _LIKELY) or _DESCRIBES.match(line) or _WITHHELD.search(line):
            continue
        before = len(found)
        for sentence in _SENTENCE.split(own_sentences(line)):
            named = _FEATURE.search(sentence)
            names = _names(sentence)
            if names and (names <= withheld or all(map(is_event, names))):
                continue
            if named is None or _OF_LABEL.search(sentence) or _NOT.search(_STILL.sub("", sentence)):
                continue
            if _LEAKS.search(sentence) or is_written_afterwards(sentence):
                found.append(sentence.strip()[:160])
        own = own_sentences(line)
        if (
            len(found) == before
            and _TOGETHER.search(own)
            and not _IN_STORE.search(own)
            and not _NOT.search(_STILL.sub("", own))
        ):
            found.append(own.strip()[:160])
        last = len(found) - before
    return found


def _names(text: str) -> set[str]:
    """What has the name of a column."""
    return set(_IDENTIFIER.findall(text[:_MOST_LINE]))


_GENERAL = re.compile(r"(?i)\b(?:how to|example|exercise|glossary|background|questions?|history|old|previous|fixed)\b")


_LIKELY = ("leak", "after", "label", "target", "outcome", "answer", "once", "hindsight", "retro", "time", "same")
