"""Folders of settings beside a log (`conf/`, `configs/`): which of their files are parts of what this run was given.

One file is it. Of several, those are parts that a `defaults:` of Hydra or the command line picks, and files that are
named after different matters (`model.yml`, `train.yml`). Alternatives that nothing picks between are all left aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs import layout, script_names, settings_names
from mladvisor.runs.command_line import Command, options
from mladvisor.runs.composed import Source, composed, is_primary, package_of
from mladvisor.runs.config import add_settings, flatten, load, plain_content
from mladvisor.runs.model import Ignored, Place, Setting
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode

MAX_BYTES = 64_000
_MAX_FILES = 200
_WORD = re.compile(r"[a-z]+")


class Taken(NamedTuple):
    """What the folders of settings say of this run.

    Attributes:
        content: file that begins it -> settings as nested mappings, put together.
        files: all files that were used, each with its own dotted keys.
        left: groups of files of which none was used, since nothing says which.
    """

    content: dict[str, dict[str, Any]]
    files: dict[str, dict[str, Any]]
    left: tuple[str, ...]


class _Folder:
    """One folder of settings with the folders in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sources: dict[str, Source] = {}
        self.files: dict[str, str] = {}

    def add(self, file: Candidate, source: Source) -> None:
        key = file.rel.removeprefix(f"{self.name}/").rpartition(".")[0]
        self.sources[key], self.files[key] = source, file.rel

    def beside(self, folder: str) -> list[str]:
        """The files right in one folder, by their paths without suffix."""
        return [key for key in self.sources if key.rpartition("/")[0] == folder]

    def groups(self) -> list[str]:
        return list(dict.fromkeys(key.rpartition("/")[0] for key in self.sources if "/" in key))


def settings_in_folders(
    files: list[Candidate], command: Command | None, ignored: list[Ignored], warnings: list[str]
) -> Taken:
    """The settings in `conf/` and the like that belong to the run; what cannot be read is noted."""
    content: dict[str, dict[str, Any]] = {}
    used: dict[str, dict[str, Any]] = {}
    left: list[str] = []
    for folder in _folders(files, ignored, warnings):
        begins, said, taken = _of_folder(folder, command, left)
        if said:
            content[folder.files[begins]] = said
            used |= {folder.files[key]: flatten(folder.sources[key].content) for key in taken}
    return Taken(content, used, tuple(left))


def as_settings(taken: Taken) -> dict[str, Setting]:
    """The settings by dotted key, each with the file that it stands in."""
    config: dict[str, Setting] = {}
    for file, said in taken.content.items():
        add_settings(config, said, file)
    for key, setting in config.items():
        for file, own in reversed(taken.files.items()):
            leaf = next((one for one in own if key == one or key.endswith(f".{one}")), None)
            if leaf is not None and own[leaf] == setting.value:
                config[key] = Setting(setting.value, Place(file, leaf))
                break
    return config


def _folders(files: list[Candidate], ignored: list[Ignored], warnings: list[str]) -> list[_Folder]:
    found: dict[str, _Folder] = {}
    for file in files[:_MAX_FILES]:
        name = file.rel.partition("/")[0]
        suffix = layout.stem_and_suffix(file.name)[1]
        if name.lower() not in settings_names.SETTINGS_FOLDERS or "/" not in file.rel:
            continue
        if suffix not in settings_names.CONFIG_SUFFIXES:  # `conf/train.conf`: tools have such files, too
            said = plain_content(file) if settings_names.may_be_plain_settings(file.rel) else None
            if said:
                found.setdefault(name, _Folder(name)).add(file, Source(said, ""))
            continue
        try:
            content = load(file)
            text = decode(file.read_bytes(MAX_BYTES))
        except ReadError as error:
            ignored.append(Ignored(file.rel, f"as configuration: {error.message}"))
            warnings.append(f"{file.rel} {error.message}: none of its settings are known")
            continue
        if isinstance(content, dict):
            found.setdefault(name, _Folder(name)).add(file, Source(content, package_of(text)))
    return list(found.values())


def _without_others(folder: _Folder) -> None:
    """Leave out what belongs to tools, to other runs or to many; an only file is this run's by its place."""
    if len(folder.sources) > 1:
        for key in [key for key, file in folder.files.items() if not settings_names.may_be_part(file)]:
            del folder.sources[key], folder.files[key]


def _primary(folder: _Folder, among: list[str]) -> list[str]:
    """The files that pick others; of several the one that says that it trains."""
    found = [key for key in among if is_primary(folder.sources[key].content)]
    if len(found) > 1:
        found = [key for key in found if not script_names.is_no_start(f"{key}.py")]
    if len(found) > 1:
        found = [
            key for key in found if key.lower() in settings_names.MAIN_SETTINGS or script_names.is_start(f"{key}.py")
        ]
    return found


def _of_folder(folder: _Folder, command: Command | None, left: list[str]) -> tuple[str, dict[str, Any], list[str]]:
    """(file that begins it, settings, files) of one folder."""
    given = options(command.words) if command is not None else {}
    named = _named_by(folder, command)
    begins = named or folder.beside("")
    primary = _primary(folder, begins)
    if len(primary) == 1:
        said, used = composed(primary[0], folder.sources, _chosen(folder, given))
        _overrule(said, given, folder)
        return primary[0], said, used
    if any(is_primary(folder.sources[key].content) for key in begins):
        left.append(f"{folder.name}/ ({', '.join(begins[:3])})")
        return "", {}, []
    if named:
        return (named[0], folder.sources[named[0]].content, named) if len(named) == 1 else ("", {}, [])
    _without_others(folder)
    parts = _parts(folder, left)
    said = {}
    for key in parts:
        _put(said, key if len(parts) > 1 and _matter(key) else "config", folder.sources[key].content)
    for group in folder.groups():
        inside = folder.beside(group)
        picked = inside if len(inside) == 1 else _picked(folder, group, said, given)
        if picked and (parts or len(folder.groups()) > 1 or len(folder.sources) == 1):
            parts.append(picked[0])
            _put(said, group.replace("/", "."), folder.sources[picked[0]].content)
        elif len(inside) > 1:
            left.append(f"{folder.name}/{group}/")
    return (parts[0] if parts else ""), said, parts


def _named_by(folder: _Folder, command: Command | None) -> list[str]:
    """The files that the command line names: `--config configs/small.yaml`, `--config-name train`."""
    said = [word.rpartition("=")[2] for word in command.words] if command is not None else []
    flagged = [value for key, value in (options(command.words) if command is not None else {}).items()
               if key.lower() in ("config_name", "cn") and isinstance(value, str)]  # fmt: skip
    return [
        key
        for key, file in folder.files.items()
        if any(word.removeprefix("./") == file or file.endswith(f"/{word}") for word in said if "." in word)
        or key in [value.removesuffix(".yaml") for value in flagged]
    ]


def _chosen(folder: _Folder, given: Mapping[str, Any]) -> dict[str, str]:
    """Group -> option, as words of the command line pick them (`optimizer=sgd`, `model=cnn`)."""
    return {
        group: value
        for group in folder.groups()
        if isinstance(value := given.get(group.replace("/", "."), given.get(group)), str)
        and f"{group}/{value}" in folder.sources
    }


def _overrule(said: dict[str, Any], given: Mapping[str, Any], folder: _Folder) -> None:
    """Words of the command line such as `optimizer.lr=0.1`, which count before the files."""
    groups = folder.groups()
    for key, value in given.items():
        block, *inner = key.split(".")
        if key in groups or block not in said:
            continue
        target: Any = said
        for part in [block, *inner][:-1]:
            target = target.get(part) if isinstance(target, dict) else None
        if isinstance(target, dict):
            target[key.rpartition(".")[2]] = value


def _parts(folder: _Folder, left: list[str]) -> list[str]:
    """The files right in the folder that can hold at the same time: its only one, or those of different matters."""
    inside = folder.beside("")
    if len(inside) <= 1:
        return inside
    matters: dict[str, list[str]] = {}
    for key in inside:
        matters.setdefault(_matter(key), []).append(key)
    others = matters.pop("", [])
    alone = [keys[0] for keys in matters.values() if len(keys) == 1]
    several = [keys for keys in matters.values() if len(keys) > 1]
    if others:
        left.append(f"{folder.name}/ ({', '.join(key for key in others[:3])})")
        return alone if alone and not _overlap(folder, [*others, *alone]) else []
    left += [f"{folder.name}/ ({', '.join(keys[:3])})" for keys in several]
    return sorted(alone, key=lambda key: key.lower() not in settings_names.MAIN_SETTINGS)


def _overlap(folder: _Folder, keys: list[str]) -> bool:
    """Two of the files set the same: one may be there to overrule the other."""
    seen: set[str] = set()
    for key in keys:
        own = {str(name) for name in folder.sources[key].content}
        if own & seen:
            return True
        seen |= own
    return False


def _matter(key: str) -> str:
    """What a file of settings is about, by its name; "" where that may be anything."""
    words = _WORD.findall(key.rpartition("/")[2].lower())
    return next((settings_names.MATTERS[word] for word in words if word in settings_names.MATTERS), "")


def _picked(folder: _Folder, group: str, said: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """The option of a group that a setting or the command line names."""
    value = given.get(group, said.get(group))
    if isinstance(value, dict):
        value = next((value[key] for key in ("name", "type", "_target_") if isinstance(value.get(key), str)), None)
    return [f"{group}/{value}"] if isinstance(value, str) and f"{group}/{value}" in folder.sources else []


def _put(said: dict[str, Any], key: str, content: dict[str, Any]) -> None:
    """Settings under what their file is about, unless that is only a word for settings or they have it already.

    They are copied: others read the same content, and the next file may add to a block of this one.
    """
    stem = key.rpartition("/")[2].lower()
    matter = _matter(key) or ("" if key in settings_names.MAIN_SETTINGS else key)
    if stem in settings_names.MAIN_SETTINGS or matter in ("config", "") or stem in content or matter in content:
        for name, value in content.items():
            said.setdefault(name, deepcopy(value))
        return
    block = said
    for part in matter.split("."):
        inner = block.get(part)
        if not isinstance(inner, dict):  # `optimizer: adam` picked the file
            inner = block[part] = {"name": inner} if isinstance(inner, str) else {}
        block = inner
    for name, value in content.items():
        block.setdefault(name, deepcopy(value))
