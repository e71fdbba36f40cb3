"""How many labels somebody who looked again called wrong, told over a few sentences of a note, a mail or a ticket.

"I went through 200 tickets by hand. In 63 of the 200 the category is not what the ticket is about."
"Stichprobe: 400 Faelle neu kodiert. Bei 113 ist der Code falsch."

A passage counts that speaks of a second look, of labels (or what they are called there), and of how many were wrong;
none about answers of a model, about rows that were picked, or about what has been put right since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said

_COUNT = r"(\d{1,3}(?:[ ,.\u202f]\d{3})+|\d{1,7})"
_AGAIN = re.compile(
    r"re-?check|re-?label|re-?annotat|re-?cod|re-?view|\baudit|spot.?check|by hand|manually|second (?:look"
    r"|opinion|pass)|went through"
    r"|compared (?:with|to|against)|\bsampled?\b|double.?check|adjudicat|verif|looked (?:at|through)|inspect"
    r"|stichprobe|nachgepr|neu kodiert|neu gelabelt|von hand|gegengepr|ueberpr|überpr|durchgesehen"
    r"|muestra|revis(?:amos|ado|ada|ión|ion|é)|a mano|amostra|conferi|échantillon|echantillon|relectur|vérifi"
    r"|à la main"
    r"|抽查|抽检|复核|人工检查|复查|抽样|確認|チェック|サンプル|見直|검수|표본",
    re.IGNORECASE,
)
_LABELS = re.compile(
    r"\blabel|\bclass(?:es)?\b|categor|\bcodes?\b|\bflags?\b|\btags?\b|annotat|ground truth|\btarget\b|diagnos"
    r"|\bgrades?\b|transcript"
    r"|\bboxes\b|etiket|kategorie|klasse|schadenscode|etiquet|categor[ií]a|clase|rótulo|rotulo|classe|étiquet"
    r"|标签|标注|标错|错标|类别"
    r"|ラベル|라벨|레이블",
    re.IGNORECASE,
)
_WRONG = (
    r"wrong|incorrect|mislabel\w{0,4}|differ(?:s|ent|ed)?|disagree[sd]?|not what|do(?:es)? not match"
    r"|mismatch\w{0,2}|false|erroneous|swapped"
    r"|falsch\w{0,2}|abweich\w{0,4}|stimm\w{1,3} nicht|incorrect[oa]s?|err[óoa]ne[oa]s?|equivocad[oa]s?"
    r"|mal etiquetad[oa]s?|errad[oa]s?"
    r"|erron[ée]e?s?|faux|fausses?|标错|错误|错标|有误|不一致|誤り|間違|잘못|오류"
)
_OF = re.compile(
    rf"{_COUNT}\s?(?:/|of|out of|von|de|sur|su|in|das|aus)\s(?:the |these |those |den |las |los |les "
    rf"|os )?{_COUNT}(?!\d)[^.;!?]{{0,90}}?(?:{_WRONG})",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?<![\d.,#v-]){_COUNT}(?![\d%])(?![.,]\d)(?:\s[^\W\d]+|\s?[条例件張]){{0,4}}?[\s:(]{{1,2}}(?:{_WRONG})",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"(?:{_WRONG})(?:\s(?:in|bei|en|dans|em|on|for|label|class)){{0,2}}[\s:(]{{0,2}}{_COUNT}(?![\d%])(?![.,]\d)",
    re.IGNORECASE,
)
_BEI = re.compile(rf"\bbei {_COUNT}(?:\s[^\W\d]+){{0,3}}\s(?:{_WRONG})", re.IGNORECASE)
_LOOKED = re.compile(
    rf"(?:re-?check(?:ed)?|review(?:ed)?|audit(?:ed)?|sampled?|inspected|labell?ed|went through|looked (?:at"
    rf"|through)|verified|checked)"
    rf"(?:\s(?:of|the|a|all|about|again|from|random)){{0,3}}\s{_COUNT}(?!\d)|for {_COUNT} (?!days|epochs|weeks"
    rf"|months|hours)[^\W\d]+"
    rf"|{_COUNT}\s(?:F(?:ä|ae)lle|cases|rows|items|samples|examples|tickets|images|records|casos|cas|filas"
    rf"|documentos|exemplos|Zeilen|Bilder|Belege)"
    rf"|(?:抽查|抽检|复核|抽样|复查|确认|標本|サンプル|표본)\s?{_COUNT}",
    re.IGNORECASE,
)
_MODEL = re.compile(
    r"predict|prognos|forecast|\bscores?\b|\bmodel (?:said|says|answers|was|is)|vorhersag|prediccion|previs(?:ã"
    r"|a)o|预测|予測",
    re.IGNORECASE,
)
_PICKED = re.compile(
    r"suspicious|suspected|doubtful|uncertain|flagged as|highest loss|top.?loss|\btop \d|verdächtig|sospechos"
    r"|低置信|可疑"
    r"|(?:have been|were|was|are now|since|all) (?:corrected|fixed|relabell?ed|repaired)|korrigiert|behoben"
    r"|corregid|corrigid|corrig[ée]|已修正|已更正|修正済",
    re.IGNORECASE,
)
_LONGEST, _MOST_LINES = 1_200, 2_000


def rechecks_in(lines: Sequence[str]) -> Iterator[Said]:
    """The share of labels that a second look calls wrong, for each passage that tells one."""
    for passage in _passages(lines):
        share = _share_in(passage)
        if share is not None:
            wrong, looked = share
            yield Said("wrong-labels", "", None, wrong / looked, f"{wrong} of {looked}")


_OF_ALL = re.compile(r"\bnum_examples\W{1,3}(\d{1,9})\b")
_ISSUES = re.compile(r"\blabel issues\b")
_WITH_ISSUE = re.compile(r"Number of examples with this issue:\s?(\d{1,9})\b")


def issues_counted(lines: Sequence[str]) -> Iterator[Said]:
    """The share of label issues in a report as Cleanlab's Datalab prints it."""
    rows, below = 0, False
    for line in lines[:_MOST_LINES]:
        if found := _OF_ALL.search(line):
            rows = int(found[1])
        elif "issues" in line and line.count("-") > 3:
            below = _ISSUES.search(line) is not None
        elif below and rows and (found := _WITH_ISSUE.search(line)) and int(found[1]) <= rows:
            yield Said("wrong-labels", "", None, int(found[1]) / rows, f"{found[1]} of {rows}")


def _passages(lines: Sequence[str]) -> Iterator[str]:
    """Lines that follow each other without an empty one between them."""
    block: list[str] = []
    length = 0
    for line in [*lines[:_MOST_LINES], ""]:
        text = line.strip(" \t>|*#-")
        if text and length + len(text) < _LONGEST:
            block.append(text)
            length += len(text)
            continue
        if block:
            yield " ".join(block)
        block, length = ([text], len(text)) if text and len(text) < _LONGEST else ([], 0)


def _share_in(passage: str) -> tuple[int, int] | None:
    if not (_AGAIN.search(passage) and _LABELS.search(passage)) or _PICKED.search(passage):
        return None
    both = _OF.search(passage)
    if both is not None and not _MODEL.search(both[0]):
        return _told(_whole(both[1]), _whole(both[2]))
    looked = [_whole(next(filter(None, each))) for each in _LOOKED.findall(passage)]
    for pattern in (_BEI, _BEFORE, _AFTER) if looked else ():
        found = pattern.search(passage)
        if found is None or _MODEL.search(_sentence(passage, found.start(), found.end())):
            continue
        wrong = _whole(found[1])
        larger = next((each for each in looked if each > wrong), None)
        if larger is not None:
            return _told(wrong, larger)
    return None


_LEAST_LOOKED = 20
"""Rows of which a share is told: of fewer it says too little."""


def _told(wrong: int, looked: int) -> tuple[int, int] | None:
    return (wrong, looked) if wrong <= looked and looked >= _LEAST_LOOKED else None


def _whole(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _sentence(text: str, start: int, end: int) -> str:
    """The sentence around a stretch."""
    begin = max(text.rfind(mark, 0, start) for mark in (". ", "; ", "! ", "? ", "。"))
    stop = min((at for mark in (". ", "; ", "! ", "? ", "。") if (at := text.find(mark, end)) >= 0), default=len(text))
    return text[begin + 1 : stop]
