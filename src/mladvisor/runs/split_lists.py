"""Lists that say which row or file belongs to which split: "train_idx.txt", "splits.json", "splits/val.txt".

A list names each example by its number in a table, by its key, or by its file, alone or with its label behind it
("scan_0041.png 2"). Text that a model learns from is called alike, so the lines decide.
"""

from __future__ import annotations

import re
from typing import Any

from mladvisor.errors import ReadError
from mladvisor.runs.coco import images_in, split_of_annotations
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_names import is_part_column
from mladvisor.runs.split_names import LIST_SUFFIXES, may_be_list, split_called, words_of
from mladvisor.runs.word_sets import word_set

SPLITS = ("train", "val", "test")
MOST_BYTES = 8_000_000
LEAST = 10
"""Examples that a list must name: shorter ones are notes."""

_LISTS = word_set(
    "idx index indices indexes ids id rows row list lists files filelist filenames names paths images imgs split "
    "splits partition samples examples keys cases patients patient subjects subject users user speakers speaker "
    "customers customer clients client sites site groups group sessions session devices device videos"
)
_FOLDERS = word_set("split splits lists imagesets main partition partitions folds")
_LOOKED_AT = 200
_NUMBER = re.compile(r"\d+|\d\.\d+e\+\d+")  # `np.savetxt` writes 12 as 1.2e+01 unless told otherwise
_FILE = re.compile(r"\S*[\w)]\.[A-Za-z][A-Za-z0-9]{1,4}|\S+/\S+")

_KEY = re.compile(r"(?=\S*\d)[\w.:-]+")
"""A key as a list in JSON may hold it, which is no text that is learned from: "subj0012_frame3", "a1f0-77"."""

Example = tuple[str, str | None]
"""How an example is named, and its label where the list has one."""


def list_kind(split: str) -> str:
    """What the file is called that lists the examples of a split."""
    return f"{split}_list"


def lists_beside(run: Run, files: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """ "train_list" -> the file that lists the examples of training, where at least training and another are listed."""
    found: dict[str, str] = {}
    for file in files:
        for split in _may_list(file):
            if split not in found and read_list(file, split):
                found[split] = file.rel
    if "train" not in found or len(found) < 2:
        return {}
    told = " and ".join(f"{file} as {split}" for split, file in found.items())
    run.assumed.append(f"{told}: lists of the examples of each split")
    return {list_kind(split): (file,) for split, file in found.items()}


def _may_list(file: Candidate) -> tuple[str, ...]:
    """The splits that a file may list, by its name."""
    if (annotated := split_of_annotations(file)) is not None:
        return (annotated,)
    if file.size > MOST_BYTES:
        return ()
    if file.name.lower().endswith(".csv") and _part_and_key(file.head.decode("utf-8", "replace")) is not None:
        return SPLITS
    if not may_be_list(file.name):
        return ()
    stem, _, suffix = file.name.lower().rpartition(".")
    words, split = words_of(file.name), split_called(stem)
    if split is None:
        return SPLITS
    listed = not _LISTS.isdisjoint(words) or (
        suffix != "csv" and not _FOLDERS.isdisjoint(file.folder.lower().split("/"))
    )
    return (split,) if listed or (suffix in LIST_SUFFIXES and len(words) == 1) else ()


def read_list(file: Candidate, split: str) -> list[Example]:
    """The examples that a file lists for a split; [] where it lists none."""
    suffix = file.name.lower().rpartition(".")[2]
    try:
        if suffix == "npy":
            return _of_array(file)
        if suffix == "csv" and (columns := _part_and_key(file.head.decode("utf-8", "replace"))) is not None:
            return _of_parts(file.read_text(MOST_BYTES), columns, split)
        if suffix != "json" and not _of_lines(file.head.decode("utf-8", "replace").rpartition("\n")[0], suffix):
            return []  # a text that is learned from is not read to its end
        found = _of_json(file.read_json(), split) if suffix == "json" else _of_lines(file.read_text(MOST_BYTES), suffix)
    except (ReadError, OSError, ValueError, EOFError, OverflowError, MemoryError):
        return []  # an empty array, or one that says it is larger than it is, is no list either
    return found if len(found) >= LEAST else []


def _part_and_key(text: str) -> tuple[int, int] | None:
    """Places of the column that says which split an example is of, and of its key, in a table of just these two."""
    names = [name.strip(" \"'\r") for name in re.split("[,;\t]", text.partition("\n")[0])]
    parts = [at for at, name in enumerate(names) if is_part_column(name)]
    if len(names) != 2 or len(parts) != 1 or not _NO_EXAMPLES.isdisjoint(words_of(names[1 - parts[0]])):
        return None
    return parts[0], 1 - parts[0]


_NO_EXAMPLES = word_set(
    "date dates day days hour hours week weeks month months quarter year years time timestamp minute epoch epochs step "
    "steps iteration word words token tokens term terms ngram column columns col feature features field score scores "
    "value values loss metric prediction weight count counts bin bucket"
)
"""What is the same on both sides where rows are dealt out well, and what is none of the examples."""


def _of_parts(text: str, columns: tuple[int, int], split: str) -> list[Example]:
    """ "part,account": the keys of a split; [] where next to none differ, as in a column of labels."""
    part, key = columns
    rows = [[cell.strip(" \"'") for cell in re.split("[,;\t]", line)] for line in text.splitlines()[1:] if line.strip()]
    names = [row[key] for row in rows if len(row) == 2 and split_called(row[part]) == split]
    fits = all(_is_name(name) or _KEY.fullmatch(name) for name in names[:_LOOKED_AT])
    several = len(set(names)) * 2 > len(names) >= LEAST
    return [(name, None) for name in names] if fits and several else []


def _of_array(file: Candidate) -> list[Example]:
    import numpy as np

    values = np.load(file.path, allow_pickle=False)
    fits = isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iuU" and len(values) >= LEAST
    return [(str(value), None) for value in values.tolist()] if fits else []


def _of_json(content: Any, split: str) -> list[Example]:
    """A list, or the one that a dictionary of lists has for the split: "train", "val_idx"; images with annotations."""
    if images := images_in(content):
        return list(images)
    if isinstance(content, dict):
        lists = [value for key, value in content.items() if isinstance(value, list) and split_called(key) == split]
        content = lists[0] if len(lists) == 1 else None
    if not isinstance(content, list) or not all(isinstance(each, int | str) for each in content):
        return []
    names = [str(each) for each in content]
    fits = all(_is_name(name) or _KEY.fullmatch(name) for name in names[:_LOOKED_AT])
    return [(name, None) for name in names] if fits else []


def _of_lines(text: str, suffix: str) -> list[Example]:
    """A line an example: its number, key or file, and perhaps its label behind it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if suffix == "csv" and lines and not _NUMBER.fullmatch(lines[0]) and not _FILE.fullmatch(lines[0].split(",")[0]):
        lines = lines[1:]  # a header
    parts = [re.split(r"[\s,;]+", line) for line in lines]
    if not parts or {len(each) for each in parts[:_LOOKED_AT]} - {len(parts[0])} or len(parts[0]) > 2:
        return []
    two_numbers = len(parts[0]) > 1 and _NUMBER.fullmatch(parts[0][0])  # a curve more often
    named = all(_is_name(each[0]) for each in parts[:_LOOKED_AT])
    if two_numbers or not (named or _are_keys([each[0] for each in parts[:_LOOKED_AT]])):
        return []
    return [(_whole(each[0]), each[1] if len(each) > 1 else None) for each in parts]


def _is_name(word: str) -> bool:
    return bool(_NUMBER.fullmatch(word) or _FILE.fullmatch(word))


def _are_keys(words: list[str]) -> bool:
    """ "P003", "P007": one word, or none, and a number behind it in every line, which no text is."""
    found = [_NUMBERED.fullmatch(word) for word in words]
    return len(words) >= LEAST and len({each[1] if each else None for each in found}) == 1 and found[0] is not None


_NUMBERED = re.compile(r"([A-Za-z]{1,12}[_-]?)\d{1,9}")


def _whole(word: str) -> str:
    """ "1.2e+01" as "12"."""
    return str(int(float(word))) if not word.isdecimal() and _NUMBER.fullmatch(word) else word
