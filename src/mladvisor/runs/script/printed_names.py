"""What a training loop prints without words: `print(epoch, loss.item(), acc)` gives each bare number a name.

Only the script says what the columns of such output are: an expression is called after the first name in it that
means a loss, metric, rate or count ("tot_loss / n", "criterion(model(xv), yv)", "history['val_loss'][-1]").
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from mladvisor.runs.roles import Columns
from mladvisor.runs.script.code import Code

_MOST = 12  # numbers in a line
_MAX_INSIDE = 60  # nodes of an expression
_WORDED = re.compile(r"[^\W\d_]{2}")
_FIELD = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]")
_PRINTS = frozenset(("print", "tqdm.write", "tqdm.tqdm.write"))
_CLOCKS = frozenset(("time", "perf_counter", "elapsed"))


def printed_names(code: Code, columns: Columns) -> list[tuple[str, ...]]:
    """The names of the numbers in each line that a loop prints without words; "" for a number that none is known of.

    Returns: each different line once, if a loss is among its numbers.
    """
    headers = _headers(code)
    found: list[tuple[str, ...]] = []
    for call, dotted in code.calls:
        if dotted not in _PRINTS or not code.loops_of(call):
            continue
        said = _line(code, call, columns, headers)
        if said and said not in found and any(columns.meaning(name).kind == "loss" for name in said if name):
            found.append(said)
    return found


def _headers(code: Code) -> dict[str, list[str]]:
    """Variable -> the names in the header of the only table that it is written to: `w.writerow(row)`."""
    written: dict[str, set[str]] = {}
    heads: dict[str, list[str]] = {}
    for call, dotted in code.calls:
        writer, _, method = dotted.rpartition(".")
        if method != "writerow" or len(call.args) != 1:
            continue
        row = call.args[0]
        if isinstance(row, ast.Name):
            written.setdefault(row.id, set()).add(writer)
        elif isinstance(row, ast.List | ast.Tuple):
            names = [one.value for one in row.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if names and len(names) == len(row.elts):
                heads[writer] = names
    return {row: heads[min(to)] for row, to in written.items() if len(to) == 1 and min(to) in heads}


def _line(code: Code, call: ast.Call, columns: Columns, headers: dict[str, list[str]]) -> tuple[str, ...]:
    """The names of the numbers that one call prints; () where it prints words, or none that are known."""
    values = _values(call)
    if values is not None and len(values) == 1:
        whole = values[0]
        if isinstance(whole, ast.Name) and whole.id in headers:
            return tuple(headers[whole.id])
        whole = code.meant(whole)
        if isinstance(whole, ast.List | ast.Tuple):
            values = list(whole.elts)
    if not values or len(values) > _MOST or any(isinstance(value, ast.Starred | ast.Constant) for value in values):
        return ()
    counts = {
        node.id
        for loop in code.loops_of(call)
        if isinstance(loop, ast.For)
        for node in ast.walk(loop.target)
        if isinstance(node, ast.Name)
    }
    names = tuple(_name(code, value, columns, counts) for value in values)
    return names if len({name for name in names if name}) == sum(map(bool, names)) else ()


def _values(call: ast.Call) -> list[ast.expr] | None:
    """The numbers that a call prints, in their order; None where words stand beside them."""
    if len(call.args) != 1:
        return None if any(_says(arg) for arg in call.args) else list(call.args)
    said = call.args[0]
    if isinstance(said, ast.JoinedStr):
        literal = "".join(str(part.value) for part in said.values if isinstance(part, ast.Constant))
        inside = [part.value for part in said.values if isinstance(part, ast.FormattedValue)]
        return None if _WORDED.search(literal) else inside
    if isinstance(said, ast.BinOp) and isinstance(said.op, ast.Mod) and isinstance(said.left, ast.Constant):
        inside = list(said.right.elts) if isinstance(said.right, ast.Tuple) else [said.right]
        return None if _worded(said.left.value) else inside
    if isinstance(said, ast.Call) and isinstance(said.func, ast.Attribute) and said.func.attr == "format":
        form = said.func.value
        plain = isinstance(form, ast.Constant) and not _worded(form.value) and not said.keywords
        return list(said.args) if plain else None
    return None if _says(said) else [said]


def _says(value: ast.expr) -> bool:
    """A text, or what is made of one."""
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and _worded(value.value))


def _worded(form: object) -> bool:
    return not isinstance(form, str) or bool(_WORDED.search(_FIELD.sub(" ", form)))


def _name(code: Code, value: ast.expr, columns: Columns, counts: set[str]) -> str:
    """What an expression is called: by the first of its names, or of those that it is assigned from, that means
    something; "" where none does.
    """
    told = _called(_names_in(value), columns, counts)
    if not told and isinstance(value, ast.Name):
        told = _called(_names_in(code.meant(value)), columns, counts)
    return told


def _called(names: Sequence[str], columns: Columns, counts: set[str]) -> str:
    if not _CLOCKS.isdisjoint(names):
        return ""
    for name in names:
        kind = columns.meaning(name).kind
        if columns.x_kind(name) is not None:
            return name
        if kind in ("loss", "metric", "learning-rate", "gradient-norm"):
            split = next((part for other in names if (part := columns.meaning(other).split)), None)
            return name if split is None or columns.meaning(name).split else f"{split}_{name}"
    return "step" if any(name in counts for name in names[:1]) else ""


def _names_in(value: ast.expr) -> list[str]:
    """Names, attributes and keys of an expression, from the left to the right."""
    found: list[tuple[int, int, str]] = []
    for at, node in enumerate(ast.walk(value)):
        if at > _MAX_INSIDE:
            break
        where = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
        if isinstance(node, ast.Name):
            found.append((*where, node.id))
        elif isinstance(node, ast.Attribute):
            found.append((*where, node.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < _MAX_INSIDE:
            found.append((*where, node.value))
    return [name for *_, name in sorted(found)]
