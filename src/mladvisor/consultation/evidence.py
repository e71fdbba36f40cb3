"""The measurements that a consultation works with: those of the run, with what a person says in their place.

A value that was given ("the learning rate is 0.5") changes everything that is computed from it, and nothing else: the
dependencies are recorded while the run is measured, so that an answer does not measure a million points again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mladvisor.features.catalogue import Measures
from mladvisor.features.measured import Items, Measured, unknown
from mladvisor.runs.model import Run

Value = Measured | Items
_Node = tuple[str, Any]


class Traced(Measures):
    """The measures of a run that know what was computed from what."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        self._open: list[_Node] = []
        self._used_by: dict[_Node, set[_Node]] = {}

    def __getitem__(self, name: str) -> Value:
        value: Value = self._within(("feature", name), lambda: super(Traced, self).__getitem__(name))
        return value

    def once(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """As in `Measures`."""
        node = ("shared", (function, *arguments))
        return self._within(node, lambda: super(Traced, self).once(function, *arguments))

    def _within(self, node: _Node, compute: Callable[[], Any]) -> Any:
        if self._open:
            self._used_by.setdefault(node, set()).add(self._open[-1])
        self._open.append(node)
        try:
            return compute()
        finally:
            self._open.pop()

    def take(self, values: Mapping[str, Value]) -> None:
        """Keep values of this run that were measured elsewhere."""
        self._values.update(values)

    def replaced(self, given: Mapping[str, Value]) -> Measures:
        """Measures in which `given` stands in place of what was measured; what does not depend on it is kept."""
        stale: set[_Node] = set()
        waiting: list[_Node] = [("feature", name) for name in given]
        while waiting:
            node = waiting.pop()
            if node not in stale:
                stale.add(node)
                waiting += self._used_by.get(node, ())
        kept = {name: value for name, value in self._values.items() if ("feature", name) not in stale}
        measures = Measures(self.run, {**kept, **given}, budget=self.budget if self.asked else None)
        measures.allowed = self.allowed
        measures._shared = {key: value for key, value in self._shared.items() if ("shared", key) not in stale}
        return measures


class FromWords:
    """What follows from words alone: values that were given, and what can be computed from them without any run."""

    def __init__(self) -> None:
        self._empty = Traced(Run(Path(), "what you told"))

    def replaced(self, given: Mapping[str, Value]) -> Callable[[str], Value]:
        """A lookup of measurements. What a run without any file would "know" (no validation data) is not known here."""
        measures = self._empty.replaced(given)

        def lookup(name: str) -> Value:
            if name in given:
                return given[name]
            without, value = self._empty[name], measures[name]
            if isinstance(value, Measured) and value.known and not (isinstance(without, Measured) and without.known):
                return value
            return unknown("there is no run to measure", "not-measured")

        return lookup
