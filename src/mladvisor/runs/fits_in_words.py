"""Scores on training rows and on others in sentences, of the model in use and of another.

Train IoU 0.41, val IoU 0.40. Reference net: train 0.87, val 0.84.
"""

from __future__ import annotations

import re

from mladvisor.runs.fits_spoken import Spoken, spoken

_TRAIN = (
    r"train(?:ing(?:s?daten)?|ed on)?|entrenamiento|entra[iî]nement|apprentissage|treino|addestramento"
    r"|学習(?:データ)?|训练集?"
)
_HELD = (
    r"val(?:id(?:ation)?)?|test(?:ing|daten|o)?|held[- ]?(?:out|back)|hold-?out|validaci[oó]n|validierung"
    r"|valida[cç][aã]o|validazione|unseen|検証(?:データ)?|テスト|验证集?|测试集?"
)
_SIDE = re.compile(rf"(?<![a-z])(?:(?P<train>{_TRAIN})|(?P<held>{_HELD}))(?![a-z])", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,#])(?P<value>\d{1,6}(?:[.,]\d{1,6})?)(?P<percent>\s?%)?(?![\d.]*\d)"
    r"(?!\s?(?:neuron|unit|epoch|row|image|photo|hidden|layer|channel|sample|million|week|stor|k\b|m\b|x\b|cases|patients"
    r"|steps))",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"\b(?:epochs?|step|degree|seed|n|k|v|version|size|alpha|lambda|dropout(?: of)?|rank|depth)\s?=?\s?$", re.I
)
_LISTS = re.compile(r"\(\s?\d+(?:\s?,\s?\d+)*\s?\)|\[\s?\d+(?:\s?,\s?\d+)*\s?\]")
_ENDS = re.compile(r"(?<=[.!?;])\s+|[\n。()]|(?<=\w):\s*\n")
_MEASURE = re.compile(
    r"\b(?P<low>rmse|mse|mae|mape|smape|wape|perplexity|ppl|nll|log-?loss|loss|error|errors|wer|fehler|erreur)\b"
    r"|\b(?P<high>accuracy|acc|auc|f1|recall|precision|dice|m?iou|r2|r²|r-squared|score|explained|aciertos|precisi[oó]n"
    r"|genauigkeit|exactitude|acur[aá]cia)\b|正解率|准确率|精度",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:reference|without|with a (?:larger|bigger|wider|deeper)|larger|bigger|wider|deeper|teacher|sin|ohne|sans|sem"
    r"|(?:with|con|mit|avec|com) \d+ (?:neuron|unit|hidden|layer|channel|einheit|filter)\w*|appendix|ablation|if we"
    r"|same (?:net|model|split|params)|when (?:we|i)|once (?:we|i)|switched off|turned off|removed|quick (?:test|try)"
    r"|boosted|forest|xgboost|lightgbm)\b",
    re.IGNORECASE,
)
_CEILING = re.compile(
    r"\b(?:raters?|inter-?rater|humans?|experts?|agronomists?|annotators?|doctors?|radiologists?|people|agreement"
    r"|seasonal naive|naive|persistence|repeat(?:ed)?(?: measurements?)?|replicates?|sensor noise|noise floor|noise"
    r"|experten|menschen|expertos|experts humains)\b",
    re.IGNORECASE,
)
_MOST_TEXT = 12_000
_NEAR, _GAP = 18, 34
_PERCENT = 100.0


def spoken_in(text: str) -> Spoken | None:
    """What the sentences of a small text tell; None where none gives both scores of the model in use."""
    text = _LISTS.sub(" ", text[:_MOST_TEXT])
    if _SIDE.search(text) is None:
        return None
    measure: tuple[str, bool] | None = None
    own: tuple[float, float] | None = None
    before: list[str] = []
    since: list[str] = []
    others: list[tuple[float, float, str]] = []
    ceilings: list[tuple[str, float]] = []
    for sentence in (part[:_LONGEST] for part in _ENDS.split(text) if part and part.strip()):
        told = _MEASURE.search(sentence)
        pair = _pair(sentence)
        if told is not None and (measure is None or own is None):
            measure = (told[0].lower(), told["low"] is None)
        if pair is not None and own is None and _OTHER.search(sentence) is None:
            own = pair
        elif pair is not None and own is not None and _OTHER.search(sentence):
            others.append((*pair, " ".join([*since, sentence])[-_LONGEST:]))
        elif pair is None and (level := _level(sentence)) is not None:
            ceilings.append(level)
        (before if own is None or pair == own else since).append(sentence)
    if own is None or measure is None:
        return None
    return spoken(measure, (*own, " ".join(before)[-_LONGEST:]), others, ceilings)


_LONGEST = 600


def _pair(sentence: str) -> tuple[float, float] | None:
    """(score on training rows, score on others) of a sentence that gives both, each next to the word for its rows."""
    sides = list(_SIDE.finditer(sentence))
    numbers = [
        found
        for found in _NUMBER.finditer(sentence)
        if not _COUNTER.search(sentence[max(0, found.start() - 14) : found.start()])
    ]
    if not sides or len(numbers) < 2:
        return None
    best: dict[str, float] = {}
    for behind in (False, True):
        near: dict[str, float] = {}
        for side in sides:
            kind = str(side.lastgroup)
            found = _next_to(side, numbers, sides, behind)
            if found is not None:
                near.setdefault(kind, found)
        if len(near) > len(best):
            best = near
    return (best["train"], best["held"]) if len(best) > 1 else None


def _next_to(
    side: re.Match[str], numbers: list[re.Match[str]], sides: list[re.Match[str]], behind: bool
) -> float | None:
    for number in numbers if behind else reversed(numbers):
        gap = number.start() - side.end() if behind else side.start() - number.end()
        if gap < 0:
            continue
        low, high = (side.end(), number.start()) if behind else (number.end(), side.start())
        if gap > (_GAP if behind else _NEAR) or any(low <= each.start() < high for each in sides if each is not side):
            return None
        if any(low <= each.start() < high for each in numbers if each is not number):
            return None
        return _value(number)
    return None


def _value(found: re.Match[str]) -> float:
    value = float(found["value"].replace(",", "."))
    return value / _PERCENT if found["percent"] else value


def _level(sentence: str) -> tuple[str, float] | None:
    """What people, repeated measurements or a naive answer reach, by a sentence that gives one number."""
    said = _CEILING.search(sentence)
    numbers = list(_NUMBER.finditer(sentence)) if said is not None else []
    return (str(said[0]), _value(numbers[0])) if said is not None and len(numbers) == 1 else None
