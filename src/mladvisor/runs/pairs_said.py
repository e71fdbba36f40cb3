"""How many inputs stand beside a label of another row, by checks, queries and sentences.

From row 90 on each label belongs to the row before (41 of 50 pairs are wrong).        n_pairs | same_case
expect_column_pair_values_to_be_equal: x_id, y_id: 970 of 990 unexpected                    900 |        12
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mladvisor.runs.cell_tables import Rows
from mladvisor.runs.other_languages import english
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.report_names import words_of
from mladvisor.runs.word_sets import word_set

_INPUTS = word_set("x input inputs feature features feat feats image images img audio text texts picture waveform")
_LABELS = word_set("y label labels lab labs target targets annotation annotations mask masks caption captions answer")
_SAME = word_set("same match matching matched matches aligned equal identical agree agrees")
_APART = word_set("different differ differing mismatch mismatched mismatches misaligned apart unequal wrong")
_WHOLE = word_set("rows n total count pairs checked sampled joined cases")
_LABEL = re.compile(
    r"\b(?:labels?|targets?|lab|y|annotations?|masks?|captions?|zielwerte?|etiquetas?|[ée]tiquettes?|r[oó]tulos?)\b"
    r"|标签|ラベル",
    re.IGNORECASE,
)
_INPUT = re.compile(
    r"\b(?:rows?|inputs?|features?|feat|images?|pictures?|samples?|examples?|records?|zeilen?|merkmalen?|bild(?:er)?|filas?"
    r"|lignes?|linhas?|im[aá]genes|x)\b|行|样本|画像|图像",
    re.IGNORECASE,
)
_SHIFTED = re.compile(
    r"\bbelongs? to (?:the |a |an )?(?:previous|preceding|next|following|other|wrong|another"
    r"|row (?:before|after|above|below))"
    r"|\b(?:label|target|row|pair)s?\b[^.]{0,40}\b(?:misaligned|out of (?:step|sync)|off by one"
    r"|shifted (?:by|against|relative))"
    r"|\b(?:do(?:es)?|did) not belong to (?:the|their|its) (?:row|input|image|sample)|\bno longer belong"
    r"|\bgeh[oö]r(?:t|en) (?:jedes |jeder |die |das )?(?:label|zielwert\w*)?\s?(?:zur|zu der|zum) "
    r"(?:vorhergehend|n[aä]chst|falsch|ander|vorig)\w*|\blabels? (?:sind|ist) (?:um eine zeile )?verschoben"
    r"|\bappartien\w+ [àa] la ligne (?:pr[ée]c[ée]dente|suivante)|\bd[ée]cal[ée]+e?s? d.une ligne"
    r"|\bdesplazad[ao]s? una fila|\bpertenecen? a la fila (?:anterior|siguiente)"
    r"|\bpertence\w* [àa] linha (?:anterior|seguinte)|标签[^。]{0,12}错位|ラベル[^。]{0,12}ずれ",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(\d[\d,]{0,9}) (?:of|out of|von|de|sur|aus) (?:the |den )?(\d[\d,]{0,9})\s+(?:\w+\s+){0,3}?"
    r"(?:wrong|misaligned|mismatched|mispaired|differ\w*|falsch\w*|incorrect\w*|apart|err[oó]ne\w*|faux|fausses"
    r"|errad\w*)",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|no|never|none|if|would|might|unless|whether|fixed|corrected|repaired|kein\w*|nicht"
    r"|check(?:ed)? (?:that|if)|until|used to|earlier|previous(?:ly)? (?:run|version)|todo)\b",
    re.IGNORECASE,
)
_NEVERTHELESS = re.compile(r"\b(?:do(?:es)?|did) not belong|\bno longer belong", re.IGNORECASE)
_LONGEST = 400
_MOVED = re.compile(
    r"(?i)belong|align|out of s|off by one|shifted|geh[oö]r|verschoben|appartien|cal[ée]|desplaza|perten|错位|ずれ"
)
_LEAST = 10
"""Pairs that were looked at: of fewer a share says little."""


def apart_in_line(whole: str) -> float | None:
    """The share of labels that a sentence puts beside the wrong input: counted, else all of them; None of others."""
    line = whole[:_LONGEST]
    if _MOVED.search(line) is None or _LABEL.search(line) is None or _INPUT.search(line) is None:
        return None
    counted = _COUNTED.search(line)
    shifted = _SHIFTED.search(line)
    if shifted is None or (_NOT_SO.search(_NEVERTHELESS.sub("", line)) is not None):
        return None
    if counted is None:
        return 1.0
    wrong, of = (float(each.replace(",", "")) for each in counted.groups())
    return wrong / of if wrong <= of and of >= _LEAST else 1.0


def may_count_pairs(text: str) -> bool:
    """The text speaks of labels and of inputs, and of what is the same or apart."""
    return _COMPARES.search(text) is not None and _LABEL.search(text) is not None and _INPUT.search(text) is not None


_COMPARES = re.compile(r"(?i)same|match|align|equal|identical|agree|differ|mispair|apart")


def apart_in_rows(rows: Rows, around: str) -> Iterator[float]:
    """The share of pairs that are not of one row, by a table that counts pairs and those that are alike, where what is
    said around it speaks of inputs and of labels.
    """
    if len(rows) > _FEW or _LABEL.search(around) is None or _INPUT.search(around) is None:
        return
    names = {name: [english(word) for word in words_of(name)] for name in rows[0]}
    whole = next((name for name, words in names.items() if words and _WHOLE.issuperset(words)), None)
    told = next((name for name, words in names.items() if len(words) > 1 and {*words} & (_SAME | _APART)), None)
    if whole is None or told is None:
        return
    for row in rows:
        of, alike = number(row[whole]), number(row[told])
        if of is not None and alike is not None and of >= _LEAST and 0 <= alike <= of:
            yield alike / of if {*names[told]} & _APART else 1.0 - alike / of


_FEW = 5


def apart_in_check(cells: Mapping[str, Any]) -> float | None:
    """The share of rows in which a check found the keys of inputs and labels unlike, by a check of two columns."""
    by_leaf = {key.rpartition(".")[2].lower(): each for key, each in cells.items()}
    first, second = (by_leaf.get(f"column_{side}") for side in ("a", "b"))
    of, wrong = by_leaf.get("element_count"), by_leaf.get("unexpected_count")
    if not isinstance(first, str) or not isinstance(second, str):
        return None
    sides = [set(words_of(each)) for each in (first, second)]
    ours = any(a & _INPUTS and b & _LABELS for a, b in (sides, sides[::-1]))
    alike = (sides[0] - _INPUTS - _LABELS) & (sides[1] - _INPUTS - _LABELS)
    if not ours or not alike or not isinstance(of, int | float) or not isinstance(wrong, int | float) or of < _LEAST:
        return None
    return float(wrong) / float(of) if 0 <= wrong <= of else None


def tells_pairs(lines: Sequence[str]) -> bool:
    """A sentence that puts labels beside wrong inputs."""
    return any(apart_in_line(line) is not None for line in lines)
