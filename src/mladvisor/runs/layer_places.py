"""What texts call layers, and which of two lies nearer to the input: "layer 1", "conv2d_3", "the head", "第9层"."""

from __future__ import annotations

import re

_KIND = (
    r"(?:layers?|schicht(?:en)?|couches?|capas?|camadas?|strat[oi]|warstw[ay]|blocks?|blk|stages?|conv(?:\d?d)?|fc|dense"
    r"|linear|lin|gru|lstm|rnn|hidden|encoder|decoder|res|transformer|trunk|features?|h|cell|relu|tanh|w|block|bloque"
    r"|bloc|embed(?:ding)?s?|stem|head|classifier|logits|tower|module)"
)
_FRONT = (
    r"(?:first|input|bottom|earliest|early|lowest|erste[nrms]?|vorderste[nrms]?|premi[eè]res?"
    r"|primer[ao]?s?|primeir[ao]s?|prim[ao])"
)
_BACK = r"(?:last|output|top|final|uppermost|letzte[nrms]?|derni[eè]res?|[uú]ltim[ao]s?|ostatni[aej]?)"
_OF_LAYERS = r"(?:layers?|schicht(?:en)?|couches?|capas?|camadas?|strat[oi]|warstw[ay]|blocks?|stage|conv|linear|dense)"
_RANGE = r"(?:\s?(?:-|–|\.\.|to|bis|à|a)\s?(?:[a-z_]\w{0,20}\.)?\d{1,3})?"
_NAMED = re.compile(
    r"(?i)(?<![\w.])(?:"
    r"(?P<parameter>(?:[a-z_]\w{0,30}[./]){1,6}(?:weight|kernel|bias|weight_[a-z]{2}_l\d)(?:_\w{1,20})?(?::0)?)"
    rf"|(?P<end>{_FRONT}|{_BACK})\s{{1,2}}(?:hidden\s)?{_OF_LAYERS}(?![\w.])"
    rf"|(?P<turned>(?:capa|camada|couche|strato)\s(?:de\s|d')?(?:{_FRONT}|{_BACK}|entrada|salida|sa[ií]da|entr[ée]e"
    r"|sortie))(?!\w)"
    rf"|(?P<numbered>(?:[a-z_]\w{{0,30}}\.){{0,4}}{_KIND}(?:[ ._#-]|\s?n[o°]\s?)?\d{{1,3}}(?!\d|\s?%|,\d"
    rf"|\.\d+(?![\w.]*[a-z]))"
    rf"(?!d[_/ ]){_RANGE}(?:[._]\w{{1,20}}){{0,4}})"
    r"|(?P<side>(?:in|input|out|output)_?(?:proj(?:ection)?|layer|conv|linear|block|embed)\w{0,10})(?![\w.])"
    r"|(?P<alone>embeddings?|stem|(?:the )?(?:classifier |output )?head|classifier|logits|(?:input|output) "
    r"(?:side|layer))"
    r"(?![\w.])"
    r")"
    r"|(?P<cjk>第\s?[0-9一二三四五六七八九十]{1,3}\s?[层層]|最后一[层層]|最[初後]の?[层層]"
    r"|(?:隠れ|中間|隐藏|入力|出力|输入|输出)[层層]\s?\d{0,3})"
)
_CHINESE = {word: at for at, word in enumerate("一二三四五六七八九", 1)}
_IS_FRONT = re.compile(
    rf"(?i)(?<![a-z]){_FRONT}(?![a-z])|embed|(?<![a-z])(?:stem|in)(?![a-z])|entrada|entr[ée]e|eingang|入力|输入|最初"
)
_IS_BACK = re.compile(
    rf"(?i)(?<![a-z]){_BACK}(?![a-z])|(?<![a-z])(?:head|out|classifier|logits|softmax)(?![a-z])|salida|sa[ií]da|sortie|ausgang|出力|输出|最后|最後"
)
_NUMBERS = re.compile(r"\d{1,4}")

Place = tuple[int, tuple[int, ...]]


def names_in(line: str) -> list[tuple[int, int, str]]:
    """(begin, end, name) of what a line calls layers by.

    >>> [name for _, _, name in names_in("0.4 at the head and 3e-10 at layer 1")]
    ['the head', 'layer 1']
    """
    return [(one.start(), one.end(), one[0]) for one in _NAMED.finditer(line)]


def is_layer(name: str) -> bool:
    """The text is the name of a layer, and little else."""
    name = name.strip()
    found = _NAMED.search(name)
    return found is not None and len(found[0]) * 2 > len(name)


def place_of(name: str) -> Place:
    """Sorts names from the input to the output: "embedding", "layer 1", "layer 12", "head"; numbers between the two."""
    if _IS_BACK.search(name):
        return 2, ()
    if _IS_FRONT.search(name):
        return 0, ()
    told = tuple(int(each) for each in _NUMBERS.findall(re.sub(r"(?i)conv[123]d|:0$|_[hi]h_l\d", "", name))[:3])
    return 1, told or tuple(_CHINESE[letter] for letter in name if letter in _CHINESE)[:1]


def in_order(names: list[str]) -> list[int] | None:
    """The places in the list from the input to the output; None where the names do not tell."""
    places = [place_of(name) for name in names]
    if len(set(places)) < len(places):
        return list(range(len(names))) if len(set(names)) == len(names) and len(names) > 2 else None
    kinds = {re.sub(r"\d+.*", "", name) for name, (rank, _) in zip(names, places, strict=True) if rank == 1}
    if len(kinds) > 1:  # "conv1", "conv2", "fc1": as they stand, with the ends where they are called so
        return sorted(range(len(names)), key=lambda at: (places[at][0], at))
    return sorted(range(len(names)), key=lambda at: places[at])
