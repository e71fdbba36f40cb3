"""What a report says of a model as it was meant and as it was built: in a table, or under two keys.

layer,design_units,built_units        {"spec": {"hidden_layers": 4}, "instantiated": {"hidden_layers": 2}}
fc1,256,64
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isclose
from typing import Any, NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.cell_tables import Rows, plain_tables
from mladvisor.runs.design_text import type_of
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.other_languages import english
from mladvisor.runs.plain_text import text_of
from mladvisor.runs.readers.base import Candidate
from mladvisor.runs.readers.decoding import number
from mladvisor.runs.report_names import is_loss, is_metric, words_of
from mladvisor.runs.word_sets import word_set


class Pair(NamedTuple):
    """One quantity of a model.

    Attributes:
        name: what it is. meant, built: as written, "" where there is none.
    """

    name: str
    meant: str
    built: str

    @property
    def alike(self) -> bool:
        """Both say the same; numbers of parameters may differ by what biases and buffers make."""
        ours, theirs = number(self.meant), number(self.built)
        if ours is None or theirs is None:
            same = _bare(self.meant) == _bare(self.built)
            return same or (type_of(self.meant) is not None and type_of(self.meant) == type_of(self.built)
                            and not _DIGIT.search(self.meant + self.built))  # fmt: skip
        counted = not _OF_TOTALS.isdisjoint(words_of(self.name))
        return isclose(ours, theirs, rel_tol=_BIASES if counted else _EXACT)


_DIGIT = re.compile(r"\d")
_EXACT = 1e-9
_BIASES = 0.02
SURE_MEANT = word_set(
    "design designed spec specs specification specified blueprint planned plan intended prescribed desired drawing "
    "sheet"
)
MEANT = SURE_MEANT | word_set(
    "reference expected requested requests asked wanted paper documented figure required agreed proposed"
)
SURE_BUILT = word_set(
    "built instantiated exported actual actually implemented implementation constructed created found"
)
BUILT = SURE_BUILT | word_set("real loaded got observed delivered code measured checkpoint model run graph")
_OF_TOTALS = word_set("param params parameters parameter weights bytes size_mb nparams")
_PARTS = word_set(
    "layer layers unit units block blocks depth width hidden channels channel filters filter kernel stride heads head "
    "dim embedding embeddings rnn lstm gru conv conv1d conv2d conv3d convs dense linear relu gemm batchnorm layernorm "
    "norm pool maxpool attention dropout activation bidirectional skip residual neurons op ops nodes encoder decoder "
    "dmodel dff ffn mlp topology architecture submodules modules patch stages"
)
ARCHITECTURE = _PARTS | _OF_TOTALS
_NOTHING = frozenset(("", "none", "null", "<null>", "nan", "-", "–", "n/a", "missing"))
_MOST_DEPTH = 4


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def is_architecture(words: Sequence[str]) -> bool:
    """Some of the words, with a number behind them or without, are of layers, their widths or their weights."""
    return any(word.rstrip("0123456789") in ARCHITECTURE or word in ARCHITECTURE for word in words)


def speaks_of_both(text: str) -> bool:
    """Some word for what was meant stands in the text; most texts have none, and need no second look."""
    lower = text.lower()
    return any(word in lower for word in _ROOTS)


_ROOTS = (
    *("design", "spec", "referenc", "blueprint", "plan", "intended", "expect", "request", "asked", "wanted", "paper"),
    *("document", "desired", "prescribed", "sheet", "figure", "drawing", "required", "agreed", "proposed", "entwurf"),
    *("diseno", "diseño", "projet", "concep"),
)


def pairs_in(file: Candidate) -> list[Pair]:
    """What a small file says of both, looked for once."""
    return file.once(_pairs)


def _pairs(file: Candidate) -> list[Pair]:
    stem, suffix = stem_and_suffix(file.name)
    if suffix in _NO_REPORT or not (text := text_of(file)) or not speaks_of_both(text):
        return []
    found: list[Pair] = []
    for rows in plain_tables(file):
        found += _of_rows(rows, stem)
    if suffix == "json":
        try:
            found += _of_keys(file.read_json(), stem, 0)
        except ReadError:
            return found
    return list(dict.fromkeys(found))


_NO_REPORT = frozenset(("py", "html", "svg", "xml"))


class _Side(NamedTuple):
    """Whether a column or key tells what was "meant" or what was "built" ("" where it says neither), how sure the word
    is, and the words left.
    """

    side: str
    sure: bool
    left: tuple[str, ...]


def _side(name: str) -> _Side:
    words = [english(word) for word in words_of(name)]
    meant, built = ([word for word in words if word in told] for told in (MEANT, BUILT))
    if len(meant) + len(built) != 1:
        return _Side("", False, tuple(words))
    sure = (meant or built)[0] in (SURE_MEANT if meant else SURE_BUILT)
    left = tuple(word for word in words if word not in MEANT and word not in BUILT)
    return _Side("meant" if meant else "built", sure, left)


_Told = dict[str, tuple[str, bool]]
"""Side -> its column or key, and whether the word for it is sure."""


def _both(names: Sequence[str]) -> dict[tuple[str, ...], _Told]:
    """The columns or keys of a quantity that both sides tell, one of them at least by a sure word."""
    told: dict[tuple[str, ...], _Told] = {}
    for name in names:
        side, sure, left = _side(name)
        own = told.setdefault(left, {})
        if side or "built" not in own:
            own[side or "built"] = (name, sure)
    return {
        left: each
        for left, each in told.items()
        if len(each) > 1 and (each["meant"][1] or each["built"][1]) and _QUANTITIES.issuperset(map(_stem, left))
    }


def _stem(word: str) -> str:
    return word if word in _QUANTITIES else word.rstrip("0123456789")


def _of_rows(rows: Rows, stem: str) -> Iterator[Pair]:
    both = _both(list(rows[0]))
    if not both:
        return
    taken = {name for each in both.values() for name, _ in each.values()}
    names = [name for name in rows[0] if name not in taken]
    if not _RECORDS.isdisjoint(word for name in (*rows[0], stem) for word in words_of(name)):
        return
    named = [any(is_architecture(words_of(cell)) for cell in row.values() if number(cell) is None) for row in rows]
    if not any(map(is_architecture, both)) and 2 * sum(named) < len(rows):
        return
    for row in rows:
        called = " ".join(row[name] for name in names if row[name])
        if is_metric(called) or is_loss(called):
            continue
        found: list[Pair] = []
        for left, each in both.items():
            meant, built = row[each["meant"][0]], row[each["built"][0]]
            if meant.lower() not in _NOTHING:
                found.append(Pair(f"{called} {' '.join(left)}".strip(), meant, built))
        # A cell that is left empty says nothing, unless all that was built is.
        told = [pair for pair in found if pair.built.lower() not in _NOTHING]
        yield from told or found


_QUANTITIES = ARCHITECTURE | word_set(
    "count type kind size sizes n num number of shape value name out in output input total d model"
)
_RECORDS = word_set(
    "rows row records schema column columns samples examples label labels split splits null nulls image images "
    "height pixel pixels frame frames"
)


def _of_keys(value: Any, said: str, depth: int) -> Iterator[Pair]:
    if isinstance(value, list):
        for each in value[:_MOST_LISTED]:
            yield from _of_keys(each, said, depth + 1)
    if not isinstance(value, dict) or depth > _MOST_DEPTH:
        return
    plain = [str(key) for key, each in value.items() if not isinstance(each, dict) and not _has_parts(each)]
    for left, told in _both(plain).items():
        if is_architecture(left):
            yield _pair(" ".join(left), value[told["meant"][0]], value[told["built"][0]])
    parts = [str(key) for key, each in value.items() if isinstance(each, dict)]
    for left, told in _both(parts).items():
        if not left:
            yield from _of_sections(value[told["meant"][0]], value[told["built"][0]])
    for key, each in value.items():
        if isinstance(each, dict | list):
            yield from _of_keys(each, str(key), depth + 1)


def _has_parts(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict | list) for each in value)


_MOST_LISTED = 200


def _of_sections(meant: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[Pair]:
    for key in meant:
        words = words_of(str(key))
        if key not in built or not is_architecture(words) or not _QUANTITIES.issuperset(map(_stem, words)):
            continue
        if not isinstance(meant[key], dict) and not isinstance(built[key], dict):
            yield _pair(str(key), meant[key], built[key])
        elif isinstance(meant[key], dict) and isinstance(built[key], dict):
            yield from _of_sections(meant[key], built[key])


def _pair(name: str, meant: Any, built: Any) -> Pair:
    return Pair(name, "" if meant is None else str(meant), "" if built is None else str(built))
