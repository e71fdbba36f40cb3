"""Whether a training script cuts its examples out of a series: windows that slide over it, or its past beside each row.

The rows of such a table follow each other in time, and are no examples by themselves.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code

_CUTTERS = frozenset(
    ("sliding_window_view", "timeseries_dataset_from_array", "TimeseriesGenerator", "TimeSeriesDataSet", "unfold",
     "series_to_supervised", "create_sequences", "rolling_window")
)  # fmt: skip
_PAST = re.compile(
    r"(?i)(?:^|[_\W])(?:lag|prev|previous|past|next|ahead|future|horizon|t[-+_]?\d|shift)s?(?:$|[_\W\d])"
)


def cuts_windows(code: Code) -> Fact:
    """Examples are windows that slide over the rows, or rows with those before them; never known not so."""
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        if last in _CUTTERS and (last != "unfold" or not name.startswith("torch.nn")):
            return True, call
        if last == "window" and any(word.arg == "shift" for word in call.keywords):  # of tf.data
            return True, call
        if last == "shift" and _is_past(code, call):
            return True, call
    for node in code.nodes:
        if isinstance(node, ast.Subscript) and _slides(code, node):
            return True, node
    return None


def _is_past(code: Code, call: ast.Call) -> bool:
    """`df[f"lag_{k}"] = df["load"].shift(k)`: a column of its own, called after the past or the future."""
    outer = code.parent(call)
    target = outer.targets[0] if isinstance(outer, ast.Assign) else None
    return target is not None and _PAST.search(ast.unparse(target)) is not None


def _slides(code: Code, node: ast.Subscript) -> bool:
    """`a[i:i + w]` or `a[i - w:i]` in a loop over places one or a few apart: batches do not overlap, windows do."""
    part = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
    if not isinstance(part, ast.Slice) or part.step is not None or part.lower is None or part.upper is None:
        return False
    low, high = part.lower, part.upper
    widths = [each.value for each in ast.walk(part) if isinstance(each, ast.Constant)]
    if isinstance(low, ast.Name) and isinstance(high, ast.BinOp) and isinstance(high.op, ast.Add):
        place, sides = low.id, [high.left, high.right]
    elif isinstance(high, ast.Name) and isinstance(low, ast.BinOp) and isinstance(low.op, ast.Sub):
        place, sides = high.id, [low.left]
    else:
        return False
    return any(getattr(side, "id", "") == place for side in sides) and _overlaps(code, node, place, widths)


def _overlaps(code: Code, node: ast.AST, place: str, widths: Collection[object]) -> bool:
    """The place is the number of an item (`__getitem__`), or runs over `range` in steps of one, or of another number
    than the slices are wide: batches are cut in steps of their size, which has mostly a name.
    """
    for outer in code.above(node):
        if isinstance(outer, ast.FunctionDef) and outer.name == "__getitem__":
            return any(each.arg == place for each in outer.args.args)
        loops = outer.generators if isinstance(outer, ast.ListComp | ast.GeneratorExp) else [outer]
        for loop in loops:
            if isinstance(loop, ast.For | ast.comprehension) and getattr(loop.target, "id", "") == place:
                over = loop.iter
                by = over.args[2] if isinstance(over, ast.Call) and len(over.args) == 3 else None
                ranges = isinstance(over, ast.Call) and code.dotted(over.func) in ("range", "trange", "tqdm.trange")
                return ranges and (by is None or (isinstance(by, ast.Constant) and by.value not in widths))
    return False
