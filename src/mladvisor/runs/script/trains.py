"""Whether a script trains: it holds a call that fits a model, and not only a scaler."""

from __future__ import annotations

import ast

from mladvisor.runs.script.code import Code
from mladvisor.runs.script.hand_steps import RATES, moved_by_rate, taken_off
from mladvisor.runs.script.optimizers import is_optimizer
from mladvisor.runs.script.other_frameworks import MARKS as ELSEWHERE
from mladvisor.runs.script.other_frameworks import trains_elsewhere

MARKS = (b".fit(", b".fit_generator(", b".backward(", b".train(", b"train_on_batch(", b"Trainer(", b"GradientTape(",
         b".partial_fit(", b".learn(", b".step(", b"cross_val", b" -= ", b"-=", b" - lr", b"-lr*", b" - learning_rate",
         b" - alpha", b" - eta", b" - self.l", b" - self.eta", b" - rate", b"+= alpha", b"+= lr", b"+= eta",
         b"+= self.lr", b"+= self.alpha", b"+= learning_rate", b"+= step_size", b"epochs=",
         b"torch.optim.", *ELSEWHERE)  # fmt: skip
"""One of these stands in the bytes of a script that trains."""
_TRAINS = frozenset(
    ("fit_generator", "backward", "train_on_batch", "manual_backward", "partial_fit", "cross_val_score",
     "cross_val_predict", "cross_validate")
)  # fmt: skip
_OWN = frozenset(("fit", "fit_model", "train", "train_model", "train_loop", "training_loop", "run_training"))
_OF_TRAINING = frozenset(
    ("epochs", "n_epochs", "num_epochs", "max_epochs", "lr", "learning_rate", "batch_size", "bs", "weight_decay")
)
"""Functions of somebody's own that train, as what they are handed over says: `fit(X, y, epochs=20, lr=2e-3)`."""
_TRAINERS = frozenset(("Trainer", "Seq2SeqTrainer", "SFTTrainer", "GradientTape"))
_BOOSTED = frozenset(("xgboost", "lightgbm", "xgb", "lgb", "catboost"))
_PREPARES = ("scal", "encod", "imput", "pca", "vectori", "tokeni", "normal", "transformer", "tfidf", "augment",
             "datagen", "kmeans", "tsne", "umap", "selector")  # fmt: skip


def trains(code: Code) -> bool:
    """The script holds a call that trains a model."""
    makes_optimizer = any(is_optimizer(name) and name.startswith("torch.") for _, name in code.calls)
    for call, name in code.calls:
        owner, _, method = name.rpartition(".")
        if (method in _TRAINS and owner) or (makes_optimizer and method == "step" and "opt" in owner.lower()):
            return True
        if method in _TRAINERS and call.keywords:
            return True
        if method == "fit" and not _prepares(code, owner):
            return True
        if method == "train" and owner.partition(".")[0] in _BOOSTED and (call.args or call.keywords):
            return True
        if not owner and method in _OWN and len(_OF_TRAINING.intersection(word.arg for word in call.keywords)) > 1:
            return True
        if method == "learn" and call.keywords and any(word.arg == "total_timesteps" for word in call.keywords):
            return True
    return trains_elsewhere(code) or (makes_optimizer and any(_left_open(code, node) for node in code.nodes))


def _left_open(code: Code, node: ast.AST) -> bool:
    """`...` within a loop: an extract of a script that leaves its steps out."""
    open_ = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...
    return open_ and any(isinstance(outer, _LOOPS) for outer in code.above(node))


def _prepares(code: Code, owner: str) -> bool:
    """What is fitted prepares data: a scaler, an encoder."""
    last = owner.rpartition(".")[2] if not owner.endswith("()") else owner.removesuffix("()").rpartition(".")[2]
    return any(word in last.lower() for word in _PREPARES) or last.lower() in ("le", "ohe", "ss", "mms", "lb", "enc")


_LOOPS = ast.For | ast.While


def trains_by_hand(code: Code) -> bool:
    """Steps of descent written out with arrays: in a loop within a loop something is taken off, and there is a rate.

    Where that is a product with the rate itself, one loop is enough.

    Weaker than a call that trains: such a loop counts only where no file beside it holds one.
    """
    libraries = {module.partition(".")[0] for module in code.imports.values()}
    if libraries.isdisjoint(_ARRAYS):
        return libraries.isdisjoint(_TRAINED_BY_CALL) and any(_moved_in_plain_python(code, node) for node in code.nodes)
    if RATES.isdisjoint(_words(code)):
        return any(_moved_by_number(code, node) for node in code.nodes)
    for node in code.nodes:
        moved = moved_by_rate(node)
        by_rate, taken = moved is not None, moved or taken_off(node)
        if taken is None or isinstance(taken, ast.Constant):
            continue
        if isinstance(node, ast.Assign) and not by_rate:
            continue  # any difference is written so
        function = code.function_of(node)
        loops = sum(isinstance(outer, _LOOPS) for outer in code.above(node))
        if by_rate and not loops and function is not None:  # `update(params, grads)`, called in a loop
            loops = any(name.rpartition(".")[2] == function.name and code.loops_of(call) for call, name in code.calls)
        if loops > (0 if by_rate else 1):
            return True
    return False


_ARRAYS = frozenset(("numpy", "jax", "cupy"))
_TRAINED_BY_CALL = frozenset(
    ("torch", "tensorflow", "keras", "sklearn", "lightning", "pytorch_lightning", "transformers", "mxnet", "paddle",
     "xgboost", "lightgbm", "catboost", "fastai")
)  # fmt: skip
"""Libraries whose trainings are calls: beside them numbers that move by a rate may be anything."""
_SURE_RATES = frozenset(("lr", "lr0", "learning_rate", "eta0"))
"""Of single numbers an "alpha" or a "rate" may as well be one of interest, or of decay."""


def _moved_in_plain_python(code: Code, node: ast.AST) -> bool:
    """`w[k] -= lr * g[k]` or `b -= lr * gb` in a loop within a loop, without any arrays."""
    moved = moved_by_rate(node)
    if moved is None:
        return False
    named = {each.id if isinstance(each, ast.Name) else each.attr for each in ast.walk(moved)
             if isinstance(each, ast.Name | ast.Attribute)}  # fmt: skip
    return bool(named & _SURE_RATES) and sum(isinstance(outer, _LOOPS) for outer in code.above(node)) > 1


def _moved_by_number(code: Code, node: ast.AST) -> bool:
    """`W2 -= .5 * h.T @ d` in a loop within a loop: the rate is a number, and a product of matrices the gradient."""
    if not isinstance(node, ast.AugAssign) or not isinstance(node.op, ast.Sub):
        return False
    parts = list(ast.walk(node.value))
    by_number = any(isinstance(part, ast.Constant) and isinstance(part.value, float) for part in parts)
    by_matrices = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.MatMult) for part in parts)
    return by_number and by_matrices and sum(isinstance(outer, _LOOPS) for outer in code.above(node)) > 1


def _words(code: Code) -> set[str]:
    """Names and keys that the script uses."""
    found = {node.id for node in code.nodes if isinstance(node, ast.Name)}
    found |= {node.attr for node in code.nodes if isinstance(node, ast.Attribute)}
    return found | {node.value for node in code.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
