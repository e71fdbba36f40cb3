"""Lines that say that dropout or a normalisation stands behind the last layer: a chain, a printed list, a remark.

input 8 -> Dense(64) -> ReLU -> Dense(1) -> Dropout(0.6)        L031 dropout between last layer and loss
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.readers.decoding import number

_LONGEST, _MOST_LINES = 400, 400
ARROW = re.compile(r"\s*(?:->|=>|→|➔|⟶|>>)\s*")
WEIGHTS = re.compile(
    r"(?i)\b(?:linear|dense|fc|fully[ _-]?connected|innerproduct|inner product|logits?|output layer|lazylinear|ausgabe"
    r"|couche dense|capa densa|camada densa)|全连接|全連接|全結合|输出层|出力層"
)
HARM = re.compile(
    r"(?i)^\W*(?:nn\.|layers\.)?(dropout|alphadropout|batch_?norm\w*|layer_?norm\w*|bn)\b(?!\W{0,3}0(?:\.0*)?(?![\d.]))"
)
_SAID = re.compile(
    r"\b(?:(?P<what>drop(?:out)?|batch ?norm\w*)\b[\w ()=.%]{0,30}\b"
    r"(?:behind|after|between|on|following|hinter|nach|apr[eè]s|despu[eé]s de|depois d[ao])\s"
    r"(?:the |der |dem |la |a |el )?(?:last|output|final|letzten|ausgabe|derni[eè]re|[uú]ltima)\w*"
    r"|(?P<drop>drop\w*)\s{0,2}<-\s{0,2}(?:out|output|logits)\b"
    r"|(?P<logits>drop(?:out)?)\b[\w ()=.%]{0,20}\b(?:on|behind|after|over) (?:the )?(?:logits|outputs?)\b)",
    re.IGNORECASE,
)
RATE = re.compile(
    r"\b(dropout|drop|batch_?norm|bn)_(?:rate_|p_)?(?:after|behind|post|on)_(?:the_)?(?:logits?|outputs?|head|last_layer"
    r"|final_layer|output_layer|last)(?:_rate|_p)?['\"]?(?:\s{0,2}[=:]\s{0,2}([\d.]{1,8}))?"
)
_NOT_SO = re.compile(
    r"\b(?:no|not|never|without|removed?|kein\w*|nicht|before|if|moved?|instead|fixed|none)\b", re.IGNORECASE
)
_ITEM = re.compile(r"^\s{1,12}([A-Z]\w{1,30})\((.{0,80})\),?\s*(?:#.*)?$")
_OPENS = re.compile(r"(?:^|\s=\s|\]\s)(?:Chain|Sequential)\($")


def behind_output_in(lines: Sequence[str]) -> Iterator[str]:
    """What stands behind the last layer, each time a line says so: "dropout"."""
    listed: list[str] | None = None
    for whole in lines[:_MOST_LINES]:
        line = whole.rstrip()[:_LONGEST]
        if _OPENS.search(line):
            listed = []
            continue
        if listed is not None:
            item = _ITEM.match(line)
            if item is not None:
                listed.append(f"{item[1]}({item[2]})")
                continue
            yield from _behind(listed)
            listed = None
        steps = ARROW.split(line) if "->" in line or "=>" in line or "→" in line or ">>" in line else []
        if len(steps) > _LEAST and _WHOLE.search(steps[0]) and not _OF_A_BLOCK.search(line):
            yield from _behind(steps)
        elif "rop" in line or "norm" in line:
            given = RATE.search(line.lower())
            if given is not None and (value := number(given[2] or "")) is not None and value > 0:
                yield given[1]
                continue
            said = _SAID.search(line)
            if said is not None and not _NOT_SO.search(line):
                yield "batchnorm" if (said["what"] or "").lower().startswith("batch") else "dropout"


_LEAST = 3
_WHOLE = re.compile(
    r"(?i)\b(?:inputs?|x|images?|features|pixels|model|network|net|architecture|eingabe|entr[ée]e|entrada|modell|modelo)\b"
    r"|输入|入力|模型|モデル"
)
"""A chain from the inputs on: that of a block may end in dropout."""
_OF_A_BLOCK = re.compile(
    r"(?i)\b(?:blocks?|ffn|feed[ -]?forward|attention|gelu|residual|encoder|embedding|\+ ?x|add|skip)\b"
)


def _behind(steps: Sequence[str]) -> Iterator[str]:
    """The first step behind the last one with weights that changes finished answers, where there is a layer before."""
    weighted = [at for at, step in enumerate(steps) if WEIGHTS.search(step)]
    if len(weighted) > 1:
        yield from (match[1].lower() for step in steps[weighted[-1] + 1 :] if (match := HARM.match(step)))
