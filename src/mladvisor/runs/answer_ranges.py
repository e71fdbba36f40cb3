"""How far the target and the answers of a model reach, where a report or a sentence tells both.

|            | min | max |       quantile,y_true,y_pred       bin_lo,bin_hi,count_target,count_pred
| target w   | 6.1 | 598 |       0.00,-31.2,0.0               -1.0,0.0,690,0
| pred w     | 0.9 | 1.0 |       1.00,33.4,30.9               0.0,0.5,336,1088

The target lies between 0 and 240 t/h; all predictions lie between 0.9991 and 1.0000.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from math import inf, isfinite
from typing import NamedTuple, TypeGuard

from mladvisor.errors import ReadError
from mladvisor.runs.data_records import Cells, Record, records_in
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_form, stem_and_suffix
from mladvisor.runs.other_languages import english_word
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 40_000
SUFFIXES = ("csv", "tsv", "md", "txt", "html", "htm", "json")
_TRUTH = word_set("target targets true truth actual actuals label labels real observed gt groundtruth y")
_ANSWER = word_set(
    "pred preds predict predicts predicted prediction predictions output outputs answer answers yhat hat forecast "
    "forecasts estimate estimates estimated fitted"
)
_LOW, _HIGH = word_set("min minimum lowest smallest low lo"), word_set("max maximum highest largest high hi")
_QUANTILES = word_set("quantile quantiles q percentile percentiles pct perc perzentil stat statistic")
_LEAST_LEVELS = 3


class Reach(NamedTuple):
    """How far something reaches: of a target where `truth`, else of the answers; `name` of the column, "" for the only
    one; infinite where an end is not told.
    """

    truth: bool
    name: str
    low: float
    high: float


def role_of(words: Iterable[str]) -> bool | None:
    """Whether words speak of the target (True), of the answers (False), or of neither or both."""
    known = {english_word(word) for word in words}
    truth, answer = not _TRUTH.isdisjoint(known), not _ANSWER.isdisjoint(known)
    if truth and answer:  # "y_pred", "true y": the letter says nothing beside a word
        truth = not (_TRUTH - {"y"}).isdisjoint(known)
    return None if truth == answer else truth


def may_tell(file: Candidate) -> bool:
    """A small file that is no log and tells the reach of target or answers."""
    if stem_and_form(file.name)[1] not in SUFFIXES or file.size > MOST_BYTES or file.binary:
        return False
    if "y" not in words_of(stem_and_suffix(file.name)[0]):  # "y_train.describe.txt"
        low = file.name.lower() + file.text[:MOST_BYTES].lower()
        if not any(word in low for word in _STEMS):
            return False
    return bool(reaches_in_file(file))


_STEMS = (
    *("pred", "target", "true", "output", "ziel", "objetivo", "cible", "alvo", "vorhers"),
    *("目标", "目標", "预测", "予測"),
)


def reaches_in_file(file: Candidate) -> list[Reach]:
    """What a report tells, looked for once."""
    return file.once(_reaches_in_file)


def _reaches_in_file(file: Candidate) -> list[Reach]:
    try:
        found = list(reaches_in(records_in(file)))
        if stem_and_suffix(file.name)[1] in ("md", "txt"):
            found += said_in(file.text.splitlines())
    except (ReadError, OSError):
        return []
    return found


def reaches_in(records: Sequence[Record]) -> Iterator[Reach]:
    """By the columns, by the names of the rows, by quantiles, and by a histogram of both."""
    for record in records:
        yield from _by_columns(record)
    yield from _by_levels(records)
    yield from _by_bins(records)


def _by_columns(record: Record) -> Iterator[Reach]:
    """ "target min;target max;predicted min", or a row called "pred w" with "min" and "max"; by sign of the truth."""
    cells = record.cells
    ends: dict[tuple[bool | None, bool], float] = {}
    for key, value in cells.items():
        words = words_of(key)
        low, high = not _LOW.isdisjoint(words), not _HIGH.isdisjoint(words)
        if low != high and len(words) <= _MOST_WORDS and _number(value):
            ends.setdefault((role_of(words), low), float(value))
    texts = [value for value in cells.values() if isinstance(value, str)]
    called = next((text for text in texts if len(text) <= _MOST_NAME), "")
    by_row = role_of(words_of(called)) if called else None
    if not called and all(role_of(words_of(key)) is None for key in cells):  # of one column, as it is called
        by_row = role_of(words_of(record.path[-1]))
        by_row = role_of(words_of(record.path[0])) if by_row is None else by_row
    for truth in (True, False):
        lowest, highest = ends.get((truth, True)), ends.get((truth, False))
        if lowest is None and highest is None and by_row is truth:
            lowest, highest = ends.get((None, True)), ends.get((None, False))
        if lowest is None and highest is None:
            continue
        name = called if by_row is None else " ".join(word for word in words_of(called) if role_of([word]) is None)
        yield Reach(truth, name, -inf if lowest is None else lowest, inf if highest is None else highest)
    yield from _by_sign(cells)


_MOST_WORDS, _MOST_NAME = 4, 40


def _by_sign(cells: Cells) -> Iterator[Reach]:
    """A row for the negative targets, with the smallest answer that they get."""
    signs = [key for key, value in cells.items() if isinstance(value, str) and value.lower() in _BELOW_ZERO]
    answers = [value for key, value in cells.items() if _is_low_answer(key) and _number(value)]
    if len(signs) == 1 and len(answers) == 1 and ("sign" in words_of(signs[0]) or role_of(words_of(signs[0]))):
        yield Reach(True, cells[signs[0]], -inf, 0.0)
        yield Reach(False, cells[signs[0]], float(answers[0]), inf)


_BELOW_ZERO = ("negative", "neg", "<0", "< 0", "below zero", "below 0")


def _is_low_answer(key: str) -> bool:
    return role_of(words_of(key)) is False and not _LOW.isdisjoint(words_of(key))


def _by_levels(records: Sequence[Record]) -> Iterator[Reach]:
    """A row for each quantile, with a column of the target and one of the answers."""
    first = next(iter(records[0].cells), "") if len(records) >= _LEAST_LEVELS else ""
    if _QUANTILES.isdisjoint(words_of(first)):
        return
    for key in records[0].cells:
        truth = role_of(words_of(key))
        values = [float(each) for record in records if _number(each := record.cells.get(key))]
        if truth is not None and key != first and len(values) == len(records):
            yield Reach(truth, "", min(values), max(values))


def _by_bins(records: Sequence[Record]) -> Iterator[Reach]:
    """A row for each bin, with how many targets and how many answers lie in it."""
    if len(records) < _LEAST_LEVELS:
        return
    ends = [key for key, value in records[0].cells.items() if _number(value) and role_of(words_of(key)) is None]
    lows = [key for key in ends if not (_LOW | {"from", "left", "start"}).isdisjoint(words_of(key))]
    highs = [key for key in ends if not (_HIGH | {"to", "right", "end"}).isdisjoint(words_of(key))]
    if len(lows) != 1 or len(highs) != 1:
        return
    for key in records[0].cells:
        words = words_of(key)
        truth = role_of(words)
        if truth is None or _COUNTS.isdisjoint(words):
            continue
        held = [each.cells for each in records if _number(count := each.cells.get(key)) and float(count) > 0]
        held = [cells for cells in held if _number(cells.get(lows[0])) and _number(cells.get(highs[0]))]
        if held:
            low, high = (float(cells[lows[0]]) for cells in held), (float(cells[highs[0]]) for cells in held)
            yield Reach(truth, "", min(low), max(high))


_COUNTS = word_set("count counts n num rows share freq frequency")

_NUMBER = r"[-−+]?\d{1,12}(?:[.,]\d{1,9})?"
_RANGE = re.compile(
    rf"(?:\bmin(?:imum)?|最小)[^\w\s]{{0,2}}\s?(?P<low>{_NUMBER})[^\n\d]{{0,18}}?(?:\bmax(?:imum)?|最大)[^\w\s]{{0,2}}\s?"
    rf"(?P<high>{_NUMBER})"
    rf"|(?<![\w.,])(?P<a>{_NUMBER})\s?(?:to|bis|à|até|a|and|und|et|y|e|–|—|-|\.\.|…|~|〜|至|到|,)\s?"
    rf"(?P<b>{_NUMBER})(?![\w%]|[.,]\d)",
    re.I,
)
_FAR = 90
"""Letters between what is spoken of and its range."""
_CLAUSE = re.compile(r"[;。]|\.\s|\s\|\s")
_WORDS_OF_TRUTH = re.compile(
    r"target|truth|\bactual|labels?\b|ziel|objetivo|cible|obiettivo|\balvo|\by_?(?:true|train|test)"
    r"|目标|目標|真实|正解",
    re.I,
)
_WORDS_OF_ANSWERS = re.compile(
    r"predict|\bpreds?\b|outputs?\b|answers?\b|y_?(?:pred|hat)|vorhersage|ausgabe|\bgibt\b|\bliefert\b|prédi|sortie"
    r"|predic|salida|previs|saída|uscita|输出|预测|出力|予測",
    re.I,
)


def said_in(lines: Iterable[str]) -> list[Reach]:
    """What sentences tell: the last word of target or answers before a range says whose it is."""
    found: list[Reach] = []
    for line in lines:
        if _SCALED_FIRST.search(line[:_MOST_LINE]):
            return []  # the units of target and answers are not told apart
        if any(letter.isdigit() for letter in line[:_MOST_LINE]) and (
            _WORDS_OF_TRUTH.search(line[:_MOST_LINE]) or _WORDS_OF_ANSWERS.search(line[:_MOST_LINE])
        ):
            said = own_sentences(line[:_MOST_LINE])
            found += [
                each for clause in _CLAUSE.split(said) if not _OTHER_UNITS.search(clause) for each in _of_clause(clause)
            ]
    return found


_MOST_LINE = 600
_SCALED_FIRST = re.compile(r"(?i)\b(?:re)?(?:scaled|normali[sz]ed) (?:in)?to (?:the (?:range|interval) )?\[?-?[01]\b")
_OTHER_UNITS = re.compile(
    r"(?i)\b(?:clip(?:s|ped|ping)?|clamp\w*|dashboards?|confidences?|probabilit\w+|baseline|should|would|could|must)\b"
    r"|\b(?:re)?(?:scaled|normali[sz]ed|standardi[sz]ed) to\b"
)
"""Answers cut or scaled after prediction, how sure a model is, and what another model gives."""


def _of_clause(clause: str) -> Iterator[Reach]:
    roles = sorted(
        [(match.end(), True) for match in _WORDS_OF_TRUTH.finditer(clause)]
        + [(match.end(), False) for match in _WORDS_OF_ANSWERS.finditer(clause)]
    )
    for match in _RANGE.finditer(clause) if roles else ():
        low, high = _read(match["low"] or match["a"]), _read(match["high"] or match["b"])
        before = [(end, truth) for end, truth in roles if end <= match.start()]
        if not before or match.start() - before[-1][0] > _FAR or low >= high:
            continue
        yield Reach(before[-1][1], "", low, high)


def _read(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
