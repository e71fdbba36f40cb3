"""Layer lists: `model.json`, `design.yaml`, a Keras `to_json()` file, `print(model)` and `model.summary()` in a text.

Types, activations and initialisers stay as they were written; `features.layer_names` knows what they mean. Files are
parsed as data, bounded in size and number of layers before anything looks at them; nothing is executed.
"""

from __future__ import annotations

import os
from typing import Any

import msgspec

from mladvisor.errors import ReadError
from mladvisor.runs.model_content import MAX_BYTES, content_of
from mladvisor.runs.model_layer import (
    ACTIVATION_KEYS,
    MAX_LAYERS,
    MAX_TEXT,
    TYPE_KEYS,
    UNIT_KEYS,
    Layer,
    first_of,
    from_settings,
    is_torch,
    keyed,
    name_of,
    plain_number,
)
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode, in_units, parse_json

MAX_NESTING = 12
MAX_LOG_HEAD = 256 * 1024


class ModelFile(msgspec.Struct, frozen=True):
    """A layer list and how much its form tells.

    Attributes:
        layers: in the order of the file.
        file: relative to the run folder.
        form: "list" (model.json, design.yaml), "probe" (model.json by `mladvisor.probes`), "keras" (to_json),
            "print", "summary", or "prose" and "prose-hidden": a design in words, which names layers with weights alone,
            the latter without the output.
        chain: each layer feeds the next one, as far as the form can tell.
        settings: loss, optimizer and the like found beside the layers.
    """

    layers: tuple[Layer, ...]
    file: str
    form: str
    chain: bool
    settings: dict[str, Any] = {}


def read_model(folder: str | os.PathLike[str], file: str, *, complete: bool = True) -> ModelFile:
    """The layers in one JSON, YAML or text file of a run folder.

    Args:
        complete: the file describes all of a model; a design may leave open what it does not say.

    Raises:
        ReadError: it cannot be opened, is too large, or holds no layers; the message says what was expected.
    """
    path = os.path.join(os.fspath(folder), file)  # noqa: PTH118 - on the path of batch
    try:
        candidate = Candidate(path, file)
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    if candidate.size > MAX_BYTES:
        raise ReadError(f"is {in_units(candidate.size)} large, too large for a list of layers", file=file)
    suffix = file.rpartition(".")[2].lower()
    if suffix == "json":
        return model_of(parse_json(candidate.read_bytes(MAX_BYTES), file), file, complete=complete)
    if not complete and suffix in ("md", "txt", "rst", "readme"):
        return _designed(decode(candidate.read_bytes(MAX_BYTES)), file)
    if suffix in ("yaml", "yml", "toml"):
        return model_of(content_of(candidate, file, suffix), file, complete=complete)
    found = read_printed(folder, file)
    if found is None:
        raise ReadError("holds neither a printed model nor a summary table", file=file)
    return found


READMES = ("README.md", "readme.md", "README.txt", "README")
_TOLD_ONE_BY_ONE = frozenset(("architecture.md", *(name.lower() for name in READMES)))


def _designed(text: str, file: str) -> ModelFile:
    """The layers that a design document names. Raises ReadError when there are none."""
    from mladvisor.runs.design_keys import from_notes
    from mladvisor.runs.design_text import layers_in

    layers, whole = from_notes(text)
    if not layers:  # "ARCHITECTURE.md" may be that of software
        layers, whole = layers_in(text, listed=file.lower().rpartition("/")[2] in _TOLD_ONE_BY_ONE)
    if not layers:
        raise ReadError("names no layers with their widths", file=file)
    return ModelFile(layers, file, "prose" if whole else "prose-hidden", True)


def read_printed(folder: str | os.PathLike[str], file: str) -> ModelFile | None:
    """The `print(model)` dump, `model.summary()` table or list of weights at the beginning of a text; None for none."""
    from mladvisor.runs import model_shapes, model_text

    path = os.path.join(os.fspath(folder), file)  # noqa: PTH118
    try:
        with open(path, "rb") as opened:  # noqa: PTH123
            data = opened.read(MAX_LOG_HEAD)
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    if file.lower().endswith(".json"):
        data = model_shapes.as_lines(parse_json(data, file)).encode()
    found = model_text.printed(decode(data)) if any(mark in data for mark in model_text.MARKS) else None
    if found is None and any(mark in data for mark in model_shapes.MARKS):
        layers = model_shapes.from_shapes(decode(data))
        return ModelFile(layers, file, "summary", True) if layers else None
    return ModelFile(found[0], file, found[1], found[2]) if found else None


def read_listed(folder: str | os.PathLike[str], file: str) -> ModelFile | None:
    """The layers that a text names line by line ("Dense(64, activation='relu')", "fc 64, relu"); None for too few."""
    from mladvisor.runs import model_text

    path = os.path.join(os.fspath(folder), file)  # noqa: PTH118
    try:
        with open(path, "rb") as opened:  # noqa: PTH123
            text = decode(opened.read(model_text.MAX_ONE_LINE))
    except OSError as error:
        raise ReadError(f"cannot be opened ({error.strerror})", file=file) from None
    parts, settings = model_text.listed(text)
    layers = layer_list(list(parts))
    return ModelFile(layers, file, "list", True, dict(settings)) if layers else None


def model_of(content: Any, file: str, *, complete: bool = True) -> ModelFile:
    """The layers in the content of a JSON or YAML file. Raises ReadError."""
    if isinstance(content, str) and content.lstrip().startswith("{"):
        content = parse_json(content, file)  # json.dump(model.to_json()) quotes the whole text once more
    if isinstance(content, dict) and isinstance(content.get("config"), dict | list) and "class_name" in content:
        layers: list[Layer] = []
        chain = _keras(content, layers, 0)
        return ModelFile(tuple(layers), file, "keras", chain, _compiled(content))
    listed: list[Any] | dict[str, Any] | None = content if isinstance(content, list) else None
    if isinstance(content, dict):
        inner = content.get("model") if isinstance(content.get("model"), dict | list) else content
        listed = inner if isinstance(inner, list) else inner.get("layers") if isinstance(inner, dict) else None
        listed = listed or next((under for key in _SECTIONS if (under := _layers_under(content.get(key)))), None)
        if isinstance(listed, dict):
            listed = [{"name": name, **(one if isinstance(one, dict) else {"type": str(one)})} for name, one in
                      listed.items()]  # fmt: skip
    if not isinstance(listed, list) and not complete:
        from mladvisor.runs.design_keys import from_keys

        widths, whole = from_keys(content)
        if widths:
            return ModelFile(widths, file, "prose" if whole else "prose-hidden", True)
    if not isinstance(listed, list):
        raise ReadError("holds no layers: expected `layers: [{name: fc1, type: Dense, units: 64}, ...]`", file=file)
    found = layer_list(listed, complete=complete)
    if not found:
        raise ReadError("holds no layer with a type: expected `{name: fc1, type: Dense, units: 64}`", file=file)
    if isinstance(content, dict) and content.get("framework") == "pytorch":
        return ModelFile(_as_run(found), file, "probe", _is_sequential(content, found), _beside(content))
    return ModelFile(found, file, "list", _is_chain(listed, found), _beside(content))


_SECTIONS = ("network", "net", "architecture", "arch", "design", "topology", "spec", "nn", "netz", "structure")


def _layers_under(section: Any) -> list[Any] | dict[str, Any] | None:
    """The list of layers below a key that names the network."""
    if isinstance(section, list):
        return section if section and all(isinstance(one, dict) for one in section) else None
    listed = section.get("layers") if isinstance(section, dict) else None
    return listed if isinstance(listed, list | dict) else None


def _as_run(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Layers as the probe saw them run: functional activations are told, so that none means that there is none."""
    return tuple(msgspec.structs.replace(layer, told=True) for layer in layers)


def _is_sequential(content: dict[str, Any], layers: tuple[Layer, ...]) -> bool:
    """Each module feeds the next: a `Sequential`, whose modules may have names, or one inside another module.

    Of any other module the order of calls is known, but not what skips a layer.
    """
    names = [layer.name for layer in layers]
    if content.get("class") == "Sequential":
        return all(name.count(".") == 0 for name in names)
    return len({name.rpartition(".")[0] for name in names}) == 1 and all(
        name.rpartition(".")[2].isdigit() for name in names
    )


def layer_list(listed: list[Any], *, complete: bool = True) -> tuple[Layer, ...]:
    """Layers given as mappings or in words ("Dense(64, activation='relu')"); what is neither is left out."""
    found = [_layer(one, number) for number, one in enumerate(listed[:MAX_LAYERS])]
    layers = [layer for layer in found if layer is not None]
    if complete and any(layer.activation is not None for layer in layers):
        # Where a file gives activations, a Keras-like layer without one has none; PyTorch's may sit in the code.
        layers = [
            layer if layer.told or is_torch(layer.type) else msgspec.structs.replace(layer, told=True)
            for layer in layers
        ]
    return tuple(layers)


def _layer(entry: Any, number: int) -> Layer | None:
    if isinstance(entry, str):
        from mladvisor.runs.model_text import in_words

        return in_words(entry[:MAX_TEXT], f"layer {number + 1}")
    if not isinstance(entry, dict):
        return None
    entry = keyed(entry) or _by_class(entry) or entry
    if len(entry) == 1:
        ((key, value),) = entry.items()
        if (
            isinstance(value, int | str)
            and not isinstance(value, bool)
            and str(key) not in (*TYPE_KEYS, *UNIT_KEYS, *ACTIVATION_KEYS, "name")
        ):
            return _layer(f"{key}, {value} units" if isinstance(value, int) else f"{key}, {value}", number)
    config = entry.get("config")
    merged = {**config, **entry} if isinstance(config, dict) else entry
    written = name_of(first_of(merged, TYPE_KEYS)) or name_of(merged.get("name"))
    if written is None:
        return None
    name = merged.get("name") if isinstance(merged.get("name"), str) else f"{written[:40]} {number + 1}"
    if "(" in written:
        from mladvisor.runs.model_text import in_words

        worded = in_words(written, str(name))
    else:
        worded = None
    layer = from_settings(str(name)[:MAX_TEXT], written, merged, told=any(key in merged for key in ACTIVATION_KEYS))
    if worded is None:
        return layer
    facts = {field: value for field in ("units", "activation", "rate") if (value := getattr(worded, field)) is not None}
    kept = {field: value for field, value in facts.items() if getattr(layer, field) is None}
    options = {**layer.options, "written": written[:MAX_TEXT]}  # "Bidirectional(GRU)"
    return msgspec.structs.replace(layer, type=worded.type, options=options, **kept)


def _by_class(entry: dict[str, Any]) -> dict[str, Any] | None:
    """A layer that is a class with its settings below it, `{SimpleRNN: {units: 24}}`; None for other entries."""
    ((written, inner),) = entry.items() if len(entry) == 1 else (("", None),)
    named = isinstance(written, str) and written[:1].isupper() and written.isidentifier()
    return {"type": written, **inner} if named and isinstance(inner, dict) and "type" not in inner else None


def _keras(model: dict[str, Any], layers: list[Layer], depth: int) -> bool:
    """Append the layers of a Keras model, those of models inside it too; whether they form one chain."""
    config = model.get("config")
    listed = config if isinstance(config, list) else config.get("layers") if isinstance(config, dict) else None
    chain = True
    for entry in listed if isinstance(listed, list) and depth < MAX_NESTING else ():
        if not isinstance(entry, dict) or len(layers) >= MAX_LAYERS:
            continue
        inner = entry.get("config", _without_config(entry))
        written = entry.get("class_name")
        if not isinstance(inner, dict | list) or not isinstance(written, str):
            continue
        if isinstance(inner, list) or isinstance(inner.get("layers"), list):
            chain = _keras(entry, layers, depth + 1) and chain
            continue
        name = inner.get("name") if isinstance(inner.get("name"), str) else entry.get("name")
        wrapped = inner.get("layer")
        if isinstance(wrapped, dict) and isinstance(wrapped.get("config"), dict):
            inner = {**wrapped["config"], "wrapped": True}
            written = f"{written[:40]}({wrapped.get('class_name', '')!s:.40})"
        told = "config" in entry or any("activation" in one for one in listed or () if isinstance(one, dict))
        layers.append(from_settings(str(name or written)[:MAX_TEXT], written[:MAX_TEXT], inner, told=told))
        chain = chain and _single_input(entry.get("inbound_nodes"))
    ends = config.get("output_layers") if isinstance(config, dict) else None
    if isinstance(ends, list) and len(ends) > 1 and isinstance(ends[0], list):
        chain = False
    return chain and sum(layer.type == "InputLayer" for layer in layers) <= 1


def _without_config(entry: dict[str, Any]) -> dict[str, Any] | None:
    """The settings of a layer that somebody wrote beside its class, as a short form of Keras' own."""
    return {key: value for key, value in entry.items() if key != "class_name"} if len(entry) > 1 else None


def _single_input(nodes: Any) -> bool:
    """The layer is called once, on one tensor; Keras 2 lists edges, Keras 3 describes calls."""
    if not isinstance(nodes, list) or not nodes:
        return True
    if len(nodes) > 1:
        return False
    node = nodes[0]
    if isinstance(node, list):
        return len(node) <= 1 or not isinstance(node[0], list)
    arguments = node.get("args") if isinstance(node, dict) else None
    return not (isinstance(arguments, list) and arguments and isinstance(arguments[0], list))


def _is_chain(listed: list[Any], layers: tuple[Layer, ...]) -> bool:
    """Nothing in the list speaks of branches: no names of inputs, no dotted names of modules inside modules."""
    if any(isinstance(one, dict) and isinstance(one.get("inbound"), list) and len(one["inbound"]) > 1
           for one in listed):  # fmt: skip
        return False
    return not any("." in layer.name.strip(".") and not layer.name.replace(".", "").isdigit() for layer in layers)


def _compiled(content: dict[str, Any]) -> dict[str, Any]:
    """Loss and optimizer of a Keras 3 file, or of what stands under "compile" in one of one's own."""
    compiled = next((content[key] for key in ("compile_config", "compile", "training_config") if key in content), None)
    if not isinstance(compiled, dict):
        return _beside(content)
    settings: dict[str, Any] = {}
    loss = compiled.get("loss")
    if isinstance(loss, dict) and isinstance(loss.get("config"), dict):
        settings["loss"] = name_of(loss.get("class_name"))
        if isinstance(loss["config"].get("from_logits"), bool):
            settings["from_logits"] = loss["config"]["from_logits"]
    else:
        settings["loss"] = name_of(loss)
    optimizer = compiled.get("optimizer")
    settings["optimizer"] = name_of(optimizer)
    inside = optimizer.get("config", optimizer) if isinstance(optimizer, dict) else compiled
    rate = plain_number(first_of(inside, ("learning_rate", "lr"))) if isinstance(inside, dict) else None
    if rate is not None:
        settings["learning_rate"] = rate
    return {key: value for key, value in settings.items() if value is not None}


_BESIDE = ("loss", "from_logits", "optimizer", "learning_rate", "task", "num_classes", "num_parameters", "batch_size",
           "epochs", "output_activation")  # fmt: skip


def _beside(content: Any) -> dict[str, Any]:
    """Plain settings that stand beside the layers."""
    if not isinstance(content, dict):
        return {}
    return {key: content[key] for key in _BESIDE if isinstance(content.get(key), str | int | float)}
