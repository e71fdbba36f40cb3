"""What people and logs say in sentences of input that should be refused: how much of it was answered, and that nothing
looks at it.

40 malformed rows ...: 40 accepted, 0 refused    58 of the 60 wrong requests came back with HTTP 200 and a price
The predictor does not check its input.          Die Eingaben werden nicht geprüft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_MOST_TEXT = 60_000
_ROWS = (
    r"(?:rows?|requests?|records?|inputs?|payloads?|samples?|calls?|lines?|cases?|examples?|frames?|images?"
    r"|anfragen|zeilen|datens(?:ä|ae)tze|eingaben|f(?:ä|ae)lle|filas|peticiones|solicitudes|registros|entradas|casos"
    r"|requ(?:ê|e)tes|lignes|entr(?:é|e)es|linhas|requisi(?:ç|c)(?:õ|o)es|pedidos)"
)
_BEFORE = (
    r"(?:malformed|invalid|corrupt(?:ed)?|spoil[te]\w*|broken|garbage|junk|nonsens\w*|wrong|bad|faulty|illegal"
    r"|erroneous"
    r"|out[- ]of[- ]range|negative|mangled|fehlerhaft\w*|ung(?:ü|ue)ltig\w*|kaputt\w*|falsch\w*|unsinnig\w*)"
)
_AFTER = (
    r"(?:inv(?:á|a)lid[ao]s?|invalides?|err(?:ó|o)ne[ao]s?|err?on(?:é|e)e?s?|corrupt[ao]s?|corrompues?|mal "
    r"form(?:ad|é)\w*"
    r"|incorrect[ao]?e?s?|vac(?:í|i)[ao]s?|vides?|fehlerhaft\w*)"
)
_BAD = re.compile(
    rf"\b{_BEFORE}\s(?:\w+\s){{0,2}}{_ROWS}\b|\b{_ROWS}\b[^.;\n]{{0,60}}?\b{_AFTER}\b|\bnegative test(?:s|ing)?\b"
    r"|\b(?:should|must|ought to) (?:all |have )?(?:been? |to )?(?:be )?(?:turned down|refused|rejected|declined)\b"
    r"|(?:异常|非法|错误|脏)(?:请求|数据|输入|样本|记录)|不正な(?:入力|リクエスト|データ)|異常(?:データ|入力)",
    re.IGNORECASE,
)
_N = r"(\d{1,3}(?:[  ,.]\d{3}){1,3}|\d{1,9})"
_ANSWERS = (
    r"(?:accepted|answered|scored|predicted|let through|waved through|out\b"
    r"|(?:returns?|gets?|gives?|still get|still return) (?:an? )?(?:http )?(?:status )?(?:200|scores?|predictions?"
    r"|prices?)"
    r"|(?:came|come) back with (?:an? )?(?:http )?(?:status )?200|(?:returned|got|gave|received|with) (?:an? "
    r")?(?:http )?(?:status )?200"
    r"|(?:got|get|received|returned|gave|produced|yielded) (?:an? |some )?(?:\w+ )?(?:scores?|predictions?|prices?"
    r"|answers?|class(?:es)?|labels?|results?|numbers?)"
    r"|(?:wurden |werden )?(?:beantwortet|akzeptiert|angenommen|durchgelassen|bewertet|vorhergesagt)"
    r"|(?:fueron |han sido )?(?:aceptad[ao]s|respondid[ao]s|puntuad[ao]s)"
    r"|(?:ont (?:é|e)t(?:é|e) |sont )?(?:accept(?:é|e)e?s|not(?:é|e)e?s))"
)
_REFUSALS = (
    r"(?:refused|rejected|turned down|denied|blocked|raised|(?:came|come) back with (?:an? )?(?:http )?4\d\d|got "
    r"(?:an? )?(?:http )?4\d\d"
    r"|abgelehnt|abgewiesen|zur(?:ü|ue)ckgewiesen|rechazad[ao]s|rejet(?:é|e)e?s|refus(?:é|e)e?s|rejeitad[ao]s|recusad[ao]s)"
)
_ANSWERED = re.compile(
    rf"\b{_N}\s(?:of (?:the )?(?:\d[\d ,.]{{0,12}} )?|von \d[\d .]{{0,12}} )?(?:\w+ )?(?:{_ROWS} )?(?:were |was "
    rf"|all |have been |are )?{_ANSWERS}",
    re.IGNORECASE,
)
_ANSWERED_AFTER = re.compile(rf"\b{_ANSWERS}\s?[:=]\s?{_N}\b", re.IGNORECASE)
_REFUSED = re.compile(
    rf"\b{_N}\s(?:of (?:the )?(?:\d[\d ,.]{{0,12}} )?|von \d[\d .]{{0,12}} )?(?:\w+ )?(?:{_ROWS} )?(?:were |was "
    rf"|all |have been |are )?{_REFUSALS}",
    re.IGNORECASE,
)
_REFUSED_AFTER = re.compile(rf"\b{_REFUSALS}\s?[:=]\s?{_N}\b", re.IGNORECASE)
_SENT = re.compile(rf"\b{_N}\s(?:\w+ ){{0,2}}{_ROWS}\b", re.IGNORECASE)
_ALL = re.compile(
    r"respondi(?:ó|o) (?:con )?200 a tod[ao]s|devolvi(?:ó|o) (?:una? )?\w+ (?:para|a) tod[ao]s|answered (?:all of "
    r"them|every one|them all)"
    r"|all (?:of them )?(?:were |got |came back )(?:accepted|answered|scored|(?:with )?(?:http )?200|a (?:score"
    r"|prediction|price))"
    r"|\ball (?:the )?(?:\w+ ){0,3}(?:rows|requests|records|inputs|payloads) (?:are|were|get|got) (?:scored"
    r"|accepted|answered|a (?:score|prediction))"
    r"|alle (?:wurden )?(?:beantwortet|angenommen|akzeptiert)|a r(?:é|e)pondu 200 (?:à|a) toutes",
    re.IGNORECASE,
)
_UNCHECKED = re.compile(
    r"\b(?:input|schema|request|payload) (?:validation|checks?|checking)\s?[:=]\s?(?:disabled|off|none|false|no)\b"
    r"|\b(?:returns?|gives?|answers?|replies) (?:with )?(?:an? )?(?:prediction|score|price|class|label|(?:http "
    r")?200)\b.{0,80}"
    r"\binstead of (?:an? )?(?:4\d\d|error|refus|reject)"
    r"|\b(?:missing|unknown|invalid|wrong\w*|bad|malformed) (?:columns?|fields?|values?|categories|types?|inputs?) "
    r"(?:are |is |get )?silently "
    r"(?:filled|coerced|mapped|ignored|dropped|set|converted|replaced|accepted|cast)"
    r"|\b(?:does|do|did) not (?:check|validate|verify|look at|inspect) (?:\w+ ){0,2}(?:inputs?|requests?|payloads?"
    r"|types?|schemas?|ranges?)\b"
    r"|\b(?:inputs?|requests?|payloads?) (?:is|are) (?:not|never) (?:checked|validated|verified|looked at)\b"
    r"|\b(?:there is |we have |has )?no (?:input|schema|request|payload|range) (?:validation|checks?"
    r"|checking)\b(?! (?:error|fail|problem|issue|alert|warning))"
    r"|\bno validation of (?:the )?(?:inputs?|requests?|payloads?)\b|\bwithout (?:any )?(?:input|schema) "
    r"(?:validation|checks?)\b"
    r"|\bEingaben? (?:wird|werden) nicht (?:gepr(?:ü|ue)ft|validiert)\b|\bkeine (?:Eingabe|Schema|Plausibilit(?:ä"
    r"|ae)ts)-?(?:pr(?:ü|ue)fung|validierung)\b"
    r"|\bno (?:existe|hay) (?:ninguna )?validaci(?:ó|o)n\b|\bno se valida(?:n)? (?:la|las|el|los) (?:entradas?"
    r"|datos|campos?)\b"
    r"|\baucune? (?:validation|contr(?:ô|o)le) (?:des|de l|du)\b|\bn[ãa]o (?:h(?:á|a)|existe) valida(?:ç|c)(?:ã|a)o\b"
    r"|(?:没有|未做|不做|无)(?:任何)?(?:输入|入参)?(?:校验|验证)|不校验输入|入力(?:値)?(?:の)?(?:検証|チェック)(?:は)?(?:していない|なし|ない)",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:fixed|resolved|used to|until|no longer|previously|formerly|should not|todo|planned|since then|behoben"
    r"|fr(?:ü|ue)her|antes|corregido|corrig(?:é|e)|training (?:rows?|data))\b",
    re.IGNORECASE,
)
"""Of another time, or of the rows that are learned from."""
_SPLIT = re.compile(r"(?<=[.!?;。！？])\s+|\n\s*\n|(?<=[。！？])")
_WORDS = (
    *(
        "malformed",
        "invalid",
        "corrupt",
        "spoil",
        "broken",
        "garbage",
        "junk",
        "nonsens",
        "wrong",
        "bad ",
        "faulty",
        "illegal",
    ),
    *(
        "erron",
        "out-of-range",
        "out of range",
        "negative",
        "mangled",
        "fehlerhaft",
        "ungültig",
        "ungueltig",
        "kaputt",
        "falsch",
    ),
    *(
        "unsinnig",
        "inváli",
        "erróne",
        "incorrect",
        "vací",
        "vaci",
        "vide",
        "refused",
        "rejected",
        "turned down",
        "declined",
    ),
    *("check", "validat", "valida", "prüf", "pruef", "contrôle", "controle", "silently", "instead of"),
    *("异常", "非法", "错误", "脏", "校验", "验证", "不正", "異常", "検証", "チェック"),
)
_LEAST = 5
"""Requests of a test: of fewer the sentence may be about a single event."""


class Told(NamedTuple):
    """The share of bad requests that were answered, 1 where nothing is said to look at them, and the words.

    Attributes:
        counted: answers were counted; else a sentence says that nothing is checked.
    """

    share: float
    said: str
    counted: bool


def bad_input_said(text: str) -> Iterator[Told]:
    """Each statement of a text."""
    lower = text[:_MOST_TEXT].lower()
    if not any(word in lower for word in _WORDS):
        return
    if _BAD.search(text[:_MOST_TEXT]) is None and _UNCHECKED.search(text[:_MOST_TEXT]) is None:
        return
    before, asked = "", 0.0
    for paragraph in text[:_MOST_TEXT].split("\n"):
        for sentence in _SPLIT.split(paragraph[:2_000]):
            yield from _unchecked(sentence)
            window = f"{before} {sentence}" if before else sentence
            if _BAD.search(sentence) is not None:
                asked = max((_amount(each) for each in _SENT.findall(sentence)), default=0.0)
            yield from _counted(sentence, window, asked)
            before = sentence if _BAD.search(sentence) is not None else ""


def _unchecked(sentence: str) -> Iterator[Told]:
    found = _UNCHECKED.search(sentence)
    if found is not None and _NOT_NOW.search(sentence) is None:
        yield Told(1.0, sentence.strip()[:160], False)


def _counted(sentence: str, window: str, asked: float) -> Iterator[Told]:
    if _BAD.search(window) is None or _NOT_NOW.search(sentence) is not None:
        return
    if _ALL.search(sentence) is not None:
        yield Told(1.0, sentence.strip()[:160], True)
        return
    answered = _first(sentence, _ANSWERED, _ANSWERED_AFTER)
    refused = _first(sentence, _REFUSED, _REFUSED_AFTER)
    if answered is None and refused is None:
        return
    whole = max(asked, (answered or 0.0) + (refused or 0.0))
    if whole >= _LEAST and (answered is not None or refused == whole):
        yield Told((answered or 0.0) / whole, sentence.strip()[:160], True)


def _first(sentence: str, *patterns: re.Pattern[str]) -> float | None:
    found = next((match for pattern in patterns if (match := pattern.search(sentence)) is not None), None)
    return _amount(found[1]) if found is not None else None


def _amount(text: str) -> float:
    return float(re.sub(r"\D", "", text))
