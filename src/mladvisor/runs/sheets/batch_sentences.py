"""What people write in mails, tickets and notes of batches: of one kind each, far off all others, or corrupt.

"De 120 lotes, 113 traen ventas de una sola tienda"     "rows 480 to 495 hold base64 from a broken export"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.words import numbers

_LEAST = 20.0
_SHORTEST, _MOST_LINE, _MOST_LINES = 12, 600, 3_000
_PURE = re.compile(
    r"(?i)(\d[\d ,.]{0,14})\s(?:of|out of|von|de|sur|/)\s?(?:the |den |les |los )?(\d[\d ,.]{0,14})\s(?:batch\w*|lots?"
    r"|lotes?|stapel\w*)"
    r"|(?:de|of|von|sur|out of)\s(?:the |los |les |den )?(\d[\d ,.]{0,14})\s(?:batch\w*|lots?|lotes?"
    r"|stapel\w*),?\s(\d[\d ,.]{0,14})"
)
_SINGLE = re.compile(
    r"(?i)\b(?:(?:a|one|of a|the same) single|only one|just one|one and the same|a single|una sola|un solo"
    r"|un[ae]? seule?|einer? einzig\w*"
    r"|nur ein\w*|um s[oó]|uma s[oó]|one \w+ (?:only|each|alone)|of one (?:class|label|store|site|day|speaker"
    r"|kind|source))\b"
)
_READ = re.compile(
    r"(?i)\b(?:rows|files|examples|samples|records|data|batches|images|utterances|it|order|reader|loader"
    r"|cargador|lader|chargeur)\b[^.;]{0,40}"
    r"\b(?:(?:in|file order|order of the file)\b[^.;]{0,12}\bfile order|read (?:in|by) (?:the )?(?:file|sorted"
    r"|label|class) order|as (?:it|they) (?:is|are|stands?|comes?)"
    r"|never (?:shuffled|permuted|reshuffled)|not (?:shuffled|permuted|reshuffled)|tal cual|wie sie (?:ist"
    r"|liegt|kommt)|tel quel)"
)
_ORDERED = re.compile(
    r"(?i)\b(?:sorted|ordered|ordenad[oa]s?|sortiert|tri[eé]e?s?|blocks?|folder by folder|ascending|grouped)\b"
    r"|排序|ソート"
)
_MIXED = re.compile(
    r"(?i)\b(?:random\w*|reshuffled (?:each|every)|shuffled (?:each|every|before)|mezcla\w*|gemischt"
    r"|m[eé]lang\w*|permuted each|fixed|now|was|used to"
    r"|should|if|would)\b|shuffle\s?=\s?true|打乱"
)


_EACH = re.compile(
    r"(?i)\b(?:each|every|most|nearly all|almost all|all|jeder|jede|fast alle|chaque|cada|casi todos|quase "
    r"todos)\s(?:\w+ )?(?:batch\w*|stapel"
    r"|lots?|lotes?)\b[^.;]{0,40}?\b(?:only one|a single|just one|one and the same|one class only|nur ein\w*"
    r"|ein\w* einzig\w*"
    r"|ne contien\w* qu.{0,3}un\w*|un seul|une seule|un solo|una sola|uma s[oó]|um [uú]nico|of one (?:class|label"
    r"|kind|store|site|day))\b"
    r"|(?:每个|各)批次?[^。；]{0,10}(?:只有|仅|单一)[^。；]{0,8}(?:一|单)|(?:各|每)バッチ[^。]{0,12}(?:1|一)(?:クラス|種類)"
)
_WANTED = re.compile(
    r"(?i)\b(?:should|must|not|no longer|if|would|fixed|contrastive|metric learning|triplet|by design|on purpose"
    r"|bucket\w*|length|gpu|device|epoch only"
    r"|ohne|kein\w*|aucun|ning[uú]n|nenhum)\b"
)
_AUTOCORRELATED = re.compile(
    r"(?i)\bauto-?correlation\b[^=:]{0,30}\b(?:labels?|class(?:es)?|targets?|y)\b[^=:]{0,40}[=:]\s?(0\.\d+|1\.0+)"
)
_ENTROPY = re.compile(
    r"(?i)\bentropy\b[^=:]{0,30}\bbatch\w*[^=:]{0,20}[=:]\s?(\d\.\d+).{0,40}?(?:whole|set|overall|all|data|uniform|max\w*|total)[^=:]{0,20}[=:]\s?(\d\.\d+)"
)


def read_in_order(lines: Sequence[str]) -> Iterator[Said]:
    """Sentences that say most batches hold one kind, or that rows are fed in the order of a sorted file."""
    for line in lines:
        if len(line) < _SHORTEST or len(line) > _MOST_LINE:
            continue
        low = line.lower()
        if _PURE.search(line) and _SINGLE.search(line):
            found = _PURE.search(line)
            groups = [each for each in (found.groups() if found else ()) if each]
            pair = sorted(value for each in groups for _, _, value, _ in numbers(each))
            if len(pair) == 2 and pair[1] >= _LEAST:
                yield Said("batch-of-one-kind", "", None, pair[0] / pair[1], line.strip()[:80])
                continue
        if _EACH.search(line) and not _WANTED.search(line):
            yield Said("batch-of-one-kind", "", None, 1.0, line.strip()[:80])
            continue
        told = _AUTOCORRELATED.search(line[:200])
        if told is not None:
            yield Said("batch-of-one-kind", "", None, float(told[1]), line.strip()[:80])
            continue
        told = _ENTROPY.search(line[:200])
        if told is not None and float(told[2]) > 0:
            share = max(0.0, 1.0 - float(told[1]) / float(told[2]))
            yield Said("batch-of-one-kind", "", None, share, line.strip()[:80])
            continue
        as_they_lie = _ORDERED.search(line) and ("file order" in low or _READ.search(line))
        if as_they_lie and not _MIXED.search(line):
            yield Said("batch-of-one-kind", "", None, 1.0, line.strip()[:80])


_BATCH = re.compile(r"(?i)(?:\b(?:batch(?:es)?|lots?|lotes?|stapel|shards?)\b|批次|バッチ)")
_USUAL = re.compile(
    r"(?i)\b(?:median\w*|médiane|mediana|usual\w*|normal\w*|others?|rest|resto|reste|elsewhere|neighbou?rs?|autres|otros|outros|sonst"
    r"|übrige\w*|andere\w*|typical\w*|else|from [\d.]+ to|von [\d,]+ auf|de [\d,]+ à)\b|其余|其他|他の"
)


_NUMBERED = re.compile(rf"{_BATCH.pattern}\s{{0,2}}(?:no\.?\s)?\d+(?:\s?(?:to|-|–|bis|à|a|and|und)\s?\d+)?")
_LISTED = re.compile(r"(?i)\([^()]{0,40}(?:batch|lot|stapel)[^()]{0,12}\d\s?,[^()]{0,40}\)")
_OTHER_NUMBERS = re.compile(
    r"(?i)\b(?:epoch|lr|learning rate|warm|batch[ _]size|removed|taken out|no batch|speed|samples/s|sec)\b"
)
_OF_EPOCH = re.compile(r"(?i)\b(?:each|every|half an|per|of) epoch\b")
_MEASURED = re.compile(
    r"(?i)\b(?:loss|norm\w*|gradient\w*|values?|valeurs?|werte|valores|verlust|perte|perdida|amplitude|mean|max\w*)\b|值|値|損失|损失"
)


def far_in_line(line: str) -> Iterator[Said]:
    """ "gradient norm: median 0.9, maximum 4 310 (always at batch 27)": what one batch has, beside what is usual."""
    if len(line) > _MOST_LINE or not _BATCH.search(line) or not _USUAL.search(line):
        return
    if _OTHER_NUMBERS.search(line) and not _OF_EPOCH.search(line):
        return
    line = _LISTED.sub("", line)
    about = _NUMBERED.sub(" ", line)
    values = [abs(value) for _, _, value, percent in numbers(about) if not percent and value]
    if (
        _MEASURED.search(about) is None
        or _NUMBERED.search(line) is None
        or len(values) < 2
        or len(values) > _MOST_VALUES
    ):
        return
    odd = max(values)
    near = [value for value in values if value < odd / _TIMES]
    if near:
        yield Said("batch-far", "", None, odd / max(near), line.strip()[:80])


_TIMES = 20.0
_MOST_VALUES = 6


_CORRUPT = re.compile(
    r"(?i)\b(?:broken|corrupt\w*|garbage|junk|garbled|defekt\w*|corrompu\w*|corrupt[oa]s?|all[- ]black|nothing "
    r"but|stuck|saturat\w*"
    r"|sensor (?:fault|failure|error)|test rig|base64|binary|gibberish|uninitiali[sz]ed|failure cases|wrong "
    r"unit\w*|in cents"
    r"|void|-?9999\d*|1e\+?\d{1,2}|32767|65535|outliers?|ausrei[sß]+er|ausgefallen|valeurs aberrantes"
    r"|at[ií]picos|only zeros)\b|损坏|异常|壊れ|異常"
)
_PLACED = re.compile(
    r"(?i)(?:\b(?:batch(?:es)?|rows?|lines?|shards?|files?|parts?|lots?|lotes?|filas|lignes|zeilen|stapel"
    r"|index|indices|steps?)\s"
    r"(?:no\.?\s|numbers?\s|from\s|index\s)?#?\d[\d ,]*(?:\s?(?:to|-|–|\.\.|through|bis|à|a|and|und|et"
    r"|y)\s?#?\d[\d ,]*)?)"
    r"|\bcontiguous\b|批次\s?\d|バッチ\s?\d"
)
_GONE = re.compile(
    r"(?i)\b(?:removed|taken out|dropped|deleted|excluded|skip(?:s|ped)|filtered|cleaned|fixed(?! order)|repaired"
    r"|replaced|new (?:file|export|version)|now|verif\w+|really|real|(?:not|never) (?:read|used?|needed)|unused|genuine"
    r"|legitimate|headers?|two lines"
    r"|clipped|winsori\w*|capped|masked|ignored|shown|printed|no batch"
    r"|none|not? (?:a single|corrupt|broken)"
    r"|entfernt|supprim\w*|quitad\w*|eliminad\w*|removid\w*|0 (?:corrupt|broken|failure|outliers?)|would|if"
    r"|could|might|checked)\b|已删除|除去"
)


_OF_TRAINING = re.compile(r"(?i)\b(?:grad\w*|clip|learning rate|lr|loss scale)\b")


def _is_corrupt(line: str) -> bool:
    """A word says so, or a number that no data has: beside a gradient or the scale of the loss it is one of these."""
    found = {one[0][-1].isdigit() for one in _CORRUPT.finditer(line)}
    return False in found or (bool(found) and not _OF_TRAINING.search(line))


def corrupt_in(lines: Sequence[str]) -> Iterator[Said]:
    """Sentences that say which rows, batches or files in a row are corrupt, and that they are still there."""
    for number, line in enumerate(lines[:_MOST_LINES]):
        if not _SHORTEST <= len(line) <= _MOST_LINE or not any(each.isdigit() for each in line):
            continue
        if not any(each in line.lower() for each in _PLACES) or _GONE.search(line):
            continue
        if _PLACED.search(line) and _is_corrupt(line) and not _AT_ONCE.search(line):
            yield Said("batch-corrupt", "", None, 1.0, line.strip()[:100])
        elif number > 1000:
            return


_PLACES = (
    "batch",
    "row",
    "line",
    "shard",
    "file",
    "part",
    "lot",
    "fila",
    "lign",
    "zeile",
    "stapel",
    "index",
    "step",
    "contig",
    "批",
    "バ",
)
_AT_ONCE = re.compile(r"(?i)\b(?:loss|lr|epoch)\s?[=:]\s?\d|traceback|error at line|line \d+, in |\.py\b|http")
_MOST_LINES = 3_000
_FEEDS = re.compile(r"""(?i)['"]?\bshuffle['"]?\s{0,2}[,=:]\s{0,2}(?:['"]never['"]|false\b|F\b|0\b|off\b|none\b)""")
_GROUPED = re.compile(
    r"(?i)\b(?:listed|stored|written|ordered|sorted|grouped|arranged|come|comes|lie) (?:\w+ )?(?:by|after"
    r"|folder|class|label|day|site|file)\b(?!\s(?:the )?(?:epoch|step|iteration|date|time|score|loss|name|rank))"
    r"|\b(?:folder|class|label|file|day|site|store) (?:by|after) (?:folder|class|label|file|day|site|store)\b"
    r"|\bsort_values\(|\border by\b|\barrange\("
)


def fed_as_sorted(text: str) -> Iterator[Said]:
    """A script of another language that switches shuffling off beside a remark that the rows lie sorted."""
    found = _FEEDS.search(text)
    if found is not None and _GROUPED.search(text):
        yield Said("batch-of-one-kind", "", None, 1.0, found[0].strip()[:80])
