"""Whether inputs and labels of two files, of which one lost rows, are made equally long by cutting off the end.

`X = pd.read_csv("x.csv"); y = pd.read_csv("y.csv", skiprows=[1]); n = min(len(X), len(y))`: each row has the label of
the next one from then on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_READS = frozenset(("read_csv", "read_table", "read_excel", "read_fwf", "loadtxt", "genfromtxt"))
_SKIPS = frozenset(("skiprows", "skip_header", "header"))
_DROPS = frozenset(("dropna", "drop_duplicates", "query"))
_BOTH = 2


def keeps_rows_in_step(code: Code) -> Fact:
    """False where two tables that were read apart, of which rows of one alone were skipped or dropped, are cut to the
    length of the shorter; never known to be true.
    """
    for node, names in _cut_to_fit(code):
        if len(names) != _BOTH:
            continue
        reads = [_read(code, name) for name in names]
        if None in reads or reads[0] == reads[1]:
            continue
        skipped = {_without_file(read) for read in reads if read is not None}
        dropped = {name for name in names if _drops(code, name)}
        if len(skipped) == _BOTH or len(dropped) == 1:
            return False, node
    return None


def _cut_to_fit(code: Code) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """(where, the two names): `min(len(X), len(y))`, `y = y[:len(X)]`, `y.iloc[:len(X)]`."""
    for call, name in code.calls:
        if name == "min":
            yield call, frozenset(each for each in map(_length_of, call.args) if each)
        elif name.rpartition(".")[2] == "head" and isinstance(call.func, ast.Attribute) and call.args:
            yield call, frozenset((code.dotted(call.func.value), _length_of(call.args[0])))
    for node in code.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.upper is not None:
            of = node.value.value if isinstance(node.value, ast.Attribute) else node.value
            if node.slice.lower is None and isinstance(of, ast.Name) and (other := _length_of(node.slice.upper)):
                yield node, frozenset((of.id, other))


def _length_of(node: ast.expr) -> str:
    """ "X" of `len(X)` and of `X.shape[0]`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len" and node.args:
        return node.args[0].id if isinstance(node.args[0], ast.Name) else ""
    shape = node.value if isinstance(node, ast.Subscript) else None
    whole = isinstance(shape, ast.Attribute) and shape.attr == "shape" and isinstance(shape.value, ast.Name)
    return shape.value.id if whole else ""  # type: ignore[union-attr]


def _read(code: Code, name: str) -> tuple[str, ...] | None:
    """What a table was read from, and what is skipped there; None where it was not read from a file of its own."""
    made = [node.value for node in code.assignments(name)]
    reads = [call for value in made for call in ast.walk(value)
             if isinstance(call, ast.Call) and code.dotted(call.func).rpartition(".")[2] in _READS]  # fmt: skip
    if len(reads) != 1 or not reads[0].args:
        return None
    skips = [f"{word.arg}={ast.dump(word.value)}" for word in reads[0].keywords if word.arg in _SKIPS]
    return (ast.dump(reads[0].args[0]), *sorted(skips))


def _without_file(read: tuple[str, ...]) -> tuple[str, ...]:
    return read[1:]


def _drops(code: Code, name: str) -> bool:
    """Rows of the table alone are taken out: `X = X.dropna()`."""
    return any(
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr in _DROPS
        and any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node.value.func))
        for node in code.assignments(name)
    )
