"""What a design document says in words: layers in a table, in a list, or as widths of hidden layers.

    * hidden layers: 32, 16 (ReLU, dropout 0.1)        | 1 | Conv1d k5 + ReLU | 12 filters |
    * output: 1 logit                                  | 2 | Linear           | 4          |

Only layers with weights and their widths are taken: prose leaves out what everybody would add.
"""

from __future__ import annotations

import re

from mladvisor.runs.design_numbers import is_of_attention
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.model_layer import MAX_LAYERS, Layer

MAX_TEXT = 40_000
_KINDS = (  # word -> type, in the order in which they are looked for
    (re.compile(r"\b(?:conv(?:olution(?:al)?)?(?:[123]d)?|conv layers?|filters|feature maps)\b", re.I), "Conv2d"),
    (re.compile(r"\b(?:bi)?lstm\b", re.I), "LSTM"),
    (re.compile(r"\bgru\b", re.I), "GRU"),
    (re.compile(r"\b(?:simple ?|vanilla |elman )?rnn\b", re.I), "RNN"),
    (re.compile(r"\bembeddings?\b", re.I), "Embedding"),
    (
        re.compile(
            r"\b(?:linear|dense|fc|fully[ -]connected|hidden(?: layers?| units)?|mlp|logits?|output|head)\b", re.I
        ),
        "Linear",
    ),
)
_NAMED = re.compile(r"\b[a-z]{1,20}(?:_[a-z]{1,20})?_?\d{1,3}\b|\b[a-z]{1,20}_layer\b", re.I)
"""The name of a layer in code, with its number: "dense_1", "fc2", "hidden_layer_3", "output_layer"."""
_SIZE_HEAD = re.compile(
    r"\b(?:outputs?|units|filters|channels|width|size|neurons|nodes|features|out|dim|hidden|shape)\b", re.I
)
_UNITS_HEAD = re.compile(r"\b(?:units|neurons|nodes)\b", re.I)
_NUMBERED = re.compile(r"(?:(?:hidden )?layer|[hl])?[ _#-]?\d{1,2}", re.I)
"""A layer that is named by its number alone, which has units and no filters."""
_LAYER_HEAD = re.compile(r"\b(?:layer|type|op|operation|stage|block|module|what|component)\b", re.I)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+(.*)$")
_NUMBER = re.compile(
    r"(?<![\w.])(\d{1,6})(?![\w.]*\d|\.\d|\s?[x×%])(?!\s?(?:epochs?|layers?\b|blocks?\b|heads?\b|classes in))"
)
_KERNEL = re.compile(
    r"\b\d+\s?[x×]\s?\d+(?:\s?[x×]\s?\d+)?\b|\bk(?:ernel)?(?:[ _]size)?\s?[=:]?\s?\d+|\bstride\s?[=:]?\s?\d+"
    r"|\bp\s?=\s?[\d.]+|\bpadding\s?[=:]?\s?\d+|\bdropout\s?(?:of\s?)?[=:(]?\s?[\d.]+|\b[123]d\b|\bconv[123]d\b",
    re.I,
)
_HIDDEN = re.compile(
    r"\b(?:hidden(?:[ _-](?:layers?|units|sizes?|widths?|dims?))?|mlp|fc(?:[ _-]layers?)?|dense(?:[ _-]layers?)?"
    r"|(?:conv(?:olutional)?[ _-]?)?(?:filters|channels)|conv(?:olutional)?[ _-]layers?|units(?: per layer)?)\b"
    r"[^\d\n]{0,40}?(\d{1,6}(?:\s?(?:,|-|/|→|->|then|and|x)\s?(?:and )?\d{1,6}){0,12})",
    re.I,
)
_OWN_SIZE = re.compile(
    r"(?<![\w.])(\d{1,6})[ -](?:filters|channels|feature maps|kernels|units|neurons|nodes|cells|hidden)\b"
    r"|\b(?:filters|channels|units|neurons)\s?[=:]\s?(\d{1,6})\b",
    re.I,
)
"""What a layer's own words say of its width."""
_SHAPE = re.compile(r"(?<![\w.])(\d{1,6})\s?[x×,]\s?(\d{1,6})\s?[x×,]\s?(\d{1,6})(?!\s?[x×,]?\s?\d)")
"""The shape of a picture and its channels, in either order."""
_OUTPUT = re.compile(
    r"\b(?:outputs?|head|last layer|output layer)\b[^\d\n]{0,25}?(\d{1,6})",
    re.I,
)
_ARROW = re.compile(r"\s*(?:->|=>|→|➔|⟶)\s*")
_DASH = re.compile(r"\.?\s+(?:[-–—+|]\s+|$)|\.\s+|\.$")
"""Between layers in the form of calls, a sentence behind them: "Conv(8, 3x3) - MaxPool - Dense(10). Adam, 8 epochs"."""
_ASIDES = re.compile(
    r"\b(?:inputs?|features|data)\b|^\W{0,3}(?:global |max |avg |average |mean )*(?:pool\w*|maxpool\w*|avgpool\w*"
    r"|flatten|dropout|relu|softmax|sigmoid|tanh|batch ?norm\w*|layer ?norm\w*|normali[sz]ation)\b",
    re.I,
)
"""Parts of a chain that have no weights, or are what goes in."""
_BARE = re.compile(
    r"\b(?:network|net|mlp|perceptron|architecture|topology)\b[^\d\n.]{0,20}"
    r"(?P<any>\d{1,6}(?:\s?(?:-|–|->|→|:)\s?\d{1,6}){2,12})(?![\d.%-])"
    # behind a word that dates stand behind, too, only with arrows
    r"|\b(?:design|structure|layout|model)\b[^\d\n.]{0,20}(?P<arrows>\d{1,6}(?:\s?(?:->|→)\s?\d{1,6}){2,12})(?![\d.%-])",
    re.I,
)
_ASIDE = re.compile(r"\([^()]{0,200}\)")
_EMPHASIS = re.compile(r"\*\*|`")
_MADE = re.compile(r"[A-Za-z_][\w.]{0,40}\(\s?\d[^()]{0,120}\)")


def layers_in(text: str, *, listed: bool = False) -> tuple[tuple[Layer, ...], bool]:
    """Layers with weights that a document names, and whether the last one is the output.

    Args:
        listed: only those that are told one by one count; words beside numbers may be about something else.
    """
    text = _EMPHASIS.sub("", text[:MAX_TEXT])
    for found in (_from_table(text), _from_list(text), _from_chain(text)):
        if len(found) > 1:
            return tuple(found), True
    if is_of_attention(text):
        return (), False  # a stack of equal blocks, told by its numbers
    counted = _from_counts(text)
    if counted is not None or listed:
        return counted or ((), False)
    return _from_widths(text)


def type_of(text: str) -> str | None:
    """The layer with weights that a phrase names, the last of several: "max pool, dropout, Linear" is a Linear."""
    text = _NAMED.sub(lambda match: match[0].replace("_", " ").rstrip("0123456789"), text)
    ends = [(match.start(), kind) for pattern, kind in _KINDS for match in pattern.finditer(text)]
    return min(ends)[1] if ends else None


def _from_table(text: str) -> list[Layer]:
    """Rows of a markdown table with a column of layers and one of sizes."""
    for _, head, rows in bar_tables(text):
        named = next((at for at, cell in enumerate(head) if _LAYER_HEAD.search(cell)), None)
        sized = next((at for at, cell in enumerate(head) if _SIZE_HEAD.search(cell) and at != named), None)
        if named is None or sized is None:
            continue
        found: list[Layer] = []
        for row in rows[:MAX_LAYERS]:
            if len(row) <= max(named, sized):
                continue
            # The type may stand in another cell than the name of the layer ("fc1 | Linear | 32").
            kind = next((type_ for cell in (row[named], *row) if (type_ := type_of(cell)) is not None), None)
            if kind is None and _UNITS_HEAD.search(head[sized]) and _NUMBERED.fullmatch(row[named].strip()):
                kind = "Linear"
            told, size = _size_of(row[named], row[sized])
            if kind is not None and told:
                found.append(Layer(f"layer {len(found) + 1}", kind, size))
        if found:
            return found
    return []


def _size_of(layer: str, size: str) -> tuple[bool, float | None]:
    """Whether the cells of a row tell the size of its layer, and how many units: None where either end may be it.

    "Conv 3x3, 16 filters" says it itself; in "8x8x16" or "16 x 8 x 8" the two that are alike are sides of the picture.
    """
    own = _OWN_SIZE.search(_KERNEL.sub(" ", layer))
    if own is not None:
        return True, float(own[1] or own[2])
    shape = _SHAPE.search(size)
    if shape is None:
        numbers = re.findall(r"\d{1,6}", _KERNEL.sub(" ", size))
        return bool(numbers), float(numbers[-1]) if numbers else None
    first, middle, last = map(float, shape.groups())
    if first == middle:
        return True, last
    return True, first if middle == last else None


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_COUNTS = {word: n for n, word in enumerate(_WORDS, 1)} | {"a": 1, "an": 1}
_STATE = re.compile(r"\b(?:(?:last|final)\s)?hidden[ _-]states?\b", re.I)
"""What a recurrent layer hands on is no layer."""
_RECURRENT = re.compile(r"\b(?:bi-?)?(?:lstm|gru|(?:simple ?)?rnn)\b", re.I)
_STACK = re.compile(
    rf"\b(?P<counted>{'|'.join(_WORDS)}|[1-8])[ -]layers?\b|(?<=[\d)])\s?[x×]\s?(?P<behind>[1-8])\b"
    r"|\b(?P<before>[1-8])\s?[x×]\s?(?=\S{0,14}(?:lstm|gru|rnn)\b)|\bnum_layers\s?[=:]\s?(?P<keyed>[1-8])\b",
    re.I,
)
"""How many recurrent layers an item stacks: "2 layers", "two-layer", "GRU 32 x2", "2 x LSTM"."""
_EACH_WIDE = re.compile(
    r"\b(?:hidden|units|cells|width|size|dim)(?:[ _-](?:size|units|dims?|width|dimension))?\s?(?:of|[=:])?\s?\(?"
    r"(\d{1,5})\b|(?<![\w.])(\d{1,5})[ -](?:hidden|units|cells|neurons|nodes)\b|\b(?:lstm|gru|rnn)\s?\(?(\d{1,5})\b",
    re.I,
)


def _stacked(body: str) -> tuple[str, float, int] | None:
    """Type, width and number of the recurrent layers of an item: "GRU, 2 layers, hidden size 32"; None for others."""
    count, width = _STACK.search(body), _EACH_WIDE.search(body)
    if not _RECURRENT.search(body) or count is None or width is None:
        return None
    said = next(part for part in count.groups() if part).lower()
    size = next(part for part in width.groups() if part)
    return type_of(body.replace("-", "")) or "LSTM", float(size), _COUNTS.get(said) or int(said)


def _from_list(text: str) -> list[Layer]:
    """Items of a list that each are one layer: "1. Conv 3x3, 16 filters, ReLU"."""
    found: list[Layer] = []
    for line in text.split("\n"):
        item = _ITEM.match(line[:400])
        if item is None:
            continue
        body = _STATE.sub(" ", _KERNEL.sub(" ", item[1]))
        stacked = _stacked(_STATE.sub(" ", item[1]))
        if stacked is not None:
            type_, width, count = stacked
            found += [Layer(f"layer {len(found) + at + 1}", type_, width) for at in range(count)]
            continue
        kind, numbers = type_of(body), _NUMBER.findall(body)
        if re.match(r"\s*(?:inputs?|features|data|optimi[sz]er|adam|sgd|epochs?|batch)\b", body, re.I):
            continue
        if re.search(r"\blayers\b|\bhidden\b", body, re.I):
            return []  # items that name several layers each
        if kind is not None and len(numbers) == 1:
            found.append(Layer(f"layer {len(found) + 1}", kind, float(numbers[0])))
    return found


def _from_chain(text: str) -> list[Layer]:
    """Layers with arrows between them ("input 9 -> Dense 64 ReLU -> Dense 4"), or widths alone ("network 4 - 16 - 1").

    The first of bare widths is the input, as is a part that says so.
    """
    for written in text.split("\n"):
        line = _SQUASHED.sub(r"\1dense \3 \2", written[:_MOST_IN_LINE])
        listed = _from_commas(line[:400])
        if listed:
            return listed
        pieces = _ARROW.split(line[:_MOST_IN_LINE].strip(" |`*"))
        mixed = _from_calls_and_words(pieces) if len(pieces) > 1 else None
        if mixed is not None:
            return mixed
        made = _from_calls(pieces if len(pieces) > 1 else _DASH.split(line[:_MOST_IN_LINE].strip(" |`*")))
        if len(made) > 1:
            return made
        parts = [_KERNEL.sub(" ", _ASIDE.sub(" ", part)) for part in pieces]
        if len(parts) > 2:
            told = [(type_of(part), _NUMBER.findall(part)) for part in parts if not _ASIDES.search(part)]
            if len(told) > 1 and all(kind is not None and numbers for kind, numbers in told):
                return [Layer(f"layer {at}", str(kind), float(one[0])) for at, (kind, one) in enumerate(told, 1)]
        bare = _BARE.search(line[:400])
        if bare is not None:
            sizes = [float(part) for part in re.findall(r"\d{1,6}", bare["any"] or bare["arrows"])][1:]
            return [Layer(f"layer {at}", "Linear", size) for at, size in enumerate(sizes, 1)]
    return []


_MOST_IN_LINE = 1_200
_SQUASHED = re.compile(
    r"(^|[,;]\s{0,3}|(?:->|=>|→)\s{0,3})(softmax|sigmoid) (\d{1,5})(?=\s{0,3}(?:[,;.]\s|[,;.]?$|->|=>|→))", re.I
)
"""An output that is called by its activation alone: "dense 32 relu, softmax 10"."""


def _from_calls(parts: list[str]) -> list[Layer]:
    """The layers with weights of a chain in code: "Input -> Dense(64, relu) -> Dropout(0.2) -> Dense(1)"."""
    from mladvisor.runs.model_text import in_words

    found: list[Layer] = []
    for part in parts:
        layer = in_words(part, "") if _MADE.fullmatch(part) else None
        kind = type_of(layer.type) if layer is not None else None
        if layer is not None and kind is not None and layer.units:
            found.append(Layer(f"layer {len(found) + 1}", kind, layer.units))
    return found


def _from_calls_and_words(parts: list[str]) -> list[Layer] | None:
    """The layers of a chain partly in code: "Embedding(24) -> 1-layer GRU, hidden 32 -> last state -> Linear(1)".

    None where all or none of the parts with weights are calls; [] where one of them does not tell its width.
    """
    found: list[Layer] = []
    calls = words = 0
    for part in (part.strip(" .|`*") for part in parts):
        made = _from_calls([part])
        if made:
            calls += 1
            found += made
            continue
        body = _STATE.sub(" ", part)
        kind = type_of(_KERNEL.sub(" ", _ASIDE.sub(" ", body)))
        if kind is None or _ASIDES.search(part):
            continue
        words += 1
        type_, width, count = _stacked(body) or (kind, 0.0, 1)
        numbers = _NUMBER.findall(_KERNEL.sub(" ", _ASIDE.sub(" ", body)))
        if not width and len(numbers) != 1:
            return []
        found += [Layer("", type_, width or float(numbers[0]))] * count
    named = [Layer(f"layer {at}", layer.type, layer.units) for at, layer in enumerate(found, 1)]
    return named if calls and words and len(named) > 1 else None


_SENTENCE = re.compile(r":\s+|\.\s+|;\s+|$")
_WHOLE_SENTENCE = re.compile(r":\s+|\.\s+|$")
_FILTERS = re.compile(
    r"\b(?P<kernel>\d)\s?[x×]\s?(?P=kernel)\s?[x×*@-]\s?(?P<behind>(?!(?P=kernel)\b)\d{1,4})\b"
    r"|\b(?P<before>\d{1,4})\s?[x×*@]\s?(?P<square>\d)\s?[x×]\s?(?P=square)\b"
)
"""Filters written beside their kernel: "3x3 x8", "16@5x5"; three equal sides are those of a cube."""
_ONE_LAYER = re.compile(
    r"\s*(?:and |then |a |an )?(?:conv\w*|lstm|gru|dense|linear|fc|fully[ -]connected)\b[^\d]{0,20}(\d{1,6})"
    r"(?![.\d])[^\d]*",
    re.I,
)


def _from_commas(line: str) -> list[Layer]:
    """Layers one after another in a sentence: "Build: Dense 64 relu, Dense 32 relu, Dense 10 softmax."

    Or block by block, "Conv 3x3 x8, ReLU, pool 2; Conv 3x3 x16, ReLU; dense 10".
    """
    line = _FILTERS.sub(_filters, line)
    pieces = [sentence.split(",") for sentence in _SENTENCE.split(line)]
    pieces += [re.split("[,;]", sentence) for sentence in _WHOLE_SENTENCE.split(line) if ";" in sentence]
    for piece in pieces:
        parts = [_KERNEL.sub(" ", _ASIDE.sub(" ", part)) for part in piece]
        told = [(_ONE_LAYER.fullmatch(part), part) for part in parts if not _ASIDES.search(part)]
        if len(told) > 1 and all(match is not None for match, _ in told):
            return [
                Layer(f"layer {at}", str(type_of(part)), float(match[1]))
                for at, (match, part) in enumerate(told, 1)
                if match is not None
            ]
    return []


def _filters(match: re.Match[str]) -> str:
    """The number of filters alone, of filters beside their kernel."""
    return match[0] if match["before"] == (match["square"] or "-") else f" {match['behind'] or match['before']} "


_SEVERAL = re.compile(
    rf"(?:\b(?P<count>{'|'.join(_COUNTS)}|[1-8])\s+)?(?:(?:bidirectional|stacked|hidden|convolutional|recurrent|final"
    r"|fully[ -]connected|further|more|identical)\s+)*\b(?P<kind>embedding|(?:bi-?)?lstm|gru|conv(?:olution(?:al)?)?"
    r"(?:[123]d)?|dense|linear|fully[ -]connected|fc|hidden|output|head)\s*(?P<many>layers?|head|units?)?\s*"
    r"(?:of|with|having|:|=)\s*(?:sizes? |widths? )?"
    r"(?P<sizes>\d{1,5}(?:\s?(?:,|/|-|→|->|and|then)\s?(?:and )?\d{1,5})*)"
    r"(?!\d|\.\d|\s?[%x×]|\s?(?:,|/|-|→|->|and|then)\s?(?:and )?\d)",
    re.I,
)
_IN_BRACKETS = re.compile(r"\b(layers?|head)\s*\((\d{1,5}\b[^()]{0,80})\)", re.I)
"""Widths in brackets behind the layers: "two hidden layers (128 and 64 units)"."""
_ANSWERS = re.compile(
    rf"\b(?P<count>{'|'.join(_COUNTS)}|\d{{1,5}})\s+(?:outputs?|logits?)\b(?:\s+(?:units?|nodes?))?", re.I
)


def _from_counts(text: str) -> tuple[tuple[Layer, ...], bool] | None:
    """Layers that are counted in sentences: "two bidirectional LSTM layers of 256 units, then a dense layer with 17".

    Widths may be told one by one ("two dense layers of 128 and 64 units"), as many as layers. None where no layers are
    counted, or the two do not agree: then widths alone are looked for.
    """
    plain = _ASIDE.sub(" ", _IN_BRACKETS.sub(r"\1 of \2", " ".join(text.split())))
    found: list[Layer] = []
    counted, last, end = False, "", 0
    for match in _SEVERAL.finditer(plain):
        said = (match["count"] or "a").lower()
        count = int(said) if said.isdecimal() else _COUNTS[said]
        kind = type_of(match["kind"].replace("-", "")) or "Linear"
        counted = counted or (match["many"] is not None and (count > 1 or (len(found) > 0 and said == "one")))
        sizes = [float(size) for size in re.findall(r"\d+", match["sizes"])]
        if len(sizes) > 1 and len(sizes) != count and match["count"]:
            return None
        widths = sizes if len(sizes) > 1 else sizes * count
        counted = counted or (len(sizes) > 1 and match["many"] is not None)
        found += [Layer(f"layer {len(found) + at}", kind, width) for at, width in enumerate(widths, 1)]
        last, end = match["kind"].lower(), match.end()
    if not counted or len(found) > MAX_LAYERS:
        return None
    answers = _ANSWERS.search(plain, end)
    if answers is not None:
        said = answers["count"].lower()
        found.append(Layer("output", "Linear", float(_COUNTS.get(said) or said)))
    stated = _OUTPUT.search(plain, end) if answers is None and last not in ("output", "head") else None
    if stated is not None and not re.match(r"\s?[%.\d]", plain[stated.end() :]):
        found.append(Layer("output", "Linear", float(stated[1])))
        return tuple(found), True
    closes = (
        answers is not None or last in ("output", "head") or re.match(r"\s*(?:outputs?|logits?|classes)", plain[end:])
    )
    return tuple(found), bool(closes)


_OTHER_KINDS = re.compile(r"\b(?:conv\w*|lstm|gru|rnn|transformer|attention)\b", re.I)


def _from_widths(text: str) -> tuple[tuple[Layer, ...], bool]:
    """Widths in a sentence or a line: "hidden layers: 32, 16", "two hidden layers of 64 and 32 units"."""
    found: list[Layer] = []
    plain = "\n".join(_KERNEL.sub(" ", _ASIDE.sub(" ", line[:400])) for line in text.split("\n"))
    for match in _HIDDEN.finditer(plain):
        kind = "Conv2d" if re.search(r"conv|filters|channels", match[0], re.I) else "Linear"
        sizes = [int(part) for part in re.findall(r"\d{1,6}", match[1])]
        found += [Layer(f"{kind} {len(found) + at + 1}", kind, float(size)) for at, size in enumerate(sizes)]
        if kind == "Linear":
            break
    if found and _OTHER_KINDS.search(plain) and all(layer.type == "Linear" for layer in found):
        return (), False  # of a network whose other layers could not be read the widths of a part say little
    output = _OUTPUT.search(plain)
    if output is not None and found:
        found.append(Layer("output", "Linear", float(output[1])))
    return (tuple(found), output is not None) if found else ((), False)
