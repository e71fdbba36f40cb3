"""Settings that stand in notes: the hyperparameters of a model card, of a `README.md` or of other Markdown.

A table of two columns, a list of `- learning_rate: 0.001`, or a block of code that holds nothing but settings. They are
what somebody wrote about the run and not what it was started with: taken only where nothing else tells its settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import log_names, script_names, table_names
from mladvisor.runs.config import add_settings
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.model import Run
from mladvisor.runs.plain_settings import plain_settings, value_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.settings_names import LEAST_SURE, OF_OTHERS, SURE_SETTINGS, sure_among
from mladvisor.runs.word_sets import word_set

_MAX_BYTES = 1 << 17
_NOT_OF_THIS_RUN = OF_OTHERS | word_set(
    "example examples usage default defaults recommended suggested expected planned intended target todo next plan "
    "requirements comparison paper published original reproduce quickstart"
)
"""Words of a heading above settings that may be those of another run, or of one that is still to come."""
_ITEM = re.compile(r"\s{0,8}[-*+]\s+(?:\*\*|__)?`?([^:=`*|]{1,60}?)`?(?:\*\*|__)?\s*[:=](?:\*\*|__)?\s+(\S.*)$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_ABOUT_LAYERS = word_set("layer layers hidden units unit width widths depth neurons sizes dims")


def add_noted_settings(run: Run, files: list[Candidate]) -> None:
    """Settings that notes beside a log tell, where no configuration, no output and no script does."""
    if _sure(run.config) >= LEAST_SURE or run.script is not None or run.builder is not None:
        return
    if any(script_names.may_be_script(file.name) for file in files):
        return
    told = [(file, said) for file in files if log_names.is_card(file.name) and (said := file.once(noted_settings))]
    if len({repr(sorted(said.items(), key=str)) for _, said in told}) != 1:
        return
    file, said = told[0]
    if table_names.table_kind(file.rel) == "design" and {"model", "model_text"} & set(run.files):
        # what a card says of the layers is then the intention, and the description what became of it
        said = {key: value for key, value in said.items() if _ABOUT_LAYERS.isdisjoint(key.split("_"))}
    add_settings(run.config, said, file.rel)
    run.assumed.append(f"the settings are those that {file.rel} notes, as nothing else tells them")


def noted_settings(file: Candidate) -> dict[str, Any]:
    """What a Markdown file notes as the settings of a training; {} where it notes none, or two different ones."""
    try:
        text = decode(file.read_start(_MAX_BYTES))
    except ReadError:
        return {}
    found: dict[str, Any] = {}
    for heading, said in noted_in(text):
        words = set(re.findall(r"[a-z]+", heading.lower()))
        if _sure(said) < LEAST_SURE or words & _NOT_OF_THIS_RUN:
            continue
        if any(found.get(key, value) != value for key, value in said.items()):
            return {}
        found |= said
    return found


def noted_in(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Headings of a Markdown text, each with the names and values noted below it in a table, a list or a block."""
    yield from _tables(text)
    yield from _written(text)


def _sure(said: Iterable[str]) -> int:
    """How many of the keys are settings wherever they stand."""
    return len(sure_among(key.rpartition(".")[2] for key in said))


def _key(written: str) -> str:
    """ "Learning rate" and "`learning-rate`" as "learning_rate"."""
    return re.sub(r"[\s\-/]+", "_", written.strip(" `*_")).lower()


def _tables(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tables of a name and a value in each row; what stands in a third column is a remark."""
    for table in bar_tables(text):
        if len(table.head) in (2, 3) and all(len(row) >= 2 for row in table.rows):
            rows = [table.head, *table.rows] if _key(table.head[0]) in SURE_SETTINGS else table.rows
            yield table.heading, {_key(row[0]): value_of(row[1]) for row in rows if row[0] and row[1]}


def _written(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The list items below each heading, and blocks of code that are all settings."""
    heading, items = "", dict[str, Any]()
    code: list[str] | None = None
    for line in [*text.split("\n"), "#"]:
        if _FENCE.match(line):
            if code is not None:
                yield heading, _flat(plain_settings("\n".join(code)) or {})
            code = [] if code is None else None
        elif code is not None:
            code.append(line)
        elif line.startswith("#"):
            yield heading, items
            heading, items = line.strip("# "), {}
        elif item := _ITEM.match(line):
            items[_key(item[1])] = value_of(item[2])


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    """Blocks of a text opened."""
    found: dict[str, Any] = {}
    for key, value in said.items():
        found |= {f"{key}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {key: value}
    return found
