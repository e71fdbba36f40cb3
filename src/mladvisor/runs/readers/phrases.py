"""What stands between two numbers of a log line: a name ("Train Loss: "), a unit ("ms, mfu "), a count ("/100 - ").

A line is cut at its numbers; what is left between them repeats from line to line, so each such text is understood once
and then looked up. That makes reading a log as fast as cutting it, whatever its shape.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mladvisor.runs.model import Split
from mladvisor.runs.roles import Columns

Says = Literal["", "pair", "epoch", "step", "batch", "of", "opens"]

# No number: the digits in `loss_q0`, `Acc@1`, `top-1`, `mAP50-95`, `2023-09-11` (only its year), a version `1.2.3`.
# Nor the nan of Megatron's "number of nan iterations".
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.@#])(?<![A-Za-z0-9_]-)([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
    r"|[-+]?(?:nan|NaN|NAN|inf|Inf|INF|Infinity)(?![A-Za-z0-9_]| iterations))(?!\.?\d)"
)
# "Verlust: 0,5260" and "Loss: 1,5260"; a thousands separator has three digits behind it
_WITH_COMMA = re.compile(r"(?:[:=]|[^\W\d_]\s)\s?[-+]?(?:\d{1,9},\d{4,}|0,\d+)(?![\d,.])")
_WITH_POINT = re.compile(r"(?:[:=]|[^\W\d_]\s)\s?[-+]?\d+\.\d")
_SURELY_A_COMMA = re.compile(r"[:=]\s?[-+]?(?:\d{1,9},\d{4,}|0,\d{2,})(?![\d,.])")  # no "GPUs: 0,1"
_FEW = 3

_DELIMITER = re.compile(r"[|,;:{}\[\]\t\"<>=：，；、。（）]|\s{2,}|\s[-–—•]\s|\)\s|\s\(|->")
_OPENER = re.compile(r"(?:\b(?:tensor|array|float|np\.float\d+|float\d+|Decimal|numpy\.float\d+)\(|[\[({'\"（]|\s)+$")
_STRONG = ":=：|"
_UNIT = re.compile(r"[A-Za-zµμ]|\s?/\s?[A-Za-z]|\s(?:[KMGT]i?B|ms|s|secs?|seconds|minutes|hours|it/s)\b")
_NO_UNIT = re.compile(r"(?:st|nd|rd|th|\s?dB)\b")  # "the 3rd step"; decibels are what PSNR is measured in
_GLUED = re.compile(r"(?:ms|[smhxkMG]|us|[µμ]s|min|it|th|st|nd|rd)(?=\s)")
_PEEL = " %\t-=*#>~_.•·+!?→'\"`━─╸╺█▏"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LEADS = _words(
    "start starting started starts begin beginning end ending finished finish done completed running "
    "of in the current after now this info debug warning notice root main trainer"
)
_PLACED = _words("at in on after for")  # "validation loss at iteration 100"
_OF_ALL = _words("results result metrics performance scores evaluation summary")
_PROSE = _words(
    "improved reached not was than from by saved saving loaded loading reducing because if when epochs_since min_delta"
)
_DEVICES = _words("mps cuda cpu gpu xpu tpu npu rank local_rank pid device port line thread worker seed")
# "tokens seen: 4096" counts, and says nothing of what a loss was computed on
_SEEN_SO_FAR = _words("samples examples images tokens rows batches items sequences frames sentences words so have ever")
_ROUND = ("轮", "个epoch", "个 epoch", "个Epoch")  # 第 3 轮: the third epoch
_MAX_GAP = 160
_MAX_NAME = 40
_MAX_KNOWN = 30_000  # different texts understood in one log; prose would go on for ever


def has_decimal_commas(sample: str) -> bool:
    """Values in the text are written with a decimal comma, and none, or fewer of them, with a point.

    Programs that print for people put commas into their scores, and leave the rate as it is ("Lernrate=1.50e-03").
    """
    if "," not in sample:
        return False
    points = sum(1 for _ in _WITH_POINT.finditer(sample))
    if points:
        return sum(1 for _ in _SURELY_A_COMMA.finditer(sample)) >= max(points, _FEW)
    return sum(1 for _ in zip(range(_FEW), _WITH_COMMA.finditer(sample), strict=False)) == _FEW


class Phrase(NamedTuple):
    """One text between two numbers.

    Attributes:
        says: what the number after it is: a value ("pair"), an epoch, a step, a batch within an epoch, the total of a
            count ("of"), something right after a count, behind a bracket or colon ("opens"), or nothing known ("").
        name: the value's name, as the log spells it.
        kind: the kind of `name` by the column map ("other" when unknown).
        weak: only a space between name and number.
        split, spelled: the last word in the text that names a split, and how it is spelled.
        own_split: the split word is part of `name`.
        unit: how the text starts, which belongs to the number before it: "%", "/", "epoch" (of a Chinese ordinal) or
            "unit"; "" when nothing.
        lists: the number opens a list ("Dice: [0.96, ..."), or goes on with one ("comma").
    """

    says: Says
    name: str
    kind: str
    weak: bool
    split: Split | None
    spelled: str
    own_split: bool
    unit: str
    lists: str

    @property
    def only_split(self) -> bool:
        """The name is one word that names a split ("Test: [")."""
        return self.kind == "other" and self.own_split and " " not in self.name


_NOTHING = Phrase("", "", "other", False, None, "", False, "", "")


class Phrases:
    """The texts met so far and what they say."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: dict[str, Phrase] = {}

    def __call__(self, text: str) -> Phrase:
        found = self._known.get(text)
        if found is None:
            if len(self._known) > _MAX_KNOWN:
                return _NOTHING
            found = self._known[text] = self._understand(text)
        return found

    def split_in(self, text: str) -> tuple[Split | None, str]:
        """The last word of `text` that names a split, and its spelling."""
        words = re.split(r"[\W_]+", text)
        for at in range(len(words) - 1, -1, -1):
            word = words[at]
            split = self._columns.is_split(word) if word else None
            if split is not None and not (word == "seen" and at and words[at - 1].lower() in _SEEN_SO_FAR):
                said = self._columns.words(word)
                return split, word if len(said) == 1 else said[0]  # "validationLoss" is spelled "validation"
        return None, ""

    def _understand(self, text: str) -> Phrase:
        unit = _unit(text)
        glued = _GLUED.match(text) if unit == "unit" and text.strip() != "it" else None  # "3s val_loss: ", no "it 12"
        tail = text[glued.end() if glued else 0 :][-_MAX_GAP:]
        if not tail.isascii():
            tail = self._columns.translated(tail)
        split, spelled = self.split_in(tail)
        stripped = tail.strip()
        if stripped in ("/", "of"):
            return Phrase("of", "", "other", False, None, "", False, unit, "")
        if stripped and not stripped.strip("[]() \t:|-"):
            return Phrase("opens", "", "other", False, None, "", False, unit, "")
        lists = "comma" if stripped in (",", "") and text else ""
        bare = _OPENER.sub("", tail)
        opened = "open" if tail.rstrip().endswith("[") else lists
        strong = bare[-1:] in _STRONG and bool(bare)
        *before, name = (part.strip(_PEEL) for part in _DELIMITER.split(bare.rstrip(_STRONG + _PEEL)))
        said = name.rstrip(")") if "(" not in name else name
        if before and said.isalpha() and self._columns.is_split(said) and self._is_measured(before[-1]):
            name = f"{before[-1]} {said}"  # "Loss: train 0.31, val 0.52", "Loss (train) 0.31"
        words = name.split()
        if words and words[-1] in ("is", "was", "at", "of", "to", "after"):
            words.pop()
        if len(words) > 1 and words[-1].lower() == "value" and words[-2].lower() not in ("state", "action"):
            words.pop()  # "lm loss value: 8.06"
        if len(words) > 6:
            words = words[-4:]
        name = " ".join(words)
        if name.count("(") > name.count(")"):
            name = name.rpartition("(")[2]  # Result(loss=0.5
        elif "(" not in name:
            name = name.rstrip(")")
        words = name.split()
        if not _PROSE.isdisjoint(words):
            name = ""
        says, name, kind = self._classify(name, words, strong)
        own = bool(name) and self.split_in(name)[0] is not None
        return Phrase(says, name, kind, not strong, split, spelled, own, unit, opened)

    def _classify(self, name: str, words: list[str], strong: bool) -> tuple[Says, str, str]:
        if not name or len(name) > 80 or not any(c.isalpha() for c in name):
            return "", "", "other"
        counted = self._counts(words)
        if counted:
            measured = self._measured(words)
            return counted, measured, self._columns.meaning(measured).kind if measured else "other"
        meaning = self._columns.meaning(name)
        lower = name.lower()
        if meaning.resource or meaning.running or lower in _DEVICES or lower.endswith(".py"):
            return "", "", "other"
        if meaning.kind == "other" and not strong:
            only_split = len(words) == 1 and self._columns.is_split(name) is not None
            return ("pair" if only_split else ""), (name if only_split else ""), "other"
        return "pair", name, meaning.kind

    def _counts(self, words: list[str]) -> Says:
        """Epoch, step or batch, if that is what these words count ("Train Epoch", "Starting epoch", "Iter(train)")."""
        last = re.sub(r"\(.*?\)$", "", words[-1])
        found = self._columns.x_kind(last) or self._columns.x_kind(" ".join(words))
        if last == "轮":
            return "epoch"
        if found is None or found[0] == "set" or last.lower() == "epochs":
            return ""
        before = [word.lower().strip(_PEEL) for word in words[:-1]]
        if len(before) > 1 and before[-1] in _PLACED and (self._measured(words) or self._speaks_of_all(before[:-1])):
            return found[0]
        fits = all(word in _LEADS or self._columns.is_split(word) or self._columns.x_kind(word) for word in before)
        return found[0] if fits or self._columns.x_kind(" ".join(words)) else ""

    def _measured(self, words: list[str]) -> str:
        """What was measured at a place: "validation loss" of "validation loss at iteration"; "" for all else.

        A best value so far is no measurement there ("best accuracy at epoch 3" is printed ever after).
        """
        if len(words) < 3 or words[-2].lower() not in _PLACED:
            return ""
        name = " ".join(words[:-2])
        meaning = self._columns.meaning(name)
        return name if meaning.kind in ("loss", "metric") and not meaning.running else ""

    def _is_measured(self, name: str) -> bool:
        return 0 < len(name) <= _MAX_NAME and self._columns.meaning(name).kind in ("loss", "metric")

    def _speaks_of_all(self, before: list[str]) -> bool:
        """Words such as "validation results"."""
        return all(word in _OF_ALL or self._columns.is_split(word) is not None for word in before)


def _unit(text: str) -> str:
    """What the start of the text makes of the number before it."""
    if text[:1] == "%" or text[:2] == " %":
        return "%"
    if text.strip() in ("/", "of"):
        return "/"
    if text.lstrip().startswith(_ROUND):
        return "epoch"
    return "unit" if _UNIT.match(text) and not _NO_UNIT.match(text) else ""
