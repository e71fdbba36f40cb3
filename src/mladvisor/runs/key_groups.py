"""Groups in the names of what is measured: a key for each metric of each group, as trackers and monitoring write them.

{"n/sedan": 15210, "n/van": 36, "val_acc/sedan": 0.91, "val_acc/van": 0.4}
recall20{model="a"} 0.218
cancelled{model="a"} 61
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from mladvisor.runs.report_names import is_part

_MOST_KEYS = 5_000
_LEAST_GROUPS = 2
_LEAST_MEASURES = 2
_GAUGE = re.compile(
    r"([A-Za-z_:][\w:]{0,120})\{([^{}\n]{1,300})\}\s{1,4}(-?\d{1,20}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,3})?)(?:\s\d{1,20})?\s{0,4}$"
)
_LABEL = re.compile(r'(\w{1,60})="([^"]{0,120})"')


def grouped_keys(value: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each group that several measures of a mapping end in; [] where fewer than two groups have all."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for key, each in list(value.items())[:_MOST_KEYS]:
        measure, _, group = str(key).rpartition("/")
        if measure and isinstance(each, int | float) and not isinstance(each, bool):
            found[measure.lower()][group] = each
    of_parts = [measure for measure, groups in found.items() if any(map(is_part, groups))]
    measures = {m: g for m, g in found.items() if len(g) >= _LEAST_GROUPS and m not in of_parts}
    if len(measures) < _LEAST_MEASURES:
        return []
    first = max(measures.values(), key=lambda groups: sum(groups.keys() == each.keys() for each in measures.values()))
    alike = {measure: groups for measure, groups in measures.items() if groups.keys() == first.keys()}
    if len(alike) < _LEAST_MEASURES:
        return []
    return [{"slice": group} | {measure: groups[group] for measure, groups in alike.items()} for group in first]


def labelled_gauges(text: str) -> list[dict[str, Any]]:
    """A row for each value of the one label that all gauges of a text have: Prometheus' format."""
    rows: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    for line in text.split("\n")[:_MOST_KEYS]:
        match = _GAUGE.match(line.strip())
        labels = _LABEL.findall(match[2]) if match is not None else []
        if match is None or len(labels) != 1:
            continue
        name, group = labels[0]
        names.add(name)
        rows.setdefault(group, {name: group})[match[1].lower()] = float(match[3])
    return list(rows.values()) if len(names) == 1 else []
