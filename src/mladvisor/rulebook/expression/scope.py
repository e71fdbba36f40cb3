"""The values of one run while its rules are evaluated: each measurement converted, and each fact computed, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, isnan
from typing import Any

from mladvisor.features.measured import Items, Measured, unknown
from mladvisor.rulebook.expression.names import Entry, Names
from mladvisor.rulebook.expression.values import NA, Uncertain

Lookup = Callable[[str], "Measured | Items"]

_NEVER = unknown("nothing measures it")


class Scope(dict[str, Any]):
    """Name -> value as expressions see it (see `values`), filled when a name is first read.

    Args:
        names: the names of the rulebook.
        lookup: measurements by feature name.
        answers: measurements that a person gave, which beat measured ones.

    Attributes:
        raw: the measurements read so far, as they came.
        notes: why something could not be computed ("division by zero in ...").
        quiet: those of them that only say that something has no value for this run, which is no fault of anybody.
    """

    __slots__ = ("answers", "lookup", "names", "notes", "quiet", "raw")

    def __init__(self, names: Names, lookup: Lookup, answers: Mapping[str, Measured] | None = None) -> None:
        self.names, self.lookup = names, lookup
        self.answers: Mapping[str, Measured] = answers or {}
        self.raw: dict[str, Measured | Items] = {}
        self.notes: list[str] = []
        self.quiet: set[str] = set()

    def __missing__(self, key: str) -> Any:
        compute = self.names.computed.get(key)
        value = compute(self) if compute is not None else self.convert(self.names.entries[key], self.measured(key))
        self[key] = value
        return value

    def measured(self, name: str) -> Measured | Items:
        """The answer or measurement behind a feature's name; unknown when the lookup fails."""
        value = self.raw.get(name)
        if value is None:
            value = self.answers.get(name)
            if value is None:
                try:
                    value = self.lookup(name)
                except KeyError:
                    value = _NEVER
                except Exception as error:
                    value = unknown(f"the measurement failed ({type(error).__name__}: {error})", "failed")
                if not isinstance(value, Measured | Mapping):
                    value = unknown("the measurement gave no measured value", "failed")
            self.raw[name] = value
        return value

    def by_item(self, name: str) -> Items:
        """The values by item of a feature of an item family; empty when there are none."""
        value = self.measured(name)
        return value if isinstance(value, Mapping) else {}

    def note(self, text: str) -> None:
        """Keep why something is unknown; returns None, which is unknown."""
        if text not in self.notes:
            self.notes.append(text)

    def undefined(self, text: str) -> None:
        """Keep why an expression has no value for this run (the logarithm of a loss below 0); returns None."""
        self.quiet.add(text)
        self.note(text)

    @property
    def warnings(self) -> list[str]:
        """The notes that a user should know of whatever the finding."""
        return [note for note in self.notes if note not in self.quiet]

    def convert(self, entry: Entry, measured: Any) -> Any:
        """A measurement as expressions see it; a value of the wrong type is unknown, with a note."""
        if not isinstance(measured, Measured):
            return self.note(f'"{entry.name}" has one value per item here')
        if measured.state != "known":
            return NA if measured.state == "not-applicable" else None
        value, kind = measured.value, entry.kind
        if isinstance(value, str):
            return value if kind in ("text", "any") else self.note(f'"{entry.name}" is the text "{value}" here')
        if kind == "condition" or (kind == "any" and (value is True or value is False)):
            if value in (0, 1):
                return 1.0 if value else 0.0
            return self.note(f'"{entry.name}" is neither true nor false here')
        if kind == "text":
            return self.note(f'"{entry.name}" is not a text here')
        try:
            number, se = float(value), float(measured.se)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            return self.note(f'"{entry.name}" is not a number here')
        if isnan(number) or isnan(se):
            return self.note(f'"{entry.name}" is not a number (NaN)')
        if se > 0.0 and abs(number) != inf:
            # An infinite error says that any value is possible.
            return Uncertain(number, {entry.name: se}) if se != inf else None
        return number


class ItemScope(Scope):
    """The values for one item of a family; everything that does not depend on the item comes from the run's scope."""

    __slots__ = ("family", "item", "parent")

    def __init__(self, parent: Scope, family: str, item: str) -> None:
        self.parent, self.family, self.item = parent, family, item
        self.names, self.lookup, self.answers = parent.names, parent.lookup, parent.answers
        self.raw, self.notes, self.quiet = parent.raw, parent.notes, parent.quiet

    def __missing__(self, key: str) -> Any:
        names = self.names
        entry = names.entries[key[4:] if key.startswith("not ") else key]
        if entry.family != self.family:
            value = self.parent[key]
        elif entry.compute is not None:
            value = names.computed[key](self)
        else:
            measured = self.parent.by_item(key).get(self.item)
            value = None if measured is None else self.convert(entry, measured)
        self[key] = value
        return value
