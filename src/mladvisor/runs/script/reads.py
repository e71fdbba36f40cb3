"""Which tables a script reads, what it calls them, and which column it takes out of them to be learned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants
from mladvisor.runs.split_names import split_called

READERS = frozenset(
    ("read_csv", "read_parquet", "read_table", "read_feather", "read_excel", "scan_csv", "scan_parquet", "read_json")
)
"""Functions of pandas and polars that read a table."""
_JOINED = frozenset(("join", "Path", "PurePath", "joinpath", "str"))
MAX_TABLES = 20


class TableRead(NamedTuple):
    """One call that reads a table.

    Attributes:
        path: as far as the script writes it down: "data/train.csv", or "train.csv" where the folder is a variable.
        name: the variable, or the key of a mapping, that it is kept under; "" for none.
    """

    path: str
    name: str


def tables_read(code: Code, values: Constants) -> tuple[TableRead, ...]:
    """The tables that a script reads from paths that can be told, in order."""
    found: list[TableRead] = []
    for call, name in code.calls:
        if name.rpartition(".")[2] not in READERS:
            continue
        if path := _path(_first(call), values, {}):
            # what a function reads is kept where it is called, though its path may be told inside
            found += [*_read_by_calls(code, call, values)] or [TableRead(path, _called_by_use(code, call))]
        else:
            found += _read_in_turn(code, call, values) or _read_by_calls(code, call, values)
    return tuple(dict.fromkeys(found))[:MAX_TABLES]


def read_late(code: Code, values: Constants) -> frozenset[str]:
    """Paths of the tables that a script reads in a line of its own after a model was fitted to inputs and labels."""
    fits = [
        call.lineno
        for call, name in code.calls
        if name.rpartition(".")[2] == "fit" and len(call.args) > 1 and code.function_of(call) is None
    ]
    found: dict[str, bool] = {}
    for call, name in code.calls:
        if name.rpartition(".")[2] in READERS and (path := _path(_first(call), values, {})):
            late = bool(fits) and min(fits) < call.lineno and code.function_of(call) is None
            found[path] = late and found.get(path, True)
    return frozenset(path for path, late in found.items() if late)


_LOOPS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def _read_in_turn(code: Code, call: ast.Call, values: Constants) -> list[TableRead]:
    """The tables of `{s: read_csv(f"{s}.csv") for s in ("train", "val")}`: one for each value of the loop.

    Each is called as its turn is, or as the variable at its place in `a, b = (read_csv(...) for ...)`.
    """
    for outer in code.above(call):
        loops = outer.generators if isinstance(outer, _LOOPS) else [outer] if isinstance(outer, ast.For) else []
        for loop in loops:
            turns = _turns(loop.target, loop.iter, values)
            told = [(_path(_first(call), values, turn), "_".join(turn.values())) for turn in turns]
            if told and all(path for path, _ in told):
                kept = code.parent(outer)
                target = kept.targets[0] if isinstance(kept, ast.Assign) else None
                names = [code.dotted(each) for each in target.elts] if isinstance(target, ast.Tuple) else []
                same = len(names) == len(told)
                return [TableRead(path, names[at] if same else turn) for at, (path, turn) in enumerate(told)]
    return []


def _turns(target: ast.expr, over: ast.expr, values: Constants) -> list[dict[str, str]]:
    """Variables of a loop over texts that are written down, with their values at each turn."""
    names = [each.id for each in getattr(target, "elts", [target]) if isinstance(each, ast.Name)]
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and over.func.attr == "items":
        over = over.func.value
    if isinstance(over, ast.Dict):
        items = [[values.value(key), values.value(value)] for key, value in zip(over.keys, over.values, strict=True)]
    else:
        given = values.value(over)
        items = [each if isinstance(each, list) else [each] for each in given] if isinstance(given, list) else []
    items = [item[: len(names)] for item in items]  # the keys alone of `for name in {...}`
    fits = all(len(item) == len(names) and all(isinstance(each, str) for each in item) for item in items)
    return [dict(zip(names, item, strict=True)) for item in items] if fits and names else []


def _read_by_calls(code: Code, inner: ast.Call, values: Constants) -> Iterator[TableRead]:
    """The tables of `load("train.csv")` where `load` hands its argument to a reader."""
    maker = next((each for each in code.above(inner) if isinstance(each, ast.FunctionDef | ast.Lambda)), None)
    outer = code.parent(maker) if maker is not None else None
    named = isinstance(outer, ast.Assign) and isinstance(outer.targets[0], ast.Name) and outer.targets[0].id
    called = maker.name if isinstance(maker, ast.FunctionDef) else named
    if maker is None or not called or not maker.args.args:
        return
    for call, name in code.calls:
        given = values.value(call.args[0]) if name == called and call.args else None
        if isinstance(given, str) and (path := _path(_first(inner), values, {maker.args.args[0].arg: given})):
            yield TableRead(path, _called_by_use(code, call))


def _first(call: ast.Call) -> ast.expr | None:
    named = (word.value for word in call.keywords if word.arg in ("filepath_or_buffer", "path", "source"))
    return call.args[0] if call.args else next(named, None)


def _path(node: ast.expr | None, values: Constants, given: Mapping[str, str], depth: int = 0) -> str:
    """A path, or the end of it that is written down: `join(folder, "a.csv")` and `folder / "a.csv"` are "a.csv".

    Args:
        given: parameters of the function around it with what they are called with.
    """
    if node is None or depth > 4:
        return ""
    value = given.get(node.id) if isinstance(node, ast.Name) and node.id in given else values.value(node)
    if isinstance(value, str):
        return value.removeprefix("./")
    parts: list[ast.expr] = []
    if isinstance(node, ast.JoinedStr):
        parts = [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    if parts:
        told = [_path(each, values, given, depth + 1) for each in parts]
        unknown = max((at for at, text in enumerate(told) if not text), default=-1)
        end = "".join(told[unknown + 1 :])
        # of "{folder}/train.csv" the name is whole, of "{name}.csv" it is not
        return end if unknown < 0 else end.rpartition("/")[2] if "/" in end else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return _path(node.right, values, given, depth + 1).rpartition("/")[2]
    if isinstance(node, ast.Call) and node.args and _called(node) in _JOINED:
        return _path(node.args[-1], values, given, depth + 1)
    return ""


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _kept_as(code: Code, call: ast.Call) -> str:
    """The name that a table is kept under: `a, b = read_csv("x"), read_csv("y").dropna()` keeps y.csv as b."""
    inner: ast.AST = call
    outer = code.parent(inner)
    while isinstance(outer, ast.Attribute | ast.Subscript) or (isinstance(outer, ast.Call) and outer.func is inner):
        inner, outer = outer, code.parent(outer)
    above = code.parent(outer) if outer is not None else None
    if isinstance(outer, ast.Tuple | ast.List) and isinstance(above, ast.Assign):
        target, at = above.targets[0], outer.elts.index(inner)  # type: ignore[arg-type]
        named = target.elts[at] if isinstance(target, ast.Tuple | ast.List) and at < len(target.elts) else None
        return code.dotted(named)
    if isinstance(outer, ast.Dict):
        keys = [key for key, each in zip(outer.keys, outer.values, strict=True) if each is inner]
        return str(keys[0].value) if keys and isinstance(keys[0], ast.Constant) else ""
    return code.assigned_to(inner)


_ROWS = re.compile(
    r"(?i)^(?:[xy]|df|data|rows?|features?|inputs?|labels?|targets?)_|_(?:[xy]|df|data|set|rows?)$|^[xy]t"
)
_FITS = frozenset(("fit", "train", "fit_predict", "predict", "predict_proba"))
_HOPS = 40  # variables that are followed


def _called_by_use(code: Code, call: ast.Call) -> str:
    """The name that a table is kept under; where it names no split, that of the rows made of it, if those name one.

    `new = read_csv("march.csv")`, `X_test = new.drop(columns="y")`: march.csv is what is tested on. What is cut into
    parts afterwards gives names of several splits, and is none of them.
    """
    kept = _kept_as(code, call)
    if not kept or split_called(kept) is not None:
        return kept
    function = code.function_of(call)
    assigned = [node for node in code.nodes if isinstance(node, ast.Assign) and code.function_of(node) is function]
    names, told = [kept], dict[str, str]()
    for name in names:
        for target in (target for node in assigned for target in _made_from(node, name)):
            split = split_called(target)
            if split is not None:
                told[split] = told.get(split, "") or (target if _ROWS.search(target) else "")
            elif target not in names and len(names) < _HOPS:
                names.append(target)
    split, target = next(iter(told.items()), ("", "")) if len(told) == 1 else ("", "")
    learned = split != "train" and any(_is_fitted(code, name) for name in names)
    return target if target and not learned else kept


def _is_fitted(code: Code, name: str) -> bool:
    """A model is fitted to a variable, or to a part of it."""
    return any(
        made.rpartition(".")[2] in _FITS - {"predict", "predict_proba"}
        and any(isinstance(one, ast.Name) and one.id == name for arg in call.args for one in ast.walk(arg))
        for call, made in code.calls
    )


def _made_from(node: ast.Assign, name: str) -> Iterator[str]:
    """The variables that one assignment makes of another: of `X, y = a.values, b["y"]` each of its own.

    A fitted model is no rows.
    """
    for target in node.targets:
        pairs = [(target, node.value)]
        if isinstance(target, ast.Tuple):
            same = isinstance(node.value, ast.Tuple) and len(node.value.elts) == len(target.elts)
            values = node.value.elts if same else [node.value] * len(target.elts)  # type: ignore[attr-defined]
            pairs = list(zip(target.elts, values, strict=True))
        for each, value in pairs:
            fits = isinstance(value, ast.Call) and _called(value) in _FITS
            uses = any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(value))
            if isinstance(each, ast.Name) and uses and not fits:
                yield each.id


def dropped_columns(code: Code, values: Constants) -> list[str]:
    """Columns that are dropped from a table: `df.drop(columns=["id"])`, `df.drop("id", axis=1)`."""
    return [value for call in methods(code, "drop") for value in _dropped(call, values)]


def methods(code: Code, method: str) -> Iterator[ast.Call]:
    return (
        call for call, name in code.calls if name.rpartition(".")[2] == method and isinstance(call.func, ast.Attribute)
    )


def _dropped(call: ast.Call, values: Constants) -> list[str]:
    words = {word.arg: word.value for word in call.keywords}
    by_axis = values.value(words.get("axis")) in (1, "columns") or (
        len(call.args) > 1 and values.value(call.args[1]) in (1, "columns")
    )
    given = [words["columns"]] if "columns" in words else call.args[:1] if by_axis else []
    return texts_of(given, values)


def texts_of(nodes: list[ast.expr], values: Constants) -> list[str]:
    """The texts that expressions come to, alone or in lists."""
    found = [values.value(node) for node in nodes]
    flat = [each for value in found for each in (value if isinstance(value, list) else [value])]
    return [each for each in flat if isinstance(each, str)]
