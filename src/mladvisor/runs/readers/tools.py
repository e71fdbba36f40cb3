"""Lines that single tools print in a way that no other does."""

from __future__ import annotations

import re

from mladvisor.runs.readers.sentences import Section

# Names stand behind the numbers: " 10: 1559.039197, 1559.101566 avg loss, 0.001000 rate, 3.21 seconds, 640 images"
# (older ones say "avg,")
_NUMBER = r"([-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|nan|inf))"
_DARKNET = re.compile(
    rf"\s{{0,9}}(?:\(next mAP[^)]{{0,60}}\)\s*)?(\d+): {_NUMBER}, {_NUMBER} avg(?: loss)?, {_NUMBER} rate,"
)


def darknet(line: str) -> tuple[float, list[tuple[str, float]]] | None:
    """(iteration, values by name) of a line that Darknet prints at each iteration; None for all others."""
    if " rate," not in line:
        return None
    found = _DARKNET.match(line)
    if found is None:
        return None
    return float(found[1]), [
        ("loss", float(found[2])), ("running avg loss", float(found[3])), ("learning rate", float(found[4]))
    ]  # fmt: skip


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
