"""The tree of a script or module as it would be if all stood in one file: names of other modules are plain names.

`model.Net` after `import model`, and `Model` after `from model import Net as Model`, become `Net`; the imports go.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from mladvisor.runs.script.modules import Modules, Name
from mladvisor.runs.script.source import Named, Source

_MAKES = ("build", "make", "create", "get", "load", "init")
MAX_CHAIN = 8
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def chain(node: ast.AST) -> tuple[str, ...]:
    """("pkg", "model", "Net") of `pkg.model.Net`; () for what is no chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < MAX_CHAIN:
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def named_by(modules: Modules, source: Source, parts: tuple[str, ...]) -> Name | None:
    """The name of another module that a whole chain is; None for anything else."""
    found = modules.meant(source, parts[0]) if parts else None
    for part in parts[1:]:
        if not isinstance(found, str):
            return None
        found = modules.inside(found, part)
    if not isinstance(found, Name):
        return None
    # `import model` ... `model = model.Net()`: from there on it is no module, and `model.train` none of its functions
    makes = parts[-1].startswith(_MAKES) or any(isinstance(one, ast.ClassDef) for one in found.source.binds[found.name])
    return None if len(parts) > 1 and parts[0] in source.binds and _is_set(source, parts[0]) and not makes else found


def _is_set(source: Source, name: str) -> bool:
    return any(not isinstance(one, ast.Import | ast.ImportFrom) for one in source.binds[name])


def own_names(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """The parameters of a function and what it sets itself."""
    found = {one.arg for one in ast.walk(function.args) if isinstance(one, ast.arg)}
    taken: set[str] = set()
    pending: list[ast.AST] = list(function.body) if isinstance(function.body, list) else []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Global):
            taken.update(node.names)
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            pending.extend(ast.iter_child_nodes(node))
    return found - taken


class Rewrite(ast.NodeTransformer):
    """Changes the statements of one module in place.

    Attributes:
        left: names of modules that are still used as such, so that their import has to stay.
    """

    def __init__(self, modules: Modules, source: Source, joined: Callable[[Name], str]) -> None:
        """`joined` gives the name that a definition has in the joined text; "" for what is not in it."""
        self.modules, self.source, self.joined = modules, source, joined
        self.left: set[str] = set()
        self._shadows: list[set[str]] = []

    def _is_shadowed(self, name: str) -> bool:
        return any(name in shadow for shadow in self._shadows)

    def _target(self, node: ast.AST) -> str:
        parts = chain(node)
        if not parts or self._is_shadowed(parts[0]):
            return ""
        found = named_by(self.modules, self.source, parts)
        return self.joined(found) if found is not None else ""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`model.Net`."""
        name = self._target(node)
        return ast.copy_location(ast.Name(name, node.ctx), node) if name else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """`Net`, under the name that it has where all stands in one text."""
        name = self._target(node)
        if name:
            node.id = name
        elif not self._is_shadowed(node.id) and not isinstance(node.ctx, ast.Store):
            self.left.add(node.id)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Names of a function's own hide those of the module."""
        if not self._shadows and (name := self._defined(node.name, node)):
            node.name = name
        self._shadows.append(own_names(node))
        self.generic_visit(node)
        self._shadows.pop()
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """As a plain function."""
        return self.visit_FunctionDef(node)  # type: ignore[arg-type]

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Parameters hide names of the module."""
        self._shadows.append(own_names(node))
        self.generic_visit(node)
        self._shadows.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Names that a class sets for itself are none of the module's."""
        if not self._shadows and (name := self._defined(node.name, node)):
            node.name = name
        own = {one.id for each in node.body if not isinstance(each, (*_FUNCTIONS, ast.ClassDef))
               for one in ast.walk(each) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}  # fmt: skip
        self._shadows.append(own)
        self.generic_visit(node)
        self._shadows.pop()
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        """`global best`."""
        node.names = [self._defined(name) or name for name in node.names]
        return node

    def _defined(self, name: str, node: ast.stmt | None = None) -> str:
        if node is not None and not any(node is one for one in self.source.binds.get(name, ())):
            return ""
        return self.joined(Name(self.source, name))


class Imports(ast.NodeTransformer):
    """Takes out imports whose names are plain names now, and of a module those that nothing needs."""

    def __init__(self, rewritten: Rewrite, needed: set[str] | None = None) -> None:
        """`needed` are the names that a module's imports are kept for; None for all."""
        self.modules, self.source, self.left = rewritten.modules, rewritten.source, rewritten.left
        self.joined, self.needed = rewritten.joined, needed

    def _kept(self, node: ast.Import | ast.ImportFrom) -> Iterator[ast.alias]:
        outer = isinstance(node, ast.Import)
        at_top = any(node is one for one in self.source.tree.body)
        for alias in node.names:
            bound = alias.asname or (alias.name.partition(".")[0] if outer else alias.name)
            if alias.name == "*":
                found = self.modules.imported(self.source, _star(node))
                if not isinstance(found, str) or self.modules.stays(found):
                    yield alias
                continue
            meant = self.modules.meant(self.source, bound)
            if isinstance(meant, Name) and meant.source is not self.source:
                if not self.joined(meant):
                    yield alias
            elif isinstance(meant, str):
                if bound in self.left and not (bound in self.source.binds and _is_set(self.source, bound)):
                    yield alias
            elif self.needed is None or not at_top or bound in self.needed:
                name = self.joined(Name(self.source, bound)) if at_top else ""
                yield ast.copy_location(ast.alias(alias.name, name), alias) if name not in ("", bound) else alias

    def _visit(self, node: Any) -> ast.AST:
        node.names = list(self._kept(node))
        return node if node.names else ast.copy_location(ast.Pass(), node)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """`import model`."""
        return self._visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        """`from model import Net`."""
        return self._visit(node)


def _star(node: Any) -> Named:
    return Named(node.level, node.module or "", "")
