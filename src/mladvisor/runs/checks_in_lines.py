"""Sentences of a check of the data: cells of a column that are out of range, unknown, or of another type.

[FAIL] age: 131 of 400 values out of range [18, 100]       column 'plan': 12.4 % not in the allowed set
dtype mismatch in column amount: expected float64, got object
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mladvisor.runs.data_verdicts import A_CASE, Said
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

_LONGEST = 400
_BROKEN = re.compile(
    r"(?i)\b(?:out of (?:the )?(?:allowed |expected |valid |training )?(?:range|bounds)"
    r"|outside (?:of )?(?:the |its )?(?:allowed |expected |valid |training |schema )?(?:range|bounds|limits|domain|set)"
    r"|not in (?:the )?(?:allowed|expected|schema|permitted|value)[ _](?:set|values|list|domain|categories|vocabulary)"
    r"|(?:unexpected|unknown|unseen|invalid|undeclared|illegal) (?:categor(?:y|ies)|values?|levels?|codes?|strings?)"
    r"|(?:wrong|unexpected|invalid) (?:d?types?|format|units?)"
    r"|(?:d?type|unit|format|schema) mismatch(?:es)?"
    r"|not (?:a |an )?valid (?:float|integer|int|number|date|datetime|boolean|string|enum\w{0,10})"
    r"|(?:could not be|cannot be|not) (?:parsed|parseable|parsable|converted)|unpars[e]?able)\b"
)
_TYPE = (
    r"(?:u?int\d{0,2}|integer|float\d{0,2}|double|number|numeric|str|string|object|bool|boolean|date(?:time)?\w{0,12}"
    r"|category)"
)
_EXPECTED = re.compile(
    rf"(?i)\bexpected (?:d?type |to be )?['\"`]?{_TYPE}['\"`]?\s?(?:,|but|;)? ?(?:but )?"
    rf"(?:got|found|is|was|have|has|received) (?:d?type )?['\"`]?{_TYPE}\b"
)
_CHEAP = ("outside", "out of", "not in", "unexpected", "unknown", "unseen", "undeclared", "illegal", "invalid", "wrong",
          "mismatch", "not a valid", "not valid", "failed", "parse", "parsable", "convert", "expected")  # fmt: skip
_MOST_PROSE = 160
_QUOTED = re.compile(r"['\"`]([A-Za-z_][\w .-]{0,40})['\"`]")
_BEHIND = re.compile(
    r"(?i)\b(?:column|feature|field|variable)s?[\s=:(]{1,2}(?!(?:has|have|is|are|was|were|with|of|in|type)\b)([A-Za-z_][\w.]{0,40})"
)
_BEFORE = re.compile(
    r"(?:^|[\]>*•✗✘❌-]\s?|(?i:fail(?:ed)?|warn(?:ing)?|error|violation)[:\]]?\s)\s{0,4}([A-Za-z_][\w.]{0,40})\s?:"
)
_WITHIN = re.compile(r"(?i)\b(?:in|for|of)\s(?:the\s)?([A-Za-z]\w{0,40}(?:_\w{1,40})?)\s?(?::|\(|,|$)")
_OF = re.compile(r"(?i)(?<![\w.])(\d[\d,]{0,11})\s{0,2}(?:of|out of|/)\s{0,2}(?:the\s)?(\d[\d,]{0,11})(?![\d.])")
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,6})?)\s?%")
_COUNT = re.compile(
    r"(?i)(?<![\w.,\[-])(\d[\d,]{0,11})\s(?:[a-z]{1,12}\s){0,2}?(?:values?|rows?|cells?|records?|entries|unexpected|unknown|unseen|invalid)\b"
)
_DENIED = re.compile(
    r"(?i)\b(?:no|none|zero|without|never|0)\s(?:\w{1,20}\s){0,3}?(?:values?|rows?|cells?|categor|unexpected|unknown|unseen|invalid|d?type|column)"
    r"|\b(?:pass(?:ed)?|ok|fixed|dropped|removed|clipped|filtered|replaced|ignored?|corrected|coerced|mapped)\b"
)
_OTHERS = re.compile(
    r"(?i)\b(?:token|vocab size|label|class|target|prediction|argument|parameter|tensor|index|loss|gradient|config"
    r"|request|payload|endpoint)\w{0,3}\b"
)
"""What such words are said of in a program besides cells of a column."""
_NO_NAMES = word_set(
    "the a an data row rows value values cell cells column columns feature features it them table range error warning "
    "check failed passed checks result type dtype schema mismatch info debug set train test val"
)


def broken_in_line(line: str) -> Iterator[Said]:
    """Cells of one column that fail a check of type, range or vocabulary."""
    line = line[:_LONGEST]
    low = line.lower()
    if not any(each in low for each in _CHEAP) or line.lstrip().startswith("|") or _OF_TESTS.search(line):
        return
    rows = _ROWS.search(line) if "failed" in low or "invalid" in low else None
    if rows is not None and not _OTHERS.search(line):
        few, many = (float(each.replace(",", "")) for each in rows.groups())
        if few <= many > 0.0:
            yield Said("broken", "table", None, few / many, rows[0])
            return
    found = _BROKEN.search(line) or (_EXPECTED.search(line) if "expected" in low else None)
    if found is None or _OTHERS.search(line):
        return
    share = _share(line)
    if share is None and _DENIED.search(line):
        return
    if share is not None and share > 0.0 and _MENDED.search(line):
        return
    name = _name(line) if share is not None or len(line) < _MOST_PROSE else None
    if name is not None:
        split = next((each for word in words_of(line) if (each := split_called(word))), None)
        yield Said("broken", name, split, A_CASE if share is None else share, found[0])


def broken_by_row(lines: Iterable[str]) -> Iterator[Said]:
    """Cells of one column that fail a check, as a validator that prints a line for each of them tells:
    "row 12: temp=128.3 outside expected range [20, 95]"; how many rows there are a line at the end may tell.
    """
    rows: dict[tuple[str, str | None], set[int]] = {}
    whole = last = 0
    for line in (each[:_LONGEST] for each in lines):
        low = line.lower()
        if not any(each in low for each in _CHEAP) or _OTHERS.search(line) or _OF_TESTS.search(line):
            continue
        found, broken = _ROW.search(line), _BROKEN.search(line)
        if broken is None:
            continue
        if found is not None and found.end() <= broken.start():
            split = next((each for word in words_of(line[: found.start()]) if (each := split_called(word))), None)
            rows.setdefault((found["name"], split), set()).add(int(found["row"]))
            last = max(last, int(found["row"]))
        elif (of := _OF.search(line)) is not None and "row" in low:
            whole = max(whole, int(of[2].replace(",", "")))
    for (name, part), failed in rows.items():
        counted = whole >= len(failed) or len(failed) >= _LEAST_LINES  # else the first few of nobody knows how many
        share = len(failed) / (whole or last + 1) if counted else A_CASE
        yield Said("broken", name, part, min(1.0, share), "outside of what is expected")


_LEAST_LINES = 10
_ROW = re.compile(
    r"(?i)\b(?:row|record|line|sample|example|index|idx)\s?[#=:]?\s?(?P<row>\d{1,9})\b[\s:,;|\]-]{1,4}"
    r"(?:(?:column|field|feature|value of)\s{1,2})?['\"`]?(?P<name>[A-Za-z_][\w.]{0,40})['\"`]?\s?"
    r"(?:=|:|is|was|value)\s?\S{1,40}\s"
)
_ROWS = re.compile(
    r"(?i)(?<![\w.])(\d[\d,]{0,11})\s{0,2}(?:of|out of|/)\s{0,2}(\d[\d,]{0,11}) (?:rows|records) "
    r"(?:failed (?:the )?(?:schema |data )?(?:validation|checks?)|are invalid)"
)
_OF_TESTS = re.compile(
    r"(?i)\btest_\w|\braises?\b|\bexpects? (?:an? )?\w*(?:error|exception)|\b\w+error if\b"
    r"|\b(?:alert|fail\w*|warn\w*|stop) (?:if|when)\b"
)
"""A test of the program, which feeds it such cells, or what a check would do."""
_MENDED = re.compile(r"(?i)\b(?:fixed|dropped|removed|clipped|filtered|replaced|corrected|coerced|mapped)\b")


def _share(line: str) -> float | None:
    """The share of the cells; that of a case where their whole is not told; None for a line that counts nothing."""
    if of := _OF.search(line):
        few, many = (float(each.replace(",", "")) for each in of.groups())
        return few / many if 0.0 <= few <= many > 0.0 else None
    if told := _PERCENT.search(line):
        return min(1.0, float(told[1]) / 100.0)
    counted = _COUNT.search(line)
    return None if counted is None else A_CASE * float(float(counted[1].replace(",", "")) > 0)


def _name(line: str) -> str | None:
    # without a count a sentence that names no column as one is prose
    for pattern in (_BEFORE, _BEHIND, _WITHIN, _QUOTED) if _share(line) is not None else (_BEFORE, _BEHIND, _QUOTED):
        for found in pattern.finditer(line):
            name = found[1].strip()
            if (
                not _NO_NAMES.issuperset(words_of(name))
                and not name.endswith(("Warning", "Error"))
                and not is_metric(name)
                and not is_loss(name)
            ):
                return name
    return None
