"""Printed models: PyTorch's `print(model)`, tables of layers, and layers in words or in code."""

from __future__ import annotations

import re

from mladvisor.runs.logger_prefix import without_prefix
from mladvisor.runs.model_layer import (
    MAX_LAYERS,
    Layer,
    bias_start,
    filter_of,
    is_torch,
    norm_share,
    plain_number,
    points_left,
)
from mladvisor.runs.model_rows import is_rows_header, rows_table
from mladvisor.runs.model_tables import is_header, table
from mladvisor.runs.module_tables import MARK, is_modules_header, modules_table

MARKS = (
    b"Layer (type",
    "┃ path".encode(),
    b"Linear(",
    b"Conv1d(",
    b"Conv2d(",
    b"Conv3d(",
    b"): LSTM(",
    b"): GRU(",
    b"Embedding(",
    MARK,
    b"(Linear)",
    b"(Conv",
    b"(Embedding",
)
UNTOLD = "?"
"""An argument of a constructor that is not known."""
MAX_LINE = 600
MAX_MODELS = 12
MAX_ONE_LINE = 4_000
_MODULE = re.compile(r"^\s*\(([\w\- ]{1,80})\): (?:\d{1,5} x )?([A-Za-z_][\w.]{0,80})\((.*)$")
_HEAD = re.compile(r"(?:^|[\s:=>\]|])([A-Za-z_]\w{0,80})\($")
_CALL = re.compile(
    r"^\s*(?:\w{1,40}\s*=\s*)?(?:model\.add\(|self\.\w{1,40}\s*=\s*)?([A-Za-z_][\w.]{0,80})\((.*)\)\s*,?\s*$"
)
_ARROWS = re.compile(r"\s*(?:-+>|=+>|→|⟶|\n|;|>>|\s>\s)\s*")
_WIDTHS = re.compile(r"[1-9]\d{0,5}(?:\s?(?:-+>?|:|→)\s?[1-9]\d{0,5}){2,20}")
_SUM_OF_CALLS = re.compile(r"[\w.]{1,60}\([^()]{0,200}\)(?:\s?\+\s?[\w.]{1,60}\([^()]{0,200}\)){1,40}")
_GIVEN = re.compile(
    r"(?:\d{1,7} ?)?(?:inputs?|x|images?|features|data)(?: ?[\[(]?[\d, x×*]{0,30}[\])]?)?"
    r"(?: ?(?:features|pixels|units))?",
    re.IGNORECASE,
)
_ONLY_WIDTH = re.compile(r"\d{1,6} ?(?:units?|neurons?|nodes?|hidden(?: units)?|outputs?)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CONTAINERS = frozenset(("Sequential", "ModuleList", "ModuleDict", "DataParallel", "DistributedDataParallel"))
_TWO_SIZES = frozenset(("linear", "conv1d", "conv2d", "conv3d", "lstm", "gru", "rnn", "embedding", "embeddingbag",
                        "bilinear", "convtranspose2d", "convtranspose1d", "lstmcell", "grucell"))  # fmt: skip


def printed(text: str) -> tuple[tuple[Layer, ...], str, bool] | None:
    """(layers, form, chain) of the printed model or table of layers in a text; of several, the one with most layers.

    An autoencoder's halves, or a model and what it was made of, are often printed one after another.
    """
    lines = [without_prefix(line[:MAX_LINE]).rstrip() for line in _broken_up(text).split("\n")]
    best: tuple[tuple[Layer, ...], str, bool] | None = None
    tried = 0
    for number, line in enumerate(lines):
        found = None
        if is_header(line) and ("output shape" in line.lower() or not is_rows_header(line)):
            found = table(lines, number)
            tried += 1
        elif "|" in line and is_modules_header(line):
            found = modules_table(lines, number)
            tried += 1
        elif is_rows_header(line):
            found = rows_table(lines, number, _called) or (table(lines, number) if is_header(line) else None)
            tried += found is not None
        elif line.endswith("(") and number + 1 < len(lines) and _MODULE.match(lines[number + 1]):
            head = None if _MODULE.match(line) else _HEAD.search(line)
            found = _module_tree(head[1], lines[number + 1 :]) if head else None
            tried += head is not None
        if found and (best is None or len(found[0]) > len(best[0])):
            best = found
        if tried >= MAX_MODELS:
            break
    return best


_IN_ONE_LINE = re.compile(r"\w\(\s{1,12}\([\w\-]{1,80}\): [A-Za-z_]")
_MAX_ONE_MODEL = 40_000


def _broken_up(text: str) -> str:
    """A model that a logger printed in one line, its lines joined by blanks, in lines again."""
    if not _IN_ONE_LINE.search(text):
        return text
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if len(line) < _MAX_ONE_MODEL and _IN_ONE_LINE.search(line):
            plain = without_prefix(line)
            plain = re.sub(r"\s{1,80}(?=\([\w\-]{1,80}\): [A-Za-z_][\w.]{0,80}\()", "\n  ", plain)
            lines[at] = re.sub(r"\s{1,80}\)(?=\s|$)", "\n)", plain)
    return "\n".join(lines)


def _module_tree(root: str, lines: list[str]) -> tuple[tuple[Layer, ...], str, bool] | None:
    """The modules below the head of a printed module.

    In a `Sequential` nothing but its modules is applied. A module that holds one `Sequential` and nothing else applies
    it as a chain, and may do more to its output.
    """
    modules = _modules(lines)
    if not modules:
        return None
    flat = all(plain for _, plain in modules)
    alone = root in _CONTAINERS
    inside = not alone and flat and len({layer.name.partition(".")[0] for layer, _ in modules}) == 1
    last = len(modules) - 1
    layers = tuple(
        _with_told(layer, flat and (alone or (inside and at < last))) for at, (layer, _) in enumerate(modules)
    )
    return layers, "print", flat and (alone or inside)


def _with_told(layer: Layer, told: bool) -> Layer:
    return Layer(layer.name, layer.type, layer.units, layer.activation, told, rate=layer.rate, options=layer.options)


def _modules(lines: list[str]) -> list[tuple[Layer, bool]]:
    """Leaf modules with their path as name, and whether all modules around each are `Sequential`."""
    found: list[tuple[Layer, bool]] = []
    path: list[tuple[str, bool]] = []
    for line in lines:
        if line.strip() == ")":
            if not path:
                break
            path.pop()
            continue
        match = _MODULE.match(line)
        if not match:
            if not path or not line.strip():
                break
            continue
        name, written, rest = match.groups()
        if rest.rstrip().endswith(")") and rest.count(")") > rest.count("("):
            arguments = rest.rstrip()[:-1]
            flat = all(plain for _, plain in path)
            full = ".".join([*(part for part, _ in path), name])
            found.append((_called(full, written, arguments), flat))
        else:
            path.append((name, written in _CONTAINERS))
        if len(found) >= MAX_LAYERS or len(path) > 40:
            break
    return found


def in_one_line(text: str) -> list[str]:
    """The layers of a whole model in one text: "Dense(64, relu) -> Dense(10)", a line each, `Sequential([...])`, or
    widths from the first to the last ("784-128-10"); [] when it is nothing of the kind.
    """
    text = text.strip()[:MAX_ONE_LINE]
    widths = _WIDTHS.fullmatch(text)
    if widths:
        return [f"dense, {width} units" for width in re.findall(r"\d{1,6}", text)[1:]]
    call = _CALL.match(text.replace("\n", " "))
    if call and call[1].rpartition(".")[2] in _CONTAINERS:
        inner = call[2].strip()
        parts = _split(inner.strip("[]") if inner.startswith("[") else inner)
    elif _SUM_OF_CALLS.fullmatch(text):
        parts = [part.strip() for part in re.split(r"(?<=\))\s?\+\s?", text)]
    else:
        parts = [part.strip(" ,") for part in _ARROWS.split(text)]
    parts = [part for part in parts if part and not _GIVEN.fullmatch(part)]
    return parts[:MAX_LAYERS] if len(parts) > 1 else []


_NO_LAYER = re.compile(
    r"\s*(?:#|import\b|from\b|def\b|class\b|return\b|super\(|[\w.]{1,60}\.(?:compile|fit|summary|build|evaluate)\("
    r"|\w{1,40}\s*=\s*(?:[\w.]{1,60}\.)?(?:Sequential|Model)\(.{0,200}$)"
)
_COMPILED = re.compile(
    r"\b(loss|optimizer)\s*=\s*((?:[\w.]{1,80}\([^()]{0,200}\))|'[^']{1,100}'|\"[^\"]{1,100}\"|[\w.]{1,80})"
)


def listed(text: str) -> tuple[list[str], dict[str, str]]:
    """Layers that a text holds line by line, in code or in words, and loss and optimizer that its `compile` names.

    Only read as text: nothing of it is run.
    """
    lines = [line.split(" #")[0].strip().rstrip(",") for line in text[:MAX_ONE_LINE].split("\n")]
    settings: dict[str, str] = {}
    for line in lines:
        if ".compile(" in line:
            settings |= {name: value.strip("'\"") for name, value in _COMPILED.findall(line)}
    kept = [line for line in lines if line and line not in ("[", "]", ")", "])") and not _NO_LAYER.match(line)]
    return in_one_line("\n".join(kept)), settings


def in_words(text: str, name: str) -> Layer | None:
    """A layer in code ("nn.Linear(784, 128)", "Dense(64, activation='relu')") or prose ("dense, 64 units, relu")."""
    text = text.strip()
    if not text:
        return None
    call = _CALL.match(text)
    if call:
        arguments = call[2][:-1] if text.startswith("model.add(") and call[2].endswith(")") else call[2]
        return _called(name, call[1], arguments)
    named, colon, rest = text.partition(": ")
    if colon and re.fullmatch(r"[\w .\-]{1,40}", named):
        inner = in_words(rest, named.strip())
        if inner is not None:
            return inner
    return _prose(text, name)


def _called(name: str, written: str, arguments: str) -> Layer:
    """A layer from a constructor call, `arguments` without the outer parentheses."""
    positional: list[float] = []
    unnamed: list[str] = []
    keywords: dict[str, str] = {}
    kind = written.rpartition(".")[2].lower()
    activation: str | None = None
    for part in _split(arguments):
        key, equals, value = part.partition("=")
        if equals and key.strip().isidentifier():
            keywords[key.strip().lower()] = value.strip().strip("'\"")
            continue
        unnamed.append(part.strip())
        number = plain_number(part.strip("() "))
        if number is not None:
            positional.append(number)
        elif kind == "activation" or (part.strip("'\" ").rpartition(".")[2].lower() in _ACTIVATION_WORDS):
            activation = part.strip("'\" ")
    units = next((plain_number(keywords[key]) for key in _UNITS if key in keywords), None)
    torch = kind in _TWO_SIZES and (written.rpartition(".")[2][-1:] == "d" or not kind.startswith("conv"))
    if units is None and positional and kind not in _NO_UNITS:
        units = positional[1] if torch and len(positional) > 1 else positional[0]
    second = unnamed[1].strip("'\" ") if len(unnamed) > 1 else None
    told = "out_features" in keywords or (
        activation is not None and second == activation
    )  # Linear(64, relu) of a design
    if torch and not told and (len(unnamed) > 1 or UNTOLD in unnamed):
        units = plain_number(second)  # nn.Linear(64, n): what comes out is not told
    options: dict[str, object] = {}
    if "in_features" in keywords:
        options["inputs"] = plain_number(keywords["in_features"])
    elif torch and len(positional) > 1:
        options["inputs"] = positional[0]
    if "return_sequences" in keywords:
        options["sequences"] = keywords["return_sequences"] == "True"
    if str(keywords.get("num_layers", "")).isdecimal():
        options["times"] = int(keywords["num_layers"])
    if kind.startswith(("conv", "separableconv")):
        options.update(_filter(keywords, unnamed[1 + torch :]))
    options.update(norm_share(written, keywords.get("momentum")))
    options.update(_penalties(keywords.get("kernel_regularizer", keywords.get("w_regularizer", ""))))
    options.update(bias_start(keywords.get("bias_initializer")))
    options.update(points_left(written, keywords.get("output_size", unnamed[0] if unnamed else None)))
    rate = plain_number(keywords.get("p", keywords.get("rate"))) if "drop" in kind else None
    if rate is None and "drop" in kind and positional:
        rate = positional[0]
    kept = plain_number(keywords.get("keep_prob")) if "drop" in kind else None
    if kept is not None and 0 < kept <= 1:
        rate = round(1 - kept, 6)  # TensorFlow 1
    said = next((keywords[key] for key in _ACTIVATIONS if key in keywords), None)
    if said is None and activation is None and written.startswith(_RELU_UNLESS_TOLD):
        said = "relu" if "fully_connected" in written or "conv2d" in written else None
    initial = next((keywords[key] for key in _INITIALIZERS if key in keywords), None)
    return Layer(
        name,
        written,
        units if "drop" not in kind else None,
        said or activation,
        told=said is not None or activation is not None or _says_all(written, keywords),
        initializer=initial,
        rate=rate,
        options=options,
    )


def _filter(keywords: dict[str, str], unnamed: list[str]) -> dict[str, float]:
    """Side and stride of a convolution, the first two behind its widths where they are not named."""
    side, stride = (*unnamed[:2], None, None)[:2]
    return filter_of(keywords.get("kernel_size", side), keywords.get("strides", keywords.get("stride", stride)))


def _penalties(text: str) -> dict[str, float]:
    """The penalties in `l2(0.01)`, `regularizers.L1(l1=1e-4)` or `l1_l2(l1=1e-5, l2=1e-4)`."""
    call = _CALL.match(text)
    if not call:
        return {}
    kind = call[1].rpartition(".")[2].lower().replace("_", "")
    named = ("l1", "l2") if kind == "l1l2" else (kind,) if kind in ("l1", "l2") else ()
    found: dict[str, float] = {}
    for at, part in enumerate(_split(call[2])):
        key, equals, value = part.partition("=")
        number = plain_number(value if equals else part)
        name = key.strip().lower() if equals else named[at] if at < len(named) else ""
        name = named[0] if name == "l" and named else name
        if name in named and number:
            found[name] = number
    return found


def _says_all(written: str, keywords: dict[str, str]) -> bool:
    """A constructor of Keras without `activation` has none; PyTorch and Flax apply activations elsewhere."""
    return not is_torch(written) and "features" not in keywords


_ACTIVATIONS = ("activation", "activation_fn", "act", "nonlinearity", "activation_function")
_RELU_UNLESS_TOLD = ("tf.contrib.layers.", "slim.", "layers.fully_connected", "tf_slim.")
_UNITS = ("out_features", "units", "filters", "features", "out_channels", "hidden_size", "output_dim", "embedding_dim",
          "nb_filter", "num_outputs", "num_units")  # fmt: skip
_INITIALIZERS = ("kernel_initializer", "init", "kernel_init", "weights_initializer", "w_init")
_NO_UNITS = frozenset(
    ("maxpool1d", "maxpool2d", "maxpool3d", "maxpooling1d", "maxpooling2d", "avgpool1d", "avgpool2d", "avgpool3d",
     "averagepooling1d", "averagepooling2d", "adaptiveavgpool1d", "adaptiveavgpool2d", "adaptiveavgpool3d",
     "adaptivemaxpool1d", "adaptivemaxpool2d", "adaptivemaxpool3d", "upsample", "upsampling2d", "zeropadding2d",
     "flatten", "reshape", "leakyrelu", "hardtanh", "softshrink", "softmax", "logsoftmax")
)  # fmt: skip
_ACTIVATION_WORDS = frozenset(
    ("relu", "sigmoid", "tanh", "softmax", "elu", "selu", "gelu", "silu", "swish", "linear", "leaky_relu", "none",
     "log_softmax", "softplus", "leakyrelu")
)  # fmt: skip


def _split(arguments: str) -> list[str]:
    """Arguments at the outermost level."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(arguments):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(arguments[start:at].strip())
            start = at + 1
    parts.append(arguments[start:].strip())
    return [part for part in parts if part]


def _prose(text: str, name: str) -> Layer | None:
    words = re.findall(r"[a-z_]+|\d+(?:\.\d+)?", text.lower().replace("leaky relu", "leaky_relu"))
    activation = next((word for word in words if word in _ACTIVATION_WORDS), None)
    if activation == "linear" and words[0] == "linear":
        activation = next((word for word in words[1:] if word in _ACTIVATION_WORDS), None)
    if "no activation" in text.lower() or "without activation" in text.lower():
        activation = "linear"
    number = _NUMBER.search(re.sub(r"\d+\s*[x×]\s*\d+|\b[123]\s?d\b", " ", text.lower()))
    value = float(number[0]) if number else None
    dropout = "dropout" in words
    kept = text if activation is None else re.sub(rf"\b{re.escape(activation)}\b", "", text, flags=re.IGNORECASE)
    written = kept.strip(" ,;:-+&()").rstrip(".")
    if _ONLY_WIDTH.fullmatch(written):
        written = f"dense {written}"
    if written.lower() in ("", "nn", "jax.nn", "tf.nn", "f", "activation"):
        written = text
    return Layer(
        name, written[:80], None if dropout else value, activation, told=activation is not None,
        rate=(value / 100 if value is not None and value > 1 else value) if dropout else None,
    )  # fmt: skip
