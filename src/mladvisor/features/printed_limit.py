"""The limit of iterations that a solver says it has reached, "Maximum iterations (5) reached", and what a larger one
brought: "max_iter 150: train 0.999 test 0.970"."""

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


_TRIED = re.compile(r"(?i)\b(?:max(?:imum)?[ _]?iter(?:ation)?s?|n_iter|maxiter)[ ]?[=:]?[ ]{0,4}(\d{1,8})\b")
_TWICE = 2


@feature(
    "printed.iterations_gain",
    unit="fraction",
    doc="By how much the printed score on rows that were not trained on rose from a limit of iterations to the largest"
    " one that was tried, at least twice as many",
    how="print the score for several values of `max_iter`",
    source="hyper.epochs",
)
def iterations_gain(m: Measures) -> Measured | None:
    from mladvisor.runs.printed_scores import scores_printed

    found: dict[str, list[tuple[int, float, Measured]]] = {}
    for text in m.once(texts):
        for at, line in text.lines(b"iter"):
            match = _TRIED.search(line[:500])
            for score in scores_printed([line[match.end() : 500]]) if match else ():
                if match and score.place in ("own", "outside"):
                    one = Measured(0.0, where=text.where(at))
                    found.setdefault(score.name, []).append((int(match[1]), score.value, one))
    for tried in found.values():
        tried.sort(key=lambda one: one[0])
        most, best, said = tried[-1]
        fewer = [one for one in tried if one[0] * _TWICE <= most]
        if fewer:
            note = f"{fewer[-1][1]:.4g} with {fewer[-1][0]}, {best:.4g} with {most} iterations"
            return Measured(best - fewer[-1][1], note=note, where=said.where)
    return None
