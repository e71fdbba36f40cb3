"""The lines of a training log, one after the other, into points.

`Scanner.line` takes any line: a sentence with numbers, a row of a printed table, a boxed `| loss | 0.8 |`, a progress
bar. It remembers the epoch and step that lines before it named, since half of all logs print them on a line of their
own. What becomes of the points (which level, which x) is decided at the end, in `series`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mladvisor.runs.model import Split
from mladvisor.runs.readers.bars import BAR, KERAS_BAR, Bars
from mladvisor.runs.readers.base import number, without_escapes
from mladvisor.runs.readers.phrases import NUMBER, Phrase, Phrases
from mladvisor.runs.readers.series import Tracks
from mladvisor.runs.readers.tools import darknet, spacy_head
from mladvisor.runs.roles import Columns

MAX_LINE = 4_000
_MAX_LIST = 4
_NAN = float("nan")
_NO_PASS = (0, float("inf"))  # its first row (0: there is none), and the batch that it has come to
_IS = frozenset((":", "=", "is", "was"))
_OF_NO_SPLIT = frozenset(("learning-rate", "gradient-norm", "time"))
_SECTION = ("set", "results", "result", "metrics", "phase", "scores", "performance", "on", "the", "report", "epoch")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_RAISED = re.compile(r"[\w.]{0,80}[a-z](?:Error|Exception|Warning)\b")
_CELLS = re.compile(r"\s*\|\s*|\s{2,}|\t")
_RULE = frozenset("-=+|─━ :")
_TITLE = re.compile(r"[^\d%|]*")  # of a bar: what stands before its first number
_PEEL_TITLE = " :|-=>"
_LAST_SUMMARY = ("train_runtime", "total_flos")

Pair = tuple[str, float, Split | None]


class Where:
    """How far training has come, as far as a line says: epoch, step, and the total of the step's count.

    `batch` is how far a pass over the data `of` has come ("Test: [ 50/196]"): that is no place in training.
    """

    __slots__ = ("batch", "epoch", "of", "step", "total", "within")

    def __init__(self, epoch: float = _NAN, step: float = _NAN, total: float = _NAN, within: bool = False) -> None:
        self.epoch, self.step, self.total, self.within = epoch, step, total, within
        self.batch = _NAN
        self.of: tuple[Split | None, str] = (None, "")

    def __bool__(self) -> bool:
        return self.epoch == self.epoch or self.step == self.step


class Scanner:
    """Reads lines in order; `tracks` holds the points."""

    def __init__(self, columns: Columns, *, commas: bool = False) -> None:
        """`commas`: numbers are written with a decimal comma."""
        self.columns, self._commas = columns, commas
        self.phrases = Phrases(columns)
        self.tracks = Tracks()
        self.bars = Bars()
        self.first_training_line = 0
        self._here = Where()
        self._bare_header = False  # the last line with an epoch or step held nothing else
        self._section: tuple[Split | None, str] = (None, "")
        self._pass = _NO_PASS  # the pass over validation or test data that goes on
        self._bar_of_epochs = False
        self._header: list[str] = []
        self._box: list[tuple[str, float]] = []
        self._box_row = 0
        self._box_prefix = ""

    def line(self, row: int, line: str) -> None:
        """One line of the file, `row` counted from 1; a rewrite by carriage return or backspace is one too."""
        if "\x1b" in line:
            line = without_escapes(line)
        if "\b" in line:
            line = re.sub("\b+", "\r", line)
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
        self._here, self._bare_header, self._section, self._pass = Where(), False, (None, ""), _NO_PASS
        self._box, self._box_row, self._box_prefix = [], 0, ""

    def finish(self) -> None:
        """The file has ended."""
        self._close_box()
        self.bars.finish(self.tracks, self.state)

    def _one(self, row: int, line: str) -> None:
        bare = line.strip()
        if not bare:
            return
        if bare[0] in "|+" and bare[-1] in "|+":
            self._boxed(row, bare)
            return
        if self._box and bare[0] in "-=":
            self._close_box()
        bar = BAR.search(line) if "%|" in line else None
        if bar:
            self._bar(row, line, bar)
            return
        parts = NUMBER.split(line)
        if len(parts) == 1:
            self._words(bare)
            return
        if bare[0] == '"' and len(parts) == 3:
            return  # a line of a printed JSON object: settings
        if _RAISED.match(bare) and self.phrases.split_in(bare.partition(":")[0])[0] is None:
            return  # "RuntimeError: loss is nan" says what came of the values, and is none
        if self._header and self._table_row(row, bare):
            return
        behind = darknet(line)
        if behind is not None:
            self._here, self._bare_header = Where(step=behind[0]), False
            self._emit(row, self._here, [(name, value, None) for name, value in behind[1]])
            return
        keras = KERAS_BAR.match(line) if "/" in line else None
        if keras and "val_" in line and (self._bar_of_epochs or keras["n"] != keras["total"]):
            # validation ends an epoch: a bar that is not full then counts epochs
            self._bar_of_epochs, self._here = True, Where(float(keras["n"]))
        elif keras and (keras["n"] != keras["total"] or ("ETA" in line and self._here.epoch != self._here.epoch)):
            return  # of an epoch the last state counts, which may still show how much time is left
        where, pairs = self._sentence(parts)
        if where and self._pass[0]:  # training goes on: the line is none of the pass
            self._section, self._pass = (None, ""), _NO_PASS
            where, pairs = self._sentence(parts)
        if where:
            self._here = self._at(where)
            self._bare_header = not pairs
            if not keras:
                self._section = (None, "")
        elif where.batch == where.batch:
            begun, reached = self._pass
            self._pass = (begun if begun and where.batch > reached else row, where.batch)
            self._section, self._bare_header = where.of, False
        if pairs:
            self._emit(row, where, pairs, replace=keras is not None, line=line)

    def _at(self, where: Where) -> Where:
        """The place that `where` means, with the epoch known from before."""
        epoch = where.epoch if where.epoch == where.epoch else self._here.epoch
        return Where(epoch, where.step, where.total, where.within)

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

    def _sentence(self, parts: list[str]) -> tuple[Where, list[Pair]]:  # noqa: PLR0915 - one walk over the numbers
        """Place and pairs of a line cut at its numbers."""
        where = Where()
        pairs: list[Pair] = []
        phrases = [self.phrases(text) for text in parts[::2]]
        split, spelled = self._section
        last = ""  # what the number before was
        pending: tuple[str, float, Split | None] | None = None
        listed = 0
        told = ""  # what a phrase before, which names its split, said to be told
        measured = ""  # what a phrase before said to have been measured at a place
        for index in range(0, len(parts) - 1, 2):
            phrase = phrases[index >> 1]
            unit = phrases[(index >> 1) + 1].unit
            value = float(parts[index + 1])
            says = phrase.says
            if phrase.split is not None:
                split, spelled = phrase.split, phrase.spelled
            if (
                says == "pair"
                and told
                and phrase.only_split
                and phrase.name.isalpha()
                and unit in ("", "%")
                and phrase.lists != "open"
            ):
                pairs.append((f"{spelled} {told}", value, split))  # "LOSS train 0.31 valid 0.52"
                last = "pair"
            elif says == "pair":
                name, of = phrase.name, split
                if phrase.kind in _OF_NO_SPLIT:
                    of = None
                elif not phrase.own_split and split is not None:
                    name = f"{spelled} {name}"
                    if self._told(name, pairs):
                        name, of = phrase.name, None  # Keras: "val_loss: 1.2 - loss: 1.1"
                pending, measured = None, ""
                listed = 0
                if _is_epoch_of_split(phrase, phrases, index >> 1):
                    where.epoch, last = value, "epoch"  # timm: "Train: 3 [  50/1251 (  4%)]"
                elif unit == "/" and phrase.lists == "open" and phrase.only_split and split != "train":
                    where.batch, where.of, last = value, (split, spelled), ""
                elif phrase.weak and phrase.kind == "other":
                    last = "split"
                    if index == 2 and _whole(parts[1]) and not parts[0].strip():
                        pairs.append((f"{phrase.name} loss", value, split))
                elif unit == "/":
                    pending, last = (name, value, of), "ratio" if phrase.kind == "metric" else ""
                elif unit in ("", "%"):
                    told = self._without_split(phrase)
                    if phrase.lists == "open":
                        listed = 1
                        pairs.append((f"{name}[0]", value, of))
                    else:
                        share = unit == "%" and phrase.kind == "metric"
                        pairs.append((name, _percent(parts[index + 1]) if share else value, of))
                    last = "pair"
            elif says in ("epoch", "step", "batch"):
                if unit != "%" and value == value and (says == "epoch" or unit != "unit"):  # noqa: PLR0124
                    self._count(where, says, value)
                    last = says
                    measured = phrase.name
            elif says == "of":
                if last in ("step", "batch", "opened"):
                    where.total = value
                    where.within = where.within or where.epoch == where.epoch
                elif (
                    last == "ratio" and pending and value > 0 and _whole(parts[index - 1]) and _whole(parts[index + 1])
                ):
                    pairs.append((pending[0], pending[1] / value, pending[2]))
                last = ""
            elif measured and last in ("step", "epoch", "batch") and parts[index].strip() in _IS:
                pairs.append((measured, value, split))
                measured = ""
            elif says == "opens" and last == "epoch" and unit == "/":
                self._count(where, "batch", value)
                last = "opened"
            elif where.batch == where.batch and last == "pair" and _bracketed(parts, index):
                pairs[-1] = (pairs[-1][0], value, pairs[-1][2])  # "Loss 0.98 (1.31)": the mean of the pass so far
                last = ""
            elif listed and phrase.lists == "comma" and unit in ("", "%"):
                if listed < _MAX_LIST and pairs:
                    pairs.append((pairs[-1][0].rpartition("[")[0] + f"[{listed}]", value, split))
                listed += 1
            elif unit == "epoch":
                self._count(where, "epoch", value)
            else:
                last = ""
        if not where:
            self._leading(where, parts, phrases)
        return where, pairs

    def _without_split(self, phrase: Phrase) -> str:
        """The name of a loss or metric that names its split, without the split; "" for all else."""
        if not phrase.own_split or phrase.kind not in ("loss", "metric"):
            return ""
        return " ".join(word for word in phrase.name.split() if self.columns.is_split(word) is None)

    def _told(self, name: str, pairs: list[Pair]) -> bool:
        """The line has told this quantity of this split already, however it is spelled."""
        words = self.columns.words(name)
        return any(self.columns.words(one) == words for one, _, _ in pairs)

    def _count(self, where: Where, says: str, value: float) -> None:
        if says == "epoch":
            where.epoch = value
        else:
            where.step = value
            where.within = says == "batch"

    def _leading(self, where: Where, parts: list[str], phrases: list[Phrase]) -> None:
        """Steps that stand first on the line: `[100]<TAB>train-rmse:0.4`, `0:<TAB>learn: 0.6`, `0 val 10.9`."""
        if len(parts) < 5 or not _whole(parts[1]):
            return
        before, after = parts[0].strip(), parts[2]
        if before == "[" and after.strip() == "," and parts[4].startswith("]") and _whole(parts[3]):
            where.epoch, where.step, where.within = float(parts[1]), float(parts[3]), True
        elif before == "[" and after == "/" and len(parts) > 8 and parts[4].strip() == "][" and parts[6] == "/":
            # DCGAN's example: "[3/25][50/1583]<TAB>Loss_D: ..."
            where.epoch, where.step, where.total, where.within = float(parts[1]), float(parts[5]), float(parts[7]), True
        elif phrases[1].says == "pair" and (
            (before == "[" and after.startswith("]")) or (not before and after[:1] in ": \t")
        ):
            where.step = float(parts[1])

    # words, tables, boxes, bars

    def _words(self, bare: str) -> None:
        """A line without numbers: the head of a table or of a section."""
        lower = bare.lower()
        if bare.startswith("E ") and (named := spacy_head(_cells(bare))):
            self._header = named
            return
        if len(bare) < 300 and ("epoch" in lower or "iter" in lower or "step" in lower):
            cells = _cells(bare)
            kinds = [self.columns.meaning(cell).kind for cell in cells]
            counts = [self.columns.x_kind(cell) for cell in cells]
            if len(cells) > 1 and any(counts) and any(kind in ("loss", "metric") for kind in kinds):
                self._header = cells
                return
        words = [word for word in re.split(r"[\W_]+", lower) if word]
        if 0 < len(words) <= 3:
            split, spelled = self.phrases.split_in(bare)
            if split and all(word in _SECTION or self.columns.is_split(word) for word in words):
                self._section = (split, spelled)

    def _table_row(self, row: int, bare: str) -> bool:
        """A row under the head of a printed table; False when the line is none."""
        cells = _cells(bare)
        if len(cells) != len(self._header):
            cells = bare.split()
            if len(cells) != len(self._header):
                return False
        where = Where()
        pairs: list[Pair] = []
        for name, cell in zip(self._header, cells, strict=True):
            value = number(cell.rstrip("%").partition("/")[0])
            counted = self.columns.x_kind(name)
            if counted and counted[0] != "set":
                if value is None:
                    return False
                self._count(where, counted[0], value)
            elif value is not None and not self.columns.meaning(name).resource:
                pairs.append((name, value, None))
        if not where or not pairs:
            return False
        self._here, self._bare_header = where, False
        self._emit(row, where, pairs)
        return True

    def _boxed(self, row: int, bare: str) -> None:
        """A line between bars: one key and value of a box, or the head or a row of a table."""
        if not _RULE.issuperset(bare):
            cells = [cell.strip() for cell in bare.strip("|").split("|")]
            if len(cells) == 2:
                value = number(cells[1])
                if value is not None and not cells[1].lower().startswith("none"):
                    prefix = self._box_prefix if bare.strip("|")[:4].strip() == "" else ""
                    self._box.append((prefix + cells[0], value))
                    self._box_row = self._box_row or row
                elif not cells[1] and cells[0].endswith("/"):
                    self._box_prefix = cells[0]
            elif NUMBER.search(bare) is None:
                self._words(bare)
            elif not (self._header and self._table_row(row, bare)):
                self._sentence_in_box(row, bare)
        elif len(self._box) > 1:
            self._close_box()

    def _sentence_in_box(self, row: int, bare: str) -> None:
        where, pairs = self._sentence(NUMBER.split(bare))
        if where:
            self._here, self._bare_header = self._at(where), not pairs
        if pairs:
            self._emit(row, where, pairs)

    def _close_box(self) -> None:
        box, self._box, row, self._box_row, self._box_prefix = self._box, [], self._box_row, 0, ""
        counted = [
            (found[1], found[0], value)
            for name, value in box
            if (found := self.columns.x_kind(name)) is not None and found[0] in ("epoch", "step")
        ]
        where = Where()
        for _, kind, value in sorted(counted, reverse=True):
            self._count(where, kind, value)
        pairs: list[Pair] = [
            (name, value, None)
            for name, value in box
            if self.columns.x_kind(name) is None and not self.columns.meaning(name).resource
        ]
        if where:
            self._here, self._bare_header = where, False
        if pairs:
            self._emit(row, where, pairs)

    def _bar(self, row: int, line: str, bar: re.Match[str]) -> None:
        """A tqdm bar: the loop over epochs tells the epoch; a loop over batches gives its last state."""
        n, total = float(bar["n"]), float(bar["total"])
        title = _TITLE.match(line, 0, bar.start())[0].strip()  # type: ignore[index]
        if n < total and self.bars.goes_on(title, n, total):
            self.bars.update(title, total, (row, n, line, self._here))
            return
        before = line[: bar.start()]
        if self._header and n == total and self._table_row(row, before.rpartition(":")[0].strip()):
            return
        counts = self.columns.x_kind(title.strip(_PEEL_TITLE)) if len(title) < 40 else None
        if counts and counts[0] == "epoch" and not NUMBER.search(before):
            self._here, self._bare_header = Where(n), True
            _, pairs = self.state(line)
            if pairs and n > 0:
                self._emit(row, Where(n), pairs, replace=True)
            return
        where = self._sentence(NUMBER.split(before))[0] if before else Where()
        if where:
            self._here, self._bare_header = self._at(where), True
        self.bars.update(title, total, (row, n, line, self._here))

    def state(self, line: str) -> tuple[Where, list[Pair]]:
        """What a line with a bar shows before and after the bar."""
        bar = BAR.search(line)
        if bar is None:
            return Where(), []
        where, pairs = self._sentence(NUMBER.split(line[: bar.start()]))
        postfix = line[bar.end() :]
        if "=" in postfix or ": " in postfix:
            after, more = self._sentence(NUMBER.split(postfix))
            where, pairs = where or after, pairs + more
        split, spelled = self.phrases.split_in(_TITLE.match(line)[0])  # type: ignore[index]
        if split is not None:
            pairs = [
                (name if old is not None else f"{spelled} {name}", value, old or split) for name, value, old in pairs
            ]
        return where, pairs


def _percent(text: str) -> float:
    """`28.82` of "28.82%" as 0.2882, without the dust that a division leaves."""
    return float(text) / 100 if "e" in text.lower() or not text[-1].isdigit() else float(text + "e-2")


def _bracketed(parts: list[str], index: int) -> bool:
    """The number at `index` + 1 stands in round brackets right behind the one before."""
    return parts[index].strip() in ("(", "%(", "% (") and parts[index + 2][:1] == ")"


def _is_epoch_of_split(phrase: Phrase, phrases: list[Phrase], at: int) -> bool:
    """The number after a bare split word counts epochs, when a count of batches follows in brackets."""
    return (
        phrase.only_split and at + 2 < len(phrases) and phrases[at + 1].says == "opens" and phrases[at + 2].unit == "/"
    )


def _whole(text: str) -> bool:
    return text.isdigit()


def _cells(bare: str) -> list[str]:
    """The cells of a table's line: between bars or wide gaps; single words where there are none."""
    cells = [cell for cell in _CELLS.split(bare.strip("| ")) if cell]
    return cells if len(cells) > 1 else bare.split()
