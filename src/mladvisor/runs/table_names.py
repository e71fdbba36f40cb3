"""Which table of a run a file is, under the names people give it; `table_columns` has what its columns are called.

`train.csv` and `predictions.csv` are what probes write; `train_clean.csv`, `raw/train.csv` and `serving_nov.csv` are
what people leave. A name alone proves little: tables that share no columns with the training data are left aside
(`tables/collection.py`).
"""

from __future__ import annotations

import re

from mladvisor.runs.other_languages import english
from mladvisor.runs.split_names import SPLIT_WORDS, words_of
from mladvisor.runs.word_sets import word_set

_LINES = ("jsonl", "ndjson")
JSON_LINES = tuple(f".{suffix}" for suffix in _LINES)
# kind -> (stems, suffixes): the tables and descriptions of the run folder besides log and configuration.
_WRITTEN = ("csv", "parquet", "tsv", "csv.gz", "tsv.gz")
TABLE_SUFFIXES = (*_WRITTEN, "xlsx", "feather", "arff", "libsvm", "svmlight")
_MODELS = ("model", "network", "net", "architecture", "arch")
_PRINTED = (
    *("summary", "structure", "layers", "arch", "architecture", "print", "printout", "printed", "repr", "dump"),
    *("modules", "topology", "layout"),
)
"""What people call a model that they printed into a file; what it holds decides."""
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "train": (("train",), TABLE_SUFFIXES),
    "val": (("val", "valid", "validation"), TABLE_SUFFIXES),
    "test": (("test",), TABLE_SUFFIXES),
    "train_raw": (("train_raw",), TABLE_SUFFIXES),
    "val_raw": (("val_raw", "valid_raw", "validation_raw"), TABLE_SUFFIXES),
    "test_raw": (("test_raw",), TABLE_SUFFIXES),
    "predictions": (("predictions",), (*TABLE_SUFFIXES, *_LINES)),
    "layers": (("layers",), _WRITTEN),
    "batches": (("batches",), _WRITTEN),
    "business": (("business",), _WRITTEN),
    "checks": (("checks",), ("json",)),
    "schema": (
        (
            *("schema", "data_schema", "feature_schema", "table_schema", "input_schema", "dictionary", "datadict"),
            *("data_dictionary", "feature_dictionary", "column_dictionary", "data_dict", "codebook", "columns"),
            *("features_dictionary", "field_dictionary", "variables", "column_descriptions", "feature_descriptions"),
        ),
        ("yaml", "yml", "json", "csv", "tsv", "md"),
    ),
    "model": (("model", "architecture", "model_architecture"), ("json",)),
    "model_text": (
        ("layers", "param_shapes", *_MODELS, *(f"{model}_{said}" for model in _MODELS for said in _PRINTED)),
        ("txt",),
    ),
    "design": (
        (
            *("design", "model_design", "network_design", "architecture_design", "design_doc", "model_spec"),
            *("network_spec", "architecture_spec", "arch_spec", "model_plan", "planned_model", "blueprint"),
            *("model_card", "modelcard", "handout", "assignment", "exercise", "model_sheet", "specification", "spec"),
            *("assignment_sheet", "exercise_sheet", "task_sheet", "lab_sheet", "problem_sheet", "homework"),
            *("target_architecture", "reference_architecture", "expected_model", "intended_model", "net_spec"),
        ),
        ("yaml", "yml", "json", "toml", "md", "txt"),
    ),
}
_TABLE_OF = {
    f"{stem}.{suffix}": kind for kind, (stems, suffixes) in TABLES.items() for stem in stems for suffix in suffixes
} | {f"architecture.{suffix}": "design" for suffix in ("md", "yaml", "yml", "toml")}
# What people write beside the name of a split: "train_data.csv", "val_predictions.csv", "serving_nov.csv".
_DATA_WORDS = word_set(
    "data dataset set df features clean cleaned processed engineered prepared preprocessed transformed encoded final "
    "table rows split frame "
    "snapshot sample samples subset head preview excerpt extract first full part requests batch day daily week weekly "
    "month monthly recent latest "
    "verified labeled labelled annotated input inputs"
)
_MONTHS = word_set(
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september "
    "october november december"
)
# Words that may mean a log, however its split is called: such a file is told by its content alone.
LOG_WORDS = word_set(
    "loss losses log logs metric metrics history hist curve curves acc accuracy result results stat stats score scores "
    "progress epoch epochs step steps report summary perplexity lr time times val train test eval auc f1 mae rmse mse "
    "error errors statistics info output outputs labels ids index indices idx importance importances submission meta"
)
RAW_WORDS = word_set("raw original")
PREDICTION_WORDS = word_set(
    "predictions prediction preds pred predicted oof scored probs proba probas probabilities softmax"
    " wahrscheinlichkeiten probabilidades probabilites"
)
_OUTPUTS = word_set("output outputs")  # as lines of JSON, of a split or a model
_BESIDE_PREDICTIONS = _DATA_WORDS | word_set("model y best")
LABEL_WORDS = word_set("y label labels target targets")
# Tables that are never a log, whatever their columns are called.
NEVER_LOGS = frozenset(
    (
        "predictions",
        "layers",
        "batches",
        "business",
        "checks",
        "schema",
        "design",
        "model",
        "model_text",
        "train_raw",
        "val_raw",
        "test_raw",
    )
)
ROWS = frozenset(("train", "val", "test"))
# A folder with one of these is a run folder even without a log.
MAKES_A_RUN = ROWS | frozenset(("predictions", "layers", "batches", "checks", "business"))
_WHEN = re.compile(r"[wvqmd]*\d+(?:[wqmd]\d+)?")


def own_kind(name: str) -> str | None:
    """What a file of exactly this name holds ("predictions.csv" -> "predictions"), or None."""
    stem, dot, suffix = name.lower().partition(".")
    told = _TABLE_OF.get(name.lower()) or _TABLE_OF.get(english(stem) + dot + suffix)
    told = told or ("design" if suffix in TABLES["design"][1] and is_design(stem) else None)
    return told or ("model_text" if _lists_weights(stem, suffix) else None)


_MEANT = word_set("design blueprint netzentwurf modellentwurf netzdesign netzplan modeldesign")
_MAY_BE_MEANT = word_set(
    "spec specs specification plan planned intended expected target reference approved agreed proposed requirements"
)
_OF_NETWORKS = word_set("model network net nn architecture arch layers")
_BESIDE_DESIGNS = word_set("doc document review reviewed final draft sheet note notes of the current latest new signed")


def is_design(stem: str) -> bool:
    """A file that is called after what a model was meant to be: "design_review", "Entwurf_Netz", "planned-network"."""
    words = {word for word in words_of(english(stem)) if _WHEN.fullmatch(word) is None}
    if not words <= _MEANT | _MAY_BE_MEANT | _OF_NETWORKS | _BESIDE_DESIGNS:
        return False
    return not words.isdisjoint(_MEANT) or not (words.isdisjoint(_MAY_BE_MEANT) or words.isdisjoint(_OF_NETWORKS))


_KEPT = word_set("checkpoint ckpt state param params parameter parameters weight weights tensor tensors")
_AS_LIST = word_set("tensor tensors shape shapes dict keys sizes")
_OF_MODEL = _KEPT | _AS_LIST | word_set("model net network final best last epoch pytorch torch")


def _lists_weights(stem: str, suffix: str) -> bool:
    """A list of the weights with their shapes, by its name: "checkpoint_tensors.csv", "state_dict.txt"."""
    words = set(words_of(stem))
    named = not words.isdisjoint(_KEPT) and not words.isdisjoint(_AS_LIST) and len(words & (_KEPT | _AS_LIST)) > 1
    return named and suffix in ("txt", "csv", "tsv", "md", "json") and _OF_MODEL.issuperset(words)


def table_kind(name: str) -> str | None:
    """What a file holds by its name, also as people call it: `train_data.csv`, `val_predictions.csv`, `serving.csv`."""
    kind = own_kind(name) or own_kind(name.replace("-", "_"))
    if kind is not None:
        return kind
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    if dot and suffix in _LINES:  # rows of data, and logs, are written so as well: their names must say more
        answers = any(word in PREDICTION_WORDS or word in _OUTPUTS for word in words)
        if not answers and _rows_asked_about(words):
            return "serving"
        known = PREDICTION_WORDS | _OUTPUTS | _BESIDE_PREDICTIONS | SPLIT_WORDS.keys()
        return "predictions" if answers and len(words) > 1 and known.issuperset(words) else None
    if not dot or suffix not in TABLE_SUFFIXES:
        return None
    splits = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    others = [word for word in words if word not in SPLIT_WORDS]
    if any(word in PREDICTION_WORDS for word in others):
        fits = all(word in PREDICTION_WORDS or word in _BESIDE_PREDICTIONS for word in others)
        return "predictions" if fits else None
    if splits == {"serving"}:
        return "serving" if _in_use(others) else None
    if RAW_WORDS.intersection(others):
        return f"{next(iter(splits), 'train')}_raw" if len(splits) < 2 else None
    if len(splits) != 1 or not all(_is_harmless(word) for word in others):
        return None
    # "training.csv" alone is what Keras' users call their log; "train_data.csv" is none
    return next(iter(splits)) if others else None


def bare_training(name: str) -> str | None:
    """ "train" for a table that is called "training.csv", which is rows only in a folder of data.

    What "dev.csv" and "holdout.csv" are is told by what lies beside them.
    """
    words = words_of(name)
    return "train" if len(words) == 1 and is_table(name) and SPLIT_WORDS.get(words[0]) == "train" else None


def _in_use(others: list[str]) -> bool:
    """Whether the words beside one of use are those of data; a log of requests is data."""
    return all(_is_harmless(word) or word in ("log", "logs") for word in others)


def _rows_asked_about(words: list[str]) -> bool:
    """ "serving_sample", "production_requests": two words at least, as "online" alone may be how it is trained."""
    use = {word for word in words if SPLIT_WORDS.get(word) == "serving"}
    others = [word for word in words if word not in use]
    return bool(use) and len(words) > 1 and _in_use(others)


def _is_harmless(word: str) -> bool:
    """Beside a split it says what data usually are, or from when: "snapshot", "nov", "w11", "2024"."""
    return word in _DATA_WORDS or word in _MONTHS or _WHEN.fullmatch(word) is not None


def is_table(path: str) -> bool:
    """A path that ends as tables do."""
    return path.lower().rpartition("/")[2].partition(".")[2] in TABLE_SUFFIXES


def beside_split(name: str) -> tuple[str, str] | None:
    """Split and the rest of a table's name: "loans_train.csv" is ("train", "loans"); None where no split is named.

    What belongs to one data set is called alike but for the split; a loss is no data, however it is called.
    """
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    splits = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    others = [word for word in words if word not in SPLIT_WORDS]
    harmless = (LOG_WORDS | PREDICTION_WORDS | LABEL_WORDS).isdisjoint(others)
    if not dot or suffix not in TABLE_SUFFIXES or len(splits) != 1 or not others or not harmless:
        return None
    return next(iter(splits)), "_".join(others)


def holds_features(file: str) -> bool:
    """A table that is called after the inputs alone: "X_train.csv"."""
    words = file.rpartition("/")[2].partition(".")[0].lower().replace("-", "_").split("_")
    return "x" in words


def labels_of(name: str) -> str | None:
    """The split whose labels alone a table holds, row by row beside its features: "y_train.csv", "val_labels.csv"."""
    stem, dot, suffix = name.lower().partition(".")
    words = stem.replace("-", "_").split("_")
    splits = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    others = [word for word in words if word not in SPLIT_WORDS]
    told = bool(dot) and suffix in TABLE_SUFFIXES and len(splits) == 1 and len(others) == 1
    return next(iter(splits)) if told and others[0] in LABEL_WORDS else None


def labels_kind(split: str) -> str:
    """What the table is called that holds nothing but the labels of a split."""
    return f"{split}_labels"
