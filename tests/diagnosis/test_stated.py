"""What a person states outright, and what the log says against it."""

from __future__ import annotations

from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.engine import LARGEST
from mladvisor.diagnosis.state import Believed, believe
from mladvisor.features.measured import Measured


def believed(**shuffle: Measured) -> Believed:
    """What is believed of a run whose reader knows of shuffling what is given, when a person says that it is off."""
    lookup = {"run.kind": Measured("supervised"), **{f"config.{name}": value for name, value in shuffle.items()}}
    return believe(lookup, rulebook_with(), {"not-shuffled": "yes"}, largest=LARGEST, healthy=None)


def probability(state: Believed, cause: str) -> float:
    """The probability of one cause."""
    return float(state.belief.probability[state.network.causes.index(cause)])


def test_a_stated_fault_counts_less_where_the_log_says_otherwise() -> None:
    """ "I don't shuffle" is taken at face value, unless the configuration switches shuffling on; it still counts."""
    alone, agreed, disputed = believed(), believed(shuffle=Measured(False)), believed(shuffle=Measured(True))
    assert disputed.judged["not-shuffled"].disputed and disputed.judged["not-shuffled"].present
    assert not agreed.judged["not-shuffled"].disputed
    assert probability(disputed, "poor-shuffling") < 0.5 * probability(alone, "poor-shuffling")
    unsaid = believe(
        {"run.kind": Measured("supervised"), "config.shuffle": Measured(True)},
        rulebook_with(),
        {},
        largest=LARGEST,
        healthy=None,
    )
    assert probability(disputed, "poor-shuffling") > probability(unsaid, "poor-shuffling")
