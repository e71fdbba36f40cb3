"""One score of the decisions at two thresholds, as keys and sentences tell it: at the one in use, and at the best.

    {"f1": 0.31, "best_f1": 0.74}        {"f1_at_0.5": 0.31, "f1_at_best_threshold": 0.74}
    F1 at 0.5 is 0.31; at 0.06 F1 would be 0.74.        F1@0.5 = 0.31, best F1 0.74 (threshold 0.06)
    Lowering the threshold to 0.06 lifts F1 from 0.31 to 0.74.

Only scores count that know both kinds of error: any cut raises recall or precision alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mladvisor.errors import ReadError
from mladvisor.runs.config import document
from mladvisor.runs.elsewhere_said import own_sentences
from mladvisor.runs.layout import stem_and_suffix
from mladvisor.runs.readers import Candidate
from mladvisor.runs.report_names import words_of
from mladvisor.runs.split_names import split_called
from mladvisor.runs.word_sets import word_set

MOST_BYTES = 60_000
_DOCUMENTS = ("json", "yaml", "yml")
_TEXTS = ("md", "markdown", "txt", "rst")
_MOST_LINE = 600
_AT_BEST = word_set("best opt optimal optimum max maximum tuned maximal argmax optimised optimized")
_IN_USE = word_set("default current present this that our used deployed production chosen configured fixed operating")
_CUTS = word_set("threshold thr thresh cutoff cut at")
_SCORE_WORDS = {"f1": "f1", "f1score": "f1", "fscore": "f1", "f2": "f2", "mcc": "mcc", "kappa": "kappa"}
_BESIDE = _CUTS | word_set("score test val validation valid eval macro weighted binary")

_SCORE = r"(?P<score>f[12β](?:[ -]?score)?|mcc|matthews\w*|balanced accuracy)"
_CUT = r"(?P<cut>0?\.\d{1,6})"
_VALUE = r"(?P<value>0?\.\d{1,6}|1\.0+|\d{1,3}(?:\.\d+)?\s?%)(?![\d.]*\d)"
_SAID = (
    r"\s?(?:[:=]|→|->|is|was|of|would (?:be|reach)|reaches|rises to|falls to|drops to|gives|comes to|only)?"
    r"\s?(?:only )?"
)
_KIND = r"(?P<kind>best|optimal|optimum|optimi[sz]ed|tuned|default|current|present|deployed|used|chosen)"
_CALLED = r"(?:decision )?(?:threshold|cut(?:[ -]?off)?)"
_THIS = r"(?P<kind>this|that|our|(?:the )?(?:current|default|present|deployed))"
_WAYS = tuple(
    re.compile(rf"\b{way}{_SAID}{_VALUE}", re.I)
    for way in (
        rf"{_SCORE}\s?(?:@|at)\s?(?:a |the )?(?:{_KIND} )?(?:{_CALLED})?\s?(?:of |=|\()?\s?{_CUT}\)?",
        rf"{_SCORE}\s?(?:@|at)\s?(?:the |our |a )?{_KIND}(?: {_CALLED})?\s?(?:\({_CUT}\))?",
        rf"(?:at|with|from)\s(?:a |the |our )?(?:{_KIND} )?(?:{_CALLED} )?(?:of )?\(?{_CUT}\)?,?\s(?:the )?{_SCORE}",
        rf"(?:at|with)\s{_THIS}\s{_CALLED}\b[^;\n]{{0,60}}?\b{_SCORE}",
        rf"(?P<kind>best|optimal|max(?:imum|imal|\.)?|highest|peak)\s{_SCORE}",
    )
)
_MOVED = re.compile(
    rf"(?:lower|rais|mov|tun|chang|shift|adjust|pick|choos)\w*\s(?:the\s|our\s)?{_CALLED}\b[^;\n]{{0,60}}?\b"
    rf"(?P<score>f[12](?:[ -]?score)?|mcc|balanced accuracy)\s(?:\w+ ){{0,2}}?"
    rf"from\s(?P<value>0?\.\d{{1,6}})\s?to\s(?P<best>0?\.\d{{1,6}})",
    re.I,
)
_CUT_WORD = re.compile(r"(?i)@|\bat 0?\.\d|thresh|\bthr\b|\bcut(?!out)")
"""Without such a word the best score is that of an epoch, of a trial, or of somebody else."""
_PAST = re.compile(
    r"(?i)\b(?:lowered|raised|moved|tuned|changed|shifted|adjusted|picked|chose|chosen|switched"
    r"|lifted|increased|improved|brought|took|got|gave|pushed|went|deployed|in (?:use|production)|we (?:now )?use)\b"
)
"""What was done is in use."""


class Gain(NamedTuple):
    """Values of one score: `used` at the threshold in use, by its words; `best` at the best one; `by_cut` at cuts."""

    used: float | None = None
    best: float | None = None
    by_cut: tuple[tuple[float, float], ...] = ()

    def over(self, cut: float | None) -> float | None:
        """What the best value has over that in use, of which the cut is known."""
        used = self.used
        if used is None and cut is not None:
            used = next((value for at, value in self.by_cut if abs(at - cut) < _SAME), None)
        every = [*([self.best] if self.best is not None else []), *(value for _, value in self.by_cut)]
        return max(every) - used if used is not None and every else None


_SAME = 0.005


def tells_gain(file: Candidate) -> bool:
    """A small document or text that tells one score at two thresholds."""
    return bool(gains_in(file))


def gains_in(file: Candidate) -> list[Gain]:
    """The same, looked for once."""
    return file.once(_gains_in)


def _gains_in(file: Candidate) -> list[Gain]:
    suffix = stem_and_suffix(file.name)[1]
    if file.size > MOST_BYTES or file.binary or suffix not in (*_DOCUMENTS, *_TEXTS):
        return []
    try:
        if suffix not in _DOCUMENTS:
            return gains_said(file.text)
        head = file.text.lower()
        return list(_by_keys(document(file))) if any(word in head for word in _LIKELY) else []
    except (ReadError, OSError):
        return []


_LIKELY = ("best", "opt", "max", "tuned", "thr", "cut", "_at_", "@")


def gains_said(text: str) -> list[Gain]:
    """Each score that the sentences of a text tell at two thresholds."""
    found: list[Gain] = []
    told: dict[str, dict[str, float]] = {}
    for whole in text.splitlines():
        if "thr" not in (low := whole.lower()) and "cut" not in low and "f1" not in low and "mcc" not in low:
            continue
        line = own_sentences(whole[:_MOST_LINE].replace("**", "").replace("`", ""))
        if (moved := _MOVED.search(line)) is not None and not _PAST.search(line):
            found.append(Gain(float(moved["value"]), float(moved["best"])))
        for way in _WAYS if _CUT_WORD.search(line) else _WAYS[:-1]:
            for match in way.finditer(line):
                kind = (match.groupdict().get("kind") or "").lower()
                cut = match.groupdict().get("cut")
                used = not _IN_USE.isdisjoint(words_of(kind))
                role = ("used" if used else "best") if kind else str(float(cut or 0))
                score = "".join(words_of(match["score"]))[:2]
                told.setdefault(score, {}).setdefault(role, _share(match["value"]))
    return [*found, *_of_roles(told)]


def _by_keys(flat: Mapping[str, object]) -> Iterator[Gain]:
    """Each score that keys of one block tell at two thresholds, where one of its keys speaks of the best threshold."""
    told: dict[str, dict[str, float]] = {}
    named = [(_parted(key)[0], set(words_of(_parted(key)[1]))) for key in flat]
    chosen = {above for above, words in named if words & _AT_BEST and words & (_CUTS - {"at"})}
    for key, value in flat.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            continue
        above, leaf = _parted(key)
        cut = _AT_CUT.search(leaf)
        words = words_of(_AT_CUT.sub("", leaf))
        joined = ["".join(words[:2]), *words, "".join(words[-2:])]
        score = next((_SCORE_WORDS[word] for word in joined if word in _SCORE_WORDS), "")
        score = score or ("balanced" if {"balanced", "accuracy"} <= set(words) else "")
        rest = set(words) - {"f", "1", "2", "f1", "mcc", "kappa", "balanced", "accuracy"} - _BESIDE
        if not score or rest - _AT_BEST - _IN_USE or (rest & _AT_BEST and above not in chosen):
            continue  # the best of all epochs is no matter of the cut
        score = f"{score} {split_called(leaf) or ''}"
        role = "best" if rest & _AT_BEST else str(float(cut[1])) if cut else "used"
        told.setdefault(f"{above} {score}", {}).setdefault(role, float(value))
    yield from _of_roles(told)


_AT_CUT = re.compile(r"(?:_?@_?|_at_)(?:thr(?:eshold)?_?)?(0?\.\d{1,4})")


def _parted(key: str) -> tuple[str, str]:
    """What a key lies below, and its own name, which a cut may stand in: "val.f1_at_0.5"."""
    held = _AT_CUT.search(key)
    end = held.start() if held else len(key)
    dot = key.rfind(".", 0, end)
    return key[: max(dot, 0)].lower(), key[dot + 1 :].lower()


def _of_roles(told: Mapping[str, Mapping[str, float]]) -> list[Gain]:
    return [
        Gain(
            roles.get("used"),
            roles.get("best"),
            tuple((float(role), value) for role, value in roles.items() if role not in ("used", "best")),
        )
        for roles in told.values()
        if len(roles) > 1
    ]


def _share(text: str) -> float:
    return float(text.rstrip("% ")) / 100 if text.endswith("%") else float(text)
