"""A line of words and numbers, read into how far training has come and what it says was measured."""

from __future__ import annotations

from mladvisor.runs.model import Split
from mladvisor.runs.readers.phrases import Phrase, Phrases
from mladvisor.runs.roles import Columns

_MAX_LIST = 4
_NAN = float("nan")
_IS = frozenset((":", "=", "is", "was"))
_OF_NO_SPLIT = frozenset(("learning-rate", "gradient-norm", "time"))

Section = tuple[Split | None, str]
NO_SECTION: Section = (None, "")
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

    def count(self, says: str, value: float) -> None:
        """A number that counts epochs, steps, or batches of an epoch."""
        if says == "epoch":
            self.epoch = value
        else:
            self.step = value
            self.within = says == "batch"


class Sentences:
    """Reads sentences, each by itself; `phrases` knows the words between numbers."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.phrases = Phrases(columns)

    def read(self, parts: list[str], section: Section = NO_SECTION) -> tuple[Where, list[Pair]]:  # noqa: PLR0915 - one walk over the numbers
        """Place and pairs of a line cut at its numbers.

        Args:
            section: the split that a line before has named for all that follow, and how it is spelled there.
        """
        where = Where()
        pairs: list[Pair] = []
        phrases = [self.phrases(text) for text in parts[::2]]
        split, spelled = section
        last = ""  # what the number before was
        pending: tuple[str, float, Split | None] | None = None
        listed = 0
        led = False  # "12 train 0.78 test 0.91": the line begins with a count, and what follows is the loss
        told = ""  # what a phrase before, which names its split, said to be told
        measured = ""  # what a phrase before said to have been measured at a place
        bare: Split | None = None  # the value before had no name but that of its data
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
                    if section == NO_SECTION and (self._told(name, pairs) or self._named(name, phrases)):
                        name, of = phrase.name, None  # Keras: "val_loss: 1.2 - loss: 1.1"
                pending, measured = None, ""
                listed = 0
                apart = phrase.only_split and bare not in (None, split)
                bare = split if phrase.only_split else None
                if _is_epoch_of_split(phrase, phrases, index >> 1):
                    where.epoch, last = value, "epoch"  # timm: "Train: 3 [  50/1251 (  4%)]"
                elif unit == "/" and phrase.lists == "open" and phrase.only_split and split != "train":
                    where.batch, where.of, last = value, (split, spelled), ""
                elif phrase.weak and phrase.kind == "other":
                    last = "split"
                    counted = index == 2 or all(
                        self.columns.meaning(one).kind == "learning-rate" for one, _, _ in pairs
                    )
                    if counted and _whole(parts[1]) and not parts[0].strip():
                        pairs.append((f"{phrase.name} loss", value, split))
                        led = True
                    elif led and phrase.only_split and unit == "":
                        pairs.append((f"{phrase.name} loss", value, split))
                    elif where and phrase.only_split and not _whole(parts[index + 1].lstrip("+-")) and unit == "":
                        pairs.append((phrase.name, value, split))  # "epoch 3 train 0.52 val 0.61"
                elif unit == "/":
                    pending, last = (name, value, of), "ratio" if phrase.kind == "metric" else ""
                elif phrase.kind == "metric" and _is_label(parts, index):
                    last, pending = "label", (f"{name} {parts[index + 1]}", value, of)  # "Prec@1 05 88.126"
                elif unit in ("", "%"):
                    told = self._without_split(phrase)
                    if phrase.lists == "open":
                        listed = 1
                        pairs.append((f"{name}[0]", value, of))
                    else:
                        share = unit == "%" and phrase.kind == "metric"
                        pairs.append((name, _percent(parts[index + 1]) if share else value, of))
                    last = "pair"
                if apart and parts[index + 2].lstrip()[:1] != "(":
                    split, spelled = section  # "train=0.98 val=0.91 loss=0.05": the loss of neither
            elif says == "step" and 0 < value < 1 and not _whole(parts[index + 1]):
                pairs.append(("step", value, None))  # "step=3.00e-06": how far each step goes
                last = "pair"
            elif says in ("epoch", "step", "batch"):
                if unit != "%" and value == value and (says == "epoch" or unit != "unit"):  # noqa: PLR0124
                    where.count(says, value)
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
            elif last == "label" and pending:
                pairs.append((pending[0], value, pending[2]))
                last = "pair"
            elif measured and last in ("step", "epoch", "batch") and parts[index].strip() in _IS:
                pairs.append((measured, value, split))
                measured = ""
            elif says == "opens" and last == "epoch" and unit == "/":
                where.count("batch", value)
                last = "opened"
            elif where.batch == where.batch and last == "pair" and _bracketed(parts, index):
                pairs[-1] = (pairs[-1][0], value, pairs[-1][2])  # "Loss 0.98 (1.31)": the mean of the pass so far
                last = ""
            elif listed and phrase.lists == "comma" and unit in ("", "%"):
                if listed < _MAX_LIST and pairs:
                    pairs.append((pairs[-1][0].rpartition("[")[0] + f"[{listed}]", value, split))
                listed += 1
            elif unit == "epoch":
                where.count("epoch", value)
            else:
                last = ""
        if not where:
            self._leading(where, parts, phrases, validated=any(of in ("val", "test") for _, _, of in pairs))
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

    def _named(self, name: str, phrases: list[Phrase]) -> bool:
        """Some name on the line says this itself: "loss=0.4 val_loss=0.5 acc=0.8 val_acc=0.7"."""
        words = sorted(self.columns.words(name))
        return any(one.own_split and sorted(self.columns.words(one.name)) == words for one in phrases)

    def _leading(self, where: Where, parts: list[str], phrases: list[Phrase], *, validated: bool) -> None:
        """Steps that stand first on the line: `[100]<TAB>train-rmse:0.4`, `0:<TAB>learn: 0.6`, `[ 3/20] loss=0.4`.

        Args:
            validated: the line tells of validation data, so that a count "3/20" is one of epochs.
        """
        if len(parts) < 5 or not _whole(parts[1]):
            return
        before, after = parts[0].strip(), parts[2]
        if before == "[" and after.strip() == "," and parts[4].startswith("]") and _whole(parts[3]):
            where.epoch, where.step, where.within = float(parts[1]), float(parts[3]), True
        elif before == "[" and after == "/" and len(parts) > 8 and parts[4].strip() == "][" and parts[6] == "/":
            # DCGAN's example: "[3/25][50/1583]<TAB>Loss_D: ..."
            where.epoch, where.step, where.total, where.within = float(parts[1]), float(parts[5]), float(parts[7]), True
        elif len(parts) > 6 and after.strip() == "/" and phrases[2].says == "pair" and _closes(before, parts[4]):
            if _whole(parts[3]) and int(parts[1]) <= int(parts[3]):
                where.count("epoch" if validated else "step", float(parts[1]))
                where.total = float(parts[3])
        elif phrases[1].says == "pair" and (
            (before == "[" and after.startswith("]")) or (before in ("", "#") and after[:1] in ": \t")
        ):
            where.step = float(parts[1])


def _percent(text: str) -> float:
    """`28.82` of "28.82%" as 0.2882, without the dust that a division leaves."""
    return float(text) / 100 if "e" in text.lower() or not text[-1].isdigit() else float(text + "e-2")


def _bracketed(parts: list[str], index: int) -> bool:
    """The number at `index` + 1 stands in round brackets right behind the one before."""
    return parts[index].strip() in ("(", "%(", "% (") and parts[index + 2][:1] == ")"


def _closes(before: str, after: str) -> bool:
    """A count that stands first on the line ends here: `[3/20]`, `(3/20)`, `3/20:`, `3/20 - `."""
    pair = {"[": "]", "(": ")"}.get(before)
    return after.startswith(pair) if pair else not before and after[:1] in ": \t"


def _is_label(parts: list[str], index: int) -> bool:
    """The number at `index` + 1 is whole and has a number with a fraction right behind it, which is the value."""
    return (
        index + 3 < len(parts) and _whole(parts[index + 1]) and parts[index + 2].isspace() and "." in parts[index + 3]
    )


def _is_epoch_of_split(phrase: Phrase, phrases: list[Phrase], at: int) -> bool:
    """The number after a bare split word counts epochs, when a count of batches follows in brackets."""
    return (
        phrase.only_split and at + 2 < len(phrases) and phrases[at + 1].says == "opens" and phrases[at + 2].unit == "/"
    )


def _whole(text: str) -> bool:
    return text.isdigit()
