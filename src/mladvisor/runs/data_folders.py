"""Folders that hold the tables of a run, under the names people give them; `data_names` has the files in them."""

from __future__ import annotations

from mladvisor.runs.other_languages import english
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

RAW_FOLDERS = word_set("raw raw_data original bronze landing")
"""Tables as they came."""
DATA_FOLDERS = RAW_FOLDERS | word_set(
    "data dataset datasets input inputs prepared preprocessed processed clean cleaned interim features splits tables "
    "d ds dat arrays windows csv parquet in samples records extract extracts export exports snapshot snapshots "
    "feed frames silver gold staging curated engineered refined annotations coco"
)
"""Tables as they came and as they were made."""
ANSWER_FOLDERS = word_set("predictions preds prediction predict predicted scores forecasts forecast answers")
"""What a model answered."""
SERVING_FOLDERS = word_set("serving served inference deployment deployed requests scored scoring")
"""What a model was asked in use: their tables are rows in use, whatever else their names say."""
_FOLDERS_OF_ROWS = DATA_FOLDERS | ANSWER_FOLDERS | SERVING_FOLDERS


def is_data_folder(name: str) -> bool:
    """A folder that is called as those which hold the tables of a run."""
    return name in DATA_FOLDERS or english(name) in DATA_FOLDERS


def holds_data(rel: str) -> bool:
    """A file below a folder of tables, given relative to the run folder."""
    return any(map(is_data_folder, rel.split("/")[:-1]))


def may_be_entered(name: str) -> bool:
    """A folder that is called as those which hold tables of data, answers, or rows in use."""
    return not _FOLDERS_OF_ROWS.isdisjoint((name.lower(), english(name))) or split_of_folder(name) is not None


def split_of_folder(name: str) -> str | None:
    """The split of a folder of a partitioned table: "split=train"."""
    key, equals, value = name.lower().partition("=")
    return split_called(value) if equals and key in _PARTITIONED else None


_PARTITIONED = word_set("split part partition subset set fold dataset")
