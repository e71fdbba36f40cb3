"""Whether a script turns the classes of evaluation rows into numbers by the codes of training.

`LabelEncoder().fit_transform(test.pop("kind"))` beside `LabelEncoder().fit_transform(train.pop("kind"))`: where a class
is missing on one side, all behind it get the number of another one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mladvisor.features.code_label_maps import numbered_labels
from mladvisor.features.code_names import LABEL_NAME, Fact
from mladvisor.features.code_prepared import names_in, part_of, targets_of
from mladvisor.runs.script.code import Code

_ENCODERS = frozenset(("LabelEncoder", "OrdinalEncoder", "LabelBinarizer"))
_COUNTS = frozenset(("factorize", "unique"))


def codes_labels_once(code: Code) -> Fact:
    """False where labels of training and labels of evaluation get codes of their own each; never known to be true."""
    parts: dict[str, ast.expr] = {}
    for node, given in _coded(code):
        target = targets_of(code, node)
        said = names_in(given)
        if not any(LABEL_NAME.search(each.lower()) for each in (target, *said.split())):
            continue
        part = part_of(said) or part_of(target)
        if part:
            parts.setdefault(part, node)
    for node, given in numbered_labels(code):
        part = part_of(names_in(given)) or part_of(targets_of(code, node))
        if part:
            parts.setdefault(part, node)
    return (False, parts["held out"]) if {"train", "held out"} <= parts.keys() else None


def _coded(code: Code) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(what gives codes, what gets them): a fit of an encoder, `pd.factorize(y)`, `y.astype("category").cat.codes`."""
    made = {
        code.dotted(node.targets[0])
        for node in code.nodes
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and _is_encoder(code, node.value)
    }
    for call, name in code.calls:
        owner, _, last = name.rpartition(".")
        if last in ("fit_transform", "fit") and call.args and isinstance(call.func, ast.Attribute):
            if owner in made or _is_encoder(code, call.func.value):
                yield call, call.args[0]
        elif last in _COUNTS and (last == "factorize" or any(word.arg == "return_inverse" for word in call.keywords)):
            if call.args:
                yield call, call.args[0]
            elif isinstance(call.func, ast.Attribute):
                yield call, call.func.value
    for node in code.nodes:
        of = node.value if isinstance(node, ast.Attribute) and node.attr == "codes" else None
        if isinstance(node, ast.Attribute) and isinstance(of, ast.Attribute) and of.attr == "cat":
            yield node, of.value


def _is_encoder(code: Code, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and code.dotted(node.func).rpartition(".")[2] in _ENCODERS
