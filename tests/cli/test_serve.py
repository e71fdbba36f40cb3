"""The app in a browser."""

from __future__ import annotations

import re
from pathlib import Path

from mladvisor.cli.serve import page_without_network


def test_the_page_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Fonts and scripts of other hosts are left out; what the server itself gives stays."""
    given, made = tmp_path / "given", tmp_path / "made"
    given.mkdir()
    made.mkdir()
    (given / "app_index.html").write_text(
        '<link rel="stylesheet" href="{{ config.static.url }}css/xterm.css" />\n'
        '<link\n  rel="stylesheet"\n  href="https://fonts.example/css?family=Mono"\n/>\n'
        '<script src="//cdn.example/x.js"></script><script src="{{ config.static.url }}js/textual.js"></script>\n'
        '<a href="https://example.com">read</a>'
    )
    page_without_network(given, made)
    text = (made / "app_index.html").read_text()
    assert "fonts.example" not in text and "cdn.example" not in text
    assert text.count("config.static.url") == 2
    assert re.search(r'<a href="https://example.com">', text)
