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


def _of(values: list[float]) -> Iterator[Said]:
    yield Said("fed-range", "", None, log10(max(values) / min(values)), "spreads as they are told")
    yield Said("fed-widest", "", None, log10(max(values)), "")


_MOST_LINES, _MOST_LINE, _LEAST_LIST = 600, 400, 4
