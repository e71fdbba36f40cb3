"""`mladvisor serve`: the app in a browser, through textual-serve (the extra `serve`)."""

from __future__ import annotations

import os
import shlex
import sys

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
        from textual_serve.server import Server
    except ModuleNotFoundError:
        sys.exit(complain('serving needs an extra: pip install "mladvisor[serve]"'))
    words = [sys.executable, "-m", "mladvisor", "chat", *([run] if run else [])]
    for folder in rules:
        words += ["--rules", os.fspath(folder)]
    Server(shlex.join(words), host=host, port=port, title="mladvisor").serve()
