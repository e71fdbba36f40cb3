"""Documents after layers to a `Rulebook`: names resolved, expressions compiled, arrows joined from both sides.

All errors are collected; each names its place and the nearest valid name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mladvisor.errors import RuleError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.book import CauseRule, FindingRule, FixRule, Rulebook
from mladvisor.rulebook.expression.compile import Compiled, compile_condition, compile_fact, compile_number
from mladvisor.rulebook.expression.names import Entry as Named
from mladvisor.rulebook.expression.names import Names
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.tree import Call, Compare, ExpressionError, Flag, Name, Negate, Node, Number
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.templates import compile_template
from mladvisor.rulebook.words import SHOW_EXPRESSIONS

Path = list[str | int]


def tree_of(expression: documents.Expression) -> Node:
    """The tree of an expression as YAML gives it: a text, a flag or a number."""
    if isinstance(expression, bool):
        return Flag(expression)
    if isinstance(expression, int | float):
        return Negate(Number(-float(expression))) if expression < 0 else Number(float(expression))
    return parse(expression)


class Linker:
    """Links the entries of a rulebook; `errors` grows as things are found wrong."""

    def __init__(self, entries: Sequence[Entry], errors: list[RuleError], *, allow_unknown: bool, texts: bool) -> None:
        self.entries, self.errors, self.texts = entries, errors, texts
        self.facts: dict[str, tuple[Entry, Path, str]] = {}
        self.names = self._names(allow_unknown)
        self.by_id = {entry.id: entry for entry in entries if entry.id}
        self.kind_of = {entry.id: entry.origin.kind for entry in entries if entry.id}

    def link(self) -> Rulebook:
        """The rulebook; only to be used when no errors were found."""
        for name in self.facts:
            self._fact(name)
        live = [entry for entry in self.entries if not entry.off]
        findings = {entry.id: self._finding(entry) for entry in live if entry.origin.kind == "finding"}
        causes = {entry.id: self._cause(entry) for entry in live if entry.origin.kind == "cause"}
        questions = {entry.id: entry.typed for entry in live if entry.origin.kind == "question"}
        for entry in live:
            if entry.origin.kind == "case":
                self._case(entry)
        self._arrows(findings, causes)
        for cause in causes.values():
            self._fixes_and_roots(cause, findings, causes)
        self._groups(findings)
        self._circle_of_roots(causes)
        book = Rulebook(self._in_order(findings), causes, questions, self.entries, self.names)
        for finding in book.findings.values():
            if finding.doc.advice:
                book.advice[finding.id] = tuple(
                    self._fix(finding.entry, ["advice", number], fix, (finding.id,))
                    for number, fix in enumerate(finding.doc.advice)
                )
        return book

    # Names

    def _names(self, allow_unknown: bool) -> Names:
        from mladvisor.features import catalogue

        trees: dict[str, Node | None] = {}
        asked: dict[str, Named] = {}
        for entry in self.entries:
            if entry.origin.kind == "facts":
                self._read_facts(entry, trees)
            elif entry.origin.kind == "question" and not entry.off:
                self._read_question(entry, asked, catalogue.find, allow_unknown)
        for name in trees:
            if catalogue.find(name) is not None:
                entry, path, _ = self.facts[name]
                self.errors.append(entry.error(path, f'"{name}" is a feature already; call the fact otherwise'))
        return Names(
            find=catalogue.find,
            known=catalogue.catalogue,
            facts=trees,
            asked=asked,
            compile_fact=compile_fact,
            allow_unknown=allow_unknown,
        )

    def _read_facts(self, entry: Entry, trees: dict[str, Node | None]) -> None:
        for name, fact in entry.typed.facts.items():
            path: Path = ["facts", name]
            expression = fact
            if isinstance(fact, documents.Fact):
                path, expression = [*path, "is"], fact.expression
            earlier = self.facts.get(name)
            newer = (
                earlier is not None
                and entry.typed.replace
                and (earlier[0].origin.source.layer < entry.origin.source.layer)
            )
            if earlier is not None and not newer:
                line, _ = earlier[0].origin.source.place(earlier[1])
                where = f"{earlier[0].origin.source.file}:{line}"
                self.errors.append(entry.error(path, f'the fact "{name}" is there already ({where})'))
                continue
            if not _is_name(name):
                self.errors.append(entry.error(path, f'"{name[:60]}" cannot be a name in an expression'))
                continue
            self.facts[name] = (entry, path, str(expression))
            try:
                trees[name] = tree_of(expression)
            except ExpressionError as error:
                trees[name] = None
                self._add(entry, path, str(expression), error)

    def _read_question(self, entry: Entry, asked: dict[str, Named], find: Any, allow_unknown: bool) -> None:
        question: documents.Question = entry.typed
        feature = find(question.sets)
        kinds = {"number": "number", "choice": "choice", "yes-no": "flag"}
        if question.kind == "choice" and not question.choices:
            self.errors.append(entry.error(["choices"], "a question of the kind choice needs its choices"))
        if feature is None:
            if question.sets.startswith("answer.") or allow_unknown:
                kind: Any = {"number": "number", "choice": "text", "yes-no": "condition"}[question.kind]
                choices = tuple(question.choices)
                leaves = frozenset((question.sets,))
                asked[question.sets] = Named(question.sets, kind, choices, leaves=leaves)
                return
            from mladvisor.features.catalogue import catalogue

            hint = nearest(question.sets, catalogue()) or '; one that only this question sets is called "answer.…"'
            self.errors.append(entry.error(["sets"], f'there is no feature "{question.sets}"{hint}'))
        elif kinds[question.kind] != feature.type:
            message = f'"{question.sets}" is a {feature.type}, but the question is of the kind {question.kind}'
            self.errors.append(entry.error(["kind"], message))
        elif feature.choices:
            for number, choice in enumerate(question.choices):
                if choice not in feature.choices:
                    message = f'"{question.sets}" is never "{choice}"{nearest(choice, feature.choices)}'
                    self.errors.append(entry.error(["choices", number], message))

    def _fact(self, name: str) -> None:
        entry, path, text = self.facts[name]
        try:
            self.names.resolve(name)
        except ExpressionError as error:
            # An error inside another fact is reported where that fact stands.
            if not error.message.endswith("has an error of its own"):
                self._add(entry, path, text, error)

    # Expressions

    def _add(self, entry: Entry, path: Path, text: str, error: ExpressionError) -> None:
        self.errors.append(entry.source(path).expression_error(path, text, error.message, error.at, error.width))

    def _condition(self, entry: Entry, path: Path, expression: documents.Expression) -> Compiled | None:
        """The compiled condition; None when it is always true, or wrong."""
        if expression is True:
            return None
        try:
            return compile_condition(tree_of(expression), self.names)
        except ExpressionError as error:
            self._add(entry, path, str(expression), error)
            return None

    def _global(self, entry: Entry, path: Path, expression: documents.Expression) -> Compiled | None:
        """A condition about the run as a whole."""
        compiled = self._condition(entry, path, expression)
        if compiled is not None and compiled.family:
            message = f"this depends on the {compiled.family}, but it is asked of the run as a whole"
            self.errors.append(entry.error(path, message))
        return compiled

    def _text(self, entry: Entry, path: Path, text: str, family: str | None) -> None:
        """Check a template; it is compiled again when it is first used."""
        if not self.texts or not text:
            return
        try:
            parts = compile_template(text, self.names)
        except ExpressionError as error:
            self._add(entry, path, text, error)
            return
        for value in (value for part in parts for value in (part if isinstance(part, tuple) else (part,))):
            compiled = None if isinstance(value, str) else value.compiled
            if compiled is not None and compiled.family and compiled.family != family:
                message = f"the text uses a value per {compiled.family} where there is no {compiled.family}"
                self.errors.append(entry.error(path, message))

    # Findings

    def _finding(self, entry: Entry) -> FindingRule:
        doc: documents.Finding = entry.typed
        rule = FindingRule(doc, entry)
        rule.applies = self._global(entry, ["applies"], doc.applies)
        if doc.when is None and not doc.ask and doc.try_ is None:
            self.errors.append(entry.error([], f'"{doc.finding}" needs a "when", an "ask" or a "try"'))
        if doc.when is not None:
            self._when(rule)
        if doc.at_least >= 1 and doc.at_least != int(doc.at_least):
            self.errors.append(entry.error(["at_least"], "at_least is a count, or a share below 1"))
        if doc.each is None and "at_least" in entry.origin.data:
            self.errors.append(entry.error(["at_least"], '"at_least" counts items: it needs "each"'))
        rule.parent = self._parent(entry, doc)
        self._text(entry, ["measured"], doc.measured, doc.each)
        if self.texts and doc.show is not None:
            self._show(entry, doc)
        return rule

    def _when(self, rule: FindingRule) -> None:
        doc, entry = rule.doc, rule.entry
        cases = doc.when if isinstance(doc.when, dict) else {"": doc.when}
        leaves: set[str] = set()
        when = []
        for case, expression in cases.items():
            path: Path = ["when", case] if isinstance(doc.when, dict) else ["when"]
            try:
                tree = tree_of(expression)  # type: ignore[arg-type]
                compiled = compile_condition(tree, self.names)
            except ExpressionError as error:
                self._add(entry, path, str(expression), error)
                continue
            if compiled.family and compiled.family != doc.each:
                message = f'this has one value per {compiled.family}: the finding needs "each: {compiled.family}"'
                self.errors.append(entry.error(path, message))
            leaves |= compiled.leaves
            rule.heavy = rule.heavy or compiled.heavy
            when.append((case, compiled.run))
            if doc.each and rule.direction is None:
                rule.direction = self._direction(tree)
        rule.when = tuple(when)
        rule.leaves = tuple(sorted(leaves))
        rule.item_leaves = tuple(name for name in rule.leaves if self.names.entries[name].family)
        if doc.each and when and not rule.item_leaves:
            message = f'"each: {doc.each}" needs a condition over features with one value per {doc.each}'
            self.errors.append(entry.error(["each"], message))

    def _direction(self, node: Node) -> tuple[str, float] | None:
        """The item feature whose size breaks ties, and the sign in which it is worse."""
        match node:
            case Call("ramp", (Name(name), low, high)) if self._per_item(name):
                ends = [self._plain(low), self._plain(high)]
                if None not in ends:
                    return name, 1.0 if ends[1] >= ends[0] else -1.0  # type: ignore[operator]
            case Compare(">" | ">=", Name(name), _) | Compare("<" | "<=", _, Name(name)) if self._per_item(name):
                return name, 1.0
            case Compare("<" | "<=", Name(name), _) | Compare(">" | ">=", _, Name(name)) if self._per_item(name):
                return name, -1.0
            case _:
                for inner in getattr(node, "parts", ()):
                    found = self._direction(inner)
                    if found:
                        return found
        return None

    def _per_item(self, name: str) -> bool:
        entry = self.names.entries.get(name)
        return entry is not None and bool(entry.family) and entry.kind != "text"

    def _plain(self, node: Node) -> float | None:
        match node:
            case Number(value):
                return value
            case Negate(Number(value)):
                return -value
            case Name(name):
                return self.names.entries[name].constant
        return None

    def _parent(self, entry: Entry, doc: documents.Finding) -> str:
        if not doc.refines:
            return ""
        parent = self._refer(entry, ["refines"], doc.refines, "finding")
        return doc.refines if parent is not None and not parent.off else ""

    def _show(self, entry: Entry, doc: documents.Finding) -> None:
        for field in SHOW_EXPRESSIONS:
            expression = getattr(doc.show, field)
            name = {"start": "from", "end": "to"}.get(field, field)
            if expression == "":
                continue
            try:
                compiled = compile_number(tree_of(expression), self.names)
            except ExpressionError as error:
                self._add(entry, ["show", name], str(expression), error)
                continue
            if compiled.family and compiled.family != doc.each:
                self.errors.append(entry.error(["show", name], f"this depends on the {compiled.family}"))

    def _in_order(self, findings: dict[str, FindingRule]) -> dict[str, FindingRule]:
        """Parents before refinements; a circle is an error."""
        ordered: dict[str, FindingRule] = {}
        for start in findings.values():
            chain: list[str] = []
            at: FindingRule | None = start
            while at is not None and at.id not in ordered:
                if at.id in chain:
                    circle = " -> ".join([*chain[chain.index(at.id) :], at.id])
                    self.errors.append(at.entry.error(["refines"], f"findings refine each other in a circle: {circle}"))
                    return findings
                chain.append(at.id)
                at = findings.get(at.parent)
            for name in reversed(chain):
                ordered[name] = findings[name]
        return ordered

    @staticmethod
    def _groups(findings: dict[str, FindingRule]) -> None:
        sizes: dict[str, int] = {}
        for finding in findings.values():
            if finding.doc.group:
                sizes[finding.doc.group] = sizes.get(finding.doc.group, 0) + 1
        for finding in findings.values():
            finding.group_size = sizes.get(finding.doc.group, 1)

    # Causes

    def _cause(self, entry: Entry) -> CauseRule:
        doc: documents.Cause = entry.typed
        prior = documents.weight(doc.prior)
        if not 0.0 < prior < 1e6:
            self.errors.append(entry.error(["prior"], "a prior is common, occasional, rare, or a number above 0"))
        return CauseRule(doc, entry, prior, self._global(entry, ["requires"], doc.requires))

    def _refer(self, entry: Entry, path: Path, name: str, kind: str) -> Entry | None:
        """The entry that a name refers to, off or not; an error with the nearest name when there is none."""
        if self.kind_of.get(name) == kind:
            return self.by_id[name]
        known = [other for other, its in self.kind_of.items() if its == kind]
        hint = nearest(name, known)
        if name in self.kind_of:
            hint = f"; it is a {self.kind_of[name]}"
        self.errors.append(entry.error(path, f'there is no {kind} "{name}"{hint}'))
        return None

    def _arrows(self, findings: dict[str, FindingRule], causes: dict[str, CauseRule]) -> None:
        for finding in findings.values():
            self._arrows_of_finding(finding, causes)
        for cause in causes.values():
            for name, frequency in cause.doc.shows.items():
                path: Path = ["shows", name]
                if self._refer(cause.entry, path, name, "finding") is None or name not in findings:
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
            elif self._refer(finding.entry, path, name, "cause") is not None and name in causes:
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
            if self._refer(entry, ["due_to", name], name, "cause") is not None and name in causes:
                cause.due_to[name] = documents.frequency(frequency)  # type: ignore[arg-type]
        excludes = set(cause.excludes)
        for number, name in enumerate(doc.excludes):
            if self._refer(entry, ["excludes", number], name, "cause") is not None and name in causes:
                excludes.add(name)
                causes[name].excludes |= {cause.id}
        if cause.id in excludes:
            self.errors.append(entry.error(["excludes"], "a cause cannot exclude itself"))
        cause.excludes |= excludes
        for number, alike in enumerate(doc.look_alikes):
            self._refer(entry, ["look_alikes", number, "cause"], alike.cause, "cause")
        own = tuple(cause.arrows)
        cause.fixes = tuple(self._fix(entry, ["fixes", number], fix, own) for number, fix in enumerate(doc.fixes))
        for fix in cause.fixes:
            for name in fix.clears:
                if name not in findings and not self.by_id[name].off:
                    raise AssertionError(name)

    def _fix(self, entry: Entry, path: Path, fix: documents.Fix, own: tuple[str, ...]) -> FixRule:
        steps = tuple(documents.listed(fix.do))
        for number, step in enumerate(steps):
            self._text(entry, [*path, "do"] if isinstance(fix.do, str) else [*path, "do", number], step, None)
        clears = []
        for number, name in enumerate(fix.clears):
            found = self._refer(entry, [*path, "clears", number], name, "finding")
            if found is not None and not found.off:
                clears.append(name)
        return FixRule(fix, steps, self._global(entry, [*path, "when"], fix.when), tuple(clears) or own)

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
            self._refer(entry, ["given", name], name, "finding")
            if isinstance(value, str) and value not in documents.ANSWERS:
                message = f'"{value}" is no answer{nearest(value, documents.ANSWERS)}; write a degree, or one of '
                self.errors.append(entry.error(["given", name], message + ", ".join(documents.ANSWERS)))
            elif not isinstance(value, str) and not 0.0 <= value <= 1.0:
                self.errors.append(entry.error(["given", name], "a degree lies between 0 and 1"))
        for number, name in enumerate(doc.top):
            self._refer(entry, ["top", number], name, "cause")


def _is_name(text: str) -> bool:
    try:
        return isinstance(parse(text), Name)
    except ExpressionError:
        return False
