"""The command line that stands inside a document: a container's arguments, a service's command, a task of an editor.

Jobs of Kubernetes, files of docker-compose, pipelines of DVC and launchers of editors hold what a training was started
with as a line of text, as a list of words, or as variables of the environment, somewhere below other things.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from mladvisor.runs.command_line import commands, only, options, scalar

_MOST = 4_000  # values that are looked at
_DEEPEST = 14
_LEAST_FLAGS = 2
_STARTS = ("command", "entrypoint", "cmd", "args", "arguments", "run", "script")


def launched(content: Any, file: str) -> dict[str, Any]:
    """The options of the only training that a document starts; {} without one, and where there are several.

    >>> launched({"containers": [{"args": ["--lr=0.1", "--epochs=3"]}]}, "job.yaml")
    {'lr': 0.1, 'epochs': 3}
    """
    lines, listed, given = [], [], dict[str, Any]()
    for key, value in _within(content):
        if isinstance(value, str):
            if key in _STARTS and (" -" in value or "=" in value):
                lines += commands(value, file)
        elif all(isinstance(one, str) for one in value):
            flags = [one for one in value if one.startswith("--")]
            if len(flags) >= _LEAST_FLAGS or (len(flags) == 1 and len(value) == 1 and "=" in flags[0]):
                if (said := options(_from_first_flag(value))) not in listed:
                    listed.append(said)
            elif key in _STARTS:
                lines += [one for word in value if " " in word for one in commands(word, file)]
                lines += commands(shlex.join(value), file)
        elif all(isinstance(one, dict) and {"name", "value"} == set(one) for one in value):
            given |= {str(one["name"]): _scalar(one["value"]) for one in value}
    lines = [line for line in lines if line.words]  # what it is called with may stand in a list beside it
    command = only(lines)
    if command is not None and not listed:
        return {**given, **options(command.words)}
    return {**given, **listed[0]} if len(listed) == 1 and not lines else given


def _scalar(value: Any) -> Any:
    return scalar(value) if isinstance(value, str) else value


def _from_first_flag(words: list[str]) -> tuple[str, ...]:
    """What follows the program and its script."""
    first = next(at for at, word in enumerate(words) if word.startswith("--"))
    return tuple(words[first:])


def _within(content: Any) -> Iterator[tuple[str, Any]]:
    """Every text and every list below, with the key that it stands under."""
    pending: list[tuple[str, Any, int]] = [("", content, 0)]
    for _ in range(_MOST):
        if not pending:
            return
        key, value, depth = pending.pop()
        if isinstance(value, dict):
            if depth < _DEEPEST:
                pending.extend((str(name).lower(), one, depth + 1) for name, one in reversed(value.items()))
        elif isinstance(value, list) and value:
            yield key, value
            if depth < _DEEPEST:
                pending.extend((key, one, depth + 1) for one in reversed(value) if isinstance(one, dict))
        elif isinstance(value, str):
            yield key, value
