"""Shares of units that are dead or saturated, as people and their tools tell them in tables, JSON and sentences.

layer 1 has 2 of 96 units that are ever nonzero         dead units: 118/128        codes used 7/1024
{"dead_fraction": {"epoch_4": {"block1": 0.86, ...}}}    | layer | n_units | p(|a|>0.99) |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from mladvisor.runs.gradients_said import value_of
from mladvisor.runs.layer_places import is_layer, names_in
from mladvisor.runs.numbers_said import Cell, Line, Numbers, words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues(
    "dead;dying;silent;inactive;saturat;neuron;unit;no_fire;latent;codes used;per_expert;神经元;relu;tanh;"
    "sigmoid;gates;ニューロン;einheiten;| 0).any;> 0).any;== 0)"
)

_UNITS = (
    r"(?:units?|neurons?|neuronen?|neurones?|neuronas?|neur[oô]nios?|einheiten|unidades|unit[eé]s|channels?|filters?"
    r"|latents?|codes?|codewords?|experts?|relus?|神经元|ニューロン|ユニット)"
)
_OF_UNITS = word_set(
    "unit units neuron neurons latent latents code codes codebook expert experts relu relus channel channels filter "
    "filters act acts activation activations hidden layer layers tanh sigmoid gate gates neurone neuronen feature "
    "features outputs"
)
_DEAD = word_set("dead dying died silent inactive unused stuck muertas mortes toten")
_NOT_UNITS = word_set(
    "grad grads gradient gradients weight weights input inputs pixel pixels pad padding missing null nan loss label "
    "labels job jobs node nodes worker workers customer customers user users row rows sensor sensors column columns "
    "letter process processes link links lock code_coverage"
)
_LIMIT = re.compile(
    r"(?i)(?:limit|threshold|alert|allowed|tolerance|budget|expected|target)(?:s|ed)?(?![a-z])"
    r"(?!_?(?:of|at)?[ _=<>-]{0,3}[.\d])"
)
"""What a share may reach, not what it is; "zero_share_threshold_0.01" says how it was counted."""
_TOTAL = word_set("units n_units width size total before n neurons latents codes channels filters experts num")


class Share(NamedTuple):
    """A share of a layer's units or outputs; what: "dead", "zero" (of outputs) or "saturated"; the row (0: unknown)."""

    what: str
    layer: str
    value: float
    row: int


def shares_of_units(told: Numbers) -> list[Share]:
    """All shares that a file tells, in its order: of a layer that is told again the later one counts."""
    found: dict[tuple[str, str], Share] = {}
    cells = [cell for cell in told.cells if not cell.tried]
    for each in (*_in_tables(cells), *_pinned(cells), *_by_use(cells), *_in_lines(told), *_shown(told.lines)):
        found.pop((each.what, each.layer), None)
        found[each.what, each.layer] = each
    return list(found.values())


def _records(cells: list[Cell]) -> Iterator[tuple[tuple[str, ...], int, dict[str, float]]]:
    """Numbers beside each other: of a row of a table, of a dictionary."""
    groups: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}
    for cell in cells:
        groups.setdefault((cell.path[:-1], cell.row), {})[cell.path[-1]] = cell.value
    for (path, row), values in groups.items():
        yield path, row, values


_CJK_DEAD = re.compile(r"死亡|恒为零|失活|死んだ")
_NO_FIRE = re.compile(
    r"(?i)(?:no|never|not|non)[ _-]?(?:fir(?:e|es|ed|ing)|activ\w*|used?|select\w*)|always[ _-]?(?:zero|off)"
)
_AT_ENDS = re.compile(
    r"(?i)saturat|(?:>=?|above|gt|beyond|over)[ _]?(?:0?[.,_])9\d{0,4}(?!\d)|(?:>=?|above|gt|over)[ _]?0_9\d{1,3}"
)
_NEAR_NOUGHT = re.compile(r"(?i)(?:<=?|below|lt|under)[ _]?0?[.,_]0[0-5]\d{0,3}(?!\d)")
_START = re.compile(
    r"(?i)\b(?:init|initial|initially|before (?:the )?(?:first|training)|step 0|epoch 0|fresh|untrained)\b"
)


def _in_tables(cells: list[Cell]) -> Iterator[Share]:
    for path, row, values in _records(cells):
        if not path or any(_LIMIT.search(part) for part in path):  # a file that is one number; limits
            continue
        around = words_of(*path)
        name = next((part for part in reversed(path) if is_layer(part)), path[-1])
        ends: dict[str, float] = {}
        for key, value in values.items():
            words = words_of(key)
            whole = around | words
            dead = bool(words & _DEAD or _NO_FIRE.search(key) or _CJK_DEAD.search(key))
            layer, told_by = name, key
            if words & {"removed", "pruned"} and _SAME.search(" ".join(path)):
                dead = True
            if not dead and (is_layer(key) or key.isdecimal()):  # {"dead_fraction": {"fc1": 0.9, ...}}
                above = [part for part in path[-3:] if words_of(part) & _DEAD or _CJK_DEAD.search(part)]
                dead, layer = bool(above), key
                told_by = above[-1] if above else key
            if _LIMIT.search(key) or _NOT_UNITS & (words | words_of(*path[-1:])) or "梯度" in key:
                continue
            if dead and (whole & _OF_UNITS or is_layer(layer) or _CJK_DEAD.search(key)):
                share = _share(told_by, value, {other: each for other, each in values.items() if other != key})
                if share is not None:
                    yield Share("dead", layer, share, row)
            elif (
                words & _ALIVE
                and not words & _AT_ONCE
                and whole & (_OF_UNITS | _ALIVE_OF)
                and (total := _total(value, values, key))
            ):
                yield Share("dead", layer, 1.0 - value / total, row)
            elif 0 <= value <= 1:
                side = "high" if _AT_ENDS.search(key) else "low" if _NEAR_NOUGHT.search(key) else ""
                if side and not ("saturat" not in key.lower() and _has_no_ends(path)):
                    ends[side] = value
        if ends and ("high" in ends or around & {"gate", "gates", "sigmoid"}) and _is_inside(path):
            yield Share("saturated", name, min(1.0, sum(ends.values())), row)


_NO_ENDS = re.compile(
    r"\b(?:Linear|Dense|(?:Lazy)?Conv[123]?[dD]?|(?:Batch|Layer|Group|Instance|RMS)Norm(?:alization)?(?:[123]d)?"
    r"|(?:Leaky)?ReLU6?|GELU|SiLU|ELU|SELU|Softplus|(?:Adaptive)?(?:Max|Avg)Pool(?:ing)?[123]?[dD]?|Flatten|Embedding"
    r"|Dropout|Identity)\b"
)
"""Modules by the names of their classes whose outputs may be of any size: above 0.99 they are at no end of a range."""
_ENDS = re.compile(r"(?i)tanh|sigmoid|softsign|lstm|gru|rnn|gate")


def _has_no_ends(path: tuple[str, ...]) -> bool:
    """The row is that of a layer before its activation, or of one without bounds, as a table of hooks tells."""
    called = " ".join(path[1:])
    return _NO_ENDS.search(called) is not None and _ENDS.search(called) is None


_INSIDE = re.compile(r"(?i)layer|tanh|sigmoid|gate|hidden|unit|neuron|activation|dense|fc\d|lstm|gru|conv")


def _is_inside(path: tuple[str, ...]) -> bool:
    return any(_INSIDE.search(part) for part in path)


def _share(key: str, value: float, beside: dict[str, float]) -> float | None:
    """A share as it is told; a count over the number of units that stands beside it."""
    low = key.lower()
    if any(mark in low for mark in ("pct", "percent")) and value <= 1:
        return None  # one in a hundred, or all of them: people write both
    if any(mark in low for mark in ("%", "pct", "percent")):
        return value / 100.0 if 0 <= value <= 100 and value > 1 else value if value <= 1 else None
    if 0 <= value <= 1 and (value != 1 or any(mark in low for mark in ("share", "frac", "ratio", "rate", "比"))):
        return value
    if value != int(value) or value < 0:
        return None
    total = next(
        (
            each
            for other, each in beside.items()
            if (words_of(other) <= _TOTAL or "元数" in other) and each >= value > 0
        ),
        None,
    )
    return value / total if total else None


_ALIVE = word_set("alive active firing used awake fires living")
_AT_ONCE = word_set("always never mean avg average per median typical l0 max min share frac rate")
"""How many fire for one row says nothing of those that fire for others."""
_ALIVE_OF = word_set("total n_units of")


def _total(value: float, values: dict[str, float], key: str) -> float | None:
    """How many units there are, by a number beside the count of those that live."""
    return next(
        (
            each
            for other, each in values.items()
            if other != key and words_of(other) <= _TOTAL and each >= max(value, 2)
        ),
        None,
    )


_SAME = re.compile(r"(?i)same for (?:all|every|each)|constant|\bdead\b|never (?:fire|active)|always (?:zero|the same)")


_LEAST_UNITS = 4
_PINNED = 1e-3


def _pinned(cells: list[Cell]) -> Iterator[Share]:
    """A row for each unit with the least and the most that it gives: those that always give the same are dead."""
    tables: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    rows: dict[tuple[str, ...], int] = {}
    for path, row, values in _records(cells):
        low = next((value for key, value in values.items() if "min" in words_of(key)), None)
        high = next((value for key, value in values.items() if "max" in words_of(key)), None)
        said = " ".join((*path, *values)).lower()
        if low is None or high is None or not re.search(r"\bunit|neuron", said):
            continue
        if re.search(r"sigmoid|relu|tanh|hidden|activation|output", said):
            tables.setdefault(path[:-1], []).append((low, high))
            rows.setdefault(path[:-1], row)
    for path, ends in tables.items():
        if len(ends) >= _LEAST_UNITS:
            still = sum(high - low <= _PINNED * max(1.0, abs(high)) for low, high in ends)
            yield Share("dead", path[-1][:40], still / len(ends), rows[path])


def _by_use(cells: list[Cell]) -> Iterator[Share]:
    """How often each expert or code of many is used: those that never are get no gradient."""
    lists: dict[tuple[str, ...], list[float]] = {}
    for cell in cells:
        if cell.path[-1].isdecimal() and cell.of_row < 0:
            lists.setdefault(cell.path[:-1], []).append(cell.value)
    for path, values in lists.items():
        words = words_of(path[-1])
        if (
            "per" in words
            and words & {"expert", "experts", "code", "codes", "unit", "neuron"}
            and len(values) >= _LEAST_UNITS
            and not words & {"grad", "gradient", "loss", "norm"}
        ):
            yield Share("dead", path[-1], sum(value == 0 for value in values) / len(values), 0)


_COUNTED = re.compile(
    r"(?i)(?<![\w.,])(?P<part>\d{1,7})\s?(?:/|of(?: the)?|out of(?: the)?|von|de|sur|di"
    r"|das?)\s?(?P<whole>\d{1,7})(?![\d/.]\d)"
)
_PERCENT = re.compile(r"(?<![\w.,])(?P<share>\d{1,3}(?:[.,]\d{1,3})?)\s?%")
_IS_DEAD = re.compile(
    r"(?i)\b(?:dead|dying|silent|inactive|unused|stuck|never|nie|nunca|jamais|mai|immer (?:0|null)|siempre "
    r"(?:0|cero)|toujours (?:0|nulle?s?|z[eé]ro)"
    r"|sempre (?:0|zero)|f[üu]r jede eingabe (?:0|null)|always (?:zero|off|0|the same)|all[- ]zero"
    r"|(?:exactly )?zero for (?:all|every|each)"
    r"|constant|pruned as constant|tote?n?|inaktiv|muert[ao]s?|mort[aeo]s?|inactiv[ao]s?|not (?:active"
    r"|firing|used)|saturated)\b|死|恒为零"
)
_IS_ALIVE = re.compile(
    r"(?i)\b(?:ever|above zero|non-?zero|alive|active|fires?|firing|used|awake|aktiv|activ[ao]s?|actives|viv[ao]s?)\b"
)
_PER_ROW = re.compile(
    r"(?i)\b(?:on average|average|avg|mean|typical\w*|per (?:row|sample|token|example|input|image|step)|at a time|"
    r"im mittel|"
    r"im schnitt|en promedio|en moyenne|em m[eé]dia|always)\b|平均"
)
_SPEAKS = re.compile(rf"(?i)(?<![a-z]){_UNITS}(?![a-z])")


OF_ONE_ROW = re.compile(
    r"(?i)\b(?:(?:any|each|every) (?:one|single|given|second|other)|(?:each|every|per|one|a single) "
    r"(?:row|image|example|sample|sentence)\b[^\n.]{0,12}\b(?:on average|in the mean)|after [a-z ]{0,20}prun)"
)
"""Units that are silent for a row fire for others: such a share is how sparse the outputs are. And what was pruned is
zero on purpose.
"""


def _in_lines(told: Numbers) -> Iterator[Share]:
    of_codes = _OF_CODES.search(told.lower) is not None
    for line in told.lines:
        text = line.text
        if OF_ONE_ROW.search(text):
            continue
        if not _SPEAKS.search(text) or _START.search(text) or not (words_of(text) & _NOT_UNITS).isdisjoint(_FIRM):
            continue
        for counted in (*_COUNTED.finditer(text), *_PERCENT.finditer(text)):
            after = re.split(r"[.;,:|](?:\s|$)", text[counted.end() : counted.end() + 80])[0]
            before = text[max(0, counted.start() - 60) : counted.start()]
            before = re.split(r"[.;,|](?:\s|$)", before)[-1]
            near = f"{before} {after}"
            units = _SPEAKS.search(near)
            if units and units[0].lower() in ("codes", "code", "codewords", "codeword") and not of_codes:
                continue
            if not units or (
                units[0].lower() in _ANY_UNITS and not (_OF_NETWORK.search(line.whole) or _DIES.search(near))
            ):
                continue
            group = counted.groupdict()
            if group.get("whole"):
                whole = int(group["whole"])
                value = int(group["part"]) / whole if whole > 1 else 2.0
            else:
                value = value_of(group["share"]) / 100.0
            dead = _IS_DEAD.search(after) or (None if _IS_ALIVE.search(after) else _IS_DEAD.search(before))
            alive = _IS_ALIVE.search(after) or (None if dead else _IS_ALIVE.search(before))
            if value > 1 or not (dead or alive) or (alive and not dead and _PER_ROW.search(near)):
                continue
            named = [name for begin, _, name in names_in(text) if begin < counted.start()]
            what = "saturated" if dead and "saturated" in dead[0].lower() else "dead"
            yield Share(what, named[-1] if named else "units", value if dead else 1.0 - value, line.row)
    yield from _in_tests(told.lines)


_ANY_UNITS = word_set("unit units unidades einheiten channels filters experts unités")
"""Those of a hospital, an order or a television may be idle, too; they do not die."""
_OF_NETWORK = re.compile(
    r"(?i)layer|tanh|sigmoid|relu|hidden|neuron|activation|fc\d|latent|network|\bnet\b|conv|block|gate"
)
_OF_CODES = re.compile(r"codebook|(?<![a-z])vq|quanti[sz]|codewords?|perplexity|commit(?:ment)? loss|latent|dead code")
"""Codes of diagnoses and products are used or not, too."""
_DIES = re.compile(
    r"(?i)\b(?:dead|dying|never|nie|nunca|jamais|mai|fires?|firing|(?:non-?)?zero|0|null|cero|z[eé]ro|tote?n?|muert[ao]s?"
    r"|mort[aeo]s?|saturated)\b|死|恒为零"
)
_FIRM = word_set(
    "grad grads gradient gradients customer customers user users sensor sensors job jobs process processes"
)
_WANTED = re.compile(
    r"assert\s+\w*(?:dead|silent|dying|inactive)\w*\s*<=?\s*(?P<share>0?\.\d{1,4})\s*\*", re.IGNORECASE
)
_CAME = re.compile(r"assert\s+(?P<count>\d{1,7})\s*<=?\s*(?P<most>\d{1,7}(?:\.\d{1,4})?)", re.IGNORECASE)


def _in_tests(lines: list[Line]) -> Iterator[Share]:
    """ "assert n_silent <= 0.05 * n_units" and, as pytest shows what came, "assert 118 <= 6.4"."""
    for line in lines:
        wanted = next(filter(None, map(_WANTED.search, reversed(line.above))), None)
        came = _CAME.search(line.text)
        if wanted and came and float(came["most"]) > 0:
            whole = float(came["most"]) / float(wanted["share"])
            yield Share("dead", "units", min(1.0, int(came["count"]) / whole), line.row)


_END = r"-?(?:\d{1,12}\.?\d{0,12}|\.\d{1,12})(?:e[-+]?\d{1,3})?|-?inf"
_BIN = re.compile(
    rf"^\W{{0,3}}[\[(]\s?({_END}),\s?({_END})[)\]]\s{{0,8}}[:|]?\s{{0,20}}(\d{{1,15}})\s*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\(\w{1,20}\s?(?P<how>>|==)\s?0(?:\.0?)?\)\.(?P<over>any|all)\((?:dim=|axis=)?0\)(?P<float>\.float\(\))?\.(?P<take>sum|mean)\(\)"
)
_SHOWN = re.compile(r"(?:tensor\(|np\.\w+\()?(\d{1,7}(?:\.\d{1,8})?)\)?")
_SHAPE = re.compile(r"(?:Size\(\[|^\()\s?\d{1,9}, (\d{1,7})\]?\)")
_NOUGHT = 1e-6  # wide: a bin that holds next to nothing but zeros


def _shown(lines: list[Line]) -> Iterator[Share]:
    """Histograms of outputs with a bin at zero, and what a cell of a notebook asked of a layer's outputs."""
    called, bins, row = "", list[tuple[float, float, int]](), 0
    for line in [*lines, Line("", (), 0)]:
        found = _BIN.match(line.text)
        if found is not None:
            bins.append((float(found[1]), float(found[2]), int(found[3])))
            continue
        if bins and (_INSIDE.search(called) or "relu" in called.lower()):
            total = sum(count for _, _, count in bins)
            noughts = [count for low, high, count in bins if low <= 0 <= high and high - low <= _NOUGHT]
            if total and noughts:
                yield Share("zero", called[:40], noughts[0] / total, row)
        called, bins, row = line.text, [], line.row
    for before, line in pairwise(lines):
        asked, shown = _ASKED.search(before.text), _SHOWN.fullmatch(line.text.strip())
        if asked is None or shown is None or (asked["how"] == ">") is not (asked["over"] == "any"):
            continue
        value = float(shown[1])
        if asked["take"] == "sum":
            widths = [one[1] for each in reversed(before.above) if (one := _SHAPE.search(each))]
            if not widths:
                continue
            value /= int(widths[0])
        if value <= 1:
            yield Share("dead", "units", value if asked["how"] == "==" else 1.0 - value, line.row)
