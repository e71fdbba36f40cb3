"""`Rulebook`: the linked rules, ready to judge a run. Made by `load`; nothing in it changes afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from mladvisor.features.measured import Items, Measured
from mladvisor.rulebook import documents
from mladvisor.rulebook.expression.compile import Compiled
from mladvisor.rulebook.expression.names import Closure, Names
from mladvisor.rulebook.expression.scope import Lookup, Scope
from mladvisor.rulebook.layers import Entry

if TYPE_CHECKING:
    from mladvisor.rulebook.word_model import Leaning

State = Literal["measured", "answered", "checked", "unknown", "not-applicable"]


class Judged(msgspec.Struct):
    """How one finding was judged.

    Attributes:
        state: measured; answered (by a person, for the finding or a feature it reads); checked (an on-demand
            measurement was needed); unknown; not-applicable (it says nothing about this run and is never asked).
        degree: 0 absent .. 1 present; None when unknown or not applicable.
        items: the items of which it holds, surest first.
        worst: the item of which it holds most; None without items.
        case: the case of `when` that holds; None if there are none or none holds.
        features: the measurements it was judged by; for items, the mapping.
        missing: the features that were missing when it is unknown.
        note: why it is unknown or not applicable, in words; "" otherwise.
        measured: what was measured when a person answered otherwise; None when nothing was.
        askable: whether a person may be asked: it applies, and the finding that it refines is present.
    """

    finding: str
    state: State
    degree: float | None
    items: tuple[str, ...] = ()
    worst: str | None = None
    case: str | None = None
    features: dict[str, Measured | Items] = {}
    missing: tuple[str, ...] = ()
    note: str = ""
    measured: float | None = None
    askable: bool = True

    @property
    def present(self) -> bool:
        """Whether it counts as present: a degree of at least one half."""
        return self.degree is not None and self.degree >= documents.PRESENT

    @property
    def disputed(self) -> bool:
        """Whether a person says the opposite of what was measured."""
        return self.measured is not None and (self.measured >= 0.5) != self.present


_REMEDY = "What to do:"
_BY_EYE = ("loss.", "metric.", "gradient.")
_BESIDE = ("loss_metric.", "chance.", "run.", "task", "model.family")
"""Measurements that say beside a curve which kind of run it is, and how the curve is to be read."""


class FindingRule(msgspec.Struct, eq=False):
    """A finding, linked.

    Attributes:
        when: (case, condition) pairs; one pair with "" when there are no cases; empty without `when`.
        leaves: the features that `when` reads, sorted; item_leaves: those of them with one value per item.
        applies: None when it always does.
        parent: the finding that it refines, "" for none.
        arrows: cause -> P(present given only this cause), from both sides, families spread out.
        direction: feature and sign by which ties for the worst item are broken; None if there is none.
    """

    doc: documents.Finding
    entry: Entry
    when: tuple[tuple[str, Closure], ...] = ()
    leaves: tuple[str, ...] = ()
    item_leaves: tuple[str, ...] = ()
    applies: Compiled | None = None
    heavy: bool = False
    parent: str = ""
    arrows: dict[str, float] = {}
    otherwise: float | None = None
    direction: tuple[str, float] | None = None

    @property
    def id(self) -> str:
        return self.doc.finding

    @property
    def is_fact(self) -> bool:
        """Whether who answers looks up a fact of data, code or set-up, rather than judges, or reads a curve by eye.

        Where a fact matters beside a curve (a rate, and a loss that hardly falls), the fact is what is asked for: the
        curve is there.
        """
        by_eye = any(leaf.startswith(_BY_EYE) for leaf in self.leaves)
        return any(not leaf.startswith((*_BY_EYE, *_BESIDE) if by_eye else _BY_EYE) for leaf in self.leaves)

    @property
    def remedy(self) -> str:
        """What its page says to do about it; "" where the page says nothing of the kind."""
        parts = (" ".join(part.split()) for part in self.doc.explain.split("\n\n"))
        return next((part[len(_REMEDY) :].strip() for part in parts if part.startswith(_REMEDY)), "")

    @property
    def when_is_whole(self) -> bool:
        """Every condition of the document could be compiled."""
        when = self.doc.when
        return len(self.when) == (len(when) if isinstance(when, dict) else when is not None)


class FixRule(msgspec.Struct, eq=False):
    """A fix, linked. `when` is None when it is always shown; `clears` are findings of this rulebook."""

    doc: documents.Fix
    steps: tuple[str, ...]
    when: Compiled | None
    clears: tuple[str, ...]


class CauseRule(msgspec.Struct, eq=False):
    """A cause, linked. `arrows` go to findings; `due_to` and `excludes` name causes of this rulebook only."""

    doc: documents.Cause
    entry: Entry
    prior: float
    requires: Compiled | None = None
    arrows: dict[str, float] = {}
    due_to: dict[str, float] = {}
    excludes: frozenset[str] = frozenset()
    fixes: tuple[FixRule, ...] = ()

    @property
    def id(self) -> str:
        return self.doc.cause


class MenuRule(msgspec.Struct, eq=False):
    """A menu, linked.

    Attributes:
        options: what is picked -> the findings of this rulebook that are then present; of an option that opens menus
            those of which one or more may be.
        opens: option -> the menus that are asked next when it is picked.
    """

    doc: documents.Menu
    entry: Entry
    options: dict[str, tuple[str, ...]] = {}
    opens: dict[str, tuple[str, ...]] = {}

    @property
    def id(self) -> str:
        return self.doc.menu


class Rulebook:
    """All rules of one or more folders.

    Attributes:
        findings, causes, questions: by id, without those that are off; a refined finding stands before its refinements.
        advice: finding -> its fixes, for findings outside inference.
        menus: questions that settle several findings, by id; handovers: requests for files.
        handed_where: of which runs the files of a request may be had.
        entries: every document after layers, those that are off included.
        names: what expressions may refer to.
        shipped: whether these are the rules that come with the program, and nothing else.
        words_from: the folder whose word model moves the prior of a run; None: no words count.
    """

    shipped = False
    words_from: Path | None = None

    def __init__(
        self,
        findings: dict[str, FindingRule],
        causes: dict[str, CauseRule],
        questions: dict[str, documents.Question],
        entries: Sequence[Entry],
        names: Names,
    ) -> None:
        self.findings, self.causes, self.questions = findings, causes, questions
        self.entries, self.names = tuple(entries), names
        self.advice: dict[str, tuple[FixRule, ...]] = {}
        self.menus: dict[str, MenuRule] = {}
        self.handovers: dict[str, documents.Handover] = {}
        self.handed_where: dict[str, Compiled | None] = {}
        self._templates: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"<Rulebook: {len(self.findings)} findings, {len(self.causes)} causes>"

    # What inference needs

    def arrows(self) -> list[tuple[str, str, float]]:
        """(cause, finding, P(present given only this cause)), causes and findings that are off left out."""
        return [(cause, finding.id, p) for finding in self.findings.values() for cause, p in finding.arrows.items()]

    def in_inference(self) -> list[FindingRule]:
        """The findings that count as evidence: those with arrows."""
        return [finding for finding in self.findings.values() if finding.arrows]

    def network_numbers(self) -> dict[str, Any]:
        """The constants of the inference that `network` documents set; later layers win, field by field."""
        numbers: dict[str, Any] = {}
        for entry in self.documents("network"):
            given = entry.typed.network
            fields = ((name, getattr(given, name)) for name in given.__struct_fields__)
            weights = {**numbers.get("weights", {}), **(given.weights or {})}
            numbers.update({name: value for name, value in fields if value is not None})
            if weights:
                numbers["weights"] = weights
        return numbers

    # Judging a run

    def scope(
        self, lookup: Lookup | Mapping[str, Measured | Items] | Scope, answers: Mapping[str, Any] | None = None
    ) -> Scope:
        """The values of one run, to share between `evaluate`, `possible`, `text` and `shown`."""
        from mladvisor.rulebook.answers import answered_features

        if isinstance(lookup, Scope):
            return lookup
        call: Callable[[str], Any] = lookup.__getitem__ if isinstance(lookup, Mapping) else lookup
        return Scope(self.names, call, answered_features(self, answers) if answers else None)

    def evaluate(
        self, lookup: Lookup | Mapping[str, Measured | Items] | Scope, answers: Mapping[str, Any] | None = None
    ) -> dict[str, Judged]:
        """Every finding, judged.

        Args:
            lookup: measurements by feature name, or the `scope` of a run.
            answers: finding -> degree or word (yes, probably, unsure, probably-not, no); feature or question -> value.
        """
        from mladvisor.rulebook.evaluate import evaluate

        return evaluate(self, self.scope(lookup, answers), answers or {})

    def possible(self, lookup: Lookup | Mapping[str, Measured | Items] | Scope) -> dict[str, bool | None]:
        """Whether each cause is possible here by its `requires`; None when that is unknown."""
        from mladvisor.rulebook.evaluate import holds

        scope = self.scope(lookup)
        return {
            cause.id: True if cause.requires is None else holds(cause.requires, scope) for cause in self.causes.values()
        }

    def applicable(self, fix: FixRule, lookup: Lookup | Mapping[str, Measured | Items] | Scope) -> bool:
        """Whether a fix is to be shown: where its `when` holds. What is unknown is no ground for advice."""
        from mladvisor.rulebook.evaluate import holds

        return fix.when is None or holds(fix.when, self.scope(lookup)) is True

    def leaning(self, spoken: Collection[str], causes: Sequence[str]) -> Leaning | None:
        """What the words of a run's folder do to the prior of these causes; None where they say nothing."""
        if not spoken or self.words_from is None or not (count := self.network_numbers().get("words", 1.0)):
            return None
        from mladvisor.rulebook.word_model import word_model

        model = word_model(self.words_from)
        return None if model is None else model.leaning(spoken, causes, count)

    def may_have(self, handover: str, scope: Scope) -> bool:
        """Whether a request fits the run: not where what it says of the run is false."""
        from mladvisor.rulebook.evaluate import holds

        where = self.handed_where.get(handover)
        return where is None or holds(where, scope) is not False

    # Words

    def text(
        self,
        template: str,
        lookup: Lookup | Mapping[str, Measured | Items] | Scope,
        judged: Judged | None = None,
    ) -> str:
        """A template with this run's values; a template that cannot be read is given back as it is."""
        from mladvisor.rulebook.words import text

        return text(self, self._templates, template, self.scope(lookup), judged)

    def sentence(self, judged: Judged, lookup: Lookup | Mapping[str, Measured | Items] | Scope) -> str:
        """The evidence sentence of a finding: its `measured` text, else the features and their values."""
        from mladvisor.rulebook.words import sentence

        return sentence(self, self.scope(lookup), judged)

    def shown(self, judged: Judged, lookup: Lookup | Mapping[str, Measured | Items] | Scope) -> dict[str, Any]:
        """What the plot of a finding shades: the fields of `show`, expressions as numbers; unknown ones left out."""
        from mladvisor.rulebook.words import shown

        return shown(self, self.scope(lookup), judged)

    def documents(self, kind: str) -> Iterator[Entry]:
        """The entries of a kind, those that are off included."""
        return (entry for entry in self.entries if entry.origin.kind == kind)
