"""Tables as text for a terminal and as Markdown for the docs; a page of the docs whose tables are made by commands."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mladvisor.inference.reliability import wilson

FEW = 10
"""Of fewer a share in percent would say more than is known: the count stands alone."""
PLACES = {
    "out": "OUT",
    "where": "ENVIRONMENTS",
    "markdown": "docs/benchmark-tables.md",
    "failures": "docs/benchmark-failures.md",
}
"""What a recorded command calls the files and folders that each reader has somewhere else."""
OF_NO_MATTER = ("jobs", "runs")
"""Options that change nothing of what a table says."""


class Table(NamedTuple):
    """A heading, what is to be known for reading it, names of columns, and rows of cells.

    Attributes:
        texts: so many columns hold words; the others hold numbers, which stand to the right.
    """

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""
    texts: int = 1

    def text(self) -> str:
        """In columns of equal width; words are left-aligned."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        told = [
            "  ".join(
                cell.ljust(width) if column < self.texts else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *([self.note] if self.note else []), *told, ""])

    def markdown(self) -> str:
        """As Markdown."""
        ruler = ["---" if column < self.texts else "---:" for column in range(len(self.header))]
        rows = [[cell.replace("|", "\\|") for cell in line] for line in self.rows]
        lines = ["| " + " | ".join(line) + " |" for line in (self.header, ruler, *rows)]
        return "\n".join([f"### {self.title}", "", *([self.note, ""] if self.note else []), *lines, ""])


def percent(share: float, trials: int, *, interval: bool = False) -> str:
    """A share in percent, "-" of nothing; with its 95 % Wilson interval on demand."""
    if trials == 0:
        return "-"
    if not interval:
        return f"{100 * share:.0f}"
    low, high = wilson(share * trials, trials)
    return f"{100 * share:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def counts(share: float, trials: int, *, interval: bool = False) -> str:
    """How many of how many, and in percent: "17 of 25 (68 %)"; of a few the count alone, "-" of nothing.

    Args:
        interval: with the share's 95 % Wilson interval.
    """
    if trials == 0:
        return "-"
    told = f"{round(share * trials)} of {trials}"
    if trials < FEW:
        return told
    between = ""
    if interval:
        low, high = wilson(share * trials, trials)
        between = f", {100 * low:.0f}-{100 * high:.0f}"
    digits = 1 if 0 < share < 0.1 else 0
    return f"{told} ({100 * share:.{digits}f} %{between})"


def made_by(parser: argparse.ArgumentParser, given: argparse.Namespace) -> str:
    """How, when and where a table was made: the command as a reader can repeat it, without names of private files."""
    home = Path(__file__).resolve().parents[2]
    script = Path(sys.argv[0]).resolve()
    shown = script.relative_to(home).as_posix() if script.is_relative_to(home) else script.name
    words = ["python", shown, *_repeated(parser, given)]
    return f"Made by `{' '.join(words)}` on {time.strftime('%d %B %Y')}, {machine()}."


def _repeated(parser: argparse.ArgumentParser, given: argparse.Namespace) -> list[str]:
    """The arguments that were given; `out` is the one that no option names."""
    words: list[str] = []
    for name, value in vars(given).items():
        if name in OF_NO_MATTER or value == parser.get_default(name):
            continue
        if name == "out":
            words.append(PLACES[name])
            continue
        option = f"--{name.replace('_', '-')}"
        for each in value if isinstance(value, list) else [value]:
            words += [option] if each is True else [option, PLACES.get(name) or _plain(each)]
    return words


def _plain(value: Any) -> str:
    return Path(value).name if os.sep in str(value) else str(value)


def folded(summary: str, text: str) -> str:
    """Markdown that a reader unfolds."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text.strip()}\n\n</details>\n"


def machine() -> str:
    """The processor's name and how many cores there are."""
    name = platform.processor() or platform.machine()
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        name = found.group(1).strip() if found else name
    except OSError:
        pass
    return f"{os.cpu_count()} cores ({name})"


def replace_section(page: Path, name: str, text: str) -> None:
    """Put a text between the marks `<!-- NAME -->` and `<!-- /NAME -->` of a page; at its end when they are missing."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    whole = page.read_text(encoding="utf-8") if page.exists() else ""
    block = f"{start}\n\n{text.strip()}\n\n{end}"
    if start in whole and end in whole:
        before, after = whole[: whole.index(start)], whole[whole.index(end) + len(end) :]
        whole = before + block + after
    else:
        whole = f"{whole.rstrip()}\n\n{block}\n".lstrip()
    page.write_text(whole, encoding="utf-8")
