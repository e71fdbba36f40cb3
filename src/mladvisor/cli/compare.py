"""`mladvisor compare`: did the fix work."""

from __future__ import annotations

import sys

import click

from mladvisor.cli.common import Screen, complain, emit, look, rule_folders


@click.command(
    epilog="""\b
Examples:
  mladvisor compare runs/first runs/second
  mladvisor compare runs/first runs/second --format json
\b
Exit status: 0 what was wrong is gone, or nothing was; 1 it is still there, something else is named now, the best
validation got worse by more than noise, or it stays open (what showed it was not measured again, or the runs are of
different tasks); 2 a run cannot be read.
"""
)
@click.argument("before", type=click.Path())
@click.argument("after", type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--full", is_flag=True, help="Every setting and finding, instead of the first of each kind.")
@rule_folders
@look
def command(*, before: str, after: str, form: str, full: bool, rules: tuple[str, ...], out: Screen) -> None:
    """Did the fix work: what was wrong with the run BEFORE beside the same of the run AFTER.

    Told are the settings that were changed, the best loss and metric, the causes with their probabilities, and the
    findings that were cleared, appeared or stayed.
    """
    from mladvisor.diagnosis.api import diagnose_safely, rulebook_with
    from mladvisor.diagnosis.comparison import compare

    book = rulebook_with(rules)
    judged = [diagnose_safely(path, book) for path in (before, after)]
    errors = [diagnosis.error for diagnosis, _ in judged if diagnosis.error is not None]
    for error in errors:
        complain(error)
    if errors:
        sys.exit(2)
    (first, old), (second, new) = judged
    made = compare(first, second, (old, new), book)
    if form == "json":
        import msgspec

        emit(msgspec.json.format(msgspec.json.encode(made), indent=1).decode() + "\n")
    else:
        from mladvisor.report.comparison import page

        out.show(page(made, out.width, full=full))
    if made.outcome in ("worse", "remains", "other", "new", "unsure"):
        sys.exit(1)
