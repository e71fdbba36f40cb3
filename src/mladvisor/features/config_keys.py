"""What the keys of settings may mean: "optim.lr", "training_batch_size" and "LearningRate", whatever they hold."""

from __future__ import annotations

import re
from functools import lru_cache

from mladvisor.features import config_names as names
from mladvisor.features import vocabulary
from mladvisor.runs import settings_names
from mladvisor.runs.other_languages import english
from mladvisor.runs.word_sets import parted

_MAX_KEY = 200
_GAPS = re.compile(r"[\s\-]+")

_RANKS: dict[str, list[tuple[str, int]]] = {}
for _quantity, _line in names.NAMES.items():
    for _rank, _name in enumerate(_line.split()):
        _RANKS.setdefault(_name, []).append((_quantity, _rank))


def words(text: str) -> str:
    """`LearningRate`, `learning-rate` and `learning rate` as `learning_rate`."""
    return _GAPS.sub("_", parted(text.strip())).lower()


@lru_cache(maxsize=8192)
def meanings(key: str) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    """The quantities that a dotted key may name, each with (parent rank, name rank, depth), the smallest first."""
    if len(key) > _MAX_KEY:
        return ()
    parts = [_plain(words(part)) for part in key.replace("/", ".").replace("__", ".").split(".") if part]
    while len(parts) > 1 and parts[-1] == "value":
        parts.pop()
    if not parts:
        return ()
    parts = [*parts[:-1], *_in_sections(parts[-1])]
    leaf, parents = parts[-1], [_block(part) for part in parts[:-1]]
    elsewhere = any(parent in names.ELSEWHERE or _feeds_evaluation(parent) for parent in parents)
    if elsewhere and not names.OF_USE.issuperset(parents):
        return ()
    depth = len(parents)
    rank = 0 if any(parent in names.PREFERRED_PARENTS for parent in parents) else 1
    named = _RANKS.get(leaf, [])
    if leaf in names.BARE_RATES and not _is_of_training(parents):
        named = []
    if any(_OF_PART.search(parent) for parent in parents):  # "lora: {init_weights: zeros}" is no start of all weights
        named = [(quantity, position) for quantity, position in named if quantity != "initializer"]
    if parents and (not named or leaf in names.OF_MANY):
        named = _RANKS.get(f"{parents[-1]}_{leaf}", []) or named  # "batch: {size: 8}", "distillation: {alpha: 0.5}"
    if parents and parents[-1] in _OF_TARGETS:  # "target: {scaling: none}" says nothing of the inputs
        named = [(_AS_TARGET.get(quantity, quantity), position) for quantity, position in named]
    if parents and parents[-1] in _ENDS:  # "head: {units: 1, activation: sigmoid}"
        named = [(_AS_END[leaf], 0)] if leaf in _AS_END else named
    found = [(quantity, (rank, position, depth)) for quantity, position in named]
    if elsewhere:
        return tuple(each for each in found if each[0] in names.OF_DECISIONS)
    if parents:
        if leaf in names.NAME_KEYS and parents[-1] in names.BLOCKS:
            found.append((names.BLOCKS[parents[-1]], (0, 0, depth)))
        if leaf in names.OPTIMIZER_KEYS and any(names.BLOCKS.get(parent) == "optimizer" for parent in parents):
            found.append((names.OPTIMIZER_KEYS[leaf], (0, 0, depth)))
        if leaf in names.LOSS_FLOOR_KEYS and names.BLOCKS.get(parents[-1]) == "loss":
            found.append(("loss_floor", (0, 0, depth)))
        if any(parent in names.SCHEDULER_PARENTS for parent in parents):
            kept = ("scheduler", "warmup_steps", "warmup_share", "warmup_epochs", "max_steps")
            found = [entry for entry in found if entry[0] in kept]
    return tuple(found)


_OF_PART = re.compile(
    r"(?:^|_)(?:bias(?:es)?|b?n|norm|(?:batch|layer|group)_?norm(?:ali[sz]ation)?|lora|peft|adapters?|layer_?scale|gamma"
    r"|gates?|residuals?|heads?|rezero|tokens?|prompts?|quer(?:y|ies)|scales?|(?:hidden_|cell_)?states?|ema|memory"
    r"|(?:memory_)?bank|buffer|cache|optimi[sz]er|accumulator|scheduler)(?:_|$)"
)
"""Blocks of a part whose start is a matter of its own, and is zero or one by custom."""


def _plain(part: str) -> str:
    """A part of a key in English, unless people's own word for a setting says more ("epoche" is a number of them)."""
    return part if part in _RANKS else english(part)


def _is_of_training(parents: list[str]) -> bool:
    """A word for a rate or a step alone stands where the settings of training or of its optimizer do."""
    return bool(parents) and (parents[-1] in _OF_TRAINING or names.BLOCKS.get(parents[-1]) == "optimizer")


def last_word(key: str) -> str:
    """What the last part of a key says, in English."""
    return _plain(words(key.rpartition(".")[2]))


def is_options(part: str) -> bool:
    """Whether a part of a key calls what stands below it the options of something: "optimizer_args", "sgd_kwargs"."""
    return words(part).rpartition("_")[2] in _OPTIONS


def _block(part: str) -> str:
    """What a block holds the options of: "optimizer" for "optimizer_args" and "adam_kwargs"."""
    if part in names.BLOCKS or part in names.PREFERRED_PARENTS or part in names.ELSEWHERE or not is_options(part):
        return part
    whose = part.rpartition("_")[0]
    return "optimizer" if any(vocabulary.optimizer(word) == word for word in whose.split("_")) else whose or part


def _feeds_evaluation(part: str) -> bool:
    """What deals out the rows of evaluation: "val_loader", NeMo's "validation_ds", "test_pipeline"."""
    split, _, feeds = part.partition("_")
    return feeds in _FEEDS and split in names.OF_USE


_FEEDS = frozenset(names.listed("loader dataloader data_loader ds dataset data set iterator pipeline sampler"))

_OPTIONS = frozenset(
    names.listed(
        "args kwargs arguments params parameters param options opts opt config conf cfg settings hparams hyperparams"
        " hyperparameters constants extra extras"
    )
)
"""Words behind the name of a thing whose options stand below it."""

_OF_TRAINING = frozenset(names.listed("train training trainer fit solver"))

_OF_TARGETS = frozenset(("target", "targets", "label", "labels", "y", "output", "outputs", "response"))
_AS_TARGET = {"normalization": "target_normalization"}


_ENDS = frozenset(("head", "heads", "output_head", "output_layer", "final_layer", "last_layer", "classifier_head"))
_AS_END = {
    "activation": "output_activation",
    "act": "output_activation",
    "nonlinearity": "output_activation",
    "units": "output_units",
    "out_features": "output_units",
}
"""What settings of layers mean below the end of a model; no hidden layer is meant there."""


def _in_sections(leaf: str) -> list[str]:
    """A nested key that was written flat: "model_bn" and "compile_optimizer_class_name" say what `model: {bn: ...}` and
    `compile: {optimizer: {class_name: ...}}` say.
    """
    sections: list[str] = []
    rest = leaf
    while rest not in _RANKS and (section := settings_names.SECTION.match(rest)) is not None:
        sections.append(section[1])
        rest = rest[section.end() :]
    if not sections:
        return [leaf]
    if rest in _RANKS:
        of_data = not settings_names.OF_DATA.isdisjoint(sections)
        other = of_data and not any(quantity in _OF_ROWS for quantity, _ in _RANKS[rest])
        return [leaf] if other else [*sections, rest]  # "data_width" is one of images
    named = rest in names.NAME_KEYS and sections[-1] in names.BLOCKS
    of_optimizer = rest in names.OPTIMIZER_KEYS and names.BLOCKS.get(sections[-1]) == "optimizer"
    return [*sections, rest] if named or of_optimizer else [leaf]


_OF_ROWS = frozenset(
    names.listed(
        "batch_size device_batch_size shuffle shuffle_buffer sampler seed train_rows val_rows classes class_counts"
        " class_weight resampled augmentation normalization imputation target_normalization sequence_length vocabulary"
        " task input_checks"
    )
)
"""What settings about the rows may be."""
