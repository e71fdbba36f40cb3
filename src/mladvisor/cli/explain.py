"""`mladvisor explain`: the page of a cause or finding, for the one who reads a diagnosis."""

from __future__ import annotations

import click

from mladvisor.cli.common import Screen, ids_from, look, rule_folders, rulebook

FEW = 4


@click.command(
    epilog="""\b
Examples:
  mladvisor explain overfitting
  mladvisor explain label noise
  mladvisor explain val-loss-turns-up
  mladvisor explain lr.over_default
"""
)
@click.argument("words", metavar="ID", nargs=-1, required=True, shell_complete=ids_from)
@rule_folders
@look
def command(words: tuple[str, ...], rules: tuple[str, ...], out: Screen) -> None:
    """What the cause, finding, question, fact or measurement ID means, how it is recognised, and what to do about it.

    A cause may also be named by its title or a usual name. `mladvisor rules list` and `mladvisor features` name them
    all.
    """
    from mladvisor.errors import UsageError, nearest
    from mladvisor.features.catalogue import catalogue
    from mladvisor.report.rule_pages import fact_page, feature_page, page
    from mladvisor.rulebook.facts import facts

    book = rulebook(rules)
    asked = " ".join(words)
    name = asked.lower()  # ids are small letters
    rows = page(book, name, out.width) or fact_page(book, name, out.width) or feature_page(name, out.width)
    if not rows:
        from mladvisor.consultation.interpret.names import cause_called

        rows = page(book, cause_called(asked, book), out.width)
    if not rows:
        asked_for = [*book.questions, *book.menus, *book.handovers]
        known = [*book.causes, *book.findings, *asked_for, *facts(book), *catalogue()]
        hint = nearest(name, known) or _holding(name, known)
        raise UsageError(f'there is no cause, finding, question, fact or measurement "{asked}"{hint}')
    out.show(rows)


def _holding(word: str, known: list[str]) -> str:
    """A hint at ids that hold a word as one of theirs."""
    found = [name for name in known if word in name.replace(".", "-").replace("_", "-").split("-")]
    more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
    return f"; these hold the word: {', '.join(found[:FEW])}{more}" if found else ""
