"""What sentences and lines say of columns in two tables: their means, medians and ranges, how far they have moved, and
whether a model tells the tables apart.

offline mean 48.2 (sd 31), online mean 71.9    mediana 118 no treino, 231 na avaliação
univariate (js, threshold 0.1): a 0.31, b 0.4
x lies between 0.8 and 6.2 in training, but between 812 and 6187 in validation    target: is_test, mean auc 0.94
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.word_sets import word_set

_NUM = r"(?:-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|-?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?)"
_TRAIN = (
    r"train(?:ing|ed)?(?: (?:set|data|part|table|period))?|treino|entrenamiento|"
    r"entra[iî]n(?:ement|é|ée)|trainingsdaten|offline|reference|apprentissage|addestramento"
)
_OTHER = (
    r"valid(?:ation|ierung)?(?: (?:set|data|part))?|val|test(?: (?:set|data|part))?|eval(?:uation)?(?: (?:set|data"
    r"|part))?|avalia[cç][aã]o|evaluaci[oó]n|prueba"
    r"|[ée]valuation|testdaten|online|production|produktion|producci[oó]n|prod|live|serving|scoring|deployment"
)
_SIDE = rf"(?:(?P<train{{0}}>{_TRAIN})|(?P<other{{0}}>{_OTHER}))"
_IN = r"(?:in|no|na|im|en|dans|on|for|at|sur|nel|em|bei|à|pour|during)"
_ART = r"(?:the |la |le |der |den |dem |l['’]|las |los |el )?"
_NUMBER_IN = re.compile(rf"(?P<n>{_NUM})\s?(?:%|[a-zµ°]{{1,8}})?\s{_IN}\s{_ART}{_SIDE.format('')}\b", re.IGNORECASE)
_SIDE_MEAN = re.compile(
    rf"\b{_SIDE.format('')}\b[ :,]{{1,3}}(?:the )?(?:mean|median|average|avg|mittelwert|media|mediana|moyenne"
    rf"|m[ée]diane|m[ée]dia)\s?(?:of |is |was |[=:] ?)?(?P<n>{_NUM})(?:\s?\((?:sd|std|±"
    rf"|s\.d\.)\s?(?P<sd>{_NUM})\))?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"\b{_SIDE.format('')}\b[^.;\n]{{0,30}}?(?:between|from|zwischen|entre|von|range)\s(?P<a>{_NUM})\s(?:and|to|und|bis|et|y|e|a|à|-)\s(?P<b>{_NUM})"
    rf"|(?:between|from|zwischen|entre|von)\s(?P<c>{_NUM})\s(?:and|to|und|bis|et|y|e|a|à)\s(?P<d>{_NUM})\s{_IN}\s{_ART}{_SIDE.format('2')}\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    rf"\b(?:mean|median|average|mittelwert|mediana|m[ée]diane|moyenne|media)\b\s?(?:of |is |was |von |de |[=:] "
    rf"?)?(?P<n>{_NUM})",
    re.IGNORECASE,
)
_ANY_SIDE = re.compile(rf"\b{_SIDE.format('')}\b", re.IGNORECASE)
_QUOTED = re.compile(r"[`\"'“„«]([A-Za-z_][\w .-]{0,40})[`\"'”“»]|\b([A-Za-z]\w{0,30}_\w{1,30})\b")
_NO_COLUMN = re.compile(
    r"\b(?:erros?|errors?|fehler|erreurs?|accuracy|auc|mae|mse|rmse|loss|verlust|perda|perte|score|rows|lines|samples|epochs?|seconds|ms)\b",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"\b(?:en|in|as|em)\s(euros?|centimes|cents?|dollars?|pence|grams?|gramm|gramos|kilogra(?:ms?|mm)|kg|g|lbs?|pounds|metres?|meters?|millim(?:etres?|eters?)|mm|cm|feet|inches"
    r"|fahrenheit|celsius|kelvin|milliseconds|millisekunden|seconds|sekunden|hours|minutes|days|percent|prozent|fractions?)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(cents?|centimes|pence|grams?|kg|lbs?|mm|cm|feet|inches|fahrenheit|milliseconds|ms|percent|degrees|thousands|euros?|dollars?|metres?|meters?|seconds|celsius)\b"
    r"\s(?:instead of|rather than|statt|anstatt|au lieu de|en lugar de|en vez de|em vez de)\s(?:in |en |the )?[\w\"'«]",
    re.IGNORECASE,
)
_NOT_NOW = re.compile(
    r"\b(?:fixed|resolved|used to be|no longer|behoben|corrig[ée]|corregido|verified|vérifié|unchanged)\b",
    re.IGNORECASE,
)


def drift_in(lines: Sequence[str]) -> Iterator[Said]:
    """What the lines of one text say."""
    moments: dict[tuple[str, str], float] = {}
    units: dict[tuple[str, str], str] = {}
    for whole in lines:
        line = whole[:1_500]
        lower = line.lower()
        of_training = "loss" in lower or "epoch" in lower  # as most lines of a log are
        name = None if of_training or not any(map(str.isdigit, line)) else _name_in(line)
        if (
            name is not None
            and _NO_COLUMN.search(_QUOTED.sub(" ", line)) is None
            and _ANY_SIDE.search(line) is not None
        ):
            yield from _means(name, line)
            yield from _ranges(name, line)
            for part in line.split(". "):
                _one_side(name, part, moments, units)
        yield from _distances(line)
        yield from _statistics_by_side(line)
    names = {name for name, _ in moments}
    for name in sorted(names):
        if (name, "train") in moments and (name, "other") in moments:
            yield Said("mean", name, "train", moments[name, "train"])
            yield Said("mean", name, "test", moments[name, "other"])
            if (
                units.get((name, "train"))
                and units.get((name, "other"))
                and units[name, "train"] != units[name, "other"]
            ):
                yield Said("broken", name, "test", 1.0, f"{units[name, 'train']} and {units[name, 'other']}")
    yield from _told_apart(lines)


_NO_COLUMNS = word_set(
    "batch rows samples examples epoch epochs step steps workers lr seed threshold files images docs size loader "
    "split dropout "
    "model run fold metric max_len length len runtime latency memory gpu num"
)
"""Names of settings and of what a run measures of itself."""


def _name_in(line: str) -> str | None:
    found = _QUOTED.search(line)
    name = (found[1] or found[2]).strip() if found is not None else None
    if name is None or is_loss(name) or is_metric(name) or not _NO_COLUMNS.isdisjoint(words_of(name)):
        return None
    return None if words_of(name)[:1] in (["val"], ["train"]) else name


def amount(text: str) -> float:
    """A number as people write it: "2 100", "34,90", "1.5e3"."""
    plain = re.sub(r"[ \u00a0\u202f]", "", text)
    return float(plain.replace(",", "."))


def _means(name: str, line: str) -> Iterator[Said]:
    for pattern in (_NUMBER_IN, _SIDE_MEAN):
        found = list(pattern.finditer(line))
        train = next((each for each in found if each["train"]), None)
        other = next((each for each in found if each["other"]), None)
        if train is not None and other is not None:
            for split, each in (("train", train), (_split_of(other["other"]), other)):
                yield Said("mean", name, split, amount(each["n"]))
                if pattern is _SIDE_MEAN and each["sd"]:
                    yield Said("std", name, split, amount(each["sd"]))
            return


def _split_of(said: str) -> str:
    return "serving" if _IN_USE.search(said) is not None else "test"


_IN_USE = re.compile(r"online|prod|live|serving|scoring|deploy", re.IGNORECASE)


_STATED = re.compile(
    rf"\b{_SIDE.format('')}\b[ :(]{{1,3}}mean\s?[=:]\s?(?P<mean>{_NUM})[, ;]{{1,2}}(?:std"
    rf"|sd)\s?[=:]\s?(?P<std>{_NUM})",
    re.IGNORECASE,
)
_COLUMN_FIRST = re.compile(r"(?:^|\]|INFO|DEBUG|WARNING)[\s*•:-]{0,4}([A-Za-z_]\w{0,40})\s?[:=]\s")


def _statistics_by_side(line: str) -> Iterator[Said]:
    """ "age: train mean=41.2 std=11.8 | test mean=58.9 std=9.1"."""
    found = list(_STATED.finditer(line)) if "mean" in line.lower() and "std" in line.lower() else []
    named = _COLUMN_FIRST.search(line) if len(found) > 1 else None
    if named is None or is_loss(named[1]) or is_metric(named[1]):
        return
    for each in found:
        split = "train" if each["train"] else _split_of(each["other"])
        yield Said("mean", named[1], split, amount(each["mean"]))
        yield Said("std", named[1], split, amount(each["std"]))


def _ranges(name: str, line: str) -> Iterator[Said]:
    found = list(_RANGE.finditer(line))
    for split, sides in (("train", ("train", "train2")), ("test", ("other", "other2"))):
        each = next((one for one in found if any(one[side] for side in sides)), None)
        if each is not None and len(found) > 1:
            ends = [amount(end) for end in (each["a"] or each["c"], each["b"] or each["d"])]
            yield Said("floor", name, split, min(ends))
            yield Said("ceiling", name, split, max(ends))


def _one_side(name: str, part: str, moments: dict[tuple[str, str], float], units: dict[tuple[str, str], str]) -> None:
    """A sentence about one of the two sides, whose other one stands in another sentence."""
    sides = {"train" if each["train"] else "other" for each in _ANY_SIDE.finditer(part)}
    value = _AVERAGE.search(part)
    if len(sides) != 1 or value is None or name not in part:
        return
    key = name, sides.pop()
    moments.setdefault(key, amount(value["n"]))
    unit = _UNITS.search(part)
    if unit is not None:
        units.setdefault(key, unit[1].lower())


_UNIT = (
    r"cents?|centimes|pence|euros?|dollars?|grams?|gramm|kilograms?|kg|lbs?|pounds|mm|cm|met(?:re|er)s?|feet|inches|fahrenheit|celsius|kelvin"
    r"|milliseconds|seconds|ms|minutes|hours|days|months|years|percent|fractions?|thousands|millions"
)
_THEN_SIDE = rf"\s(?:\w+\s){{0,2}}?{_IN}\s{_ART}(?:\w+\s)?"
_TWO_UNITS = re.compile(
    rf"\b(?P<one>{_UNIT}){_THEN_SIDE}{_SIDE.format('')}\b.{{0,40}}?"
    rf"\b(?P<other_unit>{_UNIT}){_THEN_SIDE}{_SIDE.format('2')}\b",
    re.IGNORECASE,
)
_CODED = re.compile(
    rf"\b(?:en)?coded (?:as )?(?P<one>\S{{1,20}})\s{_IN}\s{_ART}{_SIDE.format('')}\b.{{0,20}}?\b(?:as "
    rf")?(?P<two>\S{{1,20}})\s{_IN}\s{_ART}{_SIDE.format('2')}\b",
    re.IGNORECASE,
)
_RATES = re.compile(
    rf"\b(?:unknown|unseen|oov|out of vocabulary|invalid|out of range"
    rf"|violation)s?\b[^\n:]{{0,30}}[:=]?\s{_SIDE.format('')}\s?[:=]?\s?(?P<a>\d{{1,3}}(?:[.,]\d+)?)\s?%[,;| "
    rf"]{{1,3}}{_SIDE.format('2')}\s?[:=]?\s?(?P<b>\d{{1,3}}(?:[.,]\d+)?)\s?%",
    re.IGNORECASE,
)
_TYPES = (
    r"(?:int|float|str|string|object|text|date\w*|bool\w*|number|numeric|varchar|categor\w*|utf8|double|integer)\d{0,2}"
)
_TYPED = re.compile(
    rf"[`'\"]?(?P<name>[A-Za-z_]\w{{0,40}})[`'\"]?\s?[:,-]\s?expected {_TYPES}\b.{{0,12}}\b(?:got|found|is|was"
    rf"|received) (?:an? )?{_TYPES}\b",
    re.IGNORECASE,
)
_NEW_VALUES = re.compile(
    r"\b(?:values?|categories|levels) (?:in|of|for) (?:column |feature )?[`'\"]?(?P<name>[A-Za-z_]\w{0,40})[`'\"]? "
    r"(?:are |were )?(?:not seen|unseen|unknown|absent) (?:in|to|from) (?:the )?train\w*"
    r".{0,80}?(?P<share>\d{1,3}(?:\.\d+)?)\s?%"
    r"|\b(?:unexpected|unseen|unknown|new) (?:values?|categories|levels) (?:in|of|for) (?:column |feature "
    r")?[`'\"]?(?P<other>[A-Za-z_]\w{0,40})[`'\"]?\b.{0,40}?\b(?P<n>\d[\d,]{0,12}) (?:of|/) (?P<of>\d[\d,]{0,12}) "
    r"rows",
    re.IGNORECASE,
)


def schema_in_line(line: str) -> Iterator[Said]:
    """Units, codes, types and values of two tables that do not agree."""
    line = line[:1_000]
    lower = line.lower()
    if not any(word in lower for word in _SCHEMA_WORDS) or _NOT_NOW.search(line) is not None:
        return
    units = _TWO_UNITS.search(line)
    if units is not None and units["one"].lower() != units["other_unit"].lower() and _both_sides(units):
        yield Said("broken", _name_in(line) or "a column", None, 1.0, units[0][:80])
    coded = _CODED.search(line)
    if coded is not None and coded["one"].strip(",.") != coded["two"].strip(",.") and _both_sides(coded):
        yield Said("broken", _name_in(line) or "a column", None, 1.0, coded[0][:80])
    rates = _RATES.search(line)
    if rates is not None and rates["train"] and rates["other2"]:
        yield Said("broken", "table", None, max(0.0, (amount(rates["b"]) - amount(rates["a"])) / 100.0), rates[0][:80])
    typed = _TYPED.search(line) if "expected" in line else None
    if typed is not None:
        yield Said("broken", typed["name"], None, 1.0, typed[0][:80])
    values = _NEW_VALUES.search(line)
    if values is not None:
        counted = [amount(each.replace(",", "")) for each in (values["n"], values["of"]) if each]
        share = amount(values["share"]) / 100.0 if values["share"] else counted[0] / max(counted[1], 1.0)
        yield Said("broken", values["name"] or values["other"], None, min(share, 1.0), values[0][:80])


_SCHEMA_WORDS = (
    *(
        "fahrenheit",
        "celsius",
        "cent",
        "pence",
        "euro",
        "dollar",
        "gram",
        "pounds",
        " kg ",
        " mm ",
        "metre",
        "meter",
        "feet",
    ),
    *(
        "inches",
        "millisec",
        "percent",
        "coded",
        "expected",
        "unseen",
        "unknown",
        "oov",
        "not seen",
        "vocabulary",
        "invalid",
    ),
    *("thousands", "kelvin", "violation", "out of range"),
)


def _both_sides(found: re.Match[str]) -> bool:
    return bool(found["train"]) == bool(found["other2"]) and bool(found["train2"]) == bool(found["other"])


_INSTEAD_OF = ("instead of", "rather than", "statt", "au lieu", "en lugar", "en vez", "em vez")


def units_in_line(line: str) -> Iterator[Said]:
    """ "the feed sends cents instead of euros"."""
    yield from schema_in_line(line)
    lower = line.lower()
    if not any(word in lower for word in _INSTEAD_OF):
        return
    found = _INSTEAD.search(line[:1_500])
    if found is not None and _NOT_NOW.search(line) is None:
        yield Said("broken", _name_in(line) or "table", None, 1.0, found[0][:80])


_LISTED = re.compile(
    r"\b(?:jensen[_ -]?shannon|js|psi|hellinger|wasserstein|kolmogorov[_ -]?smirnov|ks"
    r"|kl)\b[^\n]{0,40}?threshold\s?[=:]?\s?(\d*\.?\d+)\)?\s?:\s?(.{5,600})$",
    re.IGNORECASE,
)
_PAIR = re.compile(r"([A-Za-z_]\w{0,60})\s?[=: ]\s?(\d+\.\d+)\b")
_EXCEEDS = re.compile(
    r"\b(?:drift|distance|divergence|psi|skew)\b[^\n]{0,60}?(\d*\.\d+)\s(?:exceeds|is above|>|over)\s(?:the "
    r")?(?:threshold|limit)",
    re.IGNORECASE,
)
_SCORED = re.compile(
    r"\b(?:drift|distance|divergence|psi|skew)(?: score| index)?\b[^\n\d]{0,40}?(?:for|of|in)?\s?(?:feature"
    r"|column)?\s?[`'\"]?(?P<name>[A-Za-z_]\w{1,40})[`'\"]?\s?[:=]\s?"
    r"(?P<value>\d*\.\d+)\s?[(,;]?\s?(?:threshold|limit|thr|max)\s?[=:]?\s?(?P<limit>\d*\.?\d+)",
    re.IGNORECASE,
)
_PSI_LIST = re.compile(
    r"\bpsi\b\s?[:=]?\s?(?P<pairs>(?:[A-Za-z_]\w{1,40}\s?[=: ]\s?\d*\.\d+[,; ]{0,2}){1,40})", re.IGNORECASE
)
_KS = re.compile(
    r"\b([A-Za-z_]\w{1,40})\s?[:=]?\s(?:D|ks|stat(?:istic)?)\s?=\s?(0?\.\d+),?\s?p\s?[<=]\s?(\d*\.?\d+(?:e-\d+)?)",
    re.IGNORECASE,
)
_DRIFTED = re.compile(r"\bshare of drifted (?:columns|features)\s?[:=]\s?(\d*\.?\d+)(\s?%)?", re.IGNORECASE)
_ALERTS = re.compile(
    r"\bdrift (?:alerts?|detected)\s?[:=]?\s?(?:in )?(\d{1,6}) (?:of|out of|/) (\d{1,6})\b", re.IGNORECASE
)
_MMD = re.compile(r"\bmmd\d?\s?[=:]\s?(\d*\.\d+)", re.IGNORECASE)
_P = re.compile(r"\bp(?:[_ -]?val(?:ue)?)?\s?[=:<]\s?(\d*\.?\d+(?:e-\d+)?)", re.IGNORECASE)
_OUTSIDE = re.compile(r"\bfrac_outside\w*\s?[=:]\s?(\d*\.\d+)|\bcentroid_cos\w*\s?[=:]\s?(\d*\.\d+)", re.IGNORECASE)


def _distances(line: str) -> Iterator[Said]:
    lower = line.lower()
    if "threshold" in lower and (found := _LISTED.search(line)) is not None:
        limit = float(found[1])
        yield from (
            Said("drifted", name, "serving", float(float(value) > limit), "distance")
            for name, value in _PAIR.findall(found[2])
        )
    if ("exceed" in lower or "above" in lower) and _EXCEEDS.search(line) is not None:
        yield Said("drifted", _name_in(line) or "a column", None, 1.0, line.strip()[:100])
    if "threshold" in lower or "limit" in lower:
        for each in _SCORED.finditer(line):
            yield Said("drifted", each["name"], None, float(float(each["value"]) > float(each["limit"])), "distance")
    if "psi" in lower and (found := _PSI_LIST.search(line)) is not None:
        yield from (Said("psi", name, None, float(value)) for name, value in _PAIR.findall(found["pairs"]))
    if "p<" in lower or "p =" in lower or "p=" in lower or "p <" in lower:
        for name, stat, p in _KS.findall(line):
            yield Said("drifted", name, None, float(float(stat) > _FAR and float(p) <= _RARE), "distance")
    if "drifted" in lower and (found := _DRIFTED.search(line)) is not None:
        share = float(found[1]) / (100.0 if found[2] else 1.0)
        yield Said("drifted", "several columns together", None, float(share > _MOST_CHUNKS), line.strip()[:100])
    if "drift" in lower and (found := _ALERTS.search(line)) is not None and int(found[2]):
        yield Said(
            "drifted",
            "several columns together",
            "serving",
            float(int(found[1]) / int(found[2]) > _MOST_CHUNKS),
            line.strip()[:100],
        )
    if "mmd" in lower and "ref" in lower and (found := _MMD.search(line)) is not None:
        beside = [float(a) if a else 1.0 - float(b) for a, b in _OUTSIDE.findall(line)]
        if beside:
            yield Said("drifted", "embeddings", None, float(max(beside) > _FAR), line.strip()[:100])


_RARE = 0.01
_MOST_CHUNKS = 0.3
_FAR = 0.1
"""Of the rows outside where one in a hundred was, or of the cosine between two centres: more is no chance."""
_OF_TABLES = re.compile(
    r"\bis_(?:test|train|val|valid|prod|live|serving)\b|adversarial[ _-]?validation|\badv[_ -]?val\b|domain "
    r"classifier|train[ -]?(?:vs|versus)[ -]?(?:test|val\w*|prod\w*|live)|two[- ]sample classifier|\bc2st\b",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"\b(?:mean |avg |roc[_ -]?)?auc(?:roc)?\s?(?:[=:]|of|is|was)?\s?(0?\.\d{2,6}|1\.0+)\b", re.IGNORECASE
)


def _told_apart(lines: Sequence[str]) -> Iterator[Said]:
    """The area of a model whose target is the table that a row came from."""
    if not any("auc" in line.lower() for line in lines[:5_000]):
        return
    named = [at for at, line in enumerate(lines[:5_000]) if _OF_TABLES.search(line[:500]) is not None]
    if not named:
        return
    for at, line in enumerate(lines[:5_000]):
        found = _AREA.search(line[:500]) if "auc" in line.lower() else None
        if (
            found is not None
            and any(abs(at - other) <= _NEAR for other in named)
            and ("mean" in line.lower() or at in named)
        ):
            yield Said("told-apart", "", None, float(found[1]))


_NEAR = 8
