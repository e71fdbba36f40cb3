"""Reports about data as records: a name (of a column, a split, a check) and plain cells, whatever form they have.

What the cells mean is told by their words, in `data_said`. Nothing here opens a file but `records_in`.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import layout
from mladvisor.runs.html_tables import page_tables
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.other_languages import english
from mladvisor.runs.printed_blocks import statistics_printed
from mladvisor.runs.printed_frames import printed_frames
from mladvisor.runs.readers import Candidate
from mladvisor.runs.split_names import split_called, words_of
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 2_000_000
_MOST_RECORDS = 20_000
_MOST_DEPTH = 8
FEW_STATISTICS = 3

Cells = dict[str, Any]


class Record(NamedTuple):
    """Plain cells that belong together.

    Attributes:
        path: the keys above, in lower case; of a table the words of what it is called.
        cells: name in lower case -> text, number, truth value, or a list: of numbers, absent columns, odd values.
    """

    path: tuple[str, ...]
    cells: Cells


def records_in(file: Candidate) -> list[Record]:
    """The records of a report. Raises ReadError where it cannot be read."""
    stem, form = layout.stem_and_form(file.name)
    called = in_english(stem)
    try:
        if form == "json":
            found = _walk(file.read_json(), (called,))
        else:
            found = _RECORDS[form](file.read_text(MOST_BYTES), called)
        return [record for record, _ in zip(found, range(_MOST_RECORDS), strict=False)]
    except (OSError, RecursionError, csv.Error) as error:
        raise ReadError(f"cannot be read ({error})", file=file.rel) from None


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[Record]:
    """Every dictionary with its plain cells, also those one and two levels below it, with dots."""
    if len(path) > _MOST_DEPTH:
        return
    if isinstance(value, list):
        for number, each in enumerate(value[:_MOST_RECORDS]):
            if isinstance(each, dict | list):
                yield from _walk(each, (*path, _split_told(each) or str(number)))
    elif isinstance(value, dict):
        value = _parted(value)
        yield from _side_by_side(value, path)
        cells = dict(_plain(value, ""))
        if cells:
            yield Record(path, cells)
        for key, each in value.items():
            yield from _walk(each, (*path, str(key).lower()))


_LISTED_NAMES = ("feature_names", "features", "columns", "column_names", "names", "variables", "feature")


def _side_by_side(value: Cells, path: tuple[str, ...]) -> Iterator[Record]:
    """Lists as long as a list of names: {"feature_names": ["age", "pay"], "distance": [0.4, 0.1]}."""
    names: list[Any] = next((value[key] for key in _LISTED_NAMES if isinstance(value.get(key), list)), [])
    if len(names) < 2 or not all(isinstance(name, str) for name in names):
        return
    lists = {
        str(key).lower(): each
        for key, each in value.items()
        if isinstance(each, list) and len(each) == len(names) and all(map(_is_number, each))
    }
    for at, name in enumerate(names) if lists else ():
        yield Record(path, {"feature": name, **{key: each[at] for key, each in lists.items()}})


def _parted(value: Cells) -> Cells:
    """Keys that are paths, as trackers write them, in each other: {"val/input_mean/age": 1.2, ...}."""
    keys = [str(key) for key in value]
    if len(keys) < 2 or not all(1 <= key.count("/") < _MOST_DEPTH for key in keys):
        return value
    result: Cells = {}
    for key, each in value.items():
        *above, leaf = str(key).split("/")
        inner = result
        for part in above:
            inner = inner.setdefault(part, {}) if isinstance(inner.get(part, {}), dict) else {}
        inner[leaf] = each
    return result


VALUE_LISTS = word_set(
    "top top_values topvalues top_k topk most_common most_frequent value_counts valuecounts counts frequencies "
    "frequency freqs categories levels values shares distribution category_counts category_shares vocabulary "
    "level_counts level_shares value_shares proportions"
)
"""What stands above the values of a column: {"top_values": {"a": 3, "b": 1}}, or a text "a:3 b:1"."""


def _split_told(value: Any) -> str | None:
    """The split that an entry of a list says it is about: TFDV's data sets, {"split": "val", "columns": [...]}."""
    said = [value.get(key) for key in ("split", "dataset", "name", "set")] if isinstance(value, dict) else []
    return next((each.lower() for each in said if isinstance(each, str) and split_called(each) is not None), None)


_ABSENT, _OF_COLUMNS = word_set("missing absent removed dropped"), word_set("columns features fields column feature")


def names_absent(key: str) -> bool:
    """What stands under the key are columns that the data lacks: "missing_columns": ["income"]."""
    words = set(words_of(key))
    return bool(words & _ABSENT) and bool(words & _OF_COLUMNS)


def _plain(value: Cells, above: str) -> Iterator[tuple[str, Any]]:
    as_written = above.rstrip(".").rpartition(".")[2] in VALUE_LISTS
    for key, each in value.items():
        name = above + (str(key) if as_written else _of_statistic(str(key)))
        if (
            isinstance(each, str)
            or _is_number(each)
            or (isinstance(each, list) and each and all(map(_is_number, each)))
        ):
            yield name, each
        elif name.endswith("path.step") and isinstance(each, list) and len(each) == 1 and isinstance(each[0], str):
            yield name, each[0]  # a feature of TFDV's statistics
        elif (
            isinstance(each, list) and each and all(isinstance(one, str) for one in each) and names_absent(str(key))
        ) or (isinstance(each, list) and name.endswith("partial_unexpected_list")):
            yield name, each
        elif isinstance(each, list) and each and all(one in _NOTHING for one in each) and "unexpected" in str(key):
            yield name, ""  # all that a check did not expect are blank cells
        elif isinstance(each, dict) and above.count(".") < 2:
            yield from _plain(each, f"{name}.")
        elif isinstance(each, list) and above.count(".") < 2 and each and all(isinstance(one, dict) for one in each):
            yield from _counted_values(each, name)


_NOTHING: tuple[Any, ...] = (None, "", " ", "nan", "NaN", "None", "null", "NULL", "NA", "N/A")
_SAID_OF_COLUMNS = word_set(
    "mean std min max minimum maximum missing count feature features column variable train valid test production"
)


def _of_statistic(key: str) -> str:
    """A key in lower case; in English where it speaks of statistics and splits alone: a column keeps its name."""
    said = in_english(key)
    return said if _SAID_OF_COLUMNS.issuperset(said.split("_")) else key.lower()


def _counted_values(entries: list[Cells], name: str) -> Iterator[tuple[str, Any]]:
    """ "top_values": [{"value": "a", "frequency": 3}], as if it were {"a": 3}."""
    for entry in entries[:_MOST_VALUES]:
        said = next((entry[key] for key in ("value", "category", "level", "label") if key in entry), None)
        rows = next((entry[key] for key in ("frequency", "count", "n", "rows", "share", "freq") if key in entry), None)
        if isinstance(said, str) and rows is not None and _is_number(rows):
            yield f"{name}.{said}", rows


_MOST_VALUES = 100
_MOST_DIGITS = 18
"""Of a whole number: a longer one is no count, and may be more than a float holds."""


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**_MOST_DIGITS)


def _of_table(text: str, stem: str, separator: str = ",") -> Iterator[Record]:
    """A row a record; the table turned over where its first column names statistics, as `describe` writes them."""
    lines = text.splitlines()[:_MOST_RECORDS]
    if lines and lines[0].count(";") > lines[0].count(separator):
        separator = ";"  # and then commas stand for points
        lines = [_COMMA.sub(r"\1.\2", line) for line in lines]
    rows = list(csv.reader(lines, delimiter=separator))
    if rows:
        yield from _of_cells([in_english(cell.strip()) for cell in rows[0]], rows[1:], stem)


_COMMA = re.compile(r"(?<![^;])(-?\d{1,15}),(\d{1,15}(?:e[-+]?\d{1,3})?)(?![^;])", re.IGNORECASE)
"""A decimal comma, where semicolons divide the cells."""


STATISTICS = word_set("count mean std min max 25% 50% 75% unique top freq")


_INDEX = ("index", "unnamed: 0", "unnamed_0", "level_0")


def _of_cells(head: list[str], rows: list[list[str]], stem: str) -> Iterator[Record]:
    rows = [row for row in rows if len(row) == len(head)]
    firsts = {in_english(row[0].strip()) for row in rows if row}
    if len(firsts & STATISTICS) > 2:
        turned = zip(*rows, strict=True)
        names = [in_english(name.strip()) for name in next(turned)]
        for column, values in zip(head[1:], turned, strict=False):
            yield Record((stem, column), dict(zip(names, map(_value, values), strict=False)))
        return
    head = [name or "name" for name in head]
    head, rows = _with_label(head, rows)
    if head and head[0] in _INDEX and len(set(head) & STATISTICS) > FEW_STATISTICS:
        head[0] = "name"  # what pandas calls the column of the names once it is written out
    for row in rows:
        yield Record((stem,), dict(zip(head, map(_value, row), strict=False)))


def _with_label(head: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """`frame.corr()["sales"]` written out: one column called after the label, in whose own row stands 1. The column is
    one of correlations then, and the label's row says nothing.
    """
    numbers = [value for _, cell in rows if isinstance(value := _value(cell), float | int)] if len(head) == 2 else []
    own = [row for row in rows if in_english(row[0].strip()) == head[-1]] if len(numbers) == len(rows) > 2 else []
    if len(own) != 1 or _value(own[0][1]) != 1 or any(abs(value) > 1 for value in numbers):
        return head, rows
    return [head[0], "correlation"], [row for row in rows if row is not own[0]]


def _value(cell: str) -> Any:
    """A number where it is one ("12.5%" is 0.125), yes and no as such, else the text."""
    text = cell.strip(" `*")
    try:
        if text.endswith("%"):
            return float(text[:-1]) / 100.0
        return int(text) if text.lstrip("-").isdecimal() and len(text) <= _MOST_DIGITS else float(text)
    except ValueError:
        return {"true": True, "false": False}.get(text.lower(), text)


def _of_print(text: str, stem: str) -> Iterator[Record]:
    """Blocks of statistics, or else the tables of the text, or a text that is one table."""
    from mladvisor.runs.sheets.forms import of_text

    found = list(printed_records(text.splitlines(), stem))
    for heading, head, rows in printed_frames(text) if not found else ():
        found += _of_cells([in_english(cell) for cell in head], rows, f"{stem} {heading.lower()}".rstrip())
    found = found or [
        record
        for title, head, rows in of_text(text, stem)
        for record in _of_cells([in_english(cell) for cell in head], rows, title.lower())
    ]
    yield from found or _of_cells(*spaced(text), stem)


def _of_markdown(text: str, stem: str) -> Iterator[Record]:
    for heading, head, rows in bar_tables(text):
        yield from _of_cells([in_english(cell) for cell in head], rows, f"{stem} {heading.lower()}")
    yield from _of_lists(text, stem)


def _of_lists(text: str, stem: str) -> Iterator[Record]:
    """Lists of names and values: one below each of several headings is about what the heading says, as a profile has a
    section for each column; else only what counts is told, of all.
    """
    lists: dict[str, Cells] = {}
    heading = ""
    for line in text.splitlines()[:_MOST_RECORDS]:
        if line.startswith("#"):
            heading = in_english(line.strip("# \t`*"))
        elif (item := _ITEM.match(line)) is not None:
            lists.setdefault(heading, {})[in_english(item[1].strip())] = _value(item[2])
    met = Counter(name for cells in lists.values() for name in cells)
    if met and met.most_common(1)[0][1] > len(lists) // 2 >= 1:
        yield from (Record((stem, heading), cells) for heading, cells in lists.items() if len(cells) > 1)
        return
    listed = [match for line in text.splitlines()[:_MOST_RECORDS] if (match := _LISTED.match(line))]
    if listed:
        yield Record((stem,), {in_english(match[1].strip()): _value(match[2]) for match in listed})


_ITEM = re.compile(r"\s{0,8}[-*+] [*`]{0,2}([A-Za-z][\w %-]{0,40}?)[*`]{0,2}:[*`]{0,2}\s{1,8}([^\s].{0,100}?)\s*$")
"""A line of a list that gives a value: "- **dtype**: float64"."""
_LISTED = re.compile(r"\s{0,8}[-*+] ([A-Za-z][\w -]{0,40}):\s{1,8}(-?\d[\d.]{0,17}%?)\s*$")
"""A line of a list that counts: "- disagree: 51"."""


def _of_page(text: str, stem: str) -> Iterator[Record]:
    for heading, head, rows in page_tables(text):
        yield from _of_cells([in_english(cell) for cell in head], rows, f"{stem} {heading.lower()}")


_ANOMALY = re.compile(r'key:\s*"(?P<key>[^"]{1,100})".{0,4000}?short_description:\s*"(?P<said>[^"]{1,200})"', re.S)


def _of_proto_text(text: str, stem: str) -> Iterator[Record]:
    """Anomalies as TensorFlow Data Validation writes them."""
    for block in text.split("anomaly_info")[1:]:
        found = _ANOMALY.search(block)
        if found is not None:
            yield Record((stem, "anomaly_info"), {"column": found["key"], "anomaly": found["said"]})


def printed_records(lines: Sequence[str], called: str) -> Iterator[Record]:
    """The statistics among lines of text, as records of a report of that name."""
    for heading, head, rows in statistics_printed(lines):
        named = ["", called or heading] if head == ["", ""] else head  # of a series that has no name
        yield from _of_cells([in_english(cell) for cell in named], rows, f"{called} {heading}")


_RECORDS = {
    "csv": _of_table,
    "tsv": lambda text, stem: _of_table(text, stem, "\t"),
    "md": _of_markdown,
    "html": _of_page,
    "htm": _of_page,
    "pbtxt": _of_proto_text,
    "txt": _of_print,
}


def spaced(text: str) -> tuple[list[str], list[list[str]]]:
    """Head, in English, and cells of a table that blanks divide; pandas gives the column of the names no head."""
    rows = [line.split() for line in text.splitlines()[:_MOST_RECORDS] if line.strip()]
    if len(rows) < _LEAST_PRINTED:
        return [], []
    head = [in_english(cell) for cell in rows[0]]
    return ["", *head] if len(rows[1]) == len(head) + 1 else head, rows[1:]


_LEAST_PRINTED = 3


def in_english(cell: str) -> str:
    """A cell of a header, or a name, in lower case; what is null in English is zero elsewhere, and here it is blank."""
    return cell.lower() if "null" in cell.lower() else english(cell).lower()
