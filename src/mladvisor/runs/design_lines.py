"""Lines that set a model as it was meant against what was built: logs of its making, printed checks, notes, mails.

proto requests blocks=4 width=256 ... built blocks=1 width=16          !=  lstm 128 | lstm 24
unrecognised key 'num_hidden_layers', ignored                          the spec has an LSTM of 128, the code a GRU of 32
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mladvisor.runs.design_pairs import Pair, is_architecture
from mladvisor.runs.report_names import words_of

_MOST_LINES, _LONGEST = 400, 600
_MEANT = re.compile(
    r"\b(?:design(?:ed)?|spec(?:s|ification|ified)?|blueprint|planned|intended|requests?|requested|asks? for|asked for"
    r"|(?:architecture|model) sheet|according to|paper|drawing|drawn|figure|as in fig|cfg(?:\.\w+)?|config(?:\.model)?"
    r"|requirements?|adr-?\d+|cahier des charges|sp[ée]cification|pr[ée]v(?:oit|u)|lastenheft|pflichtenheft|entwurf"
    r"|planung|laut plan|vorgesehen|dise[ñn]o|previst[oa]|especificaci[oó]n|especifica[cç][aã]o|projeto)\b"
    r"|设计|規格|設計|仕様",
    re.IGNORECASE,
)
_BUILT = re.compile(
    r"\b(?:built|builds|instantiated|constructed|in the code|the code (?:has|builds|makes)|in code|actual(?:ly)?"
    r"|implemented|delivered|falling back to|falls back to|exported|what trains|dans le code|livr[ée]|gebaut|im code"
    r"|umgesetzt|ausgeliefert|en el c[oó]digo|implementad[oa]|construid[oa]|no c[oó]digo)\b"
    r"|实际|实现|実装|実際",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"([A-Za-z_][\w-]{0,40})['\"]?\s{0,2}[=:]\s{0,2}['\"]?(\d[\d.,]*|true|false|yes|no|none)\b", re.I)
_COUNTED = re.compile(r"\b(\d{1,4}) (block|head|stage|encoder layer|conv layer|hidden layer)s?\b", re.IGNORECASE)
_IGNORED = re.compile(
    r"\b(?:unrecogni[sz]ed|unknown|unused|unexpected|invalid)\s+(?:\w+\s+)?(?:key|option|argument|parameter|setting"
    r"|field|keyword|hyperparameter|attribute)s?\b[^\w]{0,6}['\"`]?([A-Za-z_][\w.-]{0,60})",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"^\W{0,4}(?:!=|≠|<>|✗|✘|DIFF(?:ERS)?:?|MISMATCH:?|NOT EQUAL:?)"
    r"\s+(\S.{0,80}?)\s*(?:\||→|->|\bvs\.?\b)\s*(\S.{0,80})$"
)
_KEYS = re.compile(r"\b(missing|unexpected) keys?\b[^:]{0,80}:\s*(.{1,500})", re.IGNORECASE)
_MORE = re.compile(r"\+\s?(\d{1,5}) more|and (\d{1,5}) (?:more|others)", re.IGNORECASE)
_HEADS = re.compile(r"(?:^|\.)(?:fc|head|heads|classifier|lm_head|logits|num_batches_tracked|position_ids|pos_embed)\b")
_MANY = 5
"""Tensors: the last layers of a model are often made anew, and they are fewer."""


def pairs_in_lines(lines: Sequence[str]) -> Iterator[Pair]:
    """All that the lines of one text say of both."""
    meant: dict[str, str] = {}
    built: dict[str, str] = {}
    absent: dict[str, int] = {}
    lower = "\n".join(lines[:_MOST_LINES]).lower()
    both = _has(lower, _ROOTS) and _has(lower, _BUILT_ROOTS)
    if not both and not _has(lower, _OF_KEYS) and not _has(lower, _OF_CHECKS):
        return
    if both and "|" in lower:
        yield from _in_bars(lines[:_MOST_LINES])
    for whole in lines[:_MOST_LINES]:
        line = whole[:_LONGEST]
        if (parted := _PARTED.match(line)) and is_architecture(words_of(parted[1])):
            yield Pair("layer", parted[1].strip(), parted[2].strip())
            continue
        if "key" in line:
            if (found := _KEYS.search(line)) is not None:
                absent[found[1].lower()] = _named(found[2])
                continue
            ignored = _IGNORED.search(line) if "gnor" in line or "unus" in line.lower() else None
            if ignored is not None and is_architecture(words_of(ignored[1])):
                yield Pair(ignored[1], "set", "ignored")
                continue
        for side, text in _clauses(line) if both else ():
            told = meant if side == "meant" else built
            for key, said in _given(text):
                told.setdefault(key, said)
    for key, said in meant.items():
        if key in built and is_architecture(_of_key(key)):
            yield Pair(key, said, built[key])
    if min(absent.get("missing", 0), absent.get("unexpected", 0)) >= _MANY:
        yield Pair("tensors of the checkpoint", f"{absent['unexpected']} more", f"{absent['missing']} others")


def _has(lower: str, parts: tuple[str, ...]) -> bool:
    return any(map(lower.__contains__, parts))


_ROOTS = (
    *("design", "spec", "blueprint", "plan", "intended", "request", "ask", "sheet", "according to", "paper", "draw"),
    *("fig", "cfg", "config", "requirement", "adr", "cahier", "prév", "prev", "lastenheft", "pflichtenheft", "entwurf"),
    *("vorgesehen", "dise", "projeto", "设计", "規格", "設計", "仕様"),
)
_BUILT_ROOTS = (
    *("built", "builds", "instantiated", "constructed", "code", "actual", "implement", "delivered", "falling back"),
    *("falls back", "exported", "trains", "livr", "gebaut", "umgesetzt", "ausgeliefert", "digo", "constru", "实际"),
    *("实现", "実装", "実際"),
)
_OF_KEYS = ("unrecognised", "unrecognized", "unknown key", "unused", "unexpected", "missing key", "invalid", "ignor")
_OF_CHECKS = ("!=", "≠", "<>", "✗", "✘", "diff", "mismatch", "not equal")


def _of_key(key: str) -> list[str]:
    return [*words_of(key), key.replace("_", "")]


def _named(text: str) -> int:
    """How many tensors a list names, those of the last layers and of counters left out."""
    more = _MORE.search(text)
    names = [name for name in re.findall(r"[A-Za-z_][\w.]+\.[\w.]+", text) if not _HEADS.search(name)]
    if any(name.startswith("module.") for name in names):
        return 0  # a wrapper around the whole model
    return (len(names) + int(more[1] or more[2] or 0) if more else len(names)) if names else 0


def _clauses(line: str) -> Iterator[tuple[str, str]]:
    """("meant" or "built", the text behind the word that says so, up to the next such word)."""
    marks = sorted(
        [(found.start(), found.end(), "meant") for found in _MEANT.finditer(line)]
        + [(found.start(), found.end(), "built") for found in _BUILT.finditer(line)]
    )
    for at, (_, end, side) in enumerate(marks):
        until = marks[at + 1][0] if at + 1 < len(marks) else len(line)
        yield side, line[end:until]


def _given(text: str) -> Iterator[tuple[str, str]]:
    for name, said in _GIVEN.findall(text):
        yield name.lower(), said.rstrip(".,").lower()
    for count, noun in _COUNTED.findall(text):
        yield f"{noun.lower().replace(' ', '_')}s", count


_BARS = re.compile(r"\s*\|\s*")


def _in_bars(lines: Sequence[str]) -> Iterator[Pair]:
    """Rows of a query over what was designed and what was built, each with a kind of layer and its size.

    77|1|conv|64|conv|8
    """
    if not any(_MEANT.search(line) and _BUILT.search(line) for line in lines):
        return
    for line in lines:
        cells = _BARS.split(line.strip().strip("|")) if line.count("|") >= _BETWEEN else []
        kinds = [at for at, cell in enumerate(cells[:-1]) if _KINDS.fullmatch(cell) or cell.lower() in _ABSENT]
        if len(kinds) == _BOTH and _KINDS.fullmatch(cells[kinds[0]]):
            first, second = (" ".join(cells[at : at + 2]) for at in kinds)
            yield Pair("layer", first, second)


_BETWEEN, _BOTH = 3, 2
_ABSENT = ("<null>", "null", "none", "nan", "missing")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n|(?<=。)")
_KINDS = re.compile(
    r"\b(bi-?lstm|lstm|gru|rnn|transformer|mlp|resnet-?\d*|cnn|conv(?:olution)?s?(?:[123]d)?|(?:max|avg)?pool(?:ing)?|dense|linear|attention|residual|skip"
    r"|layer ?norms?|batch ?norms?|dropout|unidirec\w+|bidirec\w+|relu|tanh|gelu)\b",
    re.IGNORECASE,
)
_LOST = re.compile(
    r"\b(?:(?:is|are|was|were|got|went|has been|have been) (?:\w+ )?(?:missing|gone|lost|dropped|left out|forgotten"
    r"|absent|not built)|not built|never built|never called|none of the \w+ (?:blocks? |layers? )?ha(?:s|ve)"
    r"|manquent?|fehl(?:t|en)|falta[n]?)\b|缺少|没有实现|欠けて|抜けて",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:instead of|rather than|in place of|au lieu d\w*|statt|anstelle|en lugar de|en vez de|em vez de)\b",
    re.IGNORECASE,
)
"""Said of plans as well: it takes a word for what was built."""
_NOT_SO = re.compile(
    r"\b(?:nothing|none|no \w+|neither|not|never) (?:\w+ )?(?:is|are|was|were|got|went)? ?(?:missing|gone|lost|dropped)"
    r"|\bas (?:designed|planned|specified|in the (?:design|spec|paper))\b|\b(?:fixed|restored|put back in|now matches"
    r"|matches the|agrees with|identical|if|would|might|could|should we|todo|will be|later|next release|plan to)\b"
    r"|\bfehlt nichts|keine? \w+ fehl|aucune? \w+ ne manque|rien ne manque|no falta",
    re.IGNORECASE,
)
_NOTED = re.compile(
    r"\b(?:design|spec(?:s|ification)?|blueprint|adr-?\d+|drawing|drawn|architecture (?:sheet|document)"
    r"|cahier des charges|sp[ée]cification|pr[ée]voit|lastenheft|pflichtenheft|entwurf|laut plan|dise[ñn]o"
    r"|especificaci[oó]n|especifica[cç][aã]o|projeto)\b|设计|規格|設計|仕様",
    re.IGNORECASE,
)
_WIDTH = re.compile(r"(?<![\w.,-])\d{1,6}(?![\w.,]*\d|\s?%)")
_NEAR = 2
"""Sentences within which somebody says what the design has and what was found."""


def deviations_in(text: str) -> Iterator[str]:
    """Sentences of a note that say that a part of the design was not built, or was built otherwise."""
    if not _has(text.lower(), _ROOTS) or _NOTED.search(text) is None:
        return
    sentences = [part.strip() for part in _SENTENCE.split(text[:_MOST_TEXT]) if part and part.strip()]
    for at, sentence in enumerate(sentences):
        if _NOTED.search(sentence) is None:
            continue
        near = " ".join(sentences[at : at + _NEAR])[:_LONGEST]
        if _KINDS.search(near) is None or _NOT_SO.search(near):
            continue
        otherwise = _OTHERWISE.search(near) is not None and _BUILT.search(near) is not None
        if _LOST.search(near) or otherwise or _unlike(near):
            yield near


_MOST_TEXT = 16_000


def _unlike(text: str) -> bool:
    """Behind the word for what was built stand another kind of layer and other numbers than behind that for a plan."""
    said = {"meant": "", "built": ""}
    for side, clause in _clauses(text):
        said[side] += f" {clause}"
    meant, built = ({kind.lower() for kind in _KINDS.findall(said[side])} for side in ("meant", "built"))
    widths = set(_WIDTH.findall(said["built"])) - set(_WIDTH.findall(said["meant"]))
    return bool(built - meant) and bool(meant - built) and bool(widths)
