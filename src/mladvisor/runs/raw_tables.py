"""The raw table that the training table was made of, where nothing but names, places and shared columns say so."""

from __future__ import annotations

from mladvisor.runs import data_names, split_names, table_names
from mladvisor.runs.data_folders import RAW_FOLDERS
from mladvisor.runs.data_sets import LEAST_DATA, header_in
from mladvisor.runs.model import Run
from mladvisor.runs.readers import Candidate

Found = dict[str, tuple[str, ...]]

_SOURCE_WORDS = table_names.RAW_WORDS | {"source", "sources", "extract", "dump", "export", "landing", "ingest"}
_MADE_FOLDERS = data_names.MADE_WORDS | {"gold", "silver", "curated", "refined", "clean", "cleaned", "final"}


def may_be_raw(file: str) -> bool:
    """A table whose name or folder says that it came so, or that no word sets apart: "raw/customers.csv"."""
    return is_source(file) or (data_names.may_be_data(file.rpartition("/")[2]) and not lies_made(file))


def is_source(file: str) -> bool:
    """A table whose name or folder says that it came so."""
    folders, _, name = file.rpartition("/")
    return not RAW_FOLDERS.isdisjoint(folders.split("/")) or not _SOURCE_WORDS.isdisjoint(split_names.words_of(name))


def lies_made(file: str) -> bool:
    """A table that its name or folder calls made of others: "features/train.parquet", "prepared.csv"."""
    return data_names.is_made(file) or not _MADE_FOLDERS.isdisjoint(file.lower().split("/")[:-1])


def raw_beside(run: Run, files: list[Candidate], found: Found) -> Found:
    """`train_raw`, where one table shares columns with the training table and lacks others that it has.

    Whether rows belong together is told by their cells (`tables/rows_beside.py`); here only which file it may be.
    """
    taken = {**run.files, **found}
    train = (*taken.get("train", ()), "")[0]
    paths = {file.rel: file for file in files}
    if train not in paths or any(f"{split}_raw" in taken for split in ("train", "val", "test")):
        return {}
    used = {name for names in taken.values() for name in names}
    columns = header_in(paths[train])
    fit = [
        file.rel
        for file in files
        if file.rel not in used and file.size >= LEAST_DATA and table_names.is_table(file.rel)
        if may_be_raw(file.rel) and (is_source(file.rel) or lies_made(train))
        if _is_parent(columns, header_in(file), said=is_source(file.rel))
    ]
    if len(fit) != 1:
        return {}
    run.assumed.append(f"{fit[0]} is taken for the raw table of {train}, by its place and columns")
    return {"train_raw": (fit[0],)}


def made_beside_plain(run: Run, files: list[Candidate], found: Found) -> Found:
    """Of two tables of one split, of which one is called made ("train.csv", "train_processed.csv"), that one is learned
    from, and the other is what it was made of; where it has columns that the other has not.
    """
    paths = {file.rel: file for file in files}
    pairs: dict[str, tuple[str, str]] = {}
    for split in ("train", "val", "test"):
        own = run.files.get(split, ())
        made = [file for file in own if lies_made(file) and not is_source(file)]
        plain = [file for file in own if file not in made]
        if split in found or f"{split}_raw" in run.files or (len(made), len(plain)) != (1, 1):
            continue
        new, before = (header_in(paths[file]) if file in paths else frozenset() for file in (made[0], plain[0]))
        if new - before and before - new:
            pairs[split] = made[0], plain[0]
    if "train" not in pairs:
        return {}
    told = " and ".join(f"{made} as {split}" for split, (made, _) in pairs.items())
    run.assumed.append(f"{told}: features are made of the columns of the table beside it")
    result: Found = {split: (made,) for split, (made, _) in pairs.items()}
    return result | {f"{split}_raw": (plain,) for split, (_, plain) in pairs.items()}


def _is_parent(columns: frozenset[str], others: frozenset[str], *, said: bool) -> bool:
    """It shares columns with what was made of it; what is only called so has other columns, too."""
    shared = columns & others
    return bool(shared) and (said or (len(shared) > 1 and columns != others)) and bool(columns)


def made_table(files: list[str]) -> str | None:
    """Of several tables the one that is called made, where all others are called raw."""
    made = [file for file in files if lies_made(file) and not is_source(file)]
    rest = [file for file in files if file not in made]
    return made[0] if len(made) == 1 and rest and all(map(is_source, rest)) else None
