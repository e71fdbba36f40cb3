"""Tables as text for a terminal and as Markdown for the docs; a page of the docs whose tables are made by commands."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mladvisor.inference.reliability import wilson


class Table(NamedTuple):
    """A heading, what is to be known for reading it, names of columns, and rows of cells."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def text(self) -> str:
        """In columns of equal width; the first is left-aligned."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        told = [
            "  ".join(
                cell.ljust(width) if column == 0 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.title, *([self.note] if self.note else []), *told, ""])

    def markdown(self) -> str:
        """As Markdown."""
        ruler = ["---"] + ["---:"] * (len(self.header) - 1)
        lines = ["| " + " | ".join(line) + " |" for line in (self.header, ruler, *self.rows)]
        return "\n".join([f"### {self.title}", "", *([self.note, ""] if self.note else []), *lines, ""])


def percent(share: float, trials: int, *, interval: bool = False) -> str:
    """A share in percent, "-" of nothing; with its 95 % Wilson interval on demand."""
    if trials == 0:
        return "-"
    if not interval:
        return f"{100 * share:.0f}"
    low, high = wilson(share * trials, trials)
    return f"{100 * share:.0f} ({100 * low:.0f}-{100 * high:.0f})"


def made_by() -> str:
    """How, when and where a table was made."""
    home = Path(__file__).resolve().parents[2]
    script = Path(sys.argv[0]).resolve()
    shown = script.relative_to(home).as_posix() if script.is_relative_to(home) else script.name
    command = " ".join(["python", shown, *map(_plain, sys.argv[1:])])
    return f"Made by `{command}` on {time.strftime('%d %B %Y')}, {machine()}."


def _plain(argument: str) -> str:
    return Path(argument).name if os.sep in argument else argument


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
