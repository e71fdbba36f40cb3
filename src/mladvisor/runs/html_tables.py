"""Tables of a page, as `DataFrame.to_html` and reports of data write them."""

from __future__ import annotations

from html.parser import HTMLParser

from mladvisor.runs.markdown import BarTable

_CELLS = ("td", "th")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "caption")


class _Tables(HTMLParser):
    """Collects the tables; one inside the cell of another is read as a table of its own, and the outer one ends."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[BarTable] = []
        self._heading = ""
        self._rows: list[list[str]] = []
        self._text: list[str] | None = None
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._close()
        elif tag == "tr":
            self._rows.append([])
        elif tag in _CELLS or tag in _HEADINGS:
            self._text, self._within = [], tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within and self._text is not None:
            said = " ".join("".join(self._text).split())
            if tag in _HEADINGS:
                self._heading = said
            elif self._rows:
                self._rows[-1].append(said)
            self._text = None
        elif tag == "table":
            self._close()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _close(self) -> None:
        rows = [row for row in self._rows if row]
        if len(rows) > 1:
            self.found.append(BarTable(self._heading, rows[0], rows[1:]))
        self._rows = []


def page_tables(text: str) -> list[BarTable]:
    """The tables of a page, in order, each with the heading above it; the cells as text."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return reader.found
