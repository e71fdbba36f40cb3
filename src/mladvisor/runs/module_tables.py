"""Tables of PyTorch's modules: Lightning's `ModelSummary`, and what people print in its form.

    | Name    | Type       | Params | Mode  | In sizes | Out sizes
    ---------------------------------------------------------------
    0 | net     | Sequential | 50.6 K | train | [1, 784] | [1, 10]
    1 | net.0   | Linear     | 50.2 K | train | [1, 784] | [1, 64]

Modules stand in the order of their making, as in a printed model; those of one `Sequential` run in that order.
"""

from __future__ import annotations

import re

import msgspec

from mladvisor.runs.model_layer import MAX_LAYERS, Layer, plain_number

MARK = b"| Params"
_ARROW = re.compile(r"(\d{1,7}) ?(?:->|→|x|×) ?(\d{1,7})(.{0,60})")
_SIZES = re.compile(r"\[([\d, ]{1,60})\]")
_COUNT = re.compile(r"([\d,]{1,15}(?:\.\d{1,3})?) ?([KMBT]?)")
_RATE = re.compile(r"\bp ?= ?(\d(?:\.\d{1,6})?)")
_TIMES = {"": 1.0, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_CONTAINERS = frozenset(("Sequential", "ModuleList", "ModuleDict"))
_JUDGES = ("Loss", "Metric", "Accuracy", "Score", "Error", "AUROC", "Collection", "Recall", "Precision", "Matrix")


class _Row(msgspec.Struct):
    name: str
    type: str
    params: float | None
    entering: float | None
    sizes: list[float]
    rate: float | None


def is_modules_header(line: str) -> bool:
    """The line names the columns of such a table: name, type and params, in this order."""
    cells = _cells(line)
    return "name" in cells and cells[cells.index("name") + 1 :][:2] == ["type", "params"]


def modules_table(lines: list[str], at: int) -> tuple[tuple[Layer, ...], str, bool] | None:
    """(layers, "print", chain) of the table whose header is line `at`; None when no row can be read.

    It is a chain where its layers are the numbered ones of one `Sequential`, none left out.
    """
    header = _cells(lines[at])
    rows: list[_Row] = []
    for line in lines[at + 1 : at + 1 + 2 * MAX_LAYERS]:
        if "|" not in line:
            if rows:
                break  # the rule below the table
            continue
        row = _row(header, line)
        if row is None and rows:
            break
        if row is not None:
            rows.append(row)
    holders = {row.name: row.type for row in rows if any(other.name.startswith(row.name + ".") for other in rows)}
    kept = [row for row in rows if row.name not in holders and not row.type.endswith(_JUDGES)][:MAX_LAYERS]
    if not kept:
        return None
    within = {row.name.rpartition(".")[0] for row in kept}
    numbers = [row.name.rpartition(".")[2] for row in kept]
    path = next(iter(within)) if len(within) == 1 else None
    numbered = numbers == [str(number) for number in range(len(kept))]
    chain = path is not None and numbered and holders.get(path, "Sequential") in _CONTAINERS
    last = len(kept) - 1
    told = [chain and (not path or number < last) for number in range(len(kept))]
    return tuple(map(_layer, kept, told)), "print", chain


def _cells(line: str) -> list[str]:
    return [cell.strip().lower() for cell in line.split("|")]


def _row(header: list[str], line: str) -> _Row | None:
    cells = [cell.strip() for cell in line.split("|")]
    told = dict(zip(header, cells, strict=False))
    count = _COUNT.fullmatch(told.get("params", ""))
    if not told.get("name") or not re.fullmatch(r"[A-Za-z_][\w.]{0,80}", told.get("type", "")) or count is None:
        return None
    sizes = _SIZES.search(told.get("out sizes", ""))
    into = _SIZES.search(told.get("in sizes", ""))
    arrow = next((found for cell in cells[3:] if (found := _ARROW.match(cell))), None)
    leaving = _numbers(sizes[1]) if sizes else [float(arrow[2])] if arrow else []
    entering = _numbers(into[1])[-1:] if into else [float(arrow[1])] if arrow else []
    rate = _RATE.search(line)
    return _Row(
        told["name"],
        told["type"],
        float(count[1].replace(",", "")) * _TIMES[count[2]],
        entering[0] if entering else None,
        leaving,
        plain_number(rate[1]) if rate else None,
    )


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",") if part.strip().isdecimal()]


def _layer(row: _Row, told: bool) -> Layer:
    """Units from the sizes: the last, or the one behind the batch's of images and of convolutions of sequences."""
    images = len(row.sizes) > 3 or (len(row.sizes) > 2 and row.type.startswith(("Conv", "BatchNorm", "MaxPool")))
    units = (row.sizes[1] if images else row.sizes[-1]) if row.sizes else None
    options: dict[str, float] = {"dims": float(len(row.sizes) - 1)} if len(row.sizes) > 1 else {}
    if row.entering is not None and not images:
        options["inputs"] = row.entering
    return Layer(
        row.name,
        row.type,
        units,
        told=told,
        params=row.params,
        rate=row.rate if "drop" in row.type.lower() else None,
        options=options,
    )
