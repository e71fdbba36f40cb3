"""The command line that started a training, as people keep it beside the log: `run.sh`, `cmd.txt`, `command`.

Read as text and never run. A file with several trainings, or with variables of the shell, tells nothing for certain.
"""

from __future__ import annotations

import re
import shlex
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.model import Place, Setting
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode

MAX_BYTES = 40_000
MAX_WORDS = 400
_SUFFIXES = frozenset(("", "sh", "bash", "zsh", "bat", "cmd", "ps1", "txt", "slurm", "sbatch", "sub", "pbs"))
_NAMED = re.compile(
    r"cmd|command|argv|launch|run|start|train|submit|invocation|call|exec|job|repro|fit|go", re.IGNORECASE
)
_ENDS = re.compile(r"^(?:\d?>{1,2}&?\d?.*|&>.*|<.*|\|.*|&{1,2}|;.*)$")
_SCRIPT = re.compile(r"[\w./~-]+\.py$")
_FLAG = re.compile(r"--?[A-Za-z][\w.-]*$")
_USAGE = re.compile(r"usage:?\s+(?:python3?\s+)?[\w./-]+\.py((?:\s+[A-Z][A-Z0-9_]+)+)\s*$", re.MULTILINE)
_PAIR = re.compile(r"(?:--?|\+{1,2})?([A-Za-z_][\w./-]*)=(.*)$", re.DOTALL)


class Command(NamedTuple):
    """One command line.

    Attributes:
        file: that it stands in, relative to the run folder.
        script: the file that it starts, without its folders.
        words: what follows the script.
        usage: what a line beside it calls the words that have no flag ("usage: train.py LR BATCH").
    """

    file: str
    script: str
    words: tuple[str, ...]
    usage: tuple[str, ...] = ()


def command_in(files: list[Candidate]) -> Command | None:
    """The only training that the files of the run folder itself start; None where there are several."""
    found: dict[tuple[str, tuple[str, ...]], Command] = {}
    for file in files:
        stem, _, suffix = file.rel.rpartition(".") if "." in file.rel.lstrip(".") else (file.rel, "", "")
        if "/" in file.rel or suffix.lower() not in _SUFFIXES or file.size > MAX_BYTES or not _NAMED.search(stem):
            continue
        try:
            data = file.read_bytes(MAX_BYTES)
        except ReadError:
            continue
        if b".py" not in data or b"\0" in data:
            continue
        for command in commands(decode(data), file.rel):
            found[command.script, command.words] = command
    return next(iter(found.values())) if len(found) == 1 else None


def commands(text: str, file: str) -> list[Command]:
    """The lines of a text that start a script of Python.

    >>> commands("python train.py --lr 0.1 > train.log 2>&1", "run.sh")[0].words
    ('--lr', '0.1')
    """
    found = []
    usage = _USAGE.search(text)
    named = tuple(usage[1].lower().split()) if usage is not None else ()
    for line in re.sub(r"[\\`^]\r?\n", " ", text).splitlines()[:MAX_WORDS]:
        bare = line.strip().removeprefix("$ ").removeprefix("> ")
        if ".py" not in bare or bare.startswith(("#", "//", "REM ", ":", "echo ", "pip ")):
            continue
        try:
            words = shlex.split(bare)
        except ValueError:
            continue
        at = next((at for at, word in enumerate(words[:40]) if _SCRIPT.fullmatch(word)), None)
        if at is None or not _starts(words[:at]):
            continue
        given: list[str] = []
        for word in words[at + 1 : MAX_WORDS]:
            if _ENDS.match(word):
                break
            given.append(word)
        if not any("$" in word for word in given):
            found.append(Command(file, words[at].rpartition("/")[2], tuple(given), named))
    return found


def _starts(before: list[str]) -> bool:
    """What stands before a script runs it: an interpreter, a launcher, or nothing."""
    starters = (
        "python",
        "accelerate",
        "torchrun",
        "deepspeed",
        "srun",
        "mpirun",
        "horovodrun",
        "uv",
        "poetry",
        "conda",
    )
    return not before or any(word.rpartition("/")[2].startswith(starters) for word in before)


def options(words: tuple[str, ...]) -> dict[str, Any]:
    """Flags and `key=value` pairs by name, dashes as underscores; a flag alone is True, several values are a list.

    >>> options(("--lr", "0.1", "--sizes", "64", "32", "optim.name=sgd", "--bf16"))
    {'lr': 0.1, 'sizes': [64, 32], 'optim.name': 'sgd', 'bf16': True}
    """
    found: dict[str, Any] = {}
    name = ""
    values: list[Any] = []

    def close() -> None:
        if name:
            found[name] = True if not values else values[0] if len(values) == 1 else list(values)

    for word in words:
        pair = _PAIR.match(word)
        if pair is not None or _FLAG.match(word):
            close()
            values.clear()
            name = "" if pair is not None else _plain(word)
            if pair is not None:
                found[_plain(pair[1])] = scalar(pair[2])
        else:
            values.append(scalar(word))
    close()
    return found


def _plain(name: str) -> str:
    return name.lstrip("-+").replace("-", "_").replace("/", ".")


def scalar(text: str) -> Any:
    """A word of the command line as number or truth, else as it stands."""
    lowered = text.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    if text.startswith("[") and text.endswith("]"):
        return [scalar(part.strip()) for part in text[1:-1].split(",") if part.strip()]
    return text


def settings_of(command: Command) -> dict[str, Setting]:
    """The options of a command line as settings; `--no-x` is `x: false`."""
    found: dict[str, Setting] = {}
    if len(command.usage) == len(command.words) and not any(_FLAG.match(word) for word in command.words):
        for name, word in zip(command.usage, command.words, strict=True):
            found[name] = Setting(scalar(word), Place(command.file, name))
    for given, value in options(command.words).items():
        refused = value is True and given.startswith("no_")
        name = given.removeprefix("no_") if refused else given
        found[name] = Setting(False if refused else value, Place(command.file, name))
    return found
