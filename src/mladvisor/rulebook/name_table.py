"""The table of names of a rulebook: facts from `facts` documents, and features that only questions set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from mladvisor.errors import RuleError, nearest
from mladvisor.features import catalogue
from mladvisor.rulebook import documents
from mladvisor.rulebook.expression.compile import compile_fact
from mladvisor.rulebook.expression.names import OWN_ERROR, Names
from mladvisor.rulebook.expression.names import Entry as Named
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.tree import ExpressionError, Name, Node
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.linking import Path, tree_of


class NameTable:
    """Reads facts and questions; `errors` grows as things are found wrong."""

    def __init__(self, errors: list[RuleError], *, allow_unknown: bool) -> None:
        self.errors, self.allow_unknown = errors, allow_unknown
        self.facts: dict[str, tuple[Entry, Path, str]] = {}

    def build(self, entries: Sequence[Entry], broken: Mapping[str, str]) -> Names:
        """The names of these documents; `broken`: ids of documents with errors of their own, and their kind."""
        trees: dict[str, Node | None] = {name: None for name, kind in broken.items() if kind == "facts"}
        asked: dict[str, Named] = {}
        for entry in entries:
            if entry.origin.kind == "facts":
                self._read_facts(entry, trees)
            elif entry.origin.kind == "question" and not entry.off:
                self._read_question(entry, asked)
        for name in trees:
            if name in self.facts and catalogue.find(name) is not None:
                entry, path, _ = self.facts[name]
                self.errors.append(entry.error(path, f'"{name}" is a feature already; call the fact otherwise'))
        return Names(
            find=catalogue.find,
            known=catalogue.catalogue,
            facts=trees,
            asked=asked,
            compile_fact=compile_fact,
            allow_unknown=self.allow_unknown,
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

    def _read_question(self, entry: Entry, asked: dict[str, Named]) -> None:
        question: documents.Question = entry.typed
        feature = catalogue.find(question.sets)
        kinds = {"number": "number", "choice": "choice", "yes-no": "flag"}
        if question.kind == "choice" and not question.choices:
            self.errors.append(entry.error(["choices"], "a question of the kind choice needs its choices"))
        if feature is None:
            if question.sets.startswith("answer.") or self.allow_unknown:
                kind: Any = {"number": "number", "choice": "text", "yes-no": "condition"}[question.kind]
                choices = tuple(question.choices)
                leaves = frozenset((question.sets,))
                asked[question.sets] = Named(question.sets, kind, choices, leaves=leaves)
                return
            other = '; one that only this question sets is called "answer.…"'
            hint = nearest(question.sets, catalogue.catalogue()) or other
            self.errors.append(entry.error(["sets"], f'there is no feature "{question.sets}"{hint}'))
        elif kinds[question.kind] != feature.type:
            message = f'"{question.sets}" is a {feature.type}, but the question is of the kind {question.kind}'
            self.errors.append(entry.error(["kind"], message))
        elif feature.choices:
            for number, choice in enumerate(question.choices):
                if choice not in feature.choices:
                    message = f'"{question.sets}" is never "{choice}"{nearest(choice, feature.choices)}'
                    self.errors.append(entry.error(["choices", number], message))

    def compile_facts(self, names: Names) -> None:
        """Compile every fact, so that a wrong one is found although nothing uses it."""
        for name in self.facts:
            with suppress(ExpressionError):
                names.resolve(name)
        for name, error in names.broken.items():
            # An error inside another fact is reported where that fact stands.
            if not error.message.endswith(OWN_ERROR):
                entry, path, text = self.facts[name]
                self._add(entry, path, text, error)

    def _add(self, entry: Entry, path: Path, text: str, error: ExpressionError) -> None:
        self.errors.append(entry.source(path).expression_error(path, text, error.message, error.at, error.width))


def _is_name(text: str) -> bool:
    try:
        return isinstance(parse(text), Name)
    except ExpressionError:
        return False
