"""What people write in mails, tickets and notes, and programs in lines, of rows on both sides and of how a split was
cut.

"Sur 3 200 avis du jeu de test, 2 911 se retrouvent dans le jeu d'apprentissage"     "n test: 300  in train: 238"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.shared import SHARED
from mladvisor.runs.sheets.words import numbers, side, sides, words
from mladvisor.runs.word_sets import word_set

_MOST_LINE, _MOST_LINES = 600, 3_000
_PARTS = re.compile(r"(?<=[a-zà-ÿ)])[.!?]\s+(?=[A-ZÀ-Ý])|;\s|。")
_SHARED_STEMS = (
    *("overlap", "duplic", "intersect", "doublon", "dublette", "ueberschneid", "contamin", "identi", "leak", "retrouv"),
    *(
        "reappear",
        "gleiche",
        "doppelt",
        "mismas",
        "mesmas",
        "mesmos",
        "memes",
        "verbatim",
        "mot pour mot",
        "wortgleich",
    ),
    *("solap", "sobrepo", "repetid", "repeat", "coincid"),
)
_IN_SCRIPTS = ("重复", "重複", "同一", "重叠", "相同", "一致する", "중복", "совпад", "交集")
_INSIDE = re.compile(
    r"(?i)\b(?:in|inside|within|im|in der|in den|dans|en|em|no|na|nos|nel|w)\s{1,2}(?:(?:the|le|la|l'|el|los|den"
    r"|dem|der"
    r"|o|a|jeu d[e']"
    r"|jeu|conjunto de|set de)\s{0,2}){0,3}['\"`]?(?:training|train|trainset|trainings?\w{0,6}|lernteil"
    r"|lernmenge|lerndaten"
    r"|apprentissage|entra[iî]nement|entrenamiento|treino|treinamento|addestramento)\b"
)
_FOUND = word_set(
    "found present seen contained contains exist exists existing occur occurs appear appears appearing known "
    "also already "
    "again both same auch bereits vorkommen stehen steht aussi tambien tambem ya matched near lie lies stand"
)
_DENIED = word_set(
    "if whether should will would fix "
    "not no none never without removed dropped excluded deleted filtered cleaned purged aucun aucune ninguno ninguna "
    "kein keine nenhum nessuno fixed formerly would keiner entfernt supprimes quitado after deduplicated dedup"
)
_NOT_ROWS = word_set(
    "species genre genres brand brands topics "
    "vocab vocabulary tokens token classes class labels label accuracy acc auc loss f1 epoch columns features feature "
    "column auroc map iou score missing null nan percent"
)
_CALL = re.compile(
    r"(?i)(?:intersect\w*|isdisjoint|%in%|\)\s?&\s?\w|∩|\.isin\(|semi[_-]?join|overlap\w*|\bshared|\bcommon|duplicat\w*|\bpairs\b"
    r"|matches)[^=:\n]{0,60}[=:]\s{0,3}(?:\[1\]\s*)?(\d[\d ,.]{0,14})(?!\s?[%.\d])"
)
_INTERSECTED = re.compile(r"(?i)\bintersect\w*\s?\(|\)\s?&\s?set|%in%|∩|\.isin\(")


def copies_in_lines(lines: Sequence[str], about: str = "") -> Iterator[Said]:
    """Rows of evaluation data in training data: a share, where the rows of evaluation data are told, or a count.

    Args:
        about: what the file is called: pairs in a report of duplicates are duplicates.
    """
    sizes: dict[str, float] = {}
    lines = answered(lines)
    of_copies = any(
        stem in each for each in (about.lower(), *(line.lower() for line in lines[:_HEAD])) for stem in _OF_COPIES
    )
    found: list[Said] = []
    for line in lines:
        if not line or len(line) > _MOST_LINE or not any(each.isdigit() for each in line):
            continue
        if not sides(line):
            continue
        if sides(line) == {"train", "other"}:
            for part in _PARTS.split(line):
                found += _in_part(part, of_copies=of_copies)
        if not any(stem in line.lower() for stem in _SHARED_STEMS):
            sizes |= _sizes(line)
    for said in found:
        total = sizes.get("other", 0.0)
        if said.what == "copies-counted" and total >= said.value:
            yield said._replace(what="copies", value=said.value / total)
        else:
            yield said


_ANSWER = re.compile(r"\s*(?:\[1\]|Out\[\d+\]:|=>)\s*(-?\d[\d.,]*)\s*")


def answered(lines: Sequence[str]) -> list[str]:
    """Lines with what a console answered right behind them: "> nrow(test)", "[1] 300" as one."""
    found: list[str] = []
    for line in lines:
        answer = (
            _ANSWER.fullmatch(line)
            if line and found and found[-1].lstrip().startswith((">", "In [", "julia>"))
            else None
        )
        if answer is not None:
            found[-1] = f"{found[-1].strip('> ')} = {answer[1]}"
        else:
            found.append(line)
    return found


_OF_COPIES = ("dedup", "duplicate", "dups", "overlap", "leak", "hash", "contamin", "doublon", "dublette", "disjoint")
_HEAD = 12
_PAIRS = re.compile(
    r"(?i)\b(?:pairs?|matches|hits|collisions|in common|twins)\b.{0,30}\btrain\w*\s?(?:/|x|×|&|\+|-|–|<->|and"
    r"|und|vs)\s?(?:val|test|dev|hold|eval)"
    r"|\btrain\w*\s?(?:/|x|×|&|\+|<->|vs)\s?(?:val|test|dev|hold|eval)\w*[^\w]{1,3}(?:pairs?|matches|hits"
    r"|collisions|in common|twins)\b"
)


def _in_part(part: str, *, of_copies: bool) -> Iterator[Said]:
    if sides(part) != {"train", "other"}:
        return
    said, low = words(part), part.lower()
    told = numbers(part)
    shared = (
        not SHARED.isdisjoint(said)
        or any(each in low for each in _SHARED_STEMS)
        or any(one in part for one in _IN_SCRIPTS)
    )
    shared = shared or _INTERSECTED.search(part) is not None or (of_copies and _PAIRS.search(part) is not None)
    inside = _INSIDE.search(part)
    shared = shared or re.search(r"(?i)\bshares? (?:\w+ ){0,2}\d", part) is not None
    if not told or not _NOT_ROWS.isdisjoint(said) or not _DENIED.isdisjoint(said):
        return
    called = _CALL.search(part)
    directly = re.search(
        r"(?i)\b(?:in|im|dans|en|em)[ _](?:train\w*|lern\w*|apprentissage)\s?[:=]\s?(\d[\d ,.]*)", part
    )
    lies = inside is not None and _LIES_IN.search(part) is not None
    if not shared and not (inside and (not _FOUND.isdisjoint(said) or directly or lies)):
        return
    percents = [value for _, _, value, percent in told if percent]
    counts = [(begin, value) for begin, _, value, percent in told if not percent and value >= 0 and not value % 1]
    note = part.strip()[:80]
    of = re.search(
        r"(\d[\d ,.]{0,14})\s{0,2}(?:of|out of|von|de|sur|su|z|/|のうち)\s{0,3}"
        r"(?:(?:the|its|our|all|these|den|les|las|los)\s){0,2}(\d[\d ,.]{0,14})",
        part,
    )
    if of is not None and len(counts) >= 2:
        pair = [value for _, _, value, _ in numbers(of[1]) + numbers(of[2])]
        if len(pair) == 2 and pair[0] <= pair[1] >= _LEAST:
            yield Said("copies", "", None, pair[0] / pair[1], note)
            return
    if len(percents) == 1 and percents[0] <= 1.0:
        yield Said("copies", "", None, percents[0], note)
    elif called is not None and (value := [each for _, _, each, _ in numbers(called[1])]):
        bracket = re.search(r"\(\s?(?:of|von|sur|de)\s{1,2}(\d[\d ,.]*)", part)
        total = [each for _, _, each, _ in numbers(bracket[1])] if bracket else []
        yield from _counted(value[0], total[0] if total else 0.0, note)
    elif (
        len(counts) == 2
        and min(counts[0][1], counts[1][1])
        and shared
        and not percents
        and _ties_to_other(part, max(counts, key=lambda one: one[1]))
    ):
        yield from _counted(min(counts[0][1], counts[1][1]), max(counts[0][1], counts[1][1]), note)
    elif (directly or inside) and len(counts) >= 2 and not percents:
        many, few = counts[0][1], counts[1][1]
        if few <= many >= _LEAST and not (directly and counts[1][0] < directly.start()):
            yield Said("copies", "", None, few / many, note)
    elif (len(counts) == 1 and shared) or (shared and any(one in part for one in _IN_SCRIPTS) and counts):
        yield from _counted(counts[0][1], 0.0, note)


_LEAST = 20.0
_LIES_IN = re.compile(
    r"(?i)(?:%|\d)\s?(?:(?:of|der|de|des|das|dos|von)\s)?(?:(?:the|all|les|las|los|its)\s)?(?:val\w*|test\w*|dev|holdout|eval\w*"
    r"|pr[uü]f\w*)\b[^.;,]{0,30}\b(?:are|is|were|lie|sit|sind|stehen|liegen|sont|est[aá]n|est[aã]o|come from)\b"
)


def _ties_to_other(part: str, count: tuple[int, float]) -> bool:
    """The larger of two counts stands beside the name of what is held out."""
    return "other" in sides(part[max(0, count[0] - _NEAR) : count[0] + _NEAR])


_NEAR = 30


def _counted(few: float, total: float, note: str) -> Iterator[Said]:
    if total >= max(few, _LEAST):
        yield Said("copies", "", None, few / total, note)
    else:
        yield Said("copies-counted" if few else "copies", "", None, few, note)


_SIZE = re.compile(r"(?<!\d)(\d{1,3}(?:[ ,.]\d{3})+|\d{2,9})(?![\d.,]*\d)")


def _sizes(line: str) -> dict[str, float]:
    """How many rows the evaluation data has, where a line counts them right behind its name: "検証 500件"."""
    found = {}
    for part in re.split(r"[,、，;|/]\s?(?!\d{3})", line):
        if (
            side(part) != "other"
            or len(part) > 60
            or any(each in part for each in ("loss", "acc", "損", "率", "失", "精"))
        ):
            continue
        counts = [value for _, _, value, percent in numbers(part) if not percent and value >= _LEAST and not value % 1]
        if len(counts) == 1 and _SIZE.search(part):
            found["other"] = counts[0]
    return found


_ONLY = re.compile(
    r"(?i)\b(?:val(?:id(?:ation)?)?|test|holdout|hold-out|dev|eval(?:uation)?)(?:\s(?:set|part|split|file|data"
    r"|fold|rows?))?\s"
    r"(?:part\s|set\s)?(?:gets?|got|has|have|had|holds?|contains?|consists? of|is made of|comprises?|includes?"
    r"|covers?|is|are|sees?)"
    r"\s[^.;]{0,60}?\bonly\b"
    r"|\bonly\b[^.;]{2,50}\b(?:are|is|land|landed|ended up|end up|went|go|come|left) in(?:to)? (?:the )?"
    r"(?:val(?:id(?:ation)?)?|test|holdout|dev|eval(?:uation)?)\b"
    r"|\bconsists of (?:the )?[^.;]{2,40} only\b|\bhas the [^.;]{2,50} only\b"
    r"|\b(?:pr[uü]fteil|testteil|validierung\w*|testmenge|pr[uü]fmenge)\b[^.;]{0,60}\b(?:nur|ausschlie[sß]+lich)\b"
    r"|\bjeu (?:de )?(?:test|validation)\b[^.;]{0,60}\b(?:uniquement|seulement|que des|que les)\b"
    r"|\b(?:prueba|validaci[oó]n|validacao|valida[cç][aã]o|teste)\b[^.;]{0,60}\b(?:s[oó]lo|solamente"
    r"|[uú]nicamente|s[oó]|apenas|somente)\b"
    r"|\btrain(?:ing)?(?: set| data| part)?,? (?:never|hardly ever|does not|doesn't) (?:sees?|saw|holds?"
    r"|contains?|gets?)\b"
    r"|(?:验证集|测试集|検証|テスト)[^。；]{0,20}(?:只|仅|のみ|だけ)"
    r"|\b(?:validation|test|holdout)\b[^.;]{0,30}\bne (?:contient|contiennent|comprend|comporte)\w* que\b"
    r"|\ball (?:the )?\w+ \w+ (?:\w+ )?(?:ended up|landed|went|fell|came) in(?:to)? (?:the )?(?:val\w*|test"
    r"|holdout|dev|eval\w*)\b"
    r"|\bnone of (?:the )?(?!\w*(?:val|test|holdout|dev|eval|rows?|ids?|duplic|users|patients|them"
    r"|these))[^.;]{2,50}? (?:is|are|was|were)"
    r" in (?:the )?train"
)
_SORTED = re.compile(
    r"(?i)\b(?:sorted|ordered|order by|sortiert|tri[eé]e?s?|ordenad[oa]s?|geordnet)\b(?:\s|\b)[^.;]{0,60}?"
    r"\b(?:cut|split|sliced|abgeschnitten|geschnitten|getrennt|coup[eé]e?s?|cortad[oa]s?|dividid[oa]s?|last "
    r"\d+|the end|tail)\b"
    r"|\b(?:last|first|final|letzten?|derniers?|[uú]ltim[oa]s?)\s\d[\d.,]*\s?%[^.;]{0,40}\b(?:sorted|ordered|sortiert\w*|tri[eé]e?s?|ordenad\w*)\b"
    r"|\bshuffle\s?=\s?false\b[^.;]{0,60}\b(?:sorted|ordered)\b|\b(?:sorted|ordered)\b[^.;]{0,60}\bsplit\([^)]{0,60}shuffle\s?=\s?false"
)
_BY_TIME = re.compile(
    r"(?i)\b(?:sorted|ordered|order|sortiert|tri[eé]e?s?|ordenad[oa]s?|geordnet|nach|par|por|by)\s(?:\w+\s)?(?:the\s)?"
    r"(?:date|time|timestamp|datum|zeit|fecha|hora|data|month|year|day|tiempo|temps|created\w*|\w+_(?:at|date"
    r"|time))\b|chronolog|\b(?:19|20)\d\d\b|\b(?:weeks?|months?|quarters?|later|latest|newest|recent)\b"
)
_MENDED = re.compile(
    r"(?i)\b(?:fixed|now|no longer|stratified|shuffled|then shuffled|instead|should|must|if|would|used to"
    r"|geshufflet|gemischt|ausgelost|m[eé]lang|mezcla"
    r"|stratifi\w+|at random|randomly|plan(?:ned)?|next time|todo|only once|only used|used only|only for"
    r"|evaluat\w+ only|(?:is|are) (?:done|run|performed|computed|measured|downloaded|loaded|called|reported|resized)"
    r"|hash\w*|rank 0|a/b|\w{0,20}loader|verified|revisad[oa]s?|gepr[uü]ft|einmal|l[aä]uft|una vez|une fois)\b|random"
)


def cut_unfairly(lines: Sequence[str]) -> Iterator[Said]:
    """Sentences that say evaluation data holds one kind alone, or was cut off a sorted file, and not by time."""
    for line in lines:
        if len(line) < _SHORTEST or len(line) > _MOST_LINE or line.lstrip().startswith(("#!", "import ", "from ")):
            continue
        low = line.lower()
        if not any(each in low for each in _MARKS):
            continue
        for found in (_ONLY.search(line), _SORTED.search(line)):
            if found is None or _BY_TIME.search(line) or _MENDED.search(line):
                continue
            yield Said("split-told", "", None, 1.0, line.strip()[:100])
            break


_SHORTEST = 12
_MARKS = (
    "only", "nur", "ausschl", "uniquement", "seulement", "que des", "que les", "solo", "sólo", "solamente", "nicamente",
    "apenas", "somente", "never", "hardly", "sort", "order", "tri", "ordenad", "geordnet", "只", "仅", "のみ", "だけ",
    "does", "none of", "all ", "ne co",
)  # fmt: skip


_AUC = re.compile(
    r"(?i)\b(?:auc|auroc|roc[_ -]auc)\b\W{0,4}(?:is|of|was|=|:)?\s{0,3}(0?\.\d{1,6}|1\.0+"
    r"|\d{2}(?:\.\d+)?\s?%)"
)


def told_apart_in(lines: Sequence[str], about: str) -> Iterator[Said]:
    """A classifier that tells the parts of a split apart: "adversarial validation", train against valid, AUC 0.97."""
    head = " ".join((about, *lines[:_HEAD]))
    low = head.lower()
    telling = "adversarial" in low or re.search(
        r"(?i)\b(?:row|example|sample)s? (?:is|are|comes?|belongs?) "
        r"(?:in|from|to) (?:the )?(?:val|test|hold|train)",
        head,
    )
    if not telling or sides(head) != {"train", "other"} or "production" in low or "serving" in low:
        return
    values = [
        value
        for line in lines[:_MOST_LINES]
        for found in _AUC.findall(line[:_MOST_LINE])
        for _, _, value, _ in numbers(found)
    ]
    if values:
        middle = sorted(values)[len(values) // 2]
        yield Said("told-apart", "", "val", middle, "a model tells the parts of the split apart")
        yield Said(
            "split-gap",
            "",
            None,
            max(0.0, 2 * middle - 1.0 - _NOISE),
            f"a model tells the parts of the split apart (AUC {middle:.3g})",
        )


_NOISE = 0.1
