"""A rare class that is hardly found, as notes, logs and reports tell it: a high accuracy beside a recall near"
" zero, counts of
positives and hits, or a row for each class with its share and its recall.

"Genauigkeit im Test: 98,7 %. Erkannter Ausschuss: 0 von 53 Teilen."
{"positives": 311, "events": 1204411, "true_alerts": 3}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.data_records import Record, cell_of, in_english
from mladvisor.runs.data_verdicts import Said, number
from mladvisor.runs.markdown import bar_tables
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_counts import is_count
from mladvisor.runs.word_sets import word_set

_SHARE = r"(\d{1,3}(?:[.,]\d{1,6})?)\s?(%)?"
_BEFORE = r"[^\d\n.;]{0,40}?[\s:=(]"
_ACCURACY = re.compile(
    rf"(?i)(?:\baccuracy\b|\bacc\b|genauigkeit|trefferrate|exactitud|acur[áa]cia|précision globale|exactitude"
    rf"|准确率|正确率|正解率|정확도){_BEFORE}"
    rf"{_SHARE}(?![\d/])"
)
_RECALL = re.compile(
    rf"(?i)(?:\brecall\b|sensitivity|detection rate|hit rate of the|\bf1\b(?:\([^()]{{0,20}}\))?|erkennungsrate"
    rf"|sensitivit(?:ä|ae)t|sensibilidad"
    rf"|sensibilidade|rappel|召回率|再現率|재현율|\bAP50\b|average precision){_BEFORE}{_SHARE}(?![\d/])"
)
_FOUND_OF = re.compile(
    r"(?i)(?:detect|found|caught|flagged|erkannt|gefunden|encontr|detectad|détect|trouv|发现|检出|検出)[^\d\n.;]{0,40}?"
    r"(\d{1,7})\s?(?:/|of|von|de|out of|sur|su)\s?(?:the |den |los |las )?(\d{1,7})\b"
)
_OF_FOUND = re.compile(
    r"(?i)\b(\d{1,7})\s?(?:/|of|von|de|out of|sur|su)\s?(?:the |den |los |las |les )?(\d{1,7})\b[^\d\n.;]{0,40}?"
    r"(?:detected|found|caught|flagged|erkannt|gefunden|encontrad|detectad|détect|trouv)"
)
_NONE_OF = re.compile(
    r"(?i)(?:none|not one|no one|keine?[rn]?|ningun[oa]?|nenhum[a]?"
    r"|aucune?)\b[^\d\n.;]{0,40}?\b(\d{1,7})\b[^\d\n.;]{0,60}?"
    r"(?:detected|found|caught|flagged|erkannt|gefunden|detect|encontr)"
    r"|\b(\d{1,7})\b[^\d\n.;]{0,60}?(?:detect|encontr|erkennt|finds?|catches)\w{0,5}\s(?:none|ningun[oa]?"
    r"|keine[rn]?|nenhum[a]?|aucune?)\b"
)
_MARKS = ("acc", "genauigkeit", "exactitu", "acur", "准确率", "正确率", "正解率", "정확도", "trefferrate")
_OTHER = re.compile(
    r"(?i)\b(?:epoch|step|iter(?:ation)?)\s{0,2}[\[#:=]?\s{0,2}\d|previous|old model|before\b|vorher|baseline|dummy"
)
"""A line of a course, or of another model."""
_MOST_LINES, _LONGEST = 3_000, 400


def rare_in(lines: Sequence[str]) -> Iterator[Said]:
    """ "accuracy-told" and "recall-told", where a text has both; the worst recall that it names beside its"
    " accuracy."""
    kept = [line[:_LONGEST].replace("_", " ") for line in lines[:_MOST_LINES]]
    if not any(mark in line.lower() for line in kept for mark in _MARKS):
        return
    kept = [line for line in kept if not _OTHER.search(line)]
    accuracies = [
        value
        for line in kept
        if (found := _ACCURACY.search(line)) and (value := _value(found[1], found[2])) is not None
    ]
    recalls = [value for line in kept for value in _recalls(line)]
    if accuracies and recalls:
        yield Said("accuracy-told", "", None, min(accuracies))
        yield Said("recall-told", "", None, min(recalls))


def _recalls(line: str) -> Iterator[float]:
    found = _RECALL.search(line)
    if found is not None and (value := _value(found[1], found[2])) is not None:
        yield value
    for pattern in (_FOUND_OF, _OF_FOUND):
        counted = pattern.search(line)
        if counted is not None and int(counted[1]) <= int(counted[2]) >= _LEAST_ROWS:
            yield int(counted[1]) / int(counted[2])
    none = _NONE_OF.search(line)
    if none is not None and int(none[1] or none[2]) >= _LEAST_ROWS:
        yield 0.0


def _value(text: str, percent: str | None) -> float | None:
    value = float(text.replace(",", ".")) / (100.0 if percent else 1.0)
    return value if 0.0 <= value <= 1.0 else None


def said_in_tables(lines: Sequence[str]) -> Iterator[Said]:
    """The same of the tables between bars in a text, as a database prints them."""
    if not any("-+-" in line or "|--" in line or "| -" in line for line in lines[:_MOST_LINES]):
        return
    for _, head, rows in bar_tables("\n".join(lines[:_MOST_LINES])):
        names = [in_english(cell) for cell in head]
        yield from rare_said([Record(("table",), dict(zip(names, map(cell_of, row), strict=False))) for row in rows])


_LEAST_ROWS = 5
_CLASS = word_set("class classes label tag category klasse clase classe categoria")
_OF_RECALL = ("recall", "iou", "sensitivity", "f1", "f1-score", "f1_score", "f1score", "dice", "ap", "ap50", "tpr")
_OF_ROWS = word_set(
    "n count rows support samples examples tokens pixels images boxes instances train n_train train_rows share"
    " fraction pct percent frequency"
)


def rare_said(records: Sequence[Record]) -> Iterator[Said]:
    """The same of the records of a report."""
    yield from _by_class(records)
    for record in records:
        yield from _counted(record)
        yield from _beside_accuracy(record)


def _by_class(records: Sequence[Record]) -> Iterator[Said]:
    """Share and recall of the rarest class, in a table with a row for each."""
    rows: list[tuple[float, float, str]] = []
    for record in records:
        name = next((str(value) for key, value in record.cells.items() if not _CLASS.isdisjoint(words_of(key))), None)
        recall = number(record.cells, _OF_RECALL)
        counts = [
            key
            for key in record.cells
            if _OF_ROWS.issuperset([*words_of(key), "pixel"][: len(words_of(key))]) or key == "pixel share"
        ]
        trained = [key for key in counts if "train" in words_of(key)]
        rows_of = number(record.cells, trained or counts)
        if name is None or recall is None or rows_of is None or rows_of < 0:
            continue
        rows.append((rows_of, recall, name))
    total = sum(count for count, _, _ in rows)
    if len(rows) < 2 or total <= 0 or len({name for _, _, name in rows}) < len(rows):
        return
    count, recall, name = min(rows)
    recall /= 100.0 if max(each for _, each, _ in rows) > 1.0 else 1.0
    yield Said("rare-share", name, None, count / total)
    yield Said("rare-recall", name, None, recall)


_POSITIVES = word_set("positives pos incidents frauds events_true cases positive defects")
_ALL = word_set("n total events rows all transactions samples population")
_HITS = word_set("hits tp detected caught found")


def _counted(record: Record) -> Iterator[Said]:
    """Counts of all rows, of the positive ones, and of those of them that were found."""
    counts = {key: float(value) for key, value in record.cells.items() if is_count(value)}
    positives = _called(counts, _POSITIVES)
    negatives = next((counts[key] for key in counts if key in ("n_neg", "negatives", "neg", "n_negative")), None)
    every = _called(counts, _ALL)
    every = positives + negatives if positives is not None and negatives is not None else every
    found = _called(counts, _HITS)
    if found is None:
        found = next((counts[key] for key in counts if {"true", "alerts"} <= set(words_of(key))), None)
    if found is None and (most := record.cells.get("quantiles.pos.max", record.cells.get("pos.max"))) is not None:
        cut = number(record.cells, ("threshold", "cut", "cutoff"))
        found = 0.0 if isinstance(most, float) and cut is not None and most < cut else None
    if positives and every and found is not None and found <= positives <= every and positives >= _LEAST_ROWS:
        yield Said("rare-share", "positives", None, positives / every)
        yield Said("rare-recall", "positives", None, found / positives)


def _called(counts: dict[str, float], words: frozenset[str]) -> float | None:
    """The one count that is called so, in at most two words: "pos", "n_pos", "incidents_confirmed"."""
    named = [
        value
        for key, value in counts.items()
        if words & set(words_of(key)) and len(words_of(key)) < 3 and "predicted" not in key
    ]
    return named[0] if named else None


def _beside_accuracy(record: Record) -> Iterator[Said]:
    """A model of a comparison whose accuracy is high and whose balanced accuracy is that of a guess."""
    words = {word for each in record.cells.values() for word in words_of(str(each)[:60])}
    accuracy = number(record.cells, ("accuracy", "acc", "val_accuracy", "test_accuracy"))
    balanced = number(record.cells, ("balanced_accuracy", "bacc", "bal_acc", "balanced_acc"))
    if accuracy is None or balanced is None or words & {"dummy", "frequent", "majority", "constant", "baseline"}:
        return
    if 0.0 <= accuracy <= 1.0 and 0.0 <= balanced <= 1.0:
        yield Said("accuracy-told", "", None, accuracy)
        yield Said("recall-told", "", None, max(0.0, min(1.0, 2.0 * balanced - accuracy)))  # of two classes
