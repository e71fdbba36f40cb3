"""What a script picks by its settings, put where it is picked: `OPTIMIZERS[cfg["name"]]` becomes `torch.optim.SGD`.

Tables of classes, functions and objects, `getattr(torch.optim, name)`, and names that stand for a class are replaced in
the tree where the key has one known value; all that reads the tree then sees what a plain script would say.
"""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_HOMES = ("torch.optim", "torch.nn", "torch.nn.functional", "keras.", "tensorflow.", "tf.", "torchvision.models")
_MOST = 200


def put_choices(code: Code, values: Constants) -> bool:
    """Replace in the tree what is picked by a known key; True where something was."""
    tables = _tables(code)
    if not tables and "getattr" not in code.text and not _has_table_in_place(code):
        return _put_classes(code)
    found: list[tuple[ast.AST, ast.expr]] = []
    keys: dict[int, set[str]] = {}
    for node in code.nodes:
        new = _picked(code, values, node, tables, keys)
        if new is not None:
            found.append((node, new))
    moved: set[int] = set()
    for node, new in found[:_MOST]:
        if isinstance(new, ast.Call | ast.Lambda):
            if id(new) in moved:
                continue
            moved.add(id(new))
        _replace(code, node, new)
    for table in tables.values():
        if table is not None and len(keys.get(id(table), ())) == 1 and any(id(one) in moved for one in table.values):
            table.keys, table.values = [], []  # what was made there for another key is never used
    if found:
        code.refresh()
    return _put_classes(code) or bool(found)


def _tables(code: Code) -> dict[str, ast.Dict | None]:
    """Name -> the only mapping of text to things that it is given; None where it gets several, or more entries."""
    found: dict[str, ast.Dict | None] = {}
    for node in code.nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                name = code.dotted(target)
                table = _as_table(code, node.value)
                if name and table is not None and name not in found:
                    found[name] = table
                elif name in found:
                    found[name] = None
                if isinstance(target, ast.Subscript) and code.dotted(target.value) in found:
                    found[code.dotted(target.value)] = None
    return {name: table for name, table in found.items() if table is not None}


def _as_table(code: Code, node: ast.AST | None) -> ast.Dict | None:
    """A mapping whose values are no mere values."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        words = [word for word in node.keywords if word.arg]
        node = ast.Dict([ast.Constant(word.arg) for word in words], [word.value for word in words])
    if not isinstance(node, ast.Dict) or not node.values:
        return None
    plain = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
    things = all(isinstance(value, ast.Name | ast.Attribute | ast.Call | ast.Lambda) for value in node.values)
    return node if plain and things else None


def _has_table_in_place(code: Code) -> bool:
    return any(
        isinstance(node, ast.Dict) and isinstance(code.parent(node), ast.Subscript | ast.Attribute)
        for node in code.nodes
    )


def _picked(
    code: Code, values: Constants, node: ast.AST, tables: dict[str, ast.Dict | None], keys: dict[int, set[str]]
) -> ast.expr | None:
    """What an expression picks: an entry of a table, or an attribute by its name; None for anything else."""
    owner: ast.expr | None = None
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        owner, key = node.func.value, node.args[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
        return _attribute(code, values, node)
    if owner is None or key is None:
        return None
    table = tables.get(code.dotted(owner)) or _as_table(code, owner)
    if table is None:
        return None
    said = values.value(key)
    keys.setdefault(id(table), set()).add(said if isinstance(said, str) else f"? {getattr(node, 'lineno', 0)}")
    if not isinstance(said, str):
        return None
    return next(
        (value for one, value in zip(table.keys, table.values, strict=True)
         if isinstance(one, ast.Constant) and one.value == said), None
    )  # fmt: skip


def _attribute(code: Code, values: Constants, call: ast.Call) -> ast.expr | None:
    """`getattr(torch.optim, "SGD")`."""
    if len(call.args) not in (2, 3) or call.keywords:
        return None
    home, said = code.dotted(call.args[0]), values.value(call.args[1])
    fits = home in _HOMES or home.startswith(tuple(one for one in _HOMES if one.endswith(".")))
    if not fits or not isinstance(said, str) or not said.isidentifier():
        return None
    return ast.copy_location(ast.Attribute(value=call.args[0], attr=said, ctx=ast.Load()), call)


def _replace(code: Code, node: ast.AST, new: ast.expr) -> None:
    """Put an expression in the place of another one; a name or chain of names is copied, for it stays where it was."""
    outer = code.parent(node)
    if outer is None:
        return
    if isinstance(new, ast.Name | ast.Attribute):
        new = ast.copy_location(_copied(new), node)
    for field, value in ast.iter_fields(outer):
        if value is node:
            setattr(outer, field, new)
        elif isinstance(value, list):
            setattr(outer, field, [new if each is node else each for each in value])


def _copied(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute):
        return ast.copy_location(ast.Attribute(value=_copied(node.value), attr=node.attr, ctx=ast.Load()), node)
    return ast.copy_location(ast.Name(id=node.id, ctx=ast.Load()), node) if isinstance(node, ast.Name) else node


def _put_classes(code: Code) -> bool:
    """`cls = torch.optim.SGD` and then `cls(params)`: the name is set once, to a class of a library or the script."""
    stored: dict[str, list[ast.expr | None]] = {}
    for node in code.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            outer = code.parent(node)
            alone = isinstance(outer, ast.Assign) and outer.targets == [node]
            stored.setdefault(node.id, []).append(outer.value if alone and isinstance(outer, ast.Assign) else None)
        elif isinstance(node, ast.arg):
            stored.setdefault(node.arg, []).append(None)
    named = {name: held[0] for name, held in stored.items() if len(held) == 1 and _is_class(code, held[0])}
    changed = False
    for call, _ in list(code.calls):
        if isinstance(call.func, ast.Name) and (held := named.get(call.func.id)) is not None:
            _replace(code, call.func, held)
            changed = True
    if changed:
        code.refresh()
    return changed


def _is_class(code: Code, node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    name = code.dotted(node)
    made = name.rpartition(".")[2]
    return name in code.classes or (
        made[:1].isupper() and name.startswith(("torch.", "keras.", "tensorflow.", "tf.", "torchvision."))
    )
