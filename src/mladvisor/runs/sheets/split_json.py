"""How the parts of a split are made up, as the keys of JSON say it: {"train_pos_rate": 0.48, "val_pos_rate": 0.12}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mladvisor.runs.data_verdicts import Said
from mladvisor.runs.sheets.splits import ROUNDING, TOO_MANY, as_share, gap_of, of_mappings
from mladvisor.runs.sheets.words import MEASURES, ROWS, SHARE, is_side, side, without_sides, words
from mladvisor.runs.word_sets import word_set

_LARGEST = 1e300  # a whole number beyond it is no float


def gaps_in_json(flat: Mapping[str, Any]) -> Iterator[Said]:
    """Keys that differ in the name of the split alone, and give a share: "data/train_pos_rate", "data/val_pos_rate"."""
    current = _compared(flat)
    pairs: dict[str, dict[str, float]] = {}
    for key, value in flat.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
            continue
        plain = key
        for name, part in current.items():
            plain = plain.replace(f".{name}.", f".{part}.")
        said = words(plain.replace(".", " ").replace("/", " "))
        named = side(plain.replace(".", " ").replace("/", " "))
        if named is None or not MEASURES.isdisjoint(said):
            continue
        pairs.setdefault(without_sides(plain.replace(".", " ").replace("/", " ")), {}).setdefault(named, float(value))
    for name, pair in pairs.items():
        said = tuple(name.split())
        subject = [word for word in said if word not in SHARE and word not in ROWS and word not in _PLACES]
        if len(pair) < 2 or not subject:
            continue
        shares = as_share(words(name), [pair["train"], pair["other"]], percent=False)
        if (
            shares is None
            and {"balance", "class", "label"} & {*said}
            and max(pair.values()) <= 1.0
            and name[-1].isdigit()
        ):
            shares = (pair["train"], pair["other"])
        if shares is not None and min(shares) >= 0.0:
            yield from gap_of(name, *shares)


def gaps_in_lists(content: Any) -> Iterator[Said]:
    """Lists of counts or shares of the same classes for each side: {"train": [0.5, 0.5], "val": [0.9, 0.1]}."""
    pending: list[tuple[str, Any, int]] = [("", content, 0)]
    while pending:
        said, value, depth = pending.pop()
        if not isinstance(value, Mapping) or not MEASURES.isdisjoint(words(said)):
            continue
        lists = {side(str(key)): each for key, each in value.items() if isinstance(each, list)}
        one, other = lists.get("train"), lists.get("other")
        paired = bool(one and other) and _LISTED.isdisjoint(words(said)) and _are_numbers(one) and _are_numbers(other)
        if one and other and paired and len(one) == len(other) <= TOO_MANY:
            whole = all(abs(sum(each) - 1.0) < ROUNDING for each in (one, other))
            if whole or not _OF_CLASSES.isdisjoint(words(said)):
                yield from of_mappings(dict(_numbered(one)), dict(_numbered(other)), said or "shares")
        if depth < _DEEP:
            pending += [(str(key), each, depth + 1) for key, each in value.items()]


def _are_numbers(values: list[Any] | None) -> bool:
    return all(isinstance(each, int | float) for each in values or ())


def _numbered(values: Sequence[float]) -> Iterator[tuple[str, float]]:
    return ((str(at), float(each)) for at, each in enumerate(values))


_DEEP = 3
_LISTED = word_set("history indices ids index idx files loss")
_OF_CLASSES = word_set("class classes label labels distribution counts balance support histogram hist bins target")
_PLACES = word_set("data dataset split splits summary stats statistics set meta config")


def _compared(flat: Mapping[str, Any]) -> dict[str, str]:
    """What a report calls its two tables: {"reference": "split=train", "current": "split=valid"}."""
    found = {}
    for key in ("reference", "current", "baseline", "target"):
        value = flat.get(key)
        part = is_side(value.replace("=", " ")) if isinstance(value, str) else None
        if part is not None:
            found[key] = "train" if part == "train" else "valid"
    return found if {*found.values()} == {"train", "valid"} else {}


def drift_between_parts(flat: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> Iterator[Said]:
    """What a report of drift says of the label, or of all columns, where it compares the parts of one split."""
    if not _compared(flat):
        return
    for record in records:
        name = str(next((each for key, each in record.items() if "column_name" in key), ""))
        found = [each for key, each in record.items() if key.endswith("drift_detected") and isinstance(each, bool)]
        score = [float(each) for key, each in record.items() if key.endswith("drift_score") and isinstance(each, float)]
        if found and name:
            gap = min(1.0, score[0]) if score and found[0] else float(found[0]) * _DRIFTED
            yield Said("split-gap", "", None, gap, f"{name} between the parts of the split")


_DRIFTED = 0.3
