"""What the traffic of a service shows of its inputs: which of those that the dictionary promises are never sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.checks import traffic
from mladvisor.features.dictionary_told import dictionary
from mladvisor.features.label_told import label_by_scores, label_by_settings
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import not_left_out
from mladvisor.features.reported_data import NAMES_ROWS
from mladvisor.runs.report_names import words_of
from mladvisor.runs.request_logs import is_key
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.table_names import own_kind
from mladvisor.runs.word_sets import word_set
from mladvisor.tables.left_out import listed_features

HOW = "keep a log of requests with their inputs (requests.jsonl) beside the feature dictionary"
_NO_INPUTS = word_set("name names email phone address street iban comment remarks")
"""What the dictionary of a whole source describes as well, and no model is given."""
_LEAST = 20
"""Requests, of which one in five may lack a field by design: of twenty some would have it."""
_KNOWN = 0.5
"""Share of the promised inputs that the requests must have, to be requests of this model."""


def _traffic(m: Measures) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """(file, inputs of each request) of what a service was asked; calls by hand are spoilt on purpose."""
    found = []
    for file in m.run.files.get("checks", ()):
        if own_kind(file.rpartition("/")[2]) is not None:
            continue
        asked, by_hand = m.once(traffic, file)
        if not by_hand and len(asked) >= _LEAST:
            found.append((file, [one.given for one in asked]))
    return found


@feature("column.not_asked_with", each="column", unit="fraction", doc="Share of the requests to the model that lack the"
         " input, or send it without a value, of the inputs that its dictionary, or the list of features in its"
         " settings, promises", how=HOW, source="test.missing-inputs")  # fmt: skip
def not_asked_with(m: Measures) -> Items | Measured:
    traffic = m.once(_traffic)
    if not traffic:
        return unknown(HOW, "not-logged")
    schema = m.once(dictionary)
    names = {each.name for each in schema.features if each.required and each.name != schema.label} if schema else set()
    names = names or set(listed_features({key: each.value for key, each in m.run.config.items()}))
    labels = LABELS | m.once(label_by_settings) | m.once(label_by_scores)
    names = {name for name in not_left_out(m, names) if not is_key(name) and name.lower() not in labels}
    names = {name for name in names if (_NO_INPUTS | NAMES_ROWS).isdisjoint(words_of(name)[-1:])}
    found: dict[str, Measured] = {}
    for file, asked in traffic:
        sent = [{name.lower() for name, value in one.items() if value is not None} for one in asked]
        shares = {name: sum(name.lower() not in each for each in sent) / len(sent) for name in names}
        if not shares or sum(share < 1.0 for share in shares.values()) < max(2, _KNOWN * len(shares)):
            continue
        for name, share in shares.items():
            if name not in found or share > float(found[name].value or 0.0):
                found[name] = Measured(share, where=Where(file, name))
    return found or unknown("no requests with the inputs that a dictionary promises", "not-logged")
