"""Coefficients of a linear model as a program prints them: a heading, and a line for each input.

coefficients (standardised)
age        0.418
dti       -0.184
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import is_loss, is_metric, is_order, words_of
from mladvisor.runs.word_sets import word_set

_HEADING = word_set("coefficient coefficients coef coefs")
_OF_OTHERS = word_set(
    "correlation correlations pearson spearman kendall dice sorensen jaccard gini variation determination silhouette "
    "clustering similarity overlap attention loss entropy"
)
"""Coefficients that no model has of its inputs."""
_LEAST = 3
_LONGEST = 200
_LINE = re.compile(
    r"\s{0,12}([A-Za-z_][\w.=/-]{0,60})\s{0,3}[:=]?\s{1,40}"
    r"([-+]?\d{1,12}(?:\.\d{1,18})?(?:e[-+]?\d{1,3})?)\s*$",
    re.IGNORECASE,
)


def coefficients_in(lines: Sequence[str]) -> Iterator[Said]:
    """("weight", input, coefficient) of each list; a few lines below a heading alone are none."""
    start = 0
    while start < len(lines):
        heading = lines[start][:_LONGEST]
        start += 1
        words = words_of(heading)
        if _HEADING.isdisjoint(words) or not _OF_OTHERS.isdisjoint(words) or _LINE.match(heading):
            continue
        found: list[Said] = []
        while start < len(lines):
            match = _LINE.match(lines[start][:_LONGEST])
            if match is None and (found or lines[start].strip()):
                break
            start += 1
            if match is not None and not (is_metric(match[1]) or is_loss(match[1]) or is_order(match[1])):
                found.append(Said("weight", match[1], None, float(match[2])))
        if len(found) >= _LEAST:
            yield from found
