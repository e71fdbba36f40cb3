"""What people tell in other words than its name, in the plain words for it: settings.yaml holds the ways."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from mladvisor.consultation.interpret.number_words import in_digits
from mladvisor.consultation.interpret.words import lexicon, spelled
from mladvisor.yaml_io import load_strict


def read(text: str) -> str:
    """What a person typed, as it is understood: spelled, numbers in digits.

    Only what people type is read so; the phrases of rules are no settings of anybody's run.
    """
    return spelled(in_digits(text))


def restated(text: str) -> str:
    """A spelled text with settings that are told in other words put plainly: "we cut at .6" as "threshold is .6"."""
    for pattern, to in _ways():
        text = pattern.sub(to, text)
    return " ".join(text.split())


@cache
def own_words() -> frozenset[str]:
    """Every word that settings.yaml spells out: no slip of the finger."""
    return frozenset(word for pattern, _ in _ways() for word in re.findall(r"[a-z]{4,}", pattern.pattern))


@cache
def _ways() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns with their fragments filled in, and what they are read as."""
    data: dict[str, Any] = load_strict(Path(__file__).with_name("settings.yaml").read_text(encoding="utf-8"))[0]
    words = "|".join(sorted(lexicon().numbers, key=len, reverse=True))

    def filled(pattern: str) -> str:
        for name, fragment in data["fragments"].items():
            pattern = pattern.replace(f"<{name}>", f"(?:{fragment})" if name not in ("of", "end") else fragment)
        return pattern.replace("WORDS", words)

    return tuple((re.compile(filled(pattern)), to) for pattern, to in data["restated"])
