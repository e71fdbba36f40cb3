"""Whether a training script holds the model back at all: dropout, decay of the weights, penalties in the loss."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_names import SKLEARN_NETWORKS, Fact, Names, is_foreign, names_of
from mladvisor.features.config_names import listed
from mladvisor.runs.script.code import Code

_SPEAKS = re.compile(
    r"drop_?out|drop_?path|(?<![a-z])(?:l1|l2|reg|lam|lambda|lmbda)(?![a-z])|regulari|penalt|decay|augment|mixup",
    re.IGNORECASE,
)
"""Parts of names that may be a restraint, whatever they are called on."""
_WITHOUT_DECAY = frozenset(listed("SGD Adam RMSprop Adagrad Adadelta Adamax NAdam RAdam ASGD LBFGS Rprop SparseAdam"))
"""Optimizers of PyTorch that shrink no weights unless told to; AdamW takes 0.01."""
_PARAMS_AND_RATE = 2
_ALPHA = 0.0001
_WEAK_ALPHA = 0.1
"""scikit-learn divides the penalty by the rows of a batch: a thousand times its default still shrinks nothing."""


def penalises(code: Code) -> Fact:
    """False where all that trains is in the script and nothing in it restrains the weights; else not known."""
    alone = _sklearn_network(code)
    if alone is not None:
        return alone
    names: Names = names_of(code)
    if not names.optimizers or names.automatic or not names.models <= names.made.keys():
        return None
    made = [each for each in names.made.values() if isinstance(each, ast.Call)]
    if any(is_foreign(code, code.dotted(each.func)) for each in made) or any(map(_may_decay, _made_by(code, names))):
        return None
    if any(_SPEAKS.search(spoken) for node in code.nodes if (spoken := _spoken(node))):
        return None
    if any(map(_measures_weights, code.nodes)):
        return None
    return False, next(iter(names.optimizers.values()))


_SIZES = frozenset(("abs", "norm", "pow", "square", "vector_norm"))


def _measures_weights(node: ast.AST) -> bool:
    """`sum(p.abs().sum() for p in model.parameters())`, or a loop that does so; of gradients as little is known."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        turns = [each.iter for each in node.generators]
    elif isinstance(node, ast.For):
        turns = [node.iter]
    else:
        return False
    if not any(
        isinstance(turn, ast.Call) and isinstance(turn.func, ast.Attribute) and turn.func.attr.endswith("parameters")
        for turn in turns
    ):
        return False
    return any(
        (isinstance(part, ast.Attribute) and part.attr in _SIZES)
        or (isinstance(part, ast.BinOp) and isinstance(part.op, ast.Pow))
        for part in ast.walk(node)
    )


def _made_by(code: Code, names: Names) -> list[tuple[str, ast.Call]]:
    return [(code.dotted(call.func).rpartition(".")[2], call) for call in names.optimizers.values()]


def _may_decay(optimizer: tuple[str, ast.Call]) -> bool:
    made, call = optimizer
    groups = bool(call.args) and not isinstance(call.args[0], ast.Call | ast.Attribute)
    starred = any(word.arg is None for word in call.keywords) or len(call.args) > _PARAMS_AND_RATE
    return made not in _WITHOUT_DECAY or groups or starred


def _is_nothing(node: ast.expr) -> bool:
    """`weight_decay=0.0`, `dropout=None`."""
    return isinstance(node, ast.Constant) and not node.value and not isinstance(node.value, str)


def _spoken(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.keyword):
        return node.arg or "" if not _is_nothing(node.value) else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value[:80]
    return ""


def _sklearn_network(code: Code) -> Fact:
    """The only estimator is a network of scikit-learn with a weak penalty."""
    networks = [call for call, name in code.calls if name.rpartition(".")[2] in SKLEARN_NETWORKS]
    if len(networks) != 1:
        return None
    words = {word.arg: word.value for word in networks[0].keywords}
    handed = words.get(None)
    if None in words and handed is not None:  # MLPClassifier(**params), params = dict(alpha=...)
        meant = code.meant(handed)
        if isinstance(meant, ast.Call) and code.dotted(meant.func) == "dict":
            words |= {word.arg: word.value for word in meant.keywords}
        elif isinstance(meant, ast.Dict):
            keys = [key.value if isinstance(key, ast.Constant) else None for key in meant.keys]
            words |= dict(zip(map(_text, keys), meant.values, strict=True))
        else:
            return None
    alpha = words.get("alpha")
    value = _ALPHA if alpha is None else alpha.value if isinstance(alpha, ast.Constant) else None
    if isinstance(value, int | float) and value < _WEAK_ALPHA:
        return False, networks[0]
    return None


def _text(key: object) -> str | None:
    return key if isinstance(key, str) else None
