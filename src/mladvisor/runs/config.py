"""Configuration beside a log: YAML, JSON, TOML and plain files of any tool, flattened to dotted keys.

Files are loaded safely (tags are ignored, nothing is executed), bounded in size, depth and number of values. Where two
files set the same key, the one nearer to the run folder wins, and a file named "config" before others.
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import layout, settings_names
from mladvisor.runs.launched import launched
from mladvisor.runs.model import Ignored, Place, Setting
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import in_units
from mladvisor.runs.settings_table import may_be_table_of_settings, settings_in_table

MAX_CONFIG_BYTES = 2_000_000
MAX_UNNAMED_BYTES = 64_000  # of a file that only its keys make a configuration
MAX_VALUES = 5_000
MAX_LIST = 64
MAX_DEPTH = 12
_REFERENCE = re.compile(r"\$\{(\.*)([A-Za-z_][\w.]*)\}$")
_RELAXED = frozenset(("json5", "jsonc", "jsonnet", "hjson"))
_COMMENT = re.compile(r"""("(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|\t""")
"""A text in quotes, which is kept, or a comment; YAML allows no tabs between its tokens."""
_OVERRIDE = re.compile(r"[+~]{0,2}([A-Za-z_][\w./@-]{0,200})=(.{1,500})$")
_GIVEN = re.compile(
    r"\s{0,20}(?:export\s)?(?:(?:const|let|var|local)\s)?(?:\w{1,40}\.)?([A-Za-z_]\w{0,60})\s{0,40}[:=]\s{0,10}"
    r"((?:'[^']{0,100}'|\"[^\"]{0,100}\"|\[[^\[\]]{0,100}\]|\{[\d., ]{0,100}\}|[\w.+-]{1,40}))[,;]?\s{0,10}(?:(?://|--).*)?$"
)
"""`learningRate: 0.001,` and `opt.learningRate = 0.001`."""
_MOST_REFERENCES = 4  # one that leads to the next
_NAMES = ("key", "name", "param", "parameter", "param_name", "setting")
_VALUES = ("value", "valueCurrent")  # the second of Comet, whose records hold more beside it
_OF_PAIR = frozenset((*_NAMES, *_VALUES, "type", "dtype", "default", "description"))
_OF_SETTINGS = frozenset(("params", "parameters", "hparams", "hyperparameters", "config", "settings", "args"))
"""Blocks of settings beside results; "best_params" are those of another run."""
_OF_KERAS = frozenset(("class_name", "config"))
"""Keys of an object that Keras wrote: what it is stands in the name of the file (`optimizer.json`)."""
_WANDB_WORDS = frozenset(("desc", "value"))


def read_config(
    files: list[Candidate],
    ignored: list[Ignored],
    warnings: list[str],
    assumed: list[str] | None = None,
    *,
    called: bool = False,
) -> dict[str, Setting]:
    """Settings of every configuration file among `files`; what cannot be read is added to `ignored` and `warnings`.

    Args:
        called: the files are configurations, whatever their names are.

    Returns: dotted key -> Setting, in the order of the files; those that are called so go before those with settings.
    """
    config: dict[str, Setting] = {}
    for file in files:
        if not (called or settings_names.may_be_config(file.name)):
            continue
        try:
            content = as_mapping(load(file))
        except ReadError as error:
            ignored.append(Ignored(file.rel, f"as configuration: {error.message}"))
            warnings.append(f"{file.rel} {error.message}: none of its settings are known")
            continue
        if isinstance(content, dict):
            add_settings(config, _under_its_name(content, file), file.rel)
    for file in files:
        if "/" not in file.rel and settings_names.may_be_settings_module(file.name):
            for key, value in document(file).items():
                config.setdefault(key, Setting(value, Place(file.rel, key)))
    alone = [(file, said) for file in files if (said := _constants_alone(file))]
    if len(alone) == 1:
        file, said = alone[0]
        for key, value in said.items():
            config.setdefault(key, Setting(value, Place(file.rel, key)))
        if assumed is not None:
            assumed.append(f"{file.rel} is taken for a configuration of this run: it holds settings and no statements")
    for file in files:
        if may_be_table_of_settings(file.rel):
            add_settings(config, settings_in_table(file), file.rel)
        elif file.rel.lower().endswith(".xlsx") and "/" not in file.rel:
            from mladvisor.runs.workbook_parts import settings_in

            add_settings(config, settings_in(file), file.rel)
    for file in files:
        if settings_names.may_hold_settings(file.rel) and not settings_names.may_be_config(file.name):
            content = _unnamed(file)
            if content is not None:
                add_settings(config, content, file.rel)
                if assumed is not None:
                    assumed.append(f"{file.rel} is taken for a configuration of this run, by its keys")
        elif settings_names.may_be_plain_settings(file.rel) and not settings_names.may_be_config(file.name):
            content = plain_content(file)
            if content:
                add_settings(config, content, file.rel)
                if assumed is not None:
                    assumed.append(f"{file.rel} is taken for a configuration of this run, by its keys")
            elif content is None and file.rel.endswith(".ini"):
                ignored.append(Ignored(file.rel, "as configuration: lines of `key = value` were expected"))
                warnings.append(f"{file.rel} has hardly any lines of `key = value`: none of its settings are known")
    return config


_PARTS = frozenset(("optimizer", "loss", "scheduler"))


def _under_its_name(content: dict[str, Any], file: Candidate) -> dict[str, Any]:
    """`optimizer_config.json` says of what it holds the settings: a "name" in it is that of the optimizer."""
    words = layout.stem_and_suffix(file.name)[0].replace("-", "_").replace(".", "_").split("_")
    about = {settings_names.MATTERS.get(word, word) for word in words if word not in settings_names.CONFIG_WORDS}
    if len(about) != 1 or not about <= _PARTS or {"name", "type", "class_name"}.isdisjoint(content):
        return content
    return {about.pop(): content}


def plain_content(file: Candidate) -> dict[str, Any] | None:
    """The content of a file of plain text whose keys are settings; {} of any other, None of no such text at all."""
    if file.size > MAX_UNNAMED_BYTES:
        return {}
    from mladvisor.runs.plain_settings import plain_settings
    from mladvisor.runs.readers.decoding import decode

    try:
        text = "" if file.binary else decode(file.read_bytes(MAX_UNNAMED_BYTES))
        if layout.stem_and_suffix(file.name)[1] in settings_names.OF_PROGRAMS:
            text = "\n".join(f"{one[1]}: {one[2]}" for one in map(_GIVEN.match, text.splitlines()) if one)
        content = plain_settings(text) if text else None
    except (ReadError, OSError):
        return {}
    if content is None:
        return None
    sure = len(settings_names.sure_among(flatten(content))) >= settings_names.LEAST_SURE
    return content if sure or set(content) == {"estimator", "params"} else {}


def _unnamed(file: Candidate) -> dict[str, Any] | None:
    """The content of a small file whose keys are settings, whatever it is called; None of any other."""
    if file.size > MAX_UNNAMED_BYTES or file.rel == layout.MANIFEST:
        return None
    try:
        content = as_mapping(load(file))
    except ReadError:
        return None
    if not isinstance(content, dict):
        return None
    started = launched(content, file.rel)
    if started and len(settings_names.sure_among(started)) >= settings_names.LEAST_SURE:
        return {**started, **content}
    stem = layout.stem_and_suffix(file.name)[0]
    if _OF_KERAS.issubset(content) and stem in settings_names.MATTERS:
        content = {stem: content}
    content = _under_its_name(content, file)
    single = [str(key) for key, value in content.items() if not isinstance(value, dict) and not _is_curve(value)]
    # nobody writes results as TOML, and few as YAML: their blocks count, too, as they do in JSON that holds none
    if not file.rel.endswith("json") or not any(map(settings_names.is_about_results, content)):
        single += [key for key, value in flatten(content).items() if not _is_curve(value)]
    else:
        single += [
            str(part)
            for key, block in content.items()
            if str(key).lower() in _OF_SETTINGS and isinstance(block, dict)
            for part, value in block.items()
            if not isinstance(value, dict)
        ]
    if len(settings_names.sure_among(single)) >= settings_names.LEAST_SURE:
        return content
    return {key: value for key, value in content.items() if settings_names.is_about_input_checks(str(key))} or None


def document(file: Candidate) -> dict[str, Any]:
    """The flattened content of one small file of settings, or of a module of constants; {} where it is neither."""
    if file.size > MAX_UNNAMED_BYTES or file.rel == layout.MANIFEST:
        return {}
    suffix = layout.stem_and_suffix(file.name)[1]
    if settings_names.may_be_plain_settings(file.rel) and suffix not in settings_names.CONFIG_SUFFIXES:
        return flatten(plain_content(file) or {})
    try:
        if suffix == "py":
            return _module(file) if settings_names.may_be_settings_module(file.name) else {}
        content = as_mapping(load(file)) if suffix in settings_names.CONFIG_SUFFIXES else None
    except (ReadError, OSError):
        return {}
    return flatten(content) if isinstance(content, dict) else {}


def _module(file: Candidate) -> dict[str, Any]:
    """The constants of a module of Python that holds little else: `lr = 0.1`, `S = dict(lr=0.1)`, `class Config`."""
    from mladvisor.runs.readers.decoding import decode
    from mladvisor.runs.script.assignments import constants
    from mladvisor.runs.script.code import Code
    from mladvisor.runs.script.constants import is_told

    code = Code(file.rel, decode(file.read_bytes(MAX_UNNAMED_BYTES)))
    if any(name.rpartition(".")[2] in ("backward", "fit", "train", "step") for _, name in code.calls):
        return {}
    return {
        key.replace("[", ".").replace("]", ""): written.value
        for key, written in constants(code).used.items()
        if is_told(written)
    }


def _constants_alone(file: Candidate) -> dict[str, Any]:
    """The settings in a module of any name that holds constants and nothing that runs: {} of any other file.

    Those of OpenMMLab and of nanoGPT are called after the experiment.
    """
    if not file.rel.endswith(".py") or "/" in file.rel or file.size > MAX_UNNAMED_BYTES:
        return {}
    if settings_names.may_be_settings_module(file.name) or settings_names.speaks_of_others(file.name):
        return {}
    from mladvisor.runs.script.only_constants import holds_constants_alone

    try:
        if not holds_constants_alone(file.read_bytes(MAX_UNNAMED_BYTES)):
            return {}
        found = _module(file)
    except (ReadError, OSError):
        return {}
    return found if len(settings_names.sure_among(found)) >= settings_names.LEAST_SURE else {}


def _is_curve(value: Any) -> bool:
    return isinstance(value, list) and len(value) > MAX_LIST


def add_settings(config: dict[str, Setting], content: dict[str, Any], file: str) -> None:
    """Add the flattened values of `content` to `config`, where no file before has set them."""
    for key, value in flatten(content).items():
        if key not in config:
            config[key] = Setting(value, Place(file, key))


def load(file: Candidate) -> Any:
    """The content of one YAML, JSON or TOML file, parsed once however many ask for it. Raises ReadError."""
    return file.once(_content)


def _content(file: Candidate) -> Any:
    if file.size > MAX_CONFIG_BYTES:
        raise ReadError(f"is {in_units(file.size)} large, too large for a configuration")
    if file.binary:
        raise ReadError("holds binary data")
    if file.rel.endswith("json"):
        return file.read_json()
    data = file.read_bytes(MAX_CONFIG_BYTES)
    if file.rel.endswith("toml"):
        return _toml(data)
    from mladvisor import yaml_io
    from mladvisor.runs.readers.decoding import decode

    relaxed = layout.stem_and_suffix(file.name)[1] in _RELAXED
    try:
        text = decode(data)
        return yaml_io.load_lenient(_without_comments(text) if relaxed else text)
    except yaml_io.YamlError as error:
        if b"\n<<<<<<< " in data or data.startswith(b"<<<<<<< "):
            line = data[: data.index(b"<<<<<<< ")].count(b"\n") + 1
            raise ReadError(f"holds an unsolved git merge conflict (line {line})") from None
        if relaxed:
            hint = "variables and functions are not evaluated: write the values out as JSON"
            raise ReadError(f"cannot be read as values in braces (line {error.line}); {hint}") from None
        raise ReadError(f"cannot be read as YAML (line {error.line}: {error.message})") from None
    except RecursionError:
        raise ReadError("is nested too deeply") from None


def _without_comments(text: str) -> str:
    """JSON5 and Jsonnet as YAML has them, whose blocks in braces allow bare keys, single quotes and a last comma."""
    return _COMMENT.sub(lambda found: found[1] or " ", text)


def _toml(data: bytes) -> Any:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ReadError(f"cannot be read as TOML ({error})") from None
    except RecursionError:
        raise ReadError("is nested too deeply") from None


def flatten(content: dict[str, Any]) -> dict[str, Any]:
    """Nested mappings as dotted keys; W&B's `{desc, value}` unwrapped and its `_wandb` block left out; a list of
    `{key, value}` is a mapping (`as_mapping`).

    Lists stay values (a list of layers is one setting) unless they are longer than `MAX_LIST`; at most `MAX_VALUES`.

        >>> flatten({"optimizer": {"lr": {"desc": None, "value": 0.1}}, "layers": [64, 32]})
        {'optimizer.lr': 0.1, 'layers': [64, 32]}
    """
    flat: dict[str, Any] = {}
    pending: list[tuple[str, Any, int]] = [("", content, 0)]
    while pending and len(flat) < MAX_VALUES:
        prefix, value, depth = pending.pop()
        value = as_mapping(value)
        if isinstance(value, str) and value.startswith("{"):
            value = _of_text(value)
        if isinstance(value, list) and prefix.endswith("param_groups"):
            value = _of_groups(value)
        if isinstance(value, dict) and value:
            if depth and "value" in value and _WANDB_WORDS.issuperset(value):
                pending.append((prefix, value["value"], depth + 1))
            elif depth < MAX_DEPTH:
                pending.extend(
                    (f"{prefix}.{key}" if prefix else str(key), item, depth + 1)
                    for key, item in reversed(value.items())
                    if key not in ("_wandb", "wandb_version")
                )
        elif prefix and not (isinstance(value, list) and len(value) > MAX_LIST):
            flat[prefix] = value
    return _resolved(flat)


def _of_text(text: str) -> Any:
    """A mapping that a tool has put into one text, as JSON or as Python prints it; any other text as it was."""
    if len(text) > MAX_UNNAMED_BYTES or not text.rstrip().endswith("}"):
        return text
    import json

    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        from mladvisor.runs.plain_settings import printed_dict

        said = printed_dict(text)
    return said if isinstance(said, dict) else text


def _of_groups(groups: list[Any]) -> Any:
    """What all groups of PyTorch's optimizer are set to alike; the list as it was where they are none."""
    if not groups or not all(isinstance(group, dict) for group in groups):
        return groups
    alike = {key: value for key, value in groups[0].items() if all(one.get(key) == value for one in groups)}
    return {key: value for key, value in alike.items() if key != "params"} or groups


def as_mapping(content: Any) -> Any:
    """A list of records of one setting each (`{key, value}` of MLflow, `{name, valueCurrent}` of Comet) as the mapping
    that it is, and so a list of pairs (`- optimizer.lr=0.1` of Hydra's overrides); anything else as it was.
    """
    if not isinstance(content, list) or not content:
        return content
    pairs = [_OVERRIDE.match(one) if isinstance(one, str) else None for one in content]
    if all(pairs):
        return {pair[1]: _value(pair[2]) for pair in pairs if pair is not None}
    if not isinstance(content[0], dict):
        return content
    name = next((key for key in _NAMES if isinstance(content[0].get(key), str)), None)
    value = next((key for key in _VALUES if key in content[0]), None)
    if name is None or value is None or (value == "value" and not _OF_PAIR.issuperset(content[0])):
        return content
    if not all(isinstance(one, dict) and isinstance(one.get(name), str) and value in one for one in content):
        return content
    return {one[name]: _value(one[value]) for one in content}


def _value(value: Any) -> Any:
    """A setting that a tool made text of (`"[32, 16]"`, `"0.0025"`, `"None"`) as it was before."""
    if not isinstance(value, str) or not value.strip():
        return value
    from mladvisor.runs.readers.mlflow import value_of

    return value_of(value.strip())


def _resolved(flat: dict[str, Any]) -> dict[str, Any]:
    """References of OmegaConf to other values (`lr: ${optimizer.lr}`) replaced by these, where they are there."""
    for key, written in flat.items():
        value = written
        for _ in range(_MOST_REFERENCES):
            said = _REFERENCE.match(value) if isinstance(value, str) and value.startswith("${") else None
            if said is None:
                break
            above = key.split(".")[: -len(said[1])] if said[1] else []
            value = flat.get(".".join([*above, said[2]]))
        if value is not None and value is not written:
            flat[key] = value
    return flat
