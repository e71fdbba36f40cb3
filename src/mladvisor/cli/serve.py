"""`mladvisor serve`: the app in a browser, through textual-serve (the extra `serve`)."""

from __future__ import annotations

import os
import re
import shlex
import sys
import tempfile
from pathlib import Path

import click

from mladvisor.cli.common import complain, rule_folders


@click.command(
    epilog="""\b
Examples:
  mladvisor serve runs/resnet
  mladvisor serve --port 8001
"""
)
@click.argument("run", required=False, type=click.Path(exists=True))
@click.option("--host", default="localhost", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@rule_folders
def command(*, run: str | None, host: str, port: int, rules: tuple[str, ...]) -> None:
    """Show `mladvisor chat` in a browser, for whoever can reach HOST.

    Every visitor gets a process of their own with your rights to read files: keep HOST local unless you trust them.
    """
    try:
        import textual_serve
        from textual_serve.server import Server
    except ModuleNotFoundError:
        sys.exit(complain('serving needs an extra: pip install "mladvisor[serve]"'))
    words = [sys.executable, "-m", "mladvisor", "chat", *([run] if run else [])]
    for folder in rules:
        words += ["--rules", os.fspath(folder)]
    with tempfile.TemporaryDirectory() as folder:
        page_without_network(Path(textual_serve.__file__).parent / "templates", Path(folder))
        Server(shlex.join(words), host=host, port=port, title="mladvisor", templates_path=folder).serve()


def page_without_network(templates: Path, into: Path) -> None:
    """The page of textual-serve without what it would load from elsewhere (a font): this tool needs no network."""
    for template in templates.glob("*.html"):
        text = _ELSEWHERE.sub("", template.read_text(encoding="utf-8"))
        (into / template.name).write_text(text, encoding="utf-8")


_ELSEWHERE = re.compile(
    r"""<link\b[^>]*\bhref\s*=\s*["'](?:https?:)?//[^>]*>|"""
    r"""<script\b[^>]*\bsrc\s*=\s*["'](?:https?:)?//[^>]*>\s*</script>"""
)
