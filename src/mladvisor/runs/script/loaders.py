"""The loader of the training batches in a script: its batch size, and whether its rows are shuffled."""

from __future__ import annotations

import ast

from mladvisor.runs.model import Setting
from mladvisor.runs.script.calls import by_name
from mladvisor.runs.script.class_by_class import gathered_by_class
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants

_MIXED = ("shuffle", "permutation", "train_test_split", "random_split", "StratifiedKFold", "RandomSampler",
          "WeightedRandomSampler", "IterableDataset", "randperm")  # fmt: skip
_NOT_TRAINING = ("val", "test", "eval", "dev", "valid", "infer", "predict", "holdout")


def is_for_training(name: str) -> bool | None:
    """Whether a loader or table of this name is for training; None where the name does not say."""
    lowered = name.lower()
    if any(word in lowered for word in _NOT_TRAINING):
        return False
    return True if "train" in lowered else None


def loaders(code: Code, values: Constants) -> dict[str, Setting]:
    """The training loader: the one whose name says so, or the only one."""
    calls = [(call, is_for_training(code.assigned_to(call))) for call, name in code.calls
             if name.rpartition(".")[2] == "DataLoader" and "geometric" not in name]  # fmt: skip
    chosen = [call for call, training in calls if training]
    if not chosen and len(calls) == 1 and calls[0][1] is None:
        chosen = [calls[0][0]]
    if len(chosen) != 1 or any(word.arg is None for word in chosen[0].keywords):
        return {}
    call = chosen[0]
    arguments = dict(by_name(call, ("dataset", "batch_size", "shuffle"), ("batch_size", "shuffle")))
    settings: dict[str, Setting] = {}
    size = values.value(arguments.get("batch_size"))
    if isinstance(size, int) and not isinstance(size, bool):
        settings["train.batch_size"] = Setting(size, code.place(arguments["batch_size"], "batch_size"))
    words = {word.arg for word in call.keywords}
    if words & {"sampler", "batch_sampler"} or len(call.args) > 2:
        return settings
    shuffled = arguments.get("shuffle")
    value = values.value(shuffled) if shuffled is not None else False
    since = _since_sorted(code, call)
    mixed = any(word in since for word in _MIXED if word != "shuffle") or ".shuffle(" in since
    mixed = mixed and gathered_by_class(code, call) is None  # which puts rows in an order whatever was before
    # Rows that were mixed before need not be mixed again; without an argument a loader keeps their order.
    if value is True or (value is False and not mixed and _is_trained_from(code, code.assigned_to(call))):
        settings["train.shuffle"] = Setting(value, code.place(shuffled or call, "shuffle"))
    return settings


def _is_trained_from(code: Code, loader: str) -> bool:
    """A loader whose name says so, or over whose batches a loop goes in which gradients are computed.

    An extract of a script may leave the body of its only such loop open (`...`).
    """
    if "train" in loader.lower():
        return True
    loops = (node for node in code.nodes if isinstance(node, ast.For)) if loader.isidentifier() else ()
    return any(
        any(isinstance(one, ast.Name) and one.id == loader for one in ast.walk(loop.iter))
        and any(
            (isinstance(one, ast.Attribute) and one.attr == "backward")
            or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant) and one.value.value is ...)
            for one in ast.walk(loop)
        )
        for loop in loops
    )


def _since_sorted(code: Code, call: ast.Call) -> str:
    """The text of the script without what stands before rows are put in an order, if they are before a call.

    Whatever mixed them earlier is undone by that.
    """
    sorts = [one.lineno for one, name in code.calls if name.rpartition(".")[2] in ("argsort", "sort_values")]
    last = max((line for line in sorts if line < call.lineno), default=0)
    return "\n".join(code.text.split("\n")[last:]) if last else code.text
