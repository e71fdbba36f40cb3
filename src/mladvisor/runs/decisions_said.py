"""How well a model ranks and what its decisions come to, where notes, mails and printed evaluations tell both.

    AUC v2 0.983. Found in the week: 48 of 611.          roc_auc = 0.958     churn  0.32  1.00  0.49  1800
    flagged=143 tp=141 fp=2 fn=269                       Sensibilität 12 %, AUC 0,97

What is wanted, best, or of another threshold or model is left aside. What is said in two ways is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.printed_report import reports
from mladvisor.runs.readers.base import Candidate

MOST_BYTES = 60_000
_SUFFIXES = ("md", "markdown", "txt", "rst", "eml", "html", "htm", "out", "rout")
_MOST_LINE = 600

_TAG = re.compile(r"</(?:td|th|tr|p|h\d|li)>|<br ?/?>", re.I)
_MARKUP = re.compile(r"<[^<>\n]{1,80}>|\*\*|`")
_COMMA = re.compile(r"(?<![\d,.])(\d{1,3}),(\d{1,4})(?![\d,])")
_VALUE = r"(?P<value>[01]?\.\d{1,6}|[01]\.0{1,6}|\d{1,3}(?:\.\d{1,3})?\s?%)"
_AREA = re.compile(
    r"(?:(?<![a-z-])(?<!pr )(?<!pr_)(?:roc[ _-]?)?auc(?:roc)?(?![a-z])|area under the curve)"
    rf"[^\n]{{0,40}}?(?<![\d.]){_VALUE}",
    re.I,
)
_BETWEEN = (
    r"[^\w\n%]{0,6}(?:of |is (?:at )?|nur |only |just "
    r"|at (?![\d.]{1,8}\s?%?\s(?:false|fpr|fp|precision|specificity|recall|threshold|cut)))?"
)
_RATES = {
    name: re.compile(rf"(?:\b(?:{words})\b|{signs}){_BETWEEN}{_VALUE}", re.I)
    for name, words, signs in (
        (
            "recall",
            "recall|sensitivity|sensitivität|trefferquote|sensibilidad|rappel|sensibilità|sensibilidade|tpr|czułość",
            "召回率|再現率",
        ),
        ("precision", "precision|präzision|precisión|précision|precisione|precisão|ppv", "精确率|適合率"),
        (
            "specificity",
            "specificity|spezifität|especificidad|spécificité|specificità|especificidade|tnr",
            "特异度|特異度",
        ),
    )
}
_COUNTS = {
    name: re.compile(rf"(?<![a-z]){name}\s?[=:]\s?(\d{{1,9}})(?![\d.])", re.I) for name in ("tp", "fp", "fn", "tn")
}
_FOUND = re.compile(
    r"\b(?:found|caught|detected|identified|erkannt\w*|gefunden\w*|entdeckt\w*|detectad[oa]s|trouvés|détectés"
    r"|encontrad[oa]s|rilevati)\b[^\n]{0,40}?(?<![\d.])(?P<few>\d{1,9})\s(?:of|out of|von|de|sur|su)\s(?:the )?"
    r"(?P<many>\d{1,9})(?![\d%])",
    re.I,
)
_ELSE = re.compile(
    r"\b(?:best|optimal|optimum|youden|max(?:imum)?|would|could|should|must|require[ds]?|requirement|at least"
    r"|goal|wanted|on purpose"
    r"|during training|baseline|mindestens|soll\w*|beste[rns]?|por lo menos|deberí\w+|au moins|pelo menos|almeno"
    r"|calibrated)\b|≥|>=\s?\d{2}|要求|目标|必须",
    re.I,
)
_EARLIER = re.compile(
    r"\([^()\n]{0,60}\b(?:v\d+|before|earlier|zuletzt|vorher|formerly|previous\w*|bisher|antes"
    r"|avant)\b[^()\n]{0,60}\)",
    re.I,
)
"""In brackets, of what was there before: "48 of 611 (v3 last week 502 of 590)"."""


class Decisions(NamedTuple):
    """What a text tells: the area under the curve, and recall, precision and specificity of the decisions; None for
    what it does not tell.
    """

    area: float | None = None
    recall: float | None = None
    precision: float | None = None
    specificity: float | None = None


def may_tell(file: Candidate) -> bool:
    """A short text that is no log and tells the area under the curve and a rate of the decisions."""
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > MOST_BYTES or file.binary:
        return False
    try:
        found = decisions_in_file(file)
    except (ReadError, OSError):
        return False
    return found.area is not None and any(each is not None for each in found[1:])


def decisions_in_file(file: Candidate) -> Decisions:
    """The same, looked for once."""
    return file.once(_in_file)


def _in_file(file: Candidate) -> Decisions:
    return decisions_in_text(file.text)


def decisions_in_text(text: str) -> Decisions:
    """What the lines and the last report by class of a text tell."""
    if "auc" not in text.lower() and "area under" not in text.lower():
        return Decisions()
    found = decisions_said(_lines(text))
    two = [each for each in reports(text.splitlines()) if len(each.classes) == len(("no", "yes"))]
    if not two or found.recall is not None:
        return found
    last = two[-1]  # the second class is the positive one, as scikit-learn has it
    return found._replace(recall=last.recall[1], precision=last.precision[1], specificity=last.recall[0])


def decisions_said(lines: Iterable[str]) -> Decisions:
    """What lines of a text agree on."""
    told: dict[str, set[float]] = {name: set() for name in Decisions._fields}
    for whole in lines:
        line = _COMMA.sub(r"\1.\2", _EARLIER.sub("", _MARKUP.sub(" ", own_sentences(whole[:_MOST_LINE]))))
        if (area := _AREA.search(line)) is not None:
            told["area"].add(_share(area["value"]))
        for part in re.split(r"[;。]|\.\s", line):
            if _ELSE.search(part):
                continue
            for name, way in _RATES.items():
                told[name] |= {_share(match["value"]) for match in way.finditer(part)}
            for name, value in _counted(part).items():
                told[name].add(value)
    return Decisions(**{name: next(iter(values)) for name, values in told.items() if len(values) == 1})


_BEST = re.compile(
    r"(?:\b(?:best|optimal|optimum|youden|argmax|max(?:imum)?[ _-]?f\d?|beste[rns]?|optimale[rns]?|mejor"
    r"|óptimo|meilleur|optimal"
    r"|melhor|ótimo|migliore|ottimale)\b|最佳|最优|最適)[^\n]{0,60}?"
    r"(?:\b(?:threshold|cut(?:[ -]?off)?|conf(?:idence)?|operating point|schwelle|umbral|corte|seuil|limiar"
    r"|soglia|thr)\b|阈值|閾値)"
    r"[^\d\n]{0,14}(?P<cut>0?\.\d{1,6})(?![\d%])",
    re.I,
)
_USES = re.compile(
    r"\b(?:uses?|used|runs? (?:at|with)|set to|cuts? at|kept at|stays? at|bleibt bei|verwendet|usa"
    r"|utilise)\b(?:(?!dropout|rate|decay|momentum|weight|warm|smooth)[^\d\n]){0,20}"
    r"(?P<cut>0?\.\d{1,6})(?![\d%])"
    r"(?!\s(?:dropout|of |warm|label smooth|weight|momentum|learning|decay|noise|test|val|MB|GB|s\b|ms\b))",
    re.I,
)


_WANTED = re.compile(
    r"\b(?:asked for|on purpose|deliberate\w*|because|therefore|wants?|by cost|costs|scheduler|optimi[sz]er)\b", re.I
)
"""Somebody had a reason for another threshold, or it is another number that is used."""


def best_said(lines: Iterable[str]) -> tuple[float | None, float | None]:
    """The threshold that texts call the best, and the one that they say is used; None for what is not told."""
    best, used = set[float](), set[float]()
    for whole in lines:
        line = _COMMA.sub(r"\1.\2", _MARKUP.sub(" ", own_sentences(whole[:_MOST_LINE])))
        best |= {float(match["cut"]) for match in _BEST.finditer(line)}
        if _WANTED.search(line) is None:
            used |= {float(match["cut"]) for match in _USES.finditer(_BEST.sub(" ", line))}
    return next(iter(best)) if len(best) == 1 else None, next(iter(used)) if len(used) == 1 else None


def says_best(file: Candidate) -> bool:
    """A short text that is no log and calls a threshold the best."""
    if stem_and_suffix(file.name)[1] not in _SUFFIXES or file.size > MOST_BYTES or file.binary:
        return False
    try:
        return best_in_file(file)[0] is not None
    except (ReadError, OSError):
        return False


def best_in_file(file: Candidate) -> tuple[float | None, float | None]:
    """The same, looked for once."""
    return file.once(lambda each: best_said(_lines(each.text)))


def _lines(text: str) -> list[str]:
    return (_TAG.sub("\n", text) if "</" in text else text).splitlines()


def _counted(part: str) -> dict[str, float]:
    """Rates of what is counted: "tp=141 fp=2 fn=269", "found: 48 of 611"."""
    counts = {name: float(match[1]) for name, way in _COUNTS.items() if (match := way.search(part))}
    found = {}
    for name, right, wrong in (("recall", "tp", "fn"), ("precision", "tp", "fp"), ("specificity", "tn", "fp")):
        if right in counts and wrong in counts and counts[right] + counts[wrong] > 0:
            found[name] = counts[right] / (counts[right] + counts[wrong])
    match = _FOUND.search(part)
    if match is not None and not counts and 0 < int(match["few"]) <= int(match["many"]):
        found["recall"] = int(match["few"]) / int(match["many"])
    return found


def _share(text: str) -> float:
    return float(text.rstrip("% ")) / 100 if text.endswith("%") else float(text)
