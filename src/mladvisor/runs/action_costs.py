"""Costs of errors as a campaign tells them: what an action costs, and what it is worth where it was needed.

{"offer_cost_eur": 20, "saved_value_eur": 45}
"""

from __future__ import annotations

from collections.abc import Mapping

from mladvisor.runs.split_names import words_of
from mladvisor.runs.word_sets import word_set

_ACTIONS = word_set(
    "offer contact call mail mailing letter coupon voucher incentive treatment inspection intervention review visit "
    "action campaign check test audit investigation retention"
)
_SAVED = word_set("saved save retained retain recovered prevented avoided hit success benefit gain caught clv ltv true")
_WORTH = word_set("value worth benefit revenue profit gain margin amount eur euro usd gbp clv ltv")


def by_action(flat: Mapping[str, object]) -> dict[str, float]:
    """Costs of errors by what is done about a yes: it costs something, and is worth more where it was needed.

    Without need the cost of the action is lost; a miss loses what the action would have been worth, less its cost.
    """
    told: dict[str, list[float]] = {"cost": [], "worth": []}
    for key, value in flat.items():
        words = set(words_of(key.rpartition(".")[2]))
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0 or "total" in words:
            continue
        if not words.isdisjoint(_ACTIONS) and not words.isdisjoint(("cost", "costs", "price")):
            told["cost"].append(float(value))
        elif not words.isdisjoint(_SAVED) and not words.isdisjoint(_WORTH):
            told["worth"].append(float(value))
    if [len(values) for values in told.values()] != [1, 1]:
        return {}
    cost, worth = told["cost"][0], told["worth"][0]
    return {"alarm": cost, "miss": worth - cost} if worth > cost else {}
