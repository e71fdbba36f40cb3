"""Whether a test of the training was passed, where its report gives a score or a loss and no verdict.

{"test": "overfit_16_rows", "final_train_loss": 0.03, "final_train_acc": 1.0}
overfit_16_rows.json: {"curve": [{"step": 0, "loss": 1.8}, {"step": 100, "loss": 1.7}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from mladvisor.runs.readers.decoding import number
from mladvisor.runs.training_tests import training_test
from mladvisor.runs.word_sets import parted

_SCORES = re.compile(
    r"\b(?:acc|accuracy|auc|roc auc|f1|r2|score|share correct|genauigkeit|exactitud|trefferquote|balanced accuracy)\b"
)
_LOSS = re.compile(r"\b(?:loss|cost|error|verlust|kosten|perdida|perte)\b")
_FIRST = re.compile(r"\b(?:first|initial|start|before|begin|at 0|step 0|anfang|vorher)\b")
_LIMIT = re.compile(r"\b(?:limit|threshold|expected|target|required|min|max|tolerance|baseline|chance|std)\b")
_VALUES = ("value", "result", "wert", "measured", "observed", "got")
_LEARNT, _MISSED = 0.95, 0.9
"""A few rows, or a feature that is the label, are learnt altogether or not: a score between says neither."""
_FALLEN, _STANDS = 0.1, 0.6
"""Of the loss at the start; what stands at more than the half has learnt nothing by heart."""
_NEXT_TO_NOTHING = 0.05
_PERCENT = 100.0


def learnt(record: Mapping[str, Any]) -> bool | None:
    """Whether the model has learnt what the test asks, by the scores of its record; None where they do not tell."""
    named = {_plain(key): value for key, value in record.items()}
    numbers = {
        key: found for key, value in named.items() if not _LIMIT.search(key) and (found := _number(value)) is not None
    }
    if isinstance(metric := named.get("metric", named.get("measure")), str):
        numbers |= {metric.lower(): numbers[key] for key in _VALUES if key in numbers}
    scores = [value for key, value in numbers.items() if _SCORES.search(key) and not _FIRST.search(key)]
    if scores:
        best = max(value / _PERCENT if 1 < value <= _PERCENT else value for value in scores)
        return True if best >= _LEARNT else False if best < _MISSED else None
    losses = {key: value for key, value in numbers.items() if _LOSS.search(key)}
    first = next((value for key, value in losses.items() if _FIRST.search(key)), None)
    last = next((value for key, value in losses.items() if not _FIRST.search(key)), None)
    if last is None or last != last or last < 0:  # noqa: PLR0124 - NaN is not itself
        return None
    if first is not None and first > 0:
        return True if last <= _FALLEN * first else False if last >= _STANDS * first else None
    return True if last <= _NEXT_TO_NOTHING else None


_HEAD = re.compile(r"^\W{0,4}(?P<test>[A-Za-z][^:\n]{4,100}?)\s*(?::|\s-+|=>|->|→)\s+(?P<came>\S.*)$")
_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?(?:e[+-]?\d{1,3})?)(?![\d.])\s?%?"
_CAME = re.compile(rf"(?i)\b([a-z][a-z_\d ]{{0,30}}?)\s?[:=]?\s{{0,3}}{_NUMBER}(?:\s*(?:->|=>|→|\bto\b)\s*{_NUMBER})?")


def learnt_in_line(line: str) -> tuple[str, bool] | None:
    """The test of the training that a line is about, and whether it was passed, by the numbers behind its name.

    >>> learnt_in_line("overfit 32 images, 60 epochs: loss 2.303 -> 2.237, accuracy 0.250")
    ('learns_tiny_set', False)
    """
    match = _HEAD.match(line[:300])
    test = training_test(match["test"]) if match is not None else None
    if match is None or test not in _BY_SCORE:
        return None
    came: dict[str, Any] = {}
    for name, first, last in _CAME.findall(match["came"]):
        came |= {f"first {name}": first, name: last} if last else {name: first}
    passed = learnt(came)
    return (test, passed) if test is not None and passed is not None else None


_BY_SCORE = ("learns_tiny_set", "learns_label_as_feature")
"""Tests that are passed by a score."""


def learnt_by_curve(content: Any, said: str) -> dict[str, bool]:
    """Name of a test -> whether the few rows that it is about were learnt, by the loss as it fell.

    Args:
        content: of a file of JSON.
        said: what the file is called; where that names no such test, the keys at its top do.
    """
    if training_test(said) == _BY_HEART:
        named = {said: content}
    else:
        named = {str(key): each for key, each in content.items()} if isinstance(content, dict) else {}
        named = {key: each for key, each in named.items() if training_test(key) == _BY_HEART}
    found = {key: _fell(losses) for key, each in named.items() if len(losses := _losses_in(each)) >= _LEAST_POINTS}
    return {key: fell for key, fell in found.items() if fell is not None}


_BY_HEART = "learns_tiny_set"
_LEAST_POINTS = 3


def _losses_in(value: Any) -> list[float]:
    """The losses of a list, in their order: numbers under a key that says so, or records with one."""
    lists = [("", value)] if isinstance(value, list) else list(value.items()) if isinstance(value, dict) else []
    for key, each in lists:
        if not isinstance(each, list):
            continue
        if each and all(isinstance(one, dict) for one in each):
            of_loss = next((name for name in each[0] if _LOSS.search(_plain(name))), None)
            losses = [_number(one.get(of_loss)) for one in each]
        elif _LOSS.search(_plain(key)):
            losses = [_number(one) for one in each if not isinstance(one, dict | list)]
        else:
            continue
        return [each for each in losses if each is not None and isfinite(each)]
    return []


def _fell(losses: Sequence[float]) -> bool | None:
    """Whether the loss came down from where it was at first, at its best; None between, or for one that is no error."""
    first, best = losses[0], min(losses)
    if first <= 0 or best < 0:
        return None
    return True if best <= _FALLEN * first else False if best >= _STANDS * first else None


def tells_scores(head: Sequence[str]) -> bool:
    """Some column of a table of tests is a score or a loss."""
    return any(_SCORES.search(name) or _LOSS.search(name) for name in map(_plain, head))


def _plain(key: object) -> str:
    return re.sub(r"[\W_]+", " ", parted(str(key)).lower()).strip()


def _number(value: object) -> float | None:
    """A number, or a cell that holds one; its comma is that of a decimal."""
    if value is None:
        return None
    return number(value.strip().rstrip("%").replace(",", ".") if isinstance(value, str) else value)
