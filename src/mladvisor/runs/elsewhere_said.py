"""Sentences and texts that speak of something else than this run: of another, of what was mended, asked or advised.

In the old benchmark 27 % of the test set ...     Before deduplication 412 of 2000 ...     Never leave inputs unscaled.
Last year's model found 48 of 611.                TODO: do batches hold one class?         (see the tutorial: 0 to 1)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_SENTENCE = re.compile(r"(?<=[.!?;。？])(?<!\bal\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bFig\.)\s+")
"""What ends a sentence: the points of "et al." and "e.g." do not."""
_MOST_LINE = 600
_ANOTHER = re.compile(
    r"(?i)\b(?:the|an?|our|its) (?:old|earlier|previous|former) (?!batch|row|line|epoch|step|layer|day|one)\w{3,20}"
    r"|\b(?:last (?:year|month|week|quarter|summer|winter)['’]?s?|the (?:public|original)|(?:an)?other)"
    r" (?:\w{2,20} ){0,1}(?:runs?|models?|benchmarks?|data ?sets?|versions?|exports?|releases?|experiments?|projects?"
    r"|team|papers?|baselines?|corpus|split)\b"
    r"|\b(?:the|a|of) (?:tutorial|paper|baseline|teacher)\b|\bpaper of\b|\bet al\b|\bkaggle (?:kernel|notebook)\b"
    r"|\bbefore (?:the |we |any )?(?:de-?dup\w*|clean\w*|fix\w*|filter\w*|standardi[sz]\w*|scal(?:ing|ed)"
    r"|normali[sz]\w*|shuffl\w*|migrat\w*)\b"
    r"|\b(?:is|are) (?:gone|known to|closed|planned)\b|\b(?:known issue|upstream|toy)\b|^\W{0,4}example\b"
    r"|\b(?:alt|früher|vorig|vorherig)(?:e[mnrs]?) (?!zeile|epoche|schicht|tag)\w{3,20}"
    r"|\b(?:anciens?|anciennes?|précédente?s?|anteriore?s?|antiguos?|antiguas?|antigos?|antigas?)\b"
    r"|\bif\b.{1,120}\bwould\b|\bwould\b.{1,120}\bif\b"
    r"|\bfor example\b|\be\.g\.|\bsuppose\b|\bimagine\b|\basked (?:whether|if)\b"
)
_ADVISED = re.compile(
    r"(?i)[^\w\n]{0,12}(?:\[[ x]\]\s?)?(?:todo|fixme|idea|next steps?|plan(?:ned)?|never|always|do not|don['’]t"
    r"|make sure|remember|avoid|beware|check (?:for|whether|if|that)|look (?:whether|for|at)|verify)\b"
)


def own_sentences(line: str) -> str:
    """A line without the sentences that speak of something else than this run; rows of tables are left as they are.

    Beyond the length of a line that people write nothing is looked at.
    """
    if len(line) > _MOST_LINE or "|" in line or "\t" in line:
        return line
    if "?" not in line and "？" not in line and not _ANOTHER.search(line) and not _ADVISED.match(line):
        return line
    return " ".join(each for each in _SENTENCE.split(line) if not _is_elsewhere(each))


def said_of_own(read: Callable[[str], Iterable[T]], line: str) -> list[T]:
    """What `read` finds in a line, unless only in a sentence that speaks of something else.

    Most lines say nothing, so that their sentences need not be told apart.
    """
    found = list(read(line))
    own = own_sentences(line) if found else line
    return found if own == line else list(read(own))


def _is_elsewhere(sentence: str) -> bool:
    asked = sentence.rstrip().endswith(("?", "？"))
    return asked or _ADVISED.match(sentence) is not None or _ANOTHER.search(sentence) is not None


_TEXTS = ("md", "markdown", "txt", "rst", "eml", "html", "htm")
_GENERAL_NAME = re.compile(
    r"(?i)faq|glossary|checklist|guideline|pitfall|lessons|tutorial|template|how-?to|cheat-?sheet"
)
_GENERAL = re.compile(
    r"(?i)\bwhat (?:can|could|may) go wrong\b|\bcommon (?:mistakes|pitfalls|errors|problems)\b|\bglossary\b"
    r"|\bchecklist\b|\bbest practices\b|\blessons learn\w+|\bfor beginners\b"
)
_SETTLED = re.compile(
    r"(?im)^\W{0,6}(?:solution|resolution|fixed in|fixed by|resolved by)\b|#\d{1,6}:? (?:closed|resolved|fixed)\b"
)
_HEAD, _MOST_TEXT = 300, 40_000


def is_of_anything(name: str, text: str) -> bool:
    """A text about mistakes in general, or about one that was found and mended: it says nothing of this run.

    Args:
        name: of the file; what is no prose is never such a text.
    """
    if not may_be_general(name):
        return False
    general = _GENERAL_NAME.search(name.rpartition(".")[0]) is not None or _GENERAL.search(text[:_HEAD]) is not None
    return general or _SETTLED.search(text[:_MOST_TEXT]) is not None


def may_be_general(name: str) -> bool:
    """A file of prose, by its name."""
    return name.rpartition(".")[2].lower() in _TEXTS
