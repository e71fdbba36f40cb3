"""A call in a script that sets something, and its arguments by name."""

from __future__ import annotations

import ast

Call = tuple[str, str, list[tuple[str, ast.expr]], ast.Call]
"""A call that sets something: block ("optimizer"), what it makes, its arguments by name, the call."""


def by_name(
    call: ast.Call, order: tuple[str, ...], kept: frozenset[str] | tuple[str, ...]
) -> list[tuple[str, ast.expr]]:
    """The arguments of these names, those without a name by their order."""
    found = [(name, node) for name, node in zip(order, call.args, strict=False) if not isinstance(node, ast.Starred)]
    found += [(word.arg, word.value) for word in call.keywords if word.arg]
    return [(name, node) for name, node in found if name in kept]


def is_main(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`, whichever side comes first."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = (node.test.left, *node.test.comparators)
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
