"""What the settings call the target, and what that says of the size of its numbers."""

from __future__ import annotations

import re

from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.config_keys import words
from mladvisor.features.config_lookup import text
from mladvisor.features.config_names import listed
from mladvisor.features.measured import Measured, on_line, unknown
from mladvisor.runs.word_sets import word_set

_NAMED = frozenset(
    listed(
        "target target_column target_col target_name target_variable label label_column label_col label_name y_column"
        " y_col y_name response response_column dependent_variable outcome outcome_column output_column target_feature"
    )
)
_MONEY = word_set(
    "amount amounts price prices cost costs charge charges fee fees premium premiums salary salaries wage wages income"
    " incomes revenue revenues sales turnover earnings spend spending payout payouts payment payments rent rents fare"
    " invoice debt debts eur euro euros usd gbp dollar dollars cent cents"
)
_OTHERWISE = word_set(
    "log log1p ln log10 logged scaled norm normalized normalised standardized standardised std z zscore rate ratio"
    " share pct percent percentage growth return returns change delta diff index k m mn mio million millions thousand"
    " thousands class bucket band bin bins flag is has high low category tier level score rank direction up binary"
)
"""Beside a word for money: a number that was brought to another size, or is a class."""
_HOW = "write `target:` with the name of the label into the configuration file beside the log"


@feature(
    "config.target_in_money",
    type="flag",
    doc="The settings call the target by a word for money, which counts in hundreds where nobody scales it",
    how=_HOW,
    source="+scaling",
)
def target_in_money(m: Measures) -> Measured:
    for key, setting in m.run.config.items():
        said = text(setting.value) if words(key.rpartition(".")[2]) in _NAMED else None
        parts = set(re.findall(r"[a-z]+[0-9]*", (said or "").lower()))
        if not parts or len(parts) > _MOST:
            continue
        money = bool(parts & _MONEY) and not parts & _OTHERWISE
        return Measured(money, note=f"{key} is {said}", where=on_line(setting.place, key))
    return unknown(_HOW, "no-config")


_MOST = 6
"""Words of a name; more are a sentence."""
