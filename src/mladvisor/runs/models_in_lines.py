"""Scores of simple models, and the best correlation with the label, as a training prints them before it starts.

"LogisticRegression: val acc 0.61 | RandomForest(100): val acc 0.63", "majority class share: 0.55", "max |corr| = 0.03".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mladvisor.runs.data_scores import SCORES, role_of
from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import words_of

_MAX_LINE = 400
_METRICS = {key.replace("_", " "): metric for metric, keys in SCORES.items() for key in keys} | {
    "share": "accuracy",  # of the commonest class, which is what always naming it gets
    "frequency": "accuracy",
}
_SCORE = re.compile(
    rf"\b({'|'.join(sorted(_METRICS, key=len, reverse=True))})\b[^\d\n=:]{{0,24}}?[=:]?\s*"
    r"(?<![\w.-])(-?\d+(?:\.\d+)?)(\s?%)?(?![\w.])",
    re.IGNORECASE,
)
_OWN = (["model"], ["this", "model"], ["our", "model"], ["final", "model"])
"""Words before the score of the run's own model, where those of others stand in lines beside it."""
_PARTS = re.compile(r"\s*[|;]\s*|,\s+(?=[A-Za-z])")
_COURSE = frozenset(("epoch", "step", "iter", "iteration", "fold", "batch", "round", "loss"))
"""Words of a line that tells how a training goes."""
_MOST_WORDS = 9
_OF_CONSTANT = frozenset(("majority", "frequent", "common", "commonest", "prior", "largest"))
_CORRELATION = re.compile(
    r"(?i)\b(?:max(?:imum)?|largest|highest|best|strongest)\b[^\d\n=:]{0,24}\bcorr(?:elation)?s?\b[^\d\n=:]{0,40}"
    r"(?:[=:]|\bis\b)\s*([-+]?(?:0?\.\d+|[01](?:\.\d+)?))(?![\w.%])"
)
_OF_LABEL = re.compile(r"(?i)\b(?:label|target|y|class|outcome)\b|corr[^=:]*$")


def models_in_lines(lines: Iterable[str]) -> Iterator[Said]:
    """Statements about simple models and about the best correlation of a feature with the label."""
    below = ""
    for whole in lines:
        line = whole[:_MAX_LINE].replace("_", " ")
        if below and (named := _NAMED.fullmatch(line)) is not None:
            yield from _named_below(below, named[1], float(named[2]))
            continue
        below = _metric_above(line)
        if not _COURSE.isdisjoint(words_of(line)):
            continue
        yield from _scores(line)
        share = _MAJORITY.fullmatch(line) if "ajority" in line or "requent" in line else None
        if share is not None:
            yield Said("majority", "", None, float(share[1]) / (100.0 if share[2] else 1.0), "accuracy")
        best = _CORRELATION.search(line)
        if best is not None and _OF_LABEL.search(best[0]):
            yield Said("related-most", "", None, abs(float(best[1])))


_MAJORITY = re.compile(
    r"(?i)[\s*-]{0,9}(?:(?:test|val|the) ){0,2}(?:majority|most frequent)[ -]class(?: baseline| classifier)?"
    r"(?: accuracy| share)?"
    r"\s?[:=]\s?(0?\.\d+|\d{1,2}(?:\.\d+)?(?=\s?%))(\s?%)?\s*"
)
"""What always naming the commonest class gets, in a line of its own."""
_NAMED = re.compile(r"\s*[-*]?\s*([A-Za-z][\w ()-]{1,40}?)\s*[:=]\s*(-?\d+(?:\.\d+)?)\s*")
_ABOUT_MODELS = re.compile(r"(?i)\b(?:baselines?|models|comparison|ladder|reference models?)\b")


_LIKELY = ("baseline", "models", "comparison", "ladder")


def _metric_above(line: str) -> str:
    """The metric of a heading over models and their scores: "baselines (R2 on validation)", "== models: test AUC"."""
    if not any(word in (low := line.lower()) for word in _LIKELY):
        return ""
    told = _ABOUT_MODELS.search(low) and not re.search(r"\d\.\d", line)
    return next((name for name in map(str.lower, _WORDS.findall(line)) if name in _METRICS), "") if told else ""


_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def _named_below(metric: str, name: str, value: float) -> Iterator[Said]:
    """A line below such a heading: "ridge: 0.004"."""
    words = words_of(name)
    what = role_of(set(words)) if len(words) <= _MOST_WORDS else None
    kind = _METRICS[metric]
    if what is not None and (value <= 1.0 or kind not in ("auc", "accuracy", "r2")):
        yield Said(what, " ".join(words), None, value, kind)


_ASIDES = re.compile(r"^(\s*[-*]?\s*[A-Za-z][\w ()-]{2,40}),[^:\n]{2,60}:\s")
"""What is said of a model before its score: "Random forest, 60 trees, same inputs: R2 0.1"."""


def _scores(line: str) -> Iterator[Said]:
    line = _ASIDES.sub(r"\1: ", line)
    for part in _PARTS.split(line):
        score = _SCORE.search(part)
        words = words_of(part[: score.start()]) if score is not None else []
        what = role_of(set(words)) if len(words) <= _MOST_WORDS else None
        what = "own-score" if words in _OWN else what
        if (
            score is None
            or what not in ("baseline", "constant", "own-score")
            or (what == "own-score" and words not in _OWN)
        ):
            continue
        metric, value = _METRICS[score[1].lower()], float(score[2]) / (100.0 if score[3] else 1.0)
        is_share = score[1].lower() in ("share", "frequency")
        if is_share and _OF_CONSTANT.isdisjoint(words):
            continue
        if value <= 1.0 or metric not in ("auc", "accuracy", "r2"):
            yield Said(what, " ".join(words), None, value, metric)
