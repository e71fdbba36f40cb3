"""`mladvisor explain`: the page of a cause or finding, for the one who reads a diagnosis."""

from __future__ import annotations

import click

from mladvisor.cli.common import Screen, look, rule_folders, rulebook


@click.command(
    epilog="""\b
Examples:
  mladvisor explain overfitting
  mladvisor explain val-loss-turns-up
"""
)
@click.argument("name", metavar="ID")
@rule_folders
@look
def command(name: str, rules: tuple[str, ...], out: Screen) -> None:
    """What the cause, finding, question or fact ID means, how it is recognised, and what to do about it.

    `mladvisor rules list` names them all.
    """
    from mladvisor.errors import UsageError, nearest
    from mladvisor.report.rule_pages import fact_page, page
    from mladvisor.rulebook.facts import facts

    book = rulebook(rules)
    rows = page(book, name, out.width) or fact_page(book, name, out.width)
    if not rows:
        known = [*book.causes, *book.findings, *book.questions, *facts(book)]
        raise UsageError(f'there is no cause, finding, question or fact "{name}"{nearest(name, known)}')
    out.show(rows)
