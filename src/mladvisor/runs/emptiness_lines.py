"""What sentences and lines say of columns without values: counts of the rows that have one, or that none has.

0 of 22 400 Zeilen gefüllt    are NaN in 307 511 of 307 511 rows    no meaningful values for features: income, n_delinq
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mladvisor.runs.data_verdicts import Said

_NUM = r"(?:\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+|\d+(?:\.\d+)?\s?(?:M|million|k|Mio\.?)?)"
_OF = r"(?:of|von|de|sur|su|out of|/|the)"
_ROWS = (
    r"(?:rows?|records?|items?|users?|samples?|examples?|customers?|patients?|entities|cells?|lines?|values?|zeilen|datens(?:ä|ae)tzen?|zellen|werten?|lignes|filas|registros|linhas"
    r"|righe|clients?|kunden|teilen?)"
)
_FILLED = (
    r"(?:have|has|had|with|carry|got)\s(?:a |any )?values?|(?:are |is |were )?(?:filled|populated|non-?empty"
    r"|non-?null|present|set)|gef(?:ü|ue)llt|belegt|bef(?:ü|ue)llt|vorhanden"
    r"|remplies?|renseign(?:é|e)e?s?|con valor|rellen[ao]s|preenchid[ao]s|con valore|valorizzat[ei]"
)
_EMPTY = (
    r"(?:NaN|nan|NULL|null|None|empty|missing|blank|leer|vides?|"
    r"nul(?:les?|os?|as?)|vac(?:í|i)[ao]s?|vazi[ao]s?|vuot[aei]|fehlend\w*|缺失|欠損)"
)
_COUNTED = re.compile(rf"\b(?P<n>{_NUM})\s{_OF}\s(?:the )?(?P<of>{_NUM})\s(?:{_ROWS}\s)?(?:{_FILLED})\b", re.IGNORECASE)
_BLANK_IN = re.compile(
    rf"\b{_EMPTY}\s(?:\w+\s){{0,3}}(?:in|bei|dans|en|em|for|on)\s(?P<n>{_NUM})\s{_OF}\s(?:the "
    rf")?(?P<of>{_NUM})\s{_ROWS}\b",
    re.IGNORECASE,
)
_NO_VALUES = re.compile(rf"\b0 (?:non-?empty|non-?null|valid) values? in (?P<of>{_NUM})\s{_ROWS}\b", re.IGNORECASE)
_SHARE = re.compile(rf"\bshare of {_ROWS} with (?:a )?value\s?[:=]?\s?(?P<share>\d+(?:[.,]\d+)?)\s?%", re.IGNORECASE)
_ALWAYS = re.compile(
    r"\b(?:is|are|was|were|ist|sind|est|sont|es|est(?:á|a)n?|s(?:ã|a)o)?\s?(?:always|entirely|completely|totally"
    r"|wholly|all|100 ?%|throughout|durchgehend|vollst(?:ä|ae)ndig|komplett|immer|toujours"
    r"|enti(?:è|e)rement|compl(?:è|e)tement|siempre|completamente|por completo|sempre|totalmente)\s(?:empty|null"
    r"|NaN|missing|blank|leer|vides?|nuls?|nulles?|vac(?:í|i)[ao]s?|vazi[ao]s?|vuot[aei])\b"
    r"|\bfehl(?:t|en) (?:ganz|komplett|vollst(?:ä|ae)ndig)\b|全(?:部)?为空|全(?:部|て)?欠損|すべて空",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?:no meaningful values? for|all[- ](?:nan|null|missing|empty)|entirely (?:missing|null|empty)|without "
    r"(?:any )?values?)\s(?:features?|columns?|variables?|fields?)\s?[:=]?\s?"
    r"[\[(]?(?P<names>[\w'\" ,.-]{2,400})",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    rf"{_EMPTY}\s(?:for|in|on|bei|dans|en|em|sur)\s(?:all|every|each|alle[nm]?|jede[rmn]?|toutes?|tous|tod[ao]s|cada)\b"
    rf"|\b(?:in|bei) allen? (?:{_NUM}\s)?{_ROWS}\s{_EMPTY}|{_EMPTY}\s(?:en|em|in|sur|dans)\s(?:las?|les?|os|as"
    rf"|toutes les|todas las)\s{_NUM}\s{_ROWS}"
    rf"|{_EMPTY}\s(?:em|en|in|à|zu|sur)\s(?:el )?100\s?%|\b100(?:\.0+)?\s?%\s(?:of (?:the )?(?:rows|values|cells) "
    rf"(?:are )?)?{_EMPTY}\b"
    rf"|\b(?:has|have|had|with) no (?:observed |known |non-?null )?values?(?: at all)?\b|\bwithout any observed "
    rf"values?\b|\bno observed values?\b"
    rf"|\bvide sur (?P<a>{_NUM})\s{_ROWS} sur (?P=a)|\b0\s?/\s?\d[\d,]{{1,12}} (?:non-?null|filled|values|populated)"
    rf"|\b(?:fill|filling|hit|match)[ _-]rate (?:of|for) [`'\"]?\w+[`'\"]?\s?[:=]?\s?0(?:\.0+)?\s?%",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?P<n>[1-9]\d{0,4}) (?:of|out of|/) (?:the )?(?P<of>\d{1,5}) (?:expected |input |listed "
    r")?(?:features?|columns?|fields?|variables?|inputs?|names?|merkmalen?|spalten)\b[^.;\n]{0,120}?"
    r"\b(?:(?:are |were |is )?(?:missing|absent|not (?:found|there|in|available|delivered|present))|fehlen|lacking"
    r"|gone)\b"
    r"|\bexpected (?P<want>\d{1,5}) (?:features?|columns?|inputs?)\b.{0,20}\b(?:got|found|received) "
    r"(?P<got>\d{1,5})\b.{0,60}\b(?:pad|fill|zero|default)"
    r"|\b(?:columns?|features?|fields?)\s?[\[:(]\s?(?P<names>['\"]?\w[\w'\", ]{0,200})[\])]?\s(?:are |were |is "
    r")?(?:not (?:in|found)|missing|absent)\b.{0,60}\b(?:default|fill|zero|0\b|skip)",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"[`\"'“„«]([A-Za-z_][\w*]{0,40})[`\"'”“»]|\b([A-Za-z]\w{0,30}_\w{1,30})\b"
    r"|\b(?:columns?|features?|fields?|spalte|colonne|columna|coluna|colonna|imputer: "
    r"columns)\s\[?([A-Za-z]\w{2,40})\b(?!\s(?:is|are) not)|^\s{0,8}([A-Za-z]\w{2,40})\s?[: ]\s?(?=\d)"
)
_NOT_THIS = re.compile(
    r"\b(?:labels?|targets?|grad\w*|weights?|metrics?|steps?|layers?|callbacks?|checkpoints?|unused|not used|fixed"
    r"|resolved|restored|no longer|until|behoben|corrig(?:é|e)|predictions?|loss"
    r"|gradients?|optional|notes?|comments?|log|cache|queue|disk|memory|folder|directory|errors? (?:log"
    r"|list))\b",
    re.IGNORECASE,
)
_WORDS = (
    *(
        "empty",
        "null",
        "missing",
        "blank",
        "leer",
        "vide",
        "vací",
        "vaci",
        "vazi",
        "vuot",
        "filled",
        "values",
        "a value",
    ),
    *("gefüllt", "gefuellt", "belegt", "vorhanden", "rempli", "renseign", "preench", "populated", "fehlt", "fehlen"),
    *("absent", "not in ", "not found", "not available", "fill rate", "hit rate", "got ", "空", "欠損", "缺失"),
)
_BESIDE_NAN = ("row", "column", "feature", "zeile", "ligne", "fila", "linha", "record")
_MOST_LINE = 1_500
_MOST_NAMES = 12


def emptiness_in_line(line: str) -> Iterator[Said]:
    """A `missing` for each column that a line names, or for "inputs" where it names none."""
    lower = line[:_MOST_LINE].lower()
    if not any(word in lower for word in _WORDS) and not (
        "nan" in lower and any(word in lower for word in _BESIDE_NAN)
    ):
        return
    for part in re.split(r"(?<=[.!?;])\s", line[:_MOST_LINE]):
        listed = _LISTED.search(part)
        if listed is not None and _NOT_THIS.search(part[: listed.start()]) is None:
            names = [each.strip(" '\"") for each in listed["names"].split(",")]
            yield from (
                Said("missing", name, None, 1.0)
                for name in names[:_MOST_NAMES]
                if re.fullmatch(r"[A-Za-z_][\w.-]{0,60}", name)
            )
            continue
        absent = _ABSENT.search(part) if _NOT_THIS.search(part) is None else None
        if absent is not None:
            yield from _gone(part, absent)
            continue
        share = _share(part)
        if share is None or _NOT_THIS.search(part) is not None:
            continue
        names = _named(part)
        if names or share.sure:
            for name in names[:_MOST_NAMES] or ["inputs"]:
                yield Said("missing", name, None, share.value)


def _named(part: str) -> list[str]:
    return [
        name
        for found in _NAMES.findall(part)
        if (name := next(filter(None, found), "")) and name.lower() not in _NO_NAMES
    ]


_NO_NAMES = (
    "the",
    "for",
    "and",
    "with",
    "that",
    "from",
    "are",
    "has",
    "have",
    "info",
    "warning",
    "error",
    "values",
    "names",
    "rows",
)


def _gone(part: str, found: re.Match[str]) -> Iterator[Said]:
    """Columns that are not there at all, by their names where they are told."""
    if found["want"] and int(found["got"]) >= int(found["want"]):
        return
    listed = [each.strip(" '\"") for each in (found["names"] or "").split(",") if each.strip(" '\"")]
    names = listed or _named(part)
    count = found["n"] or (str(int(found["want"]) - int(found["got"])) if found["want"] else "some")
    for name in names[:_MOST_NAMES] or [f"{count} columns"]:
        yield Said("missing", name, None, 1.0)


class _Share:
    """A share of blank cells; `sure` where rows were counted."""

    def __init__(self, value: float, *, sure: bool) -> None:
        self.value, self.sure = value, sure


def _share(part: str) -> _Share | None:
    if any(letter.isdigit() for letter in part):
        found = _COUNTED.search(part) or _BLANK_IN.search(part)
        if found is not None:
            count, whole = _amount(found["n"]), _amount(found["of"])
            if 0.0 <= count <= whole and whole >= _LEAST_ROWS:
                return _Share(1.0 - count / whole if found.re is _COUNTED else count / whole, sure=True)
        if _NO_VALUES.search(part) is not None:
            return _Share(1.0, sure=True)
        if (told := _SHARE.search(part)) is not None:
            return _Share(1.0 - min(float(told["share"].replace(",", ".")) / 100.0, 1.0), sure=True)
    told = _ALWAYS.search(part) or _FOR_ALL.search(part)
    return _Share(1.0, sure=False) if told is not None else None


_LEAST_ROWS = 20.0
"""Rows of a table: of fewer it may be a count of anything."""


def _amount(text: str) -> float:
    text = text.strip()
    scale = 1e6 if text[-1:] == "M" or "io" in text else 1e3 if text[-1:] == "k" else 1.0
    digits = re.sub(r"[^\d.,]", "", text)
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) is not None and scale == 1.0
    return float(re.sub(r"[.,]", "", digits) if grouped else digits.replace(",", "")) * scale
