"""What linking works with: the names, the documents by id, and the errors found so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mladvisor.errors import RuleError, nearest
from mladvisor.rulebook import documents
from mladvisor.rulebook.expression.compile import Compiled, compile_condition
from mladvisor.rulebook.expression.names import OWN_ERROR, Names
from mladvisor.rulebook.expression.parse import parse
from mladvisor.rulebook.expression.tree import ExpressionError, Flag, Negate, Node, Number
from mladvisor.rulebook.layers import Entry
from mladvisor.rulebook.templates import compile_template

Path = list[str | int]


def tree_of(expression: documents.Expression) -> Node:
    """The tree of an expression as YAML gives it: a text, a flag or a number."""
    if isinstance(expression, bool):
        return Flag(expression)
    if isinstance(expression, int | float):
        return Negate(Number(-float(expression))) if expression < 0 else Number(float(expression))
    return parse(expression)


class Linking:
    """Shared by the parts of `link`; `errors` grows as things are found wrong."""

    def __init__(
        self, entries: Sequence[Entry], names: Names, errors: list[RuleError], *, texts: bool, broken: Mapping[str, str]
    ) -> None:
        self.names, self.errors, self.texts, self.broken = names, errors, texts, broken
        self.by_id = {entry.id: entry for entry in entries if entry.id}
        self.kind_of = {entry.id: entry.origin.kind for entry in entries if entry.id}
        self._compiled: dict[str, Compiled] = {}

    def refer(self, entry: Entry, path: Path, name: str, kind: str) -> Entry | None:
        """The entry that a name refers to, off or not; an error with the nearest name when there is none.

        None without an error for a document that has errors of its own.
        """
        if self.kind_of.get(name) == kind:
            return self.by_id[name]
        if self.broken.get(name) == kind:
            return None
        known = [other for other, its in self.kind_of.items() if its == kind]
        hint = nearest(name, known)
        if name in self.kind_of:
            hint = f"; it is a {self.kind_of[name]}"
        self.errors.append(entry.error(path, f'there is no {kind} "{name}"{hint}'))
        return None

    def add(self, entry: Entry, path: Path, text: str, error: ExpressionError) -> None:
        """An error in the expression or template `text` that stands at `path`; one that follows from another is not."""
        if error.message.endswith(OWN_ERROR):
            return
        self.errors.append(entry.source(path).expression_error(path, text, error.message, error.at, error.width))

    def band(self, entry: Entry, path: Path, text: str) -> None:
        """Check a band of degrees or probabilities, as 0.3..0.7."""
        if ".." in text:
            try:
                documents.between(text)
            except ValueError as error:
                self.errors.append(entry.error(path, str(error)))

    def compiled(self, expression: documents.Expression) -> Compiled:
        """The compiled condition; a third of all conditions stand in several rules. Raises `ExpressionError`."""
        if not isinstance(expression, str):
            return compile_condition(tree_of(expression), self.names)
        known = self._compiled.get(expression)
        if known is None:
            known = self._compiled[expression] = compile_condition(tree_of(expression), self.names)
        return known

    def condition(self, entry: Entry, path: Path, expression: documents.Expression) -> Compiled | None:
        """The compiled condition; None when it is always true, or wrong."""
        if expression is True:
            return None
        try:
            return self.compiled(expression)
        except ExpressionError as error:
            self.add(entry, path, str(expression), error)
            return None

    def run_condition(self, entry: Entry, path: Path, expression: documents.Expression) -> Compiled | None:
        """A condition about the run as a whole."""
        compiled = self.condition(entry, path, expression)
        if compiled is not None and compiled.family:
            message = f"this depends on the {compiled.family}, but it is asked of the run as a whole"
            self.errors.append(entry.error(path, message))
        return compiled

    def text(self, entry: Entry, path: Path, text: str, family: str | None) -> None:
        """Check a template; it is compiled again when it is first used."""
        if not self.texts or not text:
            return
        try:
            parts = compile_template(text, self.names)
        except ExpressionError as error:
            self.add(entry, path, text, error)
            return
        for value in (value for part in parts for value in (part if isinstance(part, tuple) else (part,))):
            compiled = None if isinstance(value, str) else value.compiled
            if compiled is not None and compiled.family and compiled.family != family:
                message = f"the text uses a value per {compiled.family} where there is no {compiled.family}"
                self.errors.append(entry.error(path, message))
