"""`load`: folders of YAML to a `Rulebook`, the shipped rules first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mladvisor.errors import RuleError
from mladvisor.rulebook import cache
from mladvisor.rulebook.book import Rulebook
from mladvisor.rulebook.layers import Merged, merge_layers
from mladvisor.rulebook.link import link
from mladvisor.rulebook.places import Errors, RuleErrors, TooManyError
from mladvisor.rulebook.reading import Document, read_layer, shipped_folder


def load(
    folders: Iterable[str | Path] = (), *, shipped: bool = True, texts: bool = False, allow_unknown: bool = False
) -> Rulebook:
    """The rulebook of the shipped rules and of folders (or single files) on top of them, in this order.

    Args:
        shipped: start from the rules that come with the program.
        texts: check the templates too; otherwise one that is wrong is shown as it is written.
        allow_unknown: take names that the catalogue lacks as features that nothing measures yet.

    Raises:
        RuleErrors: all that is wrong, in order of place.
        UsageError: a folder that is not there.
    """
    book, errors = load_leniently(folders, shipped=shipped, texts=texts, allow_unknown=allow_unknown)
    if errors:
        raise RuleErrors(errors)
    return book


def load_leniently(
    folders: Iterable[str | Path] = (), *, shipped: bool = True, texts: bool = True, allow_unknown: bool = False
) -> tuple[Rulebook, list[RuleError]]:
    """The rulebook as far as it is sound, and all errors; for `rules check`."""
    errors = Errors()
    roots = [Path(folder) for folder in folders]
    try:
        own = [read_layer(root, number, errors) for number, root in enumerate(roots, start=1)]
        if not shipped:
            return _linked(own, errors, allow_unknown=allow_unknown, texts=texts)[0], errors
        sources = cache.made_of(shipped_folder())
        known = cache.recalled(sources)
        first = read_layer(shipped_folder(), 0, errors) if known is None else known
        book, entries = _linked([first, *own], errors, allow_unknown=allow_unknown, texts=texts)
        book.shipped = not own and not errors
        book.words_from = shipped_folder()
        if known is None and book.shipped:
            cache.remember(sources, entries)
        return book, errors
    except TooManyError:
        return link(Merged(), [], allow_unknown=allow_unknown, texts=False), errors


def _linked(
    layers: list[list[Document]], errors: Errors, *, allow_unknown: bool, texts: bool
) -> tuple[Rulebook, Merged]:
    entries = merge_layers(layers, errors)
    errors.roots = len(errors)
    return link(entries, errors, allow_unknown=allow_unknown, texts=texts), entries
