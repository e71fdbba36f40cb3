"""Statistics of layers in lines and plain tables of text: a line for each layer, as loops and hooks print them.

init fc1.weight (64, 20) mean=+0.0001 std=0.0011        [grad] epoch=3 fc1.weight: 1.54e-07
after relu2: mean 6.78, std 11.1                        fc1.weight     grad: None
parameter       shape       std
fc1.weight      (64, 20)    0.0
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mladvisor.runs.layer_columns import is_layer_table
from mladvisor.runs.layer_meanings import CALLED_ACTIVATIONS, CALLED_LAYERS, Meaning, meaning
from mladvisor.runs.layer_shapes import at_start, inputs_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues("diff;chang;moved;delta;grad;std;norm;sparsity;dead;zero;satur;mean;spread")
_MOST_LINES = 4_000
_LONGEST = 240
_LEAST_LAYERS = 3
_ABOVE = 3  # lines over a block, among which its heading stands
_PATIENCE = 150
"""Lines with a word such as "grad" after which a text that has told of no layer is given up."""
_PLAIN_SIZE = r"[-+]?(?:\d{1,9}\.?\d{0,12}|\.\d{1,12})(?:e[-+]?\d{1,3})?"
_NAME = re.compile(
    r"(?i)(?<![\w./])(?P<name>(?:[a-z_]\w{0,40}[./]){1,8}(?:weight|kernel|bias)(?:_[a-z]{2}_l\d)?(?::0)?"
    r"|[a-z_]\w{0,40}\.\d{1,3}(?:\.\w{1,30}){0,4}"
    rf"|(?:{CALLED_LAYERS}|{CALLED_ACTIVATIONS}|bn|norm|h|l)[._ ]?\d{{1,3}}"
    r"|(?:head|output|out|classifier|logits|stem|embedding)(?:\.weight)?)(?![\w.]*\w)"
)
_BEFORE = re.compile(
    r"(?i)(?:[\W\d]|init\w*|grads?|gradients?|weights?|params?|parameters?|after|layer|module|acts?|activations?|epoch|ep"
    r"|step|iter|norm|stats|info|debug|hook|forward|backward|before|training|at|output|of|the|std|mean|update|delta|t)*"
)
_PAIR = re.compile(
    rf"(?i)(?P<key>\|{{0,2}}[a-z_][a-z_|.%/ -]{{0,28}}?)[\s=:(]{{1,4}}(?:tensor\()?(?P<size>{_PLAIN_SIZE}|none|nan|inf)"
    r"\s?(?P<percent>%?)(?![\w.])"
)
_ALONE = re.compile(rf"(?i)[\s:=|>#*█▓▒░▏▎▍▌▋▊▉-]{{0,60}}(?:tensor\()?(?P<size>{_PLAIN_SIZE}|none)\)?\s{{0,9}}$")
_NO_GRADIENT = re.compile(r"\bNone\b")
_SHAPE = re.compile(r"[(\[](\d{1,7}(?:\s?,\s?\d{1,7}){1,5})[)\]]|(?<![\w.])(\d{1,6}(?:x\d{1,6}){1,5})(?![\w.])")
_TYPE = re.compile(r"\(([A-Z][A-Za-z]{2,20}\d?d?)\)|\[([A-Z][A-Za-z]{2,20}\d?d?)\]")
_EPOCH = re.compile(r"(?i)\bepochs?[ :=#\[(]{1,3}(\d{1,7})")
_GRADIENT = re.compile(r"(?i)(?<![a-z])(?:grads?|gradients?|gnorms?|grad_?norms?)(?![a-z])|grad_")
_MOVED = re.compile(r"(?i)(?<![a-z])(?:diff(?:erence)?|chang(?:e|ed)|moved|delta|drift|distance)(?![a-z])")
_WEIGHT = re.compile(r"(?i)(?<![a-z])(?:weights?|kernel|init\w*|params?|W)(?![a-z])")
_OUTPUT = re.compile(rf"(?i)(?<![a-z])(?:after|outputs?|acts?|activations?|{CALLED_ACTIVATIONS})(?=[^a-z]|$)")
_START = re.compile(
    r"(?i)\binit(?:ial\w*|iali[sz]\w*)?\b|\bat start\b|\bbefore (?:the )?(?:first|training)|\buntrained"
    r"|\bstep[ _=:]{0,2}0\b"
)
_CHANGED = word_set("clip clipped threshold lr rate limit target")
_WIDE = re.compile(r"\s{2,}|\t|\s\|\s")

Row = dict[str, Any]


def rows_in(text: str, stem: str) -> list[Row]:
    """Rows of a table of layers: those of the tables in a text, else of its lines; [] where it tells of no layers."""
    lower = text.lower()
    if not any(cue in lower for cue in CUES):
        return []
    lines = text.split("\n")[:_MOST_LINES]
    return next(_tables(lines, stem), None) or _kept(list(_lines(lines, stem)))


def _kept(rows: list[Row]) -> list[Row]:
    """Of the kinds of tensor those that several layers have; weights where their start is told, or their course."""
    found = []
    for kind in dict.fromkeys(row["kind"] for row in rows):
        own = [row for row in rows if row["kind"] == kind]
        layers = {row["layer"] for row in own}
        once = len(own) == len(layers)
        if len(layers) < _LEAST_LAYERS or (kind == "weight" and once and own[0]["step"]):
            continue
        if kind == "update" and once:  # how far each came in the whole training: no step is counted
            own = [{name: cell for name, cell in row.items() if name != "step"} for row in own]
        found += own
    return found


def _lines(lines: list[str], stem: str) -> Iterator[Row]:
    often: dict[tuple[str, str], int] = {}
    above: list[str] = []
    spoken = _ABOVE if any(cue in stem.lower() for cue in CUES) else 0
    tried = 0
    for line in lines:
        short = line[:_LONGEST]
        lower = short.lower()
        spoken = _ABOVE + 1 if any(cue in lower for cue in CUES) else spoken - 1
        if spoken <= 0 or tried > _PATIENCE:
            above = [*above[1 - _ABOVE :], short]
            continue
        said = " ".join(above)
        found = _of_line(short, said, stem)
        if found is None:
            tried += not often
            above = [*above[1 - _ABOVE :], short]
            continue
        spoken += 1  # the next line may go on
        key = found["layer"], found["kind"]
        often[key] = often.get(key, 0) + 1
        start = often[key] == 1 and bool(_START.search(short) or _START.search(said) or at_start(stem))
        yield {"step": 0 if start else often[key], **found}


def _of_line(line: str, above: str, stem: str) -> Row | None:
    """What a line says of one layer: its name stands at the front, its statistics behind."""
    name = _NAME.search(line)
    if name is None:
        return None
    before, rest = line[: name.start()], line[name.end() :]
    others = {other["name"] for other in _NAME.finditer(rest)} - {name["name"]}
    if not _BEFORE.fullmatch(before) or any(not other.isalpha() for other in others):
        return None
    layer = name["name"].strip()
    kind = _kind(f"{before} {rest}", layer) or _kind(f"{above} {stem}", layer)
    cells: dict[str, float] = {}
    for pair in _PAIR.finditer(rest):
        told = _of_pair(pair, kind)
        if told is None and kind == "update" and _MOVED.search(pair["key"]):
            told = Meaning("update", "norm"), _value(pair["size"])
        if told is not None:
            cells.setdefault(told[0].statistic, told[1])
            kind = told[0].kind
    alone = _ALONE.fullmatch(rest) if not cells and kind == "gradient" else None
    if alone is not None:
        cells["norm"] = _value(alone["size"])
    if kind == "gradient" and _NO_GRADIENT.search(rest):
        cells |= {"norm": 0.0, "no_gradient": 1.0}
    if not cells or kind is None or (kind == "weight" and not cells.keys() & {"std", "norm"}):
        return None
    row: Row = {"layer": layer, "kind": kind, **cells}
    if (typed := _TYPE.search(rest)) is not None:
        row["type"] = typed[1] or typed[2]
    if kind == "weight" and (shape := _SHAPE.search(rest)) and (inputs := inputs_of(layer, "shape", shape[0])):
        row["inputs"] = inputs
    return row


def _kind(said: str, layer: str) -> str | None:
    if _GRADIENT.search(said):
        return "gradient"
    if _MOVED.search(said):
        return "update"
    if layer.lower().removesuffix(":0").endswith(("weight", "kernel")):
        return "weight"
    if _OUTPUT.search(f"{said} {layer}"):
        return "activation"
    return "weight" if _WEIGHT.search(said) else None


def _of_pair(pair: re.Match[str], kind: str | None) -> tuple[Meaning, float] | None:
    key = pair["key"].strip(" |")
    if not _CHANGED.isdisjoint(key.lower().split()):
        return None
    told = meaning(key, kind)
    if told is None or (kind is not None and told.kind != kind):
        return None
    value = _value(pair["size"])
    if told.statistic.endswith("share") and told.statistic not in ("nan_share", "inf_share"):
        value *= 0.01 if pair["percent"] or told.factor != 1 else 1.0
        return (told, value) if 0 <= value <= 1 else None
    return told, value


def _value(size: str) -> float:
    return 0.0 if size.lower() == "none" else float(size)


def _tables(lines: list[str], stem: str) -> Iterator[list[Row]]:
    """Rows of each table with a head, whose columns wide gaps or bars divide."""
    for at, line in enumerate(lines[:-_LEAST_LAYERS]):
        head = _cells(line[:_LONGEST])
        if len(head) < 2 or any(cell[:1].isdigit() for cell in head) or len(set(head)) < len(head):
            continue
        said = f"{stem} {' '.join(lines[max(0, at - _ABOVE) : at])}"[:200] if at else stem
        if not is_layer_table(head, said):
            continue
        rows = []
        for other in lines[at + 1 :]:
            cells = _cells(other[:_LONGEST])
            if len(cells) == len(head):
                rows.append({name: _plain(name, cell) for name, cell in zip(head, cells, strict=True)})
            elif other.strip(" -=+|"):
                break
        if len(rows) >= _LEAST_LAYERS:
            yield rows


def _plain(name: str, cell: str) -> str:
    """ "98.4%" as a fraction, where the head does not say per cent."""
    if not cell.endswith("%") or "%" in name or meaning(name) is None:
        return cell.rstrip("%")
    try:
        return f"{float(cell.rstrip('% ')) / 100:.6g}"
    except ValueError:
        return cell


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _WIDE.split(line.strip().strip("|").strip())]
