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
from mladvisor.runs.script.code import Code
from mladvisor.runs.script.constants import Constants, is_told
from mladvisor.runs.script.cuts import decision_threshold
from mladvisor.runs.script.default_rates import default_rate
from mladvisor.runs.script.losses import agreed, compiled, compiles, is_none, losses_in, soft_targets
from mladvisor.runs.script.param_groups import with_groups
from mladvisor.runs.script.penalties import penalties
from mladvisor.runs.script.pretrained import loads_weights, starts_anew
from mladvisor.runs.script.rate_by_hand import rate_by_hand
from mladvisor.runs.script.rows import BY_HAND, batches_by_hand, mixed_by_hand, rows_of_known_set
from mladvisor.runs.script.scalers import SCALERS, idle_scalers, told_to_scale
from mladvisor.runs.script.start import start_settings

Settings = dict[str, Setting]

OPTIMIZERS = frozenset(
    ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "Nadam", "RAdam", "ASGD", "LBFGS",
     "Rprop", "Ftrl", "Lion", "Adafactor", "Muon", "SparseAdam")
)  # fmt: skip
_OPTIMIZER_HOMES = ("torch.optim", "keras.optimizers", "tensorflow.keras.optimizers", "tf.keras.optimizers",
                    "tf.optimizers", "transformers", "optimizers", "tensorflow.optimizers")  # fmt: skip
_ORDER = {
    "SGD": ("params", "lr", "momentum", "dampening", "weight_decay", "nesterov"),
    "RMSprop": ("params", "lr", "alpha", "eps", "weight_decay", "momentum"),
    "Adagrad": ("params", "lr", "lr_decay", "weight_decay"),
    "Adadelta": ("params", "lr", "rho", "eps", "weight_decay"),
    "": ("params", "lr", "betas", "eps", "weight_decay"),
}
_OF_OPTIMIZER = frozenset(
    ("lr", "learning_rate", "momentum", "weight_decay", "betas", "eps", "beta_1", "beta_2", "epsilon", "alpha", "rho",
     "nesterov", "clipnorm", "clipvalue", "global_clipnorm", "lr_decay", "amsgrad")
)  # fmt: skip
_OF_FIT = ("epochs", "batch_size", "shuffle")
_IMAGE_SCALERS = frozenset(("Normalize", "ToTensor", "ToDtype"))
_AUGMENTS = frozenset(
    ("RandomHorizontalFlip", "RandomCrop", "RandomResizedCrop", "RandomRotation", "ColorJitter", "RandAugment",
     "AutoAugment", "TrivialAugmentWide", "RandomErasing", "RandomFlip", "RandomZoom", "RandomAffine")
)  # fmt: skip
_ARGUMENT_CLASSES = ("TrainingArguments", "Seq2SeqTrainingArguments", "SFTConfig", "Trainer", "LightningTrainer")
_ESTIMATORS = frozenset(
    ("XGBClassifier", "XGBRegressor", "LGBMClassifier", "LGBMRegressor", "CatBoostClassifier", "CatBoostRegressor",
     "GradientBoostingClassifier", "GradientBoostingRegressor", "HistGradientBoostingClassifier",
     "HistGradientBoostingRegressor", "MLPClassifier", "MLPRegressor", "SGDClassifier", "SGDRegressor",
     "LogisticRegression", "RandomForestClassifier", "RandomForestRegressor", "LinearSVC", "LinearSVR", "SVC", "SVR")
)  # fmt: skip
_MIXED = ("shuffle", "permutation", "train_test_split", "random_split", "StratifiedKFold", "RandomSampler",
          "WeightedRandomSampler", "IterableDataset", "randperm")  # fmt: skip
_NOT_TRAINING = ("val", "test", "eval", "dev", "valid", "infer", "predict", "holdout")
_MOST_NAMED = 400


def settings_in(code: Code, values: Constants) -> tuple[Settings, Settings]:
    """(arguments of calls, values under a name), each key -> value and where it stands."""
    called: Settings = {}
    for settings in (
        _agreed(code, values, _optimizers(code, values)),
        losses_in(code, values),
        _agreed(code, values, _fits(code)),
        _loaders(code, values),
        *(_agreed(code, values, _arguments_of(code, made)) for made in _ARGUMENT_CLASSES),
        _estimators(code, values),
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


Call = tuple[str, str, list[tuple[str, ast.expr]], ast.Call]
"""A call that sets something: block ("optimizer"), what it makes, its arguments by name, the call."""


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


def _by_name(
    call: ast.Call, order: tuple[str, ...], kept: frozenset[str] | tuple[str, ...]
) -> list[tuple[str, ast.expr]]:
    found = [(name, node) for name, node in zip(order, call.args, strict=False) if not isinstance(node, ast.Starred)]
    found += [(word.arg, word.value) for word in call.keywords if word.arg]
    return [(name, node) for name, node in found if name in kept]


def is_optimizer(name: str) -> bool:
    """A dotted name that makes an optimizer of PyTorch or Keras."""
    home, _, made = name.rpartition(".")
    return made in OPTIMIZERS and (not home or home.startswith(_OPTIMIZER_HOMES) or home.endswith("optimizers"))


def _optimizers(code: Code, values: Constants) -> Iterator[Call]:
    for call, name in code.calls:
        if not is_optimizer(name) or values.is_dead(code, call):
            continue
        if any(
            isinstance(outer, ast.If) and not is_main(outer) and values.holds(outer.test) is None
            for outer in code.above(call)
        ):
            yield "optimizer", "", [], call  # one of several that may be meant
            continue
        made = name.rpartition(".")[2]
        torch = name.startswith(("torch.", "transformers."))
        order = _ORDER.get(made, _ORDER[""]) if torch else ("learning_rate", "momentum" if made == "SGD" else "beta_1")
        arguments = _by_name(call, order, _OF_OPTIMIZER)
        yield "optimizer", made, with_groups(code, values, call, arguments) if torch else arguments, call


def is_main(node: ast.AST) -> bool:
    """`if __name__ == "__main__":`, whichever side comes first."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = (node.test.left, *node.test.comparators)
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)


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


def is_for_training(name: str) -> bool | None:
    """Whether a loader or table of this name is for training; None where the name does not say."""
    lowered = name.lower()
    if any(word in lowered for word in _NOT_TRAINING):
        return False
    return True if "train" in lowered else None


def _loaders(code: Code, values: Constants) -> Settings:
    """The training loader: the one whose name says so, or the only one."""
    calls = [(call, is_for_training(code.assigned_to(call))) for call, name in code.calls
             if name.rpartition(".")[2] == "DataLoader" and "geometric" not in name]  # fmt: skip
    chosen = [call for call, training in calls if training]
    if not chosen and len(calls) == 1 and calls[0][1] is None:
        chosen = [calls[0][0]]
    if len(chosen) != 1 or any(word.arg is None for word in chosen[0].keywords):
        return {}
    call = chosen[0]
    arguments = dict(_by_name(call, ("dataset", "batch_size", "shuffle"), ("batch_size", "shuffle")))
    settings: Settings = {}
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
    # Rows that were mixed before need not be mixed again; without an argument a loader keeps their order.
    if value is True or (value is False and not mixed and _is_trained_from(code, code.assigned_to(call))):
        settings["train.shuffle"] = Setting(value, code.place(shuffled or call, "shuffle"))
    return settings


def _is_trained_from(code: Code, loader: str) -> bool:
    """A loader whose name says so, or over whose batches a loop goes in which gradients are computed."""
    if "train" in loader.lower():
        return True
    loops = (node for node in code.nodes if isinstance(node, ast.For)) if loader.isidentifier() else ()
    return any(
        any(isinstance(one, ast.Name) and one.id == loader for one in ast.walk(loop.iter))
        and any(isinstance(one, ast.Attribute) and one.attr == "backward" for one in ast.walk(loop))
        for loop in loops
    )


def _since_sorted(code: Code, call: ast.Call) -> str:
    """The text of the script without what stands before rows are put in an order, if they are before a call.

    Whatever mixed them earlier is undone by that.
    """
    sorts = [one.lineno for one, name in code.calls if name.rpartition(".")[2] in ("argsort", "sort_values")]
    last = max((line for line in sorts if line < call.lineno), default=0)
    return "\n".join(code.text.split("\n")[last:]) if last else code.text


_FIRST = {"MLPClassifier": "hidden_layer_sizes", "MLPRegressor": "hidden_layer_sizes", "SGDClassifier": "loss",
          "KNeighborsClassifier": "n_neighbors", "KNeighborsRegressor": "n_neighbors",
          "RandomForestClassifier": "n_estimators", "RandomForestRegressor": "n_estimators"}  # fmt: skip
"""The argument of scikit-learn's estimators that may be handed over without its name, the first."""


def _estimators(code: Code, values: Constants) -> Settings:
    """The only estimator of scikit-learn, XGBoost, LightGBM or CatBoost, or the parameters handed to their `train`.

    Beside a network that is trained step by step an estimator is what it is compared with, not what the log is of.
    """
    if compiles(code) or any(name.endswith(BY_HAND) for _, name in code.calls):
        return {}
    made = [(call, name.rpartition(".")[2]) for call, name in code.calls if name.rpartition(".")[2] in _ESTIMATORS]
    boosted = [
        call for call, name in code.calls if name in ("xgboost.train", "lightgbm.train", "xgb.train", "lgb.train")
    ]
    if len(made) + len(boosted) != 1:
        return {}
    settings: Settings = {}
    if made:
        call, name = made[0]
        settings["model"] = Setting(name, code.place(call, "model"))
        unnamed = [(_FIRST.get(name), call.args[0])] if call.args else []
        for key, node in (*unnamed, *((word.arg, word.value) for word in call.keywords)):
            value = values.value(node)
            if key and value is not None:
                settings[f"params.{key}"] = Setting(value, code.place(node, key))
        return settings
    words = {word.arg: word.value for word in boosted[0].keywords}
    handed = boosted[0].args[0] if boosted[0].args else words.get("params")
    if isinstance(handed, ast.Name):
        for key, written in values.used.items():
            if key.startswith(f"{handed.id}[") and is_told(written):
                inner = key.partition("[")[2].rstrip("]")
                settings[f"params.{inner}"] = Setting(written.value, code.place(written.node, inner))
    for name, node in _written_there(handed):
        value = values.value(node)
        if value is not None:
            settings[f"params.{name}"] = Setting(value, code.place(node, name))
    rounds = values.value(words.get("num_boost_round"))
    if rounds is not None:
        settings["params.num_boost_round"] = Setting(rounds, code.place(words["num_boost_round"], "num_boost_round"))
    return settings


def _written_there(handed: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The entries of a mapping that is written where it is handed over: `{"eta": 0.1}` or `dict(eta=0.1)`."""
    if isinstance(handed, ast.Dict):
        for key, node in zip(handed.keys, handed.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, node
    elif isinstance(handed, ast.Call) and isinstance(handed.func, ast.Name) and handed.func.id == "dict":
        yield from ((word.arg, word.value) for word in handed.keywords if word.arg)


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
