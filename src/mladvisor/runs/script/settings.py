"""What a script sets: arguments of the calls that make optimizer, loss, loaders, scalers and estimators.

A call that stands in the script twice with different arguments sets nothing that the two disagree on. Names of keys are
those that configuration files use; what they mean is known to `features.config_names`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from mladvisor.runs.model import Setting
from mladvisor.runs.script.by_hand import network_by_hand
from mladvisor.runs.script.calls import Call
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants, is_told
from mladvisor.runs.script.cuts import decision_threshold
from mladvisor.runs.script.default_rates import default_rate
from mladvisor.runs.script.estimators import estimators
from mladvisor.runs.script.loaders import loaders
from mladvisor.runs.script.losses import agreed, compiled, is_none, losses_in, soft_targets
from mladvisor.runs.script.optimizers import OPTIMIZERS, is_optimizer, optimizers
from mladvisor.runs.script.other_frameworks import fastai_settings, optimizers_elsewhere
from mladvisor.runs.script.penalties import penalties
from mladvisor.runs.script.pretrained import loads_weights, starts_anew
from mladvisor.runs.script.rate_by_hand import rate_by_hand
from mladvisor.runs.script.rows import BY_HAND, batches_by_hand, mixed_by_hand, rows_of_known_set
from mladvisor.runs.script.scalers import SCALERS, idle_scalers, told_to_scale
from mladvisor.runs.script.start import start_settings

Settings = dict[str, Setting]

_OF_FIT = ("epochs", "batch_size", "shuffle")
_IMAGE_SCALERS = frozenset(("Normalize", "ToTensor", "ToDtype"))
_AUGMENTS = frozenset(
    ("RandomHorizontalFlip", "RandomCrop", "RandomResizedCrop", "RandomRotation", "ColorJitter", "RandAugment",
     "AutoAugment", "TrivialAugmentWide", "RandomErasing", "RandomFlip", "RandomZoom", "RandomAffine")
)  # fmt: skip
_ARGUMENT_CLASSES = ("TrainingArguments", "Seq2SeqTrainingArguments", "SFTConfig", "Trainer", "LightningTrainer")
_MOST_NAMED = 400


def settings_in(code: Code, values: Constants) -> tuple[Settings, Settings]:
    """(arguments of calls, values under a name), each key -> value and where it stands."""
    called: Settings = {}
    for settings in (
        _agreed(code, values, optimizers(code, values)),
        _agreed(code, values, optimizers_elsewhere(code, values)),
        fastai_settings(code, values),
        losses_in(code, values),
        _agreed(code, values, _fits(code)),
        loaders(code, values),
        *(_agreed(code, values, _arguments_of(code, made)) for made in _ARGUMENT_CLASSES),
        estimators(code, values),
        compiled(code, values),
        default_rate(code, values, OPTIMIZERS),
        soft_targets(code, values),
        penalties(code, values),
        _epochs(code, values),
        batches_by_hand(code, values),
        mixed_by_hand(code, values),
        rows_of_known_set(code, values),
        _plainly_there(code, values),
        start_settings(code, values),
        network_by_hand(code, values),
        {} if any(is_optimizer(name) for _, name in code.calls) else rate_by_hand(code, values),
    ):
        for key, setting in settings.items():
            called.setdefault(key, setting)
    named = {
        name: Setting(written.value, code.place(written.node, name))
        for name, written in list(values.plain.items())[:_MOST_NAMED]
        if is_told(written)
    }
    return called, named


def _agreed(code: Code, values: Constants, calls: Iterator[Call]) -> Settings:
    """The settings that several calls of one kind have in common; those of a single one whole."""
    each: list[Settings] = []
    stepped: list[bool] = []
    for block, made, arguments, call in calls:
        stepped.append(any(name == f"{code.assigned_to(call)}.step" for _, name in code.calls))
        settings: Settings = {}
        if made:
            settings[block] = Setting(made, code.place(call, block))
        for name, node in arguments:
            value = values.value(node)
            told = not (isinstance(node, ast.Constant) and node.value is None)
            settings[f"{block}.{name}"] = Setting(value if told else None, code.place(node, name))
        each.append(settings)
    return {**(_highest_rate(each) if all(stepped) else {}), **agreed(each)}


def _highest_rate(each: list[Settings]) -> Settings:
    """The rate of several optimizers of one kind that all make steps (a generator's and its critic's).

    Where a rate is too high it is so in one of them, and it is too low only where it is low in all.
    """
    kinds = {settings["optimizer"].value for settings in each if "optimizer" in settings}
    rates = [settings[key] for settings in each for key in _RATE if key in settings]
    if len(each) < _PAIR or len(kinds) != 1 or len(rates) != len(each):
        return {}
    if not all(isinstance(rate.value, float) for rate in rates):
        return {}
    highest = max(rates, key=lambda rate: float(rate.value))
    return {"optimizer.lr": highest}


_RATE = ("optimizer.lr", "optimizer.learning_rate")
_PAIR = 2


def _fits(code: Code) -> Iterator[Call]:
    for call, name in code.calls:
        if name.rpartition(".")[2] in ("fit", "fit_generator") and "." in name:
            arguments = [
                (word.arg, word.value)
                for word in call.keywords
                if word.arg in _OF_FIT or (word.arg == "class_weight" and not is_none(word.value))
            ]
            if arguments:
                yield "fit", "", arguments, call


def _epochs(code: Code, values: Constants) -> Settings:
    """`for epoch in range(20)`, where all such loops go as far."""
    counts: dict[int, ast.AST] = {}
    for node in code.nodes:
        if not (isinstance(node, ast.For) and isinstance(node.target, ast.Name) and _counts_epochs(code, node)):
            continue
        inner: ast.AST = node.iter
        if (
            isinstance(inner, ast.Call)
            and code.dotted(inner.func).rpartition(".")[2] in ("tqdm", "trange")
            and inner.args
        ):
            inner = inner.args[0] if "trange" not in code.dotted(inner.func) else inner
        if not isinstance(inner, ast.Call) or code.dotted(inner.func).rpartition(".")[2] not in ("range", "trange"):
            return {}
        ends = [values.value(arg) for arg in inner.args[:2]]
        if not ends or not all(isinstance(end, int) and not isinstance(end, bool) for end in ends):
            return {}
        counts[ends[-1] - (ends[0] if len(ends) > 1 else 0)] = node
    if len(counts) != 1:
        return {}
    count, node = next(iter(counts.items()))
    return {"train.epochs": Setting(count, code.place(node, "epochs"))}


def _counts_epochs(code: Code, loop: ast.For) -> bool:
    """The loop's variable is an epoch by its name; `e`, `ep` and `i` are where a loop over batches trains inside."""
    name = loop.target.id.lower() if isinstance(loop.target, ast.Name) else ""
    if "epoch" in name:
        return True
    named = name.strip("_") in ("ep", "e", "p", "pass", "round", "sweep", "i", "it", "k")
    return named and not code.loops_of(loop) and any(
        isinstance(node, ast.For) and node is not loop
        and any(isinstance(one, ast.Call) and code.dotted(one.func).endswith(BY_HAND) for one in ast.walk(node))
        for node in ast.walk(loop)
    )  # fmt: skip


def _arguments_of(code: Code, made: str) -> Iterator[Call]:
    """The calls of one class of settings: `TrainingArguments` says other things than the `Trainer` that takes it."""
    for call, name in code.calls:
        if name.rpartition(".")[2] == made:
            arguments = [(word.arg, word.value) for word in call.keywords if word.arg]
            yield "training_args", "", arguments, call


def _plainly_there(code: Code, values: Constants) -> Settings:
    """What a call says by being there: scaling, clipping, a schedule, early stopping, augmentation, a seed ..."""
    settings: Settings = {}

    def put(key: str, value: Any, node: ast.AST) -> None:
        settings.setdefault(key, Setting(value, code.place(node, key)))

    anew: list[ast.Call] = []
    idle = [call for call, _ in idle_scalers(code)]
    for call, name in code.calls:
        home, _, made = name.rpartition(".")
        words = {word.arg: word.value for word in call.keywords}
        if (made in SCALERS and call not in idle) or (
            made in _IMAGE_SCALERS and ("transforms" in name or "albumentations" in name)
        ):
            put("normalization", True, call)
        elif made in _AUGMENTS:
            put("augmentation", True, call)
        elif made in ("clip_grad_norm_", "clip_grad_value_"):
            limit = values.value(words.get("max_norm") or words.get("clip_value") or next(iter(call.args[1:2]), None))
            if limit is not None:
                put("max_grad_norm", limit, call)
        elif home.endswith("lr_scheduler") or made.endswith("_schedule_with_warmup"):
            put("lr_scheduler", made, call)
        elif made == "EarlyStopping":
            put("early_stopping", True, call)
            patience = values.value(words.get("patience"))
            if patience is not None:
                put("early_stopping.patience", patience, words["patience"])
        elif name in ("torch.manual_seed", "tensorflow.random.set_seed", "keras.utils.set_random_seed") and call.args:
            seed = values.value(call.args[0])
            if seed is not None:
                put("seed", seed, call)
        elif (said := told_to_scale(values, made, words)) is not None:
            put("normalize_inputs", *said)
        elif loads_weights(values, name, words):
            put("pretrained", True, call)
        elif starts_anew(code, values, name, call):
            anew.append(call)
    if anew:
        put("pretrained", False, anew[0])
    for node in code.nodes:
        if (
            isinstance(node, ast.BinOp | ast.AugAssign)
            and isinstance(node.op, ast.Div)
            and values.value(node.right if isinstance(node, ast.BinOp) else node.value) in (255, 255.0)
        ):
            put("normalization", True, node)
            break
    cut = decision_threshold(code, values)
    if cut is not None:
        put("threshold", *cut)
    return settings
