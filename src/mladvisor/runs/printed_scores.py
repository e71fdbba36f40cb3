"""Scores that a program printed when it was done, on the rows that it learnt from and on others.

"train accuracy 1.0", "Training set score: 0.95", "Test set score: 0.93", "train 1.0", "external cohort 0.6", "R^2 on
the test set: 0.31", "Accuracy of the network on the 10000 test images: 54 %", "AUC train=0.99 valid=0.6", "live auc
0.56", and the folds
of a cross-validation with their mean: "[0.61 0.39 0.72] 0.5733".

A number has the words since the number before it. They must name the rows, and a metric or nothing but the rows. What
is printed again and again is a curve, which the readers of logs take.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mladvisor.errors import ReadError
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.report_names import is_loss, is_metric
from mladvisor.runs.scores_elsewhere import Score
from mladvisor.runs.word_sets import parted, word_set

_MAX_LINE = 300
_MOST = 2  # times that a final score is printed
_PERCENT = 100.0
_ROUNDED = 6e-3  # what two decimals leave of a sum
_NUMBER = re.compile(r"(?<![\w.])([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![\w:/]|\.\d|-\d)(\s?%)?")
_OF_ROWS = re.compile(
    r"(?<![\w.])\d+(?=(?:\s[a-z-]{2,10})?\s(?:images|samples|rows|examples|pictures|patients|cases)\b)"
)
_SQUARED = re.compile(r"(?i)\br\s?(?:\^\s?2|²|\*\*\s?2|-squared)")
_WORD = re.compile(r"[a-z]+\d*")
_BAGGED = re.compile(r"(?i)out[ _-]of[ _-]bag")
_OUT_OF_TIME = re.compile(r"(?i)out[ _-]of[ _-](?:time|sample)")
_COUNT_BESIDE = re.compile(
    r"(?i)\(\s?n\s?[=:]\s?\d[\d,.' ]{0,12}(?:\s?[a-z]{1,12})?\s?\)|\bn\s?=\s?\d[\d,']{0,12}\b(?!\.\d)"
)
_PERIOD = re.compile(
    r"(?i)(?<![\w.:/-])(?:(?:19|20)\d\d(?:[-_ ]?[qhwm]\d{1,2})?"
    r"|(?:weeks?|months?|quarter|woche|monat|kw|q|h)[- ]?\d{1,2})(?![\w:/%-]|\.\d)"
)
_OF_PERIOD = "ofperiod"
"""A word in place of a period: a sample that is called after one, beside validation data, came later."""
_JOINED = re.compile(r"(?i)s?-?genauigkeit\b")
_FOLDS = re.compile(
    r"\[((?:\s*[01]\.\d*\s*,?){3,20})\]\s*,?\s*(?:mean|avg|average|\u00f8)?\s*[:=]?\s*([01]\.\d+)(?![\d.])"
)
_TRAIN = word_set("train training trained insample")
_OWN = word_set("val valid validation dev cv crossval oof oob offline")
_OTHER = word_set("test testing external holdout heldout unseen outside prospective oot oos")
_IN_USE = word_set("live production prod online serving deployed deployment")
_PLACES = (("train", _TRAIN), ("own", _OWN), ("outside", _OTHER), ("in-use", _IN_USE))
_FILLING = word_set(
    "the of on network model final mean average overall best classifier regressor is was at and in for with our a all "
    "set sets data rows samples images examples cohort sample dataset patients cases part score scores fold folds "
    "cross but while whereas only it reaches reached falls fell drops dropped to we get got see saw measured yet then "
    "matured ofperiod week"
)
_NO_SCORE = word_set(
    "size split share ratio fraction shape rate loss epoch iter step iteration std min max baseline dummy naive chance "
    "persistence gap difference diff drop target goal majority random before"
)
_MARKS = ("==", "--", "#", "**", "[")
_MAX_HEADING = 80
_AMOUNT = re.compile(r"\b[a-z]{1,12}\s?[=:]\s?\d[\d,.]*")  # "n = 2250"
_COUNTED = word_set("results metrics evaluation performance report")
_BELOW = 3  # lines with something on them, behind which a heading says nothing more
_FIRST_WORDS = 40
_SAME = {"acc": "accuracy", "rsquared": "r2"}
PLAIN = "score"
"""The name of a number of which nothing but the rows is said: what an estimator calls its score, accuracy or R2."""


def scores_printed(lines: Iterable[str]) -> list[Score]:
    """The last printed value of each score whose rows are known, those left out that are printed over and over.

    The rows may be named by a heading right above: "== test n = 750", and then "auc 0.68 accuracy 0.69".
    """
    found: dict[tuple[str, str], list[Score]] = {}
    heading, below = "", 0
    for line in lines:
        cut = line[:_MAX_LINE]
        scores = _scores_of(cut)
        if not scores and (said := _heading(cut)):
            heading, below = said, 0
        elif not scores and heading and below < _BELOW and _metric_first(cut):
            scores = _scores_of(f"{heading} {cut.strip()}", heading)
        below += bool(cut.strip())
        for score in scores:
            found.setdefault((score.name, score.place), []).append(score)
    return [scores[-1] for scores in found.values() if len(scores) <= _MOST]


_NOTES = ("md", "markdown", "txt", "rst")
_MOST_NOTE = 60_000


def tells_scores(file: Candidate) -> bool:
    """A note whose sentences tell one score on two kinds of rows: "AUC was 0.99 offline, and in production 0.61"."""
    found = scores_noted(file)
    return len({score.place for score in found if score.name != PLAIN}) > 1


def scores_noted(file: Candidate) -> list[Score]:
    """The scores that the sentences of a note tell, looked for once; those of other models and of advice left out."""
    return file.once(_scores_noted)


def _scores_noted(file: Candidate) -> list[Score]:
    if stem_and_suffix(file.name)[1] not in _NOTES or file.size > _MOST_NOTE or file.binary:
        return []
    try:
        lines = [own_sentences(line) for line in file.text.splitlines() if "|" not in line]
    except (ReadError, OSError):
        return []
    every = scores_printed(lines)
    return [score for score in every if score.name != PLAIN]


def _heading(line: str) -> str:
    """The word for rows in a heading: "== train n = 2250", "--- Test set ---", "Validation:"; "" of others."""
    bare = line.strip()
    if len(bare) > _MAX_HEADING or not (bare.startswith(_MARKS) or bare.endswith(":")):
        return ""
    words = [english(word) for word in _WORD.findall(parted(_AMOUNT.sub("", bare)).lower())]
    said = [word for word in words if any(word in told for _, told in _PLACES)]
    places = {place for place, told in _PLACES if not told.isdisjoint(said)}
    others = [word for word in words if word not in said and word not in _FILLING and word not in _COUNTED]
    return said[0] if len(places) == 1 and not others else ""


def _metric_first(line: str) -> bool:
    """The line begins with the name of a metric."""
    words = _WORD.findall(parted(line[:_FIRST_WORDS]).lower())
    return bool(words) and is_metric(_SAME.get(words[0], words[0]))


def _scores_of(line: str, heading: str = "") -> list[Score]:
    folds = _FOLDS.search(line)
    if folds is not None:
        values = [float(each) for each in folds[1].replace(",", " ").split()]
        mean = float(folds[2])
        return [Score(PLAIN, "own", mean, None)] if abs(sum(values) / len(values) - mean) < _ROUNDED else []
    scores = list(_told(heading, _plainly(line)))
    plain = [score.value for score in scores if score.name == PLAIN]
    shares = len(plain) > 1 and abs(sum(plain) - 1.0) < _ROUNDED  # "train 0.8 val 0.1 test 0.1" cuts the rows
    return [score for score in scores if not shares or score.name != PLAIN]


def _plainly(line: str) -> str:
    """The line without counts of rows, and with the words that `_told` knows."""
    line = _PERIOD.sub(_OF_PERIOD, _COUNT_BESIDE.sub("", _OUT_OF_TIME.sub("oot", line)))
    return _BAGGED.sub("oob", _JOINED.sub(" accuracy", _OF_ROWS.sub("", _SQUARED.sub("r2", line))))


def _told(heading: str, text: str) -> Iterator[Score]:
    end, last = 0, ""
    for number in _NUMBER.finditer(text):
        words = [english(word) for word in _WORD.findall(parted(text[end : number.start()]).lower())]
        if heading and end:
            words.append(heading)
        end = number.end()
        places = [place for place, told in _PLACES if not told.isdisjoint(words)]
        if not places and _OF_PERIOD in words:
            places = ["in-use"]
        if len(places) != 1 or not _NO_SCORE.isdisjoint(words) or any(map(is_loss, words)):
            continue
        value = float(number[1]) / (_PERCENT if number[2] else 1.0)
        named = [_SAME.get(word, word) for word in words if is_metric(word)]
        if named or (last and _speaks_of_rows(words)):
            last = " ".join(named) or last
            yield Score(last, places[0], value, None)
        elif _speaks_of_rows(words) and "." in number[1] and abs(value) <= 1.0:
            yield Score(PLAIN, places[0], value, None)


def _speaks_of_rows(words: list[str]) -> bool:
    return all(word in _FILLING or any(word in told for _, told in _PLACES) for word in words)
