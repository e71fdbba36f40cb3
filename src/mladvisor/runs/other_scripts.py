"""Settings that scripts of R, Julia, MATLAB and other languages than Python hand to their training.

`fit(x, y, batch_size = 1L)`, `DataLoader(data; batchsize = 64)`, `trainingOptions('sgdm', 'MiniBatchSize', 32)`. The
text is searched for such arguments and never run; what two places set differently is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs import script_names
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.other_layers import layers_told
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import decode
from mladvisor.runs.settings_names import LEAST_SURE, sure_among

_COMMENTS = dict.fromkeys(("scala", "java", "cs", "cpp", "swift"), "//") | {"r": "#", "jl": "#", "m": "%", "lua": "--"}
_MAX_BYTES, _MAX_LINE = 1 << 16, 1000
_NAMES = {
    "batch_size": "batch_?size|batchsize|mini_?batch_?size",
    "epochs": "epochs|n_epochs|num_epochs|max_?epochs",
    "learning_rate": "learning_rate|lr|initial_?learn_?rate|learn_?rate|eta",
    "momentum": "momentum",
}
_GIVEN = r"\s{0,4}(=>|<-|=|,|:)\s{0,4}(\d[\d_]*\.?\d*(?:e-?\d+)?)L?(?![\w.])"
_ARGUMENT = {key: re.compile(rf"(?i)(?<![\w.])(['\"]?)(?:{names})\1{_GIVEN}") for key, names in _NAMES.items()}
_OPTIMIZER = re.compile(
    r"(?i)\boptimizer_(?P<keras>adam|adamw|sgd|rmsprop|adagrad|adadelta|nadam|adamax)\b"
    r"|\btrainingOptions\(\s*['\"](?P<matlab>sgdm|adam|rmsprop)['\"]"
    r"|(?<![\w.])(?:Flux\.|Optimisers\.)?(?P<flux>Descent|Momentum|Nesterov|ADAM|Adam|AdamW|ADAMW|RMSProp|AdaGrad|ADAGrad|AdaDelta)"
    r"\(\s*(?P<rate>\d*\.?\d+(?:e-?\d+)?)?"
)
_CALLED = {"sgdm": "momentum", "descent": "sgd", "nesterov": "momentum"}
_LOADER = re.compile(r"\bDataLoader\((?P<inside>[^\n]*)")


def add_settings_of_other_scripts(run: Run, files: list[Candidate]) -> None:
    """The settings of the only such script, where neither a configuration nor a Python script tells them."""
    if len(sure_among(key.rpartition(".")[2] for key in run.config)) >= LEAST_SURE or run.script is not None:
        return
    if any(script_names.may_be_script(file.name) for file in files):
        return
    scripts = [file for file in files if stem_and_suffix(file.name)[1] in _COMMENTS and file.size <= _MAX_BYTES]
    if len(scripts) != 1:
        return
    found = settings_of(scripts[0])
    run.config = {**found, **run.config}
    if found:
        run.assumed.append(f"the settings are those that {scripts[0].rel} hands to its training")


def settings_of(file: Candidate) -> dict[str, Setting]:
    """What a script sets, each setting where it has one value only."""
    try:
        text = decode(file.read_start(_MAX_BYTES))
    except ReadError:
        return {}
    suffix = stem_and_suffix(file.name)[1]
    told: dict[str, list[tuple[Any, int]]] = {}
    for row, line in enumerate(text.splitlines(), 1):
        for key, value in _set_in(line[:_MAX_LINE].partition(_COMMENTS[suffix])[0], suffix):
            told.setdefault(key, []).append((value, row))
    mark = _COMMENTS[suffix]
    for key, value, row in layers_told(
        "\n".join(one[:_MAX_LINE].partition(mark)[0] for one in text.splitlines()), suffix
    ):
        told.setdefault(key, []).append((value, row))
    return {
        key: Setting(each[0][0], Place(file.rel, row=each[0][1]))
        for key, each in told.items()
        if len({value for value, _ in each}) == 1
    }


def _set_in(line: str, suffix: str) -> Iterator[tuple[str, Any]]:
    for key, pattern in _ARGUMENT.items():
        for found in pattern.finditer(line):
            if found[2] != "," or found[1]:  # `f(lr, 1)` names no argument, `f('lr', 1)` may
                value = float(found[3].replace("_", ""))
                if value < inf:
                    yield key, int(value) if value == int(value) else value
    for found in _OPTIMIZER.finditer(line):
        if found["flux"] and suffix != "jl":
            continue
        name = (found["keras"] or found["matlab"] or found["flux"]).lower()
        yield "optimizer", _CALLED.get(name, name)
        if found["rate"]:
            yield "learning_rate", float(found["rate"])
    loader = _LOADER.search(line) if suffix == "jl" else None
    if loader and "batchsize" not in loader["inside"] and loader["inside"].count("(") < loader["inside"].count(")"):
        yield "batch_size", 1  # MLUtils takes one row at a time where nothing is said
