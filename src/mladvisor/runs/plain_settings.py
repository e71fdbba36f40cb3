"""Settings in plain text: INI files, kept command lines, and printed lists of options.

People keep what a run was started with as `run.ini`, as `args.txt` with a flag a line, as the `Namespace(...)` that a
parser of options prints, or as lines of `key: value`. Nothing in such files marks them as settings but their keys, so
that who asks decides by these whether it is a configuration (`config.read_config`).
"""

from __future__ import annotations

import ast
import re
import shlex
from typing import Any

from mladvisor.runs.command_line import options, scalar

MAX_LINES = 1_000
_SECTION = re.compile(r"\[([\w .:/-]+)\]\s*$")
_PAIR = re.compile(r"(@?[A-Za-z_][\w. /-]{0,59}?)\s*(?:=|:(?=\s|$))\s*(.*)$")
_ALIGNED = re.compile(r"([A-Za-z_][\w.-]{0,59})(?:\t[ \t]{0,80}|[ ]{2,80})(?![=:])(\S.*)$")
"""`hidden        [64, 32]`: a word, and behind a gap its value."""
_LEAST_ALIGNED = 3
_DEFAULT_NOTE = re.compile(r"\s*\[default: [^\]]*\]\s*$")
_RULE = re.compile(r"[-=*#~_]{3,}+[\w .-]*+[-=*#~_]*+$")  # "----- Options -----"
_FLAG_LINE = re.compile(r"--?[A-Za-z][\w.-]*(?:[ =\t].*)?$")
_FLAG_INSIDE = re.compile(r"\s--?[A-Za-z]")
PRINTED_CALL = re.compile(
    r"(?:[Nn]amespace|Munch|\w{0,60}(?:Args|Arguments|Config|Configuration|Options|Settings|Params|Parameters|Hparams|HParams"
    r"|Hyperparameters|ConfigDict))\("
)
"""What a parser of options, a dataclass or a tool prints: `Namespace(`, `TrainConfig(`, `TrainingArguments(`."""
_ENUM = re.compile(r"<\w{1,80}\.\w{1,80}: ('[^'\n]{0,80}'|\d{1,9})>")
"""One of a set of words as Python prints it: `<SaveStrategy.STEPS: 'steps'>`."""
_CELLS = re.compile(r"[|│┃║]([^|│┃║]{1,80})[|│┃║]([^|│┃║]{1,200})[|│┃║]$")
_FRAME = re.compile(r"[-+=|:│┃║─━═┌┬┐├┼┤└┴┘╔╦╗╠╬╣╚╩╝╭╮╰╯┏┳┓┡╇┩╞╪╡ ]{3,300}$")
_ESTIMATOR = re.compile(r"(?:Pipeline|[A-Z]\w{1,60})\(")
_MAX_ESTIMATOR = 4_000
_OF_SCIKIT = re.compile(
    r"(?:MLP|SGD|DecisionTree|RandomForest|ExtraTrees?|GradientBoosting|HistGradientBoosting|AdaBoost|Bagging|KNeighbors|"
    r"GaussianProcess|PassiveAggressive|Ridge)(?:Classifier|Regressor)|(?:Logistic|Linear|Poisson|Gamma|Tweedie|Huber|"
    r"Quantile)Regress(?:ion|or)|Ridge|Lasso|ElasticNet|BayesianRidge|KernelRidge|Perceptron|(?:Linear|Nu)?SV[CR]|"
    r"(?:Gaussian|Multinomial|Bernoulli|Complement)NB"
)
_PART = re.compile(r"[\w.+/<>-]+(?:\(.*\))?$|\(.*\)$", re.DOTALL)
_CALL = re.compile(r"[A-Za-z_][\w.]*\(.*\)$", re.DOTALL)
_INSIDE = {"(": ")", "[": "]", "{": "}"}
_NOTHING = frozenset(("None", "null", "nil"))  # "none" is an answer: no activation, no scheduler


def plain_settings(text: str) -> dict[str, Any] | None:
    """What a text sets, with the blocks of an INI file as nested mappings; None where its lines are something else.

    >>> plain_settings("[training]\\nlr = 0.1\\nhidden = 64, 32\\n")
    {'training': {'lr': 0.1, 'hidden': [64, 32]}}
    >>> plain_settings("lr      0.1\\nhidden  [64, 32]\\nopt     adam\\n")
    {'lr': 0.1, 'hidden': [64, 32], 'opt': 'adam'}
    >>> plain_settings("--lr 0.1\\n--batch-size 32\\n")
    {'lr': 0.1, 'batch_size': 32}
    """
    bare = text.lstrip("\ufeff").strip()
    if PRINTED_CALL.match(bare):
        return printed_call(bare)
    if bare.startswith("{"):
        return printed_dict(bare)
    if _ESTIMATOR.match(bare):
        return printed_estimator(bare)
    lines = [line.strip() for line in bare.splitlines()[: MAX_LINES + 1]]
    lines = [line for line in lines if line and not line.startswith(("#", ";", "//")) and not _RULE.match(line)]
    if not lines or len(lines) > MAX_LINES:
        return None
    if all(_FLAG_LINE.match(line) for line in lines):
        return _flags(lines)
    if lines[0][0] in _OF_FRAMES:
        return _framed(lines)
    aligned = [_ALIGNED.match(line) for line in lines]
    if len(lines) >= _LEAST_ALIGNED and all(aligned):
        return {pair[1].replace("-", "_"): value_of(pair[2]) for pair in aligned if pair is not None}
    return _pairs(lines)


_OF_FRAMES = frozenset("|+│┃║┌╔╭┏")


def _framed(lines: list[str]) -> dict[str, Any] | None:
    """A table of names and values with lines drawn around it (`PrettyTable`, `tabulate`, `rich`), or None.

    >>> plain_settings("+----+-----+\\n| lr | 0.1 |\\n+----+-----+\\n")
    {'lr': 0.1}
    """
    rows = [_CELLS.match(line) for line in lines if not _FRAME.match(line)]
    if not rows or not all(rows):
        return None
    return {re.sub(r"[\s-]+", "_", row[1].strip()): value_of(row[2]) for row in rows if row is not None}


def printed_dict(text: str) -> dict[str, Any] | None:
    """A mapping as Python prints it, its keys as text; None of anything else."""
    try:
        said = ast.literal_eval(_ENUM.sub(r"\1", text))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return {str(key): value for key, value in said.items()} if isinstance(said, dict) else None


def printed_call(text: str) -> dict[str, Any] | None:
    """`Namespace(lr=0.1, sizes=[64, 32])`, as far as its values are literals, with such calls among them as blocks."""
    try:
        tree = ast.parse(_ENUM.sub(r"\1", text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _keywords(tree) if isinstance(tree, ast.Call) else None


def _keywords(call: ast.Call, depth: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in call.keywords:
        if one.arg is None:
            continue
        if isinstance(one.value, ast.Call) and one.value.keywords and not one.value.args and depth < _DEEPEST:
            found[one.arg] = _keywords(one.value, depth + 1)
            continue
        try:
            value = ast.literal_eval(one.value)
        except (ValueError, TypeError, RecursionError, MemoryError):
            value = ast.unparse(one.value)
        found[one.arg] = list(value) if isinstance(value, tuple | set) else value
    return found


_DEEPEST = 4
_OF_MATLAB = re.compile(r"TrainingOptions(SGDM|ADAM|RMSProp|LBFGS)\s(?:with|object)")
"""MATLAB shows the options of a training as an object of the class that is called after the optimizer."""


def is_estimator(name: str) -> bool:
    """An estimator of scikit-learn, by its class's name."""
    return _OF_SCIKIT.fullmatch(name.rpartition(".")[2]) is not None


def printed_estimator(text: str) -> dict[str, Any] | None:
    """The only estimator of scikit-learn that its printed form holds, alone or in a pipeline.

    >>> printed_estimator("MLPClassifier(hidden_layer_sizes=(50,), max_iter=40)")
    {'estimator': 'MLPClassifier', 'params': {'hidden_layer_sizes': [50], 'max_iter': 40}}
    """
    if len(text) > _MAX_ESTIMATOR:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and is_estimator(node.func.id)
    ]
    if len(calls) != 1:
        return None
    said = ast.unparse(calls[0])
    return {"estimator": said.partition("(")[0], "params": printed_call(said) or {}}


def _flags(lines: list[str]) -> dict[str, Any]:
    """A flag a line, or several in one."""
    found: dict[str, Any] = {}
    for line in lines:
        if _FLAG_INSIDE.search(line):
            try:
                found |= options(tuple(shlex.split(line)))
            except ValueError:
                continue
            continue
        name, _, value = line.lstrip("-").replace("\t", " ").partition(" ")
        if "=" in name:
            name, _, value = line.lstrip("-").partition("=")
        plain = name.replace("-", "_")
        if value.strip():
            found[plain] = value_of(value)
        else:
            found[plain.removeprefix("no_")] = not plain.startswith("no_")
    return found


def _pairs(lines: list[str]) -> dict[str, Any] | None:
    """`key = value` or `key: value`, in blocks or without; prose has no such lines, or few."""
    found: dict[str, Any] = {}
    block, pairs = found, 0
    for line in lines:
        section, pair = _SECTION.match(line), _PAIR.match(line)
        if (shown := _OF_MATLAB.match(line)) is not None:
            found["optimizer"] = shown[1].lower()
            pairs += 1
            continue
        if section is not None:
            name = section[1].strip().replace(" ", "_").replace(":", ".").replace("/", ".")
            inner = found.setdefault(name, {})
            block = inner if isinstance(inner, dict) else found
        elif pair is not None:
            pairs += 1
            key = re.sub(r"[\s-]+", "_", pair[1].strip())
            block.setdefault(key, value_of(_DEFAULT_NOTE.sub("", pair[2])))
    return found if pairs and pairs + sum(isinstance(one, dict) for one in found.values()) >= 0.8 * len(lines) else None


def value_of(text: str) -> Any:
    """A written value: number, truth, nothing, list, or text as it stands.

    >>> value_of("Linear(8, 4), ReLU(), Linear(4, 1)")
    ['Linear(8, 4)', 'ReLU()', 'Linear(4, 1)']
    """
    bare = re.split(r"\s[;#]\s", text.strip(), maxsplit=1)[0].strip()
    if bare in _NOTHING:
        return None
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"":
        return bare[1:-1]
    if bare[:1] in "[({" and bare[-1:] in "])}":
        try:
            value = ast.literal_eval(bare)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            return scalar(bare)
        return list(value) if isinstance(value, tuple | set) else value
    parts = _parts(bare, ",")
    if len(parts) > 1 and all(_PART.match(part) for part in parts):
        return [scalar(part) for part in parts]
    parts = _parts(bare, " ")
    if len(parts) > 1 and (all(map(_CALL.match, parts)) or all(isinstance(scalar(one), int | float) for one in parts)):
        return [scalar(part) for part in parts]
    return scalar(bare)


def _parts(text: str, mark: str) -> list[str]:
    """Pieces between marks that stand outside of all brackets."""
    found, start, open_ = [], 0, 0
    for at, sign in enumerate(text):
        if sign in _INSIDE:
            open_ += 1
        elif sign in ")]}":
            open_ -= 1
        elif sign == mark and open_ == 0:
            found.append(text[start:at].strip())
            start = at + 1
    found.append(text[start:].strip())
    return [part for part in found if part]
