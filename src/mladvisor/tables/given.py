"""Which columns a script gives to its tables: `df["x"] = ...`, `df.assign(x=...)`, and each of a loop over names."""

from __future__ import annotations

import ast
import copy

_MOST_TURNS = 64


class Given:
    """A column, the expression that it is given, and the statement or keyword that gives it.

    Attributes:
        written: the name stands in that statement: not where a loop gives it.
    """

    __slots__ = ("column", "node", "value", "written")

    def __init__(self, column: str, value: ast.expr, node: ast.AST, *, written: bool = True) -> None:
        self.column, self.value, self.node, self.written = column, value, node, written


def given_columns(nodes: list[ast.AST]) -> list[Given]:
    """All of them in the order of the script; a loop over a list of names gives one a turn."""
    turns = _turns(nodes)
    found = []
    for node in nodes:
        if id(node) in turns:
            for name, text in turns[id(node)]:
                said = _Said(name, text).visit(copy.deepcopy(node))
                found += [Given(column, value, node, written=False) for column, value, _ in assigned(said)]
        else:
            found += [Given(*each) for each in assigned(node)]
    return found


def _turns(nodes: list[ast.AST]) -> dict[int, list[tuple[str, str]]]:
    """Assignments in a loop over names that are written down: (name in the loop, the text it stands for)."""
    lists = {
        node.targets[0].id: node.value
        for node in nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    found: dict[int, list[tuple[str, str]]] = {}
    for node in nodes:
        if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name):
            continue
        over = lists.get(node.iter.id) if isinstance(node.iter, ast.Name) else node.iter
        items = over.elts if isinstance(over, ast.List | ast.Tuple) else []
        texts = [each.value if isinstance(each, ast.Constant) else None for each in items]
        if texts and len(texts) <= _MOST_TURNS and all(isinstance(text, str) for text in texts):
            told = [(node.target.id, str(text)) for text in texts]
            found |= {id(each): told for each in ast.walk(node) if isinstance(each, ast.Assign | ast.AugAssign)}
    return found


class _Said(ast.NodeTransformer):
    """A name of a loop becomes the text it stands for, also within an f-string or a sum of texts."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Constant(self.text), node) if node.id == self.name else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
        return _together(node, parts)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _together(node, [node.left, node.right]) if isinstance(node.op, ast.Add) else node


def _together(node: ast.AST, parts: list[ast.expr]) -> ast.AST:
    texts = [each.value for each in parts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return ast.copy_location(ast.Constant("".join(texts)), node) if len(texts) == len(parts) else node


def assigned(node: ast.AST) -> list[tuple[str, ast.expr, ast.AST]]:
    """(column, expression, node) of `df["x"] = ...` and `df.assign(x=...)`."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        name = column_of(node.targets[0])
        return [(name, node.value, node)] if name else []
    if isinstance(node, ast.AugAssign):
        name = column_of(node.target)
        return [(name, node.value, node)] * 2 if name else []  # changed twice: cannot be told
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "assign":
        return [
            (word.arg, word.value.body if isinstance(word.value, ast.Lambda) else word.value, word)
            for word in node.keywords
            if word.arg
        ]
    return []


def fresh_frames(nodes: list[ast.AST]) -> frozenset[str]:
    """Names of tables that start without columns: `f = pd.DataFrame(index=df.index)`, `f = pd.DataFrame()`."""
    return frozenset(
        node.targets[0].id
        for node in nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "DataFrame" and not node.value.args
        and all(word.arg == "index" for word in node.value.keywords)
    )  # fmt: skip


def owner_of(node: ast.AST) -> str:
    """The name of the table that a column is given to; "" for one without a plain name."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    held = target.value if isinstance(target, ast.Subscript) else None
    held = held.value if isinstance(held, ast.Attribute) and held.attr == "loc" else held
    return held.id if isinstance(held, ast.Name) else ""


def column_of(node: ast.expr) -> str:
    """`df["x"]` and `df.loc[:, "x"]` are "x"."""
    if not isinstance(node, ast.Subscript):
        return ""
    part = node.slice.elts[-1] if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2 else node.slice
    named = isinstance(node.value, ast.Name | ast.Attribute)
    return part.value if named and isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
