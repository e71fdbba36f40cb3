"""What kind of target texts say is learnt, and how many classes: in notes, comments of settings and printed counts.

% Y: categorical, 6 gestures        label = cancelled yes/no        crop_code values: 0 1 2 3 4 5 6
Tags are not exclusive.             # VOC class id, 0..19           1 unit for OK / NG
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers.base import Candidate

MOST_BYTES = 40_000
_SUFFIXES = (
    *("md", "markdown", "txt", "rst", "eml", "prototxt", "m", "r"),
    *("yaml", "yml", "toml", "ini", "cfg", "conf", "log"),
)
_MOST_LINE = 400
_THINGS = (
    "classes|categories|species|gestures|emotions|intents|topics|genres|crops|types|Klassen|clases|classi|catégories"
    "|categorias|categorías|klas"
)
_COUNTED = re.compile(
    rf"(?<![\w.])(\d{{1,4}})\s(?:(?:exclusive|nominal|distinct|different|field|output|target|crop"
    rf"|invoice) ){{0,2}}(?:{_THINGS})\b",
    re.I,
)
_CATEGORICAL = re.compile(r"\b(?:categorical|nominal|exclusive),? (\d{1,4}) [a-z]{3,20}s\b", re.I)
_CODED = re.compile(
    r"\b(?:class(?:es)?|label|labels|target|categor(?:y|ies))(?: (?:ids?|index|indices|codes?|coded"
    r"|alphabetically|numbered|as|from)){1,4}"
    r"[^\n\d]{0,16}0\s?(?:\.\.|–|—|-|to|bis)\s?(\d{1,4})(?![\d.])",
    re.I,
)
_VALUES = re.compile(
    r"(?<![a-z])(?:code|class|label|target|category)\w*\s(?:values|levels"
    r"|classes)\s?[:=]\s?((?:\d{1,4}[ ,]{1,2}){2,200}\d{1,4})\b",
    re.I,
)
_EXCLUSIVE = re.compile(
    r"\b(?:has exactly one (?:type|class|label|category)|exclusive classes|(?:modes?|classes|types"
    r"|labels) are (?:mutually )?exclusive"
    r"|nominal classes)\b",
    re.I,
)
_SEVERAL = re.compile(
    r"\bmulti-?label\b(?!\w)|\b(?:not|aren't) (?:mutually )?exclusive\b|\b[1-9]\.\d{1,2} (?:tags|labels"
    r"|classes)\b[^\n]{0,20}\b(?:average|per|each|mean)\b"
    r"|\bmehrere (?:labels|tags|klassen) (?:zugleich|pro)\b|\bvarias etiquetas\b",
    re.I,
)
_YES_NO = re.compile(
    r"\b(?:label|target|outcome|class|ziel|objetivo|cible)\b[^\n]{0,50}?(?:\byes ?/ ?no\b|\bja ?/ ?nein\b"
    r"|\bsí ?/ ?no\b|\boui ?/ ?non\b"
    r"|(?<![\d/])0 ?/ ?1(?![\d/])|\bbinary\b)|\(OK ?/ ?NG\)|\byes ?/ ?no (?:label|target)\b"
    r"|(?<![\d/])0 ?/ ?1 (?:label|target)",
    re.I,
)  # fmt: skip
_COUNT_ROW = re.compile(r"^(\d{1,4})\s{1,12}(\d{1,9})$")
_COUNT_END = re.compile(r"^(?:Name: [\w ]{0,60}, )?(?:Length: \d+, )?dtype: int\d+$")


class Target(NamedTuple):
    """A kind of target ("classes", "labels", "yes-no"), and how many classes where that is told."""

    kind: str
    classes: int | None = None


def may_say(file: Candidate) -> bool:
    """A short file that says what kind of target is learnt."""
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > MOST_BYTES or file.binary:
        return False
    try:
        return target_in_file(file) is not None
    except (ReadError, OSError):
        return False


def target_in_file(file: Candidate) -> Target | None:
    """The same, looked for once."""
    return file.once(lambda each: target_said(each.text.splitlines()))


def target_said(lines: Sequence[str]) -> Target | None:
    """What lines agree on; None where they say nothing, or two things."""
    counts = set(_listed(lines))
    kinds = {"classes"} if counts else set()
    for whole in lines:
        line = own_sentences(whole[:_MOST_LINE]).replace("**", "").replace("`", "")
        line = " ".join(each for each in _SENTENCE.split(line) if not _NOT_NOW.search(each))
        several, yes_no = _SEVERAL.search(line) is not None, _YES_NO.search(line) is not None
        said = {int(match[1]) + plus for way, plus in _COUNTS for match in way.finditer(line)}
        said |= {len(set(match[1].replace(",", " ").split())) for match in _VALUES.finditer(line)}
        counts |= {count for count in said if count >= _LEAST}
        kinds |= {"labels"} if several else {"yes-no"} if yes_no else set()
        if not several and (_EXCLUSIVE.search(line) or any(count >= _LEAST for count in said)):
            kinds.add("classes")
    if "labels" in kinds:
        kinds -= {"classes"}  # "38 tags, not exclusive"
    if len(kinds) != 1:
        return None
    return Target(kinds.pop(), counts.pop() if len(counts) == 1 else None)


_SENTENCE = re.compile(r"(?<=[.;])\s+")
_NOT_NOW = re.compile(
    r"\b(?:are|is|as) (?:\w{2,20} )?(?:inputs?|features?)\b|^\W{0,4}(?:inputs?|features?)\s?:|\bembedd\w+"
    r"|\bone-hot(?! (?:target|label))|"
    r"\b(?:originally|in the original|formerly|previously|used to|tried|no longer|first label only|first label is"
    r"|another model|planned|later|may have|would|could|should)\b",
    re.I,
)
_LEAST = 3
_COUNTS = ((_COUNTED, 0), (_CATEGORICAL, 0), (_CODED, 1))


def _listed(lines: Iterable[str]) -> list[int]:
    """How many rows a printed `value_counts` has, whose values are whole numbers that follow each other."""
    found: list[int] = []
    values: list[int] = []
    for line in lines:
        row = _COUNT_ROW.match(line.strip())
        if row is not None:
            values.append(int(row[1]))
            continue
        ordered = sorted(values)
        if _COUNT_END.match(line.strip()) and len(values) >= _LEAST and all(b - a == 1 for a, b in pairwise(ordered)):
            found.append(len(values))
        values = []
    return found
