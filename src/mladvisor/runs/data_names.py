"""Which files may hold data that is not called as the tables of a run are: arrays, parts of a set, what was made of it.

With them what describes the columns, and what the folder of a file adds to its name (`raw/train.csv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mladvisor.runs.data_folders import ANSWER_FOLDERS, RAW_FOLDERS, SERVING_FOLDERS, holds_data, split_of_folder
from mladvisor.runs.split_names import SPLIT_WORDS, may_be_list, words_of
from mladvisor.runs.table_names import (
    JSON_LINES,
    LABEL_WORDS,
    LOG_WORDS,
    PREDICTION_WORDS,
    RAW_WORDS,
    ROWS,
    TABLE_SUFFIXES,
    TABLES,
    bare_training,
    beside_split,
    is_table,
    labels_of,
    own_kind,
    table_kind,
)
from mladvisor.runs.word_sets import word_set

# Archives and files of numpy arrays, what their arrays of inputs and of answers are called.
ARRAY_SUFFIXES = ("npz", "npy")
JSON_OF_ROWS = ("jsonl", "ndjson", "json")
INPUT_ARRAYS = word_set(
    "x image images img imgs input inputs features data samples windows signal signals sequences series pixels spectra"
)
_ANSWER_ARRAYS = word_set("logit logits prob probs proba probas probabilities softmax yhat scores score")

# Of copies of a table, whole or in part, none is a split of its own.
_COPIES = word_set("sample samples subset head small mini tiny demo example old backup copy bak tmp dictionary schema")
_PARTS = word_set(
    "sample samples subset head preview excerpt first extract muestra amostra campione echantillon probka stichprobe "
    "auszug estratto extracto extrait"
)
_NO_ANSWERS = word_set("importance importances log history metrics loss losses slice slices audit layers stats config")
MADE_WORDS = word_set("features feature engineered prepared processed preprocessed design transformed encoded")
_DICTIONARIES = word_set("dictionary schema codebook datadict")
# What columns are called, and what describes them: both words make a dictionary ("feature_spec", "input_contract").
_DESCRIBED = word_set("feature features column columns field fields variable variables input inputs data dataset table")
_DESCRIPTIONS = word_set(
    "spec specs specification catalog catalogue registry contract view definition definitions defs"
)
_OF_ROWS = word_set("score scores log logs input output outputs")  # of rows that were asked about and answered
_OF_SCORES = word_set("scores")  # of epochs as often as of rows
_DESIGN_FOLDERS = word_set("spec specs specification design designs blueprint")
_OF_MODELS = word_set("model network net architecture arch layers")


def is_array(path: str) -> bool:
    """A file of numpy arrays."""
    return path.lower().rpartition(".")[2] in ARRAY_SUFFIXES


def is_answer_array(name: str) -> bool:
    """An array of this name holds what a model answered: "val_logits", "probs", "y_pred"."""
    words = set(name.lower().replace("-", "_").split("_"))
    return bool(words & (_ANSWER_ARRAYS | PREDICTION_WORDS))


def may_be_part(name: str) -> bool:
    """A table that may be one of several with the same columns: no copy, no answers, no raw form, no log."""
    words = set(words_of(name))
    other = LOG_WORDS - set(SPLIT_WORDS) | PREDICTION_WORDS | LABEL_WORDS | _COPIES | RAW_WORDS
    return is_table(name) and other.isdisjoint(words)


def is_sample(file: str) -> bool:
    """A table that is called after a part of its rows: "train_head.csv", "valid_sample.parquet"."""
    name = file.rpartition("/")[2]
    return not _PARTS.isdisjoint((*words_of(name), *name.lower().replace("-", "_").partition(".")[0].split("_")))


def may_hold_answers(name: str) -> bool:
    """A text table whose name does not say that it is a log or an account of something."""
    return is_table(name) and _NO_ANSWERS.isdisjoint(words_of(name))


def is_made(file: str) -> bool:
    """A table that is called after what was made of other columns: "features_train.csv"."""
    return not MADE_WORDS.isdisjoint(words_of(file.rpartition("/")[2]))


_LISTINGS = word_set("manifest manifests listing filelist inventory")
_FILE_COLUMNS = word_set(
    "path filepath filename file image img images imagepath imagefile audio wav video clip picture photo"
)


def lists_examples(file: str, columns: Iterable[str]) -> bool:
    """A table that says which examples there are and where they lie: the inputs themselves lie elsewhere.

    By its name ("split_manifest.csv"), or by a column that holds files ("image_path", "filename").
    """
    if not _LISTINGS.isdisjoint(words_of(file.rpartition("/")[2])):
        return True
    return any(_FILE_COLUMNS.issuperset(words) for words in map(words_of, columns) if words)


def is_dictionary(name: str) -> bool:
    """A file that describes columns: "data_dictionary.csv", "schema.json", "feature_spec.yaml"."""
    _, dot, suffix = name.lower().partition(".")
    words = words_of(name)
    told = not _DESCRIBED.isdisjoint(words) and not _DESCRIPTIONS.isdisjoint(words)
    told |= suffix in ("md", "xlsx") and bool(words) and _DESCRIBED.issuperset(words)  # a text called "features"
    fits = suffix in ("csv", "tsv", "json", "yaml", "yml", "md", "xlsx")
    return bool(dot) and fits and (told or not _DICTIONARIES.isdisjoint(words))


_TYPED = re.compile(r"(?:^|[\s{,\"'-])(?:dtype|type|data_type|kind)[\"']?\s*:\s*[\"']?[a-z]", re.IGNORECASE)
_LEAST_TYPED = 2
_OF_COLUMNS = word_set("feature features column columns field fields variable variables")


def describes_columns(name: str, text: str) -> bool:
    """ "features.yaml", in which each has a type: a list of names alone says what a model was given."""
    words, suffix = words_of(name), name.lower().rpartition(".")[2]
    told = _DESCRIBED.issuperset(words) and not _OF_COLUMNS.isdisjoint(words)  # "data.yaml" is a setting more often
    fits = suffix in ("json", "yaml", "yml") and told
    return fits and len(_TYPED.findall(text)) >= _LEAST_TYPED


def may_be_data(name: str) -> bool:
    """A table whose name does not say that it is something else than rows of data."""
    _, dot, suffix = name.lower().partition(".")
    fits = bool(dot) and suffix in TABLE_SUFFIXES and table_kind(name) is None and not is_dictionary(name)
    return fits and LOG_WORDS.isdisjoint(words_of(name))


def is_listing(path: str) -> bool:
    """The file lists rows or files by its name: whose they are, where they come from, in which part; no features."""
    return not _LISTINGS.isdisjoint(words_of(path.rpartition("/")[2]))


def _may_be_annotations(name: str) -> bool:
    """ "instances_val2017.json", "train.json", "_annotations.coco.json": what is marked in the images of a split."""
    words = words_of(name)
    told = not _ANNOTATIONS.isdisjoint(words) or (len(words) == 1 and words[0] in SPLIT_WORDS)
    return name.lower().endswith(".json") and told


_ANNOTATIONS = word_set("instances annotations annotation coco bbox boxes")


def may_hold_rows(name: str) -> bool:
    """A file in a folder of data that may be a table of it."""
    name = _as_table(name)
    return (
        is_array(name)
        or _may_be_annotations(name)
        or is_dictionary(name)
        or may_be_list(name)
        or any(told(name) is not None for told in (table_kind, beside_split, labels_of))
        or may_be_data(name)
    )


def _as_table(name: str) -> str:
    """JSON lines in a folder of data are rows; elsewhere "train.jsonl" is a log more often."""
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.csv" if dot + suffix.lower() in JSON_LINES else name


def rows_in_json(rel: str) -> str | None:
    """The kind of table that a file of JSON would be by its name and place, if it holds rows: `train.jsonl`."""
    folder, _, name = rel.rpartition("/")
    stem, _, suffix = name.lower().partition(".")
    if suffix not in JSON_OF_ROWS:
        return None
    kind = table_kind_at(f"{folder}/{stem}.csv" if folder else f"{stem}.csv") or SPLIT_WORDS.get(stem)
    return kind if kind is not None and kind.removesuffix("_raw") in (*ROWS, "serving") else None


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
    if kind is None and is_table(name):
        kind = split_of_folder(folders.rpartition("/")[2])
    if kind in (None, "predictions") and rows_in_use(rel):
        return "serving"
    if kind in ROWS and folders.rpartition("/")[2].lower() in ANSWER_FOLDERS - _OF_SCORES:
        return "predictions"  # of these rows
    raw = f"{kind}_raw"
    return raw if raw in TABLES and not RAW_FOLDERS.isdisjoint(folders.split("/")) else kind


_PICKED = word_set(
    "worst hardest hard misclassified misclassifications mistakes mistake wrong failures failed confused confusions "
    "disagreements disagreeing fp fn audit"
)


def is_picked(name: str) -> bool:
    """A table of rows that were picked for how the model did on them, which is no sample of what it answers:
    "worst_examples.csv", "misclassified.csv".
    """
    return not _PICKED.isdisjoint(words_of(name.rpartition(".")[0]))
