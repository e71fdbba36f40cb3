"""The app in a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_the_app_answers_where_a_browser_is_its_terminal(tmp_path: Path) -> None:
    """As textual-serve starts it: no terminal at either end, frames of the app on stdout after the greeting."""
    pytest.importorskip("textual")
    run = tmp_path / "run"
    run.mkdir()
    lines = "".join(f"{n},{1 / (n + 1):.3f},{1 / (n + 1) + 0.01 * n:.3f}\n" for n in range(30))
    (run / "metrics.csv").write_text("epoch,train_loss,val_loss\n" + lines)
    environ = {
        **os.environ,
        "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
        "COLUMNS": "100",
        "ROWS": "30",
        "XDG_STATE_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "mladvisor", "chat", str(run)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ) as app:
        assert app.stdout is not None
        assert app.stdout.readline() == b"__GANGLION__\n"
        seen = b""
        while b"Do first" not in seen:
            part = app.stdout.read1(65536)
            assert part, f"the app ended before it told what to do: {seen[-300:]!r}"
            seen += part
        app.kill()
