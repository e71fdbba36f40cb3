"""Lines that single tools print in a way that no other does."""

from __future__ import annotations

import re

from mladvisor.runs.readers.sentences import Pair, Section, Where

Told = tuple[Where, list[Pair]]

# Names stand behind the numbers: " 10: 1559.039197, 1559.101566 avg loss, 0.001000 rate, 3.21 seconds, 640 images"
# (older ones say "avg,")
_NUMBER = r"([-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|nan|inf))"
_DARKNET = re.compile(
    rf"\s{{0,9}}(?:\(next mAP[^)]{{0,60}}\)\s*)?(\d+): {_NUMBER}, {_NUMBER} avg(?: loss)?, {_NUMBER} rate,"
)


def of_one_tool(line: str) -> Told | None:
    """Place and values by name, where only one tool prints such lines; None for all others."""
    if "objective function for '" in line:
        return _kaldi(line)
    return _darknet(line) if " rate," in line else _yolo(line) if "G " in line else None


# "LOG (nnet3-train[5.5]:...) Overall average objective function for 'output' is -1.3 over 12000 frames.": a log
# likelihood, which training raises. The average of some minibatches is printed on the way, and this when all is done.
_KALDI = re.compile(
    rf"average objective function for '\w{{1,40}}' (?:for minibatches (\d+)-\d+ )?is {_NUMBER} over", re.I
)


def _kaldi(line: str) -> Told | None:
    """A line of Kaldi's neural networks; what is made small is the negative of what it prints."""
    found = _KALDI.search(line)
    if found is None or (found[1] is None and "verall" not in line):
        return None
    return Where(step=float(found[1])) if found[1] else Where(), [
        ("negative log likelihood loss", -float(found[2]), None)
    ]


def _darknet(line: str) -> Told | None:
    """A line that Darknet prints at each iteration."""
    found = _DARKNET.match(line)
    if found is None:
        return None
    names = ("loss", "running avg loss", "learning rate")
    return Where(step=float(found[1])), [(name, float(found[at]), None) for at, name in enumerate(names, 2)]


# results.txt of YOLOv7 and of the first YOLOv5, a table without names:
# "     12/99     3.66G  0.009366  0.002758         0   0.01212        18       640    0.9988 ..."
_YOLO = re.compile(r"\s{0,9}(\d{1,6})/\d{1,6}\s+[\d.]{1,9}G((?:\s+[-+\d.einfa]{1,14}){13})\s*$")
_YOLO_NAMES = (
    "train/box_loss", "train/obj_loss", "train/cls_loss", "train/total_loss", "", "", "val precision", "val recall",
    "val mAP_0.5", "val mAP_0.5:0.95", "val/box_loss", "val/obj_loss", "val/cls_loss",
)  # fmt: skip


def _yolo(line: str) -> Told | None:
    """A row of YOLO's results.txt."""
    found = _YOLO.match(line)
    if found is None:
        return None
    try:
        values = [float(cell) for cell in found[2].split()]
    except ValueError:
        return None
    return Where(float(found[1])), [
        (name, value, None) for name, value in zip(_YOLO_NAMES, values, strict=True) if name
    ]


# Of an Estimator: "INFO:tensorflow:Saving dict for global step 500: eval_accuracy = 0.9, loss = 0.3", where the loss is
# that of the evaluation, and the same once more as a list under "***** Eval results *****".
TF_LOGGED = "info:tensorflow:"
EVALUATED: Section = ("val", "eval")
_ESPNET = re.compile(r"\b(\d{1,6})epoch(?::(train|valid):\d{1,9}-(\d{1,9})batch: | results: )")
_LISTED = re.compile(r"(?:\w{4,8}:tensorflow:)?\s{0,9}(\w{1,60}) = \S{1,60}$")


def is_evaluation(line: str) -> bool:
    """The line holds what an evaluation of an Estimator or of PaddleOCR found."""
    return "Saving dict for global step" in line or " cur metric, " in line


def ends_before_repeat(lower: str) -> bool:
    """LightGBM and XGBoost print the line of the best iteration once more, under "... best iteration is:"."""
    return lower.rstrip(":").endswith(("best iteration is", "best iteration"))


def in_words_of_others(line: str) -> str:
    """ESPnet's "3epoch:train:1-100batch: " and "3epoch results: " as others say it: "epoch 3 batch 100 train "."""
    return _ESPNET.sub(lambda m: f"epoch {m[1]} batch {m[3]} {m[2]}: " if m[2] else f"epoch {m[1]}: ", line)


def listed_result(bare: str) -> str:
    """The name in a line of a list of results; "" for other lines."""
    found = _LISTED.match(bare)
    return found[1] if found else ""


def spacy_head(cells: list[str]) -> list[str]:
    """The head of spaCy's table in names that others know ("E" -> "epoch", "ENTS_F" -> "val ENTS_F"); else []."""
    from mladvisor.runs.readers.dialects import dialect_of

    found = dialect_of(cells, None, "")
    if not found.counts:
        return []
    counts = dict(found.counts)
    lower = [cell.lower() for cell in cells]
    return [
        counts.get(low) or (f"val {cell}" if low.startswith(found.validation) else cell)
        for low, cell in zip(lower, cells, strict=True)
    ]
