"""The layers of the model as the files tell them, with what each does: the ground of measurements of `model.*`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mladvisor.errors import ReadError
from mladvisor.features import layer_names
from mladvisor.features.config_keys import words
from mladvisor.features.measured import Measured, Where
from mladvisor.runs.model import Place, Setting
from mladvisor.runs.model_files import READMES, ModelFile, layer_list, read_listed, read_model, read_printed
from mladvisor.runs.model_layer import Layer
from mladvisor.runs.other_languages import english

if TYPE_CHECKING:
    from mladvisor.features.catalogue import Measures

_OF_WIDTH = frozenset(("hidden", "channels", "filters", "units", "width", "widths", "dim", "dims", "layers", "fc"))
_EXAMPLE = '{"layers": [{"name": "fc1", "type": "Dense", "units": 64, "activation": "relu"}, ...]}'
HOW = f"put model.json beside the log: `{_EXAMPLE}`"
WEIGHTED = frozenset(("dense", "conv", "depthwise", "recurrent", "embedding", "attention"))
_TEXT_SUFFIXES = ("txt", "log", "out", "err")
_LAST_ONLY = ("softmax", "logsoftmax", "sigmoid")
_MODELS = frozenset(("Sequential", "Functional", "Model"))
_LISTS = frozenset(("layers", "architecture", "network", "model_layers", "net", "model", "layer_list", "structure"))
_TEXTS = _LISTS | frozenset(("model_architecture", "topology", "arch", "model_structure", "model_def", "nn"))


class Stage(msgspec.Struct, frozen=True):
    """A layer with weights, and what stands between it and the next one.

    Attributes:
        layer: as the file has it; its name is unique in the list.
        kind: dense, conv, depthwise, recurrent, embedding or attention.
        activation: canonical name; "linear" when there is none; None when it is not told.
        at: position in the list of all layers.
        after: kinds of the layers between this one and the next.
        twice: a second activation follows its own ("softmax" behind softmax).
    """

    layer: Layer
    kind: str
    activation: str | None
    at: int
    after: tuple[str, ...] = ()
    twice: str = ""

    @property
    def name(self) -> str:
        return self.layer.name


class Architecture(msgspec.Struct, frozen=True):
    """The layer list of one file.

    Attributes:
        source: the file as it was read.
        kinds: what each layer does, in the order of the list.
        stages: the layers with weights, in the order of the list.
        output: the last of them; None when the list ends in something else, or has several ends.
    """

    source: ModelFile
    kinds: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def output(self) -> Stage | None:
        return self.stages[-1] if self.stages and self.stages[-1].kind in ("dense", "conv", "recurrent") else None

    @property
    def holds_models(self) -> bool:
        """A row stands for a whole model, whose layers are not told."""
        return any(layer.type in _MODELS and layer.params != 0 for layer in self.source.layers)

    @property
    def hidden(self) -> tuple[Stage, ...]:
        """Stages before the last whose activation matters: fully connected and convolutional ones."""
        return tuple(stage for stage in self.stages[:-1] if stage.kind in ("dense", "conv"))

    def pools_all(self, at: int) -> bool:
        """The layer at this position leaves one point of a whole map; adaptive pooling may leave several."""
        left = self.source.layers[at].options.get("points", 1.0)
        return self.kinds[at] == "pool-global" and left == 1

    def where(self, name: str = "") -> Where:
        return Where(self.source.file, name)


def architecture(m: Measures) -> Architecture | None:
    """What was built: of `model.json`, a printed model, or a list of layers in the configuration. Use `m.once`."""
    source = _from_files(m)
    if source is not None and source.form in ("print", "summary") and m.value("code.registers_layers") is False:
        source = None  # what is printed is what PyTorch finds, and not all that runs
    if source is None or source.form == "summary":  # a table of layers tells no activations
        source = _from_config(m) or _from_script(m, source) or source
    elif source.form == "print" and (not source.chain or _is_silent(source)):  # as made, not as used
        source = _from_script(m, source) or source
    return analysed(source) if source is not None else None


def settings_beside(m: Measures) -> dict[str, Setting]:
    """Loss, optimizer and the like that stand beside the layers in the model's file (Keras 3 writes them there)."""
    if not (m.run.files.get("model") or m.run.files.get("model_text")):
        return {}
    found: Architecture | None = m.once(architecture)
    if found is None:
        return {}
    return {key: Setting(value, Place(found.source.file, key)) for key, value in found.source.settings.items()}


def design(m: Measures) -> Architecture | None:
    """What was meant to be built. Use `m.once`."""
    named = m.run.manifest.design
    files = (named,) if named else m.run.files.get("design", ())
    source = _read(m, files, complete=False) or (None if files else _from_readme(m))
    return analysed(source) if source is not None else None


def _from_readme(m: Measures) -> ModelFile | None:
    """The layers that the README of a run names one by one, where a model was printed and no setting tells a width."""
    if not m.run.files.get("model_text") or m.run.script is not None:
        return None
    if any(english(word) in _OF_WIDTH for key in m.run.config for word in words(key).replace(".", "_").split("_")):
        return None
    for name in READMES:
        try:
            return read_model(m.run.folder, name, complete=False)
        except ReadError:
            continue
    return None


def _read(m: Measures, files: tuple[str, ...], *, complete: bool = True) -> ModelFile | None:
    folder = m.run.folder
    for file in files:
        try:
            return read_model(folder, file, complete=complete)
        except ReadError as error:
            note = f"{file} {error.message}" + (f" ({error.place})" if error.place else "")
            if note not in m.notes:
                m.notes.append(note)
    return None


def _from_files(m: Measures) -> ModelFile | None:
    found = _read(m, m.run.files.get("model", ()))
    if found is not None:
        return _as_printed(m, found) if found.form == "list" else found
    folder = m.run.folder
    texts = dict.fromkeys(
        # the curves may lie in a table, and the model in the output beside it
        [*m.run.files.get("model_text", ()), *(curve.place.file for curve in m.run.curves), *m.run.printed]
    )  # fmt: skip
    for file in list(texts)[:8]:
        if file in m.run.files.get("model_text", ()) or file.rpartition(".")[2].lower() in _TEXT_SUFFIXES:
            try:
                printed = read_printed(folder, file)
            except ReadError:
                continue
            if printed is not None:
                return printed
    for file in m.run.files.get("model_text", ()):
        try:
            told = read_listed(folder, file)
        except ReadError:
            continue
        if told is not None and _are_layers(told.layers):
            return told
    return None


def _as_printed(m: Measures, listed: ModelFile) -> ModelFile:
    """A list of layers, in the order in which they run where a printed chain beside it has the same ones."""
    for file in m.run.files.get("model_text", ()):
        try:
            printed = read_printed(m.run.folder, file)
        except ReadError:
            continue
        if printed is not None and printed.form == "print" and printed.chain:
            types = [[layer.type.rpartition(".")[2] for layer in each.layers] for each in (listed, printed)]
            if types[0] == types[1]:
                return msgspec.structs.replace(listed, form="print", chain=True)
    return listed


def _is_silent(printed: ModelFile) -> bool:
    """A printed model shows no activation: they stand in `forward`, if there are any."""
    return not any(layer.activation or layer_names.layer_kind(layer.type) == "activation" for layer in printed.layers)


def _are_layers(layers: tuple[Layer, ...]) -> bool:
    """Each line is a layer of a kind that is known, two or more with weights: prose is none of that."""
    kinds = [layer_names.layer_kind(layer.type) for layer in layers]
    return "other" not in kinds and sum(kind in WEIGHTED for kind in kinds) > 1


def _from_config(m: Measures) -> ModelFile | None:
    """Layers that a setting lists one by one, or tells in one text ("Dense(64, relu) -> Dense(10)")."""
    for key, setting in m.run.config.items():
        leaf = key.rpartition(".")[2].lower()
        value = setting.value
        if isinstance(value, str) and leaf in _TEXTS and len(value) > 8:
            from mladvisor.runs.model_text import in_one_line

            value = in_one_line(value)
        elif leaf not in _LISTS:
            continue
        if not (isinstance(value, list) and value and isinstance(value[0], dict | str)):
            continue
        layers = layer_list(value)
        kinds = [layer_names.layer_kind(layer.type) for layer in layers]
        silent = not any(layer.activation or kind == "activation" for layer, kind in zip(layers, kinds, strict=True))
        if silent and (isinstance(setting.value, str) or m.one("config.activation").known):
            layers = tuple(msgspec.structs.replace(layer, told=False) for layer in layers)
        if WEIGHTED.intersection(kinds) and ("other" not in kinds or isinstance(setting.value, list)):
            return ModelFile(layers, setting.place.file, "list", True)
    return None


def _from_script(m: Measures, table: ModelFile | None) -> ModelFile | None:
    """The layers that the training script builds; beside what was printed only where the two have the same widths."""
    script = m.run.script or m.run.builder
    told = script.model if script is not None else None
    if told is None or table is None:
        return told if isinstance(told, ModelFile) else None

    def widths(source: ModelFile) -> list[float | None]:
        return [layer.units for layer in source.layers if layer_names.layer_kind(layer.type) in WEIGHTED]

    def by_size(found: list[float | None]) -> list[float]:
        return sorted(-1.0 if units is None else units for units in found)

    own, printed = widths(told), widths(table)
    alike = by_size(own) == by_size(printed) if table.form == "print" else own == printed
    return told if alike else None


def analysed(source: ModelFile) -> Architecture:
    """Kinds and stages of a layer list."""
    layers = _unique(tuple(_in_words(layer) for layer in source.layers))
    kinds = tuple(layer_names.layer_kind(layer.type) for layer in layers)
    # Blocks of attention hold layers of their own and add their inputs again: a list beside one is no chain.
    blocks = source.form == "list" and "attention" in kinds
    chain = source.chain and "merge" not in kinds and not blocks
    source = msgspec.structs.replace(source, layers=layers, chain=chain)
    starts = [at for at, kind in enumerate(kinds) if kind in WEIGHTED]
    ends = [*starts[1:], len(layers)][: len(starts)]
    ordered = source.form != "print" or source.chain
    stages = tuple(_stage(layers, kinds, start, end, trusted=ordered) for start, end in zip(starts, ends, strict=True))
    return Architecture(source, kinds, stages)


def _in_words(layer: Layer) -> Layer:
    """A number says little by itself: "0" becomes "layer 0 (Linear)", "body.2" becomes "body.2 (Conv2d)"."""
    if not layer.name.rpartition(".")[2].isdecimal():
        return layer
    name = called(layer.name, layer.type)
    return msgspec.structs.replace(layer, name=name, options={**layer.options, "called": layer.name})


def called(name: str, type_: str = "") -> str:
    """A layer with a number for a name in words; its type is added where it is known."""
    if not name.rpartition(".")[2].isdecimal():
        return name
    before = "" if name.strip("0123456789.") else "layer "
    return f"{before}{name}" + (f" ({type_.rpartition('.')[2][:40]})" if type_ else "")


def _unique(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    seen: dict[str, int] = {}
    result = []
    for layer in layers:
        count = seen[layer.name] = seen.get(layer.name, 0) + 1
        result.append(layer if count == 1 else msgspec.structs.replace(layer, name=f"{layer.name} ({count})"))
    return tuple(result)


def _stage(layers: tuple[Layer, ...], kinds: tuple[str, ...], start: int, end: int, *, trusted: bool) -> Stage:
    layer, between = layers[start], range(start + 1, end)
    own = layer_names.activation(layer.activation) if layer.activation else None
    if own is None and layer.activation and layer.activation.lower() in ("none", "null", ""):
        own = "linear"
    separate = [_activation_of(layers[at]) for at in between if kinds[at] == "activation" or layers[at].activation]
    found = own if own not in (None, "linear") else next((each for each in separate if each is not None), None)
    if not trusted and own in (None, "linear") and (end < len(layers) or found not in _LAST_ONLY):
        found = None  # modules are listed in the order of their making: a shared ReLU may stand anywhere
    silent = any(kinds[at] in ("activation", "other") and _activation_of(layers[at]) is None for at in between)
    if found is None and not silent and (own == "linear" or layer.told):
        found = "linear"
    if kinds[start] == "recurrent" and found in (None, "linear") and layer.activation is None:
        found = "tanh"  # the default of every library
    second = separate[-1] if own not in (None, "linear") and separate else separate[1] if len(separate) > 1 else None
    return Stage(layer, kinds[start], found, start, tuple(kinds[at] for at in between), second or "")


def _activation_of(layer: Layer) -> str | None:
    return layer_names.activation(layer.activation or "-") or layer_names.activation(layer.type)


def known(value: float | str | bool, found: Architecture, name: str = "", note: str = "") -> Measured:
    """A value with its place in the file of layers."""
    return Measured(value, note=note, where=found.where(name))
