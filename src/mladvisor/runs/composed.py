"""Hydra's configurations in parts: a file whose `defaults:` picks one option of each group, put together as Hydra does.

conf/config.yaml     defaults: [model: cnn, optimizer: adam, _self_]
conf/model/cnn.yaml  its keys stand under `model`, unless its first lines say `# @package _global_`
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_PACKAGE = re.compile(r"^#\s*@package\s+([\w.]+)", re.MULTILINE)
_SELF = "_self_"
_MOST = 60  # files of one composition
_DEPTH = 6


class Source(NamedTuple):
    """One file of settings.

    Attributes:
        content: as it was loaded.
        package: where it says that its keys belong ("_global_", "model"); "" where it does not.
    """

    content: dict[str, Any]
    package: str = ""


def package_of(text: str) -> str:
    """The package that the head of a file names.

    >>> package_of("# @package _global_" + chr(10) + "lr: 0.1")
    '_global_'
    """
    found = _PACKAGE.search(text[:400])
    return found[1] if found is not None else ""


def is_primary(content: Mapping[str, Any]) -> bool:
    """The file picks others: its `defaults` is a list of names and of options of groups."""
    listed = content.get("defaults")
    return isinstance(listed, list) and all(isinstance(one, str | dict) for one in listed)


def composed(
    primary: str, sources: Mapping[str, Source], chosen: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """(the settings, the files that they stand in), of `primary` and what it picks.

    Args:
        primary: its path without suffix, relative to the folder of settings ("config").
        sources: path without suffix -> file; those that are not there are left out.
        chosen: group -> option, where a command line picks another one than the file.
    """
    picked = dict(chosen or {})
    for group, option in (chosen or {}).items():
        for said, other in _overridden(sources.get(f"{group}/{option}")):
            picked.setdefault(said, other)
    made = _Composition(sources, picked)
    made.add(primary, "", 0)
    for group, option in (chosen or {}).items():  # `+experiment=small`
        made.add(f"{group}/{option}", group.replace("/", "."), 1)
    return made.found, made.used


class _Composition:
    """Settings that are put together file by file."""

    def __init__(self, sources: Mapping[str, Source], chosen: Mapping[str, str]) -> None:
        self.sources, self.chosen = sources, chosen
        self.found: dict[str, Any] = {}
        self.used: list[str] = []

    def add(self, name: str, package: str, depth: int) -> None:
        """A file, with what it picks before or after its own keys."""
        source = self.sources.get(name)
        if source is None or depth > _DEPTH or len(self.used) >= _MOST or name in self.used:
            return
        self.used.append(name)
        if source.package:
            package = "" if source.package == "_global_" else source.package
        own = {key: value for key, value in source.content.items() if key != "defaults"}
        placed = False
        for one in source.content["defaults"] if is_primary(source.content) else ():
            if one == _SELF:
                _merge(self.found, own, package)
                placed = True
            for path, place in _picked(one, name.rpartition("/")[0], package, self.chosen):
                self.add(path, place, depth + 1)
        if not placed:
            _merge(self.found, own, package)


def _overridden(source: Source | None) -> list[tuple[str, str]]:
    """(group, option) of `override /model: mlp` in the `defaults` of a file."""
    listed = source.content["defaults"] if source is not None and is_primary(source.content) else []
    return [
        (said.split()[-1].strip("/"), option)
        for one in listed
        if isinstance(one, dict)
        for said, option in one.items()
        if str(said).startswith("override ") and isinstance(option, str)
    ]


def _picked(one: str | dict[str, Any], folder: str, package: str, chosen: Mapping[str, str]) -> list[tuple[str, str]]:
    """(path, package) of the files that one entry of `defaults` picks."""
    entry = {one: ""} if isinstance(one, str) else one
    found: list[tuple[str, str]] = []
    for said, options in entry.items():
        words = str(said).split()
        if not words or words[-1] == _SELF or "override" in words[:-1] or words[-1].startswith(("hydra/", "/hydra/")):
            continue
        group, _, place = words[-1].partition("@")
        absolute = group.startswith("/")
        group = group.strip("/")
        path = group if absolute or not folder else f"{folder}/{group}"
        if options == "":  # a file by its path: its folders are its package
            place = place or path.rpartition("/")[0].replace("/", ".")
            found.append((path, "" if place == "_global_" else place))
            continue
        option = chosen.get(path, options)
        place = place or (path.replace("/", ".") if absolute or not package else _below(package, group))
        place = package if place == "_here_" else "" if place == "_global_" else place
        found += [
            (f"{path}/{each.removesuffix('.yaml')}", place)
            for each in (option if isinstance(option, list) else [option])
            if isinstance(each, str) and each not in ("null", "???")
        ]
    return found


def _below(package: str, group: str) -> str:
    return f"{package}.{group.replace('/', '.')}"


def _merge(found: dict[str, Any], content: dict[str, Any], package: str) -> None:
    """Put the content under its package; what is there already is overruled, key by key."""
    block = found
    for part in package.split(".") if package else ():
        inner = block.get(part)
        if not isinstance(inner, dict):
            inner = block[part] = {}
        block = inner
    _overrule(block, content, 0)


def _overrule(block: dict[str, Any], content: dict[str, Any], depth: int) -> None:
    for key, value in content.items():
        inner = block.get(key)
        if isinstance(value, dict) and isinstance(inner, dict) and depth < _DEPTH:
            _overrule(inner, value, depth + 1)
        elif isinstance(value, dict) and depth < _DEPTH:
            block[key] = {}
            _overrule(block[key], value, depth + 1)
        else:
            block[key] = value
