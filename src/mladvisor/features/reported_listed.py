"""Columns that settings list as features, and that the model gets nothing of: blank by a report, or not used."""

from __future__ import annotations

import re

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.printed import texts
from mladvisor.features.report_said import HOW
from mladvisor.runs.boosters import inputs_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.tables.left_out import listed_features


@feature("column.listed_blank", each="column", unit="fraction", doc="Share of the cells that a report calls blank, of a"
         " column that the settings list as a feature", how=HOW, source="test.missing-inputs")  # fmt: skip
def listed_blank(m: Measures) -> Items | Measured:
    blank = m["column.reported_blank"]
    if isinstance(blank, Measured):
        return blank
    listed = listed_features({key: setting.value for key, setting in m.run.config.items()})
    found: Items = {name: each for name, each in blank.items() if name in listed}
    return found or unknown("the settings list none of the columns that a report looks at", "no-config")


_USED = re.compile(
    r"(?i)^[^\n:=]{0,60}?\b(?:features? used|used features?|using (?:the )?(?:\d{1,4} )?(?:features?|columns)|"
    r"(?:training|model) (?:features?|columns)|feature columns|input (?:features|columns)|trained on)"
    r"\s{0,2}(?:\(\d{1,4}\))?\s{0,2}[:=]\s{0,2}[\[({]?([^\n\])}]{3,2000})"
)
_NO_WORD = re.compile(r"\W")
_NAME = re.compile(r"[A-Za-z_][\w.\- ]{0,60}")


@feature("column.listed_unused", each="column", type="flag", doc="The settings list the column as a feature, and the"
         " list of features that the run printed, or that the saved model holds, has neither it nor what is made of it",
         how="print the names of the columns that the model is given", source="test.missing-inputs")  # fmt: skip
def listed_unused(m: Measures) -> Items | Measured:
    listed = listed_features({key: setting.value for key, setting in m.run.config.items()})
    if len(listed) < _LEAST:
        return unknown("the settings list no features", "no-config")
    for text in m.once(texts):
        for at, line in text.lines(b"feature", b"column", b"trained on"):
            found = _USED.match(line)
            parts = [part.strip(" '\"") for part in found[1].split(",")] if found is not None else []
            used = {part for part in parts if _NAME.fullmatch(part)}
            if len(used) < _LEAST or len(used) < len(parts) or not used & listed:
                continue  # cut short, or in other names
            return _unused(listed, used, line.strip()[:160], text.where(at))
    for file in m.run.files.get("booster", ()):
        used = set(inputs_of(_head(m, file)))
        if len(used) >= _LEAST and used & listed:
            return _unused(listed, used, f"feature_names: {' '.join(sorted(used))}"[:160], Where(file))
    return unknown("the run printed no list of the features that it uses", "not-logged")


def _unused(listed: frozenset[str], used: set[str], said: str, place: Where) -> Items:
    """Of each listed column whether neither it nor what is made of it is used."""
    plain = {_NO_WORD.sub("_", part) for part in used}  # LightGBM writes "lot size" so
    called = {name: _NO_WORD.sub("_", name) for name in listed}
    gone = {n for n, one in called.items() if not any(_is_made_of(part, one) for part in plain)}
    return {name: Measured(name in gone, note=said, where=place) for name in sorted(listed)}


def _is_made_of(part: str, one: str) -> bool:
    """The column, or what an encoder calls after it: "zone_north", "te_zone"."""
    return part == one or part.startswith(f"{one}_") or part.endswith(f"_{one}")


def _head(m: Measures, file: str) -> bytes:
    try:
        return Candidate(str(m.run.folder / file), file).head
    except (ReadError, OSError):
        return b""


_LEAST = 2
