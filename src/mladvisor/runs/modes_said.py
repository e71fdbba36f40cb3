"""What people tell of batch normalisation: scores of the same rows by mode, by the size of the batch that is scored,
after its statistics were taken anew; and what it keeps.

    split,rows,mode,loss,acc            eval_batch_size  accuracy        {"bn1.running_mean": {"min": 0.0, "max": 0.0}}
    val,112,train,0.131,0.964           1                0.107           batches used to recompute mean/var   val acc
    val,112,eval,1.373,0.580            300              0.960             0 (as saved)                        0.5804
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from mladvisor.runs.numbers_said import Cell, Line, Numbers, words_of
from mladvisor.runs.word_sets import cues, word_set

CUES = cues(
    ".train();.eval();modus;modo ;模式;モード;mode d;eval mode;_mode; mode;mode,;mode\t;running_;moving_;"
    "running stat;recalibrat;precise-bn;update_bn;统计;alone;batchnorm;batch_;batch size;eval_batch;bn(;"
    "batches used;batch stat"
)

LEFT_ON_CUES = cues("training;bn_mode;bnmode;batch_norm")
MOMENTUM_CUES = cues("batchnorm")
KEPT_CUES = cues("running;moving")
"""The same for what only some of its functions tell."""

_TRAIN = (
    r"train(?:ing)?[ _.-]?mode|mode[ =:_.]{1,3}train(?:ing)?\b|(?:with|current|using)?[ _]?batch[ _-]?stat(?:istic)?s?"
    r"|\.train\(\)|trainingsmodus|modo (?:de )?(?:entrenamiento|treino)|mode (?:d['’]\s?)?entra[iî]nement"
    r"|训练模式|学習モード"
    r"|training[ _]?=[ _]?true|当前批统计量?|batchstatistik\w*|statistiques? d[ue] lot"
)
_EVAL = (
    r"eval(?:uation)?[ _.-]?mode|mode[ =:_.]{1,3}eval(?:uation)?\b|running[ _-]?stat(?:istic)?s?|\.eval\(\)"
    r"|(?:auswertungs|evaluations|eval)modus|modo (?:de )?(?:evaluaci[oó]n|inferencia|avalia[cç][aã]o)"
    r"|mode (?:d['’]\s?)?[eé]valuation"
    r"|评估模式|推理模式|評価モード|推論モード"
    r"|training[ _]?=[ _]?false|\beval\b|moving[ _-]?(?:average|stat(?:istic)?)s?"
    r"|滑动统计量?"
)
_MODE = re.compile(rf"(?i)(?P<train>{_TRAIN})|(?P<eval>{_EVAL})")
_ACCURACY = word_set(
    "acc accuracy auc auroc f1 top1 genauigkeit exactitud exactitude precisao accuratezza iou map dice miou"
)
_CJK_ACCURACY = ("准确率", "精度", "正解率")


class ByMode(NamedTuple):
    """A score of the same rows in training and in evaluation mode, and the row that tells it."""

    train: float
    evaluation: float
    row: int
    loss: bool


def _of_score(key: str) -> str | None:
    words = words_of(key)
    if words & _ACCURACY or any(word in key for word in _CJK_ACCURACY):
        return "score"
    return "loss" if "loss" in words else None


def by_mode(cells: list[Cell]) -> Iterator[ByMode]:
    """Pairs of numbers whose names differ in the mode alone; of columns the middle of their rows."""
    told: dict[tuple[str, ...], dict[str, list[Cell]]] = {}
    for cell in cells:
        names = list(cell.path[1:])
        if cell.of_row > 1:
            names[cell.of_row - 1] = f"{cell.path[cell.of_row - 1]}={cell.path[cell.of_row]}"  # "mode=train"
            names[cell.of_row - 2] = ""
        marks = [(part, found) for part in names if (found := _MODE.search(part))]
        if not marks:
            continue
        part, found = marks[-1]
        rest = _filler(_MODE.sub("#", part))
        if rest.count("#") > 1:
            continue
        others = [_filler(each) if each is not part else rest for each in names]
        if cell.of_row > 0 and found.string == cell.path[-1]:
            others[cell.of_row - 1] = ""  # a column: whatever the row
        told.setdefault((cell.path[0], *others), {}).setdefault(found.lastgroup or "", []).append(cell)
    for key, modes in told.items():
        kind = next((kind for part in reversed(key) if (kind := _of_score(part))), None)
        if kind is None and any(words_of(part) & {"val", "valid", "validation"} for part in key[-1:]):
            kind = "loss" if max(cell.value for cells_of in modes.values() for cell in cells_of) > 1 else None
        if len(modes) == 2 and kind is not None:
            train, evaluation = (sorted(cell.value for cell in modes[mode]) for mode in ("train", "eval"))
            if kind == "loss" or max(train[-1], evaluation[-1]) <= 1 or min(train[0], evaluation[0]) > 1:
                scale = 1.0 if kind == "loss" or train[-1] <= 1 else 0.01
                row = modes["eval"][0].row
                yield ByMode(
                    train[len(train) // 2] * scale, evaluation[len(evaluation) // 2] * scale, row, kind == "loss"
                )


def _filler(text: str) -> str:
    """A name without what differs from column to column besides the mode: brackets and little words."""
    return re.sub(r"[\s_()（）用=.,:-]+", " ", text.lower()).strip()


_SCORE = re.compile(r"(?<![\w.,])(?P<told>[01]?[.,]\d{1,6}|\d{1,3}(?:[.,]\d{1,4})?\s?%)(?![\w]|[.,]\d)")
_NOT_SCORE = re.compile(r"(?i)\bloss|verlust|p[eé]rdida|perte|\blr\b|momentum|dropout|损失")
_NEAR = 60  # characters between a mode and its number


def modes_in_lines(lines: list[Line]) -> Iterator[ByMode]:
    """Scores by mode in a sentence, or in two lines: "model.train(): 0.958", "model.eval(): 0.412"."""
    before: tuple[int, str, float, str] | None = None
    for number, line in enumerate(lines):
        marks = list(_MODE.finditer(line.text)) if not _NOT_SCORE.search(line.text) else []
        if not marks:
            continue
        ends = [mark.start() for mark in marks[1:]] + [len(line.text)]
        told: dict[str, float] = {}
        before_first = list(_SCORE.finditer(line.text[: marks[0].start()]))[-1:]
        turned = bool(before_first) and _SCORE.search(line.text, marks[-1].end()) is None  # "0.96 with model.train()"
        begins = [0, *(mark.end() for mark in marks[:-1])]
        for mark, begin, end in zip(marks, begins, ends, strict=True):
            if turned:
                found = next(reversed(list(_SCORE.finditer(line.text[begin : mark.start()]))), None)
            else:
                found = _SCORE.search(line.text[mark.end() : min(end, mark.end() + _NEAR)])
            if found:
                value = float(found["told"].rstrip("% ").replace(",", "."))
                told.setdefault(mark.lastgroup or "", value / 100.0 if "%" in found["told"] else value)
        if len(told) == 2 and max(told.values()) <= 1:
            yield ByMode(told["train"], told["eval"], line.row, False)
        elif len(told) == 1:
            (mode, value), *_ = told.items()
            about = " ".join(re.findall(r"[^\W\d_]+", _MODE.sub("", line.text.lower())))  # of the same rows
            if before and before[::3] == (number - 1, about) and before[1] != mode and max(value, before[2]) <= 1:
                train = value if mode == "train" else before[2]
                yield ByMode(train, before[2] if mode == "train" else value, line.row, False)
            before = number, mode, value, about


_EVALUATED = re.compile(
    r"(?i)eval|infer|serv|predict|scor|request|onnx|test|deploy|production|valid|(?<![a-z])val(?![a-z])"
)
_SIZE = re.compile(r"(?i)batch[ _-]?(?:size)?|(?<![a-z])bs(?![a-z])|批大小|batchgr(?:ö|oe)(?:ß|ss)e|lote|lot")
_AT_SIZE = re.compile(r"(?i)(?P<name>.{0,60}?)(?:batch|bs)[ _=-]?(?:size[ _=-]?)?(?P<size>\d{1,5})(?P<rest>.{0,20})")
_NOT_SCORED = re.compile(r"(?i)train(?:ing|ed)?[ _]?(?:with|batch|bs)|per[ _-]gpu|accum|learning|epochs?\b|\blr\b")


_SIZED_LINE = re.compile(
    r"(?i)(?<![a-z])(?:bs|batch(?:[ _]size)?)\s?[ =:]\s?(?P<size>\d{1,5})\b[^\d\n]{0,40}?\b(?:acc\w*|auc"
    r"|f1|score|top1)\b[^\d\n]{0,6}"
    r"(?P<score>[01]?\.\d{1,6}|\d{1,3}(?:\.\d{1,3})?\s?%)"
)
_ONE_AMONG = re.compile(
    r"(?i)\b(?:alone|on its own|single|batch of (?:1|one))\b[^\d\n]{0,12}(?P<alone>[01]?\.\d{1,6})\b.{0,40}?"
    r"\b(?:with \d+ others?|(?:in )?(?:a )?batch(?:es)? of \d+)\b[^\d\n]{0,12}(?P<among>[01]?\.\d{1,6})\b"
)


class BySize(NamedTuple):
    """Accuracy of the same model where few and where many rows are scored together."""

    few: float
    many: float
    row: int


def by_size(cells: list[Cell]) -> Iterator[BySize]:
    """Scores by the size of the batches that are scored; not those of trainings with several batch sizes."""
    tables: dict[tuple[str, ...], list[tuple[float, float, int]]] = {}
    rows: dict[tuple[tuple[str, ...], int], dict[str, float]] = {}
    for cell in cells:
        if cell.of_row > 0:
            rows.setdefault((cell.path[: cell.of_row], cell.row), {})[cell.path[-1]] = cell.value
            label = re.search(r"\d+(?:\.\d+)?$", cell.path[cell.of_row])
            if label and _SIZE.search(cell.path[cell.of_row - 1]):
                rows[cell.path[: cell.of_row], cell.row].setdefault(cell.path[cell.of_row - 1], float(label[0]))
        elif (found := _AT_SIZE.fullmatch(cell.path[-1])) and 0 <= cell.value <= 1:
            said = " ".join(cell.path)
            if _EVALUATED.search(said) and _of_score(said) == "score" and not _NOT_SCORED.search(said):
                key = (*cell.path[:-1], found["name"], found["rest"])
                tables.setdefault(key, []).append((float(found["size"]), cell.value, cell.row))
    for (path, row), values in rows.items():
        size = next((key for key in values if _SIZE.search(key)), None)
        score = next((key for key in values if _of_score(key) == "score"), None)
        said = " ".join((*path, *values))
        if size and score and _EVALUATED.search(f"{' '.join(path)} {size}") and not _NOT_SCORED.search(said):
            tables.setdefault(path, []).append((values[size], values[score], row))
    for pairs in tables.values():
        pairs.sort()
        if len(pairs) > 1 and pairs[0][0] * 4 <= pairs[-1][0]:
            yield BySize(pairs[0][1], pairs[-1][1], pairs[0][2])


_ANEW = re.compile(
    r"(?i)recomput|recalibrat|precise[ -]?bn|update_bn|re-?estimat|calibrat(?:e|ion|ing) (?:the )?(?:bn"
    r"|batch|statistic)"
)
_OF_NORM = re.compile(r"(?i)mean/?var|\bbn\b|batch[ _-]?norm|precise-?bn|running|statistic")


def taken_anew(cells: list[Cell]) -> Iterator[ByMode]:
    """The score with the statistics as they were kept (no batch used), and with those of some batches."""
    rows: dict[tuple[str, ...], list[tuple[float, float, int]]] = {}
    for cell in cells:
        if cell.of_row > 0 and _of_score(cell.path[-1]) == "score":
            said = " ".join(cell.path[: cell.of_row])
            number = re.match(r"\D{0,60}?(\d{1,6})\b", cell.path[cell.of_row].removeprefix(cell.path[cell.of_row - 1]))
            if number and _ANEW.search(said) and _OF_NORM.search(said):
                rows.setdefault((*cell.path[: cell.of_row], cell.path[-1]), []).append(
                    (float(number[1]), cell.value, cell.row)
                )
    for pairs in rows.values():
        pairs.sort()
        if len(pairs) > 1 and pairs[0][0] == 0:
            yield ByMode(max(value for _, value, _ in pairs[1:]), pairs[0][1], pairs[0][2], False)


_KEPT = re.compile(r"(?i)(?:running|moving)[ _.]?(?P<what>mean|var)")
_VECTOR = re.compile(
    r"^\s*(?:tensor\()?\[?\s*(-?\d+(?:\.\d*)?(?:e[-+]?\d+)?(?:[,\s]+-?\d+(?:\.\d*)?(?:e[-+]?\d+)?)*)\s*\]?\)?[;,]?\s*$",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"(?i)\b(?:mean|avg|average|median|min|max)\s?[=:]?\s{0,4}(-?\d+\.\d{2,})(?![\d.])")
"""What a line tells of all channels of a layer, to so many digits that no other number looks like it."""
_BEFORE = re.compile(r"(?i)\binit|step[ _]?0\b|before|fresh|untrained|epoch[ _]?0\b")


def untouched(told: Numbers) -> tuple[float, int] | None:
    """The share of the kept means that are 0 and variances that are 1, and where; None where no such thing is told."""
    still: list[bool] = []
    row = 0
    for cell in told.cells:
        said = next((found for part in reversed(cell.path) if (found := _KEPT.search(part))), None)
        if (
            said
            and not _BEFORE.search(" ".join(cell.path))
            and not words_of(cell.path[-1]) & {"std", "batches", "n", "count", "shape", "gap", "ratio", "over"}
        ):
            still.append(cell.value == (0.0 if said["what"].lower() == "mean" else 1.0))
            row = row or cell.row
    for before, line in pairwise([Line("", (), 0), *told.lines]):
        said = _KEPT.search(before.text)
        inline = _KEPT.search(line.text)
        after = line.text[inline.end() :].lstrip(" :=") if inline else line.text
        found = _VECTOR.match(after) if said or inline else None
        parts = re.split(r"[,\s]+", found[1].strip()) if found else _SUMMARY.findall(after) if inline else []
        if parts and not _BEFORE.search(before.whole):
            what = (inline or said)["what"].lower()  # type: ignore[index]
            still += [float(part) == (0.0 if what == "mean" else 1.0) for part in parts]
            row = row or line.row
    return (sum(still) / len(still), row) if len(still) >= _LEAST_KEPT else None


_LEAST_KEPT = 4
_WITH_OTHERS = re.compile(
    r"(?i)^\W{0,4}(?P<who>alone|on its own|by itself|batch of (?:1|one)|(?:together )?with \d+ others?"
    r"|(?:in a )?batch of \d+)\b[^\d\n]{0,40}?(?P<score>[01]?\.\d{1,6})\s*$"
)
_ALONE = re.compile(r"(?i)alone|its own|itself|of (?:1|one)$")


def sizes_in_lines(told: Numbers) -> Iterator[BySize]:
    """ "bs=1   acc 0.113", "bs=128 acc 0.951", where the file speaks of scoring, not of training with each."""
    pairs: list[tuple[float, float, int]] = []
    for line in told.lines:
        found = _SIZED_LINE.search(line.text)
        if found and not _NOT_SCORED.search(line.text):
            text = found["score"]
            pairs.append((float(found["size"]), float(text.rstrip("% ")) / (100.0 if "%" in text else 1.0), line.row))
    pairs.sort()
    if len(pairs) > 1 and pairs[0][0] * 4 <= pairs[-1][0] and _SCORING.search(told.lower):
        yield BySize(pairs[0][1], pairs[-1][1], pairs[0][2])


_SCORING = re.compile(r"infer|served|serving|predict|scoring|same (?:weights|model|checkpoint)|eval(?:uat)")


def with_others(lines: list[Line]) -> tuple[float, float, int] | None:
    """The score of one row alone and among others, as a letter lists them, and the row of the text."""
    for line in lines:
        if inline := _ONE_AMONG.search(line.text):
            return float(inline["alone"]), float(inline["among"]), line.row
    alone: tuple[float, int] | None = None
    among: list[float] = []
    for line in lines:
        found = _WITH_OTHERS.match(line.text)
        if found and _ALONE.search(found["who"]):
            alone = float(found["score"]), line.row
        elif found:
            among.append(float(found["score"]))
    return (alone[0], max(among, key=lambda value: abs(value - alone[0])), alone[1]) if alone and among else None


_LEFT_ON = re.compile(
    r"(?i)batch[ _-]?norm(?:ali[sz]ation)?\b[^\n]{0,60}\btraining_?mode\s?[=:]\s?(?:1|true)|trainingmode\.training\b"
    r"|\bbn\w{0,10}\([^()\n]{1,40},\s?training\s?=\s?True\)|\bbn_?mode\b\W{0,8}(?:train\w*|batch_?stat\w*)"
)


def left_on(told: Numbers) -> tuple[str, int] | None:
    """Words that batch normalisation works with the batch's own statistics in what is served or exported."""
    for cell in told.cells:
        at = cell.of_row
        said = f"{cell.path[at - 1]}: {cell.path[at]}" if at > 0 else ""
        if at > 0 and "bn" in said.lower() and (found := _LEFT_ON.search(said)):
            return found[0].strip()[:80], cell.row
    for line in told.lines:
        found = _LEFT_ON.search(line.text)
        if found and not re.search(
            r"(?i)\b(?:not|never|instead of|was|no longer|before)\b", line.text[: found.start()][-30:]
        ):
            return found[0].strip()[:80], line.row
    return None


_MOMENTUM = re.compile(
    r"\bnn\.(?:Sync)?BatchNorm(?:[123]d)?\([^()\n]{0,80}\bmomentum\s?=\s?(?P<share>[01]?\.\d{1,4}|1(?:\.0)?)"
)


def momentum_of_torch(lines: list[Line]) -> tuple[float, int] | None:
    """The share of the last batch in the running statistics, by a line of PyTorch's that a note or script has."""
    for line in lines:
        found = _MOMENTUM.search(line.text)
        if found:
            return float(found["share"]), line.row
    return None
