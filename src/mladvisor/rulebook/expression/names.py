"""The names that expressions may use: features of the catalogue, features that questions set, and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mladvisor.errors import nearest
from mladvisor.rulebook.expression.tree import ExpressionError, Node

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Feature

Kind = Literal["number", "condition", "text", "any"]
Closure = Callable[[Any], Any]

_KIND_OF_TYPE: dict[str, Kind] = {"number": "number", "flag": "condition", "choice": "text", "any": "any"}
OWN_ERROR = "has an error of its own"
"""How a message ends that follows from another, which is reported where it stands."""
ITEM_FAMILIES = ("column", "layer", "slice", "class", "batch", "split")


class Entry(msgspec.Struct, frozen=True):
    """What a name stands for.

    Attributes:
        kind: number, condition (a flag or a condition fact), text (a choice), or any (a name that is allowed though
            nobody measures it yet: it is taken as what its use says).
        choices: the possible texts; empty: any.
        family: the item family ("layer", ...) when it has one value per item.
        heavy: measured only on demand.
        compute, compute_not: for facts: its value, and the value of its negation.
        constant: for facts that are plain numbers.
        leaves: the features behind it: itself for a feature, all that it reads for a fact.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    family: str = ""
    heavy: bool = False
    compute: Closure | None = None
    compute_not: Closure | None = None
    constant: float | None = None
    leaves: frozenset[str] = frozenset()


class Names:
    """Resolves names while rules are compiled and keeps the entries for evaluation.

    Args:
        find: the catalogue's entry of a feature, None when there is none.
        known: all names of the catalogue, for hints.
        facts: fact name -> its tree, or the error found in parsing it.
        asked: feature name -> entry, for the features that only questions set.
        compile_fact: makes the entry of a fact from its name and tree.
        allow_unknown: take a name that nobody knows as a feature that is never measured.
    """

    def __init__(
        self,
        *,
        find: Callable[[str], Feature | None],
        known: Callable[[], Iterable[str]],
        facts: Mapping[str, Node | None],
        asked: Mapping[str, Entry],
        compile_fact: Callable[[str, Node, Names], Entry],
        allow_unknown: bool = False,
    ) -> None:
        self._find, self._known, self._facts, self._asked = find, known, facts, asked
        self._compile_fact, self._allow_unknown = compile_fact, allow_unknown
        self._open: list[str] = []
        self.broken: dict[str, ExpressionError] = {}
        self.entries: dict[str, Entry] = {}
        self.computed: dict[str, Closure] = {}
        self.unmeasured: set[str] = set()

    def resolve(self, name: str, at: int = 0) -> Entry:
        """The entry of a name. Raises `ExpressionError` with the nearest valid name."""
        entry = self.entries.get(name)
        if entry is None:
            entry = self.entries[name] = self._make(name, at)
        return entry

    def _make(self, name: str, at: int) -> Entry:
        if name in self._facts:
            return self._fact(name, at)
        feature = self._find(name)
        if feature is not None:
            kind = _KIND_OF_TYPE[feature.type]
            leaves = frozenset((name,))
            return Entry(name, kind, feature.choices, feature.each, feature.cost == "heavy", leaves=leaves)
        if name in self._asked:
            return self._asked[name]
        if self._allow_unknown:
            self.unmeasured.add(name)
            family = name.partition(".")[0]
            family = family if family in ITEM_FAMILIES else ""
            return Entry(name, "any", family=family, leaves=frozenset((name,)))
        known = [*self._known(), *self._facts, *self._asked]
        hint = nearest(name, [*known, *_of_patterns(name, known)])
        if not hint and name in ("items", "worst", "case"):
            hint = " ({items}, {worst} and {case} are for texts, by themselves)"
        if not hint and "." not in name:
            hint = f' (a column of your own log is "curve.{name}.last", a setting "setting.{name}")'
        elif not hint and name.startswith("config."):
            hint = f' (a setting of your own is "setting.{name.removeprefix("config.").replace(".", "_")}")'
        raise ExpressionError(f'there is no feature or fact "{name}"{hint}', at, len(name))

    def _fact(self, name: str, at: int) -> Entry:
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            raise ExpressionError(f'the fact "{name}" needs itself: {circle}', at, len(name))
        tree = self._facts[name]
        follows = ExpressionError(f'the fact "{name}" {OWN_ERROR}', at, len(name))
        if tree is None or name in self.broken:
            raise follows
        self._open.append(name)
        try:
            entry = self._compile_fact(name, tree, self)
        except ExpressionError as error:
            self.broken[name] = error
            raise follows from None
        finally:
            self._open.pop()
        if entry.compute is not None:
            self.computed[name] = entry.compute
        if entry.compute_not is not None:
            self.computed["not " + name] = entry.compute_not
        return entry


def _of_patterns(name: str, known: Iterable[str]) -> list[str]:
    """Names that patterns such as "curve.*.last" allow, with what stands at that place of `name` for the star."""
    parts, found = name.split("."), []
    for pattern in known:
        pieces = pattern.split(".")
        if "*" in pattern and len(pieces) == len(parts) and pieces[0] == parts[0]:
            found.append(".".join(part if piece == "*" else piece for part, piece in zip(parts, pieces, strict=True)))
    return found
