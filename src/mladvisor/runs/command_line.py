"""The command line that started a training, as people keep it beside the log: `run.sh`, `cmd.txt`, `command`.

Read as text and never run. A file with several trainings, or with variables of the shell, tells nothing for certain.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.model import Place, Setting
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.word_sets import word_set

MAX_BYTES = 40_000
MAX_WORDS = 400
_SUFFIXES = frozenset(("", "sh", "bash", "zsh", "bat", "cmd", "ps1", "txt", "slurm", "sbatch", "sub", "pbs", "mk"))
_NAMED = re.compile(
    r"cmd|command|argv|launch|run|start|train|submit|invocation|call|exec|job|repro|fit|go|makefile|justfile|docker"
    r"|entrypoint",
    re.IGNORECASE,
)
_ENDS = re.compile(r"^(?:\d?>{1,2}&?\d?.*|&>.*|<.*|\|.*|&{1,2}|;.*)$")
_SCRIPT = re.compile(r"[\w./~-]+\.py$")
_FLAG = re.compile(r"--?[A-Za-z][\w.-]*$")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*$")
_OF_PYTHON = word_set("http.server json.tool tensorboard.main nltk.downloader pip.main spacy.download")
"""Modules that people start with `python -m` and that train nothing."""
_TOOLS = re.compile(
    r"(?:yolo|fairseq-(?:hydra-)?train|spacy|allennlp|ludwig|llamafactory-cli|vw|lightgbm|xgboost|onmt_train|marian|axolotl"
    r"|caffe|darknet|kraken|ketos|mmtrain|nemo|autotrain|composer|tune)$"
)
"""Programs that train, whatever their settings: their first word may say what they do."""
_ASSIGNED = re.compile(
    r"^[ \t]{0,20}(?:(?:export|set|ARG|ENV|readonly|local)[ \t]{1,8})?"
    r"\$?([A-Za-z_]\w{0,60})[ \t]{0,20}[:?]?=[ \t]{0,20}([^\n$`]{0,200})$",
    re.MULTILINE,
)
_VARIABLE = re.compile(
    r"\$\(([A-Za-z_]\w{0,60})\)|\$\{([A-Za-z_]\w{0,60})(?::?-([^}$]{0,100}))?\}|\$([A-Za-z_]\w{0,60})"
    r"|%([A-Za-z_]\w{0,60})%"
)
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
        if b"\0" in data:
            continue
        for command in commands(decode(data), file.rel):
            found[command.script, command.words] = command
    return only(list(found.values()))


def only(found: list[Command]) -> Command | None:
    """The one command, or the only one of several that says that it trains; None where nobody knows which it was."""
    if len(found) > 1:
        found = [one for one in found if "train" in one.script.lower() or "fit" in one.script.lower()]
    return found[0] if len(found) == 1 else None


def commands(text: str, file: str) -> list[Command]:
    """The lines of a text that start a script of Python.

    >>> commands("python train.py --lr 0.1 > train.log 2>&1", "run.sh")[0].words
    ('--lr', '0.1')
    """
    found = []
    usage = _USAGE.search(text)
    named = tuple(usage[1].lower().split()) if usage is not None else ()
    lines = re.sub(r"[\\`^]\r?\n", " ", text).splitlines()[:MAX_WORDS]
    variables = _variables(text) if "$" in text or "%" in text else {}
    for line in lines:
        bare = line.strip().removeprefix("$ ").removeprefix("> ").removeprefix("@")
        if bare.startswith(("#", "//", "REM ", ":", "echo ", "pip ")) or (" " not in bare and ".py" not in bare):
            continue
        bare = _OF_CONDOR.sub("", bare, count=1)
        if (contained := _OF_DOCKER.match(bare)) is not None:
            bare = _words_of_list(contained[1])
        if "$" in bare or "%" in bare:
            bare = _VARIABLE.sub(lambda found: _value_in(found, variables), bare)
        try:
            words = shlex.split(bare)
        except ValueError:
            continue
        started = _started(words)
        if started is None:
            continue
        given: list[str] = []
        for word in words[started[1] : MAX_WORDS]:
            if _ENDS.match(word):
                break
            given.append(word)
        kept = _without_variables(given) if any("$" in word or _OF_WINDOWS.search(word) for word in given) else given
        if kept is not None:
            found.append(Command(file, started[0], tuple(kept), named))
    return found


_OF_WINDOWS = re.compile(r"%[A-Za-z_]\w{0,60}%")
_OF_CONDOR = re.compile(r"(?i)arguments\s{0,4}=\s{0,4}\"?(?=\S)")
_OF_DOCKER = re.compile(r"(?:CMD|ENTRYPOINT)\s+(\S.*)$")


def _words_of_list(text: str) -> str:
    """What a container starts, whether it is written as a line or as a list: `["python", "train.py", "--lr", "1"]`."""
    try:
        said = json.loads(text) if text.startswith("[") else text
    except ValueError:
        return text
    return shlex.join(map(str, said)) if isinstance(said, list) else text


def _variables(text: str) -> dict[str, str]:
    """What the lines of a script of the shell, or of a Makefile, give to a name once."""
    found: dict[str, str] = {}
    for name, value in _ASSIGNED.findall(text):
        bare = value.partition(" #")[0].strip().strip("\"'")
        if " --" in f" {bare}" or found.get(name, bare) != bare:
            bare = "$"
        found[name] = bare
    return {name: value for name, value in found.items() if value != "$"}


def _value_in(found: re.Match[str], variables: dict[str, str]) -> str:
    """What a variable holds, by its assignment or by the default beside it; else its name as it stands."""
    name = found[1] or found[2] or found[4] or found[5]
    return variables.get(name) or found[3] or found[0]


def _without_variables(words: list[str]) -> list[str] | None:
    """The words whose values are known; None where a word alone may stand for anything, or nothing is left."""
    kept: list[str] = []
    for word in words:
        if "$" not in word and not _OF_WINDOWS.search(word):
            kept.append(word)
        elif _PAIR.match(word):
            continue
        elif kept and _FLAG.match(kept[-1]):
            kept.pop()
        else:
            return None
    return kept or None


def _started(words: list[str]) -> tuple[str, int] | None:
    """What a line starts, and where the words behind it begin: a script, a module, or a program that trains."""
    for at, word in enumerate(words[:40]):
        if _SCRIPT.fullmatch(word):
            return (word.rpartition("/")[2], at + 1) if _starts(words[:at]) else None
        if word == "-m" and at + 1 < len(words) and _MODULE.match(words[at + 1]) and "." in words[at + 1]:
            if words[at + 1] in _OF_PYTHON or words[at + 1].startswith("torch."):
                continue  # a launcher, before a script
            return (words[at + 1].rpartition(".")[2] + ".py", at + 2) if _starts(words[:at]) else None
        if _TOOLS.match(word) and (at == 0 or _starts(words[:at])) and len(words) > at + 1:
            return (word, at + 1)
    return None


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
