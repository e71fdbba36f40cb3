"""Inputs that are called after what follows an outcome: a refund, a work order, a follow-up visit."""

from __future__ import annotations

from itertools import pairwise

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.data_tables import tables
from mladvisor.features.measured import Items, Measured, Where, unknown
from mladvisor.features.report_said import said_of
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set
from mladvisor.tables.collection import Tables
from mladvisor.tables.left_out import listed_features

HOW = "list the columns that the model gets as `features:` in the configuration beside the log"
_LATE = word_set(
    "refund refunded refunds chargeback chargebacks cancellation cancelled canceled followup"
    " verdict biopsy autopsy aftercare writeoff chargeoff reimbursement repaired dunning foreclosure"
)
_PAIRS = frozenset(
    (
        *("follow up", "work order", "write off", "charge off", "exit interview", "exit survey", "case opened"),
        *("case closed", "retention case", "repair code", "repair ticket", "repair order", "repair cost"),
        *("maintenance order", "closing fee", "resolution code", "discharge date", "settlement amount"),
        *("collection code", "collections code", "claim paid", "fraud case", "service ticket", "refund amount"),
        *("collection fee", "collections fee", "recovery fee", "treatment code", "treatment given"),
    )
)
"""Two words in a row."""
_EARLIER = word_set(
    "last previous prior past history historical lag lagged old former since ever before avg mean count"
)
"""Of earlier cases: "last_refund", "prior_cancellations" are known in time."""
_TERMS = word_set("policy rate terms limit")
"""Of the contract and not of a case: "refund_policy"."""


@feature("column.named_late", each="column", type="flag", doc="An input is called after what follows an outcome (a"
         " refund, a follow-up visit, a work order), and not after an earlier one", how=HOW,
         source="test.label-as-feature")  # fmt: skip
def named_late(m: Measures) -> Items | Measured:
    listed = listed_features({key: setting.value for key, setting in m.run.config.items()})
    found: Tables = m.once(tables)
    label = found.label_column if found else None
    columns = set(found.columns) - found.left_out if found and not listed else set(listed)
    columns -= {label} if label else set()
    where = Where(found.file("train") or "") if found and not listed else None
    weighed = said_of(m, "importance", "weight") if not columns else []
    if isinstance(weighed, list) and weighed:  # what a report gives a weight is an input
        columns, where = {said.name for said, _ in weighed}, Where(weighed[0][1])
    if not columns:
        return unknown(HOW, "no-config")
    return {name: Measured(is_late(name), where=where) for name in sorted(columns)}


def is_late(name: str) -> bool:
    """Called after what follows an outcome: "follow_up_visits", "work_order_type"."""
    words = words_of(name)
    if not _EARLIER.isdisjoint(words) or not _TERMS.isdisjoint(words[-1:]):
        return False
    return not _LATE.isdisjoint(words) or any(f"{a} {b}" in _PAIRS for a, b in pairwise(words))
