"""YAML and JSON from strangers: safe, bounded, and read as their author meant them.

`load_strict` is for our own formats (rules, column maps, manifests): YAML 1.2 scalars (`1e-5` is a number, `no` and
`off` are text), duplicate keys are errors. `load_lenient` is for configuration files that other tools left: unknown
tags (`!!python/object:...`) are ignored and never executed, duplicates keep the last value. Both bound the size of the
text and the number of nodes after aliases are followed, so that an alias bomb is an error and not a memory leak.

Positions are not kept while loading (it doubles the time); `position` finds the line and column of one path in the
text again when an error needs it. PyYAML is imported with the first text: many a start reads none, and compiling its
regular expressions takes a twentieth of a diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from mladvisor.errors import MladvisorError
from mladvisor.yaml_plain import read_plain

MAX_CHARACTERS = 4_000_000
MAX_NODES = 200_000
MAX_DEPTH = 100

_INT = re.compile(r"[-+]?[0-9]+$|0o[0-7]+$|0x[0-9a-fA-F]+$")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MADE = re.compile(r"!(?:name|new):([A-Za-z_][\w.]{1,200})")
"""HyperPyYAML's `opt_class: !name:torch.optim.Adadelta`: what is made of the keys below; here a word and no more."""
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))
_MAYBE_NUMBER = frozenset("0123456789+-.")


class YamlError(MladvisorError):
    """The text is not the YAML we accept. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def scalar(text: str) -> Any:
    """A plain (unquoted) scalar under the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _MAYBE_NUMBER and len(text) < 400:
        if _INT.match(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


@cache
def _loader() -> Any:
    """The class that reads a text."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        """Composes nodes without guessing tags: `scalar` reads plain ones, and guessing takes a quarter of the time."""

        def resolve(self, *_: Any) -> str:
            return "tag:yaml.org,2002:str"

        def descend_resolver(self, *_: Any) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

    return Loader


def load_strict(text: str) -> list[Any]:
    """The documents of `text`; duplicate keys and unknown tags are errors. Empty documents are left out."""
    return [document for document in _documents(text, strict=True) if document is not None]


def load_lenient(text: str) -> Any:
    """The first document of a configuration file; tags are ignored, duplicates keep the last value."""
    plain = read_plain(text, scalar)
    if plain is not None:
        return plain
    return next(iter(_documents(text, strict=False)), None)


def position(text: str, path: Sequence[str | int], *, document: int = 0) -> tuple[int, int]:
    """Line and column (from 1) of the value at `path` in the given non-empty document, as near as can be found."""
    import yaml

    nodes = _composed(text)
    if document >= len(nodes):
        return 1, 1
    node = nodes[document]
    mark = node.start_mark
    for step in path:
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if str(scalar_of(k)) == str(step)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        if found is None:
            break
        key, node = found
        mark = (key if isinstance(node, yaml.MappingNode | yaml.SequenceNode) else node).start_mark
    return mark.line + 1, mark.column + 1


@lru_cache(maxsize=2)
def _composed(text: str) -> list[Any]:
    """The non-empty documents of a text as nodes, kept for the next error in the same file."""
    return [node for node in _nodes(text) if not _is_empty(node)]


def scalar_of(node: Any) -> Any:
    """The value of a scalar node, quoted or plain; the node's text for anything else."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return node.value if node.style else scalar(node.value)
    return str(node.value)


def _is_empty(node: Any) -> bool:
    import yaml

    return isinstance(node, yaml.ScalarNode) and not node.style and scalar(node.value) is None


def _nodes(text: str) -> Iterator[Any]:
    import yaml

    if len(text) > MAX_CHARACTERS:
        raise YamlError(f"the text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read", 1, 1)
    # A node costs half a kilobyte before it can be counted; no text has more nodes than these marks let it have.
    if len(text) > MAX_NODES and sum(map(text.count, (",", "\n", ": ", "- ", "[", "{"))) > 3 * MAX_NODES:
        raise YamlError(f"more than {MAX_NODES:,} values", 1, 1)
    try:
        loader = _loader()(text)
        try:
            while loader.check_node():
                yield loader.get_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(" ".join(part for part in (error.context, error.problem) if part), line, column) from None
    except yaml.YAMLError as error:
        raise YamlError(str(error).replace("\n", " "), 1, 1) from None


def _documents(text: str, *, strict: bool) -> Iterator[Any]:
    build = _builder(strict)
    for node in _nodes(text):
        yield build(node, 0)


def _builder(strict: bool) -> Callable[[Any, int], Any]:
    """A function from node to value that counts nodes over all documents and follows aliases within the bound."""
    from yaml import ScalarNode, SequenceNode

    left = MAX_NODES

    def build(node: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if left < 0 or depth > MAX_DEPTH:
            mark = node.start_mark
            raise YamlError(
                f"more than {MAX_NODES:,} values or {MAX_DEPTH} levels once aliases are followed",
                mark.line + 1,
                mark.column + 1,
            )
        kind = type(node)
        if strict and node.tag not in _TAGS:
            mark = node.start_mark
            raise YamlError(f'the tag "{node.tag}" is not read', mark.line + 1, mark.column + 1)
        if kind is ScalarNode:
            return node.value if node.style else scalar(node.value)
        if kind is SequenceNode:
            return [build(item, depth + 1) for item in node.value]
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if type(key_node) is ScalarNode else str(build(key_node, depth + 1))
            if key == "<<" and not strict:
                merged = build(value_node, depth + 1)
                for part in merged if isinstance(merged, list) else [merged]:
                    if isinstance(part, dict):
                        result = {**part, **result}
                continue
            if strict and key in result:
                mark = key_node.start_mark
                raise YamlError(f'the key "{key}" stands here twice', mark.line + 1, mark.column + 1)
            result[key] = build(value_node, depth + 1)
        made = None if strict else _MADE.fullmatch(node.tag)
        return {**result, "class_path": made[1]} if made and "class_path" not in result else result

    return build
