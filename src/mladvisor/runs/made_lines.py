"""What lines of a log or a text say of columns that a step made of others: blanks by a division by zero, columns that
never vary, statistics below a heading that calls them derived.

conv_rate = orders / clicks: clicks == 0 in 5210 rows -> 5210 NaN     9 derived features are constant: lag_1, lag_7
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.made_faults import SOME
from mladvisor.runs.other_languages import english

_DIVIDED = re.compile(
    r"(?:(?P<name>[A-Za-z_]\w{1,60})\s?=\s?[^:\n]{1,80}?)?[^\n]{0,80}?->\s?(?:\d[\d,]* (?:infs?|nans?)[, "
    r"]{1,3}(?:and )?)?(?P<n>\d[\d,]{0,12}) (?P<what>nans?|infs?|nulls?)\b",
    re.IGNORECASE,
)
_BY_ZERO = re.compile(r"0/0|by zero|== ?0\b|/ ?0\b|log\(0\)|log of (?:0|zero)|divide", re.IGNORECASE)
_ROWS_OF = re.compile(r"\b(\d[\d,]{1,12}) ?(?:rows\b|行)|\((\d{2,12}), \d{1,6}\)")
_CONSTANT = re.compile(
    r"\b(?P<n>[1-9]\d{0,4}) (?:derived|engineered|generated|computed|transformed|processed|made) (?:features?"
    r"|columns?|variables?) (?:are|is|were) (?:all )?constant"
    r"(?:[^:\n]{0,80}: ?(?P<names>[\w, ]{1,400}))?",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"post-?transform|derived|engineered|transformed|computed features|processed features|派生|衍生|加工後|abgeleitete"
    r"|derivad[ao]s|d(?:é|e)riv(?:é|e)es",
    re.IGNORECASE,
)
_RAW_SECTION = re.compile(r"pre-?transform|\braw\b|原始|rohdaten|originales|brutes|生データ", re.IGNORECASE)
_PAIRED = re.compile(
    r"(?<![\w.])(min|max|unique|nunique|distinct|missing|num_missing|null|nulls|nan|std|std_dev|zeros?)\s?[=: "
    r"]\s?(nan|-?inf|-?\d[\d.]*(?:e[-+]?\d+)?)(?![\w.])\s?%?",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"^\s{0,12}([^\s:,]{1,60})\s")
_BLOCK = re.compile(
    r"^\s{0,8}(?P<name>(?:ratio|calendar|derived|engineered|lag|rolling|interaction|encoded|date)s? (?:block"
    r"|features?|group))\b",
    re.IGNORECASE,
)


def made_faults_in(lines: Sequence[str]) -> Iterator[Said]:
    """What lines of a log or a text say of columns that a step made."""
    rows, made = 0.0, False
    for whole in lines:
        line = whole[:600]
        lower = line.lower()
        if "rows" in lower or "行" in line or "matrix" in lower or "shape" in lower:
            counted = _ROWS_OF.search(line)
            rows = max(rows, float(re.sub(r"\D", "", counted[1] or counted[2]))) if counted is not None else rows
        if "->" in line and ("nan" in lower or "inf" in lower or "null" in lower):
            yield from _divided(line, rows)
        if "constant" in lower and (found := _CONSTANT.search(line)) is not None:
            names = [each.strip() for each in (found["names"] or "").split(",") if each.strip()] or [
                f"{found['n']} made features"
            ]
            yield from (Said("lost", name, None, 1.0) for name in names)
        told = not line.isascii() or any(word in lower for word in _STATISTICS)
        pairs = _statistics(line) if told else {}
        block = _BLOCK.match(line)
        if not pairs or _RAW_SECTION.search(line) is not None:
            headed = any(word in lower for word in _SECTION_WORDS)
            made = headed and _RAW_SECTION.search(line) is None and _SECTION.search(line) is not None
        elif made or block is not None:
            column = _COLUMN.match(f"{line} ")
            name = block["name"] if block is not None else column[1] if column is not None else line.strip()[:40]
            yield from _of_made(name, pairs, rows, block=block is not None)


_SECTION_WORDS = (
    "transform",
    "deriv",
    "engineered",
    "computed f",
    "processed f",
    "abgeleitet",
    "派生",
    "衍生",
    "加工後",
    "dériv",
)
_STATISTICS = ("min", "unique", "distinct", "std")


def _divided(line: str, rows: float) -> Iterator[Said]:
    found = _DIVIDED.search(line)
    if found is None or _BY_ZERO.search(line) is None:
        return
    count = float(found["n"].replace(",", ""))
    if count > 0.0:
        yield Said(
            "made-blank",
            found["name"] or "a made column",
            None,
            min(count / rows, 1.0) if rows else SOME,
            line.strip()[:120],
        )


def _statistics(line: str) -> dict[str, float]:
    said = line if line.isascii() else " ".join(english(part) for part in line.split())
    return {key.lower(): float(value) for key, value in _PAIRED.findall(said)}


def _of_made(name: str, pairs: Mapping[str, float], rows: float, *, block: bool) -> Iterator[Said]:
    if block:
        if pairs.get("max") == 0.0 and pairs.get("min") == 0.0:
            yield Said("lost", name, None, 1.0)  # the spreads of a block of columns, the smallest and the largest
        return
    unique = next((pairs[key] for key in ("unique", "nunique", "distinct") if key in pairs), None)
    if unique is not None:
        yield Said("lost", name, None, float(unique == 1.0))
    blank = next((pairs[key] for key in ("missing", "num_missing", "null", "nulls", "nan") if key in pairs), None)
    if blank is not None and blank > 0.0 and not isnan(blank):
        yield Said("made-blank", name, None, min(blank / rows, 1.0) if rows else SOME)


_FAILED_SUM = re.compile(
    r"\b(?P<n>[1-9]\d{0,11}) (?:rows (?:are |with )?)?(?:-?infs?|nans?|nulls?)\b.{0,40}?(?:division by zero"
    r"|divi\w+ by (?:zero|0)|0/0|zero denominators?|log of (?:zero|0|negative)|log\(0\)|(?:std|spread) ?(?:=|of) "
    r"?0)"
    r"|\bNaN in all \d[\d,]{0,12} rows.{0,20}(?:std ?= ?0|division|0/0)",
    re.IGNORECASE,
)
_STEPS = (
    r"(?:ratio|log|log1p|bucket|bin|te|zscore|z|lag\d{0,3}|roll\w{0,10}|sin|cos|diff|pct|enc|encoded|onehot|hash|scaled"
    r"|interaction|per)"
)
_MADE_NAME = rf"(?!grad|weight|loss|batch|layer|train|val)(?:\w{{1,40}}_{_STEPS}|{_STEPS}_\w{{1,40}})"
_SAME = re.compile(
    rf"\b(?P<name>{_MADE_NAME})(?: and {_MADE_NAME})? (?:is|are|was|were) (?:always |all )?(?:constant|0(?:\.0+)?"
    rf"|zero|NaN|one value|the same value|identical)\b(?: (?:for|in|on) (?:all|every|each)\b(?! (?:runs?|steps?"
    rf"|epochs?|layers?|class))| \(\d|\s?$|[,.;])",
    re.IGNORECASE,
)
_AFTER_STEP = re.compile(
    r"\bafter (?:get_dummies|one-?hot\w*|encoding|merge|merging|join\w*|bucketi[sz]\w+|binning|scaling|clipping"
    r"|the transform\w*)\b"
    r".{0,40}\b(?:columns?|features?|values|cells|\w+_\*)\b.{0,20}\b(?:are|is) (?:all )?(?:zero|0(?![.\d])|NaN"
    r"|null|constant|empty)\b"
    r"|\ball (?:\d{1,4} )?(?:lag|rolling|derived|engineered|encoded|one-?hot|ratio) (?:features?|columns?) (?:are"
    r"|were) "
    r"(?:NaN|null|zero|0|constant|empty)\b"
    r"|\b(?:every|all) rows? (?:fall|land|lands|falls|are|is|end|ends)(?: up)? (?:in|into) (?:bin|bucket|cell"
    r"|category) \w{1,10}\b"
    r"|\bevery row in (?:bin|bucket|cell) \w{1,10}\b",
    re.IGNORECASE,
)
_HANDLED = re.compile(
    r"\b(?:guarded|clipped to|replaced|filled|handled|fixed|no longer|dropped|as (?:it should|expected)|test_\w+)\b",
    re.IGNORECASE,
)


_MADE_WORDS = (
    *("divi", "0/0", "denominator", "log of", "log(0", "constant", "is 0", "are 0", "is zero", "are zero", "identical"),
    *("same value", "one value", "every row", "all rows", "are nan", "is nan", "nan in all", "are null", "are empty"),
)


def made_in_line(line: str) -> Iterator[Said]:
    """Sentences about a step and what it left: blanks of a division, one value for every row."""
    line = line[:1_000]
    lower = line.lower()
    if not any(word in lower for word in _MADE_WORDS) or _HANDLED.search(line) is not None:
        return
    divided = _FAILED_SUM.search(line)
    if divided is not None:
        yield Said("made-blank", _first_name(line), None, SOME, divided[0][:80])
    same = _SAME.search(line)
    after = _AFTER_STEP.search(line) if same is None else None
    if same is not None or after is not None:
        yield Said("lost", same["name"] if same is not None else after[0][:40] if after is not None else "", None, 1.0)


def _first_name(line: str) -> str:
    found = re.search(r"\b([A-Za-z]\w{0,30}_\w{1,30})\b|^\s{0,8}([A-Za-z]\w{2,40})\s?:", line)
    return (found[1] or found[2]) if found is not None else "a made column"


_ONE_VALUE = re.compile(
    r"\b([A-Za-z]\w{0,60})`? (?:has|had|shows|took|holds) (?:only )?(?:1|one|a single) "
    r"(?:distinct |unique |different )?values?\b",
    re.IGNORECASE,
)
_SOURCE_SOUND = re.compile(
    r"\b(?:themselves|raw|source|inputs?)\b.{0,40}\b(?:right|fine|ok|okay|vary|varies|sound|good|plausible)\b",
    re.IGNORECASE,
)


def lost_in_line(line: str) -> Iterator[Said]:
    """ "geohash5 has 1 distinct value, lat and lon themselves look right"."""
    found = _ONE_VALUE.search(line[:1_000]) if "value" in line else None
    if found is not None and _SOURCE_SOUND.search(line[:1_000]) is not None:
        yield Said("lost", found[1], None, 1.0)
