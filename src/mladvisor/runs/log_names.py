"""Which files of a run folder may be logs by their names, and which were meant to be; their content decides."""

from __future__ import annotations

from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.script_names import SCRIPT_SUFFIXES
from mladvisor.runs.settings_names import CONFIG_SUFFIXES, PLAIN_CONFIG_SUFFIXES, may_be_config
from mladvisor.runs.split_names import words_of
from mladvisor.runs.table_names import NEVER_LOGS, table_kind
from mladvisor.runs.word_sets import word_set

LOG_SUFFIXES = word_set(
    "csv tsv txt log json jsonl ndjson out err wandb db sqlite dat v2 stdout stderr output console tab psv "
    "logs history hist trace logfmt info rout"
)
EVENTS_MARK = "tfevents"
# Logs that are no text as they lie there (`readers.packed`): by suffix, how they are packed. Such files are mostly data
# or weights, so that a word in the name must say that it is a log; of compressed text the name within decides.
_COMPRESSED = {"gz": "gzip", "bz2": "bzip2", "xz": "xz"}
COMPRESSED = tuple(_COMPRESSED.values())
_PACKED = {
    "parquet": "parquet", "pq": "parquet", "feather": "feather", "arrow": "feather", "npz": "arrays", "npy": "arrays",
    "xlsx": "workbook",
    "pkl": "pickle", "pickle": "pickle", "pt": "pickle", "pth": "pickle", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
_WORKBOOK = "xlsx"
_PACKED_WORDS = word_set(
    "history hist log logs metrics loss losses acc accs accuracy accuracies progress scalars trainlog traininglog"
)
_PACKED_PAIRS = (word_set("learning training train loss"), word_set("curve curves"))  # a "pr_curve.npz" is no log
# Texts that may be logs.
TEXT_LOG_SUFFIXES = word_set(
    "csv tsv txt log out err jsonl ndjson dat stdout stderr output console tab psv logs history hist trace logfmt info "
    "rout"
)
# What libraries print, warnings among it, stands in files of these.
PRINTED_SUFFIXES = word_set("log out err stdout stderr logfmt rout info warning error")  # the last three are glog's
_PRINTED_STEMS = word_set(
    "log out output stdout stderr console nohup slurm train training run print printed fit warning warnings "
    "errors traceback debug session grad grads gradient gradients gradnorm gradnorms "
    "ausgabe protokoll konsole salida saida sortie"
)
# What people call printed output that they keep without a suffix.
_BARE_OUTPUTS = word_set("nohup stdout stderr output console out training_output train_output trainlog")
# Texts that are no logs, whatever numbers they hold.
NOT_LOGS = word_set(
    "readme license licence requirements changelog notes todo notice authors classes labels vocab merges"
)
# Extensionless files are logs only inside these (MLflow's file store).
BARE_LOG = "log"  # what Chainer's LogReport writes: JSON without a suffix
EXTENSIONLESS_IN = frozenset(("metrics", "params", "tags"))
_STORED = frozenset(("metrics", "params"))  # there a name may have dots in it, behind which no type of a file stands

# A file of such a name was meant to be a log: when nothing can be read from it, that is worth a sentence.
LOG_STEMS = word_set(
    "metrics results history log logs train_log training_log progress loss losses trainer_state scalars "
    "training_history training_statistics training stats"
)

# CatBoost's tables of the objective, which may have any name.
CATBOOST_TABLES = ("learn_error.tsv", "test_error.tsv")

MARKDOWN = frozenset(("md", "markdown"))

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


def may_be_log(name: str, folder: str) -> bool:
    """The name does not rule a log out (the content decides)."""
    if EVENTS_MARK in name:
        return "profile-empty" not in name
    stem, suffix = stem_and_suffix(name)
    if is_called_range_test(name, folder):
        return False
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


_RATE = word_set("lr rate learningrate")
_SEARCHED, _RANGE_TEST = word_set("find finder range"), word_set("range test")


def is_called_range_test(name: str, folder: str = "") -> bool:
    """By its name, or that of its folder, the losses of a few steps at rising rates (fastai's and Lightning's finder),
    and no training.
    """
    plain = name.lower()
    if "find" not in plain and "range" not in plain and "find" not in folder and "range" not in folder:
        return False
    words = {*words_of(stem_and_suffix(name)[0]), *words_of(folder.rpartition("/")[2])}
    return words >= _RANGE_TEST or (not words.isdisjoint(_RATE) and not words.isdisjoint(_SEARCHED))


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
    if suffix == _WORKBOOK:
        return _PACKED[suffix] if table_kind(name) is None else None  # a run, or its data, under any name
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
    if not suffix:
        return stem in _BARE_OUTPUTS or stem == BARE_LOG
    return suffix in PRINTED_SUFFIXES and stem not in NOT_LOGS


def may_be_output(name: str) -> bool:
    """A text that is called neither a log nor notes: what a program printed, where nothing else is a log."""
    stem, suffix = stem_and_suffix(name)
    return suffix == "txt" and stem not in NOT_LOGS and table_kind(name) is None


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


def is_printed(name: str) -> bool:
    """The output of a program, or what was meant as its log."""
    return stem_and_suffix(name)[1] in ("log", "out") or meant_as_log(name)
