"""File and column names of a run folder: for readers, probes and everything else that opens or writes one.

Nothing else in the program spells these names. What other tools call their *log columns* is in `columns.yaml`.
"""

from __future__ import annotations

import re

from mladvisor.runs.data_folders import is_data_folder
from mladvisor.runs.other_languages import english_word
from mladvisor.runs.table_names import LOG_WORDS, NEVER_LOGS, table_kind
from mladvisor.runs.word_sets import word_set


def _ordered(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MANIFEST = "mladvisor.yaml"
USER_COLUMNS = "mladvisor/columns.yaml"  # below the user's configuration folder

# Never entered: tool folders, environments, caches, and copies that an editor keeps.
SKIPPED_FOLDERS = word_set(
    ".git .hg .svn .dvc .ipynb_checkpoints __pycache__ node_modules .venv venv env site-packages .tox .nox .idea "
    ".vscode .mypy_cache .pytest_cache .ruff_cache .cache .trash .Trash artifacts"
)

# Subfolders that hold a part of the same run, whatever the run is.
SPLIT_FOLDERS = word_set("train training val valid validation eval evaluation test dev learn")
TOOL_FOLDERS = word_set("dvclive metrics catboost_info files vis_data tensorboard tb events tfevents csv_logs")
# Where trackers keep their runs: what lies beside such a folder is about these, whatever it is.
STORES = word_set("lightning_logs mlruns wandb tb_logs")
OWN_FOLDERS = SPLIT_FOLDERS | TOOL_FOLDERS | word_set("plots scalars params tags model .hydra hydra")
OWN_PREFIXES = ("last-checkpoint", "tb_", "events.")
# The trainer numbers its checkpoints; `checkpoint-sentiment-a1b2` is how somebody calls a run.
_CHECKPOINT = re.compile(r"checkpoint-(\d+|best|last|final|(epoch|step)s?[-_=]?\d+)$")
# Subfolders that belong only when the named file lies beside them (the Trainer writes runs/<date>_<host>/events...).
OWN_BESIDE = {"runs": "trainer_state.json", "logs": "trainer_state.json"}

LOG_SUFFIXES = word_set(
    "csv tsv txt log json jsonl ndjson out err wandb db sqlite dat v2 stdout stderr output console tab psv "
    "logs history hist trace logfmt"
)
EVENTS_MARK = "tfevents"
# Logs that are no text as they lie there (`readers.packed`): by suffix, how they are packed. Such files are mostly data
# or weights, so that a word in the name must say that it is a log; of compressed text the name within decides.
_COMPRESSED = {"gz": "gzip", "bz2": "bzip2", "xz": "xz"}
COMPRESSED = tuple(_COMPRESSED.values())
_PACKED = {
    "parquet": "parquet", "pq": "parquet", "feather": "feather", "arrow": "feather", "npz": "arrays", "npy": "arrays",
    "pkl": "pickle", "pickle": "pickle", "pt": "pickle", "pth": "pickle", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
_PACKED_WORDS = word_set("history hist log logs metrics loss losses progress scalars trainlog traininglog")
_PACKED_PAIRS = (word_set("learning training train loss"), word_set("curve curves"))  # a "pr_curve.npz" is no log
# Texts that may be logs.
TEXT_LOG_SUFFIXES = word_set(
    "csv tsv txt log out err jsonl ndjson dat stdout stderr output console tab psv logs history hist trace logfmt"
)
# What libraries print, warnings among it, stands in files of these.
PRINTED_SUFFIXES = word_set("log out err stdout stderr logfmt")
_PRINTED_STEMS = word_set("log out output stdout stderr console nohup slurm train training run print printed fit")
# What people call printed output that they keep without a suffix.
_BARE_OUTPUTS = word_set("nohup stdout stderr output console out training_output train_output trainlog")
# Folders beside runs that are none, and texts that are no logs, whatever numbers they hold.
NOT_RUNS = word_set(
    "data dataset datasets doc docs src scripts script tools tests figures figs plots images notebooks configs config "
    "conf lib bin models weights checkpoints raw processed splits labels annotations requirements utils"
)
NOT_LOGS = word_set(
    "readme license licence requirements changelog notes todo notice authors classes labels vocab merges"
)
# Extensionless files are logs only inside these (MLflow's file store).
BARE_LOG = "log"  # what Chainer's LogReport writes: JSON without a suffix
EXTENSIONLESS_IN = frozenset(("metrics", "params", "tags"))
STORE_MARK, KEPT_FOLDER = "meta.yaml", "artifacts"  # what each run of MLflow's store has, and where its files are kept
JOB_FOLDER = ".hydra"  # in the folder of a job that Hydra started: its settings; what the job printed lies beside it
_STORED = frozenset(("metrics", "params"))  # there a name may have dots in it, behind which no type of a file stands

# A file of such a name was meant to be a log: when nothing can be read from it, that is worth a sentence.
LOG_STEMS = word_set(
    "metrics results history log logs train_log training_log progress loss losses trainer_state scalars "
    "training_history training_statistics training stats"
)

OUTPUT_FOLDERS = word_set("out output outputs result results")

# Folders beside a log in which people keep what they found out about the run, and what it was started with.
REPORT_FOLDERS = word_set(
    "report reports stats statistics monitoring monitor diagnostics diag debug analysis audit audits quality checks "
    "evaluation evaluations eval_reports docs doc schema schemas metadata meta spec specs design probes kpi business "
    "qa test_reports test_results serving api contract contracts requirements "
    "eda profile profiles profiling drift data_quality data_validation data_docs dataset_report great_expectations"
)
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

# What mladvisor itself writes about many runs, wherever people put it: the head of its table, and how documents begin.
OWN_TABLE = ("run", "verdict", "causes", "probability")
OWN_DOCUMENTS = ('{"schema_version":', '{\n "schema_version":', '{"run":')

# CatBoost's tables of the objective, which may have any name.
CATBOOST_TABLES = ("learn_error.tsv", "test_error.tsv")

CONFIG_SUFFIXES = frozenset(("yaml", "yml", "json", "toml"))
# Settings in plain text; the files of tools are no settings of a training.
PLAIN_CONFIG_SUFFIXES = frozenset(("ini", "cfg", "conf", "properties"))
_OF_TOOLS = word_set(
    "setup tox pytest mypy flake8 pylint logging alembic desktop uwsgi coverage isort nginx tool package"
)
CONFIG_WORDS = word_set(
    "config configuration cfg conf hparams hparam hyperparameters hyperparameter hyperparams params param "
    "parameters args arguments opt opts options hyp settings setup description debug flags"
)
_OF_OTHERS = word_set(
    "other old best sweep search grid baseline previous prev trial trials study candidates leaderboard space history "
    "models runs registry teacher reference"
)
# Keys that are settings wherever they stand: two make a small file of any name a configuration ("compile.json").
SURE_SETTINGS = word_set(
    "lr learning_rate learning_rate_init batch_size optimizer optim weight_decay momentum dropout num_epochs n_epochs "
    "max_epochs max_iter criterion loss_fn loss_function hidden_size hidden_sizes hidden_layer_sizes lr_scheduler "
    "scheduler n_estimators num_leaves max_depth objective warmup_steps activation solver batch epochs minibatch bsz "
    "step_size peak_lr base_lr max_lr num_boost_round num_rounds min_data_in_leaf min_child_weight "
    # what decisions are made by may lie in a file of its own
    "decision_threshold classification_threshold cost_false_negative cost_false_positive cost_fn cost_fp "
    "false_negative_cost false_positive_cost fn_cost fp_cost"
)
THRESHOLD_SETTINGS = (
    "decision_threshold classification_threshold prob_threshold probability_threshold threshold cutoff cut_off "
    "decision_cutoff score_cutoff operating_point operating_threshold"
)
"""Settings, and values of reports, that are the threshold of decisions; the plainest first."""
_RESULTS = word_set(
    "best result results metric metrics score scores history trial trials importance importances summary runs models "
    "curve curves losses accuracy report"
)
NOT_CONFIG = word_set(
    "generation_config tokenizer_config preprocessor_config special_tokens_map dataset_config "
    "sentence_bert_config config_sentence_transformers"
)

MARKDOWN = frozenset(("md", "markdown"))

# A training script, by its suffix; which of several it is, its calls decide. Installers and tests train nothing.
SCRIPT = "script"
SCRIPT_SUFFIXES = frozenset(("py", "ipynb"))
NOT_SCRIPTS = frozenset(("setup", "conftest", "__init__"))
# Where projects keep their code, nearest first; a package beside the log is looked into as well.
CODE_FOLDERS = ("src", "code", "scripts", "scripts/train", "script", "source", "training")
PACKAGE = "__init__.py"
# Words in the names of scripts: modules of a project, what starts the rest of it, what runs after or around a training.
_MODULES = word_set(
    "model models net nets network networks architecture data dataset datasets dataloader loader loaders util utils "
    "helper helpers common engine trainer loop loops loss losses layer layers module modules lib metrics callbacks "
    "blocks"
)
_STARTS = word_set("main run start launch __main__ cli app experiment")
_NO_STARTS = word_set(
    "eval evaluate evaluation test predict prediction inference infer demo plot plots visualize visualise export sweep "
    "tune search benchmark serve app"
)

PREDICTION_COLUMNS = ("split", "y_true", "y_pred", "y_score")
# dead: units at zero for every row of the batch; identical: units that repeat another one of their layer; running_gap:
# distance of a batch's mean from the running mean of batch normalisation.
LAYER_COLUMNS = _ordered(
    "epoch step layer index kind nan_share inf_share zero_share saturated_share mean std max_abs norm update_ratio "
    "dead_share identical_share running_gap"
)
LAYER_KINDS = ("activation", "gradient", "weight", "update")
BATCH_COLUMNS = ("epoch", "step", "batch", "rows", "first_row", "loss", "input_mean", "input_std")
# Size of a batch's largest row over its median one, and the numbers of rows that are many times as large.
BATCH_ROW_COLUMNS = ("row_ratio", "far_rows")
# A row of validation has `split` (val) and whether the model was in training mode (0 or 1).
EVALUATION_COLUMNS = ("split", "training")
LABEL_SHARE_PREFIX = "label_share_"

# What the probes write; everything of it is in TABLES too, or found as a log or a configuration.
CURVES_FILE = "metrics.csv"
CONFIG_FILE = "config.json"
LAYERS_FILE = "layers.csv"
BATCHES_FILE = "batches.csv"
PREDICTIONS_FILE = "predictions.csv"
MODEL_FILE = "model.json"
CHECKS_FILE = "checks.json"

# What stands behind the dot of a file's name; anything else there is a part of a metric's or a parameter's name.
_OF_FILES = (
    LOG_SUFFIXES
    | CONFIG_SUFFIXES
    | PLAIN_CONFIG_SUFFIXES
    | SCRIPT_SUFFIXES
    | MARKDOWN
    | set(_PACKED)
    | set(_COMPRESSED)
    | word_set(
        "html htm xml png jpg jpeg svg gif pdf bin zip tar 7z h5 hdf5 ckpt safetensors onnx pb model joblib r rmd jl m "
        "ods xls xlsx doc docx sh bat bak tmp old orig swp lock pyc so dll"
    )
)


def stem_and_suffix(name: str) -> tuple[str, str]:
    """`("metrics", "csv")`; lower case; the suffix is "" where there is none. `a.log.json` -> `("a.log", "json")`."""
    stem, dot, suffix = name.rpartition(".")
    return (stem.lower(), suffix.lower()) if dot and stem else (name.lower(), "")


def may_be_log(name: str, folder: str) -> bool:
    """The name does not rule a log out (the content decides)."""
    if EVENTS_MARK in name:
        return "profile-empty" not in name
    stem, suffix = stem_and_suffix(name)
    if packed_as(name) is not None:
        return True
    if suffix in LOG_SUFFIXES:
        return table_kind(name) not in NEVER_LOGS
    if not suffix and (stem in LOG_STEMS or stem in _BARE_OUTPUTS):
        return True
    if suffix and _is_rotated(stem, suffix):
        return True
    if not suffix and (name == BARE_LOG or bool(EXTENSIONLESS_IN & set(folder.split("/")))):
        return True
    return is_of_store(name, folder)


def is_of_store(name: str, folder: str) -> bool:
    """The whole name is that of a metric or parameter, dots and all (`metrics/train.loss`, `params/optim.lr`)."""
    return stem_and_suffix(name)[1] not in _OF_FILES and not _STORED.isdisjoint(folder.split("/"))


def packed_as(name: str) -> str | None:
    """How a log of this name is packed ("gzip", "parquet", "arrays", "pickle"); None for text and for no log."""
    stem, suffix = stem_and_suffix(name)
    if suffix in _COMPRESSED:
        inner = stem_and_suffix(stem)[1]
        return _COMPRESSED[suffix] if inner in TEXT_LOG_SUFFIXES | {"json"} and may_be_log(stem, "") else None
    if suffix not in _PACKED or may_be_config(name) or table_kind(name) in NEVER_LOGS:
        return None
    words = frozenset(stem.replace("-", "_").replace(".", "_").split("_"))
    said = bool(words & _PACKED_WORDS) or all(words & pair for pair in _PACKED_PAIRS)
    return _PACKED[suffix] if said else None


def _is_rotated(stem: str, suffix: str) -> bool:
    """`train.log.1`, `train.log.2024-03-01`, and what a batch system puts a job's number behind (`fit.o48213`)."""
    if suffix[0] in "oe" and suffix[1:].isdecimal():
        return True
    return suffix.replace("-", "").isdecimal() and stem.rpartition(".")[2] in PRINTED_SUFFIXES


def may_hold_messages(name: str) -> bool:
    """A text in which a program's output may stand, with the warnings of its libraries."""
    stem, suffix = stem_and_suffix(name)
    if suffix == "txt":  # samples, notes and questions are texts, too
        return not _PRINTED_STEMS.isdisjoint(stem.replace("-", "_").replace(".", "_").split("_"))
    return suffix in PRINTED_SUFFIXES and stem not in NOT_LOGS


def is_notebook(name: str) -> bool:
    """A notebook, whose cells may hold the log in their outputs."""
    return stem_and_suffix(name)[1] == "ipynb"


def may_be_script(name: str) -> bool:
    """Python source or a notebook that may be what trained."""
    stem, suffix = stem_and_suffix(name)
    return suffix in SCRIPT_SUFFIXES and stem not in NOT_SCRIPTS and not stem.startswith("test_")


def is_module(file: str) -> bool:
    """The name of a script says that others import it: `engine.py`, `my_models.py`."""
    return not _MODULES.isdisjoint(_words_of(file))


def is_start(file: str) -> bool:
    """The name of a script says that it is started: `train.py`, `main.py`, `run_all.py`."""
    return not (_STARTS | {"train"}).isdisjoint(_words_of(file))


def starts_others(file: str) -> bool:
    """The name of a script says that it starts what others hold: `main.py`, `run_all.py`."""
    return not _STARTS.isdisjoint(_words_of(file))


def is_no_start(file: str) -> bool:
    """The name of a script says that it does something else than train: `evaluate.py`, `sweep.py`."""
    return not _NO_STARTS.isdisjoint(_words_of(file))


def _words_of(file: str) -> set[str]:
    stem = stem_and_suffix(file.rpartition("/")[2])[0]
    return {stem, *stem.replace("-", "_").split("_")}


def is_card(name: str) -> bool:
    """A model card, or other notes, whose table of a training is read where nothing else is."""
    return stem_and_suffix(name)[1] in MARKDOWN


def meant_as_log(name: str) -> bool:
    """The name says that somebody meant it as a log."""
    stem, suffix = stem_and_suffix(name)
    if EVENTS_MARK in name or suffix == "wandb" or (stem in LOG_STEMS and suffix in LOG_SUFFIXES):
        return True
    if suffix == "log" and "train" in stem:
        return True
    return stem.partition(".")[0] in LOG_STEMS and packed_as(name) is not None


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


def may_hold_settings(file: str) -> bool:
    """A file of the run folder itself whose keys may make it a configuration, though its name does not.

    One that speaks of another run, of many, or of what came out is none.
    """
    stem, suffix = stem_and_suffix(file)
    words = stem.replace("-", "_").replace(".", "_").split("_")
    own = _OF_OTHERS.isdisjoint(words) and LOG_WORDS.isdisjoint(words)
    kind = table_kind(file)  # a design is none either, but may turn out to be what the run was started with
    allowed = "/" not in file and suffix in CONFIG_SUFFIXES and stem not in NOT_CONFIG
    return allowed and own and kind in (None, "design")


def is_about_results(key: object) -> bool:
    """A key of a document whose words speak of what came out of a run: "best_params", "metrics"."""
    return not _RESULTS.isdisjoint(str(key).lower().replace("-", "_").split("_"))


def may_be_part(file: str) -> bool:
    """A file below a folder of settings that may be part of those of the run: none of tools, of others or of many."""
    folder, _, name = file.rpartition("/")
    stem = stem_and_suffix(name)[0]
    parts = [*folder.lower().split("/")[1:], stem]
    spoken = {word for part in parts for word in part.replace("-", "_").replace(".", "_").split("_")}
    return not spoken & (_OF_OTHERS - {"base", "registry"} | _NO_PARTS) and stem not in NOT_CONFIG


def may_be_plain_settings(file: str) -> bool:
    """A file of plain text in the run folder itself, or in one of settings, that its keys may make a configuration.

    `run.ini`, `train.cfg`; of other suffixes only what is called so: `args.txt`, `opt.txt`, `hparams`.
    """
    folder, _, name = file.rpartition("/")
    stem, suffix = stem_and_suffix(name)
    words = frozenset(stem.replace("-", "_").replace(".", "_").split("_"))
    if (folder and folder.lower() not in SETTINGS_FOLDERS) or words & _OF_OTHERS or words & _OF_TOOLS:
        return False
    if suffix in PLAIN_CONFIG_SUFFIXES:
        return True
    return suffix in ("txt", "args", "opts", "flags", "") and bool(words & (CONFIG_WORDS - {"description", "debug"}))


def belongs(folder: str, beside: frozenset[str] | set[str], inside_own: bool) -> bool:
    """A subfolder of this name is part of the run that its parent is.

    Args:
        beside: names of the files beside it.
        inside_own: the parent is itself reached through `OWN_BESIDE` (everything below belongs).
    """
    return (
        inside_own
        or folder in OWN_FOLDERS
        or is_part_by_name(folder)
        or OWN_BESIDE.get(folder, "\0") in beside
        or ((is_data_folder(folder) or folder in OUTPUT_FOLDERS) and any(_is_printed_log(name) for name in beside))
    )


def is_part_by_name(folder: str) -> bool:
    """A checkpoint of the trainer, or a folder that a tool names with its prefix."""
    return folder.startswith(OWN_PREFIXES) or bool(_CHECKPOINT.match(folder))


def _is_printed_log(name: str) -> bool:
    return stem_and_suffix(name)[1] in ("log", "out") or meant_as_log(name)
