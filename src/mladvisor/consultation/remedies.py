"""Changes that a person thinks of ("what if I add dropout?"), found among the remedies that the rulebook knows."""

from __future__ import annotations

from mladvisor.consultation.interpret.words import lexicon
from mladvisor.rulebook import Rulebook
from mladvisor.rulebook.documents import listed


def remedies_like(words: str, book: Rulebook) -> dict[str, str]:
    """Cause -> its remedy that is the change which `words` (spelled) speak of."""
    wanted = [step for said, step in lexicon().remedies if said.search(words)]
    found: dict[str, str] = {}
    for cause in book.causes.values():
        for fix in cause.doc.fixes:
            for step in listed(fix.do):
                if any(pattern.match(step.lower()) for pattern in wanted):
                    found.setdefault(cause.id, step.partition("[")[0].rstrip(" :"))
    return found
