"""A small rulebook with two causes that words alone can tell apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.consultation.session import Consultation
from mladvisor.rulebook import Rulebook, load

RULES = """
cause: leak
title: Leak
family: data
prior: common
source: mine
explain: Water comes in.
fixes: [{do: Close it, cost: minutes}]
---
cause: fire
title: Fire
family: data
prior: common
source: mine
fixes: [{do: Put it out, cost: one run}]
---
finding: wet
title: The floor is wet
ask: Is the floor wet?
explained_by: {leak: usually}
otherwise: 0.05
source: mine
---
finding: smoke
title: There is smoke
ask: Is there smoke?
explained_by: {fire: usually}
otherwise: 0.05
source: mine
---
finding: noise
title: The alarm rings
ask: Does the alarm ring?
explained_by: {fire: often, leak: often}
otherwise: 0.1
source: mine
"""


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The rulebook above, without the shipped rules."""
    folder: Path = tmp_path_factory.mktemp("rules")
    for number, text in enumerate(RULES.split("---\n")):
        name = text.split(":", 2)[1].split("\n")[0].strip()
        (folder / f"{name}.yaml").write_text(text)
        assert number < 10
    return load([folder], shipped=False)


@pytest.fixture
def session(book: Rulebook) -> Consultation:
    """A consultation without a run."""
    return Consultation(None, book)
