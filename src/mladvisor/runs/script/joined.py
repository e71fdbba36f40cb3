"""A script with what it uses of modules beside it, as one text: their definitions first, then its own statements.

Of a module only that is taken which the script's names lead to, so that a file of ten models gives the one that is
trained. Each line keeps the file and number that a person would look it up by.
"""

from __future__ import annotations

import ast

from mladvisor.errors import ReadError
from mladvisor.runs.script.code import MAX_NODES, Code, Part
from mladvisor.runs.script.modules import Library, Modules, Name
from mladvisor.runs.script.rewrite import Imports, Rewrite, chain, named_by
from mladvisor.runs.script.source import Source, bound_by

_MOST_NODES = MAX_NODES  # that are looked through for names


def joined(code: Code, library: Library, kept: frozenset[str] = frozenset()) -> Code:
    """The script with its modules; the script itself where it imports none that can be read.

    Args:
        kept: modules whose values are found by `outside`: of them only what does something is taken.
    """
    script = Source(code.file, code.text, code.tree)
    modules = Modules(library, script, kept)
    order = modules.all_imported()
    if not order:
        return code
    try:
        made = _Joiner(modules, order).code(code.parts)
    except (ReadError, RecursionError):
        library.notes.append(f"{code.file} imports more than can be followed: its modules are not read")
        made = Code(code.file, code.text, code.parts)
    made.imported = tuple(source.file for source in order)
    return made


class _Joiner:
    """Picks the statements that names lead to, gives each name one meaning, and puts all together."""

    def __init__(self, modules: Modules, order: list[Source]) -> None:
        self.modules, self.script = modules, modules.script
        self.taken: dict[str, set[int]] = {}
        self.reached: set[tuple[str, str]] = set()
        self._pending: list[tuple[Source, ast.AST]] = [(self.script, self.script.tree)]
        self._nodes = 0
        while self._pending:
            self._look(*self._pending.pop())
        self.order = [source for source in order if source.file in self.taken]
        self.names: dict[tuple[str, str], str] = {}
        self._name_all()

    def _look(self, source: Source, inside: ast.AST) -> None:
        for node in ast.walk(inside):
            self._nodes += 1
            if self._nodes > _MOST_NODES:
                raise ReadError("is too long to be read as a script")
            if isinstance(node, ast.Name):
                found = self.modules.meant(source, node.id)
            elif isinstance(node, ast.Attribute):
                found = named_by(self.modules, source, chain(node))
            else:
                continue
            if isinstance(found, str) and isinstance(node, ast.Name):
                found = Name(source, node.id)  # a module as a whole: its import may have to stay
            if isinstance(found, Name) and found.source is not self.script:
                self._reach(found)

    def _reach(self, found: Name) -> None:
        source, name = found
        if (source.file, name) in self.reached:
            return
        self.reached.add((source.file, name))
        taken = self.taken.setdefault(source.file, set())
        for statement in (*source.binds.get(name, ()), *source.changes.get(name, ())):
            if id(statement) in taken:
                continue
            taken.add(id(statement))
            self._pending.append((source, statement))
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                for other in bound_by(statement):
                    self.reached.add((source.file, other))

    # -- names

    def _name_all(self) -> None:
        meanings = {name: self.script.outer.get(name, "") for name in self.script.binds if self._is_own(name)}
        seen_as: dict[tuple[str, str], set[str]] = {}
        sources = [self.script, *self.order]
        for source in sources:
            for bound in source.imported:
                found = self.modules.meant(source, bound)
                if isinstance(found, Name) and found.source is not source:
                    seen_as.setdefault((found.source.file, found.name), set()).add(f"{source.file} {bound}")
        for source in self.order:
            for name in source.binds:
                key = (source.file, name)
                if key not in self.reached:
                    continue
                outer = source.outer.get(name, "") if not source.defines(name) else ""
                if outer and meanings.get(name, outer) == outer:
                    self.names[key], meanings[name] = name, outer
                    continue
                used = any(
                    name in other.stored and f"{other.file} {name}" not in seen_as.get(key, ())
                    for other in sources
                    if other is not source
                )
                self.names[key] = new = self._free(name, source, meanings) if used or name in meanings else name
                meanings[new] = outer

    def _is_own(self, name: str) -> bool:
        """The script's own, or a library's."""
        found = self.modules.meant(self.script, name)
        return not (isinstance(found, Name) and found.source is not self.script)

    def _free(self, name: str, source: Source, meanings: dict[str, str]) -> str:
        stem = source.file.removesuffix(".py").replace("/", "_")
        new = f"{name}_{stem}"
        while new in meanings:
            new += "_"
        return new

    def joined_name(self, found: Name) -> str:
        """The name that a definition has in the joined text; "" for what is not in it."""
        if found.source is self.script:
            return found.name
        return self.names.get((found.source.file, found.name), "")

    # -- text

    def code(self, parts: list[Part]) -> Code:
        """The joined script. Raises ReadError when it is too long."""
        body: list[ast.stmt] = []
        texts: list[str] = []
        stretches: list[Part] = []
        lines = 0
        for source in (*self.order, self.script):
            own = source is self.script
            kept = source.tree.body if own else [one for one in source.tree.body if self._is_kept(source, one)]
            text = source.text if own else _only(source.text, kept)
            rewrite = Rewrite(self.modules, source, self.joined_name)
            changed = [rewrite.visit(one) for one in kept]
            reached = {name for file, name in self.reached if file == source.file}
            imports = Imports(rewrite, None if own else reached)
            body += [ast.increment_lineno(imports.visit(one), lines) for one in changed]
            own_parts = [Part(part.first + lines, part.file, part.cell) for part in parts] if own else []
            stretches += own_parts or [Part(lines + 1, source.file)]
            texts.append(text)
            lines += text.count("\n") + 1
        return Code(self.script.file, "\n".join(texts), stretches, ast.Module(body, []))

    def _is_kept(self, source: Source, statement: ast.stmt) -> bool:
        if id(statement) in self.taken[source.file]:
            return True
        star = isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names)
        return star and any(self.modules.stays(self.modules.file(source, one)) for one in source.stars)


def _only(text: str, kept: list[ast.stmt]) -> str:
    """The text with every line empty that none of the statements stands on."""
    lines = text.split("\n")
    wanted = [False] * len(lines)
    for statement in kept:
        above = [one.lineno for one in getattr(statement, "decorator_list", ())]
        for line in range(min([statement.lineno, *above]), (statement.end_lineno or statement.lineno) + 1):
            wanted[line - 1 : line] = [True]
    return "\n".join(line if keep else "" for line, keep in zip(lines, wanted, strict=True))
