"""The lines of a training log, one after the other, into points.

`Scanner.line` takes any line: a sentence with numbers, a row of a printed table, a boxed `| loss | 0.8 |`, a progress
bar. It remembers the epoch and step that lines before it named, since half of all logs print them on a line of their
own. What becomes of the points (which level, which x) is decided at the end, in `series`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mladvisor.runs.readers.bars import BAR, KERAS_BAR, KERAS_LINE, Bars, as_tqdm
from mladvisor.runs.readers.decoding import without_escapes
from mladvisor.runs.readers.phrases import NUMBER
from mladvisor.runs.readers.printed_tables import PrintedTables
from mladvisor.runs.readers.sentences import NO_SECTION, Pair, Sentences, Where
from mladvisor.runs.readers.series import Tracks
from mladvisor.runs.readers.spellings import RARE, as_usual, with_rate_named
from mladvisor.runs.readers.tools import (
    EVALUATED,
    TF_LOGGED,
    ends_before_repeat,
    in_words_of_others,
    is_evaluation,
    listed_result,
    of_one_tool,
)
from mladvisor.runs.roles import Columns

MAX_LINE = 4_000
_NO_PASS = (0, float("inf"))  # its first row (0: there is none), and the batch that it has come to
_SECTION = (
    "set",
    "results",
    "result",
    "metrics",
    "phase",
    "scores",
    "performance",
    "on",
    "the",
    "report",
    "epoch",
    "evaluate",
    "evaluating",
    "error",
    "errors",
    "statistics",
    "stats",
    "summary",
)
_BEGUN = frozenset(
    ("begin", "begins", "start", "starts", "started")
)  # "Eval begin...": a pass, whose lines count steps
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_RAISED = re.compile(r"[\w.]{0,80}[a-z](?:Error|Exception|Warning)\b")
# What stands in front of a message: a container's "2024-01-31T19:05:28.330Z ", loguru's
# "2024-01-31 19:05:28.330 | INFO     | package.module:function:126 - ", Python's own logging's
# "2024-01-31 19:05:28,330 - package.module - INFO - ".
_STAMP = re.compile(
    r"\s?(?:\[?\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[-+]\d\d:?\d\d)?\]?\s"
    r"| \d\d:\d\d:\d\d(?:\.\d{3} \| [A-Z]{4,8} {0,4} \| [\w.]{1,80}:[\w<>]{1,80}:\d{1,5} - "
    r"|(?:[,.]\d{3})? - (?:[^\s-][^-]{0,80}? - )?(?:DEBUG|INFO|WARNING|ERROR)(?: - [\w.]{1,60})? -\s+))){1,2}"
)
_REPORTED = re.compile(r"accuracy\s+[01]?\.\d{1,6}\s+\d{1,9}\s*$")
_DRAWN = "│┃║"
_PIPES = str.maketrans(_DRAWN, "|||")
_RULE = frozenset("-=+|─━ :╒╕╘╛╞╡═╤╧╪├┤┬┴┼")
_TITLE = re.compile(r"[^\d%|]*")  # of a bar: what stands before its first number
_PEEL_TITLE = " :|-=>"
_LAST_SUMMARY = ("train_runtime", "total_flos")


class Scanner:
    """Reads lines in order; `tracks` holds the points."""

    def __init__(self, columns: Columns, *, commas: bool = False) -> None:
        """`commas`: numbers are written with a decimal comma."""
        self.columns, self._commas = columns, commas
        self.sentences = Sentences(columns)
        self.tracks = Tracks()
        self.bars = Bars()
        self.tables = PrintedTables(columns)
        self.first_training_line = 0
        self._here = Where()
        self._bare_header = False  # the last line with an epoch or step held nothing else
        self._section = NO_SECTION
        self._in_section = False  # a line without a place has told something of it
        self._begun = False  # the section is a pass, whose lines have steps of their own
        self._repeats = False  # the next line has been printed before
        self._listed = False  # the section is a list of results, and ends with it
        self._pass = _NO_PASS  # the pass over validation or test data that goes on
        self._bar_of_epochs = False
        self._fitted: tuple[str, bool] | None = None  # of Keras' last line of this epoch: how many batches, validated

    def line(self, row: int, line: str) -> None:
        """One line of the file, `row` counted from 1; a rewrite by carriage return or backspace is one too."""
        if "\x1b" in line:
            line = without_escapes(line)
        if "\b" in line:
            line = re.sub("\b+", "\r", as_tqdm(line))
        if "-" in line[4:7] and (stamp := _STAMP.match(line)):
            line = line[stamp.end() :]
        if "epoch:" in line or "epoch results" in line:
            line = in_words_of_others(line)
        if "ing learning rate" in line:
            line = with_rate_named(line)
        if not RARE.isdisjoint(line):
            line = as_usual(line, self.columns)
        if self._commas:
            line = _COMMA.sub(".", line)
        if "\r" in line:
            for part in line.split("\r"):
                if part:
                    self._one(row, part[:MAX_LINE])
        else:
            self._one(row, line[:MAX_LINE])

    def lost(self) -> None:
        """Lines were left out: what the ones before said of the place no longer holds."""
        self._here, self._bare_header, self._section, self._pass = Where(), False, NO_SECTION, _NO_PASS
        self.tables.leave_box()

    def finish(self) -> None:
        """The file has ended."""
        self._close_box()
        self.bars.finish(self.tracks, self.state)

    def _one(self, row: int, line: str) -> None:
        bare = line.strip()
        if not bare:
            return
        if bare[0] in _DRAWN:
            line = bare = bare.translate(_PIPES)
        if bare[0] in "|+" and bare[-1] in "|+":
            self._boxed(row, bare)
            return
        if bare[0] in "-=" and self.tables.box_lines:
            self._close_box()
        bar = BAR.search(line) if "%|" in line else None
        if bar:
            self._bar(row, line, bar)
            return
        parts = NUMBER.split(line)
        if len(parts) == 1:
            self._words(bare, row)
            return
        if self._repeats or " best metric, " in line:
            self._repeats = False  # the line of the best iteration, once more
            return
        if bare[:9] == "accuracy " and _REPORTED.match(bare):
            return  # of `classification_report`, which is read elsewhere
        if bare[0] == '"' and len(parts) == 3:
            return  # a line of a printed JSON object: settings
        if _RAISED.match(bare) and self.sentences.phrases.split_in(bare.partition(":")[0])[0] is None:
            return  # "RuntimeError: loss is nan" says what came of the values, and is none
        told = (self.tables.row(bare) if self.tables.header else None) or of_one_tool(line)
        if told is not None:
            self._take(row, *told)
            return
        keras = KERAS_BAR.match(line) if "/" in line else None
        if keras and "val_" in line and (self._bar_of_epochs or keras["n"] != keras["total"]):
            # validation ends an epoch: a bar that is not full then counts epochs
            self._bar_of_epochs, self._here = True, Where(float(keras["n"]))
        elif keras and (keras["n"] != keras["total"] or ("ETA" in line and self._here.epoch != self._here.epoch)):
            return  # of an epoch the last state counts, which may still show how much time is left
        if self._evaluates(line, keras):
            return
        if self._listed and not (result := listed_result(bare)):
            self._section, self._listed = NO_SECTION, False
        elif self._listed and result == "global_step":
            return
        section = EVALUATED if is_evaluation(line) else self._section
        where, pairs = self.sentences.read(parts, section)
        if where and (self._pass[0] or self._in_section):  # training goes on: the line is none of the pass, or section
            self._section, self._pass = NO_SECTION, _NO_PASS
            where, pairs = self.sentences.read(parts, self._section)
        if where:
            self._here = self._at(where)
            self._bare_header = not pairs
            self._fitted = None
            if not keras and (not self._begun or where.epoch == where.epoch):
                self._section, self._begun = NO_SECTION, False
            self._in_section = False
        elif where.batch == where.batch:
            begun, reached = self._pass
            self._pass = (begun if begun and where.batch > reached else row, where.batch)
            self._section, self._bare_header = where.of, False
        if pairs:
            self._in_section = not where and self._section != NO_SECTION
            self._emit(row, where, pairs, replace=keras is not None, line=line)

    def _evaluates(self, line: str, bar: re.Match[str] | None) -> bool:
        """A line of Keras is of an `evaluate` or `predict` that came after the last epoch, and not of training."""
        told = bar or (KERAS_LINE.match(line) if "/" in line else None)
        if told is None or told["n"] != told["total"]:
            return False
        validated = "val_" in line
        if self._fitted is not None and not validated and (self._fitted[1] or self._fitted[0] != told["total"]):
            return True
        self._fitted = (told["total"], validated)
        return False

    def _at(self, where: Where) -> Where:
        """The place that `where` means, with the epoch known from before."""
        epoch = where.epoch if where.epoch == where.epoch else self._here.epoch
        return Where(epoch, where.step, where.total, where.within)

    def _take(self, row: int, where: Where, pairs: Sequence[Pair]) -> None:
        """A row of a table, which says by itself where training is, or tells its data and has the table's place."""
        if where:
            self._here, self._bare_header = where, False
        self._emit(row, where, pairs)

    def _emit(self, row: int, where: Where, pairs: Sequence[Pair], *, replace: bool = False, line: str = "") -> None:
        if line and any(word in line for word in _LAST_SUMMARY):
            return
        own = bool(where)
        place = self._at(where) if own else self._here
        if not own and not self._bare_header and place.epoch == place.epoch:
            place = Where(place.epoch)  # a summary after lines of single steps
        for name, value, split in pairs:
            since = self._pass[0] if split not in (None, "train") else 0
            self.tracks.add(name, value, split, row, place, own=own, replace=replace, since=since)
        if not self.first_training_line and (own or place):
            self.first_training_line = row

    def _words(self, bare: str, row: int = 0) -> None:
        """A line without numbers: the head of a table or of a section."""
        lower = bare.lower()
        self._repeats = ends_before_repeat(lower)
        if self.tables.begins(bare, row):
            return
        words = [word for word in re.split(r"[\W_]+", lower.removeprefix(TF_LOGGED)) if word]
        if 0 < len(words) <= 3:
            split, spelled = self.sentences.phrases.split_in(bare)
            if len(words) == 1 and words[0] in ("evaluating", "evaluate"):
                split, spelled = EVALUATED
                words = [spelled]
            begun = not _BEGUN.isdisjoint(words)
            named = {self.columns.is_split(word) for word in words if word not in _SECTION and word not in _BEGUN}
            if named == {split} and split:
                self._section, self._in_section, self._begun = (split, spelled), False, begun
                self._listed = "*****" in bare

    def _boxed(self, row: int, bare: str) -> None:
        """A line between bars: one key and value of a box, or the head or a row of a table."""
        if _RULE.issuperset(bare):
            if self.tables.box_lines > 1:
                self._close_box()
            return
        cells = [cell.strip() for cell in bare.strip("|").split("|")]
        told = self.tables.row(bare, cells)
        if told is not None:
            self._take(row, *told)
        elif len(cells) == 2:
            self.tables.keep(row, bare, cells)
        elif NUMBER.search(bare):
            self._sentence_in_box(row, bare)
        elif not self.tables.begins_between_bars(cells):
            self._words(bare)

    def _sentence_in_box(self, row: int, bare: str) -> None:
        where, pairs = self.sentences.read(NUMBER.split(bare), self._section)
        if where:
            self._here, self._bare_header = self._at(where), not pairs
        if pairs:
            self._emit(row, where, pairs)

    def _close_box(self) -> None:
        box = self.tables.close_box()
        if box.is_place:
            self._here, self._bare_header = box.where, False
        if box.pairs:
            self._emit(box.row, box.where, box.pairs)

    def _bar(self, row: int, line: str, bar: re.Match[str]) -> None:
        """A tqdm bar: the loop over epochs tells the epoch; a loop over batches gives its last state."""
        n, total = float(bar["n"]), float(bar["total"])
        title = _TITLE.match(line, 0, bar.start())[0].strip()  # type: ignore[index]
        if n < total and self.bars.goes_on(title, n, total):
            self.bars.update(title, total, (row, n, line, self._here))
            return
        before = line[: bar.start()]
        told = self.tables.row(before.rpartition(":")[0].strip()) if n == total else None
        if told is not None:
            self._take(row, *told)
            return
        counts = self.columns.x_kind(title.strip(_PEEL_TITLE)) if len(title) < 40 else None
        if counts and counts[0] == "epoch" and not NUMBER.search(before):
            self._here, self._bare_header = Where(n), True
            _, pairs = self.state(line)
            if pairs and n > 0:
                self._emit(row, Where(n), pairs, replace=True)
            return
        where = self.sentences.read(NUMBER.split(before), self._section)[0] if before else Where()
        if where:
            self._here, self._bare_header = self._at(where), True
        self.bars.update(title, total, (row, n, line, self._here))

    def state(self, line: str) -> tuple[Where, list[Pair]]:
        """What a line with a bar shows before and after the bar."""
        bar = BAR.search(line)
        if bar is None:
            return Where(), []
        where, pairs = self.sentences.read(NUMBER.split(line[: bar.start()]), self._section)
        postfix = line[bar.end() :]
        if "=" in postfix or ": " in postfix:
            after, more = self.sentences.read(NUMBER.split(postfix), self._section)
            where, pairs = where or after, pairs + more
        split, spelled = self.sentences.phrases.split_in(_TITLE.match(line)[0])  # type: ignore[index]
        if split is not None:
            pairs = [
                (name if old is not None else f"{spelled} {name}", value, old or split) for name, value, old in pairs
            ]
        return where, pairs
