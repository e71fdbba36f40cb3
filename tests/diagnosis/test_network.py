"""The network of a rulebook, and the tables of it that one start keeps for the next."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from mladvisor import kept
from mladvisor.diagnosis.network import network_of
from mladvisor.inference import Network, terms
from mladvisor.rulebook import load

SIZES = (2, 3)


@pytest.fixture(autouse=True)
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A cache folder of the test's own; the sizes for which terms are worked out."""
    monkeypatch.setenv("MLADVISOR_CACHE", str(tmp_path / "cache"))
    sizes: list[int] = []
    enumerate_terms = terms._enumerate

    def counted(network: Network, largest: int) -> terms.Terms:
        sizes.append(largest)
        return enumerate_terms(network, largest)

    monkeypatch.setattr(terms, "_enumerate", counted)
    return sizes


def test_the_second_start_works_out_no_terms(found: list[int]) -> None:
    """Terms that were kept are those that would be worked out, array by array, and of the same type."""
    first = network_of(load())
    assert sorted(found) == [2, 3]
    found.clear()
    second = network_of(load())
    for size in SIZES:
        for one, other in zip(terms.terms_of(first, size), terms.terms_of(second, size), strict=True):
            if isinstance(one, np.ndarray):
                assert one.dtype == other.dtype and np.array_equal(one, other)
        assert terms.terms_of(first, size).ends == terms.terms_of(second, size).ends
    assert found == []


def test_terms_of_other_numbers_are_not_used(found: list[int], tmp_path: Path) -> None:
    """An arrow that changed since the terms were kept costs working them out again."""
    network_of(load())
    (file,) = (tmp_path / "cache").glob("terms-*")
    version, (code, numbers, tables) = msgspec.msgpack.decode(file.read_bytes())
    numbers[0] = bytes(8) + numbers[0][8:] if numbers[0][:8] != bytes(8) else b"\x01" * 8 + numbers[0][8:]
    file.write_bytes(msgspec.msgpack.encode((version, (code, numbers, tables))))
    found.clear()
    network_of(load())
    assert sorted(found) == [2, 3]


def test_rules_of_a_user_leave_the_tables_alone(found: list[int], tmp_path: Path) -> None:
    """Only the shipped network is kept: fits and overlays make hundreds of others."""
    own = tmp_path / "own.yaml"
    own.write_text("{cause: own, title: Own, family: data, prior: rare, source: +test}")
    network_of(load([own]))
    assert found == [] and kept.recall("terms", object) is None
