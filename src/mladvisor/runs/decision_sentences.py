"""What sentences say of decisions: what the two errors cost, the rate that is asked for, the score that is cut at.

    A missed failure costs 25000 EUR, an unnecessary inspection 300 EUR.
    Sensitivity must be at least 95 %.        In production we cut at **0.85**.

A clause counts where it says one thing: one amount beside a word for one of the two errors, one rate beside a word that
asks for it. What is said in two ways is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MISS = "cost_false_negative"
ALARM = "cost_false_positive"
CUT = "threshold"

OF_MISS = re.compile(
    r"\b(?:miss(?:ed|es|ing)?(?! (?:values?|data|deadlines?|milestones?|meetings?)\b)|undetected|overlook(?:ed|ing)"
    r"|unnoticed|slips? through|false negatives?|fn|not (?:caught|detected|found|flagged|called|treated)"
    r"|(?:accept|approve?|grant|pass|admit)(?:t?ed|d|t?ing)?"
    r" (?:an? )?(?:bad|default\w*|fraud\w*|risky|defective|faulty)"
    r"|(?:bad|default\w*|fraud\w*|defective|faulty)(?: \w+)? (?:accepted|approved|granted|passed|let through)"
    r"|lost (?:customers?|clients?|subscribers?|members?|donors?|patients?|accounts?|contracts?|machines?))\b",
    re.I,
)
OF_ALARM = re.compile(
    r"\b(?:false (?:alarms?|positives?|alerts?)|fp|unnecessary|unnecessarily|needless(?:ly)?|unneeded|in vain|wasted"
    r"|wrongly (?:flagged|blocked|called|rejected|treated)|would have (?:stayed|paid|been fine)"
    r"|(?:(?:reject|declin|refus|block|scrapp?)(?:e?d|e|ing)?|turn(?:ed|ing)? (?:away|down))"
    r" (?:an? )?(?:good|genuine|legit\w*|sound)"
    r"|(?:good|genuine|legit\w*|sound)(?: \w+)? (?:rejected|declined|refused|blocked|scrapped|turned (?:away|down))"
    r")\b",
    re.I,
)
_ACTION = re.compile(
    r"\b(?:calls?|visits?|letters?|mailings?|offers?|vouchers?|coupons?|inspections?|reviews?|manual checks?"
    r"|interventions?|contacts?) costs?\b",
    re.I,
)
"""What is done about a yes costs as much where there was no need: of sentences alone, as keys tell what it is worth."""
_AMOUNT = re.compile(
    r"(?:(?P<before>[€$£]|\b(?:eur|usd|gbp|chf)\s?))?(?<![\w.,])(?P<number>\d[\d.,']*\d|\d)\s?(?P<k>k\b)?\s?"
    r"(?P<after>[€$£]|\b(?:eur|euros?|usd|dollars?|gbp|pounds?|chf|points?|units?|minutes?|hours?|days?|weeks?|months?|years?)\b)?",
    re.I,
)
OF_COST = re.compile(r"\bcosts?\b|\bloss of\b|\bexpensive\b|\bprice\b|\bpenalty\b", re.I)
_TIMES = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(?:x|×|times|-fold)(?!\w)", re.I)
_DEARER = re.compile(r"\b(?:expensive|costly|dear(?:er)?|worse|bad|costs?|much|more)\b", re.I)

_RATES = (
    (
        "min_recall",
        re.compile(
            r"\b(?:recall|sensitivity|sensitivität|sensibilidad|sensibilità|sensibilité|sensibilidade|trefferquote"
            r"|rappel|tpr|true[ -]positive rate|detection rate|hit rate)\b",
            re.I,
        ),
    ),
    (
        "min_precision",
        re.compile(
            r"\b(?:(?<!mixed )(?<!half )(?<!full )(?<!single )(?<!double )precision|präzision|precisión|précision"
            r"|precisione|precisão|ppv|positive predictive value)\b",
            re.I,
        ),
    ),
    (
        "min_specificity",
        re.compile(
            r"\b(?:specificity|spezifität|especificidad|spécificité|specificità|especificidade|tnr"
            r"|true[ -]negative rate)\b",
            re.I,
        ),
    ),
)
_FINDS = re.compile(
    r"\b(?:catch|find|detect|identify|recognise|recognize)\s(?:\S+\s){0,4}?\d{1,3}(?:\.\d+)?\s?% of\b", re.I
)
ASKS = re.compile(
    r"\b(?:must|shall|need(?:s|ed)?|requires?|required|requirement|at least|minimum|min\.?|no less than"
    r"|mindestens|wenigstens|muss|al menos|como mínimo|au moins|au minimum|almeno|pelo menos|no mínimo|co najmniej"
    r"|not (?:fall )?below|target(?! (?:class|label|variable|column|value))|goal|acceptance)\b|≥|>=",
    re.I,
)
_NO_RATE = re.compile(
    r"\bby (?:at least |about )?[\d.]+\s?(?:%|points)|% (?:higher|lower|better|worse|more|less|fewer)\b"
    r"|\b(?:minimum|min\.?)\b.*\b(?:over|across|among)\b",
    re.I,
)
"""A gain that is asked for, or the least of several that were measured."""
_PERCENT = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d+)?)\s?%|(?<![\w.])(0?\.\d+)(?!\w|\s?%)")
_COMMA = re.compile(r"(?<![\d,.])0,(?=\d{1,4}(?![\d,]))")
"""A decimal comma in a rate or a score."""

_CUT_AT = re.compile(
    r"(?:\b|(?<=alarm)|(?<=entscheidungs))(?:schwellwert|schwellenwert|schwelle|umbral|seuil|soglia|limiar|próg|"
    r"cut(?:[ -]?off)?(?: (?:is|at|of))?|threshold(?: (?:is|of|at"
    r"|for (?:the )?(?:positives?|class|label)(?: \w{1,20})?))?|(?<!at the )operating point(?: (?:is|of|at))?"
    r"|(?:probability|score|scores) (?:above|over|of at least|from))\s?[:=]?\s?(?:at |of |is |to )?(0?\.\d+)(?![\d%])",
    re.I,
)
CUT_BY = re.compile(
    r"\b(?:reject|accept|approv|declin|flag|block|alert|alarm|contact|call|treat|inspect|review|escalat|admit|refer|stop"
    r"|decid|decision)\w*\b.{0,60}?\b(?:p(?=\s?[>≥])|(?:scores?|prob(?:ability|a)?|risk|pd))\s?"
    r"(?:>=?|<=?|≥|≤|(?:is |are )?(?:at least|above|over|below|under|exceeds?))\s?(0?\.\d+)(?![\d%])",
    re.I,
)
"""What is done from which score on: "reject when score >= 0.90"."""
_KEY_BY = re.compile(
    r"(?:reject|accept|approv|declin|flag|block|alert|call|treat|inspect|review|escalat|admit|refer|refus|positive"
    r"|predict)\w*\b.{0,40}?\b(?:p|scores?|prob(?:ability|a)?|risk|pd)\b.{0,40}?"
    r"\b(?:above|over|below|under|from|at least"
    r"|exceeds|gt|ge|lt|le)$"
)


def is_cut_key(said: str) -> bool:
    """The words of a key say what is done from which score on: "decline if p default above"."""
    return _KEY_BY.match(said) is not None and not NOT_USED.search(_IF.sub("when", said))


_IF = re.compile(r"\bif\b", re.I)
NOT_USED = re.compile(
    r"\b(?:would|could|might|best|optimal|optimum|recommend\w*|suggest\w*|try|tried|tested|if|instead|before|formerly"
    r"|previous(?:ly)?|old(?:er)? threshold|iou|nms|p[ -]?value|correlat\w+|should|early[ -]stop\w*|clip\w*|gradients?"
    r"|pca|variance|prun\w+|learning[ -]rate|lr|dropped|convergence|tolerance|drift\w*|psi|similarity|outliers?"
    r"|missing values?)\b",
    re.I,
)
_CLAUSE = re.compile(
    r"(?:[;,!?]|\.(?!\d)|\bwhile\b|\bwhereas\b|\bbut\b|\band (?=(?:a|an|every|each|one)\b))(?:\s|$)", re.I
)
SENTENCE = re.compile(r"(?:[;!?]|\.(?!\d))(?:\s|$)")


def said_in_text(text: str) -> dict[str, float]:
    """What a text says in its paragraphs, items and rows of tables, by the names of settings."""
    text = _COMMA.sub("0.", text)
    lines = [line.strip().strip("|").replace("**", "").replace("`", "") for line in text.split("\n")]
    # a paragraph goes over several lines; an item, a heading or a row of a table is a line of its own
    plain = [line for line in re.split(r"\n(?=[^\S\n]*(?:[-*+|#>]|\d+[.)]|\n))", "\n".join(lines)) if line.strip()]
    blocks = [" ".join(block.split()) for block in plain]
    table = bool(OF_COST.search(text))
    found = costs_of([*blocks, *lines], table=table)
    sentences = [part for block in blocks for part in SENTENCE.split(block) if part]
    asked: dict[str, set[float]] = {name: set() for name, _ in _RATES}
    for sentence in sentences:
        if (each := _rate_asked(sentence)) is not None:
            asked[each[0]].add(each[1])
    found |= {name: values.pop() for name, values in asked.items() if len(values) == 1}
    return found | cut_used(sentences, (_CUT_AT, CUT_BY))


def rate_named(said: str) -> str | None:
    """The setting of the one rate that is spoken of (min_recall, ...)."""
    rates = [name for name, pattern in _RATES if pattern.search(said)]
    return rates[0] if len(rates) == 1 else None


def cut_used(sentences: list[str], ways: tuple[re.Pattern[str], ...]) -> dict[str, float]:
    """The one cut that sentences say is used."""
    cuts = {
        float(match[1])
        for sentence in sentences
        for way in ways
        # "reject if the score is above 0.9" is the rule itself
        if not NOT_USED.search(_IF.sub("when", sentence) if way is CUT_BY else sentence)
        for match in way.finditer(sentence)
    }
    return {CUT: cuts.pop()} if len(cuts) == 1 else {}


def costs_of(blocks: Iterable[str], *, table: bool, priced: bool = False) -> dict[str, float]:
    """The one amount of each error, in clauses of their own, or their ratio in one sentence.

    Args:
        table: costs are spoken of, so that a row of a table need not say so itself.
        priced: what is said of costs stands in these blocks alone.
    """
    told: dict[str, set[float]] = {MISS: set(), ALARM: set()}
    units: set[str] = set()
    for block in blocks:
        for sentence in SENTENCE.split(block):
            ratio = _ratio(sentence)
            if ratio is not None:
                return ratio
            costly = (table and "|" in block) or ((table or priced) and bool(OF_COST.search(sentence)))
            for clause in _CLAUSE.split(sentence) if costly else ():
                miss = bool(OF_MISS.search(clause))
                alarm = bool(OF_ALARM.search(clause) or _ACTION.search(clause))
                amounts = list(_amounts(clause))
                if miss != alarm and len(amounts) == 1:
                    value, unit = amounts[0]
                    told[MISS if miss else ALARM].add(value)
                    units |= {unit} - {""}
    single = {name: next(iter(values)) for name, values in told.items() if len(values) == 1}
    return single if len(single) == 2 and len(units) < 2 else {}  # euros are not weighed against hours


_UNITS = {"€": "eur", "euro": "eur", "$": "usd", "dollar": "usd", "£": "gbp", "pound": "gbp"}


def _amounts(clause: str) -> Iterator[tuple[float, str]]:
    """Numbers with a currency or a unit of cost, and which; or the only number beside the word "cost"."""
    bare = []
    for match in _AMOUNT.finditer(clause):
        value = _number(match["number"]) * (1000 if match["k"] else 1)
        unit = (match["before"] or match["after"] or "").strip().lower().rstrip("s")
        if unit:
            yield value, _UNITS.get(unit, unit)
        else:
            bare.append(value)
    if (
        len(bare) == 1
        and OF_COST.search(clause)
        and not _AMOUNT.sub(lambda m: "€" if m["after"] else "", clause).count("€")
    ):
        yield bare[0], ""


def _number(text: str) -> float:
    """ "25,000", "25.000", "1'200", "3.50"."""
    grouped = re.fullmatch(r"\d{1,3}(?:[.,']\d{3})+", text)
    plain = re.sub(r"[.,']", "", text) if grouped else text.replace("'", "").replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return 0.0


def _ratio(sentence: str) -> dict[str, float] | None:
    """ "a false negative is 20 times as expensive as a false alarm"."""
    times, miss, alarm = _TIMES.search(sentence), OF_MISS.search(sentence), OF_ALARM.search(sentence)
    if times is None or miss is None or alarm is None or not _DEARER.search(sentence[times.end() :]):
        return None
    if miss.start() < times.start() < alarm.start():
        return {MISS: float(times[1]), ALARM: 1.0}
    if alarm.start() < times.start() < miss.start():
        return {MISS: 1.0, ALARM: float(times[1])}
    return None


def _rate_asked(sentence: str) -> tuple[str, float] | None:
    """The rate that a sentence asks for: "recall of at least 95 %", "catch at least 95 % of the frauds"."""
    if not ASKS.search(sentence) or _NO_RATE.search(sentence):
        return None
    rate = rate_named(sentence) or ("min_recall" if _FINDS.search(sentence) and not OF_MISS.search(sentence) else None)
    values = _PERCENT.findall(sentence)
    if rate is None or len(values) != 1:
        return None
    percent, share = values[0]
    value = float(percent) / 100 if percent else float(share)
    return (rate, value) if 0.0 < value <= 1.0 else None
