"""All tables of a run, each read when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mladvisor.errors import MladvisorError
from mladvisor.runs.data_names import is_array, is_made, lists_examples
from mladvisor.runs.label_looks import by_annotators
from mladvisor.runs.label_named import labels_named
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.model import Run
from mladvisor.runs.split_names import part_called, split_called
from mladvisor.runs.table_columns import LABELS
from mladvisor.runs.table_names import holds_features, labels_kind, own_kind
from mladvisor.tables.arranged import (
    divided,
    joined,
    take_out_answers,
    without_bookkeeping,
    without_history,
    without_predicted,
)
from mladvisor.tables.files import SPLITS
from mladvisor.tables.listed import rows_listed
from mladvisor.tables.opening import TableFiles

if TYPE_CHECKING:
    from mladvisor.tables.label import Label, Task
    from mladvisor.tables.schema import Schema
    from mladvisor.tables.table import Table

_WORDS = ("text", "identifier", "categorical")
_FEW_NUMBERS = 3


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
        self._files = TableFiles(run, budget)
        self.errors, self.notes = self._files.errors, self._files.notes
        self._note = self._files.note
        self._settings = {key: setting.value for key, setting in run.config.items()}
        self._tables: dict[str, Table | None] = {}
        self._answers: list[str] = []
        self._labelled: str | None = None

    def __bool__(self) -> bool:
        """Whether the folder holds any of the three splits."""
        return any(name in self._files.of for name in SPLITS)

    @property
    def none(self) -> bool:
        """Whether the folder holds no data, predictions or outcomes, whatever statistics of training lie there."""
        return not self._files.of.keys() - {"batches", "layers"}

    def __contains__(self, name: str) -> bool:
        """Whether the folder holds such a file; it may still turn out to be no table."""
        return name in self._files.of

    def file(self, name: str) -> str | None:
        """The file of a table, relative to the run folder."""
        return self._files.of.get(name)

    def get(self, name: str) -> Table | None:
        """A table, or None when there is none that can be read (`errors` says why)."""
        if name in SPLITS[1:] and "train" in self._files.of and "train" not in self._tables:
            self.get("train")  # it may hold the others
        if name not in self._tables:
            self._tables[name] = self._read(name)
            if name == "train":
                self._divide()
                self._take_out_predicted()
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
        """Split -> (raw table, engineered table), where both can be read; row by row where rows can be told together.

        One raw table may hold the rows of all splits.
        """
        if not hasattr(self, "_pairs"):
            from mladvisor.tables.rows_beside import pairs

            self._pairs = pairs(self.splits, self.get, whole=self.raw_is_whole)
        return self._pairs

    @property
    def raw_is_whole(self) -> bool:
        """There is one raw table, and its name does not say of which split it is: it may hold the rows of all."""
        file = self._files.of.get("train_raw")
        others = any(f"{name}_raw" in self for name in SPLITS[1:])
        return file is not None and not others and part_called(file.rpartition("/")[2]) is None

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
    def left_out(self) -> frozenset[str]:
        """Columns that the model does not get, as far as script or settings say."""
        if not hasattr(self, "_left_out"):
            from mladvisor.tables.left_out import left_out

            script = self.run.script
            by_name = (script.left_out, script.kept) if script is not None else ((), ())
            apart = left_out(self.columns, self._settings, *by_name)
            whole = frozenset(self.columns) if self._lists_examples() else apart.union(self.labels_again)
            self._left_out = whole - {self.label_column}
        return self._left_out

    @property
    def labels_again(self) -> tuple[str, ...]:
        """Columns with the labels that several annotators gave, beside the label that the model learns: no inputs."""
        from mladvisor.tables.label import holds_classes_of

        train, label = self.splits.get("train"), self.label_column
        if train is None or label is None or label not in train:
            return ()
        named = [name for name in by_annotators(train.columns) if name != label]
        return tuple(name for name in named if holds_classes_of(train, label, name))

    def _lists_examples(self) -> bool:
        """The training table only lists the examples: their site or date is no input. One with many numbers may hold
        what was measured on the files that it names.
        """
        table = self.splits.get("train")
        if table is None:
            return False
        kinds = {column: table.kind(column) for column in table.columns}
        measured = sum(kind in ("numeric", "integer") for kind in kinds.values()) > _FEW_NUMBERS
        words = [column for column, kind in kinds.items() if kind in _WORDS]
        return lists_examples(table.file, () if measured else words)

    @property
    def schema(self) -> Schema | None:
        """The feature dictionary of the folder; None without one that can be read."""
        if not hasattr(self, "_schema"):
            from mladvisor.tables.described import schema_of

            self._schema: Schema | None = None
            try:
                self._schema = schema_of(self.run, self.columns, self._note)
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
        return self._files.load_seconds

    # Inside

    def _read(self, name: str) -> Table | None:
        table = self._files.open(name)
        if table is None or name == "business" or self._files.is_listed(name):
            return table
        if name == "predictions":
            from mladvisor.tables.predicted import in_our_words, with_truth

            label = self.label_column
            table = with_truth(table, self.splits, label)
            if label is None and not self.splits and self.run.script is not None:
                script = self.run.script
                learned = [each for each in script.answered or script.taken_out if each in table]
                label = learned[0] if len(learned) == 1 else None
            return in_our_words(table, label, self._settings, self._note)
        train = self.get("train") if name in SPLITS[1:] else None
        if train is not None and is_array(table.file):
            # cells of a picture that never change in training are none of its columns
            table.frame = table.frame[[c for c in table.columns if c in train or "_cell_" not in c]]
        if train is not None:
            self._answers += take_out_answers(table, train)
        return self._after_training(self._with_labels(name, without_bookkeeping(table, all_of_it=name != "train")))

    def answers_of(self, split: str) -> Table | None:
        """The predictions of one split where each has a file of its own; None without one that can be read."""
        from mladvisor.tables.predicted import in_our_words, with_truth

        judged = self._files.of.get("predictions")
        for file in self.run.files.get("predictions", ()):
            if file == judged or split_called(stem_and_suffix(file.rpartition("/")[2])[0]) != split:
                continue
            try:
                table = self._files.read("predictions", file, most_bytes=self._files.most_bytes("predictions"))
            except (MladvisorError, OSError, ImportError):
                continue
            label = self.label_column
            return in_our_words(with_truth(table, self.splits, label), label, self._settings, self._note)
        return None

    def _rows_predicted(self) -> Table | None:
        from mladvisor.tables.predicted import as_split

        train, predicted = self.get("train"), self.get("predictions")
        return as_split(predicted, train, self.label_column) if train is not None and predicted is not None else None

    def _with_raw_label(self, name: str, table: Table) -> Table:
        """Features beside the label of the rows that they were made of, row by row."""
        from mladvisor.tables.label import find_label

        raw = self.get(f"{name}_raw")
        if raw is None or raw.rows != table.rows or min(raw.share, table.share) < 1.0:
            return table
        found = find_label([raw], manifest=self.run.manifest.label, schema=None, config=self._settings)
        if found is not None and found.column not in table:
            table.frame = table.frame.assign(**{found.column: raw.series(found.column).to_numpy()})
            self._labelled = found.column
        return table

    def _after_training(self, table: Table) -> Table:
        """An evaluation split without the last rows of training at its head: history of the first answers."""
        train = self._tables.get("train") if table.name in SPLITS[1:] else None
        if train is None:
            return table
        after = without_history(table, train)
        for note in after.notes[len(table.notes) :]:
            self._note(note)
        return after

    def _divide(self) -> None:
        """Where all rows stand in one table, and a column says which split each belongs to, the splits of it."""
        whole = self._tables["train"]
        others = [self._files.of[name] for name in SPLITS[1:] if name in self]
        lists = self._files.lists.values()
        if whole is None:
            return
        if any(own_kind(file.rpartition("/")[2]) is not None for file in others):
            self._tables["train"] = without_bookkeeping(whole, all_of_it=True)
            return  # a file that is only like it may be rows of it, written again beside the answers
        splits, how = divided(whole), "by a column that says which split each belongs to"
        if not splits and lists and whole.file not in lists and not others:
            splits, how = rows_listed(whole, self._files.listed()), f"by lists ({', '.join(dict.fromkeys(lists))})"
        if splits:
            self._tables |= splits
            self._files.of |= dict.fromkeys(splits, whole.file)
            self._note(f"{whole.file}: its rows are told apart {how}")

    def _take_out_predicted(self) -> None:
        """Where a table that is called after no part of the data holds all rows, those that were predicted are of test.

        Of one that is called after training they would be copies.
        """
        whole = self._tables["train"]
        if whole is None or any(name in self for name in SPLITS[1:]) or "predictions" not in self:
            return
        name = whole.file.rpartition("/")[2]
        if own_kind(name) is not None or part_called(name) is not None:
            return
        predicted = self.get("val")
        rest = without_predicted(whole, predicted) if predicted is not None else None
        if rest is not None:
            self._tables["train"] = rest
            self._note(rest.notes[-1])

    def _with_labels(self, name: str, table: Table) -> Table:
        """A split with the labels that stand in a table of their own (`X_train.csv`, `y_train.csv`), row by row."""
        file = self._files.of.get(labels_kind(name))
        if file is None and f"{name}_raw" in self._files.of and is_made(self._files.of[name]):
            return self._with_raw_label(name, table)
        if file is None or table.share < 1.0 or not LABELS.isdisjoint(column.lower() for column in table.columns):
            return table  # it has labels of its own
        if name != "train" and self._labelled is None:
            return table  # what training is labelled with stands elsewhere
        try:
            labels = self._files.read(name, file, most_bytes=self._files.most_bytes("labels"))
        except (MladvisorError, OSError) as error:
            self._note(str(error))
            return table
        column = joined(table, labels)
        if column is None:
            self._note(f"{file}: does not hold one label for each row of {table.file} in its order, and is not used")
        else:
            self._labelled = column
        return table

    def _find_label(self) -> Label | None:
        from mladvisor.tables.label import find_label

        manifest = self.run.manifest.label
        schema = self.schema.label if self.schema is not None else None
        splits = self.splits.values()
        taken = self.run.script.taken_out if self.run.script is not None else ()
        taken = (self._labelled,) if self._labelled is not None else taken
        label = find_label(
            splits,
            manifest=manifest,
            schema=schema,
            config=self._settings,
            reported=labels_named(self.run),
            answers=self._answers,
            asked=self._asked_for(),
            script=taken,
            answered=self.run.script.answered if self.run.script is not None and self._labelled is None else (),
            judged={curve.role.name for curve in self.run.curves if curve.role.kind == "metric"},
            serving=next((table for table in splits if table.file in self.run.files.get("serving", ())), None),
        )
        if label is None and manifest is not None and self.splits:
            first = next(iter(self.splits.values()))
            self._note(f'the manifest names the label "{manifest}", which is no column of {first.file}')
        if label is not None and not label.said and not label.named and self._holds_features_alone():
            self._note(f"{self.file('train')}: holds features alone, so its last column is not taken for the label")
            return None
        lacking = [table.file for table in self.splits.values() if label is not None and label.column not in table]
        if label is not None and lacking:
            self._note(f'{", ".join(lacking)}: there is no column "{label.column}", so nothing is said about its label')
        return label

    def _asked_for(self) -> str | None:
        """The column that the table of answers repeats as what was asked for."""
        file = self._files.of.get("predictions")
        others = [table for name, table in self.splits.items() if name != "train" and table.file != file]
        train = self._tables.get("train")
        if file is None or is_array(file) or (not others and train is None):
            return None
        from mladvisor.tables.predicted import asked_for, replaced

        try:
            answers = self._files.read("predictions", file, most_bytes=self._files.most_bytes("predictions"))
        except (MladvisorError, OSError, ImportError):
            return None
        if not others and train is not None:
            return replaced(answers, train)
        return next((column for column in (asked_for(answers, table) for table in others) if column is not None), None)

    def _holds_features_alone(self) -> bool:
        """Whether the label stands elsewhere: by the name of the training table, or a file of labels beside it.

        What was made of a raw table without a label that is told as one has none either.
        """
        file = self._files.of.get("train", "")
        made = "train_raw" in self._files.of and is_made(file)
        return labels_kind("train") in self._files.of or holds_features(file) or made
