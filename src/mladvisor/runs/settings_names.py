"""Which files of a run folder may hold its settings, by their names and those of their folders, and a few sure keys."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.runs.layout import MANIFEST, stem_and_suffix
from mladvisor.runs.other_languages import english, english_word
from mladvisor.runs.table_names import LOG_WORDS, table_kind
from mladvisor.runs.word_sets import parted, word_set

# Folders beside a log in which people keep what the run was started with.
SETTINGS_FOLDERS = word_set("conf config configs cfg configuration settings params hparams")
# Names of files in such a folder: what is only a word for settings, and what one part of them is about.
MAIN_SETTINGS = word_set("config configuration default defaults main base cfg conf settings params hparams run root")
MATTERS = {
    word: words.split()[0]
    for words in (
        "model network net arch architecture",
        "train training trainer fit",
        "data dataset datamodule datasets loader dataloader",
        "optimizer optim optimiser optimization optimisation opt",
        "scheduler schedule sched",
        "loss criterion objective",
        "regularization regularisation augmentation",
        "config configuration default defaults main base settings params hparams",
        "features preprocessing preprocess transforms",
        "evaluation eval evaluate metrics",
        "callbacks callback",
        "logger logging log",
        "paths path",
        "decision threshold thresholds costs",
    )
    for word in words.split()
}
_NO_PARTS = word_set("logging logger hydra paths environment environments experiment experiments presets examples")

CONFIG_SUFFIXES = frozenset(("yaml", "yml", "json", "toml", "json5", "jsonc", "jsonnet", "hjson"))
# Settings in plain text; the files of tools are no settings of a training.
PLAIN_CONFIG_SUFFIXES = frozenset(("ini", "cfg", "conf", "config", "properties", "gin", "env", "prototxt"))
OF_PROGRAMS = ("js", "cjs", "mjs", "ts", "lua")
"""Languages in which people write a file of settings as one that only gives values to names."""
_OF_TOOLS = word_set(
    "setup tox pytest mypy flake8 pylint logging alembic desktop uwsgi coverage isort nginx tool package"
)
CONFIG_WORDS = word_set(
    "config configuration cfg conf hparams hparam hyperparameters hyperparameter hyperparams params param "
    "parameters args arguments opt opts options hyp settings setup description debug flags overrides"
)
OF_OTHERS = word_set(
    "other old best sweep search grid baseline previous prev trial trials study candidates leaderboard space history "
    "models runs registry teacher reference"
)
# Keys that are settings wherever they stand: two make a small file of any name a configuration ("compile.json").
SURE_SETTINGS = word_set(
    "lr learning_rate learning_rate_init batch_size optimizer optim weight_decay momentum dropout num_epochs n_epochs "
    "max_epochs max_iter criterion loss_fn loss_function hidden_size hidden_sizes hidden_layer_sizes lr_scheduler "
    "scheduler n_estimators num_leaves max_depth objective warmup_steps activation solver batch epochs minibatch bsz "
    "step_size peak_lr base_lr max_lr num_boost_round num_rounds min_data_in_leaf min_child_weight estimator "
    # how rows are fed, and what decisions are made by, may lie in files of their own
    "shuffle num_workers drop_last pin_memory world_size learn_rate "
    "beta1 beta2 beta_1 beta_2 betas nesterov @optimizers label_smoothing max_grad_norm grad_clip gradient_clip_val "
    "learningrate initial_learn_rate initial_learning_rate lr0 batchsize mini_batch_size train_batch_size "
    "per_device_train_batch_size num_train_epochs nb_epoch nb_epochs n_epoch max_iters train_steps updater "
    "decision_threshold classification_threshold cost_false_negative cost_false_positive cost_fn cost_fp "
    "false_negative_cost false_positive_cost fn_cost fp_cost"
)
LEAST_SURE = 2  # of them, and what holds them is one of settings
OF_DATA = word_set("data datamodule dataset loader dataloader train_loader train_dataloader")
_SECTIONS = word_set(
    "model net network arch training train trainer optimizer optimiser optim opt solver fit compile lr_scheduler "
    "scheduler hparams hp hyperparams hyperparameters config cfg conf args params run exp experiment training_args "
    "train_args trainer_args model_args model_config model_params train_config training_config optimizer_config "
    "optimizer_params"
)
SECTION = re.compile(f"({'|'.join(sorted({*_SECTIONS, *OF_DATA}, key=lambda each: (-len(each), each)))})_")
"""A block of settings in front of a key that was written flat ("model_bn", "DATA_SHUFFLE"); the longer first."""
THRESHOLD_SETTINGS = (
    "decision_threshold classification_threshold prob_threshold probability_threshold threshold cutoff cut_off "
    "decision_cutoff score_cutoff operating_point operating_threshold accept_at reject_at flag_at alert_at alarm_at "
    "block_at cut_at cut_point accept_threshold alert_threshold alarm_threshold block_threshold flag_threshold "
    "score_threshold verification_threshold decide_at cut thr thresh"
)
"""Settings, and values of reports, that are the threshold of decisions; the plainest first."""
_OF_TRAINING = word_set("train")  # "train.json" may be what the training was started with
_OF_TRAINING_BLOCKS = word_set("train loss lr epochs steps")  # nobody logs as YAML or TOML
_OF_ESTIMATORS = word_set("estimator classifier regressor pipeline")
_RESULTS = word_set(
    "best result results metric metrics score scores history trial trials importance importances summary runs models "
    "curve curves losses accuracy report"
)
NOT_CONFIG = word_set(
    "trainer_state generation_config tokenizer_config preprocessor_config special_tokens_map dataset_config "
    "sentence_bert_config config_sentence_transformers"
)


def sure_among(keys: Iterable[object]) -> frozenset[str]:
    """Those of the keys, or of their parts, that are settings wherever they stand.

    >>> sorted(sure_among(["train.batchSize", "clf__max_iter", "optimizer_lr", "name"]))
    ['batch_size', 'lr', 'max_iter']
    """
    parts = {part for key in keys for part in str(key).replace("__", ".").split(".") if part}
    return SURE_SETTINGS & {_bare(form) for part in parts for form in (english(part).lower(), parted(part).lower())}


def _bare(part: str) -> str:
    """A part of a key without the block that it was written flat with."""
    while part not in SURE_SETTINGS and (section := SECTION.match(part)) is not None:
        part = part[section.end() :]
    return part


def may_be_config(name: str) -> bool:
    """A YAML or JSON file whose name says configuration."""
    stem, suffix = stem_and_suffix(name)
    if suffix not in CONFIG_SUFFIXES or stem in NOT_CONFIG or name == MANIFEST:
        return False
    return not CONFIG_WORDS.isdisjoint(map(english_word, stem.replace("-", "_").replace(".", "_").split("_")))


def may_be_settings_module(name: str) -> bool:
    """A module of Python whose name says that it holds settings: `config.py`, `settings.py`, `hparams.py`."""
    stem, suffix = stem_and_suffix(name)
    return suffix == "py" and not (CONFIG_WORDS - {"setup", "description", "debug"}).isdisjoint(stem.split("_"))


def speaks_of_others(name: str) -> bool:
    """The name of a file says that what it holds is of another run, or of many."""
    stem = stem_and_suffix(name)[0]
    return not OF_OTHERS.isdisjoint(stem.replace("-", "_").replace(".", "_").split("_"))


def may_hold_settings(file: str) -> bool:
    """A file of the run folder itself whose keys may make it a configuration, though its name does not.

    One that speaks of another run, of many, or of what came out is none.
    """
    stem, suffix = stem_and_suffix(file)
    words = stem.replace("-", "_").replace(".", "_").split("_")
    of_training = _OF_TRAINING if suffix == "json" else _OF_TRAINING_BLOCKS
    own = OF_OTHERS.isdisjoint(words) and (LOG_WORDS - of_training).isdisjoint(words)
    kind = table_kind(file)  # a design is none either, but may turn out to be what the run was started with
    allowed = "/" not in file and suffix in CONFIG_SUFFIXES and stem not in NOT_CONFIG
    return allowed and own and kind in (None, "design")


_INPUT_CHECKS = word_set(
    "input_checks input_check input_validation validate_inputs validate_input check_inputs schema_validation "
    "validate_schema schema_check schema_checks enforce_schema validate_requests request_validation reject_nan"
)


def is_about_input_checks(key: str) -> bool:
    """A key that says whether a service looks at its input, wherever it stands: "input_checks", "validateRequests"."""
    return "_".join(parted(key).lower().replace("-", "_").split()) in _INPUT_CHECKS


def is_about_results(key: object) -> bool:
    """A key of a document whose words speak of what came out of a run: "best_params", "metrics"."""
    return not _RESULTS.isdisjoint(str(key).lower().replace("-", "_").split("_"))


def may_be_part(file: str) -> bool:
    """A file below a folder of settings that may be part of those of the run: none of tools, of others or of many."""
    folder, _, name = file.rpartition("/")
    stem = stem_and_suffix(name)[0]
    parts = [*folder.lower().split("/")[1:], stem]
    spoken = {word for part in parts for word in part.replace("-", "_").replace(".", "_").split("_")}
    return not spoken & (OF_OTHERS - {"base", "registry"} | _NO_PARTS) and stem not in NOT_CONFIG


def may_be_plain_settings(file: str) -> bool:
    """A file of plain text in the run folder itself, or in one of settings, that its keys may make a configuration.

    `run.ini`, `train.cfg`; of other suffixes only what is called so: `args.txt`, `opt.txt`, `hparams`.
    """
    folder, _, name = file.rpartition("/")
    stem, suffix = stem_and_suffix(name)
    words = frozenset(stem.replace("-", "_").replace(".", "_").split("_"))
    if (folder and folder.lower() not in SETTINGS_FOLDERS) or words & OF_OTHERS or words & _OF_TOOLS:
        return False
    if suffix in PLAIN_CONFIG_SUFFIXES or name.lower() == ".env":
        return True
    said = CONFIG_WORDS - {"description", "debug"} | _OF_ESTIMATORS
    return suffix in ("txt", "args", "opts", "flags", "", *OF_PROGRAMS) and bool(words & said)
