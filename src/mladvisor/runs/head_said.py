"""What notes, mails and printed checks say of the end of a model and of its loss.

    In der letzten Schicht steht Sigmoid.     head: Linear(16 -> 3) + Sigmoid     网络：LSTM(64) → Dense(1, sigmoid)
    loss: nn.CrossEntropyLoss                 Verlust MSE                         損失関数: categorical_crossentropy

A sentence counts where it says what is, and not what was, might be or ought to be. What is said in two ways is not
said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers.base import Candidate

MOST_BYTES = 40_000
_SUFFIXES = ("md", "markdown", "txt", "rst", "eml", "msg", "prototxt", "m")
_MOST_LINE = 400

_HEAD = re.compile(
    r"\b(?:outputs?(?: layer| activation)?|heads?|(?:last|final) (?:layer|activation)|letzten? schicht"
    r"|ausgabe(?:schicht)?|ausgang(?:sschicht)?|última capa|capa de salida|salida|dernière couche|sortie"
    r"|última camada|saída"
    r"|ultimo strato|uscita)\b|出力層|出力|输出层|输出|最后一层",
    re.I,
)
_NETWORK = re.compile(
    r"\b(?:network|net|model|architecture|netz|modell|red|réseau|rede|rete)\b|网络|模型|ネットワーク", re.I
)
_ACTIVATION = r"log_?softmax|softmax|sigmoide?|tanh|relu|softplus|identity|linear"
_NAMED = re.compile(rf"(?<![\w.])(?:nn\.|F\.|torch\.|tf\.nn\.|keras\.activations\.)?({_ACTIVATION})(?![\w-])", re.I)
_LAYER = re.compile(
    rf"\b(?:Dense|Linear)\(\s*(?:\d{{1,7}}\s*(?:->|→|,)\s*)?(?P<units>\d{{1,7}})\s*"
    rf"(?:,\s*(?:activation\s*=\s*)?['\"]?(?P<inside>{_ACTIVATION})['\"]?\s*)?\)"
    rf"(?:\s*(?:\+|->|→|,|then)\s*(?:nn\.)?(?P<behind>{_ACTIVATION})\b)?",
    re.I,
)
_TYPED = re.compile(rf"\((?:Dense|Linear), ?({_ACTIVATION})\)", re.I)
"""A row of a summary: "dense_2 (Dense, tanh)"; the last one is the output."""
_OPERATION = re.compile(r"= onnx::(\w{1,30})\(")
_LOSS = re.compile(
    r"\b(?:loss(?: function)?|criterion|objective|compiled with|train(?:ed|s) with|verlust(?:funktion)?"
    r"|trainiert (?:wurde )?mit|pérdida|perte|perda|perdita)\b|损失函数|损失|損失関数|損失",
    re.I,
)
_NAME_OF_LOSS = re.compile(
    r"(?:[\w.]{0,40}(?:cross_?entropy|mse|mae|bce|nll|mean_squared|mean_absolute|l1loss|hinge|huber"
    r"|marginloss)\w{0,30}"
    r"|squared error|absolute error)(?:\([^()\n]{0,60}\))?",
    re.I,
)
_OTHERWISE = re.compile(
    r"\b(?:should|would|could|might|must|instead|before|previous\w*|formerly|old|was|were|tr(?:y|ied)|plan\w*|next"
    r"|no longer|not|without|removed?|removing|dropp?(?:ed)?|takes?|taken|took|fix(?:ed|es)?|replac\w+"
    r"|chang\w+|switch\w*"
    r"|baseline|teacher|hidden|auxiliary|aux|statt|sollte\w*|früher|vorher|ohne|kein\w*|ersetzt|sin|antes|debería|sans"
    r"|avant|sem|deveria|senza"
    r"|prima)\b|应该|原来|之前|改成|改为|去掉|以前|べき",
    re.I,
)
_FAR = 60


_OF_ANOTHER = re.compile(
    r"baseline|old|previous|reference|paper|teacher|design|plan|intended|expected|target|spec|template"
    r"|tutorial|todo|require",
    re.I,
)
"""Words of names of files that tell of another model than the one that was trained."""


_LISTED_UNITS = re.compile(r"\b(?:num_output:\s?|fullyConnectedLayer\()(\d{1,7})")
_LISTED_ACTIVATION = re.compile(rf"\b({_ACTIVATION})Layer\b|type:\s?\"(ReLU|Sigmoid|TanH)\"", re.I)
_LISTED_LOSS = re.compile(r"type:\s?\"(\w{2,40}Loss)\"|\btrainnet\([^\n]{0,200}['\"]([a-z0-9-]{2,30})['\"]")
"""Caffe and MATLAB list the layers one after the other, and the loss behind them."""


class Head(NamedTuple):
    """What is said of the end of a model: its activation, its units, its loss as written; None for what is not."""

    activation: str | None = None
    units: int | None = None
    loss: str | None = None


def may_say(file: Candidate) -> bool:
    """A short text that says something of the end of a model or of its loss."""
    stem, suffix = stem_and_suffix(file.name)
    if suffix not in _SUFFIXES or file.size > MOST_BYTES or file.binary or _OF_ANOTHER.search(stem):
        return False
    try:
        return head_in_file(file) != Head()
    except (ReadError, OSError):
        return False


def head_in_file(file: Candidate) -> Head:
    """The same, looked for once."""
    return file.once(lambda each: head_said(each.text.splitlines()))


def head_said(lines: Sequence[str]) -> Head:
    """What lines of a text agree on."""
    activations, units, losses = set[str](), set[int](), set[str]()
    typed, operation = "", ""
    for whole in lines:
        line = whole[:_MOST_LINE].replace("`", "").replace("**", "")
        operation = match[1] if (match := _OPERATION.search(line)) else operation
        typed = match[1] if (match := _TYPED.search(line)) else typed
        for clause in re.split(r"[;。，]|\.\s|,\s(?![\w'\"=]{0,20}\))", line):
            if _OTHERWISE.search(clause):
                continue
            said = _of_head(clause)
            activations |= {said.activation.lower()} if said.activation else set()
            units |= {said.units} if said.units else set()
            losses |= {said.loss} if said.loss else set()
    if not activations and (typed or operation):
        activations = {typed.lower() or _of_operation(operation)}
    return _listed("\n".join(lines)) or _agreed(activations, units, losses)


def _agreed(activations: set[str], units: set[int], losses: set[str]) -> Head:
    return Head(*(next(iter(each)) if len(each) == 1 else None for each in (activations, units, losses)))  # type: ignore[arg-type]


def _of_head(clause: str) -> Head:
    """What one clause says."""
    head, layers, loss = _HEAD.search(clause), list(_LAYER.finditer(clause)), _LOSS.search(clause)
    activation, units, named = None, None, None
    if layers and (head or _NETWORK.search(clause) or len(layers) == 1):
        last = layers[-1]
        units, activation = int(last["units"]), last["inside"] or last["behind"]
    if head is not None and activation is None:
        behind = [match[1] for match in _NAMED.finditer(clause, head.end()) if match.start() - head.end() <= _FAR]
        activation = behind[0] if len(set(behind)) == 1 else None
    if loss is not None:
        found = _NAME_OF_LOSS.search(clause, loss.end())
        named = found[0] if found is not None and found.start() - loss.end() <= _FAR else None
    return Head(activation, units, named)


def _listed(text: str) -> Head | None:
    """The end of a list of layers in Caffe's or MATLAB's words; None for any other text."""
    layers, loss = list(_LISTED_UNITS.finditer(text)), _LISTED_LOSS.search(text)
    if not layers or loss is None:
        return None
    behind = _LISTED_ACTIVATION.search(text, layers[-1].end())
    named = (behind[1] or behind[2]).lower() if behind is not None else "linear"
    return Head(named, int(layers[-1][1]), loss[1] or loss[2])


def _of_operation(name: str) -> str:
    """The activation that the last operation of an exported graph is; a product of matrices is none."""
    return "linear" if name in ("Gemm", "MatMul", "Add") else name.lower()
