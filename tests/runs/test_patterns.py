"""No regular expression that meets other people's files may take for ever on any of them."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any

import pytest

import mladvisor
from mladvisor.runs.answer_words import gives_number

LENGTH, SECONDS = 400, 1.0
"""Characters of a text, and the CPU time that is too much for it: far more than square growth takes."""
UNITS = (
    *("a", "A", "1", " ", "\t", "\n", ".", "_", "-", "=", "|", ",", '"', "(", "[", "{", "<", "*", ":", "x", "/", "%"),
    *("a ", "1 ", "1,", "1.", "1e", "a1", "ab", "a_", "a.", "a-", "a/", "1x", "::", " - ", "\n ", "1, ", "1.1 ", "-1 "),
    *("a=1 ", "a=1,", "a: 1 ", "a: ", "a=1.5%  ", "[1, 1]\n", "| a ", "'a': 1, "),
)
FOLDERS = ("runs", "features", "tables")


def patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """(where it stands, pattern) of each that a module holds, alone or in a tuple or dictionary."""
    for module in pkgutil.walk_packages(mladvisor.__path__, "mladvisor."):
        if module.name.split(".")[1] in FOLDERS:
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in _within(value):
                    yield f"{module.name}.{name}", pattern


def _within(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict | tuple | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _within(each, depth - 1)


@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="needs a clock of CPU time")
def test_a_long_case_is_looked_at_by_its_end() -> None:
    """Whether a number was put in is told by the end of a case; 8,000 digits once took half a minute."""
    before = time.process_time()
    assert not gives_number("1" * 8_000 + "!")
    assert gives_number("utilization of the line, as it was on that day: 37")
    assert time.process_time() - before < SECONDS


class TooLongError(Exception):
    """The time is over; `re` looks for signals while it searches."""


def _over(number: int, frame: FrameType | None) -> None:
    raise TooLongError


@pytest.mark.skipif(not hasattr(signal, "ITIMER_VIRTUAL"), reason="needs a clock of CPU time")
def test_no_text_takes_a_pattern_for_ever() -> None:
    """What repeats, and then does not end as it should, is shared out between two repetitions in very many ways."""
    before = signal.signal(signal.SIGVTALRM, _over)
    slow: dict[str, str] = {}
    try:
        for where, pattern in patterns():
            words = {word.lower() + " " for word in re.findall(r"[a-z]{3,}", str(pattern.pattern), re.IGNORECASE)[:12]}
            for unit in (*UNITS, *sorted(words)):
                text = (unit * LENGTH)[:LENGTH] + "\x01!"
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                try:
                    pattern.search(text.encode() if isinstance(pattern.pattern, bytes) else text)
                except TooLongError:
                    slow[where] = unit
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    assert slow == {}
