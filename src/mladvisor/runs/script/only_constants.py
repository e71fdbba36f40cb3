"""Whether a module of Python does nothing but give values to names."""

from __future__ import annotations

import ast

_RUNS = (b"def ", b"\nfor ", b"\nwhile ", b"\nwith ", b"\nif ", b"lambda")
"""What a module that does something holds, looked for before it is parsed."""
_STILL = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Pass)


def holds_constants_alone(source: bytes) -> bool:
    """Assignments, imports and classes of such, without a call by itself: `lr = 0.1`, `optimizer = dict(lr=0.1)`.

    >>> holds_constants_alone(b"lr = 0.1\\nmodel = dict(depth=18)\\n"), holds_constants_alone(b"print(3)\\n")
    (True, False)
    """
    if b"=" not in source or any(word in source for word in _RUNS):
        return False
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(map(_is_still, body))


def _is_still(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return all(map(_is_still, node.body))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, _STILL)
