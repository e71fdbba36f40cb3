"""Words in columns: display width, wrapping, bars, sparklines and tables. Widths count terminal columns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from mladvisor.render.cells import Cell, Row, Style
from mladvisor.render.safe import clean


def width(text: str) -> int:
    """Columns that `text` takes in a terminal: 2 for wide East Asian characters and emoji, 0 for combining marks."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for character in text:
        if category(character) in ("Mn", "Me", "Cf"):
            continue
        total += 2 if east_asian_width(character) in "WF" else 1
    return total


def fit(text: str, columns: int, *, right: bool = False) -> str:
    """`text` in exactly `columns` columns: padded, or cut with an ellipsis."""
    text = clean(text)
    text = shorten(text, columns)
    gap = " " * (columns - width(text))
    return gap + text if right else text + gap


def shorten(text: str, columns: int) -> str:
    """`text`, cut with an ellipsis if it takes more than `columns` columns."""
    if columns <= 0:
        return ""
    if width(text) <= columns:
        return text
    kept, used = [], 0
    for character in text:
        step = width(character)
        if used + step > columns - 1:
            break
        kept.append(character)
        used += step
    return "".join(kept) + "…"


def shorten_middle(text: str, columns: int) -> str:
    """`text`, with its middle cut out if it takes more than `columns`: both ends of a path tell something."""
    if width(text) <= columns or columns < 5:
        return shorten(text, columns)
    head = (columns - 1) // 3
    tail, used = [], 0
    for character in reversed(text):
        step = width(character)
        if used + step > columns - 1 - head:
            break
        tail.append(character)
        used += step
    return shorten(text, head + 1) + "".join(reversed(tail))


def wrap(text: str, columns: int) -> list[str]:
    """`text` as lines of at most `columns` columns, broken at spaces, inside a word only where it must be."""
    columns = max(1, columns)
    lines: list[str] = []
    line, used = "", 0
    for whole in clean(text).split():
        word, size = whole, width(whole)
        if line and used + 1 + size <= columns:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(line)
        while size > columns:
            cut = _prefix(word, columns)
            lines.append(word[:cut])
            word = word[cut:]
            size = width(word)
        line, used = word, size
    if line:
        lines.append(line)
    return lines


def _prefix(word: str, columns: int) -> int:
    used = 0
    for index, character in enumerate(word):
        used += width(character)
        if used > columns:
            return max(1, index)
    return len(word)


def paragraph(text: str, columns: int, *, lead: Cell | str = "", style: Style = "") -> list[Row]:
    """A wrapped text with a hanging indent as wide as `lead`, which stands before its first line."""
    first = lead if isinstance(lead, Cell) else Cell(lead)
    indent = width(first.text)
    lines = wrap(text, columns - indent) or [""]
    return [
        [first if number == 0 else Cell(" " * indent), Cell(line, style)] if indent else [Cell(line, style)]
        for number, line in enumerate(lines)
    ]


_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(share: float, columns: int) -> str:
    """A horizontal bar for a share of 0 to 1, to an eighth of a column; `columns` wide."""
    share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    eighths = round(share * columns * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(columns)


def gauge(share: float, columns: int, style: Style = "train") -> Row:
    """A thin bar for a share of 0 to 1, to half a column, on its track; `columns` wide.

    Bars of `bar` that stand below each other grow into one block; these stay apart.
    """
    share = min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    full, half = divmod(round(share * columns * 2), 2)
    drawn = "━" * full + "╸" * half
    return [Cell(drawn, style), Cell("─" * (columns - len(drawn)), "track")]


_LEVELS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], columns: int) -> str:
    """The values as one line of `columns` blocks (the mean of each part); `✗` where values are not finite."""
    count = len(values)
    if not count or columns < 1:
        return " " * max(0, columns)
    means: list[float] = []
    for column in range(columns):
        part = values[column * count // columns : max(column * count // columns + 1, (column + 1) * count // columns)]
        # Divided before they are added: the sum of two numbers near the largest is infinite.
        whole = all(math.isfinite(value) for value in part)
        means.append(math.fsum(value / len(part) for value in part) if whole else math.nan)
    finite = [mean for mean in means if math.isfinite(mean)]
    if not finite:
        return "✗" * columns
    low, high = min(finite), max(finite)
    # Halves, so that the difference of two numbers near the largest is one too.
    half = high / 2 - low / 2
    top = len(_LEVELS) - 1
    levels = [round((mean / 2 - low / 2) / half * top) if math.isfinite(mean) and half > 0 else 0 for mean in means]
    return "".join(_LEVELS[level] if math.isfinite(mean) else "✗" for mean, level in zip(means, levels, strict=True))


def _narrowed(sizes: list[int], room: int, flexible: int) -> list[int]:
    """Sizes of columns that fit: the flexible one gives way first, then always the widest."""
    sizes = list(sizes)
    sizes[flexible] = max(min(8, sizes[flexible]), sizes[flexible] + room - sum(sizes))
    while sum(sizes) > room and max(sizes) > 1:
        widest = max(range(len(sizes)), key=sizes.__getitem__)
        next_widest = max((size for size in sizes if size < sizes[widest]), default=0)
        sizes[widest] -= max(
            1, min(sum(sizes) - room, (sizes[widest] - next_widest) // max(1, sizes.count(sizes[widest])))
        )
    return sizes


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell | str]],
    columns: int,
    *,
    right: Sequence[int] = (),
    flexible: int = 0,
    middle: bool = False,
) -> list[Row]:
    """A table `columns` wide at most: a head in dim, two spaces between columns.

    Args:
        right: columns that are aligned to the right.
        flexible: the column that is cut first when there is too little room; then the widest are.
        middle: cut it in its middle, for paths and names, whose ends tell most.
    """
    body = [[part if isinstance(part, Cell) else Cell(part) for part in line] for line in rows]
    body = [[cell._replace(text=clean(cell.text)) for cell in line] for line in body]
    sizes = [max([width(head), *(width(line[index].text) for line in body)]) for index, head in enumerate(heads)]
    spare = columns - sum(sizes) - 2 * (len(sizes) - 1)
    if spare < 0 and sizes:
        sizes = _narrowed(sizes, columns - 2 * (len(sizes) - 1), flexible)
    out = []
    for line in [[Cell(head, "dim") for head in heads], *body]:
        cells: Row = []
        for index, cell in enumerate(line):
            text = cell.text
            if width(text) > sizes[index]:
                text = (
                    shorten_middle(text, sizes[index]) if middle and index == flexible else shorten(text, sizes[index])
                )
            if cells:
                cells.append(Cell("  "))
            cells.append(cell._replace(text=fit(text, sizes[index], right=index in right)))
        out.append(cells)
    return out
