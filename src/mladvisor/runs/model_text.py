"""Printed models: PyTorch's `print(model)`, tables of Keras, torchsummary and torchinfo, and layers in words."""

from __future__ import annotations

import re

from mladvisor.runs.model_files import MAX_LAYERS, Layer, is_torch, plain_number

MARKS = (b"Layer (type", b"Linear(", b"Conv1d(", b"Conv2d(", b"Conv3d(", b"): LSTM(", b"): GRU(", b"Embedding(")
MAX_LINE = 600
_MODULE = re.compile(r"^\s*\(([\w\- ]{1,80})\): (?:\d{1,5} x )?([A-Za-z_][\w.]{0,80})\((.*)$")
_HEAD = re.compile(r"^\s*(?:[\w ]{0,40}[:=] ?)?([A-Za-z_]\w{0,80})\($")
_KERAS_ROW = re.compile(
    r"^[\s│|]*([\w/.\-]{1,80}) ?\((\w{1,60})\)[\s│|]+[\[({](.{0,80}?)[\])}][\s│|]+([\d,]{1,16})(.*)$"
)
_SUMMARY_ROW = re.compile(r"^\s*(\w{1,60})-(\d{1,5})\s+\[(.{1,60}?)\]\s+([\d,]{1,16})\s*$")
_INFO_ROW = re.compile(r"^[\s│├└─|]*(\w{1,60})(?: \(\w{1,60}\))?: \d[\d-]{0,8}\s+(?:\[.{1,60}?\]\s+)*(?:\[(.{1,60}?)\])\s+([\d,]{1,16}|--)\s*$")  # fmt: skip  # noqa: E501
_CALL = re.compile(
    r"^\s*(?:\w{1,40}\s*=\s*)?(?:model\.add\(|self\.\w{1,40}\s*=\s*)?([A-Za-z_][\w.]{0,80})\((.*)\)\s*,?\s*$"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CONTAINERS = frozenset(("Sequential", "ModuleList", "ModuleDict", "DataParallel", "DistributedDataParallel"))
_TWO_SIZES = frozenset(("linear", "conv1d", "conv2d", "conv3d", "lstm", "gru", "rnn", "embedding", "bilinear",
                        "convtranspose2d", "convtranspose1d", "lstmcell", "grucell"))  # fmt: skip


def printed(text: str) -> tuple[tuple[Layer, ...], str, bool] | None:
    """(layers, form, chain) of the first printed model or summary table in a text."""
    lines = [line[:MAX_LINE] for line in text.split("\n")]
    for number, line in enumerate(lines):
        if "Layer (type" in line:
            table = _table(lines[number + 1 :])
            if table:
                return table
        found = _HEAD.match(line)
        if found and number + 1 < len(lines) and _MODULE.match(lines[number + 1]):
            modules = _modules(lines[number + 1 :])
            if modules:
                sequential = found[1] in _CONTAINERS and all(flat for _, flat in modules)
                layers = tuple(_with_told(layer, sequential) for layer, _ in modules)
                return layers, "print", sequential
    return None


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


def _table(lines: list[str]) -> tuple[tuple[Layer, ...], str, bool] | None:
    layers: list[Layer] = []
    chain = True
    for line in lines[: 4 * MAX_LAYERS]:
        if len(layers) >= MAX_LAYERS or "otal params" in line:
            break
        keras = _KERAS_ROW.match(line)
        if keras:
            name, written, shape, params, rest = keras.groups()
            layers.append(_row(name, written, shape, params))
            chain = chain and rest.count("[") < 2 and written not in ("Add", "Concatenate")
            continue
        other = _SUMMARY_ROW.match(line)
        if other:
            layers.append(_row(f"{other[1]}-{other[2]}", other[1], other[3], other[4]))
            chain = False  # in the order of calls, but branches do not show
            continue
        info = _INFO_ROW.match(line)
        if info:
            layers.append(_row(f"{info[1]} {len(layers) + 1}", info[1], info[2], info[3]))
            chain = False
    return (tuple(layers), "summary", chain) if layers else None


def _row(name: str, written: str, shape: str, params: str) -> Layer:
    sizes = [plain_number(part) for part in shape.replace("[", "").replace("(", "").split(",")]
    known = [size for size in sizes if size is not None and size > 0]
    axes = max(0, len([part for part in shape.split(",") if part.strip()]) - 1)
    last = known[-1] if known else None
    if written.endswith("d") and written.startswith(("Conv", "BatchNorm")) and known:
        last = known[0] if axes == len(known) else known[1] if len(known) > 1 else known[0]
    return Layer(name, written, last, params=plain_number(params.replace(",", "")), options={"dims": axes})


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
    keywords: dict[str, str] = {}
    kind = written.rpartition(".")[2].lower()
    activation: str | None = None
    for part in _split(arguments):
        key, equals, value = part.partition("=")
        if equals and key.strip().isidentifier():
            keywords[key.strip().lower()] = value.strip().strip("'\"")
            continue
        number = plain_number(part.strip("() "))
        if number is not None:
            positional.append(number)
        elif kind == "activation" or (part.strip("'\" ").rpartition(".")[2].lower() in _ACTIVATION_WORDS):
            activation = part.strip("'\" ")
    units = next(
        (plain_number(keywords[key]) for key in ("out_features", "units", "filters", "features", "out_channels",
         "hidden_size", "output_dim", "embedding_dim") if key in keywords), None)  # fmt: skip
    torch = kind in _TWO_SIZES and (written.rpartition(".")[2][-1:] == "d" or not kind.startswith("conv"))
    if units is None and positional and kind not in _NO_UNITS:
        units = positional[1] if torch and len(positional) > 1 else positional[0]
    options: dict[str, object] = {}
    if "in_features" in keywords:
        options["inputs"] = plain_number(keywords["in_features"])
    elif torch and len(positional) > 1:
        options["inputs"] = positional[0]
    if "return_sequences" in keywords:
        options["sequences"] = keywords["return_sequences"] == "True"
    options.update(_penalties(keywords.get("kernel_regularizer", keywords.get("w_regularizer", ""))))
    rate = plain_number(keywords.get("p", keywords.get("rate"))) if "drop" in kind else None
    if rate is None and "drop" in kind and positional:
        rate = positional[0]
    said = keywords.get("activation")
    initial = keywords.get("kernel_initializer")
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


_NO_UNITS = frozenset(
    ("maxpool2d", "maxpooling2d", "avgpool2d", "averagepooling2d", "maxpool1d", "maxpooling1d", "adaptiveavgpool2d",
     "flatten", "reshape", "leakyrelu", "softmax", "logsoftmax", "zeropadding2d", "upsampling2d")
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
    if written.lower() in ("", "nn", "jax.nn", "tf.nn", "f", "activation"):
        written = text
    return Layer(
        name, written[:80], None if dropout else value, activation, told=activation is not None,
        rate=(value / 100 if value is not None and value > 1 else value) if dropout else None,
    )  # fmt: skip
