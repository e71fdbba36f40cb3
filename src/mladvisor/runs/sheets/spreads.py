"""Spreads of the inputs, and of the label, as people write them in sentences and programs print them in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import log10

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.words import numbers

_SPREAD = re.compile(
    r"(?i)(?:\b(?:std(?:dev)?|stdev|sd|sigma|standard deviations?|streuung|standardabweichung|[eé]cart[- ]type"
    r"|desvio(?:[- ]padr[aã]o)?|"
    r"desviaci[oó]n(?: t[ií]pica| est[aá]ndar)?|deviazione|odchylenie)\b|标准差|標準偏差|표준편차)"
    r"\s{0,2}(?:of y|on train"
    r"|is|=|:|≈|~|von)?\s{0,2}"
)
_NUMBER = r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?"
_LIST = re.compile(rf"(?:^|[\s\[(:=])((?:{_NUMBER}[\s,]{{1,3}}){{3,40}}{_NUMBER})")
_OF_COLUMNS = re.compile(
    r"(?i)(?:\bx\w{0,8}|inputs?|features?|columns?|tensor|matrix)[\w.\[\]()\"']{0,20}\.?std\(|(?:sd|std|stddev"
    r"|spread)s? (?:per|by|of each|of the) (?:column|feature|input)"
)
_INPUTS = re.compile(
    r"(?i)\b(?:inputs?|eingaben?|entr[eé]es?|entradas?|features?|columns?|x_train|spalten|merkmale|network"
    r"|netz|net|mlp|model|x)\b|输入|入力|网络"
)
_TARGET = re.compile(
    r"(?i)\b(?:target|targets|label|y|y_train|response|zielgr[oö][sß]+e|zielwert|ziel|cible|objetivo|alvo)\b"
    r"|目的変数|目标值|目标变量|标签"
)
_NOT_FED = re.compile(
    r"(?i)\b(?:before|raw data|prior to|loss|gradient|grad|weights?|residual|error|metric|score|accuracy"
    r"|seeds?|folds?|runs|vor der|avant|antes)\b"
)
_LEAST_SPREADS = 2


def spreads_in(lines: Sequence[str]) -> Iterator[Said]:
    """How far the spreads of inputs lie apart, as text that speaks of inputs gives them, and that of the label."""
    if _are_scaled(lines):
        return
    spreads: list[float] = []
    about = False
    listed = False
    for number, line in enumerate(lines[:_MOST_LINES]):
        if len(line) > _MOST_LINE:
            continue
        about = about or bool(_INPUTS.search(line))
        if _OF_COLUMNS.search(line) and not _NOT_FED.search(line):
            for beside in lines[number : number + 3]:
                found = _LIST.search(beside[:_MOST_LINE])
                values = [float(each) for each in re.findall(_NUMBER, found[1])] if found else []
                values = [abs(each) for each in values if each]
                if len(values) >= _LEAST_LIST:
                    yield from _of(values)
                    listed = True
                    break
        matches = list(_SPREAD.finditer(line))
        if not matches or _NOT_FED.search(line):
            continue
        for match in matches:
            behind = numbers(line[match.end() : match.end() + 30])
            if behind and behind[0][0] <= 2:
                before = line[max(0, match.start() - 60) : match.start()]
                ends = [
                    max((each.end() for each in about_it.finditer(before)), default=-1)
                    for about_it in (_TARGET, _INPUTS)
                ]
                if ends[0] > ends[1]:
                    yield Said("target-spread", "", None, abs(behind[0][2]), line.strip()[:80])
                else:
                    spreads.append(abs(behind[0][2]))
    spreads = [each for each in spreads if each]
    if about and not listed and len(spreads) >= _LEAST_SPREADS:
        yield from _of(spreads)


_UNSCALED = re.compile(
    r"(?i)(?:\b(?:inputs?|features?|columns?|variables?|predictors|merkmale|eingaben|entr[eé]es|entradas|spalten|colonnes|columnas|colunas|pixels?"
    r"|images?)\b|特征|各列|输入|入力)[^.;。；]{0,60}?(?:\b(?:unscaled|unstandardi[sz]ed|unnormali[sz]ed|not (?:been "
    r")?(?:scaled|standardi[sz]ed"
    r"|normali[sz]ed)|never (?:scaled|standardi[sz]ed|normali[sz]ed)|in (?:their )?raw units|unskaliert|nicht "
    r"(?:skaliert|standardisiert|normiert"
    r"|normalisiert)|pas (?:normalis|standardis|mises? à l.[eé]chelle)\w*|non normalis[eé]\w*|sin (?:escalar"
    r"|normalizar|estandarizar)"
    r"|sem (?:normaliza\w*|escalar|padroniza\w*))\b"
    r"|原始单位|没有归一化|未归一化|未标准化|正規化していない|標準化していない)"
)
_CALMED = re.compile(
    r"(?i)\b(?:trees?|forest|boosting|xgboost|lightgbm|catboost|fixed|now|no longer|were|was|had|batch ?norm|layer "
    r"?norm|would|should|if|need not"
    r"|does not (?:mind|matter)|doesn.t matter|already|except|one-hot|dummies|binary|target|label)\b"
)
_CONDITION = re.compile(
    r"(?i)\bcond(?:ition(?:al)?)?(?:[ _]number)?\b[^=:\n]{0,24}[=:]\s{0,3}(\d(?:\.\d+)?e\+?\d{1,3})"
)


def unscaled_in(lines: Sequence[str]) -> Iterator[Said]:
    """Sentences that say that inputs go in as they are, and condition numbers of the inputs."""
    scaled = _are_scaled(lines)
    for line in lines[:_MOST_LINES]:
        if len(line) > _MOST_LINE or scaled or line.lstrip().startswith("|"):
            continue
        if _UNSCALED.search(line) and not _CALMED.search(line):
            yield Said("fed-told", "", None, 1.0, line.strip()[:100])
        found = _CONDITION.search(line)
        if found is not None:
            yield Said("fed-condition", "", None, log10(min(max(float(found[1]), 1.0), _SINGULAR)), line.strip()[:80])


_SCALED = re.compile(
    r"(?i)\b(?:are|is|gets?|were|all) (?:all |both |then |first )?(?:standardi[sz]ed|normali[sz]ed|z-scored|scaled)\b"
    r"|\bgets? (?:the )?scaled\b|\b(?:the|der|a|our) scaler (?:is|sits|lives|runs|steht|liegt) in\b"
    r"|\bnormali[sz]ation layer\b|\bdivides? (?:\w+ )?by 255\b"
)


def _are_scaled(lines: Sequence[str]) -> bool:
    """The text says that what it gives the spreads of is scaled before the model gets it; of the label alone is no word
    of the inputs.
    """
    for line in lines[:_MOST_LINES]:
        found = _SCALED.search(line[:_MOST_LINE])
        if found is not None and not _TARGET.search(line[max(0, found.start() - 60) : found.start()]):
            return True
    return False


def _of(values: list[float]) -> Iterator[Said]:
    yield Said("fed-range", "", None, log10(max(values) / min(values)), "spreads as they are told")
    yield Said("fed-widest", "", None, log10(max(values)), "")


_SINGULAR = 1e30
"""Of a matrix that cannot be inverted any number is printed, up to infinity."""
_MOST_LINES, _MOST_LINE, _LEAST_LIST = 600, 400, 4
