"""Documents after layers to a `Rulebook`: names resolved, expressions compiled, arrows joined from both sides.

All errors are collected; each names its place and the nearest valid name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mladvisor.errors import RuleError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.book import CauseRule, FindingRule, FixRule, Rulebook
from mladvisor.rulebook.layers import ARROW_FIELDS, Entry, Merged
from mladvisor.rulebook.link_finding import link_finding
from mladvisor.rulebook.link_menu import link_handover, link_menus
from mladvisor.rulebook.linking import Linking, Path
from mladvisor.rulebook.name_table import NameTable
from mladvisor.rulebook.reading import Document


def link(entries: Merged, errors: list[RuleError], *, allow_unknown: bool, texts: bool) -> Rulebook:
    """The rulebook of these entries, sound only if no errors were added; `texts`: check the templates too."""
    broken = {name: document.kind for document in entries.broken for name in document.names()}
    table = NameTable(errors, allow_unknown=allow_unknown)
    names = table.build(entries, broken)
    table.compile_facts(names)
    linking = Linking(entries, names, errors, texts=texts, broken=broken)
    for document in entries.broken:
        _rest_of(document, linking)
    return _Linker(entries, linking).link()


def _rest_of(document: Document, linking: Linking) -> None:
    """What else is wrong with a document that has errors of its own: an author wants to see all together."""
    entry = Entry(None, document, [])
    for field in (*ARROW_FIELDS, "refines"):
        value = document.data.get(field)
        names = value if isinstance(value, dict) else [value] if field == "refines" and value else []
        for name in names:
            if isinstance(name, str) and not name.startswith("family:"):
                kind = "finding" if field in ("shows", "refines") else "cause"
                linking.refer(entry, [field, name] if isinstance(value, dict) else [field], name, kind)
    for field in ("applies", "when", "requires"):
        value = document.data.get(field)
        cases: Mapping[str, object] = value if field == "when" and isinstance(value, dict) else {"": value}
        for case, expression in cases.items():
            if isinstance(expression, str) and document.kind in ("finding", "cause"):
                linking.condition(entry, [field, case] if case else [field], expression)


class _Linker:
    """Joins findings and causes."""

    def __init__(self, entries: Sequence[Entry], linking: Linking) -> None:
        self.entries, self.linking, self.errors = entries, linking, linking.errors

    def link(self) -> Rulebook:
        """The rulebook."""
        live = [entry for entry in self.entries if not entry.off]
        findings = {entry.id: link_finding(self.linking, entry) for entry in live if entry.origin.kind == "finding"}
        causes = {entry.id: self._cause(entry) for entry in live if entry.origin.kind == "cause"}
        questions = {entry.id: entry.typed for entry in live if entry.origin.kind == "question"}
        for entry in live:
            if entry.origin.kind == "case":
                self._case(entry)
            elif entry.origin.kind == "network":
                self._weights(entry, findings)
        self._arrows(findings, causes)
        for cause in causes.values():
            self._fixes_and_roots(cause, findings, causes)
        self._circle_of_roots(causes)
        book = Rulebook(self._in_order(findings), causes, questions, self.entries, self.linking.names)
        book.menus = link_menus(self.linking, [entry for entry in live if entry.origin.kind == "menu"], book.findings)
        book.handovers = {
            entry.id: link_handover(self.linking, entry) for entry in live if entry.origin.kind == "handover"
        }
        book.handed_where = {
            entry.id: self.linking.run_condition(entry, ["applies"], entry.typed.applies)
            for entry in live
            if entry.origin.kind == "handover"
        }
        for finding in book.findings.values():
            if finding.doc.advice:
                book.advice[finding.id] = tuple(
                    self._fix(finding.entry, ["advice", number], fix, (finding.id,))
                    for number, fix in enumerate(finding.doc.advice)
                )
        return book

    def _in_order(self, findings: dict[str, FindingRule]) -> dict[str, FindingRule]:
        """Parents before refinements; a circle is an error, and is cut open so that nobody walks it for ever."""
        ordered: dict[str, FindingRule] = {}
        for start in findings.values():
            chain: list[str] = []
            at: FindingRule | None = start
            while at is not None and at.id not in ordered:
                if at.id in chain:
                    members = chain[chain.index(at.id) :]
                    circle = " -> ".join([*members, at.id])
                    self.errors.append(at.entry.error(["refines"], f"findings refine each other in a circle: {circle}"))
                    for name in members:
                        findings[name].parent = ""
                    break
                chain.append(at.id)
                at = findings.get(at.parent)
            for name in reversed(chain):
                ordered[name] = findings[name]
        return ordered

    # Causes

    def _cause(self, entry: Entry) -> CauseRule:
        doc: documents.Cause = entry.typed
        prior = documents.weight(doc.prior)
        if not 0.0 < prior < 1e6:
            self.errors.append(entry.error(["prior"], "a prior is common, occasional, rare, or a number above 0"))
        return CauseRule(doc, entry, prior, self.linking.run_condition(entry, ["requires"], doc.requires))

    def _weights(self, entry: Entry, findings: Mapping[str, FindingRule]) -> None:
        known = {each.doc.group or each.id for each in findings.values()}
        for name, weight in (entry.typed.network.weights or {}).items():
            path: Path = ["network", "weights", name]
            if name not in known:
                message = f'there is no group of findings, nor a finding without one, called "{name}"'
                self.errors.append(entry.error(path, message + nearest(name, known)))
            elif not 0.0 <= weight < 1e3:
                self.errors.append(entry.error(path, f"a weight is {weight:g}; a number of 0 or more is expected"))

    def _arrows(self, findings: dict[str, FindingRule], causes: dict[str, CauseRule]) -> None:
        for finding in findings.values():
            self._arrows_of_finding(finding, causes)
        for cause in causes.values():
            for name, frequency in cause.doc.shows.items():
                path: Path = ["shows", name]
                if self.linking.refer(cause.entry, path, name, "finding") is None or name not in findings:
                    continue
                finding = findings[name]
                if cause.id in finding.doc.explained_by:
                    line, _ = finding.entry.source(["explained_by"]).place(["explained_by", cause.id])
                    where = f"{finding.entry.source(['explained_by']).file}:{line}"
                    message = f'the arrow to "{name}" stands in that finding too ({where}): keep one of them'
                    self.errors.append(cause.entry.error(path, message))
                finding.arrows[cause.id] = documents.frequency(frequency)  # type: ignore[arg-type]
        for finding in findings.values():
            self._otherwise(finding)
            for cause_id, p in finding.arrows.items():
                causes[cause_id].arrows[finding.id] = p

    def _arrows_of_finding(self, finding: FindingRule, causes: dict[str, CauseRule]) -> None:
        arrows: dict[str, float] = {}
        spread: dict[str, float] = {}
        for name, frequency in finding.doc.explained_by.items():
            p = documents.frequency(frequency)  # type: ignore[arg-type]
            path: Path = ["explained_by", name]
            if name.startswith("family:"):
                family = name.removeprefix("family:")
                if family not in documents.FAMILIES:
                    hint = nearest(family, documents.FAMILIES) or f"; families: {', '.join(documents.FAMILIES)}"
                    self.errors.append(finding.entry.error(path, f'there is no family "{family}"{hint}'))
                spread.update({cause.id: p for cause in causes.values() if cause.doc.family == family})
            elif self.linking.refer(finding.entry, path, name, "cause") is not None and name in causes:
                arrows[name] = p
        finding.arrows = {**spread, **arrows}

    def _otherwise(self, finding: FindingRule) -> None:
        doc, entry = finding.doc, finding.entry
        if doc.otherwise is not None:
            finding.otherwise = documents.frequency(doc.otherwise)
        if finding.arrows and doc.otherwise is None:
            self.errors.append(entry.error([], f'"{doc.finding}" has arrows and needs "otherwise"'))
        if finding.arrows and doc.advice:
            message = f'"{doc.finding}" has advice, which stands outside inference, and arrows: keep one of them'
            self.errors.append(entry.error(["advice"], message))
        if not finding.arrows and not doc.advice and not doc.explained_by:
            self.errors.append(entry.error([], f'"{doc.finding}" needs "explained_by" or "advice"'))

    def _fixes_and_roots(
        self, cause: CauseRule, findings: dict[str, FindingRule], causes: dict[str, CauseRule]
    ) -> None:
        doc, entry = cause.doc, cause.entry
        for name, frequency in doc.due_to.items():
            if self.linking.refer(entry, ["due_to", name], name, "cause") is not None and name in causes:
                cause.due_to[name] = documents.frequency(frequency)  # type: ignore[arg-type]
        excludes = set(cause.excludes)
        for number, name in enumerate(doc.excludes):
            if self.linking.refer(entry, ["excludes", number], name, "cause") is not None and name in causes:
                excludes.add(name)
                causes[name].excludes |= {cause.id}
        if cause.id in excludes:
            self.errors.append(entry.error(["excludes"], "a cause cannot exclude itself"))
        cause.excludes |= excludes
        for number, name in enumerate(doc.stated_by):
            self.linking.refer(entry, ["stated_by", number], name, "finding")
        for number, alike in enumerate(doc.look_alikes):
            self.linking.refer(entry, ["look_alikes", number, "cause"], alike.cause, "cause")
        own = tuple(cause.arrows)
        cause.fixes = tuple(self._fix(entry, ["fixes", number], fix, own) for number, fix in enumerate(doc.fixes))
        for fix in cause.fixes:
            for name in fix.clears:
                if name not in findings and not self.linking.by_id[name].off:
                    raise AssertionError(name)

    def _fix(self, entry: Entry, path: Path, fix: documents.Fix, own: tuple[str, ...]) -> FixRule:
        steps = tuple(documents.listed(fix.do))
        for number, step in enumerate(steps):
            self.linking.text(entry, [*path, "do"] if isinstance(fix.do, str) else [*path, "do", number], step, None)
        clears = []
        for number, name in enumerate(fix.clears):
            found = self.linking.refer(entry, [*path, "clears", number], name, "finding")
            if found is not None and not found.off:
                clears.append(name)
        return FixRule(fix, steps, self.linking.run_condition(entry, [*path, "when"], fix.when), tuple(clears) or own)

    def _circle_of_roots(self, causes: dict[str, CauseRule]) -> None:
        done: set[str] = set()
        for start in causes.values():
            stack: list[tuple[str, tuple[str, ...]]] = [(start.id, ())]
            while stack:
                name, chain = stack.pop()
                if name in chain:
                    circle = " -> ".join([*chain[chain.index(name) :], name])
                    self.errors.append(causes[name].entry.error(["due_to"], f"roots in a circle: {circle}"))
                    return
                if name not in done:
                    stack.extend((root, (*chain, name)) for root in causes[name].due_to)
                    if not causes[name].due_to:
                        done.add(name)

    # Cases

    def _case(self, entry: Entry) -> None:
        doc: documents.Case = entry.typed
        for name, value in doc.given.items():
            self.linking.refer(entry, ["given", name], name, "finding")
            if isinstance(value, str) and value not in documents.ANSWERS:
                message = f'"{value}" is no answer{nearest(value, documents.ANSWERS)}; write a degree, or one of '
                self.errors.append(entry.error(["given", name], message + ", ".join(documents.ANSWERS)))
            elif not isinstance(value, str) and not 0.0 <= value <= 1.0:
                self.errors.append(entry.error(["given", name], "a degree lies between 0 and 1"))
        self.linking.band(entry, ["healthy"], doc.healthy)
        for number, name in enumerate(doc.top):
            self.linking.refer(entry, ["top", number], name, "cause")
