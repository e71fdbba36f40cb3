"""The limit of iterations that a solver says it has reached: "Maximum iterations (5) reached"."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured
from mladvisor.features.printed import texts

_LIMIT = re.compile(
    r"(?i)max(?:imum)?(?:[ _](?:number[ _]of[ _])?iter(?:ation)?s?)?[ ]{0,2}[(=:]{1,2}[ ]{0,2}(?:max_iter[ ]?=[ ]?)?"
    r"(\d{1,9})\)?[ ]{0,2}(?:was[ ]|has[ ]been[ ])?reached"
    r"|terminated[ ]early[ ]\(max_iter[ ]?=[ ]?(\d{1,9})\)"
)


@feature(
    "printed.iterations_limit",
    unit="steps",
    doc="The smallest limit of iterations of which a library says that it came before the fit had converged",
    how="keep the warnings of the training beside the log (`python train.py > train.log 2>&1`)",
    source="hyper.epochs",
)
def iterations_limit(m: Measures) -> Measured | None:
    found: list[tuple[int, Measured]] = []
    for text in m.once(texts):
        for at, line in text.lines(b"reached", b"terminated early"):
            if match := _LIMIT.search(line[:500]):
                limit = int(match[1] or match[2])
                found.append((limit, Measured(float(limit), where=text.where(at))))
    return min(found, key=lambda one: one[0])[1] if found else None
