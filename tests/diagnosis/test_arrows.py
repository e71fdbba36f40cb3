"""The shipped rulebook's arrows say what they seem to say."""

from __future__ import annotations

from mladvisor.diagnosis.api import rulebook_with
from mladvisor.diagnosis.network import network_of
from mladvisor.inference.arrows import misleading_arrows


def test_no_arrow_says_the_opposite_of_what_it_seems_to_say() -> None:
    """A finding that is present alone never lowers a cause that it has an arrow from, nor raises it when absent."""
    network = network_of(rulebook_with())
    wrong = [(network.findings[row], network.causes[column]) for row, column in misleading_arrows(network)]
    assert wrong == []
