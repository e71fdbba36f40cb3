"""What small files tell of the function between the layers: none, softmax, one without a slope, or that the network
answers as a linear model does.

    MLPClassifier(activation='identity', ...)          net.layers{1}.transferFcn  ans = 'purelin'
    {"ops": {"Gemm": 4, "Relu": 0, ...}}               module,pre,post: hidden_0,-2.413,-2.413
    {"h_statistic": {"x1:x2": 0.0, ...}, "second_differences": {...: 0.0}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mladvisor.runs.numbers_said import Cell, Line, Numbers, words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues(
    "collaps;fonction;função;@ w;activation;purelin;act.fct;nonlinearit;non-linearit;relu;linear(;gemm;"
    "matmul;pre,post;row_sum;h_statistic;interaction;xor;parity;linear;lineal;linéaire;激活;活性化;"
    "aktivierung;activaci;pca;logistic;ridge;softmax;torch.sign;hidden"
)
TOY_CUES = cues("xor;ring;spiral;parity;moons;circle")

_IDENTITY = r"(?:identity|linear|none|null|purelin|lambda x: ?x|function\(x\) ?x|no activation)"


class Hidden(NamedTuple):
    """One statement: "linear" (nothing between the layers), "softmax", "flat" (no slope anywhere), or "bent"; its
    words; where."""

    what: str
    said: str
    row: int


_SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "linear",
        re.compile(
            rf"(?is)\bMLP(?:Classifier|Regressor)\([^()]{{0,300}}?activation\s?=\s?['\"]identity['\"]"
            rf"|\bact\.fct\s?=\s?(?:function\(x\)\s?x\b(?!\s?[*^(])|['\"]?{_IDENTITY}['\"]?)"
            r"|Sequential\(\s?(?:\(\d+\): Linear\([^()]{1,80}\),?\s*(?:\(\d+\): Dropout\([^()]{1,40}\),?\s*)?){3,}\)"
            rf"|\bhidden[_ ](?:layers?'?[_ ])?(?:act\w{{0,10}}|function|fn|nonlinearity|transfer function)s?['\"]?"
            rf"\W{{1,6}}{_IDENTITY}\b"
            r"|\b(?:no|without an?y?|missing) (?:activation|non-?linearit(?:y|ies))s? (?:functions? "
            r")?(?:between|in|after|behind) (?:the |any )?(?:hidden|layers|linear)"
        ),
    ),
    (
        "flat",
        re.compile(
            r"(?i)\bhidden (?:layer )?(?:activation|function|nonlinearity)s?\W{1,6}(?:torch\.|np\."
            r"|tf\.)?(?:sign|step|heaviside|round|argmax|floor)\b"
        ),
    ),
    (
        "softmax",
        re.compile(r"(?i)\bhidden[_ ](?:layer[_ ])?(?:activation|function|fn|act)s?\b['\"]?\W{1,6}(?:nn\.)?softmax\b"),
    ),
)
_NETWORK = r"(?:net(?:work|z)?|mlp|layers|red(?: neuronal)?|r[eé]seau|rede|rete|netzwerk|stack)"
_WORDS = re.compile(
    rf"(?i)\b(?:the )?(?:whole )?{_NETWORK} (?:is|are|ist|es|est|[eé]|acts as|behaves (?:as|like)) (?:just "
    rf"|purely |only |ein |a |one |un |une |una |)"
    r"(?:lineare?s?|linear|lin[eé]aire|lineal)\b"
    r"(?! in| (?:combination|schedule|warm|layer|probe|head|on (?:top|frozen|the)))"
    r"|\bcollaps\w+ (?:in)?to (?:one|a single) (?:matrix|linear|affine)|W\d ?@ ?W\d[^\n]{0,60}\bsame outputs"
    r"|fehlt die aktivierung|ohne aktivierungsfunktion|falta la (?:funci[oó]n de )?activaci[oó]n|sin "
    r"funci[oó]n de activaci[oó]n"
    r"|sans fonction d['’]activation|manque (?:l['’]activation|la fonction d['’]activation)|sem "
    r"fun[cç][aã]o de ativa[cç][aã]o"
    r"|没有激活函数|缺少激活函数|活性化関数がない|活性化関数が抜け"
)
_ACTIVATION_OF = re.compile(r"(?i)layers\[\d+\]\.activation\W{1,6}?(?:<function )?(?P<name>[a-z_]{3,20})")
_IN_SUMMARY = re.compile(
    r"(?i)\((?:Dense|Linear|Conv\dD)\).*\s(?P<name>linear|identity|none|relu|tanh|sigmoid|gelu|elu|selu|silu|swish|softmax|leaky_?relu)\s*\W?$"
)
_EARLIER = re.compile(
    r"(?i)\b(?:fixed|no longer|before the|was|instead of|not|removed|old|baseline|example|e\.g\.|ablation|compare)\b"
)
_TRANSFER = re.compile(r"(?i)transferFcn|transfer function")
_PURELIN = re.compile(r"(?i)'purelin'")
_OTHER_FUNCTION = re.compile(r"(?i)'(?:tansig|logsig|poslin|satlin|radbas|elliotsig)'")


def said_of_hidden(told: Numbers) -> Iterator[Hidden]:
    """All statements of a file."""
    for line in told.lines:
        text = f"{' '.join(line.above)} {line.text}" if line.text.count("(") != line.text.count(")") else line.text
        for what, pattern in _SAID:
            found = pattern.search(text)
            if (
                found
                and not _EARLIER.search(text[max(0, found.start() - 40) : found.start()])
                and not (found[0].lower().startswith("without") and _SUPPOSED.match(text, found.end()))
            ):
                yield Hidden(what, found[0].strip()[:80], line.row)
        found = _WORDS.search(text)
        if found and not _NEGATED.search(text[max(0, found.start() - 60) : found.end()]):
            yield Hidden("linear", found[0].strip()[:80], line.row)
    yield from _listed(told.lines)
    yield from _wrapped(told.lines)
    yield from _transfer_functions(told.lines)
    yield from _operations(told.cells)
    yield from _passed_on(told.cells)
    yield from _sums(told.cells)
    yield from _no_bends(told.cells)


_NEGATED = re.compile(
    r"(?i)\b(?:not|isn't|no longer|nicht|kein\w*|never|was|before|if|would|unless|fixed|baseline|without|otherwise"
    r"|else)\b"
)
_SUPPOSED = re.compile(
    r"(?i)[^.;:]{0,30}?\b(?:it|this|they|we|one|everything|(?:the|any|a|our) (?:\w{1,20} )?"
    r"(?:net\w{0,10}|model|stack|mlp)) \w"
)
"""Behind "without an activation between the layers": what would then be."""
_NO_BEND = ("linear", "identity", "none")


def _listed(lines: list[Line]) -> Iterator[Hidden]:
    """The activation of each layer, a line for each: those of all but the last are none."""
    for pattern in (_ACTIVATION_OF, _IN_SUMMARY):
        found = [(one["name"].lower(), line.row) for line in lines if (one := pattern.search(line.text))]
        hidden = found[:-1] if pattern is _IN_SUMMARY or len(found) > 2 else found
        if len(hidden) > 1 and all(name in _NO_BEND for name, _ in hidden):
            yield Hidden("linear", f"{len(hidden)} hidden layers with {hidden[0][0]}", hidden[0][1])


def _wrapped(lines: list[Line]) -> Iterator[Hidden]:
    """An estimator whose arguments go over several lines, as scikit-learn prints it."""
    whole = "\n".join(line.text for line in lines[:400])
    for what, pattern in _SAID[:1]:
        found = pattern.search(whole)
        if found and "\n" in found[0] and not _EARLIER.search(whole[max(0, found.start() - 40) : found.start()]):
            yield Hidden(what, re.sub(r"\s+", " ", found[0])[:80], lines[0].row)


def _transfer_functions(lines: list[Line]) -> Iterator[Hidden]:
    """MATLAB's layers, all linear: one is the output, so that two or more are meant."""
    whole = "\n".join(line.text for line in lines[:400])
    if _TRANSFER.search(whole) and len(_PURELIN.findall(whole)) > 1 and not _OTHER_FUNCTION.search(whole):
        row = next(line.row for line in lines if _PURELIN.search(line.text))
        yield Hidden("linear", "all transfer functions are purelin", row)


_LINEAR_OPS = word_set("gemm matmul conv linear dense addmm fullyconnected innerproduct fully_connected conv2d")
_CURVED_OPS = word_set(
    "relu sigmoid tanh gelu elu selu silu leakyrelu prelu mish swish hardswish erf softplus clip relu6 hardsigmoid "
    "leaky_relu lstm gru rnn attention maxpool layernormalization mul pow div exp where"
)


def _operations(cells: list[Cell]) -> Iterator[Hidden]:
    """Counts of the operations of an exported graph: several linear ones, and nothing that bends."""
    counts: dict[tuple[str, ...], dict[str, float]] = {}
    for cell in cells:
        counts.setdefault(cell.path[:-1] if cell.of_row < 0 else cell.path[: cell.of_row], {})[
            (cell.path[-1] if cell.of_row < 0 else cell.path[cell.of_row]).lower()
        ] = cell.value
    if any("fus" in part.lower() for cell in cells for part in cell.path):
        return  # what bends is inside of the others
    for path, values in counts.items():
        linear = sum(value for name, value in values.items() if name in _LINEAR_OPS)
        curved = [value for name, value in values.items() if name in _CURVED_OPS]
        if linear > 1 and (curved or words_of(*path) & {"ops", "op", "operators", "operations"}) and not any(curved):
            yield Hidden("linear", f"{linear:g} linear operations and none that bends", 0)
        elif linear > 1 and sum(curved) > 0:
            yield Hidden("bent", f"{sum(curved):g} operations that bend", 0)


_BEFORE, _AFTER = (
    word_set("pre before input inp preact preactivation z"),
    word_set("post after output out act activation a"),
)
_LEAST_PAIRS = 6


def _passed_on(cells: list[Cell]) -> Iterator[Hidden]:
    """Pairs before and behind an activation that are equal, negative ones too."""
    rows: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}
    for cell in cells:
        if cell.of_row > 0:
            rows.setdefault((cell.path[: cell.of_row], cell.row), {})[cell.path[-1].lower()] = cell.value
    tables: dict[tuple[str, ...], list[tuple[float, float]]] = {}
    for (path, _), values in rows.items():
        before = [value for name, value in values.items() if name in _BEFORE]
        after = [value for name, value in values.items() if name in _AFTER]
        if len(values) == 2 and len(before) == len(after) == 1:
            tables.setdefault(path, []).append((before[0], after[0]))
    for path, pairs in tables.items():
        inside = re.search(r"(?i)act|hidden|layer|module|unit|neuron|probe", " ".join(path))
        negative = sum(before < 0 for before, _ in pairs)
        if inside and len(pairs) >= _LEAST_PAIRS and negative > 1 and all(before == after for before, after in pairs):
            yield Hidden("linear", f"{len(pairs)} values pass the activation as they are", 0)
        elif inside and len(pairs) >= _LEAST_PAIRS and negative > 1:
            yield Hidden("bent", "values differ before and behind the activation", 0)


def _sums(cells: list[Cell]) -> Iterator[Hidden]:
    """Outputs of each row of a hidden layer add up to one: a softmax stands behind it."""
    layers: dict[tuple[str, ...], list[float]] = {}
    for cell in cells:
        words = words_of(cell.path[-1])
        if "sum" in words and words & {"row", "unit", "units", "output", "outputs", "act", "activation"}:
            layers.setdefault(cell.path[:-1], []).append(cell.value)
    ones = [
        path for path, values in layers.items() if len(values) > 1 and all(abs(value - 1) < 1e-3 for value in values)
    ]
    if len(ones) > 1 and len(ones) == len(layers) and re.search(r"(?i)hidden|act|layer", " ".join(ones[0])):
        yield Hidden("softmax", "the outputs of hidden layers add up to one", 0)


_BENDS = re.compile(
    r"(?i)second[_ -]?(?:order[_ ])?diff|h[_ -]?stat|interaction|curvature|non[_ -]?linearity[_ ](?:index|share)"
)
_NOTHING = 1e-6


def _no_bends(cells: list[Cell]) -> Iterator[Hidden]:
    """Second differences and interactions of a network's answers, all nothing: it is a linear function."""
    found = [cell for cell in cells if any(_BENDS.search(part) for part in cell.path[1:])]
    kinds = {part for cell in found for part in cell.path[1:] if _BENDS.search(part)}
    said = " ".join(part for cell in cells[:1] for part in cell.path)
    if len(found) > 2 and len(kinds) > 1 and all(abs(cell.value) <= _NOTHING for cell in found):
        yield Hidden(
            "linear", f"{len(found)} interactions and second differences are nothing", found[0].row if said else 0
        )


def toy_problems(cells: list[Cell]) -> tuple[float, float, int] | None:
    """(worst share of what was to be learnt on linear toy problems, best on those that need a bend, row)."""
    linear: list[float] = []
    bent: list[float] = []
    row = 0
    rows: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}
    names: dict[tuple[tuple[str, ...], int], str] = {}
    for cell in cells:
        key = (cell.path[: cell.of_row], cell.row) if cell.of_row > 0 else (cell.path[:-1], 0)
        names[key] = cell.path[cell.of_row] if cell.of_row > 0 else cell.path[-2] if len(cell.path) > 1 else ""
        rows.setdefault(key, {})[cell.path[-1].lower()] = cell.value
    for key, values in rows.items():
        score = next(
            (value for name, value in values.items() if "acc" in words_of(name) and "train" in words_of(name)), None
        )
        score = (
            score
            if score is not None
            else next((value for name, value in values.items() if words_of(name) & {"acc", "accuracy"}), None)
        )
        if score is None or not 0 <= score <= 1:
            continue
        name = names[key].lower()
        if re.match(r"linear|blobs?|gauss|separable", name):
            linear.append(score)
        elif re.match(r"xor|rings?|circles?|moons?|spirals?|parity|checkerboard|donut", name):
            bent.append(score)
            row = row or key[1]
    return (min(linear), max(bent), row) if linear and len(bent) > 1 else None


def equals_components(cells: list[Cell]) -> tuple[float, float, int] | None:
    """(error of an autoencoder, of principal components, row): a column of each, the same at every size of the code."""
    rows: dict[int, dict[str, float]] = {}
    for cell in cells:
        if cell.of_row > 0:
            rows.setdefault(cell.row, {})[cell.path[-1].lower()] = cell.value
    pairs = []
    for values in rows.values():
        errors = {name: value for name, value in values.items() if _ERROR.search(name)}
        pca = next((value for name, value in errors.items() if "pca" in name), None)
        own = next((value for name, value in errors.items() if _AUTOENCODER.search(name)), None)
        if pca is not None and own is not None and pca > 0:
            pairs.append((own, pca))
    if len(pairs) > 2 and all(abs(own - pca) <= _ALIKE * pca for own, pca in pairs):
        return pairs[-1][0], pairs[-1][1], min(rows)
    return None


_ERROR = re.compile(r"mse|err|loss|recon")
_AUTOENCODER = re.compile(r"auto_?encoder|(?<![a-z])ae(?![a-z])")
_ALIKE = 0.02
