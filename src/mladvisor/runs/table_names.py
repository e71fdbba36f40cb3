"""Which table of a run a file is, under the names people give it; `table_columns` has what its columns are called.

`train.csv` and `predictions.csv` are what probes write; `train_clean.csv`, `raw/train.csv` and `serving_nov.csv` are
what people leave. A name alone proves little: tables that share no columns with the training data are left aside
(`tables/collection.py`).
"""

from __future__ import annotations

import re

from mladvisor.runs.data_folders import RAW_FOLDERS, SERVING_FOLDERS, holds_data
from mladvisor.runs.other_languages import english, english_word
from mladvisor.runs.word_sets import word_set

_LINES = ("jsonl", "ndjson")
JSON_LINES = tuple(f".{suffix}" for suffix in _LINES)
# kind -> (stems, suffixes): the tables and descriptions of the run folder besides log and configuration.
_WRITTEN = ("csv", "parquet", "tsv", "csv.gz", "tsv.gz")
TABLE_SUFFIXES = (*_WRITTEN, "xlsx")
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
        (
            "model",
            "architecture",
            "model_summary",
            "network",
            "layers",
            "model_layers",
            "model_arch",
            "model_print",
            "param_shapes",
            "model_repr",
            "model_printout",
        ),
        ("txt",),
    ),
    "design": (
        (
            *("design", "model_design", "network_design", "architecture_design", "design_doc", "model_spec"),
            *("network_spec", "architecture_spec", "arch_spec", "model_plan", "planned_model", "blueprint"),
            *("model_card", "modelcard", "handout", "assignment", "exercise", "model_sheet", "specification"),
            *("assignment_sheet", "exercise_sheet", "task_sheet", "lab_sheet", "problem_sheet", "homework"),
            *("target_architecture", "reference_architecture", "expected_model", "intended_model", "net_spec"),
        ),
        ("yaml", "yml", "json", "toml", "md", "txt"),
    ),
}
_TABLE_OF = {
    f"{stem}.{suffix}": kind for kind, (stems, suffixes) in TABLES.items() for stem in stems for suffix in suffixes
} | {"architecture.md": "design"}
_DESIGN_FOLDERS = word_set("spec specs specification design designs blueprint")
_OF_MODELS = word_set("model network net architecture arch layers")
# The same in the words of people: "train_data.csv", "serving.csv", "val_predictions.csv". Data that a model is asked
# about in use is a split of its own, which stands where the test split would.
_SPLIT_WORDS = {
    word: kind
    for kind, words in {
        "train": "train training",
        "val": "val valid validation dev holdout",
        "test": "test testing eval evaluation",
        "serving": "serving production prod live inference deployed deployment scoring incoming online requests"
        " prospective",
    }.items()
    for word in words.split()
}
_DATA_WORDS = word_set(
    "data dataset set df features clean cleaned processed final table rows split frame "
    "snapshot sample samples subset full part requests batch day daily week weekly month monthly recent latest "
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
_OF_ROWS = word_set("score scores log logs input output outputs")  # of rows that were asked about and answered
_PREDICTION_WORDS = word_set("predictions prediction preds pred predicted oof scored")
_OUTPUTS = word_set("output outputs")  # as lines of JSON, of a split or a model
_BESIDE_PREDICTIONS = _DATA_WORDS | word_set("model y best")
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


def own_kind(name: str) -> str | None:
    """What a file of exactly this name holds ("predictions.csv" -> "predictions"), or None."""
    stem, dot, suffix = name.lower().partition(".")
    return _TABLE_OF.get(name.lower()) or _TABLE_OF.get(english(stem) + dot + suffix)


def table_kind(name: str) -> str | None:
    """What a file holds by its name, also as people call it: `train_data.csv`, `val_predictions.csv`, `serving.csv`."""
    kind = own_kind(name) or own_kind(name.replace("-", "_"))
    if kind is not None:
        return kind
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    if dot and suffix in _LINES:  # rows of data, and logs, are written so as well: their names must say more
        answers = any(word in _PREDICTION_WORDS or word in _OUTPUTS for word in words)
        if not answers and _rows_asked_about(words):
            return "serving"
        known = _PREDICTION_WORDS | _OUTPUTS | _BESIDE_PREDICTIONS | _SPLIT_WORDS.keys()
        return "predictions" if answers and len(words) > 1 and known.issuperset(words) else None
    if not dot or suffix not in TABLE_SUFFIXES:
        return None
    splits = {_SPLIT_WORDS[word] for word in words if word in _SPLIT_WORDS}
    others = [word for word in words if word not in _SPLIT_WORDS]
    if any(word in _PREDICTION_WORDS for word in others):
        fits = all(word in _PREDICTION_WORDS or word in _BESIDE_PREDICTIONS for word in others)
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
    return "train" if len(words) == 1 and is_table(name) and _SPLIT_WORDS.get(words[0]) == "train" else None


def _in_use(others: list[str]) -> bool:
    """Whether the words beside one of use are those of data; a log of requests is data."""
    return all(_is_harmless(word) or word in ("log", "logs") for word in others)


def _rows_asked_about(words: list[str]) -> bool:
    """ "serving_sample", "production_requests": two words at least, as "online" alone may be how it is trained."""
    use = {word for word in words if _SPLIT_WORDS.get(word) == "serving"}
    others = [word for word in words if word not in use]
    return bool(use) and len(words) > 1 and _in_use(others)


_DEVELOPED = word_set("dev devel develop development")


def is_developed(name: str) -> bool:
    """Called after development: what is held out of training, but where lending is learned it is what is learned from
    ("dev", "holdout", "oot").
    """
    return not _DEVELOPED.isdisjoint(words_of(name))


def is_held_out(name: str) -> bool:
    """Called after what was held out of training: to validate, or for a last test where something else validates."""
    return not word_set("holdout heldout").isdisjoint(words_of(name))


_SHORT_SPLITS = {"tr": "train", "trn": "train", "va": "val", "vl": "val", "te": "test", "tst": "test"}


def split_called(name: str) -> str | None:
    """The split that a variable is named after: `X_train`, `df_val`, `Xte`, `valid`; None for none or several."""
    words = name.lower().replace("-", "_").split("_")
    words += [word[1:] for word in words if word[:1] in ("x", "y")]
    found = {_SPLIT_WORDS.get(word) or _SHORT_SPLITS.get(word) for word in words} - {None}
    return next(iter(found)) if len(found) == 1 else None


def beside_split(name: str) -> tuple[str, str] | None:
    """Split and the rest of a table's name: "loans_train.csv" is ("train", "loans"); None where no split is named.

    What belongs to one data set is called alike but for the split; a loss is no data, however it is called.
    """
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    splits = {_SPLIT_WORDS[word] for word in words if word in _SPLIT_WORDS}
    others = [word for word in words if word not in _SPLIT_WORDS]
    harmless = (LOG_WORDS | _PREDICTION_WORDS | _LABEL_WORDS).isdisjoint(others)
    if not dot or suffix not in TABLE_SUFFIXES or len(splits) != 1 or not others or not harmless:
        return None
    return next(iter(splits)), "_".join(others)


def holds_features(file: str) -> bool:
    """A table that is called after the inputs alone: "X_train.csv"."""
    words = file.rpartition("/")[2].partition(".")[0].lower().replace("-", "_").split("_")
    return "x" in words


_LABEL_WORDS = word_set("y label labels target targets")


def labels_of(name: str) -> str | None:
    """The split whose labels alone a table holds, row by row beside its features: "y_train.csv", "val_labels.csv"."""
    stem, dot, suffix = name.lower().partition(".")
    words = stem.replace("-", "_").split("_")
    splits = {_SPLIT_WORDS[word] for word in words if word in _SPLIT_WORDS}
    others = [word for word in words if word not in _SPLIT_WORDS]
    told = bool(dot) and suffix in TABLE_SUFFIXES and len(splits) == 1 and len(others) == 1
    return next(iter(splits)) if told and others[0] in _LABEL_WORDS else None


# What sets the parts of one data set apart beside the names of splits: read so only of tables with the same columns.
_PART_WORDS = dict.fromkeys(
    ("fit", "fitting", "learn", "learning", "build", "development", "insample", "seen"), "train"
)
_PART_WORDS |= dict.fromkeys(
    (
        "check",
        "cv",
        "crossval",
        "xval",
        "heldout",
        "hold",
        "oot",
        "oos",
        "outoftime",
        "unseen",
        "later",
        "next",
        "control",
    ),
    "val",
)
# What came after the time that was learned from.
LATE = word_set("oot oos outoftime later next time")
# Of copies of a table, whole or in part, none is a split of its own.
_COPIES = word_set("sample samples subset head small mini tiny demo example old backup copy bak tmp dictionary schema")
_NO_ANSWERS = word_set("importance importances log history metrics loss losses slice slices audit layers stats config")


# Archives and files of numpy arrays, what their arrays of inputs and of answers are called.
ARRAY_SUFFIXES = ("npz", "npy")
INPUT_ARRAYS = word_set(
    "x image images img imgs input inputs features data samples windows signal signals sequences series pixels spectra"
)
_ANSWER_ARRAYS = word_set("logit logits prob probs proba probas probabilities softmax yhat scores score")


def is_array(path: str) -> bool:
    """A file of numpy arrays."""
    return path.lower().rpartition(".")[2] in ARRAY_SUFFIXES


def is_answer_array(name: str) -> bool:
    """An array of this name holds what a model answered: "val_logits", "probs", "y_pred"."""
    words = set(name.lower().replace("-", "_").split("_"))
    return bool(words & (_ANSWER_ARRAYS | _PREDICTION_WORDS))


def words_of(name: str) -> list[str]:
    """The words of a file's name, without its suffix, in lower case."""
    stem = name.lower().partition(".")[0]
    return [english_word(word) for word in stem.replace("-", "_").replace(" ", "_").split("_") if word]


def is_table(path: str) -> bool:
    """A path that ends as tables do."""
    return path.lower().rpartition("/")[2].partition(".")[2] in TABLE_SUFFIXES


def may_be_part(name: str) -> bool:
    """A table that may be one of several with the same columns: no copy, no answers, no raw form, no log."""
    words = set(words_of(name))
    other = LOG_WORDS - set(_SPLIT_WORDS) | _PREDICTION_WORDS | _LABEL_WORDS | _COPIES | RAW_WORDS
    return is_table(name) and other.isdisjoint(words)


def part_called(name: str) -> str | None:
    """The split that the name of a table says among tables with the same columns: also "fit", "check", "oot"."""
    words = words_of(name)
    found = {_SPLIT_WORDS.get(word) or _SHORT_SPLITS.get(word) or _PART_WORDS.get(word) for word in words} - {None}
    return next(iter(found)) if len(found) == 1 else None


_DICTIONARIES = word_set("dictionary schema codebook datadict")
# What columns are called, and what describes them: both words make a dictionary ("feature_spec", "input_contract").
_DESCRIBED = word_set("feature features column columns field fields variable variables input inputs data dataset table")
_DESCRIPTIONS = word_set(
    "spec specs specification catalog catalogue registry contract view definition definitions defs"
)


def is_dictionary(name: str) -> bool:
    """A file that describes columns: "data_dictionary.csv", "schema.json", "feature_spec.yaml"."""
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    told = not _DESCRIBED.isdisjoint(words) and not _DESCRIPTIONS.isdisjoint(words)
    told |= suffix in ("md", "xlsx") and bool(words) and _DESCRIBED.issuperset(words)  # a text called "features"
    fits = suffix in ("csv", "tsv", "json", "yaml", "yml", "md", "xlsx")
    return bool(dot) and fits and (told or not _DICTIONARIES.isdisjoint(words))


MADE_WORDS = word_set("features feature engineered prepared processed preprocessed design transformed encoded")


def is_made(file: str) -> bool:
    """A table that is called after what was made of other columns: "features_train.csv"."""
    return not MADE_WORDS.isdisjoint(words_of(file.rpartition("/")[2]))


def may_hold_answers(name: str) -> bool:
    """A text table whose name does not say that it is a log or an account of something."""
    return is_table(name) and _NO_ANSWERS.isdisjoint(words_of(name))


_WHEN = re.compile(r"[wvqmd]*\d+(?:[wqmd]\d+)?")


def _is_harmless(word: str) -> bool:
    """Beside a split it says what data usually are, or from when: "snapshot", "nov", "w11", "2024"."""
    return word in _DATA_WORDS or word in _MONTHS or _WHEN.fullmatch(word) is not None


def may_be_data(name: str) -> bool:
    """A table whose name does not say that it is something else than rows of data."""
    _, dot, suffix = name.lower().partition(".")
    fits = bool(dot) and suffix in TABLE_SUFFIXES and table_kind(name) is None and not is_dictionary(name)
    return fits and LOG_WORDS.isdisjoint(words_of(name))


def may_hold_rows(name: str) -> bool:
    """A file in a folder of data that may be a table of it."""
    name = _as_table(name)
    return (
        is_array(name)
        or is_dictionary(name)
        or may_be_list(name)
        or any(told(name) is not None for told in (table_kind, beside_split, labels_of))
        or may_be_data(name)
    )


LIST_SUFFIXES = ("txt", "lst", "list")
_OF_ALL = word_set("split splits partition partitions indices")


def may_be_list(name: str) -> bool:
    """A file that may name the examples of a split, or of all of them: "val.txt", "train_idx.npy", "splits.json"."""
    stem, _, suffix = name.lower().rpartition(".")
    if suffix == "json":
        return split_called(stem) is not None or not _OF_ALL.isdisjoint(words_of(name))
    return suffix in (*LIST_SUFFIXES, "csv", "npy") and split_called(stem) is not None


def _as_table(name: str) -> str:
    """JSON lines in a folder of data are rows; elsewhere "train.jsonl" is a log more often."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.csv" if dot + suffix.lower() in JSON_LINES else name


def rows_in_use(rel: str) -> bool:
    """A table in a folder of rows in use that is called after rows or scores, not after what came of them."""
    folders, _, name = rel.lower().rpartition("/")
    if SERVING_FOLDERS.isdisjoint(folders.split("/")) or not is_table(name) or own_kind(name) is not None:
        return False
    return (LOG_WORDS - _OF_ROWS).isdisjoint(words_of(name)) and not is_dictionary(name)


def _is_designed(name: str) -> bool:
    """A description of a model, which in a folder of specifications is what was meant: "network.yaml"."""
    stem, _, suffix = name.lower().rpartition(".")
    words = words_of(stem)
    return suffix in TABLES["design"][1] and bool(words) and _OF_MODELS.issuperset(words)


def table_kind_at(rel: str) -> str | None:
    """`table_kind` of a file by its place: `raw/train.csv` is the table that `train.csv` was made of."""
    folders, _, name = rel.rpartition("/")
    if _DESIGN_FOLDERS.intersection(folders.lower().split("/")) and _is_designed(name):
        return "design"
    kind = table_kind(_as_table(name)) or bare_training(name) if holds_data(rel) else table_kind(name)
    if kind in (None, "predictions") and rows_in_use(rel):
        return "serving"
    raw = f"{kind}_raw"
    return raw if raw in TABLES and not RAW_FOLDERS.isdisjoint(folders.split("/")) else kind
