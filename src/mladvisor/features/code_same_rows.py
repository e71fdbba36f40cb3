"""Whether what a script validates on is, as a whole, what it trains on, under another name or in another loader."""

from __future__ import annotations

import ast
import re

from mladvisor.features.code_data import HELD_OUT
from mladvisor.features.code_names import Fact
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.handed import told_pairs

_LEARNED = re.compile(r"(?:^|_)(?:train|training|tr|trn)(?:$|_|x$|y$|ds$|dl$|loader$|set$|data$|df$)|^[xy]_?tr$")
_HELD = re.compile(
    rf"{HELD_OUT.pattern}|(?:^|_)(?:va|te|tst|dev|holdout)(?:$|_)"
    r"|^(?:va|te|val|valid|test|eval|dev)_?(?:ds|dl|set|data|loader|iter|df|x|y)$"
)
_ROWS = re.compile(
    r"^(?:(?:x|y|df|ds|images?|imgs?|labels?|inputs?|targets?|features?|data|texts?)_?)?(?:val|valid|validation|test|eval|dev)"
    r"_?(?:x|y|df|ds|dl|set|data|data_?set|data_?loader|loader|iter|images?|labels?|inputs?|targets?|features?|texts?|rows"
    r"|frame|gen(?:erator)?)?$",
    re.IGNORECASE,
)
"""What is called rows, or holds them: maps, transforms and settings may be those of training."""
_MEASURES = re.compile(
    r"(?:^|_)(?:loss|acc|accuracy|score|auc|f1|mse|rmse|mae|error|err|metrics?|results?|stats)(?:$|_)"
)
_JUDGES = re.compile(r"^_?(?:eval|valid|test|score)|_?(?:evaluate|validate)$", re.IGNORECASE)
_ON_PURPOSE = re.compile(
    r"memori[sz]|overfit[\s_-]*(?:one|a|single|tiny|small|batch|test|check)|sanity|by heart", re.IGNORECASE
)
"""Words of scripts that judge on training rows to see whether those can be learnt at all."""
_PICKS = ("sampler", "batch_sampler")
_WATCHED = ("early_stopping", "EarlyStopping", "early_stopping_rounds")


def validates_on_training(code: Code) -> Fact:
    """False where all that is trained on is handed over, named or loaded as what is validated on; never true."""
    if _ON_PURPOSE.search(code.text):
        return None
    return _renamed(code) or _loaded_twice(code) or _handed_twice(code) or _judged_as_other(code)


def _renamed(code: Code) -> Fact:
    """`X_val, y_val = X_train, y_train`: and neither is set anew behind it."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or any(isinstance(one, ast.If | ast.Try) for one in code.above(node)):
            continue
        for target, value in told_pairs(node):
            name = target.id if isinstance(target, ast.Name) else ""
            if not (_is_held(name) and isinstance(value, ast.Name) and _is_learned(value.id) and _ROWS.match(name)):
                continue
            if not _stored_after(code, (name, value.id), node.lineno):
                return False, node
    return None


def _loaded_twice(code: Code) -> Fact:
    """`train_dl = DataLoader(ds, 32)` and `val_dl = DataLoader(ds, 64)`, without a sampler that picks rows."""
    loaders: list[tuple[str, str, ast.Call]] = []
    stored = [pair for node in code.nodes if isinstance(node, ast.Assign) for pair in told_pairs(node)]
    for target, call in stored:
        if not isinstance(call, ast.Call) or code.dotted(call.func).rpartition(".")[2] != "DataLoader":
            continue
        words = {word.arg: word.value for word in call.keywords}
        rows = call.args[0] if call.args else words.get("dataset")
        if isinstance(rows, ast.Name | ast.Attribute) and not (words.keys() & {*_PICKS, None}):
            loaders.append((code.dotted(target).rpartition(".")[2], code.dotted(rows), call))
    for kept, held, call in loaders:
        for other, same, learned in loaders:
            both = _is_held(kept) and _is_learned(other) and held == same != ""
            if both and code.function_of(call) is code.function_of(learned):
                start, end = sorted((call.lineno, learned.lineno))
                if not any(start <= line <= end for line in _stored_at(code, held)):
                    return False, call
    return None


def _handed_twice(code: Code) -> Fact:
    """`fit(X, y, validation_data=(X, y))`, `Trainer(train_dataset=ds, eval_dataset=ds)`, `trainer.fit(net, dl, dl)`,
    a single `eval_set=[(X, y)]` of `fit(X, y)` that is called held out, or at which training stops.
    """
    for call, name in code.calls:
        last = name.rpartition(".")[2]
        words = {word.arg: word.value for word in call.keywords}
        if "train_dataset" in words and "eval_dataset" in words:
            if _is_same(words["train_dataset"], words["eval_dataset"]):
                return False, call
        elif (
            last == "fit" and "trainer" in name.lower() and len(call.args) == 3 and _is_same(call.args[1], call.args[2])
        ):
            return False, call
        elif last == "fit" and (not call.args or not isinstance(call.args[0], ast.Name | ast.Attribute)):
            continue  # a few rows, to see whether they can be learnt
        elif last == "fit" and _first_of(words.get("validation_data")) == ast.unparse(call.args[0]):
            return False, call
        elif last == "fit" and isinstance(words.get("eval_set"), ast.List) and _is_watched(code, call):
            sets = words["eval_set"].elts  # type: ignore[attr-defined]
            if len(sets) == 1 and _first_of(sets[0]) == ast.unparse(call.args[0]):
                return False, call
    return None


def _judged_as_other(code: Code) -> Fact:
    """`val_loss, val_acc = evaluate(net, train_loader)`: what is measured on training rows has the other's name."""
    for node in code.nodes:
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        for targets, value in [(node.targets[0], node.value), *told_pairs(node)]:
            if not isinstance(value, ast.Call) or not _JUDGES.search(code.dotted(value.func).rpartition(".")[2]):
                continue
            kept = [code.dotted(one).lower() for one in getattr(targets, "elts", [targets])]
            named = all(_is_held(one) and not _is_learned(one) and _MEASURES.search(one) for one in kept)
            given = [code.dotted(one).rpartition(".")[2] for one in value.args]
            own = any(map(_is_learned, given)) and not any(map(_is_held, given))
            if named and own:
                return False, node
    return None


def _is_watched(code: Code, call: ast.Call) -> bool:
    """The set is called held out, or training stops by it."""
    names = next((word.value for word in call.keywords if word.arg == "eval_names"), None)
    called = [one.value for one in ast.walk(names) if isinstance(one, ast.Constant)] if names is not None else []
    text = ast.unparse(call)
    text += ast.unparse(code.meant(call.func.value)) if isinstance(call.func, ast.Attribute) else ""
    return any(isinstance(one, str) and _is_held(one) for one in called) or any(word in text for word in _WATCHED)


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    return isinstance(one, ast.Name | ast.Attribute) and ast.unparse(one) == ast.unparse(other)


def _first_of(node: ast.expr | None) -> str:
    """The inputs of a pair that is handed over; "" for anything else."""
    return ast.unparse(node.elts[0]) if isinstance(node, ast.Tuple) and node.elts else ""


def _is_held(name: str) -> bool:
    return bool(_HELD.search(name.lower()))


def _is_learned(name: str) -> bool:
    return bool(_LEARNED.search(name.lower())) and not _is_held(name)


def _stored_at(code: Code, name: str) -> list[int]:
    return [
        node.lineno for node in code.nodes
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store) and code.dotted(node) == name
    ]  # fmt: skip


def _stored_after(code: Code, names: tuple[str, ...], line: int) -> bool:
    return any(at > line for name in names for at in _stored_at(code, name))
