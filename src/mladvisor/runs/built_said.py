"""What a check of the built model counts, beside what was expected: parameters, layers, units.

{"parameters": {"expected": 50497, "found": 43}}     quantity,expected,actual     expected 4 layers, got 2
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.numbers_said import Numbers
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues('expected;designed;specified;intended;planned;wanted;"design"')
_WANTED = word_set("expected expect designed design specified specification spec intended planned wanted meant")
_CAME = word_set("found actual built got observed counted instantiated")
_PARAMETERS = word_set("parameter parameters param params nparams")
_MADE_OF = _PARAMETERS | word_set(
    "layer layers block blocks unit units neuron neurons hidden head heads channels filters kernel kernels"
)
_BESIDE = _MADE_OF | word_set(
    "n num number no count counts total size sizes dim width of in the model network net graph lstm gru rnn cnn conv "
    "dense fc linear encoder decoder attention trainable recurrent convolutional"
)
_ABOUT = re.compile(
    r"(?i)\binputs?\b|\bmemory|\bflops?\b|\bgpu|\bMB\b|\bseconds|\bmax(?:imum)?\b|\bat (?:least|most)\b"
)
_COUNT = r"(?<![\w.])(\d[\d,_]{0,14})(?![\w.%])"
_KIND = r"((?:[a-z]{1,14} ){0,2}?(?:param(?:eter)?s?|layers?|blocks?|units|neurons|heads|channels|filters))(?: count)?"
_IS = r"\s{0,3}[:=]?\s{0,3}"
_GOT = r"(?:found|got|built|observed|actual(?:ly)?|(?:the )?model has|but has|has|have|counted|is)"
_LINES = (
    re.compile(
        rf"(?i)\b(?:expected|designed|specified|planned|wanted){_IS}{_COUNT} {_KIND}\b"
        rf"[^\n\d]{{0,40}}?\b{_GOT}{_IS}{_COUNT}"
    ),
    re.compile(
        rf"(?i)\b{_KIND}\b[^\n\d]{{0,30}}?\b(?:expected|designed|specified|planned|wanted){_IS}{_COUNT}"
        rf"[^\n\d]{{0,40}}?\b{_GOT}{_IS}{_COUNT}"
    ),
)
_EXACT_TO = 0.02
"""Of a number of parameters: people round what they expect, and count biases or not."""


class Count(NamedTuple):
    """A quantity as it was expected and as it was built, and where that stands."""

    what: str
    expected: float
    built: float
    row: int

    @property
    def differs(self) -> bool:
        of_parameters = not _PARAMETERS.isdisjoint(words_of(self.what))
        return abs(self.built - self.expected) > (_EXACT_TO * self.expected if of_parameters else 0.0)


def counts_in(told: Numbers) -> list[Count]:
    """Each quantity that a file tells both of; [] where none is."""
    sides: dict[str, dict[bool, tuple[float, int]]] = {}
    for cell in told.cells:
        found = _side(cell.path)
        if found is not None and cell.value >= 1 and cell.value % 1 == 0 and not cell.tried:
            sides.setdefault(found[0], {}).setdefault(found[1], (cell.value, cell.row))
    counts = [
        Count(what, each[True][0], each[False][0], each[True][1]) for what, each in sides.items() if len(each) == 2
    ]
    return counts or list(_in_lines(told))


def _side(path: tuple[str, ...]) -> tuple[str, bool] | None:
    """(quantity, whether it is the expected one) of a number by the keys, row or column over it."""
    own = [words_of(part) for part in path[-2:]]
    said = {word for words in own for word in words}
    wanted = bool(said & _WANTED)
    if wanted == bool(said & _CAME):
        return None
    left = [word for words in own for word in words if word not in _WANTED | _CAME]
    if len(own[-1]) > len([word for word in own[-1] if word not in _WANTED | _CAME]) > 0:
        left = [word for word in own[-1] if word not in _WANTED | _CAME]  # "expected_parameters": the rest is above it
    if not left or not _BESIDE.issuperset(left) or _MADE_OF.isdisjoint(left):
        return None
    return " ".join(left), wanted


def _in_lines(told: Numbers) -> Iterator[Count]:
    for line in told.lines:
        if _ABOUT.search(line.text):
            continue
        found = _LINES[0].search(line.text)
        if found is not None:
            yield Count(found[2].lower().strip(), _number(found[1]), _number(found[3]), line.row)
        elif (found := _LINES[1].search(line.text)) is not None:
            yield Count(found[1].lower().strip(), _number(found[2]), _number(found[3]), line.row)


def _number(written: str) -> float:
    return float(written.replace(",", "").replace("_", ""))
