"""What people tell of the weights and outputs that training starts from: all alike, copies, of a size that dies out or
blows up, and what the first batch costs.

    W1 (30x16): min 0.1, max 0.1, distinct values: 1        {"distinct_rows": 1, "pairwise_cosine": {"min": 1.0}}
    layer outputs at init: std should be in [0.5, 2], got [1.1e-02, 1.3e-04, 1.9e-10]
    The first batch gives loss 61.3 where chance is 6.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import log10, sqrt
from typing import NamedTuple

from mladvisor.runs.gradients_said import pairs_in, value_of
from mladvisor.runs.layer_places import in_order, is_layer
from mladvisor.runs.numbers_said import Cell, Line, Numbers, words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues(
    "fresh;unique;init;distinct;cosine;identical;copies;copias;chance;zufall;step 0;step_0;step0;corr;"
    "fan_in;gain;重み;权重;untrained;before training;anfangs;hash;first batch"
)
WIDTH_CUES = cues("fan_in;fan-in;fanin;inputs;n_in")
SETTING_CUES = cues("init;rang")

_WEIGHTS = r"(?:weights?|kernels?|matri(?:x|ces)|gewichte?n?|pesos?|poids|pesi|wagi|重み|权重|\bW\d?\b)"
_ALIKE = re.compile(
    r"(?i)(?:\b(?:distinct|different|unique|distintos?|verschiedene?|distincts|distinti)\s?(?:values?|rows?|units?|weights?|outputs?"
    r"|valores|werte|zeilen|valeurs|valori|columns)?|\bvalores distintos|\bvaleurs distinctes"
    r"|\bverschiedene werte)(?: (?:in|of|en|de|von|dans) [\w.]{1,20})?\s?[:=]\s?1(?![\d.,])"
    r"|(?<![\w.])(?:only )?(?:1|one|a single) (?:distinct|unique|different) (?:values?|rows?|weights?|hash|vector)"
    r"|unique\([^()\n]{1,60}\)\)?\.(?:size|shape\[0\]|numel\(\))\s?(?:->|=>|:|=)\s?1(?![\d.])"
    r"|\ball (?:\d{1,6} )?(?:units|neurons|rows|columns|filters)\b[^\n.]{0,40}\b(?:have|with|are) "
    r"(?:identical|equal|the same)\b"
    r"|\b(?:identical|equal|same) (?:rows?|units?|neurons?|columns?|filters?|weights?)\s?[:=]?\s{0,3}"
    r"(?P<alike>[2-9]|\d{2,6})\s?(?:of|/|out of)\s?(?P=alike)(?!\d)"
    r"|(?<![\w.])1 hash for all|\ball (?:units|neurons|weights|filters) (?:of \S+ )?(?:are|have) "
    r"(?:equal|identical|the same)"
    r"|\b(?:exact )?copies of (?:each other|one another)|copias exactas|copies exactes|exakte kopien|identische kopien"
)
_NONE = re.compile(r"(?i)\b(?:no|not|none|never|keine?|ning[uú]n\w*|aucune?|without|0 of|isn't|aren't)\b")
_OF_NET = re.compile(
    rf"(?i){_WEIGHTS}|\b(?:units?|neurons?|neuronas|neurones|neuronen|hidden|layer|capa|schicht|couche|fc\d"
    rf"|init\w*|rows of)\b"
)
_NO_SPREAD = re.compile(
    rf"(?i){_WEIGHTS}[^\n]{{0,60}}?(?:\bstd(?:dev)?|\bsd|標準偏差|标准差|standard deviation|streuung"
    r"|standardabweichung|desviaci[oó]n|[eé]cart[- ]type)(?: (?:over|across|of|between|among) (?:the |all )?\w{1,12})?"
    r"\s{0,3}[:=]?\s?(?:is |de )?0(?:[.,]0{1,12})?(?:e[+-]?0{1,3})?(?![\d.,]\d|\d|e)"
)
_DISTINCT = re.compile(r"(?i)\b(?:distinct|unique|different)\b")
_ONE_OF_ALL = re.compile(r"\W{0,4}[A-Za-z_][\w.]{0,40}\s?[:=]?\s{1,8}1\s?(?:/|of|out of)\s?(?P<all>\d{1,6})\s*$")
_BIAS = re.compile(r"(?i)\bbias|sesgo|biais")
_VECTOR = re.compile(
    r"(?i)\bbias|sesgo|biais|(?<![a-z])(?:bn|ln|batch_?norm|layer_?norm|norm)\d{0,2}(?:[._]|\b)|lora_b"
)
"""Biases and scales, which start at one value."""


_MEANT = re.compile(
    r"(?i)\blora|\bgates?\b|\bresidual|adapter|zero[-_ ]?init|\bhead\b|\bnorm\b"
    r"|(?<![a-z])(?:bn|ln|batch_?norm|layer_?norm|norm)\d{0,2}[._]|\bschema\b|\blabels?\b"
    r"|\b(?:same|fixed) seed|\brepeats?\b|\breproduc|\bdeterminis|\b(?:two|three|both|all) (?:runs|checkpoints|replicas"
    r"|workers|gpus|ranks|machines)\b|\bcheckpoints?\b|\breplicas?\b|\branks\b|\bcheck ?sums?\b"
)
"""Layers that start at one value on purpose, and what else may be the same: two trainings, copies of the model."""


class Alike(NamedTuple):
    """What a file tells of units or weights that are all alike, in its words, and where."""

    said: str
    row: int


def alike_in(told: Numbers) -> Iterator[Alike]:
    """Statements that the weights or units of a layer are all the same."""
    for line in told.lines:
        if _MEANT.search(line.text):
            continue
        found = _ALIKE.search(line.text)
        if (
            found
            and _OF_NET.search(line.whole)
            and not _NONE.search(line.text[max(0, found.start() - 30) : found.start()])
        ):
            yield Alike(found[0].strip(), line.row)
        found = _ONE_OF_ALL.match(line.text)
        above = " ".join(line.above)
        if found and int(found["all"]) >= _LEAST_UNITS and _DISTINCT.search(above) and _OF_NET.search(above):
            yield Alike(found[0].strip(), line.row)
        found = _NO_SPREAD.search(line.text)
        if found and not _BIAS.search(found[0]):
            yield Alike(found[0].strip()[:80], line.row)
    yield from _of_cells(told.cells)


_SPREAD_OF_WEIGHTS = re.compile(r"(?i)^(?:w|weights?|kernel)[ _.-]?(?:std|sd|stddev|spread|var(?:iance)?)$")
_ONE_OF = word_set(
    "row rows value values unit units output outputs neuron neurons weight weights hidden column columns"
)
_INSIDE = word_set("weight weights matrix kernel hidden unit units neuron neurons layer fc dense conv init w")
_OF_DATA = word_set("column columns feature features field fields variable variables attribute")
"""What the rows of a profile of data are called."""
_SAME = 0.9999
_LEAST_UNITS = 3
_UNIT = re.compile(r"(?i)(?:u|h|unit|neuron|hidden|n)[_ -]?\d{1,4}")


def _of_cells(cells: list[Cell]) -> Iterator[Alike]:
    square: dict[str, list[float]] = {}
    for cell in cells:
        words = words_of(cell.path[-1])
        around = words_of(*cell.path)
        if cell.of_row > 0 and words_of(cell.path[cell.of_row - 1]) & _OF_DATA:
            continue
        if words & {"distinct", "unique"} and words & _ONE_OF and cell.value == 1 and around & _INSIDE:
            yield Alike(f"{cell.path[-1]}: 1", cell.row)
        if cell.value == 0 and _SPREAD_OF_WEIGHTS.search(cell.path[-1]) and not _VECTOR.search(" ".join(cell.path)):
            yield Alike(f"{' '.join(cell.path[-2:])}: 0", cell.row)
        if "cosine" in around and words & {"min", "minimum"} and cell.value >= _SAME and around & _INSIDE:
            yield Alike(f"{' '.join(cell.path[-2:])}: {cell.value:g}", cell.row)
        if cell.of_row > 0 and _UNIT.fullmatch(cell.path[-1]) and _UNIT.fullmatch(cell.path[cell.of_row]):
            own = cell.path[-1] == cell.path[cell.of_row]
            square.setdefault(cell.path[0], []).extend([] if own else [cell.value])
    for stem, values in square.items():
        if (
            len(values) >= _LEAST_UNITS * (_LEAST_UNITS - 1)
            and min(map(abs, values)) >= _SAME
            and "corr" in stem.lower()
        ):
            yield Alike(f"all {len(values)} correlations between units are 1", 0)


_START = re.compile(
    r"(?i)\binit(?:ial(?:ly|ization|isation)?)?s?\b|init_|_init|\bstep[ _]?0\b|step0|\bfresh\b"
    r"|\buntrained\b|\bbefore (?:the )?(?:first step|training)"
    r"|\bmode=init|randn\(|vor dem (?:training|ersten schritt)|al inicio|au d[ée]part|初期"
)
_OUTPUTS = re.compile(r"(?i)\b(?:outputs?|activations?|acts?|preact\w*|signal|hidden|z|h|x)\b|act_|\.std\(")
_SPREAD = re.compile(r"(?i)\b(?:std|stds|rms|scale|stdev|variance|norms?|gain|amplitude)\b|_std|\.std\(")
_LIST = re.compile(r"\[\s?([\d.e+-]{1,14}(?:\s?[,;]\s?|\s)[\d.e+,;\s-]{4,400})\]", re.IGNORECASE)
_LEAST = 3


class Course(NamedTuple):
    """Sizes of what leaves the layers before training, from the first to the last, and where."""

    sizes: tuple[float, ...]
    row: int


def courses_in(told: Numbers) -> Iterator[Course]:
    """How the size of a signal goes on through the layers of a fresh network."""
    for line in told.lines:
        if not (_START.search(line.whole) and _SPREAD.search(line.text) and _OUTPUTS.search(line.text)):
            continue
        lists = [
            [float(part) for part in re.split(r"[,;\s]+", one[1].strip()) if _is_number(part)]
            for one in _LIST.finditer(line.text)
        ]
        longest = max(lists, key=len, default=[])
        if len(longest) < _LEAST:
            pairs = pairs_in(line.text, 0)
            order = in_order([name for name, _ in pairs])
            longest = [pairs[at][1] for at in order] if order is not None else []
        if len(longest) >= _LEAST:
            yield Course(tuple(longest), line.row)
    columns: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cell in told.cells:
        at = (
            cell.of_row
            if cell.of_row > 0
            else next((n for n in range(len(cell.path) - 1, 0, -1) if is_layer(cell.path[n])), 0)
        )
        if at <= 0 or cell.tried:
            continue
        key = (*cell.path[:at], *cell.path[at + 1 :])
        column = cell.path[-1] if at < len(cell.path) - 1 else " ".join(cell.path[-2:-1])
        spread = (_SPREAD.search(column) and _OUTPUTS.search(column)) or (
            words_of(column) & {"std", "rms"}
            and words_of(column) & {"act", "preact", "activation", "output", "outputs", "h", "z"}
        )
        if (
            spread
            and _START.search(" ".join(key))
            and not words_of(column) & {"w", "weight", "weights", "grad", "gradient"}
        ):
            columns.setdefault(key, []).append((cell.path[at], cell.value))
            rows.setdefault(key, cell.row)
    for key, pairs in columns.items():
        order = in_order([name for name, _ in pairs])
        if len(pairs) >= _LEAST and order is not None:
            yield Course(tuple(pairs[at][1] for at in order), rows[key])


def _is_number(part: str) -> bool:
    try:
        return bool(part) and float(part) >= 0
    except ValueError:
        return False


def product_in(told: Numbers) -> tuple[float, int] | None:
    """The product of the gains of all layers of a fresh network, as a table of them has it, or as they give it."""
    gains: list[float] = []
    row = 0
    for cell in told.cells:
        column = cell.path[-1].lower()
        if cell.of_row > 0 and re.match(r"gain|amplification", column) and "bwd" not in column and "back" not in column:
            if cell.path[cell.of_row].lower().startswith("product"):
                return cell.value, cell.row
            if is_layer(cell.path[cell.of_row]):
                gains.append(cell.value)
                row = row or cell.row
    if len(gains) < _LEAST or min(gains) <= 0:
        return None
    return 10 ** sum(map(log10, gains)), row


def widest_start(told: Numbers) -> tuple[float, str, int] | None:
    """(factor, layer, row) of the weights whose spread lies furthest above 1 / sqrt(inputs), by a table with both."""
    found: tuple[float, str, int] | None = None
    groups: dict[tuple[str, ...], dict[str, float]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for cell in told.cells:
        groups.setdefault((*cell.path[:-1], str(cell.row)), {})[cell.path[-1].lower()] = cell.value
        rows[(*cell.path[:-1], str(cell.row))] = cell.row
    for path, values in groups.items():
        inputs = next(
            (value for key, value in values.items() if key.replace("-", "_") in ("fan_in", "inputs", "n_in", "fanin")),
            0.0,
        )
        spread = next(
            (
                value
                for key, value in values.items()
                if words_of(key) & {"w", "weight", "weights"} and words_of(key) & {"std", "sd"}
            ),
            0.0,
        )
        if inputs >= _LEAST and spread > 0 and _START.search(" ".join(path)):
            factor = spread * sqrt(inputs)
            if found is None or factor > found[0]:
                found = factor, path[-2], rows[path]
    return found


_FIRST = re.compile(
    r"(?i)(?:first (?:batch|loss|step)|initial loss|(?:step|iter(?:ation)?|epoch) "
    r"0[:,]?\s(?:\w{1,20}\s)?loss|perte initiale|loss (?:before|at (?:init|step 0|start))"
    r"|anfangsverlust|verlust vor dem|p[ée]rdida inicial|perte initiale"
    r"|before the first step)[^\d\n]{0,60}?(?<![\w.])(?P<loss>\d{1,9}(?:[.,]\d{1,6})?)(?![\w%])"
)
_CHANCE = re.compile(
    r"(?i)(?:chance|guessing|random|zufall\w*|azar|hasard|ln ?\(\d+\)|expected|log "
    r"?\(\d+\))[^\d\n]{0,25}?(?:ln ?\(\d+\)\s?[=≈]\s?)?(?<![\w.(])(?P<loss>\d{1,3}[.,]\d{1,6})(?![\w%])"
)


def first_loss_in(lines: list[Line]) -> tuple[float, float, int] | None:
    """(loss of the first batch, that of guessing, row), where a text tells both."""
    firsts = [(value_of(one["loss"]), line.row) for line in lines if (one := _FIRST.search(line.text))]
    chances = [value_of(one["loss"]) for line in lines if (one := _CHANCE.search(line.text))]
    if not firsts or not chances or chances[0] <= 0:
        return None
    return firsts[0][0], chances[0], firsts[0][1]


def first_losses_in(cells: list[Cell]) -> list[float]:
    """A column with the loss of the first step of several trainings, beside their accuracy."""
    tables: dict[str, list[tuple[str, float]]] = {}
    for cell in cells:
        if cell.of_row > 0:
            tables.setdefault(cell.path[0], []).append((cell.path[-1].lower(), cell.value))
    for columns in tables.values():
        first = [value for name, value in columns if "loss" in name and _START.search(name.replace("_", " "))]
        if len(first) >= _LEAST and any("acc" in name for name, _ in columns):
            return first
    return []


class Setting(NamedTuple):
    """How the weights are set, as code or settings have it: to one value ("constant"), or by a spread of one's own."""

    what: str
    spread: float
    said: str
    row: int


_CONSTANT = re.compile(
    r"(?i)init\.(?:constant_|zeros_|ones_)\(\s?(?:\w{1,20}\.){0,3}weight\b[^()\n]{0,30}\)"
    r"|\b(?:weight_init|kernel_init(?:ializer)?|weight_initializer|weights_init)\b\W{1,8}(?:_target_\W{1,4})?[\w.@]{0,40}"
    r"(?:init\.|initializers?\.)(?:constant|zeros|ones)_?\b"
)
_OWN_SPREAD = re.compile(
    r"(?i)init\.(?:trunc_)?normal_\(\s?(?:\w{1,20}\.){0,3}weight\b[^()\n]{0,30}?(?:std\s?=\s?|,\s?0(?:\.0?)?\s?,\s?)(?P<std>[\d.e+-]{1,12})"
    r"|\bnnet\([^()\n]{0,200}\brang\s?=\s?(?P<rang>[\d.e+-]{1,12})"
)
_ON_PURPOSE = re.compile(
    r"(?i)embed|(?<![a-z])norm(?!al)|\bbn\b|head|last|final|out(?:put)?\b|policy|value|lora|gate|bias|zero_conv|adapter"
)
_FAINT, _WIDE = 3e-4, 0.9
"""Spreads that no layer with up to four thousand inputs, or with more than two, would get by He's scheme."""


def settings_in(lines: list[Line]) -> Iterator[Setting]:
    """Weights of all layers set to a constant, or drawn far too narrow or too wide."""
    for line in lines:
        text = f"{line.above[-1]} {line.text}" if line.above and line.text.startswith("_target_") else line.text
        found = _CONSTANT.search(text)
        if found and not _ON_PURPOSE.search(text.replace("bias_init", "")):
            yield Setting("constant", 0.0, found[0].strip()[:80], line.row)
        found = _OWN_SPREAD.search(text)
        if found and not _ON_PURPOSE.search(text):
            try:
                spread = float(found["std"] or found["rang"])
            except ValueError:
                continue
            if not _FAINT < spread < _WIDE:
                yield Setting("spread", spread, found[0].strip()[:80], line.row)
