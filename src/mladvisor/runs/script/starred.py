"""What `from sklearn.ensemble import *` brings into a script: names that it uses and binds nowhere itself."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping

_LIBRARIES = ("sklearn", "torch", "keras", "tensorflow")  # what others bring may be called like anything


def starred(nodes: Iterable[ast.AST], imports: Mapping[str, str]) -> dict[str, str]:
    """Name -> dotted name, for the names that only an import of all can bring; {} where it may be one of several.

    Of several modules of one library it is open which one has the name: the library stands for them.
    """
    nodes = list(nodes)
    modules = {
        node.module or ""
        for node in nodes
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    }
    libraries = {module.partition(".")[0] for module in modules}
    if len(libraries) != 1 or libraries.isdisjoint(_LIBRARIES):
        return {}
    module = modules.pop() if len(modules) == 1 else libraries.pop()
    bound = set(dir(builtins)).union(imports)
    read: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
    return {name: f"{module}.{name}" for name in read - bound}
