"""Every number of a small file with the texts that say what it is of: keys of JSON, heads and rows of tables.

What people measure inside a model they keep in any form: a table, the keys of a hook's JSON, a block that a script
printed. Which numbers mean something is told by the words around them, by those who ask (`layers_said`, `modes_said`).
Sentences are left to them: `prose` gives the lines that are no rows of a table, with those above.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from math import isfinite
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.script_names import is_notebook
from mladvisor.runs.word_sets import parted

MOST_BYTES = 200_000
_MOST_CELLS = 4_000
_MOST_LINES = 2_000
_MOST_LINE = 600
_MOST_NAME = 200  # characters of a key, a head or a row's name: each number carries its own
_DEEPEST = 7
_ABOVE = 3  # lines that a line may continue


class Cell(NamedTuple):
    """A number.

    Attributes:
        path: the texts that say what it is of, the outermost first: the file, a heading or keys, what the rows of a
            table are, the row, the column.
        of_row: where the text that names the row of a table stands in `path`; -1 where there is no table.
        tried: the rows of the table are trainings with several settings, of which this run is one at most.
    """

    path: tuple[str, ...]
    value: float
    row: int = 0
    of_row: int = -1
    tried: bool = False


class Line(NamedTuple):
    """A line that is no row of a table, with the lines that it may continue."""

    text: str
    above: tuple[str, ...]
    row: int

    @property
    def whole(self) -> str:
        return " ".join((*self.above, self.text))


class Numbers(NamedTuple):
    """What one file holds."""

    cells: list[Cell]
    lines: list[Line]
    lower: str = ""  # the text in small letters, for those who look whether it is worth asking

    def has(self, cues: Iterable[str]) -> bool:
        """One of some words stands in the file."""
        return any(cue in self.lower for cue in cues)


def numbers_in(file: Candidate) -> Numbers:
    """Numbers and sentences of a file; none of one that cannot be read."""
    stem, suffix = stem_and_suffix(file.name)
    if suffix == "py":
        return _of_code(file)
    try:
        text = file.read_text(MOST_BYTES)
        if is_notebook(file.name):
            text, suffix = _with_prints(json.loads(text)), "txt"
    except (ReadError, OSError, ValueError, RecursionError):
        return Numbers([], [])
    if suffix in ("json", "jsonl", "ndjson", "yaml", "yml") and (content := _content(file, text)) is not None:
        cells = list(islice(_of_json(content, (stem,), []), _MOST_CELLS))
        return Numbers(cells, _sentences(content), f"{file.name}\n{text}".lower())
    if suffix in ("csv", "tsv"):
        return Numbers(_of_csv(text, stem, "\t" if suffix == "tsv" else ","), [], f"{file.name}\n{text}".lower())
    found = _of_text(html.unescape(text) if suffix in ("xml", "html") else text, stem)
    return found._replace(lower=f"{file.name}\n{text}".lower())


_OF_TESTS = re.compile(r"(?i)tests?_|.*_tests?$|conftest$")


def _of_code(file: Candidate) -> Numbers:
    """The lines of a script without remarks: its numbers are settings, and measure nothing. Tests have their own."""
    if _OF_TESTS.match(stem_and_suffix(file.name)[0]):
        return Numbers([], [])
    try:
        lines = [line.partition("#")[0].strip()[:_MOST_LINE] for line in file.read_text(MOST_BYTES).splitlines()]
    except (ReadError, OSError):
        return Numbers([], [])
    found = [Line(line, (), at) for at, line in enumerate(lines[:_MOST_LINES], 1) if line]
    return Numbers([], found, "\n".join(lines).lower())


def _with_prints(content: Any) -> str:
    """The cells of a notebook, each with what it printed: what a number is of often stands in the code alone."""
    parts: list[str] = []
    for cell in _dicts(content.get("cells") if isinstance(content, dict) else None):
        shown = [cell.get("source")]
        for output in _dicts(cell.get("outputs")):
            data = output.get("data")
            shown += [output.get("text"), data.get("text/plain") if isinstance(data, dict) else None]
        parts += ["".join(map(str, each)) for each in shown if each and isinstance(each, str | list)]
    return "\n".join(parts)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _content(file: Candidate, text: str) -> Any:
    """The value, or those of its lines, that JSON or YAML holds; None of what is broken, which is read as text."""
    try:
        return file.read_json()
    except (ReadError, RecursionError):
        pass
    try:
        return [json.loads(line) for line in text.splitlines()[:_MOST_LINES] if line.strip()] or None
    except (ValueError, RecursionError):
        return None


def _of_json(value: Any, path: tuple[str, ...], last: list[str]) -> Iterator[Cell]:
    """Cells of a value; of entries in a list each is called by the first text in it, else by its place."""
    if isinstance(value, dict) and len(path) < _DEEPEST:
        named = next((each for each in value.values() if isinstance(each, str) and len(each) < 60), None)
        for key, each in value.items():
            within = (*path, *([named] if named and last else []), *str(key)[:_MOST_NAME].split("/"))
            yield from _of_json(each, within, [])
    elif isinstance(value, list) and len(path) < _DEEPEST:
        for at, each in enumerate(value[:_MOST_LINES]):
            if isinstance(each, dict | list):
                yield from _of_json(each, path, ["row"])
            else:
                yield from _of_json(each, (*path, str(at)), [])
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        yield Cell(path, float(value))


def _sentences(value: Any, depth: int = 0) -> list[Line]:
    """The texts of JSON that are sentences: messages of a chat, notes."""
    if isinstance(value, dict | list) and depth < _DEEPEST:
        inner = value.values() if isinstance(value, dict) else value[:_MOST_LINES]
        found = [line for each in inner for line in _sentences(each, depth + 1)]
        if isinstance(value, dict):  # a setting: "hidden_activation": "softmax"
            said = [(key, each) for key, each in value.items() if isinstance(each, str) and " " not in each.strip()]
            found += [Line(f"{key}: {each}"[:_MOST_LINE], (), 0) for key, each in said]
        texts = [line.text for line in found]
        return [Line(text, tuple(texts[max(0, at - _ABOVE) : at]), 0) for at, text in enumerate(texts)]
    return [Line(value[:_MOST_LINE], (), 0)] if isinstance(value, str) and " " in value else []


def _of_csv(text: str, stem: str, separator: str) -> list[Cell]:
    lines = text.splitlines()[:_MOST_LINES]
    if lines and lines[0].count(";") > lines[0].count(separator):
        separator = ";"
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return []
    return _of_table(rows, (stem,), 1)


_SHARE = re.compile(r"(\d{1,12})\s?/\s?(\d{1,12})")
_PLAIN = re.compile(r"[-+]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})(?:e[-+]?\d{1,3})?", re.IGNORECASE)


def number(cell: str) -> float | None:
    """A cell as a number: "12 %" is 0.12, "3,9e-19" has a decimal comma, "121/128" is a share; None for a text."""
    text = cell.strip(" `*%|")
    if (share := _SHARE.fullmatch(text)) and int(share[2]) > 0:
        return int(share[1]) / int(share[2])
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return (value / 100.0 if "%" in cell else value) if isfinite(value) else None


_TRIED = re.compile(
    r"(?i)(?:(?:max|base|peak|initial)[ _]?)?(?:lr|learning[ _-]?rate|depth|width|(?:n|num)_layers|batch[ _]?size"
    r"|scheme|init\w*|runs?(?:[ _](?:name|id))?|variant|experiment|exp|trial|config\w*|setting|model|version"
    r"|optimi[sz]er|dropout|weight[ _]decay|wd)$"
)


def _of_table(rows: list[list[str]], path: tuple[str, ...], row: int) -> list[Cell]:
    """A cell for each number, called by its row's first text and its column."""
    if len(rows) < 2 or not rows[0]:
        return []
    head = [cell.strip(" `*#")[:_MOST_NAME] for cell in rows[0]]
    tried = _TRIED.match(head[0]) is not None and len({cells[0] for cells in rows[1:] if cells}) > 1
    found: list[Cell] = []
    for line, cells in enumerate(rows[1:], row + 1):
        if len(cells) != len(head) or not cells:
            continue
        texts = [(column, cell.strip(" `*")) for column, cell in zip(head, cells, strict=True)]
        texts = [(column, text) for column, text in texts if text and number(text) is None]
        name = " ".join(text if not at else f"{column}={text}" for at, (column, text) in enumerate(texts))[:80]
        first = cells[0].strip(" `*")[:_MOST_NAME]
        for at_column, (column, cell) in enumerate(zip(head, cells, strict=True)):
            value = number(cell)
            if value is not None and (at_column or name):
                called = (*path, head[0], name or f"{head[0]} {first}", column)
                found.append(Cell(called, value, line, len(path) + 1, tried))
        if len(found) > _MOST_CELLS:
            break
    return found


_OTHERS = re.compile(
    r"(?i)\be\.g\.|\bfor (?:example|instance)\b|\bz\. ?B\.|\bpar exemple\b|\bpor ej(?:emplo|\.)|\bpor "
    r"exemplo\b|\bnot (?:the|our) case\b|\bupstream\b"
    r"|\b(?:before|previously|formerly)[,:]|\bbefore (?:the |this )?(?:fix|patch|change|refactor)"
    r"|\b(?:previous|earlier|old|last week's) (?:run"
    r"|model|net|version)\b"
    r"|\bsymptoms?\b|\bin the paper\b|\bby design\b|\bon purpose\b|\bas intended\b"
)
"""A line about other runs, about what might be, or what is meant so."""
_TEACHES = re.compile(
    r"(?i)what to (?:look|watch|check)|how to|checklist|glossary|tutorial|troubleshoot|\bfaq\b|background"
    r"|related work|changelog"
    r"|\bfixed\b|known issues of|lessons"
)
_ALL_TEACHES = re.compile(r"(?i)\b(?:changelog|change log|glossary|tutorial|faq|cheat ?sheet)\b")
"""Of a file by its name or first heading: nothing in it is about this run."""
_NOTHING_OF_IT = re.compile(r"(?i)\bnone of (?:these|them|the above|this)\b|\bnothing of the kind\b")
_PAIR = re.compile(
    r"(?<![\w.])['\"]?([A-Za-z_|(][\w.|<>%/() -]{0,30}?)['\"]?\s?[=:]\s?"
    r"(-?[\d.]{1,16}(?:e[-+]?\d{1,3})?\s?%?)(?=[\s,;|)}]|$)"
)


def _of_pairs(line: str, path: tuple[str, ...], row: int) -> list[Cell]:
    """ "input:  {mean: 0.0011, share_below_0.01: 0.991}", "relu_2: dead=0.97 mean=0.01": what stands before them."""
    pairs = [(one.start(), one[1], number(one[2])) for one in _PAIR.finditer(line)]
    name = line[: pairs[0][0]].strip(" :{[(=-") if pairs else ""
    if len(pairs) < 2 or not 0 < len(name) <= _LONGEST_NAME:
        return []
    return [Cell((*path, name, key.strip()), value, row) for _, key, value in pairs if value is not None]


_LONGEST_NAME = 40
_WIDE = re.compile(r"\s{2,}|\t")


def _of_text(text: str, stem: str) -> Numbers:
    lines = [] if _NOTHING_OF_IT.search(text[:MOST_BYTES]) else text.splitlines()[:_MOST_LINES]
    first = next((line[:_MOST_LINE] for line in lines if line.strip()), "")
    if _ALL_TEACHES.search(re.sub(r"[_-]", " ", stem)) or (first.startswith("#") and _ALL_TEACHES.search(first)):
        return Numbers([], [])
    cells: list[Cell] = []
    prose: list[Line] = []
    above: list[str] = []
    title: list[str] = []
    at = 0
    while at < len(lines):
        block, parted_rows = _table_at(lines, at)
        if block:
            if not (title and _TEACHES.search(title[0])):
                cells += _of_table(parted_rows, (stem, *title, *above[-_ABOVE:]), at + 1)
            at += block
            continue
        line = lines[at][:_MOST_LINE].strip()
        if line:
            cells += _of_pairs(line, (stem, *above[-1:]), at + 1)
            title = [line] if line.startswith(("#", "**", "==")) else title
            if not (_OTHERS.search(line) or (title and _TEACHES.search(title[0]))):
                prose.append(Line(line, (*title, *above[-_ABOVE:]), at + 1))
                above.append(line)
        at += 1
    return Numbers(cells, prose)


def _table_at(lines: list[str], at: int) -> tuple[int, list[list[str]]]:
    """How many lines from here are a table that bars or wide gaps divide, and its rows; 0 where there is none."""
    counted = _counted_rows(lines, at)
    if counted:
        said = " ".join(each.strip() for each in lines[max(0, at - 4) : at])[-_MOST_SAID:]
        heads = [f"{said}{f' ({at_column + 1})' if at_column else ''}" for at_column in range(len(counted[0]) - 1)]
        return len(counted), [["row", *heads], *counted]
    for split in (_by_bars, _by_gaps):
        head = split(lines[at])
        if head is None or len(head) < 2 or any(number(cell) is not None for cell in head):
            continue
        rows, used = [head], 1
        follows = split(lines[at + 1]) if at + 1 < len(lines) else None
        if head[-1].startswith("(") and follows is not None and len(follows) == len(head) - 1 > 1:
            head = [f"{head[0]} {head[-1]}", *head[1:-1]]  # a remark behind the heads
            rows = [head]
        for line in lines[at + 1 : at + _MOST_LINES]:
            if line.strip() and set(line.strip()) <= _RULED:
                used += 1
                if used > 2 * len(rows) + 2:  # nothing but rules: no table
                    break
                continue
            cells = split(line)
            if cells is None or len(cells) != len(head) or all(number(cell) is None for cell in cells):
                break
            rows.append(cells)
            used += 1
        if len(rows) > 2 or (len(rows) > 1 and split is _by_bars):
            return used, rows
    return 0, []


_MOST_SAID = 200
_RULED = frozenset("|-+=: ")


def _counted_rows(lines: list[str], at: int) -> list[list[str]]:
    """Lines of nothing but numbers, of which the first counts up in steps of one size, as a loop prints them.

    A block ends where the steps change: no line is looked at again for each line above it.
    """
    rows: list[list[str]] = []
    step = 0
    for line in lines[at : at + _MOST_LINES]:
        parts = line.split()
        if not 2 <= len(parts) <= 4 or not parts[0].isdecimal() or (rows and len(parts) != len(rows[0])):
            break
        if len(parts[0]) > _MOST_DIGITS or any(number(part) is None for part in parts):
            break
        if rows:
            this = int(parts[0]) - int(rows[-1][0])
            step = step or this
            if this != step or step <= 0:
                break
        rows.append(parts)
    return rows if len(rows) > 2 else []


_MOST_DIGITS = 12


def _by_bars(line: str) -> list[str] | None:
    line = line.strip()
    return [cell.strip() for cell in line.strip("|").split("|")] if line.count("|") >= 1 else None


def _by_gaps(line: str) -> list[str] | None:
    parts = _WIDE.split(line.strip(" #"))
    return parts if len(parts) > 1 else None


_WORD = re.compile(r"[^\W\d_]+")


def words_of(*texts: str) -> set[str]:
    """The words of some texts in small letters, in English where another language's are known."""
    return {word for text in texts for word in _words(text)}


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> tuple[str, ...]:
    return tuple(english(word) for word in _WORD.findall(parted(text[:200]).lower()))
