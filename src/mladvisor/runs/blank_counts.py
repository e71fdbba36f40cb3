"""How many cells of each column are blank, as programs print it: `df.info()`, frames and lists of counts, dictionaries,
sentences, and what Soda and Pandera say of a check that failed.

`columns_listed` reads pandas' plain count, which nothing but its form tells; here a heading, or the name of the file,
says that blanks are counted.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.r_summary import blanks_in_summary

_MAX_LINE = 2_000
_MOST_COLUMNS = 500
_LEAST = 2
"""Columns of a list: a number alone may be that of anything."""
_BLANK = re.compile(
    r"(?i)(?<![a-z])(?:missing(?:ness)?|nulls?|nans?|n/a|isnull|isna|null_?count|blanks?|empty)(?![a-z])"
)
_AFTERWARDS = re.compile(
    r"(?i)\b(?:imput|fill|drop|remov|replac|clean|handl|interpol|without|no missing|zero missing|after)\w*"
)
"""Words of what was done about blanks: the model is given none of them."""
_ENTRIES = re.compile(r"(?:Range|Int64|Datetime|Multi)?Index: (\d{1,12}) entries")
_SHAPE = re.compile(r"(?i)\bshape\b[^\n(\[]{0,20}[(\[]\s{0,3}(\d{1,12})\s{0,3},\s{0,3}\d{1,6}\s{0,3}[)\]]")
_ROWS = re.compile(
    r"(?i)(?<![\w.])(\d[\d,]{0,14})\s(?:(?:train(?:ing)?|data|labell?ed|raw) )?(?:rows|records|examples|samples)\b"
)
_INFO = re.compile(r"\s{0,8}\d{1,4}\s{1,8}(\S.{0,80}?)\s{2,80}(\d{1,12}) non-null\b")
_LISTED = re.compile(
    r"\s{0,8}(?:[-*]\s)?['\"`]?([A-Za-z_][\w .%/()-]{0,60}?)['\"`]?\s{0,3}(?::|\s)\s{0,60}(\d{1,12})\s{0,3}"
)
_DICT = re.compile(r"\{\s{0,3}['\"][^{}]{3,4000}\}")
_SENTENCES = (
    re.compile(
        r"(?i)(?<![\w.,])(?P<n>\d[\d,]{0,12})\s(?:missing|nulls?|nans?|blank|empty)(?:\s(?:values?|cells?|entries))?\s"
        r"(?:in|for)\s(?:the\s)?(?:column\s|feature\s|field\s|variable\s)?['\"`](?P<name>[\w .-]{1,60})['\"`]"
    ),
    re.compile(
        r"(?i)\b(?:column|feature|field|variable)\s['\"`]?(?P<name>\w[\w.-]{0,60})['\"`]?\s?(?:has|contains|:)\s"
        r"(?P<n>\d[\d,]{0,12})\s(?:missing|nulls?|nans?|blank|empty)\b"
    ),
)
_SHARE = re.compile(r"\(?\s{0,3}(\d{1,3}(?:\.\d{1,6})?)\s?%")
_SODA = re.compile(r"missing_count\((\w{1,60})\)[^\n\[]{0,40}\[FAILED\]")
_VALUE = re.compile(r"\s{0,20}check_value:\s(\d{1,12})")
_PANDERA = re.compile(r"non-nullable series '([^'\n]{1,60})' contains null values")
_CAME = re.compile(r"(?:->|=>|→|⇒)\s{0,20}$")
_BOX = re.compile(r"[|│┆┃║]")
_RULE = re.compile(r"[\s+=\-─═━┌┐└┘├┤┬┴┼╞╪╡╒╕╘╛┄╌|│┆┃║]+")


class _Counted(NamedTuple):
    """Blank cells of a column, and the rows that they were counted in where the same line or block tells it."""

    name: str
    blank: float
    rows: float | None
    note: str


def blanks_printed(lines: Sequence[str], called: str, rows: float | None = None) -> list[Said]:
    """What the lines say of blanks, column by column as shares; where nothing tells the rows, all of them together.

    Args:
        called: the name of the file, whose words may say that blanks are counted.
        rows: of the table, if something else tells them.
    """
    lines = [line[:_MAX_LINE] for line in lines]
    found = list(_counted(lines, _is_of_blanks(called.replace("_", " "))))
    of = rows_told(lines) or rows
    shares: dict[str, Said] = {}
    loose: list[_Counted] = []
    for each in found:
        whole = each.rows or of
        if whole and 0.0 <= each.blank <= whole:
            shares.setdefault(each.name, Said("missing", each.name, None, each.blank / whole, each.note))
        elif each.blank > 0:
            loose.append(each)
    if shares or not loose:
        return list(shares.values())
    return [Said("cells-blank", "", None, sum(each.blank for each in loose), loose[0].note)]


def _is_of_blanks(said: str) -> bool:
    return _BLANK.search(said) is not None and _AFTERWARDS.search(said) is None


def rows_told(lines: Sequence[str]) -> float | None:
    """Rows of the one table that the lines speak of; None where they speak of none, or of several."""
    for pattern in (_ENTRIES, _SHAPE, _ROWS):
        told = {
            float(match[1].replace(",", ""))
            for line in lines
            if (match := pattern.search(line)) and not line.startswith("shape:")  # that of the frame of counts
        }
        if told:
            return told.pop() if len(told) == 1 else None
    return None


def _counted(lines: Sequence[str], by_name: bool) -> Iterator[_Counted]:
    yield from _of_info(lines)
    yield from _beneath_names(lines)
    yield from _of_alerts(lines)
    for name, blank in blanks_in_summary(lines):
        yield _Counted(name, float(blank), None, f"{name}: {blank} NA's")
    heading, block, boxed = by_name, list[_Counted](), list[list[str]]()
    for line in [*lines, ""]:
        if line.strip() and _RULE.fullmatch(line):
            continue
        if _BOX.search(line) and (heading or boxed):
            boxed.append([cell.strip() for cell in _BOX.split(line.strip().strip("|│┆┃║"))])
            continue
        listed = _LISTED.fullmatch(line) if heading else None
        if listed is not None and len(block) < _MOST_COLUMNS and not _BLANK.fullmatch(listed[1].strip()):
            block.append(_Counted(listed[1].strip(), float(listed[2]), None, line.strip()))
            continue
        if len(block) >= _LEAST:
            yield from block
        yield from _of_frame(boxed)
        block, boxed = [], []
        if line.strip() and not line.startswith("shape:"):
            heading = _is_of_blanks(line) or (by_name and _AFTERWARDS.search(line) is None)
            yield from _of_line(line)
    yield from _of_checks(lines)


def _of_info(lines: Sequence[str]) -> Iterator[_Counted]:
    """`df.info()`: the rows stand above, and what is not blank in each column."""
    rows = None
    for line in lines:
        entries = _ENTRIES.search(line)
        rows = float(entries[1]) if entries else rows
        column = _INFO.match(line) if rows else None
        if column is not None and rows is not None and float(column[2]) <= rows:
            yield _Counted(column[1].strip(), rows - float(column[2]), rows, line.strip())


def _beneath_names(lines: Sequence[str]) -> Iterator[_Counted]:
    """A line of names and a line of as many counts, as R prints `colSums(is.na(train))`."""
    asked = False
    for above, line in pairwise(lines):
        if _SUMS.search(above):
            asked = True
        names, counts = above.split(), line.split()
        if asked and len(names) == len(counts) >= _LEAST and all(map(str.isdigit, counts)):
            if not any(map(str.isdigit, names)):
                yield from (
                    _Counted(name, float(n), None, f"{name} {n}") for name, n in zip(names, counts, strict=True)
                )
        elif not names:
            asked = False


_SUMS = re.compile(r"(?i)colSums\(\s?is\.na|sapply\([^\n]{0,60}is\.na|map\w{0,6}\([^\n]{0,40}is\.na")
_ALERT = re.compile(
    r"\[?([A-Za-z_][\w.-]{0,60})\]? has (\d[\d,]{0,12}) \((\d{1,3}(?:\.\d{1,4})?)\s?%\) "
    r"(?:missing|null|blank) (?:values|cells)"
)


def _of_alerts(lines: Sequence[str]) -> Iterator[_Counted]:
    """Alerts of a profile: "income has 391 (32.6%) missing values"."""
    for line in lines:
        for found in _ALERT.finditer(line) if "missing" in line or "null" in line or "blank" in line else ():
            yield _Counted(found[1], float(found[3]), 100.0, found[0])


def _of_frame(boxed: list[list[str]]) -> Iterator[_Counted]:
    """Names above, and below them one row of counts: what Polars and Spark print of a frame."""
    numbers = [row for row in boxed if len(row) >= _LEAST and all(cell.isdigit() for cell in row)]
    if len(numbers) == 1 and boxed[0] is not numbers[0] and len(boxed[0]) == len(numbers[0]):
        for name, count in zip(boxed[0], numbers[0], strict=True):
            yield _Counted(name, float(count), None, f"{name} {count}")


def _of_line(line: str) -> Iterator[_Counted]:
    """A dictionary behind such a word, or a sentence."""
    if not _is_of_blanks(line):
        return
    inside = _DICT.search(line)
    if inside is not None:
        if not _CAME.search(line[: inside.start()]):  # "empty request -> {...}" is what a model answered
            yield from _of_dictionary(inside[0])
        return
    for pattern in _SENTENCES:
        if found := pattern.search(line):
            blank = float(found["n"].replace(",", ""))
            share = _SHARE.match(line[found.end() :].lstrip(" ,:;=values"))
            rows = blank / (float(share[1]) / 100.0) if share and float(share[1]) > 0 else None
            yield _Counted(found["name"].strip(), blank, rows, line.strip())
            return


def _of_dictionary(text: str) -> Iterator[_Counted]:
    try:
        told = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return
    if not isinstance(told, dict) or len(told) < _LEAST:
        return
    whole = all(type(value) is int for value in told.values())
    shares = all(type(value) in (int, float) and 0.0 <= value <= 1.0 for value in told.values())
    for name, count in told.items() if whole or shares else ():
        yield _Counted(str(name), float(count), None if whole else 1.0, f"{name}: {count}")


def _of_checks(lines: Sequence[str]) -> Iterator[_Counted]:
    """Checks that failed, of Soda and Pandera."""
    failed = ""
    for line in lines:
        if found := _SODA.search(line):
            failed = found[1]
        elif failed and (value := _VALUE.match(line)):
            yield _Counted(failed, float(value[1]), None, f"missing_count({failed}) = {value[1]}")
            failed = ""
        elif found := _PANDERA.search(line):
            count = max(1, len(re.findall(r"\bNaN\b|\bNone\b", line[found.end() :])))
            yield _Counted(found[1], float(count), None, found[0])
