"""One module of Python as its own level binds it: what its names are, and what they are imported from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.script.calls import is_main

_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Named(NamedTuple):
    """What an import of some module says: `from {dots}{module} import {part}`; a whole module has no part."""

    dots: int
    module: str
    part: str


class Source:
    """One file of Python with what its own level binds.

    Attributes:
        file: relative to the run folder.
        tree: its statements; that of a script may be changed by who joins it.
        binds: name -> the statements of the module's level that bind it.
        changes: name -> the statements of that level that change what it holds (`layers.append(...)`).
        outer: name -> the dotted name of a library that it is imported from.
        imported: name -> what it is imported from, wherever in the file; libraries among them.
        stars: modules of which everything is imported.
        stored: names that are set anywhere in the file, parameters among them.
    """

    def __init__(self, file: str, text: str, tree: ast.Module) -> None:
        self.file, self.text, self.tree = file, text, tree
        self.binds: dict[str, list[ast.stmt]] = {}
        self.changes: dict[str, list[ast.stmt]] = {}
        self.outer: dict[str, str] = {}
        self.imported: dict[str, Named] = {}
        self.stars: list[Named] = []
        self.stored: set[str] = set()
        for node in ast.walk(tree):
            self._see(node)
        for statement in tree.body:
            if not is_main(statement):
                for name in bound_by(statement):
                    self.binds.setdefault(name, []).append(statement)
                if (changed := _changed_by(statement)) and changed not in self.outer:
                    self.changes.setdefault(changed, []).append(statement)

    def _see(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                self.imported[bound] = Named(0, alias.name if alias.asname else bound, "")
                self.outer[bound] = self.imported[bound].module
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(Named(node.level, node.module or "", ""))
                    continue
                bound = alias.asname or alias.name
                self.imported[bound] = Named(node.level, node.module or "", alias.name)
                self.outer[bound] = f"{'.' * node.level}{node.module or ''}.{alias.name}"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.stored.add(node.id)
        elif isinstance(node, ast.arg):
            self.stored.add(node.arg)

    @property
    def folder(self) -> str:
        """The folder of the file; of a package's `__init__.py` the package."""
        return self.file.rpartition("/")[0]

    def defines(self, name: str) -> bool:
        """A function or a class of this name stands in the module."""
        return any(isinstance(each, _DEFINED) for each in self.binds.get(name, ()))

    def only_holds(self, name: str) -> bool:
        """A class of this name has values and no methods."""
        return all(
            isinstance(each, ast.ClassDef) and not any(isinstance(one, _DEFINED) for one in each.body)
            for each in self.binds.get(name, ())
        )


def bound_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement of a module's level binds there."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, _DEFINED):
            yield node.name
            continue
        if isinstance(node, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        pending.extend(ast.iter_child_nodes(node))


def _changed_by(statement: ast.stmt) -> str:
    """The name of what a statement changes in place: `params.update(x)`, `config["lr"] = 1`; "" for none."""
    node: ast.AST | None = None
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        node = statement.value.func
        node = node if isinstance(node, ast.Attribute) else None
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        node = statement.targets[0] if isinstance(statement.targets[0], ast.Attribute | ast.Subscript) else None
    elif isinstance(statement, ast.AugAssign):
        node = statement.target if isinstance(statement.target, ast.Attribute | ast.Subscript) else None
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
