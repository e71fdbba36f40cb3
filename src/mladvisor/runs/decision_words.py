"""What notes and requirements beside a log say of the decisions: costs of errors, rates that are asked for, the cut.

    A missed failure costs 25000 EUR, an unnecessary inspection 300 EUR.        | missed churner | 340 EUR |
    Sensitivity must be at least 95 %.        In production we cut at **0.85**.

A clause counts where it says one thing: one amount beside a word for one of the two errors, one rate beside a word that
asks for it. What a text says in two ways it does not say. Settings of the run go before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mladvisor.errors import ReadError
from mladvisor.runs import layout, log_names, settings_names
from mladvisor.runs.action_costs import by_action
from mladvisor.runs.config import document
from mladvisor.runs.model import Place, Run, Setting
from mladvisor.runs.readers import Candidate
from mladvisor.runs.script_names import may_be_script
from mladvisor.runs.split_names import words_of
from mladvisor.runs.table_columns import DECISIONS
from mladvisor.runs.word_sets import word_set

MAX_TEXT = 40_000
_TEXTS = frozenset(("md", "markdown", "txt", "rst"))
_MAX_FILES = 40
MAX_OUTPUT = 400_000
_MAX_OUTPUTS = 8
_MAX_COMMENT = 400
_BEYOND = 10**15
"""No cost is as large: a number of an account, or more digits than a float holds."""


MISS = "cost_false_negative"
ALARM = "cost_false_positive"
CUT = "threshold"
_CUTS = word_set(settings_names.THRESHOLD_SETTINGS)

_MISS = re.compile(
    r"\b(?:miss(?:ed|es|ing)?(?! (?:values?|data|deadlines?|milestones?|meetings?)\b)|undetected|overlook(?:ed|ing)"
    r"|unnoticed|slips? through|false negatives?|fn|not (?:caught|detected|found|flagged|called|treated)"
    r"|(?:accepted|approved|granted|passed|admitted) (?:an? )?(?:bad|default\w*|fraud\w*|risky|defective|faulty)"
    r"|(?:bad|default\w*|fraud\w*|defective|faulty)(?: \w+)? (?:accepted|approved|granted|passed|let through)"
    r"|lost (?:customers?|clients?|subscribers?|members?|donors?|patients?|accounts?|contracts?|machines?))\b",
    re.I,
)
_ALARM = re.compile(
    r"\b(?:false (?:alarms?|positives?|alerts?)|fp|unnecessary|unnecessarily|needless(?:ly)?|unneeded|in vain|wasted"
    r"|wrongly (?:flagged|blocked|called|rejected|treated)|would have (?:stayed|paid|been fine)"
    r"|(?:rejected|declined|refused|blocked|scrapped|turned (?:away|down)) (?:an? )?(?:good|genuine|legit\w*|sound)"
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
_COST = re.compile(r"\bcosts?\b|\bloss of\b|\bexpensive\b|\bprice\b|\bpenalty\b", re.I)
_TIMES = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s?(?:x|×|times|-fold)(?!\w)", re.I)
_DEARER = re.compile(r"\b(?:expensive|costly|dear(?:er)?|worse|bad|costs?|much|more)\b", re.I)

_RATE = (
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
_ASKS = re.compile(
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

_CUT = re.compile(
    r"(?:\b|(?<=alarm)|(?<=entscheidungs))(?:schwellwert|schwellenwert|schwelle|umbral|seuil|soglia|limiar|próg|"
    r"cut(?:[ -]?off)?(?: (?:is|at|of))?|threshold(?: (?:is|of|at))?|operating point(?: (?:is|of|at))?"
    r"|(?:probability|score|scores) (?:above|over|of at least|from))\s?[:=]?\s?(?:at |of |is |to )?(0?\.\d+)(?![\d%])",
    re.I,
)
_CUT_BY = re.compile(
    r"\b(?:reject|accept|approv|declin|flag|block|alert|alarm|contact|call|treat|inspect|review|escalat|admit|refer|stop"
    r"|decid|decision)\w*\b.{0,60}?\b(?:p(?=\s?[>≥])|(?:scores?|prob(?:ability|a)?|risk|pd))\s?"
    r"(?:>=?|<=?|≥|≤|(?:is |are )?(?:at least|above|over|below|under|exceeds?))\s?(0?\.\d+)(?![\d%])",
    re.I,
)
"""What is done from which score on: "reject when score >= 0.90"."""
_IF = re.compile(r"\bif\b", re.I)
_NOT_USED = re.compile(
    r"\b(?:would|could|might|best|optimal|optimum|recommend\w*|suggest\w*|try|tried|tested|if|instead|before|formerly"
    r"|previous(?:ly)?|old(?:er)? threshold|iou|nms|p[ -]?value|correlat\w+|should|early[ -]stop\w*|clip\w*|gradients?"
    r"|pca|variance|prun\w+|learning[ -]rate|lr|dropped|convergence|tolerance|drift\w*|psi|similarity|outliers?"
    r"|missing values?)\b",
    re.I,
)
_CLAUSE = re.compile(
    r"(?:[;,!?]|\.(?!\d)|\bwhile\b|\bwhereas\b|\bbut\b|\band (?=(?:a|an|every|each|one)\b))(?:\s|$)", re.I
)
_SENTENCE = re.compile(r"(?:[;!?]|\.(?!\d))(?:\s|$)")


def decisions_told(run: Run, files: list[Candidate]) -> dict[str, Setting]:
    """Costs, rates that are asked for and the cut, by the names of their settings; without what the settings say."""
    found: dict[str, Setting] = {}
    for file in _of_decisions(files):
        suffix = layout.stem_and_suffix(file.name)[1]
        for key, value in (_from_text(file) if suffix in _TEXTS else _from_document(file)).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    for file in [each for each in files if may_be_script(each.name)][:_MAX_OUTPUTS]:
        for key, value in _from_comments(file).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    for file in [each for each in files if log_names.may_hold_messages(each.name)][:_MAX_OUTPUTS]:
        for key, value in _from_output(file).items():
            found.setdefault(key, Setting(value, Place(file.rel, "")))
    if {MISS, ALARM} & found.keys() and not {MISS, ALARM} <= found.keys():
        found = {key: setting for key, setting in found.items() if key not in (MISS, ALARM)}
    leaves = [key.rpartition(".")[2].lower() for key in run.config]
    if any("cost" in words_of(key.replace(".", "_")) for key in run.config):
        found = {key: setting for key, setting in found.items() if key not in (MISS, ALARM)}
    found = {key: setting for key, setting in found.items() if key not in leaves}
    if CUT in found and not _CUTS.isdisjoint(leaves):
        del found[CUT]
    return found


def told_of(found: dict[str, Setting]) -> list[str]:
    """What was taken from which file, as sentences."""
    files = dict.fromkeys(setting.place.file for setting in found.values())
    by_file = {file: [(key, one.value) for key, one in found.items() if one.place.file == file] for file in files}
    return [
        f"{file} is taken to say of the decisions: "
        + ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in said)
        for file, said in by_file.items()
    ]


def _of_decisions(files: list[Candidate]) -> Iterator[Candidate]:
    """Texts that people write, and small documents, as far as they are no log."""
    count = 0
    for file in files:
        suffix = layout.stem_and_suffix(file.name)[1]
        text = suffix in _TEXTS and not log_names.meant_as_log(file.name) and not log_names.may_hold_messages(file.name)
        if (text or suffix in settings_names.CONFIG_SUFFIXES) and file.size <= MAX_TEXT and count < _MAX_FILES:
            count += 1
            yield file


def _from_document(file: Candidate) -> dict[str, float]:
    """What a small document says by its keys, where it is about decisions by its name or by two keys."""
    found: dict[str, float] = {}
    counted = False
    if not _OF_WATCHES.isdisjoint(words_of(file.name)):
        return found
    flat = {key: value for key, value in document(file).items() if not (isinstance(value, int) and value > _BEYOND)}
    of_costs = bool(_COST.search(" ".join(words_of(file.name))))  # "costs.yaml" need not say so at each key
    for key, value in flat.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        said = " ".join(words_of(key.replace(".", "_")))
        miss, alarm = bool(_MISS.search(said)), bool(_ALARM.search(said))
        if (of_costs or _COST.search(said)) and miss != alarm and value >= 0:
            found[MISS if miss else ALARM] = float(value)
        rate = _rate(said)
        if rate is not None and _ASKS.search(said.replace("_", " ")) and 0 < value <= 100:
            found[rate] = float(value) if value <= 1 else value / 100
        leaf = key.rpartition(".")[2].lower()
        counted = counted or not _ACTED.isdisjoint(words_of(leaf))
        if leaf in _CUTS and 0 < value < 1 and not _NOT_USED.search(said):
            found[CUT] = float(value)
    if not {MISS, ALARM} & found.keys():
        found |= {{"alarm": ALARM, "miss": MISS}[error]: cost for error, cost in by_action(flat).items()}
    if list(found) == [CUT] and not counted and _OF_DECISIONS.isdisjoint(words_of(file.name)):
        return {}
    return _from_matrix(flat) | found


_ACTED = word_set(
    "contacted flagged alerted called treated inspected blocked rejected reviewed approved declined mailed"
)


_OF_WATCHES = word_set("alert alerts alerting drift monitor monitoring watchdog budget")
"""Names of documents about other thresholds and costs than those of decisions."""
_OF_DECISIONS = word_set(
    "decision decisions serving inference deployment policy operating requirements acceptance campaign offer offers"
)
_CORNERS = 4


def _from_matrix(flat: dict[str, object]) -> dict[str, float]:
    """Costs of a matrix whose rows and columns have names; the column of those that something is done about is a yes.

    cost_matrix: {legit: {pass: 0, block: 4}, fraud: {pass: 260, block: 0}}
    """
    cells: dict[tuple[str, str], float] = {}
    for key, value in flat.items():
        path, _, column = key.lower().rpartition(".")
        above, _, row = path.rpartition(".")
        if {"cost", "costs", "loss"}.isdisjoint(words_of(above.replace(".", "_"))) or not isinstance(
            value, int | float
        ):
            continue
        cells[row, column] = float(value)
    wrong = {key: value for key, value in cells.items() if value > 0}
    rows, columns = {row for row, _ in cells}, {column for _, column in cells}
    if len(cells) != _CORNERS or len(wrong) != 2 or len(rows) != 2 or len(columns) != 2:
        return {}
    yes = [column for column in columns if column in _YES or any(each.startswith(column) for each in DECISIONS)]
    if len(yes) != 1 or len({column for _, column in wrong}) != 2:
        return {}
    return {ALARM if column == yes[0] else MISS: value for (_, column), value in wrong.items()}


_YES = word_set(
    "1 yes true pos positive reject deny stop inspect treat alert predicted_positive predicted_yes predicted_1"
)


def _rate(said: str) -> str | None:
    rates = [name for name, pattern in _RATE if pattern.search(said)]
    return rates[0] if len(rates) == 1 else None


def _from_text(file: Candidate) -> dict[str, float]:
    try:
        text = file.read_text(MAX_TEXT)
    except (ReadError, OSError):
        return {}
    text = _COMMA.sub("0.", text)
    lines = [line.strip().strip("|").replace("**", "").replace("`", "") for line in text.split("\n")]
    # a paragraph goes over several lines; an item, a heading or a row of a table is a line of its own
    plain = [line for line in re.split(r"\n(?=[^\S\n]*(?:[-*+|#>]|\d+[.)]|\n))", "\n".join(lines)) if line.strip()]
    blocks = [" ".join(block.split()) for block in plain]
    table = bool(_COST.search(text))
    found = _costs([*blocks, *lines], table=table)
    sentences = [part for block in blocks for part in _SENTENCE.split(block) if part]
    asked: dict[str, set[float]] = {name: set() for name, _ in _RATE}
    for sentence in sentences:
        if (each := _asked(sentence)) is not None:
            asked[each[0]].add(each[1])
    found |= {name: values.pop() for name, values in asked.items() if len(values) == 1}
    return found | _cut(sentences, (_CUT, _CUT_BY))


def _cut(sentences: list[str], ways: tuple[re.Pattern[str], ...]) -> dict[str, float]:
    """The one cut that sentences say is used."""
    cuts = {
        float(match[1])
        for sentence in sentences
        for way in ways
        # "reject if the score is above 0.9" is the rule itself
        if not _NOT_USED.search(_IF.sub("when", sentence) if way is _CUT_BY else sentence)
        for match in way.finditer(sentence)
    }
    return {CUT: cuts.pop()} if len(cuts) == 1 else {}


def _from_comments(file: Candidate) -> dict[str, float]:
    """Both costs in one comment of a script: "# a call costs 4 EUR, a lost customer about 20"."""
    try:
        text = file.read_text(MAX_OUTPUT)
    except (ReadError, OSError):
        return {}
    for line in text.split("\n"):
        before, mark, comment = line.partition("#")
        if mark and not before.strip() and _COST.search(comment):
            costs = _costs([comment[:_MAX_COMMENT]], table=False, priced=True)
            if costs:
                return costs
    return {}


def _from_output(file: Candidate) -> dict[str, float]:
    """What a program printed of its decisions: both costs in one line, and what is done from which score on.

    Thresholds and losses are printed for much else: a line counts where it says what is done.
    """
    try:
        text = file.read_text(MAX_OUTPUT)
    except (ReadError, OSError):
        return {}
    lines = [line.strip() for line in text.split("\n") if _COST.search(line) or _CUT_BY.search(line)]
    costs: dict[str, float] = {}
    for line in lines:
        costs = costs or _costs([line], table=False, priced=True)
    return costs | _cut([part for line in lines for part in _SENTENCE.split(line) if part], (_CUT_BY,))


def _costs(blocks: Iterable[str], *, table: bool, priced: bool = False) -> dict[str, float]:
    """The one amount of each error, in clauses of their own, or their ratio in one sentence.

    Args:
        table: costs are spoken of, so that a row of a table need not say so itself.
        priced: what is said of costs stands in these blocks alone.
    """
    told: dict[str, set[float]] = {MISS: set(), ALARM: set()}
    units: set[str] = set()
    for block in blocks:
        for sentence in _SENTENCE.split(block):
            ratio = _ratio(sentence)
            if ratio is not None:
                return ratio
            costly = (table and "|" in block) or ((table or priced) and bool(_COST.search(sentence)))
            for clause in _CLAUSE.split(sentence) if costly else ():
                miss = bool(_MISS.search(clause))
                alarm = bool(_ALARM.search(clause) or _ACTION.search(clause))
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
        and _COST.search(clause)
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
    times, miss, alarm = _TIMES.search(sentence), _MISS.search(sentence), _ALARM.search(sentence)
    if times is None or miss is None or alarm is None or not _DEARER.search(sentence[times.end() :]):
        return None
    if miss.start() < times.start() < alarm.start():
        return {MISS: float(times[1]), ALARM: 1.0}
    if alarm.start() < times.start() < miss.start():
        return {MISS: 1.0, ALARM: float(times[1])}
    return None


def _asked(sentence: str) -> tuple[str, float] | None:
    """The rate that a sentence asks for: "recall of at least 95 %", "catch at least 95 % of the frauds"."""
    if not _ASKS.search(sentence) or _NO_RATE.search(sentence):
        return None
    rate = _rate(sentence) or ("min_recall" if _FINDS.search(sentence) and not _MISS.search(sentence) else None)
    values = _PERCENT.findall(sentence)
    if rate is None or len(values) != 1:
        return None
    percent, share = values[0]
    value = float(percent) / 100 if percent else float(share)
    return (rate, value) if 0.0 < value <= 1.0 else None
