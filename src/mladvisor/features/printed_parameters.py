"""How many of a model's parameters learn, by the counts that a training printed.

Keras' and torchinfo's summaries, Lightning's table, PEFT, and lines of one's own that give both numbers.
"""

from __future__ import annotations

import re

from mladvisor.errors import ReadError
from mladvisor.features.catalogue import Measures, feature
from mladvisor.features.measured import Measured, Where
from mladvisor.features.printed import texts
from mladvisor.runs.learning_counts import Learning, learning_in
from mladvisor.runs.readers import Candidate
from mladvisor.runs.tabled import opened

_COUNT = rb"(\d[\d,._]{0,20})\s{0,2}([kmb]?)(?![a-z])"
_WORDS = rb"param(?:eter)?s?(?: count)?"
_OWN = re.compile(
    rb"(?<![a-z-])trainable " + _WORDS + rb"\s{0,8}[:=|]\s{0,8}" + _COUNT
    + rb"\s{0,4}(?:\|\||/|of|out of|from)\s{0,4}(?:(?:all|total) (?:" + _WORDS + rb")?\s{0,2}[:=]?\s{0,4})?" + _COUNT
)  # fmt: skip
"""`trainable params: 128 || all params: 79,938`, `Trainable parameters: 128 / 79938`."""
_LEARN = re.compile(rb"(?<![a-z-])trainable " + _WORDS + rb"\s{0,8}[:=|]\s{0,8}" + _COUNT)
_ALL = re.compile(
    rb"(?<![a-z-])(?:(?:number|num|no\.|count) of|total|model) (?:model )?" + _WORDS + rb"\s{0,8}[:=|]\s{0,8}" + _COUNT
)
"""`number of parameters: 0.80M`: nothing is said of what learns, which is as a rule all."""
_LEAST = 20
"""Fewer are those of a script or a search, and not of a network."""
_STAY = re.compile(rb"(?:non-?_?\s?trainable|frozen) " + _WORDS + rb"\s{0,8}[:=|]\s{0,8}" + _COUNT)
_LEARN_AFTER = re.compile(_COUNT + rb"\s{1,12}trainable " + _WORDS)
_STAY_AFTER = re.compile(_COUNT + rb"\s{1,12}non-trainable " + _WORDS)
"""Lightning writes the number first, and rounds it: `79.8 K    Non-trainable params`."""
_TIMES = {b"": 1.0, b"k": 1e3, b"m": 1e6, b"b": 1e9}
_MOST = 1 << 17
_SAID = b"trainable"  # in all of them: most logs are done with by looking for it


@feature(
    "model.learning_share",
    unit="fraction",
    doc="Share of the model's parameters that learn, by the counts that were printed last",
    how="print the model's summary before training (`model.summary()`, `print_trainable_parameters()`)",
    source="test.architecture",
)
def learning_share(m: Measures) -> Measured | None:
    for text in m.once(texts):
        found = _in(text.lower[:_MOST])
        if found is not None:
            learn, whole, at = found
            return Measured(learn / whole, note=f"{learn:g} of {whole:g}", where=text.where(at))
    for name, lower in m.once(described):
        found = _in(lower)
        if found is not None:
            line = lower.count(b"\n", 0, found[2]) + 1
            return Measured(
                found[0] / found[1], note=f"{found[0]:g} of {found[1]:g}", where=Where(name, rows=(line, line))
            )
    listed = m.once(_listed)
    if listed is None:
        return None
    counted, where = listed
    return Measured(counted.learn / counted.whole, note=f"{counted.learn:g} of {counted.whole:g}", where=where)


def _listed(m: Measures) -> tuple[Learning, Where] | None:
    """By a list of the tensors with a flag each, or by what the optimizer holds. Use `m.once`."""
    for text in m.once(texts):
        if b"optimi" in text.lower or b"requires_grad" in text.lower:
            found = learning_in(text.bare[:_MOST].decode("utf-8", "replace"), "txt")
            if found is not None:
                return found, Where(text.file)
    for name in m.run.files.get("learning_counts", ()):
        try:
            text = Candidate(str(m.run.folder / name), name).read_text(_MOST)
        except (ReadError, OSError):
            continue
        counted = learning_in(text, name.lower().rpartition(".")[2]) or _plain(text)
        if counted is not None:
            return counted, Where(name, rows=(counted.row, counted.row) if counted.row else None)
    return None


def _plain(text: str) -> Learning | None:
    """The counts that a summary ends with, in a file of another name."""
    lower = text.lower().encode()
    found = _in(lower)
    return Learning(found[0], found[1], lower.count(b"\n", 0, found[2]) + 1) if found else None


def described(m: Measures) -> list[tuple[str, bytes]]:
    """(file, text in lower case) of each summary of a model in a file of its own. Use `m.once`."""
    found = []
    for name in m.run.files.get("model_text", ()):
        try:
            found.append((name, opened(m.run.folder, name).read_start(_MOST).lower()))
        except (ReadError, OSError):
            continue
    return found


def learning_count(m: Measures) -> Measured | None:
    """How many parameters learn, by the summary in a file of its own, else in a printed text. Use `m.once`."""
    for name, lower in (*m.once(described), *((text.file, text.lower[:_MOST]) for text in m.once(texts))):
        found = (_last(_LEARN, lower) or _last(_LEARN_AFTER, lower)) if _SAID in lower else None
        count = _number(found[1], found[2]) if found is not None else 0.0
        whole = _last(_ALL, lower) if found is None and _STAY.search(lower) is None else None
        if whole is not None and (every := _number(whole[1], whole[2])) >= _LEAST:
            count = every
        if count >= 1:
            return Measured(count, where=Where(name))
    listed = m.once(_listed)
    return Measured(float(listed[0].learn), where=listed[1]) if listed is not None and listed[0].learn >= 1 else None


def _in(lower: bytes) -> tuple[float, float, int] | None:
    """(those that learn, all, where it stands) of the last counts in a text; None where there are none."""
    if _SAID not in lower:
        return None
    own = _last(_OWN, lower)
    if own is not None:
        learn, whole = _number(own[1], own[2]), _number(own[3], own[4])
        return (learn, whole, own.start()) if whole >= max(learn, 1.0) else None
    for learns, stays in ((_LEARN, _STAY), (_LEARN_AFTER, _STAY_AFTER)):
        first, second = _last(learns, lower), _last(stays, lower)
        if first is not None and second is not None:
            learn = _number(first[1], first[2])
            whole = learn + _number(second[1], second[2])
            return (learn, whole, first.start()) if whole >= 1.0 else None
    nothing, every = _last(_LEARN, lower), _last(_ALL, lower)
    if nothing is not None and every is not None and _number(nothing[1], nothing[2]) == 0:
        whole = _number(every[1], every[2])
        return (0.0, whole, nothing.start()) if whole >= _LEAST else None
    return None


def _last(pattern: re.Pattern[bytes], lower: bytes) -> re.Match[bytes] | None:
    found = None
    for found in pattern.finditer(lower):  # noqa: B007 - the last one counts
        pass
    return found


def _number(digits: bytes, unit: bytes) -> float:
    plain = digits.rstrip(b".,_").replace(b",", b"").replace(b"_", b"")
    try:
        return float(plain) * _TIMES[unit]
    except ValueError:
        return 0.0
