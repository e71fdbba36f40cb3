"""All tables of a run, each read when it is first asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from mladvisor.errors import MladvisorError, ReadError
from mladvisor.runs.beside import header_of, labels_kind
from mladvisor.runs.model import Run
from mladvisor.runs.table_names import LABELS, is_answer, own_kind
from mladvisor.tables.arranged import divided, joined, without_bookkeeping
from mladvisor.tables.outcomes import outcomes_in, table_of

if TYPE_CHECKING:
    from mladvisor.tables.label import Label, Task
    from mladvisor.tables.schema import Schema
    from mladvisor.tables.table import Table

SPLITS = ("train", "val", "test")
KINDS = (
    *SPLITS,
    *map(labels_kind, SPLITS),
    "train_raw",
    "val_raw",
    "test_raw",
    "predictions",
    "business",
    "batches",
    "layers",
)
BYTES_PER_SECOND = 40_000_000
"""Text that pandas parses in a second of the machine that estimates are made for."""


class Tables:
    """The tables of one run.

    Attributes:
        run: what was read.
        errors: table -> why it cannot be read, in words.
        notes: what was odd about the files read so far.

    Args:
        budget: seconds that reading the splits may take by estimate; of more only pieces are read.
    """

    def __init__(self, run: Run, *, budget: float = 1.0) -> None:
        self.run = run
        self.errors: dict[str, str] = {}
        self.notes: list[str] = []
        self._files = _files(run, self.notes)
        self._budget = budget
        self._tables: dict[str, Table | None] = {}
        self._answers: list[str] = []
        self._labelled: str | None = None

    def __bool__(self) -> bool:
        """Whether the folder holds any of the three splits."""
        return any(name in self._files for name in SPLITS)

    @property
    def none(self) -> bool:
        """Whether the folder holds no data, predictions or outcomes, whatever statistics of training lie there."""
        return not self._files.keys() - {"batches", "layers"}

    def __contains__(self, name: str) -> bool:
        """Whether the folder holds such a file; it may still turn out to be no table."""
        return name in self._files

    def file(self, name: str) -> str | None:
        """The file of a table, relative to the run folder."""
        return self._files.get(name)

    def get(self, name: str) -> Table | None:
        """A table, or None when there is none that can be read (`errors` says why)."""
        if name in SPLITS[1:] and "train" in self._files and "train" not in self._tables:
            self.get("train")  # it may hold the others
        if name not in self._tables:
            self._tables[name] = self._read(name)
            if name == "train":
                self._divide()
            if name == "val" and self._tables[name] is None and "test" not in self:
                self._tables[name] = self._rows_predicted()
        return self._tables[name]

    @property
    def splits(self) -> dict[str, Table]:
        """Those of train, val and test that can be read and have rows, in that order."""
        found = {name: self.get(name) for name in SPLITS}
        return {name: table for name, table in found.items() if table is not None and table.rows > 0}

    @property
    def pairs(self) -> dict[str, tuple[Table, Table]]:
        """Split -> (raw table, engineered table), where both can be read."""
        found = {name: (self.get(f"{name}_raw"), self.get(name)) for name in SPLITS if f"{name}_raw" in self}
        return {name: (raw, own) for name, (raw, own) in found.items() if raw is not None and own is not None}

    @property
    def label(self) -> Label | None:
        """The label's column, and how that is known."""
        if not hasattr(self, "_label"):
            self._label = self._find_label()
        return self._label

    @property
    def label_column(self) -> str | None:
        """The name of the label's column."""
        return self.label.column if self.label is not None else None

    @property
    def task(self) -> Task | None:
        """What is learned as far as the label's cells tell; the feature `task` also knows the manifest."""
        from mladvisor.tables.label import task_of

        if not hasattr(self, "_task"):
            column = self.label_column
            holding = (table for table in self.splits.values() if column is not None and column in table)
            first = next(holding, None)
            self._task: Task | None = task_of(first, column) if first is not None and column is not None else None
        return self._task

    @property
    def columns(self) -> list[str]:
        """Every column of the three splits, the label's included, in the order of the first table that has it."""
        return list(dict.fromkeys(column for table in self.splits.values() for column in table.columns))

    @property
    def schema(self) -> Schema | None:
        """The feature dictionary of the folder; None without one that can be read."""
        from mladvisor.tables.schema import read_schema

        if not hasattr(self, "_schema"):
            self._schema: Schema | None = None
            file = self._schema_file()
            if file is not None:
                try:
                    self._schema = read_schema(_inside(self.run, file), file)
                except (MladvisorError, OSError) as error:
                    self.errors["schema"] = str(error)
                    self._note(str(error))
        return self._schema

    def cells(self, *names: str, most_rows: int | None = None) -> int:
        """Rows times columns of the tables named (the three splits by default), each cut at `most_rows`."""
        chosen = [self.get(name) for name in names or SPLITS]
        return sum(min(t.rows, most_rows or t.rows) * len(t.columns) for t in chosen if t is not None)

    def width(self, *names: str) -> int:
        """Columns of the tables named (the three splits by default), added up."""
        return sum(len(t.columns) for t in map(self.get, names or SPLITS) if t is not None)

    @property
    def load_seconds(self) -> float:
        """Estimated cost of reading the three splits."""
        return sum(min(self._bytes(name), self._most_bytes(name)) for name in SPLITS) / BYTES_PER_SECOND

    # Inside

    def _read(self, name: str) -> Table | None:
        file = self._files.get(name)
        if file is None:
            return None
        try:
            if name == "business" and (outcomes := outcomes_in(self.run)):
                return table_of(outcomes[0].place.file, self.run)
            from mladvisor.tables.load import read_table
        except ImportError:
            self.errors[name] = f'{file}: `pip install pandas` (or "mladvisor[tables]") to look into tables'
            self._note(self.errors[name])
            return None
        try:
            table = read_table(_inside(self.run, file), name, file, most_bytes=self._most_bytes(name))
        except ImportError:
            self.errors[name] = f'{file}: `pip install pandas` (or "mladvisor[tables]") to look into tables'
        except MladvisorError as error:
            self.errors[name] = str(error)
        except OSError as error:
            self.errors[name] = f"{file}: cannot be opened ({error.strerror})"
        else:
            for note in table.notes:
                self._note(note)
            if name == "predictions":
                return self._in_our_words(table)
            return self._with_labels(name, without_bookkeeping(self._without_answers(name, table)))
        self._note(self.errors[name])
        return None

    def _in_our_words(self, table: Table) -> Table:
        from mladvisor.tables.predicted import renamed

        names = renamed(table, self.label_column)
        if names:
            table.frame = table.frame.rename(columns=names)
            self._note(f"{table.file}: " + ", ".join(f'"{old}" is taken for {new}' for old, new in names.items()))
        return table

    def _rows_predicted(self) -> Table | None:
        from mladvisor.tables.predicted import as_split

        train, predicted = self.get("train"), self.get("predictions")
        return as_split(predicted, train, self.label_column) if train is not None and predicted is not None else None

    def _without_answers(self, name: str, table: Table) -> Table:
        """A split without what a model answered for it: columns called so that training lacks."""
        train = self.get("train") if name in SPLITS and name != "train" else None
        answers = [c for c in table.columns if is_answer(c) and c not in train] if train is not None else []
        if answers:
            table.frame = table.frame.drop(columns=answers)
            self._answers += answers
        return table

    def _divide(self) -> None:
        """Where all rows stand in one table, and a column says which split each belongs to, the splits of it."""
        whole = self._tables["train"]
        if whole is None or any(name in self._files for name in SPLITS[1:]):
            return
        splits = divided(whole)
        if splits:
            self._tables |= splits
            self._files |= dict.fromkeys(splits, whole.file)
            self._note(f"{whole.file}: its rows are told apart by a column that says which split each belongs to")

    def _with_labels(self, name: str, table: Table) -> Table:
        """A split with the labels that stand in a table of their own (`X_train.csv`, `y_train.csv`), row by row."""
        file = self._files.get(labels_kind(name))
        if file is None or table.share < 1.0 or not LABELS.isdisjoint(column.lower() for column in table.columns):
            return table  # it has labels of its own
        if name != "train" and self._labelled is None:
            return table  # what training is labelled with stands elsewhere
        from mladvisor.tables.load import read_table

        try:
            labels = read_table(_inside(self.run, file), name, file, most_bytes=self._most_bytes("labels"))
        except (MladvisorError, OSError) as error:
            self._note(str(error))
            return table
        column = joined(table, labels)
        if column is None:
            self._note(f"{file}: does not hold one label for each row of {table.file} in its order, and is not used")
        else:
            self._labelled = column
        return table

    def _most_bytes(self, name: str) -> int:
        """A share of the budget's bytes as large as the file's share of all splits."""
        total = sum(self._bytes(split) for split in SPLITS) or 1
        allowed = int(self._budget * BYTES_PER_SECOND)
        if name not in SPLITS or total <= allowed:
            return allowed if name not in SPLITS else total
        return max(1_000_000, allowed * self._bytes(name) // total)

    def _bytes(self, name: str) -> int:
        file = self._files.get(name)
        try:
            return _size(_inside(self.run, file)) if file is not None else 0
        except (OSError, MladvisorError):
            return 0

    def _find_label(self) -> Label | None:
        from mladvisor.tables.label import find_label

        manifest = self.run.manifest.label
        settings = {key: setting.value for key, setting in self.run.config.items()}
        schema = self.schema.label if self.schema is not None else None
        splits = self.splits.values()
        taken = self.run.script.taken_out if self.run.script is not None else ()
        taken = (self._labelled,) if self._labelled is not None else taken
        label = find_label(
            splits, manifest=manifest, schema=schema, config=settings, answers=self._answers, script=taken
        )
        if label is None and manifest is not None and self.splits:
            first = next(iter(self.splits.values()))
            self._note(f'the manifest names the label "{manifest}", which is no column of {first.file}')
        lacking = [table.file for table in self.splits.values() if label is not None and label.column not in table]
        if label is not None and lacking:
            self._note(f'{", ".join(lacking)}: there is no column "{label.column}", so nothing is said about its label')
        return label

    def _schema_file(self) -> str | None:
        said = self.run.manifest.schema
        files = self.run.files.get("schema", ())
        return said or (min(files, key=lambda file: file.count("/")) if files else None)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _files(run: Run, notes: list[str]) -> dict[str, str]:
    """Table -> file: the manifest's word, else the nearest file that is not a log of the run.

    Files whose names fit and whose columns do not are told in `notes`.
    """
    logs = {curve.place.file for curve in run.curves}

    def nearest(kind: str, stands_for: str) -> str | None:
        files = [file for file in run.files.get(kind, ()) if file not in logs]
        fit = [file for file in files if _may_stand_beside(run, file, stands_for)]
        aside = [file for file in files if file not in fit]
        if aside:
            notes.append(f"{', '.join(aside)}: shares too few columns with the training table to be a part of its data")
        return min(fit, key=_nearness) if fit else None

    named = {kind: nearest(kind, kind) for kind in KINDS}
    found = {kind: file for kind, file in named.items() if file is not None}
    serving = nearest("serving", "test")
    if serving is not None:
        # Data in use stands where the test split does; a test split beside it where validation data would stand.
        if "test" in found and "val" not in found:
            found["val"] = found["test"]
        found["test"] = serving
    outcomes = outcomes_in(run)
    if outcomes:
        found["business"] = outcomes[0].place.file
    for split, file in run.manifest.splits.items():
        found[{"valid": "val", "validation": "val"}.get(split, split)] = file
    return found


def _may_stand_beside(run: Run, file: str, kind: str) -> bool:
    """A split that only the words of its name tell has columns of the training table, as far as both have a header."""
    if kind not in SPLITS or kind == "train" or own_kind(file.rpartition("/")[2]) == kind:
        return True
    train = [_header(run, one) for one in run.files.get("train", ())[:1]]
    own = _header(run, file)
    return not train or not train[0] or not own or len(own & train[0]) * 2 >= len(train[0])


def _header(run: Run, file: str) -> frozenset[str]:
    try:
        return header_of(_inside(run, file))
    except MladvisorError:
        return frozenset()


def _nearness(file: str) -> tuple[int, bool, int]:
    """The nearest to the run folder first, of those one that is called exactly so, then the shortest name."""
    name = file.rpartition("/")[2]
    return file.count("/"), own_kind(name) is None, len(name)


def _size(path: Path) -> int:
    if path.suffix.lower() in (".gz", ".parquet"):
        from mladvisor.tables.load import size_of

        return size_of(path)
    return path.stat().st_size


def _inside(run: Run, file: str) -> Path:
    """The path of a file of the run. Raises ReadError when a manifest points outside the folder."""
    root = Path(run.path)
    root = root if root.is_dir() else root.parent
    path = Path(os.path.normpath(root / file))
    if not path.is_relative_to(os.path.normpath(root)):
        raise ReadError("lies outside the run folder, where a manifest may not point", file=file)
    return path
