"""`mladvisor chat`: a consultation in the terminal, as an app or as plain questions and answers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mladvisor.cli.common import complain, narrate, rule_folders


@click.command(
    epilog="""\b
Examples:
  mladvisor chat runs/resnet
  mladvisor chat                       choose among the runs below this folder
  mladvisor chat --plain runs/resnet   numbered questions, for screen readers and pipes
  mladvisor chat --resume case.jsonl
"""
)
@click.argument("run", required=False, type=click.Path())
@click.option("--plain", is_flag=True, help="Questions and answers on stdin and stdout, without the app.")
@click.option("--words", is_flag=True, help="Describe a problem in words, without any run.")
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the journal here; default: the user's cases.",
)
@click.option(
    "--resume", "resumed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take a case up again."
)
@rule_folders
def command(
    *, run: str | None, plain: bool, words: bool, journal: Path | None, resumed: Path | None, rules: tuple[str, ...]
) -> None:
    """Talk a run over: it says what it sees, asks one question at a time, and changes its mind visibly.

    Without RUN the app lets you choose among the runs below the current folder; --words, or --plain without RUN, goes
    by what you say alone.
    """
    if resumed is not None and (run is not None or journal is not None or words):
        raise click.UsageError("--resume takes up a whole case: it goes with no run, --words or --journal")
    if words and run is not None:
        raise click.UsageError("--words is a consultation without a run")
    if plain:
        from mladvisor.cli.plain import converse

        sys.exit(converse(run, rules=rules, journal=journal, resumed=resumed))
    if run is not None and not Path(run).exists():
        raise click.UsageError(f'"{run}" does not exist')
    served = "TEXTUAL_DRIVER" in os.environ  # by `mladvisor serve`: a browser is the terminal
    if not served and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("the app needs a terminal; --plain works without one")
    if not served and os.environ.get("TERM") in ("dumb", "unknown"):  # Emacs' shell, a serial line
        from mladvisor.cli.plain import converse

        narrate("mladvisor: this terminal cannot draw the app, so questions come one by one, as with --plain")
        sys.exit(converse(run, rules=rules, journal=journal, resumed=resumed))
    status = _app(run, words=words, journal=journal, resumed=resumed, rules=rules)
    if status:
        sys.exit(status)


def _app(run: str | None, *, words: bool, journal: Path | None, resumed: Path | None, rules: tuple[str, ...]) -> int:
    try:
        from mladvisor.tui.app import Source
        from mladvisor.tui.app import run as run_app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "textual":
            raise
        return complain('the app needs Textual: pip install "textual>=8.2,<9"; --plain works without it')
    if run is not None and not Path(run).exists():
        from mladvisor.runs.unread import absent

        return complain(f"{run}: {absent(Path(run))}")
    source = Source(run, rules, journal, resumed) if run is not None or words or resumed is not None else None
    written, kept, status = run_app(source, rules=rules)
    for path in written:
        narrate(f"mladvisor: wrote {path}")
    if kept is not None:
        narrate(f"mladvisor: this case can be taken up with: mladvisor chat --resume {kept}")
    return status
